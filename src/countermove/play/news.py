"""What a seat has seen of a month, kept as values, and what of it is news: in sentences that call it "you", and everybody else by title."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from countermove.play.seats import BY_REPORTS, WORLD_SEES, Reading, Value, who_sees
from countermove.play.voice import Voice, shown
from countermove.world.observable import OBSERVABLE
from countermove.world.words import listed

Kept = Value | None
"""A value as it is kept and sent: of seven digits, which is what the war reckons with; None where there is no finite number."""
Row = Mapping[str, Kept]
"""What a seat saw at the start of a month, by the name of the reading."""
MOMENTS = ("clash", "incident", "exchange", "raises", "asks")
"""True of one month: news whenever they are true. Of what else is true or false, a change is news."""
TRUCES = ("truce", "truce-begins", "truce-breaks")
"""Told in one sentence: which truce began, broke or ended, and by whose offensive."""
OWN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "raises": ("You have just raised your rung", "You have not just raised your rung"),
        "quits": ("You have left the war", "You have not left the war"),
        "asks": ("You have asked for more", "You have not asked for more"),
        "losing": (
            "By what is reported, the balance runs against you",
            "By what is reported, the balance does not run against you any more",
        ),
        "winning": (
            "By what is reported, the balance runs for you",
            "By what is reported, the balance does not run for you any more",
        ),
        "attacks": ("You are on a major offensive", "Your major offensive is over"),
        "collapsed": ("You have collapsed", "You have not collapsed"),
    }
)
"""What is told of an actor (world/observable.py), to the actor itself."""
TOLD_TO_ALL = frozenset(f"{text}." for what in WORLD_SEES if what in OWN for text in OWN[what])
"""Of that, what everybody is told of the actor too."""
OTHERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "settled": ("A settlement holds", "The settlement has failed, and the war is back"),
        "high-intensity": ("The fighting is intense", "The fighting is not intense any more"),
        "attacks": ("A major offensive of {} is under way", "The major offensive of {} is over"),
        "asks": ("A request for more has come from {}", "No request for more has come from {}"),
        "losing": (
            "By what is reported, the balance runs against {}",
            "By what is reported, the balance does not run against {} any more",
        ),
        "winning": (
            "By what is reported, the balance runs for {}",
            "By what is reported, the balance does not run for {} any more",
        ),
        "collapsed": ("The forces of {} have collapsed", "The forces of {} have not collapsed"),
    }
)
"""What is told to the others, where the table of names has it less well: what is lagged or noisy is told as reported, and a side may have a name in
the plural."""


def kept(value: Value) -> Kept:
    """A value as it is kept."""
    if isinstance(value, bool):
        return value
    return float(f"{value:.7g}") if math.isfinite(value) else None


def happened(voice: Voice, readings: Sequence[Reading], rows: Sequence[Sequence[Kept]]) -> tuple[str, ...]:
    """The news of the last month in sentences. `rows`: what the seat saw at the start of each month so far and after the last, in the order of the
    readings: two rows at least."""
    names = [one.name for one in readings]
    older = [(place, name) for place, name in enumerate(names) if name in TRUCES]
    before, now = (dict(zip(names, row, strict=True)) for row in rows[-2:])
    past: list[Row] = [*({name: row[place] for place, name in older} for row in rows[:-2]), before, now]
    climbs = {name for name in names if name.endswith(".rung") and before[name] != now[name]}
    told = [*_truces(voice, past), *_deployed(before, now)]
    for one in readings:
        actor, _, what = one.name.rpartition(".")
        if one.name in climbs:
            told.append(_climbed(voice, one, actor, before[one.name], now[one.name]))
        elif what not in TRUCES and not (what == "raises" and f"{actor}.rung" in climbs):
            told.append(_sentence(voice, one, actor, what, (before[one.name], now[one.name])))
    return tuple(text for text in told if text)


def _sentence(voice: Voice, reading: Reading, actor: str, what: str, values: tuple[Kept, Kept]) -> str:
    """A reading that is news; "" where it is none."""
    before, now = values
    if not isinstance(now, bool):
        return ""
    row = OBSERVABLE.get(what)
    if row is None:
        seen = f" {who_sees(voice.cast, voice.title, voice.seat.place)}" if what == "open" else ""
        return f"{reading.says}.{seen}" if now and now != before else ""
    if row.type != "boolean" or not (now if what in MOMENTS else now != before):
        return ""
    clauses = OWN[what] if actor == voice.seat.name else OTHERS.get(what, row.clauses)
    text = " ".join(clauses[0 if now else 1].replace("{}", voice.title(actor) if actor else "").split())
    return f"{text[:1].upper()}{text[1:]}."


def _climbed(voice: Voice, reading: Reading, actor: str, before: Kept, now: Kept) -> str:
    """From which rung to which a patron has gone, as the seat sees it."""
    if before is None or now is None:
        return ""
    way = f"from {voice.rung(before, actor)} to {voice.rung(now, actor)}"
    if actor == voice.seat.name:
        return f"You have gone {way}."
    return (
        f"By what is reported, {voice.title(actor)} has gone {way}."
        if reading.seen == BY_REPORTS
        else f"{voice.title(actor)} has gone {way}."
    )


def _deployed(before: Row, now: Row) -> Iterator[str]:
    """Peacekeepers that come or go."""
    was, are = before.get("peacekeepers"), now.get("peacekeepers")
    if was is not None and are is not None and was != are:
        yield f"Peacekeepers are deployed: {shown(are)} thousand." if are > was else "The peacekeepers are gone."


def _truces(voice: Voice, past: Sequence[Row]) -> Iterator[str]:
    """Which truce began or ended, and how, as far as everybody can see."""
    before, now, month = past[-2], past[-1], len(past) - 1
    if before.get("truce") is True and now.get("truce") is False:
        yield f"{_which(voice, past[:-1])} {_ended(voice, before, now)}."
    if now.get("truce-begins") is not True:
        return
    count = sum(row.get("truce-begins") is True for row in past[1:])
    nth = "" if count == 1 else f", number {count} of this game"
    if now.get("truce") is True:
        yield f"A truce has begun in {voice.month(month)}{nth}."
    else:
        yield f"A truce was agreed in {voice.month(month)}{nth}, and broke in the same month."


def _which(voice: Voice, past: Sequence[Row]) -> str:
    """The truce that holds at the end of these months, by when it began."""
    began = len(past) - 1
    while began > 0 and past[began - 1].get("truce") is True:
        began -= 1
    return "The truce that held from the start" if began == 0 else f"The truce that began in {voice.month(began)}"


def _ended(voice: Voice, before: Row, now: Row) -> str:
    """How a truce ended."""
    by = [
        name.removesuffix(".attacks")
        for name, value in now.items()
        if name.endswith(".attacks") and value is True and before[name] is not True
    ]
    if now.get("settled") is True:
        return "has become a settlement"
    if by:
        offensives = listed(["you" if name == voice.seat.name else voice.title(name) for name in by])
        return f"is over: {offensives} began a major offensive"
    if now.get("direct-war") is True:
        return "is over, as the patrons are at war"
    if now.get("truce-breaks") is True:
        return "has broken, without an offensive: nobody can say who broke it"
    return "is over"

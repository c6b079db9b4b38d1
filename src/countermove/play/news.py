"""What a seat has seen of a month, kept as values, and what of it is news."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from countermove.play.seats import Reading, Seat, Value
from countermove.world.observable import OBSERVABLE

Kept = Value | None
"""A value as it is kept and sent: of seven digits, which is what the war reckons with; None where there is no finite number."""
MOMENTS = ("truce-begins", "truce-breaks", "clash", "incident", "exchange", "raises", "asks")
"""True of one month: news whenever they are true. Of what else is true or false, a change is news."""
UNTOLD = ("truce",)
"""Whose beginning and end are told by others; but for the end of a truce that an offensive ends."""


def kept(value: Value) -> Kept:
    """A value as it is kept."""
    if isinstance(value, bool):
        return value
    return float(f"{value:.7g}") if math.isfinite(value) else None


def happened(
    readings: Sequence[Reading], before: Sequence[Kept], now: Sequence[Kept], seats: Mapping[str, Seat]
) -> tuple[str, ...]:
    """The news of a month in sentences, from what a seat saw before and after it."""
    told = [_sentence(one, was, value, seats) for one, was, value in zip(readings, before, now, strict=True)]
    was, values = ({one.name: value for one, value in zip(readings, some, strict=True)} for some in (before, now))
    if was.get("truce") is True and values.get("truce") is False and not (values.get("truce-breaks") or values.get("settled")):
        told.append("The truce is over.")
    return tuple(text for text in told if text)


def _sentence(reading: Reading, before: Kept, now: Kept, seats: Mapping[str, Seat]) -> str:
    """A reading that is news; "" where it is none."""
    if not isinstance(now, bool):
        return ""
    actor, _, what = reading.name.rpartition(".")
    row = OBSERVABLE.get(what)
    if row is None:
        return f"{reading.says}." if now and now != before else ""
    if row.type != "boolean" or what in UNTOLD or not (now if what in MOMENTS else now != before):
        return ""
    title = seats[actor].title if actor in seats else ""
    text = " ".join(row.clauses[0 if now else 1].replace("{}", title).split())
    return f"{text[:1].upper()}{text[1:]}."

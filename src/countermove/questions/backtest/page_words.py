"""What a backtest found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.questions.backtest.finding import NO_CHANGE, Backtest, MethodScores, TargetScores
from countermove.world.words import capitalized, counted, listed, number, percent

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def ahead(months: int) -> str:
    """`one month ahead`, `six months ahead`."""
    return f"{_in_words(months)} month{'' if months == 1 else 's'} ahead"


def sentences(target: TargetScores) -> tuple[str, ...]:
    """The verdicts on one target, that of all months ahead first."""
    theories = target.of("theory")
    last = len(theories[0].skills) if theories else 0
    said = [f"Over all months ahead together, {_who(theories, target.name)}."]
    if last > 1:
        said += [capitalized(f"{_at(theories, h)} on {target.name} {ahead(h + 1)}.") for h in (0, last - 1)]
    said += [*_mixtures(target), *_peers(target), *_simplest(target), *_inside(target), *_happened(target)]
    return tuple(said)


def _who(theories: Sequence[MethodScores], name: str) -> str:
    better = [row for row in theories if row.skill.beats]
    if not better:
        return f"no theory beats no-change on {name}"
    best = max(better, key=lambda row: row.skill.skill)
    most = f"{best.said} most, with a skill of {skill_text(best)}"
    if len(better) == len(theories) > 1:
        return f"every theory beats no-change on {name} ({most})"
    verb, lead = ("beats", f"skill {skill_text(best)}") if len(better) == 1 else ("beat", most)
    rest = len(theories) - len(better)
    others = f"; {_others(rest)}" if rest else ""
    return f"{listed([row.said for row in better])} {verb} no-change on {name} ({lead}){others}"


def _others(count: int) -> str:
    return "the other theory does not" if count == 1 else f"the other {_in_words(count)} do not"


def _in_words(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def skill_text(row: MethodScores) -> str:
    """`0.22, 0.13 to 0.30`."""
    one = row.skill
    return f"{number(one.skill, 2)}, {number(one.low, 2)} to {number(one.high, 2)}"


def _at(theories: Sequence[MethodScores], h: int) -> str:
    better = [row.said for row in theories if row.skills[h].beats]
    if not better:
        return "no theory beats no-change"
    if len(better) == len(theories) > 1:
        return "every theory beats no-change"
    return f"{listed(better)} {'beats' if len(better) == 1 else 'beat'} no-change"


def _mixtures(target: TargetScores) -> list[str]:
    rows = target.of("mixture")
    if not rows:
        return []
    better = [row.method for row in rows if row.skill.beats]
    if len(better) == len(rows):
        return ["Both mixtures of theories beat no-change."]
    if not better:
        return ["No mixture of theories beats no-change."]
    return [f"Of the mixtures the one of {better[0].rpartition(', ')[2]} beats no-change, the other does not."]


def _peers(target: TargetScores) -> list[str]:
    """What the record's own mixture of theories, and the stacked forecast, are beside the other simple forecasts, by the whole interval of skill."""
    rows = [*(target.of("mixture") or target.of("theory"))[-1:], *target.of("stacked")]
    return [f"{capitalized(row.said)}: {'; '.join(said)}." for row in rows if (said := _beside(row))]


def _beside(row: MethodScores) -> list[str]:
    known = {name: one for name, one in row.against.items() if math.isfinite(one.skill)}
    better = [name for name, one in known.items() if one.beats]
    worse = [name for name, one in known.items() if one.worse]
    alike = [name for name in known if name not in better and name not in worse]
    told = (("better than", better), ("worse than", worse), ("not to be told from", alike))
    return [f"{how} {listed(names)}" for how, names in told if names]


def _simplest(target: TargetScores) -> list[str]:
    """The best simple forecast, and how many theories come closer than it: a theory that beats no-change alone has beaten little."""
    simple, theories = target.of("baseline"), target.of("theory")
    if not simple or not theories:
        return []
    best = min(simple, key=lambda row: row.loss)
    closer = sum(row.loss < best.loss for row in theories)
    which = "no-change itself" if best.method == NO_CHANGE else best.method
    if closer == len(theories) > 1:
        who = "every theory comes"
    else:
        some = "none" if closer == 0 else _in_words(closer)
        who = f"{some} of {counted(len(theories), 'theory', 'theories')} {'comes' if closer == 1 else 'come'}"
    return [f"The best simple forecast is {which} ({target.score} {number(best.loss)}): {who} closer on average."]


def _inside(target: TargetScores) -> list[str]:
    shares = [row.inside90 for row in target.of("theory") if math.isfinite(row.inside90)]
    if not shares:
        return []
    low, high = min(shares), max(shares)
    span = percent(low) if percent(low) == percent(high) else f"between {percent(low)} and {percent(high)}"
    said = f"The theories' 90% intervals held {span} of what happened"
    if low > 0.95:
        return [f"{said}: they are too wide."]
    if high < 0.85:
        return [f"{said}: they are too narrow."]
    return [f"{said}."]


def _happened(target: TargetScores) -> list[str]:
    if not target.event:
        return []
    if target.happened == 0:
        return ["It never happened in the months that were forecast: only false alarms are judged."]
    return [f"It happened in {counted(target.happened, 'month')} that {'was' if target.happened == 1 else 'were'} forecast."]


def summary(found: Backtest) -> tuple[str, ...]:
    """The page in a few sentences: on which series somebody beats no-change, and how much that is worth."""
    every = [(case.record, target) for case in found.cases for target in case.targets]
    series = [(record, target) for record, target in every if not target.event or target.happened]
    said: list[str] = []
    for kind, event in (("counts, shares and amounts", False), ("events", True)):
        rows = [(record, target) for record, target in series if target.event == event]
        if not rows:
            continue
        won = [f"{target.name} ({record})" for record, target in rows if any(row.skill.beats for row in target.of("theory"))]
        lost = [f"{target.name} ({record})" for record, target in rows if not any(row.skill.beats for row in target.of("theory"))]
        text = f"Of {counted(len(rows), 'series', 'series')} of {kind}, at least one theory beats no-change on {len(won)}"
        said.append(f"{text}{': ' + listed(won) if won else ''}.{f' None does on {listed(lost)}.' if lost else ''}")
    pairs = [row.skill.beats for _, target in series for row in target.of("theory")]
    closer = [
        any(row.loss < min(base.loss for base in target.of("baseline")) for row in target.of("theory")) for _, target in series
    ]
    never = len(every) - len(series)
    left = (
        f" {counted(never, 'series', 'series')} of events that never happened after the first origin {_is(never)} left out here."
        if never
        else ""
    )
    return (
        *said,
        *_saw(found),
        f"{sum(pairs)} of {len(pairs)} pairs of theory and series beat no-change. By luck alone about one in twenty would; and theories that share "
        f"a model are no independent witnesses.{left}",
        f"On {sum(closer)} of {len(closer)} series some theory comes closer on average than the best simple forecast, both chosen afterwards.",
    )


def _saw(found: Backtest) -> list[str]:
    """Which of the wins are on series that the scenarios' numbers were scaled on."""
    won = [
        (f"{target.name} ({case.record})", target.name in case.saw)
        for case in found.cases
        for target in case.targets
        if any(row.skill.beats for row in target.of("theory"))
    ]
    seen = [name for name, saw in won if saw]
    if not seen:
        return []
    return [
        f"The scenarios' own numbers were scaled on {listed(seen)}: {'that win proves' if len(seen) == 1 else 'those wins prove'} least."
    ]


def _is(count: int) -> str:
    return "is" if count == 1 else "are"

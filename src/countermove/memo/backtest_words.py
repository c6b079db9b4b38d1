"""What a backtest found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.memo.words import counted, first_up, listed, number, percent
from countermove.world.backtest import NO_CHANGE, Backtest, MethodScores, TargetScores

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def ahead(months: int) -> str:
    """`one month ahead`, `six months ahead`."""
    said = _NUMBERS[months] if months < len(_NUMBERS) else str(months)
    return f"{said} month{'' if months == 1 else 's'} ahead"


def sentences(target: TargetScores) -> tuple[str, ...]:
    """The verdicts on one target, that of all months ahead first."""
    theories = target.of("theory")
    last = len(theories[0].skills) if theories else 0
    said = [first_up(f"{_who(theories, target.name)}, all months ahead together.")]
    if last > 1:
        said.append(f"{first_up(ahead(1))}: {_at(theories, 0)}. {first_up(ahead(last))}: {_at(theories, last - 1)}.")
    said += [*_mixtures(target), *_simplest(target), *_inside(target), *_happened(target)]
    return tuple(said)


def _who(theories: Sequence[MethodScores], name: str) -> str:
    better = [row for row in theories if row.skill.beats]
    if not better:
        return f"no theory beats no-change on {name}"
    best = max(better, key=lambda row: row.skill.skill)
    lead = f"{best.method} most, with a skill of {skill_text(best)}"
    if len(better) == len(theories) > 1:
        return f"every theory beats no-change on {name} ({lead})"
    verb = "beats" if len(better) == 1 else "beat"
    lead = lead if len(better) > 1 else f"skill {skill_text(best)}"
    return f"{listed([row.method for row in better])} {verb} no-change on {name} ({lead}); {_others(len(theories) - len(better))}"


def _others(count: int) -> str:
    return "the other theory does not" if count == 1 else f"the other {_NUMBERS[count] if count < 13 else count} do not"


def skill_text(row: MethodScores) -> str:
    """`0.22, 0.13 to 0.30`."""
    one = row.skill
    return f"{number(one.skill, 2)}, {number(one.low, 2)} to {number(one.high, 2)}"


def _at(theories: Sequence[MethodScores], h: int) -> str:
    better = [row.method for row in theories if row.skills[h].beats]
    if not better:
        return "no theory beats no-change"
    if len(better) == len(theories) > 1:
        return "every theory does"
    return f"{listed(better)} {'beats' if len(better) == 1 else 'beat'} it"


def _mixtures(target: TargetScores) -> list[str]:
    rows = target.of("mixture")
    if not rows:
        return []
    better = [row.method for row in rows if row.skill.beats]
    if len(better) == len(rows):
        return ["Both mixtures of theories beat no-change."]
    return [f"Of the mixtures only the {better[0]}, beats no-change." if better else "No mixture of theories beats no-change."]


def _simplest(target: TargetScores) -> list[str]:
    """The best simple forecast, and how many theories come closer than it: a theory that beats no-change alone has beaten little."""
    simple, theories = target.of("baseline"), target.of("theory")
    if not simple or not theories:
        return []
    best = min(simple, key=lambda row: row.loss)
    closer = sum(row.loss < best.loss for row in theories)
    which = "no-change itself" if best.method == NO_CHANGE else best.method
    return [
        f"The best simple forecast is {which} ({target.score} {number(best.loss)}): {closer} of {counted(len(theories), 'theory', 'theories')} "
        "come closer on average."
    ]


def _inside(target: TargetScores) -> list[str]:
    shares = [row.inside90 for row in target.of("theory") if math.isfinite(row.inside90)]
    if not shares:
        return []
    low, high = min(shares), max(shares)
    span = percent(low, 0) if percent(low, 0) == percent(high, 0) else f"between {percent(low, 0)} and {percent(high, 0)}"
    wrong = "too wide" if low > 0.95 else "too narrow" if high < 0.85 else ""
    return [f"The theories' 90% intervals held {span} of what happened{': they are ' + wrong if wrong else ''}."]


def _happened(target: TargetScores) -> list[str]:
    if not target.event:
        return []
    if target.happened == 0:
        return ["It never happened in the months that were forecast: only false alarms are judged."]
    return [f"It happened in {counted(target.happened, 'month')} that {'was' if target.happened == 1 else 'were'} forecast."]


def summary(found: Backtest) -> tuple[str, ...]:
    """The page in a few sentences: for how many targets of each kind somebody beats no-change."""
    said: list[str] = []
    for kind, event in (("counts, shares and amounts", False), ("events", True)):
        rows = [(case.record, target) for case in found.cases for target in case.targets if target.event == event]
        if not rows:
            continue
        won = [f"{target.name} ({record})" for record, target in rows if any(row.skill.beats for row in target.of("theory"))]
        lost = [f"{target.name} ({record})" for record, target in rows if not any(row.skill.beats for row in target.of("theory"))]
        text = f"Of {counted(len(rows), 'series')} of {kind}, at least one theory beats no-change on {len(won)}"
        said.append(f"{text}{': ' + listed(won) if won else ''}.{f' None does on {listed(lost)}.' if lost else ''}")
    pairs = [row.skill.beats for case in found.cases for target in case.targets for row in target.of("theory")]
    said.append(
        f"{sum(pairs)} of {len(pairs)} pairs of theory and series beat no-change. By luck alone about one in twenty would; and theories that share "
        "a model are no independent witnesses."
    )
    closer = [
        any(row.loss < min(base.loss for base in target.of("baseline")) for row in target.of("theory"))
        for case in found.cases
        for target in case.targets
    ]
    said.append(
        f"On {sum(closer)} of {len(closer)} series some theory comes closer, on average, than the best of the simple forecasts, chosen afterwards."
    )
    return tuple(said)

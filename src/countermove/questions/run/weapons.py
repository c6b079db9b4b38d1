"""What the weapons of a plan are worth by themselves, and what the rest of it adds: a plan beside its twins, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from countermove.decision.findings import WEIGHTED, TwinPair
from countermove.decision.pairs import OBJECTIVE
from countermove.engine.twins import ARMS, DIALS, FIELDS
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.section_dials import NAMES
from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import as_much_as
from countermove.world.certainty import amount_certainty, difference_verdict
from countermove.world.titles import Titles
from countermove.world.words import counted, listed, number, points


def weapons(found: FindingsIndex, objective: Objective | None) -> Iterator[str]:
    """What the arms and the rest of the leading plan add, and of the armed plan that is nearest to it where it sends none: clauses."""
    rows = _rows(found)
    if objective is not None:
        for name in dict.fromkeys((found.best, nearest_armed(found))):
            if name in rows:
                yield from _plan(rows[name], objective, found.titles)


def nearest_armed(found: FindingsIndex) -> str:
    """Of the plans that send arms the one of least regret, be it the best, the first where nothing was compared; empty where none does."""
    armed = [name for name, parts in _rows(found).items() if ARMS in parts]
    return min(armed, key=lambda name: math.inf if (row := found.regret(name)) is None else row.regret, default="")


def _rows(found: FindingsIndex) -> dict[str, dict[str, TwinPair]]:
    """By plan and the part that its twin lacks, the points over the weighted theories."""
    rows: dict[str, dict[str, TwinPair]] = {}
    for row in found.findings.pairs:
        if (row.theory, row.measure) == (WEIGHTED, OBJECTIVE):
            rows.setdefault(row.strategy, {})[row.without] = row
    return rows


def _plan(parts: dict[str, TwinPair], objective: Objective, titles: Titles) -> Iterator[str]:
    name = titles.say_strategy(next(iter(parts.values())).strategy)
    dials = [dial for dial in FIELDS if dial in parts]
    arms, rest = parts.get(ARMS), parts.get(DIALS)
    if arms is not None:
        same = f"with the same {listed([NAMES[dial] for dial in dials])} and no arms" if dials else "without its arms"
        size = f" in the {counted(arms.draws, 'draw')} of {counted(arms.lucks, 'luck')} of this comparison" if arms.draws else ""
        yield f"{same}, {name} scores {points(arms.own, arms.own_se)}{size}"
        yield _by("its arms", arms, objective, name)
    else:
        yield f"{name} sends no arms"
    if rest is None:
        return
    if len(dials) == 1:
        yield _by(f"its {NAMES[dials[0]]}", rest, objective, name)
        return
    yield _by("all that it orders beside the arms" if arms is not None else "all that it orders", rest, objective, name)
    most = max((parts[dial] for dial in dials), key=lambda row: abs(row.difference))
    if difference_verdict(abs(most.difference), most.se, objective.matters) == "better":
        yield _by(f"its {NAMES[most.without]} alone", most, objective, name)


def _by(what: str, row: TwinPair, objective: Objective, name: str) -> str:
    """`“Arm” loses 0.12 ± 0.02 points by its arms (as much as 240 military dead)`; that it does not matter, or cannot be told, where so."""
    gains = "gains" if row.difference > 0 else "loses"
    size = f"{name} {gains} {points(abs(row.difference), row.se)} by {what}"
    if row.difference == row.se == 0:
        return f"{name} scores the same without {what}"
    sure = amount_certainty(row.difference, row.se) == "told"
    if difference_verdict(abs(row.difference), row.se, objective.matters) == "no material difference":
        small = f"which is not more than the {number(objective.matters)} that matters"
        return (
            f"{size}, {small}"
            if sure
            else f"{name} neither gains nor loses by {what} what matters ({points(row.difference, row.se)})"
        )
    if not sure:
        return f"the runs cannot tell what {name} gains or loses by {what}: {points(row.difference, row.se)} may be chance"
    return f"{size}{as_much_as(row.difference, objective)}"

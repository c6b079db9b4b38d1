"""How high each patron can climb in any run, and what is said of a condition that asks for more."""

from __future__ import annotations

from collections.abc import Mapping

from countermove.behaviour.theory import RUNG_EDGES
from countermove.scenario.ladder import COUNT, numbers_of
from countermove.scenario.schema import Scenario
from countermove.world.expression import Expression, names

HIGHEST_OF_A_PLAN = len(RUNG_EDGES)
"""The rung beyond which no step, grant or completion goes, and no order without a ceiling above it."""


def tops_of(scenario: Scenario) -> Mapping[str, int]:
    """The highest rung of each patron: a covert one stays below overt intervention, one that follows a theory stops at the last edge of support."""
    tops: dict[str, int] = {}
    for name, patron in scenario.patrons.items():
        if name == scenario.owner:
            tops[name] = highest_ceiling(scenario)
        else:
            tops[name] = len(RUNG_EDGES) - 1 if patron.covert else len(RUNG_EDGES)
    return tops


def highest_ceiling(scenario: Scenario) -> int:
    """The highest rung on which any plan of the owner can stand."""
    rungs = numbers_of(scenario.patrons[scenario.owner].ladder)
    orders = [
        then
        for plan in scenario.strategies.values()
        for then in (*(move.then for move in plan.moves), *(rule.then for rule in plan.when), plan.otherwise)
        if then is not None
    ]
    return min(max([HIGHEST_OF_A_PLAN, *(rungs[then.ceiling] for then in orders if then.ceiling)]), COUNT - 1)


def why_out_of_reach(tree: Expression, scenario: Scenario) -> str:
    """Which patrons of the condition cannot climb as high as it asks, as a clause."""
    tops = tops_of(scenario)
    said: list[str] = []
    for name in dict.fromkeys(branch.of for branch in names(tree) if branch.what == "rung"):
        patron = scenario.patrons[name]
        top = patron.ladder[min(tops[name], len(patron.ladder) - 1)].name
        why = "is covert and " if patron.covert and name != scenario.owner else ""
        said.append(f"{name} {why}climbs to {top} at most")
    return "; ".join(said)

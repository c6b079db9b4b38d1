"""The plans by several sets of values and the same weights of the theories: who would choose which, and whether arms are first."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from countermove.decision.findings_values import ArmsLead, Choice
from countermove.decision.scores import Scores, scores
from countermove.decision.verdict import verdict_between
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective


def choices_of(found: Scores, values: str) -> tuple[Choice, ...]:
    """The best plan under each theory and over the weighted ones, by one set of values (its name), from its scores."""
    rows: list[Choice] = []
    for theory in range(len(found.theories)):
        first, *rest = (int(place) for place in np.argsort(-found.value[:, theory], kind="stable"))
        judged = [verdict_between(found, theory, first, other) for other in rest]
        at = judged[0]
        level = tuple(row.other for row in judged if row.kind != "better")
        rows.append(Choice(values, at.theory, at.best, at.other, at.difference, at.se, at.matters, at.kind, level))
    return tuple(rows)


def arms_leads(found: Scores, values: str, armed: Collection[str]) -> tuple[ArmsLead, ...]:
    """The best of the `armed` plans less the best of the others under each theory and over the weighted ones; none where one kind is missing."""
    sides = [[s for s, name in enumerate(found.strategies) if (name in armed) == arms] for arms in (True, False)]
    if not all(sides):
        return ()
    rows: list[ArmsLead] = []
    for theory, name in enumerate(found.theories):
        a, b = (max(side, key=lambda s: float(found.value[s, theory])) for side in sides)
        gap = found.difference(theory, a, b)
        rows.append(ArmsLead(values, name, found.strategies[a], found.strategies[b], gap.mean, gap.se, found.matters))
    return tuple(rows)


def value_rows(
    runs: Runs, sets: Mapping[str, Objective], weights: Mapping[str, float], armed: Collection[str]
) -> tuple[tuple[Choice, ...], tuple[ArmsLead, ...]]:
    """Choices and camps by every set of values.

    Args:
        runs: the outcomes.
        sets: an objective by the name of whose values it is.
        weights: weight of each theory, the same for all sets (need not sum to 1).
        armed: the plans that send arms.

    Raises:
        DecisionError: a comparison without meaning: one strategy, weights of zero, a set that values what some run does not have.
    """
    choices: list[Choice] = []
    camps: list[ArmsLead] = []
    for name, objective in sets.items():
        scored = scores(runs, objective, weights)
        choices += choices_of(scored, name)
        camps += arms_leads(scored, name, armed)
    return tuple(choices), tuple(camps)

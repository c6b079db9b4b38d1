"""Matched pairs: a strategy against its twin without its arms, or without some of its dials, on the same draws and the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from countermove.decision.cells import mixtures, outcomes_of, row_of, shares_of
from countermove.decision.findings import TwinPair
from countermove.decision.findings_values import REST, ArmsWorth, DialTerm
from countermove.decision.monte_carlo_error import Scrambles, Sums, mixed
from countermove.decision.objective import points, required
from countermove.engine.runs import Runs
from countermove.engine.twins import ARMS, DIALS, FIELDS, Twin
from countermove.scenario.schema import Objective
from countermove.world.measure import listed_first

OBJECTIVE = "objective"
PARTS: tuple[str, ...] = (ARMS, *FIELDS)
"""What a lead is split by: the arms and every dial."""


def _values(runs: Runs, objective: Objective | None, name: str, theory: str, measure: str) -> np.ndarray:
    """Points or a measure of one strategy, run by run [D, L]."""
    if measure == OBJECTIVE:
        return points(runs, objective, name, theory)
    return np.asarray(outcomes_of(runs, name, theory)[row_of(measure)], np.float64)


def _has(runs: Runs, measure: str) -> bool:
    """Whether the runs have a measure: not one that is judged after the clock has ended."""
    return not any(np.isnan(outcomes_of(runs, *at)[row_of(measure)]).all() for at in runs.outcomes)


def pair_rows(
    runs: Runs, objective: Objective | None, twins: Sequence[Twin], weights: Mapping[str, float] | None = None
) -> tuple[TwinPair, ...]:
    """What arms and dials change: strategy minus twin, for the objective (where there is one), what it values, and the measures listed for pairs.

    Args:
        runs: the outcomes, with every strategy and its twins.
        objective: points per measure; without one only the measures are compared.
        twins: of which strategy, without what.
        weights: weight of each theory, for rows over the weighted theories.

    Returns:
        Rows by twin, then theory ("weighted" last), then measure, in points or the measure's unit, with the twin's own mean. The difference
        is taken run by run before anything is averaged, so that shared luck cancels in its error.

    Raises:
        DecisionError: a strategy that was not run, or weights that have no meaning.
    """
    scrambles = Scrambles.of(runs)
    blends = mixtures(runs.theories, weights)
    valued = () if objective is None else tuple(required(objective).values)
    wanted = tuple(name for name in dict.fromkeys((*valued, *listed_first("pairs"))) if _has(runs, name))
    if objective is not None:
        wanted = (OBJECTIVE, *wanted)
    rows: list[TwinPair] = []
    for twin in twins:
        gaps, owns = _sums(runs, objective, twin, scrambles, wanted)
        for theory, shares in blends.items():
            for measure in wanted:
                gap, own = (mixed(sums[measure], shares).estimate() for sums in (gaps, owns))
                row = TwinPair(twin.of, twin.plan.name, theory, measure, *gap, twin.without, *own, runs.draws, runs.lucks)
                rows.append(row)
    return tuple(rows)


def _sums(
    runs: Runs, objective: Objective | None, twin: Twin, scrambles: Scrambles, wanted: Sequence[str]
) -> tuple[dict[str, list[Sums]], dict[str, list[Sums]]]:
    """By measure and theory, the sums of the strategy less its twin, and of the twin."""
    gaps: dict[str, list[Sums]] = {}
    owns: dict[str, list[Sums]] = {}
    for measure in wanted:
        mine, its = (
            [_values(runs, objective, name, theory, measure) for theory in runs.theories] for name in (twin.of, twin.plan.name)
        )
        gaps[measure] = [scrambles.sums(with_ - without) for with_, without in zip(mine, its, strict=True)]
        owns[measure] = [scrambles.sums(values) for values in its]
    return gaps, owns


def arms_rows(
    runs: Runs, sets: Mapping[str, Objective], twins: Sequence[Twin], weights: Mapping[str, float]
) -> tuple[ArmsWorth, ...]:
    """What the arms of every plan that sends some are worth by each set of values: the plan less its twin without arms.

    Returns:
        Rows by set, then plan, then theory ("weighted" last), in the points of the set.

    Raises:
        DecisionError: a set that values what some run does not have, a strategy that was not run, or weights that have no meaning.
    """
    scrambles, blends = Scrambles.of(runs), mixtures(runs.theories, weights)
    rows: list[ArmsWorth] = []
    for values, objective in sets.items():
        for twin in (twin for twin in twins if twin.without == ARMS):
            gaps = [
                scrambles.sums(points(runs, objective, twin.of, theory) - points(runs, objective, twin.plan.name, theory))
                for theory in runs.theories
            ]
            for theory, shares in blends.items():
                rows.append(ArmsWorth(values, theory, twin.of, *mixed(gaps, shares).estimate(), objective.matters))
    return tuple(rows)


def dial_terms(
    runs: Runs, objective: Objective | None, twins: Sequence[Twin], weights: Mapping[str, float], leads: Sequence[tuple[str, str]]
) -> tuple[DialTerm, ...]:
    """What the arms and each dial add to leads over the weighted theories: what they add to the first plan less what they add to the other.

    A dial adds to a plan what the plan scores above its twin without it alone, so dials that work together leave a REST: with it the points
    of a lead sum to the lead on these runs.

    Args:
        runs: the outcomes, with every plan of the leads and its twins.
        objective: points per measure.
        twins: of which strategy, without what.
        weights: weight of each theory (need not sum to 1).
        leads: pairs of plans.

    Raises:
        DecisionError: no objective, a strategy that was not run, or weights that have no meaning.
    """
    written, shares, scrambles = required(objective), shares_of(runs.theories, weights), Scrambles.of(runs)
    worth = {
        name: mixed([scrambles.sums(points(runs, written, name, theory)) for theory in runs.theories], shares).total
        for name in runs.strategies
    }
    adds = {(twin.of, twin.without): worth[twin.of] - worth[twin.plan.name] for twin in twins if twin.without != DIALS}
    rows: list[DialTerm] = []
    for best, other in leads:
        rest = worth[best] - worth[other]
        parts = [part for part in PARTS if (best, part) in adds or (other, part) in adds]
        for part in parts:
            added = adds.get((best, part), 0.0) - adds.get((other, part), 0.0)
            rest = rest - added
            rows.append(DialTerm(best, other, part, *Sums(np.asarray(added), scrambles.mass).estimate()))
        if parts:
            rows.append(DialTerm(best, other, REST, *Sums(rest, scrambles.mass).estimate()))
    return tuple(rows)

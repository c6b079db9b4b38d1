"""Matched pairs: a strategy with conditions against its twin without them, on the same draws and the same luck."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.decision.cells import mixtures, outcomes_of, row_of
from countermove.decision.error import Scrambles, mixed
from countermove.decision.objective import points
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective
from countermove.world.findings import Pair

OBJECTIVE = "objective"
KEY_MEASURES: tuple[str, ...] = ("settlement-by-24-months", "direct-war", "deaths", "offensive-own", "drawn-in")


def _gap(runs: Runs, objective: Objective | None, names: tuple[str, str], theory: str, measure: str) -> np.ndarray:
    """With minus without, run by run [D, L]."""
    if measure == OBJECTIVE:
        with_, without = (points(runs, objective, name, theory) for name in names)
    else:
        row = row_of(measure)
        with_, without = (np.asarray(outcomes_of(runs, name, theory)[row], np.float64) for name in names)
    return with_ - without


def _has(runs: Runs, measure: str) -> bool:
    """Whether the runs have a measure: not one that is judged after the clock has ended."""
    return not any(np.isnan(outcomes_of(runs, *at)[row_of(measure)]).all() for at in runs.outcomes)


def pair_rows(
    runs: Runs,
    objective: Objective | None,
    twins: Mapping[str, str],
    weights: Mapping[str, float] | None = None,
) -> tuple[Pair, ...]:
    """What the conditions change: strategy minus twin, for the objective (where there is one) and the key measures.

    Args:
        runs: the outcomes, with both strategies of each pair.
        objective: points per measure; without one only the measures are compared.
        twins: strategy with conditions -> the same without them.
        weights: weight of each theory, for rows over the weighted theories.

    Returns:
        Rows by pair, then theory ("weighted" last), then measure, in points or the measure's unit. The difference is taken run by run
        before anything is averaged, so that shared luck cancels in its error.

    Raises:
        DecisionError: a strategy that was not run, or weights that have no meaning.
    """
    scrambles = Scrambles.of(runs)
    blends = mixtures(runs.theories, weights)
    key = tuple(name for name in KEY_MEASURES if _has(runs, name))
    wanted = key if objective is None else (OBJECTIVE, *key)
    rows: list[Pair] = []
    for strategy, twin in twins.items():
        sums = {
            measure: [scrambles.sums(_gap(runs, objective, (strategy, twin), theory, measure)) for theory in runs.theories]
            for measure in wanted
        }
        for theory, shares in blends.items():
            for measure in wanted:
                difference, se = mixed(sums[measure], shares).estimate()
                rows.append(Pair(strategy, twin, theory, measure, difference, se))
    return tuple(rows)

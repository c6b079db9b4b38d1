"""Regret on the objective: what a strategy loses to the best one, in expectation over luck (docs/explanation/regret.md)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.decision.findings import RegretRow
from countermove.decision.monte_carlo_error import estimates
from countermove.decision.scores import Scores, scores
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective


def naive_regret(by_draw: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Per-draw regret on all luck [...] of strategies [S, ..., D]: the mean over draws of (best luck-mean - own luck-mean).

    Biased up: the best luck-mean of a draw is partly good luck.
    """
    return ((by_draw.max(axis=0) - by_draw) * weight).sum(axis=-1)


def cross_fitted_regret(halves: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Per-draw regret [S, ...] of halves [2, S, ..., D]: the best is chosen on one half of the luck and scored on the other, both ways.

    Free of the naive figure's bias (Chernozhukov et al. 2018, cross-fitting); may be negative.
    """
    lost = np.zeros(halves.shape[1:-1])
    for chosen, scored in ((halves[0], halves[1]), (halves[1], halves[0])):
        leader = np.take_along_axis(scored, chosen.argmax(axis=0, keepdims=True), axis=0)
        lost += ((leader - scored) * weight).sum(axis=-1) / 2
    return lost


def _with_weighted(by_theory: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """[S, T] and after it the mean over theories: per-draw regret knows the draw *and* the theory, so it averages."""
    return np.concatenate([by_theory, (by_theory * shares).sum(axis=1, keepdims=True)], axis=1)


def regret_of(found: Scores) -> tuple[RegretRow, ...]:
    """The rows of `regret_rows` from scores that are there already."""
    regret, se = found.behind()
    naive = _with_weighted(naive_regret(found.by_draw, found.weight), found.shares)
    halves = found.halves
    fitted = (
        np.full_like(naive, np.nan) if halves is None else _with_weighted(cross_fitted_regret(halves, found.weight), found.shares)
    )
    value_se = estimates(found.totals, found.mass)[1]
    return tuple(
        RegretRow(
            strategy=strategy,
            theory=theory,
            value=float(found.value[s, t]),
            regret=float(regret[s, t]),
            se=float(se[s, t]),
            value_se=float(value_se[s, t]),
            naive=float(naive[s, t]),
            cross_fitted=float(fitted[s, t]),
        )
        for t, theory in enumerate(found.theories)
        for s, strategy in enumerate(found.strategies)
    )


def regret_rows(runs: Runs, objective: Objective | None, weights: Mapping[str, float]) -> tuple[RegretRow, ...]:
    """Expected regret of every strategy under every theory and over the weighted theories, in points.

    Args:
        runs: the outcomes.
        objective: points per measure.
        weights: weight of each theory (need not sum to 1).

    Returns:
        Rows by theory ("weighted" last), then strategy. `regret` is max E - E(s), never negative and 0 for the best; `se` is the error of
        that difference. `naive` and `cross_fitted` compare with the best strategy *of each draw* (and theory); the second is nan where
        there is one luck.

    Raises:
        DecisionError: a comparison without meaning (no objective, one strategy, weights of zero).
    """
    return regret_of(scores(runs, objective, weights))

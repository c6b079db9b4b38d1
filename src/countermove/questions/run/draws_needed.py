"""Whether there are enough draws: the Monte-Carlo error reached, and how many draws to try next."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.decision.scores import scores
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective


def open_error(runs: Runs, objective: Objective | None, weights: Mapping[str, float]) -> float:
    """The largest error of a difference to the best strategy that is still open, over all strategies, theories and the weighted theories; points.

    Open is what is not more than four errors beyond what matters: a strategy that is sixteen points behind needs no third digit; more draws
    are for the comparisons that they could decide. Infinite where fewer than two scrambles have draws, so that the error cannot be known.

    Raises:
        DecisionError: a comparison without meaning (no objective, one strategy, weights of zero).
    """
    scored = scores(runs, objective, weights)
    behind, se = scored.behind()
    se = np.where(np.isnan(se), np.inf, se)
    still = ~(behind - 4 * se > scored.matters)
    return float(np.where(still, se, 0.0).max())


def next_draws(current: int, error: float, tolerance: float, cap: int) -> int:
    """How many draws to have next: `current` where the error is within the tolerance or the cap is reached, else twice as many.

    Doubling keeps Sobol' points balanced and the leading draws as they are, and 16 scrambles know an error to about a fifth only, so
    that a longer leap would rest on little. Ask again after each doubling. An error that is unknown (nan, infinite) asks for more.

    Raises:
        DecisionError: no draws, or a tolerance that no error can meet.
    """
    if current < 1 or not tolerance > 0:
        raise DecisionError(f"{current} draws and a tolerance of {tolerance:g}", next="Both must be above 0")
    return current if error <= tolerance or current >= cap else min(2 * current, cap)

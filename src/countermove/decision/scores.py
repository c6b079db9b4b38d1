"""The points of every strategy under every theory: the one table that regret, verdicts and flip points are read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from countermove.decision.cells import shares_of
from countermove.decision.findings import WEIGHTED
from countermove.decision.monte_carlo_error import Estimate, Scrambles, Sums, estimates
from countermove.decision.objective import required
from countermove.decision.streamed_runs import worth_by_draw
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective
from countermove.world.titles import UNTITLED, Titles


@dataclass(frozen=True)
class Scores:
    """S strategies, T theories and after them "weighted", D draws, K scrambles; all in points.

    `value` [S, T+1] is the expectation over draws and lucks, `totals` [S, T+1, K] the sums behind it. `by_draw` [S, T, D] is the mean
    over all lucks, `halves` [2, S, T, D] over the lucks of even and of odd number (None where there is one luck). `titles`: what sentences
    call strategies and theories.
    """

    strategies: tuple[str, ...]
    theories: tuple[str, ...]  # T+1 names, the last is "weighted"
    shares: np.ndarray  # [T]
    value: np.ndarray
    totals: np.ndarray
    mass: np.ndarray  # [K]
    by_draw: np.ndarray
    halves: np.ndarray | None
    weight: np.ndarray  # [D]
    matters: float
    titles: Titles = UNTITLED

    def difference(self, theory: int, first: int, second: int) -> Estimate:
        """How many points the first strategy scores above the second, with the error of that difference (draws and lucks are shared)."""
        return Sums(self.totals[first, theory] - self.totals[second, theory], self.mass).estimate()

    def best(self, theory: int) -> int:
        """The strategy with the highest value; the first in the file where several share it."""
        return int(np.argmax(self.value[:, theory]))

    def behind(self) -> tuple[np.ndarray, np.ndarray]:
        """How far each strategy is behind the best under each theory, and the error of that difference [S, T+1]: 0 and 0 for the best."""
        leaders = np.argmax(self.value, axis=0)
        ahead = self.totals[leaders, np.arange(len(self.theories))] - self.totals
        return self.value.max(axis=0) - self.value, estimates(ahead, self.mass)[1]


def scores(runs: Runs, objective: Objective | None, weights: Mapping[str, float], titles: Titles = UNTITLED) -> Scores:
    """The points of all runs, summed up.

    Args:
        runs: the outcomes.
        objective: points per measure; None is an error.
        weights: weight of each theory (need not sum to 1).
        titles: what sentences call strategies and theories.

    Raises:
        DecisionError: no objective, fewer than two strategies, no theory, weights that have no meaning, an absent value.
    """
    written = required(objective)
    if len(runs.strategies) < 2:
        raise DecisionError("one strategy cannot be compared with itself", next="Run two strategies or more")
    if not runs.theories:
        raise DecisionError("there is no theory of the rival to compare under")
    shares = shares_of(runs.theories, weights)
    scrambles = Scrambles.of(runs)
    shape = (len(runs.strategies), len(runs.theories), runs.draws)
    by_draw = np.empty(shape)
    halves = np.empty((2, *shape)) if runs.lucks > 1 else None
    for s, strategy in enumerate(runs.strategies):
        for t, theory in enumerate(runs.theories):
            by_draw[s, t], parts = worth_by_draw(runs, written, strategy, theory)
            if halves is not None and parts is not None:
                halves[:, s, t] = parts
    alone = scrambles.gather(by_draw)
    totals = np.concatenate([alone, (alone * shares[:, None]).sum(axis=1, keepdims=True)], axis=1)
    value, _ = estimates(totals, scrambles.mass)
    theories = (*runs.theories, WEIGHTED)
    return Scores(
        *(runs.strategies, theories, shares, value, totals, scrambles.mass, by_draw, halves, scrambles.weight, written.matters),
        titles=titles,
    )

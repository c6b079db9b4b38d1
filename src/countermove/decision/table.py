"""The table strategy x theory x measure: mean, Monte-Carlo error and the range over runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from countermove.decision.cells import mixtures, outcomes_of
from countermove.decision.error import Scrambles, Sums, mixed
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.world.findings import MeasureRow
from countermove.world.measure import MEASURES, Measure

LEVELS = np.array([0.05, 0.5, 0.95])


def quantiles(values: np.ndarray, weight: np.ndarray | None = None) -> tuple[float, float, float]:
    """The 5, 50 and 95% quantiles of values [n] under weights [n] (None: equal): the smallest value with that much weight at or below it.

    A nan is left out; nan where nothing is left.
    """
    absent = np.isnan(values)
    if absent.any():
        values, weight = values[~absent], None if weight is None else weight[~absent]
    if values.size == 0 or (weight is not None and weight.sum() <= 0):
        return np.nan, np.nan, np.nan
    if weight is None:
        found = np.sort(values)[np.maximum(np.ceil(LEVELS * values.size - 1e-9).astype(int) - 1, 0)]
    else:
        order = np.argsort(values)
        below: np.ndarray = np.cumsum(weight[order])
        place: np.ndarray = np.searchsorted(below, LEVELS * below[-1] * (1 - 1e-12))
        found = values[order[np.minimum(place, values.size - 1)]]
    return float(found[0]), float(found[1]), float(found[2])


class _Cells:
    """One strategy, one measure: the runs of every theory [D, L], and rows for mixtures of theories."""

    def __init__(self, runs: Runs, scrambles: Scrambles, strategy: str, measure: Measure, cells: Sequence[np.ndarray]) -> None:
        self.strategy, self.measure = strategy, measure
        self.cells: list[np.ndarray] = list(cells)
        self.sums: list[Sums] = [scrambles.sums(cell) for cell in cells]
        for theory, cell, sums in zip(runs.theories, cells, self.sums, strict=True):
            if not np.isfinite(sums.total).all() or (measure.kind != "ratio" and bool(np.isnan(cell).any())):
                raise DecisionError(f"{measure.name} is not a finite number in some runs", where=f"{strategy} under {theory}")
        even = float(np.ptp(scrambles.weight)) == 0.0
        self.weight = None if even else np.repeat(scrambles.weight, runs.lucks)

    def row(self, theory: str, shares: np.ndarray) -> MeasureRow:
        """The row of a mixture; of one theory where a single share is not zero."""
        used = [t for t, share in enumerate(shares) if share > 0]
        if len(used) == 1:
            spread = quantiles(self.cells[used[0]].ravel(), self.weight)
        else:
            values = np.concatenate([self.cells[t].ravel() for t in used])
            each = np.full(self.cells[0].size, 1.0 / self.cells[0].size) if self.weight is None else self.weight
            spread = quantiles(values, np.concatenate([shares[t] * each for t in used]))
        mean, se = mixed(self.sums, shares).estimate()
        return MeasureRow(self.strategy, theory, self.measure.name, self.measure.unit, mean, se, *spread)


def measure_rows(runs: Runs, weights: Mapping[str, float] | None = None) -> tuple[MeasureRow, ...]:
    """Every measure of every strategy under every theory, and over the weighted theories where weights are given.

    Args:
        runs: the outcomes, [M, D, L] for each strategy and theory.
        weights: weight of each theory (need not sum to 1).

    Returns:
        Rows by strategy, then theory ("weighted" last), then measure, in the measure's unit. A ratio is averaged over the runs in which it
        exists, and is nan where it exists in none.

    Raises:
        DecisionError: weights that have no meaning, or a number that is not finite where it must be.
    """
    scrambles = Scrambles.of(runs)
    blends = mixtures(runs.theories, weights)
    rows: list[MeasureRow] = []
    for strategy in runs.strategies:
        arrays = [outcomes_of(runs, strategy, theory) for theory in runs.theories]
        found: dict[str, list[MeasureRow]] = {theory: [] for theory in blends}
        for place, measure in enumerate(MEASURES):
            cells = _Cells(runs, scrambles, strategy, measure, [np.asarray(array[place]) for array in arrays])
            for theory, shares in blends.items():
                found[theory].append(cells.row(theory, shares))
        rows += [row for theory in blends for row in found[theory]]
    return tuple(rows)

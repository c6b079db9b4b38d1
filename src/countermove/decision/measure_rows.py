"""The table strategy x theory x measure: mean, Monte-Carlo error and the range over runs."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from countermove.decision.cells import mixtures, outcomes_of
from countermove.decision.findings import MeasureRow
from countermove.decision.monte_carlo_error import Scrambles, Sums, mixed
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.world.measure import MEASURE_NAMES, MEASURES, Measure, may_be_absent

LEVELS = np.array([0.05, 0.5, 0.95])


@dataclass(frozen=True)
class Ranked:
    """The runs of one cell in rising order: values [n] without the absent ones, and the weight at or below each, [n + 1] with 0 first."""

    values: np.ndarray
    below: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, weight: np.ndarray | None = None) -> Ranked:
        """Of values [n] under weights [n] (None: 1/n each); a nan is left out, and its weight with it."""
        present = ~np.isnan(values)
        if weight is None:
            kept = np.sort(values[present])
            return cls(kept, np.arange(kept.size + 1) / values.size)
        kept, mass = values[present], weight[present]
        order = np.argsort(kept)
        return cls(kept[order], np.concatenate([[0.0], np.cumsum(mass[order])]))


def quantiles(parts: Sequence[Ranked], shares: Sequence[float]) -> tuple[float, float, float]:
    """The 5, 50 and 95% quantiles of a mixture: the smallest value with that much of the weight at or below it; nan where there is none."""
    whole = sum(share * float(part.below[-1]) for share, part in zip(shares, parts, strict=True))
    if whole <= 0:
        return np.nan, np.nan, np.nan
    wanted = LEVELS * whole * (1 - 1e-12)
    if len(parts) == 1:
        only = parts[0]
        found = only.values[np.minimum(np.searchsorted(shares[0] * only.below[1:], wanted), only.values.size - 1)]
        return float(found[0]), float(found[1]), float(found[2])
    values = np.sort(np.concatenate([part.values for part in parts]))
    low, high = np.zeros(len(LEVELS), np.intp), np.full(len(LEVELS), values.size - 1, np.intp)
    while (low < high).any():  # weight at or below rises along the values: halve the places where it can get there
        middle = (low + high) // 2
        at = values[middle]
        weight = sum(
            (share * part.below[np.searchsorted(part.values, at, side="right")] for share, part in zip(shares, parts, strict=True)),
            np.zeros(len(LEVELS)),
        )
        high, low = np.where(weight >= wanted, middle, high), np.where(weight >= wanted, low, middle + 1)
    found = values[high]
    return float(found[0]), float(found[1]), float(found[2])


class _Cells:
    """One strategy, one measure: the runs of every theory [D, L], and rows for mixtures of theories."""

    def __init__(self, runs: Runs, scrambles: Scrambles, strategy: str, measure: Measure, cells: Sequence[np.ndarray]) -> None:
        self.strategy, self.measure = strategy, measure
        self.sums: list[Sums] = [scrambles.sums(cell) for cell in cells]
        for theory, cell, sums in zip(runs.theories, cells, self.sums, strict=True):
            if not np.isfinite(sums.total).all() or (measure.kind != "ratio" and bool(np.isnan(cell).any())):
                raise DecisionError(f"{measure.name} is not a finite number in some runs", where=f"{strategy} under {theory}")
        even = float(np.ptp(scrambles.weight)) == 0.0
        weight = None if even else np.repeat(scrambles.weight / runs.lucks, runs.lucks)
        self.ranked = [Ranked.of(cell.ravel(), weight) for cell in cells]

    def row(self, theory: str, shares: np.ndarray) -> MeasureRow:
        """The row of a mixture; of one theory where a single share is not zero."""
        used = [t for t, share in enumerate(shares) if share > 0]
        spread = quantiles([self.ranked[t] for t in used], [float(shares[t]) for t in used])
        mean, se = mixed(self.sums, shares).estimate()
        return MeasureRow(self.strategy, theory, self.measure.name, self.measure.unit, mean, se, *spread)


def measure_rows(
    runs: Runs, weights: Mapping[str, float] | None = None, names: Container[str] = MEASURE_NAMES
) -> tuple[MeasureRow, ...]:
    """Every measure of every strategy under every theory, and over the weighted theories where weights are given.

    Args:
        runs: the outcomes, [M, D, L] for each strategy and theory.
        weights: weight of each theory (need not sum to 1).
        names: the measures that are asked for.

    Returns:
        Rows by strategy, then theory ("weighted" last), then measure, in the measure's unit. A ratio is averaged over the runs in which it
        exists, and is nan where it exists in none. A measure that this war does not have (`world/measure.py`) has no row.

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
            if measure.name not in names:
                continue
            columns = [np.asarray(array[place]) for array in arrays]
            if may_be_absent(measure) and all(np.isnan(column).all() for column in columns):
                continue
            cells = _Cells(runs, scrambles, strategy, measure, columns)
            for theory, shares in blends.items():
                found[theory].append(cells.row(theory, shares))
        rows += [row for theory in blends for row in found[theory]]
    return tuple(rows)

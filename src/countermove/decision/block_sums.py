"""What one block of runs adds to the answer: so much that the block need not be kept, and so exactly that no digit of the answer hangs on blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from countermove.decision.counts import Counts, upper_counts
from countermove.decision.objective import weighed
from countermove.scenario.schema import Objective


@dataclass(frozen=True)
class BlockSums:
    """Of d whole draws with all their lucks, for each of M measures and O objectives (sets of values).

    `means` is the sum over lucks of what is there, divided by all lucks; `present` the share of the lucks in which something is [d], of measures that
    are absent somewhere, by their place. `worth` is the mean
    points of a draw (nan where a valued measure is absent), `halves` those over the lucks of even and of odd number (None where there is one).
    """

    means: Annotated[np.ndarray, "M d"]
    present: Mapping[int, np.ndarray]
    worth: Annotated[np.ndarray, "O d"]
    halves: Annotated[np.ndarray, "2 O d"] | None
    counts: tuple[Counts, ...]

    def present_of(self, measure: int) -> np.ndarray:
        """The share of the lucks [d] in which a measure is there."""
        whole: np.ndarray = np.ones(int(self.means.shape[1]))
        return self.present.get(measure, whole)


def block_sums(table: np.ndarray, objectives: Sequence[Objective]) -> BlockSums:
    """Of the outcomes [M, d, L] of a block."""
    measures, draws, lucks = table.shape
    means, present = np.empty((measures, draws)), dict[int, np.ndarray]()
    for row, values in enumerate(table):
        absent = np.isnan(values)
        if absent.any():
            present[row] = (~absent).mean(axis=1)
            values = np.where(absent, 0, values)
        means[row] = values.sum(axis=1, dtype=np.float64) / lucks
    worth = np.empty((len(objectives), draws))
    halves = np.empty((2, len(objectives), draws)) if lucks > 1 else None
    for place, objective in enumerate(objectives):
        points = weighed(table, objective)
        worth[place] = points.mean(axis=1)
        if halves is not None:
            halves[:, place] = points[:, 0::2].mean(axis=1), points[:, 1::2].mean(axis=1)
    return BlockSums(means, present, worth, halves, tuple(upper_counts(values.ravel()) for values in table))


Named = tuple[tuple[str, float, float], ...]


def named(objective: Objective) -> Named:
    """An objective by what it is worth by: its measures, points and units."""
    return tuple((name, value.points, value.per) for name, value in objective.values.items())


def by_values(objectives: Sequence[Objective]) -> Mapping[Named, int]:
    """The place of each."""
    return {named(one): place for place, one in enumerate(objectives)}

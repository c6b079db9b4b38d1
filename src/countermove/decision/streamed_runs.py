"""Runs that were never held at once: of each pair of strategy and theory what the decision needs, put together from blocks.

What a function of this folder asks of runs it asks of these in the same words, and gets the same digits: a draw's mean over its lucks does not
hang on which other draws were in memory beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from countermove.decision.block_sums import BlockSums, Named, named
from countermove.decision.cells import outcomes_of
from countermove.decision.counts import Counts, Lower
from countermove.decision.monte_carlo_error import Scrambles, Sums
from countermove.decision.objective import absent_value, points, required
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective
from countermove.world.measure import MEASURE_NAMES

Asked = Mapping[int, Mapping[str, frozenset[int]]]
"""By the place of a measure and theory, the upper halves under which lower ones are to be counted."""
Found = Mapping[int, Mapping[str, Lower]]


@dataclass(frozen=True)
class PairSums:
    """One strategy under one theory: sums by scramble of M measures, the points of D draws by O sets of values, and what was counted."""

    total: Annotated[np.ndarray, "M K"]
    mass: Annotated[np.ndarray, "M K"]
    worth: Annotated[np.ndarray, "O D"]
    halves: Annotated[np.ndarray, "2 O D"] | None
    counts: tuple[Counts, ...]


class PairBlocks:
    """The blocks of a pair as they come, in the order of their draws. Counts, which are the most of a block, are added up at once."""

    def __init__(self) -> None:
        """None yet."""
        self._means, self._present, self._worth, self._halves = (list[np.ndarray]() for _ in range(4))
        self._counts: tuple[Counts, ...] = ()

    def add(self, block: BlockSums) -> None:
        """One more."""
        self._means.append(block.means)
        self._present.append(np.stack([block.present_of(row) for row in range(len(block.means))]))
        self._worth.append(block.worth)
        if block.halves is not None:
            self._halves.append(block.halves)
        self._counts = tuple(map(Counts.added, self._counts, block.counts)) if self._counts else block.counts

    def sums(self, scrambles: Scrambles) -> PairSums:
        """Of all of them."""
        rows = range(len(self._means[0]))  # one measure at a time: all of them at once would be held twice
        present = (np.concatenate([block[row] for block in self._present]) for row in rows)
        return PairSums(
            total=np.stack([scrambles.gather(np.concatenate([block[row] for block in self._means])) for row in rows]),
            mass=np.stack([scrambles.mass if (share == 1).all() else scrambles.gather(share) for share in present]),
            worth=np.concatenate(self._worth, axis=1),
            halves=np.concatenate(self._halves, axis=2) if self._halves else None,
            counts=self._counts,
        )


@dataclass(frozen=True, repr=False, kw_only=True)
class StreamedRuns(Runs):
    """Runs whose outcomes lie on the disk. `lower` goes over them a second time, for the order statistics of one strategy."""

    sums: Mapping[tuple[str, str], PairSums] = field(compare=False)
    objectives: Mapping[Named, int] = field(compare=False)
    lower: Callable[[str, Asked], Found] = field(compare=False)
    first: Runs = field(compare=False)  # so many draws as parts beside the answer are made of

    def __post_init__(self) -> None:
        """Nothing: what is on the disk is not loaded to see its shape."""

    def leading(self, draws: int, lucks: int) -> Runs | None:
        """The leading draws and lucks, as far as they were kept in memory too."""
        return self.first.leading(draws, lucks)


def measure_sums(runs: Runs, scrambles: Scrambles, strategy: str, theory: str, place: int) -> Sums:
    """The sums by scramble of the measure at a place; raises DecisionError for what was not run."""
    if isinstance(runs, StreamedRuns):
        found = _sums_of(runs, strategy, theory)
        return Sums(found.total[place], found.mass[place])
    return scrambles.sums(np.asarray(outcomes_of(runs, strategy, theory)[place]))


def worth_by_draw(runs: Runs, objective: Objective, strategy: str, theory: str) -> tuple[np.ndarray, np.ndarray | None]:
    """The points of every draw [D]: the mean over all lucks, and [2, D] those over the lucks of even and of odd number (None where there is one).

    Raises DecisionError as `decision.objective.points` does, and of streamed runs for values that nobody named when they were run.
    """
    if not isinstance(runs, StreamedRuns):
        worth = points(runs, objective, strategy, theory)
        halves = np.stack([worth[:, 0::2].mean(axis=1), worth[:, 1::2].mean(axis=1)]) if runs.lucks > 1 else None
        return worth.mean(axis=1), halves
    found, place = _sums_of(runs, strategy, theory), runs.objectives.get(named(required(objective)))
    if place is None:
        raise DecisionError("these runs were not summed up by these values", next="Run them again with the values in the scenario")
    if not np.isfinite(found.worth[place]).all():
        lost = {name: _absent(found.counts[MEASURE_NAMES.index(name)]) for name in objective.values}
        raise absent_value(lost, runs.draws * runs.lucks, f"{strategy} under {theory}")
    return found.worth[place], None if found.halves is None else found.halves[:, place]


def _absent(counts: Counts) -> int:
    return counts.size - counts.present


def _sums_of(runs: StreamedRuns, strategy: str, theory: str) -> PairSums:
    if (strategy, theory) not in runs.sums:
        raise DecisionError(f"{strategy} under {theory} was not run")
    return runs.sums[strategy, theory]

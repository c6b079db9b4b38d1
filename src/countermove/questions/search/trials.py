"""Playing candidate strategies on common draws: every candidate meets the same draws and the same luck, so that differences are paired."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countermove.decision.cells import row_of
from countermove.decision.monte_carlo_error import estimates
from countermove.decision.objective import required, worth_of
from countermove.engine.candidates import play
from countermove.engine.run import Batch, Engine, Executor, Shelf
from countermove.errors import DecisionError
from countermove.questions.search.template import Template, numbers_at
from countermove.rng.quasi import SCRAMBLES

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
EXTRA = ("cost", "direct-war")  # what the front is about beside points


@dataclass(frozen=True)
class TrialScores:
    """C candidates on D draws under T theories. `points` [C, T, K] are means by scramble; `measures` [C, T, M] means over draws of the
    objective's measures, then of EXTRA (in their units)."""

    points: Floats
    measures: Floats

    def __len__(self) -> int:
        return len(self.points)

    def at(self, places: Sequence[int] | NDArray[Any]) -> TrialScores:
        """Some of them."""
        return TrialScores(self.points[places], self.measures[places])


def joined(parts: Sequence[TrialScores]) -> TrialScores:
    """Several tables as one."""
    return TrialScores(np.concatenate([one.points for one in parts]), np.concatenate([one.measures for one in parts]))


@dataclass(frozen=True)
class Aim:
    """What a search tries to raise: expected points over theories by their shares [T], or under the theory that is worst for each candidate."""

    shares: Floats
    worst: bool = False

    def mixed(self, points: Floats, table: Floats) -> Floats:
        """A table [C, T, ...] as the aim looks at it [C, ...]: over the theories by their shares, or under the worst by `points` [C, T, K]."""
        if not self.worst:
            return np.einsum("ct...,t->c...", table, self.shares)
        counted = np.where(self.shares > 0, points.mean(axis=2), np.inf)
        return table[np.arange(len(table)), counted.argmin(axis=1)]

    def parts(self, found: TrialScores) -> Floats:
        """The aim of each candidate by scramble [C, K]: their mean is its value, and differences between rows are paired."""
        return self.mixed(found.points, found.points)

    def values(self, found: TrialScores) -> Floats:
        """The aim of each candidate [C]."""
        return self.parts(found).mean(axis=1)


def ahead(parts: Floats, other: Floats) -> tuple[Floats, Floats]:
    """How far rows by scramble [..., K] are above another, and the standard error of the difference."""
    difference = parts - other
    return estimates(difference, np.ones_like(difference))


def trial_scores(measures: NDArray[np.float32], objective: Any, where: str) -> tuple[Floats, Floats]:
    """Of measures [M, C, D]: points by scramble [C, K], and means of the valued measures and EXTRA [C, V + 2]."""
    worth = worth_of(measures, objective, where)
    rows = [row_of(name) for name in (*required(objective).values, *EXTRA)]
    by_scramble = worth.reshape(len(worth), -1, SCRAMBLES).mean(axis=1)
    return by_scramble, measures[rows].mean(axis=2, dtype=np.float64).T


def fitting(draws: int, chunk: int) -> int:
    """The least number of draws, not below this one, that divides into scrambles and into chunks (or a chunk into it)."""
    power = max(SCRAMBLES, 1 << max(draws - 1, 0).bit_length())
    whole = -(-draws // chunk) * chunk  # so many whole chunks
    return next(size for size in sorted({draws, power, whole}) if size >= draws and _fits(size, chunk))


def _fits(draws: int, chunk: int) -> bool:
    return draws % SCRAMBLES == 0 and (draws % chunk == 0 or chunk % draws == 0)


@dataclass(frozen=True)
class TrialGround:
    """Where candidates are tried: draws, theories, who does the work, and where finished pieces are kept. One luck a draw."""

    template: Template
    engine: Engine  # of the template's plan
    batch: Batch
    theories: tuple[str, ...]
    executor: Executor
    shelf: Shelf | None = None

    def __post_init__(self) -> None:
        """Refuse draws that do not divide into scrambles or into chunks."""
        draws, chunk = self.batch.draws.size, self.batch.chunk
        if fitting(draws, chunk) != draws:
            raise DecisionError(f"{draws} draws in chunks of {chunk}", next=f"{fitting(draws, chunk)} would fit")

    def trial(self, points: NDArray[np.int64], progress: Progress | None = None) -> TrialScores:
        """Play points [C, K]. The piece of the shelf is that of these points on these draws: an interrupted search takes it from there."""
        key = f"{self.batch.draws.seed}|{self.batch.draws.size}|{hashlib.sha256(points.astype('<i8').tobytes()).hexdigest()}|{points.shape}"
        kept = self.shelf.get(key) if self.shelf is not None else None
        if kept is not None:
            return TrialScores(kept["points"], kept["measures"])
        found = self._play(points, progress)
        if self.shelf is not None:
            self.shelf.put(key, {"points": found.points, "measures": found.measures})
        return found

    def _play(self, points: NDArray[np.int64], progress: Progress | None) -> TrialScores:
        draws, chunk = self.batch.draws.size, self.batch.chunk
        numbers = numbers_at(self.template, points)
        total = len(points) * draws
        tasks = [(theory, first) for theory in self.theories for first in range(0, total, chunk)]

        def work(task: tuple[str, int]) -> NDArray[np.float32]:
            theory, first = task
            run = np.minimum(first + np.arange(chunk), total - 1)
            own = {name: value[run // draws] for name, value in numbers.items()}
            return play(self.engine, self.batch, theory, run % draws, own)

        results = self.executor.map(work, tasks, progress=progress)
        tables: list[tuple[Floats, Floats]] = []
        for theory in self.theories:
            parts = [next(results) for _ in range(0, total, chunk)]
            measures = np.concatenate(parts, axis=1)[:, :total].reshape(-1, len(points), draws)
            tables.append(trial_scores(measures, self.template.scenario.objective, f"the search under {theory}"))
        return TrialScores(np.stack([table for table, _ in tables], axis=1), np.stack([table for _, table in tables], axis=1))

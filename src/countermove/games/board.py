"""A war as it is played on a board: months of many runs at once, moves given or those of a written strategy under a theory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.engine.draws import Draws, prior_draws
from countermove.engine.months import Job
from countermove.engine.program import Program
from countermove.engine.quantities import Named
from countermove.engine.run import Batch, Engine
from countermove.errors import SolveError
from countermove.games.one_month import NO_ORDERS, ORDERED, SEEN, SUPPORT, Lanes, Moved, Stood, first_day, month, playable
from countermove.world.measure import MEASURE_NAMES

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Worth = Callable[[NDArray[np.float32]], Floats]
"""What runs are worth to the owner, in points: measures [M, n] in the order of MEASURES to [n], as `decision.objective.worth_of` does it."""
LUCKS = 1 << 31  # addresses of luck: more than any board plays


class Given(NamedTuple):
    """Moves that are given to n runs in a month."""

    rung: NDArray[np.float32]  # [n] the owner's, nan: what the strategy orders
    support: NDArray[np.float32]  # [n] what the rival aims at, multiples of his baseline, where he follows no theory


class Month(NamedTuple):
    """A month of n runs: where they stood before, and what it made of them."""

    number: int  # from 0
    before: Stood
    moved: Moved


@dataclass(frozen=True)
class Board:
    """A program, its draws, and how many runs are played at once. `worth` says what runs are worth, `outcomes` which measures are watched,
    `asked` which quantities are told month by month.

    Raises SolveError where there is no rival, a watched measure does not exist, or runs and draws do not fit.
    """

    program: Program
    worth: Worth
    draws: int = 256
    seed: int = 0
    lanes: int = 2048
    outcomes: tuple[str, ...] = ()
    asked: tuple[Named, ...] = ()

    def __post_init__(self) -> None:
        if self.program.asked is None:
            raise SolveError(
                "nobody stands on another side than the owner's client, so there is no game",
                where="rival",
                next="Write a patron who supports another side, with his theories",
            )
        lost = [name for name in self.outcomes if name not in MEASURE_NAMES]
        if lost:
            raise SolveError(f"no measure is called {', '.join(lost)}", where="outcomes")
        if self.lanes < 16 or not 1 <= self.draws <= self.lanes:
            raise SolveError(
                f"{self.lanes} runs at once of {self.draws} draws",
                where="board",
                next="16 runs or more, and no more draws than runs",
            )

    @cached_property
    def engine(self) -> Engine:
        """The war for given moves."""
        return Engine(playable(self.program))

    @cached_property
    def drawn(self) -> Draws:
        """Its draws: those of the program with the same seed."""
        return prior_draws(self.engine.program, self.draws, self.seed)

    @property
    def rival(self) -> int:
        """The patron whose moves are given."""
        return self.program.rival

    @property
    def months(self) -> int:
        """Months of the clock."""
        return self.program.cast.months

    def job(self, strategy: str, theory: str, draw: Wholes, luck: Wholes, support: NDArray[np.float32] | None = None) -> Job:
        """Runs by their draw and luck [n]; raises SolveError for a strategy or a theory that this war does not have."""
        for noun, name, known in (("strategy", strategy, self.engine.sheets), ("theory", theory, self.engine.names)):
            if name not in known:
                raise SolveError(f"this war has no {noun} called {name}", next=f"It has {', '.join(known)}")
        job = self.engine.job(Batch(self.drawn, LUCKS), strategy, theory, draw * LUCKS + luck)
        return self.ordered(job, np.zeros(len(draw), np.float32) if support is None else support)

    def ordered(self, job: Job, support: NDArray[np.float32]) -> Job:
        """The same runs, in which the rival is told to aim at so much [n]."""
        rows = np.zeros((len(self.program.cast.patrons), len(support)), np.float32)
        rows[self.rival] = support
        return job._replace(params={**job.params, SUPPORT: rows})

    def play(
        self, pair: tuple[str, str], draw: Wholes, luck: Wholes, given: Callable[[int, Stood], Given] | None = None
    ) -> Iterator[Month]:
        """Every month of runs of a strategy under a theory from the first day; `given(month, where they stand)` moves in their place where there is
        one, but for an owner's rung that is no number."""
        kernel = self.engine.kernel
        job = self.job(*pair, draw, luck)
        stood = first_day(kernel, self.rival, job)
        for index in range(self.months):
            moves = (
                Given(np.full(len(draw), np.nan, np.float32), np.zeros(len(draw), np.float32))
                if given is None
                else given(index, stood)
            )
            moved = month(kernel, self.rival, self.ordered(job, moves.support), stood.lanes, index, moves.rung, self.asked)
            yield Month(index, stood, moved)
            stood = moved.stood

    def step(self, lanes: Lanes, index: int, draw: Wholes, luck: Wholes, given: Given, strategy: str = NO_ORDERS.name) -> Moved:
        """One month of runs that stand somewhere, with given moves; where the owner's is no number it is what the strategy orders."""
        job = self.job(strategy, ORDERED, draw, luck, given.support)
        return month(self.engine.kernel, self.rival, job, lanes, index, given.rung, self.asked)

    def seen(self, stood: Stood, index: int) -> Mapping[str, Floats]:
        """What is public of runs that stand at the start of month `index` (from 0; the last one where the clock is over), [n] by name."""
        table: Floats = np.asarray(stood.seen, np.float64)
        rows: dict[str, Floats] = {name: table[row] for row, name in enumerate(SEEN)}
        rows["month"] = np.full(table.shape[1], float(min(index, self.months - 1)))
        return rows

    @property
    def channels(self) -> tuple[str, ...]:
        """What a month brings, by name: points to the owner, changes of the watched measures, what the rival wins and what he pays."""
        return ("points", *self.outcomes, "stake", "cost")

    def gains(self, moved: Moved, red_line: float) -> NDArray[np.float32]:
        """What the month brought to each run, [C, n] in the order of the channels. Raises SolveError where a measure is not a number."""
        before, after = np.asarray(moved.before), np.asarray(moved.stood.measures)
        rows = [self.worth(after) - self.worth(before)]
        rows += [after[MEASURE_NAMES.index(name)] - before[MEASURE_NAMES.index(name)] for name in self.outcomes]
        rows.append(np.asarray(moved.prize) * (np.asarray(moved.success) - red_line * np.asarray(moved.crossed)))
        rows.append(np.asarray(moved.cost))
        found = np.stack([np.asarray(row, np.float32) for row in rows])
        wrong = [name for name, row in zip(self.channels, found, strict=True) if not np.isfinite(row).all()]
        if wrong:
            raise SolveError(
                f"{', '.join(wrong)} is not a number in every month", where="outcomes", next="Watch measures that every run has"
            )
        return found

    def opening(self) -> tuple[Mapping[str, Floats], Floats]:
        """The first day of every draw: what is public [D], and the channels' values before anything has happened [C]."""
        padded = (
            np.arange(self.lanes) % self.draws
        )  # as many runs as ever: other sizes are compiled anew, and their last bits may differ
        stood = first_day(self.engine.kernel, self.rival, self.job(NO_ORDERS.name, ORDERED, padded, padded * 0))
        seen = {name: row[: self.draws] for name, row in self.seen(stood, 0).items()}
        table = np.asarray(stood.measures)[:, : self.draws]
        rows = [self.worth(table), *(np.asarray(table[MEASURE_NAMES.index(name)], np.float64) for name in self.outcomes)]
        return seen, np.array([*(float(row.mean()) for row in rows), 0.0, 0.0])

"""Every strategy under every theory in every draw and luck: the tasks, their order, and how their results become Runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from countermove.engine.draws import Draws
from countermove.engine.first_not_finite import first_not_finite
from countermove.engine.months import Job, Kernel
from countermove.engine.plans import sheet_of
from countermove.engine.program import Program, calendar
from countermove.engine.runs import Runs
from countermove.engine.simulate import BAND_STRIDE, outcomes
from countermove.errors import RunError
from countermove.rng.seeds import words
from countermove.world.measure import MEASURES, absent
from countermove.world.monthly import MONTHLY
from countermove.world.shapes import checked

CHUNK = 2048
"""Runs computed at once: with more a run is no cheaper, with fewer the last chunk of few runs is less of a waste."""
_LANES = 16
QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
Progress = Callable[[int, int], None]


class Executor(Protocol):
    """Runs tasks somewhere and gives the results back in the order of the tasks."""

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], *, progress: Progress | None = None) -> Iterator[Any]:
        """Results in task order."""
        ...


class Shelf(Protocol):
    """Keeps finished pieces of an interrupted run; None where a piece is missing or damaged."""

    def get(self, key: str) -> dict[str, np.ndarray] | None:
        """The piece, or None."""
        ...

    def put(self, key: str, piece: dict[str, np.ndarray]) -> None:
        """Keep a piece."""
        ...


@dataclass(frozen=True)
class Batch:
    """How much to run: draws come from `draws`, `lucks` are the realisations of chance under each draw."""

    draws: Draws
    lucks: int = 16
    chunk: int = CHUNK
    strategies: tuple[str, ...] = ()
    theories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One chunk of one pair of strategy and theory: runs first .. first + chunk of draws x lucks, in draw-major order."""

    strategy: str
    theory: str
    first: int


class Engine:
    """A program ready to run. Compiles on the first chunk; one compilation serves every strategy, theory, draw and luck."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.kernel = Kernel.of(program)
        self.sheets = {plan.name: sheet_of(self.kernel.book, plan) for plan in program.plans}
        self.calendar = calendar(program)
        self.names = tuple(theory.name for theory in program.theories)

    def job(self, batch: Batch, strategy: str, theory: str, runs: np.ndarray) -> Job:
        """The chunk of the given runs (draw * lucks + luck); runs beyond the last one repeat it and are cut off later."""
        runs = np.minimum(runs, batch.draws.size * batch.lucks - 1)
        draw, luck = runs // batch.lucks, runs % batch.lucks
        theories = batch.draws.others[:, draw].astype(np.int32)
        if self.program.asked is not None:
            theories[self.program.asked] = self.names.index(theory)
        found = Job(
            params=batch.draws.take(draw),
            draw=draw.astype(np.uint32),
            luck=luck.astype(np.uint32),
            plan=self.sheets[strategy],
            theories=theories,
            seed=words(batch.draws.seed),
            calendar=self.calendar,
        )
        checked(found, n=len(runs))
        return found

    def chunk(self, batch: Batch, task: Task) -> tuple[np.ndarray, np.ndarray]:
        """Measures [M, chunk] and bands [T, B, chunk / 16] of one task."""
        job = self.job(batch, task.strategy, task.theory, task.first + np.arange(batch.chunk))
        table, bands, _ = outcomes(self.kernel, job)
        return np.asarray(table), np.asarray(bands)


def pairs_of(program: Program, batch: Batch) -> list[tuple[str, str]]:
    """The pairs of strategy and theory to run, in file and table order."""
    strategies = batch.strategies or program.strategy_names
    theories = batch.theories or program.theory_names
    return [(s, t) for s in strategies for t in theories]


def _check(engine: Engine, batch: Batch, table: np.ndarray, task: Task) -> None:
    """A number that is not finite is an error that names its run, month and mechanism, never a silent hole."""
    cast = engine.program.cast
    gone = absent(cast.months, len(cast.enemies[0]), cast.territory)
    fine = np.isfinite(table).all(axis=1)
    for row, measure in ((table[place], MEASURES[place]) for place in np.flatnonzero(~fine)):
        bad = ~np.isfinite(row) if measure.kind != "ratio" and measure.name not in gone else np.isinf(row)
        if bad.any():
            run = min(task.first + int(np.argmax(bad)), batch.draws.size * batch.lucks - 1)
            address = f"strategy {task.strategy}, theory {task.theory}, draw {run // batch.lucks}, luck {run % batch.lucks}"
            job = engine.job(batch, task.strategy, task.theory, np.full(_LANES, run))
            arose = first_not_finite(engine.kernel, job)
            raise RunError(
                f"{measure.name} is not a finite number in the run {address}{f': it arose {arose}' if arose else ''}",
                where=engine.program.scenario.scenario,
                next="Some number of the scenario is too large or too small to compute with; `countermove explain` lists them",
            )


def run_pairs(
    engine: Engine,
    batch: Batch,
    executor: Executor,
    *,
    begin: int = 0,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """For each pair of strategy and theory, in order: (strategy, theory, outcomes [M, n], bands [T, B, n / 16]) of the runs from `begin` on.

    Memory holds one pair and what the executor has in hand, whatever the number of runs. Sums are made on the host in run order.
    """
    pairs = pairs_of(engine.program, batch)
    total = batch.draws.size * batch.lucks
    starts = range(begin, total, batch.chunk)
    tasks = [Task(s, t, first) for s, t in pairs for first in starts]

    def work(task: Task) -> tuple[np.ndarray, np.ndarray]:
        key = f"{task.strategy}|{task.theory}|{task.first}|{batch.chunk}|{total}"
        kept = shelf.get(key) if shelf is not None else None
        if kept is not None:
            return kept["table"], kept["bands"]
        table, bands = engine.chunk(batch, task)
        _check(engine, batch, table, task)
        if shelf is not None:
            shelf.put(key, {"table": table, "bands": bands})
        return table, bands

    results = executor.map(work, tasks, progress=progress)
    for strategy, theory in pairs:
        tables, bands = zip(*(next(results) for _ in starts), strict=True)
        shown = -(-total // BAND_STRIDE) - begin // BAND_STRIDE
        yield strategy, theory, np.concatenate(tables, axis=1)[:, : total - begin], np.concatenate(bands, axis=2)[:, :, :shown]


def quantiles_of(shown: np.ndarray) -> np.ndarray:
    """QUANTILES over the last axis [..., n], to [..., 5] float32: linear between order statistics, as `np.quantile` in a third of its time."""
    ordered = np.sort(shown, axis=-1)
    at = np.array(QUANTILES) * (ordered.shape[-1] - 1)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, ordered.shape[-1] - 1)
    return (ordered[..., low] + (at - low) * (ordered[..., high].astype(np.float64) - ordered[..., low])).astype(np.float32)


TwinPair = tuple[str, str]


class Growing:
    """The runs of some pairs of strategy and theory, to which more draws can be added: the leading ones are not run again."""

    def __init__(self, engine: Engine, executor: Executor, shelf: Shelf | None = None) -> None:
        """Nothing is run yet."""
        self.engine, self.executor, self.shelf = engine, executor, shelf
        self.done, self.seconds = 0, 0.0
        self.tables: dict[TwinPair, np.ndarray] = {}  # [M, n]
        self.shown: dict[TwinPair, np.ndarray] = {}  # [T, B, n / 16]

    def to(self, batch: Batch, *, progress: Progress | None = None) -> Runs:
        """All pairs with so many draws. The batch differs from the one before in having more draws of the same seed."""
        clock, total = time.perf_counter(), batch.draws.size * batch.lucks
        bands: dict[TwinPair, np.ndarray] = {}
        begin = self.done - self.done % BAND_STRIDE  # the path of a band is that of every 16th run
        more = run_pairs(self.engine, batch, self.executor, begin=begin, shelf=self.shelf, progress=progress)
        for strategy, theory, table, shown in more:
            pair = (strategy, theory)
            if begin:
                table = np.concatenate([self.tables.pop(pair)[:, :begin], table], axis=1)
                shown = np.concatenate([self.shown.pop(pair)[:, :, : begin // BAND_STRIDE], shown], axis=2)
            self.tables[pair], self.shown[pair], bands[pair] = table, shown, quantiles_of(shown)
        self.done, self.seconds = total, self.seconds + time.perf_counter() - clock
        size = (len(MEASURES), batch.draws.size, batch.lucks)
        tables = {pair: self.tables[pair].reshape(size) for pair in pairs_of(self.engine.program, batch)}
        return collect(self.engine, batch, tables, bands, self.seconds)


def run(engine: Engine, batch: Batch, executor: Executor, *, shelf: Shelf | None = None, progress: Progress | None = None) -> Runs:
    """All pairs kept in memory: for studies of ordinary size; larger ones stream `run_pairs` into the store."""
    return Growing(engine, executor, shelf).to(batch, progress=progress)


def collect(
    engine: Engine, batch: Batch, tables: dict[TwinPair, np.ndarray], bands: dict[TwinPair, np.ndarray], seconds: float
) -> Runs:
    """The Runs of finished pairs."""
    cast = engine.program.cast
    shown = {place: row.name for place, row in enumerate(MONTHLY.values()) if cast.territory or not row.of_ground}
    runs = batch.draws.size * batch.lucks
    return Runs(
        strategies=tuple(dict.fromkeys(s for s, _ in tables)),
        theories=tuple(dict.fromkeys(t for _, t in tables)),
        outcomes=tables,
        bands={pair: found[:, list(shown)] for pair, found in bands.items()},
        band_names=tuple(shown.values()),
        paths=-(-runs // BAND_STRIDE),
        draws=batch.draws.size,
        lucks=batch.lucks,
        months=cast.months,
        seed=batch.draws.seed,
        scramble=batch.draws.scramble,
        weight=batch.draws.weight,
        seconds=seconds,
        rate=len(tables) * runs * cast.months / seconds if seconds > 0 else 0.0,
    )


def warm(engine: Engine, batch: Batch) -> float:
    """Compile (or load the compiled program); seconds it took."""
    clock = time.perf_counter()
    strategy, theory = pairs_of(engine.program, batch)[0]
    engine.chunk(batch, Task(strategy, theory, 0))
    return time.perf_counter() - clock

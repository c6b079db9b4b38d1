"""Runs that are too many to hold: block by block to the disk, and of each block what the answer needs.

A task is a block: some whole draws, all their lucks, one strategy under one theory. It writes its outcomes as one part of the table and gives
back sums and counts, so that outcomes travel nowhere. A block whose part is there already is read instead of run. Memory holds the blocks at
work, whatever the number of runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from countermove.compute.executor import Executor, Progress
from countermove.compute.local import Local
from countermove.decision.block_sums import BlockSums, block_sums, by_values
from countermove.decision.counts import NOTHING, Counts, Lower, lower_counts
from countermove.decision.robust import scrambles_of
from countermove.decision.streamed_runs import Asked, Found, PairBlocks, PairSums, StreamedRuns
from countermove.engine.draws import Draws
from countermove.engine.run import Batch, Engine, collect, pairs_of, quantiles_of, run_pairs
from countermove.engine.runs import Runs
from countermove.engine.simulate import BAND_STRIDE
from countermove.errors import StoreError
from countermove.scenario.schema import Objective
from countermove.store.checkpoint import Checkpoint
from countermove.store.columns import addressed
from countermove.store.parts import Part, TableParts
from countermove.world.measure import MEASURE_NAMES

HELD = 1 << 20
"""Runs that are kept in memory: 164 MB of outcomes. More are streamed."""
BLOCK = 1 << 16
"""Runs of a block, about: a block has whole draws."""
SHOWN = 1 << 18
"""Of a pair, the runs whose paths the bands are made of (every 16th of them): with more a band moves by less than a line is wide."""
KEPT_DRAWS, KEPT_LUCKS = 512, 16
"""Draws and lucks that stay in memory for the parts beside the answer."""


Written = Mapping[tuple[str, str], Sequence[Part]]
"""The parts of each pair, in the order of their draws."""


_Gathered = tuple[dict[tuple[str, str], PairSums], dict[tuple[str, str], np.ndarray], dict[tuple[str, str], np.ndarray]]


class Block(NamedTuple):
    """Draws `first` to before `end` of one pair, under its numbers in the run."""

    strategy: str
    theory: str
    number: tuple[int, int]
    first: int
    end: int

    @property
    def place(self) -> str:
        """In the table, so that names sort as the rows do."""
        return f"s{self.number[0]:03d}-t{self.number[1]:03d}-d{self.first:07d}-{self.end:07d}"


class Summed(NamedTuple):
    """What comes back of a block."""

    sums: BlockSums
    part: Part
    paths: np.ndarray  # [T, B, n / 16], empty beyond SHOWN
    leading: np.ndarray  # [M, d, L] of the draws and lucks that are kept


@dataclass(frozen=True)
class _Work:
    """Runs a block, or reads it where it was run before."""

    engine: Engine
    batch: Batch
    objectives: Sequence[Objective]
    parts: TableParts
    shelf: Checkpoint
    require_seen: Callable[[], None]

    def __call__(self, block: Block) -> Summed:
        self.require_seen()
        shown = block.first * self.batch.lucks < SHOWN
        kept = self.shelf.get(block.place) if shown else {"paths": np.empty(0)}
        part = self.parts.get(block.place) if kept is not None else None
        if part is None or kept is None:
            table, paths = self._run(block)
            self.require_seen()  # a worker that is late must not make the folder of a run that has ended again
            kept = {"paths": paths if shown else np.empty(0)}
            if shown:
                self.shelf.put(block.place, kept)
            part = self.parts.put(block.place, addressed(block.strategy, block.theory, table, MEASURE_NAMES, block.first))
        else:
            table = np.stack(part.columns(MEASURE_NAMES)).reshape(len(MEASURE_NAMES), block.end - block.first, self.batch.lucks)
        leading = table[:, : max(KEPT_DRAWS - block.first, 0), :KEPT_LUCKS].copy()
        return Summed(block_sums(table, self.objectives), part, kept["paths"], leading)

    def _run(self, block: Block) -> tuple[np.ndarray, np.ndarray]:
        """Outcomes [M, d, L] and the paths that bands are made of."""
        lucks = self.batch.lucks
        batch = replace(
            self.batch, draws=leading_draws(self.batch.draws, block.end), strategies=(block.strategy,), theories=(block.theory,)
        )
        ((_, _, table, paths),) = run_pairs(self.engine, batch, Local(1), begin=block.first * lucks)
        return table.reshape(len(MEASURE_NAMES), -1, lucks), paths


def leading_draws(draws: Draws, count: int) -> Draws:
    """The leading draws; what is certain stays one number."""
    values = {name: value[..., :count] for name, value in draws.values.items()}
    experts = {name: who[:count] for name, who in draws.experts.items()}
    return Draws(values, np.full(count, 1.0 / count), draws.others[:, :count], experts, draws.seed)


class Streaming:
    """The runs of some pairs on the disk, to which more draws can be added: the leading ones are not run again."""

    def __init__(
        self, engine: Engine, executor: Executor, parts: TableParts, shelf: Checkpoint, objectives: Sequence[Objective]
    ) -> None:
        """Nothing is run yet."""
        self.engine, self.executor, self.parts, self.shelf, self.objectives = engine, executor, parts, shelf, objectives
        self.edges, self.seconds = [0], 0.0
        self.written: dict[tuple[str, str], list[Part]] = {}

    def to(self, batch: Batch, *, progress: Progress | None = None) -> StreamedRuns:
        """All pairs with so many draws. The batch differs from the one before in having more draws of the same seed."""
        clock = time.perf_counter()
        step = max(BAND_STRIDE, BLOCK // batch.lucks // BAND_STRIDE * BAND_STRIDE)
        self.edges += [*range(self.edges[-1] + step, batch.draws.size, step), batch.draws.size]
        pairs = pairs_of(self.engine.program, batch)
        with self.parts.shared() as seen:
            work = _Work(self.engine, batch, self.objectives, self.parts, self.shelf, seen)
            results = self.executor.map(work, list(self._blocks(pairs)), progress=progress)
            sums, bands, first = self._gathered(batch, pairs, results)
        self.seconds += time.perf_counter() - clock
        return self._runs(batch, sums, bands, first)

    def _gathered(self, batch: Batch, pairs: Sequence[tuple[str, str]], results: Iterator[Summed]) -> _Gathered:
        """What comes back of the blocks, pair by pair."""
        sums: dict[tuple[str, str], PairSums] = {}
        bands: dict[tuple[str, str], np.ndarray] = {}
        first: dict[tuple[str, str], np.ndarray] = {}
        scrambles = scrambles_of(batch.draws.weight, batch.draws.scramble)
        for pair in pairs:
            blocks, paths, leading = PairBlocks(), list[np.ndarray](), list[np.ndarray]()
            self.written[pair] = []
            for one in islice(results, len(self.edges) - 1):
                blocks.add(one.sums)
                self.written[pair].append(one.part)
                paths += [one.paths] if one.paths.size else []
                leading += [one.leading] if one.leading.size else []
            sums[pair] = blocks.sums(scrambles)
            bands[pair], first[pair] = _bands(paths), np.concatenate(leading, axis=1)
        return sums, bands, first

    def _blocks(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Block]:
        names = list(pairs)
        strategies, theories = (list(dict.fromkeys(pair[place] for pair in names)) for place in (0, 1))
        for strategy, theory in names:
            number = strategies.index(strategy), theories.index(theory)
            yield from (Block(strategy, theory, number, first, end) for first, end in pairwise(self.edges))

    def _runs(
        self,
        batch: Batch,
        sums: dict[tuple[str, str], PairSums],
        bands: dict[tuple[str, str], np.ndarray],
        first: dict[tuple[str, str], np.ndarray],
    ) -> StreamedRuns:
        kept = min(KEPT_DRAWS, batch.draws.size)
        part = replace(batch, draws=leading_draws(batch.draws, kept), lucks=min(KEPT_LUCKS, batch.lucks))
        small = collect(self.engine, part, first, bands, self.seconds)
        runs = batch.draws.size * batch.lucks
        whole = {
            "outcomes": PartsOutcomes(self.written, batch.draws.size, batch.lucks),
            "paths": -(-min(runs, SHOWN) // BAND_STRIDE),
            "draws": batch.draws.size,
            "lucks": batch.lucks,
            "scramble": batch.draws.scramble,
            "weight": batch.draws.weight,
            "rate": len(sums) * runs * small.months / self.seconds if self.seconds > 0 else 0.0,
        }
        shared = {
            name: getattr(small, name) for name in ("strategies", "theories", "bands", "band_names", "months", "seed", "seconds")
        }
        values = by_values(self.objectives)
        return StreamedRuns(
            **whole,
            **shared,
            sums=sums,
            objectives=values,
            lower=partial(_lower, self.executor, self.written),
            first=replace(small, bands={}),
        )


def _bands(paths: Sequence[np.ndarray]) -> np.ndarray:
    """Quantiles [T, B, 5] of paths [T, B, n / 16] that come in blocks, a quantity at a time."""
    each = (np.concatenate([block[:, row] for block in paths], axis=-1) for row in range(paths[0].shape[1]))
    return np.stack([quantiles_of(one[:, : SHOWN // BAND_STRIDE]) for one in each], axis=1)


def _lower(executor: Executor, written: Written, strategy: str, asked: Asked) -> Found:
    """Over the parts of a strategy a second time."""
    tasks = [
        (theory, tuple(place for place, theories in asked.items() if theory in theories))
        for theory in dict.fromkeys(theory for theories in asked.values() for theory in theories)
    ]
    found: dict[int, dict[str, Lower]] = {}
    for (theory, places), lower in zip(tasks, executor.map(partial(_counted, written, strategy, asked), tasks), strict=True):
        for place, counts in zip(places, lower, strict=True):
            found.setdefault(place, {})[theory] = counts
    return found


def _counted(written: Written, strategy: str, asked: Asked, task: tuple[str, tuple[int, ...]]) -> list[Lower]:
    """The lower halves of some measures of one pair, under the upper ones that are asked for."""
    theory, places = task
    names = [MEASURE_NAMES[place] for place in places]
    found: list[dict[int, Counts]] = [dict.fromkeys(asked[place][theory], NOTHING) for place in places]
    for part in written[strategy, theory]:
        for place, column, known in zip(places, part.columns(names), found, strict=True):
            for upper, counts in lower_counts(column, asked[place][theory]).items():
                known[upper] = known[upper].added(counts)
    return list(found)


class PartsOutcomes(Mapping[tuple[str, str], np.ndarray]):
    """Outcomes [M, D, L] by strategy and theory that are read from the disk whenever somebody asks for a pair."""

    def __init__(self, written: Written, draws: int, lucks: int) -> None:
        """Of these parts, in the order of their draws."""
        self.written, self.shape = written, (len(MEASURE_NAMES), draws, lucks)

    def __getitem__(self, pair: tuple[str, str]) -> np.ndarray:
        """All of a pair: 160 bytes a run."""
        if not all(part.path.is_file() for part in self.written[pair]):
            raise StoreError("the outcomes are where the results were saved", next="Open them with countermove.load")
        return np.concatenate([np.stack(part.columns(MEASURE_NAMES)) for part in self.written[pair]], axis=1).reshape(self.shape)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Pairs in the order of the run."""
        return iter(self.written)

    def __len__(self) -> int:
        """Pairs."""
        return len(self.written)


def moved(runs: Runs, executor: Executor, folder: Path) -> Runs:
    """Streamed runs whose parts are in another folder now."""
    if not isinstance(runs.outcomes, PartsOutcomes):
        return runs
    old = runs.outcomes
    parts = {pair: [Part(folder / one.path.name, one.entry) for one in parts] for pair, parts in old.written.items()}
    return replace(runs, outcomes=PartsOutcomes(parts, *old.shape[1:]), lower=partial(_lower, executor, parts))

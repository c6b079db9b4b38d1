"""Wars as they are changed, run again as far as they have to be: what was compiled and what was run is kept, and found by what decides it.

- **Nothing is compiled for a number.** Numbers of the world, orders of a plan and what a condition compares with are numbers of a run. What
  shapes the program (another condition, another order in a place, the ladder, the clock) compiles it anew.
- **Nothing is run twice.** A pair of plan and theory is found by its inputs, byte for byte: a changed plan is run, the others are not.
- **Weights.** What actors believe of each other at the start is a part of the program, and follows the weights of the theories. Until that is
  compiled, runs with the beliefs before the change stand in, as everywhere where weights are tried (docs/decisions/0044): `exact` says which.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from countermove.compute.local import Local
from countermove.engine import simulate
from countermove.engine.draws import Draws, dimensions, draws_at
from countermove.engine.program import Program
from countermove.engine.run import Batch, collect, run_pairs, warm
from countermove.engine.runs import Runs
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.run.run import programme
from countermove.rng.quasi import points
from countermove.scenario.schema import Scenario
from countermove.web.workbench.freed import OpenEngine
from countermove.web.workbench.programs import Outdated, Programs, keys_of
from countermove.world.measure import MEASURES

DRAWS, LUCKS, SEED = 256, 8, 0
KEPT = 384 << 20  # bytes of outcomes
Table = NDArray[np.float32]  # [M, D, L]


@dataclass(frozen=True)
class Played:
    """A war that was run. `exact`: with the beliefs that its own weights give its actors; `fresh`: so many pairs had to be run for it."""

    program: Program
    runs: Runs
    weights: dict[str, float]
    exact: bool
    fresh: int
    program_number: int  # of the compiled program that ran it

    @property
    def scenario(self) -> Scenario:
        """As it was written."""
        return self.program.scenario


@dataclass
class Bench:
    """What was compiled and run so far. Several threads may ask at once."""

    executor: Local = field(default_factory=Local)
    programs: Programs = field(default_factory=lambda: Programs(vars(simulate)["_outcomes"]))
    tables: OrderedDict[bytes, Table] = field(default_factory=OrderedDict[bytes, Table])
    held: int = 0  # bytes
    lock: Lock = field(default_factory=Lock)

    def ready(self, scenario: Scenario, *, exact: bool = False) -> bool:
        """Whether the war can be run without compiling anything; `exact`: with the beliefs that its own weights give its actors."""
        return self.programs.ready(OpenEngine(program_of(scenario)).kernel, exact=exact)

    def prepare(self, scenario: Scenario, stale: Callable[[], bool] = lambda: False) -> float:
        """Compile what this very war needs; seconds it took, 0 where it was there. Raises RunError and the like, Outdated where `stale` says so."""
        engine = OpenEngine(program_of(scenario))
        return self.programs.make(engine.kernel, lambda: warm(engine, _batch(engine.program, scenario)), stale)

    def play(self, scenario: Scenario, progress: Progress = silent, *, exact: bool = False) -> Played:
        """All plans under all theories of positive weight, what is not known of them run now; `exact`: by no other program than its own.

        Raises what a run raises; and what `progress` raises, which ends it.
        """
        engine = OpenEngine(program_of(scenario))
        standing = self.programs.standing(engine.kernel)
        if standing is None or (exact and standing != engine.kernel):
            self.prepare(scenario)
            standing = engine.kernel
        exact = standing == engine.kernel
        engine.kernel = standing
        program, batch = engine.program, _batch(engine.program, scenario)
        keys = keys_of(engine, batch, self.programs.number(standing))
        with self.lock:
            found = {pair: self._kept(key) for pair, key in keys.items() if key in self.tables}
        lost = [pair for pair in keys if pair not in found]
        fresh = dict(self._run(engine, batch, lost, progress))
        with self.lock:
            for pair, table in fresh.items():
                self._keep(keys[pair], table)
        found |= fresh
        runs = collect(engine, batch, {pair: found[pair] for pair in keys}, {}, 0.0)
        weights = dict(zip((theory.name for theory in program.theories), program.weights, strict=True))
        return Played(
            program, runs, {name: weights[name] for name in runs.theories}, exact, len(fresh), self.programs.number(standing)
        )

    # --- what is kept -------------------------------------------------------------------------------------------------

    def _run(
        self, engine: OpenEngine, batch: Batch, lost: list[tuple[str, str]], progress: Progress
    ) -> Iterator[tuple[tuple[str, str], Table]]:
        """The outcomes of these pairs, plan by plan where theories are missing."""
        by_plan: dict[str, list[str]] = {}
        for plan, theory in lost:
            by_plan.setdefault(plan, []).append(theory)
        groups: dict[tuple[str, ...], list[str]] = {}
        for plan, theories in by_plan.items():
            groups.setdefault(tuple(theories), []).append(plan)
        done = 0
        for theories, plans in groups.items():
            part = replace(batch, strategies=tuple(plans), theories=theories)

            def told(now: int, _total: int, before: int = done) -> None:
                progress("running", before + now, len(lost))

            for plan, theory, table, _ in run_pairs(engine, part, self.executor, progress=told):
                yield (plan, theory), table.reshape(len(MEASURES), DRAWS, LUCKS)
            done += len(plans) * len(theories)

    def _keep(self, key: bytes, table: Table) -> None:
        if key not in self.tables:
            self.tables[key] = table
            self.held += table.nbytes
        while self.held > KEPT and len(self.tables) > 1:
            self.held -= self.tables.popitem(last=False)[1].nbytes

    def _kept(self, key: bytes) -> Table:
        self.tables.move_to_end(key)
        return self.tables[key]


def _batch(program: Program, scenario: Scenario) -> Batch:
    names = tuple(scenario.strategies) or (program.strategy_names[0],)
    return Batch(draws_of(program), LUCKS, DRAWS * LUCKS, names, program.theory_names)


def draws_of(program: Program) -> Draws:
    """As `prior_draws`; the points of the cube, which take their time, are kept."""
    return draws_at(program, _cloud(dimensions(program)), SEED)


@lru_cache(maxsize=64)
def _cloud(size: int) -> NDArray[np.float64]:
    return points(SEED, DRAWS, size)


def program_of(scenario: Scenario) -> Program:
    """As `run` compiles it."""
    return programme(scenario, RunOptions(draws=DRAWS, lucks=LUCKS, seed=SEED, full=False))


def stopping(progress: Progress, stale: Callable[[], bool]) -> Progress:
    """The same progress, which ends the work with Outdated once nobody waits for it."""

    def told(what: str, done: int, total: int) -> None:
        if stale():
            raise Outdated
        progress(what, done, total)

    return told

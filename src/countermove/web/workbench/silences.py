"""Where one plan is silent, by the gap check on the draws of the bench: first how probable it is to get there, then what it costs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from countermove.decision.objective import worth_of
from countermove.engine import silence_runs
from countermove.engine.points import with_cells
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch
from countermove.errors import CompileError, CountermoveError
from countermove.questions.gaps.completions import HALVES, Player, Silence, at_random, even, silence, spread
from countermove.questions.gaps.gaps import question
from countermove.questions.options import Progress, silent
from countermove.rng.seeds import stream_of
from countermove.scenario.schema import Scenario
from countermove.web.workbench.bench import DRAWS, SEED, Bench, draws_of
from countermove.web.workbench.freed import OpenEngine
from countermove.web.workbench.programs import Programs, keys_of

REMEMBERED = 256  # plans under a theory


@dataclass(frozen=True)
class SilentIn:
    """One question that a plan leaves open: how probable it is to get there, the least and the most over ways to fill the silences; and what
    the best answer is worth above the worst, in points with its error (nan: not looked at)."""

    question: str
    low: float
    high: float
    cost: float = float("nan")
    se: float = float("nan")


@dataclass(frozen=True)
class Silences:
    """Those of one plan, the theories weighted, the dearest first, or the most probable where costs are not known."""

    plan: str
    rows: tuple[SilentIn, ...]
    costed: bool
    exact: bool


@dataclass
class SilenceBench:
    """What was compiled and found so far."""

    bench: Bench
    programs: Programs = field(default_factory=lambda: Programs(vars(silence_runs)["_play"]))
    found: OrderedDict[tuple[bytes, str], Silence] = field(default_factory=OrderedDict[tuple[bytes, str], Silence])
    lock: Lock = field(default_factory=Lock)

    def ready(self, scenario: Scenario, *, exact: bool = False) -> bool:
        """Whether nothing has to be compiled; `exact`: for the beliefs that its own weights give its actors."""
        return self.programs.ready(_engine(scenario).kernel, exact=exact)

    def prepare(self, scenario: Scenario, plan: str, stale: Callable[[], bool] = lambda: False) -> None:
        """Compile what it needs. Raises Outdated where `stale` says so."""
        engine = _engine(scenario)
        player = self._player(engine, scenario, plan, engine.program.theory_names[0])
        self.programs.make(engine.kernel, lambda: player.play(1, even(np.zeros(len(player.cells), np.int64), DRAWS)), stale)

    def probable(self, scenario: Scenario, plan: str, progress: Progress = silent) -> Silences:
        """How probable it is to get to each silence: where nothing is done there, and where all is answered at random."""
        engine, exact = self._standing(scenario, plan)
        shares = _shares(engine, scenario)

        def ever(theory: str) -> NDArray[np.float64]:
            player = self._player(engine, scenario, plan, theory)
            ways = (even(np.zeros(len(player.cells), np.int64), DRAWS), at_random(player.cells, DRAWS, stream_of(SEED, 40)))
            return np.stack([(player.play(1, answers)[1].silences > 0).mean(axis=1) for answers in ways])

        rows = list(self.bench.executor.map(ever, list(shares), progress=lambda done, total: progress("silences", done, total)))
        reach = np.tensordot(np.array(list(shares.values())), np.array(rows), axes=1)  # [ways, C]
        cells = engine.program.plans[0].cells
        kept = [
            SilentIn(question(cell), float(reach[:, c].min()), float(reach[:, c].max()))
            for c, cell in enumerate(cells)
            if reach[:, c].max()
        ]
        return Silences(plan, tuple(sorted(kept, key=lambda row: -row.high)), costed=False, exact=exact)

    def costed(self, scenario: Scenario, plan: str, progress: Progress = silent) -> Silences:
        """The same with what each silence can cost. Raises DecisionError where points cannot be told."""
        engine, exact = self._standing(scenario, plan)
        shares = _shares(engine, scenario)
        batch = _batch(engine)
        number = self.programs.number(engine.kernel)
        keys = keys_of(engine, replace(batch, strategies=(plan,), theories=tuple(shares)), number)
        worth = repr(scenario.objective)

        def asked(theory: str) -> Silence:
            key = (keys[plan, theory], worth)
            with self.lock:
                if (kept := self.found.get(key)) is not None:
                    return kept
            fresh = silence(self._player(engine, scenario, plan, theory), SEED)
            with self.lock:
                self.found[key] = fresh
                while len(self.found) > REMEMBERED:
                    self.found.popitem(last=False)
            return fresh

        every = list(
            self.bench.executor.map(asked, list(shares), progress=lambda done, total: progress("costs of silence", done, total))
        )
        weight = np.array(list(shares.values()))
        reach = np.tensordot(weight, np.array([one.ever for one in every]), axes=1)
        points, errors = (np.array(part) for part in zip(*(spread(one.trial) for one in every), strict=True))
        cost, se = weight @ points, np.sqrt(np.square(weight) @ np.square(errors))
        cells = engine.program.plans[0].cells
        kept = [
            SilentIn(question(cell), float(reach[:, c].min()), float(reach[:, c].max()), float(cost[c]), float(se[c]))
            for c, cell in enumerate(cells)
            if reach[:, c].max()
        ]
        return Silences(plan, tuple(sorted(kept, key=lambda row: (-row.cost, -row.high))), costed=True, exact=exact)

    def _standing(self, scenario: Scenario, plan: str) -> tuple[OpenEngine, bool]:
        engine = _engine(scenario)
        standing = self.programs.standing(engine.kernel)
        if standing is None:
            self.prepare(scenario, plan)
            standing = engine.kernel
        exact = standing == engine.kernel
        engine.kernel = standing
        return engine, exact

    def _player(self, engine: OpenEngine, scenario: Scenario, plan: str, theory: str) -> Player:
        return Player(engine, _batch(engine), (plan, theory), _valued(scenario))


def _engine(scenario: Scenario) -> OpenEngine:
    if not scenario.strategies:
        raise CompileError("no strategy is written that could be silent")
    return OpenEngine(with_cells(compile_scenario(scenario)))


def _batch(engine: OpenEngine) -> Batch:
    return Batch(draws_of(engine.program), HALVES, DRAWS)


def _shares(engine: OpenEngine, scenario: Scenario) -> dict[str, float]:
    """The weights of the theories that are run, over 1."""
    program = engine.program
    held = {theory.name: weight for theory, weight in zip(program.theories, program.weights, strict=True) if weight > 0}
    if not held:
        raise CountermoveError("no theory has a weight", where=scenario.scenario)
    return {name: weight / sum(held.values()) for name, weight in held.items()}


def _valued(scenario: Scenario) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
    objective = scenario.objective
    if objective is None:
        return lambda table: np.zeros(table.shape[1:])
    return lambda table: worth_of(table, objective, "the gap check")

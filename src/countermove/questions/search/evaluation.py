"""Where a search for a better strategy plays: the written strategies, and the points of a template, on the search's draws or on new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import Theory
from countermove.compute.executor import Executor
from countermove.compute.local import Local
from countermove.decision.objective import required
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import CHUNK, Batch, Engine, run_pairs
from countermove.questions.options import LARGEST_CHUNK, LARGEST_DRAWS, Progress, require_names, require_path, require_whole
from countermove.questions.provenance import code_version, own_code
from countermove.questions.search.evolution import EvaluatedPoints, Simplification, evolve, turned
from countermove.questions.search.finding import SearchStage
from countermove.questions.search.template import Point, Template, orders_at, strategy_at
from countermove.questions.search.trials import Aim, TrialGround, TrialScores, joined, trial_scores
from countermove.rng.seeds import SEEDS
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.checkpoint import Checkpoint
from countermove.store.key import key_of

BUDGET = 800
LARGEST_BUDGET = 1_000_000
DRAWS = 256
HELD_OUT = 2048
PRICE = 0.1  # of an order, in parts of what matters
RACE = ((4, 48), (16, 12))  # times the draws, and so many of the best so far
OTHER_STREAM = 1 << 63  # added to the seed where draws must be new
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SearchOptions:
    """What is searched, and how long. `budget` counts candidates played on `draws` draws; `kept` is a folder for what is finished."""

    strategy: str = ""  # the one of least regret where empty
    keep: tuple[str, ...] = ()  # orders that stay as they are written
    worst: bool = False
    budget: int = BUDGET
    draws: int = DRAWS
    held_out: int = HELD_OUT
    seed: int = 0
    chunk: int = CHUNK
    executor: Executor = field(default_factory=Local)
    plugins: tuple[Theory, ...] = ()
    kept: Path | None = None

    def __post_init__(self) -> None:
        """Raises RunError for what no search can have."""
        require_whole("budget", self.budget, 1, LARGEST_BUDGET)
        require_whole("draws", self.draws, 1, LARGEST_DRAWS)
        require_whole("held_out", self.held_out, 1, LARGEST_DRAWS)
        require_whole("seed", self.seed, 0, SEEDS - 1)
        require_whole("chunk", self.chunk, 1, LARGEST_CHUNK)
        require_names("keep", self.keep)
        require_path("kept", self.kept)


def checkpoint_of(scenario: Scenario, options: SearchOptions) -> Checkpoint | None:
    """Where finished pieces of this very search are kept; none without a place."""
    if options.kept is None:
        return None
    how = (options.strategy, options.keep, options.worst, options.budget, options.draws, options.held_out, options.seed)
    own = repr([own_code(theory) for theory in options.plugins])
    return Checkpoint.beside(options.kept, key_of(hash_of(scenario), code_version(), *how, own))


@dataclass(frozen=True)
class SearchRuns:
    """The program, the theories and their shares, and how to play the strategies as they are written."""

    program: Program
    options: SearchOptions
    progress: Progress
    written: Engine
    aim: Aim
    checkpoint: Checkpoint | None
    batches: dict[tuple[int, bool], Batch] = field(default_factory=dict[tuple[int, bool], Batch])  # those that were asked for

    @classmethod
    def of(cls, scenario: Scenario, options: SearchOptions, progress: Progress) -> SearchRuns:
        """The field of a search."""
        program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
        weights = {one.name: w for one, w in zip(program.theories, program.weights, strict=True)}
        shares = np.array([weights[name] for name in program.theory_names], np.float64)
        aim = Aim(shares / shares.sum(), options.worst)
        return cls(program, options, progress, Engine(program), aim, checkpoint_of(scenario, options))

    def batch(self, draws: int, fresh: bool = False) -> Batch:
        """So many draws with one luck each; `fresh`: of a stream that the search does not use."""
        if (draws, fresh) not in self.batches:
            seed = (self.options.seed + OTHER_STREAM * fresh) % (1 << 64)
            self.batches[draws, fresh] = Batch(prior_draws(self.program, draws, seed), 1, self.options.chunk)
        return self.batches[draws, fresh]

    def played(self, batch: Batch) -> TrialScores:
        """All written strategies, in the order of the file."""
        objective = self.program.scenario.objective
        what = f"{len(self.program.plans)} written strategies, {batch.draws.size} draws"
        batch = replace(
            batch, chunk=min(batch.chunk, RACE[0][0] * self.options.draws)
        )  # few runs: a whole chunk would be mostly tail
        kept = None if self.checkpoint is None else Checkpoint(self.checkpoint.directory / f"written-{batch.draws.seed}")
        pairs = run_pairs(self.written, batch, self.options.executor, shelf=kept, progress=self.told(what))
        tables = [trial_scores(table[:, None], objective, f"{name} under {theory}") for name, theory, table, _ in pairs]
        shape = (len(self.program.plans), len(self.program.theory_names), -1)
        return TrialScores(np.array([one for one, _ in tables]).reshape(shape), np.array([one for _, one in tables]).reshape(shape))

    def told(self, what: str) -> Callable[[int, int], None]:
        """Progress of one thing."""

        def tell(done: int, total: int) -> None:
            self.progress(what, done, total)

        return tell

    def least_regret(self) -> str:
        """The written strategy that is best on the draws of the search."""
        values = self.aim.values(self.played(self.batch(RACE[0][0] * self.options.draws)))
        return self.program.strategy_names[int(values.argmax())]


@dataclass(frozen=True)
class Hunt:
    """The search for one template. `seen` keeps the tables of the evolution, batch by batch, for the front."""

    where: SearchRuns
    template: Template
    engine: Engine  # of the template's plan
    seen: list[TrialScores] = field(default_factory=list[TrialScores])

    def ground(self, draws: int, fresh: bool = False) -> TrialGround:
        """So many draws for candidates."""
        one, options = self.where, self.where.options
        return TrialGround(
            self.template, self.engine, one.batch(draws, fresh), one.program.theory_names, options.executor, one.checkpoint
        )

    def evolved(self) -> EvaluatedPoints:
        """The evolution on the search draws."""
        options, template = self.where.options, self.template
        ground, done = self.ground(options.draws), 0

        def value(points: NDArray[np.int64]) -> Floats:
            nonlocal done
            self.where.progress("searching", done, options.budget)
            found = ground.trial(points)
            self.seen.append(found)
            done += len(points)
            self.where.progress("searching", done, options.budget)
            return self.priced(points, found)

        return evolve(value, template.sizes, template.written, options.seed, options.budget)

    def priced(self, points: NDArray[np.int64], found: TrialScores) -> Floats:
        """The aim, less a little for each order: a tenth of what matters, lest orders be given for luck."""
        matters = required(self.template.scenario.objective).matters
        return self.where.aim.values(found) - PRICE * matters * orders_at(self.template, points)

    def raced(self, tried: EvaluatedPoints) -> tuple[Point, list[SearchStage]]:
        """Successive halving: the best so far on ever more draws, and the best of those in the end. The start runs along."""
        options, start = self.where.options, self.template.written
        values = self.where.aim.values(joined(self.seen))
        own = values[(tried.points == start).all(axis=1)][0]
        stages = [SearchStage("evolution", len(tried.points), options.draws, float(values.max() - own))]
        for times, most in RACE:
            draws = times * options.draws
            points = np.concatenate([tried.points[tried.leading(most)], start[None]])
            scores = self.ground(draws).trial(points, self.where.told(f"the best {len(points) - 1} on {draws} draws"))
            values = self.where.aim.values(scores)
            tried = EvaluatedPoints(points[:-1], self.priced(points, scores)[:-1])
            stages.append(SearchStage("race", len(points) - 1, draws, float(values[:-1].max() - values[-1])))
        return tried.points[tried.leading(1)[0]], stages

    def parts(self, stage: int) -> Callable[[NDArray[np.int64]], Floats]:
        """The aim by scramble on the draws of a stage of the race, for making the strategy simpler."""
        ground = self.ground(RACE[stage][0] * self.where.options.draws)

        def found(points: NDArray[np.int64]) -> Floats:
            return self.where.aim.parts(ground.trial(points, self.where.told(f"leaving out, {len(points) - 1} ways")))

        return found

    def turns(self, point: Point) -> list[Simplification]:
        """What could be left out, or put back as it was written; only what changes the strategy. Rules go before moves, of a move the last first."""
        now = strategy_at(self.template, point)
        out: list[Simplification] = []
        for number, (knob, level) in reversed(list(enumerate(zip(self.template.knobs, point, strict=True)))):
            if level != knob.absent:  # what is left out is not put back
                simpler = [other for other in dict.fromkeys((knob.absent, knob.written)) if other is not None and other != level]
                found = [Simplification(number, other) for other in simpler]
                out += [turn for turn in found if strategy_at(self.template, turned(point, [turn])) != now]
        return out

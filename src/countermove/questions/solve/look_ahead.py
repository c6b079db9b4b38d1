"""A war made a game, and every plan played in the war against rivals who think ahead: what the finding is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from typing import cast

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import Theory
from countermove.compute.executor import Executor
from countermove.compute.local import Local
from countermove.compute.same_code import source_hash
from countermove.decision.objective import required, worth_of
from countermove.engine.backend import cache_folder
from countermove.engine.program import Program, compile_scenario
from countermove.errors import DecisionError, RunError, SolveError
from countermove.games.backward import Effort as SolverEffort
from countermove.games.bins import Sizes
from countermove.games.board import Board
from countermove.games.extract import Effort, Extraction, Extractor
from countermove.games.in_the_war import Owner, Played, Rival, RivalPolicy, owner_gets, play
from countermove.games.one_month import NO_ORDERS
from countermove.games.revealed import Revealed, revealed, scaled
from countermove.games.samples import Moves
from countermove.games.scrambles import scramble_means
from countermove.questions.options import (
    LARGEST_DRAWS,
    LARGEST_LUCKS,
    Progress,
    require_names,
    require_whole,
    select_names,
)
from countermove.questions.provenance import own_code
from countermove.questions.solve.finding import MeanError, steady_name
from countermove.rng.quasi import SCRAMBLES
from countermove.rng.seeds import SEEDS
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.checkpoint import Checkpoint
from countermove.store.key import key_of

Floats = NDArray[np.float64]
DRAWS, LUCKS, SAMPLES, SHORTFALL = 256, 8, 128, 8
SUPPORT = (0.0, 0.5, 1.0, 1.5, 2.0, 4.0)
RATIOS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LANES = 2048
LADDER = tuple(range(9))  # a plan may step, or grant what is asked, to any rung
WANDERING = (
    2  # batches of a plan's runs against random support, beside those under every theory: what theories leave behind weighs more
)
MOST_TYPES, MOST_BINS = 5, 64
FINER = 2  # times that a thorough look makes the bins twice as fine
FINEST = 2**FINER
FORMATS = ("efg", "nfg")  # of Gambit's


@dataclass(frozen=True)
class SolveOptions:
    """How a war is made a game, and how much is played.

    `rungs`: what the owner can order besides what the plans do; `support`: what the rival can aim at, multiples of his baseline;
    `shortfall`: bins of how short his client is; `types`: of his stakes, equally probable; `beliefs`: steps of what the owner believes of them.
    `brief`: only the plans against the rival who knows them; `thorough`: also opponents of other kinds, and finer bins twice. `copies`:
    formats of Gambit's in which the game is wanted too, efg or nfg.
    """

    draws: int = DRAWS
    lucks: int = LUCKS
    samples: int = SAMPLES
    seed: int = 0
    rungs: tuple[int, ...] = ()
    support: tuple[float, ...] = SUPPORT
    shortfall: int = SHORTFALL
    types: int = 3
    beliefs: int = 2
    strategies: tuple[str, ...] = ()
    theories: tuple[str, ...] = ()
    weights: Mapping[str, float] | None = None  # of the theories; the scenario's where none are given
    brief: bool = False
    thorough: bool = False
    copies: tuple[str, ...] = ()
    executor: Executor = field(default_factory=Local)
    plugins: tuple[Theory, ...] = ()

    def __post_init__(self) -> None:
        """Raises RunError for what no solving can have, SolveError for lucks that cannot be halved, draws that fill no scrambles, bins too many."""
        require_whole("draws", self.draws, SCRAMBLES, LARGEST_DRAWS)
        require_whole("lucks", self.lucks, 1, LARGEST_LUCKS)
        require_whole("samples", self.samples, 2, LARGEST_DRAWS)
        require_whole("seed", self.seed, 0, SEEDS - 1)
        require_whole("shortfall", self.shortfall, 1, MOST_BINS)
        require_whole("types", self.types, 1, MOST_TYPES)
        require_whole("beliefs", self.beliefs, 1, MOST_BINS)
        require_names("strategies", self.strategies)
        require_names("theories", self.theories)
        require_names("copies", self.copies)
        unknown = [name for name in self.copies if name not in FORMATS]
        if unknown:
            raise SolveError(f"no format is called {', '.join(unknown)}", where="copies", next=f"There are {', '.join(FORMATS)}")
        for rung in _several("rungs", self.rungs):
            require_whole("a rung", rung, 0, 8)
        _require_amounts("support", _several("support", self.support))
        _require_amounts("weights", [] if self.weights is None else list(self.weights.values()))
        if self.lucks % 2:
            raise SolveError(
                f"{self.lucks} lucks have no halves", where="lucks", next="Give an even number: replies are chosen on one half"
            )
        if self.draws % SCRAMBLES:
            raise SolveError(
                f"{self.draws} draws fill no {SCRAMBLES} scrambles", where="draws", next=f"Give a multiple of {SCRAMBLES}"
            )
        if self.thorough and self.shortfall * FINEST > MOST_BINS:
            raise SolveError(
                f"a thorough look takes {FINEST} times as many bins, {self.shortfall * FINEST} here, where {MOST_BINS} may be",
                where="bins",
                next=f"Give at most {MOST_BINS // FINEST} bins, or no thorough look",
            )


def _several(what: str, given: object) -> list[object]:
    """The entries of a list; raises RunError for what is none."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise RunError(f"{what} cannot be {given!r}", next="Give several, in brackets")
    return list(cast("Iterable[object]", given))


def _require_amounts(what: str, given: list[object]) -> None:
    """Raises RunError unless all are finite numbers from 0 up."""
    wrong = [one for one in given if isinstance(one, bool) or not isinstance(one, Real) or not 0 <= float(one) < np.inf]
    if wrong:
        raise RunError(f"{what} cannot be {wrong[0]!r}", next="Give finite numbers from 0 up")


@dataclass(frozen=True)
class LookAhead:
    """A war, and the game that was made of it. Every worth is by draw and luck; errors are those of 16 scrambles."""

    program: Program
    options: SolveOptions
    progress: Progress

    @classmethod
    def of(cls, scenario: Scenario, options: SolveOptions, progress: Progress) -> LookAhead:
        """What may not be asked is refused here, before anything is played.

        Raises DecisionError without an objective, a plan, or a theory that has weight; CompileError for a plan or theory that is none.
        """
        required(scenario.objective)
        program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
        if not scenario.strategies:
            raise DecisionError("the scenario has no strategy that a rival could answer", next="Write one under `strategies:`")
        ahead = cls(program, options, progress)
        _ = ahead.strategies, ahead.weights, ahead.moves
        return ahead

    @cached_property
    def strategies(self) -> tuple[str, ...]:
        """The plans that are asked about."""
        return select_names("strategy", self.options.strategies, self.program.strategy_names)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """The theories that are played, and their shares."""
        names = select_names("theory", self.options.theories, self.program.theory_names)
        own = {one.name: w for one, w in zip(self.program.theories, self.program.weights, strict=True)}
        own = own if self.options.weights is None else {name: self.options.weights.get(name, 0.0) for name in own}
        given = {name: own[name] for name in names}
        if not sum(given.values()) > 0:
            raise DecisionError("no theory that is played has any weight", next="Give weight to one of them")
        return {name: weight / sum(given.values()) for name, weight in given.items()}

    @cached_property
    def moves(self) -> Moves:
        """What both can do in the game: the rungs that the plans order, the first day's and those asked for, and levels of the rival's support."""
        ordered, asked = set(rungs_of(self.program)), set(self.options.rungs)
        return Moves(tuple(sorted(asked | ordered)), self.options.support, added=tuple(sorted(asked - ordered)))

    def board(self) -> Board:
        """The war on a board."""
        objective = self.program.scenario.objective

        def worth(table: NDArray[np.float32]) -> Floats:
            return worth_of(table, objective, self.program.scenario.scenario)

        return Board(
            self.program,
            worth,
            self.options.draws,
            self.options.seed,
            max(min(LANES, self.options.draws * self.options.lucks), self.options.draws),
        )

    def extractor(self, sizes: Sizes) -> Extractor:
        """How the war is made a game of such bins."""

        def told(done: int, total: int) -> None:
            self.progress("making a game of the war", done, total)

        return Extractor(
            self.table, self.moves, sizes, Effort(self.options.samples), self.options.types, told=told, kept=self.shelf
        )

    @cached_property
    def table(self) -> Board:
        """The board on which everything is played."""
        return self.board()

    def own_extractor(self, plan: str) -> Extractor:
        """How the war is made a plan's own game: its dated moves cut the clock, what stands of its orders is seen, and so is a rival who has left."""
        dates = {int(at) for one in self.program.plans if one.name == plan for at, _ in one.moves}
        cuts = tuple(sorted(date for date in dates if 0 < date < self.program.cast.months))
        sizes = replace(self.sizes, plan=True, cuts=cuts)
        moves = Moves(LADDER, self.options.support, plan=plan)
        effort = Effort(self.options.samples, WANDERING)
        return Extractor(self.table, moves, sizes, effort, self.options.types, kept=self.shelf)

    def check_own_games(self) -> None:
        """Refuses a plan's own game that is too large, before any of them is made. Raises SolveError."""
        _ = self.table.engine, self.table.drawn
        for number, plan in enumerate(self.strategies):
            self.own_extractor(plan).check()
            self.progress("sizing each plan's own game", number + 1, len(self.strategies))

    @cached_property
    def own_games(self) -> Mapping[str, Extraction]:
        """Every plan's own game, for a rival whose prize is that of the static reply: as many at once as there are workers."""
        _ = self.table.engine, self.table.drawn

        def told(done: int, total: int) -> None:
            self.progress("making each plan's own game", done, total)

        made = Local(self.workers).map(lambda plan: self.own_extractor(plan).extract(), self.strategies, progress=told)
        return dict(zip(self.strategies, made, strict=True))

    @cached_property
    def own(self) -> Mapping[str, Extraction]:
        """Every plan's own game, for a rival of the prize that his first support reveals."""
        return {plan: scaled(made, self.revealed.scale) for plan, made in self.own_games.items()}

    @property
    def workers(self) -> int:
        """How many cores may be used."""
        return self.options.executor.workers if isinstance(self.options.executor, Local) else 1

    @cached_property
    def shelf(self) -> Checkpoint:
        """Where finished pieces of this very question are kept until it is answered."""
        options = replace(self.options, executor=None, plugins=(), copies=())  # pyright: ignore[reportArgumentType]
        own = [own_code(theory) for theory in self.options.plugins]
        return Checkpoint(
            cache_folder() / f"solving-{key_of(hash_of(self.program.scenario), source_hash(), repr(options), repr(own))[:16]}"
        )

    @cached_property
    def extracted(self) -> Extraction:
        """The war as a game, for a rival whose prize is that of the static reply."""
        return self.extractor(self.sizes).extract()

    @cached_property
    def revealed(self) -> Revealed:
        """For what prize his first support is the best that he could hold, if nothing new were sent."""
        wins: list[float] = []
        pays: list[float] = []
        for place, policy in enumerate(self.steady.values()):
            seen = play(self.extracted, NO_ORDERS.name, policy, self.options.lucks)
            wins.append(float(seen.totals[-2].mean()))
            pays.append(float(seen.totals[-1].mean()))
            self.progress("what he gives today", place + 1, len(self.moves.rival))
        return revealed(self.moves.rival, np.array(wins), np.array(pays))

    @cached_property
    def made(self) -> Extraction:
        """The war as a game, for a rival to whom his first support is worth giving as long as nothing new is sent."""
        return scaled(self.extracted, self.revealed.scale)

    @property
    def sizes(self) -> Sizes:
        """How finely it is seen."""
        return Sizes(balance=1, shortfall=self.options.shortfall, will=1)

    @property
    def solver(self) -> SolverEffort:
        """How the game is solved."""
        months = self.program.cast.months

        def told(done: int) -> None:
            self.progress("solving the game, month by month", done, months)

        return SolverEffort(belief_steps=self.options.beliefs, threads=self.workers, half=True, told=told)

    def play(self, owner: Owner, rival: Rival) -> Played:
        """Runs of one play against another."""
        return play(self.made, owner, rival, self.options.lucks)

    def play_own(self, plan: str, rival: Rival) -> Played:
        """Runs of a plan, seen as in its own game."""
        return play(self.own[plan], plan, rival, self.options.lucks)

    @cached_property
    def steady(self) -> Mapping[str, RivalPolicy]:
        """The rival at one level of support in every month, for each level."""
        return steady_in(self.extracted)

    def worth(self, seen: Played) -> Floats:
        """What they are worth to the owner on the second half of the luck, which nobody has chosen on, [D, L/2]."""
        return owner_gets(self.made, seen)[:, self.options.lucks // 2 :]


def steady_in(made: Extraction) -> dict[str, RivalPolicy]:
    """The rival of a game at one level of support in every month, for each level."""
    found: dict[str, RivalPolicy] = {}
    for place, level in enumerate(made.moves.rival):
        play = np.zeros((made.game.months, len(made.states), 1, len(made.moves.rival), len(made.stakes)), np.float32)
        play[:, :, :, place] = 1
        found[steady_name(level)] = RivalPolicy(steady_name(level), play)
    return found


def mean_error(rows: Floats) -> MeanError:
    """The mean of a value by draw and luck [D, L], and its error from the scrambles."""
    return MeanError(float(rows.mean(axis=1).mean()), float(scramble_means(rows).std(ddof=1) / np.sqrt(SCRAMBLES)))


def rungs_of(program: Program) -> tuple[int, ...]:
    """The rungs from 0 to 8 that some plan orders, and the first day's, rising."""
    found = {program.cast.start_rung}
    for plan in program.plans:
        commands = [command for _, command in (*plan.moves, *plan.rules)]
        found |= {
            command.rung for command in (*commands, *([plan.otherwise] if plan.otherwise else [])) if isinstance(command.rung, int)
        }
    return tuple(sorted(rung for rung in found if 0 <= rung <= 8))

"""The gap check of a scenario: every strategy under every theory, its silences, what they can cost, and the questions in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.table import THEORIES
from countermove.decision.objective import worth_of
from countermove.decision.proportions import clopper_pearson
from countermove.engine.draws import prior_draws
from countermove.engine.points import with_cells
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.questions.gaps.completions import HALVES, Player, Silence, silence, spread
from countermove.questions.gaps.completions import LEAST as TRIALS
from countermove.questions.gaps.finding import (
    UNSAID,
    AnswerFound,
    Disagreement,
    Fault,
    Gap,
    GapsFound,
    Interval,
    Money,
    StrategyGaps,
    Witness,
)
from countermove.questions.gaps.paths import Seen, months_of, series_of, tokens_of, witnesses
from countermove.questions.options import Progress, RunOptions, select_names, silent
from countermove.questions.parts import Need
from countermove.questions.people import titles_of
from countermove.questions.provenance import code_version
from countermove.scenario.schema import Objective, Scenario
from countermove.scenario.write import hash_of
from countermove.world.certainty import ERRORS
from countermove.world.expression import text
from countermove.world.plan import ANSWERS, REPLIES, Cell, Plan
from countermove.world.words import limit

DRAWS = 2048
Worth = Callable[[NDArray[np.float32]], NDArray[np.float64]]
BEST = 3  # answers shown for a question
LEVEL = 0.95
LEAST = Need("any silence", draws=TRIALS, why="to try answers on")


def gap_check(scenario: Scenario, options: RunOptions | None = None, *, progress: Progress = silent) -> GapsFound:
    """Where the strategies are silent. Raises CompileError for names that are not there; without an objective nothing is costed."""
    clock = time.perf_counter()
    options = options or RunOptions()
    program = with_cells(compile_scenario(scenario, (*THEORIES.values(), *options.plugins)))
    names = select_names("strategy", options.strategies, program.strategy_names)
    theories = select_names("theory", options.theories, program.theory_names)
    machine = Engine(program)
    draws = options.draws or DRAWS
    LEAST.require(draws, HALVES)
    batch = Batch(prior_draws(program, draws, options.seed), 2, min(draws, options.chunk))
    every = _shares(options.weights(program, theories))

    def valued(objective: Objective | None) -> Worth:
        return lambda table: np.zeros(table.shape[1:]) if objective is None else worth_of(table, objective, "the gap check")

    people = tuple(valued(one) for one in people_of(scenario).values())

    def work(pair: tuple[str, str]) -> Silence:
        return silence(Player(machine, batch, pair, valued(scenario.objective), clashing(program), people), options.seed)

    pairs = [(name, theory) for name in names for theory in theories]
    found = list(options.executor.map(work, pairs, progress=lambda done, total: progress("silences", done, total)))
    by_strategy = {name: found[k * len(theories) : (k + 1) * len(theories)] for k, name in enumerate(names)}
    checked = [Checked(scenario, machine, batch, name, by_strategy[name], every) for name in names]
    rows = tuple(options.executor.map(lambda one: one.gaps(), checked, progress=lambda d, t: progress("witnesses", d, t)))
    return GapsFound(
        scenario=scenario.scenario,
        strategies=rows,
        weights=every,
        weights_from="priors",
        draws=draws,
        seed=options.seed,
        seconds=time.perf_counter() - clock,
        hashes={"scenario_hash": hash_of(scenario), "code_version": code_version()},
        titles=titles_of(program),
    )


def people_of(scenario: Scenario) -> dict[str, Objective]:
    """The scenario's readers who value other things than its objective does."""
    named = {name: one.values for name, one in scenario.readers.items() if one.values and scenario.objective is not None}
    return {name: Objective(of=scenario.owner, values=values) for name, values in named.items()}


def _shares(kept: Mapping[str, float]) -> dict[str, float]:
    total = sum(kept.values())
    return {name: w / total for name, w in kept.items()}


def clashing(program: Program) -> tuple[tuple[int, int], ...]:
    """Pairs of rules (by place, over all plans) whose orders differ: where both hold in a month, the later one wins."""
    return tuple(sorted({pair for plan in program.plans for pair in clashes_of(plan)}))


def clashes_of(plan: Plan) -> Iterator[tuple[int, int]]:
    """Pairs of one plan's rules whose orders differ."""
    for (i, (_, one)), (j, (_, other)) in combinations(enumerate(plan.rules), 2):
        fields = ((getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
        if any(a is not None and b is not None and a != b for a, b in fields):
            yield i, j


@dataclass(frozen=True)
class Checked:
    """One strategy with its silences under every theory."""

    scenario: Scenario
    machine: Engine
    batch: Batch
    name: str
    found: Sequence[Silence]
    weights: Mapping[str, float]
    paths: dict[str, Seen] = field(default_factory=dict[str, Seen])  # by theory, as they are asked for

    @property
    def written(self) -> Plan:
        """The strategy as it is played."""
        return next(plan for plan in self.machine.program.plans if plan.name == self.name)

    @property
    def by_default(self) -> bool:
        """Whether it says what it does where no rule speaks."""
        strategy = self.scenario.strategies.get(self.name)
        return strategy is not None and strategy.otherwise is not None

    def gaps(self) -> StrategyGaps:
        """Its gaps, the dearest first."""
        costed = self.scenario.objective is not None
        spreads = {one.theory: spread(one.trial) for one in self.found} if costed else {}
        costs = [
            {theory: Money(float(points[place]), float(se[place])) for theory, (points, se) in spreads.items()}
            for place in range(len(self.written.cells))
        ]
        rows = [gap for place, own in enumerate(costs) if (gap := self._gap(place, own)) is not None]
        rows.sort(key=lambda gap: (-(gap.cost.points if gap.cost is not None else 0.0), -gap.reach[1]))
        return StrategyGaps(
            strategy=self.name,
            by_default=self.by_default,
            mass={one.theory: _interval(one.silent, one.n) for one in self.found},
            cost_of_silence={one.theory: Money(*one.cost) for one in self.found} if costed else {},
            gaps=tuple(rows),
            static=tuple(self._static()),
        )

    def _gap(self, place: int, costs: Mapping[str, Money]) -> Gap | None:
        cell = self.written.cells[place]
        shares = np.array([self.weights[one.theory] for one in self.found])
        ever = shares @ np.array([one.ever[:, place] for one in self.found])  # [completions]
        if ever.max() == 0:
            return None
        return Gap(
            cell=cell.name,
            question=question(cell),
            contingency=cell.name if cell.written else "",
            probability={one.theory: _interval(int(one.counts[place]), one.n) for one in self.found},
            reach=(float(ever.min()), float(ever.max())),
            first={one.theory: float(one.first[place] / one.n) for one in self.found},
            cost=_mixed(list(costs.values()), shares) if costs else None,
            costs=costs,
            answers=self._answers(place, shares)[:BEST] if costs else (),
            disagree=tuple(self._disagreements(place, shares)) if costs else (),
            witness=self._witness(place),
        )

    def _answers(self, place: int, shares: NDArray[np.float64]) -> tuple[AnswerFound, ...]:
        """The answers, the best first, by what they gain over changing nothing (refusing a request), over theories by weight."""
        return self._ranked(place, shares, [(one.trial.mean, one.trial.se) for one in self.found])

    def _ranked(
        self, place: int, shares: NDArray[np.float64], trials: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]
    ) -> tuple[AnswerFound, ...]:
        cell = self.written.cells[place]
        table = REPLIES if cell.request else ANSWERS
        out = [AnswerFound(table[0].name, table[0].says, Money(0.0, 0.0))]
        for number in cell.answers[1:]:
            gains = [
                Money(
                    float(np.nan_to_num(mean[place, number] - mean[place, 0])),
                    float(np.nan_to_num(np.hypot(se[place, number], se[place, 0]))),
                )
                for mean, se in trials
            ]
            out.append(AnswerFound(table[number].name, table[number].says, _mixed(gains, shares)))
        return tuple(sorted(out, key=lambda one: -one.gain.points))

    def _disagreements(self, place: int, shares: NDArray[np.float64]) -> Iterator[Disagreement]:
        """Readers who would answer otherwise than the objective asks, beyond error by both."""
        own = self._answers(place, shares)
        for number, person in enumerate(people_of(self.scenario)):
            theirs = self._ranked(place, shares, [tuple(one.trial.people[number]) for one in self.found])
            if theirs[0].name != own[0].name:
                lost, to_them = _behind(own, theirs[0].name), _behind(theirs, own[0].name)
                if all(one.points > ERRORS * one.se for one in (lost, to_them)):
                    yield Disagreement(person, theirs[0].says, lost, to_them)

    def _witness(self, place: int) -> tuple[Witness, ...]:
        """The most probable path and a typical one, under the theory that leads there most often."""
        most = max(self.found, key=lambda one: (int(one.first[place]), int(one.counts[place])))
        when = most.held.month[place].astype(np.int64)
        if most.first[place] > 0:
            when = np.where(most.held.first == place, when, -1)
        if (when < 0).all():
            return ()
        if most.theory not in self.paths:
            self.paths[most.theory] = series_of(self.machine, self.batch, self.name, most.theory)
        seen = self.paths[most.theory]
        chosen = witnesses(tokens_of(seen), when)
        if chosen is None:
            return ()
        kinds = ("most probable", "typical") if chosen[0] != chosen[1] else ("most probable",)
        cast, start, cell = self.machine.program.cast, self.scenario.clock.start, self.written.cells[place]
        titles = self.machine.program.titles
        here = titles.contingency(cell.name) if cell.written else cell.ask
        return tuple(
            Witness(kind, most.theory, run, 1, tuple(months_of(cast, start, seen, (run, int(when[run]), here), titles.actor)))
            for kind, run in zip(kinds, chosen, strict=False)
        )

    def _static(self) -> Iterator[Fault]:
        if self.scenario.objective is None:
            yield Fault(
                "no objective", "no objective is written, so no answer can be better than another and no silence has a cost"
            )
        if self.by_default:
            yield Fault(
                "by default", "what no rule answers is answered by `otherwise`: the questions below are those that it covers up"
            )
        runs = 4 * sum(one.n for one in self.found)
        fired = np.sum([one.fired for one in self.found], axis=0)
        for place, (guard, _) in enumerate(self.written.rules):
            if fired[place] == 0:
                high = clopper_pearson(0, self.found[0].n, LEVEL)[1]  # the same draws and luck under every theory and completion
                yield Fault("dead rule", f"the rule “{text(guard)}” never held in {runs:,} runs (probability below {limit(high)})")
        both = np.sum([one.together for one in self.found], axis=0)
        own = set(clashes_of(self.written))
        for number, (i, j) in enumerate(clashing(self.machine.program)):
            if (i, j) in own and both[number] > 0:
                yield Fault(
                    "contradiction",
                    f"the rules “{text(self.written.rules[i][0])}” and “{text(self.written.rules[j][0])}” order different things and held "
                    f"together in {both[number]:,.0f} months of {runs:,} runs; the later one wins",
                )


def _behind(ranked: Sequence[AnswerFound], name: str) -> Money:
    """What is lost to the best answer by giving another one; the error is rather too large, as if the two answers had been tried apart."""
    other = next(one for one in ranked if one.name == name)
    return Money(ranked[0].gain.points - other.gain.points, float(np.hypot(ranked[0].gain.se, other.gain.se)))


def question(cell: Cell) -> str:
    """The question that a cell puts, in plain words."""
    return cell.ask if cell.written else f"{UNSAID}{cell.ask}."


def _interval(k: int, n: int) -> Interval:
    low, high = clopper_pearson(k, n, LEVEL)
    return Interval(k / n, low, high)


def _mixed(rows: Sequence[Money], shares: NDArray[np.float64]) -> Money:
    """The mean over theories by weight; their errors are independent."""
    points = float(shares @ np.array([row.points for row in rows]))
    return Money(points, float(np.sqrt(np.square(shares) @ np.square([row.se for row in rows]))))

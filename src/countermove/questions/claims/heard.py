"""The runs that an argument is asked of, as the two sums of every query: by strategy, theory and draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.quantities import Quantity
from countermove.engine.run import CHUNK, Batch, Engine, Task
from countermove.engine.series import series
from countermove.errors import DecisionError
from countermove.questions.claims.on_model import effect, of_rung, quantities, sums
from countermove.questions.options import Progress, RunOptions, select_names
from countermove.questions.parts import Need
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.schema import Scenario
from countermove.world.expression import Expression, Query
from countermove.world.plan import Command, Plan

DRAWS = 256
LUCKS = 8
ALONE = "{} and nothing else"
LEAST = Need("a claim in the model", draws=SCRAMBLES, why="to know their error by")


@dataclass(frozen=True)
class Heard:
    """What the runs say.

    `months` maps a query to its two sums [2, S, H, halves, D] over the written strategies, theories, halves of the luck and draws; `rungs` to
    those over the plans of one rung each; `ladder` is the rung of each of these plans.
    """

    program: Program
    draws: Draws
    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    ladder: Mapping[str, int]
    months: Mapping[Query, np.ndarray]
    rungs: Mapping[Query, np.ndarray]

    @property
    def owner(self) -> str:
        """The patron whose decision it is."""
        return self.program.cast.patrons[0]

    def pooled(self, query: Query) -> np.ndarray:
        """The two sums [2, H, halves, D]: strategies count alike, or, where the owner's rung is asked, the owner stands on one rung each."""
        if not of_rung(query, self.owner):
            return self.months[query].sum(axis=1)
        y = self.rungs[mean_of(query.args[0])]
        rung = np.array(list(self.ladder.values()), np.float64)[:, None, None, None]
        return effect(y, np.stack([rung * y[1], y[1]]))

    def across(self, query: Query) -> np.ndarray:
        """The same over the written strategies, which differ in more than the rung."""
        y, x = (self.months[mean_of(arg)] for arg in query.args)
        return effect(y, x)


def mean_of(tree: Expression) -> Query:
    """The mean of a quantity over all months."""
    return Query("mean", (tree,))


def without_condition(query: Query) -> Query:
    """The same query of all months."""
    return Query(query.op, query.args, None)


def rungs_of(program: Program) -> tuple[int, ...]:
    """The rungs on which the owner is put to see what the rung does: where it stands, and those above that its strategies order.

    Where they order none above, all that they order; where they order no other, the next one up, or down from the top.
    """
    start, top = program.cast.start_rung, len(program.cast.ladders[0]) - 1
    commands = [command for plan in program.plans for _, command in (*plan.moves, *plan.rules)]
    commands += [plan.otherwise for plan in program.plans if plan.otherwise is not None]
    ordered = {command.rung for command in commands if isinstance(command.rung, int)} | {start}
    if ordered == {start}:
        return tuple(sorted({start, start + 1 if start < top else max(start - 1, 0)}))
    above = {rung for rung in ordered if rung >= start}
    return tuple(sorted(above if len(above) > 1 else ordered))


def ladder_of(program: Program) -> tuple[tuple[Plan, int], ...]:
    """One plan for each of these rungs, and the rung: to it at the start, said aloud, and nothing else."""
    steps = program.cast.ladders[0]
    return tuple(
        (Plan(ALONE.format(steps[rung].name), moves=((0, Command(rung=rung, announce=1.0)),)), rung) for rung in rungs_of(program)
    )


def hear(scenario: Scenario, queries: Iterable[Query], options: RunOptions, progress: Progress) -> Heard:
    """Run every strategy under every theory, and the plans of one rung each where a query asks what the owner's rung does.

    Raises:
        CompileError: a strategy or theory that there is not.
        DecisionError: one draw, which says nothing of its error.

    The sums of a query that divides by zero in some month are nan.
    """
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    strategies = select_names("strategy", options.strategies, program.strategy_names)
    theories = select_names("theory", options.theories, program.theory_names)
    program = program.with_plans([plan for plan in program.plans if plan.name in strategies])
    size = DRAWS if options.draws is None else options.draws
    LEAST.require(size, options.lucks)
    draws = prior_draws(program, size, options.seed)
    every = tuple(dict.fromkeys(queries))
    moved = tuple(query for query in every if of_rung(query, program.cast.patrons[0]))
    plain = [query for query in every if query not in moved]
    beside = [without_condition(query) for query in plain if query.given is not None and query.op != "slope"]
    asks = tuple(dict.fromkeys([*plain, *beside, *(mean_of(arg) for query in moved for arg in query.args)]))
    wholes = tuple(dict.fromkeys(mean_of(query.args[0]) for query in moved))
    plans = ladder_of(program) if moved else ()
    engine = Engine(program.with_plans([*program.plans, *(plan for plan, _ in plans)]))
    names = tuple(plan.name for plan, _ in plans)
    work = [(names, wholes), (strategies, asks)]
    found: tuple[Sums, ...] = ({}, {})
    if asks:
        found = _asked(engine, Batch(draws, options.lucks), work, theories, options, progress)
    return Heard(program, draws, strategies, theories, {plan.name: rung for plan, rung in plans}, found[1], found[0])


def summed(query: Query, values: Mapping[Quantity, np.ndarray], lucks: int) -> np.ndarray:
    """The two sums [2, halves, D] of a query; nan throughout where it divides by zero, so that one claim does not end the others."""
    try:
        return sums(query, values, lucks)
    except DecisionError:
        runs = next(iter(values.values())).shape[1]
        return np.full((2, min(lucks, 2), runs // lucks), np.nan)


Sums = dict[Query, np.ndarray]
Work = Sequence[tuple[tuple[str, ...], tuple[Query, ...]]]


def _asked(
    engine: Engine, batch: Batch, work: Work, theories: tuple[str, ...], options: RunOptions, progress: Progress
) -> tuple[Sums, ...]:
    """For each set of plans its queries' sums [2, S, H, halves, D]."""
    lucks, total = batch.lucks, batch.draws.size * batch.lucks
    chunk = min(max(CHUNK // lucks, 1) * lucks, total)
    batch = Batch(batch.draws, lucks, chunk)
    wanted = quantities(query for _, queries in work for query in queries) or (Quantity("", "months"),)
    tasks = [
        (Task(name, theory, first), queries)
        for names, queries in work
        for name in names
        for theory in theories
        for first in range(0, total, chunk)
    ]

    def one(task: tuple[Task, tuple[Query, ...]]) -> np.ndarray:
        which, queries = task
        months = series(engine, batch, which, wanted)[:, :, : total - which.first]
        values = dict(zip(wanted, months.astype(np.float64), strict=True))
        return np.stack([summed(query, values, lucks) for query in queries])

    what = f"{len(work[1][0])} strategies, {len(theories)} theories, {batch.draws.size} draws, {lucks} lucks"
    parts = options.executor.map(one, tasks, progress=lambda done, of: progress(what, done, of))
    out: list[Sums] = []
    for names, queries in work:
        rows = [
            [np.concatenate([next(parts) for _ in range(0, total, chunk)], axis=-1) for _ in theories] for _ in names
        ]  # [S][H] of [Q, 2, halves, D]
        table = np.array(rows, np.float64)
        out.append({query: np.moveaxis(table[:, :, place], 2, 0) for place, query in enumerate(queries)})
    return tuple(out)

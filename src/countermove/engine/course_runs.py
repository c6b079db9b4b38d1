"""Changing course: one strategy, and from a month of the run's own another in its place. One compiled plan plays all of it.

Up to the change a run is that of the first strategy, bit for bit. From then on it is the other one's, as if the scenario's start were that
month: its dated moves count from there, its shipments take their time, and orders of the first that it does not give are taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.observed_names import observed_value
from countermove.engine.compiled_apart import apart
from countermove.engine.months import Job, Kernel, Passed, months
from countermove.engine.plans import lags_of
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import tallied
from countermove.engine.step import Stage
from countermove.engine.tally import Tally, empty, measures
from countermove.errors import CompileError
from countermove.world.cast import Array
from countermove.world.expression import Apply, Expression, Name, evaluate
from countermove.world.plan import FREE, Command, Plan
from countermove.world.state import NONE

LEAVE = "leave"  # the free number that ends the first strategy
NEVER = -1
Months = NDArray[np.int32]


@dataclass(frozen=True)
class Courses:
    """A strategy, those that may take its place, and the conditions (as the owner sees them) whose beginnings are noted."""

    engine: Engine  # of the one plan that plays them all
    first: Plan
    others: tuple[Plan, ...]
    signs: tuple[Expression, ...]

    @classmethod
    def of(cls, program: Program, first: str, others: Sequence[str], signs: Sequence[Expression]) -> Courses:
        """Raises CompileError where a strategy does something else than the first where it is silent: one plan has one way to be silent."""
        plans = {plan.name: plan for plan in program.plans}
        own, rest = plans[first], tuple(plans[name] for name in others)
        apart_ = [one.name for one in rest if not alike(own, one)]
        if apart_:
            raise CompileError(f"{', '.join(apart_)} and {first} differ in what they do where no rule speaks")
        whole = joined(program, own, rest)
        joint = program.with_plans([whole])
        lags = lags_of(program.scenario, [whole, Plan("signs", rules=tuple((sign, Command()) for sign in signs))])
        return cls(Engine(replace(joint, cast=replace(joint.cast, lags=lags))), own, rest, tuple(signs))

    def numbers(self, other: NDArray[np.int64], month: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
        """The free numbers of n runs: which of the others takes over [n], and in which month from 0, NEVER for not at all."""
        changes = month != NEVER
        leave = np.where(changes, month, np.inf)
        out = {LEAVE: leave}
        for number, (at, _) in enumerate(self.first.moves):
            out[f"first.{number}"] = np.where(_whole(at) < leave, _whole(at), np.nan)
        for k, one in enumerate(self.others):
            start = np.where(changes & (other == k), month, np.nan)
            out[f"{k}.start"] = start
            out |= {f"{k}.{number}": start + _whole(at) for number, (at, _) in enumerate(one.moves)}
        own, then = self.first.first_delivery, np.array([one.first_delivery for one in self.others], np.float64)
        out["delivery"] = np.where(own <= leave, own, leave + then[other])
        return {name: value.astype(np.float32) for name, value in out.items()}


def alike(one: Plan, other: Plan) -> bool:
    """Whether two strategies do the same where none of their rules speaks."""
    return (one.otherwise, one.completion) == (other.otherwise, other.completion)


def _whole(at: int | str) -> int:
    if isinstance(at, str):
        raise CompileError(f"the month {at} of a move is not a number yet")
    return at


def joined(program: Program, first: Plan, others: Sequence[Plan]) -> Plan:
    """The one plan. Its months and the guards' limits are free numbers."""
    moves: list[tuple[int | str, Command]] = [(f"first.{number}", command) for number, (_, command) in enumerate(first.moves)]
    rules = [(_limited(guard, "<", LEAVE), command) for guard, command in first.rules]
    for k, one in enumerate(others):
        moves.append((f"{k}.start", opening_orders(program)))
        moves += [(f"{k}.{number}", command) for number, (_, command) in enumerate(one.moves)]
        rules += [(_limited(guard, ">=", f"{k}.start"), command) for guard, command in one.rules]
    return replace(first, moves=tuple(moves), rules=tuple(rules))


def _limited(guard: Expression, way: str, month: str) -> Expression:
    return Apply("and", (guard, Apply(way, (Name("", "months"), Name(FREE, month)), "boolean")), "boolean")


def opening_orders(program: Program) -> Command:
    """The orders that stand before a strategy has given any (engine/opening.py)."""
    return Command(
        rung=program.cast.start_rung,
        line=0.0,
        restraint=0.0,
        announce=1.0,
        sanctions=program.scenario.opening.sanctions,
        effort=0.0,
        offer="opening.peacekeeping-offered",
        brigades=0.0,
        ceiling=8,
        answer=int(NONE),
    )


def play(
    courses: Courses, batch: Batch, theory: str, runs: NDArray[np.int64], numbers: Mapping[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float32], Months]:
    """Measures [M, n] of the given runs (draw * lucks + luck), and the month from 1 in which each sign began to hold [S, n], or NEVER.

    What holds in month 0 has begun before the start: it counts when it ends and begins anew.
    """
    engine = courses.engine
    job = engine.job(batch, engine.program.plans[0].name, theory, runs)
    job = job._replace(params={**job.params, **numbers}, plan=job.plan._replace(delivery=numbers["delivery"]))
    table, first = cast(tuple[Array, Array], _play(engine.kernel, job, courses.signs))
    return np.asarray(table), np.asarray(first)


@partial(jax.jit, static_argnames=("kernel", "signs"))
def _play(kernel: Kernel, job: Job, signs: tuple[Expression, ...]) -> Any:
    n = job.draw.shape[0]

    def holding(month: Passed) -> Array:
        index = month.row["index"]
        held = [
            evaluate(sign, lambda name: observed_value(kernel.cast, month.before, month.sight, index, name), jnp) for sign in signs
        ]
        return jnp.stack([jnp.broadcast_to(jnp.asarray(one) != 0, (n,)) for one in held])

    def keep(stage: Stage, kept: tuple[Tally, Array, Array], month: Passed) -> Any:
        (sums, first, was), index = kept, month.row["index"]
        held = apart(index, lambda: holding(month))
        begun = held & ~was & (first == NEVER)
        return (tallied(kernel, job, stage, sums, month), jnp.where(begun, index.astype(jnp.int32), first), held), None

    nowhere = jnp.full((len(signs), n), NEVER, jnp.int32)
    war = months(kernel, job, (empty(n), nowhere, jnp.ones((len(signs), n), bool)), keep)
    sums, first, _ = war.kept
    return measures(kernel.cast, sums, war.end, war.first), first

"""The months of a war, one after the other: the compiled heart of the program, and the only loop over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, NamedTuple, cast

import jax
import jax.numpy as jnp

from countermove.behaviour.strategies import PlanInPlay, conditions, decide, hear
from countermove.behaviour.theory import Theory
from countermove.engine.acting import Luck, Minds, Report, Variation
from countermove.engine.backend import set_up
from countermove.engine.compiled_apart import apart
from countermove.engine.layout import Chances, luck, normals, slots
from countermove.engine.opening import opening, reference_of, settle_in
from countermove.engine.program import Program
from countermove.engine.step import PLAIN, Stage, sight_of, step
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.world.cast import Array, Cast
from countermove.world.plan import Playbook, Sheet
from countermove.world.state import Action, Month, Sight, State

set_up()  # before the first computation


@dataclass(frozen=True)
class Kernel:
    """What is fixed when a chunk is compiled."""

    cast: Cast
    book: Playbook
    theories: tuple[Theory, ...]
    others: tuple[int, ...]  # patrons outside the question: their theory differs between draws
    sanctions: float
    phases: int

    @classmethod
    def of(cls, program: Program) -> Kernel:
        """The kernel of a program."""
        others = tuple(j for j, weights in program.others.items() if sum(w > 0 for w in weights) > 1)
        opening_ = program.scenario.opening
        return cls(program.cast, program.playbook, program.theories, others, opening_.sanctions, len(opening_.phases))


class Job(NamedTuple):
    """One chunk: which runs, under which strategy and theory. Arrays are NumPy.

    `theories`, int32: each patron's; of the patron that is asked about, the hypothesis. `draw`, `luck` and `seed` are uint32.
    """

    params: Mapping[str, Annotated[Any, "... n?"]]
    draw: Annotated[Any, "n"]
    luck: Annotated[Any, "n"]
    plan: Sheet
    theories: Annotated[Any, "P n"]
    seed: Annotated[Any, "2"]
    calendar: Mapping[str, Any]  # rows of months [T, ...]


def month_of(kernel: Kernel, p: Mapping[str, Array], row: Mapping[str, Array]) -> Month:
    """One row of the calendar with the phases' numbers in it."""
    drift = mandate = jnp.zeros((len(kernel.cast.sides), 1), jnp.float32)
    for number in range(kernel.phases):
        drift = drift + row["phase"][number] * p[f"phase.{number}.drift"]
        mandate = mandate + row["phase"][number] * p[f"phase.{number}.mandate"]
    return Month(row["index"], row["election"], drift, mandate, row["truces"])


def minds_of(kernel: Kernel, job: Job) -> Minds:
    """The theory each patron follows: a scalar for the rival and the certain ones, [n] for the others."""
    which: list[Any] = [job.theories[j] if j in kernel.others else job.theories[j, 0] for j in range(len(kernel.cast.patrons))]
    return Minds(kernel.theories, which)


def begin(kernel: Kernel, job: Job) -> tuple[Stage, State]:
    """The stage and the first day's state."""
    p = {name: jnp.asarray(value) for name, value in job.params.items()}
    state = opening(kernel.cast, p, job.draw.shape[0], kernel.book.watched, kernel.sanctions)
    reference = reference_of(kernel.cast, p, state, kernel.theories)
    return Stage(kernel.cast, p, minds_of(kernel, job), reference), settle_in(kernel.cast, p, state, reference)


class Passed(NamedTuple):
    """A month that has passed: its row of the calendar, the state before and after it, what the owner saw of it, and what happened."""

    row: Mapping[str, Array]
    before: State
    sight: Sight
    after: State
    report: Report


def pass_month(
    kernel: Kernel, stage: Stage, state: State, row: Mapping[str, Array], u: Luck, plan: Sheet, vary: Variation = PLAIN
) -> Passed:
    """Observe, decide by the written strategy, step."""
    month = month_of(kernel, stage.p, row)
    if vary.quiet:
        state = state._replace(orders=state.orders._replace(line=state.oil * 0))
    sight = sight_of(kernel.cast, stage.p, stage.reference, state, u)
    action = decided(kernel, plan, stage.p, state, sight, month.index, u)
    return Passed(row, state, sight, *step(stage, state, sight, action, month, u, vary))


def play_month(
    kernel: Kernel, stage: Stage, state: State, row: Mapping[str, Array], u: Luck, plan: Sheet, vary: Variation = PLAIN
) -> tuple[State, Report]:
    """The state after a month, and what happened in it."""
    return pass_month(kernel, stage, state, row, u, plan, vary)[-2:]


def decided(kernel: Kernel, plan: Sheet, p: Mapping[str, Array], state: State, sight: Sight, month: Array, u: Luck) -> Action:
    """What the plan orders this month. In three parts: every order reads what is heard, and would compute it again in its own loop."""
    written, own = PlanInPlay(kernel.book, plan, p), partial(apart, month)
    known, cells = own(lambda: conditions(kernel.cast, written, state, sight, month))
    heard = own(lambda: hear(kernel.cast, written, known, state, sight, month, u))
    return cast(Action, own(lambda: decide(written, heard, cells, state, month)))


def luck_of(kernel: Kernel, keys: Any, month: Array) -> Luck:
    """The luck of a month. Written to memory once: XLA would compute a uniform again in every loop that reads it, none of them vectorised.

    The normals are made apart from the uniforms that they are made of: what a branch is given it hands on as a copy.
    """
    uniform = apart(month, partial(uniforms, slots=slots(kernel.cast)), keys, month)
    cosine, sine = apart(month, partial(normals, kernel.cast), uniform)
    return luck(kernel.cast, Chances(uniform, cosine, sine))


class Played(NamedTuple):
    """A war that was played: its stage, the first and the last state, what was kept from month to month, and what each month left [T, ...]."""

    stage: Stage
    first: State
    end: State
    kept: Any
    left: Any


def months(kernel: Kernel, job: Job, kept: Any, keep: Callable[[Stage, Any, Passed], tuple[Any, Any]]) -> Played:
    """Every month of a chunk, from the first day to the last. `keep(stage, kept, passed)` gives what is kept on, and what the month leaves.

    The one loop over months: whatever is asked of runs is asked by its own `keep`.
    """
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(carry: Any, row: Mapping[str, Array]) -> Any:
        state, kept = carry
        passed = pass_month(kernel, stage, state, row, luck_of(kernel, keys, row["index"]), job.plan)
        kept, left = keep(stage, kept, passed)
        return (passed.after, kept), left

    (end, kept), left = jax.lax.scan(month, (first, kept), job.calendar)
    return Played(stage, first, end, kept, left)

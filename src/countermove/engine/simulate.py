"""A chunk of runs from the first month to the last: the compiled heart of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp

from countermove.behaviour.strategies import Written, conditions, decide, hear
from countermove.behaviour.support import Theory
from countermove.dynamics.ledger import Ledger, blank, residuals
from countermove.dynamics.territory import shares
from countermove.engine.apart import apart
from countermove.engine.backend import set_up
from countermove.engine.layout import Chances, deviates, luck, slots
from countermove.engine.month import PLAIN, Stage, sight_of, step
from countermove.engine.opening import opening, reference_of, settle_in
from countermove.engine.program import Program
from countermove.engine.step import Luck, Minds, Report, Variation
from countermove.engine.tally import empty, measures, tally
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.world.cast import Array, Cast
from countermove.world.plan import Playbook, Sheet
from countermove.world.state import Action, Month, Sight, State

set_up()  # before the first computation

BAND_NAMES = ("balance", "held", "rival support", "own rung", "deaths", "talks")
BAND_STRIDE = 16


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
    """One chunk: which runs, under which strategy and theory. Arrays are NumPy; last axis n."""

    params: Mapping[str, Any]
    draw: Any  # [n] uint32
    luck: Any  # [n] uint32
    plan: Sheet
    theories: (
        Any  # [P, n] int32 for patrons outside the question; [0] of the row of the patron that is asked about is the hypothesis
    )
    seed: Any  # [2] uint32
    calendar: Mapping[str, Any]


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


def play_month(
    kernel: Kernel, stage: Stage, state: State, row: Mapping[str, Array], u: Luck, plan: Sheet, vary: Variation = PLAIN
) -> tuple[State, Report]:
    """Observe, decide by the written strategy, step."""
    month = month_of(kernel, stage.p, row)
    if vary.quiet:
        state = state._replace(orders=state.orders._replace(line=state.oil * 0))
    sight = sight_of(kernel.cast, stage.p, stage.reference, state, u)
    action = decided(kernel, plan, stage.p, state, sight, month.index, u)
    return step(stage, state, sight, action, month, u, vary)


def decided(kernel: Kernel, plan: Sheet, p: Mapping[str, Array], state: State, sight: Sight, month: Array, u: Luck) -> Action:
    """What the plan orders this month. In three parts: every order reads what is heard, and would compute it again in its own loop."""
    written, own = Written(kernel.book, plan, p), partial(apart, month)
    known, cells = own(lambda: conditions(kernel.cast, written, state, sight, month))
    heard = own(lambda: hear(kernel.cast, written, known, state, sight, month, u))
    return cast(Action, own(lambda: decide(written, heard, cells, state, month)))


def chances_of(kernel: Kernel, keys: Any, month: Array) -> Chances:
    """Uniforms and normals of a month."""
    return deviates(kernel.cast, uniforms(keys, month, slots(kernel.cast)))


def bands_of(cast: Cast, state: State, report: Report) -> Array:
    """What the fan charts show of a month, every 16th run: [len(BAND_NAMES), n / 16]."""
    rows: tuple[Array, ...] = (
        report.balance[0],
        shares(cast, state.ground)[0],
        sum((state.support[j] for j in cast.enemies[0]), state.oil * 0),
        state.rung[0],
        report.deaths,
        state.track,
    )
    return jnp.stack([row[::BAND_STRIDE] for row in rows])


def entered(books: Ledger, report: Report, state: State, before: State) -> Ledger:
    """The ledger after a month."""
    return Ledger(
        recruited=books.recruited + report.recruited,
        killed=books.killed + report.killed,
        sent=books.sent + report.sent,
        diverted=books.diverted + report.diverted,
        lost_heavy=books.lost_heavy + report.lost_heavy,
        captured=books.captured + report.captured,
        lost_counter=books.lost_counter + report.lost_counter,
        patron_dead=books.patron_dead + (state.dead - before.dead),
    )


def outcomes(kernel: Kernel, job: Job, audit: bool = False) -> tuple[Array, Array, dict[str, Array]]:
    """Measures [M, n], bands [T, B, n / 16], and the ledger's residuals where audited; compiled once per kernel and size of chunk."""
    return cast(tuple[Array, Array, dict[str, Array]], _outcomes(kernel, job, audit))


@partial(jax.jit, static_argnames=("kernel", "audit"))
def _outcomes(kernel: Kernel, job: Job, audit: bool) -> tuple[Array, Array, dict[str, Array]]:
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(carry: Any, row: Mapping[str, Array]) -> Any:
        state, sums, books = carry
        # written to memory once: XLA would compute a uniform again in every loop that reads it, and those loops would not vectorise
        chances = apart(row["index"], partial(chances_of, kernel), keys, row["index"])
        after, report = play_month(kernel, stage, state, row, luck(kernel.cast, chances), job.plan)
        sums = tally(kernel.cast, stage.p, sums, after, row["index"], report, job.plan.delivery)
        if audit:
            books = entered(books, report, after, state)
        return (after, sums, books), bands_of(kernel.cast, after, report)

    n = job.draw.shape[0]
    books = blank(kernel.cast, n) if audit else None
    (end, sums, books), bands = jax.lax.scan(month, (first, empty(n), books), job.calendar)
    left = residuals(kernel.cast, stage.p, first, end, books) if books is not None else {}
    return measures(kernel.cast, sums, end, first), bands, left


def paths(kernel: Kernel, job: Job) -> tuple[State, Report]:
    """Every month of every run of a small chunk: State and Report with a leading axis of months."""
    return cast(tuple[State, Report], _paths(kernel, job))


@partial(jax.jit, static_argnames=("kernel",))
def _paths(kernel: Kernel, job: Job) -> tuple[State, Report]:
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(state: State, row: Mapping[str, Array]) -> Any:
        u = luck(kernel.cast, chances_of(kernel, keys, row["index"]))
        after, report = play_month(kernel, stage, state, row, u, job.plan)
        return after, (after, report)

    return jax.lax.scan(month, first, job.calendar)[1]

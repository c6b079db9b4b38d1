"""What a chunk of runs ends in: a number for each measure, bands for the fan charts; or, of a few runs, every month as it was."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp

from countermove.dynamics.ledger import Ledger, empty_ledger, residuals
from countermove.dynamics.territory import shares
from countermove.engine.acting import Report
from countermove.engine.months import Job, Kernel, Passed, months
from countermove.engine.step import Stage
from countermove.engine.tally import Tally, empty, measures, tally
from countermove.world.cast import Array, Cast
from countermove.world.monthly import MONTHLY
from countermove.world.state import State

BAND_STRIDE = 16


def bands_of(cast: Cast, state: State, report: Report) -> Array:
    """What the fan charts show of a month, every 16th run: [B, n / 16] in the order of MONTHLY."""
    rows: dict[str, Array] = {
        "balance": report.balance[0],
        "held": shares(cast, state.ground)[0],
        "rival support": sum((state.support[j] for j in cast.enemies[0]), state.oil * 0),
        "own rung": state.rung[0],
        "deaths": report.deaths,
        "talks": state.track,
    }
    return jnp.stack([rows[name][::BAND_STRIDE] for name in MONTHLY])


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
    def keep(stage: Stage, kept: tuple[Tally, Ledger | None], month: Passed) -> Any:
        sums, books = kept
        if books is not None:
            books = entered(books, month.report, month.after, month.before)
        return (tallied(kernel, job, stage, sums, month), books), bands_of(kernel.cast, month.after, month.report)

    n = job.draw.shape[0]
    war = months(kernel, job, (empty(n), empty_ledger(kernel.cast, n) if audit else None), keep)
    sums, books = war.kept
    left = residuals(kernel.cast, war.stage.p, war.first, war.end, books) if books is not None else {}
    return measures(kernel.cast, sums, war.end, war.first), war.left, left


def tallied(kernel: Kernel, job: Job, stage: Stage, sums: Tally, month: Passed) -> Tally:
    """The sums of the measures after a month."""
    return tally(kernel.cast, stage.p, sums, month.after, month.row["index"], month.report, job.plan.delivery)


def paths(kernel: Kernel, job: Job) -> tuple[State, Report]:
    """Every month of every run of a small chunk: State and Report with a leading axis of months."""
    return cast(tuple[State, Report], _paths(kernel, job))


@partial(jax.jit, static_argnames=("kernel",))
def _paths(kernel: Kernel, job: Job) -> tuple[State, Report]:
    return months(kernel, job, None, lambda stage, kept, month: (kept, (month.after, month.report))).left

"""Named quantities month by month, of many runs: what claims, gaps and signposts are read from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.observed_names import observed_now, share_of
from countermove.engine.month import Stage
from countermove.engine.months import Job, Kernel, Passed, months
from countermove.engine.run import Engine, Plan, Task
from countermove.engine.step import Report
from countermove.errors import RunError
from countermove.world.cast import Array, Cast
from countermove.world.observable import OBSERVABLES
from countermove.world.state import HIGH, SETTLED, TRUCE, WAR, State

_KNOWN = {row.what: row for row in OBSERVABLES}


class Quantity(NamedTuple):
    """A name of the language (world/observable.py): as it truly is at the end of a month, or, `seen`, as the owner sees it when the month begins."""

    of: str
    what: str
    seen: bool = False


def series(
    engine: Engine,
    plan: Plan,
    task: Task,
    wanted: Sequence[Quantity],
    *,
    runs: NDArray[np.int64] | None = None,
    answers: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The quantities in the runs of one task, [len(wanted), T, chunk]; booleans are 0 or 1. The bits of a run are those of `run`.

    `runs`: these runs (draw * lucks + luck) instead of the task's. `answers` [C, chunk]: for plans with cells (engine/answered.py).
    Raises RunError for a name that nobody has, or that is asked as seen and cannot be.
    """
    for one in wanted:
        check(engine.program.cast, one)
    job = engine.job(plan, task.strategy, task.theory, task.first + np.arange(plan.chunk) if runs is None else runs)
    if answers is not None:
        job = job._replace(params={**job.params, "answers": answers})
    return np.asarray(cast(Array, _series(engine.kernel, job, tuple(wanted))))


def check(cast_: Cast, one: Quantity) -> None:
    """Raises RunError where the scenario has no such quantity."""
    actors = {"world": ("", cast_.theatre), "theatre": ("", cast_.theatre), "patron": cast_.patrons, "side": cast_.sides}
    row = _KNOWN.get(one.what)
    if row is None or one.of not in actors[row.of]:
        raise RunError(
            f"there is no {one.of + '.' if one.of else ''}{one.what}", where="series", next="docs/reference/names.md lists them"
        )
    hidden = row.seen == "" or (row.seen.startswith("the owner's own only") and one.of != cast_.patrons[0])
    if one.seen and hidden:
        raise RunError(f"the owner does not see {one.of + '.' if one.of else ''}{one.what}", where="series")


@partial(jax.jit, static_argnames=("kernel", "wanted"))
def _series(kernel: Kernel, job: Job, wanted: tuple[Quantity, ...]) -> Array:
    def keep(stage: Stage, kept: None, month: Passed) -> tuple[None, Array]:
        rows = [_quantity(stage, month, one) for one in wanted]
        shape = month.after.oil.shape
        return kept, jnp.stack([jnp.broadcast_to(jnp.asarray(x).astype(jnp.float32), shape) for x in rows])

    return jnp.swapaxes(months(kernel, job, None, keep).left, 0, 1)


def _quantity(stage: Stage, month: Passed, one: Quantity) -> Array:
    index = month.row["index"]
    if one.seen:
        return observed_now(stage.cast, month.before, month.sight, index, one.of if one.what != "incident" else "", one.what)
    return true(stage, month.before, month.after, month.report, index, one)


def true(stage: Stage, before: State, after: State, report: Report, month: Array, one: Quantity) -> Array:
    """The quantity as it is at the end of the month (events and flows: of the month) [n]."""
    if one.of in stage.cast.patrons:
        return _patron(stage.cast.patrons.index(one.of), before, after, report, one.what)
    if one.of in stage.cast.sides:
        return _side(stage, stage.cast.sides.index(one.of), after, report, one.what)
    return _world(after, report, month, one.what)


def _world(after: State, report: Report, month: Array, what: str) -> Array:
    flags = report.flags
    ways: dict[str, Any] = {
        "months": lambda: month + 1 + after.oil * 0,
        "settled": lambda: after.regime == SETTLED,
        "truce": lambda: after.regime == TRUCE,
        "high-intensity": lambda: after.regime == HIGH,
        "direct-war": lambda: after.regime == WAR,
        "truce-begins": lambda: flags.truce_began,
        "truce-breaks": lambda: flags.truce_broke,
        "clash": lambda: flags.clash,
        "incident": lambda: flags.incident,
        "exchange": lambda: flags.exchange,
        "deaths": lambda: report.deaths,
        "civilians": lambda: report.civilians,
        "talks": lambda: after.track,
        "credibility": lambda: after.credibility,
        "solidarity": lambda: after.solidarity,
        "peacekeepers": lambda: after.peacekeepers,
    }
    return ways[what]()


def _patron(j: int, before: State, after: State, report: Report, what: str) -> Array:
    ways: dict[str, Any] = {
        "rung": lambda: after.rung[j],
        "raises": lambda: after.rung[j] > before.rung[j],
        "quits": lambda: after.left[j],
        "exit": lambda: report.flags.quit[j],
        "resolve": lambda: jax.nn.sigmoid(after.faith[j]),
        "will": lambda: after.will[j],
        "cost": lambda: after.spent[j],
        "support": lambda: after.support[j],
        "casualties": lambda: after.dead[j] - before.dead[j],
    }
    return ways[what]()


def _side(stage: Stage, i: int, after: State, report: Report, what: str) -> Array:
    cast_, settled = stage.cast, stage.cast.settled_front
    change = report.balance[i] - (stage.reference.balance[i] if settled else 0.0)
    line = stage.p["observation.losing"]
    ways: dict[str, Any] = {
        "asks": lambda: sum(after.asked[j] for j, side in enumerate(cast_.supports) if side == i) + after.oil * 0 > 0,
        "losing": lambda: change < -line,
        "winning": lambda: change > line,
        "balance": lambda: report.balance[i],
        "attacks": lambda: after.attacking[i],
        "held": lambda: share_of(cast_, after.ground, i),
        "collapsed": lambda: after.gone[i],
        "personnel": lambda: after.force[i],
    }
    return ways[what]()

"""What a record could see of a war: the engine's own step, watched through the channels."""

from __future__ import annotations

from functools import partial
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from countermove.engine.month import Stage
from countermove.engine.months import Job, Kernel, Passed, months
from countermove.engine.run import Engine
from countermove.evidence.observation_model import carried_total, channel_value, observed_total
from countermove.evidence.observations import ObservedChannel
from countermove.world.cast import Array


def with_december(engine: Engine, job: Job) -> Job:
    """The job with a calendar that says which months end a year."""
    clock = engine.program.scenario.clock
    months = np.arange(engine.program.cast.months)
    return job._replace(calendar={**job.calendar, "december": ((clock.start + months) % 12 == 11).astype(np.float32)})


@partial(jax.jit, static_argnames=("kernel", "seen"))
def _channel_paths(kernel: Kernel, job: Job, seen: tuple[ObservedChannel, ...]) -> Array:
    def keep(stage: Stage, totals: Array, month: Passed) -> tuple[Array, Array]:
        rows: list[Array] = []
        kept: list[Array] = []
        for c, one in enumerate(seen):
            x = observed_total(one, totals[c], channel_value(kernel.cast, stage.p, month.before, month.after, month.report, one))
            rows.append(x)
            kept.append(carried_total(one, totals[c], x, month.row["december"]))
        return jnp.stack(kept), jnp.stack(rows)

    return months(kernel, job, jnp.zeros((len(seen), job.draw.shape[0]), jnp.float32), keep).left


def channel_paths(kernel: Kernel, job: Job, seen: tuple[ObservedChannel, ...]) -> Array:
    """What the channels are about in each month of each run, float32 [T, C, n]; a yearly flow is the sum since January, a claim the peak so far."""
    return cast(Array, _channel_paths(kernel, job, seen))

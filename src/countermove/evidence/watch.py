"""What a record could see of a war: the engine's own step, watched through the channels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from countermove.engine.apart import apart
from countermove.engine.layout import luck
from countermove.engine.run import Engine
from countermove.engine.simulate import Job, Kernel, begin, chances_of, play_month
from countermove.evidence.glimpse import kept_of, latent, told_of
from countermove.evidence.observed import Seen
from countermove.rng.uniforms import stream_keys
from countermove.world.cast import Array


def with_december(engine: Engine, job: Job) -> Job:
    """The job with a calendar that says which months end a year."""
    clock = engine.program.scenario.clock
    months = np.arange(engine.program.cast.months)
    return job._replace(calendar={**job.calendar, "december": ((clock.start + months) % 12 == 11).astype(np.float32)})


@partial(jax.jit, static_argnames=("kernel", "seen"))
def _glimpses(kernel: Kernel, job: Job, seen: tuple[Seen, ...]) -> Array:
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)
    totals = jnp.zeros((len(seen), job.draw.shape[0]), jnp.float32)

    def month(carry: Any, row: Mapping[str, Array]) -> Any:
        state, totals = carry
        chances = apart(row["index"], partial(chances_of, kernel), keys, row["index"])
        after, report = play_month(kernel, stage, state, row, luck(kernel.cast, chances), job.plan)
        rows: list[Array] = []
        kept: list[Array] = []
        for c, one in enumerate(seen):
            x = told_of(one, totals[c], latent(kernel.cast, stage.p, state, after, report, one))
            rows.append(x)
            kept.append(kept_of(one, totals[c], x, row["december"]))
        return (after, jnp.stack(kept)), jnp.stack(rows)

    return jax.lax.scan(month, (first, totals), job.calendar)[1]


def glimpses(kernel: Kernel, job: Job, seen: tuple[Seen, ...]) -> Array:
    """What the channels are about in each month of each run, float32 [T, C, n]; a yearly flow is the sum since January, a claim the peak so far."""
    return cast(Array, _glimpses(kernel, job, seen))

"""Runs of many candidate strategies: one compiled plan whose numbers are free, and each run with its own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import jax
import numpy as np
from numpy.typing import NDArray

from countermove.engine.apart import apart
from countermove.engine.layout import luck
from countermove.engine.run import Engine, Plan
from countermove.engine.simulate import Job, Kernel, begin, chances_of, play_month
from countermove.engine.tally import empty, measures, tally
from countermove.rng.uniforms import stream_keys
from countermove.world.cast import Array


def play(
    engine: Engine, plan: Plan, theory: str, runs: NDArray[np.int64], numbers: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Measures [M, n] of the given runs (draw * lucks + luck) under a theory, each with its own free numbers [n] of the engine's one plan."""
    job = engine.job(plan, engine.program.plans[0].name, theory, runs)
    return np.asarray(cast(Any, _play(engine.kernel, job._replace(params={**job.params, **numbers}))))


@partial(jax.jit, static_argnames=("kernel",))
def _play(kernel: Kernel, job: Job) -> Any:
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(carry: Any, row: Mapping[str, Array]) -> Any:
        state, sums = carry
        u = luck(kernel.cast, apart(row["index"], partial(chances_of, kernel), keys, row["index"]))
        after, report = play_month(kernel, stage, state, row, u, job.plan)
        return (after, tally(kernel.cast, stage.p, sums, after, row["index"], report, job.plan.delivery)), None

    (end, sums), _ = jax.lax.scan(month, (first, empty(job.draw.shape[0])), job.calendar)
    return measures(kernel.cast, sums, end, first)

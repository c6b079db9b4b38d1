"""Runs of many candidate strategies: one compiled plan whose numbers are free, and each run with its own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import jax
import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.strategies import follow
from countermove.engine.apart import apart
from countermove.engine.layout import luck
from countermove.engine.month import sight_of, step
from countermove.engine.run import Engine, Plan
from countermove.engine.simulate import Job, Kernel, begin, chances_of, month_of
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
    delivery = float(kernel.plans[0].first_delivery)

    def decided(p: Any, state: Any, sight: Any, index: Array, u: Any) -> Any:
        return follow(kernel.cast, kernel.plans, 0, p, state, sight, index, u)

    def month(carry: Any, row: Mapping[str, Array]) -> Any:
        state, sums = carry
        u = luck(kernel.cast, apart(row["index"], partial(chances_of, kernel), keys, row["index"]))
        now = month_of(kernel, stage.p, row)
        sight = sight_of(kernel.cast, stage.p, stage.reference, state, u)
        # dozens of rules: pulled into every loop that reads an order, they made the run 15 times slower
        action = apart(row["index"], decided, stage.p, state, sight, now.index, u)
        after, report = step(stage, state, sight, action, now, u)
        return (after, tally(kernel.cast, stage.p, sums, after, row["index"], report, delivery)), None

    (end, sums), _ = jax.lax.scan(month, (first, empty(job.draw.shape[0])), job.calendar)
    return measures(kernel.cast, sums, end, first)

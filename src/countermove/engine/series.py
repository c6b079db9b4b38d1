"""Named quantities month by month, of many runs: what claims, gaps, forecasts and records are read from. One program has them all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import jax
import numpy as np
from numpy.typing import NDArray

from countermove.engine.months import Job, Kernel, Passed, months
from countermove.engine.quantities import Named, place_of, quantities_of, value_of
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.step import Stage
from countermove.world.cast import Array

BLOCK = 1024
"""Runs computed at once, whoever asks: so that all that is asked of one war's months is compiled once."""


def series(
    engine: Engine,
    batch: Batch,
    task: Task,
    wanted: Sequence[Named],
    *,
    runs: NDArray[np.int64] | None = None,
    answers: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The quantities in the runs of one task, [len(wanted), T, n]; booleans are 0 or 1. The bits of a run are those of `run`.

    `runs` [n]: these runs (draw * lucks + luck) instead of the task's. `answers` [C, n]: for plans with cells (engine/silence_runs.py).
    Raises RunError for a name that nobody has, or that is asked as seen and cannot be.
    """
    places = [place_of(engine.program.cast, one) for one in wanted]
    runs = task.first + np.arange(batch.chunk) if runs is None else runs
    parts: list[NDArray[np.float32]] = []
    for first in range(0, len(runs), BLOCK):
        block = np.minimum(first + np.arange(BLOCK), len(runs) - 1)
        job = engine.job(batch, task.strategy, task.theory, runs[block])
        if answers is not None:
            job = job._replace(params={**job.params, "answers": answers[:, block]})
        every = cast(tuple[Array, ...], _months(engine.kernel, job))
        parts.append(np.stack([np.asarray(every[place]) for place in places]))
    return np.concatenate(parts, axis=2)[:, :, : len(runs)]


@partial(jax.jit, static_argnames=("kernel",))
def _months(kernel: Kernel, job: Job) -> tuple[Array, ...]:
    """Each quantity [T, n]."""

    def keep(stage: Stage, kept: None, month: Passed) -> tuple[None, tuple[Array, ...]]:
        return kept, tuple(value_of(stage, month, one) for one in quantities_of(stage.cast))

    return months(kernel, job, None, keep).left

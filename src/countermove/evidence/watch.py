"""What a record could see of a war: the engine's own months, through the channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.engine.months import Job
from countermove.engine.quantities import Recorded
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.evidence.observations import ObservedChannel


def decembers(engine: Engine) -> NDArray[np.float32]:
    """1 in the months that end a year, else 0 [T]."""
    program = engine.program
    return ((program.scenario.clock.start + np.arange(program.cast.months)) % 12 == 11).astype(np.float32)


def with_december(engine: Engine, job: Job) -> Job:
    """The job with a calendar that says which months end a year."""
    return job._replace(calendar={**job.calendar, "december": decembers(engine)})


def channel_paths(
    engine: Engine, batch: Batch, task: Task, seen: Sequence[ObservedChannel], *, runs: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """What the channels are about in each month of each run of the task, or of `runs` [n]: [T, C, n].

    A yearly flow is the sum since January, a claim the peak so far.
    """
    rows = series(engine, batch, task, [Recorded(one.channel.name, one.actor) for one in seen], runs=runs)
    ends = decembers(engine) > 0
    return np.stack([_told(one, row, ends) for one, row in zip(seen, rows, strict=True)], axis=1)


def _told(one: ObservedChannel, row: NDArray[np.float32], ends: NDArray[np.bool_]) -> NDArray[np.float32]:
    """`observation.observed_total` for every month of a row [T, n]."""
    if one.claimant:
        return np.maximum(np.maximum.accumulate(row, axis=0), 0)
    if not (one.yearly and one.channel.flow):
        return row
    out, total = np.empty_like(row), np.zeros_like(row[0])
    for month, value in enumerate(row):
        out[month] = total + value
        total = np.where(ends[month], np.float32(0), out[month])
    return out

"""The engine's month outside the compiled loop: operation by operation, with luck that a check may rearrange.

Compiled as a whole the same month may fuse a product and a sum into one rounding, in one role and not in the other; operation by
operation every role is computed by the same arithmetic, so a mirrored run can be asked to agree bit for bit.
"""

from __future__ import annotations

import numpy as np

from countermove.engine.acting import Luck, Report, Variation
from countermove.engine.months import Job, Kernel, luck_of, month_of
from countermove.engine.step import PLAIN, Stage, sight_of, step
from countermove.rng.uniforms import stream_keys
from countermove.world.state import Action, State


def month_luck(kernel: Kernel, job: Job, number: int) -> Luck:
    """The luck of month `number` (from 0) by event."""
    return luck_of(kernel, stream_keys(job.seed, job.draw, job.luck), np.float32(number))


def no_orders(state: State) -> Action:
    """The owner leaves everything as it stands, and says nothing."""
    nothing = np.zeros_like(np.asarray(state.oil))
    return Action(
        orders=state.orders._replace(announce=nothing),
        ship_heavy=nothing,
        ship_counter=nothing,
        ship_cost=nothing,
        ship_lag=nothing,
        answer=nothing,
        credited=nothing,
        silent=nothing,
        fired=np.zeros((0, len(nothing)), np.float32),
    )


def play(
    kernel: Kernel, stage: Stage, job: Job, state: State, number: int, u: Luck, vary: Variation = PLAIN
) -> tuple[State, Report]:
    """The month in which the owner gives no orders."""
    row = {name: np.asarray(values)[number] for name, values in job.calendar.items()}
    month = month_of(kernel, stage.p, row)
    sight = sight_of(kernel.cast, stage.p, stage.reference, state, u)
    return step(stage, state, sight, no_orders(state), month, u, vary)

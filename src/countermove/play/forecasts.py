"""What is forecast at a table (protocol.FORECAST), and whether it came true."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from countermove.behaviour.observed_names import observed_now
from countermove.play.month import Lanes
from countermove.play.protocol import FORECAST
from countermove.world.cast import Cast
from countermove.world.state import Sight, State

EVENT = {
    "truce": "a truce holds",
    "settled": "a settlement holds",
    "direct-war": "the patrons are at war",
    "incident": "there is an incident beyond the theatre",
}
"""Each of them in words."""


def happened_in(cast: Cast, lanes: Lanes) -> np.ndarray:
    """Which of FORECAST is so after a month [FORECAST, n]."""
    state: State = lanes.state
    unseen = Sight(*([state.oil] * len(Sight._fields)))  # the world's events are seen as they are
    rows = [observed_now(cast, state, unseen, np.float32(0), "", what) for what in FORECAST]
    return np.stack([np.asarray(row, bool) for row in rows])


def came_true(cast: Cast, every: Sequence[Lanes], event: str, made: int, until: int) -> tuple[bool, bool]:
    """Whether a forecast that was made in month `made` (from 1) came true by the end of month `until`, and whether it was so already when it was
    made. `every`: where the war stood before the first month and after each."""
    place = FORECAST.index(event)
    met = [bool(happened_in(cast, lanes)[place, 0]) for lanes in every[made - 1 : until + 1]]
    return any(met), met[0]

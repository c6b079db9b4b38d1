"""What is forecast at a table (protocol.FORECAST), by which rule it comes true, and whether and when it did."""

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
ALREADY = {
    "truce": "a truce holds already",
    "settled": "a settlement holds already",
    "direct-war": "the patrons are at war already",
    "incident": "there was an incident beyond the theatre in the last month, and that counts already",
}
"""That each of them is so when it is forecast."""
RULE = "A forecast comes true if it is so at the end of any month up to the one named, from the month in which it was made on, even if it ends again."
"""When it comes true."""


def happened_in(cast: Cast, lanes: Lanes) -> np.ndarray:
    """Which of FORECAST is so after a month [FORECAST, n]."""
    state: State = lanes.state
    unseen = Sight(*([state.oil] * len(Sight._fields)))  # the world's events are seen as they are
    rows = [observed_now(cast, state, unseen, np.float32(0), "", what) for what in FORECAST]
    return np.stack([np.asarray(row, bool) for row in rows])


def true_in(cast: Cast, every: Sequence[Lanes], event: str, made: int, until: int) -> int | None:
    """The month at whose end a forecast first came true that was made in month `made` (from 1) for the end of month `until`: `made - 1` where it was
    so already when it was made, None where it did not come true. `every`: where the war stood before the first month and after each."""
    place = FORECAST.index(event)
    return next((month for month in range(made - 1, until + 1) if bool(happened_in(cast, every[month])[place, 0])), None)


def came_words(made: int, month: int | None) -> str:
    """What became of a forecast: `it came true at the end of month 3`."""
    if month is None:
        return "it did not come true"
    return f"it came true at the end of month {month}" if month >= made else "it came true, for it was so already when it was said"

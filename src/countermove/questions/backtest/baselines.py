"""The simple forecasts that a better one must beat. Each is made of the history only: what came after cannot reach it.

A forecast is an ensemble [months ahead, members]; rows may have members of their own number, so it is a list of arrays. Months that were not
observed are nan in the history and are left out.
"""

from __future__ import annotations

import numpy as np

from countermove.errors import EvidenceError
from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.finding import CLIMATOLOGY, IN_PROPORTION, NO_CHANGE, SEASONAL
from countermove.questions.backtest.scales import StabilisingScale
from countermove.world.channel import Channel

BASELINES = (NO_CHANGE, IN_PROPORTION, SEASONAL, CLIMATOLOGY)
YEARS = 6  # changes over a year that a seasonal forecast needs; with fewer it is climatology


def no_change(history: np.ndarray, months: int, *, floor: float | None = None) -> list[np.ndarray]:
    """Next month is as the last one, give or take the changes of the past over as many months.

    Args:
        history: [T], the last known month last.
        months: how many to forecast.
        floor: what the quantity cannot fall below, such as 0 for deaths.

    Raises:
        EvidenceError: a history too short to hold one change over `months`.
    """
    past = _known(history, months)
    seen = np.flatnonzero(~np.isnan(past))
    late = past.size - 1 - int(seen[-1])  # months since the last observation
    return [_around(float(past[seen[-1]]), past, ahead + late, floor) for ahead in range(1, months + 1)]


def seasonal(history: np.ndarray, months: int, *, season: int = 12, floor: float | None = None) -> list[np.ndarray]:
    """A month is as the same month of the last year that knows it, give or take the changes over a year. Arguments and errors as above."""
    past = _known(history, months)
    out: list[np.ndarray] = []
    for ahead in range(1, months + 1):
        years = range(-(-ahead // season) * season, past.size + ahead, season)  # so many months back
        known = [back for back in years if not np.isnan(past[past.size - 1 + ahead - back])]
        if not known:
            raise EvidenceError("the history has no such month of the year", where=f"{ahead} months ahead")
        out.append(_around(past[past.size - 1 + ahead - known[0]], past, known[0], floor))
    return out


def climatology(history: np.ndarray, months: int) -> list[np.ndarray]:
    """Any month is as any month of the past. Raises EvidenceError where nothing was observed."""
    past = _known(history, months)
    return [past[~np.isnan(past)]] * months


def _known(history: np.ndarray, months: int) -> np.ndarray:
    past = np.asarray(history, np.float64)
    if past.ndim != 1 or np.isnan(past).all():
        raise EvidenceError("a history of shape [T] with something observed is needed")
    if months < 1:
        raise EvidenceError(f"a forecast of {months} months")
    return past


def _around(middle: float, past: np.ndarray, lag: int, floor: float | None) -> np.ndarray:
    """The middle with each change over `lag` months of the past added."""
    changes = past[lag:] - past[:-lag] if lag < past.size else np.empty(0)
    changes = changes[~np.isnan(changes)]
    if changes.size == 0:
        raise EvidenceError(f"the history of {past.size} months holds no change over {lag}", next="Forecast fewer months")
    members = middle + changes
    return members if floor is None else np.maximum(members, floor)


def baseline_ensembles(name: str, history: Floats, horizon: int, channel: Channel) -> list[Floats]:
    """A baseline's ensembles, one for each month ahead, from the history alone. Raises EvidenceError where it cannot be made.

    No-change in proportion adds the changes of the past on the even scale: a war that has grown small changes by little.
    """
    scale = StabilisingScale(channel)
    if name == NO_CHANGE:
        rows = no_change(history, horizon, floor=0.0)
    elif name == IN_PROPORTION:
        rows = [scale.back(row) for row in no_change(scale.of(history), horizon)]
    elif name == SEASONAL and _changes(history, 12) >= YEARS:
        rows = seasonal(history, horizon, floor=0.0)
    else:
        rows = climatology(history, horizon)
    return [np.minimum(row, 1.0) for row in rows] if channel.kind == "share" else rows


def _changes(history: Floats, lag: int) -> int:
    return int((~np.isnan(history[lag:] - history[:-lag])).sum()) if lag < len(history) else 0


def baseline_chances(name: str, history: Floats, horizon: int) -> Floats:
    """A baseline's probabilities of an event [H]: how often it followed, so many months on, on a month like the last (no-change) or like the
    same month a year before (seasonal), or at all (climatology); with one hit and one miss added (Laplace)."""
    out = np.zeros(horizon)
    for ahead in range(1, horizon + 1):
        lag = {NO_CHANGE: ahead, SEASONAL: 12}.get(name, 0)
        like = np.ones(len(history), dtype=bool)
        if lag and len(history) - lag >= (YEARS if name == SEASONAL else 1):
            now = history[-1] if name == NO_CHANGE else history[len(history) - 1 + ahead - 12]
            like = np.append(np.zeros(lag, dtype=bool), (history[:-lag] > 0) == (now > 0))
        then = history[like & ~np.isnan(history)]
        out[ahead - 1] = ((then > 0).sum() + 1) / (len(then) + 2)
    return out

"""The simple forecasts beside which every theory is judged, of counts, shares, amounts and events, from the history alone."""

from __future__ import annotations

import numpy as np

from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.baselines import climatology, no_change, seasonal
from countermove.questions.backtest.finding import CLIMATOLOGY, IN_PROPORTION, NO_CHANGE, SEASONAL
from countermove.questions.backtest.scales import Even
from countermove.world.channel import Channel

BASELINES = (NO_CHANGE, IN_PROPORTION, SEASONAL, CLIMATOLOGY)
YEARS = 6  # changes over a year that a seasonal forecast needs; with fewer it is climatology


def simple(name: str, history: Floats, horizon: int, channel: Channel) -> list[Floats]:
    """A baseline's ensembles, one for each month ahead, from the history alone. Raises EvidenceError where it cannot be made.

    No-change in proportion adds the changes of the past on the even scale: a war that has grown small changes by little.
    """
    scale = Even(channel)
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


def simple_chance(name: str, history: Floats, horizon: int) -> Floats:
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

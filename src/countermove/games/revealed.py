"""What the rival's first support reveals of his stakes: for which of them it is what he would choose, if nothing new were sent.

The prize of `games/extract.py` makes his first support worth giving on the first day alone, as the static reply has it. A patron who looks ahead
counts what it brings in all later months too, and would give more from the first day on. So the prize is scaled: with nothing ordered by the owner
every level of support is played in the war, held throughout, and the scale is such that the first day's level is the best of them for the median type
(revealed preference; Samuelson 1938, Economica 5, pp. 61-71). Where that holds from `low` to `high`, the middle of the two (geometric) is taken;
where it holds nowhere, nothing is scaled, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.extract import Extraction

Floats = NDArray[np.float64]
LEAST = 0.1  # of the higher end: where any lower stakes would do as well, the lower end is taken to be so much


@dataclass(frozen=True)
class Revealed:
    """The scale of the prize for which his first level is the best he can hold: from `low` to `high`; `scale` is taken, 1 if there is none."""

    low: float
    high: float
    scale: float

    @property
    def found(self) -> bool:
        """Whether there is any."""
        return self.low < self.high


def revealed(levels: Sequence[float], wins: Annotated[Floats, "B"], pays: Annotated[Floats, "B"]) -> Revealed:
    """From what each level of support, held throughout, wins the median type and costs him (means, thousand person-equivalents).

    His first level is the one nearest to 1. At a scale s a level is worth s * wins - pays; both ends are where another level becomes as good.
    """
    home = int(np.argmin(np.abs(np.asarray(levels) - 1)))
    low, high = 0.0, float("inf")
    for place in range(len(levels)):
        more, dearer = float(wins[place] - wins[home]), float(pays[place] - pays[home])
        if more > 0:
            high = min(high, dearer / more)
        elif more < 0:
            low = max(low, dearer / more)
        elif dearer < 0:
            low, high = float("inf"), 0.0  # as good, and cheaper: never his first level
    if not low < high:
        return Revealed(low, high, 1.0)
    if np.isinf(high):
        return Revealed(low, high, max(1.0, 2 * low))
    return Revealed(low, high, float(np.sqrt(max(low, LEAST * high) * high)))


def scaled(made: Extraction, scale: float) -> Extraction:
    """The same war for a rival whose prize is so many times as large."""
    mean = made.gains[-2:].astype(np.float64).mean(axis=-1)
    ratios = made.ratios * scale
    game = replace(made.game, rival_gets=ratios[:, None, None, None] * mean[0] - mean[1])
    return replace(made, ratios=ratios, game=game)

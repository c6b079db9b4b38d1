"""Even scales: where the errors of a series are about as large whatever its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.evidence.observation_model import SHARE_MARGIN
from countermove.evidence.smc2 import Floats
from countermove.world.channel import Channel

_LEAST = 0.25  # below it the slope of a square root is held


@dataclass(frozen=True)
class StabilisingScale:
    """The logit of a share; of a count or an amount the logarithm, or with `root` the square root."""

    channel: Channel
    root: bool = False

    @property
    def _floor(self) -> float:
        return self.channel.floor if self.channel.kind == "amount" else 1.0

    def of(self, x: Floats) -> Floats:
        """Data on the even scale; nan stays nan."""
        if self.channel.kind == "share":
            inside = np.clip(x, SHARE_MARGIN, 1 - SHARE_MARGIN)
            return np.log(inside / (1 - inside))
        return np.sqrt(np.maximum(x, 0)) if self.root else np.log(np.maximum(x, 0) + self._floor)

    def back(self, even: Floats) -> Floats:
        """From the even scale to the data's own; counts and amounts are never below 0."""
        if self.channel.kind == "share":
            return 1 / (1 + np.exp(-even))
        return np.square(np.maximum(even, 0)) if self.root else np.maximum(np.exp(even) - self._floor, 0)

    def log_slope(self, x: Floats) -> Floats:
        """Logarithm of the slope of `of` at data, which makes a density on the even scale one of the data."""
        if self.channel.kind == "share":
            inside = np.clip(x, SHARE_MARGIN, 1 - SHARE_MARGIN)
            return -np.log(inside * (1 - inside))
        return -np.log(2 * np.sqrt(np.maximum(x, _LEAST))) if self.root else -np.log(np.maximum(x, 0) + self._floor)


def scales_of(channel: Channel) -> tuple[StabilisingScale, ...]:
    """The scales on which a series may be even: which of them it is, its own data say."""
    return (
        (StabilisingScale(channel),)
        if channel.kind == "share"
        else (StabilisingScale(channel), StabilisingScale(channel, root=True))
    )

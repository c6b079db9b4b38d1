"""From numbers to places on an axis, and the round numbers that stand along it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

HEAVY_TAIL = 8  # largest over middle value from which a quantity that cannot be negative gets a root scale


@dataclass(frozen=True)
class Extent:
    """What an axis has to hold. `root`: places go with the square root, so that one outlier does not flatten the rest."""

    low: float
    high: float
    root: bool = False


@dataclass(frozen=True)
class Scale:
    """An extent laid along an axis from `start` to `stop` (user units of the SVG; a vertical axis runs downwards)."""

    extent: Extent
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """The place of a value; outside the extent, its edge; nan stays nan."""
        if math.isnan(value):
            return value
        low, high = self.extent.low, self.extent.high
        held = min(max(value, low), high)
        part = math.sqrt((held - low) / (high - low)) if self.extent.root else (held - low) / (high - low)
        return self.start + part * (self.stop - self.start)

    def ticks(self, count: int = 5) -> tuple[float, ...]:
        """Round numbers inside the extent, about `count` of them."""
        low, high = self.extent.low, self.extent.high
        if self.extent.root:
            parts = (low + (high - low) * (k / (count - 1)) ** 2 for k in range(1, count))
            return tuple(dict.fromkeys([low, *(_floor(part) for part in parts)]))
        step = _step((high - low) / count)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        return tuple(k * step for k in range(first, last + 1))


def _step(rough: float) -> float:
    """The round number (1, 2, 5 times a power of ten) at or just above."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _floor(value: float) -> float:
    """The round number at or just below."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(factor * power for factor in (1, 1.5, 2, 3, 4, 5, 7) if factor * power <= value * (1 + 1e-9))


def extent(values: Iterable[float], *, middle: Iterable[float] = (), floor: float | None = None) -> Extent:
    """What holds all finite values, with room for those that are all the same.

    A quantity of which no value is negative starts at 0; where its largest value is HEAVY_TAIL times the median of `middle`
    or more, the scale is a root scale. `floor`: the axis goes at least that far down.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return Extent(0.0, 1.0)
    low, high = min(finite), max(finite)
    if low >= 0:
        low = 0.0
    if floor is not None:
        low = min(low, floor)
    if high - low < 1e-9 * max(1.0, abs(high)):
        return Extent(low - (0.5 if low < 0 else 0.0), high + 0.5)
    centre = sorted(value for value in middle if math.isfinite(value))
    root = low == 0.0 and bool(centre) and high >= HEAVY_TAIL * max(centre[len(centre) // 2], 1e-9)
    return Extent(low, high, root)


def short(value: float) -> str:
    """A tick's number: few figures, thousands as k."""
    if abs(value) >= 10_000:
        return f"{value / 1000:g}k"
    return f"{0.0 if abs(value) < 1e-12 else value:.4g}"

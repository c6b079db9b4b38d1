"""The path that was played, drawn over the fan of what else could have been, with what the same luck made of another plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countermove.show.charts.fan import frame
from countermove.show.charts.scale import Extent, Scale, extent, short
from countermove.show.charts.svg import ACCENT, BAND, BAND_WIDE, INK, QUIET, area, dot, figure, minus, polyline, triangle, words

WIDTH, HEIGHT = 250.0, 128.0
LEFT, RIGHT, TOP, BOTTOM = 27.0, 34.0, 20.0, 15.0


@dataclass(frozen=True)
class PathFan:
    """One quantity by month: `played` [T] on the path, `bands` 5 x [T] (5, 25, 50, 75 and 95% of paths), `same` [T] under the table's own luck.

    `marks`: months (from 1) over which a triangle stands. `says`: what is drawn, for who cannot see it.
    """

    played: Sequence[float]
    bands: Sequence[Sequence[float]]
    same: Sequence[float]
    marks: Sequence[int]
    unit: str
    says: str


def path_extent(fans: Iterable[PathFan]) -> Extent:
    """The common axis of fans that are to be compared."""
    rows = tuple(fans)
    values = (value for fan in rows for line in (fan.played, fan.same, fan.bands[0], fan.bands[4]) for value in line)
    return extent(values, middle=(value for fan in rows for value in fan.bands[2]))


def path_chart(fan: PathFan, axis: Extent) -> str:
    """As SVG: bands with their median thin, the table's luck dashed, the path thick with its last value."""
    months = len(fan.played)
    vertical = Scale(axis, HEIGHT - BOTTOM, TOP)
    across = Scale(Extent(1, max(months, 2)), LEFT, WIDTH - RIGHT)
    xs = [across(month + 1) for month in range(months)]

    def placed(values: Sequence[float]) -> list[float]:
        return [vertical(value) for value in values]

    marks = [words((0, 8), fan.unit, size=8), *frame(vertical, across, months, 12 if months > 12 else 3)]
    marks.append(words((0, HEIGHT - BOTTOM + 11), "month", size=8))
    low, below, middle, above, high = (placed(band) for band in fan.bands)
    marks.append(area(xs, low, high, BAND_WIDE))
    marks.append(area(xs, below, above, BAND))
    marks.append(polyline(zip(xs, middle, strict=True), ACCENT, 1))
    marks.append(polyline(zip(xs, placed(fan.same), strict=True), QUIET, 1.1, "3 2"))
    path = placed(fan.played)
    marks.append(polyline(zip(xs, path, strict=True), INK, 2.2))
    marks += [triangle((across(month), TOP - 3), QUIET, 2.4) for month in fan.marks]
    if months and math.isfinite(path[-1]):
        marks.append(dot((xs[-1], path[-1]), 2.6, INK))
        place = min(max(path[-1] + 3, TOP + 6), HEIGHT - BOTTOM)
        marks.append(words((xs[-1] + 5, place), minus(short(float(f"{fan.played[-1]:.3g}"))), fill=INK, bold=True))
    return figure(WIDTH, HEIGHT, fan.says, marks)

"""A fan: the middle path of a quantity, the band of half the paths and the band of nine tenths, month by month."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from countermove.decision.findings import WEIGHTED, Band
from countermove.show.charts.scale import Extent, Scale, extent, short
from countermove.show.charts.svg import ACCENT, BAND, BAND_WIDE, QUIET, RULE, area, figure, line, minus, polyline, words
from countermove.world.titles import UNTITLED, Titles

WIDTH, HEIGHT = 128.0, 92.0
LEFT, RIGHT, TOP, BOTTOM = 25.0, 26.0, 14.0, 15.0


def extent_of(bands: Iterable[Band]) -> Extent:
    """The common axis of fans that are to be compared."""
    rows = tuple(bands)
    return extent(
        (value for band in rows for value in (*band.q05, *band.q95)), middle=(value for band in rows for value in band.q50)
    )


def fan_chart(band: Band, titles: Titles = UNTITLED, *, axis: Extent | None = None, reference: Band | None = None) -> str:
    """One fan as SVG.

    Main arguments: `band`, the quantiles by month (month 1 first, unit of the band); `titles`, of the war.
    Other arguments: `axis`, the common axis of several fans (default: this one's own); `reference`, a band whose middle path is drawn
    dashed, for comparison.
    """
    vertical = Scale(axis or extent_of([band]), HEIGHT - BOTTOM, TOP)
    months = len(band.q50)
    across = Scale(Extent(1, max(months, 2)), LEFT, WIDTH - RIGHT)
    xs = [across(month + 1) for month in range(months)]
    marks = [words((0, 8), band.unit, size=8), *frame(vertical, across, months)]
    marks.append(words((0, HEIGHT - BOTTOM + 11), "month", size=8))
    marks.append(area(xs, _placed(band.q05, vertical), _placed(band.q95, vertical), BAND_WIDE))
    marks.append(area(xs, _placed(band.q25, vertical), _placed(band.q75, vertical), BAND))
    if reference is not None and reference != band:
        marks.append(polyline(zip(xs, _placed(reference.q50, vertical), strict=False), QUIET, 1, "3 2"))
    marks.append(polyline(zip(xs, _placed(band.q50, vertical), strict=True), ACCENT, 1.8))
    if months and math.isfinite(band.q50[-1]):
        place = min(max(vertical(band.q50[-1]) + 3, TOP + 6), HEIGHT - BOTTOM)
        marks.append(words((xs[-1] + 3, place), minus(_ended(band.q50[-1])), fill=ACCENT, bold=True))
    return figure(WIDTH, HEIGHT, says(band, titles), marks)


def frame(vertical: Scale, across: Scale, months: int, every: int = 12) -> Iterable[str]:
    """Ticks of both axes: values at the left, years of months at the foot."""
    for tick in vertical.ticks():
        y = vertical(tick)
        yield line((across.start, y), (across.stop, y), RULE, 0.6)
        yield words((across.start - 3, y + 3), minus(short(tick)), "end", size=8)
    step = every * max(1, math.ceil(months / every / 4))
    for month in range(step, months + 1, step):
        x = across(month)
        yield line((x, vertical.start), (x, vertical.start + 3), QUIET, 0.6)
        yield words((x, vertical.start + 11), str(month), "middle", size=8)


def _placed(values: Sequence[float], scale: Scale) -> list[float]:
    return [scale(value) for value in values]


def _ended(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.005 else "0"


def says(band: Band, titles: Titles) -> str:
    """The fan in one sentence."""
    where = f"under {titles.say_strategy(band.strategy)}, theories weighted"
    if band.theory != WEIGHTED:
        where = f"under {titles.say_strategy(band.strategy)} if {titles.true(band.theory)}"
    if not band.q50:
        return f"{band.what} {where}: no months"
    text = (
        f"{band.what} ({band.unit}) {where}: median from {band.q50[0]:.3g} in month 1 to "
        f"{band.q50[-1]:.3g} in month {len(band.q50)}, nine paths of ten then between {band.q05[-1]:.3g} and {band.q95[-1]:.3g}"
    )
    return minus(text)

"""What happened beside what the replay gives under one theory, month by month."""

from __future__ import annotations

import math

from countermove.decision.findings import RecordSeries
from countermove.show.charts.fan import frame
from countermove.show.charts.scale import Extent, Scale, extent
from countermove.show.charts.svg import ACCENT, BAND, BAND_WIDE, INK, QUIET, area, dot, figure, line, minus, polyline, words
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import percent

WIDTH, HEIGHT = 300.0, 134.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 15.0, 16.0


def record_axis(series: RecordSeries) -> Extent:
    """The common axis of a series under all theories."""
    bands = tuple(series.replay.values())
    values = [value for band in bands for value in (*band.q05, *band.q95)]
    return extent([*series.observed, *values], middle=[value for band in bands for value in band.q50])


def record_chart(series: RecordSeries, theory: str, titles: Titles = UNTITLED, *, axis: Extent | None = None) -> str:
    """One theory's replay of one series as SVG; raises KeyError for a theory that was not replayed.

    Main arguments: `series`, the data (dots; missing where nan) and the bands; `theory`, whose band is drawn; `titles`, of the war.
    Other arguments: `axis`, the common axis of several theories.
    """
    band = series.replay[theory]
    months = max(len(series.observed), len(band.q50))
    vertical = Scale(axis or record_axis(series), HEIGHT - BOTTOM, TOP)
    across = Scale(Extent(0, max(months - 1, 1)), LEFT, WIDTH - RIGHT)
    xs = [across(month) for month in range(len(band.q50))]
    marks = [
        words((0, 8), series.unit, size=8),
        *frame(vertical, across, 0),
        *_years(series.first_month, months, across, vertical.start),
    ]
    outer = [[vertical(value) for value in row] for row in (band.q05, band.q95)]
    inner = [[vertical(value) for value in row] for row in (band.q25, band.q75)]
    marks.append(area(xs, outer[0], outer[1], BAND_WIDE))
    marks.append(area(xs, inner[0], inner[1], BAND))
    marks.append(polyline(zip(xs, [vertical(value) for value in band.q50], strict=True), ACCENT, 1.6))
    for month, value in enumerate(series.observed):
        if math.isfinite(value):
            marks.append(dot((across(month), vertical(value)), 2.2, INK))
    return figure(WIDTH, HEIGHT, _says(series, theory, titles), marks)


def _years(first: int, months: int, across: Scale, y: float) -> list[str]:
    marks: list[str] = []
    for month in range(months):
        if (first + month) % 12 == 0:
            x = across(month)
            marks.append(line((x, y), (x, y + 3), QUIET, 0.6))
            marks.append(words((x, y + 12), str((first + month) // 12), "middle", size=8))
    return marks


def _says(series: RecordSeries, theory: str, titles: Titles) -> str:
    data = [value for value in series.observed if math.isfinite(value)]
    inside = series.share_inside.get(theory, math.nan)
    share = percent(inside) if math.isfinite(inside) else "an unknown share"
    return minus(
        f"{series.title or series.series} ({series.unit}): {len(data)} data, from {min(data, default=0):.3g} to {max(data, default=0):.3g}, "
        f"beside the replay if {titles.true(theory)}; {share} of the data lie inside the band of nine paths of ten"
    )

"""The numbers of a figure, as they are drawn: a table that goes beside it into a file of its own."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countermove.decision.findings import Band, Flip, RecordSeries
from countermove.decision.ternary import Triangle
from countermove.world.omega import Omega
from countermove.world.words import month_text

QUANTILES = ("q05", "q25", "q50", "q75", "q95")
NORMAL = 1.96  # standard errors to either end of a 95% interval

Value = str | int | float


@dataclass(frozen=True)
class FigureData:
    """`key`: what the figure is called in files, in letters, figures and hyphens. Units stand in the names of columns; nan: nothing drawn.

    `title`: what stands over the figure where it is alone, if its name says too little there.
    """

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    title: str = ""

    def csv(self) -> str:
        """As CSV: a row of names, then the numbers with all their figures; an empty cell where nothing is drawn."""
        return csv_text([self.columns, *self.rows])


def csv_text(rows: Iterable[Sequence[Value]]) -> str:
    """Rows as CSV (RFC 4180, with plain line ends)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    return str(value)


def key_of(*parts: str) -> str:
    """A name for files, of texts that anybody may have written."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")[:80] or "figure"


def _in(unit: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{name} ({unit})" if unit else name for name in names)


def band_data(bands: Sequence[Band]) -> FigureData:
    """Fans: their quantiles month by month, in the order given."""
    rows = [
        (band.theory, band.strategy, month + 1, *numbers)
        for band in bands
        for month, numbers in enumerate(zip(band.q05, band.q25, band.q50, band.q75, band.q95, strict=True))
    ]
    first = bands[0]
    return FigureData(key_of("months", first.what), ("theory", "strategy", "month", *_in(first.unit, *QUANTILES)), tuple(rows))


def offset_data(rows: Sequence[Omega]) -> FigureData:
    """Dots with their thick and their thin bar."""
    names = ("offset", "low95", "high95", "q05", "q95")
    cells = tuple(
        (row.theory, row.strategy, row.value, row.value - NORMAL * row.se, row.value + NORMAL * row.se, row.q05, row.q95, row.share)
        for row in rows
    )
    title = f"What the rival undoes of the aid's effect on the {rows[0].on}"
    return FigureData(key_of("offset", rows[0].on), ("theory", "strategy", *_in("ratio", *names), "usable (share)"), cells, title)


def record_data(series: RecordSeries, theories: Sequence[str]) -> FigureData:
    """What was reported, beside the replay under each theory; months as 2014-04."""
    rows: list[tuple[Value, ...]] = []
    for theory in theories:
        band = series.replay[theory]
        lines = (band.q05, band.q25, band.q50, band.q75, band.q95)
        for place in range(max(len(series.observed), len(band.q50))):
            month = series.first_month + place
            observed = series.observed[place] if place < len(series.observed) else math.nan
            drawn = tuple(line[place] if place < len(line) else math.nan for line in lines)
            rows.append((theory, month_text(month), observed, *drawn))
    return FigureData(key_of("record", series.series), ("theory", "month", *_in(series.unit, "observed", *QUANTILES)), tuple(rows))


def triangle_data(found: Triangle) -> FigureData:
    """The corners of each strategy's region, and the weights of today."""
    names = tuple(f"weight of {name} (0-1)" for name in found.corners)
    rows = [
        (region.strategy, k, *(float(w) for w in corner)) for region in found.regions for k, corner in enumerate(region.corners)
    ]
    return FigureData("triangle-of-weights", ("strategy", "corner", *names), (*rows, ("today", 0, *found.weights)))


def flip_data(rows: Sequence[tuple[Flip, float]]) -> FigureData:
    """Flip points, each with the weight of today."""
    cells: list[tuple[Value, ...]] = []
    for flip, today in rows:
        weight = math.nan if flip.weight is None else flip.weight
        ends = (weight - NORMAL * flip.se, weight + NORMAL * flip.se)
        cells.append((*flip.between, *flip.strategies, weight, *ends, today))
    names = _in("weight 0-1", "flip", "low95", "high95", "today")
    return FigureData("flip-points", ("theory", "other theory", "strategy above", "strategy below", *names), tuple(cells))

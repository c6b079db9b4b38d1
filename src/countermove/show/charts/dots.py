"""Lines of a dot each on one axis, with what is possible as a bar: the picture that stands before a long table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from countermove.show.charts.scale import Extent, Scale, extent, short
from countermove.show.charts.svg import ACCENT, INK, QUIET, RULE, dot, figure, line, minus, words

WIDTH, FOOT, LINE, DOT = 340.0, 30.0, 11.0, 11.0
MARGIN = 8.0
LETTERS = 46  # of a label on one line, beside its number


@dataclass(frozen=True)
class DotLine:
    """One line: its label, its value (nan: no dot), the ends of its bar (nan: none), what stands beside it; `first`: drawn full, the rest rings."""

    label: str
    value: float
    low: float
    high: float
    text: str
    first: bool = False


def dots_extent(rows: Iterable[DotLine], least: float = math.nan) -> Extent:
    """What the axis of these lines has to hold; `least` (nan: nothing) is on it."""
    values = [value for row in rows for value in (row.value, row.low, row.high)]
    return extent(values, middle=(row.value for row in rows), floor=least if math.isfinite(least) else None)


def dot_chart(rows: Sequence[DotLine], *, unit: str, axis: Extent | None = None, percent: bool = False) -> str:
    """The lines as SVG, one below the other, each with its label over it.

    Main arguments: `rows`; `unit`, what the axis measures, with its unit.
    Other arguments: `axis`, the common axis of several charts; `percent`: the values are shares, and the axis counts them in percent.
    """
    across = Scale(axis or dots_extent(rows), MARGIN, WIDTH - MARGIN)
    labels = [wrap(row.label, LETTERS) for row in rows]
    foot = sum(LINE * len(label) + DOT for label in labels)
    marks: list[str] = []
    for tick in across.ticks(4):
        marks.append(line((across(tick), 0), (across(tick), foot), RULE, 0.6))
        marks.append(words((across(tick), foot + 10), minus(f"{100 * tick:g}%" if percent else short(tick)), "middle"))
    marks.append(words((MARGIN, foot + 24), unit))
    top = 0.0
    for row, label in zip(rows, labels, strict=True):
        marks.append(words((WIDTH, top + LINE * 0.82), row.text, "end", INK))
        for place, text in enumerate(label):
            marks.append(words((0, top + LINE * (place + 0.82)), text, fill=INK, size=10, bold=row.first))
        top += LINE * len(label) + DOT
        marks += _line(row, across, top - 0.62 * DOT)
    said = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return figure(WIDTH, foot + FOOT, f"{unit}. {said}", marks)


def _line(row: DotLine, across: Scale, y: float) -> list[str]:
    marks: list[str] = []
    if math.isfinite(row.low) and math.isfinite(row.high):
        marks.append(line((across(row.low), y), (across(row.high), y), QUIET, 1.5))
    if math.isfinite(row.value):
        marks.append(dot((across(row.value), y), 3.2, ACCENT if row.first else "#fff", ACCENT))
    return marks

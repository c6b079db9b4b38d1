"""Several small figures as one: a figure of the memo as an SVG that stands by itself, in a slide or on a page of somebody else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from countermove.show.charts.svg import ACCENT, INK, QUIET, coordinate, figure, words

GAP = 14.0
MARGIN = 10.0
LINE = 12.0  # of a panel's title
LETTER = 5.3  # how wide a letter of 9 units is, bold, on average
_HEAD = re.compile(r'^<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="[^"]*" width="([^"]*)" height="([^"]*)"')


@dataclass(frozen=True)
class SheetPanel:
    """A small figure of `countermove.show.charts` under its title, with a remark."""

    title: str
    svg: str
    remark: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in user units. Raises ValueError for an SVG that `charts.svg.figure` did not make."""
        found = _HEAD.match(self.svg)
        if found is None:
            raise ValueError("not a figure of countermove.show.charts")
        return float(found[1]), float(found[2])


def sheet(title: str, says: str, rows: Sequence[tuple[str, Sequence[SheetPanel]]], across: int) -> str:
    """One SVG on white: the title, then row by row a head (where it has one) and its leaves, `across` side by side."""
    leaves = [leaf for _, row in rows for leaf in row]
    column = max((leaf.size[0] for leaf in leaves), default=120.0)
    count = min(across, max((len(row) for _, row in rows), default=1))
    width = 2 * MARGIN + count * column + (count - 1) * GAP
    heading = wrap(title, max(int((width - 2 * MARGIN) / (LETTER * 13 / 9)), 12))
    marks = [words((MARGIN, MARGIN + 12 + 16 * place), text, fill=INK, size=13, bold=True) for place, text in enumerate(heading)]
    y = MARGIN + 16 * len(heading) + (8 if heading else 0)
    for head, row in rows:
        if head:
            marks.append(words((MARGIN, y + 10), head, fill=ACCENT, size=11, bold=True))
            y += 16
        for start in range(0, len(row), count):
            y = _line(marks, row[start : start + count], column, y) + GAP
    height = y - GAP + MARGIN
    white = f'<rect width="{coordinate(width)}" height="{coordinate(height)}" fill="#fff"/>'
    return figure(width, height, says, [white, *marks]) + "\n"


def _line(marks: list[str], leaves: Sequence[SheetPanel], column: float, y: float) -> float:
    """Put leaves beside each other, their feet on one line; where the line ends."""
    letters = max(int(column / LETTER), 8)
    titles = [[*wrap(leaf.title, letters), *([""] if leaf.remark else [])] for leaf in leaves]
    top = y + LINE * max(map(len, titles))
    foot = top + max(leaf.size[1] for leaf in leaves)
    for place, (leaf, lines) in enumerate(zip(leaves, titles, strict=True)):
        x = MARGIN + place * (column + GAP)
        start = foot - leaf.size[1]
        marks += _titled(leaf, lines, x, start)
        marks.append(leaf.svg.replace("<svg ", f'<svg x="{coordinate(x)}" y="{coordinate(math.floor(start))}" ', 1))
    return foot


def _titled(leaf: SheetPanel, lines: Sequence[str], x: float, start: float) -> Iterable[str]:
    for place, text in enumerate(lines):
        y = start - LINE * (len(lines) - place) + 9
        yield words((x, y), text or leaf.remark, fill=INK if text else QUIET, bold=bool(text))

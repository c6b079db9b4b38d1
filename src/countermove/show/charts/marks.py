"""Sentences by who says them, a mark in each column: full where it holds, crossed where it does not, a ring where nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Literal

from countermove.show.charts.svg import ACCENT, INK, QUIET, RULE, Point, dot, figure, line, words

WIDTH, LINE, GAP, TOP = 340.0, 11.0, 6.0, 26.0
COLUMN, LETTERS, HEAD = 46.0, 47, 58

Sign = Literal["holds", "does not hold", "cannot tell", "not asked"]


Rows = Sequence[tuple[str, Sequence[Sign]]]


def head_height(by: str) -> float:
    """How tall the name of one who speaks will be, in user units."""
    return LINE * len(wrap(by, HEAD)) + GAP


def row_height(text: str) -> float:
    """How tall a sentence will be."""
    return LINE * len(wrap(text, LETTERS)) + GAP


def marks_chart(columns: Sequence[str], said: Sequence[tuple[str, Rows]]) -> str:
    """Under each who speaks a sentence a row, a sign a column; columns are headed by `columns`."""
    places = [WIDTH - COLUMN * (len(columns) - place - 0.5) for place in range(len(columns))]
    marks = [words((x, 10), head, "middle", QUIET) for x, head in zip(places, columns, strict=True)]
    top = TOP - 8
    for by, rows in said:
        for place, part in enumerate(wrap(by, HEAD)):
            marks.append(words((0, top + LINE * (place + 0.82)), part, fill=ACCENT, size=10, bold=True))
        top += head_height(by)
        for text, signs in rows:
            label = wrap(text, LETTERS)
            marks.append(line((0, top - 3), (WIDTH, top - 3), RULE, 0.6))
            for place, part in enumerate(label):
                marks.append(words((0, top + LINE * (place + 0.82)), part, fill=INK, size=10))
            for x, sign in zip(places, signs, strict=True):
                marks += _sign(sign, (x, top + LINE * len(label) / 2))
            top += row_height(text)
    told = (f"{by}: {text}: {_told(columns, signs)}" for by, rows in said for text, signs in rows)
    return figure(WIDTH, top, "; ".join(told), marks)


def _told(columns: Sequence[str], signs: Sequence[Sign]) -> str:
    return ", ".join(f"{head} {sign}" for head, sign in zip(columns, signs, strict=True))


def _sign(sign: Sign, at: Point) -> list[str]:
    x, y = at
    if sign == "holds":
        return [dot(at, 4.2, ACCENT)]
    if sign == "does not hold":
        return [line((x - 4, y - 4), (x + 4, y + 4), INK, 2), line((x - 4, y + 4), (x + 4, y - 4), INK, 2)]
    return [dot(at, 4, "#fff", QUIET)] if sign == "cannot tell" else []

"""Marks of a figure as SVG text. Every word is escaped, every coordinate has one decimal, nothing carries a date or a random name.

One blue, which is dark in grey; what matters is told apart by lightness, shape and words, never by hue alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

INK = "#1a1a1a"
QUIET = "#595959"
RULE = "#d4d4d4"
ACCENT = "#1c4e80"
BAND = "#aabdd0"  # half of the paths
BAND_WIDE = "#d9e1ea"  # nine tenths of them
FONT = "Helvetica Neue, Arial, Liberation Sans, sans-serif"

Point = tuple[float, float]


def coordinate(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def minus(text: str) -> str:
    """With true minus signs before numbers; the hyphens of names stay."""
    return re.sub(r"(?<![\w-])-(?=[\d.])", "\N{MINUS SIGN}", text)


def line(start: Point, end: Point, stroke: str = RULE, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    (x1, y1), (x2, y2) = start, end
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    places = f'x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}"'
    return f'<line {places} stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'


def through(points: Sequence[Point]) -> str:
    """A path through points by steps, half as long as by places. The steps are between rounded places: no error builds up."""
    places = [(round(10 * x), round(10 * y)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(places)]
    start = f"M{_tenths(places[0][0])}{_apart(_tenths(places[0][1]))}"
    return start + ("l" + "".join(_apart(_tenths(part)) for step in steps for part in step).lstrip() if steps else "")


def _tenths(value: int) -> str:
    """13 as 1.3, -4 as -.4, 20 as 2."""
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".") if text.startswith(("0.", "-0.")) else text


def _apart(text: str) -> str:
    """A number that follows another: a minus sign parts them by itself."""
    return text if text.startswith("-") else f" {text}"


def pieces(points: Iterable[Point]) -> list[list[Point]]:
    """The points cut where a number is missing."""
    found: list[list[Point]] = [[]]
    for point in points:
        if all(math.isfinite(part) for part in point):
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [piece for piece in found if piece]


def polyline(points: Iterable[Point], stroke: str = INK, width: float = 1.5, dash: str = "") -> str:
    """A line through points, broken where one is missing."""
    d = "".join(through(piece) for piece in pieces(points) if len(piece) > 1)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashes}/>' if d else ""


def area(xs: Sequence[float], low: Sequence[float], high: Sequence[float], fill: str) -> str:
    """The area between two lines, broken where either is missing."""
    both = [(x, bottom, top) for x, bottom, top in zip(xs, low, high, strict=True)]
    runs: list[list[tuple[float, float, float]]] = [[]]
    for row in both:
        if all(math.isfinite(part) for part in row):
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    d = ""
    for run in runs:
        if len(run) > 1:
            there = [(x, bottom) for x, bottom, _ in run]
            back = [(x, top) for x, _, top in reversed(run)]
            d += f"{through([*there, *back])}Z"
    return f'<path d="{d}" fill="{fill}"/>' if d else ""


def dot(at: Point, radius: float = 3, fill: str = INK, stroke: str = "#fff") -> str:
    """A round mark."""
    ring = f' stroke="{stroke}"' if stroke else ""
    return f'<circle cx="{coordinate(at[0])}" cy="{coordinate(at[1])}" r="{radius:g}" fill="{fill}"{ring}/>'


def triangle(at: Point, fill: str = INK, size: float = 4) -> str:
    """A mark that points down at a place on an axis."""
    x, y = at
    corners = [(x - size, y - 1.6 * size), (x + size, y - 1.6 * size), (x, y)]
    return f'<path d="{through(corners)}Z" fill="{fill}"/>'


def words(
    at: Point, text: str, anchor: str = "start", fill: str = QUIET, size: float = 9, bold: bool = False, *, halo: bool = False
) -> str:
    """A text; `anchor` is start, middle or end. `halo`: on white, where lines run behind it."""
    place = f'x="{coordinate(at[0])}" y="{coordinate(at[1])}"'
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    weight = ' font-weight="700"' if bold else ""
    white = ' stroke="#fff" stroke-width="3" paint-order="stroke"' if halo else ""
    return f'<text {place} font-size="{size:g}" fill="{fill}"{side}{weight}{white}>{escape(text)}</text>'


def figure(width: float, height: float, says: str, marks: Iterable[str]) -> str:
    """The whole: `says` is what a reader who cannot see it is told."""
    size = f'viewBox="0 0 {coordinate(width)} {coordinate(height)}" width="{coordinate(width)}" height="{coordinate(height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" role="img" aria-label="{escape(says)}">'
    return head + "".join(marks) + "</svg>"

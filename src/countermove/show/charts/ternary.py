"""Which strategy is best at every division of the weight among three theories, as a triangle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from countermove.show.charts.svg import BAND, BAND_WIDE, INK, QUIET, RULE, Point, dot, figure, line, through, words

WIDTH, HEIGHT = 340.0, 320.0
SIDE, TOP, LEFT = 260.0, 34.0, 40.0
LETTERS = 18  # of a name in one line
FILLS = (BAND_WIDE, BAND, "#f2f2f2", "#7f97b0", "#c9c9c9", "#54708f")
DARK = frozenset({"#7f97b0", "#54708f"})
Corners = Sequence[Sequence[float]]


def place(weights: Sequence[float]) -> Point:
    """A division of the weight as a point: the first corner on top, the second at the left, the third at the right."""
    height = SIDE * 3**0.5 / 2
    return LEFT + SIDE * (weights[2] + weights[0] / 2), TOP + height * (1 - weights[0])


def ternary_chart(regions: Mapping[str, Corners], corners: tuple[str, str, str], weights: Sequence[float]) -> str:
    """The regions in which each strategy is best, by corners in weights [n][3]; `weights`: those of today. Told apart by shade and by name."""
    shown = [(name, points) for name, points in regions.items() if len(points) > 2]
    marks: list[str] = []
    for number, (name, points) in enumerate(shown):
        fill = FILLS[number % len(FILLS)]
        places = [place(one) for one in points]
        marks.append(f'<path d="{through([*places, places[0]])}Z" fill="{fill}" stroke="#fff" stroke-width="1"/>')
        middle = (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
        lines = wrap(name, LETTERS)
        for row, text in enumerate(lines):
            at = (middle[0], middle[1] + 11 * (row - (len(lines) - 1) / 2))
            marks.append(words(at, text, "middle", "#fff" if fill in DARK else INK, bold=True))
    ends = [place([float(k == j) for k in range(3)]) for j in range(3)]
    marks += [line(ends[a], ends[b], RULE) for a, b in ((0, 1), (1, 2), (2, 0))]
    marks.append(words((ends[0][0], ends[0][1] - 8), f"all weight on {corners[0]}", "middle", QUIET))
    marks.append(words((4, ends[1][1] + 16), f"all on {corners[1]}", "start", QUIET))
    marks.append(words((WIDTH - 4, ends[2][1] + 30), f"all on {corners[2]}", "end", QUIET))
    today = place(weights)
    marks.append(dot(today, 4))
    marks.append(words((today[0] + 7, today[1] - 5), "today", fill=INK))
    described = "; ".join(f"{name} is best in a region of {len(points)} corners" for name, points in shown)
    return figure(WIDTH, HEIGHT, f"Weights of {', '.join(corners)}. {described}", marks)

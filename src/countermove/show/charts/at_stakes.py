"""What every plan is worth, and what the rival then gives, if he had more or less at stake: two plots over one axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from countermove.show.charts.lettering import apart, folded
from countermove.show.charts.scale import Extent, Scale, extent, short
from countermove.show.charts.svg import (
    ACCENT,
    INK,
    QUIET,
    RULE,
    Point,
    dot,
    figure,
    line,
    minus,
    polyline,
    through,
    triangle,
    words,
)
from countermove.world.certainty import ERRORS
from countermove.world.words import number

WIDTH = 340.0
LEFT, STOP, LABELS = 30.0, 232.0, 252.0  # where the plots begin and end, and where their labels begin
LEAST, BENEATH = 180.0, 84.0  # height of the upper plot, where its labels need no more, and of the lower one
HEAD, BETWEEN, FOOT = 30.0, 26.0, 17.0
SIZE, LINE, GAP = 9.0, 10.5, 4.0  # of labels: letters, lines, and the room between two of them
SPREAD, STEP = 16.0, 4.0  # over which the marks of the plans stand side by side at one of the stakes, and how far apart at most
MARK, SMALL = 3.0, 2.2  # of a mark: half its side, above and beneath
KEY = 9.0  # of a mark before a label
ABREAST = 8  # marks before one number
TICK = 15.0  # between two ticks at least
DASHES = ("", "6 2.5", "2 2", "8 2 2 2", "4 4")


@dataclass(frozen=True)
class PlanThere:
    """One plan at one of the stakes: its worth in points with its standard error, what the rival gives, in multiples of his first support.

    `first`: nothing tells it from the best plan there.
    """

    worth: float
    se: float
    support: float
    first: bool


@dataclass(frozen=True)
class PlanAlong:
    """One plan, by its title, at each of the stakes in their order."""

    title: str
    there: tuple[PlanThere, ...]


def stakes_chart(plans: Sequence[PlanAlong], ratios: Sequence[float], rival: str) -> str:
    """Both plots as SVG: a line a plan, told apart by its dashes and by the shape of its marks, which are full where the plan is `first`.

    `ratios`: the stakes as multiples of the median, rising, one for each place of a plan; the places have equal distances. `rival`: his name.
    """
    labels = [folded(plan.title, WIDTH - LABELS - KEY - 1, SIZE) for plan in plans]
    heights = [LINE * len(label) + GAP for label in labels]
    top = HEAD
    middle = top + max(LEAST, sum(heights))
    titles = [
        folded(text, WIDTH - 4, SIZE)
        for text in (
            f"what {rival} then gives (multiples of its first support)",
            f"what {rival} has at stake (multiples of the median)",
        )
    ]
    under = middle + BETWEEN + LINE * (len(titles[0]) - 1)
    given = _at_last(plans)
    foot = under + max(BENEATH, (LINE + 1) * len(given) - FOOT)
    across = Scale(Extent(0, max(len(ratios) - 1, 1)), LEFT + SPREAD / 2 + 3, STOP - SPREAD / 2 - 3)
    up = _upward(plans, middle, top)
    most = extent(one.support for plan in plans for one in plan.there)
    down = Scale(Extent(most.low, most.low + 1.06 * (most.high - most.low)), foot, under)
    steps = "; steps of the same length are larger further down" if up.root else ""
    marks = [words((0, 9), f"worth of a plan (points{steps})"), *_ticks(up, up.ticks()), *_ticks(down, down.ticks(3))]
    marks += [words((0, under - 8 - LINE * (len(titles[0]) - 1 - k)), text) for k, text in enumerate(titles[0])]
    marks += _stakes(across, ratios, (top, middle), (under, foot))
    marks += [words((0, foot + FOOT + LINE * (k + 0.9)), text) for k, text in enumerate(titles[1])]
    last = across(len(ratios) - 1)
    marks += _named(plans, labels, heights, (last, up, top, middle))
    marks += _given(given, len(plans), (last, down, under, foot + FOOT))
    for k, plan in enumerate(plans):
        xs = [across(place) + _shift(k, len(plans)) for place in range(len(plan.there))]
        marks += _bars(plan, xs, up)
        marks += _line(k, plan, [(x, up(one.worth)) for x, one in zip(xs, plan.there, strict=True)], MARK)
        marks += _line(k, plan, [(x, down(one.support)) for x, one in zip(xs, plan.there, strict=True)], SMALL)
    return figure(WIDTH, foot + FOOT + LINE * len(titles[1]) + 4, says(plans, ratios, rival), marks)


def _shift(plan: int, plans: int) -> float:
    """How far the marks of a plan stand beside the place of the stakes."""
    return (plan - (plans - 1) / 2) * min(STEP, SPREAD / max(plans - 1, 1))


@dataclass(frozen=True)
class Upward:
    """The upper plot's axis: worths from `low` to `high` at the heights `foot` to `top`.

    `root`: places go with the root of what is lost to `high`, so that one plan that is far behind does not flatten the others.
    """

    low: float
    high: float
    root: bool
    foot: float
    top: float

    def __call__(self, value: float) -> float:
        """The height of a worth."""
        return Scale(Extent(0.0, self.high - self.low, self.root), self.top, self.foot)(self.high - value)

    def ticks(self) -> tuple[float, ...]:
        """Round numbers, the roundest first, none nearer than TICK to another."""
        if not self.root:
            return Scale(Extent(self.low, self.high), self.foot, self.top).ticks(5)
        step = 10.0 ** math.ceil(math.log10(self.high - self.low))
        found: list[float] = []
        while step > (self.high - self.low) / 200:
            for part in (1.0, 0.5, 0.2):
                size = step * part
                for k in range(math.floor(self.high / size), math.ceil(self.low / size) - 1, -1):
                    if all(abs(self(k * size) - self(other)) >= TICK for other in found):
                        found.append(k * size)
            step /= 10
        return tuple(sorted(found))


def _upward(plans: Sequence[PlanAlong], foot: float, top: float) -> Upward:
    """What holds the worths with their bars, and no 0, which means nothing there."""
    ends = [one.worth + side * ERRORS * _error(one.se) for plan in plans for one in plan.there for side in (-1, 1)]
    finite = [value for value in ends if math.isfinite(value)]
    if not finite:
        return Upward(0.0, 1.0, False, foot, top)
    low, high = min(finite), max(finite)
    losses = [high - value for value in finite]
    root = extent(losses, middle=losses).root
    room = 0.04 * (high - low) or 0.5
    return Upward(low - room, high + (room / 20 if root else room), root, foot, top)


def _error(se: float) -> float:
    return se if math.isfinite(se) else 0.0


def _ticks(scale: Callable[[float], float], ticks: Iterable[float]) -> Iterator[str]:
    for tick in ticks:
        y = scale(tick)
        yield line((LEFT, y), (STOP, y), RULE, 0.6)
        yield words((LEFT - 4, y + 3), minus(short(tick)), "end")


def _stakes(across: Scale, ratios: Sequence[float], upper: Point, lower: Point) -> Iterator[str]:
    """The places on the common axis, and the median's through both plots."""
    for place, ratio in enumerate(ratios):
        x = across(place)
        yield line((x, lower[1]), (x, lower[1] + 3), QUIET, 0.6)
        yield words((x, lower[1] + 13), _multiple(ratio), "middle", INK if ratio == 1 else QUIET, bold=ratio == 1)
        if ratio == 1:
            for top, foot in (upper, lower):
                yield line((x, top), (x, foot), QUIET, 1, "1 3")
            yield words((x, upper[0] - 9), "today’s median", "middle", INK)
            yield triangle((x, upper[0]), INK, 3.5)


def _multiple(ratio: float) -> str:
    """1/8 for an eighth."""
    return f"1/{1 / ratio:.0f}" if 0 < ratio < 1 and abs(1 / ratio - round(1 / ratio)) < 1e-9 else short(ratio)


def _bars(plan: PlanAlong, xs: Sequence[float], up: Upward) -> Iterator[str]:
    for x, one in zip(xs, plan.there, strict=True):
        if math.isfinite(one.worth) and _error(one.se) > 0:
            yield line((x, up(one.worth - ERRORS * one.se)), (x, up(one.worth + ERRORS * one.se)), QUIET, 0.7)


def _line(kind: int, plan: PlanAlong, points: Sequence[Point], size: float) -> Iterator[str]:
    yield polyline(points, INK, 1.1, DASHES[kind % len(DASHES)])
    for point, one in zip(points, plan.there, strict=True):
        if math.isfinite(point[1]):
            yield _mark(kind, point, size, full=one.first)


def _mark(kind: int, at: Point, size: float = MARK, *, full: bool = False) -> str:
    """One of seven shapes."""
    x, y = at
    fill, s = ACCENT if full else "#fff", size
    shapes: tuple[tuple[Point, ...], ...] = (
        (),
        ((-s, -s), (s, -s), (s, s), (-s, s)),
        ((0, -1.3 * s), (1.2 * s, s), (-1.2 * s, s)),
        ((0, -1.4 * s), (1.4 * s, 0), (0, 1.4 * s), (-1.4 * s, 0)),
        ((-1.2 * s, -s), (1.2 * s, -s), (0, 1.3 * s)),
        ((-1.5 * s, -0.6 * s), (1.5 * s, -0.6 * s), (1.5 * s, 0.6 * s), (-1.5 * s, 0.6 * s)),
        ((-0.6 * s, -1.5 * s), (0.6 * s, -1.5 * s), (0.6 * s, 1.5 * s), (-0.6 * s, 1.5 * s)),
    )
    corners = shapes[kind % len(shapes)]
    if not corners:
        return dot(at, s, fill, INK)
    return f'<path d="{through([(x + a, y + b) for a, b in corners])}Z" fill="{fill}" stroke="{INK}"/>'


def _ended(values: Iterable[float]) -> float:
    """The last number; nan where there is none."""
    return next((value for value in reversed(tuple(values)) if math.isfinite(value)), math.nan)


def _named(
    plans: Sequence[PlanAlong],
    labels: Sequence[Sequence[str]],
    heights: Sequence[float],
    box: tuple[float, Callable[[float], float], float, float],
) -> Iterator[str]:
    """Each plan's title at the end of its line, with its mark."""
    last, up, top, foot = box
    ends = [up(_ended(one.worth for one in plan.there)) for plan in plans]
    wanted = [end if math.isfinite(end) else foot for end in ends]
    for k, (label, y) in enumerate(zip(labels, apart(wanted, heights, top, foot), strict=True)):
        if math.isfinite(ends[k]):
            yield line((last + _shift(k, len(plans)), ends[k]), (LABELS - 5, y), QUIET, 0.6)
        yield _mark(k, (LABELS, y))
        for row, text in enumerate(label):
            yield words((LABELS + KEY - 2, y + 3 + LINE * (row - (len(label) - 1) / 2)), text, fill=INK, size=SIZE)


def _at_last(plans: Sequence[PlanAlong]) -> tuple[tuple[str, tuple[int, ...], float], ...]:
    """What the rival gives at last: each number with the plans of which it is true, and the mean behind it."""
    ends = [_ended(one.support for one in plan.there) for plan in plans]
    told: dict[str, list[int]] = {}
    for k, value in enumerate(ends):
        if math.isfinite(value):
            told.setdefault(number(value, 2), []).append(k)
    parts = (
        (text, tuple(those[start : start + ABREAST])) for text, those in told.items() for start in range(0, len(those), ABREAST)
    )
    return tuple((text, those, sum(ends[k] for k in those) / len(those)) for text, those in parts)


def _given(
    rows: Sequence[tuple[str, tuple[int, ...], float]], plans: int, box: tuple[float, Callable[[float], float], float, float]
) -> Iterator[str]:
    """What the rival gives at last, behind the marks of all plans of which it is true."""
    last, down, top, foot = box
    places = apart([down(value) for _, _, value in rows], [LINE + 1.0] * len(rows), top, foot)
    for (text, those, value), y in zip(rows, places, strict=True):
        yield line((last + _shift(max(those), plans), down(value)), (LABELS - 5, y), QUIET, 0.6)
        for place, k in enumerate(those):
            yield _mark(k, (LABELS + KEY * place, y))
        yield words((LABELS + KEY * len(those) - 2, y + 3), text, fill=INK, size=SIZE)


def says(plans: Sequence[PlanAlong], ratios: Sequence[float], rival: str) -> str:
    """Both plots in words: each plan at the least stakes, at the median, and at the most."""
    shown = sorted({0, len(ratios) - 1, *(place for place, ratio in enumerate(ratios) if ratio == 1)})
    parts: list[str] = []
    for plan in plans:
        there = [
            f"{number(plan.there[k].worth, 2)} points at {_multiple(ratios[k])}, {rival} gives {number(plan.there[k].support, 2)}"
            + (", first" if plan.there[k].first else "")
            for k in shown
            if k < len(plan.there)
        ]
        parts.append(f"{plan.title}: {'; '.join(there)}")
    head = (
        f"Worth of every plan, and what {rival} gives in multiples of its first support, by its stakes in multiples of the median. "
    )
    return head + ". ".join(parts)

"""How plans stand along a number that is varied: what each loses to the best on the mean, and in which share of the cases it is best."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from countermove.show.charts.lettering import apart, folded, width_of
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

WIDTH = 340.0
LEFT, STOP, LABELS = 30.0, 232.0, 246.0  # where the plots begin and end, and where their labels begin
LEAST, BENEATH = 120.0, 60.0  # height of the upper plot, where its labels need no more, and of the lower one
HEAD, BETWEEN, SIZE, LINE, GAP = 33.0, 30.0, 9.0, 10.5, 4.0
MARK, SMALL, KEY = 3.0, 2.2, 9.0
DASHES = ("", "6 2.5", "2 2", "8 2 2 2", "4 4")


@dataclass(frozen=True)
class PlanCurve:
    """One plan by its title: at each place of the axis its mean regret in points, and the share of the cases there in which it is best."""

    title: str
    regret: tuple[float, ...]
    best: tuple[float, ...]


@dataclass(frozen=True)
class NumberAxis:
    """The axis: its title with the unit, the places of the curves on it, rising; `logarithmic`: equal steps are equal ratios."""

    title: str
    places: tuple[float, ...]
    logarithmic: bool = False

    def scale(self, start: float, stop: float) -> Scale:
        """Laid between two places of the picture; of a logarithmic one, of the logarithms."""
        low, high = self._at(self.places[0]), self._at(self.places[-1])
        return Scale(Extent(low, high if high > low else low + 1.0), start, stop)

    def _at(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def along(self, scale: Scale, value: float) -> float:
        """The place of a value in the picture."""
        return scale(self._at(value))

    def ticks(self, scale: Scale) -> tuple[float, ...]:
        """Round numbers inside, no more than there is room for."""
        if not self.logarithmic:
            count = 5
            ticks = scale.ticks(count)
            while count > 1 and any(_clash(scale, first, second) for first, second in pairwise(ticks)):
                count -= 1
                ticks = scale.ticks(count)
            return ticks
        low, high = self.places[0], self.places[-1]
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for parts in ((1, 2, 5), (1, 3), (1,)):
            ticks = tuple(part * 10.0**power for power in powers for part in parts if low <= part * 10.0**power <= high)
            places = [self.along(scale, tick) for tick in ticks]
            if all(b - a > 22 for a, b in pairwise(places)):
                return ticks
        return (low, high)


def _clash(scale: Scale, first: float, second: float) -> bool:
    room = (width_of(short(first), SIZE) + width_of(short(second), SIZE)) / 2 + 6
    return scale(second) - scale(first) < room


def along_chart(plans: Sequence[PlanCurve], axis: NumberAxis, turns: Sequence[float] = ()) -> str:
    """Both plots as SVG: a line a plan, told apart by its dashes and marks, full where it is the one of least regret; `turns`: where that changes."""
    labels = [folded(plan.title, WIDTH - LABELS - KEY - 1, SIZE) for plan in plans]
    heights = [LINE * len(label) + GAP for label in labels]
    top, middle = HEAD, HEAD + max(LEAST, sum(heights))
    under = middle + BETWEEN
    foot = under + BENEATH
    title = folded(axis.title, WIDTH - 4, SIZE)
    across = axis.scale(LEFT + 6, STOP - 6)
    every = [value for plan in plans for value in plan.regret]
    up = Scale(extent(every, middle=every), middle, top)
    down = Scale(Extent(0.0, 1.0), foot, under)
    root = "; steps of the same length are larger further up" if up.extent.root else ""
    marks = [words((0, 9), f"mean regret (points{root})"), *_ticks(up, up.ticks(4), short)]
    marks += [words((0, under - 9), "share of cases in which the plan is best"), *_ticks(down, (0.0, 0.5, 1.0), _percent)]
    marks += _across(axis, across, foot)
    marks += [words((0, foot + 17 + LINE * (k + 0.9)), text) for k, text in enumerate(title)]
    marks += _turns(axis, across, turns, (top, middle), (under, foot))
    xs = [axis.along(across, place) for place in axis.places]
    least = [min((plan.regret[k] for plan in plans if math.isfinite(plan.regret[k])), default=math.nan) for k in range(len(xs))]
    for k, plan in enumerate(plans):
        full = [plan.regret[place] == least[place] for place in range(len(xs))]
        marks += _curve(k, [(x, up(value)) for x, value in zip(xs, plan.regret, strict=True)], MARK, full)
        marks += _curve(k, [(x, down(value)) for x, value in zip(xs, plan.best, strict=True)], SMALL, full)
    marks += _named(plans, labels, heights, up, (top, middle))
    return figure(WIDTH, foot + 17 + LINE * len(title) + 4, says(plans, axis, turns), marks)


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def _ticks(scale: Scale, ticks: Sequence[float], told: Callable[[float], str]) -> Iterator[str]:
    for tick in ticks:
        y = scale(tick)
        yield line((LEFT, y), (STOP, y), RULE, 0.6)
        yield words((LEFT - 4, y + 3), minus(told(tick)), "end")


def _across(axis: NumberAxis, across: Scale, foot: float) -> Iterator[str]:
    for tick in axis.ticks(across):
        x = axis.along(across, tick)
        yield line((x, foot), (x, foot + 3), QUIET, 0.6)
        yield words((x, foot + 13), minus(short(tick)), "middle")


def _turns(axis: NumberAxis, across: Scale, turns: Sequence[float], upper: Point, lower: Point) -> Iterator[str]:
    """Where the order turns: a dotted line through both plots with its number."""
    last = -math.inf
    for turn in sorted(turns):
        x = axis.along(across, turn)
        for top, foot in (upper, lower):
            yield line((x, top), (x, foot), QUIET, 1, "1 3")
        yield triangle((x, upper[0]), INK, 3.5)
        text = minus(f"{turn:.3g}")
        if x - last > width_of(text, SIZE) + 4:
            yield words((x, upper[0] - 7.5), text, "middle", INK)
            last = x


def _curve(kind: int, points: Sequence[Point], size: float, full: Sequence[bool]) -> Iterator[str]:
    yield polyline(points, INK, 1.1, DASHES[kind % len(DASHES)])
    for point, filled in zip(points, full, strict=True):
        if math.isfinite(point[1]):
            yield _mark(kind, point, size, full=filled)


def _mark(kind: int, at: Point, size: float, *, full: bool = False) -> str:
    """One of five shapes."""
    x, y = at
    fill, s = ACCENT if full else "#fff", size
    shapes: tuple[tuple[Point, ...], ...] = (
        (),
        ((-s, -s), (s, -s), (s, s), (-s, s)),
        ((0, -1.3 * s), (1.2 * s, s), (-1.2 * s, s)),
        ((0, -1.4 * s), (1.4 * s, 0), (0, 1.4 * s), (-1.4 * s, 0)),
        ((-1.2 * s, -s), (1.2 * s, -s), (0, 1.3 * s)),
    )
    corners = shapes[kind % len(shapes)]
    if not corners:
        return dot(at, s, fill, INK)
    return f'<path d="{through([(x + a, y + b) for a, b in corners])}Z" fill="{fill}" stroke="{INK}"/>'


def _named(
    plans: Sequence[PlanCurve], labels: Sequence[Sequence[str]], heights: Sequence[float], up: Scale, ends: Point
) -> Iterator[str]:
    """The plans by name, beside the ends of their lines."""
    wanted = [up(plan.regret[-1]) if math.isfinite(plan.regret[-1]) else ends[1] for plan in plans]
    for k, middle in enumerate(apart(wanted, heights, *ends)):
        first = middle - LINE * len(labels[k]) / 2
        yield line((STOP - 2, wanted[k]), (LABELS - 2, middle), RULE, 0.6)
        yield _mark(k, (LABELS + MARK, middle), MARK)
        for place, text in enumerate(labels[k]):
            yield words((LABELS + KEY, first + LINE * (place + 0.8)), text, fill=INK, size=SIZE)


def says(plans: Sequence[PlanCurve], axis: NumberAxis, turns: Sequence[float]) -> str:
    """The picture in words."""
    ends = (f"{plan.title} {plan.regret[0]:.3g} to {plan.regret[-1]:.3g}" for plan in plans)
    turned = f"; the order turns at {', '.join(f'{turn:.3g}' for turn in turns)}" if turns else ""
    return (
        f"Mean regret in points along {axis.title}, from {axis.places[0]:.3g} to {axis.places[-1]:.3g}: {'; '.join(ends)}{turned}"
    )

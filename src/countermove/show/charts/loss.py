"""What each plan loses to the best one under each theory: the one picture of a brief."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from countermove.show.charts.scale import Scale, extent, short
from countermove.show.charts.svg import ACCENT, BAND, INK, QUIET, RULE, dot, figure, line, words

WIDTH, ROW, TOP, FOOT = 340.0, 42.0, 8.0, 55.0
LEFT, RIGHT = 8.0, 16.0
LETTER = 4.4  # how wide a letter of 8.5 units is, on average


@dataclass(frozen=True)
class PlanLoss:
    """One plan: what it loses over the weighted theories, and under each, by the theory's title, all in the unit of the axis.

    `settled`: the weighted figure is beyond its error; where it is not, the plan may be as good as the best.
    """

    title: str
    weighted: float
    by_theory: tuple[tuple[str, float], ...]
    settled: bool = True


def loss_chart(plans: Sequence[PlanLoss], unit: str) -> str:
    """Plans as SVG, a row each in the given order: a ring for each theory, a diamond for the weighted theories, the worst theory by name."""
    every = [value for plan in plans for _, value in plan.by_theory] + [plan.weighted for plan in plans]
    across = Scale(extent(every, middle=every), LEFT + 6, WIDTH - RIGHT)
    height = TOP + ROW * len(plans) + FOOT
    foot = height - FOOT + 4
    marks: list[str] = []
    for tick in across.ticks(5):
        marks.append(line((across(tick), TOP), (across(tick), foot), RULE, 0.6))
        marks.append(words((across(tick), foot + 11), "best" if tick == 0 else short(tick), "middle"))
    marks.append(words((across.start, foot + 24), f"falls short of the best plan by the worth of so many {unit}"))
    for place, plan in enumerate(plans):
        marks += _row(plan, across, TOP + ROW * place)
    y = foot + 35
    marks += [_diamond(LEFT + 10, y - 3), words((LEFT + 18, y), "theories weighted")]
    marks += [dot((LEFT + 112, y - 3), 3, "#fff", INK), words((LEFT + 119, y), "if one theory is true")]
    if across.extent.root:
        marks.append(words((across.start, y + 11), "Steps of the same length are larger further right."))
    return figure(WIDTH, height, says(plans, unit), marks)


def _row(plan: PlanLoss, across: Scale, top: float) -> list[str]:
    y = top + 29
    marks = [words((LEFT, top + 12), plan.title, fill=INK, size=10, bold=True), line((across.start, y), (across.stop, y), BAND, 1)]
    shown = [(title, value) for title, value in plan.by_theory if math.isfinite(value)]
    for _, value in sorted(shown, key=lambda row: row[1]):
        marks.append(dot((across(value), y), 3, "#fff", INK))
    if math.isfinite(plan.weighted):
        marks.append(_diamond(across(plan.weighted), y - 8))  # above the line, so that it hides no ring
    if shown and (worst := max(shown, key=lambda row: row[1]))[1] > 0:
        marks += _named(worst, across, y + 10.5)
    return marks


def _named(worst: tuple[str, float], across: Scale, y: float) -> list[str]:
    """The worst theory below its ring, inside the picture."""
    said = f"worst if {worst[0]}"
    half, x = LETTER * len(said) / 2, across(worst[1])
    if x + half > WIDTH - 2:
        return [words((WIDTH - 2, y), said, "end", QUIET, 8.5)]
    return [words((max(x, LEFT + half), y), said, "middle", QUIET, 8.5)]


def _diamond(x: float, y: float) -> str:
    size = 5.0
    places = f"M{x - size:.1f} {y:.1f}L{x:.1f} {y - size:.1f}L{x + size:.1f} {y:.1f}L{x:.1f} {y + size:.1f}Z"
    return f'<path d="{places}" fill="{ACCENT}" stroke="#fff"/>'


def says(plans: Sequence[PlanLoss], unit: str) -> str:
    """The picture in words."""
    parts: list[str] = []
    for plan in plans:
        shown = [(title, value) for title, value in plan.by_theory if math.isfinite(value)]
        worst = max(shown, key=lambda row: row[1], default=None)
        end = "" if worst is None or worst[1] <= 0 else f", at worst {short(_figures(worst[1]))} ({worst[0]})"
        parts.append(f"{plan.title} {short(_figures(plan.weighted)) if math.isfinite(plan.weighted) else 'not known'}{end}")
    return f"What each plan loses to the best one, in {unit}, theories weighted: " + "; ".join(parts)


def _figures(value: float) -> float:
    """Two figures."""
    return float(f"{value:.2g}")

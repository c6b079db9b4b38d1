"""The offset: which share of the aid's effect the rival undoes, theory by theory, as dots with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.show.charts.scale import Extent, Scale, extent, short
from countermove.show.charts.svg import ACCENT, BAND, INK, QUIET, RULE, dot, figure, line, minus, words
from countermove.world.certainty import ratio_certainty
from countermove.world.omega import Omega
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import mean_error, percent, span

WIDTH, ROW, TOP, FOOT = 340.0, 31.0, 28.0, 32.0
LEFT, RIGHT = 6.0, 46.0
REACH = (-1.5, 2.5)  # beyond it an interval is cut, and an arrow says so


def omega_axis(rows: Sequence[Omega]) -> Extent:
    """The common axis of several charts: always with 0 and 1 on it, never beyond REACH."""
    ends = [min(max(value, REACH[0]), REACH[1]) for row in rows for value in (row.q05, row.q95, row.value) if math.isfinite(value)]
    held = extent([-0.25, 1.25, *ends])
    return Extent(held.low, held.high)


def omega_chart(rows: Sequence[Omega], titles: Titles = UNTITLED, *, axis: Extent | None = None) -> str:
    """One strategy's offsets as SVG, a line a theory.

    Main arguments: `rows`, of one strategy and one quantity: the dot is the ratio of means, the thick bar its 95% Monte-Carlo interval,
    the thin bar the 5-95% range over draws, at the right the share of draws whose denominator is usable; `titles`, of the war.
    Other arguments: `axis`, the common axis of several charts.
    """
    across = Scale(axis or omega_axis(rows), LEFT, WIDTH - RIGHT)
    height = TOP + ROW * len(rows) + FOOT
    foot = height - FOOT
    marks: list[str] = []
    for tick in across.ticks(6):
        marks.append(line((across(tick), TOP), (across(tick), foot), RULE, 0.6))
        marks.append(words((across(tick), foot + 11), minus(short(tick)), "middle"))
    for value, text in ((0.0, "nothing undone"), (1.0, "all undone")):
        marks.append(line((across(value), TOP - 3), (across(value), foot), QUIET, 1, "2 2" if value else ""))
        marks.append(words((across(value), TOP - 7), text, "middle"))
    marks.append(words((WIDTH - 2, TOP - 7), "usable", "end"))
    middle = (across.start + across.stop) / 2
    marks.append(words((middle, height - 6), "share of the aid's effect undone (Ω, ratio)", "middle"))
    for place, row in enumerate(rows):
        marks += _row(row, across, TOP + ROW * (place + 0.5), titles)
    return figure(WIDTH, height, _says(rows, titles), marks)


def _row(row: Omega, across: Scale, y: float, titles: Titles) -> list[str]:
    # above its line: a title may be as long as the chart is wide
    marks = [words((LEFT, y - 4), titles.theory(row.theory), "start", INK, 10, halo=True)]
    y += 7
    marks.append(words((WIDTH - 2, y + 3), percent(row.share) if math.isfinite(row.share) else "n/a", "end"))
    if not math.isfinite(row.value):
        return [*marks, words((across.start + 4, y + 3), "not computed")]
    if math.isfinite(row.q05) and math.isfinite(row.q95):
        marks.append(line((across(row.q05), y), (across(row.q95), y), QUIET, 1))
        marks += _arrow(row.q05, across, y, -1) + _arrow(row.q95, across, y, 1)
    if math.isfinite(row.se):
        marks.append(line((across(row.value - 1.96 * row.se), y), (across(row.value + 1.96 * row.se), y), BAND, 6))
    if ratio_certainty(row.value, row.se) != "told":
        return [*marks, words((across.start + 4, y + 3), "cannot tell")]
    return [*marks, dot((across(row.value), y), 3.6, ACCENT)]


def _arrow(value: float, across: Scale, y: float, side: int) -> list[str]:
    edge = across.extent.high if side > 0 else across.extent.low
    if (value - edge) * side <= 1e-9:
        return []
    x = across(edge)
    return [line((x, y), (x - 4 * side, y - 3), QUIET), line((x, y), (x - 4 * side, y + 3), QUIET)]


def _says(rows: Sequence[Omega], titles: Titles) -> str:
    parts = [
        f"{titles.say_theory(row.theory)} {mean_error(row.value, row.se) if ratio_certainty(row.value, row.se) == 'told' else 'cannot tell'} "
        f"({span(row.q05, row.q95)}; {percent(row.share)} of draws usable)"
        for row in rows
    ]
    plan = f" under {titles.say_strategy(rows[0].strategy)}" if rows else ""
    return minus(f"Share of the aid's effect that the rival undoes{plan}, by theory: " + "; ".join(parts))

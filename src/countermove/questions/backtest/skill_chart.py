"""Skill by months ahead of one way to forecast, with its interval; and how often each tenth of its forecasts was hit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from countermove.questions.backtest.finding import MethodScores, SkillRange, TargetScores
from countermove.show.charts.scale import Extent, Scale, short
from countermove.show.charts.svg import ACCENT, BAND, INK, QUIET, RULE, dot, figure, line, minus, words
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData, key_of
from countermove.world.words import number, span

WIDTH, HEIGHT = 150.0, 96.0
LEFT, RIGHT, TOP, BOTTOM = 26.0, 6.0, 8.0, 16.0
REACH = (-1.0, 1.0)  # beyond it an interval is cut
PIT_HEIGHT = 70.0
SHORT = {"mixture, equal weights": "mixture, equal", "mixture, weights so far": "mixture, so far"}


def skill_axis(rows: Iterable[SkillRange]) -> Extent:
    """The common axis of several charts: with 0 on it, in quarters, never beyond REACH."""
    ends = [value for row in rows for value in (row.low, row.high, row.skill) if math.isfinite(value)]
    low, high = min([-0.25, *ends]), max([0.25, *ends])
    return Extent(max(math.floor(4 * low) / 4, REACH[0]), min(math.ceil(4 * high) / 4, REACH[1]))


def skill_chart(rows: Sequence[SkillRange], name: str, *, axis: Extent | None = None) -> str:
    """One method as SVG: a dot with its interval for each month ahead, full where the whole interval is above 0, else hollow.

    Main arguments: `rows`, by months ahead; `name`, for those who cannot see it.
    Other arguments: `axis`, the common axis of several charts.
    """
    vertical = Scale(axis or skill_axis(rows), HEIGHT - BOTTOM, TOP)
    across = Scale(Extent(0.5, len(rows) + 0.5), LEFT, WIDTH - RIGHT)
    marks: list[str] = []
    for tick in vertical.ticks(4):
        y = vertical(tick)
        marks.append(line((across.start, y), (across.stop, y), RULE, 0.6))
        marks.append(words((across.start - 3, y + 3), minus(short(tick)), "end", size=8))
    marks.append(line((across.start, vertical(0)), (across.stop, vertical(0)), INK, 1))
    for place, row in enumerate(rows, 1):
        x = across(place)
        marks.append(words((x, HEIGHT - BOTTOM + 11), str(place), "middle", size=8))
        if not math.isfinite(row.skill):
            continue
        marks.append(line((x, vertical(row.low)), (x, vertical(row.high)), BAND, 5))
        if row.skill < vertical.extent.low:
            marks.append(words((x, vertical.start - 2), "↓", "middle", INK, 9))
        else:
            marks.append(dot((x, vertical(row.skill)), 2.8, ACCENT if row.beats else "#fff", "#fff" if row.beats else ACCENT))
    return figure(WIDTH, HEIGHT, _says(rows, name), marks)


def _says(rows: Sequence[SkillRange], name: str) -> str:
    told = [
        f"{place}: {number(row.skill)} ({span(row.low, row.high)})" for place, row in enumerate(rows, 1) if math.isfinite(row.skill)
    ]
    return minus(f"Skill of {name} against no-change by months ahead, with 90% intervals: {'; '.join(told) or 'not known'}")


def pit_chart(bars: Sequence[int], name: str) -> str:
    """How many months fell into each tenth of the forecast distribution, as SVG; the line is where all would be even."""
    total, most = sum(bars), max(bars, default=0)
    even = total / max(len(bars), 1)
    vertical = Scale(Extent(0, max(most, 2 * even, 1)), PIT_HEIGHT - BOTTOM, TOP)
    across = Scale(Extent(0, max(len(bars), 1)), LEFT, WIDTH - RIGHT)
    marks = [
        words((across.start - 3, vertical(top) + 3), short(top), "end", size=8) for top in dict.fromkeys((0, most)) if top or most
    ]
    for place, bar in enumerate(bars):
        x = (across(place) + across(place + 1)) / 2
        if bar:
            marks.append(line((x, vertical.start), (x, vertical(bar)), BAND, 0.86 * (across(1) - across(0))))
    marks.append(line((across.start, vertical(even)), (across.stop, vertical(even)), INK, 0.8, "3 2"))
    marks.append(line((across.start, vertical.start), (across.stop, vertical.start), QUIET, 0.8))
    marks += [
        words((across(at * len(bars)), PIT_HEIGHT - BOTTOM + 11), text, anchor, size=8)
        for at, text, anchor in ((0.0, "lowest", "start"), (1.0, "highest tenth", "end"))
    ]
    told = ", ".join(str(bar) for bar in bars)
    return figure(WIDTH, PIT_HEIGHT, f"{name}: months in each tenth of the forecast, from the lowest: {told}", marks)


def _forecasters(target: TargetScores) -> tuple[MethodScores, ...]:
    return (*target.of("theory"), *target.of("mixture"), *target.of("stacked"))


def skill_figure(target: TargetScores, record: str) -> Figure:
    """A panel for each theory and mixture, on one axis."""
    rows = _forecasters(target)
    axis = skill_axis(one for row in rows for one in row.skills)
    panels = tuple(_panel(row, skill_chart(row.skills, row.said, axis=axis)) for row in rows)
    headline = _headline(rows)
    caption = (
        f"Skill on {target.name} by months ahead, with its 90% interval. A full dot beats no-change; a hollow one does not; an arrow: below the "
        f"axis. {headline}"
    )
    numbers = tuple((row.method, h, one.skill, one.low, one.high) for row in rows for h, one in enumerate(row.skills, 1))
    names = ("method", "months ahead", "skill (ratio)", "low90 (ratio)", "high90 (ratio)")
    data = FigureData(key_of("skill", record, target.name), names, numbers, f"Skill on {target.name}, {record}")
    return Figure(f"skill of {target.name}", caption, headline, (Strip("", panels),), 4, data=data)


def _panel(row: MethodScores, svg: str) -> Panel:
    return Panel(SHORT.get(row.method, row.title), svg, row.verdict)


def _headline(rows: Sequence[MethodScores]) -> str:
    full = sum(one.beats for row in rows for one in row.skills)
    return f"{full} of {sum(len(row.skills) for row in rows)} dots are full."


def pit_figure(target: TargetScores) -> Figure:
    """A histogram for each theory, mixture and simple forecast."""
    panels = tuple(_panel(row, pit_chart(row.pit, row.title)) for row in target.methods if row.pit)
    caption = (
        f"Where in its forecast distribution {target.name} fell, month by month: how many in each tenth. Even bars along the dashed line are right; "
        "a hump in the middle is a forecast too wide, horns at both ends too narrow, a slope too high or too low. Forecasts of one month from "
        "several origins go together, so bars are rougher than their number suggests."
    )
    return Figure(f"PIT of {target.name}", caption, "", (Strip("", panels),), 4)

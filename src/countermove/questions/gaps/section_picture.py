"""The questions that a plan leaves open as dots: the dearest first, with what the silence can cost."""

from __future__ import annotations

import math

from countermove.questions.gaps.finding import Gap, StrategyGaps
from countermove.show.charts.dots import DotLine, dot_chart, dots_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.certainty import ERRORS
from countermove.world.words import mean_error, number

SHOWN = 12  # questions drawn; the rest are in the table


def questions_figure(row: StrategyGaps) -> Figure | None:
    """A line a question with its cost in points, bar: two errors either way; None where no silence was costed."""
    gaps = [gap for gap in row.gaps if gap.cost is not None][:SHOWN]
    if not gaps:
        return None
    lines = [_line(gap) for gap in gaps]
    chart = dot_chart(lines, unit="what the silence can cost (points)", axis=dots_extent(lines, 0.0))
    rest = f" The {SHOWN} dearest of {len(row.gaps)}." if len(row.gaps) > SHOWN else ""
    caption = (
        f"The questions that {row.strategy} leaves open, and what silence there can cost: points between the best and the worst answer.{rest} Dot: "
        "what is known to be lost at least; bar: two errors either way; no dot: it may cost nothing. See how fast the cost falls: the first few are "
        "those to answer before the plan begins."
    )
    data = FigureData(
        "open-questions",
        ("question", "cost (points)", "low (points)", "high (points)"),
        tuple((line.label, line.value, line.low, line.high) for line in lines),
    )
    return Figure("open questions", caption, "", (Strip("", (Panel("", chart),)),), 1, data=data)


def _line(gap: Gap) -> DotLine:
    cost = gap.cost
    assert cost is not None
    if not cost.surely:
        return DotLine(gap.question, math.nan, 0.0, cost.most, f"at most {number(cost.most)}")
    low, high = max(cost.points - ERRORS * cost.se, 0.0), cost.points + ERRORS * cost.se
    return DotLine(gap.question, cost.points, low, high, mean_error(cost.points, cost.se), first=True)

"""The questions that a plan leaves open as dots: the dearest first, with what the silence can cost."""

from __future__ import annotations

import math
from collections.abc import Callable

from countermove.questions.gaps.finding import Money, StrategyGaps
from countermove.show.charts.dots import DotLine, dot_chart, dots_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.certainty import ERRORS

SHOWN = 12  # questions drawn; the rest are in the table


def questions_figure(row: StrategyGaps, told: Callable[[Money], str]) -> Figure | None:
    """A line a question with its cost in points, as `told` tells it; bar: two errors either way. None where no silence was costed."""
    gaps = [gap for gap in row.gaps if gap.cost is not None][:SHOWN]
    if not gaps:
        return None
    lines = [_line(gap.question, gap.cost, told(gap.cost)) for gap in gaps if gap.cost is not None]
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


def _line(question: str, cost: Money, text: str) -> DotLine:
    if not cost.surely:
        return DotLine(question, math.nan, 0.0, cost.most, text)
    low, high = max(cost.points - ERRORS * cost.se, 0.0), cost.points + ERRORS * cost.se
    return DotLine(question, cost.points, low, high, text, first=cost.points > 0)

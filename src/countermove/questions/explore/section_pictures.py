"""What would change the answer as dots: the signs that ask for another course, and the numbers that move the difference."""

from __future__ import annotations

import math

from countermove.questions.explore.finding import Explored
from countermove.questions.explore.pathways import Pathways
from countermove.show.charts.dots import DotLine, dot_chart, dots_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.certainty import ERRORS, amount_certainty
from countermove.world.titles import Titles
from countermove.world.words import counted_error, mean_error

SHOWN = 10  # lines of a picture; the rest are in its table


def signs_figure(found: Pathways, titles: Titles) -> Figure | None:
    """What the best change of course is worth where each sign is seen, those worth most over all runs first; None where none was judged."""
    judged = sorted((row for row in found.signposts if math.isfinite(row.gain)), key=lambda row: -row.overall)
    if not judged:
        return None
    lines: list[DotLine] = []
    for row in judged[:SHOWN]:
        sure = amount_certainty(row.gain, row.gain_se) == "told"
        low, high = row.gain - ERRORS * row.gain_se, row.gain + ERRORS * row.gain_se
        text = mean_error(row.gain, row.gain_se) if sure else "cannot tell"
        label = f"{row.sign}, in {counted_error(row.probability, row.se, found.draws)} of runs: to {titles.strategy(row.to)}"
        lines.append(DotLine(label, row.gain if sure else math.nan, low, high, text, row.advice == "change"))
    chart = dot_chart(lines, unit="what the change is worth where the sign is seen (points)", axis=dots_extent(lines, 0.0))
    rest = f" The {SHOWN} of {len(judged)} that are worth most over all runs." if len(judged) > SHOWN else ""
    caption = (
        f"Signs on the way of {titles.say_strategy(found.follow)}, how often each is seen, and what the best change of course is then worth.{rest} "
        "Full: it asks for the change; bar: two errors either way; no dot: the runs cannot tell. See which signs are worth the watching."
    )
    return Figure(
        "signs", caption, "", (Strip("", (Panel("", chart),)),), 1, data=_data("signs-on-the-way", "sign", "points", lines)
    )


def numbers_figure(found: Explored) -> Figure | None:
    """The share of the difference's variance that each number has for itself, the largest first; None where none was looked at."""
    if not found.parameters:
        return None
    rows = [(found.number(row.name), row.first) for row in found.parameters[:SHOWN]]
    lines = [DotLine(name, one.value, one.low, one.high, one.text, place == 0) for place, (name, one) in enumerate(rows)]
    chart = dot_chart(lines, unit="share of the variance of the difference", axis=dots_extent(lines, 0.0), percent=True)
    caption = (
        f"Numbers that move the difference of {found.titles.say_strategies((found.best, found.other))}: "
        "the share of its variance over draws that each has for itself; "
        "bar: 95% interval. See how few there are: better sources for these would be worth most."
    )
    return Figure(
        "numbers", caption, "", (Strip("", (Panel("", chart),)),), 1, data=_data("numbers-that-move", "number", "share", lines)
    )


def _data(key: str, what: str, unit: str, lines: list[DotLine]) -> FigureData:
    columns = (what, *(f"{name} ({unit})" for name in ("value", "low", "high")))
    return FigureData(key, columns, tuple((line.label, line.value, line.low, line.high) for line in lines))

"""What happens under each plan as dots: the picture that stands before the tables of measures."""

from __future__ import annotations

import math

from countermove.decision.findings import WEIGHTED, MeasureRow
from countermove.questions.run.finding import RunReport, leader_first
from countermove.show.charts.dots import DotLine, dot_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData, Value
from countermove.world.certainty import amount_certainty, range_certainty, share_certainty, share_range
from countermove.world.measure import titled
from countermove.world.words import SHARES, capitalized, counted_share, mean_error

SHOWN = 8  # measures: the rest are in the tables


def measures_figure(war: RunReport) -> Figure | None:
    """A panel for each measure of the objective, a line a plan, the leader first, over the weighted theories; None where none was measured."""
    findings = war.findings
    theory = WEIGHTED if any(row.theory == WEIGHTED for row in findings.measures) else findings.theories[0]
    found = {(row.measure, row.strategy): row for row in findings.measures if row.theory == theory}
    plans, measured = leader_first(findings), {measure for measure, _ in found}
    names = [name for name, _, _ in war.objective if name in measured][:SHOWN]
    if not names:
        return None
    panels: list[Panel] = []
    data: list[tuple[Value, ...]] = []
    for name in names:
        rows = [row for plan in plans if (row := found.get((name, plan))) is not None]
        lines = [
            _line(row, war.titles.strategy(row.strategy), war.provenance.draws, first=row.strategy == plans[0]) for row in rows
        ]
        shares = rows[0].unit in SHARES
        unit = "share of the runs" if rows[0].unit == "probability" else "share" if shares else rows[0].unit
        panels.append(Panel(capitalized(titled(name, war.control)), dot_chart(lines, unit=unit, percent=shares)))
        data += [(name, rows[0].unit, line.label, line.value, line.low, line.high) for line in lines]
    where = "weighted over the theories" if theory == WEIGHTED else f"if {war.titles.true(theory)}"
    caption = (
        f"What happens under each plan, {where}. Dot: the mean, full for the plan that leads; bar: of an event twice the error of its share either "
        "way, of an amount where nine tenths of the runs end. See where a plan stands apart from all others."
    )
    columns = ("measure", "unit", "plan", "mean (unit)", "low (unit)", "high (unit)")
    return Figure(
        "measures", caption, "", (Strip("", tuple(panels)),), 2, data=FigureData("measures-by-plan", columns, tuple(data))
    )


def _line(row: MeasureRow, plan: str, draws: int, *, first: bool) -> DotLine:
    if not math.isfinite(row.mean):
        return DotLine(plan, math.nan, math.nan, math.nan, "did not occur", first)
    if row.unit == "probability":
        low, high = share_range(row.mean, row.se, draws)
        told, text = range_certainty(low, high), counted_share(row.mean, row.se, draws)
    else:
        low, high = row.q05, row.q95
        told = share_certainty(row.mean, row.se) if row.unit == "share" else amount_certainty(row.mean, row.se)
        text = mean_error(row.mean, row.se, row.unit)
    if told != "told":
        return DotLine(plan, math.nan, low, high, "cannot tell", first)
    return DotLine(plan, row.mean, low, high, text, first)

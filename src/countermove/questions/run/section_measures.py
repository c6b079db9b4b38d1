"""What is measured: tables of means with their error and their 5-95% range, strategy by strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.decision.findings import WEIGHTED, MeasureRow
from countermove.questions.run.finding import RunTold
from countermove.questions.run.leader import leader_first
from countermove.show.judged import cell
from countermove.show.tables import Cell, Row, Table, columns
from countermove.world import measure
from countermove.world.measure import MEASURE, listed_first, titled
from countermove.world.telling import amount_told, range_told, share_range, share_told
from countermove.world.words import SHARES, counted_share, first_up, mean_error, number, span

_ORDER = {name: place for place, name in enumerate(MEASURE)}


def objective_table(war: RunTold) -> Table:
    """What is wanted and what it is worth."""
    rows = [
        Row(
            Cell(first_up(titled(name, war.control)), (name,)),
            (Cell(number(points)), Cell(per or _whole(name, war)), Cell(doc(name, war))),
        )
        for name, points, per in war.objective
    ]
    return Table(
        f"The objective of {war.owner}: points for what happens. All of it is a judgement that the user may replace.",
        "measure",
        columns("points", "per", "what it is"),
        tuple(rows),
        prose=True,
    )


def doc(name: str, war: RunTold) -> str:
    """What a measure means, in words."""
    if name in war.measure_docs:
        return war.measure_docs[name]
    return MEASURE[name].doc if name in MEASURE else ""


def unit_of(name: str, war: RunTold) -> str:
    """The unit of a measure; points for the objective."""
    if name == "objective":
        return "points"
    found = next((row.unit for row in war.findings.measures if row.measure == name), "")
    return found or measure.unit_of(name)


def key_names(war: RunTold) -> tuple[str, ...]:
    """The measures shown first: those of the objective and what a reader asks first, as far as they were measured."""
    wanted = {name for name, _, _ in war.objective} | set(listed_first("memo"))
    return tuple(name for name in all_names(war) if name in wanted)


def all_names(war: RunTold) -> tuple[str, ...]:
    """Every measure that was measured, in the order of the table of measures."""
    found = dict.fromkeys(row.measure for row in war.findings.measures)
    return tuple(sorted(found, key=lambda name: _ORDER.get(name, len(_ORDER))))


def measured_theories(war: RunTold) -> tuple[str, ...]:
    """The theories with measures, the weighted view first."""
    found = dict.fromkeys(row.theory for row in war.findings.measures)
    return tuple(sorted(found, key=lambda name: name != WEIGHTED))


def measure_table(war: RunTold, theory: str, names: Sequence[str], *, explained: bool = True) -> Table:
    """Measures down, strategies across; `explained`: with what each measure means."""
    found = {(row.strategy, row.measure): row for row in war.findings.measures if row.theory == theory}
    strategies = leader_first(war.findings)
    rows = [
        Row(
            Cell(
                first_up(titled(name, war.control)),
                (_in_unit(unit_of(name, war)), *((doc(name, war), name) if explained else ())),
            ),
            tuple(_cell(found.get((strategy, name)), war.provenance.draws) for strategy in strategies),
        )
        for name in names
    ]
    where = "Weighted over the theories" if theory == WEIGHTED else f"If {theory} is true"
    caption = (
        f"{where}: mean ± standard error, and under it the range from 5% to 95% of the runs. What happens or does not happen has no range; "
        "its mean is the share of the runs in which it happens."
    )
    return Table(caption, "measure", columns(*strategies), tuple(rows))


def _whole(name: str, war: RunTold) -> str:
    """What the points are for where nothing is said: the event, or one whole unit."""
    unit = unit_of(name, war)
    return {"probability": "if it happens", "share": "100%"}.get(unit, f"1 {unit}" if unit else "")


def _in_unit(unit: str) -> str:
    return "percent" if unit in SHARES else unit


def _cell(row: MeasureRow | None, draws: int) -> Cell:
    if row is None:
        return Cell("not run")
    if not math.isfinite(row.mean):
        return Cell("did not occur")
    if row.unit == "probability":
        told = range_told(*share_range(row.mean, row.se, draws))
        notes = () if {row.q05, row.q95} <= {0.0, 1.0} else (span(row.q05, row.q95, row.unit),)
        text, _, limit = counted_share(row.mean, row.se, draws).partition(", ")
        return cell(text, told, (limit, *notes))
    told = share_told(row.mean, row.se) if row.unit == "share" else amount_told(row.mean, row.se)
    return cell(mean_error(row.mean, row.se, row.unit), told, (span(row.q05, row.q95, row.unit),))

"""What is measured: tables of means with their error and their 5-95% range, strategy by strategy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from countermove.decision.findings import WEIGHTED, MeasureRow
from countermove.questions.run.finding import Drawable, Findings, RunReport, leader_first
from countermove.show.verdict_text import cell
from countermove.world import measure
from countermove.world.certainty import amount_certainty, range_certainty, share_certainty, share_range
from countermove.world.measure import MEASURE, listed_first, titled, titled_in_unit
from countermove.world.tables import Cell, Table
from countermove.world.words import capitalized, counted_share, mean_error, number, percent, span

_ORDER = {name: place for place, name in enumerate(MEASURE)}


def objective_table(war: RunReport) -> Table:
    """What is wanted and what it is worth."""
    return Table.of(
        f"The objective of {war.valued_by}: points for what happens. All of it is a judgement that the user may replace.",
        ("measure", "points", "per", "what it is"),
        (
            (
                capitalized(titled(name, war.control)),
                *(number(points), per or _whole(name, war), doc(name, war.measure_docs)),
            )
            for name, points, per in war.objective
        ),
        prose=True,
    )


def doc(name: str, docs: Mapping[str, str]) -> str:
    """What a measure means, in words: those of this war, or of all."""
    return docs.get(name, MEASURE[name].doc if name in MEASURE else "")


def unit_of(name: str, war: Drawable) -> str:
    """The unit of a measure; points for the objective."""
    if name == "objective":
        return "points"
    found = next((row.unit for row in war.findings.measures if row.measure == name), "")
    return found or measure.unit_of(name)


def key_names(war: RunReport) -> tuple[str, ...]:
    """The measures shown first: those of the objective and what a reader asks first, as far as they were measured."""
    wanted = {name for name, _, _ in war.objective} | set(listed_first("memo"))
    return tuple(name for name in all_names(war) if name in wanted)


def all_names(war: RunReport) -> tuple[str, ...]:
    """Every measure that was measured, in the order of the table of measures."""
    found = dict.fromkeys(row.measure for row in war.findings.measures)
    return tuple(sorted(found, key=lambda name: _ORDER.get(name, len(_ORDER))))


def measured_theories(war: RunReport) -> tuple[str, ...]:
    """The theories with measures, the weighted view first."""
    found = dict.fromkeys(row.theory for row in war.findings.measures)
    return tuple(sorted(found, key=lambda name: name != WEIGHTED))


def measure_table(
    war: Drawable, theory: str, names: Sequence[str], docs: Mapping[str, str] | None = None, *, keyed: bool = False
) -> Table:
    """Measures down, strategies across; with what each measure means where `docs` says it, and `keyed` with its name in files."""
    found = {(row.strategy, row.measure): row for row in war.findings.measures if row.theory == theory}
    strategies = leader_first(war.findings)
    view = "weighted over the theories" if theory == WEIGHTED else f"if {war.titles.true(theory)}"
    return Table.of(
        f"{capitalized(view)}: mean ± standard error, and under it the range from 5% to 95% of "
        "the runs. What happens or does not happen has no range; its mean is the share of the runs in which it happens.",
        ("measure", *map(war.titles.strategy, strategies)),
        (
            (
                Cell(
                    capitalized(titled_in_unit(name, war.control)),
                    () if docs is None else (doc(name, docs), *((name,) if keyed else ())),
                ),
                *(_cell(found.get((strategy, name)), war.provenance.draws) for strategy in strategies),
            )
            for name in names
        ),
        title=f"What happens under each plan, {view} (± Monte-Carlo error)",
    )


def silence_table(findings: Findings) -> Table | None:
    """How often each plan had no answer; None where none was ever asked."""
    rows = [row for row in findings.measures if row.measure == "silent"]
    if not rows:
        return None
    means = {name: sorted(row.mean for row in rows if row.strategy == name) for name in leader_first(findings)}
    return Table.of(
        "Silent: share of the runs in which a plan had no answer, by theory the least and the most",
        ("plan", "silent"),
        (
            (findings.titles.strategy(name), " to ".join(dict.fromkeys(map(percent, (each[0], each[-1])))))
            for name, each in means.items()
            if each
        ),
    )


def _whole(name: str, war: Drawable) -> str:
    """What the points are for where nothing is said: the event, or one whole unit."""
    unit = unit_of(name, war)
    return {"probability": "if it happens", "share": "100%"}.get(unit, f"1 {unit}" if unit else "")


def _cell(row: MeasureRow | None, draws: int) -> Cell:
    if row is None:
        return Cell("not run")
    if not math.isfinite(row.mean):
        return Cell("did not occur")
    if row.unit == "probability":
        certainty = range_certainty(*share_range(row.mean, row.se, draws))
        notes = () if {row.q05, row.q95} <= {0.0, 1.0} else (span(row.q05, row.q95, row.unit),)
        return cell(counted_share(row.mean, row.se, draws), certainty, notes)
    certainty = share_certainty(row.mean, row.se) if row.unit == "share" else amount_certainty(row.mean, row.se)
    return cell(mean_error(row.mean, row.se, row.unit), certainty, (span(row.q05, row.q95, row.unit),))

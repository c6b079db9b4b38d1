"""Several versions of a text side by side: what each answers, and what each plan loses to the best in each."""

from __future__ import annotations

from collections.abc import Sequence

from countermove.decision.findings import WEIGHTED
from countermove.questions.run.finding import leader_first
from countermove.show.page import fragment
from countermove.web.workbench.found import Found
from countermove.world.measure import titled_in_unit
from countermove.world.tables import Cell, Row, Table
from countermove.world.words import capitalized, counted_error, loss, mean_error

MOST = 6
Named = Sequence[tuple[str, Found]]


def side_html(found: Named) -> str:
    """The tables as a part of the page."""
    tables = (answers_table(found), regret_table(found), outcomes_table(found))
    return str(fragment("workbench_tables.html.j2", tables=tables, called="side"))


def answers_table(found: Named) -> Table:
    """What each answers, in a sentence."""
    rows = ((title, one.brief.answer, one.brief.sure) for title, one in found)
    return Table.of("What each version answers.", ("version", "answer", "how sure"), rows, prose=True)


def _plans(found: Named) -> dict[str, str]:
    """Names and titles of the plans of all, those of the last version first."""
    return {name: one.titles.strategy(name) for _, one in found[::-1] for name in leader_first(one.findings)}


def regret_table(found: Named) -> Table:
    """What each plan loses to the best in each; those that may be first are framed."""
    rows: list[Row] = []
    for name, title in _plans(found).items():
        cells: list[Cell] = []
        for _, one in found:
            row = one.index.regret(name)
            first = row is not None and name in one.index.leaders
            cells.append(Cell("not in it") if row is None else Cell(loss(row.regret, row.se), (), ("best",) if first else ()))
        rows.append(Row.of((title, *cells)))
    says = (
        "What each plan loses to the best, in points over the weighted theories. Framed: first, or not to be told from the first."
    )
    return Table.of(says, ("plan", *(title for title, _ in found)), rows)


def outcomes_table(found: Named) -> Table:
    """The outcomes of the plan that is first in each."""
    rows: list[Row] = []
    names = dict.fromkeys(row.measure for _, one in found for row in one.findings.measures)
    for name in names:
        cells = [_outcome(one, name) for _, one in found]
        if any(cells):
            rows.append(Row.of((capitalized(titled_in_unit(name)), *(text or "–" for text in cells))))
    heads = (Cell(title, (one.titles.strategy(one.index.best),)) for title, one in found)
    return Table.of("The outcomes that matter of the plan with the most points in each.", ("outcome", *heads), rows)


def _outcome(found: Found, measure: str) -> str:
    plan = found.index.best
    wanted = (row for row in found.findings.measures if (row.strategy, row.theory, row.measure) == (plan, WEIGHTED, measure))
    row = next(wanted, None)
    if row is None or found.index.judged_in(measure) is None:
        return ""
    return (
        counted_error(row.mean, row.se, found.index.draws) if row.unit == "probability" else mean_error(row.mean, row.se, row.unit)
    )

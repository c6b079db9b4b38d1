"""The tables of a memo as a spreadsheet: a row is a number, with what it is of by identifier and title, its error, its unit, its runs.

Numbers have sixteen figures, as many as a cell holds. What a figure draws is no table of a memo: `--figures` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from countermove.memo.contents import Dossier
from countermove.memo.front import written_for
from countermove.memo.inputs import provenance_table
from countermove.memo.spreadsheet_answers import answer_sheets, input_sheets
from countermove.memo.spreadsheet_findings import finding_sheets
from countermove.memo.spreadsheet_rows import Names
from countermove.store.workbook import Sheet, Value, workbook
from countermove.world.measure import MEASURE, titled

COLUMNS: Mapping[str, str] = {
    "value": "The number itself.",
    "error": "One standard error of the Monte-Carlo mean, in the unit of the value; empty: not computed, or a quantile.",
    "low": "Lower end of the interval that the column “number” names, in the unit of the value.",
    "high": "Upper end of the same interval.",
    "unit": "What the value and its error are counted in.",
    "n": "How many runs of the model the number is made of (of the theories together, those of all of them), or cases outside it.",
    "number": "Which number of the row it is: a mean, a quantile over runs (q05 to q95), a lead, a weight.",
    "strategy": "The identifier of a plan, as the scenario writes it; its title stands beside it.",
    "theory": "The identifier of a theory of what moves the rival; weighted: all of them by their weights.",
    "measure": "The identifier of what is measured; objective: points for everything that is valued.",
}
"""What the columns hold that several sheets have."""


def spreadsheet(dossier: Dossier) -> bytes:
    """The whole workbook as .xlsx; the same dossier gives the same bytes."""
    return workbook(sheets_of(dossier), dossier.title)


def sheets_of(dossier: Dossier) -> tuple[Sheet, ...]:
    """What it is and whose, then a sheet for each table that has rows, then what the words mean."""
    names = Names(dossier)
    tables = (*finding_sheets(dossier.findings, names), *answer_sheets(dossier, names), *input_sheets(dossier))
    kept = tuple(sheet for sheet in tables if sheet.rows)
    return (_about(dossier, kept), *kept, _definitions(dossier))


def _about(dossier: Dossier, sheets: Iterable[Sheet]) -> Sheet:
    made = [(row.head.text, row.cells[0].text) for row in provenance_table(dossier).rows]
    told: list[tuple[Value, ...]] = [
        ("memo", dossier.title),
        ("question", dossier.question),
        ("for", dossier.owner),
        ("decided", dossier.decided),
        *((("read with", said),) if (said := written_for(dossier)) else ()),
        *(("answer", sentence) for sentence in dossier.bottom_line[:1]),
        *made,
        *((f"sheet {sheet.name}", f"{len(sheet.rows):,} rows: {', '.join(sheet.columns)}") for sheet in sheets),
    ]
    return Sheet("about", ("what", "text"), tuple(told))


def _definitions(dossier: Dossier) -> Sheet:
    rows: list[tuple[Value, ...]] = [("column", name, name, "", says) for name, says in COLUMNS.items()]
    measured = dict.fromkeys(row.measure for row in dossier.findings.measures)
    rows += [
        ("measure", name, titled(name, dossier.control), one.unit, dossier.measure_docs.get(name, one.doc))
        for name in measured
        if (one := MEASURE.get(name)) is not None
    ]
    rows += [("strategy", one.name, dossier.titles.strategy(one.name), "", one.says) for one in dossier.strategies]
    rows += [("theory", name, dossier.titles.theory(name), "", says) for name, says, _, _ in dossier.theories]
    went_in = {one.name: one for one in dossier.assumptions}.values()
    rows += [("number that went in", one.name, one.name, one.unit, one.doc) for one in went_in]
    return Sheet("definitions", ("kind", "identifier", "title", "unit", "definition"), tuple(rows))

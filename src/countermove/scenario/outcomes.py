"""What happened, of the measures of a run, as somebody wrote it down: a CSV of measure, value and, if it is known, the month of knowing it."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from countermove.errors import RecordError
from countermove.scenario.csv_table import CsvTable
from countermove.scenario.node_reader import MOST, NodeReader
from countermove.scenario.record_rows import suggested_year, this_month
from countermove.scenario.tree import Issues, Mark, Scalar, Stop, load
from countermove.spelling import closest
from countermove.world.measure import MEASURE, MEASURE_NAMES, Measure
from countermove.world.words import month_text

COLUMNS = ("measure", "value", "known")
MOST_LINES = 10_000
OLDEST = 1900 * 12  # no month before is known of anything that was forecast


@dataclass(frozen=True)
class Outcome:
    """One row. `known`: the month in which it was known, year * 12 + month - 1; None where that is not written."""

    measure: str
    value: float
    known: int | None = None


def read_outcomes(path: Path, today: int | None = None) -> tuple[Outcome, ...]:
    """The rows of a CSV with the columns measure, value and perhaps known. Raises RecordError with every mistake at its place.

    Nothing is known yet after `today`, the month that it is.
    """
    issues, found = Issues(), dict[str, Outcome]()
    reader, now = NodeReader(issues), this_month() if today is None else today
    with suppress(Stop):
        sheet = CsvTable(reader, load(path, issues), str(path), COLUMNS, COLUMNS[:2], most=MOST_LINES)
        rows = list(sheet.rows())
        if sheet.columns and not rows and not issues.found:
            reader.refuse(Mark(str(path), 1, 1), "no rows", "one row a measure")
        for mark, cells in rows:
            outcome = _outcome(reader, sheet, [_plain(cell) for cell in cells], now)
            if outcome is not None and outcome.measure in found:
                reader.refuse(mark, f"{outcome.measure} was already given", "one row a measure")
            elif outcome is not None:
                found[outcome.measure] = outcome
    if issues.found:
        raise RecordError(issues.found)
    return tuple(found.values())


def _plain(cell: Scalar) -> Scalar:
    """A cell without the spaces around it, at the place of what is left."""
    text = cell.text.strip()
    inside = cell.text.index(text) if cell.plain else 0
    return replace(cell, text=text, mark=replace(cell.mark, column=cell.mark.column + inside))


def _outcome(reader: NodeReader, sheet: CsvTable, cells: list[Scalar], now: int) -> Outcome | None:
    name, value, known = cells[0], cells[1], cells[2] if len(cells) > 2 else None
    before = len(reader.issues.found)
    measure = MEASURE.get(name.text)
    if measure is None:
        reader.refuse(name, f"{reader.described(name)} is not a measure", "a measure of a run", closest(name.text, MEASURE_NAMES))
    number = sheet.number(value)
    if number is not None and measure is not None:
        _fits(reader, value, number, measure)
    month = reader.month(known) if known is not None and known.text else 0
    if known is not None and month and not OLDEST <= month <= now:
        what = "which is yet to come" if month > now else "before anything here was forecast"
        meant = suggested_year(month, now - 119, now)
        reader.refuse(known, f"known in {known.text}, {what}", f"a month up to {month_text(now)}, or nothing", meant)
    if len(reader.issues.found) > before or number is None:
        return None
    return Outcome(name.text, number, month or None)


def _fits(reader: NodeReader, cell: Scalar, number: float, measure: Measure) -> None:
    """Note a value that the measure cannot have."""
    low, high = bounds_of(measure)
    if measure.kind == "event" and number not in (0.0, 1.0):
        reader.refuse(cell, f"{measure.name} is {cell.text}", "of an event 1 (it happened) or 0")
    elif not low <= number <= high:
        reader.refuse(cell, f"{cell.text} is out of range", reader.between((low, high), measure.unit))
    elif measure.unit == "count" and number != int(number):
        reader.refuse(cell, f"{cell.text} is not a whole number", f"a count: {measure.doc[:1].lower()}{measure.doc[1:]}")
    elif abs(number) > MOST:
        reader.refuse(cell, f"{cell.text} is out of range", f"at most {MOST:g} in size")


def bounds_of(measure: Measure) -> tuple[float, float]:
    """The least and the largest that a measure can be."""
    if measure.unit in ("share", "0-1", "probability"):
        return 0.0, 1.0
    if measure.unit == "rung":
        return 0.0, 9.0
    return (-math.inf if measure.name.endswith("-change") else 0.0), math.inf

"""What happened, of the measures of a run, as somebody wrote it down: a CSV of measure, value and, if it is known, the month of knowing it."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from countermove.errors import Issue, RecordError
from countermove.scenario.form import MONTH, NUMBER
from countermove.spelling import closest
from countermove.world.measure import MEASURE_NAMES

COLUMNS = ("measure", "value", "known")
LONGEST = 1 << 20  # bytes


@dataclass(frozen=True)
class Outcome:
    """One row. `known`: the month in which it was known, year * 12 + month - 1; None where that is not written."""

    measure: str
    value: float
    known: int | None = None


def read_outcomes(path: Path) -> tuple[Outcome, ...]:
    """The rows of a CSV with the columns measure, value and perhaps known. Raises RecordError with every mistake at its place."""
    try:
        data = path.read_bytes()[: LONGEST + 1]
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or "it is not text in UTF-8"
        raise RecordError([Issue(str(path), 0, 0, f"the file cannot be read: {said}")]) from error
    if len(data) > LONGEST:
        raise RecordError([Issue(str(path), 0, 0, "the file is too large", "one row a measure")])
    rows = [(number, row) for number, row in enumerate(csv.reader(text.splitlines()), 1) if any(cell.strip() for cell in row)]
    head = tuple(cell.strip() for cell in rows[0][1]) if rows else ()
    if head not in (COLUMNS, COLUMNS[:2]):
        expected = "measure,value or measure,value,known"
        raise RecordError([Issue(str(path), 1, 1, f"the first row is {','.join(head)[:80] or 'empty'}", expected)])
    issues: list[Issue] = []
    found: dict[str, Outcome] = {}
    for number, row in rows[1:]:
        outcome = _row(str(path), number, [cell.strip() for cell in row], len(head), issues)
        if outcome is not None and outcome.measure in found:
            issues.append(Issue(str(path), number, 1, f"{outcome.measure} was already given", "one row a measure"))
        elif outcome is not None:
            found[outcome.measure] = outcome
    if issues:
        raise RecordError(issues)
    return tuple(found.values())


def _row(file: str, number: int, cells: list[str], count: int, issues: list[Issue]) -> Outcome | None:
    def refuse(place: int, message: str, expected: str, suggestion: str = "") -> None:
        issues.append(Issue(file, number, 1 + sum(len(cell) + 1 for cell in cells[:place]), message, expected, suggestion))

    before = len(issues)
    if len(cells) != count:
        refuse(0, f"the row has {len(cells)} cells", f"{count}")
        return None
    name, value = cells[0], cells[1]
    known = cells[2] if count > 2 else ""
    if name not in MEASURE_NAMES:
        refuse(
            0,
            f'"{name[:60]}" is not a measure',
            "a measure of a run",
            closest(name, MEASURE_NAMES),
        )
    if NUMBER.fullmatch(value) is None or not math.isfinite(float(value)):
        refuse(1, f'"{value[:40]}" is not a number', "a number; of an event 1 or 0")
    month = MONTH.fullmatch(known)
    if known and (month is None or not 1 <= int(month[2]) <= 12):
        refuse(2, f'"{known[:40]}" is not a month', "a month such as 2019-06, or nothing")
    if len(issues) > before:
        return None
    return Outcome(name, float(value), None if month is None else int(month[1]) * 12 + int(month[2]) - 1)

"""The records at hand: those of the user, and those that ship."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from countermove.errors import RecordError
from countermove.scenario.record_rows import month_text
from countermove.scenario.records import read_record
from countermove.shelf import shelf
from countermove.world.display import Cells, Result
from countermove.world.tables import Table


@dataclass(frozen=True)
class AvailableRecord:
    """One record: months as 2014-04, how many series and rows it has. One that cannot be read has no months, and its title says why."""

    record: str
    title: str
    first: str | None
    last: str | None
    series: int
    rows: int
    file: str

    @property
    def readable(self) -> bool:
        """Whether it can be used."""
        return self.first is not None


@dataclass(frozen=True, repr=False)
class AvailableRecords(Result):
    """Every record that a scenario can name, in the order in which it is looked for."""

    rows: tuple[AvailableRecord, ...]

    def cells(self) -> Cells:
        """A row for each record; months as 2014-04, "" for one that cannot be read."""
        found = tuple((row.record, row.title, row.first or "", row.last or "", row.series, row.rows, row.file) for row in self.rows)
        return Cells(("record", "title", "first month", "last month", "series", "rows", "file"), found)

    def preview(self) -> Table:
        """What there is of each."""
        months = (f"{row.first} to {row.last}" if row.readable else "cannot be read" for row in self.rows)
        rows = ((row.record, row.title, when, str(row.series), str(row.rows)) for row, when in zip(self.rows, months, strict=True))
        return Table.of("Records", ("name", "title", "months", "series", "rows"), rows)


def records() -> AvailableRecords:
    """Every record at hand. The first of a name hides the others; raises nothing for one that cannot be read."""
    found: dict[str, Path] = {}
    for folder in shelf("records"):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return AvailableRecords(tuple(map(_row, found.values())))


def _row(path: Path) -> AvailableRecord:
    try:
        record = read_record(path)
    except RecordError as error:
        return AvailableRecord(path.stem, str(error), None, None, 0, 0, str(path))
    months = month_text(record.first), month_text(record.last)
    return AvailableRecord(record.name, record.title, *months, len(record.series), len(record.data), str(path))

"""The table of base rates: records/base-rates.csv with its sources, read strictly."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from countermove.errors import Issue, RecordError
from countermove.scenario.csv_table import separator
from countermove.scenario.schema import Source
from countermove.shelf import shelf

RATES, SOURCES = "base-rates.csv", "base-rates-sources.csv"
COLUMNS = ("name", "headline", "measure", "about", "k", "n", "wars", "known", "source", "terms", "command", "note")
SOURCE_COLUMNS = ("key", "title", "by", "year", "url", "note")
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class BaseRate:
    """A row of records/base-rates.csv: `k` of `n` cases, which lie in so many `wars`.

    `headline` is what it stands beside; `measures` are the measures of a run that speak of the same; `known` is the year in which the
    figures were published.
    """

    name: str
    headline: str
    measures: tuple[str, ...]
    about: str
    k: int
    n: int
    wars: int
    known: int
    sources: tuple[str, ...]
    terms: str
    command: str
    note: str


def base_rates(path: Path | None = None) -> tuple[tuple[BaseRate, ...], Mapping[str, Source]]:
    """The rows of the table and their sources; of the first shelf that has one, else of the file `path`. None at hand: no rows.

    Raises RecordError with every mistake.
    """
    file = path or next((folder / RATES for folder in shelf("records") if (folder / RATES).is_file()), None)
    if file is None:
        return (), {}
    issues: list[Issue] = []
    sources = {row["key"]: _source(row) for _, row in _rows(file.with_name(SOURCES), SOURCE_COLUMNS, issues)}
    rates = [rate for line, row in _rows(file, COLUMNS, issues) if (rate := _rate(row, sources, Place(str(file), line, issues)))]
    if issues:
        raise RecordError(issues)
    return tuple(rates), sources


@dataclass(frozen=True)
class Place:
    """A line of a file, and the list in which its mistakes are noted."""

    file: str
    line: int
    issues: list[Issue]

    def refuse(self, message: str, expected: str) -> None:
        """Note one mistake."""
        self.issues.append(Issue(self.file, self.line, 1, message, expected))


def _rows(path: Path, columns: Sequence[str], issues: list[Issue]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their lines; nothing where the file cannot be read or has other columns."""
    try:
        with path.open("rb") as stream:
            text = stream.read(MOST_BYTES + 1).decode("utf-8-sig")
        if len(text) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES // 1024} KiB")
        lines = list(csv.reader(text.splitlines(), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        issues.append(Issue(str(path), 0, 0, f"cannot be read: {error}", "a table in UTF-8"))
        return
    if other := separator(text.partition("\n")[0], columns):
        issues.append(Issue(str(path), 1, 1, f"{other} between the cells", f"commas: {','.join(columns)}"))
        return
    if not lines or lines[0] != list(columns):
        issues.append(Issue(str(path), 1, 1, f"the columns {', '.join(lines[0] if lines else [])[:200]}", ", ".join(columns)))
        return
    for line, cells in enumerate(lines[1:], start=2):
        if len(cells) == len(columns):
            yield line, dict(zip(columns, cells, strict=True))
        elif cells:
            issues.append(Issue(str(path), line, 1, f"{len(cells)} cells", f"{len(columns)}: {', '.join(columns)}"))


def _source(row: Mapping[str, str]) -> Source:
    year = int(row["year"]) if row["year"].isdecimal() else None
    return Source(title=row["title"], by=row["by"], year=year, url=row["url"], note=row["note"])


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _rate(row: Mapping[str, str], sources: Mapping[str, Source], place: Place) -> BaseRate | None:
    whole = {name: int(row[name]) for name in ("k", "n", "wars", "known") if row[name].isdecimal() and len(row[name]) < 10}
    if len(whole) < 4 or not 0 <= whole["k"] <= whole["n"] or whole["n"] == 0:
        place.refuse(
            f"{row['k']} of {row['n']} in {row['wars']} wars, known {row['known']}", "whole numbers, k not above n, n above 0"
        )
        return None
    keys = _parts(row["source"])
    unknown = [key for key in keys if key not in sources]
    if unknown or not keys:
        place.refuse(f"the source {', '.join(unknown) or 'is missing'}", f"keys of {SOURCES}, parted by semicolons")
        return None
    return BaseRate(
        name=row["name"],
        headline=row["headline"],
        measures=_parts(row["measure"]),
        about=row["about"],
        k=whole["k"],
        n=whole["n"],
        wars=whole["wars"],
        known=whole["known"],
        sources=keys,
        terms=row["terms"],
        command=row["command"],
        note=row["note"],
    )

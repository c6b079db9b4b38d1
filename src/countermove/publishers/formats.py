"""Files as their publishers distribute them, read strictly into typed tables: by the name of their format, or recognised by their header.

A file that breaks a rule gives no table: RecordError holds every mistake, as file:line:column, what was found and what was expected.
What is not in a file is not known. Rows may be withheld or never have been collected; none of that is absence of war or of support.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from countermove.errors import RecordError
from countermove.publishers.strict_csv import GZIP, MAX_LINE, CsvRows, Layout, read_layout
from countermove.publishers.ucdp_support import SIDE_YEARS, SUPPORTERS, SideYears, Supporters, side_years, supporters
from countermove.publishers.ucdp_violence import BATTLE_DEATHS, ENDINGS, EVENTS, BattleDeaths, Endings, Events
from countermove.scenario.csv_table import separator
from countermove.scenario.tree import Issues, Mark, Stop

MAX_FILE = 1 << 29

Published: TypeAlias = Events | SideYears | Supporters | BattleDeaths | Endings


@dataclass(frozen=True)
class Format:
    """A format that can be read: its name, what it is, how it looks, and how its columns become a table."""

    name: str
    says: str
    layout: Layout
    table: Callable[[dict[str, Any]], Published]


FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format("ucdp-ged", "UCDP georeferenced events", EVENTS, lambda columns: Events(**columns)),
        Format("ucdp-esd-side-year", "UCDP external support by side and year", SIDE_YEARS, side_years),
        Format("ucdp-support", "UCDP external support by supporter", SUPPORTERS, supporters),
        Format("ucdp-battle-deaths", "UCDP battle deaths by dyad and year", BATTLE_DEATHS, lambda columns: BattleDeaths(**columns)),
        Format("ucdp-endings", "UCDP terminations by dyad", ENDINGS, lambda columns: Endings(**columns)),
    )
}


def read_published(source: str | Path, name: str) -> Any:
    """The table of a file, packed by gzip or not, in the format of this name (FORMATS): `Events`, `SideYears` and so on.

    Raises:
        RecordError: with every mistake.
    """
    return read_bytes(load_bytes(source), str(source), FORMATS[name])


def load_bytes(source: str | Path) -> bytes:
    """A file as it is stored; raises RecordError where it cannot be read or is too large."""
    issues, data = Issues(), b""
    try:
        path = Path(source)
        if path.exists() and not path.is_file():
            issues.refuse(Mark(str(source)), "not a file", "a file")
        else:
            with path.open("rb") as stream:
                data = stream.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        issues.refuse(Mark(str(source)), f"cannot be read: {getattr(error, 'strerror', None) or error}")
    if len(data) > MAX_FILE:
        issues.refuse(Mark(str(source)), "the file is too large", f"at most {MAX_FILE >> 20} MiB")
    if issues.found:
        raise RecordError(issues.found)
    return data


def read_bytes(data: bytes, file: str, form: Format) -> Published:
    """The table in the bytes of a file, packed by gzip or not. `file` is its name in messages.

    Raises:
        RecordError: with every mistake.
    """
    issues, columns = Issues(), dict[str, Any]()
    _refuse_separator(data, file, [form], issues)
    with suppress(Stop):
        columns = read_layout(CsvRows(data, file, issues), form.layout)
    if issues.found:
        raise RecordError(issues.found)
    return form.table(columns)


def recognise(data: bytes, file: str) -> Format:
    """The format that fits the header of a file; of several, the one that explains most of it.

    Raises:
        RecordError: no format fits, with what the nearest one lacks.
    """
    issues = Issues()
    _refuse_separator(data, file, FORMATS.values(), issues)
    rows = CsvRows(data, file, issues)
    with suppress(Stop):
        header = [name.strip() for name in next(iter(rows), list[str]())]
        fitting = [form for form in FORMATS.values() if not form.layout.lacks(header)]
        if fitting:
            return max(fitting, key=lambda form: form.layout.likeness(header))
        near = max(FORMATS.values(), key=lambda form: form.layout.likeness(header))
        lacking = near.layout.lacks(header)
        if near.layout.likeness(header) * 2 > len(near.layout.columns):
            found = f"the header of {near.says} without {', '.join(lacking[:8])}{', …' if len(lacking) > 8 else ''}"
        else:
            found = "the header is none that is known"
        issues.refuse(Mark(file, 1, 1), found, "one of " + ", ".join(form.says for form in FORMATS.values()))
    raise RecordError(issues.found)


def _refuse_separator(data: bytes, file: str, forms: Iterable[Format], issues: Issues) -> None:
    """Raise RecordError where the header is that of one of the formats, with something else than commas between the cells."""
    stream: Any = gzip.GzipFile(fileobj=io.BytesIO(data)) if data.startswith(GZIP) else io.BytesIO(data)
    try:
        line = stream.readline(MAX_LINE)
    except (OSError, EOFError, zlib.error):
        return  # said with its place by what reads the rows
    names = {name.lower() for form in forms for name in (*form.layout.columns, *form.layout.others)}
    other = separator(line.decode("utf-8-sig", "replace"), names)
    if other:
        issues.refuse(
            Mark(file, 1, 1), f"{other} between the cells", "commas, as its publisher gives it: a spreadsheet has changed it"
        )
        raise RecordError(issues.found)

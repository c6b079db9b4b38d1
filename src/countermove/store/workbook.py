"""Tables as a spreadsheet, a sheet each; the same tables give the same bytes, whenever and wherever they are written.

Texts come from files of strangers: each is written as a text, never as a formula, a link or a number, whatever it begins with.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

Value = str | int | float | bool

WRITTEN = datetime(1980, 1, 1)  # the day that the file says it was made on, as zip files without a date do
LONGEST = 31  # letters of the name of a sheet
CELL = 32_767  # letters of a cell
WIDEST, NARROWEST = 60, 8  # of a column, in letters
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_TAKEN = ("history",)  # a name that Excel keeps for itself


@dataclass(frozen=True)
class Sheet:
    """One table: its name, the names of its columns, and its rows; nan is an empty cell."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheet_names(names: Sequence[str]) -> list[str]:
    """Names that Excel takes, in the same order: 31 letters at most, none of []:*?/\\, none at either end an apostrophe, no two alike."""
    found: list[str] = []
    for name in names:
        plain = " ".join(_FORBIDDEN.sub(" ", name).split()).strip("'") or "table"
        short, count = plain[:LONGEST].strip(" '"), 1
        while short.lower() in (*(one.lower() for one in found), *_TAKEN):
            count += 1
            short = f"{plain[: LONGEST - len(f' {count}')].rstrip()} {count}"
        found.append(short)
    return found


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """The sheets in their order as .xlsx; heads stay on the screen and can be filtered by."""
    data = io.BytesIO()
    book = Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": title[:255], "created": WRITTEN})
    head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    for name, sheet in zip(sheet_names([sheet.name for sheet in sheets]), sheets, strict=True):
        page = book.add_worksheet(name)
        for column, title_of in enumerate(sheet.columns):
            page.write_string(0, column, title_of, head)
            wide = max((len(str(row[column])) for row in sheet.rows), default=0)
            page.set_column(column, column, min(max(wide, len(title_of), NARROWEST) + 2, WIDEST))
        for place, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _put(page, (place, column), value, text)
        page.freeze_panes(1, 0)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    book.close()
    return data.getvalue()


def _put(page: Any, at: tuple[int, int], value: Value, text: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, str):
        if value:
            page.write_string(*at, value[:CELL], *((text,) if len(value) > WIDEST else ()))
    elif math.isfinite(value):
        page.write_number(*at, value)
    elif not math.isnan(value):
        page.write_string(*at, "infinite" if value > 0 else "minus infinite")

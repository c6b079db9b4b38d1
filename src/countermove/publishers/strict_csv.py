"""Rows of comma-separated text from a publisher, read strictly: every cell has its type and range, every mistake its position."""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from countermove.scenario.node_reader import listed
from countermove.scenario.tree import Issues, Mark
from countermove.spelling import closest

MAX_BYTES = 1 << 30  # of text, once it is unpacked
MAX_LINE = 1 << 20
MAX_TEXT = 4000
GZIP = b"\x1f\x8b"

Texts: TypeAlias = "np.ndarray[Any, np.dtypes.StringDType]"
Wholes: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.float64]
Days: TypeAlias = NDArray[np.datetime64]
Truths: TypeAlias = NDArray[np.bool_]

_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:\.0{1,6})?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00:00(?:\.0{1,6})?)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_IDS = re.compile(r"[0-9]{1,9}(?:, ?[0-9]{1,9})*")


class InvalidCell(ValueError):
    """A cell that is not what its column holds: what was found, what was expected."""

    def __init__(self, message: str, expected: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.message, self.expected = message, expected


def shown(text: str) -> str:
    """A cell as it is quoted in a message: short, on one line, without codes that could move a cursor."""
    if not text:
        return "an empty cell"
    plain = "".join("�" if unicodedata.category(character)[0] == "C" else character for character in text[:60])
    return f'"{plain}{"…" if len(text) > 60 else ""}"'


# --- what a cell can hold ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ColumnType:
    """How a cell becomes a value (raises Unfit), and the type of the column."""

    read: Callable[[str], Any]
    dtype: Any


def whole_number(low: int, high: int, missing: int | None = None) -> ColumnType:
    """A whole number in [low, high], also written 3.0; an empty cell is `missing`, or a mistake where that is None."""
    expected = f"a whole number from {low} to {high}" + ("" if missing is None else ", or nothing")

    def read(text: str) -> int:
        if not text and missing is not None:
            return missing
        match = _WHOLE.fullmatch(text)
        if match is None:
            raise InvalidCell(f"{shown(text)} is not a whole number", expected)
        value = int(match[1])
        if not low <= value <= high:
            raise InvalidCell(f"{shown(text)} is out of range", expected)
        return value

    return ColumnType(read, np.int64)


def zero_or_one() -> ColumnType:
    """0 or 1."""
    return ColumnType(whole_number(0, 1).read, np.bool_)


def number(low: float, high: float) -> ColumnType:
    """A finite number in [low, high]."""
    expected = f"a number from {low:g} to {high:g}"

    def read(text: str) -> float:
        if _NUMBER.fullmatch(text) is None:
            raise InvalidCell(f"{shown(text)} is not a number", expected)
        value = float(text)
        if not low <= value <= high:
            raise InvalidCell(f"{shown(text)} is out of range", expected)
        return value

    return ColumnType(read, np.float64)


def text(*, optional: bool = False) -> ColumnType:
    """Words on one line, without the blanks around them (publishers leave some)."""

    def read(written: str) -> str:
        words = written.strip()
        if not words and not optional:
            raise InvalidCell("an empty cell", "text")
        if len(words) > MAX_TEXT:
            raise InvalidCell(f"a text of {len(words)} characters", f"at most {MAX_TEXT}")
        control = _CONTROL.search(words)
        if control is not None:
            raise InvalidCell(f"the control character U+{ord(control[0]):04X}", "text on one line")
        return words

    return ColumnType(read, np.dtypes.StringDType())


def ids(*, optional: bool = False) -> ColumnType:
    """Codes of one actor or of several, as text: `365` or `156, 28, 3`."""

    def read(written: str) -> str:
        if not written and optional:
            return ""
        if _IDS.fullmatch(written) is None:
            raise InvalidCell(f"{shown(written)} is not a code", "a whole number, or several with commas between")
        return ", ".join(part.strip() for part in written.split(","))

    return ColumnType(read, np.dtypes.StringDType())


def _day(written: str, expected: str) -> str:
    match = _DAY.fullmatch(written)
    if match is None:
        raise InvalidCell(f"{shown(written)} is not a day", expected)
    try:
        found = date.fromisoformat(match[1])
    except ValueError:
        raise InvalidCell(f"{shown(written)} is not in the calendar", expected) from None
    if not 1900 <= found.year <= 2100:
        raise InvalidCell(f"{shown(written)} is out of range", "a day from 1900 to 2100")
    return match[1]


def day() -> ColumnType:
    """A day, 2014-04-12, also with the midnight that spreadsheets add."""
    return ColumnType(lambda written: _day(written, "a day such as 2014-04-12"), "datetime64[D]")


def last_day() -> ColumnType:
    """The last of one or several days (`1995-12-23 (unilateral); 1996-12-04 (bilateral)`); nothing, `.` or `0` is no day, NaT."""
    expected = "a day such as 1995-12-23, or nothing"

    def read(written: str) -> str:
        if written in ("", ".", "0"):
            return "NaT"
        days = [_day(re.sub(r" \([A-Za-z ]{1,40}\)$", "", part.strip()), expected) for part in written.split(";")]
        return max(days)

    return ColumnType(read, "datetime64[D]")


# --- rows with positions ----------------------------------------------------------------------------------------------


def _start(text: str, place: int) -> int:
    """Where cell number `place` starts in the text of a row: the offset in characters, or of the last cell where there are fewer."""
    start, seen, quoted, opens = 0, 0, False, True
    for at, character in enumerate(text):
        if seen == place:
            break
        turns = character == '"' and (quoted or opens)
        ends = character == "," and not quoted
        if turns:
            quoted = not quoted
        if ends:
            seen, start = seen + 1, at + 1
        opens = ends or (turns and not quoted)  # a quote after a closing one stands for itself
    return start


class CsvRows:
    """The rows of a file, one after another; `mark` gives the position of a cell of the row that was read last."""

    def __init__(self, data: bytes, file: str, issues: Issues) -> None:
        """Bytes as they are stored, packed by gzip or not; nothing is read before the first row is asked for."""
        self.file, self.issues = file, issues
        self._raw: list[str] = []
        self._read = 0  # lines, those of the row at hand included
        self.line = 1  # of the row at hand
        stream = io.BytesIO(data)
        self._stream: Any = gzip.GzipFile(fileobj=stream) if data.startswith(GZIP) else stream

    def mark(self, place: int = 0) -> Mark:
        """Line and column of a cell, counted from 1."""
        whole_row = "".join(self._raw)
        before = whole_row[: _start(whole_row, place)]
        return Mark(self.file, self.line + before.count("\n"), len(before) - before.rfind("\n"))

    def __iter__(self) -> Iterator[list[str]]:
        """The cells of each row, blank lines left out; raises Stop where the text is broken."""
        reader = csv.reader(self._lines(), strict=True)
        while True:
            self._raw, self.line = [], self._read + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                place = sum(len(line) for line in self._raw)
                raise self.issues.stop(
                    self.mark(place), f"a row that cannot be read: {error}", "cells between commas, quotes closed"
                ) from None
            if cells:
                yield cells

    def _lines(self) -> Iterator[str]:
        size = 0
        while True:
            raw = self._bytes()
            if not raw:
                return
            size += len(raw)
            here = Mark(self.file, self._read + 1, 1)
            if len(raw) > MAX_LINE or size > MAX_BYTES:
                raise self.issues.stop(here, "too much text", f"lines of at most {MAX_LINE} bytes, {MAX_BYTES} in all")
            try:
                line = raw.decode("utf-8-sig" if self._read == 0 else "utf-8")
            except UnicodeDecodeError as error:
                column = len(raw[: error.start].decode("utf-8", "replace")) + 1
                where = Mark(self.file, here.line, column)
                raise self.issues.stop(where, f"byte 0x{raw[error.start]:02x} is not UTF-8", "text in UTF-8") from None
            if "\0" in line:
                raise self.issues.stop(Mark(self.file, here.line, line.index("\0") + 1), "a NUL character", "text")
            self._read += 1
            self._raw.append(line)
            yield line

    def _bytes(self) -> bytes:
        try:
            return self._stream.readline(MAX_LINE + 1)
        except (OSError, EOFError, zlib.error):
            raise self.issues.stop(
                Mark(self.file), f"the packed file breaks off after line {self._read}", "a whole .gz file"
            ) from None


# --- a file as columns ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableRow:
    """The values of one row by column, for what must hold between cells."""

    values: Mapping[str, Any]
    rows: CsvRows
    places: Mapping[str, int]

    def refuse(self, column: str, message: str, expected: str) -> None:
        """Note a mistake at a cell of this row."""
        self.rows.issues.refuse(self.rows.mark(self.places[column]), message, expected)


@dataclass(frozen=True)
class Layout:
    """What a publisher's file looks like."""

    columns: Mapping[str, ColumnType]  # those that are read: they must be there
    others: frozenset[str] = frozenset()  # those that may stand beside them
    key: tuple[str, ...] = ()  # what no two rows share
    check: Callable[[TableRow], None] | None = None

    def lacks(self, header: Sequence[str]) -> list[str]:
        """The columns that are read and are not in the header."""
        return [name for name in self.columns if name not in header]

    def likeness(self, header: Sequence[str]) -> int:
        """How many names of the header are its own."""
        return sum(name in self.columns or name in self.others for name in set(header))


def _refuse_header(rows: CsvRows, header: Sequence[str], layout: Layout) -> bool:
    """Note what is wrong with the header; true where nothing is."""
    before = len(rows.issues.found)
    lacking = layout.lacks(header)
    for place, name in enumerate(header):
        if name in header[:place]:
            rows.issues.refuse(rows.mark(place), f"the column {shown(name)} stands twice", "each column once")
        elif name not in layout.columns and name not in layout.others:
            known = lacking or [*layout.columns, *layout.others]
            rows.issues.refuse(
                rows.mark(place), f"{shown(name)} is not a column of this file", listed(known, 12), closest(name, known)
            )
    for name in lacking:
        rows.issues.refuse(rows.mark(0), f'the column "{name}" is missing', "the columns as the publisher names them")
    return len(rows.issues.found) == before


def read_layout(rows: CsvRows, layout: Layout) -> dict[str, Any]:
    """The columns of a file, each a read-only array [R], in the order of the rows.

    Mistakes are noted in the issues of `rows`; raises Stop where the reading cannot go on.
    """
    reading = iter(rows)
    header = [name.strip() for name in next(reading, list[str]())]
    if not header:
        raise rows.issues.stop(Mark(rows.file, 1, 1), "the file is empty", "a header and rows")
    if not _refuse_header(rows, header, layout):
        return {}
    places = {name: header.index(name) for name in layout.columns}
    values: dict[str, list[Any]] = {name: [] for name in places}
    seen: dict[tuple[Any, ...], int] = {}
    for cells in reading:
        if len(cells) != len(header):
            rows.issues.refuse(rows.mark(), f"{len(cells)} cells", f"{len(header)}, as many as the header")
            continue
        found = _values(rows, layout, places, cells)
        if found is None:
            continue
        key = tuple(found[name] for name in layout.key)
        if seen.setdefault(key, rows.line) != rows.line and layout.key:
            what = ", ".join(layout.key)
            rows.issues.refuse(
                rows.mark(places[layout.key[0]]), f"the {what} of line {seen[key]} again", f"one row for each {what}"
            )
        for name, value in found.items():
            values[name].append(value)
    if not seen and not rows.issues.found:
        rows.issues.refuse(Mark(rows.file, 1, 1), "no rows", "at least one")
    return {name: _array(values[name], kind) for name, kind in layout.columns.items()}


def _values(rows: CsvRows, layout: Layout, places: Mapping[str, int], cells: Sequence[str]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for name, kind in layout.columns.items():
        try:
            found[name] = kind.read(cells[places[name]])
        except InvalidCell as error:
            rows.issues.refuse(rows.mark(places[name]), f"{name}: {error.message}", error.expected)
    if len(found) < len(layout.columns):
        return None
    if layout.check is not None:
        before = len(rows.issues.found)
        layout.check(TableRow(found, rows, places))
        if len(rows.issues.found) > before:
            return None
    return found


def _array(values: list[Any], kind: ColumnType) -> NDArray[Any]:
    array = np.array(values, dtype=kind.dtype)
    array.setflags(write=False)
    return array

"""Tables that people write, cells between commas: what a spreadsheet may change in one, and what is refused.

A byte order mark, line ends of Windows, empty rows and Excel's `sep=,` change no meaning and are read past. Other separators and decimal
commas could: they are refused, in one mistake, with what was found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from countermove.scenario.node_reader import NodeReader
from countermove.scenario.tree import Mark, Scalar

_FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",]*)')
# what the YAML reader refuses too: it could repaint a terminal, or end a line for some readers and not for others
_STRAY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_LINE_ENDS = "\r\x85\u2028\u2029"
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_EXCEL = re.compile(r'"?sep=(.)"?[,;\t]*', re.IGNORECASE)
_EMPTY = re.compile(r"[ \t,]{0,300}")
_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)", re.ASCII)


def separator(line: str, names: Collection[str]) -> str:
    """What stands in this header in place of commas, in words; "" where nothing does, or none of the names is in it."""
    excel = _EXCEL.fullmatch(line.strip("\r\n"))
    if excel is not None:
        return _SEPARATORS.get(excel[1], "" if excel[1] == "," else "other signs")
    for sign, word in _SEPARATORS.items():
        cells = [cell.strip(' \r\n"').lower() for cell in line.split(sign)]
        if len(cells) > 1 and any(cell in names for cell in cells):
            return word
    return ""


def is_excel_line(line: str) -> bool:
    """Whether it is the line by which Excel tells itself that the cells stand between commas."""
    excel = _EXCEL.fullmatch(line.strip("\r\n"))
    return excel is not None and excel[1] == ","


class CsvTable:
    """A table in a text: `columns` are those of its header, nothing after a mistake in it."""

    def __init__(self, reader: NodeReader, text: str, file: str, *headers: tuple[str, ...], most: int) -> None:
        """Read the header, which is one of `headers`; more than `most` lines raise Stop."""
        self.reader, self.file = reader, file
        self._lines = text.replace("\r\n", "\n").split("\n")
        self._first = 1 if is_excel_line(self._lines[0]) and len(self._lines) > 1 else 0
        self.columns = self._header(headers)
        if self.columns and len(self._lines) - self._first > most:
            raise reader.issues.stop(Mark(file), f"{len(self._lines)} rows", f"at most {most}")

    def rows(self) -> Iterator[tuple[Mark, list[Scalar]]]:
        """The rows in which something stands, each with its place; what is broken is noted and left out."""
        if not self.columns:
            return
        for number, line in enumerate(self._lines[self._first + 1 :], start=self._first + 2):
            mark = Mark(self.file, number, 1)
            found = self._cells(line, mark, self.columns) if _EMPTY.fullmatch(line) is None else None
            if found is not None:
                yield mark, found

    def number(self, cell: Scalar) -> float | None:
        """The number in a cell; None after a mistake."""
        number = self.reader.finite(cell.text)
        if number is None:
            comma = _DECIMAL_COMMA.fullmatch(cell.text)
            # three figures after a comma may be thousands: which was meant cannot be known
            meant = f"{comma[1]}.{comma[2]}" if comma is not None and len(comma[2]) != 3 else ""
            expected = "a number" if comma is None else "a number with a point before its decimals, and none for thousands"
            self.reader.refuse(cell, f"{self.reader.described(cell)} is not a number", expected, meant)
        return number

    def _header(self, headers: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        line, longest = self._lines[self._first], max(headers, key=len)
        place = Mark(self.file, self._first + 1, 1)
        other = separator(line, {name for names in headers for name in names})
        if other:
            self.reader.refuse(place, f"{other} between the cells", f"commas: {','.join(longest)}")
            return ()
        header = self._cells(line, place, longest, whole=False)
        if header is None:
            return ()
        names = tuple(cell.text.strip() for cell in header)
        if names in headers:
            return names
        wrong = [cell.mark for cell, column in zip(header, longest, strict=False) if cell.text.strip() != column]
        found = ", ".join(names)[:200]
        at = wrong[0] if wrong else Mark(self.file, place.line, len(line) + 1)
        expected = " or ".join(", ".join(names) for names in headers)
        self.reader.refuse(at, f"the columns {found}" if found.strip(" ,") else "no columns in the first line", expected)
        return ()

    def _cells(self, line: str, mark: Mark, columns: Sequence[str], *, whole: bool = True) -> list[Scalar] | None:
        """The cells of a line with their columns; quotes double inside quotes, and a cell ends where its line ends. None after a mistake."""

        def refuse(at: int, message: str, expected: str) -> None:
            self.reader.refuse(Mark(mark.file, mark.line, at + 1), message, expected)

        stray = _STRAY.search(line)
        if stray is not None:
            ends = stray[0] in _LINE_ENDS
            noun, expected = ("line separator", "lines that end in a line feed") if ends else ("control character", "text")
            return refuse(stray.start(), f"the {noun} U+{ord(stray[0]):04X}", expected)
        cells: list[Scalar] = []
        wanted = f"{len(columns)}: {', '.join(columns)}"
        at = 0
        while at <= len(line):
            match = _FIELD.match(line, at)
            end = at if match is None else match.end()
            if match is None or (end < len(line) and line[end] != ","):
                return refuse(
                    at, "a cell that is not closed", 'cells between commas; quotes around a cell that holds "," or quotes'
                )
            if len(cells) == len(columns):
                what = "quotes around a cell with a comma in it, and a point before decimals"
                return refuse(at, f"more than {len(columns)} cells", f"{wanted}; {what}")
            quoted = match[1] is not None
            text = match[1].replace('""', '"') if quoted else match[2]
            cells.append(Scalar(text, Mark(mark.file, mark.line, at + 1), not quoted))
            at = end + 1
        if len(cells) < len(columns) and whole:
            return refuse(0, f"{len(cells)} cell{'' if len(cells) == 1 else 's'}", wanted)
        return cells

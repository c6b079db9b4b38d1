"""Tables before they are markup: cells of text with small print. The page, its copy for Word, the terminal and a notebook draw the same one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

Mark = Literal["", "text", "best", "shade-0", "shade-1", "shade-2", "shade-3", "shade-4", "shade-5", "borrowed", "total"]
SHADES: tuple[Mark, ...] = ("shade-0", "shade-1", "shade-2", "shade-3", "shade-4", "shade-5")
ROWS = 12  # that a notebook shows
WIDTH = 60  # characters of a cell in a notebook


@dataclass(frozen=True)
class Cell:
    """A text, its small print line by line, the anchor it points to on this page, and how it looks."""

    text: str
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    anchor: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.text, *self.notes) if part).replace(", ±", " ±")


Text = str | Cell


@dataclass(frozen=True)
class Row:
    """A head and the cells beside it."""

    head: Cell
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, cells: Iterable[Text], *marks: Mark) -> Row:
        """A row whose first cell is the head; a text is a cell without small print."""
        head, *rest = _cells(cells)
        return cls(head, tuple(rest), marks)


@dataclass(frozen=True)
class Table:
    """`corner` heads the column of heads. `prose`: cells are sentences, set from the left; otherwise numbers, set from the right.

    `caption` says what to see in it, marks and all. `title` stands over it on the terminal and in a notebook, which have no marks; where it is
    empty the caption does.
    """

    caption: str
    corner: str
    columns: tuple[Cell, ...]
    rows: tuple[Row, ...]
    prose: bool = False
    title: str = ""

    @classmethod
    def of(
        cls, caption: str, heads: Iterable[Text], rows: Iterable[Row | Iterable[Text]], *, title: str = "", prose: bool = False
    ) -> Table:
        """A table from heads and rows, whose first cell is the head; a text is a cell without small print."""
        corner, *names = _cells(heads)
        body = (row if isinstance(row, Row) else Row.of(row) for row in rows)
        return cls(caption, str(corner), tuple(names), tuple(body), prose, title)

    @classmethod
    def of_facts(cls, caption: str, facts: Iterable[tuple[str, str]]) -> Table:
        """What is known, line by line; lines without a text are left out."""
        return cls.of(caption, ("what", "value"), ((name, Cell(text, (), ("text",))) for name, text in facts if text), prose=True)

    def bare(self) -> Table:
        """Without the small print of its cells; heads of rows and columns keep theirs."""
        rows = tuple(replace(row, cells=tuple(replace(cell, notes=()) for cell in row.cells)) for row in self.rows)
        return replace(self, rows=rows)

    def texts(self) -> tuple[list[str], list[list[str]]]:
        """Columns and rows as texts: small print stands behind what it stands under."""
        return [self.corner, *map(str, self.columns)], [[str(cell) for cell in (row.head, *row.cells)] for row in self.rows]

    def text(self) -> str:
        """In plain text, columns side by side: the first rows, their cells cut to a length that a screen has."""
        heads, rows = self._shortened()
        wide = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in (heads, *rows)]
        return "\n".join([self.title or self.caption, *lines, *self._rest()])

    def html(self) -> str:
        """The same in HTML; every text of it is escaped."""
        heads, rows = self._shortened()
        head = "".join(f"<th>{escape(name)}</th>" for name in heads)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        rest = "".join(f"<p>{escape(line)}</p>" for line in self._rest())
        caption = escape(self.title or self.caption)
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"

    def _shortened(self) -> tuple[list[str], list[list[str]]]:
        heads, rows = self.texts()
        return heads, [[cell if len(cell) <= WIDTH else cell[: WIDTH - 1] + "…" for cell in row] for row in rows[:ROWS]]

    def _rest(self) -> list[str]:
        more = len(self.rows) - ROWS
        return [f"… and {more} more rows"] if more > 0 else []


def _cells(given: Iterable[Text]) -> tuple[Cell, ...]:
    return tuple(Cell(one) if isinstance(one, str) else one for one in given)

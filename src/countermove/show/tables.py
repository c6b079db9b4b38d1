"""Tables before they are markup: cells of text with small print under it. The template escapes every word and sets the scopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["", "text", "best", "shade-0", "shade-1", "shade-2", "shade-3", "shade-4", "shade-5", "borrowed", "total"]
SHADES: tuple[Mark, ...] = ("shade-0", "shade-1", "shade-2", "shade-3", "shade-4", "shade-5")


@dataclass(frozen=True)
class Cell:
    """A text, its small print line by line, the anchor it points to on this page, and how it looks."""

    text: str
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    anchor: str = ""


@dataclass(frozen=True)
class Row:
    """A head and the cells beside it."""

    head: Cell
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Table:
    """`corner` heads the column of heads. `prose`: cells are sentences, set from the left; otherwise numbers, set from the right."""

    caption: str
    corner: str
    columns: tuple[Cell, ...]
    rows: tuple[Row, ...]
    prose: bool = False

    def texts(self) -> tuple[list[str], list[list[str]]]:
        """Columns and rows as texts, for the terminal: small print stands behind what it stands under, heads of columns without theirs."""

        def text(cell: Cell) -> str:
            return ", ".join((cell.text, *(note for note in cell.notes if note)))

        return [self.corner, *(cell.text for cell in self.columns)], [[text(row.head), *map(text, row.cells)] for row in self.rows]


def columns(*names: str) -> tuple[Cell, ...]:
    """Heads of columns without small print."""
    return tuple(Cell(name) for name in names)

"""How a result shows itself where it is the last line of a notebook's cell: a small table, however large the result is; and all of its numbers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from countermove.plain import as_json
from countermove.world.certainty import amount_certainty
from countermove.world.words import mean_error

if TYPE_CHECKING:
    import pandas as pd

ROWS = 12
WIDTH = 60  # characters of a cell


@dataclass(frozen=True)
class Preview:
    """A title, and a table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """The table in plain text, columns side by side."""
        table = [self.columns, *self.shortened()]
        wide = [max(len(row[place]) for row in table) for place in range(len(self.columns))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in table]
        return "\n".join([self.title, *lines, *self._rest()])

    def html(self) -> str:
        """The table in HTML; every text of it is escaped."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self.shortened())
        rest = "".join(f"<p>{escape(line)}</p>" for line in self._rest())
        return f"<table><caption>{escape(self.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"

    def shortened(self) -> list[tuple[str, ...]]:
        """The first rows, their cells cut to a length that a screen has."""
        return [tuple(cell if len(cell) <= WIDTH else cell[: WIDTH - 1] + "…" for cell in row) for row in self.rows[:ROWS]]

    def _rest(self) -> list[str]:
        more = len(self.rows) - ROWS
        return [f"… and {more} more rows"] if more > 0 else []


class Displayable:
    """A result that shows itself as a `Preview`. Its dataclass is made with `repr=False`, which would write out every number of it."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def preview(self) -> Preview:
        """Its sentences where it has some, else its fields in brief; a result that has something better to show says so."""
        sentences: Sequence[str] = getattr(self, "sentences", ())
        if sentences:
            return Preview(type(self).__name__, ("found",), tuple((one,) for one in sentences))
        listed: tuple[Any, ...] = fields(self)  # pyright: ignore[reportArgumentType]
        return Preview(type(self).__name__, ("field", "value"), tuple((one.name, brief(getattr(self, one.name))) for one in listed))

    def to_json(self) -> Any:
        """What the command prints with `--json`."""
        return as_json(self)

    def __repr__(self) -> str:
        return self.preview().text()

    def _repr_html_(self) -> str:
        """What a notebook asks for."""
        return self.preview().html()


Number = str | int | float | bool


@dataclass(frozen=True)
class Cells:
    """The numbers of a result, a row for each cell of it, with its error beside it.

    A unit stands in the name of its column, `regret (points)`; where rows differ in it, in a column `unit`. nan: not known.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Number, ...], ...]


class Result(Displayable, ABC):
    """What answers a question: it shows itself in brief, and has all of its numbers as a table."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def cells(self) -> Cells:
        """Its numbers, a row for each cell."""

    @property
    def table(self) -> pd.DataFrame:
        """The same as a DataFrame, a row for each cell: units stand in the names of columns, or in a column `unit`."""
        import pandas as pd

        found = self.cells()
        return pd.DataFrame(list(found.rows), columns=list(found.columns))


def brief(value: object) -> str:
    """A value in a few words: itself where it is short, else its kind and how much it holds."""
    if isinstance(value, str):
        return value.partition("\n")[0]
    if value is None or isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, (Mapping, Sequence)):
        found: Mapping[Any, Any] | Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        names: Iterable[Any] = found
        if all(isinstance(name, str) for name in names) and len(text := ", ".join(map(str, found))) <= WIDTH:
            return text or "none"
        return f"{len(found)} entries"
    return type(value).__name__


def number_text(value: float, error: float) -> str:
    """A number with its error; nothing for what is not."""
    return mean_error(value, error) if math.isfinite(value) else ""


def lead_text(lead: float, error: float) -> str:
    """A lead or a difference: with its error, and said to be open where its sign is."""
    text = number_text(lead, error)
    return f"{text} (cannot tell)" if text and amount_certainty(lead, error) != "told" else text

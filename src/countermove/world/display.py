"""How a result shows itself where it is the last line of a notebook's cell: a small table, however large the result is; and all of its numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from countermove.plain import as_json
from countermove.world.tables import WIDTH, Table

if TYPE_CHECKING:
    import pandas as pd


class Displayable:
    """A result that shows itself as a small table. Its dataclass is made with `repr=False`, which would write out every number of it."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def preview(self) -> Table:
        """Its sentences where it has some, else its fields in brief; a result that has something better to show says so."""
        sentences: Sequence[str] = getattr(self, "sentences", ())
        if sentences:
            return Table.of(type(self).__name__, ("found",), ((one,) for one in sentences))
        listed: tuple[Any, ...] = fields(self)  # pyright: ignore[reportArgumentType]
        return Table.of(type(self).__name__, ("field", "value"), ((one.name, brief(getattr(self, one.name))) for one in listed))

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

"""One line of the table: a number that is known, and what came out of the program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Any, ClassVar

from countermove.world.display import Cells, Result
from countermove.world.tables import Table


@dataclass(frozen=True)
class Line:
    """What was checked, the known number, the one computed, how far apart they may be, and whose number it is."""

    what: str
    expected: float
    got: float
    tolerance: float  # absolute
    source: str
    ok: bool


def near(what: str, expected: float, got: Any, tolerance: float, source: str) -> Line:
    """A line that holds where `got` is within `tolerance` of `expected`; a number that is not finite never holds."""
    value, known, room = float(got), float(expected), float(tolerance)
    return Line(what, known, value, room, source, math.isfinite(value) and abs(value - known) <= room)


def within(what: str, expected: float, got: Any, share: float, source: str) -> Line:
    """As `near`, with the tolerance as a share of the known number."""
    return near(what, expected, got, share * abs(expected), source)


def none(what: str, got: Any, source: str, tolerance: float = 0.0) -> Line:
    """A line for what must not occur: a count of exceptions, a residual, a largest difference."""
    return near(what, 0.0, got, tolerance, source)


@dataclass(frozen=True, repr=False)
class Verified(Result):
    """Every line that was asked for, in the order of the table."""

    json_keys: ClassVar[str] = "lines passed failed=broken"
    lines: tuple[Line, ...]

    @property
    def passed(self) -> int:
        """How many hold."""
        return len(self.lines) - self.broken

    @property
    def broken(self) -> int:
        """How many do not."""
        return len(self.failed)

    @property
    def failed(self) -> tuple[Line, ...]:
        """Those that do not hold."""
        return tuple(line for line in self.lines if not line.ok)

    def cells(self) -> Cells:
        """A row for each line; its numbers have the unit that `what` says."""
        return Cells(tuple(one.name for one in fields(Line)), tuple(astuple(line) for line in self.lines))

    def preview(self) -> Table:
        """Those that do not hold first."""
        order = sorted(self.lines, key=lambda line: line.ok)
        return replace(lines_table(order), title=f"{self.passed} of {len(self.lines)} hold")


def lines_table(lines: Sequence[Line], sources: Sequence[str] = ()) -> Table:
    """What was expected, and what came out; sources by their numbers where these are given, which count from 1."""
    return Table.of(
        "Numbers that can be checked",
        ("what", "expected", "got", "tolerance", "holds", "source"),
        (
            (line.what, *(_number(one) for one in (line.expected, line.got, line.tolerance)))
            + ("yes" if line.ok else "NO", f"[{sources.index(line.source) + 1}]" if sources else line.source)
            for line in lines
        ),
    )


def _number(value: float) -> str:
    return f"{value:.5g}" if math.isfinite(value) else "-"

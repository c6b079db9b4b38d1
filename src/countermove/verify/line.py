"""One line of the table: a number that is known, and what came out of the program."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from countermove.plain import as_json


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


def to_json(lines: Iterable[Line]) -> dict[str, Any]:
    """The shape of `countermove verify --json`; a number that is not finite is null there."""
    rows = list(lines)
    passed = sum(row.ok for row in rows)
    return {"lines": as_json(rows), "passed": passed, "failed": len(rows) - passed}

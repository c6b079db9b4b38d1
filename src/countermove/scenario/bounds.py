"""The values that an expression can take in any run, from the bounds of its names: one check for rules, contingencies and claims."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from countermove.world.expression import COMPARISONS, Constant, Expression, Name, Query, number, walk
from countermove.world.observable import OBSERVABLE

MOST_MONTHS = 600  # the longest clock
TOP_RUNG = 9
NO_TOPS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Bounds:
    """The values that a quantity can take; `whole` where they are whole numbers."""

    low: float
    high: float
    whole: bool = False

    def __contains__(self, value: float) -> bool:
        """Whether the value lies in them, its last digits apart."""
        slack = 1e-9 * max(1.0, abs(value))
        return self.low - slack <= value <= self.high + slack


ANY = Bounds(-math.inf, math.inf)
TRUE_FALSE = Bounds(0, 1, True)
SHARE = Bounds(0, 1)


def bounds_of(name: Name, months: int, tops: Mapping[str, int] = NO_TOPS) -> Bounds:
    """The bounds of an observable in a run of `months` months; `tops` are the highest rungs of patrons, `TOP_RUNG` where not named."""
    if name.type != "number":
        return TRUE_FALSE
    if name.what == "rung":
        return Bounds(0, tops.get(name.of, TOP_RUNG), True)
    if name.what == "months":
        return Bounds(name.shift, months - 1 + name.shift, True)
    if OBSERVABLE[name.what].share:
        return SHARE
    return ANY if OBSERVABLE[name.what].signed else Bounds(0, math.inf)


def span(tree: Expression, months: int = MOST_MONTHS) -> Bounds:
    """The bounds of a whole expression in a run of at most `months` months; of what is true or false, 0 and 1."""
    if isinstance(tree, Constant):
        return Bounds(tree.value, tree.value, tree.value == int(tree.value))
    if isinstance(tree, Name):
        return bounds_of(tree, months)
    if isinstance(tree, Query):
        if tree.op in ("share", "P"):
            return SHARE
        inner = span(tree.args[0], months)
        return Bounds(inner.low, inner.high) if tree.op == "mean" else ANY
    if tree.type != "number" or tree.op in COMPARISONS:
        return TRUE_FALSE
    return _combined(tree.op, [span(arg, months) for arg in tree.args])


_STEPS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: 0.0 if a == 0 or b == 0 else a * b,
    "/": lambda a, b: a / b,
}


def _combined(op: str, spans: list[Bounds]) -> Bounds:
    lows, highs = [one.low for one in spans], [one.high for one in spans]
    if op in ("min", "max"):
        pick = min if op == "min" else max
        return Bounds(pick(lows), pick(highs))
    if op == "abs" or (op == "-" and len(spans) == 1):
        low, high = -highs[0], -lows[0]
        if op == "-":
            return Bounds(low, high)
        return Bounds(max(lows[0], low, 0.0), max(highs[0], high))
    if op == "/" and lows[1] <= 0 <= highs[1]:
        return ANY
    ends = [_STEPS[op](a, b) for a, b in product((lows[0], highs[0]), (lows[1], highs[1]))]
    return ANY if any(math.isnan(end) for end in ends) else Bounds(min(ends), max(ends))


@dataclass(frozen=True)
class ImpossibleComparison:
    """What is wrong with a comparison: which of its two sides (0 or 1) lies outside, in words, and what may have been meant."""

    place: int
    message: str
    expected: str
    suggestion: str = ""


def impossible_comparison(op: str, left: Expression, right: Expression, quoted: tuple[str, str]) -> ImpossibleComparison | None:
    """What is wrong where a quantity is compared by `op` with what it can never be; None where the two can meet.

    `quoted` are the two sides as they are written. A comparison at the very edge, such as P(…) >= 1, is none of this, nor is one of two
    numbers: each is a doubt of its own.
    """
    fixed = _fixed(left), _fixed(right)
    if all(fixed):
        return None
    place = 0 if fixed[0] else 1
    other, value, bounds = (left, right)[1 - place], span((left, right)[place]), span((left, right)[1 - place])
    noun = _noun(other, quoted[1 - place])
    one = value.low == value.high
    if one and bounds.whole and op in ("==", "!=") and value.low != int(value.low):
        return ImpossibleComparison(place, f"{noun} is a whole number, and {quoted[place]} is none", _wanted(bounds))
    if value.low <= bounds.high and bounds.low <= value.high:
        return None
    if value.low in bounds and value.high in bounds:
        return None  # by rounding alone
    if not one:
        return ImpossibleComparison(place, f"{noun} {_between(bounds)}, and {quoted[place]} {_between(value)}", _wanted(bounds))
    return ImpossibleComparison(
        place,
        f"{noun} {_between(bounds)}, and {quoted[place]} lies outside",
        _wanted(bounds),
        _of_hundred(value.low, bounds, quoted[place]),
    )


def _fixed(tree: Expression) -> bool:
    """Whether it is a number that nothing in a run changes."""
    return not any(isinstance(branch, Name | Query) for branch in walk(tree))


def _of_hundred(value: float, bounds: Bounds, quoted: str) -> str:
    """A share that was written in percent; nothing where it can hardly be one, or was no number (the name of a rung, say)."""
    share = float(f"{value / 100:.12g}")
    like = (
        not bounds.whole
        and bounds.low >= -1
        and bounds.high <= 1
        and 2 <= abs(value) <= 100
        and any(letter.isdigit() for letter in quoted)
    )
    return number(share) if like and share in bounds else ""


def _noun(tree: Expression, quoted: str) -> str:
    if isinstance(tree, Query) and tree.op in ("P", "share"):
        return "a probability" if tree.op == "P" else "a share"
    if isinstance(tree, Name) and tree.what == "rung":
        return "a rung"
    return quoted


def _between(bounds: Bounds) -> str:
    if math.isinf(bounds.high):
        return f"is never below {number(bounds.low)}"
    if math.isinf(bounds.low):
        return f"is never above {number(bounds.high)}"
    return f"lies between {number(bounds.low)} and {number(bounds.high)}"


def _wanted(bounds: Bounds) -> str:
    if math.isinf(bounds.high):
        return f"{number(bounds.low)} or more"
    if math.isinf(bounds.low):
        return f"{number(bounds.high)} or less"
    return f"a number from {number(bounds.low)} to {number(bounds.high)}"

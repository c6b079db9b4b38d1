"""Whether a condition can ever hold, judged from the bounds of the names in it alone: a "no" is certain, a "yes" is not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from countermove.scenario.bounds import NO_TOPS, bounds_of
from countermove.world.expression import COMPARISONS, Apply, Constant, Expression, Name, evaluate, text

MAX_CASES = 256
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True)
class _Atom:
    """`name op value`, or something opaque where `name` is None and `op` holds its text."""

    name: Name | None
    op: str
    value: float = 0.0
    positive: bool = True


class _TooMany(Exception):
    """The condition has more cases than are worth listing."""


def can_hold(tree: Expression, months: int, tops: Mapping[str, int] = NO_TOPS) -> bool:
    """False where no values of the names can make `tree` true."""
    return _some(tree, True, months, tops)


def can_fail(tree: Expression, months: int, tops: Mapping[str, int] = NO_TOPS) -> bool:
    """False where no values of the names can make `tree` false."""
    return _some(tree, False, months, tops)


def _some(tree: Expression, wanted: bool, months: int, tops: Mapping[str, int]) -> bool:
    try:
        cases = _cases(tree, wanted)
    except _TooMany:
        return True
    return any(_consistent(case, months, tops) for case in cases)


def _cases(tree: Expression, wanted: bool) -> list[tuple[_Atom, ...]]:
    """The condition (or its denial) as alternatives, each a set of atoms that must hold together."""
    if isinstance(tree, Constant):
        return [()] if (tree.value != 0) == wanted else []
    if isinstance(tree, Name):
        return [(_Atom(tree, "==", 1.0 if wanted else 0.0),)]
    if not isinstance(tree, Apply):
        return [()]
    if tree.op == "not":
        return _cases(tree.args[0], not wanted)
    if tree.op in ("and", "or"):
        branches = [_cases(arg, wanted) for arg in tree.args]
        if (tree.op == "and") == wanted:
            return _product(branches)
        return _limited([case for branch in branches for case in branch])
    if tree.op == "within" and wanted:
        return _cases_of_event(tree)
    if tree.op in COMPARISONS:
        return _compared(tree, wanted)
    return [(_Atom(None, text(tree), positive=wanted),)]


def _cases_of_event(tree: Apply) -> list[tuple[_Atom, ...]]:
    """In some recent month the event held, so it must be able to; in which month is open, and so is what else held then."""
    inner = _cases(tree.args[0], True)
    return [(_Atom(None, text(tree)),)] if any(_consistent(case, 600, NO_TOPS) for case in inner) else []


def _compared(tree: Apply, wanted: bool) -> list[tuple[_Atom, ...]]:
    left, right = tree.args
    op = tree.op if wanted else _OPPOSITE[tree.op]
    first, second = _constant(left), _constant(right)
    if first is not None and second is not None:
        return [()] if bool(evaluate(Apply(op, (Constant(first), Constant(second))), _no_names)) else []
    if isinstance(left, Name) and second is not None:
        return [(_Atom(left, op, second),)]
    if isinstance(right, Name) and first is not None:
        return [(_Atom(right, _MIRROR[op], first),)]
    if left == right:
        return [()] if op in ("==", "<=", ">=") else []
    return [(_Atom(None, text(Apply(op, tree.args, "boolean"))),)]


def _no_names(name: Name) -> float:
    raise KeyError(name)


def _constant(tree: Expression) -> float | None:
    """The value of a branch without names."""
    try:
        return float(evaluate(tree, _no_names))
    except (KeyError, TypeError, ZeroDivisionError):
        return None


def _product(branches: list[list[tuple[_Atom, ...]]]) -> list[tuple[_Atom, ...]]:
    cases: list[tuple[_Atom, ...]] = [()]
    for branch in branches:
        cases = _limited([case + more for case in cases for more in branch])
    return cases


def _limited(cases: list[tuple[_Atom, ...]]) -> list[tuple[_Atom, ...]]:
    if len(cases) > MAX_CASES:
        raise _TooMany
    return cases


def _consistent(case: tuple[_Atom, ...], months: int, tops: Mapping[str, int]) -> bool:
    ranges: dict[Name, tuple[float, float, set[float]]] = {}
    opaque: dict[str, bool] = {}
    for atom in case:
        if atom.name is None:
            if opaque.setdefault(atom.op, atom.positive) != atom.positive:
                return False
            continue
        bounds = bounds_of(atom.name, months, tops)
        low, high, excluded = ranges.get(atom.name, (bounds.low, bounds.high, set[float]()))
        ranges[atom.name] = _narrowed(atom, bounds.whole, low, high, excluded)
    return all(_room(low, high, excluded, bounds_of(name, months, tops).whole) for name, (low, high, excluded) in ranges.items())


_STEPS: dict[str, Callable[[float, float, float, bool], tuple[float, float]]] = {
    ">=": lambda low, high, value, whole: (max(low, math.ceil(value) if whole else value), high),
    "<=": lambda low, high, value, whole: (low, min(high, math.floor(value) if whole else value)),
    ">": lambda low, high, value, whole: (max(low, math.floor(value) + 1 if whole else math.nextafter(value, math.inf)), high),
    "<": lambda low, high, value, whole: (low, min(high, math.ceil(value) - 1 if whole else math.nextafter(value, -math.inf))),
    "==": lambda low, high, value, whole: (max(low, value), min(high, value)) if not whole or value == int(value) else (1, 0),
}


def _narrowed(atom: _Atom, whole: bool, low: float, high: float, excluded: set[float]) -> tuple[float, float, set[float]]:
    if atom.op == "!=":
        return low, high, excluded | {atom.value}
    low, high = _STEPS[atom.op](low, high, atom.value, whole)
    return low, high, excluded


def _room(low: float, high: float, excluded: set[float], whole: bool) -> bool:
    if low > high:
        return False
    if whole and math.isfinite(low) and math.isfinite(high):
        return any(value not in excluded for value in range(int(low), int(high) + 1))
    return low != high or low not in excluded

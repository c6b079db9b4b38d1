"""The typed tree of an expression. Trees are data: they are interpreted over arrays, never evaluated as Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from types import ModuleType
from typing import Any, Literal, TypeAlias

import numpy as np

Type: TypeAlias = Literal["number", "boolean", "event"]


@dataclass(frozen=True)
class Constant:
    """A number, a truth value, or a rung's name already turned into its number."""

    value: float
    type: Type = "number"


@dataclass(frozen=True)
class Name:
    """A quantity such as moscow.rung: `of` is the actor ("" for the world), `what` the observable; `shift` months (-1 = last month).

    `incident.baltic` is Name("baltic", "incident"): there `of` is the theatre of an alliance.
    """

    of: str
    what: str
    shift: int = 0
    type: Type = "number"


@dataclass(frozen=True)
class Apply:
    """An operator or a function over its arguments: + - * / < <= > >= == != and or not min max abs within.

    `and`, `or`, `min` and `max` take two or more arguments, `-` one or two; the second argument of `within` is a Constant.
    """

    op: str
    args: tuple[Expression, ...]
    type: Type = "number"


@dataclass(frozen=True)
class Query:
    """A statistic over months and runs, allowed in claims only: share, P, slope, mean; `given` is the part after the bar."""

    op: Literal["share", "P", "slope", "mean"]
    args: tuple[Expression, ...]
    given: Expression | None = None
    type: Type = "number"


Expression: TypeAlias = Constant | Name | Apply | Query
Array: TypeAlias = Any  # a NumPy or JAX array, or a plain number: the interpreter uses nothing but operators

_ARITHMETIC: dict[str, Callable[[Array, Array], Array]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _either(a: Array, b: Array) -> Array:
    return a | b


def _both(a: Array, b: Array) -> Array:
    return a & b


COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def evaluate(tree: Expression, look: Callable[[Name], Array], ops: ModuleType = np) -> Array:
    """The value of `tree`, of the shape that `look` gives for names.

    `ops` is the array library that holds `minimum` and `maximum` (pass `jax.numpy` under jit). A truth value may be a boolean
    array or 0/1. `x within k` holds where x held in this or any of the last k months, so `look` is called with shifted names.
    Queries have no value on a single month: they raise TypeError.
    """
    if isinstance(tree, Constant):
        return tree.value != 0 if tree.type != "number" else tree.value
    if isinstance(tree, Name):
        return look(tree)
    if isinstance(tree, Query):
        raise TypeError(f"{tree.op}(…) is a statistic over months and runs; it has no value in one month")
    if tree.op == "within":
        event, span = tree.args
        assert isinstance(span, Constant)
        months = (shifted(event, -back) for back in range(int(span.value) + 1))
        return reduce(_either, (evaluate(month, look, ops) != 0 for month in months))
    values = [evaluate(arg, look, ops) for arg in tree.args]
    return _apply(tree.op, values, ops)


def _apply(op: str, values: list[Array], ops: Any) -> Array:
    if op == "and":
        return reduce(_both, (value != 0 for value in values))
    if op == "or":
        return reduce(_either, (value != 0 for value in values))
    if op == "not":
        return values[0] == 0
    if op == "min":
        return reduce(ops.minimum, values)
    if op == "max":
        return reduce(ops.maximum, values)
    if op == "abs":
        return abs(values[0])
    if op == "-" and len(values) == 1:
        return -values[0]
    return _ARITHMETIC[op](values[0], values[1])


def constant_of(tree: Expression) -> float | None:
    """The value of a branch that reads no name and asks no statistic, else None. Raises ZeroDivisionError where it divides by zero."""
    if any(isinstance(branch, Name | Query) for branch in walk(tree)):
        return None
    return float(evaluate(tree, _no_names))


def _no_names(name: Name) -> Array:
    raise KeyError(name)


def parts(tree: Expression) -> tuple[Expression, ...]:
    """The branches directly under this one."""
    if isinstance(tree, Apply):
        return tree.args
    if isinstance(tree, Query):
        return tree.args if tree.given is None else (*tree.args, tree.given)
    return ()


def walk(tree: Expression) -> Iterator[Expression]:
    """The tree and every branch of it, from the root down."""
    yield tree
    for part in parts(tree):
        yield from walk(part)


def names(tree: Expression) -> tuple[Name, ...]:
    """The names in the tree, each once, in order of appearance; `x within k` counts x once with its written shift."""
    return tuple(dict.fromkeys(branch for branch in walk(tree) if isinstance(branch, Name)))


def shifted(tree: Expression, months: int) -> Expression:
    """The same tree with every name read `months` later (earlier where negative)."""
    if months == 0 or isinstance(tree, Constant):
        return tree
    if isinstance(tree, Name):
        return replace(tree, shift=tree.shift + months)
    args = tuple(shifted(arg, months) for arg in tree.args)
    if isinstance(tree, Query):
        return replace(tree, args=args, given=None if tree.given is None else shifted(tree.given, months))
    return replace(tree, args=args)


def reach(tree: Expression) -> tuple[int, int]:
    """The earliest and the latest shift that evaluating the tree looks at, `within` included."""
    if isinstance(tree, Name):
        return tree.shift, tree.shift
    spans = [reach(part) for part in parts(tree)]
    low, high = min((span[0] for span in spans), default=0), max((span[1] for span in spans), default=0)
    if isinstance(tree, Apply) and tree.op == "within" and isinstance(tree.args[1], Constant):
        low -= int(tree.args[1].value)
    return low, high


def depth(tree: Expression) -> int:
    """How many levels the tree has."""
    return 1 + max((depth(part) for part in parts(tree)), default=0)


# how tightly each operator binds; a branch that binds less tightly than its place is put in brackets
_BINDS = {"or": 1, "and": 2, "not": 3, "within": 4, **dict.fromkeys(COMPARISONS, 5), "+": 6, "-": 6, "*": 7, "/": 7}
_UNARY_MINUS = 8
_ATOM = 9


def text(tree: Expression) -> str:
    """The expression as a person would write it; reading it back gives the same tree."""
    return _text(tree)[0]


def _text(tree: Expression) -> tuple[str, int]:
    if isinstance(tree, Constant):
        if tree.type != "number":
            return ("true" if tree.value else "false"), _ATOM
        return number(tree.value), _UNARY_MINUS if tree.value < 0 else _ATOM
    if isinstance(tree, Name):
        return name_text(tree), _ATOM
    if isinstance(tree, Query):
        inner = ", ".join(text(arg) for arg in tree.args)
        given = "" if tree.given is None else f" | {text(tree.given)}"
        return f"{tree.op}({inner}{given})", _ATOM
    if tree.op in ("min", "max", "abs"):
        return f"{tree.op}({', '.join(text(arg) for arg in tree.args)})", _ATOM
    if len(tree.args) == 1:
        level = _BINDS["not"] if tree.op == "not" else _UNARY_MINUS
        inside = _placed(tree.args[0], level if tree.op == "not" else _ATOM)
        return (f"not {inside}" if tree.op == "not" else f"-{inside}"), level
    level = _BINDS[tree.op]
    # comparisons, within, and the right of + - * / take only what binds more tightly
    left = level if tree.op in "+-*/" else level + 1
    first, *rest = tree.args
    joined = _placed(first, left) + "".join(f" {tree.op} {_placed(arg, level + 1)}" for arg in rest)
    return joined, level


def _placed(tree: Expression, level: int) -> str:
    inner, binds = _text(tree)
    return inner if binds >= level else f"({inner})"


def name_text(name: Name) -> str:
    """A name as it is written: `moscow.rung[-1]`, `incident.baltic`, `months`."""
    shift = f"[{name.shift:+d}]" if name.shift else ""
    if name.what == "incident" and name.of:
        return f"incident.{name.of}{shift}"
    return f"{name.of}.{name.what}{shift}" if name.of else f"{name.what}{shift}"


def number(value: float) -> str:
    """A number without needless zeros: 3, 0.25, 1e-07."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))

"""A claim's query taken apart: a statistic of queries, a comparison and a constant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from countermove.errors import DecisionError
from countermove.questions.claims.finding import Truth
from countermove.world.expression import (
    COMPARISONS,
    Apply,
    Constant,
    Expression,
    Name,
    Query,
    evaluate,
    number,
    shifted,
    text,
    walk,
)
from countermove.world.words import percent

_PLACE = "query"  # of the names that stand for queries in a statistic
_TURNED: Mapping[str, str] = MappingProxyType({"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="})
_DENIED: Mapping[str, str] = MappingProxyType({"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="})
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal}
)


@dataclass(frozen=True)
class ClaimQuery:
    """What a claim says: the statistic of its queries stands in relation `op` to the constant."""

    statistic: Expression
    queries: tuple[Query, ...]
    op: str
    constant: float

    @property
    def only(self) -> Query | None:
        """The query, where the statistic is nothing but one query."""
        return self.queries[0] if isinstance(self.statistic, Name) else None

    @property
    def share(self) -> bool:
        """Whether the statistic is a share, from 0 to 1."""
        return self.only is not None and self.only.op in ("share", "P")

    @property
    def criterion(self) -> str:
        """What is asked of the statistic: `>= 80%`."""
        return f"{self.op} {percent(self.constant) if self.share else number(self.constant)}"

    def value(self, of: np.ndarray) -> np.ndarray:
        """The statistic [...] of the values of its queries [Q, ...]."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = evaluate(self.statistic, lambda name: of[int(name.what)])
        return np.asarray(found, np.float64)

    def true(self, value: np.ndarray) -> np.ndarray:
        """Whether the claim is true where the statistic has this value [...]."""
        return np.asarray(_COMPARE[self.op](value, self.constant))

    def verdict(self, low: float, high: float) -> Truth:
        """What can be said where the statistic lies from `low` to `high`; nothing where they are nan."""
        ends = (bool(self.true(np.asarray(low))), bool(self.true(np.asarray(high))))
        if not np.isfinite(low + high) or ends[0] != ends[1]:
            return "cannot tell"
        inside = low < self.constant < high
        if self.op in ("==", "!=") and inside:
            return "cannot tell"
        return "holds" if ends[0] else "does not hold"


def claim_query(tree: Expression) -> ClaimQuery:
    """The claim as one statistic against one constant.

    Raises:
        DecisionError: a claim that joins comparisons by `and` or `or`: that is more than one sentence.
    """
    denied = False
    while isinstance(tree, Apply) and tree.op == "not":
        tree, denied = tree.args[0], not denied
    if not isinstance(tree, Apply) or tree.op not in COMPARISONS:
        raise DecisionError(f"{text(tree)} is more than one comparison", next="Write one claim for each")
    left, right = tree.args
    op = _DENIED[tree.op] if denied else tree.op
    if not _queries(left):
        left, right, op = right, left, _TURNED[op]
    if _queries(right):
        left, right = Apply("-", (left, right)), Constant(0.0)
    queries = _queries(left)
    constant = float(evaluate(right, _nothing))
    if not queries or not np.isfinite(constant):
        raise DecisionError(f"{text(tree)} compares no statistic with a finite number")
    return ClaimQuery(_placed(left, queries), queries, op, constant)


def _nothing(name: Name) -> float:
    raise DecisionError(f"{name.what} outside a statistic")


def _queries(tree: Expression) -> tuple[Query, ...]:
    return tuple(dict.fromkeys(branch for branch in walk(tree) if isinstance(branch, Query)))


def _placed(tree: Expression, queries: tuple[Query, ...]) -> Expression:
    """The tree with a name in the place of each query."""
    if isinstance(tree, Query):
        return Name(_PLACE, str(queries.index(tree)))
    if isinstance(tree, Apply):
        return replace(tree, args=tuple(_placed(arg, queries) for arg in tree.args))
    return tree


def ahead(tree: Expression, gone: int = 0) -> Expression:
    """The tree with `x within k` read forwards: x in this month or one of the next k, of which `gone` have already passed.

    In a rule, and after the bar of a query, `within` looks back. What a query asks about is what happens after its condition: "the truce
    breaks within 6 | the truce begins".
    """
    if isinstance(tree, Apply) and tree.op == "within":
        event, span = tree.args
        assert isinstance(span, Constant)
        inner = ahead(event, gone)
        months = tuple(shifted(inner, month) for month in range(max(int(span.value) - gone, 0) + 1))
        return Apply("or", months, "boolean") if len(months) > 1 else inner
    if isinstance(tree, Apply):
        return replace(tree, args=tuple(ahead(arg, gone) for arg in tree.args))
    return tree

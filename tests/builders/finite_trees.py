"""Finite decision problems drawn at random, and what an enumeration of all full plans, which knows only trees, says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as some

from countermove.verify.decision_tree import Chance, Decision, EndNode, Node, Response

F = Fraction

MANY = settings(max_examples=500, derandomize=True, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class FigureData:
    """A problem and a strategy as hypothesis draws them."""

    trees: Mapping[str, Node]
    weights: Mapping[str, Fraction]
    cells: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]

    def mixed(self) -> Node:
        """The tree in which the theory is the first chance."""
        total = sum(self.weights.values())
        return Chance(tuple((F(self.weights[theory]) / total, tree) for theory, tree in self.trees.items()))


def shapes(draw: Any, depth: int, kinds: str = "decide decide seen hidden leaf") -> Any:
    """What a tree is made of, down to a depth."""
    kind = draw(some.sampled_from(kinds.split())) if depth > 0 else "leaf"
    if kind == "leaf":
        return kind
    width = 1 if kind == "hidden" else draw(some.sampled_from([2, 2, 3]))
    return kind, [shapes(draw, depth - 1, kinds) for _ in range(width)]


def filled(luck: Random, shape: Any, at: str) -> Node:
    """A tree of this shape. A decision, or a chance that is seen, gives what follows a new name; a hidden chance does not."""
    if shape == "leaf":
        return EndNode(F(luck.randint(-6, 6), 2), F(luck.randint(-3, 3)))
    kind, inner = shape
    if kind == "decide":
        return Decision(at, {f"a{k}": filled(luck, below, f"{at}.a{k}") for k, below in enumerate(inner)})
    if kind == "hidden":
        inner = [inner[0], inner[0]]
    branches = [filled(luck, below, at if kind == "hidden" else f"{at}.{k}") for k, below in enumerate(inner)]
    if kind == "replies":
        return Response({f"r{k}": branch for k, branch in enumerate(branches)})
    parts = [luck.randint(0, 3) for _ in branches[1:]] + [luck.randint(1, 3)]
    return Chance(tuple((F(part, sum(parts)), branch) for part, branch in zip(parts, branches, strict=True)))


def cells_in(node: Node) -> dict[str, tuple[str, ...]]:
    """Every cell with its actions."""
    match node:
        case Decision(cell, actions):
            return {cell: tuple(actions)} | {k: v for child in actions.values() for k, v in cells_in(child).items()}
        case Chance(branches):
            return {k: v for _, child in branches for k, v in cells_in(child).items()}
        case Response(options):
            return {k: v for child in options.values() for k, v in cells_in(child).items()}
        case _:
            return {}


@some.composite
def problems(draw: Any) -> FigureData:
    """One or two theories over one shape, and an owner who answers for some of its cells."""
    luck = Random(draw(some.integers(0, 2**32)))
    shape = "decide", [("seen", [("decide", [shapes(draw, 1), shapes(draw, 1)]), shapes(draw, 2)]), shapes(draw, 2)]
    trees = {theory: filled(luck, shape, "") for theory in ("one", "two")[: draw(some.integers(1, 2))]}
    cells = cells_in(trees["one"])
    answers = {cell: luck.choice(actions) for cell, actions in cells.items() if luck.random() < (0.4 if cell else 0.7)}
    assume(prod(len(actions) for cell, actions in cells.items() if cell not in answers) <= 16)
    return FigureData(trees, {theory: F(luck.randint(1, 3)) for theory in trees}, cells, answers)


Path = tuple[Fraction, EndNode, tuple[str, ...]]


def paths(node: Node, plan: Mapping[str, str]) -> Iterator[Path]:
    """Every way through a tree under a full plan: its probability, its leaf, and the cells met."""
    match node:
        case EndNode():
            yield F(1), node, ()
        case Chance(branches):
            for share, child in branches:
                yield from ((F(share) * p, leaf, met) for p, leaf, met in paths(child, plan))
        case Decision(cell, actions):
            yield from ((p, leaf, (cell, *met)) for p, leaf, met in paths(actions[plan[cell]], plan))
        case _:
            raise AssertionError


def completions(cells: Mapping[str, tuple[str, ...]], answers: Mapping[str, str]) -> list[dict[str, str]]:
    """Every full plan that agrees with the answers."""
    open_ = [cell for cell in cells if cell not in answers]
    return [dict(answers) | dict(zip(open_, chosen, strict=True)) for chosen in product(*(cells[cell] for cell in open_))]


def worth(run: list[Path]) -> Fraction:
    """The expectation over some paths."""
    return sum((p * F(leaf.value) for p, leaf, _ in run), F(0))

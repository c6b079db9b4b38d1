"""What it is worth to say the plan in public: reported apart from the cost of silence, and it may be negative.

The rival moves at `Response` nodes. It sees the whole path so far and takes the option that is best for it against the plan it
believes the owner to follow (Stackelberg 1934; Schelling 1960). What is written is public. Where the strategy is silent the rival
believes the uniform completion, unless the owner announces a full one, which is then heard, believed and kept. Options that are
equal for the rival: the one that is worse for the owner under the believed plan (the pessimistic rule), then the first. Announced
plans are pure: no lottery over actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

from countermove.errors import DecisionError
from countermove.verify.tree.partial import (
    ZERO,
    Cell,
    Chance,
    Decision,
    Leaf,
    Node,
    Number,
    Response,
    Written,
    answers_of,
    exact,
    read,
)
from countermove.verify.tree.silence import induction, mean, owed

MAX_PLANS = 2**16


@dataclass(frozen=True)
class Commitment:
    """The best completion if it is announced, the best one if nobody hears it, and the first value less the second (points).

    The plans answer the silent cells.
    """

    announced: Number
    announced_plan: Mapping[str, str]
    unheard: Number
    unheard_plan: Mapping[str, str]
    value: Number


class _Reply(NamedTuple):
    """What the two expect from a node on, and the node with the rival's replies in it."""

    rival: Number
    owner: Number
    node: Node


def _expected(branches: list[tuple[Number, _Reply]], node: Node) -> _Reply:
    return _Reply(
        sum((p * reply.rival for p, reply in branches), ZERO), sum((p * reply.owner for p, reply in branches), ZERO), node
    )


def _reply(node: Node, after: Mapping[int, _Reply], believed: Mapping[str, str]) -> _Reply:
    match node:
        case Leaf(value, rival):
            return _Reply(exact(rival, "the rival's value of a leaf"), exact(value, "the value of a leaf"), node)
        case Chance(branches):
            shares = [(exact(share, "a probability"), after[id(child)]) for share, child in branches]
            return _expected(shares, Chance(tuple((share, reply.node) for share, reply in shares)))
        case Decision(cell, actions):
            replies = {action: after[id(child)] for action, child in actions.items()}
            there = Decision(cell, {action: reply.node for action, reply in replies.items()})
            if cell in believed:
                reply = replies[believed[cell]]
                return _Reply(reply.rival, reply.owner, there)
            values = list(replies.values())
            return _Reply(mean([reply.rival for reply in values]), mean([reply.owner for reply in values]), there)
        case Response(options):
            return max((after[id(child)] for child in options.values()), key=lambda reply: (reply.rival, -reply.owner))


def answered(tree: Node, believed: Mapping[str, str]) -> tuple[Number, Node]:
    """The owner's value of the plan that the rival believes (cells without an answer: uniform), and the tree with the replies."""
    order: list[Node] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        order.append(node)
        match node:
            case Chance(branches):
                stack += [child for _, child in branches]
            case Decision(_, children) | Response(children):
                stack += children.values()
            case _:
                pass
    after: dict[int, _Reply] = {}
    for node in reversed(order):
        after[id(node)] = _reply(node, after, believed)
    return after[id(tree)].owner, after[id(tree)].node


def commitment(tree: Node, written: Written) -> Commitment:
    """The value of commitment: best completion if the rival hears it, less best if the rival goes on believing the uniform one.

    Args:
        tree: one tree, in which rival types may be chance and the rival's turns are `Response`.
        written: the strategy; its silent cells are completed.

    Raises:
        DecisionError: a tree or strategy without meaning, or more than 65,536 completions.
    """
    cells = read({"": tree}, rival_moves=True).cells
    fixed = answers_of(written, cells).all
    silent = [cell for cell in cells if cell.name not in fixed]
    plans = prod(len(cell.actions) for cell in silent)
    if plans > MAX_PLANS:
        raise DecisionError(f"{plans} completions to announce, at most {MAX_PLANS}", next="Answer more cells, or cut the tree")
    announced: Number | None = None
    best: dict[str, str] = {}
    for actions in product(*(cell.actions for cell in silent)):
        plan = {cell.name: action for cell, action in zip(silent, actions, strict=True)}
        value, _ = answered(tree, fixed | plan)
        if announced is None or value > announced:
            announced, best = value, plan
    assert announced is not None  # there is always the empty completion
    unheard, plan = _unheard(tree, cells, fixed)
    return Commitment(announced, best, unheard, plan, announced - unheard)


def _unheard(tree: Node, cells: tuple[Cell, ...], fixed: Mapping[str, str]) -> tuple[Number, dict[str, str]]:
    """The best completion against replies to the uniform one."""
    flow = read({"": answered(tree, fixed)[1]}).flows[""]
    after = induction(cells, owed(cells, flow), fixed, max)
    plan = {c.name: max(c.actions, key=lambda action: after[c.name, action]) for c in cells if c.name not in fixed}
    return after[None], plan

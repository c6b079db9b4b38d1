"""Finite problems of one owner, in fractions: what a strategy leaves unsaid, what that costs, and what saying it in public is worth.

This is the definition of what `gaps` estimates on the simulator. A cell is what the owner knows, so that several nodes may be the same cell.
With perfect recall (every node of a cell has the same own past) the cells form a forest, and all that is needed is a sum per cell and per
move, the owner's own moves counted as certain (the sequence form: von Stengel 1996; Koller & Megiddo 1992). An owner who does not know the
rival's theory faces the tree in which the theory is the first chance.

A completion answers every silent cell. With W(i, a) the part of the value that comes after action a in cell i, two inductions over the cells
from the deepest up give V+ (every silent cell answered for the best) and V- (for the worst); the cost of silence is V+ - V-. For a cell i that
can be the first silence, with probability rho(i) whatever the completion,

    gap(i)    = rho(i) (max_a Q - min_a Q)  where the best completion goes on after a: max_a W+(i, a) - min_a W+(i, a),
    spread(i) = max_a W+(i, a) - min_a W-(i, a): the worst completion goes on after the worst answer,

so gap(i) <= spread(i), and the spreads sum to the cost of silence. The gaps need not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import NamedTuple

Move = tuple[str, str]  # a cell and the action taken there
Pick = Callable[[Sequence[Fraction]], Fraction]  # what is made of the values of the actions of a silent cell: max, min or mean
ZERO = Fraction(0)


@dataclass(frozen=True)
class EndNode:
    """An end: what it is worth to the owner, and to the rival where a `Response` looks at it; points."""

    value: Fraction
    rival: Fraction = ZERO


@dataclass(frozen=True)
class Chance:
    """Nature, or a rival whose theory is fixed: branches (probability, node), which sum to 1."""

    branches: tuple[tuple[Fraction, Node], ...]


@dataclass(frozen=True)
class Decision:
    """The owner's turn in an information cell: at least two actions."""

    cell: str
    actions: Mapping[str, Node]


@dataclass(frozen=True)
class Response:
    """The turn of a rival that looks for its own best reply; only `commitment` knows what it does."""

    options: Mapping[str, Node]


Node = EndNode | Chance | Decision | Response


@dataclass(frozen=True)
class InformationCell:
    """What the owner can know: its admissible actions, and its last own move before (None: there was none)."""

    name: str
    actions: tuple[str, ...]
    after: Move | None


@dataclass(frozen=True)
class TreeFlow:
    """What chance does if the owner always plays towards it: the cells, each after the cells of its past, the probability of each, and what
    each move (None: the start) brings before the owner moves again."""

    cells: tuple[InformationCell, ...]
    reach: Mapping[str, Fraction]
    brings: Mapping[Move | None, Fraction]


def flow_of(tree: Node) -> TreeFlow:
    """The flow through a tree; the options of a `Response` each count as certain, so that only the cells have a meaning where there is one."""
    cells: dict[str, InformationCell] = {}
    reach: dict[str, Fraction] = defaultdict(Fraction)
    brings: dict[Move | None, Fraction] = defaultdict(Fraction)

    def walk(node: Node, chance: Fraction, after: Move | None) -> None:
        match node:
            case EndNode(value):
                brings[after] += chance * value
            case Chance(branches):
                for share, child in branches:
                    walk(child, chance * share, after)
            case Decision(cell, actions):
                cells.setdefault(cell, InformationCell(cell, tuple(actions), after))
                reach[cell] += chance
                for action, child in actions.items():
                    walk(child, chance, (cell, action))
            case Response(options):
                for child in options.values():
                    walk(child, chance, after)

    walk(tree, Fraction(1), None)
    return TreeFlow(tuple(cells.values()), reach, brings)


def mean(values: Sequence[Fraction]) -> Fraction:
    """Of a silent cell that is answered at random."""
    return sum(values, ZERO) / len(values)


def induction(flow: TreeFlow, answers: Mapping[str, str], pick: Pick) -> dict[Move | None, Fraction]:
    """All that comes after each move and, under None, from the start: W, from the deepest cell up; `answers` [cell] are the actions said."""
    after = defaultdict(Fraction, flow.brings)
    for cell in reversed(flow.cells):
        if cell.name in answers:
            after[cell.after] += after[cell.name, answers[cell.name]]
        else:
            after[cell.after] += pick([after[cell.name, action] for action in cell.actions])
    return after


@dataclass(frozen=True)
class SilentCell:
    """A cell that can be the first silence: the probability that it is, its `gap` and its `spread` as at the head of this file."""

    cell: str
    first: Fraction
    gap: Fraction
    spread: Fraction


@dataclass(frozen=True)
class SilenceCost:
    """V+, V-, and the value if silent cells are answered at random; the cells that can be the first silence, the costliest first."""

    best: Fraction
    worst: Fraction
    uniform: Fraction
    gaps: tuple[SilentCell, ...]

    @property
    def cost(self) -> Fraction:
        """Of silence, V+ - V-."""
        return self.best - self.worst

    @property
    def mass(self) -> Fraction:
        """The probability of any silence."""
        return sum((gap.first for gap in self.gaps), ZERO)


def silence(tree: Node, answers: Mapping[str, str]) -> SilenceCost:
    """What the strategy that says these answers (cell -> action) leaves unsaid in a tree without a `Response`."""
    flow = flow_of(tree)
    best, worst, uniform = (induction(flow, answers, pick) for pick in (max, min, mean))
    led: set[str] = set()  # cells to which nothing but the answers leads
    gaps: list[SilentCell] = []
    for cell in flow.cells:
        if cell.after is None or (cell.after[0] in led and answers.get(cell.after[0]) == cell.after[1]):
            led.add(cell.name)
            if cell.name not in answers and flow.reach[cell.name] > 0:
                high = [best[cell.name, action] for action in cell.actions]
                low = min(worst[cell.name, action] for action in cell.actions)
                gaps.append(SilentCell(cell.name, flow.reach[cell.name], max(high) - min(high), max(high) - low))
    gaps.sort(key=lambda gap: gap.gap, reverse=True)
    return SilenceCost(best[None], worst[None], uniform[None], tuple(gaps))


@dataclass(frozen=True)
class Commitment:
    """What the best completion is worth if it is announced, and what the best one is if nobody hears it; with the plans, cell -> action."""

    announced: Fraction
    announced_plan: Mapping[str, str]
    unheard: Fraction
    unheard_plan: Mapping[str, str]

    @property
    def value(self) -> Fraction:
        """What saying it is worth; it may be negative."""
        return self.announced - self.unheard


def commitment(tree: Node, answers: Mapping[str, str]) -> Commitment:
    """What it is worth to say the plan in public, apart from the cost of silence.

    The rival moves at `Response` nodes. It sees the whole path so far and takes the option that is best for it against the plan it believes
    the owner to follow (Stackelberg 1934; Schelling 1960). What is said is public. Where the strategy is silent the rival believes the
    uniform completion, unless the owner announces a full one, which is then heard, believed and kept. Options that are equal for the rival: the
    one that is worse for the owner under the believed plan (the pessimistic rule), then the first. Announced plans are pure.
    """
    silent = [cell for cell in flow_of(tree).cells if cell.name not in answers]
    plans = [
        {cell.name: action for cell, action in zip(silent, actions, strict=True)}
        for actions in product(*(cell.actions for cell in silent))
    ]
    values = [_replied(tree, {**answers, **plan}).owner for plan in plans]
    flow = flow_of(_replied(tree, answers).node)
    after = induction(flow, answers, max)
    unheard = {cell.name: max(cell.actions, key=lambda action: after[cell.name, action]) for cell in silent}
    return Commitment(max(values), plans[values.index(max(values))], after[None], unheard)


class _Reply(NamedTuple):
    """What the two expect from a node on, and the node with the rival's replies in it."""

    rival: Fraction
    owner: Fraction
    node: Node


def _replied(node: Node, believed: Mapping[str, str]) -> _Reply:
    """Against the plan that the rival believes; a cell of which it says nothing is answered at random."""
    match node:
        case EndNode(value, rival):
            return _Reply(rival, value, node)
        case Chance(branches):
            shares = [(share, _replied(child, believed)) for share, child in branches]
            rival = sum((share * reply.rival for share, reply in shares), ZERO)
            owner = sum((share * reply.owner for share, reply in shares), ZERO)
            return _Reply(rival, owner, Chance(tuple((share, reply.node) for share, reply in shares)))
        case Decision(cell, actions):
            replies = {action: _replied(child, believed) for action, child in actions.items()}
            likely = [replies[believed[cell]]] if cell in believed else list(replies.values())
            there = Decision(cell, {action: reply.node for action, reply in replies.items()})
            return _Reply(mean([reply.rival for reply in likely]), mean([reply.owner for reply in likely]), there)
        case Response(options):
            ranked = [_replied(child, believed) for child in options.values()]
            return max(ranked, key=lambda reply: (reply.rival, -reply.owner))

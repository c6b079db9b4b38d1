"""Finite decision problems of one owner, and strategies that answer only part of them.

A problem is one tree per theory of the rival, all with the same information cells of the owner: under a theory the rival's
responses are chance. A cell is what the owner knows, so that several nodes, in one tree or in several, may be the same cell. With
perfect recall (every node of a cell has the same own past) the cells form a forest: after each move, chance alone says which cell
comes next. All that the gap check needs is then a sum per cell and per move, the owner's own moves counted as certain (the sequence
form: von Stengel 1996; Koller & Megiddo 1992), and a mixture of theories is the mixture of these sums. Arithmetic is exact as long
as every number is an int or a Fraction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational, Real
from typing import NamedTuple

from countermove.decision.cells import nearest
from countermove.errors import DecisionError

Number = Fraction | float
Move = tuple[str, str]  # a cell and the action taken there

ZERO = Fraction(0)
SUM_TOLERANCE = 1e-9
LARGEST = 1e300  # so that no sum of floats overflows


@dataclass(frozen=True)
class Leaf:
    """An end: what it is worth to the owner (points), and to the rival where a `Response` looks at it."""

    value: Number
    rival: Number = 0
    label: str = ""


@dataclass(frozen=True)
class Chance:
    """Nature, or a rival whose theory is fixed: branches (probability, node), which sum to 1."""

    branches: tuple[tuple[Number, Node], ...]


@dataclass(frozen=True)
class Decision:
    """The owner's turn in an information cell: at least two actions."""

    cell: str
    actions: Mapping[str, Node]


@dataclass(frozen=True)
class Response:
    """The turn of a rival that looks for its own best reply (commitment.py); the gap check refuses it."""

    options: Mapping[str, Node]


Node = Leaf | Chance | Decision | Response


@dataclass(frozen=True)
class Cell:
    """What the owner can know: its admissible actions, and its own past (cell, action) on the way there, the earliest first."""

    name: str
    actions: tuple[str, ...]
    past: tuple[Move, ...]

    @property
    def after(self) -> Move | None:
        """The owner's last move before this cell; None at the start."""
        return self.past[-1] if self.past else None


class End(NamedTuple):
    """A leaf, the owner's last move before it (None: it never moved), and the probability of all chance on the way."""

    after: Move | None
    probability: Number
    leaf: Leaf


@dataclass(frozen=True)
class Flow:
    """What chance does under one theory if the owner always plays towards it: P(cell), and the leaves."""

    reach: Mapping[str, Number]
    ends: tuple[End, ...]


@dataclass(frozen=True)
class Problem:
    """The cells, each after the cells of its past, and the chances of each theory."""

    cells: tuple[Cell, ...]
    flows: Mapping[str, Flow]


def exact(number: object, what: str) -> Number:
    """The number as a Fraction, or as a float if it is one; raises DecisionError if it is no number, or too large to be summed."""
    value: Number = math.nan
    if isinstance(number, Fraction):
        value = number
    elif isinstance(number, Rational) and not isinstance(number, int):
        value = Fraction(int(number.numerator), int(number.denominator))
    elif isinstance(number, int) and not isinstance(number, bool):
        value = Fraction(number)
    elif isinstance(number, float) or (isinstance(number, Real) and not isinstance(number, int)):
        value = float(number)
    try:
        usable = abs(float(value)) <= LARGEST
    except OverflowError:
        usable = False
    if not usable:
        raise DecisionError(f"{what} is {str(number)[:60]}, not a number from -1e300 to 1e300")
    return value


def read(trees: Mapping[str, Node], *, rival_moves: bool = False) -> Problem:
    """The cells and chances of a problem.

    Args:
        trees: theory -> its tree.
        rival_moves: let `Response` nodes pass; every option then counts as certain, so that only the cells have a meaning.

    Raises:
        DecisionError: no theory, probabilities that are negative or do not sum to 1, a number that is not finite, a decision
            between fewer than two actions, no perfect recall, nodes of one cell with different actions, a `Response` where none is
            allowed.
    """
    if not trees:
        raise DecisionError("there is no theory, so there is no tree to decide in")
    cells: dict[str, Cell] = {}
    flows = {theory: _walk(theory, tree, cells, rival_moves) for theory, tree in trees.items()}
    return Problem(tuple(sorted(cells.values(), key=lambda cell: len(cell.past))), flows)


def _walk(theory: str, tree: Node, cells: dict[str, Cell], rival_moves: bool) -> Flow:
    reach: dict[str, Number] = {}
    ends: list[End] = []
    stack: list[tuple[Node, Number, tuple[Move, ...]]] = [(tree, Fraction(1), ())]
    where = f"theory {theory}" if theory else ""
    while stack:
        node, chance, past = stack.pop()
        match node:
            case Leaf(value, rival, label):
                sound = Leaf(exact(value, "the value of a leaf"), exact(rival, "the rival's value of a leaf"), label)
                ends.append(End(past[-1] if past else None, chance, sound))
            case Chance(branches):
                stack += [(child, chance * share, past) for share, child in reversed(_shares(branches, where))]
            case Decision(cell, actions):
                _meet(Cell(cell, tuple(actions), past), cells, where)
                reach[cell] = reach.get(cell, ZERO) + chance
                stack += [(child, chance, (*past, (cell, action))) for action, child in reversed(list(actions.items()))]
            case Response(options) if rival_moves and options:
                stack += [(child, chance, past) for child in reversed(list(options.values()))]
            case _:
                raise DecisionError(f"{type(node).__name__} has no place here", where=where, next=_PLACE)
    return Flow(reach, tuple(ends))


_PLACE = "Under a theory the rival's responses are fixed: write them as Chance. A Response needs an option"


def _shares(branches: tuple[tuple[Number, Node], ...], where: str) -> list[tuple[Number, Node]]:
    shares = [(exact(share, "a probability"), child) for share, child in branches]
    total = sum((share for share, _ in shares), ZERO)
    off = total != 1 if isinstance(total, Fraction) else abs(total - 1) > SUM_TOLERANCE
    if off or any(share < 0 for share, _ in shares):
        raise DecisionError(
            f"probabilities {', '.join(str(share) for share, _ in shares)} of a chance node", where=where, next=_SUM
        )
    return shares


_SUM = "They must be 0 or more and sum to 1"


def _meet(cell: Cell, cells: dict[str, Cell], where: str) -> None:
    """Take a cell in, or compare it with the one already there."""
    if len(cell.actions) < 2:
        raise DecisionError(f'"{cell.name}" has {len(cell.actions)} actions', where=where, next="Put what follows in its place")
    if cell.name in (name for name, _ in cell.past):
        raise DecisionError(f'"{cell.name}" comes twice on one path', where=where, next="Name the two after what is known there")
    known = cells.setdefault(cell.name, cell)
    if set(known.actions) != set(cell.actions):
        what = f'"{cell.name}" offers {", ".join(known.actions)} in one node and {", ".join(cell.actions)} in another'
        raise DecisionError(what, where=where, next="What the owner cannot tell apart offers the same actions")
    if known.past != cell.past:
        what = f'"{cell.name}" is reached after {_told(known.past)} and after {_told(cell.past)}: no perfect recall'
        raise DecisionError(what, where=where, next="Give the two pasts cells of their own")


def _told(past: tuple[Move, ...]) -> str:
    return " then ".join(f"{action} in {cell}" for cell, action in past) or "no move"


def mixture(flows: Mapping[str, Flow], weights: Mapping[str, Number]) -> Flow:
    """The chances of an owner that does not know the theory.

    Raises:
        DecisionError: a theory without a weight, a weight without a theory, one that is negative or not finite, or only zeros.
    """
    astray = sorted(set(flows) ^ set(weights))
    if astray:
        raise DecisionError(f"trees and weights differ in {', '.join(astray)}", next="Give every theory a weight; 0 leaves it out")
    given = {theory: exact(weight, f"the weight of {theory}") for theory, weight in weights.items()}
    total = sum(given.values(), ZERO)
    if total <= 0 or any(weight < 0 for weight in given.values()):
        raise DecisionError("weights of theories are 0 or more, and one at least is above 0")
    reach: dict[str, Number] = {}
    ends: list[End] = []
    for theory, flow in flows.items():
        share = given[theory] / total
        for cell, chance in flow.reach.items():
            reach[cell] = reach.get(cell, ZERO) + share * chance
        ends += [End(after, share * probability, leaf) for after, probability, leaf in flow.ends]
    return Flow(reach, tuple(ends))


@dataclass(frozen=True)
class Rule:
    """One action for the cells in which its guard holds."""

    action: str
    cells: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Written:
    """A strategy as it is written: rules, the first that matches wins, and what is done where no rule matches.

    `otherwise` answers only cells that offer its action. Cells that neither answers are silent.
    """

    rules: tuple[Rule, ...] = ()
    otherwise: str | None = None


@dataclass(frozen=True)
class Contradiction:
    """A cell in which rules (by name) give different actions, in their order; the first wins."""

    cell: str
    rules: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """What a written strategy answers: cell -> action by a rule, by default; cell -> the place of the rule that wins there."""

    ruled: Mapping[str, str]
    by_default: Mapping[str, str]
    winner: Mapping[str, int]
    contradictions: tuple[Contradiction, ...]

    @property
    def all(self) -> dict[str, str]:
        """Rules and default together."""
        return {**self.by_default, **self.ruled}


def name_of(rules: tuple[Rule, ...], place: int) -> str:
    """The name of a rule, else its place, counted from 1."""
    return rules[place].name or f"rule {place + 1}"


def answers_of(written: Written, cells: Iterable[Cell]) -> Answers:
    """The cells that a strategy answers.

    Raises:
        DecisionError: a rule on a cell, or an action, that does not exist; a default that no cell offers.
    """
    known = {cell.name: cell for cell in cells}
    matching: dict[str, list[int]] = {name: [] for name in known}
    for place, rule in enumerate(written.rules):
        for cell in dict.fromkeys(rule.cells):
            where = name_of(written.rules, place)
            if cell not in known:
                raise DecisionError(f'no tree has the cell "{cell}"', where=where, next=nearest(cell, known))
            if rule.action not in known[cell].actions:
                what = f'"{rule.action}" is not an action in "{cell}"'
                raise DecisionError(what, where=where, next=nearest(rule.action, known[cell].actions))
            matching[cell].append(place)
    winner = {cell: places[0] for cell, places in matching.items() if places}
    other = written.otherwise
    by_default = {name: other for name, cell in known.items() if name not in winner and other is not None and other in cell.actions}
    offered = {action for cell in known.values() for action in cell.actions}
    if other is not None and known and other not in offered:
        raise DecisionError(f'no cell offers the default "{other}"', next=nearest(other, sorted(offered)))
    contradictions: list[Contradiction] = []
    for cell, places in matching.items():
        actions = tuple(written.rules[place].action for place in places)
        if len(set(actions)) > 1:
            contradictions.append(Contradiction(cell, tuple(name_of(written.rules, place) for place in places), actions))
    ruled = {cell: written.rules[place].action for cell, place in winner.items()}
    return Answers(ruled, by_default, winner, tuple(contradictions))

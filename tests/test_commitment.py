"""What it is worth to say the plan in public: games with a known answer, and all plans enumerated."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

from finite_trees import MANY, cells_in, completions, filled, paths, shapes, worth
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from countermove.verify.tree.commitment import commitment
from countermove.verify.tree.partial import Chance, Decision, Leaf, Node, Response, Rule, Written

F = Fraction


def entry(fight: int = -1) -> Node:
    """The rival enters or stays out; then the owner fights or gives way (Selten's chain store)."""
    entered = Decision("entered", {"fight": Leaf(-1, fight), "give way": Leaf(1, 1)})
    return Response({"enter": entered, "stay out": Leaf(2, 0)})


def hidden(first: int = 1) -> Node:
    """Matching pennies in which the rival moves first and unseen."""
    return Response(
        {
            "left": Decision("guess", {"left": Leaf(1, -1), "right": Leaf(-1, first)}),
            "right": Decision("guess", {"left": Leaf(-1, 1), "right": Leaf(1, -1)}),
        }
    )


def test_saying_it_can_pay() -> None:
    """A threat to fight keeps the rival out: 2. Unheard, entering is as good to it (a tie, against the owner): 1 by giving way."""
    found = commitment(entry(), Written())
    assert (found.announced, found.unheard, found.value) == (2, 1, 1)
    assert (found.announced_plan, found.unheard_plan) == ({"entered": "fight"}, {"entered": "give way"})


def test_ambiguity_can_pay() -> None:
    """Who announces where to guess is wrong for sure: -1; unheard the rival goes left (2 > 0) and is met there: 1."""
    found = commitment(hidden(first=5), Written())
    assert (found.announced, found.unheard, found.value) == (-1, 1, -2)
    assert found.unheard_plan == {"guess": "left"}


def test_nothing_to_say() -> None:
    """The fear of a worse fight deters without a word; a complete strategy, or a rival that does not listen, gives 0."""
    assert commitment(entry(fight=-2), Written()).value == 0
    assert commitment(entry(), Written((Rule("fight", ("entered",)),))).value == 0
    deaf = commitment(Decision("x", {"yes": Leaf(2), "no": Chance(((F(1, 2), Leaf(7)), (F(1, 2), Leaf(-1))))}), Written())
    assert (deaf.announced, deaf.unheard, deaf.value, deaf.announced_plan) == (3, 3, 0, {"x": "no"})


def replied(node: Node, plan: Mapping[str, str]) -> tuple[Fraction, Fraction, Node]:
    """The rival's and the owner's expectation under a believed plan (no answer: any action), and the tree with the replies."""
    match node:
        case Leaf(value, rival):
            return F(rival), F(value), node
        case Response(options):
            ranked = [replied(child, plan) for child in options.values()]
            top = max(rival for rival, _, _ in ranked)
            return min((r for r in ranked if r[0] == top), key=lambda r: r[1])
        case Chance(branches):
            parts = [(F(share), *replied(child, plan)) for share, child in branches]
        case Decision(cell, actions):
            told = {a: replied(child, plan) for a, child in actions.items()}
            likely = {a: F(a == plan[cell]) if cell in plan else F(1, len(actions)) for a in actions}
            after = Decision(cell, {a: kept for a, (_, _, kept) in told.items()})
            return sum(likely[a] * told[a][0] for a in told), sum(likely[a] * told[a][1] for a in told), after
    return (
        sum(p * r for p, r, _, _ in parts),
        sum(p * o for p, _, o, _ in parts),
        Chance(tuple((p, kept) for p, _, _, kept in parts)),
    )


@settings(MANY, max_examples=50)
@given(some.data())
def test_commitment_enumerated(data: Any) -> None:
    """Against all completions, each played against the replies that it or its absence brings about."""
    luck = Random(data.draw(some.integers(0, 2**32)))
    shape = shapes(data.draw, 4, "decide decide replies replies hidden leaf")
    tree = filled(luck, ("replies", [shape, "leaf"]), "")
    cells = cells_in(tree)
    answers = {cell: actions[0] for cell, actions in cells.items() if luck.random() < 0.25}
    assume(prod(len(actions) for cell, actions in cells.items() if cell not in answers) <= 16)
    found = commitment(tree, Written(tuple(Rule(action, (cell,)) for cell, action in answers.items())))
    plans = completions(cells, answers)
    assert found.announced == max(replied(tree, plan)[1] for plan in plans)
    unheard = replied(tree, answers)[2]
    assert found.unheard == max(worth(list(paths(unheard, plan))) for plan in plans)
    assert found.value == found.announced - found.unheard
    assert found.announced == replied(tree, answers | dict(found.announced_plan))[1]
    assert found.unheard == worth(list(paths(unheard, answers | dict(found.unheard_plan))))

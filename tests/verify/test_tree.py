"""Finite problems: what is left unsaid and what saying it is worth, against a brute force that knows only trees and plans; and `gaps` on them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from builders.finite_trees import MANY, FigureData, cells_in, completions, filled, paths, problems, shapes, worth
from countermove.questions.gaps.completions import Player
from countermove.questions.gaps.completions import silence as estimated
from countermove.verify.decision_tree import Chance, Decision, EndNode, Node, Response, SilenceCost, SilentCell, commitment, silence
from countermove.verify.silences import SENT, entry, hidden, sent

F = Fraction


# --- silence ------------------------------------------------------------------------------------------------------------


def test_counted_by_hand() -> None:
    """The gap of the escalation is 2/5 x (-1 + 5/2); its spread is all of the cost of silence. Nobody is silent in a complete strategy."""
    found = silence(sent(), SENT)
    assert found.gaps == (SilentCell("escalated", F(2, 5), F(3, 5), F(7, 10)),)
    whole = silence(sent(), {**SENT, "escalated": "back down", "stalemate": "hold"})
    assert (whole.cost, whole.mass, whole.gaps) == (0, 0, ())
    assert silence(Chance(((F(1, 2), EndNode(F(1))), (F(1, 2), EndNode(F(2))))), {}) == SilenceCost(F(3, 2), F(3, 2), F(3, 2), ())


def test_what_is_never_reached_is_no_gap() -> None:
    """By chance, or because the strategy goes elsewhere."""
    never = Decision("x", {"yes": EndNode(F(1)), "no": EndNode(F(0))})
    assert silence(Chance(((F(1), EndNode(F(0))), (F(0), never))), {}).gaps == ()
    assert silence(sent(), {"start": "refuse"}).gaps == ()


def agrees(found: SilenceCost, tree: Node, drawn: FigureData) -> None:
    """The account of one tree against the enumeration of all completions."""
    plans = completions(drawn.cells, drawn.answers)
    runs = [list(paths(tree, plan)) for plan in plans]
    values = [worth(run) for run in runs]
    assert (found.best, found.worst, found.uniform) == (max(values), min(values), sum(values, F(0)) / len(values))
    silent = [cell for cell in drawn.cells if cell not in drawn.answers]
    rows = {row.cell: row for row in found.gaps}
    for cell in silent:
        firsts = [[path for path in run if next((c for c in path[2] if c in silent), "") == cell] for run in runs]
        masses = {sum((p for p, _, _ in first), F(0)) for first in firsts}
        assert masses == {rows[cell].first if cell in rows else 0}  # whatever the completion
        if cell not in rows:
            continue
        after = {a: [worth(first) for plan, first in zip(plans, firsts, strict=True) if plan[cell] == a] for a in drawn.cells[cell]}
        top = [max(after[a]) for a in after]
        assert rows[cell].gap == max(top) - min(top)
        assert rows[cell].spread == max(top) - min(min(after[a]) for a in after)
    assert sum((row.spread for row in found.gaps), F(0)) == found.cost
    assert sum((row.gap for row in found.gaps), F(0)) <= found.cost
    assert [row.gap for row in found.gaps] == sorted((row.gap for row in found.gaps), reverse=True)


@settings(MANY, max_examples=200)
@given(problems())
def test_every_completion_enumerated(drawn: FigureData) -> None:
    """Each theory alone, and the theory unknown as a tree whose first chance is the theory: exactly equal, in fractions."""
    found = {theory: silence(tree, drawn.answers) for theory, tree in drawn.trees.items()}
    for theory, tree in drawn.trees.items():
        agrees(found[theory], tree, drawn)
    mixed = silence(drawn.mixed(), drawn.answers)
    agrees(mixed, drawn.mixed(), drawn)
    shares = {theory: F(weight) / sum(drawn.weights.values()) for theory, weight in drawn.weights.items()}
    assert mixed.cost <= sum(shares[theory] * account.cost for theory, account in found.items())


@settings(MANY, max_examples=100)
@given(problems(), some.data())
def test_an_answer_more_never_raises_the_cost(drawn: FigureData, data: Any) -> None:
    """Answers are added one by one until the strategy is complete: CS never rises, and ends at 0 with nothing silent."""
    answers, before = dict(drawn.answers), silence(drawn.mixed(), drawn.answers)
    for cell in data.draw(some.permutations([cell for cell in drawn.cells if cell not in drawn.answers])):
        answers[cell] = data.draw(some.sampled_from(drawn.cells[cell]))
        after = silence(drawn.mixed(), answers)
        assert after.cost <= before.cost
        assert before.worst <= after.worst <= after.best <= before.best
        before = after
    assert (before.cost, before.mass, before.gaps) == (0, 0, ())


# --- what `gaps` estimates ----------------------------------------------------------------------------------------------


class OnATree:
    """A player of the gap check whose runs are ways through the tree of `sent`, cells in the order of CELLS; chance is the same in paired runs."""

    CELLS = ("escalated", "stalemate")
    ACTIONS = (("back down", "match"), ("hold", "further"))
    pair = ("sent", "tree")

    def __init__(self, draws: int) -> None:
        self.batch = SimpleNamespace(draws=np.arange(draws))
        self.cells = [SimpleNamespace(answers=(0, 1)) for _ in self.CELLS]

    def by_people(self, measures: np.ndarray) -> np.ndarray:
        """Nobody else has values."""
        return np.zeros((0, measures.shape[-1]))

    def play(self, luck: int, answers: np.ndarray) -> tuple[np.ndarray, Any]:
        """All draws under one luck: their worth, and where they were silent."""
        n = self.batch.draws.size
        chances = np.random.default_rng(luck).random((n, 2))
        points, silences, first = np.zeros(n), np.zeros((2, n)), np.full(n, -1)
        for run in range(n):
            plan = {cell: actions[int(a)] for cell, actions, a in zip(self.CELLS, self.ACTIONS, answers[:, run], strict=True)}
            node, luck_left = sent(), list(chances[run])
            while not isinstance(node, EndNode):
                if isinstance(node, Decision):
                    if node.cell in self.CELLS:
                        place = self.CELLS.index(node.cell)
                        silences[place, run] = 1
                        first[run] = place if first[run] < 0 else first[run]
                    node = node.actions[{**SENT, **plan}[node.cell]]
                else:
                    assert isinstance(node, Chance)
                    u, edges = luck_left.pop(0), np.cumsum([float(share) for share, _ in node.branches])
                    node = node.branches[int(np.searchsorted(edges, u))][1]
            points[run] = float(node.value)
        blank = np.zeros((0, n))
        return points, SimpleNamespace(silences=silences, first=first, fired=blank, together=blank, measures=blank)


def test_gaps_finds_what_the_tree_says() -> None:
    """Searched on one luck and scored on another: the mass, V+ and V- of the tree, within four standard errors; that of the cost is below .06."""
    tree, n = silence(sent(), SENT), 2000
    found = estimated(cast(Player, OnATree(n)), seed=0)
    assert (found.best.tolist(), found.worst.tolist()) == ([0, 0], [1, 1])
    mass = float(tree.mass)
    assert abs(found.silent / n - mass) < 4 * np.sqrt(mass * (1 - mass) / n)
    for values, right in zip(found.values, (tree.best, tree.worst), strict=True):
        assert abs(values.mean() - float(right)) < 4 * values.std() / np.sqrt(n)
    cost, se = found.cost
    assert abs(cost - float(tree.cost)) < 4 * se < 0.24
    question = found.trial.mean[0, 0] - found.trial.mean[0, 1]  # `match`, the stalemate answered for the best
    assert abs(question - float(tree.gaps[0].gap)) < 4 * np.hypot(*found.trial.se[0, :2])


# --- commitment ---------------------------------------------------------------------------------------------------------


def test_saying_it_can_pay() -> None:
    """A threat to fight keeps the rival out: 2. Unheard, entering is as good to it (a tie, against the owner): 1 by giving way."""
    found = commitment(entry(), {})
    assert (found.announced, found.unheard, found.value) == (2, 1, 1)
    assert (found.announced_plan, found.unheard_plan) == ({"entered": "fight"}, {"entered": "give way"})


def test_ambiguity_can_pay() -> None:
    """Who announces where to guess is wrong for sure: -1; unheard the rival goes left (2 > 0) and is met there: 1."""
    found = commitment(hidden(), {})
    assert (found.announced, found.unheard, found.value) == (-1, 1, -2)
    assert found.unheard_plan == {"guess": "left"}


def test_nothing_to_say() -> None:
    """A complete strategy, or a rival that does not listen, gives 0."""
    assert commitment(entry(), {"entered": "fight"}).value == 0
    deaf = commitment(
        Decision("x", {"yes": EndNode(F(2)), "no": Chance(((F(1, 2), EndNode(F(7))), (F(1, 2), EndNode(F(-1)))))}), {}
    )
    assert (deaf.announced, deaf.unheard, deaf.value, deaf.announced_plan) == (3, 3, 0, {"x": "no"})


def replied(node: Node, plan: Mapping[str, str]) -> tuple[Fraction, Fraction, Node]:
    """The rival's and the owner's expectation under a believed plan (no answer: any action), and the tree with the replies."""
    match node:
        case EndNode(value, rival):
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
    found = commitment(tree, answers)
    plans = completions(cells, answers)
    assert found.announced == max(replied(tree, plan)[1] for plan in plans)
    unheard = replied(tree, answers)[2]
    assert found.unheard == max(worth(list(paths(unheard, plan))) for plan in plans)
    assert found.announced == replied(tree, answers | dict(found.announced_plan))[1]
    assert found.unheard == worth(list(paths(unheard, answers | dict(found.unheard_plan))))

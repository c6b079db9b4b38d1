"""From the ends to the root: games known by heart, ties that are told, agreement with other code, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.best_replies import best_reply
from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node, matrix_game
from countermove.games.played_out import payoffs
from countermove.games.subgame import backward_induction
from countermove.games.zero_sum import zero_sum


def test_a_threat_that_nobody_would_carry_out() -> None:
    """Selten 1965: the one who is entered upon shares, whatever he says before."""
    fight = Move("store", "entered", {"fight": End((-1, -1)), "share": End((1, 1))})
    answer = backward_induction(Game(("entrant", "store"), Move("entrant", "start", {"out": End((0, 2)), "enter": fight})))
    assert answer.choices == {"start": "enter", "entered": "share"}
    assert (answer.payoffs, answer.ties) == ((1, 1), {})


def centipede(steps: int) -> Game:
    """Rosenthal 1981: who takes has the larger heap, and heaps grow with each pass."""
    node: Node = End((steps, steps))
    for k in reversed(range(steps)):
        who = k % 2
        take = End((k + 2, k) if who == 0 else (k, k + 2))
        node = Move("ab"[who], f"step {k}", {"pass": node, "take": take})
    return Game(("a", "b"), node)


def test_the_centipede_takes_at_once() -> None:
    """Rosenthal 1981; 2,000 steps deep, without recursion."""
    for steps in (1, 2, 7, 2000):
        answer = backward_induction(centipede(steps))
        assert answer.choices["step 0"] == "take"
        assert answer.payoffs == (2, 0)


def test_ties_are_told() -> None:
    """The second is indifferent and decides what the first gets: the first action written is taken, and both are named."""
    reply = Move("b", "asked", {"yes": End((1, 0)), "no": End((-1, 0)), "never": End((0, -1))})
    answer = backward_induction(Game(("a", "b"), Move("a", "start", {"ask": reply, "leave": End((0, 0))})))
    assert answer.choices == {"start": "ask", "asked": "yes"}
    assert answer.ties == {"asked": ("yes", "no")}


def test_chance_is_averaged() -> None:
    """A lottery against what is sure."""
    lottery = Chance(((0.5, End((3,))), (0.5, End((-1,)))))
    answer = backward_induction(Game(("a",), Move("a", "a", {"sure": End((0.9,)), "dare": lottery})))
    assert (answer.payoffs, answer.behaviour) == ((1.0,), {"a": {"dare": 1.0}})


def test_a_secret_is_refused() -> None:
    """Two who move at once do not see everything."""
    with pytest.raises(SolveError, match="column: column does not know which of several moves it is at"):
        backward_induction(matrix_game([[1, 0], [0, 1]], [[0, 1], [1, 0]]))


def open_tree(draw: np.random.Generator, depth: int, name: str, opposed: bool) -> Node:
    """A random tree in which everybody sees everything."""
    kind = draw.integers(0, 4)
    if depth == 0 or kind == 3:
        first, second = (float(value) for value in draw.normal(size=2).round(3))
        return End((first, -first if opposed else second))
    if kind == 2:
        return Chance(tuple((p, open_tree(draw, depth - 1, f"{name}{k}", opposed)) for k, p in enumerate((0.5, 0.5))))
    return Move(f"player {kind}", name, {action: open_tree(draw, depth - 1, name + action, opposed) for action in "abc"})


@settings(max_examples=40)
@given(st.integers(0, 1_000_000))
def test_nobody_can_do_better(seed: int) -> None:
    """Best replies by other code; and where one loses what the other gets, the linear programme's value."""
    players = ("player 0", "player 1")
    game = Game(players, open_tree(np.random.default_rng(seed), 5, "-", False))
    answer = backward_induction(game)
    assert payoffs(game, answer.behaviour) == pytest.approx(answer.payoffs, abs=1e-12)
    for who in (0, 1):
        assert best_reply(game, answer.behaviour, who) == pytest.approx(answer.payoffs[who], abs=1e-12)
    opposed = Game(players, open_tree(np.random.default_rng(seed), 4, "-", True))
    assert zero_sum(opposed).value == pytest.approx(backward_induction(opposed).payoffs[0], abs=1e-8)

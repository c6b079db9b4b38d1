"""The linear programme: published values, laws, random games whose answers meet their best replies by other code, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.best_replies import best_reply
from countermove.errors import SolveError
from countermove.games.classic_cards import big_match, kuhn, leduc
from countermove.games.form import Chance, End, Game, Move, Node, matrix_game
from countermove.games.played_out import payoffs
from countermove.games.zero_sum import zero_sum


def against(matrix: list[list[float]]) -> Game:
    """A matrix game in which the column loses what the row gets."""
    return matrix_game(matrix, [[-value for value in row] for row in matrix])


def test_kuhn_is_worth_a_loss_of_an_eighteenth() -> None:
    """Kuhn 1950."""
    answer = zero_sum(kuhn())
    assert answer.value == pytest.approx(-1 / 18, abs=1e-9)
    assert answer.gap < 1e-12


def test_kuhn_is_played_as_kuhn_proved() -> None:
    """Kuhn 1950: the first's answers are a family in how often a jack bets, the second's is one."""
    told = zero_sum(kuhn()).behaviour
    bluff = told["first, J, -"]["b"]
    assert -1e-9 <= bluff <= 1 / 3 + 1e-9
    asked = {
        ("first, Q, -", "b"): 0.0,
        ("first, K, -", "b"): 3 * bluff,
        ("first, J, pb", "b"): 0.0,
        ("first, Q, pb", "b"): bluff + 1 / 3,
        ("first, K, pb", "b"): 1.0,
        ("second, J, p", "b"): 1 / 3,
        ("second, Q, p", "b"): 0.0,
        ("second, K, p", "b"): 1.0,
        ("second, J, b", "b"): 0.0,
        ("second, Q, b", "b"): 1 / 3,
        ("second, K, b", "b"): 1.0,
    }
    assert {at: told[at[0]][at[1]] for at in asked} == pytest.approx(asked, abs=1e-9)


def test_leduc_in_our_own_form() -> None:
    """Southey et al. 2005; the value is OpenSpiel's."""
    game = leduc()
    answer = zero_sum(game)
    assert answer.value == pytest.approx(-0.0856064, abs=1e-6)
    assert len(answer.behaviour) == 288
    assert best_reply(game, answer.behaviour, 0) == pytest.approx(answer.value, abs=1e-9)
    assert best_reply(game, answer.behaviour, 1) == pytest.approx(-answer.value, abs=1e-9)


@pytest.mark.parametrize("discount", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("guess", [0.0, 1.0])
def test_the_big_match_for_ever(discount: float, guess: float) -> None:
    """Blackwell & Ferguson 1968: 1/2 at every discount, whatever the far future is first thought to be worth (Shapley 1953)."""
    worth, pull = guess, discount / (2 - discount)
    for month in range(1, 41):
        worth = zero_sum(big_match(discount, 1, worth)).value
        assert worth == pytest.approx(0.5 + (guess - 0.5) * pull**month, abs=1e-9)


def test_the_big_match_before_it_ends() -> None:
    """Months by hand: v' = (1 - d + d v)/(2 - d), from v = 0, and the tree of three months does the same at once."""
    for discount in (0.3, 0.6):
        worth = 0.0
        for months in (1, 2, 3):
            worth = (1 - discount + discount * worth) / (2 - discount)
            assert zero_sum(big_match(discount, months, 0.0)).value == pytest.approx(worth, abs=1e-12)


amounts = st.floats(-5, 5).map(lambda value: round(value, 3))


@settings(max_examples=40)
@given(st.tuples(amounts, amounts, amounts, amounts))
def test_two_by_two(m: tuple[float, float, float, float]) -> None:
    """The saddle point, or (ad - bc)/(a + d - b - c) (von Neumann 1928)."""
    a, b, c, d = m
    low, high = max(min(a, b), min(c, d)), min(max(a, c), max(b, d))
    expected = low if low == high else (a * d - b * c) / (a + d - b - c)
    assert zero_sum(against([[a, b], [c, d]])).value == pytest.approx(expected, abs=1e-8)


@settings(max_examples=25)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10_000))
def test_laws_of_the_value(rows: int, columns: int, seed: int) -> None:
    """Other units and another zero move the value along; the players' places exchanged turn its sign."""
    matrix = np.random.default_rng(seed).normal(size=(rows, columns)).round(3)
    value = zero_sum(against(matrix.tolist())).value
    assert zero_sum(against((3 * matrix + 2).tolist())).value == pytest.approx(3 * value + 2, abs=1e-7)
    assert zero_sum(against((-matrix.T).tolist())).value == pytest.approx(-value, abs=1e-7)
    square = np.random.default_rng(seed).normal(size=(rows, rows))
    assert zero_sum(against((square - square.T).tolist())).value == pytest.approx(0, abs=1e-7)


def grown(draw: np.random.Generator, depth: int, own: tuple[str, str]) -> Node:
    """A random tree: nodes with the same past of the one who moves are one information set, whatever the other or chance did."""
    kind = draw.integers(0, 4)
    if depth == 0 or kind == 3:
        value = round(float(draw.normal()), 3)
        return End((value, 1 - value))
    if kind == 2:
        return Chance(tuple((p, grown(draw, depth - 1, own)) for p in (0.25, 0.75)))
    past = own[kind]
    actions = {
        action: grown(draw, depth - 1, (past + action, own[1]) if kind == 0 else (own[0], past + action)) for action in ("a", "b")
    }
    return Move(f"player {kind}", f"player {kind} after {past}", actions)


@settings(max_examples=60)
@given(st.integers(0, 1_000_000))
def test_random_trees_meet_their_best_replies(seed: int) -> None:
    """Neither can do better, by a recursion that knows of no sequence; and together they get what the programme says."""
    game = Game(("player 0", "player 1"), grown(np.random.default_rng(seed), 7, ("", "")))
    answer = zero_sum(game)
    assert payoffs(game, answer.behaviour)[0] == pytest.approx(answer.value, abs=1e-8)
    assert best_reply(game, answer.behaviour, 0) == pytest.approx(answer.value, abs=1e-8)
    assert best_reply(game, answer.behaviour, 1) == pytest.approx(1 - answer.value, abs=1e-8)
    assert all(sum(shares.values()) == pytest.approx(1) for shares in answer.behaviour.values())


def test_what_is_refused() -> None:
    """Three players, a common interest, and a player who forgets."""
    with pytest.raises(SolveError, match="here are 3"):
        zero_sum(Game(("a", "b", "c"), End((0, 0, 0))))
    with pytest.raises(SolveError, match="payoffs sum to"):
        zero_sum(matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]]))
    ends = {"l": End((1, -1)), "r": End((0, 0))}
    forgets = Move("a", "now", {"l": Move("a", "later", ends), "r": Move("a", "later", ends)})
    with pytest.raises(SolveError, match="later: a forgets"):
        zero_sum(Game(("a", "b"), forgets))
    absent = Move("a", "where", {"l": Move("a", "where", ends), "r": End((0, 0))})
    with pytest.raises(SolveError, match="where: a forgets"):
        zero_sum(Game(("a", "b"), absent))


def test_a_game_without_moves() -> None:
    """Chance alone: the mean."""
    answer = zero_sum(Game(("a", "b"), Chance(((0.25, End((4, -4))), (0.75, End((0, 0)))))))
    assert (answer.value, answer.behaviour) == (1.0, {})

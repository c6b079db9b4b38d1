"""The policy game: each pair of policies is worth what other code says of it, and the best reply is nobody's loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.stochastic_games import random_policies, random_war
from countermove.errors import SolveError
from countermove.games.cut_tree import cut_tree
from countermove.games.form import matrix_game
from countermove.games.played_out import payoffs
from countermove.games.policy_game import Bimatrix, policy_game
from countermove.games.replies import reply_to_plan


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), types=st.integers(1, 3))
@pytest.mark.slow
def test_every_pair_is_worth_what_the_tree_says(seed: int, types: int) -> None:
    """Two plans against three policies, in the table and played out in the tree of the whole war."""
    game = random_war(seed, types=types, months=2, states=3)
    plans = {f"plan {n}": random_policies(game, seed + n)[0] for n in range(2)}
    policies = {f"policy {n}": random_policies(game, seed + 7 + n)[1] for n in range(3)}
    table = policy_game(game, plans, policies)
    tree = cut_tree(game, 2, 99)
    for r, plan in enumerate(plans.values()):
        for c, policy in enumerate(policies.values()):
            assert (table.first[r, c], table.second[r, c]) == pytest.approx(payoffs(tree.game, tree.play(plan, policy)), abs=1e-12)
    assert (table.players, table.rows, table.columns) == (("owner", "rival"), tuple(plans), tuple(policies))


def test_a_rival_who_re_optimises_has_the_best_column() -> None:
    """His best reply to a plan is worth at least as much to him as any other column, and what the reply's own solver says."""
    game = random_war(4, types=2)
    plan = random_policies(game, 4)[0]
    reply = reply_to_plan(game, plan, np.inf)
    table = policy_game(game, {"plan": plan}, {"best": reply.rival_play} | {f"{n}": random_policies(game, n)[1] for n in range(5)})
    assert table.second[0].argmax() == 0
    owner, rivals = reply.at_start(game)
    assert (table.first[0, 0], table.second[0, 0]) == pytest.approx((owner, float(rivals @ game.types)), abs=1e-12)


def test_as_a_tree() -> None:
    """The same game as `matrix_game` makes, with names."""
    first, second = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    table = Bimatrix(("a", "b"), ("0", "1"), ("0", "1"), first, second)
    assert table.game() == matrix_game(first.tolist(), second.tolist(), ("a", "b"))


def test_no_table() -> None:
    """Names, shapes and payoffs that do not fit."""
    ones = np.ones((1, 2))
    with pytest.raises(SolveError, match="need a name each: a, a"):
        Bimatrix(("p", "q"), ("x",), ("a", "a"), ones, ones)
    with pytest.raises(SolveError, match="need a name each: none"):
        Bimatrix(("p", "q"), (), ("a", "b"), np.ones((0, 2)), np.ones((0, 2)))
    with pytest.raises(SolveError, match=r"\(1, 2\) and \(2, 1\) are no \(1, 2\)"):
        Bimatrix(("p", "q"), ("x",), ("a", "b"), ones, ones.T)
    with pytest.raises(SolveError, match="not finite"):
        Bimatrix(("p", "q"), ("x",), ("a", "b"), ones, ones * np.inf)


def test_policies_that_are_none() -> None:
    """Another shape, sums that are not 1, a move that a state does not allow."""
    game = random_war(1)
    owner, rival = random_policies(game, 1)
    barred = np.zeros(owner.shape)
    barred[..., 1] = 1
    assert not game.owner_may[:, 1].all()
    for plan, says in ((owner[:1], "it has the shape"), (owner / 2, "no probability"), (barred, "no probability")):
        with pytest.raises(SolveError, match=says) as caught:
            policy_game(game, {"odd": plan}, {"policy": rival})
        assert caught.value.where == "odd"
    with pytest.raises(SolveError, match="no probability"):
        policy_game(game, {"plan": owner}, {"odd": -rival})

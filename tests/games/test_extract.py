"""A war as a game: what must hold of any game that was made of a war, and of how it was made."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from builders.war_games import COARSE, DATE, FINE, MOVES, own_game, small_board, small_extractor, small_game
from countermove.compute.local import Local
from countermove.engine.draws import prior_draws
from countermove.engine.run import Batch, Engine, run
from countermove.errors import SolveError
from countermove.games.bins import Sizes
from countermove.games.extract import Effort, Extractor, compressed
from countermove.games.in_the_war import play
from countermove.games.one_month import ORDERED
from countermove.games.samples import Moves, picked
from countermove.games.stochastic import StochasticGame


def arrays(game: StochasticGame) -> dict[str, bytes]:
    """The bytes of every array of a game."""
    values = {field.name: getattr(game, field.name) for field in fields(game)}
    return {name: value.tobytes() for name, value in values.items() if isinstance(value, np.ndarray)}


def test_probabilities_sum_to_one() -> None:
    """Of the first day, of the types, and of every month under every pair of moves; nothing leads out of the game, nothing is not a number."""
    made = small_game()
    game = made.game
    np.testing.assert_allclose(game.chances.sum(axis=-1), 1, atol=1e-12)
    np.testing.assert_allclose([game.start.sum(), game.types.sum()], 1, atol=1e-12)
    assert (game.chances >= 0).all()
    assert game.following.min() >= 0
    assert game.following.max() < len(made.states)
    assert all(np.isfinite(value).all() for value in (game.owner_gets, game.rival_gets, made.chance_error, made.owner_error))
    assert (made.chance_error[game.chances > 0] > 0).all()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes() -> None:
    """And another seed others."""
    once, again, other = (small_extractor(seed=seed).extract().game for seed in (0, 0, 1))
    assert arrays(once) == arrays(again)
    assert arrays(once) != arrays(other)


@pytest.mark.parametrize("theory", ["inertia", "spigot"])
def test_the_board_plays_what_run_plays(theory: str) -> None:
    """A strategy under a theory, a month at a time with a theory of given moves beside: every measure is `run`'s, bit for bit."""
    board = small_board()
    lanes = np.arange(board.lanes)
    last = list(board.play(("arm", theory), lanes // 16, lanes % 16))[-1]
    program = board.program
    found = run(Engine(program), Batch(prior_draws(program, 64, 0), 16, 1024, ("arm",), (theory,)), Local(1))
    np.testing.assert_array_equal(np.asarray(last.moved.stood.measures), found.outcomes["arm", theory].reshape(-1, board.lanes))


@pytest.mark.slow
def test_a_state_that_is_never_reached_is_said_to_be() -> None:
    """It has no place in the game, and a number of no state is refused."""
    made = small_game(FINE)
    absent = sorted(set(range(made.bins.size)) - set(made.states.tolist()))
    assert len(absent) == made.unreached > 0
    assert made.place(absent[0]) is None
    assert made.says(absent[0]).endswith("never reached")
    assert [made.place(number) for number in made.states.tolist()] == list(range(len(made.states)))
    assert "world" in made.says(int(made.states[0]))
    assert f"{made.unreached:,} of {made.bins.size:,} never" in made.counted()
    with pytest.raises(SolveError, match="numbered from 0"):
        made.place(made.bins.size)


def test_who_orders_the_rung_it_stands_on_stands_there() -> None:
    """And a higher one is reached at once, where will allows it; nobody falls more than a rung."""
    made = small_game()
    stands = made.bins.places(made.states)["own rung"]
    to = made.bins.places(made.states[made.to.reshape(-1)])["own rung"].reshape(made.to.shape)
    for move in range(2):
        same = to[stands == move][:, move]
        assert (same == move).all()
    assert (to[stands == 0][:, 1] == 1).mean() > 0.5


def test_more_support_costs_the_rival_more_and_serves_his_client() -> None:
    """What he gives is dearer the more it is, in every regime that fights; of a rival without stakes only the price is left."""
    made = small_game()
    weight = np.bincount(made.to.ravel(), minlength=len(made.states)).astype(float)
    cost = np.average(made.gains[-1].mean(axis=(1, 3)), axis=0, weights=weight)
    stake = np.average(made.gains[-2].mean(axis=(1, 3)), axis=0, weights=weight)
    assert (np.diff(cost) > 0).all()
    assert (np.diff(stake) > 0).all()
    mean_stake, mean_cost = (made.gains[row].astype(float).mean(axis=-1) for row in (-2, -1))
    for ratio, gets in zip(made.ratios, made.game.rival_gets, strict=True):
        np.testing.assert_allclose(gets, ratio * mean_stake - mean_cost, rtol=1e-9, atol=1e-9)
    assert made.ratios[0] < 1 < made.ratios[2]
    assert made.ratios[1] == pytest.approx(1, abs=0.05)


def test_the_rival_gets_what_the_page_says() -> None:
    """Every part of his month, computed again from the draw's own numbers and the state that the month left."""
    board = small_board()
    lanes = np.arange(board.lanes)
    draw = lanes % board.draws
    numbers = {
        name: value[board.rival] for name, value in board.drawn.values.items() if name.startswith(("rational.", "spigot.line"))
    }
    decisive = np.broadcast_to(numbers["rational.decisiveness"], board.draws)[draw]
    line = np.broadcast_to(numbers["spigot.line"], board.draws)[draw]
    weight = np.broadcast_to(board.drawn.values["attrition.patron-weight"][board.rival], board.draws)[draw]
    for month in list(board.play(("wait", "inertia"), draw, lanes // board.draws))[:3]:
        before, after = month.before.lanes.state, month.moved.stood.lanes.state
        fights = (np.asarray(after.gone) == 0).all(axis=0)
        risen = board.seen(month.moved.stood, month.number + 1)["shortfall"]
        np.testing.assert_allclose(np.asarray(month.moved.success)[fights], (1 / (1 + np.exp(decisive * risen)))[fights], rtol=1e-4)
        clear = fights & (np.abs(risen - line) > 1e-4)
        np.testing.assert_array_equal(np.asarray(month.moved.crossed)[clear], (risen > line)[clear])
        dead = (np.asarray(after.dead) - np.asarray(before.dead))[board.rival] / 1000
        np.testing.assert_allclose(np.asarray(month.moved.cost), np.asarray(after.support)[board.rival] + weight * dead, rtol=1e-4)
        prize = np.asarray(month.moved.prize)
        assert np.unique(np.round(prize * decisive, 2)).size <= board.draws
        gains = board.gains(month.moved, red_line=0.5)
        won = prize * (np.asarray(month.moved.success) - 0.5 * np.asarray(month.moved.crossed))
        np.testing.assert_allclose(gains[board.channels.index("stake")], won, rtol=1e-4, atol=1e-3)


def test_in_a_plans_own_game_the_owner_has_one_move() -> None:
    """What the plan orders: nothing before its date, its rung and its orders in that month and no other; nobody else is played in it."""
    made = own_game("arm")
    assert made.game.owner_moves == ("arm",)
    assert made.to.shape[1] == 1 and made.game.owner_may.all()
    runs = play(made, "arm", "inertia", 4)
    places = made.bins.places(made.states)
    met = np.unique(runs.place[DATE - 1])  # the month before: nothing is ordered yet
    assert (places["own rung"][made.to[met].ravel()] == 3).mean() > 0.8  # a request may be granted
    there = np.unique(runs.place[DATE])
    assert (places["own rung"][made.to[there].ravel()] == 4).mean() > 0.9
    assert set(places["standing orders"][made.to[met].ravel()].tolist()) != set(
        places["standing orders"][made.to[there].ravel()].tolist()
    )
    assert runs.outside < 0.001 and not (runs.pair // 3).any()
    support = next(axis for axis in made.bins.axes if axis.name == "rival support")
    np.testing.assert_array_equal(
        runs.pair, support.place(runs.aim.astype(float))
    )  # all that is left of a pair is the rival's move
    with pytest.raises(SolveError, match="wait cannot be played in the game of arm"):
        play(made, "wait", "inertia", 2)


def test_moves_out_of_reach_are_not_allowed() -> None:
    """They lead nowhere and bring nothing."""
    made = small_extractor(moves=Moves((3, 4), (0.5, 1.0, 1.5), reach=1)).extract()
    game = made.game
    stands = made.bins.places(made.states)["rival support"]
    assert (game.rival_may == (np.abs(np.arange(3) - stands[:, None]) <= 1)).all()
    may = game.owner_may[:, :, None] & game.rival_may[:, None, :]
    assert not may.all()
    np.testing.assert_allclose(game.chances.sum(axis=-1), may, atol=1e-12)
    assert (game.owner_gets[~may] == 0).all()


def test_a_game_too_large_is_refused_with_its_size() -> None:
    """And with what somebody can cut: bins of the balance, of regimes and of rungs that plans order have no option."""
    small = replace(small_extractor(Sizes(balance=20, shortfall=1, will=1)), effort=Effort(8, wandering=1, most_steps=5000))
    with pytest.raises(
        SolveError,
        match=r"20 of balance x .* 2 x 3 moves and 8 samples: [\d,]+ steps, where 5,000 may be taken.*"
        r"Cut the rival's 3 levels of support \(--support\), or the samples of a state \(--samples\)$",
    ):
        small.extract()


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda: Moves((), (1.0,)), "the owner"),
        (lambda: Moves((3, 3), (1.0,)), "the owner"),
        (lambda: Moves((3,), (1.0, float("nan"))), "the rival"),
        (lambda: Moves((9,), (1.0,)), "0 to 8"),
        (lambda: Moves((3,), (1.0,), -1), "reach"),
        (lambda: Extractor(small_board(), MOVES, COARSE, Effort(samples=1)).extract(), "2 samples"),
        (lambda: replace(small_board(), outcomes=("joy",)), "no measure is called joy"),
        (lambda: replace(small_board(), draws=2000), "no more draws than runs"),
        (lambda: small_board().job("win", ORDERED, np.zeros(16, int), np.zeros(16, int)), "no strategy called win"),
        (
            lambda: replace(small_extractor(), board=replace(small_board(), outcomes=("settlement-month",))).extract(),
            "not a number",
        ),
    ],
)
def test_what_is_no_game_is_refused(mistake: object, said: str) -> None:
    """In words."""
    with pytest.raises(SolveError, match=said):
        mistake()  # type: ignore[operator]


@given(hnp.arrays(np.int32, st.tuples(st.integers(1, 3), st.integers(1, 6)), elements=st.integers(0, 4)))
def test_samples_become_shares(to: np.ndarray) -> None:
    """Each state that follows once, with its share of the samples: as NumPy counts them."""
    following, chances = compressed(to)
    for row, states, shares in zip(to, following, chances, strict=True):
        found, counts = np.unique(row, return_counts=True)
        there = shares > 0
        np.testing.assert_array_equal(states[there], found)
        np.testing.assert_allclose(shares[there], counts / len(row))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 5))
def test_every_state_has_worlds_of_its_own(numbers: list[int], count: int) -> None:
    """All different, as far as there are enough of them."""
    met = np.array(numbers)
    states, places, distinct = picked(met, np.random.default_rng(0).permutation(len(met)), count)
    assert states.tolist() == sorted(set(numbers))
    for state, row, differ in zip(states, places, distinct, strict=True):
        assert (met[row] == state).all()
        assert len(set(row.tolist())) == differ == min(count, numbers.count(state))

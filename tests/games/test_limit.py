"""Equilibria in best replies: every equilibrium in pure play counted, linear programmes, types that part where a closed form says so, and laws."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders.stochastic_games import chain_store, one_stage, random_war, war
from countermove.errors import SolveError
from countermove.games.backward import Effort, solve_backward, stage_games
from countermove.games.belief import after_moves, belief_grid
from countermove.games.form import matrix_game
from countermove.games.limit import Choice, Limit, solve_limit
from countermove.games.policy_gain import Policies, policy_gain
from countermove.games.stochastic import StochasticGame
from countermove.games.zero_sum import zero_sum

CHOICES: tuple[Choice, ...] = ("first", "best", "worst")
seeds = st.integers(0, 10**6)


def policies(found: Limit) -> Policies:
    """What was found, for the check by other code."""
    return Policies(found.grid.points, found.grid.steps, found.owner_play, found.rival_play)


def small(seed: int, types: int = 1, **sizes: int) -> StochasticGame:
    """A random war of two states, two months, two moves against two or three."""
    return random_war(seed, **{"states": 2, "months": 2, "own": 2, "other": 2 + seed % 2, **sizes}, types=types)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, types=st.integers(1, 3), choose=st.sampled_from(CHOICES), half=st.booleans())
def test_nobody_gains_by_deviating(seed: int, types: int, choose: Choice, half: bool) -> None:
    """By other code, from the worst state and belief: nothing where every stage came to rest, moves that nobody makes included; else at most
    what each month left, added up. Nothing is ever no number."""
    game = small(seed, types)
    found = solve_limit(game, choose, Effort(belief_steps=3, half=half))
    for array in (found.owner_play, found.rival_play, found.owner_value, found.rival_value, found.left):
        assert np.isfinite(array).all()
    gain = policy_gain(game, policies(found))
    worst = max(gain.worst_owner, gain.worst_rival)
    assert worst <= game.months * found.left + 1e-6
    assert found.mixed or worst <= 1e-6
    assert (found.left > 0) <= (found.mixed > 0)
    assert gain.owner_worth == pytest.approx(found.at_start(game)[0], abs=1e-6)
    np.testing.assert_allclose(gain.rival_worth, found.at_start(game)[1], atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=seeds, own=st.integers(1, 4), other=st.integers(1, 4))
def test_the_best_and_the_worst_are_those_of_all_equilibria_in_pure_play(seed: int, own: int, other: int) -> None:
    """One month: every pair of moves from which neither gains, counted. Where there is none the game is said to be mixed."""
    game = random_war(seed, states=3, months=1, own=own, other=other)
    found = {choose: solve_limit(game, choose) for choose in CHOICES}
    stage = stage_games(game, belief_grid(1, 1), slice(0, 3), (game.owner_last[:, None], game.rival_last.T[:, None, :]))
    several = mixed = 0
    for state in range(3):
        mine = np.where(game.owner_may[state][:, None], stage.owner_worth[state, :, :, 0], -np.inf)
        his = np.where(game.rival_may[state][None, :], stage.rival_worth[state, :, :, 0, 0], -np.inf)
        allowed = game.owner_may[state][:, None] & game.rival_may[state][None, :]
        rest = allowed & (mine == mine.max(axis=0, keepdims=True)) & (his == his.max(axis=1, keepdims=True))
        several, mixed = several + (rest.sum() > 1), mixed + (not rest.any())
        if rest.any():
            first, best, worst = (float(found[choose].owner_value[state, 0]) for choose in CHOICES)
            assert best == pytest.approx(mine[rest].max(), abs=1e-6)
            assert worst == pytest.approx(mine[rest].min(), abs=1e-6)
            assert np.abs(mine[rest] - first).min() < 1e-6
            assert best + 1e-9 >= first >= worst - 1e-9
    assert [(one.several, one.mixed) for one in found.values()] == [(several, mixed)] * 3
    assert {one.games for one in found.values()} == {3}


def test_the_first_is_the_owners_lowest_move_from_which_play_comes_to_rest() -> None:
    """Two who want to meet: at 0, at 1 (better for both) or at 2 (best for the owner)."""
    game = one_stage([[1, 0, 0], [0, 2, 0], [0, 0, 3]], [[[1, 0, 0], [0, 3, 0], [0, 0, 2]]])
    assert [solve_limit(game, choose).at_start(game)[0] for choose in CHOICES] == pytest.approx([1, 3, 1])
    assert [solve_limit(game, choose).several for choose in CHOICES] == [1, 1, 1]


def test_equilibria_that_differ_for_the_rival_alone_are_several() -> None:
    """The owner gets 1 by either, the rival 1 or 5."""
    game = one_stage([[1, 0], [0, 1]], [[[1, 0], [0, 5]]])
    assert [solve_limit(game, choose).several for choose in CHOICES] == [1, 1, 1]
    assert solve_limit(game).at_start(game)[1] == pytest.approx([1.0])


def test_nothing_at_stake_is_at_rest_anywhere() -> None:
    """All moves alike, worth nothing."""
    game = one_stage([[0, 0], [0, 0]], [[[0, 0], [0, 0]], [[0, 0], [0, 0]]], (0.5, 0.5))
    found = solve_limit(game)
    assert (found.several, found.mixed, found.left) == (0, 0, 0.0)
    np.testing.assert_allclose(found.owner_play, 0.5)
    np.testing.assert_allclose(found.rival_play, 0.5)


@pytest.mark.parametrize(
    ("owner", "value", "play"), [([[1, -1], [-1, 1]], 0.0, (0.5, 0.5)), ([[3, -1], [-2, 1]], 1 / 7, (3 / 7, 2 / 7))]
)
def test_matching_pennies_are_played_by_regrets(owner: list[list[float]], value: float, play: tuple[float, float]) -> None:
    """No start comes to rest; value and play as in the books, and what is left to gain is small and is the true gain."""
    game = one_stage(owner, [[[-x for x in row] for row in owner]])
    found = solve_limit(game)
    assert (found.mixed, found.several, found.games) == (1, 0, 1)
    assert found.at_start(game)[0] == pytest.approx(value, abs=0.01)
    assert found.owner_play[0, 0, 0, 0] == pytest.approx(play[0], abs=0.02)
    assert found.rival_play[0, 0, 0, 0, 0] == pytest.approx(play[1], abs=0.02)
    gain = policy_gain(game, policies(found))
    assert max(gain.worst_owner, gain.worst_rival) == pytest.approx(found.left, abs=1e-12)
    assert found.left <= 0.006


@settings(max_examples=12, deadline=None)
@given(seed=seeds, months=st.integers(1, 3))
def test_one_against_the_other_is_worth_what_linear_programmes_say(seed: int, months: int) -> None:
    """Shapley's recursion: each state's matrix by a linear programme, the last month first. Off by no more than all months left."""
    game = random_war(seed, states=2, months=months, own=2, other=3)
    game = replace(game, rival_gets=-game.owner_gets[None], rival_last=-game.owner_last[None])
    value = game.owner_last
    for _ in range(months):
        after = np.zeros(2)
        for state in range(2):
            own, other = np.flatnonzero(game.owner_may[state]), np.flatnonzero(game.rival_may[state])
            cells = np.ix_([state], own, other)
            worth = game.owner_gets[cells] + (game.chances[cells] * value[game.following[cells]]).sum(axis=-1)
            after[state] = zero_sum(matrix_game(worth[0], -worth[0])).value
        value = after
    found = solve_limit(game)
    np.testing.assert_allclose(found.owner_value[:, 0], value, atol=months * found.left + 1e-6)
    np.testing.assert_allclose(found.owner_value[:, 0], -found.rival_value[:, 0, 0], atol=1e-9)


@settings(max_examples=7, deadline=None)
@given(seed=seeds)
def test_dominance_is_found_and_logit_comes_to_it(seed: int) -> None:
    """The rival has one best move whatever the owner does, and moves lead nowhere new: by hand, and as precision grows."""
    random = np.random.default_rng(seed)
    owner, likes = random.normal(size=(2, 3, 3)), random.normal(size=(2, 3))
    gaps = [np.diff(np.sort(row))[-1] for row in likes]
    best = likes.argmax(axis=1)
    replies = owner[np.arange(2), :, best]
    assume(min(*gaps, *(np.diff(np.sort(row))[-1] for row in replies)) > 0.05)
    leads = {(s, a, b): {1 - s: 1.0} for s in (0, 1) for a in range(3) for b in range(3)}
    rival = np.broadcast_to(likes[:, None, :] + random.normal(size=(2, 3, 1)), (2, 3, 3))[None]
    game = war({"types": np.ones(1), "months": 3, "start": np.array([1.0, 0.0])}, leads, owner, rival)
    found = solve_limit(game)
    assert (found.several, found.mixed) == (0, 0)
    assert (found.owner_play[:, [0, 1], 0, replies.argmax(axis=1)] == 1).all()
    assert (found.rival_play[:, [0, 1], 0, best, 0] == 1).all()
    value = 2 * replies[0].max() + replies[1].max()
    assert found.at_start(game)[0] == pytest.approx(value, abs=1e-9)
    far = [abs(solve_backward(game, precision).at_start(game)[0] - value) for precision in (30.0, 300.0, 3000.0)]
    assert far[0] >= far[1] >= far[2] and far[2] < 1e-6


@pytest.mark.parametrize("scale", [1e-9, 1e3, 1e6, 1e9])
def test_units_change_nothing(scale: float) -> None:
    """The rival's points in other units: the owner's answer stays to the bit, or nearly, and nobody gains. Nor does a bonus for being there."""
    for seed in range(6):
        game = small(seed, 1 + seed % 2)
        other = replace(game, rival_gets=game.rival_gets * scale, rival_last=game.rival_last * scale)
        one, two = solve_limit(game), solve_limit(other)
        assert (one.several, one.mixed) == (two.several, two.mixed)
        if not one.mixed:
            np.testing.assert_allclose(two.owner_value, one.owner_value, atol=1e-6)
            np.testing.assert_allclose(two.rival_value / scale, one.rival_value, atol=1e-6)
            gain = policy_gain(other, policies(two))
            assert gain.worst_owner <= 1e-6 and gain.worst_rival <= 1e-6 * scale


def test_what_is_left_to_the_owner_is_in_its_own_points() -> None:
    """Pennies in which the rival's points are counted in thousandths: the same is left to the owner, whoever has more to gain."""
    owner = np.array([[2.0, 0], [0, 1]])
    one = solve_limit(one_stage(owner.tolist(), [(-owner).tolist()]))
    game = one_stage(owner.tolist(), [(-owner / 1024).tolist()])
    two = solve_limit(game)
    np.testing.assert_allclose(two.owner_play, one.owner_play, atol=1e-12)
    assert two.left == pytest.approx(policy_gain(game, policies(two)).worst_owner, abs=1e-12)
    assert two.at_start(game)[0] == pytest.approx(one.at_start(one_stage(owner.tolist(), [(-owner).tolist()]))[0], abs=1e-12)


def signals(strong: float, cost: tuple[float, float], prize: float = 1.0) -> StochasticGame:
    """The rival shows force or does not, at a cost by type (weak, strong); a month later the owner yields or challenges, and the rival at once
    fights or gives way. A weak rival likes giving way, a strong one fighting, whatever the owner does; a challenge gains the owner .9 or
    loses it 1."""
    leads = {(0, 0, b): {1: 1.0} for b in (0, 1)} | {(1, a, b): {2: 1.0} for a in (0, 1) for b in (0, 1)} | {(2, 0, 0): {2: 1.0}}
    owner, rival = np.zeros((3, 2, 2)), np.zeros((2, 3, 2, 2))
    owner[1, 1] = [0.9, -1]
    rival[:, 1, 0] = prize
    rival[0, 1, :, 1] -= 0.25
    rival[1, 1, :, 1] += 0.25
    rival[0, 0, 0, 1], rival[1, 0, 0, 1] = -cost[0], -cost[1]
    return war({"types": np.array([1 - strong, strong]), "months": 2, "start": np.array([1.0, 0.0, 0.0])}, leads, owner, rival)


@pytest.mark.parametrize("turned", [False, True], ids=["weak first", "strong first"])
@pytest.mark.parametrize("choose", CHOICES)
def test_types_part_where_a_show_of_force_pays_the_strong_alone(choose: Choice, turned: bool) -> None:
    """Spence 1973: cost of the strong < prize < cost of the weak, and the owner would challenge whom it does not know. The strong show force and
    are yielded to; the weak do not, and are challenged."""
    game = signals(0.25, (1.5, 0.5))
    order = [1, 0] if turned else [0, 1]
    if turned:
        game = replace(game, types=game.types[order], rival_gets=game.rival_gets[order], rival_last=game.rival_last[order])
    found = solve_limit(game, choose)
    assert (found.mixed, found.left) == (0, 0.0)
    prior = int(np.abs(found.grid.points[:, order[1]] - 0.25).argmin())
    np.testing.assert_allclose(found.rival_play[0, 0, prior][:, order], [[1, 0], [0, 1]], atol=1e-9)
    assert found.at_start(game)[0] == pytest.approx(0.75 * 0.9)  # by challenging the weak
    np.testing.assert_allclose(found.at_start(game)[1][order], [0.0, 1.0 - 0.5 + 0.25], atol=1e-9)


def test_types_pool_where_nobody_needs_to_show_force() -> None:
    """An owner who yields to whom it does not know: nobody pays for a show of force, and nothing is learnt. Whoever showed force all the same
    would be taken for strong, who lose least by it."""
    found = solve_limit(signals(0.75, (1.5, 0.5)))
    prior = int(np.abs(found.grid.points[:, 1] - 0.75).argmin())
    play = found.rival_play[0, 0, prior]
    np.testing.assert_allclose(play, [[1, 1], [0, 0]], atol=1e-9)
    with np.errstate(divide="ignore"):
        _, after = after_moves(found.grid.points[prior], np.log(play))
    np.testing.assert_allclose(after, [[0.25, 0.75], [0.0, 1.0]], atol=1e-9)
    game = signals(0.75, (1.5, 0.5))
    np.testing.assert_allclose(found.at_start(game)[1], [1.0, 1.25], atol=1e-9)
    assert found.at_start(game)[0] == pytest.approx(0.0, abs=1e-9)


def test_types_pool_where_a_show_of_force_costs_all_too_much() -> None:
    """Costs above the prize for both: an owner who challenges whom it does not know goes on challenging."""
    game = signals(0.25, (2.5, 1.5))
    found = solve_limit(game)
    prior = int(np.abs(found.grid.points[:, 1] - 0.25).argmin())
    np.testing.assert_allclose(found.rival_play[0, 0, prior], [[1, 1], [0, 0]], atol=1e-9)
    assert found.at_start(game)[0] == pytest.approx(0.75 * 0.9 - 0.25)


@settings(max_examples=10, deadline=None)
@given(seed=seeds, types=st.integers(2, 3))
def test_belief_is_a_martingale(seed: int, types: int) -> None:
    """Month by month the corners after the rival's moves have the belief as their mean, exactly; and so, marched forward over states and beliefs
    from the first day, the mean of all beliefs stays the prior."""
    game = small(seed, types, months=3)
    found = solve_limit(game, effort=Effort(belief_steps=3))
    points = found.grid.points
    with np.errstate(divide="ignore"):
        chance, after = after_moves(points, np.log(found.rival_play))
    corners, weights = found.grid.corners(after)
    before = np.broadcast_to(points, (*chance.shape[:3], types))
    np.testing.assert_allclose(np.einsum("msgb,msgbv,msgbvk->msgk", chance, weights, points[corners]), before, atol=1e-12)
    first, shares = found.grid.corners(game.types)
    here = np.zeros((2, len(points)))
    here[:, first] = game.start[:, None] * shares
    for month in range(game.months):
        coming = np.zeros_like(here)
        for s, g, a, b in itertools.product(range(2), range(len(points)), range(2), range(chance.shape[3])):
            made = here[s, g] * found.owner_play[month, s, g, a] * chance[month, s, g, b]
            for way, corner in itertools.product(range(2), range(types)):
                share = game.chances[s, a, b, way] * weights[month, s, g, b, corner]
                coming[game.following[s, a, b, way], corners[month, s, g, b, corner]] += made * share
        here = coming
        assert here.sum() == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(here.sum(axis=0) @ points, game.types, atol=1e-12)


def test_names_that_are_kept_are_worth_it() -> None:
    """The chain store (Kreps & Wilson 1982) has no equilibrium in pure play at a prior between: it is said to be mixed, and what is left is told."""
    game = chain_store(0.2, 0.5, 2.0)
    found = solve_limit(game, effort=Effort(belief_steps=10))
    gain = policy_gain(game, policies(found))
    assert found.mixed > 0
    assert max(gain.worst_owner, gain.worst_rival) <= game.months * found.left + 1e-6
    sure = chain_store(0.6, 0.5, 2.0)  # the entrant stays out of a store that is likely to be strong: all fight
    calm = solve_limit(sure, effort=Effort(belief_steps=10))
    prior = int(np.abs(calm.grid.points[:, 1] - 0.6).argmin())
    np.testing.assert_allclose(calm.rival_play[0, 0, prior, 1], [1.0, 1.0], atol=1e-9)


@settings(max_examples=12, deadline=None)
@given(seed=seeds)
def test_a_symmetric_game_with_one_equilibrium_is_answered_alike(seed: int) -> None:
    """Both have the same payoffs seen from their own side."""
    game = random_war(seed, states=2, months=2, own=2, other=2)
    may = game.owner_may[:, :, None] & game.owner_may[:, None, :]
    same = replace(
        game,
        rival_may=game.owner_may,
        chances=np.full(game.chances.shape, 0.5) * may[..., None],
        following=np.broadcast_to(np.arange(2, dtype=np.int32)[:, None, None, None], game.following.shape).copy(),
        rival_gets=game.owner_gets.transpose(0, 2, 1)[None],
        rival_last=game.owner_last[None],
    )
    found = solve_limit(same)
    assume(not found.several and not found.mixed)  # regrets come about in turn: the owner's first
    np.testing.assert_allclose(found.owner_play, found.rival_play[..., 0], atol=1e-9)
    np.testing.assert_allclose(found.owner_value, found.rival_value[..., 0], atol=1e-9)


@settings(max_examples=12, deadline=None)
@given(seed=seeds, types=st.integers(1, 2))
def test_names_and_order_change_nothing_where_there_is_one_equilibrium(seed: int, types: int) -> None:
    """States, moves and types written in another order; of two types, as beliefs between the grid's points are cut alike from either end."""
    game = small(seed, types, own=3)
    random = np.random.default_rng(seed)
    states, own, other, kinds = (random.permutation(size) for size in (2, 3, len(game.rival_moves), types))
    turned = replace(
        game,
        types=game.types[kinds],
        start=game.start[states],
        owner_may=game.owner_may[states][:, own],
        rival_may=game.rival_may[states][:, other],
        following=np.argsort(states).astype(np.int32)[game.following[np.ix_(states, own, other)]],
        chances=game.chances[np.ix_(states, own, other)],
        owner_gets=game.owner_gets[np.ix_(states, own, other)],
        rival_gets=game.rival_gets[np.ix_(kinds, states, own, other)],
        owner_last=game.owner_last[states],
        rival_last=game.rival_last[np.ix_(kinds, states)],
    )
    one, two = solve_limit(game), solve_limit(turned)
    assume(
        not any((one.several, one.mixed, two.several, two.mixed))
    )  # rounding decides ties, and 200 rounds by regrets make it visible
    points = np.arange(len(one.grid.points))[:: 1 if kinds[0] == 0 else -1]
    months = np.arange(2)
    np.testing.assert_allclose(two.owner_play, one.owner_play[np.ix_(months, states, points, own)], atol=1e-6)
    np.testing.assert_allclose(two.rival_play, one.rival_play[np.ix_(months, states, points, other, kinds)], atol=1e-6)


def test_threads_change_nothing_and_progress_is_told() -> None:
    """To the bit, over several batches of states."""
    game = random_war(19, types=2, states=200, months=2, own=2, other=2)
    told: list[int] = []
    one, two = solve_limit(game), solve_limit(game, effort=Effort(threads=2, told=told.append))
    for name in ("owner_play", "rival_play", "owner_value", "rival_value"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
    assert (one.several, one.mixed, one.left) == (two.several, two.mixed, two.left)
    assert told == [1, 2]
    assert solve_limit(small(1), effort=Effort(half=True)).owner_play.dtype == np.float32


def test_a_state_is_solved_alike_wherever_it_stands() -> None:
    """Three states apart from one another, alone and among two hundred copies: the same answer."""
    game = random_war(5, states=3, months=1, types=2)
    many = replace(
        game,
        start=np.tile(game.start / 200, 200),
        **{name: np.tile(getattr(game, name), (200, *[1] * (getattr(game, name).ndim - 1))) for name in ("owner_may", "rival_may")},
        **{name: np.tile(getattr(game, name), (200, 1, 1, 1)) for name in ("following", "chances")},
        owner_gets=np.tile(game.owner_gets, (200, 1, 1)),
        rival_gets=np.tile(game.rival_gets, (1, 200, 1, 1)),
        owner_last=np.tile(game.owner_last, 200),
        rival_last=np.tile(game.rival_last, (1, 200)),
    )
    one, two = solve_limit(game), solve_limit(many)
    np.testing.assert_allclose(two.owner_play, np.tile(one.owner_play, (1, 200, 1, 1)), atol=1e-9)
    assert (two.mixed, two.several) == (200 * one.mixed, 200 * one.several)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda game: replace(game, owner_gets=game.owner_gets * np.nan), "not finite"),
        (lambda game: replace(game, types=np.array([0.4, 0.4])), "sum to 1"),
        (lambda game: replace(game, rival_may=game.rival_may & False), "no move"),
        (lambda game: replace(game, months=0), "a month"),
    ],
)
def test_what_is_no_game_is_refused(mistake: object, said: str) -> None:
    """In words, before anything is solved."""
    with pytest.raises(SolveError, match=said):
        solve_limit(mistake(small(3, 2)))  # type: ignore[operator]


def test_beliefs_that_are_no_grid_are_refused() -> None:
    """None, or far too many."""
    with pytest.raises(SolveError, match="needs a type and a step"):
        solve_limit(small(3, 2), effort=Effort(belief_steps=0))
    with pytest.raises(SolveError, match="too many beliefs"):
        solve_limit(small(3, 3), effort=Effort(belief_steps=10**4))

"""A war solved backward: published numbers, laws, and replies to fixed play against what can be counted by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.stochastic_games import chain_store, one_stage, random_war, war
from countermove.errors import SolveError
from countermove.games.backward import Effort, Solution, solve_backward
from countermove.games.belief import after_moves, belief_grid
from countermove.games.replies import commit, lead, reply_to_plan, think
from countermove.games.stochastic import StochasticGame

PENNIES = ([[9, 0], [0, 1]], [[[0, 1], [1, 0]]])


@pytest.mark.parametrize(
    ("owner", "rival", "first", "second"),
    [
        (*PENNIES, 0.893576, 0.312780),  # FIXTURES 18
        ([[1, 1], [0, 1]], [[[1, 1], [2, 1]]], 0.642979, 0.588319),  # FIXTURES 17
    ],
)
@pytest.mark.parametrize("careful", [False, True])
def test_one_month_is_the_published_stage_game(
    owner: list[list[float]], rival: list[list[list[float]]], first: float, second: float, careful: bool
) -> None:
    """McKelvey & Palfrey's logit equilibria, as Gambit computes them."""
    found = solve_backward(one_stage(owner, rival), 1.0, Effort(careful=careful))
    assert found.owner_play[0, 0, 0, 0] == pytest.approx(first, abs=5e-7)
    assert found.rival_play[0, 0, 0, 0, 0] == pytest.approx(second, abs=5e-7)
    assert not found.missed.any()


def test_matching_pennies_go_to_their_nash_equilibrium_as_precision_grows() -> None:
    """Owner 1/2, rival 1/10; and where 64 bits are not enough the solution says so."""
    game = one_stage(*PENNIES)
    far = [abs(solve_backward(game, precision).owner_play[0, 0, 0, 0] - 0.5) for precision in (10.0, 100.0, 1000.0, 10000.0)]
    assert all(after < before / 5 for before, after in itertools.pairwise(far))
    assert not solve_backward(game, 10000.0).missed.any()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), precision=st.sampled_from([0.0, 0.3, 2.0, 8.0]))
def test_every_stage_is_answered_or_counted(seed: int, precision: float) -> None:
    """Never a NaN, and no error above tolerance that is not in `missed`."""
    found = solve_backward(random_war(seed, types=2), precision, Effort(belief_steps=2))
    for array in (found.owner_play, found.rival_play, found.owner_value, found.rival_value, found.residual):
        assert np.isfinite(array).all()
    assert bool(found.missed.any()) == bool(found.doubt())
    if not found.missed.any():
        assert found.residual.max() < 1e-7


@pytest.mark.parametrize("precision", [0.1, 1.0, 10.0, 100.0])
def test_a_rival_with_nothing_at_stake_moves_at_random(precision: float) -> None:
    """Every type, month, state and belief: all allowed moves alike."""
    game = random_war(5, types=2)
    idle = replace(game, rival_gets=0 * game.rival_gets, rival_last=0 * game.rival_last)
    play = solve_backward(idle, precision).rival_play
    even = idle.rival_may / idle.rival_may.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(play, np.broadcast_to(even[None, :, None, :, None], play.shape), atol=1e-12)


def test_a_symmetric_game_has_a_symmetric_answer() -> None:
    """Both sides have the same payoffs seen from their own side: they play alike and get the same."""
    game = random_war(7, months=4)
    same = replace(
        game,
        rival_may=game.owner_may,
        chances=np.full(game.chances.shape, 0.5) * (game.owner_may[:, :, None] & game.owner_may[:, None, :])[..., None],
        following=np.broadcast_to(np.arange(4, dtype=np.int32)[:, None, None, None], game.following.shape).copy(),
        rival_gets=game.owner_gets.transpose(0, 2, 1)[None],
        rival_last=game.owner_last[None],
    )
    found = solve_backward(same, 0.7)
    np.testing.assert_allclose(found.owner_play, found.rival_play[..., 0], atol=1e-8)
    np.testing.assert_allclose(found.owner_value, found.rival_value[..., 0], atol=1e-8)


def test_names_and_order_of_states_moves_and_types_change_nothing() -> None:
    """The same war written in another order is answered the same, in that order."""
    game = random_war(11, types=3, own=4, other=3)
    states, own, other, kinds = (np.random.default_rng(1).permutation(size) for size in (4, 4, 3, 3))
    back = np.argsort(states).astype(np.int32)
    turned = replace(
        game,
        types=game.types[kinds],
        start=game.start[states],
        owner_may=game.owner_may[states][:, own],
        rival_may=game.rival_may[states][:, other],
        following=back[game.following[np.ix_(states, own, other)]],
        chances=game.chances[np.ix_(states, own, other)],
        owner_gets=game.owner_gets[np.ix_(states, own, other)],
        rival_gets=game.rival_gets[np.ix_(kinds, states, own, other)],
        owner_last=game.owner_last[states],
        rival_last=game.rival_last[np.ix_(kinds, states)],
    )
    one, two = solve_backward(game, 1.0), solve_backward(turned, 1.0)
    place = {tuple(point): row for row, point in enumerate(np.rint(one.grid.points * 4).astype(int).tolist())}
    points = [place[tuple(point[np.argsort(kinds)])] for point in np.rint(two.grid.points * 4).astype(int)]
    months = np.arange(3)
    np.testing.assert_allclose(two.owner_play, one.owner_play[np.ix_(months, states, points, own)], atol=1e-7)
    np.testing.assert_allclose(two.rival_play, one.rival_play[np.ix_(months, states, points, other, kinds)], atol=1e-7)
    assert two.at_start(turned)[0] == pytest.approx(one.at_start(game)[0], abs=1e-8)


def test_types_that_want_the_same_are_one() -> None:
    """Where types differ in name only, no belief matters, and the answer is that of the game without types."""
    game = random_war(13)
    double = replace(
        game, types=np.array([0.3, 0.7]), rival_gets=game.rival_gets.repeat(2, 0), rival_last=game.rival_last.repeat(2, 0)
    )
    one, two = solve_backward(game, 1.5), solve_backward(double, 1.5)
    np.testing.assert_allclose(two.owner_play, one.owner_play.repeat(5, 2), atol=1e-8)
    assert two.at_start(double)[0] == pytest.approx(one.at_start(game)[0], abs=1e-8)


def test_the_months_before_do_not_change_those_after() -> None:
    """A longer war ends as the shorter one; and its first month is a month before the shorter one's values."""
    long = random_war(17, months=5, types=2)
    short = replace(long, months=4)
    one, two = solve_backward(short, 1.0), solve_backward(long, 1.0)
    np.testing.assert_allclose(two.owner_play[1:], one.owner_play, atol=1e-8)
    np.testing.assert_allclose(two.rival_play[1:], one.rival_play, atol=1e-8)


@pytest.mark.parametrize("effort", [Effort(threads=2), Effort(afresh=True), Effort(careful=True)])
def test_however_it_is_worked_out_the_answer_is_the_same(effort: Effort) -> None:
    """Threads to the bit; the other ways to rounding, where each stage has one answer."""
    game = random_war(19, types=2, states=300 if effort.threads == 2 else 4)
    one, two = solve_backward(game, 0.7), solve_backward(game, 0.7, effort)
    if effort.threads == 2:
        assert one.owner_play.tobytes() == two.owner_play.tobytes()
    np.testing.assert_allclose(two.rival_play, one.rival_play, atol=1e-8)


@pytest.mark.parametrize("types", [2, 3, 4])
def test_belief_is_a_martingale(types: int) -> None:
    """Under the play that was solved, the mean of the beliefs after the rival's move is the belief, on the grid too."""
    found = solve_backward(random_war(23, types=types, states=2, scale=2.0), 1.0, Effort(belief_steps=3))
    points = found.grid.points
    with np.errstate(divide="ignore"):
        chance, after = after_moves(points, np.log(found.rival_play))
    corners, weights = found.grid.corners(after)
    before = np.broadcast_to(points, (*chance.shape[:3], types))
    np.testing.assert_allclose(np.einsum("msgb,msgbk->msgk", chance, after), before, atol=1e-12)
    np.testing.assert_allclose(np.einsum("msgb,msgbv,msgbvk->msgk", chance, weights, points[corners]), before, atol=1e-12)
    assert np.abs(after - before[..., None, :]).max() > 0.1  # something is learnt


@settings(max_examples=40, deadline=None)
@given(types=st.integers(2, 5), steps=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_a_belief_is_the_mean_of_the_corners_around_it(types: int, steps: int, seed: int) -> None:
    """Weights are a probability, and no corner is further off than a cell is wide."""
    random = np.random.default_rng(seed)
    belief = random.dirichlet(np.full(types, 0.5), 20)
    grid = belief_grid(types, steps)
    corners, weights = grid.corners(belief)
    assert weights.min() > -1e-12
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(np.einsum("nv,nvk->nk", weights, grid.points[corners]), belief, atol=1e-12)
    away = np.abs(grid.points[corners] - belief[:, None]).max(axis=-1)
    assert np.where(weights > 1e-9, away, 0.0).max() <= 1 / steps + 1e-9


def test_a_chain_store_keeps_its_name_as_kreps_and_wilson_say() -> None:
    """Weak incumbents fight with p (1 - b) / ((1 - p) b), which brings the belief to b; the entrant then stays out with 1 / monopoly."""
    strong, entrant, monopoly = 0.2, 0.5, 2.0
    game = chain_store(strong, entrant, monopoly)
    found = solve_backward(game, 100.0, Effort(belief_steps=40))
    assert not found.missed.any()
    prior = int(np.abs(found.grid.points[:, 1] - strong).argmin())
    weak, hard = found.rival_play[0, 0, prior, 1]
    assert hard == pytest.approx(1.0, abs=1e-9)
    assert weak == pytest.approx(strong * (1 - entrant) / ((1 - strong) * entrant), abs=0.02)
    _, after = after_moves(np.array([1 - strong, strong]), np.log(found.rival_play[0, 0, prior]))
    assert after[1, 1] == pytest.approx(entrant, abs=0.02)
    corners, weights = found.grid.corners(after[1])
    assert float(found.owner_play[1, 1, corners, 1] @ weights) == pytest.approx(1 / monopoly, abs=0.03)


def test_a_finer_grid_of_beliefs_changes_less_and_less() -> None:
    """Interpolation is an error that falls."""
    game = random_war(29, types=2, months=4, scale=2.0)
    worth = [solve_backward(game, 1.0, Effort(belief_steps=steps)).at_start(game)[0] for steps in (2, 8, 64)]
    assert abs(worth[1] - worth[2]) < abs(worth[0] - worth[2]) / 4


def uncertain(game: StochasticGame) -> np.ndarray:
    """A plan that is the same for every month: each allowed move alike."""
    even = game.owner_may / game.owner_may.sum(axis=1, keepdims=True)
    return np.repeat(even[None], game.months, axis=0)


@pytest.mark.parametrize("types", [1, 2])
def test_a_re_optimising_rival_is_the_best_of_all_its_plans(types: int) -> None:
    """Every plan of pure moves, counted: none is better for any type than the reply that was found."""
    game = random_war(31, states=2, months=2, own=2, other=2, types=types)
    plan = uncertain(game)
    reply = reply_to_plan(game, plan, np.inf)
    for kind in range(types):
        best = -np.inf
        for moves in itertools.product(range(2), repeat=4):
            if not all(game.rival_may[place % 2, move] for place, move in enumerate(moves)):
                continue
            value = game.rival_last[kind]
            for month in (1, 0):
                value = np.array([_one_step(game, plan[month, s], kind, s, moves[2 * month + s], value) for s in (0, 1)])
            best = max(best, float(game.start @ value))
        assert reply.at_start(game)[1][kind] == pytest.approx(best, abs=1e-12)


def _one_step(game: StochasticGame, play: np.ndarray, kind: int, state: int, move: int, value: np.ndarray) -> float:
    """What a move is worth to a type against mixed play."""
    total = 0.0
    for a, chance in enumerate(play):
        after = sum(game.chances[state, a, move, way] * value[game.following[state, a, move, way]] for way in range(2))
        total += chance * (game.rival_gets[kind, state, a, move] + after)
    return total


def test_declaring_first_is_worth_what_stackelberg_says() -> None:
    """The first row is better whatever the column, and yet the second, declared, gets 3 instead of 2 (Stackelberg 1934)."""
    game = one_stage([[2, 4], [1, 3]], [[[1, 0], [0, 1]]])
    at_once = solve_backward(game, 50.0).at_start(game)[0]
    assert at_once == pytest.approx(2.0, abs=1e-6)
    found = commit(game, {"up": np.array([[[1.0, 0.0]]]), "down": np.array([[[0.0, 1.0]]])}, np.inf)
    assert (found.best, dict(found.worth)) == ("down", {"up": 2.0, "down": 3.0})
    first = lead(game, 50.0)
    assert first.at_start(game)[0] == pytest.approx(3.0, abs=1e-6)
    assert first.declared[0, 0, 0] == 1 and not first.missed


def test_declaring_is_the_same_for_any_number_of_threads() -> None:
    """And is heard of, month by month."""
    game, heard = random_war(3, months=5, types=2), list[int]()
    found, alone = lead(game, 1.0, told=heard.append, threads=2), lead(game, 1.0)
    assert heard == [1, 2, 3, 4, 5] and found.declared.max() > 0
    assert found.owner_value.tobytes() == alone.owner_value.tobytes() and (found.declared == alone.declared).all()


def test_declaring_first_hurts_in_matching_pennies() -> None:
    """Who is read gets nothing."""
    game = one_stage(*PENNIES)
    assert lead(game, 100.0).at_start(game)[0] < 1e-6 < solve_backward(game, 100.0).at_start(game)[0]


def test_levels_of_thinking_in_matching_pennies() -> None:
    """0: alike; 1: the owner takes the large prize, the rival does not care; 2: the owner the same, the rival dodges; 3: the owner follows."""
    play = think(one_stage(*PENNIES), 3, np.inf)
    owner = [level.owner_play[0, 0, 0].tolist() for level in play]
    rival = [level.rival_play[0, 0, 0, :, 0].tolist() for level in play]
    assert owner == [[0.5, 0.5], [1, 0], [1, 0], [0, 1]]
    assert rival == [[0.5, 0.5], [0.5, 0.5], [0, 1], [0, 1]]


def test_a_thinker_of_level_one_learns_nothing_and_of_level_two_learns_how_level_one_plays() -> None:
    """A rival whose types part at level 1 is known to the owner of level 2, who uses it a month later."""
    leads = {(s, a, b): {1: 1.0} for s in (0, 1) for a in (0, 1) for b in (0, 1)}
    owner, rival = np.zeros((2, 2, 2)), np.zeros((2, 2, 2, 2))
    owner[1] = [[1, 0], [0, 1]]
    rival[0, :, :, 0] = rival[1, :, :, 1] = 1.0  # type 0 likes move 0 always, type 1 move 1
    game = war({"types": np.array([0.5, 0.5]), "months": 2, "start": np.array([1.0, 0.0])}, leads, owner, rival)
    levels = think(game, 2, np.inf, belief_steps=4)
    assert [float(level.owner_expects[0, 2]) for level in levels] == [0.5, 0.5, 1.0]
    assert solve_backward(game, 60.0).at_start(game)[0] == pytest.approx(1.0, abs=1e-6)


BROKEN = {
    "owner_gets": lambda game: replace(game, owner_gets=game.owner_gets * np.nan),
    "chances": lambda game: replace(game, chances=game.chances * 0.9),
    "owner_may": lambda game: replace(game, owner_may=game.owner_may & False),
    "types": lambda game: replace(game, types=np.array([0.4])),
    "following": lambda game: replace(game, following=game.following + 4),
    "rival_last": lambda game: replace(game, rival_last=game.rival_last[:, :2]),
    "game": lambda game: replace(game, months=0),
}


@pytest.mark.parametrize("where", BROKEN)
def test_what_is_no_game_is_refused_where_it_is_wrong(where: str) -> None:
    """Before anything is solved."""
    with pytest.raises(SolveError) as refused:
        solve_backward(BROKEN[where](random_war(37)), 1.0)
    assert refused.value.where == where


@pytest.mark.parametrize("precision", [-1.0, np.nan, np.inf])
def test_no_precision_is_refused(precision: float) -> None:
    """Infinite precision has no branch to follow; its limit is asked for by large numbers."""
    with pytest.raises(SolveError):
        solve_backward(random_war(37), precision)


def test_what_does_not_converge_is_said() -> None:
    """A precision that 64 bits cannot hold apart: counted, with how far off, or solved."""
    found: Solution = solve_backward(one_stage(*PENNIES), 1e9)
    assert found.missed.sum() == 1
    assert "1 of 1 stage games have no logit response" in found.doubt()

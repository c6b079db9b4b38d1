"""A war solved backward is the same to the bit for any number of threads, any batch, and after any stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from builders.stochastic_games import random_war
from countermove.games.backward import Effort, Solution, solve_backward
from countermove.games.belief import Grid, after_moves, belief_grid
from countermove.games.logit import logit_response
from countermove.games.stage import Stage
from countermove.games.stage_map import StageMap
from countermove.games.stochastic import StochasticGame
from countermove.store.checkpoint import Checkpoint


def bytes_of(found: Solution) -> dict[str, bytes]:
    """All that a solution says."""
    names = ("owner_play", "rival_play", "owner_value", "rival_value", "residual", "missed", "followed", "turned")
    return {name: getattr(found, name).tobytes() for name in names}


def hard_war(types: int, states: int) -> tuple[StochasticGame, float]:
    """Many moves and high stakes: some games settle at once, some by Newton's steps, some are followed, some have several answers."""
    return random_war(41, states=states, months=2, own=5, other=8, types=types, scale=1.0), 5.0


@pytest.mark.parametrize(
    ("types", "states"), [(1, 12), *(pytest.param(*sizes, marks=pytest.mark.slow) for sizes in ((1, 60), (2, 24), (3, 9)))]
)
def test_threads_and_batches_change_no_bit(types: int, states: int) -> None:
    """One thread or two, all games at once or as few as can be."""
    game, precision = hard_war(types, states)
    once = solve_backward(game, precision, Effort(belief_steps=2))
    assert once.followed.sum() > 0
    for effort in (Effort(2, threads=2), Effort(2, games_at_once=1), Effort(2, games_at_once=23), Effort(2, 2, games_at_once=50)):
        assert bytes_of(solve_backward(game, precision, effort)) == bytes_of(once)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("stop", [1, 2, 4])
def test_a_solution_that_was_stopped_goes_on_where_it_was(tmp_path: Path, stop: int, half: bool) -> None:
    """Ctrl-C once some months are done: those are not worked out again, and nothing differs."""
    game = random_war(43, months=5, types=2)
    heard: list[int] = []

    def told(month: int) -> None:
        heard.append(month)
        if len(heard) == stop:
            raise KeyboardInterrupt

    effort = Effort(half=half, told=told, kept=Checkpoint(tmp_path / "months"))
    with pytest.raises(KeyboardInterrupt):
        solve_backward(game, 1.0, effort)
    again = solve_backward(game, 1.0, effort)
    assert heard == [1, 2, 3, 4, 5]
    assert bytes_of(again) == bytes_of(solve_backward(game, 1.0, Effort(half=half)))


def test_a_month_that_is_kept_is_not_taken_for_another_games(tmp_path: Path) -> None:
    """One shelf, two games, two precisions: each finds its own, and a solved game is not solved again."""
    heard: list[int] = []
    effort = Effort(told=heard.append, kept=Checkpoint(tmp_path))
    game = random_war(47, types=2)
    other = replace(game, owner_last=game.owner_last + 1e-12)
    for one, precision in ((game, 1.0), (other, 1.0), (game, 1.0000001), (game, 1.0)):
        assert bytes_of(solve_backward(one, precision, effort)) == bytes_of(solve_backward(one, precision))
    assert heard == [1, 2, 3] * 3


def test_a_month_that_was_damaged_is_worked_out_again(tmp_path: Path) -> None:
    """A piece cut short: everything is done anew, and the same."""
    game = random_war(53, types=2)
    heard: list[int] = []
    effort = Effort(told=heard.append, kept=Checkpoint(tmp_path))
    first = solve_backward(game, 1.0, effort)
    for piece in tmp_path.glob("*.piece"):
        piece.write_bytes(piece.read_bytes()[:-9])
    assert bytes_of(solve_backward(game, 1.0, effort)) == bytes_of(first)
    assert heard == [1, 2, 3, 1, 2, 3]


def a_stage(types: int, steps: int) -> tuple[Stage, Grid]:
    """Five states of random worth, some moves not allowed."""
    random = np.random.default_rng(types)
    grid = belief_grid(types, steps)
    owner_may, rival_may = random.random((5, 3)) < 0.8, random.random((5, 4)) < 0.8
    owner_may[:, 0] = rival_may[:, 1] = True
    points = len(grid.points)
    worth = random.normal(size=(5, 3, 4, points)), random.normal(size=(5, 3, 4, points, types))
    return Stage(grid, grid.points[None], *worth, owner_may, rival_may), grid


def by_the_book(
    stage: Stage, state: int, belief: NDArray[np.float64], worth: NDArray[np.float64], precision: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The owner's play and what the rival's moves are worth, sum by sum, as the words say it."""
    may_own, may = np.flatnonzero(stage.owner_may[state]), np.flatnonzero(stage.rival_may[state])
    rival = np.exp(precision * worth[may])
    rival /= rival.sum(axis=0)
    chance, after = after_moves(belief, np.log(rival))
    corners, weights = stage.grid.corners(after)
    odds = np.zeros(len(may_own))
    for row, own in enumerate(may_own):
        for place, move in enumerate(may):
            odds[row] += precision * chance[place] * (stage.owner_worth[state, own, move, corners[place]] @ weights[place])
    owner = np.zeros(stage.owner_may.shape[1])
    owner[may_own] = np.exp(odds) / np.exp(odds).sum()
    found = np.full((stage.rival_may.shape[1], worth.shape[1]), np.nan)
    for place, move in enumerate(may):
        found[move] = sum(owner[own] * (weights[place] @ stage.rival_worth[state, own, move, corners[place]]) for own in may_own)
    return owner, found


@pytest.mark.parametrize(("types", "steps"), [(1, 1), (2, 3), (3, 3), (4, 2), (5, 1)])
def test_the_map_is_what_the_words_say(types: int, steps: int) -> None:
    """Every state and belief against plain sums."""
    stage, grid = a_stage(types, steps)
    ready = StageMap(stage)
    worth = np.random.default_rng(9).normal(size=(5, len(grid.points), 4, types))
    play = ready(ready.inward(worth), np.array([1.3]))
    for state in range(5):
        for point, belief in enumerate(grid.points):
            owner, rival = by_the_book(stage, state, belief, worth[state, point], 1.3)
            np.testing.assert_allclose(ready.outward(play.owner_play)[state, point], owner, atol=1e-13)
            found = ready.outward(play.rival_moves)[state, point]
            np.testing.assert_allclose(found[stage.rival_may[state]], rival[stage.rival_may[state]], atol=1e-13)


def test_a_move_that_nobody_makes_still_tells_who_would_have(types: int = 2) -> None:
    """Probabilities below all floating point: type 1 is 1e400 times less unlikely to make the move, so it was type 1."""
    grid = belief_grid(types, 1)
    worth = np.zeros((1, 1, 2, 2, 2))
    worth[0, 0, 1, 0], worth[0, 0, 1, 1] = 7.0, [3.0, 5.0]  # the second move, by the belief after it
    one = np.ones((1, 1), dtype=np.bool_)
    stage = Stage(grid, np.full((1, 1, 2), 0.5), np.zeros((1, 1, 2, 2)), worth, one, np.ones((1, 2), dtype=np.bool_))
    ready = StageMap(stage)
    says = np.zeros((1, 1, 2, 2))
    says[0, 0, 1] = [-2500.0, -1500.0]
    play = ready(ready.inward(says), np.array([1.0]))
    assert ready.outward(play.rival_play)[0, 0, 1].tolist() == [0.0, 0.0]
    assert ready.outward(play.rival_moves)[0, 0, 1].tolist() == [3.0, 5.0]


def test_a_start_that_is_near_changes_nothing() -> None:
    """From the answer to nearly the same game, or from nothing: one answer, to the error that is allowed."""
    stage, _ = a_stage(3, 3)
    near = logit_response(replace(stage, owner_worth=stage.owner_worth * 1.01), 0.8)
    cold, warm = logit_response(stage, 0.8), logit_response(stage, 0.8, near.worth)
    np.testing.assert_allclose(warm.response.owner_play, cold.response.owner_play, atol=1e-9)
    np.testing.assert_allclose(warm.response.rival_play, cold.response.rival_play, atol=1e-9)

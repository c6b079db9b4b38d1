"""The gain of deviating: against all deviations counted one by one, and as the solver's check."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.stochastic_games import chain_store, one_stage, random_war
from countermove.errors import SolveError
from countermove.games.backward import Effort, Solution, solve_backward
from countermove.games.policy_gain import Gain, Policies, policy_gain
from countermove.games.stochastic import StochasticGame


def policies(found: Solution) -> Policies:
    """What the solver says, for the check."""
    return Policies(found.grid.points, found.grid.steps, found.owner_play, found.rival_play)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), types=st.integers(1, 3), precision=st.sampled_from([0.2, 1.0, 4.0]))
def test_the_check_finds_the_solvers_values_and_its_logit_replies(seed: int, types: int, precision: float) -> None:
    """Two codes, one game: values to rounding; play is the logit reply wherever nothing was missed; nobody gains more than logit gives away."""
    game = random_war(seed, types=types, states=3)
    found = solve_backward(game, precision, Effort(belief_steps=3))
    gain = policy_gain(game, policies(found), precision)
    owner, rival = found.at_start(game)
    assert gain.owner_worth == pytest.approx(owner, abs=1e-9)
    np.testing.assert_allclose(gain.rival_worth, rival, atol=1e-9)
    if not found.missed.any():
        assert gain.play_error is not None and gain.play_error < 1e-7
        most = game.months * np.log(3) / precision
        assert -1e-12 <= gain.worst_owner <= most and -1e-12 <= gain.worst_rival <= most


def test_nobody_gains_in_the_limit() -> None:
    """Gains fall as precision grows; at 1e4 they are a ten-thousandth of a point."""
    game = random_war(2, months=2, states=2)
    gains = [policy_gain(game, policies(solve_backward(game, precision))) for precision in (10.0, 1e2, 1e3, 1e4)]
    largest = [max(gain.worst_owner, gain.worst_rival) for gain in gains]
    assert all(after < before for before, after in itertools.pairwise(largest))
    assert largest[-1] < 1e-3


def test_matching_pennies_by_hand() -> None:
    """Owner 1/2, rival 1/2: the owner gains 4.5 - 2.5 by the large prize, the rival nothing."""
    half = Policies(np.ones((1, 1)), 1, np.full((1, 1, 1, 2), 0.5), np.full((1, 1, 1, 2, 1), 0.5))
    gain = policy_gain(one_stage([[9, 0], [0, 1]], [[[0, 1], [1, 0]]]), half)
    assert (gain.owner, gain.rival.tolist(), gain.owner_worth, gain.rival_worth.tolist()) == (2.0, [0.0], 2.5, [0.5])
    assert gain.play_error is None


@pytest.mark.parametrize("seed", range(4))
def test_no_deviation_of_all_is_better(seed: int) -> None:
    """Two states, two months, two moves: all 16 plans of pure moves of each player, each worth what a march through the months says."""
    game = random_war(seed, states=2, months=2, own=2, other=2)
    mixed = solve_backward(game, 0.5)
    gain = policy_gain(game, policies(mixed))
    owner, rival = mixed.owner_play[:, :, 0], mixed.rival_play[:, :, 0, :, 0]
    for own in (True, False):
        best = -np.inf
        for moves in itertools.product(range(2), repeat=4):
            pure = np.eye(2)[np.array(moves)].reshape(2, 2, 2)
            may = game.owner_may if own else game.rival_may
            if ((pure > 0) & ~may[None]).any():
                continue
            best = max(best, _march(game, pure if own else owner, rival if own else pure)[0 if own else 1])
        stays = _march(game, owner, rival)[0 if own else 1]
        assert (gain.owner if own else gain.rival[0]) == pytest.approx(best - stays, abs=1e-12)


def _march(game: StochasticGame, owner: np.ndarray, rival: np.ndarray) -> tuple[float, float]:
    """What both get, forward: where the war is with which probability, month by month."""
    at, got = game.start.copy(), np.zeros(2)
    for month in range(game.months):
        after = np.zeros_like(at)
        for state, a, b in itertools.product(range(2), repeat=3):
            chance = at[state] * owner[month, state, a] * rival[month, state, b]
            got += chance * np.array([game.owner_gets[state, a, b], game.rival_gets[0, state, a, b]])
            for way in range(2):
                after[game.following[state, a, b, way]] += chance * game.chances[state, a, b, way]
        at = after
    return float(got[0] + at @ game.owner_last), float(got[1] + at @ game.rival_last[0])


def test_a_bluff_that_is_not_called_gains() -> None:
    """Chain store in which the weak never fight: the entrant believes who fights, so a weak one gains by fighting once."""
    game = chain_store(0.2, 0.5, 2.0)
    found = solve_backward(game, 100.0, Effort(belief_steps=40))
    calm = policy_gain(game, policies(found))
    assert max(calm.owner, *calm.rival) < 0.02
    meek = found.rival_play.copy()
    meek[0, 0, :, :, 0] = [1.0, 0.0]
    fooled = policy_gain(game, replace(policies(found), rival_play=meek))
    assert fooled.rival[0] == pytest.approx(1.0, abs=0.02)  # monopoly 2 for a fight of 1


def test_a_changed_probability_is_seen() -> None:
    """One hundredth of play moved in one state and month: the logit reply is off by as much."""
    game = random_war(3)
    found = solve_backward(game, 1.0)
    other = found.owner_play.copy()
    state = int((game.owner_may.sum(axis=1) > 1).argmax())
    one, two = np.flatnonzero(game.owner_may[state])[:2]
    other[1, state, 0, one] -= 0.01
    other[1, state, 0, two] += 0.01
    gain: Gain = policy_gain(game, replace(policies(found), owner_play=other), 1.0)
    assert gain.play_error == pytest.approx(0.01, abs=0.005)


@pytest.mark.parametrize("change", [lambda play: play * 1.1, lambda play: play[:, :-1], lambda play: -play])
def test_what_is_no_policy_is_refused(change: object) -> None:
    """Before anything is counted."""
    game = random_war(3)
    found = policies(solve_backward(game, 1.0))
    with pytest.raises(SolveError):
        policy_gain(game, replace(found, owner_play=change(found.owner_play)))  # type: ignore[operator]

"""The pieces of the reference against closed forms and against integration in small steps."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import gamma, kstest, norm

from countermove.verify.numpy_model.combat import lanchester, stepped
from countermove.verify.numpy_model.draws import TINY, Luck, NearTies, layout, slot_count
from countermove.verify.numpy_model.strength import rung_of, shares

K, P, RUNS = 2, 3, 20_000


def luck_of(seed: int, near: NearTies | None = None) -> Luck:
    month = np.random.default_rng(seed).uniform(size=(slot_count(K, P), RUNS))
    return Luck(month, layout(K, P), near or NearTies(RUNS))


@pytest.mark.parametrize(("sides", "patrons"), [(2, 2), (2, 3), (3, 4), (4, 1)])
def test_layout_leaves_no_gap(sides: int, patrons: int) -> None:
    slots = list(layout(sides, patrons).values())
    assert slots[0].start == 0
    assert all(now.stop == then.start for now, then in pairwise(slots))
    even = 2 * ((patrons + 1) // 2)
    by_patron, by_side = 4 * patrons + 2 * patrons, 3 * sides + 4 * sides
    expected = 2 * ((patrons + 2) // 2) + 3 * even + 2 * ((sides + 1) // 2) + by_patron + by_side + 2 + 1 + 1 + 9 + patrons + 1
    assert slot_count(sides, patrons) == expected


def test_normals_are_normal_and_independent() -> None:
    n = luck_of(1).normals("shocks", 1 + P)
    assert n.shape == (1 + P, RUNS)
    assert all(kstest(row, norm.cdf).pvalue > 1e-3 for row in n)
    assert np.abs(np.corrcoef(n) - np.eye(1 + P)).max() < 0.03


def test_first_normal_of_a_pair_is_the_cosine() -> None:
    month = np.full((slot_count(K, P), RUNS), 0.25)
    u, v = layout(K, P)["track"].start, layout(K, P)["track"].start + 1
    month[u], month[v] = np.exp(-0.5), 0.125
    first, second = Luck(month, layout(K, P), NearTies(RUNS)).normals("track", 2)
    np.testing.assert_allclose([first[0], second[0]], np.sqrt(0.5), rtol=1e-14)


def test_a_clock_rings_with_probability_one_minus_exp() -> None:
    for hazard in (0.0, 0.05, 0.7, 3.0):
        rings = luck_of(2).rings("settle", np.full(RUNS, hazard))
        assert abs(rings.mean() - (1.0 - np.exp(-hazard))) < 0.015
    assert not luck_of(2).rings("settle", np.zeros(RUNS)).any()


def test_near_is_the_distance_to_the_probability() -> None:
    near, hazard = NearTies(5), np.full(5, 0.3)
    at = np.exp(-0.3)
    u = np.array([at, at + 0.9 * TINY, at - 0.9 * TINY, at + 1.2 * TINY, at - 1.2 * TINY])
    Luck(np.empty((1, 5)), {}, near).clock(u, hazard)
    assert near.flags.tolist() == [True, True, True, False, False]


def test_the_earliest_clock_wins_in_proportion() -> None:
    u = np.random.default_rng(3).uniform(size=(3, RUNS))
    winner = luck_of(4).race(u, np.tile([[0.2], [0.6], [0.0]], RUNS))
    total = 1.0 - np.exp(-0.8)
    assert abs((winner == 0).mean() - total / 4) < 0.015
    assert abs((winner == 1).mean() - total * 3 / 4) < 0.015
    assert not (winner == 2).any()


def test_chi_has_mean_one() -> None:
    luck = luck_of(5)
    assert np.abs(luck.erlang("chi", K).mean(axis=1) - 1.0).max() < 0.02
    common = luck.gamma("chi-common", np.ones(RUNS, dtype=bool))
    assert kstest(common, gamma(1.5625, scale=1 / 1.5625).cdf).pvalue > 1e-3
    assert abs(common.std() - 0.8) < 0.02
    assert (luck.gamma("chi-common", np.zeros(RUNS, dtype=bool)) == 1.0).all()


def integrate(men: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Losses of one month by a fine solver that stops when a side is gone."""

    def gone(_: float, left: np.ndarray) -> float:
        return float(left.min())

    gone.terminal = True  # type: ignore[attr-defined]
    out = solve_ivp(lambda _, left: -rate * left[::-1], (0.0, 1.0), men, events=gone, rtol=1e-11, atol=1e-11)
    return men - np.maximum(out.y[:, -1], 0.0)


@pytest.mark.parametrize("scale", [0.001, 0.05, 1.0, 6.0])
def test_square_law_in_closed_form(scale: float) -> None:
    rng = np.random.default_rng(6)
    men, rate = rng.uniform(1.0, 60.0, size=(2, 40)), scale * rng.uniform(0.1, 1.0, size=(2, 40))
    loss = lanchester(men, rate)
    expected = np.stack([integrate(men[:, run], rate[:, run]) for run in range(40)], axis=1)
    np.testing.assert_allclose(loss, expected, rtol=1e-6, atol=1e-6)


def test_square_law_at_its_limits() -> None:
    men = np.array([[10.0, 10.0, 10.0], [10.0, 10.0, 1.0]])
    loss = lanchester(men, np.array([[0.0, 0.4, 0.0], [0.0, 0.0, 0.7]]))
    np.testing.assert_allclose(loss, [[0.0, 4.0, 0.0], [0.0, 0.0, 1.0]], atol=1e-12)
    assert (lanchester(men, np.full((2, 3), 50.0)) <= men).all()


def test_steps_come_close_to_the_closed_form() -> None:
    rng = np.random.default_rng(7)
    men, rate = rng.uniform(20.0, 60.0, size=(2, 40)), rng.uniform(0.0, 0.2, size=(2, 40))
    fire = np.array([[0.0, 1.0], [1.0, 0.0]])
    numeric = stepped(fire, men, rate, np.ones((2, 40)), [np.float64(1.0), np.float64(0.0)])  # type: ignore[list-item]
    np.testing.assert_allclose(numeric, lanchester(men, rate), rtol=1e-3, atol=1e-4)


def test_steps_with_three_sides_and_another_law() -> None:
    fire = np.array([[0.0, 0.7, 0.3], [0.5, 0.0, 0.5], [0.2, 0.8, 0.0]])
    men, rate, shot = np.array([[50.0], [40.0], [10.0]]), np.array([[1.0], [1.2], [0.8]]), np.array([[0.05], [0.04], [0.06]])

    def slope(_: float, left: np.ndarray) -> np.ndarray:
        return -rate[:, 0] * (fire.T @ (shot[:, 0] * left**0.8)) * left**0.2

    exact = solve_ivp(slope, (0.0, 1.0), men[:, 0], rtol=1e-11, atol=1e-11).y[:, -1]
    loss = stepped(fire, men, rate, shot, [np.float64(0.8), np.float64(0.2)])  # type: ignore[list-item]
    np.testing.assert_allclose(loss[:, 0], men[:, 0] - exact, rtol=1e-3)


def test_rungs_and_shares() -> None:
    assert rung_of(np.array([0.0, 0.05, 0.051, 1.2, 2.0, 3.5, 12.0, 12.1])).tolist() == [0, 0, 1, 4, 5, 7, 7, 8]
    share, z = shares(np.array([[0.3], [-0.3]]))
    np.testing.assert_allclose(np.log(share / (1.0 - share)), z, atol=1e-14)
    share, z = shares(np.log(np.array([[0.6], [0.3], [0.1]])))
    np.testing.assert_allclose(share[:, 0], [0.6, 0.3, 0.1])
    np.testing.assert_allclose(z, np.log(share / (1.0 - share)))

"""The triangle of weights: FIXTURE 21 by hand, brute force on a grid, linear programs, and laws."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import sqrt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from triangles import independent

from countermove.behaviour.table import THEORIES
from countermove.decision.error import Sums
from countermove.decision.flip import flip_weight
from countermove.decision.scores import Scores
from countermove.decision.ternary import regions, triangle, triangle_of
from countermove.errors import DecisionError
from countermove.questions.explore.explore import thirds

TABLE = np.array([[9.0, 1.0, 0.0], [6.0, 5.0, 2.0], [4.0, 4.0, 4.0]])
NONE = np.zeros((3, 3, 1))
ABC = ("A", "B", "C")


def area(*corners: tuple[Fraction, Fraction]) -> Fraction:
    """Share of the triangle of a polygon given by its first two weights, as a fan of exact triangles."""
    (ax, ay), total = corners[0], Fraction(0)
    for (bx, by), (cx, cy) in pairwise(corners[1:]):
        total += (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    return abs(total)


def test_the_fixture_by_hand() -> None:
    """Borders x-y at a = 4/7 (c = 0), x-z at a = 4/9 (b = 0), y-z at b = 2/3 (a = 0); all three meet at (10, 2, 11)/23."""
    f = Fraction
    middle = (f(10, 23), f(2, 23))
    wanted = {
        "x": area((f(1), f(0)), (f(4, 7), f(3, 7)), middle, (f(4, 9), f(0))),
        "y": area((f(0), f(1)), (f(0), f(2, 3)), middle, (f(4, 7), f(3, 7))),
        "z": area((f(0), f(0)), (f(4, 9), f(0)), middle, (f(0), f(2, 3))),
    }
    assert sum(wanted.values()) == 1
    found = {region.strategy: region for region in regions(TABLE, "xyz")}
    for name, share in wanted.items():
        assert found[name].share == pytest.approx(float(share), abs=1e-14)
        assert any(np.allclose(corner, np.array([10, 2, 11]) / 23, atol=1e-14) for corner in found[name].corners)


def test_edges_are_the_flips_of_two_theories() -> None:
    """Where the third theory has no weight, a corner of the region lies at the closed form of decision/flip.py."""
    x = regions(TABLE, "xyz")[0].corners
    between_a_and_b = flip_weight(9 - 6, 1 - 5)
    between_a_and_c = flip_weight(9 - 4, 0 - 4)
    assert between_a_and_b is not None and between_a_and_c is not None
    for wanted in ([between_a_and_b, 1 - between_a_and_b, 0], [between_a_and_c, 0, 1 - between_a_and_c]):
        assert np.isclose(x, wanted, atol=1e-14).all(axis=1).any()


def inside(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which points lie strictly inside a convex polygon, by the side of each edge."""
    a, b = corners[:, None, :2], np.roll(corners, -1, axis=0)[:, None, :2]
    cross = (b - a)[..., 0] * (points[:, 1] - a[..., 1]) - (b - a)[..., 1] * (points[:, 0] - a[..., 0])
    return (cross > 1e-9).all(axis=0) | (cross < -1e-9).all(axis=0)


@pytest.mark.parametrize("number", range(5))
def test_a_grid_agrees(number: int) -> None:
    """Six random strategies: a fine grid puts every weight under the strategy whose polygon holds it, and counts the same areas."""
    value = np.random.Generator(np.random.Philox(key=[number, 1])).normal(size=(6, 3))
    found = regions(value, "abcdef")
    n = 300
    first, second = np.meshgrid(np.arange(n), np.arange(n))
    points = (np.stack([first, second], axis=-1).reshape(-1, 2) + 1 / 3) / n
    points = np.column_stack([points, 1 - points.sum(axis=1)])[points.sum(axis=1) < 1]
    best = (points @ value.T).argmax(axis=1)
    for s, region in enumerate(found):
        assert region.share == pytest.approx((best == s).mean(), abs=0.01)
        if len(region.corners):
            assert (best[inside(region.corners, points)] == s).all()


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, some.tuples(some.integers(2, 7), some.just(3)), elements=some.integers(-3, 3).map(float)))
def test_the_regions_fill_the_triangle(value: np.ndarray) -> None:
    """Whatever the ties: areas add up to 1, corners are weights, and the strategy is best at each corner of its region."""
    found = regions(value, [f"s{s}" for s in range(len(value))])
    assert sum(region.share for region in found) == pytest.approx(1, abs=1e-9)
    for s, region in enumerate(found):
        assert (region.share > 0) == (len(region.corners) > 2)
        assert (region.corners >= -1e-12).all() and np.allclose(region.corners.sum(axis=1), 1, atol=1e-12)
        worth = region.corners @ value.T
        assert (worth[:, s] >= worth.max(axis=1) - 1e-9).all() if len(worth) else True


def test_hardly_different_strategies_still_share_the_triangle() -> None:
    """A difference of 1e-9 on a value of a million is a difference."""
    value = np.array([[1e6, 1e6, 1e6], [1e6 + 1e-9, 1e6, 1e6 - 1e-9]])
    assert [region.share for region in regions(value, "xy")] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_twins_share_one_region() -> None:
    """Of two strategies with the same values the first in the file holds the region, and the second says so."""
    found = regions(np.array([[1.0, 0, 0], [0, 1, 1], [1, 0, 0]]), "xyz")
    assert [region.same_as for region in found] == [None, None, "x"]
    assert found[0].share + found[1].share == pytest.approx(1) and found[2].share == 0


def test_a_dominated_strategy_has_no_region() -> None:
    """Below another everywhere, and below a mixture of two others without being below either."""
    found = regions(np.array([[4.0, 0, 2], [0, 4, 2], [1, 1, 1], [1.9, 1.9, 2]]), "abcd")
    assert [region.share > 0 for region in found] == [True, True, False, False]


def test_errors_of_the_border() -> None:
    """At equal weights y leads z by 1/3: with independent errors of e the difference has the error e sqrt(6)/3."""
    for error in (0.5, 0.21, 0.2042, 0.204, 0.2, 0.1, 0.0):
        found = triangle(TABLE, independent(np.full((3, 3), error)), (1, 1, 1), "xyz", ABC)
        assert (found.best, found.next) == ("y", "z")
        assert found.ahead == pytest.approx(1 / 3) and found.se == pytest.approx(error * sqrt(6) / 3)
        assert found.border == (error >= 1 / (2 * sqrt(6)))
    assert "cannot tell" in triangle(TABLE, independent(np.full((3, 3), 0.5)), (1, 1, 1), "xyz", ABC).sentence


def least_shift(value: np.ndarray, weights: np.ndarray) -> float | None:
    """The same by linear programs: minimise the weight moved, subject to one rival being as good as the best now."""
    best = int((value @ weights).argmax())
    found: list[float] = []
    for rival in range(len(value)):
        if rival != best:
            # unknowns: new weights w, and moved t >= w - weights; minimise sum t
            gap = value[best] - value[rival]
            done = linprog(
                [0, 0, 0, 1, 1, 1],
                A_ub=np.vstack([np.hstack([gap, np.zeros(3)]), np.hstack([np.eye(3), -np.eye(3)])]),
                b_ub=np.concatenate([[0], weights]),
                A_eq=[[1, 1, 1, 0, 0, 0]],
                b_eq=[1],
            )
            if done.status == 0:
                found.append(float(done.fun))
    return min(found) if found else None


@pytest.mark.parametrize("number", range(40))
def test_the_least_shift(number: int) -> None:
    """Closed form against linear programs."""
    generator = np.random.Generator(np.random.Philox(key=[number, 2]))
    value, weights = generator.integers(-3, 6, size=(3, 3)).astype(float), generator.dirichlet([1, 1, 1])
    found, wanted = triangle(value, NONE, weights, "xyz", ABC).shift, least_shift(value, weights)
    assert found == (None if wanted is None else pytest.approx(wanted, abs=1e-9))


def scores(value: np.ndarray, shares: np.ndarray) -> Scores:
    """Scores with random sums by scramble around these values [S, T]."""
    generator = np.random.Generator(np.random.Philox(key=[5, 5]))
    luck = generator.normal(size=(1, value.shape[1], 16)) * 3 + generator.normal(size=(*value.shape, 16)) / 5
    mass = np.full(16, 1 / 16)
    alone = (value[..., None] + luck - luck.mean(axis=-1, keepdims=True)) * mass
    totals = np.concatenate([alone, np.einsum("stk,t->sk", alone, shares)[:, None]], axis=1)
    names = tuple(f"t{t}" for t in range(value.shape[1])) + ("weighted",)
    empty = np.empty(0)
    return Scores(tuple("xyz"), names, shares, totals.sum(axis=-1), totals, mass, empty, None, empty, 0.1)


def test_scores_bring_the_errors_of_differences() -> None:
    """Luck that strategies share cancels: the error at the present weights is that of the weighted difference by scramble."""
    found = scores(TABLE, np.array([0.2, 0.3, 0.5]))
    point = triangle_of(found)
    best, rival = "xyz".index(point.best), "xyz".index(point.next)
    wanted = Sums(found.totals[best, -1] - found.totals[rival, -1], found.mass).estimate()
    assert (point.ahead, point.se) == (pytest.approx(wanted.mean), pytest.approx(wanted.se))
    alone = triangle(TABLE, independent(np.full((3, 3), 0.75)), (0.2, 0.3, 0.5), "xyz", ABC)
    assert point.se < alone.se / 5


def test_blocks_of_theories() -> None:
    """Five theories in three blocks: a block's values are those of its theories at their shares."""
    generator = np.random.Generator(np.random.Philox(key=[5, 6]))
    value, shares = generator.normal(size=(3, 5)), np.array([0.1, 0.3, 0.0, 0.2, 0.4])
    found = triangle_of(scores(value, shares), {"p": ["t0", "t1"], "q": ["t2"], "r": ["t3", "t4"]})
    assert found.weights == pytest.approx((0.4, 0.0, 0.6)) and found.corners == ("p", "q", "r")
    blocks = np.stack([(value[:, 0] + 3 * value[:, 1]) / 4, value[:, 2], (value[:, 3] + 2 * value[:, 4]) / 3], axis=1)
    for region, wanted in zip(found.regions, regions(blocks, "xyz"), strict=True):
        assert region.share == pytest.approx(wanted.share, abs=1e-9)
    assert found.best == "xyz"[int((value @ shares).argmax())]


@pytest.mark.parametrize(
    "blocks",
    [
        None,
        {"p": ["t0"], "q": ["t1"]},
        {"p": ["t0", "t1"], "q": ["t1", "t2"], "r": ["t3", "t4"]},
        {"p": ["t0", "t1"], "q": ["t2"], "r": ["t3"]},
        {"p": ["t0", "t1"], "q": ["t2"], "r": ["t3", "t9"]},
        {"p": ["t0", "t1", "t3"], "q": [], "r": ["t2", "t4"]},
        {"p": ["t0", "t3", "t4"], "q": ["t2", "t5"], "r": ["t1"]},
    ],
)
def test_blocks_that_part_nothing(blocks: dict[str, list[str]] | None) -> None:
    """Not three, twice, lost, unknown, empty, or without weight to divide."""
    with pytest.raises(DecisionError):
        triangle_of(scores(np.ones((3, 6)), np.array([0.1, 0.3, 0.0, 0.2, 0.4, 0.0])), blocks)


@pytest.mark.parametrize(
    ("value", "parts", "weights", "names"),
    [
        (TABLE[:1], NONE[:1], (1, 1, 1), "x"),
        (TABLE, NONE, (0, 0, 0), "xyz"),
        (TABLE, NONE, (1, -1, 1), "xyz"),
        (TABLE, NONE, (1, np.nan, 1), "xyz"),
        (np.where(TABLE > 8, np.inf, TABLE), NONE, (1, 1, 1), "xyz"),
        (TABLE, NONE * np.nan, (1, 1, 1), "xyz"),
        (TABLE[:, :2], NONE, (1, 1, 1), "xyz"),
        (TABLE, NONE[:2], (1, 1, 1), "xyz"),
    ],
)
def test_what_has_no_meaning(value: np.ndarray, parts: np.ndarray, weights: tuple[float, ...], names: str) -> None:
    """One strategy, no weights, numbers that are none, shapes that do not fit."""
    with pytest.raises(DecisionError):
        triangle(value, parts, weights, names, ABC)


def test_all_the_weight_on_one_theory() -> None:
    """A corner is a point like any other."""
    found = triangle(TABLE, NONE, (1, 0, 0), "xyz", ABC)
    assert found.best == "x" and not found.border and found.shift == pytest.approx(3 / 7)
    assert "comes first over 25% of all divisions" in found.sentence


def test_two_corners_are_what_moves_the_patron() -> None:
    """As the theories say it of themselves; where one is empty, the two of most weight stand for themselves."""
    theories = tuple(THEORIES.values())
    found: Any = SimpleNamespace(theories=(*THEORIES, "weighted"), shares=np.array([3, 1, 1, 2, 1, 1, 1, 1]) / 11)
    blocks = thirds(found, theories)
    assert blocks["losing"] == ("spigot", "rational", "switching") and blocks["pain"] == ("pressure",)
    assert blocks["other theories"] == ("inertia", "richardson", "opportunist", "domestic")
    found.shares[1] = 0
    assert list(thirds(found, theories)) == ["inertia", "richardson", "other theories"]

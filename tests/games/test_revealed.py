"""What a rival's first support reveals of his stakes: the ends by hand, and in the small war."""

from __future__ import annotations

import math

import numpy as np
import pytest

from builders.looking_ahead import small_ahead
from countermove.games.in_the_war import play
from countermove.games.one_month import NO_ORDERS
from countermove.games.revealed import Revealed, revealed, scaled

LEVELS = (0.0, 1.0, 2.0)


def test_the_ends_are_where_another_level_becomes_as_good() -> None:
    """Giving nothing saves 3 and loses 30, giving twice as much costs 4 and wins 10: from 3/30 to 4/10, and the middle of the two."""
    found = revealed(LEVELS, np.array([0.0, 30.0, 40.0]), np.array([0.0, 3.0, 7.0]))
    assert (found.low, found.high) == (pytest.approx(0.1), pytest.approx(0.4))
    assert found.scale == pytest.approx(0.2)
    assert found.found


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_between_them_the_first_level_is_best(share: float) -> None:
    """Of random levels, wherever there are such stakes; and at either end another is as good."""
    random, seen = np.random.default_rng(int(100 * share)), 0
    for _ in range(200):
        wins, pays = random.normal(size=4), random.normal(size=4)
        found = revealed((0.0, 0.5, 1.0, 2.0), wins, pays)
        if not found.found or math.isinf(found.high):
            continue
        seen += 1
        inside = found.low + share * (found.high - found.low)
        assert int(np.argmax(inside * wins - pays)) == 2
        for end in (found.low, found.high):
            worth = end * wins - pays
            assert end == 0 or worth[2] == pytest.approx(np.delete(worth, 2).max())
    assert seen > 10


def test_where_there_are_none_nothing_is_scaled() -> None:
    """More that is cheaper is better whatever is at stake; no more that wins leaves the higher end open; all cheap ones leave the lower one at 0."""
    assert revealed(LEVELS, np.array([0.0, 30.0, 40.0]), np.array([0.0, 3.0, 2.0])) == Revealed(
        pytest.approx(0.1), pytest.approx(-0.1), 1.0
    )
    assert not revealed(LEVELS, np.array([0.0, 30.0, 30.0]), np.array([0.0, 3.0, 2.0])).found
    assert revealed(LEVELS, np.array([0.0, 30.0, 20.0]), np.array([0.0, 60.0, 70.0])) == Revealed(2.0, math.inf, 4.0)
    lowest = revealed(LEVELS, np.array([0.0, 30.0, 40.0]), np.array([5.0, 3.0, 7.0]))
    assert lowest.low == 0 and lowest.scale == pytest.approx(np.sqrt(0.1 * 0.4 * 0.4))


def test_of_the_small_war() -> None:
    """Nothing being ordered, the median type does best at his first level; the game and the types are of the scaled prize."""
    ahead = small_ahead()
    found, made = ahead.revealed, ahead.made
    assert found.found
    rows: dict[float, float] = {}
    for level, policy in zip(ahead.moves.rival, ahead.steady.values(), strict=True):
        seen = play(ahead.extracted, NO_ORDERS.name, policy, ahead.options.lucks)
        rows[level] = float((found.scale * seen.totals[-2] - seen.totals[-1]).mean())
    assert max(rows, key=lambda level: rows[level]) == 1
    np.testing.assert_allclose(made.ratios, ahead.extracted.ratios * found.scale)
    np.testing.assert_allclose(scaled(ahead.extracted, 1.0).game.rival_gets, ahead.extracted.game.rival_gets, rtol=1e-9, atol=1e-9)
    assert np.abs(made.game.rival_gets).max() < np.abs(ahead.extracted.game.rival_gets).max()

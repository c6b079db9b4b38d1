"""The abstraction gap of all plans and theories, and with finer bins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders.looking_ahead import SMALL, small_ahead
from countermove.games.gap import gap_of
from countermove.questions.solve.abstraction import finer, finer_sizes, gaps_of

pytestmark = pytest.mark.slow  # what these ask costs minutes where nothing is compiled yet


def test_a_gap_for_each_plan_and_theory() -> None:
    """Each is the gap of what was played in the plan's own game, in the order in which it was."""
    ahead = small_ahead()
    told: list[tuple[int, int]] = []
    ahead = replace(ahead, progress=lambda _, done, total: told.append((done, total)))
    runs = {name: {theory: small_ahead().play_own(name, theory) for theory in ahead.weights} for name in ahead.strategies}
    object.__setattr__(ahead, "own_games", small_ahead().own_games)
    gaps = gaps_of(ahead, runs)
    assert [(row.strategy, row.theory) for row in gaps] == [(s, t) for s in ("wait", "arm") for t in ("inertia", "spigot")]
    assert told == [(1, 2), (2, 2)]
    for row in gaps:
        one = gap_of(ahead.own_games[row.strategy], runs[row.strategy][row.theory])
        assert row.simulator.mean == one.value.simulator
        assert row.game.se == pytest.approx(one.value.game_error)
        assert row.gap.mean == pytest.approx(one.value.gap)
        assert row.gap.se == pytest.approx(one.value.error)
        assert (row.outside, row.beyond) == (one.outside, one.beyond_reach)


@pytest.mark.slow
def test_finer_bins_are_twice_and_four_times_as_many() -> None:
    """More states each time, of the same plans and theories; the first row is what was given."""
    coarse = replace(
        SMALL, draws=16, lucks=2, samples=2, shortfall=1, support=(0.5, 1.5), theories=("spigot",), strategies=("wait",)
    )
    ahead = replace(small_ahead(), options=coarse)
    gaps = gaps_of(ahead, {"wait": {"spigot": ahead.play_own("wait", "spigot")}})
    rows = finer_sizes(ahead, gaps)
    for turn, row in enumerate(rows):
        own = finer(ahead, turn).own_games["wait"]
        assert row.says == f"{next(axis.bins for axis in own.bins.axes if axis.name == 'shortfall')} of shortfall"
    assert rows[0].states < rows[1].states < rows[2].states
    assert rows[0].gap == rows[0].worst.mean == abs(gaps[0].gap.mean)
    assert rows[0].error == pytest.approx(np.sqrt(2 / np.pi) * gaps[0].gap.se)
    assert all(np.isfinite([row.gap, row.error, row.worst.mean, row.worst.se]).all() for row in rows)

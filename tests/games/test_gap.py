"""The abstraction gap: the simulator's side is what `run` shows, and finer bins lose less."""

from __future__ import annotations

import numpy as np
import pytest

from builders.war_games import COARSE, FINE, small_game
from countermove.compute.local import Local
from countermove.decision.objective import worth_of
from countermove.engine.draws import prior_draws
from countermove.engine.run import Batch, Engine, run
from countermove.errors import SolveError
from countermove.games.gap import Compared, Gap, measure_gap


def test_the_simulators_side_is_what_run_shows() -> None:
    """The months' points add up to the objective's, and so do the watched measures."""
    made = small_game()
    program = made.board.program
    found = run(Engine(program), Batch(prior_draws(program, 64, 0), 16, 1024, ("arm",), ("spigot",)), Local(1))
    table = found.outcomes["arm", "spigot"]
    gap = measure_gap(made, "arm", "spigot", lucks=16)
    assert gap.value.simulator == pytest.approx(worth_of(table, program.scenario.objective, "small").mean(), rel=1e-5)
    deaths = next(one for one in gap.outcomes if one.name == "deaths")
    assert deaths.simulator == pytest.approx(found.outcomes["arm", "spigot"][list(_measures()).index("deaths")].mean(), rel=1e-5)
    by_draw = worth_of(table, program.scenario.objective, "small").mean(axis=-1)
    assert gap.value.simulator_error == pytest.approx(by_draw.std(ddof=1) / np.sqrt(64), rel=1e-4)


def _measures() -> tuple[str, ...]:
    from countermove.world.measure import MEASURE_NAMES

    return MEASURE_NAMES


@pytest.mark.parametrize("theory", ["inertia", "spigot"])
def test_finer_bins_shrink_the_gap(theory: str) -> None:
    """One bin of all that fighting changes, and eight of the rival's shortfall: both players' gaps shrink, the owner's to its errors."""
    coarse, fine = (measure_gap(small_game(sizes, samples=64), "wait", theory, lucks=16) for sizes in (COARSE, FINE))
    middle = 4  # the rival of the middle type: after points, deaths, cost and the low type
    assert abs(fine.outcomes[middle].gap) < abs(coarse.outcomes[middle].gap)
    assert abs(fine.value.gap) < abs(coarse.value.gap)
    assert abs(fine.value.gap) < 3 * fine.value.error


def test_a_gap_is_told_with_its_errors() -> None:
    """In words, and whether it is inside a tolerance."""
    row = Compared("points", -1.0, 0.03, -1.1, 0.04)
    gap = Gap("wait", "spigot", (row,), 1024, 0.1, 0.02, 0.0, 0.0)
    assert row.gap == pytest.approx(-0.1)
    assert row.error == pytest.approx(0.05)
    assert gap.within(0.21)
    assert not gap.within(0.19)
    assert "not inside 0.19 points" in gap.says(0.19)[0]
    assert "-1 ± 0.03 in the simulator, -1.1 ± 0.04 in the game; the gap is -0.1 ± 0.05" in gap.says(0.19)[1]
    assert "2.0% without an example" in gap.says(0.19)[2]


def test_what_was_written_is_found_or_refused() -> None:
    """A strategy or a theory that the war does not have is named."""
    made = small_game()
    with pytest.raises(SolveError, match="no strategy called win"):
        measure_gap(made, "win", "spigot")
    with pytest.raises(SolveError, match="no theory called rational"):
        measure_gap(made, "wait", "rational")
    with pytest.raises(SolveError, match="a luck"):
        measure_gap(made, "wait", "spigot", lucks=0)

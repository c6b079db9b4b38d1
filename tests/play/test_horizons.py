"""A game that ends before a measure is judged does not have it: it counts for nothing, and the page says so."""

from __future__ import annotations

import numpy as np
import pytest

from builders.places import WAR_FILE
from builders.wars import compiled
from countermove.decision.cells import row_of
from countermove.play.horizons import game_title, in_game, judged_in, left_out, values_in_game
from countermove.play.outcome import measured
from countermove.questions.people import people
from countermove.scenario.schema import Worth
from countermove.world.measure import MEASURE_NAMES

PROGRAM = compiled(WAR_FILE)


def test_what_a_shorter_game_cannot_have_counts_for_nothing() -> None:
    """The change of support of month 24 is minus the start in month 12: nothing. On a clock of 12 months it is judged in month 12."""
    ones = np.ones((len(MEASURE_NAMES), 2))
    short, whole, clock = in_game(ones, 36, 12), in_game(ones, 36, 24), in_game(ones, 12, 12)
    gone = {name for name in MEASURE_NAMES if short[row_of(name), 0] == 0}
    assert gone == {"support-change", "rung-24", "drawn-in", "drawn-in-from-start"}
    assert whole[row_of("support-change")].tolist() == clock[row_of("support-change")].tolist() == [1, 1]
    assert judged_in("settlement-by-24-months", 36, 12) and not judged_in("rung-24", 36, 23)


def test_the_table_leaves_it_out_and_says_so() -> None:
    """A settlement is told within the months of the game."""
    objective = PROGRAM.scenario.objective
    assert objective is not None
    values = {**objective.values, "support-change": Worth(points=-1.0, per=1.0, unit="thousand person-equivalents")}
    scenario = PROGRAM.scenario.model_copy(update={"objective": objective.model_copy(update={"values": values})})
    ends = dict.fromkeys(MEASURE_NAMES, -3.0)
    short, long = ({one["name"]: one["says"] for one in measured(scenario, people(PROGRAM), ends, n)} for n in (12, 30))
    assert "support-change" not in short and "support-change" in long
    assert short["settlement-by-24-months"] == "Settlement within the 12 months of the game"
    assert long["settlement-by-24-months"] == "Settlement within 24 months"
    (said,) = left_out(scenario, 12)
    assert "left out: it is judged in month 24" in said and list(left_out(scenario, 24)) == []
    assert values_in_game(ends, 36, 12)[row_of("support-change"), 0] == 0
    assert game_title(scenario, "settlement-by-12-months", 5) == "settlement within the 5 months of the game"


@pytest.mark.parametrize("months", [11, 12])
def test_a_settlement_within_a_year_is_one_of_a_year(months: int) -> None:
    """Told by its own horizon where the game comes to it."""
    told = game_title(PROGRAM.scenario, "settlement-by-12-months", months)
    assert ("of the game" in told) == (months == 11)

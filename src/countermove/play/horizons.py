"""Measures that a game cannot have because it ends before the month in which they are judged: they are left out, and the page says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from countermove.scenario.schema import Scenario, Worth
from countermove.world.measure import MEASURE, MEASURE_NAMES, judged_at, titled
from countermove.world.words import counted


def judged_in(name: str, clock: int, months: int) -> bool:
    """Whether a game of so many months, of a war whose clock has `clock`, comes to the month in which a measure is judged. A settlement within some
    months is known of a shorter game too: within its own."""
    one = MEASURE[name]
    if one.horizon is None or one.event == "settlement":
        return True
    at = judged_at(one, clock)
    return at is not None and at <= months


def in_game(measures: np.ndarray, clock: int, months: int) -> np.ndarray:
    """Measures [M, ...] of a game of so many months, as its points count them: 0 where it ends before they are judged. A ratio has no points."""
    found = np.array(measures, np.float64)
    for row, name in enumerate(MEASURE_NAMES):
        if MEASURE[name].kind != "ratio" and judged_at(MEASURE[name], clock) is not None and not judged_in(name, clock, months):
            found[row] = 0
    return found


def values_in_game(measures: Mapping[str, float], clock: int, months: int) -> np.ndarray:
    """The same [M, 1], of measures by name."""
    return in_game(np.array([measures[name] for name in MEASURE_NAMES])[:, None], clock, months)


def game_title(scenario: Scenario, name: str, months: int) -> str:
    """What a measure is called of a game of so many months: a settlement within 24 months is one within the 12 months of the game."""
    one = MEASURE[name]
    if one.event == "settlement" and one.horizon is not None and months < one.horizon:
        return f"settlement within the {counted(months, 'month')} of the game"
    return titled(name, scenario.opening.control)


def left_out(scenario: Scenario, months: int) -> Iterator[str]:
    """A sentence for each measure that the objective values and that a game of so many months cannot have; with a small first letter, and about the
    owner."""
    values: Mapping[str, Worth] = {} if scenario.objective is None else scenario.objective.values
    for name in values:
        if not judged_in(name, scenario.clock.months, months):
            at = judged_at(MEASURE[name], scenario.clock.months) or MEASURE[name].horizon
            yield (
                f"{titled(name, scenario.opening.control)} is left out: it is judged in month {at} of the war, to which this game does "
                "not come."
            )

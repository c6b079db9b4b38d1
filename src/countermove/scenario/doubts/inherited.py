"""What is said of the program's own numbers in a scenario: a doubt in a war of another age, a note in any."""

from __future__ import annotations

from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.inherited import FIRST, LAST, PRICES, WAR, inherited
from countermove.scenario.schema import Scenario

AGE = 15
"""How many years before or after the calibration a war may start and still be of its age."""


def of_its_age(scenario: Scenario) -> bool:
    """Whether the war starts near enough to the calibration."""
    return FIRST - AGE <= scenario.clock.start // 12 <= LAST + AGE


def another_age(written: MarkedScenario) -> Doubts:
    """Hazards and prices that were calibrated to the Donbas, in a war that starts more than fifteen years earlier or later."""
    year = written.scenario.clock.start // 12
    found = inherited(written.scenario)
    if of_its_age(written.scenario) or not found.count:
        return
    above = f"; above all {found.most_important}" if found.most_important else ""
    message = f"the war starts in {year}, and {found.sentence}{above}"
    yield "scenario", message, f"parameters: and ladder: of this war; else all that is told holds for a war like {WAR}, in {PRICES}"

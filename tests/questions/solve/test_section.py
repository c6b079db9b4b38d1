"""What a memo shows of a rival who thinks ahead, and when it asks."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from builders.ahead import solved
from builders.places import SMALL_FILE
from builders.wars import compiled
from countermove.questions.options import RunOptions
from countermove.questions.run.run import Study
from countermove.questions.solve.finding import GapFound, Leading, MeanError
from countermove.questions.solve.section import INQUIRY, NOT_RUN, section

TITLES = {"wait": "Wait <b>", "arm": "Arm"}


def study(objective: bool = True) -> Study:
    """As much of a study as the asking looks at."""

    class War:
        program = compiled(SMALL_FILE)

    if not objective:
        War.program = replace(War.program, scenario=War.program.scenario.model_copy(update={"objective": None}))
    return cast(Study, War)


@pytest.mark.parametrize(("draws", "asked"), [(None, True), (256, True), (128, False)])
def test_a_first_look_does_not_ask(draws: int | None, asked: bool) -> None:
    """With fewer draws than it takes to tell anything of him."""
    assert INQUIRY.meant(study(), RunOptions(draws=draws)) is asked


def test_nothing_is_asked_where_nothing_is_wanted() -> None:
    """Without an objective, or with silences filled otherwise."""
    assert not INQUIRY.meant(study(objective=False), RunOptions())
    assert not INQUIRY.meant(study(), RunOptions(completion="match"))


def test_what_was_not_asked_is_said() -> None:
    assert section(None).why == NOT_RUN and "from 256 draws on" in NOT_RUN


def test_the_tables_are_those_of_the_finding() -> None:
    """Plans, what he does, where he gives, the game beside the war; a row for each plan."""
    lead = Leading("knowing", "wait", "arm", MeanError(0.5, 0.1), "better", ("wait",))
    gap = GapFound("wait", "spigot", MeanError(-1.0, 0.1), MeanError(-1.2, 0.1), 0.0, 0.0)
    plans = tuple(
        replace(plan, worth={**plan.worth, "theories": MeanError(-1.0, 0.1)}, support={**plan.support, "theories": 1.0})
        for plan in solved(TITLES).plans
    )
    gaps = (gap, replace(gap, strategy="arm"))
    found = section(replace(solved(TITLES), plans=plans, leading=(lead, replace(lead, view="theories")), gaps=gaps))
    assert found.why == "" and found.plans is not None and len(found.plans.rows) == 2
    assert [len(table.rows) for table in found.tables] == [2, 8, 1]

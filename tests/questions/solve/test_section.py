"""What a memo shows of a rival who thinks ahead, and when it asks."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from builders.ahead import solved
from builders.places import SMALL_FILE
from builders.wars import compiled
from countermove.memo.sections import SECTIONS
from countermove.questions.options import RunOptions, silent
from countermove.questions.run.run import Study
from countermove.questions.solve.finding import GapFound, Leading, MeanError
from countermove.questions.solve.section import INQUIRY, NOT_RUN, NotAsked, section, why_nothing
from countermove.show.page import environment

TITLES = {"wait": "Wait <b>", "arm": "Arm"}


def study(objective: bool = True) -> Study:
    """As much of a study as the asking looks at."""

    class War:
        program = compiled(SMALL_FILE)

    if not objective:
        War.program = replace(War.program, scenario=War.program.scenario.model_copy(update={"objective": None}))
    return cast(Study, War)


def why(options: RunOptions, *, objective: bool = True) -> str:
    """What the memo says where he is not asked."""
    found = INQUIRY.ask(study(objective), options, silent)
    assert isinstance(found, NotAsked)
    return section(None, why_nothing(found, ())).why


@pytest.mark.parametrize(
    ("options", "objective", "said"),
    [
        (RunOptions(draws=128), True, "asked for with 128 draws, and asking him takes 256."),
        (RunOptions(completion="match"), True, "all silences of the plans are filled by “match” here"),
        (RunOptions(), False, "does not say what its owner wants"),
        (RunOptions(draws=512, full=False, seed=990017), True, "it is a quick memo"),
    ],
)
def test_who_was_not_asked_is_said_with_its_reason(options: RunOptions, objective: bool, said: str) -> None:
    """The very reason, whatever else holds; nothing is played for it."""
    told = why(options, objective=objective)
    assert told.startswith(NOT_RUN) and said in told and told.endswith("`countermove solve` asks him.")


def test_who_could_not_be_asked_is_said_with_the_error() -> None:
    """That which the memo warns of; what failed beside him is another's."""
    failed = "A rival who thinks ahead cannot be told: the game has 9,000 states. Cut the 8 bins of shortfall (--bins)."
    assert why_nothing(None, ("The unanswered questions cannot be told: too few draws.", failed)) == failed
    assert section(None).why == f"{NOT_RUN}: `countermove solve` asks him."


def test_doubts_stand_beside_the_lead() -> None:
    """In the body, each called one, and not among the sentences of the annex."""
    ahead = replace(solved(TITLES), sentences=("One.", "Two.", "Three.", "Four.", "Five."), doubts=("He is not the one.",))
    found = section(ahead)
    assert (found.doubts, found.rest) == (("To be doubted: He is not the one.",), ("Five.",))
    body = next(one for one in SECTIONS if one.anchor == "ahead").template
    page = environment().get_template(body).render(s=found)
    assert page.index("Four.") < page.index("To be doubted: He is not the one.")


def test_the_tables_are_those_of_the_finding() -> None:
    """Plans, what he does, where he gives, the game beside the war; a row for each plan."""
    lead = Leading("knowing", "wait", "arm", MeanError(0.5, 0.1), "better", ("wait",))
    gap = GapFound(
        strategy="wait",
        theory="spigot",
        simulator=MeanError(-1.0, 0.1),
        game=MeanError(-1.2, 0.1),
        gap=MeanError(-0.2, 0.1),
        outside=0.0,
        beyond=0.0,
    )
    plans = tuple(
        replace(plan, worth={**plan.worth, "theories": MeanError(-1.0, 0.1)}, support={**plan.support, "theories": 1.0})
        for plan in solved(TITLES).plans
    )
    gaps = (gap, replace(gap, strategy="arm"))
    found = section(replace(solved(TITLES), plans=plans, leading=(lead, replace(lead, view="theories")), gaps=gaps))
    assert found.why == "" and found.plans is not None and len(found.plans.rows) == 2
    assert [len(table.rows) for table in found.tables] == [2, 8, 1]

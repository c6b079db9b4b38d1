"""Plans as data: what a playbook has room for, and that the plans of a war, their twins and no aid at all are one program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermove.engine.months import Kernel
from countermove.engine.plans import sheet_of
from countermove.engine.program import compile_scenario
from countermove.engine.twins import twins_of
from countermove.errors import CompileError
from countermove.scenario.read import read
from countermove.world.expression import Name
from countermove.world.plan import COMPLETIONS, ORDERS, OTHERWISE, Command, Plan, Playbook

WARS = ("donbas-2017", "donbas-2014", "ukraine-2022", "syria-2013", "vietnam-1964", "angola-1975", "afghanistan-1979")
ASKED, LOSING = Name("kyiv", "asks", 0, "boolean"), Name("kyiv", "losing", 0, "boolean")
PLAN = Plan(
    "arm",
    moves=((0, Command(rung=3, line=0.8)), (6, Command(rung=4, volume=(0.0, 0.03, 47.0, 3)))),
    rules=((ASKED, Command(answer=2)), (LOSING, Command(step=1)), (ASKED, Command(effort=0.1))),
    otherwise=Command(rung=0),
    first_delivery=10,
)


def order(table: np.ndarray, name: str) -> float:
    return float(table[..., ORDERS.index(name)])


def test_a_sheet_holds_what_was_written() -> None:
    """Months, orders, the places of conditions; nan where nothing is ordered, and no rule where there is none."""
    book = Playbook.of([PLAN])
    sheet = sheet_of(book, PLAN)
    assert (book.moves, book.rules, book.guards) == (4, 4, (ASKED, LOSING))
    assert sheet.at[:2].tolist() == [0, 6] and np.isnan(sheet.at[2:]).all()
    assert sheet.guard.tolist() == [0, 1, 0, -1]
    assert [order(sheet.moves[1], name) for name in ("rung", "money", "counter", "lag")] == pytest.approx([4, 47, 0.03, 3])
    assert np.isnan(order(sheet.moves[0], "money")) and np.isnan(order(sheet.moves[1], "line")) and np.isnan(sheet.rules[3]).all()
    assert order(sheet.rules[0], "answer") == 2 and order(sheet.rules[1], "step") == 1
    assert sheet.silent == OTHERWISE and order(sheet.otherwise, "rung") == 0 and sheet.delivery == 10
    assert sheet_of(Playbook.of([PLAN]), replace(PLAN, otherwise=None, completion="match")).silent == COMPLETIONS.index("match")


def test_a_plan_without_some_orders_has_room() -> None:
    """Where a rule is left out the others keep places that fit, in their order; a plan with other orders has none."""
    book = Playbook.of([PLAN])
    fewer = replace(PLAN, rules=PLAN.rules[1:], moves=PLAN.moves[1:], otherwise=None)
    assert book.places(fewer) == ([1], [1, 2]) and Playbook.of([PLAN], [fewer]) == book
    assert sheet_of(book, fewer).guard.tolist() == [-1, 1, 0, -1]
    other = replace(PLAN, rules=((ASKED, Command(sanctions=0.9)),))
    assert book.places(other) is None
    with pytest.raises(CompileError, match="no room"):
        sheet_of(book, other)
    assert sheet_of(Playbook.of([PLAN], [other]), other).guard.tolist() == [0, -1, -1, -1]


def test_free_numbers_are_alone() -> None:
    """A plan whose numbers each run has of its own has a program of its own."""
    free = Plan("free", moves=(("when", Command(rung="how-high")),))
    assert Playbook.of([free]).free == ((0, "at", "when"), (0, "rung", "how-high"))
    twice = replace(free, rules=((ASKED, Command(answer=2)), (LOSING, Command(step=1)), (ASKED, Command(effort=0.1))))
    assert Playbook.of([twice]).guards == (ASKED, LOSING, ASKED)  # of each rule its own, so that two may share one
    with pytest.raises(CompileError, match="alone"):
        Playbook.of([PLAN, free])


@pytest.mark.parametrize("war", WARS)
def test_what_is_asked_of_a_war_is_one_program(war: str) -> None:
    """Any of its plans, all of them, their twins and no aid: what is compiled is the same."""
    program = compile_scenario(read(war))
    twins = {twin.plan.name: twin.plan for plan in program.plans for twin in twins_of(plan, program.cast)}
    kernel = Kernel.of(program)
    for plan in program.plans:  # what is counted of a rule (engine/silence_runs.py) is counted in its own place
        assert kernel.book.places(plan) == (list(range(len(plan.moves))), list(range(len(plan.rules))))
    for plans in ([*program.plans, *twins.values()], program.plans[:1], [Plan("(no aid)"), *program.plans[-1:]]):
        assert Kernel.of(program.with_plans(plans)) == kernel


commands = st.builds(
    Command,
    rung=st.none() | st.integers(0, 8),
    line=st.none() | st.just(0.5),
    sanctions=st.none() | st.just(0.7),
    answer=st.none() | st.integers(1, 2),
)
plans = st.builds(
    Plan,
    name=st.just("p"),
    moves=st.lists(st.tuples(st.integers(0, 60), commands), max_size=5).map(tuple),
    rules=st.lists(st.tuples(st.sampled_from([ASKED, LOSING]), commands), max_size=5).map(tuple),
    otherwise=st.none() | commands,
)


@given(st.lists(plans, min_size=1, max_size=3), st.lists(plans, max_size=2))
def test_every_plan_of_a_playbook_has_places_in_order(mine: list[Plan], beside: list[Plan]) -> None:
    """One place for each command, rising; and the sheet gives each order back."""
    book = Playbook.of(mine, beside)
    for plan in (*mine, *beside):
        places = book.places(plan)
        assert places is not None and all(sorted(set(some)) == some for some in places)
        assert (len(places[0]), len(places[1])) == (len(plan.moves), len(plan.rules))
        sheet = sheet_of(book, plan)
        for table, where, written in ((sheet.moves, places[0], plan.moves), (sheet.rules, places[1], plan.rules)):
            for place, (_, command) in zip(where, written, strict=True):
                for name in ("rung", "line", "sanctions", "answer"):
                    value = getattr(command, name)
                    assert np.isnan(order(table[place], name)) if value is None else order(table[place], name) == np.float32(value)

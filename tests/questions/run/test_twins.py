"""The twins of a plan, what a lead is made of dial by dial, and what is said of it; no engine is compiled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders.findings import findings, made
from builders.outcomes import TERRITORY, runs_of
from builders.wars import compiled
from countermove.decision.findings import WEIGHTED, TwinPair
from countermove.decision.findings_values import REST
from countermove.decision.pairs import arms_rows, dial_terms, pair_rows
from countermove.engine.twins import ARMS, DIALS, FIELDS, Twin, dials_of, disarmed, twins_of, unarmed_rung, undialled
from countermove.questions.run.finding import Drawable, Findings
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.section_parts import parts_table, without_parts
from countermove.questions.run.weapons import nearest_armed, weapons
from countermove.scenario.schema import Objective, Worth
from countermove.show.lives_and_money import as_much_as
from countermove.world.cast import Cast
from countermove.world.plan import Command, Plan
from countermove.world.state import GRANT, REFUSE

DONBAS = compiled("donbas-2017")
CAST = DONBAS.cast
PLANS = {plan.name: plan for plan in DONBAS.plans}
TRAINING, DEFENSIVE, HEAVY = 3, 4, 5
LIVES = Objective(of="eagle", values={"deaths": Worth(points=-0.5, per=1000, unit="persons")})


def without(name: str, part: str) -> Plan:
    """A twin of a plan of the Donbas."""
    return next(twin.plan for twin in twins_of(PLANS[name], CAST) if twin.without == part)


# --- plans ------------------------------------------------------------------------------------------------------------


def test_every_part_of_a_plan_has_a_twin() -> None:
    found = {name: [twin.without for twin in twins_of(plan, CAST)] for name, plan in PLANS.items()}
    assert found["abstain"] == []
    assert found["heavy-lethal"] == [ARMS]
    assert found["restraint"] == ["refusal", "effort", "brigades", "ceiling", "sanctions", DIALS]
    assert found["javelins"] == [ARMS, "conditions", DIALS]
    assert found["javelins-conditions-ceiling"] == [ARMS, *(dial for dial in FIELDS if dial != "offer"), DIALS]
    names = [twin.plan.name for plan in PLANS.values() for twin in twins_of(plan, CAST)]
    assert len(names) == len(set(names)) + 1  # a single dial is all of them: one plan, played once


def test_without_arms_nothing_lethal_is_left() -> None:
    """No rung above the opening, no volume, no step up, no grant; and a ceiling, so that no request brings arms either."""
    for name in ("javelins", "heavy-lethal", "javelins-conditions-ceiling", "arms-for-talks"):
        twin = without(name, ARMS)
        assert twin.moves[0] == (0, Command(ceiling=TRAINING))
        for command in [command for _, command in (*twin.moves, *twin.rules)]:
            assert command.volume is None and not (isinstance(command.step, int) and command.step > 0)
            assert all(rung is None or (isinstance(rung, int) and rung <= TRAINING) for rung in (command.rung, command.ceiling))
            assert command.answer != GRANT
    kept = without("javelins-conditions-ceiling", ARMS).moves[1][1]
    assert (kept.line, kept.restraint, kept.effort, kept.answer) == (0.8, 0.8, 0.10, REFUSE)


def test_an_armed_opening_is_left() -> None:
    """A plan that says nothing keeps to the opening rung: without arms it goes down to the first one that sends none."""
    armed = replace(CAST, start_rung=HEAVY)
    twin = disarmed(Plan("nothing"), armed)
    assert twin is not None and twin.moves == ((0, Command(rung=TRAINING, ceiling=TRAINING)),)
    assert disarmed(Plan("leave", moves=((0, Command(rung=0, ceiling=0)),)), armed) is None
    assert disarmed(Plan("nothing"), CAST) is None
    assert disarmed(Plan("grants", rules=((PLANS["restraint"].rules[0][0], Command(answer=GRANT)),)), CAST) is not None
    assert unarmed_rung(CAST.ladders[0], TRAINING) == TRAINING
    assert unarmed_rung(tuple(replace(step, heavy=1.0) for step in CAST.ladders[0]), HEAVY) == 0


def test_an_order_of_which_nothing_is_left_is_left_out() -> None:
    """A rule that only refused would go on refusing: where a rule speaks, what it does not grant is refused."""
    twin = without("restraint", "refusal")
    assert len(twin.rules) == len(PLANS["restraint"].rules) - 1
    assert without("restraint", DIALS).rules == ()
    assert without("restraint", "effort").moves[0][1] == replace(PLANS["restraint"].moves[0][1], effort=None)


def test_what_is_no_dial() -> None:
    """A grant sends arms, and the ceiling of a plan that leaves is its leaving."""
    plan = Plan("leave", moves=((0, Command(answer=GRANT)), (6, Command(rung=0, ceiling=0))))
    assert dials_of(plan) == ()
    assert undialled(replace(plan, otherwise=Command(answer=REFUSE)), ("refusal",)) == plan
    silent = Plan("silent", rules=((PLANS["restraint"].rules[0][0], Command()),), moves=((0, Command(sanctions=0.9)),))
    assert undialled(silent, ("sanctions",)) == replace(silent, moves=())


# --- what they are worth ----------------------------------------------------------------------------------------------


def twin_runs() -> tuple[tuple[Twin, ...], dict[str, float]]:
    """Two plans with their twins, and the points of each."""
    worth = {
        "arm": 3.0,
        "arm (no arms)": 3.2,
        "arm (no conditions)": 1.0,
        "arm (no effort)": 2.5,
        "arm (no dials)": 0.1,
        "wait": 2.0,
    }
    parts = ((ARMS, "no arms"), ("conditions", "no conditions"), ("effort", "no effort"), (DIALS, "no dials"))
    twins = [Twin("arm", part, Plan(f"arm ({name})")) for part, name in parts]
    worth |= {"wait (no effort)": 1.2}
    return (*twins, Twin("wait", "effort", Plan("wait (no effort)"))), worth


def test_a_lead_is_the_sum_of_its_dials() -> None:
    """Arms take .2, conditions add 2, effort adds .5 to the one and .8 to the other; the rest is what is left of the lead of 1."""
    twins, worth = twin_runs()
    rng = np.random.default_rng(0)
    luck = {theory: rng.normal(size=(64, 4)) for theory in ("A", "B")}
    runs = runs_of({(name, theory): value + luck[theory] for name, value in worth.items() for theory in ("A", "B")})
    rows = dial_terms(runs, TERRITORY, twins, {"A": 1, "B": 3}, [("arm", "wait")])
    found = {row.dial: row.points for row in rows}
    assert found == pytest.approx({ARMS: -0.2, "conditions": 2.0, "effort": -0.3, REST: -0.5}, abs=1e-6)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-6)
    assert all(row.se == pytest.approx(0, abs=1e-6) for row in rows)  # the luck that all share cancels
    assert dial_terms(runs, TERRITORY, (), {"A": 1, "B": 3}, [("arm", "wait")]) == ()


def test_arms_by_whose_values() -> None:
    twins, worth = twin_runs()
    runs = runs_of({(name, theory): np.full((32, 2), value) for name, value in worth.items() for theory in ("A", "B")})
    other = TERRITORY.model_copy(update={"values": {"territory": Worth(points=-10.0)}})
    rows = arms_rows(runs, {"one": TERRITORY, "other": other}, twins, {"A": 1, "B": 1})
    assert [(row.values, row.theory, row.strategy) for row in rows] == [
        (name, theory, "arm") for name in ("one", "other") for theory in ("A", "B", WEIGHTED)
    ]
    assert [row.difference for row in rows] == pytest.approx([-0.2] * 3 + [2.0] * 3, abs=1e-5)
    assert [row.sure_sign(1) for row in rows] == [False] * 3 + [True] * 3 and rows[0].sure_sign(-1)


def test_a_pair_tells_what_its_twin_scores() -> None:
    twins, worth = twin_runs()
    runs = runs_of({(name, "A"): np.full((32, 2), value) for name, value in worth.items()})
    row = next(row for row in pair_rows(runs, TERRITORY, twins[:1]) if row.measure == "objective")
    assert (row.without, row.own, row.difference) == (ARMS, pytest.approx(3.2), pytest.approx(-0.2))


# --- what is said -----------------------------------------------------------------------------------------------------


def paired(**points: tuple[float, float]) -> Findings:
    """The findings with twins of arm: without the part, by how much the plan is above it."""
    rows = tuple(
        TwinPair("arm", f"arm (no {part})", WEIGHTED, "objective", *gap, part, own=-5.9, own_se=0.13, draws=512, lucks=4)
        for part, gap in points.items()
    )
    return findings(pairs=rows)


def said(found: Findings) -> str:
    """What is told of the weapons."""
    return ". ".join(weapons(FindingsIndex(found), LIVES))


def test_what_the_weapons_are_worth() -> None:
    line = said(paired(arms=(-0.22, 0.02), conditions=(1.28, 0.08), refusal=(0.0, 0.0), dials=(1.19, 0.07)))
    assert (
        "with the same conditions and refusals and no arms, “Arm” scores −5.90 ± 0.13 points in the 512 draws of 4 lucks of this comparison"
        in line
    )
    assert f"“Arm” loses 0.22 ± 0.02 points by its arms{as_much_as(0.22, LIVES)}" in line and "440 military dead" in line
    assert "“Arm” gains 1.19 ± 0.07 points by all that it orders beside the arms" in line
    assert "“Arm” gains 1.28 ± 0.08 points by its conditions alone" in line


@pytest.mark.parametrize(
    ("gap", "says"),
    [
        ((0.05, 0.02), "“Arm” gains 0.05 ± 0.02 points by its arms, which is not more than the 0.1 that matters"),
        ((0.02, 0.02), "“Arm” neither gains nor loses by its arms what matters (0.02 ± 0.02 points)"),
        ((0.12, 0.08), "the runs cannot tell what “Arm” gains or loses by its arms: 0.12 ± 0.08 points may be chance"),
        ((0.0, 0.0), "“Arm” scores the same without its arms"),
    ],
)
def test_what_cannot_be_told_of_weapons(gap: tuple[float, float], says: str) -> None:
    assert said(paired(arms=gap)).endswith(says)


def war_of(found: Findings) -> Drawable:
    """A war in which 0.1 points matter; the points of its plans have an error of 0.02."""
    rows = tuple(replace(row, value_se=0.02, se=row.se if row.regret else 0.0) for row in found.regret)
    known = replace(found, regret=rows)
    return Drawable(owner="Washington", client="Kyiv", rival="Moscow", matters=0.1, findings=known, provenance=made(draws=2048))


def test_plans_without_a_part_stand_in_a_table_beside_the_plans() -> None:
    """Without arms in any case, without another part where that surely pays; their points are those of all draws and the paired gain."""
    found = paired(arms=(-0.113, 0.016), brigades=(-0.33, 0.02), conditions=(1.07, 0.04), effort=(-0.12, 0.02), dials=(1.2, 0.05))
    other = replace(found.pairs[0], strategy="wait", twin="wait (no arms)", difference=-0.01, se=0.01)
    table = parts_table(war_of(replace(found, pairs=(*found.pairs, other))))
    assert table is not None and "(512 draws of 4 lucks)" in table.caption and "(2,048 draws of 16 lucks)" in table.caption
    assert [[row.head.text, *(cell.text for cell in row.cells), *row.cells[-1].notes] for row in table.rows] == [
        ["Arm", "brigades", "1.00 ± 0.02", "0.33 ± 0.02", "1.33 ± 0.04", "0.33 ± 0.02", "better"],
        ["Arm", "arms", "1.00 ± 0.02", "0.113 ± 0.016", "1.11 ± 0.04", "0.113 ± 0.016", "as well or better"],
        ["Wait", "arms", "0.80 ± 0.02", "0.010 ± 0.010", "0.81 ± 0.03", "−0.19 ± 0.02", "behind"],
    ]
    assert parts_table(war_of(findings())) is None


@pytest.mark.parametrize(
    ("difference", "se", "stands"),
    [
        (-0.2, 0.04, "better"),
        (-0.05, 0.02, "as well"),
        (0.12, 0.04, "cannot tell"),
        (-0.1, 0.05, "as well or better"),
        (0.3, 0.05, "behind"),
    ],
)
def test_how_a_plan_without_a_part_stands_to_the_best(difference: float, se: float, stands: str) -> None:
    """By two errors and by what matters."""
    assert [row.stands(0.1) for row in without_parts(war_of(paired(arms=(difference, se))))] == [stands]


def test_of_a_plan_without_arms_the_nearest_with_some_is_told() -> None:
    found = paired(arms=(-0.22, 0.02))
    others = (TwinPair("wait", "wait (no effort)", WEIGHTED, "objective", 0.4, 0.02, without="effort"), *found.pairs)
    led = replace(found, pairs=others, verdicts=tuple(replace(row, best="wait", other="arm") for row in found.verdicts))
    line = said(led)
    assert line.startswith("“Wait” sends no arms") and "“Arm” loses 0.22" in line and nearest_armed(FindingsIndex(led)) == "arm"
    assert said(findings()) == "" and nearest_armed(FindingsIndex(findings())) == ""
    assert list(weapons(FindingsIndex(found), None)) == []


def test_the_cast_is_the_one_of_the_donbas() -> None:
    """Rungs that these tests name by number."""
    assert isinstance(CAST, Cast)
    assert [CAST.ladders[0][rung].name for rung in (TRAINING, DEFENSIVE, HEAVY)] == ["training", "lethal-defensive", "heavy"]

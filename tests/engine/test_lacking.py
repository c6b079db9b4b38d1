"""What a war may lack: a patron on another side, months enough; and numbers far beyond any war."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders.donbas import chance
from countermove.compute.local import Local
from countermove.engine.draws import prior_draws
from countermove.engine.first_not_finite import first_not_finite
from countermove.engine.layout import slots
from countermove.engine.offset import seen_of
from countermove.engine.points import cells_of
from countermove.engine.program import NO_RIVAL, Program, compile_scenario
from countermove.engine.run import Batch, Engine, Task, run
from countermove.errors import CompileError, RunError, ScenarioError
from countermove.memo.sentences import reply, risk
from countermove.questions.people import people
from countermove.scenario.read import read_text
from countermove.verify.numpy_model import Trace, simulate
from countermove.world.measure import MEASURE, MEASURE_NAMES, MEASURES, absent, judged_at, why_absent

RUNS = 128
HEAD = """
scenario: lacking
clock: {start: 2026-01, months: MONTHS, known-until: 2025-12}
sides:
  gov: {personnel: {range: [40, 60], unit: thousand, source: judgement}}
  reb: {personnel: {range: [15, 35], unit: thousand, source: judgement}}
patrons:
  us: {supports: gov, rung: training, budget: {value: 25, unit: million USD/month, source: judgement}}
PATRONS
objective: {of: us, values: {deaths: -0.5 per thousand}}
strategies:
  arm: {moves: [{at: 2026-04, rung: lethal-defensive, volume: VOLUME}]}
"""
OTHER = """
  NAME:
    supports: SIDE
    rung: advisers
    baseline: {range: [1.8, 3.3], unit: thousand, source: judgement}
    theories: {inertia: {weight: 1}, spigot: {weight: 2}}
"""


def war(*others: tuple[str, str], months: int = 24, volume: str = "50 million USD") -> Program:
    """A war of the owner and the others (name, side)."""
    patrons = "".join(OTHER.replace("NAME", name).replace("SIDE", side) for name, side in others)
    return compile_scenario(read_text(HEAD.replace("PATRONS", patrons).replace("MONTHS", str(months)).replace("VOLUME", volume)))


def traced(program: Program, theory: str = "spigot") -> Trace:
    """The reference on draws of the priors and luck of its own."""
    sampled = prior_draws(program, RUNS, 0)
    params = {name: np.asarray(value, np.float64) for name, value in sampled.values.items()}
    luck = np.random.default_rng(3).uniform(size=(program.cast.months, slots(program.cast), RUNS))
    return simulate(program.scenario, "arm", dict.fromkeys(program.cast.patrons[1:], theory), params, luck)


# --- nobody on another side


@pytest.mark.parametrize("others", [(), (("ru", "gov"),), (("ru", "gov"), ("uk", "gov"))])
def test_without_a_rival_there_is_one_hypothesis_and_no_theory_to_ask(others: tuple[tuple[str, str], ...]) -> None:
    program = war(*others)
    assert program.asked is None and program.theory_names == ("inertia",) and program.scenario.rival == ""
    assert set(program.others) == set(range(1, 1 + len(others)))
    with pytest.raises(CompileError, match=NO_RIVAL):
        _ = program.rival
    assert not any("rival" in cell.ask for cell in cells_of(program))
    who = people(program)
    said = [*reply(who, None, 24), *risk(who, None, 24)]  # type: ignore[arg-type]
    assert "nobody to reply" in said[0] and "nobody to clash" in said[1] and len(said) == 2


def test_with_rivals_the_first_is_asked() -> None:
    program = war(("uk", "gov"), ("ru", "reb"), ("ir", "reb"))
    assert program.asked == program.rival == 2 and program.cast.enemies[0] == (2, 3) and set(program.others) == {1, 3}


def test_readers_cannot_weigh_theories_of_nobody_and_are_told_once() -> None:
    both = HEAD.replace("PATRONS", "").replace("MONTHS", "24").replace("VOLUME", "50 million USD")
    with pytest.raises(ScenarioError) as error:
        read_text(both + "readers:\n  a: {theories: {inertia: 1, spigot: 2}}\n  b: {theories: {spigot: 1}}\n")
    assert [issue.message for issue in error.value.issues] == ["theories of the rival, and no patron stands on another side"]


def test_sums_over_no_rivals_are_0_and_the_lowest_of_them_is_absent() -> None:
    found = traced(war(("ru", "gov"))).measures
    for name in ("deaths-rival", "cost-rival", "support-change", "rival-quits", "clash", "direct-war", "spread"):
        assert (found[name] == 0).all(), name
    assert np.isnan(found["will-rival"]).all() and found["deaths"].min() > 0


@pytest.mark.slow
@pytest.mark.parametrize("others", [(), (("ru", "gov"),)])
def test_the_engine_agrees_with_the_reference_where_there_is_no_rival(others: tuple[tuple[str, str], ...]) -> None:
    program = war(*others)
    sampled = replace(prior_draws(program, RUNS, 0), others=np.zeros((1 + len(others), RUNS), np.int32))  # all follow inertia
    machine, plan = Engine(program), Batch(sampled, 1, RUNS)
    job = machine.job(plan, "arm", "inertia", np.arange(RUNS))
    params = {name: np.asarray(value, np.float64) for name, value in job.params.items()}
    trace = simulate(program.scenario, "arm", dict.fromkeys(program.cast.patrons[1:], "inertia"), params, chance(program, job))
    table, bands = machine.chunk(plan, Task("arm", "inertia", 0))
    sure = ~trace.near
    for name, mine in zip(MEASURE_NAMES, table, strict=True):
        np.testing.assert_allclose(mine[sure], trace.measures[name][sure], rtol=5e-3, atol=5e-3, equal_nan=True, err_msg=name)
    assert np.isfinite(bands).all() and (bands[:, 2] == 0).all()


# --- months that the clock lacks


def test_a_measure_is_judged_at_its_horizon_at_the_end_or_not_at_all() -> None:
    judged = {measure.name: judged_at(measure, 12) for measure in MEASURES}
    assert judged["settlement-by-12-months"] == judged["deaths"] == judged["drawn-in"] == judged["support-change"] == 12
    assert {name for name, month in judged.items() if month is None} == {
        "settlement-by-24-months",
        "settlement-by-60-months",
        "settlement-lasts",
        "rung-24",
    }
    assert (judged_at(MEASURE["drawn-in"], 60), judged_at(MEASURE["deaths"], 60)) == (24, 60)
    assert set(absent(24, 1)) == {"settlement-by-60-months", "settlement-lasts"}  # who settles in the first month has kept it 23
    assert set(absent(60, 0)) == {"will-rival"} and not absent(60, 1) and not absent(25, 1).keys() & {"settlement-lasts"}
    assert set(absent(60, 1, territory=False)) == {"territory", "settlement-terms", "settled-ground"}
    assert absent(60, 1, territory=False)["territory"] == "the war has no front, and territory is of the ground"
    why = why_absent(MEASURE["settlement-by-60-months"], 36, 1)
    assert why == "the clock ends after 36 months, and settlement-by-60-months is judged after 60"


def test_a_short_clock_has_no_later_measures_and_no_offset() -> None:
    short = war(("ru", "reb"), months=12)
    found = traced(short).measures
    never, lacking = {name for name, value in found.items() if np.isnan(value).all()}, set(absent(12, 1))
    # a ratio may have no value in any run for want of what it is of
    assert lacking <= never and all(MEASURE[name].kind == "ratio" for name in never - lacking)
    assert set(np.unique(found["drawn-in"])) <= {0.0, 1.0} and np.isfinite(found["support-change"]).all()
    assert not seen_of(short, "arm") and seen_of(war(("ru", "reb")), "arm")


# --- numbers far beyond any war


@pytest.mark.parametrize("volume", ["4 billion USD", "1000 billion USD"])
def test_what_aid_does_to_a_truce_is_bounded_whatever_is_sent(volume: str) -> None:
    with np.errstate(over="ignore"):
        change = traced(war(("ru", "reb"), volume=volume)).measures["truce-break-change"]
    assert np.isfinite(change).all() and np.abs(change).max() <= 1 and change.min() < -0.05 < 0.05 < change.max()


@pytest.mark.slow
def test_a_state_that_is_not_finite_is_told_by_run_month_and_mechanism() -> None:
    program = war()
    sampled = prior_draws(program, 16, 0)
    values = {**sampled.values, "will.level": np.full_like(sampled.values["will.level"], np.nan)}
    machine, plan = Engine(program), Batch(replace(sampled, values=values), 1, 16)
    job = machine.job(plan, "arm", "inertia", np.arange(16))
    assert first_not_finite(machine.kernel, job) == "in month 1, in political will"
    with pytest.raises(RunError, match="theory inertia, draw 0, luck 0: it arose in month 1, in political will"):
        run(machine, plan, Local(1))

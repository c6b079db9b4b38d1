"""Parts of an answer fail alone: with their reason, and with a number of draws that suffices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.triangles import independent
from countermove.decision.information import theory_information
from countermove.decision.pareto import MeasuredOutcomes, personal_choices
from countermove.decision.robust import Values, largest_regret, satisficing
from countermove.decision.ternary import triangle
from countermove.errors import DecisionError, ExecutorError, Interrupted
from countermove.plain import as_json
from countermove.questions.claims.finding import InModel, Statistic
from countermove.questions.claims.words import value_text
from countermove.questions.explore.effects import Share
from countermove.questions.explore.leading_pair import needs_of, shortages
from countermove.questions.gaps.finding import Money
from countermove.questions.options import RunOptions
from countermove.questions.parts import Need, Parts, suffices, unmet
from countermove.questions.readers.readers import check_request
from countermove.questions.search.evaluation import SearchOptions
from countermove.questions.search.search import checked as checked_search
from countermove.questions.search.trials import fitting
from countermove.scenario.read import read_text
from countermove.world.words import figure

SIZES = (1, 2, 3, 15, 16, 17, 31, 33, 100, 1000)
TIE = """
scenario: tie-of-parts
title: A small war
clock: {start: 2026-01, months: 24, known-until: 2025-12}
sides:
  gov: {personnel: {range: [40, 60], unit: thousand, source: judgement}}
  reb: {personnel: {range: [15, 35], unit: thousand, source: judgement}}
patrons:
  us: {supports: gov, rung: training, budget: {value: 25, unit: million USD/month, source: judgement}}
  ru: {supports: reb, rung: advisers, theories: {inertia: {weight: 1}, spigot: {weight: 2}}}
objective: {of: us, matters: 0.1, values: {settlement-by-24-months: 3, direct-war: -10, deaths: -0.5 per thousand}}
strategies:
  wait: {moves: [{at: start, rung: training}]}
  arm: {moves: [{at: 2026-04, rung: lethal-defensive, volume: 50 million USD}]}
readers:
  a: {theories: {inertia: 1}}
  b: {theories: {spigot: 1}}
"""


def fails(error: Exception) -> object:
    raise error


# --- the one mechanism -------------------------------------------------------------------------------------------------


def test_one_reason_is_said_once_with_all_parts_that_have_it() -> None:
    """And what can be told is told."""
    parts = Parts("exploring", 3)
    assert parts.attempt(0, "the first part", lambda: 7, 0) == 7
    assert parts.attempt(1, "the second part", lambda: fails(DecisionError("a tie", next="Look at it")), None) is None
    assert parts.attempt(2, "the third part", lambda: fails(DecisionError("a tie", next="Look at it")), None) is None
    assert parts.each(2, "a turn", {"x": lambda: 1, "y": lambda: fails(DecisionError("few values", where="y"))}) == (1,)
    assert parts.sentences == (
        "The second part and the third part cannot be told: a tie. Look at it.",
        "A turn of y cannot be told: few values.",
    )


@pytest.mark.parametrize("error", [ExecutorError("no memory"), Interrupted("stop"), ValueError("a fault")])
def test_what_breaks_everything_is_not_a_part_that_fails(error: Exception) -> None:
    """Interruptions, the place where work runs, and faults of the program go through."""
    with pytest.raises(type(error)):
        Parts("exploring", 1).attempt(0, "a part", lambda: fails(error), None)


@given(st.integers(1, 500), st.integers(1, 40), st.integers(1, 500), st.integers(1, 40))
def test_the_number_that_is_named_suffices(draws: int, lucks: int, given_draws: int, given_lucks: int) -> None:
    need = Need("a part", draws, lucks, "to tell")
    told = need.shortage(given_draws, given_lucks)
    assert bool(told) == (given_draws < draws or given_lucks < lucks)
    if given_draws < draws:
        assert f"--draws {draws} or more" in told
    need.require(max(draws, given_draws), max(lucks, given_lucks))
    if told:
        with pytest.raises(DecisionError, match="too few to tell"):
            need.require(given_draws, given_lucks)


@pytest.mark.parametrize("inputs", [0, 1, 7, 200])
def test_all_parts_of_explore_can_speak_with_what_suffices(inputs: int) -> None:
    needs = needs_of(inputs)
    assert unmet(needs, *suffices(needs)) == ()
    assert unmet(needs, suffices(needs)[0] - 1, 16) != ()


# --- said before anything is run ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lucks", [1, 2, 3])
@pytest.mark.parametrize("draws", SIZES)
def test_explore_says_at_once_what_so_few_draws_cannot_tell(draws: int, lucks: int) -> None:
    """Below one draw a scramble nothing has an error: refused, with a number that is enough for every part."""
    scenario = read_text(TIE)
    if draws >= 16:
        said = shortages(scenario, RunOptions(draws=draws, lucks=lucks))
        assert any("share of opinion" in one for one in said) == (draws < 183 or lucks < 2)
        return
    with pytest.raises(DecisionError, match=r"too few to know an error by\. Give --draws \d+ or more") as refused:
        shortages(scenario, RunOptions(draws=draws, lucks=lucks))
    enough = int(refused.value.next.split("--draws ")[1].split()[0])
    assert shortages(scenario, RunOptions(draws=enough, lucks=2)) == ()


@pytest.mark.parametrize("draws", SIZES)
def test_search_and_readers_refuse_at_once_with_a_number_that_suffices(draws: int) -> None:
    """`search --draws 17` ended with a fault of the program."""
    scenario = read_text(TIE)
    for refuse, again in (
        (lambda: checked_search(scenario, SearchOptions(draws=draws)), lambda n: checked_search(scenario, SearchOptions(draws=n))),
        (lambda: check_request(scenario, RunOptions(draws=draws)), lambda n: check_request(scenario, RunOptions(draws=n))),
    ):
        try:
            refuse()
        except DecisionError as error:
            again(int(error.next.split("--draws ")[1].split()[0].rstrip(",")))


@given(st.integers(1, 70_000))
def test_draws_that_fit_are_left_alone_and_others_go_up(draws: int) -> None:
    size = fitting(draws, 4096)
    assert size >= draws and size % 16 == 0 and fitting(size, 4096) == size and size < max(2 * draws, 17)


def test_one_plan_and_no_objective_are_refused_before_anything_is_run() -> None:
    scenario = read_text(TIE)
    one = scenario.model_copy(update={"strategies": {"wait": scenario.strategies["wait"]}})
    for refuse in (lambda: shortages(one, RunOptions()), lambda: shortages(scenario, RunOptions(strategies=("wait",)))):
        with pytest.raises(DecisionError, match="wait is the only strategy"):
            refuse()
    with pytest.raises(DecisionError, match="no objective"):
        shortages(scenario.model_copy(update={"objective": None}), RunOptions())
    with pytest.raises(DecisionError, match="wait is the only strategy"):
        check_request(one, RunOptions())


# --- ties, and leads within error --------------------------------------------------------------------------------------


def values(by_draw: np.ndarray) -> Values:
    """Strategies a, b, … under one theory, 32 draws of 16 scrambles."""
    strategies, draws = "abcdef"[: len(by_draw)], by_draw.shape[-1]
    return Values(tuple(strategies), ("A",), by_draw[:, None], np.ones(1), np.full(draws, 1 / draws), np.arange(draws) % 16)


def test_a_criterion_names_all_that_may_be_first() -> None:
    """Noise parts a and b; c is far behind; d is a to the bit."""
    noise = np.random.default_rng(0).normal(size=(2, 64))
    table = np.stack([noise[0], noise[1] - 0.01, np.full(64, -9.0), noise[0]])
    for found in (largest_regret(values(table)), satisficing(values(table), 0.0).probability):
        assert not found.settled and {"a", "b", "d"} <= set(found.level) and "c" not in found.level
        assert "is best with" not in found.sentence
    sure = largest_regret(values(np.stack([np.zeros(64), np.full(64, -1.0)])))
    assert sure.settled and sure.level == ("a",) and "“A” is best" in sure.sentence
    tie = largest_regret(values(np.zeros((2, 64))))
    assert tie.sentence.startswith("By the largest regret, “A” and “B” share the best score")


def test_knowing_is_never_worth_less_than_nothing() -> None:
    """The estimate may be below 0; what is told of it is what it may be at most."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        noise = rng.normal(size=(2, 2, 64))
        found = theory_information(Values(("a", "b"), ("A", "B"), noise, np.full(2, 0.5), np.full(64, 1 / 64), np.arange(64) % 16))
        assert found.most >= 0 and "worth -" not in found.sentence
        assert found.value > 2 * found.se or "may be worth nothing" in found.sentence or "would not change" in found.sentence


def test_the_runner_up_of_the_triangle_is_the_next_by_points() -> None:
    """Not the one that is nearest in errors: y is .16 behind with a small error, z .23 behind with a large one."""
    table = np.array([[1.0, 1.0, 1.0], [0.84, 0.84, 0.83], [0.77, 0.77, 0.78]])
    found = triangle(table, independent(np.array([[0.01] * 3, [0.01] * 3, [1.0] * 3])), (1, 1, 1), "xyz", ("A", "B", "C"), 0.1)
    assert found.next == "y" and found.rivals == ("z",) and found.border
    twin = triangle(table[[0, 0, 2]], independent(np.full((3, 3), 0.01)), (1, 1, 1), "xyz", ("A", "B", "C"), 0.1)
    assert twin.next == "z" and twin.alike == ("y",) and "“X” (and “Y”, which scores the same)" in twin.sentence
    with pytest.raises(DecisionError, match="score the same"):
        triangle(np.ones((2, 3)), independent(np.zeros((2, 3))), (1, 1, 1), "xy", ("A", "B", "C"))


def test_a_person_chooses_only_what_the_runs_can_tell() -> None:
    """Two strategies that tie are both named, and nobody is said to choose one of them."""
    by_draw = np.zeros((3, 1, 1, 32))
    by_draw[2] = -1
    found = MeasuredOutcomes(("x", "y", "z"), ("m",), ("T",), by_draw, np.full(32, 1 / 32), np.arange(32) % 16)
    row = personal_choices(found, {"she": {"m": 1.0}}, {"T": 1.0}).rows[0]
    assert row.level == ("x", "y") and row.sentence == "By the values of she the runs cannot tell which of “X” and “Y” is best."
    sure = personal_choices(
        replace(found, by_draw=np.stack([by_draw[0], by_draw[2], by_draw[2]])), {"she": {"m": 1.0}}, {"T": 1.0}
    ).rows[0]
    assert sure.level == ("x",) and "would choose “X”" in sure.sentence


# --- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (4.1e-5, 2, "0.000041"),
        (0.0, 3, "0"),
        (123456.0, 3, "123,000"),
        (-0.5, 3, "-0.5"),
        (1e16, 2, "10,000,000,000,000,000"),
        (4.0, 3, "4"),
    ],
)
def test_figures_have_no_exponents(value: float, digits: int, text: str) -> None:
    assert figure(value, digits) == text


def test_a_claim_is_told_within_its_error() -> None:
    """Before: "42% ± 4e+01%", and "0% ± 0%" of 32 draws."""
    assert value_text(Statistic(0.42, 0.41, 0.0, 1.0, "cannot tell"), "share") == "anything from 0% to 100%"
    assert value_text(Statistic(0.0, 0.0, 0.0, 0.109, "holds"), "share") == "fewer than 1 in 9"
    assert value_text(Statistic(1.0, 0.0, 0.891, 1.0, "holds"), "share") == "more than 8 in 9"
    assert value_text(Statistic(0.42, 0.04, 0.34, 0.5, "holds"), "share") == "42% ± 4%"
    assert "e" not in value_text(Statistic(3.2e-5, 1e-5, 0, 1, "holds"), "per rung")


def test_what_could_not_be_otherwise_is_no_finding() -> None:
    model = InModel("slope(talks, us.rung) < 0", "holds", "", assumed="pretext.talks is bounded at 0")
    assert model.told == "holds, by assumption" and as_json(model)["by_assumption"]
    assert InModel("x", "holds", "").told == "holds" and replace(model, verdict="cannot tell").told == "cannot tell"


def test_a_cost_is_never_below_0_and_a_share_never_beyond_its_scale() -> None:
    assert not Money(-0.02, 0.05).surely and Money(-0.02, 0.05).most == pytest.approx(0.1)
    assert not Money(-0.5, 0.1).surely and Money(0.5, 0.1).surely and Money(0.0, 0.0).surely
    wild = Share(0.57, -1.4, 2.5)
    assert not wild.told and wild.held == (0.57, 0.0, 1.0) and Share(-0.02, -0.1, 0.06).held == (0.0, 0.0, 0.06)

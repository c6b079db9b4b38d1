"""Several sets of values side by side: who would choose what, which measure carries the plans apart, and what would have to be true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders.findings import EIGHT, choice, findings, made, spread_row
from builders.outcomes import TERRITORY, noisy, runs_of
from countermove.decision.choices import value_rows
from countermove.decision.findings import WEIGHTED
from countermove.decision.findings_values import OWN, ArmsLead, ArmsWorth
from countermove.decision.spread_by_measure import shares_of_spread, shares_with_error, spread_rows
from countermove.engine.runs import Runs
from countermove.questions.run.depends_on import arms_alone, camps, depends_on, one_measure
from countermove.questions.run.finding import Findings
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.section_values import theories_table, values_table
from countermove.questions.run.value_sets import objectives, value_set
from countermove.scenario.read import read
from countermove.scenario.schema import Objective, Worth
from countermove.world.measure import MEASURE_NAMES

EVEN = {"A": 1.0, "B": 1.0}


def reversed_(objective: Objective) -> Objective:
    """Whoever wants the opposite."""
    return objective.model_copy(update={"values": {name: Worth(points=-worth.points) for name, worth in objective.values.items()}})


def two_measures(ground: tuple[float, ...], deaths: tuple[float, ...], noise: float = 0.0) -> Runs:
    """Plans x, y, z by the means of two measures, the same under both theories."""
    rng = np.random.default_rng(1)
    runs = runs_of({(name, theory): np.full((64, 4), ground[place]) for place, name in enumerate("xyz") for theory in "AB"})
    for (name, _), table in runs.outcomes.items():
        table[MEASURE_NAMES.index("deaths")] = deaths["xyz".index(name)] + noise * rng.normal(size=(64, 4))
    return runs


# --- choices ----------------------------------------------------------------------------------------------------------


def test_each_set_of_values_has_its_best_plan() -> None:
    """Under A plan x is ahead by 1, under B plan y by 3: weighted evenly y; whoever wants the opposite takes z, the worst of all."""
    means = {("x", "A"): 2.0, ("y", "A"): 1.0, ("z", "A"): 0.0, ("x", "B"): 0.0, ("y", "B"): 3.0, ("z", "B"): -1.0}
    runs = noisy(means, 0.1)
    choices, arms = value_rows(runs, {OWN: TERRITORY, "other": reversed_(TERRITORY)}, EVEN, {"x", "y"})
    found = {(row.values, row.theory): (row.best, row.other, row.kind) for row in choices}
    assert found[OWN, "A"] == ("x", "y", "better") and found[OWN, "B"] == found[OWN, WEIGHTED] == ("y", "x", "better")
    assert found["other", "A"] == ("z", "y", "better") and found["other", "B"] == ("z", "x", "better")
    gap = next(row for row in arms if (row.values, row.theory) == (OWN, "B"))
    assert (gap.armed, gap.unarmed) == ("y", "z") and gap.difference == pytest.approx(4, abs=0.1) and gap.sure_sign(1)
    assert all(row.sure_sign(-1) and not row.sure_sign(1) for row in arms if row.values == "other")


def test_ties_stand_together() -> None:
    runs = noisy({(name, theory): 0.0 for name in "xyz" for theory in "AB"}, 1.0, draws=32)
    choices, arms = value_rows(runs, {OWN: TERRITORY}, EVEN, set())
    assert all(set(row.level) == set("xyz") - {row.best} and row.kind != "better" for row in choices)
    assert arms == ()  # no plan sends arms, and nothing is compared


# --- the spread -------------------------------------------------------------------------------------------------------


def test_shares_of_the_spread_by_hand() -> None:
    """Deviations of 3 and 1: 9 and 1 of 10, whether the two pull together, against each other or neither; shares sum to 1."""
    apart, together = np.array([[3.0, 1.0], [-3.0, 1.0], [3.0, -1.0], [-3.0, -1.0]]), np.array([[3.0, 1.0], [-3.0, -1.0]])
    for parts in (apart, together, together + 7, together * [1, -1]):
        assert shares_of_spread(parts) == pytest.approx([0.9, 0.1])
    assert np.isnan(shares_of_spread(np.zeros((3, 2)))).all()


def test_the_error_of_a_share_is_that_of_the_mean_of_scrambles() -> None:
    """Against the spread of the estimate over 200 repetitions: within a third."""
    rng = np.random.default_rng(2)
    true = np.array([[2.0, 0.0], [0.0, 1.0], [-2.0, -1.0]])
    mass = np.full(16, 1 / 16)
    found = [shares_with_error((true[..., None] + 0.5 * rng.normal(size=(3, 2, 16))) / 16, mass) for _ in range(200)]
    spread = np.std([share[0] for share, _ in found])
    assert np.mean([error[0] for _, error in found]) == pytest.approx(spread, rel=0.33)
    assert np.isnan(shares_with_error(np.ones((2, 1, 1)), np.ones(1))[1]).all()


def test_one_measure_carries_the_plans_apart() -> None:
    """Ground parts the plans by 10, deaths by 1 the other way: without ground z would be best."""
    both = Objective(of="washington", values={"territory": Worth(points=1.0), "deaths": Worth(points=-1.0)})
    rows = spread_rows(two_measures((10.0, 0.0, 0.0), (1.0, 0.5, 0.0), noise=0.01), {OWN: both}, EVEN)
    found = {row.measure: row for row in rows}
    assert sum(row.share for row in rows) == pytest.approx(1)
    apart = {"territory": np.var([10, 0, 0]), "deaths": np.var([1, 0.5, 0])}
    assert found["territory"].share == pytest.approx(apart["territory"] / sum(apart.values()), abs=0.01)
    assert found["territory"].se < 0.01
    ground = found["territory"]
    assert (ground.best, ground.other, ground.kind) == ("z", "y", "better") and ground.difference == pytest.approx(0.5, abs=0.02)
    assert found["deaths"].best == "x"


# --- whose values -----------------------------------------------------------------------------------------------------


def test_the_objective_and_readers_with_values_of_their_own() -> None:
    scenario = read("donbas-2017")
    found = objectives(scenario)
    assert list(found) == [OWN, "supporter", "restrainer"]
    assert {row.matters for row in found.values()} == {0.1} and found[OWN] is scenario.objective
    shown = value_set(scenario, "restrainer", found["restrainer"])
    assert shown.points["deaths"] == "-0.5 per 1000 persons" and shown.says == scenario.readers["restrainer"].says
    bare = scenario.model_copy(update={"readers": {"same": scenario.readers["supporter"].model_copy(update={"values": {}})}})
    assert list(objectives(bare)) == [OWN]
    assert objectives(scenario.model_copy(update={"objective": None})) == {}


# --- what is said -----------------------------------------------------------------------------------------------------


def valued(first: dict[str, set[str]], unsure: frozenset[str] = frozenset()) -> Findings:
    """Findings in which arms are first by each set of values under the theories given, and no arms under the others."""
    gaps = {
        (name, theory): (0.0 if theory in unsure else 0.5 if theory in theories else -0.5)
        for name, theories in first.items()
        for theory in EIGHT
    }
    return findings(
        camps=tuple(ArmsLead(*at, "arm", "wait", gap, 0.02, 0.1) for at, gap in gaps.items()),
        arms=tuple(ArmsWorth(*at, "arm", gap, 0.02, 0.1) for at, gap in gaps.items()),
    )


def test_what_would_have_to_be_true_for_each_camp() -> None:
    found = FindingsIndex(valued({OWN: set(), "supporter": {"pressure", "rational"}, "restrainer": set()}))
    armed, unarmed = camps(found, "Washington", True)
    assert armed == (
        "for a plan that sends arms to be first by more than what matters, by the values of “Supporter” it has to hold that "
        "“Pressure” or “Rational” is true "
        "(25% of the prior's weight); by those of Washington and “Restrainer” no theory is enough"
    )
    assert unarmed == (
        "for a plan that sends none to be first by more than what matters, by the values of Washington and “Restrainer” any theory will "
        "do, and by the values of “Supporter” any theory will do but “Pressure” and “Rational” (75% to 100% of the prior's weight)"
    )
    gain, lose = arms_alone(found, "Washington", False, "arm")
    assert gain.startswith(
        "for the arms of “Arm” to gain by themselves more than what matters, by the values of “Supporter” it has to hold that “Pressure”"
    )
    assert gain.count("25% of the weight") == 1 and lose.startswith("for the arms of “Arm” to lose by themselves")
    assert list(arms_alone(found, "Washington", True, "wait")) == []


def test_a_camp_that_nothing_puts_first_and_what_cannot_be_told() -> None:
    found = FindingsIndex(valued({OWN: set(EIGHT), "supporter": set(EIGHT)}, frozenset({"spigot"})))
    armed, unarmed, rest = camps(found, "Washington", True)
    assert "by the values of Washington and “Supporter” any theory will do but “Spigot” (87.5% of the prior's weight)" in armed
    assert unarmed == "a plan that sends none is surely first under no theory, by none of these values"
    assert rest.startswith("12.5% of the prior's weight lies under theories of which the runs cannot tell")
    assert list(camps(FindingsIndex(findings()), "Washington", True)) == []


@pytest.mark.parametrize(
    ("share", "se", "says"),
    [
        (
            0.94,
            0.01,
            "by the values of Washington 94.0% ± 1.0% of the spread between these plans is one measure: money spent by the owner",
        ),
        (0.94, 0.2, ""),
        (0.7, 0.01, ""),
    ],
)
def test_one_measure_that_surely_carries_the_spread(share: float, se: float, says: str) -> None:
    row = spread_row(share, se)
    told = list(one_measure(FindingsIndex(findings(spread=(row,))), "Washington"))
    assert bool(told) == bool(says) and (not told or told[0].startswith(says))
    if told:
        assert told[1] == "were it worth nothing, “Wait” would be best, 0.30 ± 0.02 points above “Arm”"
        for kind, end in (
            ("no material difference", "would not differ by what matters"),
            ("cannot tell", "could not tell “Wait” from “Arm”"),
        ):
            again = findings(spread=(replace(row, kind=kind),))
            assert list(one_measure(FindingsIndex(again), "Washington"))[1].endswith(end)


def test_plans_that_are_alike_have_no_spread_to_speak_of() -> None:
    row = spread_row(0.94, 0.01)
    alike = choice("no material difference", 0.02, 0.01, level=("wait",))
    assert list(one_measure(FindingsIndex(findings(spread=(row,), choices=(alike,))), "Washington")) == []


def test_no_sentence_has_more_than_two_numbers() -> None:
    found = valued({OWN: {"spigot"}, "supporter": set(EIGHT[:5]), "restrainer": {"pressure"}}, frozenset({"inertia"}))
    spread = spread_row(0.94, 0.01)
    for sentence in depends_on(FindingsIndex(replace(found, spread=(spread,))), "Washington", made()):
        assert (
            len(
                [
                    word
                    for word in sentence.replace("± ", "±").split()
                    if word[0] in "0123456789(" and any(c.isdigit() for c in word)
                ]
            )
            <= 2
        )


def test_the_tables_say_nobody_leads_where_nobody_does() -> None:
    rows = (
        choice("better", 0.3, 0.02),
        choice("cannot tell", 0.05, 0.2, values="supporter", best="wait", other="arm", level=("arm",)),
        choice("no material difference", 0.01, 0.02, theory="spigot", best="wait", other="arm", level=("arm",)),
    )
    found = findings(theories=("spigot",), choices=rows)
    table = values_table(found, "Washington")
    assert table is not None
    assert table.texts()[1] == [
        ["Washington, the objective", "Arm", "0.30 ± 0.02 points above Wait", "better"],
        ["Supporter", "none alone (Wait or Arm)", "0.1 ± 0.2 points above Arm", "cannot tell"],
    ]
    by = theories_table(found, "Washington")
    assert by is not None
    assert by.texts()[1][1][1:] == ["no material difference, Wait 0.01 ± 0.02 points above Arm", "not run"]
    assert values_table(findings(), "") is None and theories_table(findings(), "") is None
    alone = findings(choices=rows[::2])  # one set of values is the answer itself
    assert values_table(alone, "") is None and theories_table(alone, "") is None

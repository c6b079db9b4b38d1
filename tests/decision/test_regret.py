"""Regret, verdicts, flip points and criteria: closed forms, published tables and laws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from scipy import stats

from builders.outcomes import TABLE, noisy, runs_of
from countermove.decision.findings import WEIGHTED, RegretRow
from countermove.decision.flip import flip_weight, flips
from countermove.decision.lead_terms import lead_terms
from countermove.decision.monte_carlo_error import Estimate, Scrambles
from countermove.decision.objective import points
from countermove.decision.regret import regret_rows
from countermove.decision.verdict import verdicts
from countermove.engine.runs import Runs
from countermove.errors import DecisionError, RunError
from countermove.questions.run.draws_needed import next_draws, open_error
from countermove.scenario.schema import Objective, Worth
from countermove.world.certainty import difference_verdict
from countermove.world.measure import MEASURE_NAMES
from countermove.world.words import percent, with_error

POINT = Objective(of="washington", matters=0.1, values={"territory": Worth(points=1.0)})


def constant(table: np.ndarray, strategies: Sequence[str] = "xyz", theories: Sequence[str] = "ABC") -> Runs:
    """Runs in which nothing is left to chance: `table` [strategy, theory]."""
    return runs_of({(s, t): np.full((32, 2), table[i, j]) for i, s in enumerate(strategies) for j, t in enumerate(theories)})


def rows_of(runs: Runs, weights: Mapping[str, float] | None = None) -> dict[tuple[str, str], RegretRow]:
    """Regret rows by address, theories equal where no weights are given."""
    equal = dict.fromkeys(runs.theories, 1.0)
    return {(row.strategy, row.theory): row for row in regret_rows(runs, POINT, equal if weights is None else weights)}


# --- errors of means


def mean_and_error(runs: Runs, values: np.ndarray) -> Estimate:
    """Of one quantity [D, L]."""
    return Scrambles.of(runs).sums(values).estimate()


def test_error_is_the_spread_of_the_scrambles_means() -> None:
    values = np.random.default_rng(1).normal(size=(160, 3))
    means = np.array([values[k::16].mean() for k in range(16)])
    mean, se = mean_and_error(runs_of({("x", "A"): values}), values)
    assert mean == pytest.approx(values.mean())
    assert se == pytest.approx(means.std(ddof=1) / 4)


def test_error_is_not_the_spread_of_the_runs() -> None:
    """Scrambles that agree leave no error, however far the runs within them are apart."""
    values = np.repeat(np.linspace(-100, 100, 10), 16)[:, None]
    assert mean_and_error(runs_of({("x", "A"): values}), values) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_error_of_a_ratio_counts_the_runs_that_have_it() -> None:
    """The pooled mean and the error of a ratio estimator, written out."""
    rng = np.random.default_rng(2)
    values = rng.normal(5, 1, size=(160, 4))
    values[rng.random((160, 4)) < 0.6] = np.nan
    mean, se = mean_and_error(runs_of({("x", "A"): np.zeros((160, 4))}), values)
    total = np.array([np.nansum(values[k::16]) for k in range(16)])
    count = np.array([(~np.isnan(values[k::16])).sum() for k in range(16)])
    assert mean == pytest.approx(np.nanmean(values))
    assert se == pytest.approx(math.sqrt(16 / 15 * ((total - mean * count) ** 2).sum()) / count.sum())


def test_error_is_unknown_where_one_scramble_speaks() -> None:
    values = np.full((32, 2), np.nan)
    runs = runs_of({("x", "A"): np.zeros((32, 2))})
    assert all(math.isnan(part) for part in mean_and_error(runs, values))
    values[3] = 7
    mean, se = mean_and_error(runs, values)
    assert mean == 7 and math.isnan(se)


def test_draws_count_by_their_weight() -> None:
    values = np.arange(32.0)[:, None]
    weight = np.arange(32.0) + 1
    mean, _ = mean_and_error(runs_of({("x", "A"): values}, weight=weight), values)
    assert mean == pytest.approx(np.average(values[:, 0], weights=weight))


# --- points


def test_points_are_added_up_per_unit() -> None:
    runs = constant(TABLE)
    outcome = runs.outcomes["x", "A"]
    outcome[MEASURE_NAMES.index("deaths")] = 1234.5
    outcome[MEASURE_NAMES.index("clash")] = 1
    worth = Objective(
        of="w", values={"deaths": Worth(points=-0.5, per=1000), "clash": Worth(points=-2.0), "territory": Worth(points=1.0)}
    )
    found = points(runs, worth, "x", "A")
    assert found.dtype == np.float64 and found.shape == (32, 2)
    assert found == pytest.approx(-0.5 * 1.2345 - 2 + 9)


def test_a_ratio_has_no_points_whether_or_not_a_run_lacks_it() -> None:
    """Else a study of 64 draws would give numbers where one of 512 ends."""
    runs, worth = constant(TABLE), Objective(of="w", values={"truce-length": Worth(points=1.0)})
    for lost in (False, True):
        runs.outcomes["x", "A"][MEASURE_NAMES.index("truce-length"), 3, 1] = np.nan if lost else 1.0
        with pytest.raises(DecisionError, match=r"the objective values truce-length, a ratio, .*\. Give points to a count"):
            points(runs, worth, "x", "A")


@pytest.mark.parametrize(("name", "next_"), [("settlement-by-24-months", "after 24 months"), ("will-rival", "on other sides")])
def test_a_measure_that_the_war_does_not_have_has_no_points_and_a_reason(name: str, next_: str) -> None:
    runs = constant(TABLE)
    for table in runs.outcomes.values():
        table[MEASURE_NAMES.index(name)] = np.nan
    with pytest.raises(DecisionError, match=f"the objective values {name}, which 64 of 64 runs do not have.*{next_}"):
        points(runs, Objective(of="w", values={name: Worth(points=1.0)}), "x", "A")


# --- regret


def test_regret_by_hand() -> None:
    """Two theories, the second with three times the weight; no chance, so every figure per draw follows from the table."""
    rows = rows_of(constant(TABLE[:, :2], theories="AB"), {"A": 1, "B": 3})
    assert [rows[s, "A"].regret for s in "xyz"] == pytest.approx([0, 3, 5])
    assert [rows[s, "B"].regret for s in "xyz"] == pytest.approx([4, 0, 1])
    assert [rows[s, WEIGHTED].value for s in "xyz"] == pytest.approx([3, 5.25, 4])
    assert [rows[s, WEIGHTED].regret for s in "xyz"] == pytest.approx([2.25, 0, 1.25])
    # whoever knew the theory would have taken x under A
    assert [rows[s, WEIGHTED].naive for s in "xyz"] == pytest.approx([3, 0.75, 2])
    assert [rows[s, WEIGHTED].cross_fitted for s in "xyz"] == pytest.approx([3, 0.75, 2])


def best_of_five_normal(lucks: int) -> float:
    """Expected maximum of five standard normals (David & Nagaraja 2003: 1.16296), each the mean of this many lucks."""
    return 1.1629644736 / math.sqrt(lucks)


@pytest.mark.parametrize("lucks", [1, 16])
def test_five_equal_strategies_seem_to_regret(lucks: int) -> None:
    """Chance alone: expected regret is 0 within its error, the naive figure is far above, the cross-fitted one is not biased."""
    runs = noisy({(s, "A"): 0.0 for s in "vwxyz"}, 1, draws=4096, lucks=lucks, seed=3)
    rows = rows_of(runs)
    for s in "vwxyz":
        row = rows[s, "A"]
        assert row.regret <= 4 * row.se
        assert row.naive == pytest.approx(best_of_five_normal(lucks), abs=0.07)
        assert math.isnan(row.cross_fitted) if lucks == 1 else abs(row.cross_fitted) < 0.03
    assert {verdict.kind for verdict in verdicts(runs, POINT, {"A": 1})} <= {"no material difference", "cannot tell"}


@pytest.mark.parametrize("lucks", [1, 16])
def test_rare_disasters_keep_the_bias_longer(lucks: int) -> None:
    """Five strategies that all lose 1 with probability .3: the bias is the mean of the best of five binomials."""
    rng = np.random.default_rng(4)
    runs = runs_of({(s, "A"): -(rng.random((4096, lucks)) < 0.3).astype(float) for s in "vwxyz"})
    fewest = (stats.binom.sf(np.arange(lucks), lucks, 0.3) ** 5).sum() / lucks  # mean of the smallest of five
    assert rows_of(runs)["v", "A"].naive == pytest.approx(0.3 - fewest, abs=0.02)


def test_more_luck_less_bias() -> None:
    """The model's own scale: 1.10 with one luck, .37 with 16. The naive figure falls and stays above the truth."""
    values = {(s, "A"): np.random.default_rng([5, i]).normal(size=(1024, 16)) for i, s in enumerate("vwxyz")}
    naive = [rows_of(runs_of({at: v[:, :n] for at, v in values.items()}))["v", "A"].naive for n in (1, 4, 16)]
    assert naive[0] > 1 and naive[0] > naive[1] > naive[2] > 0.2


def test_cross_fitting_finds_what_depends_on_the_draw() -> None:
    """A strategy that is better in half of the draws: 1 point is lost in each of them, and both figures per draw see it."""
    rng = np.random.default_rng(6)
    swing = np.where(np.arange(2048) // 16 % 2 == 0, 1.0, -1.0)[:, None]
    noise = 0.05 * rng.normal(size=(2, 2048, 4))
    rows = rows_of(runs_of({("x", "A"): swing + noise[0], ("y", "A"): noise[1]}))
    assert rows["x", "A"].regret == pytest.approx(0, abs=0.01)
    assert rows["x", "A"].cross_fitted == pytest.approx(0.5, abs=0.01)
    assert rows["x", "A"].naive == pytest.approx(0.5, abs=0.01)


def test_shared_luck_leaves_the_difference() -> None:
    """The error is that of the difference: noise that every strategy meets does not count."""
    shared = np.random.default_rng(7).normal(size=(256, 4))
    rows = rows_of(runs_of({("x", "A"): shared, ("y", "A"): shared - 1}))
    assert rows["y", "A"].regret == pytest.approx(1, abs=1e-6)
    assert rows["y", "A"].se < 1e-6


TABLES = arrays(np.float64, some.tuples(some.integers(2, 4), some.integers(1, 3)), elements=some.integers(-5, 5).map(float))


@given(TABLES, some.integers(0, 2**32 - 1))
def test_regret_is_never_negative_and_zero_for_the_best(table: np.ndarray, seed: int) -> None:
    """And what is lost to somebody who knows the draw is at least what is lost to the best strategy (Jensen)."""
    names = {(s, t): float(table[i, j]) for i, s in enumerate("wxyz"[: len(table)]) for j, t in enumerate("ABC"[: table.shape[1]])}
    runs = noisy(names, 1.0, draws=32, lucks=2, seed=seed)
    for theory in (*runs.theories, WEIGHTED):
        rows = [row for row in rows_of(runs).values() if row.theory == theory]
        assert min(row.regret for row in rows) == 0
        assert max(rows, key=lambda row: row.value).se == 0
        assert all(row.naive >= row.regret - 1e-12 for row in rows)


@given(TABLES, some.integers(0, 3))
def test_a_dominated_strategy_changes_nothing(table: np.ndarray, worse_than: int) -> None:
    """Nobody's expected regret."""
    worse = np.vstack([table, table[worse_than % len(table)] - 1])
    theories = "ABC"[: table.shape[1]]
    before = rows_of(constant(table, "vwxy"[: len(table)], theories))
    after = rows_of(constant(worse, "vwxy"[: len(table)] + "z", theories))
    assert all(after[at] == row for at, row in before.items())


def test_one_theory_at_weight_one_keeps_it() -> None:
    runs = noisy({(s, t): 0.0 for s in "xy" for t in "AB"}, 1)
    rows = rows_of(runs, {"A": 0.0, "B": 2.0})
    for s in "xy":
        alone, mixed = rows[s, "B"], rows[s, WEIGHTED]
        assert (mixed.value, mixed.regret, mixed.se, mixed.naive) == (alone.value, alone.regret, alone.se, alone.naive)


# --- verdicts


@pytest.mark.parametrize(
    ("difference", "se", "matters", "kind"),
    [
        (0.42, 0.03, 0.1, "better"),
        (0.03, 0.01, 0.1, "no material difference"),
        (0.03, 0.05, 0.1, "cannot tell"),  # the sign is open
        (0.12, 0.02, 0.1, "cannot tell"),  # the sign is certain, its size is not
        (0.09, 0.01, 0.1, "cannot tell"),
        (0.08, 0.01, 0.1, "no material difference"),  # the end of the range counts
        (0.0, 0.0, 0.0, "no material difference"),
        (0.01, 0.0, 0.0, "better"),
        (5.0, math.nan, 0.1, "cannot tell"),
    ],
)
def test_rule_of_verdicts(difference: float, se: float, matters: float, kind: str) -> None:
    assert difference_verdict(difference, se, matters) == kind


def test_verdicts_say_it_in_words() -> None:
    runs = constant(np.array([[1.0, 0.0], [0.58, 0.06], [0.0, 0.0]]), ("restraint", "javelins", "abstain"), ("spigot", "pressure"))
    found = verdicts(runs, POINT, {"spigot": 1, "pressure": 1})
    assert [row.sentence for row in found[:4]] == [
        "If “Spigot” is true, “Restraint” scores 0.42 points above “Javelins” (error 0.00): better.",
        "If “Spigot” is true, “Restraint” scores 1.00 points above “Abstain” (error 0.00): better.",
        "If “Pressure” is true, there is no material difference between “Javelins” and “Restraint”: 0.06 points (error 0.00) are not more than the "
        "0.1 that matters.",
        "If “Pressure” is true, there is no material difference between “Javelins” and “Abstain”: 0.06 points (error 0.00) are not more than the "
        "0.1 that matters.",
    ]
    assert found[-2].theory == WEIGHTED and found[-2].sentence.startswith(
        "Over the weighted theories, “Restraint” scores 0.18 points"
    )


@pytest.mark.parametrize(
    ("gap", "sd", "words"),
    [
        (0.15, 1.6, "cannot tell “Y” from “X”: 0.00 points (error 0.06) may be chance."),
        (0.13, 0.5, "whether “X” is better than “Y” by more"),
    ],
)
def test_two_ways_not_to_know(gap: float, sd: float, words: str) -> None:
    runs = noisy({("x", "A"): gap, ("y", "A"): 0.0}, sd, seed=1)
    verdict = verdicts(runs, POINT, {"A": 1})[0]
    assert verdict.kind == "cannot tell" and words in verdict.sentence


def test_of_a_tie_nobody_is_above() -> None:
    """ "wait scores 0.00 points above wait-too" and "wait scores above wait-too however the weight is divided" were told of one plan twice."""
    runs = constant(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]]), "xyz", "AB")
    assert (
        verdicts(runs, POINT, {"A": 1, "B": 1})[0].sentence == "If “A” is true, “X” and “Y” score the same: no material difference."
    )
    assert [row.sentence for row in flips(runs, POINT, {"A": 1, "B": 1})] == ["“X” and “Y” score the same under “A” and under “B”."]


def test_numbers_are_written_with_their_error() -> None:
    assert with_error(0.42, 0.03) == ("0.42", "0.03")
    assert with_error(0.4213, 0.0031) == ("0.421", "0.003")
    assert with_error(12.3, 2.1) == ("12", "2")
    assert with_error(0.4, math.nan) == ("0.40", "unknown")
    assert [percent(p) for p in (0.0, 0.0001, 0.004, 0.63, 0.995, 0.99999, 1.0)] == [
        "0%", "<0.1%", "0.4%", "63%", "99.5%", ">99.9%", "100%",
    ]  # fmt: skip


def test_what_makes_a_lead_adds_up_to_it() -> None:
    """The terms of the objective, each with the error of its own difference, run by run."""
    rng = np.random.default_rng(5)
    runs = runs_of({(s, t): rng.normal(0.5, 0.1, (64, 4)) for s in "xy" for t in "AB"})
    dead = MEASURE_NAMES.index("deaths")
    for (strategy, _), cube in runs.outcomes.items():
        cube[dead] = rng.normal(900 if strategy == "x" else 1500, 50, (64, 4))
    objective = Objective(of="w", values={"territory": Worth(points=2.0), "deaths": Worth(points=-0.5, per=1000.0)})
    weights = {"A": 3.0, "B": 1.0}
    found = verdicts(runs, objective, weights)
    terms = lead_terms(runs, objective, weights, found)
    assert [(row.best, row.other, row.measure) for row in terms] == [("x", "y", "territory"), ("x", "y", "deaths")]
    assert sum(row.points for row in terms) == pytest.approx(found[-1].difference)
    assert terms[1].difference == pytest.approx(-600, abs=20) and terms[1].points == pytest.approx(0.3, abs=0.01)
    assert 0 < terms[1].points_se < 0.01 and terms[1].points_se == pytest.approx(terms[1].se * 0.0005)


# --- flip points


@given(some.floats(0.01, 10), some.floats(0.01, 10))
def test_flip_weight_is_the_published_formula(ahead: float, behind: float) -> None:
    """-D_S / (D_P - D_S), the weight on pressure at which the difference is nought."""
    d_s, d_p = -behind, ahead
    weight = flip_weight(d_p, d_s)
    assert weight == pytest.approx(-d_s / (d_p - d_s))
    assert weight is not None and weight * d_p + (1 - weight) * d_s == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("first", "second"), [(1.0, 2.0), (-1.0, -2.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (1e-30, -1.0)])
def test_no_flip_where_the_theories_agree(first: float, second: float) -> None:
    assert flip_weight(first, second) is None


def test_flip_between_two_theories() -> None:
    """Javelins gain 1 under pressure and lose 1.7 under spigot: equal at 1.7 / 2.7 = 63%."""
    runs = constant(np.array([[1.0, -1.7], [0.0, 0.0]]), ("javelins", "restraint"), ("pressure", "spigot"))
    (row,) = flips(runs, POINT, {"pressure": 1, "spigot": 1})
    assert row.between == ("pressure", "spigot") and row.strategies == ("javelins", "restraint")
    assert row.weight == pytest.approx(1.7 / 2.7)
    assert row.se == pytest.approx(0, abs=1e-9)
    assert (
        row.sentence
        == "Between “Pressure” and “Spigot”, “Restraint” is best unless “Pressure” has more than 63% of their weight (error 0%, now 50%)."
    )
    (row,) = flips(runs, POINT, {"pressure": 4, "spigot": 1})
    assert (
        row.sentence
        == "Between “Pressure” and “Spigot”, “Javelins” is best unless “Spigot” has more than 37% of their weight (error 0%, now 20%)."
    )


def test_flip_knows_of_a_third_strategy() -> None:
    """x and y are best at the ends, z between them: nobody may read that x becomes best at the flip."""
    runs = constant(np.array([[4.0, 0.0], [0.0, 4.0], [3.0, 3.0]]), theories="AB")
    ends, leading = flips(runs, POINT, {"A": 2, "B": 3})
    assert ends.strategies == ("x", "y") and ends.weight == pytest.approx(0.5)
    assert ends.sentence.startswith(
        "Between “A” and “B”, “Y” is ahead of “X” unless “A” has more than 50%"
    ) and ends.sentence.endswith("about there “Z” is above both.")
    assert leading.strategies == ("z", "y") and leading.weight == pytest.approx(0.25)
    assert leading.sentence.startswith("Between “A” and “B”, “Z” is ahead of “Y” unless “B” has more than 75% of their weight")


def test_leading_strategies_whose_order_never_changes() -> None:
    (row,) = flips(constant(np.array([[2.0, 3.0], [1.0, 1.0]]), "xy", "AB"), POINT, {"A": 1, "B": 0})
    assert row.weight is None and math.isnan(row.se)
    assert row.sentence == "“X” scores above “Y” however the weight is divided between “A” and “B”."
    (row,) = flips(constant(np.ones((2, 2)), "xy", "AB"), POINT, {"A": 1, "B": 1})
    assert row.sentence == "“X” and “Y” score the same under “A” and under “B”."
    assert flips(constant(TABLE[:, :1], theories="A"), POINT, {"A": 1}) == ()


@pytest.mark.parametrize(
    ("gaps", "sd", "says"),
    [
        ((0.02, -0.5), 0.4, "cannot tell whether “X” and “Y” change places between “A” and “B”."),  # the sign under A is open
        ((0.9, -0.9), 8.0, "cannot tell where “X” and “Y” change places between “A” and “B”."),
        ((0.02, 0.03), 1.2, "cannot tell whether “X” and “Y” change places between “A” and “B”."),
        (
            (0.002, -0.002),
            0.1,
            "There is no material difference between “X” and “Y” however the weight is divided between “A” and “B”.",
        ),
    ],
)
def test_no_flip_point_within_its_error(gaps: tuple[float, float], sd: float, says: str) -> None:
    """It was "57% (error 197%)", and "x scores above y however the weight is divided" of differences that may be chance."""
    runs = noisy({("x", "A"): gaps[0], ("y", "A"): 0.0, ("x", "B"): gaps[1], ("y", "B"): 0.0}, sd, seed=3)
    for row in flips(runs, POINT, {"A": 1, "B": 1}):
        assert row.weight is None and says in row.sentence.replace("“Y” and “X”", "“X” and “Y”")
        assert row.cannot_tell == ("cannot tell" in says)


def test_error_of_a_flip_against_the_jackknife() -> None:
    """Leaving out one scramble at a time gives the delta method's error."""
    runs = noisy({("x", "A"): 1.0, ("y", "A"): 0.0, ("x", "B"): 0.0, ("y", "B"): 1.5}, 1.0)
    (row,) = flips(runs, POINT, {"A": 1, "B": 1})
    gap = {t: (points(runs, POINT, "x", t) - points(runs, POINT, "y", t)).mean(axis=1) for t in "AB"}
    left = [flip_weight(*(float(gap[t][runs.scramble != k].mean()) for t in "AB")) for k in range(16)]
    jackknife = math.sqrt(15 / 16 * np.square(np.array(left, float) - np.mean(np.array(left, float))).sum())
    assert row.weight == pytest.approx(0.6, abs=0.1)
    assert row.se == pytest.approx(jackknife, rel=0.03)


# --- enough draws


def test_draws_are_doubled_until_they_are_enough() -> None:
    assert next_draws(256, 0.05, 0.02, 4096) == 512
    assert next_draws(256, 0.02, 0.02, 4096) == 256
    assert next_draws(256, math.inf, 0.02, 4096) == 512
    assert next_draws(256, math.nan, 0.02, 300) == 300
    assert next_draws(4096, 0.05, 0.02, 4096) == 4096
    with pytest.raises(DecisionError, match="tolerance of 0"):
        next_draws(256, 0.05, 0.0, 4096)


def test_open_error_is_that_of_the_worst_difference() -> None:
    values = {(s, t): 0.0 for s in "xyz" for t in "AB"}
    runs = noisy(values, 1.0)
    assert open_error(runs, POINT, {"A": 1, "B": 1}) == max(row.se for row in rows_of(runs).values())
    assert open_error(noisy(values, 1.0, draws=4096), POINT, {"A": 1, "B": 1}) < open_error(runs, POINT, {"A": 1, "B": 1}) / 2
    assert open_error(noisy(values, 1.0, draws=1), POINT, {"A": 1, "B": 1}) == math.inf


# --- what has no meaning


@pytest.mark.parametrize("judge", [regret_rows, verdicts, flips, open_error])
def test_comparisons_without_meaning_say_so(judge) -> None:  # type: ignore[no-untyped-def]
    runs, equal = constant(TABLE), {"A": 1.0, "B": 1.0, "C": 1.0}
    worse = runs_of({(s, "A"): np.zeros((32, 1)) for s in "xy"}, weight=np.zeros(32))
    cases: list[tuple[Runs, Objective | None, dict[str, float], str]] = [
        (runs, None, equal, "the scenario has no objective.*Write `objective:`"),
        (runs, Objective(of="w", values={}), equal, "values nothing"),
        (
            runs,
            Objective(of="w", values={"teritory": Worth(points=1.0)}),
            equal,
            '"teritory" is not a measure. Did you mean territory',
        ),
        (runs, Objective(of="w", values={"territory": Worth(points=1.0, per=0.0)}), equal, "objective.territory: points per 0"),
        (constant(TABLE[:1], "x"), POINT, equal, "one strategy cannot be compared with itself"),
        (runs, POINT, {"A": 0.0, "B": 0.0, "C": 0.0}, "all weights of the theories are zero"),
        (runs, POINT, {"A": 1.0}, "no weight for B, C"),
        (runs, POINT, {**equal, "D": 1.0}, "a weight for D, which was not run"),
        (runs, POINT, {**equal, "B": -1.0}, "the weight of B is not a number from 0 up"),
        (runs, POINT, {**equal, "B": math.nan}, "the weight of B is not a number from 0 up"),
        (worse, POINT, {"A": 1.0}, "all weights of the draws are zero"),
    ]
    for run, objective, weights, message in cases:
        with pytest.raises(DecisionError, match=message):
            judge(run, objective, weights)


def test_addresses_and_weights_are_checked() -> None:
    with pytest.raises(DecisionError, match=r'the theory "D" was not run. Known: A, B, C'):
        points(constant(TABLE), POINT, "x", "D")
    with pytest.raises(DecisionError, match="a weight that is not a number"):
        Scrambles.of(runs_of({("x", "A"): np.zeros((2, 1))}, weight=np.array([1.0, -1.0])))
    with pytest.raises(RunError, match=r"Runs: weight has the shape \[1\], and not \[D\] with D = 2"):
        runs_of({("x", "A"): np.zeros((2, 1))}, weight=np.array([1.0]))

"""What is dominated, and who disagrees: brute force on certain values, the false-alarm rate on noisy ones, and tables by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from builders.outcomes import runs as runs_from
from countermove.decision.pareto import MeasuredOutcomes, measured_outcomes, pareto, personal_choices, points_of
from countermove.decision.scores import scores
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective, Worth
from countermove.world.measure import MEASURE_NAMES

K = 16
NAMES = ("deaths", "cost", "territory", "talks")


def at_hand(by_draw: np.ndarray) -> MeasuredOutcomes:
    """Measures [S, M, T, D] on equal draws in 16 scrambles."""
    s, m, t, d = by_draw.shape
    return MeasuredOutcomes(tuple("xyzuvw"[:s]), NAMES[:m], tuple("ABC"[:t]), by_draw, np.full(d, 1 / d), np.arange(d) % K)


def certain(table: object) -> MeasuredOutcomes:
    """Measures [S, M] that are the same in every draw."""
    return at_hand(np.repeat(np.asarray(table, float)[:, :, None, None], K, axis=3))


# --- dominance


@given(table=arrays(float, (5, 3), elements=some.integers(0, 3).map(float)))
@settings(max_examples=100)
def test_certain_values_are_settled_as_by_hand(table: np.ndarray) -> None:
    """Small integers, so that ties and twins are common; fewer deaths, less cost, more territory."""
    found = pareto(certain(table), {"deaths": "less", "cost": "less", "territory": "more"}, {"A": 1})
    good = [(-row[0], -row[1], row[2]) for row in table]
    for mine, standing in zip(good, found, strict=True):
        above = [
            "xyzuv"[i] for i, other in enumerate(good) if other != mine and all(o >= m for o, m in zip(other, mine, strict=True))
        ]
        assert standing.by == tuple(above) and standing.on_means == (not above)
        assert standing.kind == ("dominated" if above else "non-dominated")


def test_a_difference_within_error_is_not_told() -> None:
    """The second is worse in cost for certain; in deaths the two differ by chance only."""
    by_draw = np.random.default_rng(0).normal(size=(2, 2, 1, 64))
    by_draw[:, 1] = [[[1.0]], [[2.0]]]
    by_draw[1, 0] -= by_draw[1, 0].mean() - by_draw[0, 0].mean() - 0.01
    x, y = pareto(at_hand(by_draw), {"deaths": "less", "cost": "less"}, {"A": 1})
    assert x.kind == "non-dominated" and y.kind == "cannot tell" and y.by == ("x",) and not y.on_means
    assert "cannot tell" in y.sentence
    sure = pareto(at_hand(by_draw + np.array([0, 5])[:, None, None, None]), {"deaths": "less", "cost": "less"}, {"A": 1})
    assert sure[1].kind == "dominated" and sure[0].sentence.startswith("“X” is not dominated")


def test_what_draws_share_does_not_blur_dominance() -> None:
    """Noise a hundred times the difference, common to both strategies, cancels."""
    noise = 100 * np.random.default_rng(1).normal(size=(1, 1, 1, 64))
    found = pareto(at_hand(noise + np.array([0.0, 1.0])[:, None, None, None]), {"deaths": "less"}, {"A": 1})
    assert [one.kind for one in found] == ["non-dominated", "dominated"]


def test_false_alarms() -> None:
    """Of 1,000 pairs of equal strategies: "dominated" by one measure in 2 x P(t15 > 2) = 6.4% (4 sd: 3.3-9.5%), by three at once in far fewer
    than 1%; "non-dominated" by one measure as often, by three in about three times as many."""
    rng = np.random.default_rng(2)
    kinds = {1: [], 3: []}
    for count in kinds:
        better = dict.fromkeys(NAMES[:count], "less")
        for _ in range(1000):
            kinds[count].append([one.kind for one in pareto(at_hand(rng.normal(size=(2, count, 1, K))), better, {"A": 1})])
    assert 0.033 < np.mean(["dominated" in pair for pair in kinds[1]]) < 0.095
    assert np.mean(["dominated" in pair for pair in kinds[3]]) < 0.01
    assert np.mean([pair[0] == "non-dominated" for pair in kinds[3]]) < 3 * 0.032 + 0.035


def test_theories_are_mixed_by_their_weights() -> None:
    """Ahead by 1 under A and behind by 1 under B."""
    by_draw = np.zeros((2, 1, 2, K))
    by_draw[0, 0] = [[1.0], [-1.0]]
    for weights, best in (({"A": 3, "B": 1}, "x"), ({"A": 1, "B": 3}, "y")):
        found = pareto(at_hand(by_draw), {"deaths": "more"}, weights)
        assert [one.strategy for one in found if one.kind == "non-dominated"] == [best]


def test_one_scramble_cannot_tell() -> None:
    given = at_hand(np.random.default_rng(3).normal(size=(2, 1, 1, 8)))
    alone = MeasuredOutcomes(**{**vars(given), "scramble": np.zeros(8, int)})
    assert [one.kind for one in pareto(alone, {"deaths": "less"}, {"A": 1})] == ["cannot tell"] * 2


# --- people


def test_people_side_by_side() -> None:
    """By hand: x kills 2 and costs 9; y kills 3 and costs 5; z kills 9 and costs 4."""
    found = personal_choices(
        certain([[2, 9], [3, 5], [9, 4]]),
        {"doctor": {"deaths": -1}, "treasurer": {"cost": -2}, "minister": {"deaths": -1, "cost": -1}},
        {"A": 1},
    )
    assert [row.best for row in found.rows] == ["x", "z", "y"]
    assert [value.mean for value in found.rows[2].values] == [-11, -8, -13] and found.rows[2].ahead == (3, 0)
    assert [one.between for one in found.conflicts] == [("doctor", "treasurer"), ("doctor", "minister"), ("treasurer", "minister")]
    assert [tuple(loss.mean for loss in one.losses) for one in found.conflicts] == [(7, 10), (1, 3), (2, 5)]
    assert {one.kind for one in found.conflicts} == {"disagree"}
    assert found.conflicts[0].sentence == (
        "doctor would choose “X” and treasurer “Z”: doctor would lose 7.00 points by “Z” (error 0.00) and "
        "treasurer would lose 10.00 points by “X” (error 0.00); they disagree."
    )


def test_people_who_may_agree() -> None:
    """One is sure of x; the other's choice of y is chance: its loss is within the error."""
    by_draw = np.random.default_rng(4).normal(size=(2, 2, 1, 64))
    by_draw[0, 0] += 5
    by_draw[1, 1] += by_draw[0, 1].mean() - by_draw[1, 1].mean() + 0.01
    found = personal_choices(at_hand(by_draw), {"first": {"deaths": 1}, "second": {"cost": 1}}, {"A": 1})
    assert [one.kind for one in found.conflicts] == ["cannot tell"]
    agreed = personal_choices(at_hand(by_draw), {"first": {"deaths": 1}, "second": {"deaths": 2}}, {"A": 1})
    assert agreed.conflicts == () and agreed.rows[0].ahead.mean == pytest.approx(agreed.rows[1].ahead.mean / 2)


def test_runs_give_the_points_of_the_table_of_scores() -> None:
    """The expected values and errors of decision/scores.py, from measures averaged first and valued after."""
    rng = np.random.default_rng(5)
    outcomes = {(s, t): rng.normal(size=(len(MEASURE_NAMES), 32, 3)).astype(np.float32) for s in "xy" for t in "AB"}
    runs = runs_from(outcomes, weight=rng.dirichlet(np.ones(32)))
    objective = Objective(of="a", values={"deaths": Worth(points=-3, per=2), "talks": Worth(points=1)})
    assert points_of(objective) == {"deaths": -1.5, "talks": 1}
    weights = {"A": 1.0, "B": 2.0}
    row = personal_choices(measured_outcomes(runs, ["talks", "deaths"]), {"a": points_of(objective)}, weights).rows[0]
    table = scores(runs, objective, weights)
    assert [value.mean for value in row.values] == pytest.approx(table.value[:, -1])
    assert tuple(row.ahead) == pytest.approx(tuple(table.difference(2, *np.argsort(-table.value[:, -1]))))


# --- what has no meaning


def test_what_cannot_be_compared_is_refused() -> None:
    given = certain(np.eye(2))
    one = certain(np.eye(2)[:1])
    for wrong, says in (
        (lambda: pareto(one, {"deaths": "less"}, {"A": 1}), "one strategy"),
        (lambda: personal_choices(one, {"a": {"deaths": 1}}, {"A": 1}), "one strategy"),
        (lambda: pareto(given, {}, {"A": 1}), "no measure"),
        (lambda: pareto(given, {"death": "less"}, {"A": 1}), "Did you mean deaths"),
        (lambda: pareto(given, {"deaths": "lower"}, {"A": 1}), "which way"),
        (lambda: pareto(given, {"deaths": "less"}, {"A": 0}), "all weights"),
        (lambda: personal_choices(given, {}, {"A": 1}), "nobody"),
        (lambda: personal_choices(given, {"a": {}}, {"A": 1}), "no measure"),
        (lambda: personal_choices(given, {"a": {"deaths": math.inf}}, {"A": 1}), "the objective of a"),
        (lambda: points_of(None), "no objective"),
        (lambda: points_of(Objective(of="a", values={"deaths": Worth(points=1, per=0)})), "points per 0"),
        (lambda: certain([[np.nan, 1], [2, 3]]), "finite deaths"),
        (lambda: MeasuredOutcomes((), (), (), np.zeros((0, 0, 0, 0)), np.zeros(0), np.zeros(0)), "none may be missing"),
    ):
        with pytest.raises(DecisionError, match=says):
            wrong()

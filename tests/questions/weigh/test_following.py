"""Is following the memo any good: closed forms, laws, and what must be refused."""

from __future__ import annotations

import numpy as np
import pytest

from countermove.errors import DecisionError
from countermove.questions.weigh.decision_calibration import MEMO, decision_calibration, simpler_ways
from countermove.world.titles import UNTITLED

STRATEGIES = ("restrain", "arm")
VALUES = np.array(
    [[0.0, 0.0], [2.0, -1.0]]
)  # [strategy, theory]: arming is worth 2 under the first theory and costs 1 under the second
FIXED = {"always restrain": 0, "always arm": 1}


def wars(right: float, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Records that name the truth with a probability, and the weights that calibrated readers would give."""
    generator = np.random.default_rng(seed)
    truth = np.arange(count) % 2
    named = np.where(generator.random(count) < right, truth, 1 - truth)
    weights = np.where(np.arange(2)[None] == named[:, None], right, 1 - right)
    return weights, truth


@pytest.mark.parametrize("right", [0.5, 0.6, 0.75, 0.9, 1.0])
def test_the_regret_of_the_memo_is_a_closed_form(right: float) -> None:
    """Two theories, two strategies: arm where the weight of the first is above 1/3. Named wrong, 2 are lost or 1; four standard errors."""
    weights, truth = wars(right, 4000, 7)
    found = decision_calibration(np.stack([VALUES, VALUES]), weights, truth, strategies=STRATEGIES, fixed=FIXED)
    by_name = {row.policy: row for row in found.rows}
    arms_anyway = 1 - right > 1 / 3
    expected = 0.5 * 1 if arms_anyway else (1 - right) * 0.5 * (2 + 1)
    assert by_name[MEMO].regret == pytest.approx(expected, abs=4 * 1.5 / np.sqrt(4000))
    assert by_name["always restrain"].regret == pytest.approx(1.0)  # loses 2 in half of the wars
    assert by_name["always arm"].regret == pytest.approx(0.5)
    assert by_name[MEMO].low <= by_name[MEMO].regret <= by_name[MEMO].high
    assert sum(share for _, share in by_name[MEMO].chosen) == pytest.approx(1)


def test_perfect_records_leave_no_regret_and_beat_the_others() -> None:
    """Weights that are certain and right."""
    weights, truth = wars(1.0, 600, 1)
    found = decision_calibration(np.stack([VALUES, VALUES]), weights, truth, strategies=STRATEGIES, fixed=FIXED)
    assert found.memo.regret == 0
    assert all(row.against_low > 0 for row in found.rows[1:])
    assert found.sentence.endswith("always arm, 0.50 (0.47 to 0.53). Following the memo beats both.") and "600" in found.sentence


def test_a_record_that_says_the_opposite_is_beaten_by_a_coin() -> None:
    """Readers that are sure and wrong: the sentence says who does better."""
    weights, truth = wars(1.0, 600, 1)
    found = decision_calibration(np.stack([VALUES, VALUES]), weights[:, ::-1], truth, strategies=STRATEGIES, fixed=FIXED)
    assert found.memo.regret == pytest.approx(1.5)
    assert "is beaten by always restrain and always arm" in found.sentence


def test_a_choice_on_one_half_of_the_luck_is_scored_on_the_other() -> None:
    """Strategies that differ by noise alone: the naive regret is the noise, the cross-fitted one is 0 on average (four standard errors)."""
    generator = np.random.default_rng(3)
    sums = []
    for _ in range(400):
        halves = generator.standard_normal((2, 5, 2))
        found = decision_calibration(
            halves, np.full((2, 2), 0.5), np.array([0, 1]), strategies=("a", "b", "c", "d", "e"), fixed={"always a": 0}
        )
        sums.append(found.rows[1].regret)
    assert abs(np.mean(sums)) < 4 * np.std(sums) / np.sqrt(400)


def test_the_advisers_beside_it_take_plans_that_somebody_would() -> None:
    """The best by the priors, and the best of the other camp: not the plan that climbs highest, however bad it is."""
    plans, expected = ("heavy", "some-arms", "wait", "talk"), np.array([-9.0, -1.0, -1.2, -3.0])
    arming = {"heavy", "some-arms"}
    ways = simpler_ways(expected, plans, arming, UNTITLED)
    assert ways == {"the best plan by the priors, “Some arms”": 1, "the best that sends no arms, “Wait”": 2}
    assert list(simpler_ways(-expected, plans, {"talk"}, UNTITLED).values()) == [0, 3]
    assert list(simpler_ways(expected, plans, set(), UNTITLED).values()) == [1]


@pytest.mark.parametrize(
    ("halves", "weights", "truth", "says"),
    [
        (np.zeros((2, 2, 2)), np.full((1, 2), 0.5), np.array([], int), "do not fit"),
        (np.zeros((2, 2, 2)), np.zeros((0, 2)), np.array([], int), "no simulated war"),
        (np.full((2, 2, 2), np.nan), np.full((1, 2), 0.5), np.array([0]), "not finite"),
        (np.zeros((2, 2, 2)), np.array([[np.nan, 1.0]]), np.array([0]), "not finite"),
        (np.zeros((2, 3, 2)), np.full((1, 2), 0.5), np.array([0]), "do not fit"),
    ],
)
def test_what_has_no_meaning_is_refused(halves: np.ndarray, weights: np.ndarray, truth: np.ndarray, says: str) -> None:
    """A clear message each."""
    with pytest.raises(DecisionError, match=says):
        decision_calibration(halves, weights, truth, strategies=STRATEGIES, fixed=FIXED)

"""Value of information: closed forms of two states and two actions, laws of Blackwell, and the bias that cross-fitting is for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import norm

from countermove.decision import information
from countermove.decision.boxes import Column
from countermove.decision.information import Observation, observation_from_sample
from countermove.decision.robust import Values
from countermove.errors import DecisionError

K = 16
TEST = np.array([[0.8, 0.2], [0.1, 0.9]])  # P(message | theory): sensitivity .8, specificity .9


def values(by_draw: np.ndarray, shares: object = (1.0,), weight: np.ndarray | None = None) -> Values:
    """Values [S, T, D] in 16 scrambles."""
    s, t, d = by_draw.shape
    draws = np.full(d, 1 / d) if weight is None else weight
    return Values(tuple("xyzu"[:s]), tuple("ABC"[:t]), by_draw, np.asarray(shares, float), draws, np.arange(d) % K)


def gamble(good: float, gain: float, loss: float) -> tuple[np.ndarray, np.ndarray]:
    """Act (gain under A, loss under B) or do not."""
    return np.array([[gain, -loss], [0.0, 0.0]]), np.array([good, 1 - good])


def value_of_message(table: np.ndarray, shares: np.ndarray, likelihood: np.ndarray) -> float:
    """Of sample information [S, T], [T], [T, M]: sum over messages of max_s sum_t p(t) P(m | t) U(s, t), less max_s sum_t p(t) U(s, t)."""
    return float((table @ (shares[:, None] * likelihood)).max(axis=0).sum() - (table @ shares).max())


# --- closed forms


@pytest.mark.parametrize(("good", "gain", "loss"), [(0.5, 1, 1), (0.3, 4, 1), (0.2, 1, 1), (0.9, 1, 3)])
def test_two_theories_and_two_actions(good: float, gain: float, loss: float) -> None:
    """Knowing is worth min(p gain, (1 - p) loss); the test: the gain of acting on each message, where that is above 0."""
    table, shares = gamble(good, gain, loss)
    yes = max(0, good * 0.8 * gain - (1 - good) * 0.1 * loss)
    no = max(0, good * 0.2 * gain - (1 - good) * 0.9 * loss)
    wanted = yes + no - max(0, good * gain - (1 - good) * loss)
    sure = values(np.repeat(table[:, :, None], K, axis=2), shares)
    found = information.observation_information(sure, Observation("scouts", ("A", "B"), ("yes", "no"), TEST))
    assert (found.value, found.naive) == pytest.approx((wanted, wanted)) and found.se == pytest.approx(0, abs=1e-12)
    perfect = information.theory_information(sure)
    assert perfect.value == pytest.approx(min(good * gain, (1 - good) * loss)) and perfect.learnt[0].strategy == "x"


def test_a_coin_that_is_right_with_q() -> None:
    """Even odds and even stakes: q - 1/2."""
    table, shares = gamble(0.5, 1, 1)
    sure = values(np.repeat(table[:, :, None], K, axis=2), shares)
    for right, worth in ((0.7, 0.2), (0.5, 0.0)):
        coin = Observation("coin", ("A", "B"), ("yes", "no"), np.array([[right, 1 - right], [1 - right, right]]))
        assert information.observation_information(sure, coin).value == pytest.approx(worth, abs=1e-15)


def test_the_sentence_says_what_would_turn() -> None:
    table, shares = gamble(0.3, 1, 1)
    sure = values(np.repeat(table[:, :, None], K, axis=2), shares)
    found = information.observation_information(sure, Observation("scouts", ("A", "B"), ("yes", "no"), TEST))
    assert found.without == "y" and [(one.what, one.strategy) for one in found.learnt] == [("yes", "x"), ("no", "y")]
    assert found.learnt[0].probability == pytest.approx(0.3 * 0.8 + 0.7 * 0.1)
    assert found.sentence.startswith("Knowing scouts is worth 0.17") and "probability 31%" in found.sentence
    useless = information.observation_information(sure, Observation("coin", ("A", "B"), ("yes", "no"), np.full((2, 2), 0.5)))
    assert useless.sentence == "Knowing coin would not change the choice of “Y”." and useless.value == 0


def test_a_choice_that_may_yet_turn_is_not_called_sure() -> None:
    """x leads under both theories, under B by 0.1 with an error of 0.1: within two errors y is 0.1 ahead there, and B has half of the weight."""
    noise = np.tile([1.0, -1.0], K // 2) * 0.1 * math.sqrt(K - 1)  # an error of exactly 0.1 over 16 scrambles
    lead = np.stack([np.ones(K), 0.1 + noise])
    found = information.theory_information(values(np.stack([lead, np.zeros((2, K))]), (0.5, 0.5)))
    assert found.hidden == pytest.approx(0.05) and found.most >= 0.05
    assert found.sentence == (
        "Knowing the theory does not change the choice of “X” in these draws; it is worth at most 0.05 points, and may be worth nothing."
    )
    sure = information.theory_information(values(np.stack([lead + [[0], [0.2]], np.zeros((2, K))]), (0.5, 0.5)))
    assert sure.sentence == "Knowing the theory would not change the choice of “X”." and sure.most == 0


@given(seed=some.integers(0, 100_000))
@settings(max_examples=100)
def test_laws(seed: int) -> None:
    """0 <= sample <= perfect information; noise added to a message never helps (Blackwell 1953); theories in another order change nothing."""
    rng = np.random.default_rng(seed)
    table, shares = rng.normal(size=(3, 4)), rng.dirichlet(np.ones(4))
    likelihood, noise = rng.dirichlet(np.ones(5), size=4), rng.dirichlet(np.ones(3), size=5)

    def worth(told: np.ndarray, turn: np.ndarray) -> float:
        seen = Observation("seen", tuple("ABCD"), tuple("mnopq"[: told.shape[1]]), told[turn])
        sure = Values(
            tuple("xyz"), tuple("ABCD"), np.repeat(table[:, turn, None], K, axis=2), shares[turn], np.full(K, 1 / K), np.arange(K)
        )
        return information.observation_information(sure, seen).value

    as_given, turn = np.arange(4), rng.permutation(4)
    sample = worth(likelihood, as_given)
    assert sample == pytest.approx(value_of_message(table, shares, likelihood), abs=1e-12)
    assert -1e-12 <= sample <= worth(np.eye(4), as_given) + 1e-12
    assert worth(likelihood @ noise, as_given) <= sample + 1e-12
    assert worth(likelihood, turn) == pytest.approx(sample, abs=1e-12)


# --- parameters


@pytest.mark.parametrize("mean", [0.0, 0.5, -1.0])
def test_a_normal_parameter(mean: float) -> None:
    """Act for x, x ~ N(m, 1) with other noise, or not: m Phi(m) + phi(m) - max(m, 0); bins lose under .01, 4 errors above that."""
    rng = np.random.default_rng(1)
    x = rng.normal(mean, 1, size=8192)
    by_draw = np.stack([x + rng.normal(0, 1, size=8192), np.zeros(8192)])[:, None]
    found = information.parameter_information(values(by_draw), Column("stake"), x, bins=16)
    truth = mean * norm.cdf(mean) + norm.pdf(mean) - max(mean, 0)
    assert -4 * found.se - 0.01 < found.value - truth < 4 * found.se and found.se < 0.02
    assert found.naive == pytest.approx(truth, abs=0.05)


def test_what_is_of_no_use_is_worth_nothing() -> None:
    """Two equal strategies and a parameter that plays no role, 400 times with 256 draws: the plug-in value is .05 (of a spread of 1) in the
    mean; the cross-fitted one is 0, within 4 errors of that mean, and beyond two of its own errors in at most 5% (3% + 2.5 sd)."""
    rng = np.random.default_rng(2)
    found = [
        information.parameter_information(values(rng.normal(size=(2, 1, 256))), Column("nothing"), rng.normal(size=256))
        for _ in range(400)
    ]
    naive = np.array([one.naive for one in found])
    fitted = np.array([one.value for one in found])
    assert naive.min() >= 0 and 0.04 < naive.mean() < 0.09
    assert abs(fitted.mean()) < 4 * fitted.std() / 20
    assert np.mean([one.value > 2 * one.se for one in found]) <= 0.05


def test_a_little_worth_is_found_in_the_mean() -> None:
    """200 samples of 640 draws of x ~ N(0, 1) acted on for .3 x + noise: .3 phi(0), less at most a tenth for rules from half of the draws."""
    rng = np.random.default_rng(3)

    def one(draws: int) -> information.Information:
        x = rng.normal(size=draws)
        return information.parameter_information(
            values(np.stack([0.3 * x + rng.normal(size=draws), np.zeros(draws)])[:, None]), Column("x"), x
        )

    found = [one(640) for _ in range(200)]
    fitted = np.array([one.value for one in found])
    reach = 4 * fitted.std() / math.sqrt(200)
    assert 0.9 * 0.3 * norm.pdf(0) - reach < fitted.mean() < 0.3 * norm.pdf(0) + reach
    assert 0.9 < np.mean([one.se for one in found]) / fitted.std() < 1.6


def test_draws_of_one_value_stay_together() -> None:
    """A switch: two bins, and the exact value with it. Draws without weight play no role."""
    switch = np.repeat([0.0, 1.0, 7.0], [32, 32, 16])
    by_draw = np.stack([np.where(switch == 1, 1.0, -2.0), np.zeros(80)])[:, None]
    weight = np.where(switch == 7, 0, 1 / 64)
    found = information.parameter_information(values(by_draw, weight=weight), Column("switch"), switch)
    assert [(one.what, one.strategy) for one in found.learnt] == [("switch from 0 to 0", "y"), ("switch from 1 to 1", "x")]
    assert found.value == pytest.approx(0.5) == pytest.approx(found.naive)
    constant = information.parameter_information(values(by_draw), Column("nothing"), np.ones(80))
    assert constant.value == constant.naive == 0 and len(constant.learnt) == 1


def test_the_theory_is_learnt_from_noisy_draws() -> None:
    """The gamble again with noise on its values: within 4 errors of the closed form."""
    table, shares = gamble(0.4, 1, 1)
    by_draw = table[:, :, None] + np.random.default_rng(4).normal(size=(2, 2, 4096))
    found = information.theory_information(values(by_draw, shares))
    assert abs(found.value - 0.4) < 4 * found.se and 0 < found.se < 0.03


# --- messages counted


def test_a_joint_sample_gives_the_matrix() -> None:
    made, gave = np.array([0, 0, 0, 1, 1, 0]), np.array([1, 0, 1, 0, 0, 1])
    found = observation_from_sample("scouts", ("A", "B"), ("yes", "no"), (made, gave))
    assert found.likelihood.tolist() == [[0.25, 0.75], [1, 0]] and found.counts == (4, 2)


def test_the_error_of_counts_is_right() -> None:
    """400 matrices from 200 records a theory: the spread of the value is the error that each states (its own error is 4%; 0.85-1.15)."""
    table, shares = gamble(0.5, 1, 1)
    sure = values(np.repeat(table[:, :, None], K, axis=2), shares)
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        gave = np.concatenate([rng.random(200) > 0.8, rng.random(200) > 0.1]).astype(int)
        scouts = observation_from_sample("scouts", ("A", "B"), ("yes", "no"), (np.repeat([0, 1], 200), gave))
        found.append(information.observation_information(sure, scouts))
    spread = np.std([one.value for one in found])
    assert 0.85 < np.mean([one.se for one in found]) / spread < 1.15
    assert np.mean([one.value for one in found]) == pytest.approx(0.35, abs=4 * spread / 20)


def test_theories_are_found_by_name() -> None:
    table, shares = gamble(0.3, 1, 1)
    sure = values(np.repeat(table[:, :, None], K, axis=2), shares)
    turned = Observation("scouts", ("B", "more", "A"), ("yes", "no"), np.array([TEST[1], [0.5, 0.5], TEST[0]]))
    assert information.observation_information(sure, turned).value == pytest.approx(value_of_message(table, shares, TEST))


# --- what has no meaning


def test_what_has_no_meaning_is_refused() -> None:
    given = values(np.zeros((2, 1, 32)))
    one = values(np.zeros((1, 1, 32)))
    alone = Values(**{**vars(given), "scramble": np.zeros(32, int)})
    x = np.arange(32.0)
    two = (np.array([0, 1]), np.array([0, 1]))
    for wrong, says in (
        (lambda: information.theory_information(one), "one strategy"),
        (lambda: information.theory_information(alone), "one scramble"),
        (lambda: information.parameter_information(given, Column("x"), x[:3]), "32 finite"),
        (lambda: information.parameter_information(given, Column("x"), np.full(32, math.nan)), "32 finite"),
        (lambda: information.parameter_information(given, Column("x"), x, bins=1), "1 bins"),
        (lambda: information.observation_information(given, Observation("o", ("B",), ("m",), np.ones((1, 1)))), 'nothing of "A"'),
        (lambda: Observation("o", ("A",), ("m", "n"), np.array([[0.5, 0.4]])), "sum to 0.9"),
        (lambda: Observation("o", ("A",), ("m",), np.ones((2, 1))), "shape"),
        (lambda: Observation("o", ("A",), ("m",), np.ones((1, 1)), cost=-1), "cost"),
        (lambda: Observation("o", ("A",), ("m",), np.ones((1, 1)), counts=(0,)), "counts"),
        (lambda: observation_from_sample("o", ("A", "B", "C"), ("m", "n"), two), "no record of C"),
        (lambda: observation_from_sample("o", ("A",), ("m", "n"), two), "beyond"),
        (lambda: observation_from_sample("o", ("A", "B"), ("m", "n"), (np.array([0.5]), np.array([0]))), "whole numbers"),
    ):
        with pytest.raises(DecisionError, match=says):
            wrong()

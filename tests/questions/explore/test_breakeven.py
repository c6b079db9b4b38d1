"""Break-even values: known crossings, stated false alarms, intervals that hold, laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from countermove.decision.boxes import Column
from countermove.errors import DecisionError
from countermove.questions.explore.breakeven import BreakEven, Smoothing, break_even

RATIO = Column("stake-ratio of moscow")
FEW = Smoothing(resamples=100)
Curve = Callable[[np.ndarray], np.ndarray]


def draws(curve: Curve, seed: int, count: int = 2000, noise: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """A lognormal parameter, and a difference of this expectation with the rest of the world as noise."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 3]))
    x = np.exp(generator.normal(size=count))
    return x, curve(x) + noise * generator.normal(size=count)


def found(curve: Curve, seed: int = 0, count: int = 2000, noise: float = 1.5) -> BreakEven:
    """What is found of it."""
    return break_even(*draws(curve, seed, count, noise), RATIO, ("arm", "wait"), how=FEW)


def share_of_draws(x: np.ndarray) -> np.ndarray:
    """The rank of the parameter in its own distribution."""
    return stats.norm.cdf(np.log(x))


LINE: Curve = lambda x: np.minimum(x, 6) - 2  # noqa: E731
WAVE: Curve = lambda x: np.cos(2 * np.pi * share_of_draws(x))  # noqa: E731
KINK: Curve = lambda x: np.where(x > 2, 1.0, -1.0)  # noqa: E731
QUARTILES = np.exp(stats.norm.ppf([0.25, 0.75]))


@pytest.mark.parametrize(
    ("curve", "zeros", "rises"),
    [(LINE, [2.0], [True]), (KINK, [2.0], [True]), (WAVE, QUARTILES, [False, True])],
    ids=["line", "step", "wave"],
)
def test_known_crossings(curve: Curve, zeros: np.ndarray, rises: list[bool]) -> None:
    """One or two: within 10% of the truth, inside the interval, with the right turn."""
    one = found(curve)
    assert one.kind == "flips" and [crossing.rises for crossing in one.crossings] == rises
    for crossing, zero in zip(one.crossings, zeros, strict=True):
        assert crossing.value == pytest.approx(zero, rel=0.1) and crossing.low <= zero <= crossing.high
        assert crossing.low < crossing.value < crossing.high


def test_intervals_hold_what_they_say() -> None:
    """Line, step and wave, 40 samples of each: the 95% interval holds each crossing at least as often as 1 in 1000 binomials would allow."""
    for curve, zeros in ((LINE, [2.0]), (KINK, [2.0]), (WAVE, QUARTILES)):
        hits = np.zeros(len(zeros))
        for seed in range(40):
            one = found(curve, seed, 1024)
            assert len(one.crossings) == len(zeros)
            hits += [c.low <= zero <= c.high for c, zero in zip(one.crossings, zeros, strict=True)]
        assert (hits >= stats.binom.ppf(0.001, 40, 0.95)).all()


def test_false_alarms() -> None:
    """Where the truth is 0 everywhere, or touches 0 and turns back, a flip is told in at most 1 of 20: 40 samples of each, bound 1 in 1000."""
    for curve in (np.zeros_like, lambda x: 0.3 + 0.3 * WAVE(x)):
        flips = sum(found(curve, seed, 512).kind == "flips" for seed in range(40))
        assert flips <= stats.binom.ppf(0.999, 40, 0.05)


def test_how_near_it_comes() -> None:
    """A difference between 1 and 5: it does not flip; nearest at the low end of the parameter, about 1."""
    one = found(lambda x: 1 + 4 * share_of_draws(x))
    assert one.kind == "does not flip" and not one.crossings
    assert one.nearest < 0.2 and one.low < 1.1 < one.high and one.low > 0
    assert one.sentence.startswith(
        "No value of stake-ratio of moscow within its prior changes the order: arm stays ahead of wait, at the least by"
    )


def test_too_little_to_tell() -> None:
    """A difference that hardly leaves 0, few draws: cannot tell, and the sentence says so."""
    one = found(lambda x: 0.05 * np.log(x), count=100)
    assert one.kind == "cannot tell" and "cannot be told" in one.sentence and one.low < 0 < one.high


def test_it_does_not_say_never_of_what_flips_out_of_sight() -> None:
    """A curve that crosses 0 at the top hundredth only is never said not to flip."""
    kinds = {found(lambda x: 0.6 - x / np.exp(stats.norm.ppf(0.99)), seed, 512, 0.5).kind for seed in range(10)}
    assert "does not flip" not in kinds


def test_swapping_the_strategies_swaps_the_signs() -> None:
    """The same crossing and interval, the other turn; the sentence names the other first."""
    x, d = draws(LINE, 1)
    one, other = break_even(x, d, RATIO, ("arm", "wait"), how=FEW), break_even(x, -d, RATIO, ("wait", "arm"), how=FEW)
    assert replace(one.crossings[0], rises=False) == replace(other.crossings[0], rises=False)
    assert one.crossings[0].rises and not other.crossings[0].rises and one.difference == -other.difference
    assert one.sentence.startswith("arm is ahead of wait where stake-ratio of moscow is above")
    assert other.sentence.startswith("wait is ahead of arm where stake-ratio of moscow is below")


def test_units_of_the_parameter_and_of_the_points() -> None:
    """Only ranks matter: in days the crossing is 30 times that in months, on any rising scale it lies between the same draws."""
    x, d = draws(LINE, 2)
    one, days, logs = (break_even(scale(x), 7 * d, RATIO, ("a", "b"), how=FEW) for scale in (np.asarray, lambda x: 30 * x, np.log))
    assert days.crossings[0].value == pytest.approx(30 * one.crossings[0].value)
    assert np.exp(logs.crossings[0].value) == pytest.approx(one.crossings[0].value, rel=0.01)
    assert one.curve[1] / 7 == pytest.approx(break_even(x, d, RATIO, ("a", "b"), how=FEW).curve[1])


def test_weights() -> None:
    """Draws of weight 0 are not there, whatever they hold; weights count draws."""
    x, d = draws(LINE, 3)
    padded = break_even(np.r_[x, 9.0], np.r_[d, -1e9], RATIO, ("a", "b"), np.r_[np.ones(2000), 0], FEW)
    plain = break_even(x, d, RATIO, ("a", "b"), how=FEW)
    assert padded.crossings == plain.crossings
    # the lower half counted twice: as if the draws came from that prior
    weight = np.where(x < 1, 2.0, 1.0)
    assert break_even(x, d, RATIO, ("a", "b"), weight, FEW).crossings[0].value == pytest.approx(2, rel=0.1)


def test_the_curve_is_the_one_asked_for() -> None:
    """Rising values; the expected difference within 4 errors of the truth nearly everywhere."""
    one = found(LINE, 4)
    value, fit, se = one.curve
    assert (np.diff(value) > 0).all() and value.shape == (100,)
    assert (np.abs(fit - LINE(value))[2:-2] < 4 * se[2:-2]).mean() > 0.95


def test_bits() -> None:
    """The same seed, the same answer; another, another interval."""
    x, d = draws(LINE, 5)
    answers = [break_even(x, d, RATIO, ("a", "b"), how=Smoothing(resamples=100, seed=seed)).crossings for seed in (0, 0, 1)]
    assert answers[0] == answers[1] != answers[2]


def test_without_noise() -> None:
    """The difference is the parameter's alone: the crossing to a thousandth of its rank; a constant difference does not flip."""
    x = np.arange(1.0, 2001)
    one = break_even(x, x - 700.25, RATIO, ("a", "b"), how=FEW)
    assert one.crossings[0].value == pytest.approx(700.25, abs=2)
    flat = break_even(x, np.full(2000, 3.0), RATIO, ("a", "b"), how=FEW)
    assert flat.kind == "does not flip" and flat.difference == pytest.approx(3)


def test_a_parameter_of_ten_values() -> None:
    """A count: the crossing lies between the two values where the difference turns."""
    generator = np.random.Generator(np.random.Philox(key=[7, 3]))
    x = generator.integers(10, size=2000).astype(float)
    one = break_even(x, x - 5.4 + generator.normal(size=2000), RATIO, ("a", "b"), how=FEW)
    assert one.kind == "flips" and one.crossings[0].value == pytest.approx(5.4, abs=0.3)


GOOD = np.arange(60.0)


@pytest.mark.parametrize(
    ("x", "d", "weight"),
    [
        (GOOD, GOOD[:-1], None),
        (GOOD[:, None], GOOD[:, None], None),
        (np.where(GOOD == 3, np.nan, GOOD), GOOD, None),
        (GOOD, np.where(GOOD == 3, np.inf, GOOD), None),
        (GOOD[:40], GOOD[:40], None),
        (GOOD * 0, GOOD, None),
        (GOOD % 5, GOOD, None),
        (np.maximum(GOOD, 20), GOOD, None),
        (GOOD, GOOD * 0, None),
        (GOOD, GOOD, GOOD * 0),
        (GOOD, GOOD, -GOOD),
        (GOOD, GOOD, np.where(GOOD < 3, 1, 1e-12)),
        (np.empty(0), np.empty(0), None),
    ],
)
def test_what_has_no_meaning(x: np.ndarray, d: np.ndarray, weight: np.ndarray | None) -> None:
    """Shapes, nan, too few draws or values, equal strategies, weights: an error that names the parameter."""
    with pytest.raises(DecisionError) as told:
        break_even(x, d, RATIO, ("a", "b"), weight)
    assert told.value.where == RATIO.name


@pytest.mark.parametrize(
    "wrong", [{"bins": 3}, {"bandwidths": ()}, {"bandwidths": (0.0,)}, {"folds": 1}, {"resamples": 5}, {"level": 1.0}, {"seed": -1}]
)
def test_settings_without_meaning(wrong: dict) -> None:
    """Each refused."""
    with pytest.raises(DecisionError):
        Smoothing(**wrong)

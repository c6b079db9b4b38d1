"""Scores of forecasts: published numbers and laws. Seeds are fixed; each test by simulation says its false-alarm rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from countermove.errors import EvidenceError
from countermove.evidence.forecast_scores import (
    brier,
    crps_ensemble,
    crps_normal,
    log_score,
    log_score_normal,
    pit,
    pit_ensemble,
    skill,
)
from countermove.questions.backtest.baselines import climatology, no_change, seasonal


def test_crps_of_the_normal() -> None:
    """Gneiting & Raftery 2007, and the integral of (F - 1[y <= x])^2 that it stands for."""
    assert crps_normal(0.0, 1.0, 0.0) == pytest.approx(0.2336950, abs=5e-8)
    assert crps_normal(0.0, 1.0, 0.0) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), abs=1e-15)
    for mean, sd, y in ((1.0, 2.0, -0.7), (-3.0, 0.5, -2.0)):
        law = stats.norm(mean, sd)
        left, _ = integrate.quad(lambda x, law=law: law.cdf(x) ** 2, -40, y)
        right, _ = integrate.quad(lambda x, law=law: law.sf(x) ** 2, y, 40)
        assert crps_normal(mean, sd, y) == pytest.approx(left + right, abs=1e-7)


def test_crps_of_an_ensemble_is_the_double_sum() -> None:
    generator = np.random.default_rng(0)
    members, y = generator.normal(size=(5, 7)), generator.normal(size=5)
    weights = generator.random((5, 7))
    share = weights / weights.sum(axis=1, keepdims=True)
    apart = np.abs(members[:, :, None] - members[:, None, :])
    miss = np.abs(members - y[:, None])
    plain, fair, weighted = (
        crps_ensemble(members, y),
        crps_ensemble(members, y, fair=True),
        crps_ensemble(members, y, weights=weights),
    )
    np.testing.assert_allclose(plain, miss.mean(axis=1) - apart.sum(axis=(1, 2)) / (2 * 49), atol=1e-13)
    np.testing.assert_allclose(fair, miss.mean(axis=1) - apart.sum(axis=(1, 2)) / (2 * 42), atol=1e-13)
    both = (share[:, :, None] * share[:, None, :] * apart).sum(axis=(1, 2))
    np.testing.assert_allclose(weighted, (share * miss).sum(axis=1) - both / 2, atol=1e-13)
    np.testing.assert_allclose(crps_ensemble(np.repeat(members, 3, axis=1), y), plain, atol=1e-13)


def test_crps_of_a_point_is_the_absolute_error() -> None:
    y = np.array([-1.0, 0.0, 2.5])
    np.testing.assert_allclose(crps_ensemble(np.full((3, 1), 0.5), y), np.abs(y - 0.5), atol=1e-15)
    np.testing.assert_allclose(crps_ensemble(np.full((3, 9), 0.5), y, fair=True), np.abs(y - 0.5), atol=1e-15)
    np.testing.assert_allclose(crps_normal(0.5, 1e-12, y), np.abs(y - 0.5), atol=1e-11)


def test_the_fair_score_does_not_depend_on_the_number_of_members() -> None:
    """Its mean is the CRPS of the law the members come from, for 2 members as for 50; the plain one favours many (false alarms 1e-4)."""
    generator = np.random.default_rng(1)
    for m in (2, 50):
        members = generator.normal(size=(40_000, m))
        scores = crps_ensemble(members, 0.6, fair=True)
        assert abs(scores.mean() - crps_normal(0.0, 1.0, 0.6)) < 4 * scores.std() / 200
    assert crps_ensemble(members[:, :2], 0.6).mean() > crps_normal(0.0, 1.0, 0.6) + 0.2


@pytest.mark.parametrize("name", ["crps", "log", "brier"])
def test_telling_the_truth_pays(name: str) -> None:
    """Propriety: under the true law every other forecast scores worse on average, by four standard errors of the difference."""
    generator = np.random.default_rng(2)
    n = 200_000
    y = generator.normal(0.3, 1.2, n)
    event = y > 1
    p = float(stats.norm.sf((1 - 0.3) / 1.2))
    losses = {
        "crps": [crps_normal(m, s, y) for m, s in ((0.3, 1.2), (0.4, 1.2), (0.3, 1.35), (0.3, 1.05))],
        "log": [log_score_normal(m, s, y) for m, s in ((0.3, 1.2), (0.4, 1.2), (0.3, 1.35), (0.3, 1.05))],
        "brier": [brier(q, event) for q in (p, p + 0.05, p - 0.05, float(p > 0.5))],
    }[name]
    for other in losses[1:]:
        gap = other - losses[0]
        assert gap.mean() > 4 * gap.std() / np.sqrt(n)


def test_small_scores_by_hand() -> None:
    assert log_score(np.array([1.0, 0.5, 0.0])) == pytest.approx([0.0, np.log(2), np.inf])
    assert log_score_normal(1.0, 2.0, 0.2) == pytest.approx(-stats.norm.logpdf(0.2, 1.0, 2.0), abs=1e-14)
    assert brier(0.8, True) == pytest.approx(0.04)


def test_pit_is_uniform_under_the_truth_and_only_there() -> None:
    """Counts and an ensemble with ties; Kolmogorov-Smirnov at 1e-4."""
    generator = np.random.default_rng(3)
    n = 20_000
    rate = generator.gamma(2.0, 1.0, n)
    y, u = generator.poisson(rate), generator.random(n)
    right = pit(stats.poisson.cdf(y - 1, rate), stats.poisson.cdf(y, rate), u)
    assert stats.kstest(right, "uniform").pvalue > 1e-4
    assert stats.kstest(pit(stats.poisson.cdf(y, rate), stats.poisson.cdf(y, rate), u), "uniform").pvalue < 1e-9
    assert stats.kstest(pit(stats.poisson.cdf(y - 1, 2.0), stats.poisson.cdf(y, 2.0), u), "uniform").pvalue < 1e-9
    members = generator.poisson(rate[:, None], (n, 9))
    assert stats.kstest(pit_ensemble(members, y, u), "uniform").pvalue > 1e-4
    assert stats.kstest(pit_ensemble(members + 1, y, u), "uniform").pvalue < 1e-9


def test_skill_and_its_interval() -> None:
    generator = np.random.default_rng(4)
    base = generator.gamma(2.0, 1.0, 300)
    half = skill(base / 2, base, seed=0)
    assert (half.skill, half.low, half.high) == pytest.approx((0.5, 0.5, 0.5))
    noise = skill(generator.gamma(2.0, 1.0, 300), base, seed=0)
    assert noise.low < noise.skill < noise.high
    assert noise == skill(*_again(4), seed=0)
    assert noise != skill(*_again(4), seed=1)


def _again(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    base = generator.gamma(2.0, 1.0, 300)
    return generator.gamma(2.0, 1.0, 300), base


def test_intervals_hold_what_they_promise() -> None:
    """Dependent losses (a moving average of five): 90% intervals hold the truth in 80 to 96% of 400 series, drawn one by one in under 70%."""
    generator = np.random.default_rng(5)
    held = np.zeros(2)
    for _ in range(400):
        shocks = generator.normal(0, 1, (2, 124))
        ours, theirs = (np.convolve(row, np.ones(5) / 5, "valid") + 4 for row in shocks)
        wide, narrow = (skill(ours, theirs, seed=0, block=block, resamples=400) for block in (12, 1))
        held += (wide.low <= 0 <= wide.high, narrow.low <= 0 <= narrow.high)
    assert 0.8 < held[0] / 400 < 0.96
    assert held[1] / 400 < 0.7


def test_baselines_by_hand() -> None:
    past = np.array([1.0, 2.0, 4.0, 3.0])
    one, two = no_change(past, 2)
    assert sorted(one) == [2.0, 4.0, 5.0]
    assert sorted(two) == [4.0, 6.0]
    assert sorted(no_change(np.array([1.0, 2.0, 4.0, 0.0]), 1, floor=0.0)[0]) == [0.0, 1.0, 2.0]
    assert [sorted(row) for row in climatology(past, 2)] == [sorted(past)] * 2
    year = np.array([5.0, 1.0, 7.0, 2.0, 6.0, 4.0])
    first, second, third = seasonal(year, 3, season=2)
    assert sorted(first) == sorted(6.0 + np.array([2.0, 1.0, -1.0, 2.0]))
    assert sorted(second) == sorted(4.0 + np.array([2.0, 1.0, -1.0, 2.0]))
    assert sorted(third) == sorted(6.0 + np.array([1.0, 3.0]))


def test_baselines_step_over_gaps() -> None:
    """The last known month, and changes between known months only."""
    past = np.array([1.0, np.nan, 4.0, 3.0, np.nan])
    assert sorted(no_change(past, 1)[0]) == [6.0]  # two months after the 3: the only known change over two months is 1 to 4
    assert sorted(climatology(past, 1)[0]) == [1.0, 3.0, 4.0]
    assert sorted(seasonal(np.array([1.0, 9.0, 3.0, np.nan, 4.0, 8.0]), 2, season=2)[1]) == sorted(8.0 + np.array([2.0, 1.0]))


def test_a_baseline_sees_the_history_only() -> None:
    """What comes after does not reach the forecast: the future is cut off, so changing it cannot matter; the past does."""
    series = np.random.default_rng(7).normal(size=60)
    for make in (no_change, seasonal, climatology):
        before = make(series[:36], 6)
        changed = series.copy()
        changed[36:] += 100
        assert all(np.array_equal(a, b) for a, b in zip(before, make(changed[:36], 6), strict=True))


def test_what_has_no_meaning_is_refused() -> None:
    ones = np.ones(4)
    for wrong in (
        lambda: crps_ensemble(np.ones((2, 0)), 1.0),
        lambda: crps_ensemble(np.ones((2, 1)), 1.0, fair=True),
        lambda: crps_ensemble(np.ones((2, 3)), 1.0, weights=np.ones(3), fair=True),
        lambda: skill(ones, np.zeros(4), seed=0),
        lambda: skill(ones, np.ones(3), seed=0),
        lambda: skill(ones, ones, seed=0, block=5),
        lambda: skill(np.array([1.0, np.inf]), np.ones(2), seed=0),
        lambda: no_change(np.array([1.0, 2.0]), 2),
        lambda: seasonal(np.ones(5), 1),
        lambda: climatology(np.full(3, np.nan), 1),
        lambda: climatology(ones, 0),
    ):
        with pytest.raises(EvidenceError):
            wrong()

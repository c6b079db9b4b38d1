"""Closed forms of evidence: published numbers, laws, and one way of computing against another."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from countermove.errors import EvidenceError
from countermove.verify.closed_forms import (
    every_path,
    hidden_chain,
    ladder,
    local_level,
    normal_posterior,
    point_null,
    poisson_gamma,
    sign_factor,
    thermodynamic,
)
from countermove.verify.nile import FLOW


def test_nile() -> None:
    """Durbin & Koopman 2012: the variances are the maximum, and the log-likelihood is theirs."""
    y = np.array(FLOW)
    best = local_level(y, 15098.5, 1469.2).log_likelihood
    assert best == pytest.approx(-632.5456, abs=5e-5)
    assert best - 0.5 * np.log(2 * np.pi) == pytest.approx(-633.4646, abs=6e-5)
    for noise, drift in ((14000.0, 1469.2), (16500.0, 1469.2), (15098.5, 1200.0), (15098.5, 1800.0)):
        assert local_level(y, noise, drift).log_likelihood < best


def test_local_level_is_the_density_of_a_normal_vector() -> None:
    """With a proper start and gaps: the joint normal of what was observed."""
    y = np.array([1.0, np.nan, 2.5, 0.3, np.nan, 1.1])
    t = np.arange(6)
    covariance = 2.0 + 0.7 * np.minimum.outer(t, t) + 0.4 * np.eye(6)
    seen = ~np.isnan(y)
    exact = stats.multivariate_normal(np.full(4, 0.5), covariance[np.ix_(seen, seen)]).logpdf(y[seen])
    found = local_level(y, 0.4, 0.7, start=(0.5, 2.0))
    assert found.log_likelihood == pytest.approx(exact, abs=1e-12)
    gain = covariance[5, seen] - 0.4 * (t[seen] == 5)
    weights = np.linalg.solve(covariance[np.ix_(seen, seen)], gain)
    assert found.mean[-1] == pytest.approx(0.5 + weights @ (y[seen] - 0.5), abs=1e-12)
    assert found.variance[-1] == pytest.approx(2.0 + 0.7 * 5 - weights @ gain, abs=1e-12)


def test_a_flat_start_is_the_limit_of_a_wide_one() -> None:
    y = np.array(FLOW)
    wide = local_level(y, 15098.5, 1469.2, start=(0.0, 1e14)).log_likelihood
    assert wide + 0.5 * np.log(2 * np.pi * 1e14) == pytest.approx(local_level(y, 15098.5, 1469.2).log_likelihood, abs=1e-6)


@pytest.mark.parametrize("months", [1, 2, 7])
def test_forward_recursion_is_the_sum_over_paths(months: int) -> None:
    generator = np.random.default_rng(months)
    start, moves = generator.dirichlet(np.ones(3)), generator.dirichlet(np.ones(3), 3)
    moves[0] = (0.0, 0.4, 0.6)
    density = generator.normal(0, 3, (months, 3))
    logs = hidden_chain(start, moves, density)
    assert logs[-1] == pytest.approx(every_path(start, moves, density), abs=1e-12)
    assert logs[0] == pytest.approx(special.logsumexp(density[0], b=start), abs=1e-12)


def test_a_month_without_observation_changes_nothing() -> None:
    start, moves = np.array([0.3, 0.7]), np.array([[0.9, 0.1], [0.4, 0.6]])
    density = np.array([[-1.0, -2.0], [0.0, 0.0], [-0.5, -3.0]])
    logs = hidden_chain(start, moves, density)
    assert logs[1] == pytest.approx(logs[0], abs=1e-14)
    assert logs[2] == pytest.approx(np.log((start * np.exp(density[0])) @ moves @ moves @ np.exp(density[2])), abs=1e-12)


def test_poisson_gamma() -> None:
    counts = np.array([3, 0, 5, 2, 4])
    exact = poisson_gamma(counts, 2.0, 1.0)
    assert exact == pytest.approx(-11.219332347, abs=1e-9)
    whole, _ = integrate.quad(lambda rate: np.prod(stats.poisson.pmf(counts, rate)) * stats.gamma.pdf(rate, 2.0), 0, 40)
    assert exact == pytest.approx(np.log(whole), abs=1e-8)
    one_by_one = sum(poisson_gamma(counts[k : k + 1], 2.0 + counts[:k].sum(), 1.0 + k) for k in range(5))
    assert exact == pytest.approx(one_by_one, abs=1e-12)


def test_point_null() -> None:
    assert point_null(1.96, 45, 1.0) == pytest.approx(1.0359, abs=5e-5)
    z, n, tau = 0.8, 12, 0.6
    mean = z / np.sqrt(n)
    null, free = stats.norm.pdf(mean, 0, np.sqrt(1 / n)), stats.norm.pdf(mean, 0, np.sqrt(1 / n + tau**2))
    assert point_null(z, n, tau) == pytest.approx(null / free, rel=1e-12)


def test_thermodynamic_integration_by_sampling() -> None:
    """Poisson counts, draws from each power posterior: the closed form within four standard errors (false alarms 1e-4)."""
    counts, t = np.array([3, 0, 5, 2, 4]), ladder(31)
    generator = np.random.default_rng(0)
    rates = generator.gamma((2.0 + t * counts.sum())[:, None], 1 / (1.0 + t * 5)[:, None], (31, 20_000))
    logs = counts.sum() * np.log(rates) - 5 * rates - special.gammaln(counts + 1.0).sum()
    exact = poisson_gamma(counts, 2.0, 1.0)
    weights = np.r_[np.diff(t), 0] / 2 + np.r_[0, np.diff(t)] / 2
    error = np.sqrt((weights**2 * logs.var(axis=1) / 20_000).sum())
    found = thermodynamic(t, logs.mean(axis=1), logs.var(axis=1))
    assert abs(found - exact) < 4 * error + 2e-4  # what is left of the steps' own error: next test


def test_finer_ladders_come_closer() -> None:
    """The corrected trapezoids are of fourth order in the step."""
    from countermove.verify.likelihoods import _power_posteriors

    exact = poisson_gamma(np.array([3, 0, 5, 2, 4]), 2.0, 1.0)
    errors = [abs(thermodynamic(*_power_posteriors(rungs)) - exact) for rungs in (21, 41, 81)]
    assert errors[0] > 12 * errors[1] > 144 * errors[2]
    assert errors[0] < 2e-4
    assert abs(thermodynamic(*_power_posteriors(21)[:2]) - exact) > 10 * errors[0]


def test_sign_restriction_is_the_ratio_of_evidences() -> None:
    """Shares of draws, and the two evidences under the free prior and the cut one."""
    y = np.array([0.4, -0.2, 0.9, 1.3])
    middle, variance, log_evidence = normal_posterior(y, 1.5, 0.2, 0.8)
    joint = stats.multivariate_normal(np.full(4, 0.2), 1.5 * np.eye(4) + 0.8)
    assert log_evidence == pytest.approx(joint.logpdf(y), abs=1e-12)
    generator = np.random.default_rng(1)
    before, after = generator.normal(0.2, np.sqrt(0.8), 200_000) > 0, generator.normal(middle, np.sqrt(variance), 200_000) > 0
    mass = special.ndtr(0.2 / np.sqrt(0.8))
    cut, _ = integrate.quad(
        lambda theta: np.exp(stats.norm.logpdf(y, theta, np.sqrt(1.5)).sum()) * stats.norm.pdf(theta, 0.2, np.sqrt(0.8)) / mass,
        0,
        20,
    )
    assert sign_factor(float(before.mean()), float(after.mean())) == pytest.approx(cut / np.exp(log_evidence), rel=0.01)


def test_what_has_no_meaning_is_refused() -> None:
    for wrong in (
        lambda: local_level(np.ones(3), 0.0, 1.0),
        lambda: local_level(np.array([np.nan, 1.0]), 1.0, 1.0),
        lambda: thermodynamic(np.array([0.0, 0.5]), np.zeros(2)),
        lambda: thermodynamic(np.array([0.0, 0.5, 0.5, 1.0]), np.zeros(4)),
        lambda: sign_factor(0.0, 0.5),
    ):
        with pytest.raises(EvidenceError):
            wrong()

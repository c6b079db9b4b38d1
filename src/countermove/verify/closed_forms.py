"""Likelihoods and marginal likelihoods that are known in closed form or can be summed exactly: what other evidence is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import special, stats

from countermove.errors import EvidenceError

_LOG_TURN = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Levels:
    """What the Kalman filter makes of T months: log-likelihood, and mean and variance [T] of the level after each month."""

    log_likelihood: float
    mean: np.ndarray
    variance: np.ndarray


def local_level(y: np.ndarray, noise: float, drift: float, *, start: tuple[float, float] | None = None) -> Levels:
    """The local level model: y = level + noise, level = last level + drift (Durbin & Koopman 2012, chapter 2).

    Args:
        y: [T]; nan is a month without observation.
        noise, drift: variances, the first above 0.
        start: mean and variance of the first level. None is a flat start, whose first observation is no evidence: the constant is then
            (n - 1)/2 log 2 pi.

    Raises:
        EvidenceError: variances without meaning; with a flat start, a first month without observation.
    """
    y = np.asarray(y, np.float64)
    if not (noise > 0 and drift >= 0 and (start is None or start[1] >= 0)):
        raise EvidenceError("a variance is not a positive number")
    if start is None and (y.size == 0 or not np.isfinite(y[0])):
        raise EvidenceError("a flat start needs an observation in the first month", where="month 0")
    level, spread = start if start is not None else (0.0, np.inf)
    found, mean, variance = 0.0, np.empty(y.size), np.empty(y.size)
    for t, value in enumerate(y):
        if np.isinf(spread):
            level, spread = float(value), float(noise)
        elif np.isfinite(value):
            around, miss = spread + noise, float(value) - level
            found -= 0.5 * (_LOG_TURN + np.log(around) + miss * miss / around)
            level, spread = level + spread / around * miss, spread * noise / around
        mean[t], variance[t] = level, spread
        spread += drift
    return Levels(float(found), mean, variance)


def hidden_chain(start: np.ndarray, moves: np.ndarray, density: np.ndarray) -> np.ndarray:
    """Log-likelihood of a hidden Markov chain after each month [T], by the forward recursion (Rabiner 1989).

    Args:
        start: probability [K] of each hidden state in the first month.
        moves: probability [K, K] of going from row to column.
        density: log density [T, K] of each month's observation; a row of zeros is a month without.
    """
    logs = np.log(start) + density[0]
    out = np.empty(len(density))
    out[0] = special.logsumexp(logs)
    with np.errstate(divide="ignore"):
        steps = np.log(moves)
    for t in range(1, len(density)):
        logs = special.logsumexp(logs[:, None] + steps, axis=0) + density[t]
        out[t] = special.logsumexp(logs)
    return out


def every_path(start: np.ndarray, moves: np.ndarray, density: np.ndarray) -> float:
    """The same log-likelihood as a sum over all K^T paths, for small cases."""
    months, states = density.shape
    paths = np.array(list(product(range(states), repeat=months)))  # [K^T, T]
    chance = start[paths[:, 0]] * np.prod(moves[paths[:, :-1], paths[:, 1:]], axis=1)
    logs = density[np.arange(months), paths].sum(axis=1)
    return float(logs.max() + np.log((chance * np.exp(logs - logs.max())).sum()))


def poisson_gamma(y: np.ndarray, shape: float, rate: float) -> float:
    """Log evidence of counts that are Poisson with a rate that is Gamma(shape, rate): the negative binomial of conjugacy."""
    y = np.asarray(y)
    total, n = y.sum(), y.size
    prior = shape * np.log(rate) - special.gammaln(shape)
    return float(prior + special.gammaln(shape + total) - (shape + total) * np.log(rate + n) - special.gammaln(y + 1.0).sum())


def point_null(z: float, n: int, tau: float) -> float:
    """Bayes factor of theta = 0 against theta ~ N(0, tau^2) from n observations of variance 1 whose mean is z standard errors from 0.

    sqrt(1 + n tau^2) exp(-z^2/2 n tau^2/(1 + n tau^2)) (Jeffreys 1961; Berger & Delampady 1987).
    """
    ratio = n * tau * tau
    return float(np.sqrt(1 + ratio) * np.exp(-0.5 * z * z * ratio / (1 + ratio)))


def ladder(rungs: int, power: float = 5.0) -> np.ndarray:
    """Inverse temperatures [rungs] from 0 to 1, dense near 0 where the integrand is steep (Friel & Pettitt 2008)."""
    return np.linspace(0, 1, rungs) ** power


def thermodynamic(temperatures: np.ndarray, mean: np.ndarray, variance: np.ndarray | None = None) -> float:
    """Log evidence: the integral over inverse temperature of the mean log-likelihood under the power posterior (Gelman & Meng 1998).

    Args:
        temperatures: [R], rising from 0 (prior) to 1 (posterior).
        mean: mean log-likelihood [R] at each.
        variance: its variance [R], which is the slope of the integrand: corrects the trapezoids (Friel, Hurn & Wyse 2014).

    Raises:
        EvidenceError: temperatures that do not rise from 0 to 1.
    """
    t, mean = np.asarray(temperatures, np.float64), np.asarray(mean, np.float64)
    if t.ndim != 1 or t.size < 2 or t[0] != 0 or t[-1] != 1 or (np.diff(t) <= 0).any():
        raise EvidenceError("inverse temperatures must rise from 0 to 1")
    steps = np.diff(t)
    area = (steps * (mean[1:] + mean[:-1]) / 2).sum()
    if variance is not None:
        area -= (steps**2 * np.diff(np.asarray(variance, np.float64)) / 12).sum()
    return float(area)


def sign_factor(prior: float, posterior: float) -> float:
    """Bayes factor of "theta > 0" against theta free: posterior over prior mass of the sign (Klugkist & Hoijtink 2007).

    The identity asks that the restricted prior is the free one cut off and scaled up. Both masses are shares of draws or exact.

    Raises:
        EvidenceError: a prior mass of 0: nothing was asked.
    """
    if not (0 < prior <= 1 and 0 <= posterior <= 1):
        raise EvidenceError(f"masses of {prior} before and {posterior} after", next="The prior must give the sign some mass")
    return posterior / prior


def normal_posterior(y: np.ndarray, noise: float, mean: float, variance: float) -> tuple[float, float, float]:
    """Mean and variance of theta ~ N(mean, variance) after y ~ N(theta, noise), and the log evidence."""
    y = np.asarray(y, np.float64)
    after = 1 / (1 / variance + y.size / noise)
    middle = after * (mean / variance + y.sum() / noise)
    evidence = stats.norm.logpdf(y, middle, np.sqrt(noise)).sum() + stats.norm.logpdf(middle, mean, np.sqrt(variance))
    return float(middle), float(after), float(evidence - stats.norm.logpdf(middle, middle, np.sqrt(after)))

"""What weighs a record: likelihoods with a known answer, evidence by sampling, and the score of a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, special, stats

from countermove.evidence.forecast_scores import crps_ensemble, crps_normal
from countermove.evidence.smc2 import Floats, Population
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
from countermove.verify.line import Line, near
from countermove.verify.nile import FLOW
from countermove.verify.particles import StateSpace, log_likelihoods
from countermove.world.cast import Array

NILE = "Durbin & Koopman 2012; verify.closed_forms.local_level"
CONJUGATE = "conjugacy; verify.closed_forms.poisson_gamma"
_polygamma = cast(Any, special.polygamma)
COUNTS = np.array([3, 0, 5, 2, 4])
SHAPE, RATE = 2.0, 1.0
START = np.array([0.5, 0.3, 0.2])
MOVES = np.array([[0.85, 0.1, 0.05], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]])
MEANS = np.array([-1.0, 0.5, 3.0])
# two years of such a chain, drawn once; its first eight months are summed path by path
SEEN = np.array(
    [
        -1.2,
        1.5,
        1.2,
        2.7,
        4.4,
        2.9,
        1.3,
        -0.1,
        1.9,
        0.7,
        1.1,
        -1.2,
        -0.9,
        -0.1,
        -0.7,
        1.5,
        -2.0,
        -0.6,
        -2.3,
        1.8,
        3.0,
        2.9,
        2.5,
        -1.3,
    ]
)
SHORT = 8
REPLICATES, PARTICLES = 4000, 256
POPULATIONS, DRAWS = 200, 64


def likelihoods() -> list[Line]:
    """The Nile at Aswan 1871-1970, and a hidden chain summed path by path."""
    flat = local_level(np.array(FLOW), 15098.5, 1469.2).log_likelihood
    density = stats.norm.logpdf(SEEN[:SHORT, None], MEANS)
    forward = hidden_chain(START, MOVES, density)[-1]
    return [
        near("Nile, local level: log-likelihood, (n-1)/2 log 2 pi", -632.5456, flat, 5e-5, NILE),
        near("Nile, local level: log-likelihood, n/2 log 2 pi", -633.4646, flat - 0.5 * np.log(2 * np.pi), 6e-5, NILE),
        near(
            "hidden chain: forward recursion against all 6,561 paths",
            every_path(START, MOVES, density),
            forward,
            1e-10,
            "enumeration; verify.closed_forms.hidden_chain",
        ),
    ]


def evidence() -> list[Line]:
    """Marginal likelihoods by conjugacy and by the thermodynamic integral, and two Bayes factors."""
    exact = poisson_gamma(COUNTS, SHAPE, RATE)
    middle, spread, whole = normal_posterior(COUNTS, 4.0, 0.5, 2.25)
    above = [float(special.ndtr(mean / np.sqrt(variance))) for mean, variance in ((0.5, 2.25), (middle, spread))]
    cut = cast(Any, integrate.quad)(_restricted, 0, 30, points=(middle,), args=(above[0],))[0]
    sign = "Klugkist & Hoijtink 2007, against the integral over the half line; verify.closed_forms.sign_factor"
    return [
        near("Poisson-Gamma(2, 1) of 3, 0, 5, 2, 4: log evidence", -11.219332347, exact, 1e-9, CONJUGATE),
        near(
            "the same by thermodynamic integration",
            exact,
            thermodynamic(*_power_posteriors(41)),
            1e-4,
            "Gelman & Meng 1998; verify.closed",
        ),
        near(
            "point null, z = 1.96, n = 45, tau = 1: BF01", 1.0359, point_null(1.96, 45, 1.0), 5e-5, "Jeffreys 1961; verify.closed"
        ),
        near("sign restriction: Bayes factor by the masses of the sign", cut / np.exp(whole), sign_factor(*above), 1e-7, sign),
    ]


def _restricted(theta: float, mass: float) -> float:
    """The likelihood of the counts as normal ones times the prior cut off at 0."""
    likelihood = np.exp(stats.norm.logpdf(COUNTS, theta, 2.0).sum())
    return float(likelihood * stats.norm.pdf(theta, 0.5, 1.5) / mass)


def _power_posteriors(rungs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Temperatures, and mean and variance of the log-likelihood of the counts under the power posterior Gamma(2 + t sum, 1 + t n)."""
    t = ladder(rungs)
    shape, rate, n, total = SHAPE + t * COUNTS.sum(), RATE + t * COUNTS.size, COUNTS.size, COUNTS.sum()
    mean = total * (_polygamma(0, shape) - np.log(rate)) - n * shape / rate - float(special.gammaln(COUNTS + 1.0).sum())
    variance = total**2 * _polygamma(1, shape) - 2 * total * n / rate + n * n * shape / rate**2
    return t, mean, variance


def _begin(params: Any, u: Array) -> Array:
    return _pick(params["start"], u[0])


def _step(params: Any, state: Array, month: Array, u: Array) -> Array:
    return _pick(params["moves"][state].T, u[0])


def _pick(chance: Array, u: Array) -> Array:
    """A state [n] by its chances, [3] or [3, n]."""
    return (u > chance[0]).astype(np.int32) + (u > chance[0] + chance[1]).astype(np.int32)


def _density(params: Any, state: Array, month: Array, y: Array) -> Array:
    miss = y - params["means"][state]
    return -0.5 * miss * miss - np.float32(0.5 * np.log(2 * np.pi))


CHAIN = StateSpace(_begin, _step, _density, 1)


def unbiased() -> list[Line]:
    """The mean over filters of few particles is the likelihood, with systematic resampling and resampling by need."""
    params = {name: np.asarray(value, np.float32) for name, value in (("start", START), ("moves", MOVES), ("means", MEANS))}
    exact = hidden_chain(START, MOVES, stats.norm.logpdf(SEEN[:, None], MEANS))[-1]
    logs = log_likelihoods(CHAIN, params, SEEN, particles=PARTICLES, seed=0, replicates=REPLICATES)
    ratio = np.exp(logs - exact)
    error = ratio.std(ddof=1) / np.sqrt(REPLICATES)
    what = f"particle filter: mean of {REPLICATES:,} estimates over the likelihood (3 standard errors)"
    return [near(what, 1.0, ratio.mean(), 3 * error, "Del Moral 2004; verify.particles.log_likelihoods")]


@dataclass(frozen=True)
class Conjugate:
    """Counts that are Poisson with a rate Gamma(2, 1), as `evidence/smc2.py` wants filters: densities are exact, and a state is z."""

    dimensions: int = 1
    months: int = len(COUNTS)

    def begin(self, z: Floats, number: int) -> Floats:
        """The draws."""
        return z

    def advance(self, state: Floats, first: int, last: int) -> tuple[Floats, Floats]:
        """Log density of the months' counts [T, G]."""
        rate = cast(Any, special.gammaincinv)(SHAPE, special.ndtr(state[:, 0])) / RATE
        found = COUNTS[:, None] * np.log(rate) - rate - special.gammaln(COUNTS[:, None] + 1.0)
        asked = (np.arange(self.months) >= first) & (np.arange(self.months) < last)
        return state, np.where(asked[:, None], found, 0.0)

    def take_groups(self, state: Floats, group: NDArray[np.int64]) -> Floats:
        """Other draws."""
        return state[group]

    def select_groups(self, there: NDArray[np.bool_], state: Floats, other: Floats) -> Floats:
        """One or the other."""
        return np.where(there[:, None], other, state)


def populations() -> list[Line]:
    """The mean evidence over populations of draws that follow the counts is that of conjugacy."""
    exact = poisson_gamma(COUNTS, SHAPE, RATE)
    generators = (np.random.Generator(np.random.Philox(key=[0, number])) for number in range(POPULATIONS))
    logs = np.array([Population(Conjugate(), DRAWS, generator).follow().log_evidence for generator in generators])
    ratio = np.exp(logs - exact)
    error = ratio.std(ddof=1) / np.sqrt(POPULATIONS)
    what = f"SMC^2: mean of {POPULATIONS} evidences of Poisson-Gamma(2, 1) over the exact one (3 standard errors)"
    return [near(what, 1.0, ratio.mean(), 3 * error, "Chopin, Jacob & Papaspiliopoulos 2013; evidence.smc2.Population")]


def forecast() -> list[Line]:
    """The score of a forecast that is a normal, and of the same as equally likely members."""
    members = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    exact = float(crps_normal(0.0, 1.0, 0.0))
    return [
        near("CRPS of N(0, 1) at 0", 0.2336950, exact, 5e-8, "Gneiting & Raftery 2007; evidence.forecast_scores.crps_normal"),
        near(
            "the same as 20,000 members",
            exact,
            crps_ensemble(members, 0.0),
            1e-4,
            "limit of the ensemble; evidence.forecast_scores.crps_ensemble",
        ),
    ]

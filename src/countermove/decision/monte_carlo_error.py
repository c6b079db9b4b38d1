"""Means and their Monte-Carlo errors, from the spread of independent scrambles.

Draws are quasi-random, so neighbours are not independent and sd / sqrt(n) is wrong. The 16 scrambles are independent: the error of a
mean is sd(the scrambles' means) / sqrt(16) (Owen 1997, randomised quasi-Monte Carlo). Where scrambles carry unequal weight (a posterior, a
ratio that exists in some runs only) the mean is a ratio of two sums, and its error that of a ratio estimator (Cochran 1977, chapter 6):
with r_k = (total_k - mean x mass_k) / mass, se = sqrt(K / (K - 1) sum r_k^2), which is sd / sqrt(K) where the masses are equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from countermove.engine.runs import Runs
from countermove.errors import DecisionError


class Estimate(NamedTuple):
    """A mean and its standard error; nan where nothing was measured, an error of nan where fewer than two scrambles speak."""

    mean: float
    se: float

    @property
    def named(self) -> dict[str, float]:
        """With the names of the two."""
        return self._asdict()


@dataclass(frozen=True)
class Sums:
    """By scramble [..., K]: the sum of weight x value and the sum of weight, over the runs in which the value exists."""

    total: np.ndarray
    mass: np.ndarray

    def estimate(self) -> Estimate:
        """The mean over all scrambles of one quantity [K], and its error."""
        mean, se = estimates(self.total, self.mass)
        return Estimate(float(mean), float(se))


@dataclass(frozen=True)
class Scrambles:
    """Which draws belong to which of the K scrambles, the weight [D] of each draw and the mass [K] of each scramble (both sum to 1)."""

    members: tuple[np.ndarray, ...]
    weight: np.ndarray
    mass: np.ndarray

    @classmethod
    def of(cls, runs: Runs) -> Scrambles:
        """Of these runs; raises DecisionError for weights that are negative, not finite or all zero."""
        weight, scramble = np.asarray(runs.weight, np.float64), runs.scramble
        if not (np.isfinite(weight).all() and (weight >= 0).all()):
            raise DecisionError("a draw has a weight that is not a number from 0 up")
        if weight.sum() <= 0:
            raise DecisionError("all weights of the draws are zero")
        weight = weight / weight.sum()
        members = tuple(np.flatnonzero(scramble == k) for k in np.unique(scramble))
        return cls(members, weight, np.array([weight[draws].sum() for draws in members]))

    @property
    def halves(self) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """The scrambles that have mass as two halves, both ways: what is chosen on the first of a pair is scored on the second."""
        used = np.flatnonzero(self.mass)
        return (used[0::2], used[1::2]), (used[1::2], used[0::2])

    def gather(self, values: np.ndarray) -> np.ndarray:
        """Weighted sums by scramble [..., K] of a value per draw [..., D], in the order of the draws."""
        return np.stack([(values[..., draws] * self.weight[draws]).sum(axis=-1) for draws in self.members], axis=-1)

    def sums(self, values: np.ndarray) -> Sums:
        """The sums by scramble of one quantity [D, L]; a nan is a value that does not exist, and is left out."""
        absent = np.isnan(values)
        if not absent.any():
            return Sums(self.gather(values.mean(axis=1, dtype=np.float64)), self.mass)
        kept = np.where(absent, 0, values).sum(axis=1, dtype=np.float64)
        return Sums(self.gather(kept / values.shape[1]), self.gather((~absent).mean(axis=1)))


def residuals(total: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean [...] and what each scramble adds to its error [..., K]; the mass may be [K] for all."""
    whole = mass.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total.sum(axis=-1, keepdims=True) / whole
        return mean[..., 0], (total - mean * mass) / whole


def error_of(parts: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """The standard error [...] from what each scramble adds to it [..., K]; nan where fewer than two scrambles have mass."""
    used = (mass > 0).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(used > 1, used / (used - 1.0), np.nan)
        return np.sqrt(factor * np.square(parts).sum(axis=-1))


def estimates(total: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard errors [...] from sums by scramble [..., K]."""
    mean, parts = residuals(total, mass)
    return mean, error_of(parts, mass)


def mixed(parts: Iterable[Sums], shares: np.ndarray) -> Sums:
    """The sums of a mixture of theories: `shares` [T] of each. The draws are the same under every theory, so scrambles stay scrambles."""
    pairs = [(share, part) for share, part in zip(shares, parts, strict=True) if share > 0]
    total = np.sum([share * part.total for share, part in pairs], axis=0)
    return Sums(total, np.sum([share * part.mass for share, part in pairs], axis=0))

"""Evidence of a theory: a population of parameter draws that follows the record month by month, each with a filter of its own (SMC^2).

Chopin, Jacob & Papaspiliopoulos 2013. Draws live in the space of standard normals, of which the priors are quantile functions. Where a month
leaves too few of them alive its likelihood is brought in by steps (a power from 0 to 1), the draws are resampled and moved: particle
marginal Metropolis-Hastings (Andrieu, Doucet & Holenstein 2010) by preconditioned Crank-Nicolson proposals (Cotter et al. 2013) that leave a
normal fitted to the population invariant. The product of the mean increments is the evidence, as the filters' likelihoods are unbiased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ALIVE = 0.5  # share of the draws that must be alive, as effective sample size
MOVES, MOST_MOVES, WORTH = 2, 4, 12  # moves of every draw after a resampling: more while the record is short, and a move is cheap
AIM = 0.25  # share of proposals to accept
_LEAST = 1e-4  # step of the power


class Filters(Protocol):
    """Filters of one theory on one record, one for each row of `z`; a cloud is whatever they keep between months."""

    @property
    def dimensions(self) -> int:
        """Length of a row of `z`."""
        ...

    @property
    def months(self) -> int:
        """T."""
        ...

    def begin(self, z: Floats, number: int) -> Any:
        """Clouds before the first month; `number` tells the random numbers of this call from those of all others."""
        ...

    def advance(self, cloud: Any, first: int, last: int) -> tuple[Any, Floats]:
        """Clouds `last` - `first` months on and log densities of the months' data [T, G], 0 in other months."""
        ...

    def pick(self, cloud: Any, group: NDArray[np.int64]) -> Any:
        """The clouds of other groups."""
        ...

    def either(self, there: NDArray[np.bool_], cloud: Any, other: Any) -> Any:
        """Group by group the other cloud where `there`."""
        ...


@dataclass(frozen=True)
class Followed:
    """What a population found: log density of each month's data given the months before [T]; the draws z [G, D] at the end, their log
    weights [G] and the log densities of the months under each [T, G]; the clouds; the share of proposals that were accepted."""

    increments: Floats
    z: Floats
    logs: Floats
    under: Floats
    cloud: Any
    accepted: float
    particle_months: int

    @property
    def log_evidence(self) -> float:
        """Log of the evidence of the whole record."""
        return float(self.increments.sum())


def log_mean(logs: Floats) -> float:
    """log of the mean of exponentials."""
    return float(np.logaddexp.reduce(logs) - np.log(len(logs)))


def effective(logs: Floats) -> float:
    """Effective sample size of log weights."""
    mass = np.exp(logs - logs.max())
    return float(mass.sum() ** 2 / (mass * mass).sum())


def _step(logs: Floats, gain: Floats, most: float) -> float:
    """The largest step of the power, at most `most`, that leaves enough draws alive."""
    wanted = ALIVE * len(logs)
    if effective(logs + most * gain) >= wanted:
        return most
    low, high = 0.0, most
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(logs + middle * gain) >= wanted else (low, middle)
    return min(most, max(low, _LEAST))


@dataclass(frozen=True)
class Around:
    """A normal with independent coordinates, fitted to the draws where they say more than the prior does."""

    mean: Floats
    variance: Floats

    @classmethod
    def fitted(cls, z: Floats, logs: Floats) -> Around:
        """Means and variances that cannot be told from 0 and 1 are 0 and 1."""
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        many = 1 / (weight @ weight)
        mean = weight @ z
        variance = weight @ np.square(z - mean)
        mean = mean * np.maximum(0, 1 - 2 / (many * np.maximum(mean * mean, 1e-12)))
        return cls(mean, np.where(np.abs(variance - 1) < 2 * np.sqrt(2 / many), 1.0, np.clip(variance, 0.02, 2.0)))

    def prior_ratio(self, z: Floats) -> Floats:
        """log of standard normal density over this one's [G], up to a constant."""
        return 0.5 * (np.square(z - self.mean) / self.variance - np.square(z)).sum(axis=1)

    def propose(self, z: Floats, step: float, generator: np.random.Generator) -> Floats:
        """Crank-Nicolson proposals, in steps of many lengths; every other draw moves a fifth of its coordinates, and farther."""
        length = np.minimum(step * np.exp(0.5 * generator.standard_normal((len(z), 1))), 1.0)
        few = generator.random((len(z), 1)) < 0.5
        length = np.where(few, np.minimum(2.2 * length, 1.0), length)
        noise = generator.standard_normal(z.shape)
        moved = self.mean + np.sqrt(1 - length**2) * (z - self.mean) + length * np.sqrt(self.variance) * noise
        return np.where(~few | (generator.random(z.shape) < 0.2), moved, z)


class Population:
    """A population on its way through a record. `seen` is told after every month: the month, and the population as it then is."""

    def __init__(self, filters: Filters, size: int, generator: np.random.Generator) -> None:
        """`size` draws from the prior."""
        self.filters, self.generator = filters, generator
        self.z = generator.standard_normal((size, filters.dimensions))
        self.number = 0
        self.cloud = filters.begin(self.z, 0)
        self.logs = np.zeros(size)
        self.under = np.zeros((filters.months, size))
        self.increments = np.zeros(filters.months)
        self.length = 0.5
        self.accepted: list[float] = []
        self.filtered = 0  # months of filters, all draws together

    def follow(self, seen: Callable[[int, Population], None] | None = None) -> Followed:
        """To the end of the record."""
        for month in range(self.filters.months):
            self.cloud, found = self.filters.advance(self.cloud, month, month + 1)
            self.filtered += len(self.z)
            self.under[month] = found[month]
            self.increments[month] = self._taken_in(month)
            if seen is not None:
                seen(month, self)
        accepted = float(np.mean(self.accepted)) if self.accepted else 1.0
        return Followed(self.increments, self.z, self.logs, self.under, self.cloud, accepted, self.filtered)

    def _taken_in(self, month: int) -> float:
        """The month's data, at once or by steps; its log density given the months before."""
        power, found = 0.0, 0.0
        while power < 1:
            gain = self.under[month]
            step = _step(self.logs, gain, 1 - power)
            found += float(np.logaddexp.reduce(self.logs + step * gain) - np.logaddexp.reduce(self.logs))
            self.logs = self.logs + step * gain
            power = power + step if step < 1 - power else 1.0
            if power < 1 or effective(self.logs) < ALIVE * len(self.logs):
                self._renew(month, power)
        return found

    def _renew(self, month: int, power: float) -> None:
        """Resample, and move every draw."""
        around = Around.fitted(self.z, self.logs)
        mass: Floats = np.cumsum(np.exp(self.logs - self.logs.max()))
        places = (np.arange(len(mass)) + self.generator.random()) / len(mass) * mass[-1]
        chosen = np.minimum(cast(NDArray[np.int64], np.searchsorted(mass, places, side="right")), len(mass) - 1)
        self.z, self.under, self.logs = self.z[chosen], self.under[:, chosen], np.zeros(len(mass))
        self.cloud = self.filters.pick(self.cloud, chosen)
        powers = np.append(np.ones(month), power)
        for _ in range(min(MOST_MOVES, max(MOVES, WORTH // (month + 1)))):
            self._move(around, powers)

    def _move(self, around: Around, powers: Floats) -> None:
        """One particle marginal Metropolis-Hastings move of every draw, at the powers [t + 1] of the months so far."""
        months = len(powers)
        z = around.propose(self.z, self.length, self.generator)
        self.number += 1
        cloud, under = self.filters.advance(self.filters.begin(z, self.number), 0, months)
        self.filtered += months * len(z)
        ratio = powers @ (under[:months] - self.under[:months]) + around.prior_ratio(z) - around.prior_ratio(self.z)
        there: NDArray[np.bool_] = np.log(self.generator.random(len(z))) < ratio
        self.z = np.where(there[:, None], z, self.z)
        self.under = np.where(there, under, self.under)
        self.cloud = self.filters.either(there, self.cloud, cloud)
        self.accepted.append(float(there.mean()))
        self.length = float(np.clip(self.length * np.exp(0.5 * (self.accepted[-1] - AIM)), 0.05, 1.0))

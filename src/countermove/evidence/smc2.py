"""Evidence of a theory: a population of parameter draws that follows the record month by month, each with a filter of its own (SMC^2).

Chopin, Jacob & Papaspiliopoulos 2013. Draws live in the space of standard normals, of which the priors are quantile functions. Where a month
leaves too few of them alive its likelihood is brought in by steps (a power from 0 to 1), the draws are resampled and moved: particle
marginal Metropolis-Hastings (Andrieu, Doucet & Holenstein 2010) by preconditioned Crank-Nicolson proposals (Cotter et al. 2013) that leave a
normal fitted to the population invariant. The product of the mean increments is the evidence, as the filters' likelihoods are unbiased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError
from countermove.world.shapes import checked

Floats = NDArray[np.float64]
LEAST_EFFECTIVE = 0.5  # share of the draws that must be alive, as effective sample size
MOVES, MOST_MOVES, MOVE_MONTHS = (
    2,
    4,
    12,
)  # moves of every draw after a resampling: more while the record is short, and a move is cheap
TARGET_ACCEPTANCE = 0.25  # share of proposals to accept
_SMALLEST_STEP = 1e-4  # step of the power


class Filters(Protocol):
    """Filters of one theory on one record, one for each row of `z`; a state is whatever they keep between months."""

    @property
    def dimensions(self) -> int:
        """Length of a row of `z`."""
        ...

    @property
    def months(self) -> int:
        """T."""
        ...

    def begin(self, z: Floats, number: int) -> Any:
        """Particles before the first month; `number` tells the random numbers of this call from those of all others."""
        ...

    def advance(self, state: Any, first: int, last: int) -> tuple[Any, Floats]:
        """Clouds `last` - `first` months on and log densities of the months' data [T, G], 0 in other months."""
        ...

    def take_groups(self, state: Any, group: NDArray[np.int64]) -> Any:
        """The states of other groups."""
        ...

    def select_groups(self, there: NDArray[np.bool_], state: Any, other: Any) -> Any:
        """Group by group the other state where `there`."""
        ...


@dataclass(frozen=True)
class PopulationResult:
    """What a population found: log density of each month's data given the months before; the G draws at the end, as standard normals of D
    uncertain numbers, their log weights and the log densities of the months under each; the states; the share of proposals accepted."""

    increments: Annotated[Floats, "T"]
    z: Annotated[Floats, "G D"]
    log_weights: Annotated[Floats, "G"]
    log_densities: Annotated[Floats, "T G"]
    filter_state: Any
    acceptance: float

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, EvidenceError)

    @property
    def log_evidence(self) -> float:
        """Log of the evidence of the whole record."""
        return float(self.increments.sum())


def log_mean_exp(logs: Floats) -> float:
    """log of the mean of exponentials."""
    return float(np.logaddexp.reduce(logs) - np.log(len(logs)))


def effective_sample_size(logs: Floats) -> float:
    """Effective sample size of log weights."""
    mass = np.exp(logs - logs.max())
    return float(mass.sum() ** 2 / (mass * mass).sum())


def _tempering_step(logs: Floats, gain: Floats, most: float) -> float:
    """The largest step of the power, at most `most`, that leaves enough draws alive."""
    wanted = LEAST_EFFECTIVE * len(logs)
    if effective_sample_size(logs + most * gain) >= wanted:
        return most
    low, high = 0.0, most
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if effective_sample_size(logs + middle * gain) >= wanted else (low, middle)
    return min(most, max(low, _SMALLEST_STEP))


@dataclass(frozen=True)
class ProposalNormal:
    """A normal with independent coordinates, fitted to the draws where they say more than the prior does."""

    mean: Floats
    variance: Floats

    @classmethod
    def fitted(cls, z: Floats, logs: Floats) -> ProposalNormal:
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
        self.filter_state = filters.begin(self.z, 0)
        self.log_weights = np.zeros(size)
        self.log_densities = np.zeros((filters.months, size))
        self.increments = np.zeros(filters.months)
        self.step_length = 0.5
        self.accepted: list[float] = []

    def follow(self, seen: Callable[[int, Population], None] | None = None) -> PopulationResult:
        """To the end of the record."""
        for month in range(self.filters.months):
            self.filter_state, found = self.filters.advance(self.filter_state, month, month + 1)
            self.log_densities[month] = found[month]
            self.increments[month] = self._absorb(month)
            if seen is not None:
                seen(month, self)
        accepted = float(np.mean(self.accepted)) if self.accepted else 1.0
        return PopulationResult(self.increments, self.z, self.log_weights, self.log_densities, self.filter_state, accepted)

    def _absorb(self, month: int) -> float:
        """The month's data, at once or by steps; its log density given the months before."""
        power, found = 0.0, 0.0
        while power < 1:
            gain = self.log_densities[month]
            step = _tempering_step(self.log_weights, gain, 1 - power)
            found += float(np.logaddexp.reduce(self.log_weights + step * gain) - np.logaddexp.reduce(self.log_weights))
            self.log_weights = self.log_weights + step * gain
            power = power + step if step < 1 - power else 1.0
            if power < 1 or effective_sample_size(self.log_weights) < LEAST_EFFECTIVE * len(self.log_weights):
                self._resample_and_move(month, power)
        return found

    def _resample_and_move(self, month: int, power: float) -> None:
        """Resample, and move every draw."""
        around = ProposalNormal.fitted(self.z, self.log_weights)
        mass: Floats = np.cumsum(np.exp(self.log_weights - self.log_weights.max()))
        places = (np.arange(len(mass)) + self.generator.random()) / len(mass) * mass[-1]
        chosen = np.minimum(cast(NDArray[np.int64], np.searchsorted(mass, places, side="right")), len(mass) - 1)
        self.z, self.log_densities, self.log_weights = self.z[chosen], self.log_densities[:, chosen], np.zeros(len(mass))
        self.filter_state = self.filters.take_groups(self.filter_state, chosen)
        powers = np.append(np.ones(month), power)
        for _ in range(min(MOST_MOVES, max(MOVES, MOVE_MONTHS // (month + 1)))):
            self._move(around, powers)

    def _move(self, around: ProposalNormal, powers: Floats) -> None:
        """One particle marginal Metropolis-Hastings move of every draw, at the powers [t + 1] of the months so far."""
        months = len(powers)
        z = around.propose(self.z, self.step_length, self.generator)
        self.number += 1
        state, under = self.filters.advance(self.filters.begin(z, self.number), 0, months)
        ratio = powers @ (under[:months] - self.log_densities[:months]) + around.prior_ratio(z) - around.prior_ratio(self.z)
        there: NDArray[np.bool_] = np.log(self.generator.random(len(z))) < ratio
        self.z = np.where(there[:, None], z, self.z)
        self.log_densities = np.where(there, under, self.log_densities)
        self.filter_state = self.filters.select_groups(there, self.filter_state, state)
        self.accepted.append(float(there.mean()))
        self.step_length = float(np.clip(self.step_length * np.exp(0.5 * (self.accepted[-1] - TARGET_ACCEPTANCE)), 0.05, 1.0))

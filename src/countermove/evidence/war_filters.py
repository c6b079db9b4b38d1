"""The filters of a population: one theory, one record, the engine's own step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from countermove.engine.draws import Draws, dimensions, draws_at
from countermove.engine.months import Job
from countermove.engine.run import Engine
from countermove.evidence.observation_model import filter_arrays, log_density_constants, sample_data, without_errors
from countermove.evidence.observations import Observations
from countermove.evidence.particle_filters import (
    PARTICLES_PER_CALL,
    FilterData,
    ParticleSet,
    advance,
    concatenated,
    forecast_channels,
    initial_particles,
    select_groups,
    take_groups,
    take_particles,
)
from countermove.evidence.proposals import Hints, hints_of
from countermove.evidence.watch import with_december
from countermove.rng.seeds import derived, stream_of, words
from countermove.world.cast import Array, Cast

Floats = NDArray[np.float64]
FIRST_FORECAST = 1 << 20  # numbers of forecasts begin here, above those of all filters
UNIFORM_MARGIN = 2.0**-33  # a uniform is kept this far from 0 and 1


class FilterState(NamedTuple):
    """The job of all groups, and their particles: parts of as many groups as are played at a time."""

    job: Job
    parts: tuple[ParticleSet, ...]

    @property
    def particles(self) -> ParticleSet:
        """All particles as one."""
        return concatenated(self.parts)


class Forecast(NamedTuple):
    """What is to come, float32, by members: `path` [1 + months, C, m], the last known month's first, is what the channels would show if they
    made no error; `data` [months, C, m] as a record would hold them if each month erred anew."""

    path: NDArray[np.float32]
    data: NDArray[np.float32]


def _job_of_groups(job: Job, groups: slice) -> Job:
    """The job of some groups."""
    params = {name: value if value.shape[-1] == 1 else value[..., groups] for name, value in job.params.items()}
    return job._replace(params=params, draw=job.draw[groups], luck=job.luck[groups], theories=job.theories[..., groups])


def _merge_jobs(merge: Callable[..., Any], job: Job, *others: Job) -> Job:
    """The job with parameters and theories of all groups merged; a certain number [.., 1] is everybody's."""
    params = {
        name: value if value.shape[-1] == 1 else merge(value, *(other.params[name] for other in others))
        for name, value in job.params.items()
    }
    return job._replace(params=params, theories=merge(job.theories, *(other.theories for other in others)))


@dataclass(frozen=True)
class WarFilters:
    """Filters of `theory` on `data`, `size` particles each (a power of 2); as `evidence/smc2.py` wants them.

    `stream` tells the random numbers of this population from those of any other under the same seed; `hints`: what a guide may see of the data.
    """

    engine: Engine
    data: Observations
    theory: str
    size: int
    seed: int
    stream: int
    hints: Callable[[Observations, Cast], Hints] = hints_of

    @property
    def dimensions(self) -> int:
        """Uncertain numbers of the replay."""
        return dimensions(self.engine.program)

    @property
    def months(self) -> int:
        """T."""
        return self.data.months

    @cached_property
    def _data(self) -> FilterData:
        return FilterData(*filter_arrays(self.data), self.hints(self.data, self.engine.program.cast))

    @cached_property
    def _constants(self) -> Floats:
        return log_density_constants(self.data)

    def draws(self, z: Floats) -> Draws:
        """The parameters of standard normals [G, D]."""
        return draws_at(self.engine.program, np.clip(ndtr(z), UNIFORM_MARGIN, 1 - UNIFORM_MARGIN), self.seed)

    def _job(self, z: Floats, number: int) -> Job:
        draws = self.draws(z)
        theories = draws.others.astype(np.int32)
        if self.engine.program.asked is not None:
            theories[self.engine.program.asked] = self.engine.names.index(self.theory)
        job = Job(
            params=draws.values,
            draw=np.arange(len(z), dtype=np.uint32),
            luck=np.zeros(len(z), np.uint32),
            plan=self.engine.sheets[self.engine.program.plans[0].name],
            theories=theories,
            seed=words(derived(self.seed, self.stream, number)),
            calendar=self.engine.calendar,
        )
        return with_december(self.engine, job)

    def begin(self, z: Floats, number: int) -> FilterState:
        """Particles before the first month."""
        job = self._job(z, number)
        kernel, channels = self.engine.kernel, len(self.data.channels)
        return FilterState(
            job,
            tuple(
                cast(ParticleSet, initial_particles(kernel, _job_of_groups(job, part), channels, self.size))
                for part in self._batches(len(z))
            ),
        )

    def _batches(self, groups: int) -> list[slice]:
        """Groups that are played at a time: parts of one size, for each size is compiled anew."""
        some = max(1, PARTICLES_PER_CALL // self.size)
        some = groups if groups % some else some
        return [slice(begun, begun + some) for begun in range(0, groups, some)]

    def advance(self, state: FilterState, first: int, last: int) -> tuple[FilterState, Floats]:
        """Months on; log densities [T, G] with their constants."""
        kernel, seen, groups = self.engine.kernel, self.data.channels, len(state.job.draw)
        found: list[Floats] = []
        parts: list[ParticleSet] = []
        for groups_of, part in zip(self._batches(groups), state.parts, strict=True):
            after, density = advance(kernel, seen, self.size, _job_of_groups(state.job, groups_of), part, self._data, first, last)
            parts.append(after)
            found.append(density)
        inside = np.zeros(self.months)
        inside[first:last] = self._constants[first:last]
        return FilterState(state.job, tuple(parts)), np.concatenate(found, axis=1) + inside[:, None]

    def take_groups(self, state: FilterState, group: NDArray[np.int64]) -> FilterState:
        """Other groups; parameters go with them, random numbers stay with the slot."""

        def taken_of(mine: Any) -> Any:
            return mine[..., group]

        return FilterState(
            _merge_jobs(taken_of, state.job), cast(tuple[ParticleSet, ...], take_groups(state.parts, jnp.asarray(group)))
        )

    def select_groups(self, there: NDArray[np.bool_], state: FilterState, other: FilterState) -> FilterState:
        """Group by group one or the other; the random numbers to come are the other's."""

        def one_or_other(mine: NDArray[Any], its: NDArray[Any]) -> NDArray[Any]:
            return np.where(there, its, mine)

        job = _merge_jobs(one_or_other, state.job, other.job)
        parts = zip(self._batches(len(there)), state.parts, other.parts, strict=True)
        after = tuple(cast(ParticleSet, select_groups(jnp.asarray(there[groups]), mine, its)) for groups, mine, its in parts)
        return FilterState(job._replace(seed=other.job.seed), after)

    def forecast(self, state: FilterState, z: Floats, logs: Floats, after: int, months: int, members: int, number: int) -> Forecast:
        """The `months` after month `after`, given all until then.

        Members are particles, drawn in proportion to the weight of their draw and their own.
        """
        generator = stream_of(self.seed, (self.stream << 32) + number)
        weight = np.exp(logs - logs.max())
        own = np.asarray(state.particles.log_weights, np.float64)
        own = np.exp(own - own.max(axis=1, keepdims=True))
        chances: Floats = (weight[:, None] * own / own.sum(axis=1, keepdims=True)).reshape(-1).cumsum()
        at = (np.arange(members) + generator.random()) / members * chances[-1]
        place = np.minimum(cast(NDArray[np.int64], np.searchsorted(chances, at, side="right")), len(chances) - 1)
        job = self._job(z[place // self.size], FIRST_FORECAST + number)
        chosen = cast(ParticleSet, take_particles(state.particles, jnp.asarray(place)))
        truth = cast(Array, forecast_channels(self.engine.kernel, self.data.channels, months, job, chosen, jnp.int32(after + 1)))
        params = {name: np.asarray(value) for name, value in job.params.items()}
        path = np.concatenate([np.asarray(chosen.channel_values)[None], np.asarray(truth)])
        return Forecast(
            without_errors(params, self.data.channels, path), sample_data(params, self.data.channels, np.asarray(truth), generator)
        )

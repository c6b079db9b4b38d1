"""Many particle filters at once over the engine's own step, one for each of G parameter draws, M particles in each; compiled.

Particles stand in draw-major order, n = G M. Every filter resamples within its own group, in months in which its effective sample size is
below half (systematic; Kitagawa 1996), and follows the guide (`evidence/proposals.py`). A slot keeps its random numbers: nobody inherits a future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from countermove.engine.acting import Report
from countermove.engine.compiled_apart import apart
from countermove.engine.layout import Chances, deviates, luck, slots
from countermove.engine.months import Job, Kernel, begin, luck_of, minds_of, play_month
from countermove.engine.quantities import Recorded, recorded
from countermove.engine.step import Stage
from countermove.evidence.observation_model import carried_total, month_log_density, observed_total
from countermove.evidence.observations import ObservedChannel
from countermove.evidence.proposals import EXTRA_UNIFORMS, Hints, lookahead, median_fortune, propose
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.world.cast import Array
from countermove.world.state import StartValues, State

MONTHS_PER_BLOCK = 15
PARTICLES_PER_CALL = (
    2048  # particles that are played at a time: what they hold stays in a core's cache (measured: 20% to 40% faster than 8,192)
)
RESAMPLE_BELOW = 0.5  # of a group's particles: below, it resamples
_NOBODY = np.uint32(0xFFFFFFFF)  # the address of the uniform that resamples: no particle's


class ParticleSet(NamedTuple):
    """The particles after a month. `totals` [C, n]: sums of yearly channels since January, peaks of claims; `log_weights` [G, M];
    `channel_values` [C, n]: what each channel was about in that month."""

    state: State
    reference: StartValues
    totals: Array
    log_weights: Array
    channel_values: Array


class FilterData(NamedTuple):
    """A record for the filters: values and known flags [T, C], hints."""

    values: Any
    known: Any
    hints: Hints


def _cumulative_sum(x: Array) -> Array:
    """Cumulative sums along the last axis, in log2 steps that vectorise."""
    stride = 1
    while stride < x.shape[1]:
        x = x + jnp.pad(x[:, :-stride], ((0, 0), (stride, 0)))
        stride *= 2
    return x


def ancestors(mass: Array, u: Array) -> Array:
    """Who is continued in each slot of each group, int32 [G, M], from weights [G, M] and one uniform a group; M is a power of 2."""
    groups, size = mass.shape
    up_to = _cumulative_sum(mass)
    flat = (up_to * (size / up_to[:, -1:])).reshape(-1)
    place = jnp.arange(size, dtype=jnp.float32) + u[:, None]
    base = (jnp.arange(groups) * size)[:, None]
    found = jnp.zeros((groups, size), jnp.int32)
    stride = size // 2
    while stride > 0:  # unrolled: how many cumulative sums are not above the place
        ahead = found + stride
        found = jnp.where(flat[base + ahead - 1] <= place, ahead, found)
        stride //= 2
    return found


def _resample(logs: Array, lookahead: Array, u: Array) -> tuple[Array, Array, Array]:
    """Places in [n] of the particles that go on, their log weights, and what the log of each group's sum is measured against.

    Particles are continued in proportion to weight times lookahead (logs of both [G, M]), where these leave too few of them alive.
    """
    groups, size = logs.shape
    low = logs - logs.max(axis=1, keepdims=True)
    ahead = low + lookahead
    top = ahead.max(axis=1, keepdims=True)
    mass = jnp.exp(ahead - top)
    whole = mass.sum(axis=1)
    crowded = (whole * whole < RESAMPLE_BELOW * size * (mass * mass).sum(axis=1))[:, None]
    before = jnp.exp(low).sum(axis=1)
    slot = jnp.arange(size, dtype=jnp.int32)[None]
    place = jnp.where(crowded, ancestors(mass, u), slot) + (jnp.arange(groups, dtype=jnp.int32) * size)[:, None]
    flat = place.reshape(-1)
    logs = jnp.where(crowded, -lookahead.reshape(-1)[flat].reshape(groups, size), low)
    after = jnp.exp(logs).sum(axis=1)
    # lookahead is divided out; where it says nothing this is the logarithm of exactly 1
    paid = jnp.where(crowded[:, 0], jnp.log(before * size / (whole * after)) - top[:, 0], 0.0)
    return flat, logs, jnp.log(after) + paid


def _taken(state: State, totals: Array, place: Array) -> tuple[State, Array]:
    def taken(leaf: Array) -> Array:
        return leaf.at[..., place].get(mode="promise_in_bounds")

    return cast(State, jax.tree.map(taken, state)), taken(totals)


def _observe(
    kernel: Kernel,
    p: Mapping[str, Array],
    channels: tuple[ObservedChannel, ...],
    row: Mapping[str, Array],
    month: tuple[State, State, Report, Array],
) -> tuple[list[Array], Array]:
    """What each channel is about, and the yearly sums and peaks carried on [C, n]."""
    before, after, report, totals = month
    rows: list[Array] = []
    kept: list[Array] = []
    for c, one in enumerate(channels):
        x = recorded(kernel.cast, p, before, after, report, Recorded(one.channel.name, one.actor))
        rows.append(observed_total(one, totals[c], x))
        kept.append(carried_total(one, totals[c], rows[-1], row["december"]))
    return rows, jnp.stack(kept)


def _per_particle(job: Job, size: int) -> Job:
    """The job of all particles: `job` has one parameter draw [.., G] for each group, and its `draw` [G] addresses the group's luck."""
    groups = job.draw.shape[0]

    def wide(value: Any) -> Any:
        return value if value.shape[-1] == 1 else jnp.repeat(value, size, axis=-1)

    slot = jnp.tile(jnp.arange(size, dtype=jnp.uint32), groups)
    params = {name: wide(jnp.asarray(value)) for name, value in job.params.items()}
    return job._replace(params=params, draw=jnp.repeat(job.draw, size), luck=slot, theories=wide(jnp.asarray(job.theories)))


def _stage(kernel: Kernel, job: Job, reference: StartValues) -> Stage:
    return Stage(kernel.cast, {name: jnp.asarray(value) for name, value in job.params.items()}, minds_of(kernel, job), reference)


@partial(jax.jit, static_argnames=("kernel", "channels", "size"))
def initial_particles(kernel: Kernel, job: Job, channels: int, size: int) -> ParticleSet:
    """The particles before the first month, for a job of G parameter draws."""
    job = _per_particle(job, size)
    stage, state = begin(kernel, job)
    n = job.draw.shape[0]
    nothing = jnp.zeros((channels, n), jnp.float32)
    return ParticleSet(state, stage.reference, nothing, jnp.zeros((n // size, size), jnp.float32), nothing)


class MonthInputs(NamedTuple):
    """A month as the loop takes it: the calendar's row, the record's, and whether the month is asked for."""

    calendar: Mapping[str, Any]
    values: Any
    known: Any
    hints: Hints
    asked: Any


def _month_inputs(job: Job, data: FilterData, months: NDArray[np.int64], asked: NDArray[np.bool_]) -> MonthInputs:
    def of(value: Any) -> Any:
        return np.asarray(value)[months]

    calendar = {name: of(value) for name, value in job.calendar.items()}
    return MonthInputs(calendar, of(data.values), of(data.known), Hints(*(of(hint) for hint in data.hints)), asked)


def advance(
    kernel: Kernel,
    channels: tuple[ObservedChannel, ...],
    size: int,
    job: Job,
    particles: ParticleSet,
    data: FilterData,
    first: int,
    last: int,
) -> tuple[ParticleSet, NDArray[np.float64]]:
    """The particles `last` - `first` months on, and the log density of each month's data in each group [T, G], without its constants.

    Months are played in blocks of one length, of which the last may be asked for in part: what is compiled is one loop with a known number
    of turns, which XLA makes one function (docs/decisions/0002).
    """
    found = np.zeros((len(data.values), job.draw.shape[0]))
    for begun in range(first, last, MONTHS_PER_BLOCK):
        months = np.arange(begun, begun + MONTHS_PER_BLOCK)
        asked = months < last
        rows = _month_inputs(job, data, np.minimum(months, len(found) - 1), asked)
        particles, block = cast(Any, _advance_block(kernel, channels, size, job, particles, rows))
        found[begun : min(begun + MONTHS_PER_BLOCK, last)] = np.asarray(block)[: asked.sum()]
    return particles, found


@partial(jax.jit, static_argnames=("kernel", "channels", "size"))
def _advance_block(
    kernel: Kernel, channels: tuple[ObservedChannel, ...], size: int, job: Job, particles: ParticleSet, rows: MonthInputs
) -> tuple[ParticleSet, Array]:
    cast_, groups = kernel.cast, job.draw.shape[0]
    own = stream_keys(job.seed, job.draw, jnp.full(groups, _NOBODY))
    job = _per_particle(job, size)
    stage = _stage(kernel, job, particles.reference)
    keys = stream_keys(job.seed, job.draw, job.luck)
    wide = slots(cast_)

    def chances(index: Array) -> tuple[Array, Chances]:
        """The guide's own uniforms, and the month's chances."""
        raw = uniforms(keys, index, wide + EXTRA_UNIFORMS)
        return raw[wide:], deviates(cast_, raw[:wide])

    def scored(now: MonthInputs, told: tuple[State, State, Report, Array]) -> tuple[Array, Array, Array]:
        """Log density of the month's data [n], the yearly sums and peaks carried on, and what the channels were about."""
        xs, totals = _observe(kernel, stage.p, channels, now.calendar, told)
        return 0 * told[2].deaths + month_log_density(stage.p, channels, xs, now.values, now.known), totals, jnp.stack(xs)

    def played(particles: ParticleSet, now: MonthInputs) -> tuple[ParticleSet, Array]:
        row, index = now.calendar, now.calendar["index"]
        hope = apart(index, partial(lookahead, stage.p), particles.state, now.hints).reshape(groups, size)
        place, logs, whole = apart(index, _resample, particles.log_weights, hope, uniforms(own, index, 1)[0])
        state, totals = apart(index, _taken, particles.state, particles.totals, place)
        raw, made = apart(index, chances, index)
        u = luck(cast_, made)
        calm_month = play_month(kernel, stage, state, row, median_fortune(u), job.plan)[
            1
        ]  # shares what is the same with the month below
        changed, density = apart(index, partial(propose, stage.p), state, u, raw, now.hints, calm_month.deaths)
        after, report = play_month(kernel, stage, state, row, {**u, **changed}, job.plan)
        score, totals, about = apart(index, scored, now, (state, after, report, totals))
        score = score - density
        logs = logs + score.reshape(groups, size)
        top = logs.max(axis=1)
        return ParticleSet(after, particles.reference, totals, logs, about), top + jnp.log(
            jnp.exp(logs - top[:, None]).sum(axis=1)
        ) - whole

    def left(particles: ParticleSet, _: MonthInputs) -> tuple[ParticleSet, Array]:
        return particles, jnp.zeros(groups, jnp.float32)

    def month(particles: ParticleSet, now: MonthInputs) -> tuple[ParticleSet, Array]:
        return cast(tuple[ParticleSet, Array], jax.lax.cond(now.asked, played, left, particles, now))

    return jax.lax.scan(month, particles, rows)


@partial(jax.jit, static_argnames=("kernel", "channels", "months"))
def forecast_channels(
    kernel: Kernel, channels: tuple[ObservedChannel, ...], months: int, job: Job, particles: ParticleSet, first: Array
) -> Array:
    """What the channels are about in the `months` after those that the particles have seen, unguided, float32 [months, C, n]."""
    job = _per_particle(job, 1)
    stage = _stage(kernel, job, particles.reference)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(carry: Any, step: Array) -> Any:
        state, totals = carry
        row = {name: value[step] for name, value in job.calendar.items()}
        u = luck_of(kernel, keys, row["index"])
        after, report = play_month(kernel, stage, state, row, u, job.plan)
        rows, totals = _observe(kernel, stage.p, channels, row, (state, after, report, totals))
        return (after, totals), jnp.stack(rows)

    return jax.lax.scan(month, (particles.state, particles.totals), first + jnp.arange(months))[1]


@jax.jit
def take_particles(particles: ParticleSet, place: Array) -> ParticleSet:
    """The particles of other particles: `place` [n'] in [n], all of one weight."""

    def one(leaf: Array) -> Array:
        return leaf[..., place]

    flat = particles.log_weights.reshape(-1)[place]
    return ParticleSet(
        jax.tree.map(one, particles.state),
        jax.tree.map(one, particles.reference),
        one(particles.totals),
        flat[:, None],
        one(particles.channel_values),
    )


def concatenated(parts: Sequence[ParticleSet]) -> ParticleSet:
    """Clouds side by side as one."""

    def one(*leaves: Array) -> Array:
        return jnp.concatenate(leaves, axis=-1)

    if len(parts) == 1:
        return parts[0]
    joined = cast(ParticleSet, jax.tree.map(one, *parts))
    return joined._replace(log_weights=jnp.concatenate([part.log_weights for part in parts], axis=0))


@jax.jit
def take_groups(parts: tuple[ParticleSet, ...], group: Array) -> tuple[ParticleSet, ...]:
    """The particles of other groups [G], cut as they were."""
    size, some = parts[0].log_weights.shape[1], parts[0].log_weights.shape[0]
    particles = concatenated(parts)
    place = (group[:, None] * size + jnp.arange(size)[None]).reshape(-1)
    logs = particles.log_weights[group]
    found = [
        cast(ParticleSet, take_particles(particles, place[begun * size : (begun + some) * size]))._replace(
            log_weights=logs[begun : begun + some]
        )
        for begun in range(0, len(logs), some)
    ]
    return tuple(found)


@jax.jit
def select_groups(there: Array, particles: ParticleSet, other: ParticleSet) -> ParticleSet:
    """Group by group the `other` particles where `there` [G], else the first."""
    wide = jnp.repeat(there, particles.log_weights.shape[1])

    def one(a: Array, b: Array) -> Array:
        return jnp.where(wide, b, a)

    return ParticleSet(
        jax.tree.map(one, particles.state, other.state),
        jax.tree.map(one, particles.reference, other.reference),
        one(particles.totals, other.totals),
        jnp.where(there[:, None], other.log_weights, particles.log_weights),
        one(particles.channel_values, other.channel_values),
    )

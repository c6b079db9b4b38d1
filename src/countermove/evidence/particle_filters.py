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

from countermove.engine.apart import apart
from countermove.engine.layout import Chances, deviates, luck, slots
from countermove.engine.month import Stage
from countermove.engine.months import Job, Kernel, begin, luck_of, minds_of, play_month
from countermove.engine.step import Report
from countermove.evidence.observation_model import kept_of, latent, score_of, told_of
from countermove.evidence.observations import Seen
from countermove.evidence.proposals import MORE, Hints, calm, guided, promise
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.world.cast import Array
from countermove.world.state import Reference, State

BLOCK = 15  # months
TOGETHER = (
    2048  # particles that are played at a time: what they hold stays in a core's cache (measured: 20% to 40% faster than 8,192)
)
ENOUGH = 0.5  # of a group's particles: below, it resamples
_NOBODY = np.uint32(0xFFFFFFFF)  # the address of the uniform that resamples: no particle's


class Cloud(NamedTuple):
    """The particles after a month. `totals` [C, n]: sums of yearly channels since January, peaks of claims; `logs` [G, M]: log weights;
    `about` [C, n]: what each channel was about in that month."""

    state: State
    reference: Reference
    totals: Array
    logs: Array
    about: Array


class Datum(NamedTuple):
    """A record for the filters: values and known flags [T, C], hints."""

    values: Any
    known: Any
    hints: Hints


def _summed(x: Array) -> Array:
    """Cumulative sums along the last axis, in log2 steps that vectorise."""
    stride = 1
    while stride < x.shape[1]:
        x = x + jnp.pad(x[:, :-stride], ((0, 0), (stride, 0)))
        stride *= 2
    return x


def continued(mass: Array, u: Array) -> Array:
    """Who is continued in each slot of each group, int32 [G, M], from weights [G, M] and one uniform a group; M is a power of 2."""
    groups, size = mass.shape
    up_to = _summed(mass)
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


def _regrouped(logs: Array, promise: Array, u: Array) -> tuple[Array, Array, Array]:
    """Places in [n] of the particles that go on, their log weights, and what the log of each group's sum is measured against.

    Particles are continued in proportion to weight times promise (logs of both [G, M]), where these leave too few of them alive.
    """
    groups, size = logs.shape
    low = logs - logs.max(axis=1, keepdims=True)
    ahead = low + promise
    top = ahead.max(axis=1, keepdims=True)
    mass = jnp.exp(ahead - top)
    whole = mass.sum(axis=1)
    crowded = (whole * whole < ENOUGH * size * (mass * mass).sum(axis=1))[:, None]
    before = jnp.exp(low).sum(axis=1)
    slot = jnp.arange(size, dtype=jnp.int32)[None]
    place = jnp.where(crowded, continued(mass, u), slot) + (jnp.arange(groups, dtype=jnp.int32) * size)[:, None]
    flat = place.reshape(-1)
    logs = jnp.where(crowded, -promise.reshape(-1)[flat].reshape(groups, size), low)
    after = jnp.exp(logs).sum(axis=1)
    # promise is divided out; where it says nothing this is the logarithm of exactly 1
    paid = jnp.where(crowded[:, 0], jnp.log(before * size / (whole * after)) - top[:, 0], 0.0)
    return flat, logs, jnp.log(after) + paid


def _moved(state: State, totals: Array, place: Array) -> tuple[State, Array]:
    def taken(leaf: Array) -> Array:
        return leaf.at[..., place].get(mode="promise_in_bounds")

    return cast(State, jax.tree.map(taken, state)), taken(totals)


def _glimpse(
    kernel: Kernel,
    p: Mapping[str, Array],
    seen: tuple[Seen, ...],
    row: Mapping[str, Array],
    told: tuple[State, State, Report, Array],
) -> tuple[list[Array], Array]:
    """What each channel is about, and the yearly sums and peaks carried on [C, n]."""
    before, after, report, totals = told
    rows: list[Array] = []
    kept: list[Array] = []
    for c, one in enumerate(seen):
        rows.append(told_of(one, totals[c], latent(kernel.cast, p, before, after, report, one)))
        kept.append(kept_of(one, totals[c], rows[-1], row["december"]))
    return rows, jnp.stack(kept)


def _spread(job: Job, size: int) -> Job:
    """The job of all particles: `job` has one parameter draw [.., G] for each group, and its `draw` [G] addresses the group's luck."""
    groups = job.draw.shape[0]

    def wide(value: Any) -> Any:
        return value if value.shape[-1] == 1 else jnp.repeat(value, size, axis=-1)

    slot = jnp.tile(jnp.arange(size, dtype=jnp.uint32), groups)
    params = {name: wide(jnp.asarray(value)) for name, value in job.params.items()}
    return job._replace(params=params, draw=jnp.repeat(job.draw, size), luck=slot, theories=wide(jnp.asarray(job.theories)))


def _stage(kernel: Kernel, job: Job, reference: Reference) -> Stage:
    return Stage(kernel.cast, {name: jnp.asarray(value) for name, value in job.params.items()}, minds_of(kernel, job), reference)


@partial(jax.jit, static_argnames=("kernel", "channels", "size"))
def start(kernel: Kernel, job: Job, channels: int, size: int) -> Cloud:
    """The clouds before the first month, for a job of G parameter draws."""
    job = _spread(job, size)
    stage, state = begin(kernel, job)
    n = job.draw.shape[0]
    nothing = jnp.zeros((channels, n), jnp.float32)
    return Cloud(state, stage.reference, nothing, jnp.zeros((n // size, size), jnp.float32), nothing)


class Row(NamedTuple):
    """A month as the loop takes it: the calendar's row, the record's, and whether the month is asked for."""

    calendar: Mapping[str, Any]
    values: Any
    known: Any
    hints: Hints
    asked: Any


def _rows(job: Job, data: Datum, months: NDArray[np.int64], asked: NDArray[np.bool_]) -> Row:
    def of(value: Any) -> Any:
        return np.asarray(value)[months]

    calendar = {name: of(value) for name, value in job.calendar.items()}
    return Row(calendar, of(data.values), of(data.known), Hints(*(of(hint) for hint in data.hints)), asked)


def advance(
    kernel: Kernel, seen: tuple[Seen, ...], size: int, job: Job, cloud: Cloud, data: Datum, first: int, last: int
) -> tuple[Cloud, NDArray[np.float64]]:
    """The clouds `last` - `first` months on, and the log density of each month's data in each group [T, G], without its constants.

    Months are played in blocks of one length, of which the last may be asked for in part: what is compiled is one loop with a known number
    of turns, which XLA makes one function (docs/decisions/0002).
    """
    found = np.zeros((len(data.values), job.draw.shape[0]))
    for begun in range(first, last, BLOCK):
        months = np.arange(begun, begun + BLOCK)
        asked = months < last
        rows = _rows(job, data, np.minimum(months, len(found) - 1), asked)
        cloud, block = cast(Any, _block(kernel, seen, size, job, cloud, rows))
        found[begun : min(begun + BLOCK, last)] = np.asarray(block)[: asked.sum()]
    return cloud, found


@partial(jax.jit, static_argnames=("kernel", "seen", "size"))
def _block(kernel: Kernel, seen: tuple[Seen, ...], size: int, job: Job, cloud: Cloud, rows: Row) -> tuple[Cloud, Array]:
    cast_, groups = kernel.cast, job.draw.shape[0]
    own = stream_keys(job.seed, job.draw, jnp.full(groups, _NOBODY))
    job = _spread(job, size)
    stage = _stage(kernel, job, cloud.reference)
    keys = stream_keys(job.seed, job.draw, job.luck)
    wide = slots(cast_)

    def chances(index: Array) -> tuple[Array, Chances]:
        """The guide's own uniforms, and the month's chances."""
        raw = uniforms(keys, index, wide + MORE)
        return raw[wide:], deviates(cast_, raw[:wide])

    def scored(now: Row, told: tuple[State, State, Report, Array]) -> tuple[Array, Array, Array]:
        """Log density of the month's data [n], the yearly sums and peaks carried on, and what the channels were about."""
        xs, totals = _glimpse(kernel, stage.p, seen, now.calendar, told)
        return 0 * told[2].deaths + score_of(stage.p, seen, xs, now.values, now.known), totals, jnp.stack(xs)

    def played(cloud: Cloud, now: Row) -> tuple[Cloud, Array]:
        row, index = now.calendar, now.calendar["index"]
        hope = apart(index, partial(promise, stage.p), cloud.state, now.hints).reshape(groups, size)
        place, logs, whole = apart(index, _regrouped, cloud.logs, hope, uniforms(own, index, 1)[0])
        state, totals = apart(index, _moved, cloud.state, cloud.totals, place)
        raw, made = apart(index, chances, index)
        u = luck(cast_, made)
        calm_month = play_month(kernel, stage, state, row, calm(u), job.plan)[1]  # shares what is the same with the month below
        changed, density = apart(index, partial(guided, stage.p), state, u, raw, now.hints, calm_month.deaths)
        after, report = play_month(kernel, stage, state, row, {**u, **changed}, job.plan)
        score, totals, about = apart(index, scored, now, (state, after, report, totals))
        score = score - density
        logs = logs + score.reshape(groups, size)
        top = logs.max(axis=1)
        return Cloud(after, cloud.reference, totals, logs, about), top + jnp.log(jnp.exp(logs - top[:, None]).sum(axis=1)) - whole

    def left(cloud: Cloud, _: Row) -> tuple[Cloud, Array]:
        return cloud, jnp.zeros(groups, jnp.float32)

    def month(cloud: Cloud, now: Row) -> tuple[Cloud, Array]:
        return cast(tuple[Cloud, Array], jax.lax.cond(now.asked, played, left, cloud, now))

    return jax.lax.scan(month, cloud, rows)


@partial(jax.jit, static_argnames=("kernel", "seen", "months"))
def ahead(kernel: Kernel, seen: tuple[Seen, ...], months: int, job: Job, cloud: Cloud, first: Array) -> Array:
    """What the channels are about in the `months` after those that the clouds have seen, unguided, float32 [months, C, n]."""
    job = _spread(job, 1)
    stage = _stage(kernel, job, cloud.reference)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(carry: Any, step: Array) -> Any:
        state, totals = carry
        row = {name: value[step] for name, value in job.calendar.items()}
        u = luck_of(kernel, keys, row["index"])
        after, report = play_month(kernel, stage, state, row, u, job.plan)
        rows, totals = _glimpse(kernel, stage.p, seen, row, (state, after, report, totals))
        return (after, totals), jnp.stack(rows)

    return jax.lax.scan(month, (cloud.state, cloud.totals), first + jnp.arange(months))[1]


@jax.jit
def taken(cloud: Cloud, place: Array) -> Cloud:
    """The clouds of other particles: `place` [n'] in [n], all of one weight."""

    def one(leaf: Array) -> Array:
        return leaf[..., place]

    flat = cloud.logs.reshape(-1)[place]
    return Cloud(
        jax.tree.map(one, cloud.state), jax.tree.map(one, cloud.reference), one(cloud.totals), flat[:, None], one(cloud.about)
    )


def whole(parts: Sequence[Cloud]) -> Cloud:
    """Clouds side by side as one."""

    def one(*leaves: Array) -> Array:
        return jnp.concatenate(leaves, axis=-1)

    if len(parts) == 1:
        return parts[0]
    joined = cast(Cloud, jax.tree.map(one, *parts))
    return joined._replace(logs=jnp.concatenate([part.logs for part in parts], axis=0))


@jax.jit
def groups_taken(parts: tuple[Cloud, ...], group: Array) -> tuple[Cloud, ...]:
    """The clouds of other groups [G], cut as they were."""
    size, some = parts[0].logs.shape[1], parts[0].logs.shape[0]
    cloud = whole(parts)
    place = (group[:, None] * size + jnp.arange(size)[None]).reshape(-1)
    logs = cloud.logs[group]
    found = [
        cast(Cloud, taken(cloud, place[begun * size : (begun + some) * size]))._replace(logs=logs[begun : begun + some])
        for begun in range(0, len(logs), some)
    ]
    return tuple(found)


@jax.jit
def either(there: Array, cloud: Cloud, other: Cloud) -> Cloud:
    """Group by group the `other` cloud where `there` [G], else the first."""
    wide = jnp.repeat(there, cloud.logs.shape[1])

    def one(a: Array, b: Array) -> Array:
        return jnp.where(wide, b, a)

    return Cloud(
        jax.tree.map(one, cloud.state, other.state),
        jax.tree.map(one, cloud.reference, other.reference),
        one(cloud.totals, other.totals),
        jnp.where(there[:, None], other.logs, cloud.logs),
        one(cloud.about, other.about),
    )

"""A bootstrap particle filter: how likely a record is under a process that can be simulated and whose observations have a density.

Gordon, Salmond & Smith 1993. Resampling is systematic (Kitagawa 1996) and happens in months in which the effective sample size is below a
share of the particles; the estimate of the likelihood stays unbiased (Del Moral 2004; for adaptive resampling Whiteley, Lee & Heine 2016).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np

from countermove.engine.backend import set_up
from countermove.engine.compiled_apart import apart
from countermove.errors import EvidenceError
from countermove.rng.seeds import SEEDS, words
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.world.cast import Array

set_up()  # before the first computation

MOST = 1 << 22  # particles; the integers of `systematic` still tell their weights apart
_WHOLE = np.float32(2.0**31)
_NOBODY = np.uint32(0xFFFFFFFF)  # the address of the uniform that resamples: no particle's


@dataclass(frozen=True)
class StateSpace:
    """A hidden process over n particles. A state is any tree of arrays [..., n]; parameters are any tree, the same for all particles.

    What differs between particles and does not change belongs to the state: it must travel with it. Two spaces with the same functions are
    the same program: make the functions once, and give what varies as `params`.
    """

    start: Callable[[Any, Array], Any]  # params, uniforms [slots, n] -> the state in month 0
    move: Callable[
        [Any, Any, Array, Array], Any
    ]  # params, last month's state, month (int32), uniforms [slots, n] -> this month's state
    score: Callable[[Any, Any, Array, Any], Array]  # params, state, month, observation -> its log density [n]; -inf is impossible
    slots: int  # uniforms per particle and month, always used up


@dataclass(frozen=True)
class Filtered:
    """What the filter found over T months with n particles."""

    log_likelihood: float  # log of an unbiased estimate of the likelihood
    increments: np.ndarray  # [T] float64, the log density of each month given those before; 0 where nothing was observed
    ess: np.ndarray  # [T] effective sample size after the month's observation, 1 to n
    resampled: np.ndarray  # [T] bool: whether particles were resampled on the way into the month
    state: Any  # the particles of the last month
    weights: np.ndarray  # [n] float64, sum 1


class _Cloud(NamedTuple):
    """The particles on their way: log weights (their exponentials sum to 1), the same relative to the largest, effective sample size."""

    state: Any
    logs: Array
    mass: Array
    ess: Array


def total(x: Array) -> Array:
    """The sum of [n]. Two products with ones stay inside the compiled loop, where a plain sum leaves it (docs/decisions/0002)."""
    rows = max(k for k in range(1, int(x.shape[0] ** 0.5) + 1) if x.shape[0] % k == 0)
    table = x.reshape(-1, rows)
    return jnp.ones(table.shape[0], x.dtype) @ table @ jnp.ones(rows, x.dtype)


def largest(x: Array) -> Array:
    """The largest of [n], by a comparison that XLA does not hand to a library."""

    def larger(a: Array, b: Array) -> Array:
        return jnp.where(a > b, a, b)

    return jax.lax.reduce(x, np.float32(-np.inf), larger, (0,))


def systematic(mass: Array, u: Array) -> Array:
    """Who is continued in each of n slots (int32 [n], in order): particle i gets floor or ceiling of n x its share (Kitagawa 1996).

    Weights become integers of 2^-31 of their sum, so that cumulative sums are exact and a particle without weight is never chosen.

    Args:
        mass: weights [n] from 0 to 1, the largest 1.
        u: one uniform in (0, 1).
    """
    n = mass.shape[0]
    up_to = jnp.cumsum((mass * (_WHOLE / total(mass)) + np.float32(0.5)).astype(jnp.uint32))
    each, rest = up_to[-1] // np.uint32(n), up_to[-1] % np.uint32(n)
    slot = jnp.arange(n, dtype=jnp.uint32)
    shift = slot.astype(jnp.float32) * (rest.astype(jnp.float32) / n) + u * each.astype(jnp.float32)
    place = jnp.minimum(slot * each + shift.astype(jnp.uint32), up_to[-1] - np.uint32(1))
    found = jnp.zeros(n, jnp.int32)
    stride = 1 << ((n - 1).bit_length() - 1) if n > 1 else 0
    while stride > 0:  # unrolled: how many cumulative sums are not above the place
        ahead = found + stride
        found = jnp.where((ahead < n) & (up_to[jnp.minimum(ahead, n) - 1] <= place), ahead, found)
        stride //= 2
    return found


def _each(change: Callable[..., Any], *trees: Any) -> Any:
    """Every leaf changed."""
    return jax.tree.map(change, *trees)


def _weighed(cloud: _Cloud, logs: Array, seen: Array) -> tuple[_Cloud, Array]:
    """The cloud after an observation whose log densities are [n], and the log of the mean density."""
    n = logs.shape[0]
    joint = cloud.logs + jnp.where(seen, logs, 0)
    top = largest(joint)
    top = jnp.where(top == -np.inf, 0, top)
    mass = jnp.exp(joint - top)
    whole = total(mass)
    increment = top + jnp.log(whole)
    alive = whole != 0  # and a nan stays a nan
    ess = jnp.where(alive, whole * whole / total(mass * mass), n)
    after = _Cloud(cloud.state, jnp.where(alive, joint - increment, cloud.logs), jnp.where(alive, mass, 1), ess)
    return after, jnp.where(seen, increment, 0)


def _resampled(cloud: _Cloud, u: Array) -> _Cloud:
    """Equal weights. The states change slots; the random numbers of a slot do not, so that nobody inherits a future."""
    n = cloud.logs.shape[0]
    chosen = systematic(cloud.mass, u)

    def moved(leaf: Array) -> Array:
        return leaf[..., chosen]

    return _Cloud(_each(moved, cloud.state), jnp.full(n, -np.log(n), jnp.float32), jnp.ones(n, jnp.float32), cloud.ess)


def _same(cloud: _Cloud, _: Array) -> _Cloud:
    return cloud


def _first(leaf: Array) -> Array:
    return leaf[0]


def _later(leaf: Array) -> Array:
    return leaf[1:]


def _joined(one: Array, more: Array) -> Array:
    return jnp.concatenate([one[None], more])


def _sweep(space: StateSpace, n: int, params: Any, record: Any, seed: Array, replicate: Array, share: Array) -> Any:
    """The last cloud and [T] increments, effective sample sizes and whether resampled; `record` is (observations, seen [T])."""
    index = jnp.arange(n, dtype=jnp.uint32)
    keys = stream_keys(seed, index, jnp.full(n, replicate))
    own = stream_keys(seed, jnp.full(1, _NOBODY), jnp.full(1, replicate))
    first, later = _each(_first, record), _each(_later, record)

    def chances(month: Array) -> Array:
        return uniforms(keys, month, space.slots)

    def month(cloud: _Cloud, row: Any) -> Any:
        now, (observation, seen) = row
        crowded = cloud.ess < share * n
        u = uniforms(own, now, 1)[0, 0]
        cloud = cast(_Cloud, jax.lax.cond(crowded, _resampled, _same, cloud, u))
        state = space.move(params, cloud.state, now, apart(now, chances, now))
        cloud, increment = _weighed(cloud._replace(state=state), space.score(params, state, now, observation), seen)
        return cloud, (increment, cloud.ess, crowded)

    start = jnp.int32(0)
    state = space.start(params, chances(start))
    cloud = _Cloud(state, jnp.full(n, -np.log(n), jnp.float32), jnp.ones(n, jnp.float32), jnp.float32(n))
    cloud, increment = _weighed(cloud, space.score(params, state, start, first[0]), first[1])
    opening = (increment, cloud.ess, jnp.array(False))
    cloud, months = jax.lax.scan(month, cloud, (jnp.arange(1, len(record[1]), dtype=jnp.int32), later))
    return cloud, _each(_joined, opening, months)


@partial(jax.jit, static_argnames=("space", "n"))
def _one(space: StateSpace, n: int, params: Any, record: Any, seed: Array, replicate: Array, share: Array) -> Any:
    return _sweep(space, n, params, record, seed, replicate, share)


@partial(jax.jit, static_argnames=("space", "n"))
def _many(space: StateSpace, n: int, params: Any, record: Any, seed: Array, replicates: Array, share: Array) -> Any:
    def increments(replicate: Array) -> Array:
        return _sweep(space, n, params, record, seed, replicate, share)[1][0]

    return cast(Any, jax.lax.map(increments, replicates))


def _record(observations: Any, seen: np.ndarray | None) -> tuple[Any, np.ndarray]:
    """The observations as float32 where they are floats, and whether there are any in each month [T]."""
    given = [np.asarray(leaf) for leaf in jax.tree.leaves(observations)]
    months = {leaf.shape[0] if leaf.ndim > 0 else 0 for leaf in given}
    if len(months) != 1 or 0 in months:
        raise EvidenceError("a record needs one row per month, and a month", next="Give arrays [T] or [T, ...] of one length T")
    (length,) = months
    if seen is None:
        silent = [np.isnan(leaf).reshape(length, -1).all(axis=1) for leaf in given if leaf.dtype.kind == "f"]
        seen = ~np.all(silent, axis=0) if len(silent) == len(given) else np.ones(length, bool)
    seen = np.asarray(seen, bool)
    if seen.shape != (length,):
        raise EvidenceError(f"seen is {list(seen.shape)} for a record of {length} months")
    return _each(_narrow, observations), seen


def _narrow(given: Any) -> np.ndarray:
    leaf = np.asarray(given)
    return leaf.astype(np.float32) if leaf.dtype.kind == "f" else leaf


def _asked(particles: int, seed: int, threshold: float) -> tuple[np.ndarray, np.float32]:
    """The seed's two words and the threshold, if they have a meaning."""
    if not 1 <= particles <= MOST:
        raise EvidenceError(f"{particles} particles", next=f"Ask for 1 to {MOST:,}")
    if not 0 <= seed < SEEDS:
        raise EvidenceError(f"seed {seed}", next="A seed is a whole number from 0 to 2^64 - 1")
    if not 0 <= threshold <= 1:
        raise EvidenceError(f"a threshold of {threshold}", next="It is a share of the particles, from 0 (never) to 1")
    return words(seed), np.float32(threshold)


def _finite(increments: np.ndarray) -> np.ndarray:
    """The increments [..., T] as float64; -inf says that the record is impossible, anything else that is not finite is an error."""
    wrong = np.isnan(increments) | (increments == np.inf)
    if wrong.any():
        month = int(np.argwhere(wrong)[0, -1])
        raise EvidenceError(
            "the density of the observation is not a number", where=f"month {month}", next="Look at `score` and `move`"
        )
    return increments.astype(np.float64)


def particle_filter(
    space: StateSpace,
    params: Any,
    observations: Any,
    *,
    particles: int,
    seed: int,
    seen: np.ndarray | None = None,
    threshold: float = 0.5,
) -> Filtered:
    """Filter a record of T months.

    Main arguments:
        space: the process and the density of its observations.
        params: what its functions are given.
        observations: array [T] or [T, ...], or a tree of them; a row reaches `score`.
        particles: n. Numbers that divide evenly (4,096; 10,000) are fastest.
        seed: the same seed gives the same bits; particle i has the uniforms of (seed, draw i).

    Other arguments:
        seen: [T], whether a month was observed; as a rule a month is missing where all its numbers are nan.
        threshold: resample where the effective sample size is below this share of n; 0 is never.

    Raises:
        EvidenceError: arguments without meaning; a density that is nan or +inf, with its month.
    """
    words, share = _asked(particles, seed, threshold)
    found = cast(Any, _one(space, particles, params, _record(observations, seen), words, np.uint32(0), share))
    cloud, (increments, ess, resampled) = found
    by_month = _finite(np.asarray(increments))
    mass = np.asarray(cloud.mass, np.float64)
    return Filtered(float(by_month.sum()), by_month, np.asarray(ess), np.asarray(resampled), cloud.state, mass / mass.sum())


def log_likelihoods(
    space: StateSpace, params: Any, observations: Any, *, particles: int, seed: int, replicates: int, threshold: float = 0.5
) -> np.ndarray:
    """Logs of `replicates` independent unbiased estimates of one likelihood, float64 [R]; the first is that of `particle_filter`.

    Their spread is the error of a filter of this size. Arguments and errors as there.
    """
    words, share = _asked(particles, seed, threshold)
    numbers = np.arange(replicates, dtype=np.uint32)
    found = cast(Any, _many(space, particles, params, _record(observations, None), words, numbers, share))
    return _finite(np.asarray(found)).sum(axis=1)

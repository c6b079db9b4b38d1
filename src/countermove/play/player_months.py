"""A month of a patron's seat as every theory has it: what its player sees, what a theory would aim at then, and how probable his aim is.

A theory's own numbers are uncertain: it is asked at D draws of its priors at once. What the seat was told of itself (baseline, means, stakes) is as
it was told; the world is as it was met. What a theory remembers (mode, alarm) is carried on under each draw; where chance has a hand in its memory,
each draw carries PARTICLES of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import special

from countermove.behaviour.conduct import all_means, theory_answer, view_of
from countermove.behaviour.reads import reads
from countermove.behaviour.theory import SHARED, Drive, Numbers, Theory, View
from countermove.engine.draws import Draws
from countermove.engine.months import Job, Kernel, begin, luck_of, month_of
from countermove.engine.step import sight_of
from countermove.play.month import Lanes, row_of
from countermove.rng.uniforms import stream_keys
from countermove.world.cast import Array
from countermove.world.state import SETTLED

PARTICLES = 16
NOISES = 12
"""Sizes of noise at which theories are weighed, quantiles of its prior: all in each draw, or one where chance has a hand in a theory's memory."""
_SPECIAL: Any = special
_ROOT_TURN = 0.5 * float(np.log(2 * np.pi))
_EXIT, _NOISE = "support.exit", "support.noise"


class Seen(NamedTuple):
    """What n players in one seat see at the start of a month."""

    view: View
    most: Array  # [n] the most that his means allow, thousand person-equivalents
    over: Array  # [n] whether the war is over, or he has left it


class Done(NamedTuple):
    """What n players in one seat do in a month."""

    aim: Array  # [n] thousand person-equivalents
    leaves: Array  # [n] whether he leaves the war


class Held(NamedTuple):
    """A theory in the middle of a path, for n players: what it remembers in each of D draws [n, D, R], and how probable the path was so far
    [n, D, S], as logarithms: S sizes of noise, or one."""

    mode: Array
    alarm: Array
    logs: Array


def seen(kernel: Kernel, job: Job, lanes: Lanes, index: int, patron: int) -> Seen:
    """What a patron sees at the start of month `index` (from 0), in every lane."""
    found = cast(Seen, jax.tree.map(np.asarray, _seen(kernel, job, lanes, row_of(job, index), patron)))
    fixed = {"line_above_start": kernel.cast.line_above_start[patron], "levels": kernel.cast.levels}
    return found._replace(view=found.view._replace(**fixed))


@partial(jax.jit, static_argnames=("kernel", "patron"))
def _seen(kernel: Kernel, job: Job, lanes: Lanes, row: Any, patron: int) -> Seen:
    stage, _ = begin(kernel, job)
    u = luck_of(kernel, stream_keys(job.seed, job.draw, job.luck), row["index"])
    state, p = lanes.state, stage.p
    sight = sight_of(kernel.cast, p, stage.reference, state, u)
    view = view_of(kernel.cast, p, stage.reference, state, sight, month=month_of(kernel, p, row), patron=patron, u=u)
    shown = jax.tree.map(partial(_in_every_lane, state.oil.shape), view._replace(line_above_start=0.0, levels=0))
    over = (state.regime >= SETTLED) | (state.left[patron] > 0)
    return Seen(shown, all_means(kernel.cast, p, patron) + state.oil * 0, over)


def _in_every_lane(shape: tuple[int, ...], value: Array) -> Array:
    """Of a number that is the same in all lanes one in each."""
    wide: Array = jnp.asarray(value, jnp.float32)
    return jnp.broadcast_to(wide, shape) if wide.ndim == 0 or wide.shape[-1] != shape[0] else wide


def own_numbers(draws: Draws, theories: Sequence[Theory], patron: int) -> dict[str, np.ndarray]:
    """What belongs to the theories of a patron, of its draws alone: [D] each, the rows of `switching` [3, D]."""
    names = [q.name for q in SHARED] + [q.name for theory in theories for q in theory.parameters]
    found: dict[str, np.ndarray] = {}
    for name in names:
        value = draws.values[name]
        row = value[:, patron] if value.ndim == 3 else value[patron]
        wide = np.broadcast_to(row, (*row.shape[:-1], draws.size))
        found[name] = np.ascontiguousarray(wide, np.float32)
    return found


def first_reply(kernel: Kernel, job: Job, patron: int, numbers: Numbers) -> np.ndarray:
    """The quantal mean of the first day [D] (View.quantal) at these numbers of the theories [D]; the job is of D lanes."""
    return np.asarray(cast(Any, _first_reply(kernel, job, patron, dict(numbers))), np.float32)


@partial(jax.jit, static_argnames=("kernel", "patron"))
def _first_reply(kernel: Kernel, job: Job, patron: int, numbers: dict[str, Array]) -> Array:
    params = dict(job.params)
    for name, own in numbers.items():
        if params[name].ndim == 2 and name != "support.start":  # where it began is as it was
            wide = jnp.broadcast_to(params[name], (params[name].shape[0], own.shape[-1]))
            params[name] = wide.at[patron].set(own)
    stage, _ = begin(kernel, job._replace(params=params))
    return stage.reference.quantal[patron]


def by_chance(theory: Theory) -> bool:
    """Whether chance has a hand in what the theory remembers; of one that cannot be watched, it may."""
    found = reads(theory)
    return found is None or "choice" in found.view


def answers(theories: tuple[Theory, ...], which: np.ndarray, view: View, numbers: Numbers) -> Drive:
    """What n players aim at, each of his own theory, by his own numbers [n]."""
    fixed = {"line_above_start": view.line_above_start, "levels": view.levels}
    bare = view._replace(line_above_start=0.0, levels=0)
    return cast(Drive, jax.tree.map(np.asarray, _answers(theories, tuple(fixed.items()), which, bare, dict(numbers))))


@partial(jax.jit, static_argnames=("theories", "fixed"))
def _answers(theories: tuple[Theory, ...], fixed: Any, which: Any, view: View, numbers: dict[str, Any]) -> Drive:
    return theory_answer(theories, which, view._replace(**dict(fixed)), numbers)


def first_held(theory: Theory, players: int, draws: int) -> Held:
    """Before the first month: nothing is remembered, nothing was seen."""
    chance = by_chance(theory)
    memory = np.zeros((players, draws, PARTICLES if chance else 1), np.float32)
    return Held(memory, memory, np.zeros((players, draws, 1 if chance else NOISES), np.float32))


class Mind(NamedTuple):
    """A theory's own numbers at D draws [D], with the quantal mean of the first day [D], and the sizes of noise: [NOISES], or one a draw [D]."""

    numbers: Numbers
    quantal: Array
    noise: Array


def mind_of(theory: Theory, numbers: Mapping[str, np.ndarray], quantal: np.ndarray) -> Mind:
    """The numbers of one theory, from those of all."""
    ordered = np.argsort(np.argsort(numbers[_NOISE], kind="stable"), kind="stable")
    middle = ((np.arange(NOISES) + 0.5) * len(ordered) / NOISES).astype(int)
    sizes = np.sort(numbers[_NOISE])[middle]
    return Mind(numbers, quantal, sizes[ordered * NOISES // len(ordered)] if by_chance(theory) else sizes)


def hear(theory: Theory, mind: Mind, held: Held, what: Seen, done: Done, uniform: np.ndarray) -> Held:
    """The theory after a month: what it remembers then, and how probable the path was.

    `uniform`: [2, n, D, R], for the chance in its memory; of a theory without, [2, 1, 1, 1]. A month after the end of the war tells nothing.
    """
    fixed = (("line_above_start", what.view.line_above_start), ("levels", what.view.levels))
    bare = what._replace(view=what.view._replace(line_above_start=0.0, levels=0))
    return cast(Held, _hear(theory, fixed, mind, held, bare, done, uniform))


@partial(jax.jit, static_argnames=("theory", "fixed"))
def _hear(theory: Theory, fixed: Any, mind: Mind, held: Held, what: Seen, done: Done, uniform: Array) -> Held:
    shape = held.mode.shape  # [n, D, R]
    wide = jax.tree.map(partial(_of_players, shape), what.view)
    view = wide._replace(
        mode=held.mode.ravel(),
        alarm=held.alarm.ravel(),
        quantal=_of_draws(shape, mind.quantal),
        choice=jnp.broadcast_to(uniform[0], shape).ravel(),
        **dict(fixed),
    )
    numbers = {name: _of_draws(shape, value) for name, value in mind.numbers.items()}
    drive = Drive(*(jnp.broadcast_to(part, view.support.shape).reshape(shape) for part in theory.drive(view, numbers)))
    hazard = numbers[_EXIT].reshape(shape) * drive.exit
    chance = shape[2] > 1
    noise = mind.noise[None, :, None] if chance else mind.noise[None, None, :]
    told = _log_aim(drive.support, noise, done.aim[:, None, None], what.most[:, None, None])
    told = told + _log_leaving(hazard, done.leaves[:, None, None])
    told = jnp.where(what.over[:, None, None], 0.0, told)
    if not chance:
        return Held(drive.mode, drive.alarm, held.logs + told)
    mean = _SPECIAL.logsumexp(told, axis=2, keepdims=True) - np.log(shape[2])
    kept = _resampled(told, uniform[1, :, :, :1])
    modes, alarms = (jnp.take_along_axis(part, kept, axis=2) for part in (drive.mode, drive.alarm))
    return Held(modes, alarms, held.logs + mean)


def _of_players(shape: tuple[int, ...], value: Any) -> Array:
    """A number of each player [..., n] for every draw and particle, flat."""
    own = jnp.asarray(value, jnp.float32)
    if own.ndim == 0:
        return own
    spread = jnp.broadcast_to(own[..., None, None], (*own.shape, *shape[1:]))
    return spread.reshape(*own.shape[:-1], -1)


def _of_draws(shape: tuple[int, ...], value: Array) -> Array:
    """A number of each draw [..., D] for every player and particle, flat."""
    spread = jnp.broadcast_to(value[..., None, :, None], (*value.shape[:-1], *shape))
    return spread.reshape(*value.shape[:-1], -1)


def _log_aim(mean: Array, noise: Array, aim: Array, most: Array) -> Array:
    """How probable an aim is: normal about what the theory would aim at; of an aim at nothing or at all he has, that it wanted no more than that."""
    z = (aim - mean) / noise
    inside = -0.5 * z * z - jnp.log(noise) - _ROOT_TURN
    return jnp.where(aim <= 0, _SPECIAL.log_ndtr(z), jnp.where(aim >= most * (1 - 1e-6), _SPECIAL.log_ndtr(-z), inside))


def _log_leaving(hazard: Array, leaves: Array) -> Array:
    """How probable it is that he leaves, or stays (dynamics/clocks.py)."""
    return jnp.where(leaves > 0, jnp.log(jnp.maximum(-jnp.expm1(-hazard), 1e-30)), -hazard)


def _resampled(logs: Array, uniform: Array) -> Array:
    """Which particles live on [n, D, R]: as many as R times their weight, give or take one (systematic resampling)."""
    size = logs.shape[2]
    weight = jnp.exp(logs - _SPECIAL.logsumexp(logs, axis=2, keepdims=True))
    edges = jnp.cumsum(weight, axis=2)
    marks = (jnp.arange(size) + uniform) / size
    found = jnp.sum(marks[..., :, None] > edges[..., None, :], axis=-1)
    return jnp.minimum(found, size - 1)


def lanes_of(found: Seen, places: np.ndarray) -> Seen:
    """Those of some players."""

    def taken(value: Any) -> Any:
        return value[..., places] if np.ndim(value) else value

    return Seen(View(*(taken(part) for part in found.view)), taken(found.most), taken(found.over))


def side_by_side(parts: Sequence[Seen]) -> Seen:
    """Players of several parts as one."""

    def joined(values: Sequence[Any]) -> Any:
        return np.concatenate(values, axis=-1) if np.ndim(values[0]) else values[0]

    views = zip(*(part.view for part in parts), strict=True)
    return Seen(View(*(joined(row) for row in views)), joined([part.most for part in parts]), joined([part.over for part in parts]))


def lanes_alike(lanes: Lanes, count: int) -> Lanes:
    """The first of several lanes, so many times."""
    return cast(Lanes, jax.tree.map(partial(_alike, count), lanes))


def _alike(count: int, leaf: Any) -> np.ndarray:
    return np.repeat(np.asarray(leaf, np.float32)[..., :1], count, axis=-1)

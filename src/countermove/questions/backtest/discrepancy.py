"""Forecasts that begin at the last datum: how far a record lies from the simulator's paths, how long that lasts, and how fast it changes.

On an even scale (`even.py`) the level of a series in month t is A + b: A is what the simulator says, b the offset of the record from
it. b keeps a share of itself from month to month and takes in new errors; a datum errs about the level once more, by an error that does not
last. The level is filtered (Kalman 1960; West & Harrison 1997, chapter 4), so a forecast begins where the record is and no level errs anew.
How much of the simulator's movement and of the spread of its paths is believed, how long an offset lasts, how much of an error is fresh, and
how large errors are, is not set: every combination of `SETTINGS` forecasts each month of the record, and is believed in proportion to the
density that it gave to what came, one to six months ahead, before the origin and never after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.scales import Even, even_scales
from countermove.world.channel import Channel

MOVEMENT = (0.0, 0.5, 1.0)  # how much of the simulator's level and movement is believed; the rest is the record's own mean
SPREAD = (0.0, 0.5, 1.0)  # how much of the distance of its paths from their mean
TRUST = (0.2, 0.3, 0.5)  # probabilities of these before any datum: a theory is believed until its record is against it
KEEPS = (1.0, 0.9)  # weight of a datum in that mean, a month later: all of the record, or about its last ten months
LASTS = (0.0, 0.5, 0.9, 1.0)  # what a month leaves of an offset
FRESH = (0.0, 0.3, 0.7, 0.95)  # share of a month's error (variance) that does not last
TURNS = (0.0, 0.2, 0.5)  # probability that the pace is doubled or halved from one month to the next
PACES, FASTEST = 11, 1.5  # sizes of errors, each double the one below; the largest, on the logarithm or logit
LOOSE = 1.0  # standard deviation of the logarithm of the pace before any datum, around the stated error
LEAP = 0.02  # probability that a month has a pace from the prior: what the record has shown may end
COUNTED = 0.3  # stated error of a count, whose channel states none
_TINY = 1e-12


class Settings(NamedTuple):
    """All combinations [J], and the logarithm of the probability of each before any datum."""

    prior: Floats
    movement: Floats
    spread: Floats
    keeps: Floats
    lasts: Floats
    fresh: Floats
    turns: Floats

    def of(self, which: NDArray[np.int64]) -> Settings:
        """Some of them, one for each of `which` [n]."""
        return Settings(*(axis[which] for axis in self))


def settings(*, alone: bool) -> Settings:
    """With the simulator, or with the record alone, of which nothing but the level's memory and errors is left."""
    none = (0.0,)
    axes = none if alone else MOVEMENT, none if alone else SPREAD, KEEPS, LASTS, FRESH, TURNS
    places = np.meshgrid(*(np.arange(len(axis)) for axis in axes), indexing="ij")
    movement, spread = np.log(TRUST)[places[0].ravel()], np.log(TRUST)[places[1].ravel()]
    return Settings(movement + spread, *(np.array(axis)[place.ravel()] for axis, place in zip(axes, places, strict=True)))


class Belief(NamedTuple):
    """After a month: offset [J], its variance in units of the pace's [J], probabilities of paces [J, G], log density of the past [J]."""

    offset: Floats
    loose: Floats
    paces: Floats
    score: Floats


class Said(NamedTuple):
    """From a month on, H months ahead: middle [H, J], variance by pace [H, J, G], probabilities of paces [H, J, G], variance of the level
    next month in units of the pace's [J]."""

    middle: Floats
    variance: Floats
    paces: Floats
    loose: Floats


@dataclass(frozen=True)
class Offsets:
    """One simulator beside one series on one scale.

    `path` [T, 1 + H, m]: from each month, what it says of that month and the H after it, given the data until then. `values` [T]: the data, nan
    where unknown. `error`: the stated error, on the logarithm or logit. `first`: the first month from which anything is forecast in earnest.
    """

    scale: Even
    error: float
    path: Floats
    values: Floats
    first: int
    given: Settings

    @property
    def horizon(self) -> int:
        """H."""
        return self.path.shape[1] - 1

    @cached_property
    def unit(self) -> float:
        """One on the logarithm, on this scale: of a square root at the median of the data before the first forecast."""
        if not self.scale.root:
            return 1.0
        begun = self.values[: self.first + 1]
        some = begun[begun > 0]
        return 0.5 * float(np.sqrt(np.median(some))) if some.size else 0.5

    @cached_property
    def _even(self) -> tuple[Floats, Floats, Floats]:
        """Data [T], paths [T, 1 + H, m], and the mean of the data so far [T, J]."""
        z = self.scale.of(self.values)
        found = np.zeros((len(z), len(self.given.keeps)))
        whole, weight = np.zeros((2, len(self.given.keeps)))
        for month, one in enumerate(z):
            if not np.isnan(one):
                whole, weight = self.given.keeps * whole + one, self.given.keeps * weight + 1
            found[month] = whole / np.maximum(weight, 1)
        return z, self.scale.of(self.path), found

    @cached_property
    def _simulated(self) -> tuple[Floats, Floats]:
        """Mean and variance of the paths [T, 1 + H]."""
        return self._even[1].mean(axis=-1), self._even[1].var(axis=-1)

    @cached_property
    def sizes(self) -> Floats:
        """Paces [G]: standard deviations of a month's error on this scale."""
        return self.unit * FASTEST * 2.0 ** -np.arange(PACES - 1, -1, -1, dtype=np.float64)

    @cached_property
    def prior(self) -> Floats:
        """Probabilities of paces before any datum [G]: around the stated error."""
        far = np.log(self.sizes / (self.unit * self.error)) / LOOSE
        mass = np.exp(-0.5 * far * far)
        return mass / mass.sum()

    @cached_property
    def turning(self) -> Floats:
        """Probabilities of the next month's pace given this one's [J, G, G]."""
        turns = self.given.turns
        found = np.zeros((len(turns), PACES, PACES))
        for g in range(PACES):
            found[:, g, g] += 1 - turns
            for other in (max(g - 1, 0), min(g + 1, PACES - 1)):
                found[:, g, other] += turns / 2
        return (1 - LEAP) * found + LEAP * self.prior

    def anchor(self, month: int, ahead: int) -> Floats:
        """What stands without an offset [J]: the simulator's mean as far as it is believed, else that of the record."""
        believed = self.given.movement
        return believed * self._simulated[0][month, ahead] + (1 - believed) * self._even[2][month]

    def _say(self, month: int, now: Belief) -> Said:
        rows: list[tuple[Floats, Floats, Floats]] = []
        offset, loose, paces, first = now.offset, now.loose, now.paces, now.loose
        for h in range(1, self.horizon + 1):
            offset, loose = self.given.lasts * offset, self.given.lasts**2 * loose + 1 - self.given.fresh
            first = loose if h == 1 else first
            paces = np.einsum("jg,jgk->jk", paces, self.turning)
            own = (loose + self.given.fresh)[:, None] * np.square(self.sizes)
            spread = np.square(self.given.spread) * self._simulated[1][month, h]
            rows.append((self.anchor(month, h) + offset, own + spread[:, None], paces))
        middle, variance, chances = (np.stack([row[place] for row in rows]) for place in range(3))
        return Said(middle, variance, chances, first)

    def _density(self, said: Said, h: int, z: float) -> tuple[Floats, Floats]:
        """Log density of z, said h months before [J], and the probabilities of paces after it [J, G]."""
        variance = said.variance[h - 1]
        logs = -0.5 * (np.square(z - said.middle[h - 1])[:, None] / variance + np.log(2 * np.pi * variance))
        top = logs.max(axis=1, keepdims=True)
        mass = said.paces[h - 1] * np.exp(logs - top)
        whole = mass.sum(axis=1, keepdims=True)
        return np.log(whole[:, 0]) + top[:, 0], mass / whole

    def _learn(self, month: int, said: dict[int, Said], now: Belief) -> Belief:
        """After the month's datum, if there is one."""
        z, anchor = float(self._even[0][month]), self.anchor(month, 0)
        before = said.get(month - 1)
        if before is None:
            return now if np.isnan(z) else now._replace(offset=z - anchor, loose=self.given.fresh)
        if np.isnan(z):
            return now._replace(offset=before.middle[0] - anchor, loose=before.loose, paces=before.paces[0])
        shown = [self._density(said[month - h], h, z) for h in range(1, self.horizon + 1) if month - h in said]
        gain = before.loose / np.maximum(before.loose + self.given.fresh, _TINY)
        level = before.middle[0] + gain * (z - before.middle[0])
        slope = float(self.scale.log_slope(np.array(self.values[month])))
        # a month that was foretold six times, from as many origins, is more than one datum and fewer than six: it counts as their root
        score = np.sqrt(len(shown)) * (np.mean([density for density, _ in shown], axis=0) + slope)
        return Belief(level - anchor, (1 - gain) * before.loose, shown[0][1], now.score + score)

    @cached_property
    def beliefs(self) -> tuple[Belief, ...]:
        """After each month [T], of what was known by then."""
        count = len(self.given.lasts)
        now = Belief(np.zeros(count), np.zeros(count), np.tile(self.prior, (count, 1)), self.given.prior)
        said: dict[int, Said] = {}
        found: list[Belief] = []
        begun = False
        for month in range(len(self.values)):
            now = self._learn(month, said, now)
            begun = begun or not np.isnan(self.values[month])
            if begun:
                said[month] = self._say(month, now)
            found.append(now)
        return tuple(found)

    def ahead(self, month: int, setting: NDArray[np.int64], member: NDArray[np.int64], generator: np.random.Generator) -> Floats:
        """Data [H, n] of the months after `month`, from a setting and a path of the simulator for each."""
        now, given = self.beliefs[month], self.given.of(setting)
        count = len(setting)
        pace = _drawn(now.paces[setting], generator.random(count))
        level = now.offset[setting] + np.sqrt(now.loose[setting]) * self.sizes[pace] * generator.standard_normal(count)
        mean, paths = self._simulated[0][month], self._even[1][month]
        out = np.empty((self.horizon, count))
        for h in range(1, self.horizon + 1):
            pace = _drawn(self.turning[setting, pace], generator.random(count))
            lasting, fresh = self.sizes[pace] * np.stack([np.sqrt(1 - given.fresh), np.sqrt(given.fresh)])
            level = given.lasts * level + lasting * generator.standard_normal(count)
            away = given.spread * (paths[h, member] - mean[h])
            out[h - 1] = self.anchor(month, h)[setting] + away + level + fresh * generator.standard_normal(count)
        return self.scale.back(out)


def _drawn(chances: Floats, u: Floats) -> NDArray[np.int64]:
    """One of G for each row of probabilities [n, G], by uniforms [n]."""
    up_to = chances.cumsum(axis=1)
    return np.minimum((up_to < (u * up_to[:, -1])[:, None]).sum(axis=1), chances.shape[1] - 1)


@dataclass(frozen=True)
class Anchored:
    """A simulator beside a series, on every scale that it may be even on."""

    parts: tuple[Offsets, ...]

    def weights(self, month: int) -> Floats:
        """Of all settings on all scales, one after the other, by the record up to the month."""
        logs = np.concatenate([part.beliefs[month].score for part in self.parts])
        mass = np.exp(logs - logs.max())
        return mass / mass.sum()

    def believed(self, month: int) -> float:
        """How much of the simulator's movement is believed after the month, from 0 to 1."""
        return float(self.weights(month) @ np.concatenate([part.given.movement for part in self.parts]))

    def ahead(self, month: int, size: int, generator: np.random.Generator) -> Floats:
        """`size` members [H, size] of what comes after the month, given what is known by then."""
        up_to: Floats = self.weights(month).cumsum()
        places: Floats = (np.arange(size, dtype=np.float64) + generator.random()) / size * up_to[-1]
        which = np.minimum(np.searchsorted(up_to, places, side="right"), len(up_to) - 1)
        paths = self.parts[0].path.shape[-1]
        member = generator.permutation(size) % paths
        found = np.empty((self.parts[0].horizon, size))
        count = len(self.parts[0].given.lasts)
        for place, part in enumerate(self.parts):
            mine = which // count == place
            found[:, mine] = part.ahead(month, which[mine] % count, member[mine], generator)
        return found


def anchored(channel: Channel, error: float, path: Floats, values: Floats, first: int) -> Anchored:
    """A simulator's paths [T, 1 + H, m] beside the data [T] of a series with a size; see `Offsets`."""
    return _every(even_scales(channel), error, path, values, first, settings(alone=False))


def alone(channel: Channel, error: float, values: Floats, first: int, horizon: int) -> Anchored:
    """The same learning of level, memory and errors without any simulator: what this does not reach, a simulator has added."""
    return _every(even_scales(channel), error, np.zeros((len(values), 1 + horizon, 1)), values, first, settings(alone=True))


def _every(scales: Sequence[Even], error: float, path: Floats, values: Floats, first: int, given: Settings) -> Anchored:
    stated = error if error > 0 else COUNTED
    return Anchored(tuple(Offsets(scale, stated, path, values, first, given) for scale in scales))

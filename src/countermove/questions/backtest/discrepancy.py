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
from countermove.questions.backtest.scales import StabilisingScale, scales_of
from countermove.world.channel import Channel

MOVEMENT = (0.0, 0.5, 1.0)  # how much of the simulator's level and movement is believed; the rest is the record's own mean
SPREAD = (0.0, 0.5, 1.0)  # how much of the distance of its paths from their mean
TRUST = (0.2, 0.3, 0.5)  # probabilities of these before any datum: a theory is believed until its record is against it
MEAN_MEMORY = (1.0, 0.9)  # weight of a datum in that mean, a month later: all of the record, or about its last ten months
OFFSET_MEMORY = (0.0, 0.5, 0.9, 1.0)  # what a month leaves of an offset
FRESH_SHARE = (0.0, 0.3, 0.7, 0.95)  # share of a month's error (variance) that does not last
PACE_CHANGE = (0.0, 0.2, 0.5)  # probability that the pace is doubled or halved from one month to the next
PACES, FASTEST = 11, 1.5  # sizes of errors, each double the one below; the largest, on the logarithm or logit
PACE_SD = 1.0  # standard deviation of the logarithm of the pace before any datum, around the stated error
PACE_RESET = 0.02  # probability that a month has a pace from the prior: what the record has shown may end
COUNT_ERROR = 0.3  # stated error of a count, whose channel states none
_TINY = 1e-12


class DiscrepancySettings(NamedTuple):
    """All combinations [J], and the logarithm of the probability of each before any datum."""

    prior: Floats
    movement: Floats
    spread: Floats
    keeps: Floats
    lasts: Floats
    fresh: Floats
    turns: Floats

    def of(self, which: NDArray[np.int64]) -> DiscrepancySettings:
        """Some of them, one for each of `which` [n]."""
        return DiscrepancySettings(*(axis[which] for axis in self))


def all_settings(*, alone: bool) -> DiscrepancySettings:
    """With the simulator, or with the record alone, of which nothing but the level's memory and errors is left."""
    none = (0.0,)
    axes = none if alone else MOVEMENT, none if alone else SPREAD, MEAN_MEMORY, OFFSET_MEMORY, FRESH_SHARE, PACE_CHANGE
    places = np.meshgrid(*(np.arange(len(axis)) for axis in axes), indexing="ij")
    movement, spread = np.log(TRUST)[places[0].ravel()], np.log(TRUST)[places[1].ravel()]
    return DiscrepancySettings(
        movement + spread, *(np.array(axis)[place.ravel()] for axis, place in zip(axes, places, strict=True))
    )


class Belief(NamedTuple):
    """After a month: offset [J], its variance in units of the pace's [J], probabilities of paces [J, G], log density of the past [J]."""

    offset: Floats
    variance: Floats
    paces: Floats
    score: Floats


class Predictive(NamedTuple):
    """From a month on, H months ahead: middle [H, J], variance by pace [H, J, G], probabilities of paces [H, J, G], variance of the level
    next month in units of the pace's [J]."""

    middle: Floats
    variance: Floats
    paces: Floats
    level_variance: Floats


@dataclass(frozen=True)
class DiscrepancyFilter:
    """One simulator beside one series on one scale.

    `path` [T, 1 + H, m]: from each month, what it says of that month and the H after it, given the data until then. `values` [T]: the data, nan
    where unknown. `error`: the stated error, on the logarithm or logit. `first`: the first month from which anything is forecast in earnest.
    """

    scale: StabilisingScale
    error: float
    path: Floats
    values: Floats
    first: int
    settings: DiscrepancySettings

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
    def _scaled(self) -> tuple[Floats, Floats, Floats]:
        """Data [T], paths [T, 1 + H, m], and the mean of the data so far [T, J]."""
        z = self.scale.of(self.values)
        found = np.zeros((len(z), len(self.settings.keeps)))
        whole, weight = np.zeros((2, len(self.settings.keeps)))
        for month, one in enumerate(z):
            if not np.isnan(one):
                whole, weight = self.settings.keeps * whole + one, self.settings.keeps * weight + 1
            found[month] = whole / np.maximum(weight, 1)
        return z, self.scale.of(self.path), found

    @cached_property
    def _simulated(self) -> tuple[Floats, Floats]:
        """Mean and variance of the paths [T, 1 + H]."""
        return self._scaled[1].mean(axis=-1), self._scaled[1].var(axis=-1)

    @cached_property
    def error_sizes(self) -> Floats:
        """Paces [G]: standard deviations of a month's error on this scale."""
        return self.unit * FASTEST * 2.0 ** -np.arange(PACES - 1, -1, -1, dtype=np.float64)

    @cached_property
    def prior(self) -> Floats:
        """Probabilities of paces before any datum [G]: around the stated error."""
        far = np.log(self.error_sizes / (self.unit * self.error)) / PACE_SD
        mass = np.exp(-0.5 * far * far)
        return mass / mass.sum()

    @cached_property
    def pace_transitions(self) -> Floats:
        """Probabilities of the next month's pace given this one's [J, G, G]."""
        turns = self.settings.turns
        found = np.zeros((len(turns), PACES, PACES))
        for g in range(PACES):
            found[:, g, g] += 1 - turns
            for other in (max(g - 1, 0), min(g + 1, PACES - 1)):
                found[:, g, other] += turns / 2
        return (1 - PACE_RESET) * found + PACE_RESET * self.prior

    def level_without_offset(self, month: int, ahead: int) -> Floats:
        """What stands without an offset [J]: the simulator's mean as far as it is believed, else that of the record."""
        believed = self.settings.movement
        return believed * self._simulated[0][month, ahead] + (1 - believed) * self._scaled[2][month]

    def _predict(self, month: int, now: Belief) -> Predictive:
        rows: list[tuple[Floats, Floats, Floats]] = []
        offset, loose, paces, first = now.offset, now.variance, now.paces, now.variance
        for h in range(1, self.horizon + 1):
            offset, loose = self.settings.lasts * offset, self.settings.lasts**2 * loose + 1 - self.settings.fresh
            first = loose if h == 1 else first
            paces = np.einsum("jg,jgk->jk", paces, self.pace_transitions)
            own = (loose + self.settings.fresh)[:, None] * np.square(self.error_sizes)
            spread = np.square(self.settings.spread) * self._simulated[1][month, h]
            rows.append((self.level_without_offset(month, h) + offset, own + spread[:, None], paces))
        middle, variance, chances = (np.stack([row[place] for row in rows]) for place in range(3))
        return Predictive(middle, variance, chances, first)

    def _density(self, said: Predictive, h: int, z: float) -> tuple[Floats, Floats]:
        """Log density of z, said h months before [J], and the probabilities of paces after it [J, G]."""
        variance = said.variance[h - 1]
        logs = -0.5 * (np.square(z - said.middle[h - 1])[:, None] / variance + np.log(2 * np.pi * variance))
        top = logs.max(axis=1, keepdims=True)
        mass = said.paces[h - 1] * np.exp(logs - top)
        whole = mass.sum(axis=1, keepdims=True)
        return np.log(whole[:, 0]) + top[:, 0], mass / whole

    def _learn(self, month: int, said: dict[int, Predictive], now: Belief) -> Belief:
        """After the month's datum, if there is one."""
        z, anchor = float(self._scaled[0][month]), self.level_without_offset(month, 0)
        before = said.get(month - 1)
        if before is None:
            return now if np.isnan(z) else now._replace(offset=z - anchor, variance=self.settings.fresh)
        if np.isnan(z):
            return now._replace(offset=before.middle[0] - anchor, variance=before.level_variance, paces=before.paces[0])
        shown = [self._density(said[month - h], h, z) for h in range(1, self.horizon + 1) if month - h in said]
        gain = before.level_variance / np.maximum(before.level_variance + self.settings.fresh, _TINY)
        level = before.middle[0] + gain * (z - before.middle[0])
        slope = float(self.scale.log_slope(np.array(self.values[month])))
        # a month that was foretold six times, from as many origins, is more than one datum and fewer than six: it counts as their root
        score = np.sqrt(len(shown)) * (np.mean([density for density, _ in shown], axis=0) + slope)
        return Belief(level - anchor, (1 - gain) * before.level_variance, shown[0][1], now.score + score)

    @cached_property
    def beliefs(self) -> tuple[Belief, ...]:
        """After each month [T], of what was known by then."""
        count = len(self.settings.lasts)
        now = Belief(np.zeros(count), np.zeros(count), np.tile(self.prior, (count, 1)), self.settings.prior)
        said: dict[int, Predictive] = {}
        found: list[Belief] = []
        begun = False
        for month in range(len(self.values)):
            now = self._learn(month, said, now)
            begun = begun or not np.isnan(self.values[month])
            if begun:
                said[month] = self._predict(month, now)
            found.append(now)
        return tuple(found)

    def ahead(self, month: int, setting: NDArray[np.int64], member: NDArray[np.int64], generator: np.random.Generator) -> Floats:
        """Data [H, n] of the months after `month`, from a setting and a path of the simulator for each."""
        now, given = self.beliefs[month], self.settings.of(setting)
        count = len(setting)
        pace = _draw_places(now.paces[setting], generator.random(count))
        level = now.offset[setting] + np.sqrt(now.variance[setting]) * self.error_sizes[pace] * generator.standard_normal(count)
        mean, paths = self._simulated[0][month], self._scaled[1][month]
        out = np.empty((self.horizon, count))
        for h in range(1, self.horizon + 1):
            pace = _draw_places(self.pace_transitions[setting, pace], generator.random(count))
            lasting, fresh = self.error_sizes[pace] * np.stack([np.sqrt(1 - given.fresh), np.sqrt(given.fresh)])
            level = given.lasts * level + lasting * generator.standard_normal(count)
            away = given.spread * (paths[h, member] - mean[h])
            out[h - 1] = self.level_without_offset(month, h)[setting] + away + level + fresh * generator.standard_normal(count)
        return self.scale.back(out)


def _draw_places(chances: Floats, u: Floats) -> NDArray[np.int64]:
    """One of G for each row of probabilities [n, G], by uniforms [n]."""
    up_to = chances.cumsum(axis=1)
    return np.minimum((up_to < (u * up_to[:, -1])[:, None]).sum(axis=1), chances.shape[1] - 1)


@dataclass(frozen=True)
class DiscrepancyMixture:
    """A simulator beside a series, on every scale that it may be even on."""

    parts: tuple[DiscrepancyFilter, ...]

    def weights(self, month: int) -> Floats:
        """Of all settings on all scales, one after the other, by the record up to the month."""
        logs = np.concatenate([part.beliefs[month].score for part in self.parts])
        mass = np.exp(logs - logs.max())
        return mass / mass.sum()

    def believed(self, month: int) -> float:
        """How much of the simulator's movement is believed after the month, from 0 to 1."""
        return float(self.weights(month) @ np.concatenate([part.settings.movement for part in self.parts]))

    def ahead(self, month: int, size: int, generator: np.random.Generator) -> Floats:
        """`size` members [H, size] of what comes after the month, given what is known by then."""
        up_to: Floats = self.weights(month).cumsum()
        places: Floats = (np.arange(size, dtype=np.float64) + generator.random()) / size * up_to[-1]
        which = np.minimum(np.searchsorted(up_to, places, side="right"), len(up_to) - 1)
        paths = self.parts[0].path.shape[-1]
        member = generator.permutation(size) % paths
        found = np.empty((self.parts[0].horizon, size))
        count = len(self.parts[0].settings.lasts)
        for place, part in enumerate(self.parts):
            mine = which // count == place
            found[:, mine] = part.ahead(month, which[mine] % count, member[mine], generator)
        return found


def discrepancy_of(channel: Channel, error: float, path: Floats, values: Floats, first: int) -> DiscrepancyMixture:
    """A simulator's paths [T, 1 + H, m] beside the data [T] of a series with a size; see `Offsets`."""
    return _on_every_scale(scales_of(channel), error, path, values, first, all_settings(alone=False))


def record_alone(channel: Channel, error: float, values: Floats, first: int, horizon: int) -> DiscrepancyMixture:
    """The same learning of level, memory and errors without any simulator: what this does not reach, a simulator has added."""
    return _on_every_scale(
        scales_of(channel), error, np.zeros((len(values), 1 + horizon, 1)), values, first, all_settings(alone=True)
    )


def _on_every_scale(
    scales: Sequence[StabilisingScale], error: float, path: Floats, values: Floats, first: int, given: DiscrepancySettings
) -> DiscrepancyMixture:
    stated = error if error > 0 else COUNT_ERROR
    return DiscrepancyMixture(tuple(DiscrepancyFilter(scale, stated, path, values, first, given) for scale in scales))

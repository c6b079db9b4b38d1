"""Break-even values: where in a parameter's range the better of two strategies changes.

Over draws, the expected difference of two strategies given one parameter, m(x) = E[d | x], is estimated by local-linear regression (Fan &
Gijbels 1996) in the rank of x among the draws, so that neither the parameter's units nor a long tail matter. The bandwidth is half of what
cross-validation would choose: a little more noise, and so little bias that the intervals hold what they should (undersmoothing, Hall 1992).
A **flip** is told only where m is above 0 at one place and below it at another, both beyond a band that holds the whole of m with 95% probability
(the bootstrap's greatest standardised deviation): of parameters under which nothing flips, one in twenty at most is said to flip.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from countermove.decision.boxes import Column
from countermove.errors import DecisionError
from countermove.rng.seeds import stream_of
from countermove.world.words import figure, percent

Floats = NDArray[np.float64]
Kind = Literal["flips", "does not flip", "cannot tell"]
FEWEST = 50
"""Draws of equal weight in which a curve can be seen."""
_VALUES = 10
_LUMP = 0.2


@dataclass(frozen=True)
class Smoothing:
    """Bins of equal mass that the draws are gathered in first, candidate bandwidths (in ranks, 0 to 1), folds, resamples, seed, level."""

    bins: int = 100
    bandwidths: tuple[float, ...] = (0.06, 0.1, 0.16, 0.24, 0.36)
    folds: int = 10
    resamples: int = 500
    seed: int = 0
    level: float = 0.95

    def __post_init__(self) -> None:
        """Raise DecisionError for a setting without meaning."""
        whole = self.bins >= _VALUES and self.folds >= 2 and self.resamples >= 50 and self.seed >= 0
        if not (whole and self.bandwidths and min(self.bandwidths) > 0 and 0 < self.level < 1):
            raise DecisionError(f"{self} cannot be followed", next="Write 10 bins, 2 folds and 50 resamples or more")


SMOOTHING = Smoothing()


@dataclass(frozen=True)
class Crossing:
    """A value of the parameter at which the expected difference is 0, and its interval: where the band at each place holds 0.

    `rises`: the first strategy is ahead above the value, and behind below it.
    """

    value: float
    low: float
    high: float
    rises: bool


@dataclass(frozen=True)
class BreakEven:
    """The break-even values of one parameter, rising, or how near it comes to one.

    `nearest` is the value within the draws' range at which the expected difference is closest to 0, `difference` the difference there (points),
    `low` and `high` its interval at that place. `curve` [3, bins] is the parameter's value, the expected difference, and its standard error.
    `bandwidth` is in ranks.
    """

    json_keys: ClassVar[str] = "parameter unit kind crossings nearest sentence"
    parameter: str
    unit: str
    kind: Kind
    crossings: tuple[Crossing, ...]
    nearest: float
    difference: float
    low: float
    high: float
    curve: Floats
    bandwidth: float
    sentence: str


@dataclass(frozen=True)
class _Gathered:
    """Draws in bins of rank: each draw's bin [D], and each bin's mean rank and mean value [B]."""

    bins: NDArray[np.intp]
    rank: Floats
    value: Floats


def _gather(x: Floats, weight: Floats, most: int) -> _Gathered:
    distinct, place = np.unique(x, return_inverse=True)
    mass = np.bincount(place, weights=weight)
    mass = mass / mass.sum()
    rank = np.cumsum(mass) - mass / 2
    group = np.unique(np.minimum((rank * most).astype(np.intp), most - 1), return_inverse=True)[1]
    held = np.bincount(group, weights=mass)
    ranks, values = (np.bincount(group, weights=mass * each) / held for each in (rank, distinct))
    return _Gathered(group[place], ranks, values)


def _sums(gathered: _Gathered, values: Floats) -> Floats:
    """Sums by bin [B] of a value per draw [D]."""
    return np.bincount(gathered.bins, weights=values, minlength=len(gathered.rank)).astype(np.float64)


def _smooth(rank: Floats, mass: Floats, total: Floats, bandwidth: float) -> Floats:
    """Local-linear fit [..., B] at the ranks of bins [B] with mass [..., B] and sum of mass x difference [..., B]; Gaussian weights."""
    apart = rank - rank[:, None]
    kernel = np.exp(-0.5 * np.square(apart / bandwidth))
    # einsum, not @: the bits of a threaded product may depend on the number of threads
    s0, s1, s2 = (np.einsum("...b,ab->...a", mass, kernel * apart**power) for power in (0, 1, 2))
    t0, t1 = (np.einsum("...b,ab->...a", total, kernel * apart**power) for power in (0, 1))
    return (s2 * t0 - s1 * t1) / (s2 * s0 - s1**2)


def _bandwidth(gathered: _Gathered, d: Floats, weight: Floats, how: Smoothing) -> float:
    """Half the bandwidth with the least squared error on draws left out, fold by fold; no narrower than the widest gap between bins."""
    gap = float(np.diff(gathered.rank).max())
    wide = [bandwidth for bandwidth in how.bandwidths if bandwidth >= gap] or [gap]
    generator = stream_of(how.seed, 0)
    fold = generator.permutation(len(d)) % how.folds
    seen = [fold != number for number in range(how.folds)]
    mass = np.stack([_sums(gathered, weight * kept) for kept in seen])
    total = np.stack([_sums(gathered, weight * d * kept) for kept in seen])
    loss = np.empty(len(wide))
    for h, bandwidth in enumerate(wide):
        fit = _smooth(gathered.rank, mass, total, bandwidth)
        loss[h] = (weight * np.square(d - fit[fold, gathered.bins])).sum()
    return max(gap, wide[int(np.argmin(loss))] / 2)


def _resampled(gathered: _Gathered, d: Floats, weight: Floats, bandwidth: float, how: Smoothing) -> Floats:
    """The fit [R, B] of resamples of the draws."""
    generator = stream_of(how.seed, 1)
    mass, total = np.empty((2, how.resamples, len(gathered.rank)))
    for number in range(how.resamples):
        times = weight * np.bincount(generator.integers(len(d), size=len(d)), minlength=len(d))
        mass[number], total[number] = _sums(gathered, times), _sums(gathered, times * d)
    return _smooth(gathered.rank, mass, total, bandwidth)


def _zero(value: Floats, line: Floats, left: int) -> float:
    """Where a line that changes sign between places `left` and `left + 1` is 0."""
    share = line[left] / (line[left] - line[left + 1])
    return float(value[left] + share * (value[left + 1] - value[left]))


def _crossings(value: Floats, fit: Floats, low: Floats, high: Floats, sure: NDArray[np.intp]) -> Iterator[Crossing]:
    """Between neighbouring places whose sign is sure [B] and opposite: the middle zero of the fit, and the stretch that may hold it."""
    known = np.flatnonzero(sure)
    for before, after in pairwise(map(int, known)):
        if sure[before] == sure[after]:
            continue
        rises = bool(sure[after] > 0)
        first, last = (high, low) if rises else (low, high)
        turn = -1.0 if rises else 1.0
        stretch = np.arange(before, after)
        zeros = stretch[(turn * fit[stretch] > 0) & (turn * fit[stretch + 1] <= 0)]
        start = stretch[turn * first[stretch + 1] <= 0][0]
        end = stretch[turn * last[stretch] > 0][-1]
        at = _zero(value, fit, int(zeros[len(zeros) // 2]))
        yield Crossing(at, _zero(value, first, int(start)), _zero(value, last, int(end)), rises)


def break_even(
    x: np.ndarray,
    d: np.ndarray,
    parameter: Column,
    strategies: tuple[str, str],
    weight: np.ndarray | None = None,
    how: Smoothing = SMOOTHING,
) -> BreakEven:
    """The values of a parameter at which two strategies are worth the same in expectation.

    Args:
        x: the parameter in each draw [D], in its own unit.
        d: points of the first strategy less those of the second in each draw [D], the mean over luck.
        parameter: its name and unit.
        strategies: what a sentence calls the two.
        weight: of the draws [D]; None for equal ones.
        how: bins, bandwidths, resamples, seed, level.

    Returns:
        "flips" with its crossings; "does not flip" where the band of the whole curve keeps one sign over the draws' range; else "cannot
        tell". The intervals are those of the smooth curve: a turn sharper than the bandwidth is blunted.

    Raises:
        DecisionError: shapes that do not fit, numbers that are not finite, weights without meaning, fewer than 50 draws or 10 distinct values,
            a value that a fifth of the draws share, strategies that are equal in every draw.
    """
    values, points, mass = _checked(x, d, parameter, weight)
    gathered = _gather(values, mass, min(how.bins, len(values) // 5))
    bandwidth = _bandwidth(gathered, points, mass, how)
    fit = _smooth(gathered.rank, _sums(gathered, mass), _sums(gathered, mass * points), bandwidth)
    apart = _resampled(gathered, points, mass, bandwidth, how) - fit
    se = np.maximum(apart.std(axis=0, ddof=1), 1e-12 * np.abs(points).max())
    here = float(stats.norm.ppf(0.5 + how.level / 2))
    everywhere = max(here, float(np.quantile(np.abs(apart / se).max(axis=1), how.level)))
    sure = np.where(np.abs(fit) > everywhere * se, np.sign(fit), 0).astype(np.intp)
    crossings = tuple(_crossings(gathered.value, fit, fit - here * se, fit + here * se, sure))
    kind: Kind = "does not flip" if sure.all() else "cannot tell"
    if crossings:
        kind = "flips"
    near = int(np.argmin(np.abs(fit)))
    bare = BreakEven(
        parameter=parameter.name,
        unit=parameter.unit,
        kind=kind,
        crossings=crossings,
        nearest=float(gathered.value[near]),
        difference=float(fit[near]),
        low=float(fit[near] - here * se[near]),
        high=float(fit[near] + here * se[near]),
        curve=np.stack([gathered.value, fit, se]),
        bandwidth=bandwidth,
        sentence="",
    )
    return replace(bare, sentence=_told(bare, parameter.called, strategies))


def _checked(x: np.ndarray, d: np.ndarray, parameter: Column, weight: np.ndarray | None) -> tuple[Floats, Floats, Floats]:
    values, points = np.asarray(x, np.float64), np.asarray(d, np.float64)
    mass = np.ones(values.shape) if weight is None else np.asarray(weight, np.float64)
    if values.ndim != 1 or values.shape != points.shape or values.shape != mass.shape:
        raise DecisionError(f"{values.shape} values, {points.shape} differences and {mass.shape} weights", where=parameter.name)
    if not (np.isfinite(mass).all() and (mass >= 0).all() and mass.sum() > 0):
        raise DecisionError("a weight is not a number from 0 up, or all weights are zero", where=parameter.name)
    if not (np.isfinite(values).all() and np.isfinite(points).all()):
        raise DecisionError("a value or a difference is not finite", where=parameter.name)
    values, points, mass = (each[mass > 0] for each in (values, points, mass))
    mass = mass / mass.sum()
    worth = 1 / float(np.square(mass).sum())
    if worth < FEWEST * (1 - 1e-9):
        message = f"the draws are worth {worth:.0f} of equal weight, too few to see a curve in"
        raise DecisionError(message, where=parameter.name, next=f"{FEWEST} suffice")
    distinct, place = np.unique(values, return_inverse=True)
    if len(distinct) < _VALUES or np.bincount(place, weights=mass).max() > _LUMP:
        message = f"it takes fewer than {_VALUES} values, or one of them in more than {percent(_LUMP)} of the draws"
        raise DecisionError(message, where=parameter.name)
    if not points.any():
        raise DecisionError("the two strategies are equal in every draw", where=parameter.name)
    return values, points, mass


def _told(found: BreakEven, number: str, strategies: tuple[str, str]) -> str:
    first, second = strategies
    unit = f" {found.unit}" if found.unit else ""
    if found.kind == "flips" and len(found.crossings) == 1:
        one = found.crossings[0]
        side, other = ("above", "below") if one.rises else ("below", "above")
        text = f"{first} is ahead of {second} where {number} is {side} {figure(one.value)}{unit} and behind {other} it"
        return f"{text} (interval {figure(one.low)} to {figure(one.high)})."
    if found.kind == "flips":
        places = ", ".join(f"{figure(one.value)} ({figure(one.low)} to {figure(one.high)})" for one in found.crossings)
        ahead = second if found.crossings[0].rises else first
        text = f"The order of {first} and {second} changes with {number} at {places}{unit}"
        return f"{text}; below the first of these {ahead} is ahead."
    ahead, behind = (first, second) if found.difference > 0 else (second, first)
    size = abs(found.difference)
    low, high = sorted((found.low, found.high)) if found.difference > 0 else sorted((-found.low, -found.high))
    near = f"{figure(size)} points ({figure(low)} to {figure(high)}) at {figure(found.nearest)}{unit}"
    if found.kind == "does not flip":
        return f"No value of {number} within its prior changes the order: {ahead} stays ahead of {behind}, at the least by {near}."
    return f"Whether {number} changes the order of {first} and {second} cannot be told; nearest, {ahead} is ahead by {near}."

"""Which inputs move an outcome: first-order, total and Shapley effects, as shares of its variance.

The **first-order** effect of an input is the share of the variance that knowing it alone would remove, Var(E[y | x_i]) / Var(y); the **total**
effect is the share that would be left if all others were known, E[Var(y | x_-i)] / Var(y) (Sobol' 1993; Homma & Saltelli 1996). The **Shapley**
effect divides each interaction equally among the inputs in it and so adds up to 1 (Owen 2014; Song, Nelson & Staum 2016). Two roads: a callable that
is asked at chosen points, and draws that are there already. Inputs are independent throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial, isfinite

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from countermove.decision.monte_carlo_error import error_of, residuals
from countermove.errors import DecisionError
from countermove.rng.quasi import SCRAMBLES, points
from countermove.rng.seeds import stream_of
from countermove.world.certainty import WIDEST
from countermove.world.words import percent

Floats = NDArray[np.float64]
Outcome = Callable[[Floats], np.ndarray]
MOST_GROUPS = 10
FEWEST = 20
"""Draws of equal weight from which effects can be told from chance."""
_BOOTSTRAP = 2  # stream of the resampling


@dataclass(frozen=True)
class Design:
    """How many points of each scramble to start from (a power of 2 is best), the seed, and the level of the intervals."""

    size: int = 256
    seed: int = 0
    level: float = 0.95

    def __post_init__(self) -> None:
        """Raise DecisionError for a setting without meaning."""
        if not (self.size >= 2 and self.seed >= 0 and 0 < self.level < 1):
            raise DecisionError(
                f"{self} cannot be followed", next="Write 2 points or more, a seed from 0 up, a level between 0 and 1"
            )


DESIGN = Design()


@dataclass(frozen=True)
class Share:
    """A share of the outcome's variance and its interval. An estimate, so it may lie a little below 0 or above 1."""

    value: float
    low: float
    high: float

    @property
    def held(self) -> tuple[float, float, float]:
        """The share, and the ends of its interval, within 0 to 1."""
        value, low, high = (min(max(one, 0.0), 1.0) for one in (self.value, self.low, self.high))
        return value, low, high

    @property
    def told(self) -> bool:
        """Whether it says anything: its interval leaves no more than half of the scale open."""
        _, low, high = self.held
        return isfinite(self.value) and high - low <= WIDEST

    @property
    def text(self) -> str:
        """With its 95% interval, within what a share can be; nothing is told of one that may be anything."""
        value, low, high = self.held
        return f"{percent(value)} ({percent(low)} to {percent(high)})" if self.told else "cannot tell"


@dataclass(frozen=True)
class Effect:
    """What one input, or group of inputs, does. `total` and `shapley` are None where the road taken does not tell them."""

    name: str
    first: Share
    total: Share | None = None
    shapley: Share | None = None


def _grouped(groups: Mapping[str, Sequence[int]]) -> tuple[tuple[str, ...], list[NDArray[np.intp]], int]:
    """Names, columns of each group, and the number of columns; raises DecisionError unless the groups part the columns 0, 1, ..."""
    columns = [np.asarray(places, np.intp) for places in groups.values()]
    every = np.sort(np.concatenate(columns)) if columns else np.empty(0, np.intp)
    if not columns or any(not places.size for places in columns) or not np.array_equal(every, np.arange(len(every))):
        raise DecisionError(
            "the groups do not part the columns 0, 1, ... among them", next="Put each column into exactly one group"
        )
    return tuple(groups), columns, len(every)


def _asked(outcome: Outcome, designs: Sequence[Floats]) -> Floats:
    """The outcome at the points of every design [designs, N], asked for at once: what it costs to begin is paid once."""
    x = np.concatenate(designs)
    y = np.asarray(outcome(x), np.float64)
    if y.shape != (len(x),):
        raise DecisionError(f"the outcome has the shape {y.shape} for {len(x)} points", next="Give one number per point")
    return y.reshape(len(designs), -1)


def _varying(y: Floats) -> Floats:
    """The outcome less its mean; raises DecisionError where it is not finite, or constant."""
    if not np.isfinite(y).all():
        raise DecisionError(f"the outcome is not finite at {(~np.isfinite(y)).sum()} of {y.size} points")
    if np.ptp(y) <= 1e-12 * np.abs(y).max():
        raise DecisionError("the outcome is the same everywhere, so no input moves it")
    return y - y.mean()


def _shares(parts: Floats, variance: Floats, level: float) -> list[Share]:
    """Ratios of sums over scrambles [..., 16], with Student intervals: the scrambles are independent."""
    value, left = residuals(parts, variance)
    reach = stats.t.ppf(0.5 + level / 2, SCRAMBLES - 1) * error_of(left, variance)
    return [Share(float(v), float(v - r), float(v + r)) for v, r in zip(value, reach, strict=True)]


def _parts(count: int) -> tuple[Floats, Floats, Floats]:
    """First-order, total and Shapley effect of each group [K, 2^K] as weights of the total variances of all subsets (bit k: group k)."""
    subsets = np.arange(1 << count)
    size = np.array([int(subset).bit_count() for subset in subsets])
    first, total, shapley = np.zeros((3, count, len(subsets)))
    for k in range(count):
        inside = (subsets >> k) & 1 == 1
        first[k, -1], first[k, ~inside & (size == count - 1)] = 1, -1
        total[k, 1 << k] = 1
        for subset in subsets[~inside]:
            order = factorial(size[subset]) * factorial(count - size[subset] - 1) / factorial(count)
            shapley[k, subset | 1 << k] += order
            shapley[k, subset] -= order
    return first, total, shapley


def shapley_effects(outcome: Outcome, groups: Mapping[str, Sequence[int]], design: Design = DESIGN) -> tuple[Effect, ...]:
    """Shapley effects, exact over all subsets of K groups, with first-order and total effects beside them: 16 x size x 2^K points.

    f is asked at every mixture h_v of two points a and b, v saying which groups come from b. The total variance of a set u of groups is
    T_u = mean (h_v - h_(v xor u))^2 / 2 over points and v (Jansen 1999; every pair of mixtures serves); it is the cost of the Shapley
    value (Song, Nelson & Staum 2016, SIAM/ASA Journal on Uncertainty Quantification 4). T of all groups is the variance, so that the effects
    add up to 1 exactly.

    Args:
        outcome: x [N, columns] in (0, 1) -> y [N]. It must be a function of x: where luck moves it too, keep the luck the same at all points,
            or let a column of x decide it.
        groups: name -> its columns of x.
        design: size, seed, level; 16 x size x 2^K points for K groups.

    Raises:
        DecisionError: more than 10 groups; groups that do not part the columns; an outcome that is constant, not finite, or of another shape.
    """
    names, columns, width = _grouped(groups)
    if len(names) > MOST_GROUPS:
        raise DecisionError(
            f"{len(names)} groups have {2 ** len(names):,} subsets", next=f"Put the inputs into {MOST_GROUPS} groups or fewer"
        )
    u = points(design.seed, SCRAMBLES * design.size, 2 * width)
    designs: list[Floats] = []
    for subset in range(1 << len(names)):
        x = u[:, :width].copy()
        for k, places in enumerate(columns):
            if subset >> k & 1:
                x[:, places] = u[:, width + places]
        designs.append(x)
    y = _varying(_asked(outcome, designs))
    every = np.arange(len(y))
    totals = np.stack([np.square(y - y[every ^ subset]).sum(axis=0) for subset in every])
    totals = totals.reshape(len(y), design.size, SCRAMBLES).sum(axis=1) / (2 * len(y))
    first, total, shapley = (_shares(np.einsum("ks,sc->kc", part, totals), totals[-1], design.level) for part in _parts(len(names)))
    return tuple(Effect(*one) for one in zip(names, first, total, shapley, strict=True))


@dataclass(frozen=True)
class Given:
    """How to read effects off draws that are there: the most bins (None: the root of the number of draws, 64 at most), resamples, seed, level."""

    bins: int | None = None
    resamples: int = 200
    seed: int = 0
    level: float = 0.95

    def __post_init__(self) -> None:
        """Raise DecisionError for a setting without meaning."""
        if not ((self.bins is None or self.bins >= 2) and self.resamples >= 10 and self.seed >= 0 and 0 < self.level < 1):
            raise DecisionError(
                f"{self} cannot be followed", next="Write 2 bins or more, 10 resamples or more, a level between 0 and 1"
            )


GIVEN = Given()


def _bin(values: Floats, weight: Floats, most: int) -> NDArray[np.intp]:
    """The bin of each draw [D]: its own for each distinct value where they are few, else of equal mass, ties together."""
    distinct, place = np.unique(values, return_inverse=True)
    if len(distinct) <= most:
        return place
    mass = np.bincount(place, weights=weight)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    return np.unique(np.minimum((middle * most).astype(np.intp), most - 1)[place], return_inverse=True)[1]


def _between(bins: NDArray[np.intp], y: Floats, weight: Floats) -> float:
    """Share of the variance between bins, freed of what chance alone puts there."""
    mass = np.bincount(bins, weights=weight)
    kept = mass > 0
    mean = np.bincount(bins, weights=weight * y)[kept] / mass[kept]
    square = np.bincount(bins, weights=weight**2)[kept]
    apart = np.zeros(len(mass))
    apart[kept] = mean
    inner = np.bincount(bins, weights=weight**2 * np.square(y - apart[bins]))[kept]
    mass = mass[kept]
    count = mass**2 / square
    noise = np.where(count > 1 + 1e-9, inner / mass**2 * count / np.maximum(count - 1, 1e-9), 0.0)
    whole = mass.sum()
    centre = (mass * mean).sum() / whole
    shares = mass / whole
    spread = (shares * np.square(mean - centre)).sum() - (shares * (1 - shares) * noise).sum()
    variance = (weight * np.square(y - centre)).sum() / whole
    return float(spread / variance) if variance > 0 else 0.0  # a resample may miss the few draws that differ


def first_effects(
    x: np.ndarray, y: np.ndarray, names: Sequence[str], weight: np.ndarray | None = None, how: Given = GIVEN
) -> tuple[Effect, ...]:
    """First-order effects from draws that are there, whatever design they came from.

    The variance between the means of bins of equal mass, less what chance alone puts between them: sum_b p_b (m_b - m)^2 - sum_b p_b (1 - p_b) s_b^2,
    s_b^2 the estimated variance of the bin's mean, over the variance of y (a correlation ratio with Kelley's correction, per bin and for
    weights). What varies within a bin is missed: about 1 / bins^2 of a linear effect. Interval: the estimate plus or minus the normal quantile
    times the spread of bootstrap estimates (draws resampled, bins as they are); too wide for effects near 0.

    Args:
        x: inputs [D, K]; labels as numbers.
        y: outcome [D], its mean over luck.
        names: of the inputs [K].
        weight: of the draws [D]; None for equal ones.
        how: bins, resamples, seed, level.

    Raises:
        DecisionError: shapes that do not fit, numbers that are not finite, weights without meaning, a constant outcome, too few draws.
    """
    inputs, outcome = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if inputs.ndim != 2 or inputs.shape != (outcome.size, len(names)) or outcome.ndim != 1 or not names:
        raise DecisionError(f"inputs {inputs.shape} and an outcome {outcome.shape} for {len(names)} names")
    mass = np.ones(len(outcome)) if weight is None else np.asarray(weight, np.float64)
    if mass.shape != outcome.shape or not (np.isfinite(mass).all() and (mass >= 0).all() and mass.sum() > 0):
        raise DecisionError("a weight is missing or not a number from 0 up, or all weights are zero")
    lost = [name for name, column in zip(names, inputs.T, strict=True) if not np.isfinite(column).all()]
    if lost:
        raise DecisionError(f"{', '.join(lost)} is not finite in some draw")
    used = mass > 0
    worth = float(mass.sum() ** 2 / np.square(mass).sum())
    if worth < FEWEST * (1 - 1e-9):
        message = f"the draws are worth {worth:.0f} of equal weight, too few to tell effects from chance"
        raise DecisionError(message, next=f"{FEWEST} suffice")
    inputs, outcome, mass = inputs[used], _varying(outcome[used]), mass[used]
    most = min(64, int(np.sqrt(len(outcome)))) if how.bins is None else min(how.bins, len(outcome) // 2)
    bins = [_bin(column, mass, most) for column in inputs.T]
    generator = stream_of(how.seed, _BOOTSTRAP)
    again = np.empty((how.resamples, len(names)))
    for number in range(how.resamples):
        times = np.bincount(generator.integers(len(outcome), size=len(outcome)), minlength=len(outcome))
        again[number] = [_between(place, outcome, mass * times) for place in bins]
    reach = stats.norm.ppf(0.5 + how.level / 2) * again.std(axis=0, ddof=1)
    between = [_between(place, outcome, mass) for place in bins]
    return tuple(Effect(name, Share(v, float(v - r), float(v + r))) for name, v, r in zip(names, between, reach, strict=True))

"""How much of this is opinion: the variance of the difference between two strategies over runs, as shares of judgement, record and luck.

With m(t, z) the mean over luck of the difference under theory t and inputs z, and s² its variance over luck within a draw:

    variance over runs = E[s²] + Var(m),        estimated by the mean of s² and by Var(means of L lucks) - E[s²] / L

The first part is luck (whatever chance does, alone or with the inputs). Var(m) is divided between two groups of inputs, J (judgement) and R
(record), one of which holds the theory, by Shapley effects (Owen 2014; Song, Nelson & Staum 2016): with c(G) = Var(E[m | G]), J has
(Var(m) + c(J) - c(R)) / 2, and R the rest. So what neither group explains alone (J with R) is halved, the three shares add up to 1, and
inputs may depend on each other, as they do under posterior weights. c(G) is a regression on the group's columns, one theory by one where
the group holds the theory (its effect, alone and with the columns, is exact) and on the mean over theories where it does not: powers of
each column up to `order`, no products of columns. What the powers miss is within Var(m), hence halved too; `unexplained` says how much it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from countermove.decision.robust import distribution
from countermove.errors import DecisionError
from countermove.rng.seeds import stream_of
from countermove.world.certainty import WIDEST
from countermove.world.words import percent

Group = Literal["judgement", "record"]
INTERVAL = (0.05, 0.95)
"""Of the bootstrap: the range holds 90%."""
ROWS_PER_TERM = 3
"""How many effective draws a term of the regression needs at least."""
ROUNDING = 1e-9
"""A difference that varies less than this share of itself is the same in every run, as far as sums of floats can tell."""


def needed(inputs: int, order: int = 2) -> int:
    """How many draws of equal weight a regression on so many inputs needs."""
    return ROWS_PER_TERM * (1 + order * inputs)


@dataclass(frozen=True)
class Inputs:
    """What the draws are made of: columns `z` [D, K] on any scale (standard normal, uniform), and the group of each column.

    `theory` is the group of the choice of theory: judgement where the theories' weights are priors, record where a record gave them.
    """

    names: tuple[str, ...]
    z: np.ndarray
    groups: tuple[Group, ...]
    theory: Group

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if self.z.ndim != 2 or not self.z.shape[1] == len(self.names) == len(self.groups):
            raise DecisionError(f"{len(self.names)} names and {len(self.groups)} groups for inputs of the shape {self.z.shape}")
        if not np.isfinite(self.z).all():
            raise DecisionError("an input is not finite")
        wrong = {group for group in (*self.groups, self.theory) if group not in ("judgement", "record")}
        if wrong:
            raise DecisionError(
                f"a group {', '.join(sorted(wrong))}", next="The groups are judgement and record; luck is not an input"
            )


@dataclass(frozen=True)
class VarianceShare:
    """A share of the variance, and its 90% range over draws drawn anew. It may be a little below 0: nothing is cut off."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Opinion:
    """Shares of `variance` (points²): judgement, record and luck add up to 1.

    Beside them: `together`, what judgement and record explain only jointly (within the first two, half each); `unexplained`, the part of
    `together` that a regression on all columns misses too; `theory`, what the choice of theory explains alone (within its group).
    """

    judgement: VarianceShare
    record: VarianceShare
    luck: VarianceShare
    together: VarianceShare
    unexplained: VarianceShare
    theory: VarianceShare
    variance: float
    order: int
    sentence: str


def _columns(z: np.ndarray, weight: np.ndarray, order: int) -> np.ndarray:
    """A column of ones, and powers of each input (Hermite's, so that they are nearly orthogonal) [D, 1 + order K]."""
    centred = z - weight @ z
    scale = np.sqrt(weight @ centred**2)
    x = centred / np.where(scale > 0, scale, 1.0)
    return np.concatenate([np.ones((len(z), 1)), *(x, x**2 - 1, x**3 - 3 * x)[:order]], axis=1)


def _left_over(y: np.ndarray, x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The variance [T] of y [T, D] about its regression on x [D, P], free of the bias by which a fit passes too close to its own points.

    Weighted least squares; each squared residual is divided by what it is of the variance in expectation (as in HC2, MacKinnon & White
    1985), which holds for draws of any weight. A ridge of 1e-10 of a column's variance settles directions without spread.
    """
    weighted = x * weight[:, None]
    solved = np.linalg.inv(weighted.T @ x + 1e-10 * np.eye(x.shape[1]))
    row = x @ solved
    residual = y - (y @ weighted) @ row.T
    seen = 1 - 2 * (row * weighted).sum(axis=1) + ((row @ (weighted.T @ weighted)) * row).sum(axis=1)
    return (weight * residual**2 / np.maximum(seen, 1e-6)).sum(axis=1)


def _parts(
    difference: tuple[np.ndarray, np.ndarray, int], shares: np.ndarray, weight: np.ndarray, inputs: Inputs, order: int
) -> np.ndarray:
    """Luck, c(J), c(R), c(J and R), c(theory) and the variance of m, in points²; from means and variances over luck [T, D], and L."""
    kept = weight > 0
    weight = weight[kept] / weight[kept].sum()
    y, within = difference[0][:, kept], difference[1][:, kept]
    z, mine = inputs.z[kept], np.array([group == inputs.theory for group in inputs.groups], bool)
    luck = float(shares @ within @ weight)
    one = np.ones((len(weight), 1))
    by_theory = y @ weight
    alone = float(shares @ np.square(by_theory - shares @ by_theory))
    whole = alone + float(shares @ _left_over(y, one, weight))
    between = whole - luck / difference[2]
    mixed = (shares @ y)[None]
    holds = len(shares) > 1 or bool(mine.any())
    if holds and not mine.all():
        with_theory = whole - float(shares @ _left_over(y, _columns(z[:, mine], weight, order), weight))
        others = float((_left_over(mixed, one, weight) - _left_over(mixed, _columns(z[:, ~mine], weight, order), weight))[0])
    else:
        with_theory, others = (between, 0.0) if holds else (0.0, between)
    every = whole - float(shares @ _left_over(y, _columns(z, weight, order), weight))
    judgement, record = (with_theory, others) if inputs.theory == "judgement" else (others, with_theory)
    return np.array([luck, judgement, record, every, alone, between])


def _as_shares(parts: np.ndarray) -> np.ndarray:
    """Judgement, record, luck, together, unexplained and theory [6, ...] as shares of the whole."""
    luck, judgement, record, every, alone, between = parts
    half = (between - judgement - record) / 2
    return np.array([judgement + half, record + half, luck, 2 * half, between - every, alone]) / (between + luck)


def _drawn_anew(size: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    generator = stream_of(seed, size)
    for _ in range(resamples):
        yield np.bincount(generator.integers(size, size=size), minlength=size).astype(np.float64)


def opinion(
    difference: np.ndarray,
    shares: np.ndarray,
    weight: np.ndarray,
    inputs: Inputs,
    *,
    order: int = 2,
    resamples: int = 200,
    seed: int = 0,
) -> Opinion:
    """How much of the difference between two strategies is judgement, how much the record informs, and how much is luck.

    Args:
        difference: points of one strategy minus the other's, run by run [T, D, L].
        shares: weight of each theory [T]; sums to 1.
        weight: weight of each draw [D]; sums to 1.
        inputs: what the draws are made of, and which group each input belongs to.
        order: highest power of each column in the regression, 1 to 3.
        resamples: how often the draws are drawn anew (with their weights) for the ranges. Quasi-random draws are more even than that, so
            that the ranges are rather too wide.
        seed: of the drawing.

    Raises:
        DecisionError: one luck (it cannot be told from the rest), a difference that is not finite or the same in every run, no input, an
            input of one value, or too few draws for so many inputs.
    """
    checked = _checked(difference, shares, weight, inputs)
    if order not in (1, 2, 3) or resamples < 20:
        raise DecisionError(
            f"powers up to {order} and {resamples} resamples", next="Give powers up to 1, 2 or 3, and 20 resamples or more"
        )
    effective, least = 1 / float(np.square(weight / weight.sum()).sum()), needed(len(inputs.names), order)
    if effective < least * (1 - 1e-9):
        raise DecisionError(
            f"{effective:.0f} effective draws for a regression of {1 + order * len(inputs.names)} terms", next=f"{least} suffice"
        )
    held = np.asarray(shares, np.float64)[shares > 0]
    parts = _parts(checked, held / held.sum(), weight, inputs, order)
    found = _as_shares(parts)
    anew = [
        _as_shares(_parts(checked, held / held.sum(), weight * counts, inputs, order))
        for counts in _drawn_anew(len(weight), resamples, seed)
    ]
    low, high = np.quantile(anew, INTERVAL, axis=0)
    each = [VarianceShare(float(s), float(a), float(b)) for s, a, b in zip(found, low, high, strict=True)]
    return Opinion(*each, variance=float(parts[0] + parts[5]), order=order, sentence=_sentence(*each[:4]))


def _checked(difference: np.ndarray, shares: np.ndarray, weight: np.ndarray, inputs: Inputs) -> tuple[np.ndarray, np.ndarray, int]:
    """Means and variances over luck [T, D] under the theories that have weight, and the number of lucks."""
    if difference.ndim != 3 or 0 in difference.shape:
        raise DecisionError(f"a difference of the shape {difference.shape}", next="Theories, draws, lucks")
    theories, draws, lucks = difference.shape
    distribution(shares, theories, "theories")
    distribution(weight, draws, "draws")
    if lucks < 2:
        raise DecisionError("with one luck per draw nobody can tell luck from the rest", next="Run two lucks or more")
    if inputs.z.shape[0] != draws:
        raise DecisionError(f"inputs of {inputs.z.shape[0]} draws for {draws} draws")
    runs = np.asarray(difference, np.float64)[shares > 0]
    if not np.isfinite(runs).all():
        raise DecisionError("a difference is not finite", next="A measure that some runs do not have cannot be valued")
    used = weight > 0
    if np.ptp(runs[:, used]) <= ROUNDING * np.abs(runs[:, used]).max():
        raise DecisionError("the two strategies differ by the same in every run: there is no variance to divide")
    still = [name for name, column in zip(inputs.names, inputs.z[used].T, strict=True) if np.ptp(column) == 0]
    if still:
        raise DecisionError(f"{', '.join(still)} has the same value in every draw", next="Leave out what is certain")
    if not inputs.names and len(runs) == 1:
        raise DecisionError("one theory and no input: nothing to divide the variance between")
    return runs.mean(axis=2), runs.var(axis=2, ddof=1), lucks


def _sentence(judgement: VarianceShare, record: VarianceShare, luck: VarianceShare, together: VarianceShare) -> str:
    told = [_told(part, name) for name, part in (("judgement", judgement), ("what a record informs", record), ("luck", luck))]
    half = percent(min(max(together.share, 0.0), 1.0))
    opening = f"Of the variance of the difference over runs, {told[0]}, {told[1]} and {told[2]}"
    return f"{opening}; what judgement and record do only together, {half}, is counted half to each."


def _told(part: VarianceShare, name: str) -> str:
    """A share within 0 to 1 with its range; of one that may be nearly anything the range alone."""
    share, low, high = (min(max(one, 0.0), 1.0) for one in (part.share, part.low, part.high))
    if high - low > WIDEST:
        return f"anything from {percent(low)} to {percent(high)} is {name}"
    return f"{percent(share)} is {name} ({percent(low)} to {percent(high)})"

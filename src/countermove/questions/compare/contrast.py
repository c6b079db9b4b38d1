"""Differences of means between two sets of runs: their error, which of many are real, when they begin, and which draws make them.

Side A and side B are two runs of the program, or two strategies in one run; every difference is B - A.

- **Error.** Scramble k of both sides comes from the same randomisation where the seed is the same, so the pairs of scrambles' means are
  independent of one another, whatever draws and luck the two share: the error is that of the mean of their differences (Owen 1997), with
  Student's t on K - 1 degrees of freedom. Where seeds differ the errors of the two means add up, with Welch's degrees of freedom
  (Welch 1947).
- **Many differences.** Benjamini and Hochberg (1995): among the differences called significant at level a, at most a share a is expected to
  be chance; where nothing differs at all, the chance that anything is called significant is at most a. The bound is proved for tests that
  are independent or positively dependent, as measures of one run mostly are.
- **Which draws.** Share of the variance of the difference by draw that the thirds of a parameter explain (eta squared), against the largest
  share that any parameter reaches when the draws are shuffled (Westfall and Young 1993): 5% of such tables name a parameter by chance.
  Then the same of what is left, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from countermove.decision.monte_carlo_error import Scrambles, Sums, error_of, residuals
from countermove.errors import DecisionError
from countermove.rng.quasi import SCRAMBLES
from countermove.rng.seeds import stream_of

LEVEL = 0.05
SHUFFLES = 500
TAIL = 0.05  # beyond a 90% band on either side
LEAST_DRAWS = 24  # for thirds with something in them
ROUNDING = 1e-12  # of a mean: what sums of float64 leave of nothing
THIRDS = ("low", "middle", "high")

Floats = NDArray[np.float64]


class Contrast(NamedTuple):
    """Means of A and B, their difference B - A, its standard error and degrees of freedom, and the two-sided p; arrays of one shape.

    An error of 0 is a difference that is the same in every scramble; p is then 0, or 1 where there is no difference. nan: not known.
    """

    a: Floats
    b: Floats
    difference: Floats
    se: Floats
    freedom: Floats
    p: Floats


def sums_of(values: NDArray[Any]) -> Sums:
    """Sums by scramble [..., K] of one quantity [..., D, L] of draws in the order of the engine; a nan is a value that does not exist.

    Raises DecisionError for an infinite value.
    """
    draws = int(values.shape[-2])
    members = tuple(np.arange(k, draws, SCRAMBLES) for k in range(min(SCRAMBLES, draws)))
    weight = np.full(draws, 1.0 / draws)
    scrambles = Scrambles(members, weight, np.array([weight[rows].sum() for rows in members]))
    absent = np.isnan(values)
    if not absent.any():
        total = scrambles.gather(values.mean(axis=-1, dtype=np.float64))
        mass = np.broadcast_to(scrambles.mass, total.shape)
    else:
        total = scrambles.gather(np.where(absent, 0, values).mean(axis=-1, dtype=np.float64))
        mass = scrambles.gather((~absent).mean(axis=-1))
    if not np.isfinite(total).all():
        raise DecisionError("a value is infinite")
    return Sums(total, mass)


def mixture(sums: Sums, shares: Floats) -> Sums:
    """The sums [..., K] of theories [..., T, K] mixed by `shares` [T]."""
    return Sums(np.einsum("...tk,t->...k", sums.total, shares), np.einsum("...tk,t->...k", sums.mass, shares))


def contrast(a: Sums, b: Sums, *, paired: bool) -> Contrast:
    """B - A of the means behind two sums by scramble; `paired`: scramble k of one belongs to scramble k of the other.

    Raises DecisionError where sides of different numbers of scrambles are to be paired.
    """
    if paired and a.total.shape[-1] != b.total.shape[-1]:
        raise DecisionError(f"{a.total.shape[-1]} scrambles cannot be paired with {b.total.shape[-1]}")
    (mean_a, parts_a), (mean_b, parts_b) = residuals(a.total, a.mass), residuals(b.total, b.mass)
    used_a, used_b = (a.mass > 0).sum(axis=-1), (b.mass > 0).sum(axis=-1)
    if paired:
        both = np.minimum(a.mass, b.mass)
        se = error_of(parts_b - parts_a, both)
        freedom = (both > 0).sum(axis=-1) - 1.0
    else:
        var_a, var_b = np.square(error_of(parts_a, a.mass)), np.square(error_of(parts_b, b.mass))
        se = np.sqrt(var_a + var_b)
        with np.errstate(invalid="ignore", divide="ignore"):
            freedom = np.square(var_a + var_b) / (np.square(var_a) / (used_a - 1) + np.square(var_b) / (used_b - 1))
    difference = mean_b - mean_a
    nothing = ROUNDING * np.maximum(np.abs(mean_a), np.abs(mean_b))
    se = np.where(se <= nothing, 0.0, se)
    difference = np.where((se == 0) & (np.abs(difference) <= nothing), 0.0, difference)
    return Contrast(mean_a, mean_b, difference, se, freedom, _p_values(difference, se, freedom))


def _p_values(difference: Floats, se: Floats, freedom: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * stats.t.sf(np.abs(difference / se), freedom)
    p = np.where(se == 0, np.where(difference == 0, 1.0, 0.0), p)
    return np.where(np.isnan(se) | np.isnan(difference), np.nan, p)


def false_discovery(p: Floats) -> Floats:
    """Adjusted p [n] of Benjamini and Hochberg: a difference is significant at level a where this is at most a. nan stays nan, uncounted."""
    out = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if known.size == 0:
        return out
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * known.size / np.arange(1, known.size + 1)
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out


def spread_of(*sides: NDArray[Any]) -> float:
    """Standard deviation of one measure over all runs of all sides together; nan values are left out, nan where nothing is left."""
    kept = [side[~absent] if (absent := np.isnan(side)).any() else side for side in sides]
    count = sum(part.size for part in kept)
    if count == 0:
        return float("nan")
    mean = sum(float(part.sum(dtype=np.float64)) for part in kept) / count
    return float(np.sqrt(sum(float(np.square(np.subtract(part, mean, dtype=np.float64)).sum()) for part in kept) / count))


# --- month by month ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Onset:
    """When one quantity parts between A and B. Months count from 0, None where there is none; differences are B - A in its own unit.

    `first`: the difference of means is significant (over all quantities and months of the table) and at least `material` of the spread.
    `most`: the month of the largest difference. `excludes`: 0 lies beyond the 5-95% range of the differences run by run, so that fewer than
    one run in twenty has none or one of the other sign.
    """

    first: int | None
    first_difference: float
    most: int
    most_difference: float
    most_se: float
    spread: float
    excludes: int | None


def onsets(
    a: NDArray[np.float32], b: NDArray[np.float32], *, paired: bool, matched: bool, material: float, level: float = LEVEL
) -> tuple[Onset, ...]:
    """When each of Q quantities parts, from paths [Q, T, D, L] of both sides.

    Args:
        a: side A.
        b: side B, with the same quantities and months.
        paired: scrambles belong together.
        matched: run n of one side has the draw and the luck of run n of the other; else nothing is said run by run.
        material: a difference below this share of the quantity's spread (over runs, months and sides) is not a parting.
        level: of significance, over all quantities and months together.
    """
    contrasts = contrast(sums_of(a), sums_of(b), paired=paired)
    spreads = np.array([spread_of(one, other) for one, other in zip(a, b, strict=True)])
    adjusted = false_discovery(contrasts.p.ravel()).reshape(contrasts.p.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(spreads[:, None] > 0, np.abs(contrasts.difference) / spreads[:, None], 0.0)
    real = (adjusted <= level) & (size >= material)
    rows: list[Onset] = []
    for q, spread in enumerate(spreads):
        first = _first(real[q])
        most = int(np.argmax(size[q]))
        excludes = None
        if matched:
            by_run = b[q] - a[q]
            excludes = _first(((by_run <= 0).mean(axis=(1, 2)) < TAIL) | ((by_run >= 0).mean(axis=(1, 2)) < TAIL))
        rows.append(
            Onset(
                first=first,
                first_difference=float("nan") if first is None else float(contrasts.difference[q, first]),
                most=most,
                most_difference=float(contrasts.difference[q, most]),
                most_se=float(contrasts.se[q, most]),
                spread=float(spread),
                excludes=excludes,
            )
        )
    return tuple(rows)


def _first(holds: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(holds)) if holds.any() else None


class BandParting(NamedTuple):
    """Two bands: the first month (from 0) in which one median lies outside the other's middle half, None if none; the month of the widest gap
    of the medians, the gap B - A, and the gap as a share of the mean width of the two 90% bands in that month (0 where both have none)."""

    first: int | None
    widest: int
    gap: float
    share: float


def band_parting(a: Floats, b: Floats) -> BandParting:
    """Where two bands [T, 5] part; quantiles 5, 25, 50, 75 and 95% by month. The longer one is read as far as the shorter."""
    months = min(len(a), len(b))
    if months == 0:
        raise DecisionError("a band of no months")
    a, b = a[:months], b[:months]
    out = (b[:, 2] < a[:, 1]) | (b[:, 2] > a[:, 3]) | (a[:, 2] < b[:, 1]) | (a[:, 2] > b[:, 3])
    gap = b[:, 2] - a[:, 2]
    widest = int(np.argmax(np.abs(gap)))
    width = ((a[:, 4] - a[:, 0]) + (b[:, 4] - b[:, 0]))[widest] / 2
    return BandParting(_first(out), widest, float(gap[widest]), float(gap[widest] / width) if width > 0 else 0.0)


# --- which draws ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Explained:
    """One parameter: the share of the variance of the difference between draws that its groups explain beyond the parameters before it, the
    share that chance reaches there, and the mean difference in each group."""

    parameter: str
    share: float
    threshold: float
    groups: tuple[tuple[str, float], ...]


def thirds(values: NDArray[Any]) -> NDArray[np.intp]:
    """Which third of its own values each of [D] lies in: 0, 1 or 2. Equal values are in one third."""
    return np.searchsorted(np.quantile(values, (1 / 3, 2 / 3)), values, side="left")


def drivers(
    difference: NDArray[Any],
    parameters: Mapping[str, NDArray[Any]],
    categories: Mapping[str, tuple[NDArray[Any], Sequence[str]]] | None = None,
    *,
    seed: int,
    most: int = 5,
    level: float = LEVEL,
) -> tuple[Explained, ...]:
    """Which parameters the difference by draw [D] goes with: the one that explains most, then the one that explains most of what is left, as
    long as that is more than chance. (A few quasi-random points fill many dimensions unevenly: a parameter that does nothing may resemble one
    that does, and is left with nothing once that one is taken out.)

    Args:
        difference: B - A of each draw, a mean over luck.
        parameters: by name, the value [D] in each draw; those that do not vary are left out.
        categories: by name, which of several named possibilities holds in each draw.
        seed: of the shuffles.
        most: how many parameters at most.
        level: how often a table in which nothing goes with anything names a parameter.

    Raises:
        DecisionError: fewer than 24 draws, a number that is not finite, or a difference that is the same in every draw.
    """
    y = np.asarray(difference, np.float64)
    if y.size < LEAST_DRAWS:
        raise DecisionError(
            f"{y.size} draws are too few to say which of them make the difference", next=f"Run {LEAST_DRAWS} or more"
        )
    if not np.isfinite(y).all():
        raise DecisionError("the difference is not a finite number in some draws")
    left = y - y.mean()
    whole = float(np.square(left).sum())
    if np.abs(left).max() <= ROUNDING * np.abs(y).max():
        raise DecisionError("the difference is the same in every draw: no parameter moves it")
    groups = _groups(y.size, parameters, categories or {})
    widest = max((len(labels) for _, _, labels in groups), default=1)
    member = np.array([code == g for _, code, _ in groups for g in range(widest)], np.float64).reshape(-1, y.size)
    random = stream_of(seed, 0)
    rows: list[Explained] = []
    while groups and len(rows) < most and np.abs(left).max() > ROUNDING * np.abs(y).max():
        shuffled = np.vstack([left, random.permuted(np.tile(left, (SHUFFLES, 1)), axis=1)]).T
        share = _explained(member, shuffled, widest) / whole
        best, threshold = int(np.argmax(share[:, 0])), float(np.quantile(share[:, 1:].max(axis=0), 1 - level, method="higher"))
        if share[best, 0] <= threshold:
            break
        name, code, labels = groups[best]
        means = {g: float(y[code == g].mean()) for g in range(len(labels)) if (code == g).any()}
        rows.append(Explained(name, float(share[best, 0]), threshold, tuple((labels[g], mean) for g, mean in means.items())))
        left = left - np.array([left[code == g].mean() if g in means else 0.0 for g in range(len(labels))])[code]
    return tuple(rows)


def _explained(member: Floats, values: Floats, widest: int) -> Floats:
    """Sum of squares between the groups [P, R] of R columns of values [D, R] with mean 0; `member` [P * widest, D] is 1 inside a group."""
    count = member.sum(axis=1)[:, None]
    totals = member @ values
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.where(count > 0, np.square(totals) / count, 0.0)
    return squares.reshape(-1, widest, values.shape[1]).sum(axis=1)


def _groups(
    draws: int, parameters: Mapping[str, NDArray[Any]], categories: Mapping[str, tuple[NDArray[Any], Sequence[str]]]
) -> list[tuple[str, NDArray[np.intp], Sequence[str]]]:
    """The name, the group of each draw [D] and the groups' names, of everything that varies; of several that group alike, the first."""
    every: list[tuple[str, NDArray[np.intp], Sequence[str]]] = []
    for name, values in parameters.items():
        if values.shape != (draws,) or not np.isfinite(values).all():
            raise DecisionError(f"{name} has no finite value for each of {draws} draws")
        every.append((name, thirds(values), THIRDS))
    every += [(name, np.asarray(codes, np.intp), known) for name, (codes, known) in categories.items()]
    kept: dict[bytes, tuple[str, NDArray[np.intp], Sequence[str]]] = {}
    for row in every:
        if np.ptp(row[1]) > 0:
            kept.setdefault(row[1].tobytes(), row)
    return list(kept.values())

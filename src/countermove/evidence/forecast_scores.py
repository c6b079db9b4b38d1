"""How good a forecast was: proper scores, calibration, and skill against simple forecasts with its error.

Scores are losses: smaller is better. All in float64; arrays broadcast, with the members of an ensemble on the last axis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from countermove.errors import EvidenceError

_ROOT_PI = float(np.sqrt(np.pi))
_LOG_ROOT_TURN = float(0.5 * np.log(2 * np.pi))


def _members(members: np.ndarray) -> np.ndarray:
    sample = np.asarray(members, np.float64)
    if sample.ndim == 0 or sample.shape[-1] == 0:
        raise EvidenceError("an ensemble without members")
    return sample


def crps_normal(mean: np.ndarray | float, sd: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
    """CRPS of N(mean, sd^2), in units of y: sd (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)) (Gneiting & Raftery 2007, section 4.2)."""
    scale = np.asarray(sd, np.float64)
    z = (np.asarray(y, np.float64) - mean) / scale
    return scale * (z * (2 * special.ndtr(z) - 1) + 2 * np.exp(-0.5 * z * z - _LOG_ROOT_TURN) - 1 / _ROOT_PI)


def crps_ensemble(
    members: np.ndarray, y: np.ndarray | float, *, weights: np.ndarray | None = None, fair: bool = False
) -> np.ndarray:
    """CRPS of an ensemble [..., m] for y [...]: E|X - y| - E|X - X'| / 2, in units of y (Gneiting & Raftery 2007, equation 21).

    Args:
        members: [..., m].
        y: what happened [...].
        weights: of the members [..., m] (need not sum to 1); None is equal weights.
        fair: the unbiased estimate for equal weights, in which a member is not compared with itself (Ferro 2014): the mean over ensembles
            is the CRPS of the distribution that members are drawn from, for any m of 2 or more.

    Raises:
        EvidenceError: no members; a fair score of one member or of weighted ones.
    """
    sample = _members(members)
    m = sample.shape[-1]
    if fair and (m < 2 or weights is not None):
        raise EvidenceError("the fair score is for two members or more, of equal weight")
    order = np.argsort(sample, axis=-1)
    ranked = np.take_along_axis(sample, order, axis=-1)
    if weights is None:
        share = np.full(ranked.shape, 1 / m)
    else:
        given = np.broadcast_to(np.asarray(weights, np.float64), sample.shape)
        share = np.take_along_axis(given / given.sum(axis=-1, keepdims=True), order, axis=-1)
    below = np.cumsum(share, axis=-1)[..., :-1]
    spread = (np.diff(ranked, axis=-1) * below * (1 - below)).sum(axis=-1)  # E|X - X'| / 2 as the integral of F (1 - F)
    miss = (share * np.abs(ranked - np.asarray(y, np.float64)[..., None])).sum(axis=-1)
    return miss - spread * (m / (m - 1) if fair else 1)


def log_score(probability: np.ndarray | float) -> np.ndarray:
    """-log of the probability (or density) that was given to what happened; infinite where that was 0 (Good 1952)."""
    with np.errstate(divide="ignore"):
        return -np.log(np.asarray(probability, np.float64))


def log_score_normal(mean: np.ndarray | float, sd: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
    """-log density of N(mean, sd^2) at y."""
    scale = np.asarray(sd, np.float64)
    z = (np.asarray(y, np.float64) - mean) / scale
    return 0.5 * z * z + np.log(scale) + _LOG_ROOT_TURN


def brier(probability: np.ndarray | float, happened: np.ndarray | bool) -> np.ndarray:
    """(p - o)^2 for events that happened (1) or did not (0), from 0 to 1 (Brier 1950, half of his sum over both outcomes)."""
    return np.square(np.asarray(probability, np.float64) - np.asarray(happened, np.float64))


def pit(below: np.ndarray | float, up_to: np.ndarray | float, u: np.ndarray | float) -> np.ndarray:
    """Probability integral transform: P(Y < y) + u P(Y = y), uniform on (0, 1) if the forecast is right (Czado, Gneiting & Held 2009).

    Args:
        below: P(Y < y) [...].
        up_to: P(Y <= y) [...]; equal to `below` for a continuous forecast.
        u: uniforms [...], one per case.
    """
    start = np.asarray(below, np.float64)
    return start + np.asarray(u, np.float64) * (np.asarray(up_to, np.float64) - start)


def pit_ensemble(members: np.ndarray, y: np.ndarray | float, u: np.ndarray | float) -> np.ndarray:
    """PIT [...] of y [...] among members [..., m] of equal weight, ties included: (below + u (equal + 1)) / (m + 1).

    Exactly uniform if y and the members are exchangeable (the rank histogram of Hamill 2001, spread within its bars).
    """
    sample = _members(members)
    value = np.asarray(y, np.float64)[..., None]
    below, equal = (sample < value).sum(axis=-1), (sample == value).sum(axis=-1)
    return pit(below / (sample.shape[-1] + 1), (below + equal + 1) / (sample.shape[-1] + 1), u)


@dataclass(frozen=True)
class Skill:
    """1 - mean score / mean score of the baseline (1 perfect, 0 no better, below 0 worse), with a block-bootstrap interval."""

    skill: float
    low: float
    high: float
    level: float
    n: int


def skill(
    score: np.ndarray,
    baseline: np.ndarray,
    *,
    seed: int,
    block: int | None = None,
    level: float = 0.9,
    resamples: int = 2000,
) -> Skill:
    """Skill of a forecast against a baseline over the same n cases, in order of time.

    Args:
        score, baseline: losses [n] of the two, from 0 up; cases in which either is nan do not count.
        seed: of the bootstrap.
        block: cases in a row that are drawn together, so that their dependence is kept; None is the cube root of n, rounded up.
        level: of the interval, between quantiles of the resampled skill (circular blocks, Politis & Romano 1992).
        resamples: how many.

    Raises:
        EvidenceError: other shapes, fewer than two cases, a baseline that is perfect.
    """
    ours, theirs = _pairs(score, baseline)
    n = ours.size
    if theirs.mean() <= 0:
        raise EvidenceError("the baseline has no loss, so that skill has no meaning", next="Compare the scores themselves")
    length = int(np.ceil(n ** (1 / 3))) if block is None else block
    if not 1 <= length <= n:
        raise EvidenceError(f"blocks of {length} in {n} cases")
    generator = np.random.default_rng(seed)
    starts = generator.integers(0, n, (resamples, -(-n // length)))
    cases = ((starts[..., None] + np.arange(length)) % n).reshape(resamples, -1)[:, :n]
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = 1 - ours[cases].mean(axis=1) / theirs[cases].mean(axis=1)
    low, high = np.nanquantile(drawn, ((1 - level) / 2, (1 + level) / 2))
    return Skill(float(1 - ours.mean() / theirs.mean()), float(low), float(high), level, n)


def _pairs(score: np.ndarray, baseline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cases in which both are known."""
    ours, theirs = np.asarray(score, np.float64), np.asarray(baseline, np.float64)
    if ours.ndim != 1 or ours.shape != theirs.shape:
        raise EvidenceError(f"scores of shape {ours.shape} cannot be compared with {theirs.shape}")
    known = ~(np.isnan(ours) | np.isnan(theirs))
    if known.sum() < 2:
        raise EvidenceError("fewer than two cases to compare")
    if not (np.isfinite(ours[known]).all() and np.isfinite(theirs[known]).all()):
        raise EvidenceError("an infinite score cannot be averaged", next="A forecast gave probability 0 to what happened")
    return ours[known], theirs[known]

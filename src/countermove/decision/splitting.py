"""Probabilities of rare branches: importance splitting beside plain Monte Carlo, each with an interval and its cost in state-steps.

Fixed effort multilevel splitting (Garvels 2000; L'Ecuyer, Demers & Tuffin 2007): thresholds L_1 < ... < L_m cut the way
to the event {level >= L_m within the horizon} into stages. A stage starts the same number of paths from states in which the stage
before first came to its threshold, each in the month in which it came there, and its share of hits estimates P(L_k is reached |
L_(k-1) was). The product of the shares is unbiased for any thresholds and any effort, also where a step jumps over several
thresholds. The adaptive variant (Cerou & Guyader 2007) takes its thresholds from the paths themselves, which makes its plain form
biased; the unbiased forms (Brehier, Gazeau, Goudenege, Lelievre & Rousset 2016) hang on how ties are treated, and start another
number of paths at every threshold. Our levels are mostly counts, where ties are the rule, and a compiled step wants one number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from countermove.errors import DecisionError
from countermove.rng.seeds import SEEDS, stream_of

States = Any  # whatever holds n states: an array [n, ...], or a pytree of them that only the caller's functions open


def pick_rows(states: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """The states at `indices` [k] of an array [n, ...]."""
    return np.take(states, indices, axis=0)


def merge_rows(moving: np.ndarray, new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """The new states where `moving` [n], else the old ones; arrays [n, ...]."""
    return np.where(moving.reshape(-1, *(1,) * (new.ndim - 1)), new, old)


@dataclass(frozen=True)
class Simulator:
    """A Markov chain of n states side by side, n the same in every call of a stage so that a compiled step is compiled once.

    Luck comes from the generator alone (or from keys drawn from it), so that a state that was copied does not inherit a future.
    """

    start: Callable[[np.random.Generator, int], States]  # n states at the beginning of month 0
    step: Callable[[States, int, np.random.Generator], States]  # the states a month later; the month counts from 0
    level: Callable[[States], np.ndarray]  # importance [n]: how far each state is on the way to the event
    pick: Callable[[States, np.ndarray], States] = pick_rows  # the states at these indices
    merge: Callable[[np.ndarray, States, States], States] = merge_rows  # (moving [n], new, old): new where moving, else old


@dataclass(frozen=True)
class Rare:
    """A probability with its interval and its cost.

    `se` is the standard error; `interval` says how `low` and `high` were made; `state_steps` counts every state that was stepped.
    `shares` are the pooled shares of hits stage by stage (nan: no path got there): best near one another, and none far below .1.
    """

    probability: float
    se: float
    low: float
    high: float
    confidence: float
    interval: str
    state_steps: int
    repetitions: tuple[float, ...]
    shares: tuple[float, ...]


class _Front(NamedTuple):
    """Paths at the start of a stage, and after it: each path's state, its month, whether it reached the threshold."""

    states: States
    month: np.ndarray  # [n]
    hit: np.ndarray  # [n]


def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of the probability behind k successes in n independent trials (Clopper & Pearson 1934).

    Raises:
        DecisionError: k outside 0..n, no trial, a confidence outside (0, 1).
    """
    _confident(confidence)
    if not 0 <= k <= n or n < 1:
        raise DecisionError(f"{k} successes in {n} trials")
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else float(stats.beta.ppf(tail, k, n - k + 1))
    high = 1.0 if k == n else float(stats.beta.ppf(1 - tail, k + 1, n - k))
    return low, high


def plain(simulator: Simulator, threshold: float, horizon: int, *, paths: int, seed: int, confidence: float = 0.95) -> Rare:
    """P(level reaches the threshold within the horizon) by independent paths, with the Clopper-Pearson interval.

    Args:
        simulator: the chain.
        threshold: the event.
        horizon: months; a state that starts at the threshold has reached it.
        paths: how many, all stepped until the horizon or until all have hit.
        seed: of Philox with key [seed, 0].
        confidence: of the interval.

    Raises:
        DecisionError: an argument without meaning, a level that is not a finite number.
    """
    _asked((threshold,), horizon, paths, confidence)
    generator = _generator(seed, 0)
    front, steps = _stage(simulator, _opening(simulator, paths, generator), threshold, horizon, generator)
    hits = int(front.hit.sum())
    share = hits / paths
    low, high = clopper_pearson(hits, paths, confidence)
    se = math.sqrt(share * (1 - share) / paths)
    return Rare(share, se, low, high, confidence, "Clopper-Pearson", steps, (share,), (share,))


def split(
    simulator: Simulator,
    levels: Sequence[float],
    horizon: int,
    *,
    effort: int,
    repetitions: int,
    seed: int,
    confidence: float = 0.95,
) -> Rare:
    """P(level reaches the last of `levels` within the horizon) by fixed effort splitting, the mean over independent repetitions.

    The interval is Student's t over the repetitions, cut off at 0 and 1; the repetitions are skewed where the effort is small, so
    it errs on the low side then. Where no repetition reached the event, it goes from 0 to the upper Clopper-Pearson limit of the
    *first* threshold: those paths are independent, and the event cannot be likelier than that.

    Args:
        simulator: the chain. All states of a stage are stepped together, also those that wait for their month or are there.
        levels: thresholds, rising; the last is the event.
        horizon: months; a state that starts at a threshold has reached it.
        effort: paths per stage.
        repetitions: at least 2.
        seed: repetition r uses Philox with key [seed, r].
        confidence: of the interval.

    Raises:
        DecisionError: an argument without meaning, a level that is not a finite number.
    """
    _asked(levels, horizon, effort, confidence)
    if repetitions < 2:
        raise DecisionError(f"{repetitions} repetition says nothing of the error", next="Ask for 2 or more, better 20")
    hits = np.zeros((repetitions, len(levels)), np.int64)
    steps = 0
    for number in range(repetitions):
        hits[number], cost = _once(simulator, levels, horizon, effort, _generator(seed, number))
        steps += cost
    found = (hits / effort).prod(axis=1)
    probability, se = float(found.mean()), float(found.std(ddof=1) / math.sqrt(repetitions))
    if probability > 0:
        reach = float(stats.t.ppf((1 + confidence) / 2, repetitions - 1)) * se
        low, high, kind = max(probability - reach, 0.0), min(probability + reach, 1.0), "Student t over repetitions"
    else:
        low, kind = 0.0, "Clopper-Pearson limit of the first threshold"
        high = clopper_pearson(int(hits[:, 0].sum()), repetitions * effort, confidence)[1]
    return Rare(probability, se, low, high, confidence, kind, steps, tuple(found.tolist()), _shares(hits, effort))


def _shares(hits: np.ndarray, effort: int) -> tuple[float, ...]:
    """Of the repetitions that got as far as each stage."""
    tried = np.concatenate([[len(hits)], (hits[:, :-1] > 0).sum(axis=0)]) * effort
    return tuple(float(k / n) if n > 0 else math.nan for k, n in zip(hits.sum(axis=0), tried, strict=True))


def _once(
    simulator: Simulator, levels: Sequence[float], horizon: int, effort: int, generator: np.random.Generator
) -> tuple[np.ndarray, int]:
    """Hits per stage of one repetition (0 after a stage without one), and its state-steps."""
    hits = np.zeros(len(levels), np.int64)
    steps = 0
    front = _opening(simulator, effort, generator)
    for stage, threshold in enumerate(levels):
        front, cost = _stage(simulator, front, threshold, horizon, generator)
        steps += cost
        there = np.flatnonzero(front.hit)
        hits[stage] = there.size
        if there.size == 0:
            break
        # every hit goes on equally often, once more by lot where n is no multiple: unbiased, and quieter than drawing each anew
        chosen = np.resize(generator.permutation(there), effort)
        front = _Front(simulator.pick(front.states, chosen), front.month[chosen], np.zeros(effort, bool))
    return hits, steps


def _opening(simulator: Simulator, n: int, generator: np.random.Generator) -> _Front:
    return _Front(simulator.start(generator, n), np.zeros(n, np.int64), np.zeros(n, bool))


def _stage(
    simulator: Simulator, front: _Front, threshold: float, horizon: int, generator: np.random.Generator
) -> tuple[_Front, int]:
    """Each path from its month until it reaches the threshold, where it stays, or the horizon; and the state-steps."""
    states, month = front.states, front.month.copy()
    hit = _level(simulator, states, month.size) >= threshold
    steps = 0
    for now in range(int(month.min()), horizon):
        moving = ~hit & (month == now)
        if hit.all():
            break
        if not moving.any():
            continue
        states = simulator.merge(moving, simulator.step(states, now, generator), states)
        steps += month.size
        month[moving] += 1
        hit |= _level(simulator, states, month.size) >= threshold
    return _Front(states, month, hit), steps


def _level(simulator: Simulator, states: States, n: int) -> np.ndarray:
    found = np.asarray(simulator.level(states), np.float64)
    if found.shape != (n,):
        raise DecisionError(f"levels have the shape {found.shape}, not {(n,)}", next="Give one level per state")
    if np.isnan(found).any():
        raise DecisionError("a state's level is not a number")
    return found


def _generator(seed: int, number: int) -> np.random.Generator:
    if not 0 <= seed < SEEDS:
        raise DecisionError(f"seed {seed} is not a whole number from 0 to 2^64 - 1")
    return stream_of(seed, number)


def _confident(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise DecisionError(f"confidence {confidence} is not between 0 and 1")


def _asked(levels: Sequence[float], horizon: int, paths: int, confidence: float) -> None:
    _confident(confidence)
    if len(levels) == 0 or not np.isfinite(levels).all() or not (np.diff(levels) > 0).all():
        raise DecisionError(f"thresholds {', '.join(f'{level:g}' for level in levels)}", next="Give finite thresholds that rise")
    if horizon < 1 or paths < 1:
        raise DecisionError(f"{paths} paths over {horizon} months", next="Give at least one of each")

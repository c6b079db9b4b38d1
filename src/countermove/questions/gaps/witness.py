"""Which of many simulated paths stands for a branch: the most probable one, and a typical one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from countermove.errors import DecisionError

Ints = NDArray[np.int64]


def surprise(tokens: Ints) -> NDArray[np.float64]:
    """How improbable each path [n] is up to each month, [T, n]: minus the log of its probability in the Markov chain whose transitions from
    month to month are the frequencies among the paths themselves. `tokens` [T, n]: what was seen in a month, as a whole number."""
    if tokens.ndim != 2 or tokens.size == 0:
        raise DecisionError(f"paths of shape {tokens.shape}, not [months, runs]")
    if not np.issubdtype(tokens.dtype, np.integer):
        raise DecisionError(f"what was seen is told by whole numbers, not {tokens.dtype}")
    _, place = np.unique(tokens, return_inverse=True)
    place = place.reshape(tokens.shape)
    size = int(place.max()) + 1
    out = np.zeros(tokens.shape)
    starts = np.bincount(place[0], minlength=size)
    out[0] = -np.log(starts[place[0]] / tokens.shape[1])
    step = place[:-1] * size + place[1:]
    codes, back, counts = np.unique(step, return_inverse=True, return_counts=True)
    total = np.bincount(codes // size, counts, minlength=size)
    log_p = np.log(counts / total[codes // size])
    out[1:] = -log_p[back.reshape(step.shape)]
    return out.cumsum(axis=0)


def witnesses(tokens: Ints, when: Ints) -> tuple[int, int] | None:
    """The most probable run and a typical one among those that get there; `when` [n] is the month from 0, negative where a run does not.

    Most probable: the least surprise up to its month. Typical: the least surprise among those that get there in the median month. None where
    nobody gets there.
    """
    if when.shape != tokens.shape[1:] or (when >= len(tokens)).any():
        raise DecisionError(f"months of {when.shape} runs do not fit paths of shape {tokens.shape}")
    there = np.flatnonzero(when >= 0)
    if len(there) == 0:
        return None
    cost = surprise(tokens)[when[there], there]
    median = np.sort(when[there])[(len(there) - 1) // 2]
    middle = np.flatnonzero(when[there] == median)
    return int(there[cost.argmin()]), int(there[middle[cost[middle].argmin()]])

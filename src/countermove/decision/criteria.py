"""Classical criteria of choice on a table of values [strategy, theory], for people who will not put weights on theories (Savage 1954)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.errors import DecisionError


@dataclass(frozen=True)
class Choice:
    """What a criterion chooses: the rows that share the best score (from 0), and the score of every row, in points."""

    rows: tuple[int, ...]
    scores: tuple[float, ...]


def _table(values: np.ndarray) -> np.ndarray:
    table = np.asarray(values, np.float64)
    if table.ndim != 2 or table.size == 0:
        raise DecisionError(f"a table of strategies by theories is needed, not an array of shape {table.shape}")
    if not np.isfinite(table).all():
        raise DecisionError("the table of values holds a number that is not finite")
    return table


def _choice(scores: np.ndarray, best: float) -> Choice:
    return Choice(tuple(int(row) for row in np.flatnonzero(scores == best)), tuple(float(score) for score in scores))


def maximin(values: np.ndarray) -> Choice:
    """The strategy whose worst theory is best (Wald 1950); the score is the worst value of each row [S]."""
    scores = _table(values).min(axis=1)
    return _choice(scores, scores.max())


def minimax_regret(values: np.ndarray) -> Choice:
    """The strategy whose largest regret over theories is smallest (Savage 1951); the score is the largest regret of each row [S]."""
    table = _table(values)
    scores = (table.max(axis=0) - table).max(axis=1)
    return _choice(scores, scores.min())


def laplace(values: np.ndarray) -> Choice:
    """The strategy with the best mean over theories of equal weight; the score is the mean of each row [S]."""
    scores = _table(values).mean(axis=1)
    return _choice(scores, scores.max())

"""The interval of a probability that was counted."""

from __future__ import annotations

from scipy import stats

from countermove.errors import DecisionError


def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of the probability behind k successes in n independent trials (Clopper & Pearson 1934).

    Raises:
        DecisionError: k outside 0..n, no trial, a confidence outside (0, 1).
    """
    if not 0 < confidence < 1:
        raise DecisionError(f"confidence {confidence} is not between 0 and 1")
    if not 0 <= k <= n or n < 1:
        raise DecisionError(f"{k} successes in {n} trials")
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else float(stats.beta.ppf(tail, k, n - k + 1))
    high = 1.0 if k == n else float(stats.beta.ppf(1 - tail, k + 1, n - k))
    return low, high

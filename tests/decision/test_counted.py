"""The exact interval of a share: published numbers, coverage summed over all counts, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from countermove.decision.proportions import clopper_pearson
from countermove.errors import DecisionError


def test_clopper_pearson_published() -> None:
    """8 of 10: .444 to .975; none of n: 1 - (alpha/2)^(1/n); and turned round."""
    assert clopper_pearson(8, 10) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert clopper_pearson(0, 30) == pytest.approx((0, 1 - 0.025 ** (1 / 30)))
    assert clopper_pearson(30, 30, 0.9) == pytest.approx((0.05 ** (1 / 30), 1))
    low, high = clopper_pearson(3, 17, 0.8)
    assert clopper_pearson(14, 17, 0.8) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("n", [1, 5, 20, 75])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95])
def test_clopper_pearson_covers(n: int, confidence: float) -> None:
    """Summed over all k, no sampling: at least the confidence at every p, and not far more at the least favourable one."""
    ends = np.array([clopper_pearson(k, n, confidence) for k in range(n + 1)])
    p = np.linspace(0, 1, 401)[:, None]
    covered = (stats.binom.pmf(np.arange(n + 1), n, p) * ((ends[:, 0] <= p) & (p <= ends[:, 1]))).sum(axis=1)
    assert (covered >= confidence - 1e-9).all()
    assert covered[1:-1].min() < confidence + 0.6 * (1 - confidence)


@pytest.mark.parametrize(("k", "n", "confidence"), [(-1, 5, 0.9), (6, 5, 0.9), (0, 0, 0.9), (1, 2, 0.0), (1, 2, math.nan)])
def test_intervals_without_meaning(k: int, n: int, confidence: float) -> None:
    """Each is refused."""
    with pytest.raises(DecisionError):
        clopper_pearson(k, n, confidence)

"""The incomplete beta and gamma functions, by continued fractions and series; this floor does without a numerical library.

Source: Press, Teukolsky, Vetterling & Flannery, Numerical Recipes, 3rd edition 2007, sections 6.2 and 6.4.
"""

from __future__ import annotations

import math

_TINY = 1e-300
_TURNS = 10_000


def below_beta(a: float, b: float, x: float) -> float:
    """P(X < x) for X ~ Beta(a, b)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - below_beta(b, a, 1 - x)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return min(max(math.exp(front) * _beta_fraction(a, b, x) / a, 0.0), 1.0)


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, _TURNS):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _apart(1 + step * d)
            c = _apart(1 + step / c)
            h *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return h


def below_gamma(shape: float, x: float) -> float:
    """P(X < x) for X ~ Gamma(shape, scale 1)."""
    if x <= 0:
        return 0.0
    if math.isinf(x):
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for turn in range(1, _TURNS):
            term *= x / (shape + turn)
            total += term
            if term < total * 1e-16:
                break
        return min(front * total, 1.0)
    return max(1 - front * _gamma_fraction(shape, x), 0.0)


def _gamma_fraction(shape: float, x: float) -> float:
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / _apart(b)
    h = d
    for turn in range(1, _TURNS):
        step = -turn * (turn - shape)
        b += 2
        d = 1 / _apart(step * d + b)
        c = _apart(b + step / c)
        h *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return h


def _apart(x: float) -> float:
    """Away from 0, where the fraction would break."""
    return x if abs(x) > _TINY else _TINY

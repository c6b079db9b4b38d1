"""The arithmetic of the plain model: curves, luck, the ladder's edges, and Lanchester's square law over a month."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, cosh, erfc, exp, inf, log, log1p, pi, sin, sinh, sqrt

Numbers = Mapping[str, float | tuple[float, ...]]
EDGES = (0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 12.0)
OVERT = EDGES[-1]  # who gives more than this stands in the open, thousand
NOBODY = 1e-6  # what nothing counts for in a logarithm


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + exp(-x))


def logit(p: float) -> float:
    """log p - log(1 - p)."""
    return log(p) - log1p(-p)


def normal(x: float) -> float:
    """The normal distribution function."""
    return erfc(-x / sqrt(2)) / 2


def clip(x: float, low: float, high: float) -> float:
    """x inside [low, high]."""
    return low if x < low else high if x > high else x


def pair(u: float, v: float) -> tuple[float, float]:
    """Two normals from two uniforms."""
    radius, angle = sqrt(-2 * log(u)), 2 * pi * v
    return radius * cos(angle), radius * sin(angle)


def time_to(u: float, hazard: float) -> float:
    """When a clock rings, in months."""
    return -log(u) / hazard if hazard > 0 else inf


def rung_of(support: float) -> int:
    """The rung that a level of support amounts to."""
    return sum(support > edge for edge in EDGES)


def worth(rung: int) -> float:
    """What an owner on a rung gives, thousand person-equivalents."""
    return EDGES[min(rung, len(EDGES)) - 1] if rung else 0.0


def lanchester(n0: float, n1: float, a0: float, a1: float) -> tuple[float, float]:
    """Fractions lost in a month by two forces, a_i what i suffers from each of the other (section 7)."""
    theta = sqrt(a0 * a1)
    ratio = sinh(theta) / theta if theta > 0 else 1.0
    loss0 = a0 * n1 * ratio - n0 * (cosh(theta) - 1)
    loss1 = a1 * n0 * ratio - n1 * (cosh(theta) - 1)
    if a1 * n0**2 <= a0 * n1**2 and loss0 >= n0:
        loss0, loss1 = n0, n1 - sqrt(max(n1**2 - (a1 / a0 if a0 > 0 else 0) * n0**2, 0))
    elif a0 * n1**2 <= a1 * n0**2 and loss1 >= n1:
        loss0, loss1 = n0 - sqrt(max(n0**2 - (a0 / a1 if a1 > 0 else 0) * n1**2, 0)), n1
    return min(1, loss0 / n0) if n0 > 0 else 0.0, min(1, loss1 / n1) if n1 > 0 else 0.0

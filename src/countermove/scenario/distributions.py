"""How much of a prior lies outside given bounds, and priors from what people say ("between 20 and 80")."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from scipy import special

from countermove.world.prior import Prior

Z90 = NormalDist().inv_cdf(0.95)
NEGLIGIBLE = 1e-6
INF = math.inf


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def probability_below(prior: Prior, x: float) -> float:
    """P(prior < x) before truncation, for the kinds with a density; exact up to rounding."""
    args = prior.args
    if prior.kind == "normal":
        return _normal((x - args[0]) / args[1])
    if prior.kind == "lognormal":
        return _normal(math.log(x / args[0]) / args[1]) if x > 0 else 0.0
    if prior.kind == "halfnormal":
        return 0.0 if x <= 0 else math.erf(x / args[0] / math.sqrt(2))
    if prior.kind == "uniform":
        return min(max((x - args[0]) / (args[1] - args[0]), 0.0), 1.0)
    if prior.kind == "gamma":
        return float(special.gammainc(args[0], max(x / args[1], 0.0)))
    return float(special.betainc(args[0], args[1], min(max(x, 0.0), 1.0)))


def mass_outside(prior: Prior, low: float, high: float) -> tuple[float, float]:
    """The mass under `low` and over `high` that is left after the prior's own truncation."""
    if prior.kind in ("fixed", "choice", "quantiles"):
        values = prior.args[1::2] if prior.kind == "quantiles" else prior.args
        inside = [v for v in values if (prior.low is None or v >= prior.low) and (prior.high is None or v <= prior.high)] or list(
            values
        )
        return sum(v < low for v in inside) / len(inside), sum(v > high for v in inside) / len(inside)
    if prior.kind == "dirichlet":
        return (0.0, 0.0) if low <= 0 and high >= 1 else (1.0, 1.0)
    start = 0.0 if prior.low is None else probability_below(prior, prior.low)
    end = 1.0 if prior.high is None else probability_below(prior, prior.high)
    total = max(end - start, 1e-300)
    under = 0.0 if math.isinf(low) else max(min(probability_below(prior, low), end) - start, 0.0) / total
    over = 0.0 if math.isinf(high) else max(end - max(probability_below(prior, high), start), 0.0) / total
    return under, over


def mass_inside(prior: Prior) -> float:
    """The mass between the prior's own truncation bounds."""
    if prior.kind in ("fixed", "choice", "quantiles", "dirichlet", "experts"):
        return 1.0
    start = 0.0 if prior.low is None else probability_below(prior, prior.low)
    end = 1.0 if prior.high is None else probability_below(prior, prior.high)
    return end - start


def _below_beta(a: float, b: float, x: float) -> float:
    return float(special.betainc(a, b, x))


def from_range(low: float, high: float, support: tuple[float, float]) -> tuple[str, tuple[float, float]] | None:
    """The distribution whose central 90% is [low, high]: beta on a share, lognormal on a positive number, else normal.

    None where no such distribution exists (an end on the edge of the support).
    """
    floor, ceiling = support
    if floor >= 0 and ceiling <= 1:
        return ("beta", _beta(low, high)) if 0 < low < high < 1 else None
    if floor >= 0:
        if low <= 0:
            return None
        return "lognormal", (math.sqrt(low * high), math.log(high / low) / (2 * Z90))
    return "normal", ((low + high) / 2, (high - low) / (2 * Z90))


def _beta(low: float, high: float) -> tuple[float, float]:
    """Beta with 5% below `low` and 5% above `high`: for each concentration the mean that fits the lower end, then the concentration."""

    def mean(size: float) -> float:
        return _solved(lambda share: 0.05 - _below_beta(share * size, (1 - share) * size, low), 0.0, 1.0)

    def miss(log_size: float) -> float:
        size = math.exp(log_size)
        share = mean(size)
        return _below_beta(share * size, (1 - share) * size, high) - 0.95

    size = math.exp(_solved(miss, math.log(0.02), math.log(1e7)))
    share = mean(size)
    # ten digits: the file that is written back shows them, and the last ones are the solver's
    return float(f"{share * size:.10g}"), float(f"{(1 - share) * size:.10g}")


def _solved(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses 0, by bisection to the last digits."""
    for _ in range(52):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def quantile(prior: Prior, u: np.ndarray) -> np.ndarray:
    """The prior's inverse distribution function, truncation included, at u in (0, 1); float64 of u's shape.

    Raises:
        ValueError: a dirichlet or several experts, which have no single one.
    """
    if prior.kind == "fixed":
        return np.full(u.shape, prior.args[0])
    if prior.kind == "choice":
        return np.asarray(prior.args)[np.minimum((u * len(prior.args)).astype(int), len(prior.args) - 1)]
    if prior.kind == "quantiles":
        return _between(np.asarray(prior.args[0::2]), np.asarray(prior.args[1::2]), u, prior)
    start = 0.0 if prior.low is None else probability_below(prior, prior.low)
    end = 1.0 if prior.high is None else probability_below(prior, prior.high)
    return _inverse(prior, start + u * (end - start))


def _inverse(prior: Prior, u: np.ndarray) -> np.ndarray:
    a = prior.args
    match prior.kind:
        case "normal":
            value = a[0] + a[1] * special.ndtri(u)
        case "lognormal":
            value = a[0] * np.exp(a[1] * special.ndtri(u))
        case "halfnormal":
            value = a[0] * special.ndtri(0.5 + 0.5 * u)
        case "uniform":
            value = a[0] + (a[1] - a[0]) * u
        case "beta":
            value = special.betaincinv(a[0], a[1], u)
        case "gamma":
            value = a[1] * special.gammaincinv(a[0], u)
        case _:
            raise ValueError(f"a {prior.kind} has no single quantile function")
    return np.asarray(value, np.float64)


def _between(p: np.ndarray, q: np.ndarray, u: np.ndarray, prior: Prior) -> np.ndarray:
    """Straight lines between the stated quantiles; the tails go on with the slope of the outermost piece, inside low and high."""
    first = q[0] - (q[1] - q[0]) / (p[1] - p[0]) * p[0]
    last = q[-1] + (q[-1] - q[-2]) / (p[-1] - p[-2]) * (1 - p[-1])
    low = max(first, -INF if prior.low is None else prior.low)
    high = min(last, INF if prior.high is None else prior.high)
    return np.interp(u, np.concatenate([[0], p, [1]]), np.concatenate([[min(low, q[0])], q, [max(high, q[-1])]]))

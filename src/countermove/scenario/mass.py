"""How much of a prior lies outside given bounds, and priors from what people say ("between 20 and 80")."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from countermove.scenario.special import below_beta, below_gamma
from countermove.world.prior import Prior

Z90 = NormalDist().inv_cdf(0.95)
NEGLIGIBLE = 1e-6
INF = math.inf


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def below(prior: Prior, x: float) -> float:
    """P(prior < x) before truncation, for the kinds with a density; exact up to rounding."""
    args = prior.args
    if prior.kind == "normal":
        return _normal((x - args[0]) / args[1])
    if prior.kind == "lognormal":
        return 0.0 if x <= 0 else 1.0 if math.isinf(x) else _normal(math.log(x / args[0]) / args[1])
    if prior.kind == "halfnormal":
        return 0.0 if x <= 0 else math.erf(x / args[0] / math.sqrt(2))
    if prior.kind == "uniform":
        return min(max((x - args[0]) / (args[1] - args[0]), 0.0), 1.0)
    if prior.kind == "gamma":
        return below_gamma(args[0], x / args[1])
    return below_beta(args[0], args[1], x)


def outside(prior: Prior, low: float, high: float) -> tuple[float, float]:
    """The mass under `low` and over `high` that is left after the prior's own truncation."""
    if prior.kind in ("fixed", "choice", "quantiles"):
        values = prior.args[1::2] if prior.kind == "quantiles" else prior.args
        inside = [v for v in values if (prior.low is None or v >= prior.low) and (prior.high is None or v <= prior.high)] or list(
            values
        )
        return sum(v < low for v in inside) / len(inside), sum(v > high for v in inside) / len(inside)
    if prior.kind == "dirichlet":
        return (0.0, 0.0) if low <= 0 and high >= 1 else (1.0, 1.0)
    start = 0.0 if prior.low is None else below(prior, prior.low)
    end = 1.0 if prior.high is None else below(prior, prior.high)
    total = max(end - start, 1e-300)
    under = 0.0 if math.isinf(low) else max(min(below(prior, low), end) - start, 0.0) / total
    over = 0.0 if math.isinf(high) else max(end - max(below(prior, high), start), 0.0) / total
    return under, over


def kept(prior: Prior) -> float:
    """The mass between the prior's own truncation bounds."""
    if prior.kind in ("fixed", "choice", "quantiles", "dirichlet", "experts"):
        return 1.0
    start = 0.0 if prior.low is None else below(prior, prior.low)
    end = 1.0 if prior.high is None else below(prior, prior.high)
    return end - start


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
        return _solved(lambda share: 0.05 - below_beta(share * size, (1 - share) * size, low), 0.0, 1.0)

    def miss(log_size: float) -> float:
        size = math.exp(log_size)
        share = mean(size)
        return below_beta(share * size, (1 - share) * size, high) - 0.95

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


def quantile(prior: Prior, p: float) -> float:
    """The value below which the mass `p` lies, truncation included; by bisection, to 1e-9 of its size."""
    if prior.kind == "fixed":
        return prior.args[0]
    if prior.kind in ("choice", "dirichlet"):
        ordered = sorted(prior.args)
        return ordered[min(int(p * len(ordered)), len(ordered) - 1)]
    if prior.kind == "quantiles":
        return _between(prior.args[::2], prior.args[1::2], p)
    low = _lowest(prior)
    high = prior.high if prior.high is not None else 1.0 if prior.kind == "beta" else max(1.0, 2 * abs(low))
    start = 0.0 if prior.low is None else below(prior, prior.low)
    end = 1.0 if prior.high is None else below(prior, prior.high)
    wanted = start + p * (end - start)
    while below(prior, high) < wanted and high < 1e300:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if below(prior, middle) < wanted else (low, middle)
        if high - low <= 1e-9 * max(abs(low), abs(high)):
            break
    return (low + high) / 2


def _lowest(prior: Prior) -> float:
    if prior.low is not None:
        return prior.low
    if prior.kind == "normal":
        return prior.args[0] - 40 * prior.args[1]
    return prior.args[0] if prior.kind == "uniform" else 0.0


def _between(shares: tuple[float, ...], values: tuple[float, ...], p: float) -> float:
    """Straight lines between the stated quantiles; the ends stand for what lies beyond."""
    if p <= shares[0]:
        return values[0]
    for place in range(1, len(shares)):
        if p <= shares[place]:
            part = (p - shares[place - 1]) / (shares[place] - shares[place - 1])
            return values[place - 1] + part * (values[place] - values[place - 1])
    return values[-1]

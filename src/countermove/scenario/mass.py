"""How much of a prior lies outside given bounds, and priors from what people say ("between 20 and 80")."""

from __future__ import annotations

import math
from statistics import NormalDist

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
    from scipy import special

    if prior.kind == "gamma":
        return 0.0 if x <= 0 else float(special.gammainc(args[0], x / args[1]))
    return float(special.betainc(args[0], args[1], min(max(x, 0.0), 1.0)))


def outside(prior: Prior, low: float, high: float) -> tuple[float, float]:
    """The mass under `low` and over `high` that is left after the prior's own truncation."""
    if prior.kind in ("fixed", "choice", "quantiles"):
        values = prior.args[1::2] if prior.kind == "quantiles" else prior.args
        inside = [v for v in values if (prior.low is None or v >= prior.low) and (prior.high is None or v <= prior.high)] or list(values)
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
    """Beta with 5% below `low` and 5% above `high`: matched on the logit scale, then solved exactly."""
    from scipy import optimize, special

    middle = (math.log(low / (1 - low)) + math.log(high / (1 - high))) / 2
    share = 1 / (1 + math.exp(-middle))
    spread = (high - low) / (2 * Z90)
    total = max(share * (1 - share) / spread**2 - 1, 0.5)

    def miss(logs: tuple[float, float]) -> list[float]:
        a, b = math.exp(min(logs[0], 30)), math.exp(min(logs[1], 30))
        # on the probit scale both tails count alike, however thin they are
        tails = [float(special.betainc(a, b, low)), float(special.betaincc(a, b, high))]
        return [NormalDist().inv_cdf(min(max(tail, 1e-300), 1 - 1e-16)) + Z90 for tail in tails]

    start = [math.log(share * total), math.log((1 - share) * total)]
    found = optimize.least_squares(miss, start, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    # twelve digits: the file that is written back shows them, and the last ones are the solver's
    return float(f"{math.exp(found.x[0]):.12g}"), float(f"{math.exp(found.x[1]):.12g}")

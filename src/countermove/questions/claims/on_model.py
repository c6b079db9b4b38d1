"""A claim's statistic in the runs: sums by draw of every query, and from them values, errors and the chance that the claim is true in a draw.

Every query is a ratio of two sums over run-months, so that sums add over lucks, strategies and theories:

- `P(x | y)`, `share(x | y)`: months in which y and x hold, over months in which y holds. `mean(x | y)`: the sum of x, over those months.
- `slope(y, x)` where x is the owner's rung: what the rung does. The owner is put on one rung after another, with the same draws and the same
  luck and nothing else ordered; the slope is that of the mean of y on the rung ordered. It is an effect in the model.
- `slope(y, x)` for any other x, or with a condition: the least-squares slope of y on x over the months of a draw's runs under one strategy
  (draw fixed effects). It is an association: both may follow from a third thing.

Months whose shifts fall outside the run are left out. A mixture of theories or strategies adds sums: a theory under which the case arises
more often speaks louder, as it does in a mixture of runs. Errors: delete-one jackknife over the scrambles of the draws, which are independent
(Owen 1997; Efron & Tibshirani 1993, chapter 11). A share of 0 or 1 has no spread: its interval is that of Clopper and Pearson over the draws
in which the case arises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from countermove.decision.proportions import clopper_pearson
from countermove.engine.quantities import Quantity
from countermove.errors import DecisionError
from countermove.questions.claims.finding import Mover, Odds, Statistic
from countermove.questions.claims.query import ClaimQuery, ahead
from countermove.world.expression import Expression, Name, Query, evaluate, names, reach

ERRORS = 2.0
"""Standard errors either side of a value that are taken as possible (about 94% with 16 scrambles)."""

LEVEL = 0.05
"""The chance that any one of all the numbers is listed as moving a claim that none moves."""

Sums = np.ndarray
"""By query and draw [Q, 2, ..., D]: the sum above and the sum below. Where halves of the luck are kept apart, they are the last axis but one."""


def of_rung(query: Query, owner: str) -> bool:
    """Whether the query asks what the owner's rung does."""
    return query.op == "slope" and query.given is None and query.args[1] == Name(owner, "rung", 0, "number")


def quantities(queries: Iterable[Query]) -> tuple[Quantity, ...]:
    """What has to be known of each month of the runs, each once."""
    return tuple(dict.fromkeys(Quantity(name.of, name.what) for query in queries for name in names(query)))


def window(query: Query, months: int) -> tuple[int, int]:
    """The first month, and that after the last, in which all that the query asks for lies inside a run; equal where there is none."""
    low, high = reach(_forward(query))
    first = min(max(-low, 0), months)
    return first, max(months - max(high, 0), first)


def beyond(query: Query, months: int) -> bool:
    """Whether a clock of so many months has none in which all that the query asks for lies inside a run."""
    first, end = window(query, months)
    return first == end


def _forward(query: Query) -> Query:
    return Query(query.op, tuple(ahead(arg) for arg in query.args), query.given)


def sums(query: Query, values: Mapping[Quantity, np.ndarray], lucks: int) -> np.ndarray:
    """The two sums [2, halves, D] of a query over the months [T, D * lucks] of draw-major runs: of even lucks, and of odd ones if any.

    Raises:
        DecisionError: a value that is not a finite number (a division by zero in the claim).
    """
    months, runs = next(iter(values.values())).shape
    first, end = window(query, months)
    whole = _forward(query)

    def look(name: Name) -> np.ndarray:
        return values[Quantity(name.of, name.what)][first + name.shift : end + name.shift]

    def value(tree: Expression) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            monthly = np.asarray(evaluate(tree, look), np.float64)
        return np.broadcast_to(monthly, (end - first, runs))

    given = np.ones((end - first, runs), bool) if whole.given is None else value(whole.given) != 0
    parts = [np.where(given, value(arg), 0.0) for arg in whole.args]
    if not all(np.isfinite(part).all() for part in parts):
        raise DecisionError("a claim divides by zero in some months", next="Put the months in which it can be asked after the bar")

    def halves(x: np.ndarray) -> np.ndarray:
        by_luck = x.sum(axis=0).reshape(-1, lucks)
        return np.stack([by_luck[:, half::2].sum(axis=1) for half in range(min(lucks, 2))])

    count = halves(given.astype(np.float64))
    if query.op != "slope":
        return np.stack([halves(parts[0]), count])
    cases = np.maximum(count.sum(axis=0), 1)
    y, x = (part - given * np.repeat(halves(part).sum(axis=0) / cases, lucks) for part in parts)
    return np.stack([halves(x * y), halves(x * x)])


def effect(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The two sums [2, ..., halves, D] of the slope of y on what the strategies make of x, from the sums [2, S, ..., halves, D] of both means.

    The mean of x over all runs stands for each strategy: within a strategy x follows events, and would carry their effects back into the
    slope. This is two-stage least squares with the strategies as instruments (Angrist & Pischke 2009, chapter 4).
    """
    level = x[0].sum(axis=(-2, -1)) / x[1].sum(axis=(-2, -1))
    moved = (level - level.mean(axis=0))[..., None, None]
    return np.stack([(moved * y[0]).sum(axis=0), (moved * x[0]).sum(axis=0)])


def ratios(whole: Sums) -> np.ndarray:
    """Values of queries [Q, ...] from their sums [Q, 2, ...]; nan where the case never arises."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole[:, 1] > 0, whole[:, 0] / whole[:, 1], np.nan)


def by_scramble(values: np.ndarray, scramble: np.ndarray) -> np.ndarray:
    """Sums over the draws of each scramble [..., K] of a value per draw [..., D]."""
    return np.stack([values[..., scramble == k].sum(axis=-1) for k in np.unique(scramble)], axis=-1)


def replicates(one: ClaimQuery, parts: Sums) -> tuple[np.ndarray, np.ndarray]:
    """The statistic [...] from sums by scramble [Q, 2, ..., K], and the same without each scramble in turn [..., K]."""
    whole = parts.sum(axis=-1)
    return one.value(ratios(whole)), one.value(ratios(whole[..., None] - parts))


def jackknife(without: np.ndarray) -> np.ndarray:
    """The standard error [...] from the statistic without each scramble in turn [..., K]; nan where one of these does not exist."""
    count = without.shape[-1]
    if count < 2:
        return np.full(without.shape[:-1], np.nan)
    spread = without - without.mean(axis=-1, keepdims=True)
    return np.sqrt((count - 1) / count * np.square(spread).sum(axis=-1))


def figure(one: ClaimQuery, of: Sums, scramble: np.ndarray) -> Statistic:
    """The statistic over all draws from sums [Q, 2, D], with its error, its interval and the verdict."""
    value, without = replicates(one, by_scramble(of, scramble))
    return _figure(one, float(value), float(jackknife(without)), int((of[0, 1] > 0).sum()))


def _figure(one: ClaimQuery, value: float, se: float, cases: int) -> Statistic:
    low, high = value - ERRORS * se, value + ERRORS * se
    if one.share and value in (0.0, 1.0) and cases:
        low, high = clopper_pearson(0 if value == 0 else cases, cases)
    elif one.share:
        low, high = max(low, 0.0), min(high, 1.0)
    return Statistic(value, se, low, high, one.verdict(low, high))


def figures(one: ClaimQuery, of: Sums, scramble: np.ndarray) -> tuple[list[Statistic], np.ndarray]:
    """Many at once, from sums [Q, 2, N, D], and the statistics without each scramble in turn [N, K]."""
    value, without = replicates(one, by_scramble(of, scramble))
    error = jackknife(without)
    cases = (of[0, 1] > 0).sum(axis=-1)
    return [_figure(one, float(v), float(e), int(c)) for v, e, c in zip(value, error, cases, strict=True)], without


def chances(one: ClaimQuery, of: Sums) -> tuple[np.ndarray, np.ndarray]:
    """Draw by draw [D], from sums [Q, 2, halves, D]: the chance that the claim is true, and whether the case arises at all.

    A draw's statistic is its own value and the noise of few lucks, which would make true and false of every claim that is near its constant,
    and false of every slope of an event that few runs see. The two halves of the luck tell how large the noise is; what is left of the spread
    is the draws' own (random effects, DerSimonian & Laird 1986). Each draw is then drawn towards the mean of all as far as it is noise, and
    counts as true with the probability that its own value is. A draw in which the case never arises is taken for any other.
    With a single luck nothing can be told apart: each draw is taken at its value.
    """
    value = one.value(ratios(of.sum(axis=-2)))
    there = np.isfinite(value)
    if not there.any():
        return np.full(value.shape, np.nan), there
    mass = of[0, 1] if len(one.queries) == 1 else np.isfinite(one.value(ratios(of))).astype(np.float64)
    own, noise = np.where(there, value, 0.0), _noise(one, of, mass)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(there, mass.sum(axis=-2) / noise, 0.0) if noise > 0 else there.astype(np.float64)
        centre = (weight * own).sum() / weight.sum()
        excess = (weight * (own - centre) ** 2).sum() - (there.sum() - 1 if noise > 0 else 0)
        within = max(excess, 0.0) / (weight.sum() - (weight**2).sum() / weight.sum()) if there.sum() > 1 else 0.0
        kept = np.where(there, within / (within + 1 / weight), 0.0) if noise > 0 else there.astype(np.float64)
        sharp = np.where(weight > 0, 1 / (within + 1 / weight), 0.0) if noise > 0 else weight
        centre = (sharp * own).sum() / sharp.sum()
    error = 1 / sharp.sum() if noise > 0 else 0.0
    guess = centre + kept * (own - centre)
    return _above(one, guess, np.sqrt((1 - kept) * within + (1 - kept) ** 2 * error)), there


def _noise(one: ClaimQuery, of: Sums, mass: np.ndarray) -> float:
    """The variance that luck gives to the statistic of a draw with a sum below of 1, from the halves of the luck; 0 where they cannot tell."""
    if of.shape[-2] < 2:
        return 0.0
    halves = one.value(ratios(of))
    both = np.isfinite(halves).all(axis=0)
    if not both.any():
        return 0.0
    return float((np.diff(halves[:, both], axis=0) ** 2 / (1 / mass[:, both]).sum(axis=0)).mean())


def _above(one: ClaimQuery, guess: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """The chance that the claim is true of a normal number [D]."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above = stats.norm.cdf((guess - one.constant) / sd)
    chance = {">": above, ">=": above, "<": 1 - above, "<=": 1 - above, "==": 0 * above, "!=": 0 * above + 1}[one.op]
    return np.where(sd > 0, chance, one.true(guess))


def true_share(one: ClaimQuery, of: Sums, scramble: np.ndarray) -> tuple[float, float, float]:
    """The share of draws in which the claim is true, its error, and the share of draws in which the case never arises.

    From sums [Q, 2, halves, D]. nan where it arises in none; the error is nan where leaving out a scramble leaves none.
    """
    chance, there = chances(one, of)
    if not there.any():
        return float("nan"), float("nan"), 1.0
    kept = [scramble != k for k in np.unique(scramble)]
    without = np.array([chances(one, of[..., draws])[0].mean() if draws.any() else np.nan for draws in kept])
    return float(chance.mean()), float(jackknife(without)), float(1 - there.mean())


# --- what would turn it: an uncertain number in its low or high third, or the prior of a reader over the theories -------------------------


@dataclass(frozen=True)
class Coordinate:
    """An uncertain number and its value in every draw [D]."""

    name: str
    where: str
    doc: str
    unit: str
    values: np.ndarray


def thirds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The draws [D] of the low and of the high third; of a number with few values, those with its lowest and its highest."""
    ordered = np.sort(values)
    below, above = ordered[len(ordered) // 3 - 1 if len(ordered) >= 3 else 0], ordered[-(len(ordered) // 3) or -1]
    if below >= above:
        below, above = ordered[0], ordered[-1]
    return values <= below, values >= above


def movers(one: ClaimQuery, of: Sums, scramble: np.ndarray, numbers: Sequence[Coordinate], most: int = 3) -> tuple[Mover, ...]:
    """The numbers that turn the claim, strongest first; where none does, the one that moves its statistic most.

    A number moves the statistic where the difference between its thirds is beyond chance: beyond Student's t over the scrambles, at 5%
    divided by how many numbers are looked at (Bonferroni). It turns the claim where the statistic lies on the two sides of the constant.

    Args:
        one: the claim.
        of: sums by query and draw [Q, 2, D].
        scramble: the scramble of each draw [D].
        numbers: the uncertain numbers; those that do not differ between draws are passed over.
        most: how many are returned.
    """
    used = [number for number in numbers if np.ptp(number.values) > 0]
    count = len(np.unique(scramble))
    if not used or count < 2:
        return ()
    parted = [thirds(number.values) for number in used]
    low, low_without = figures(one, of[:, :, None] * np.stack([third for third, _ in parted]), scramble)
    high, high_without = figures(one, of[:, :, None] * np.stack([third for _, third in parted]), scramble)
    error = jackknife(high_without - low_without)
    limit = float(stats.t.ppf(1 - LEVEL / (2 * len(used)), count - 1))
    found: list[Mover] = []
    for number, one_low, one_high, se, (below, above) in zip(used, low, high, error, parted, strict=True):
        gap = one_high.value - one_low.value
        if not abs(gap) > limit * se:  # nan: cannot tell
            continue
        sides = one.true(np.array([one_low.value, one_high.value]))
        ends = float(number.values[below].max()), float(number.values[above].min())
        words = (number.name, number.where, number.doc, number.unit)
        found.append(Mover(*words, *ends, one_low, one_high, gap, float(se), bool(sides[0] != sides[1])))
    found.sort(key=lambda mover: -abs(mover.gap))
    return tuple([mover for mover in found if mover.turns][:most] or found[:1])


def odds(theories: Sequence[str], weights: np.ndarray, true: np.ndarray, se: np.ndarray) -> Odds:
    """How strong a prior would have to be to turn the claim; the definition is that of `Odds`.

    With p the share of draws in which the claim is true under a theory, the claim's probability is the weighted mean of p, and times = the sum
    over the theories for it of w (p - 1/2), over the sum over those against it of w (1/2 - p). A theory whose p is within two errors of 1/2
    takes no side.

    Args:
        theories: names [H].
        weights: weight of each [H].
        true: share of draws in which the claim is true [H]; nan under a theory that says nothing, which is passed over.
        se: its error [H]; the draws are the same under every theory, so errors are added and not their squares.

    Raises:
        DecisionError: no weight on a theory that says anything.
    """
    speaks = np.isfinite(true) & (weights > 0)
    if not speaks.any():
        raise DecisionError("no theory with a weight says anything of the claim")
    share = np.where(speaks, weights, 0.0) / weights[speaks].sum()
    lean = np.where(speaks & ~(np.abs(true - 0.5) <= ERRORS * se), true - 0.5, 0.0)
    for_, against = float((share * lean)[lean > 0].sum()), float(-(share * lean)[lean < 0].sum())
    return Odds(
        probability=float((share * np.where(speaks, true, 0.0)).sum()),
        se=float((share * np.where(speaks, se, 0.0)).sum()),
        times=for_ / against if for_ > 0 and against > 0 else None,
        for_=tuple(name for name, x in zip(theories, lean, strict=True) if x > 0),
        against=tuple(name for name, x in zip(theories, lean, strict=True) if x < 0),
    )

"""Robust choice: criteria that look at every draw and theory, or at every division of weight between theories, rather than at the mean.

Their errors come from the scrambles, by leaving out one at a time (delete-a-group jackknife: Quenouille 1956, Tukey 1958, Kott 2001). For a
mean this is the error of decision/monte_carlo_error.py exactly; the quantile and the horizon have no sums by scramble, and this serves them too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

import numpy as np

from countermove.decision.cells import outcomes_of, row_of, shares_of
from countermove.decision.monte_carlo_error import Scrambles, estimates
from countermove.decision.objective import points
from countermove.decision.ranking import ROUNDING, Ranking, half_sampled, jackknife, ranking
from countermove.decision.regret import cross_fitted_regret
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.rng.seeds import stream_of
from countermove.scenario.schema import Objective
from countermove.world.certainty import ERRORS
from countermove.world.shapes import checked
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import figure


class DrawnStrategies:
    """Strategies whose worth is known draw by draw: `weight` [D] of the draws, `scramble` [D] which of them belong together."""

    strategies: tuple[str, ...]
    weight: np.ndarray
    scramble: np.ndarray

    @property
    def scrambles(self) -> Scrambles:
        """Which draws belong together when errors are estimated."""
        return scrambles_of(self.weight, self.scramble)

    def require_several(self) -> None:
        """Refuse one strategy: regret needs another."""
        if len(self.strategies) < 2:
            raise DecisionError("one strategy cannot be compared with itself", next="Two or more can")


@dataclass(frozen=True)
class Values(DrawnStrategies):
    """What each of S strategies is worth under each of T theories in each of D draws: `by_draw` is the mean over luck, more is better.

    `halves` are the means over the lucks of even and of odd number (None: not known). `shares` of the theories and `weight` of the draws sum
    to 1 each. Criteria that use weights leave out a theory of share 0; those that use none (the domain criterion, the
    horizon, minimax regret) count every theory that is here. Draws of weight 0 count nowhere. `titles`: what sentences call them.
    """

    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    by_draw: Annotated[np.ndarray, "S T D"]
    shares: Annotated[np.ndarray, "T"]
    weight: Annotated[np.ndarray, "D"]
    scramble: Annotated[np.ndarray, "D"]
    halves: Annotated[np.ndarray, "2 S T D"] | None = None
    titles: Titles = UNTITLED

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        shape = (len(self.strategies), len(self.theories), len(self.weight))
        if 0 in shape:
            raise DecisionError("{} strategies, {} theories and {} draws: none of them may be missing".format(*shape))
        checked(self, DecisionError, S=shape[0], T=shape[1])
        if not (np.isfinite(self.by_draw).all() and (self.halves is None or np.isfinite(self.halves).all())):
            raise DecisionError("a value is not finite", next="A measure that some runs do not have cannot be valued")
        distribution(self.shares, len(self.theories), "theories")
        distribution(self.weight, shape[2], "draws")

    def means(self, weight: np.ndarray) -> np.ndarray:
        """Expected values [S, T] under draw weights [D] that sum to 1."""
        return self.by_draw @ weight


def distribution(weight: np.ndarray, size: int, of: str) -> None:
    """Raise DecisionError unless these are `size` weights from 0 up that sum to 1."""
    if weight.shape != (size,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise DecisionError(f"the weights of the {of} are not {size} numbers from 0 up")
    if abs(float(weight.sum()) - 1) > 1e-6:
        raise DecisionError(f"the weights of the {of} sum to {float(weight.sum()):g}, not to 1", next="Divide them by their sum")


def scrambles_of(weight: np.ndarray, scramble: np.ndarray) -> Scrambles:
    """The scrambles of draws with these weights [D], made to sum to 1."""
    share = np.asarray(weight, np.float64) / np.sum(weight, dtype=np.float64)
    members = tuple(np.flatnonzero(scramble == k) for k in np.unique(scramble))
    return Scrambles(members, share, np.array([share[draws].sum() for draws in members]))


def _gathered(runs: Runs, weights: Mapping[str, float], worth: Callable[[str, str], np.ndarray], titles: Titles) -> Values:
    shape = (len(runs.strategies), len(runs.theories), runs.draws)
    by_draw, halves = np.empty(shape), np.empty((2, *shape)) if runs.lucks > 1 else None
    for s, strategy in enumerate(runs.strategies):
        for t, theory in enumerate(runs.theories):
            found = worth(strategy, theory)
            by_draw[s, t] = found.mean(axis=1, dtype=np.float64)
            if halves is not None:
                halves[:, s, t] = (found[:, 0::2].mean(axis=1, dtype=np.float64), found[:, 1::2].mean(axis=1, dtype=np.float64))
    shares, weight = shares_of(runs.theories, weights), Scrambles.of(runs).weight
    return Values(runs.strategies, runs.theories, by_draw, shares, weight, np.asarray(runs.scramble), halves, titles)


def values_of(runs: Runs, objective: Objective | None, weights: Mapping[str, float], titles: Titles = UNTITLED) -> Values:
    """The points of all runs; raises DecisionError as `decision.objective.points` and for weights without meaning."""
    return _gathered(runs, weights, lambda strategy, theory: points(runs, objective, strategy, theory), titles)


def measure_values(
    runs: Runs, measure: str, better: Literal["more", "less"], weights: Mapping[str, float], titles: Titles = UNTITLED
) -> Values:
    """One measure in its own unit, negative where less of it is better, so that its regret is in that unit too."""
    row, sign = row_of(measure), 1.0 if better == "more" else -1.0
    return _gathered(runs, weights, lambda s, t: sign * np.asarray(outcomes_of(runs, s, t)[row], np.float64), titles)


def _behind(values: Values) -> np.ndarray:
    """Regret [S, T, D] to the best strategy of each theory and draw."""
    values.require_several()
    return values.by_draw.max(axis=0) - values.by_draw


class AbsoluteRegret(NamedTuple):
    """Two estimates of one thing: `naive` is biased up (the best of several noisy means is partly luck); `cross_fitted` is not, but may be
    negative, and is None where there is one luck."""

    naive: Ranking
    cross_fitted: Ranking | None


def absolute_regret(values: Values) -> AbsoluteRegret:
    """The expected loss to somebody who knows theory and draw before choosing (Savage 1951, averaged); points, or the measure's unit.

    For an outcome measure give `measure_values`. The expected regret to the best *single* strategy is `decision.regret`.
    """
    scrambles = values.scrambles
    lost = np.einsum("std,t->sd", _behind(values), values.shares)
    naive = ranking("absolute regret", "low", values, jackknife(lambda weight: lost @ weight, scrambles))
    if values.halves is None:
        return AbsoluteRegret(naive, None)
    halves = values.halves
    fitted = jackknife(lambda weight: cross_fitted_regret(halves, weight) @ values.shares, scrambles)
    return AbsoluteRegret(naive, ranking("absolute regret, cross-fitted", "low", values, fitted))


def percentile_regret(values: Values, level: float = 0.9) -> Ranking:
    """The regret that is not exceeded with probability `level` over theories and draws; the smallest is best.

    The quantile is the smallest regret with at least `level` of the weight (share of the theory x weight of the draw) at or below it (the
    inverse of the distribution function, type 1 of Hyndman & Fan 1996). Luck left in the means of few lucks flatters the best of each
    draw, so that the figure is biased up, as the naive regret is.

    Raises:
        DecisionError: one strategy, or a level that is not above 0 and at most 1.
    """
    if not 0 < level <= 1:
        raise DecisionError(f"a quantile at {level:g}", next="Give a level above 0 and at most 1")
    lost = _behind(values).reshape(len(values.strategies), -1)
    order = np.argsort(lost, axis=1, kind="stable")

    def quantile(weight: np.ndarray) -> np.ndarray:
        below = np.cumsum(np.outer(values.shares, weight).ravel()[order], axis=1)
        at = (below >= level * below[:, -1:] - ROUNDING).argmax(axis=1)
        return np.take_along_axis(lost, np.take_along_axis(order, at[:, None], axis=1), axis=1)[:, 0]

    return ranking(f"regret at the {100 * level:g}th percentile", "low", values, jackknife(quantile, values.scrambles))


def largest_regret(values: Values) -> Ranking:
    """The largest regret over theories and draws, which the best strategy makes smallest (Savage 1951); no weights are used.

    The largest of the draws at hand grows with their number, without end where regret has no bound: `se` says how far it hangs on single
    scrambles, not how far it is from that bound (`percentile_regret` can be estimated).
    """
    worst = _behind(values).max(axis=1)
    return ranking("the largest regret", "low", values, jackknife(lambda w: worst[:, w > 0].max(axis=1), values.scrambles))


class Satisficing(NamedTuple):
    """`probability`: by the weights of theories and draws. `share`: of the pairs of theory and draw, each counted once."""

    probability: Ranking
    share: Ranking


def satisficing(values: Values, wanted: float) -> Satisficing:
    """How often a strategy's mean over luck reaches the wanted value (Simon 1956; the share is Starr's domain measure, Lempert et al. 2006).

    Raises:
        DecisionError: a wanted value that is not finite.
    """
    reached = (values.by_draw >= _finite(wanted)).astype(np.float64)
    by_weight, alike = np.einsum("std,t->sd", reached, values.shares), reached.mean(axis=1)
    scrambles = values.scrambles
    probability = jackknife(lambda weight: by_weight @ weight, scrambles)
    share = jackknife(lambda weight: alike[:, weight > 0].mean(axis=1), scrambles)
    return Satisficing(
        ranking(f"the probability of {figure(wanted, 4)} points or more", "high", values, probability),
        ranking(f"the share of theories and draws with {figure(wanted, 4)} points or more", "high", values, share),
    )


def _finite(wanted: float) -> float:
    if not np.isfinite(wanted):
        raise DecisionError(f"the wanted value is {wanted}", next="Give a finite number of points")
    return wanted


def reach(table: np.ndarray, shares: np.ndarray, wanted: float) -> np.ndarray:
    """The largest h such that expected values stay at `wanted` for all weights within total variation h of `shares` [T]; [S] of a table [S, T].

    The worst weights at distance h move mass h from the theories in which the strategy does best to the one in which it does worst. Infinite:
    no weights fail, since the worst theory reaches it. Where the given weights do not reach the wanted value it goes on below 0 with the
    slope it has there, so that its error is known at 0 too.
    """
    found = np.full(len(table), np.inf)
    for s, row in enumerate(table):
        order = np.argsort(-row, kind="stable")[: int((row > row.min()).sum())]
        moved, lost = np.cumsum(shares[order]), np.cumsum((shares * (row - row.min()))[order])
        spare = float(row @ shares) - wanted
        if row.min() < wanted:
            found[s] = np.interp(spare, [0.0, *lost], [0.0, *moved]) if spare > 0 else spare / (np.ptp(row) or np.inf)
    return found


def info_gap(values: Values, wanted: float) -> Ranking:
    """The robustness horizon of info-gap theory (Ben-Haim 2006): how wrong the weights of the theories may be, in total variation, before the
    expected value falls below `wanted`. The largest is best; above 1 there is only infinity; 0 where the given weights do not reach it.

    The error is infinite where the draws leave open, within two errors, whether the strategy's worst theory reaches the wanted value.

    Raises:
        DecisionError: a wanted value that is not finite.
    """
    scrambles = values.scrambles
    table, se = estimates(scrambles.gather(values.by_draw - _finite(wanted)), scrambles.mass)
    place = (np.arange(len(table)), table.argmin(axis=1))
    found, parts = jackknife(lambda weight: reach(values.means(weight), values.shares, wanted), scrambles)
    parts[(se[place] > 0) & (np.abs(table[place]) <= ERRORS * se[place])] = np.inf
    return ranking(f"the horizon at which {figure(wanted, 4)} points are lost", "high", values, (np.maximum(found, 0.0), parts))


def _kept(corners: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The part of a convex polygon, given by its corners [V, T] in order, in which `normal` is not negative (Sutherland & Hodgman 1974)."""
    side = corners @ normal
    found: list[np.ndarray] = []
    for here, corner in enumerate(corners):
        there = (here + 1) % len(corners)
        if side[here] >= 0:
            found.append(corner)
        if side[here] * side[there] < 0:
            found.append((side[here] * corners[there] - side[there] * corner) / (side[here] - side[there]))
    return np.array(found).reshape(-1, len(normal))


def _extent(corners: np.ndarray) -> float:
    """The share of the simplex within these corners: of a point, a segment or a triangle."""
    if len(corners) == 0:
        return 0.0
    if corners.shape[1] < 3:
        return float(np.ptp(corners[:, 0])) if corners.shape[1] == 2 else 1.0
    x, y = corners[:, 0], corners[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def domains(table: np.ndarray, mixes: np.ndarray | None = None) -> np.ndarray:
    """The share of the simplex of theory weights in which each row of a table [S, T] is best, [S]; rows that are equal divide theirs evenly.

    Exact, by cutting the simplex, for T up to 3; or by each of the given `mixes` of the theories [N, T], and then [N, S].
    """
    rows, which, copies = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    if mixes is not None:
        worth = mixes @ rows.T
        found = (worth == worth.max(axis=1, keepdims=True)).astype(np.float64)
        found /= found.sum(axis=1, keepdims=True)
    else:
        found = np.empty(len(rows))
        for r, row in enumerate(rows):
            corners = np.eye(table.shape[1])
            for other in np.delete(rows, r, axis=0):
                corners = _kept(corners, row - other)
            found[r] = _extent(corners)
    return (found / copies)[..., which]


def domain_criterion(values: Values, samples: int = 16_384, seed: int = 0) -> Ranking:
    """Starr's domain criterion (1962): the share of all divisions of weight between theories for which a strategy has the highest expected
    value. No weights are used. Up to three theories exact, else by `samples` from the uniform (Dirichlet) distribution, the same for all.

    The error holds that of the draws and that of the samples: these are divided into as many blocks as there are scrambles.

    Raises:
        DecisionError: one strategy, or no samples.
    """
    values.require_several()
    if samples < 1:
        raise DecisionError(f"{samples} samples of the weights of theories", next="Give at least one")
    scrambles, count = values.scrambles, len(values.theories)
    if count <= 3:
        return ranking("the domain criterion", "high", values, half_sampled(lambda w: domains(values.means(w)), scrambles))
    blocks, each = len(scrambles.members), -(-samples // len(scrambles.members))
    mixes = stream_of(seed, count).dirichlet(np.ones(count), blocks * each)
    share, parts = half_sampled(lambda w: domains(values.means(w), mixes).mean(axis=0), scrambles)
    by_block = domains(values.means(scrambles.weight), mixes).reshape(blocks, each, -1).mean(axis=1)
    return ranking("the domain criterion", "high", values, (share, np.concatenate([parts, (by_block - share).T / blocks], axis=-1)))

"""How much of what sets plans apart each measure carries, and who would be best if it were worth nothing.

A measure sets the plans apart by the variance, over plans, of the points that it gives them. Its share is its part of the sum of these over all
measures: between 0 and 1, all shares sum to 1, and two measures that pull against each other do not hide one another.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from countermove.decision.cells import row_of, shares_of
from countermove.decision.findings_values import Spread
from countermove.decision.monte_carlo_error import Scrambles, Sums, estimates, mixed
from countermove.decision.objective import required
from countermove.decision.streamed_runs import measure_sums
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective
from countermove.world.certainty import VerdictKind, difference_verdict

CARRIES = 0.75
"""A measure that carries more of the spread than this decides, whatever else is valued (judgement)."""
Floats = NDArray[np.float64]


def shares_of_spread(parts: Floats) -> Floats:
    """The share [M] of each measure in what sets plans apart, from points [S, M]; nan where the plans do not differ."""
    apart = parts.var(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return apart / apart.sum()


def shares_with_error(by_scramble: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """Shares [M] and their errors, from sums of weight x points [S, M, K] and weights [K]: by leaving out one scramble at a time (jackknife).

    The error is nan with fewer than two scrambles.
    """
    whole = shares_of_spread(by_scramble.sum(axis=-1) / mass.sum())
    used = np.flatnonzero(mass > 0)
    if len(used) < 2:
        return whole, np.full_like(whole, np.nan)
    total, weight = by_scramble.sum(axis=-1), mass.sum()
    left = np.stack([shares_of_spread((total - by_scramble[..., k]) / (weight - mass[k])) for k in used])
    return whole, np.sqrt((len(used) - 1) / len(used) * np.square(left - left.mean(axis=0)).sum(axis=0))


def spread_rows(runs: Runs, sets: Mapping[str, Objective], weights: Mapping[str, float]) -> tuple[Spread, ...]:
    """By set of values and valued measure, over the weighted theories: its share of the spread, and the best plan were it worth nothing.

    Raises DecisionError for an objective that is absent, or weights that have no meaning.
    """
    shares, scrambles = shares_of(runs.theories, weights), Scrambles.of(runs)
    rows: list[Spread] = []
    for values, objective in sets.items():
        written = required(objective).values
        parts = np.array(
            [
                [
                    worth.points / worth.per * _sums(runs, scrambles, strategy, measure, shares).total
                    for measure, worth in written.items()
                ]
                for strategy in runs.strategies
            ]
        )  # [S, M, K]
        found, error = shares_with_error(parts, scrambles.mass)
        for place, measure in enumerate(written):
            without = parts.sum(axis=1) - parts[:, place]
            rows.append(
                Spread(
                    values,
                    measure,
                    float(found[place]),
                    float(error[place]),
                    *_best(runs, objective.matters, without, scrambles.mass),
                )
            )
    return tuple(rows)


def _sums(runs: Runs, scrambles: Scrambles, strategy: str, measure: str, shares: Floats) -> Sums:
    place = row_of(measure)
    return mixed([measure_sums(runs, scrambles, strategy, theory, place) for theory in runs.theories], shares)


def _best(runs: Runs, matters: float, totals: Floats, mass: Floats) -> tuple[str, str, float, float, float, VerdictKind]:
    """The plan of the most points and the next, from sums [S, K]: names, difference, its error, what matters and the verdict."""
    value, _ = estimates(totals, mass)
    first, other = (int(place) for place in np.argsort(-value, kind="stable")[:2])
    at = Sums(totals[first] - totals[other], mass).estimate()
    return runs.strategies[first], runs.strategies[other], at.mean, at.se, matters, difference_verdict(at.mean, at.se, matters)

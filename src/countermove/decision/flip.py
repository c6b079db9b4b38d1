"""Flip points: how the weight of two theories has to be divided between them for two strategies to be equal.

With D_A and D_P the points by which the first strategy is ahead under theories A and P, the mixture w A + (1 - w) P makes them equal at
w = -D_P / (D_A - D_P), which lies strictly between 0 and 1 only where the theories disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from countermove.decision.findings import Flip
from countermove.decision.monte_carlo_error import Estimate, Sums, error_of, residuals
from countermove.decision.scores import Scores, scores
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective
from countermove.world.certainty import ERRORS, amount_certainty, difference_verdict, share_certainty
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import percent


def flip_weight(first: float, second: float) -> float | None:
    """The weight on the first theory at which a difference of `first` points there and `second` points under the other cancel.

    None where no weight strictly between 0 and 1 does it: the signs agree, or one of them is zero.
    """
    if not (first < 0 < second or second < 0 < first):
        return None
    weight = -second / (first - second)
    return weight if 0 < weight < 1 else None


@dataclass(frozen=True)
class _Ahead:
    """The points by which the first of two strategies is ahead under the first and under the second of two theories, with their errors."""

    first: Estimate
    second: Estimate

    @property
    def certain(self) -> bool:
        """Whether both signs are."""
        return amount_certainty(*self.first) == amount_certainty(*self.second) == "told"

    def immaterial(self, matters: float) -> bool:
        """Whether the strategies do not differ by what matters under either theory, and so under no mixture of the two."""
        return all(difference_verdict(*at, matters) == "no material difference" for at in (self.first, self.second))


@dataclass(frozen=True)
class _Said:
    """Two strategies, and two theories, as a sentence calls them."""

    strategies: tuple[str, str]
    theories: tuple[str, str]

    @classmethod
    def of(cls, titles: Titles, strategies: tuple[str, str], theories: tuple[str, str]) -> _Said:
        """By their titles."""
        (first, second), (one, other) = strategies, theories
        return cls((titles.say_strategy(first), titles.say_strategy(second)), (titles.say_theory(one), titles.say_theory(other)))


def flip_between(found: Scores, between: tuple[int, int], pair: tuple[int, int]) -> Flip:
    """Two strategies between two theories; the strategy that is ahead under the first theory is named first.

    A flip point is told where the sign of both differences is certain and its own range covers at most half of the scale.
    """
    a, p = between
    x, y = pair if found.value[pair[0], a] >= found.value[pair[1], a] else (pair[1], pair[0])
    means, parts = residuals(found.totals[x, [a, p]] - found.totals[y, [a, p]], found.mass)
    errors = error_of(parts, found.mass)
    ahead = _Ahead(*(Estimate(float(mean), float(error)) for mean, error in zip(means, errors, strict=True)))
    d, d_p = ahead.first.mean, ahead.second.mean
    weight = flip_weight(d, d_p)
    names = (found.strategies[x], found.strategies[y])
    theories = (found.theories[a], found.theories[p])
    said = _Said.of(found.titles, names, theories)
    if weight is None:
        sure, sentence = _order(said, ahead, found.matters)
        return Flip(theories, names, None, np.nan, sentence, not sure)
    # the delta method: d w / d D_A = D_P / (D_A - D_P)^2, d w / d D_P = -D_A / (D_A - D_P)^2, scramble by scramble
    se = float(error_of((d_p * parts[0] - d * parts[1]) / (d - d_p) ** 2, found.mass))
    if not ahead.certain or share_certainty(weight, se) != "told":
        sure, sentence = _unsure(said, ahead, found.matters)
        return Flip(theories, names, None, np.nan, sentence, not sure)
    return Flip(theories, names, weight, se, _turn(found, between, (x, y), weight, se))


def _order(said: _Said, ahead: _Ahead, matters: float) -> tuple[bool, str]:
    """Whether it is certain that the order never changes, and what is said of it."""
    d, d_p = ahead.first.mean, ahead.second.mean
    names, theories = said.strategies, said.theories
    if not ahead.certain:
        return _unsure(said, ahead, matters)
    if d == d_p == 0:
        return True, f"{names[0]} and {names[1]} score the same under {theories[0]} and under {theories[1]}."
    first, second = names if d > 0 or d_p > 0 else (names[1], names[0])
    below = "nowhere below" if d * d_p == 0 else "above"
    return True, f"{first} scores {below} {second} however the weight is divided between {theories[0]} and {theories[1]}."


def _unsure(said: _Said, ahead: _Ahead, matters: float) -> tuple[bool, str]:
    """No material difference anywhere between the two theories, which is certain; or what the errors leave open."""
    names, theories = said.strategies, said.theories
    between = f"between {theories[0]} and {theories[1]}"
    if ahead.immaterial(matters):
        both = f"There is no material difference between {names[0]} and {names[1]}"
        return True, f"{both} however the weight is divided {between}."
    what = "where" if ahead.certain else "whether"
    return False, f"The runs cannot tell {what} {names[0]} and {names[1]} change places {between}."


def _turn(found: Scores, between: tuple[int, int], pair: tuple[int, int], weight: float, se: float) -> str:
    """Told from the strategy that is ahead at the present weights, and "best" only where the other strategies are surely below both."""
    a, p = between
    x, y = pair
    held = float(found.shares[a] + found.shares[p])
    now = float(found.shares[a]) / held if held > 0 else None
    first_ahead = now is not None and now > weight
    ahead, other, theory = (x, y, p) if first_ahead else (y, x, a)
    limit = 1 - weight if first_ahead else weight
    present = ""
    if now is not None:
        present = f", now {percent(1 - now if first_ahead else now)}"
    third, lead = _third(found, between, pair, weight)
    best = all(
        found.difference(at, one, other).mean > ERRORS * found.difference(at, one, other).se
        for at, one in ((a, x), (p, y))
        for other in range(len(found.strategies))
        if other not in pair
    )
    plan, view = found.titles.say_strategy, found.titles.say_theory
    claim = "is best" if best and not lead.mean > -ERRORS * lead.se else f"is ahead of {plan(found.strategies[other])}"
    text = (
        f"Between {view(found.theories[a])} and {view(found.theories[p])}, {plan(found.strategies[ahead])} {claim} unless "
        f"{view(found.theories[theory])}"
    )
    text += f" has more than {percent(limit)} of their weight (error {percent(se)}{present})"
    above = lead.mean > ERRORS * lead.se
    return f"{text}; about there {plan(found.strategies[third])} is above both." if above else f"{text}."


def _third(found: Scores, between: tuple[int, int], pair: tuple[int, int], weight: float) -> tuple[int, Estimate]:
    """The best of the other strategies at the flip, and the points by which it is above the two; minus infinity where there is none."""
    a, p = between
    there = weight * found.totals[:, a] + (1 - weight) * found.totals[:, p]
    others = [s for s in range(len(found.strategies)) if s not in pair]
    if not others:
        return pair[0], Estimate(-np.inf, 0.0)
    third = max(others, key=lambda s: float(there[s].sum()))
    return third, Sums(there[third] - there[pair[0]], found.mass).estimate()


def flips_of(found: Scores) -> tuple[Flip, ...]:
    """The rows of `flips` from scores that are there already."""
    order = np.argsort(-found.value[:, -1], kind="stable")
    leaders = (int(order[0]), int(order[1]))
    rows: list[Flip] = []
    for a, p in combinations(range(len(found.theories) - 1), 2):
        bests = (found.best(a), found.best(p))
        if bests[0] != bests[1]:
            rows.append(flip_between(found, (a, p), bests))
        if set(bests) != set(leaders):
            rows.append(flip_between(found, (a, p), leaders))
    return tuple(rows)


def flips(runs: Runs, objective: Objective | None, weights: Mapping[str, float], titles: Titles = UNTITLED) -> tuple[Flip, ...]:
    """The flip points between every two theories: of their best strategies where these differ, and of the two that lead when weighted.

    Returns:
        Rows by pair of theories in the order of the runs. `weight` is on the first theory (of the weight of the two), None where the order
        of the two strategies never changes between them, or where that cannot be told (`cannot_tell`), and then `se` is nan.

    Raises:
        DecisionError: a comparison without meaning (no objective, one strategy, weights of zero).
    """
    return flips_of(scores(runs, objective, weights, titles))

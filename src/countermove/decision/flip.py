"""Flip points: how the weight of two theories has to be divided between them for two strategies to be equal.

With D_A and D_P the points by which the first strategy is ahead under theories A and P, the mixture w A + (1 - w) P makes them equal at
w = -D_P / (D_A - D_P), which lies strictly between 0 and 1 only where the theories disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from countermove.decision.error import error_of, residuals
from countermove.decision.scores import Scores, scores
from countermove.decision.words import percent
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective
from countermove.world.findings import Flip


def flip_weight(first: float, second: float) -> float | None:
    """The weight on the first theory at which a difference of `first` points there and `second` points under the other cancel.

    None where no weight strictly between 0 and 1 does it: the signs agree, or one of them is zero.
    """
    if not (first < 0 < second or second < 0 < first):
        return None
    weight = -second / (first - second)
    return weight if 0 < weight < 1 else None


def flip_between(found: Scores, between: tuple[int, int], pair: tuple[int, int]) -> Flip:
    """Two strategies between two theories; the strategy that is ahead under the first theory is named first."""
    a, p = between
    x, y = pair if found.value[pair[0], a] >= found.value[pair[1], a] else (pair[1], pair[0])
    means, parts = residuals(found.totals[x, [a, p]] - found.totals[y, [a, p]], found.mass)
    ahead, ahead_p = float(means[0]), float(means[1])
    weight = flip_weight(ahead, ahead_p)
    se = np.nan
    if weight is not None:
        # the delta method: d w / d D_A = D_P / (D_A - D_P)^2, d w / d D_P = -D_A / (D_A - D_P)^2, scramble by scramble
        se = float(error_of((ahead_p * parts[0] - ahead * parts[1]) / (ahead - ahead_p) ** 2, found.mass))
    names = (found.strategies[x], found.strategies[y])
    theories = (found.theories[a], found.theories[p])
    sentence = _order(names, theories, ahead, ahead_p) if weight is None else _turn(found, between, (x, y), weight, se)
    return Flip(between=theories, strategies=names, weight=weight, se=se, sentence=sentence)


def _order(names: tuple[str, str], theories: tuple[str, str], ahead: float, ahead_p: float) -> str:
    if ahead == ahead_p == 0:
        return f"{names[0]} and {names[1]} score the same under {theories[0]} and under {theories[1]}."
    first, second = names if ahead > 0 or ahead_p > 0 else (names[1], names[0])
    below = "nowhere below" if ahead * ahead_p == 0 else "above"
    return f"{first} scores {below} {second} however the weight is divided between {theories[0]} and {theories[1]}."


def _turn(found: Scores, between: tuple[int, int], pair: tuple[int, int], weight: float, se: float) -> str:
    """Told from the strategy that is ahead at the present weights, and "best" only where no third strategy is above both at the flip."""
    a, p = between
    x, y = pair
    held = float(found.shares[a] + found.shares[p])
    now = float(found.shares[a]) / held if held > 0 else None
    first_ahead = now is not None and now > weight
    ahead, other, theory = (x, y, p) if first_ahead else (y, x, a)
    limit = 1 - weight if first_ahead else weight
    present = "" if now is None else f", now {percent(1 - now if first_ahead else now)}"
    there = weight * found.value[:, a] + (1 - weight) * found.value[:, p]
    third = int(np.argmax(there))
    bests = {found.best(a), found.best(p)} == {x, y}
    clear = third in pair or bool(there[third] - there[x] <= 1e-12 * max(1.0, abs(float(there[x]))))
    claim = "is best" if bests and clear else f"is ahead of {found.strategies[other]}"
    text = f"Between {found.theories[a]} and {found.theories[p]}, {found.strategies[ahead]} {claim} unless {found.theories[theory]}"
    text += f" has more than {percent(limit)} of their weight (error {percent(se)}{present})"
    return f"{text}." if clear else f"{text}; about there {found.strategies[third]} is above both."


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


def flips(runs: Runs, objective: Objective | None, weights: Mapping[str, float]) -> tuple[Flip, ...]:
    """The flip points between every two theories: of their best strategies where these differ, and of the two that lead when weighted.

    Returns:
        Rows by pair of theories in the order of the runs. `weight` is on the first theory (of the weight of the two), None where the order
        of the two strategies never changes between them, and then `se` is nan.

    Raises:
        DecisionError: a comparison without meaning (no objective, one strategy, weights of zero).
    """
    return flips_of(scores(runs, objective, weights))

"""Adaptation pathways: at which sign it would pay to leave a strategy, and for which other one (Haasnoot, Kwakkel, Walker & ter Maat 2013).

One change of course, when a sign is first seen, against no change, on the same draws and luck. The other strategy is chosen on one half of
the scrambles and scored on the other, both ways, as what it pays to know is (decision/information.py): chosen and scored on the same draws,
a change would look good by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from countermove.decision.monte_carlo_error import estimates
from countermove.decision.robust import Values
from countermove.errors import DecisionError
from countermove.world.certainty import ERRORS, difference_verdict
from countermove.world.shapes import checked
from countermove.world.titles import Titles
from countermove.world.words import percent, with_error

Floats = NDArray[np.float64]
Advice = Literal["change", "stay", "cannot tell"]
ALARM = 0.05  # chance that any one of the signs is called a reason to change where none is
LEAST = 0.005  # a sign less probable is not judged


@dataclass(frozen=True)
class CourseRuns:
    """What was played. S signs, B other strategies, T theories, D draws; one luck a draw.

    `month`: in which month from 0 the sign was first seen, negative for never. `change`: points with the change less those without; 0 where
    the sign was never seen.
    """

    signs: tuple[str, ...]
    others: tuple[str, ...]
    month: Annotated[NDArray[np.int32], "S T D"]
    change: Annotated[Floats, "S B T D"]

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, DecisionError, S=len(self.signs), B=len(self.others))


@dataclass(frozen=True)
class Signpost:
    """One sign under the strategy that is followed.

    `probability`, and by theory in `under`; `se` its error. `month`: the median month from 0 among the runs that see it. `weights`: of the
    theories once it is seen. `to`: the best other strategy then; `gain`: what the change is worth where the sign is seen, in points, and its
    error; nan where it is seen too seldom.
    """

    sign: str
    probability: float
    se: float
    under: Mapping[str, float]
    month: int
    weights: Mapping[str, float]
    to: str
    gain: float
    gain_se: float
    advice: Advice
    sentence: str

    @property
    def overall(self) -> float:
        """What the change is worth over all runs; minus infinity where the sign was not judged."""
        return self.gain * self.probability if np.isfinite(self.gain) else -np.inf


@dataclass(frozen=True)
class Pathways:
    """When to leave `follow`: the signs, those that ask for a change first. `left_out`: strategies that could not be changed to, and why."""

    follow: str
    matters: float
    signposts: tuple[Signpost, ...]
    left_out: tuple[str, ...]
    draws: int
    sentence: str


def pathways(follow: str, seen: CourseRuns, values: Values, matters: float, left_out: Sequence[str] = ()) -> Pathways:
    """Judge every sign. `values` gives the theories with their shares and the weights of the draws.

    Raises:
        DecisionError: no sign, no other strategy, or draws of fewer than four scrambles (two in each half).
    """
    if not seen.signs or not seen.others:
        raise DecisionError("a change of course needs a sign and another strategy")
    if np.count_nonzero(values.scrambles.mass) < 4:
        raise DecisionError("a change of course is chosen and scored on halves of four scrambles or more", next="Give more draws")
    judged = [_signpost(place, seen, values, matters, follow) for place in range(len(seen.signs))]
    order = {"change": 0, "cannot tell": 1, "stay": 2}
    ranked = sorted(judged, key=lambda one: (order[one.advice], -one.overall))
    return Pathways(follow, matters, tuple(ranked), tuple(left_out), len(values.weight), _summary(follow, ranked, values.titles))


def _signpost(place: int, seen: CourseRuns, values: Values, matters: float, follow: str) -> Signpost:
    scrambles, shares = values.scrambles, values.shares
    there = seen.month[place] >= 0  # [T, D]
    by_theory = there @ scrambles.weight
    chance, se = estimates(scrambles.gather(shares @ there), scrambles.mass)
    when = np.broadcast_to(shares[:, None] * scrambles.weight, there.shape)[there]
    month = _median(seen.month[place][there], when)
    weights = shares * by_theory
    to, gain, gain_se = _best(seen.change[place], there, values)
    if chance < LEAST:
        gain = gain_se = float("nan")
    advice = _advice(gain, gain_se, matters, len(seen.signs))
    post = Signpost(
        sign=seen.signs[place],
        probability=float(chance),
        se=float(se),
        under=dict(zip(values.theories, by_theory.tolist(), strict=True)),
        month=month,
        weights=dict(zip(values.theories, (weights / weights.sum()).tolist(), strict=True)) if weights.sum() > 0 else {},
        to=seen.others[to],
        gain=gain,
        gain_se=gain_se,
        advice=advice,
        sentence="",
    )
    return replace(post, sentence=_sentence(post, follow, matters, values.titles))


def _median(months: NDArray[np.int32], weight: Floats) -> int:
    if not len(months) or weight.sum() <= 0:
        return -1
    order = np.argsort(months, kind="stable")
    passed = np.cumsum(weight[order])
    return int(months[order][np.searchsorted(passed, passed[-1] / 2)])


def _best(change: Floats, there: NDArray[np.bool_], values: Values) -> tuple[int, float, float]:
    """The best other strategy on all draws, and the cross-fitted worth of changing where the sign is seen, with its error."""
    scrambles, shares = values.scrambles, values.shares
    total = scrambles.gather(np.einsum("btd,t->bd", change, shares))  # [B, K]
    mass = scrambles.gather(shares @ there)  # [K]
    both: list[tuple[Floats, Floats]] = []
    for found, scored in scrambles.halves:
        pick = int(total[:, found].sum(axis=1).argmax())
        both.append(estimates(total[pick, scored], mass[scored]))
    gain, se = (float(np.mean(one)) for one in zip(*both, strict=True))
    return int(total.sum(axis=1).argmax()), gain, se


def _advice(gain: float, se: float, matters: float, signs: int) -> Advice:
    if not np.isfinite(gain) or not np.isfinite(se):
        return "cannot tell"
    reach = max(NormalDist().inv_cdf(1 - ALARM / (2 * signs)) / ERRORS, 1.0)
    kind = difference_verdict(gain, reach * se, matters)
    if kind == "better":
        return "change" if gain > 0 else "stay"
    return "stay" if kind == "no material difference" or gain + reach * ERRORS * se <= matters else "cannot tell"


def _sentence(post: Signpost, follow: str, matters: float, titles: Titles) -> str:
    opening = f"When {post.sign} (in {percent(post.probability)} of runs under {titles.say_strategy(follow)})"
    if not np.isfinite(post.gain):
        return f"{opening}: too seldom seen to say what a change would be worth."
    value, error = with_error(post.gain, post.gain_se)
    worth = f"a change to {titles.say_strategy(post.to)} is worth {value} points (error {error})"
    if post.advice == "change":
        return f"{opening}, {worth}, more than the {matters:g} that matters: change course."
    if post.advice == "stay":
        return f"{opening}, {worth}, not more than the {matters:g} that matters: no other strategy is worth the change."
    return f"{opening}, {worth}: whether to change cannot be told."


def _summary(follow: str, posts: Sequence[Signpost], titles: Titles) -> str:
    asked = [post for post in posts if post.advice == "change"]
    open_ = sum(post.advice == "cannot tell" for post in posts)
    rest = f" Of {open_} it cannot be told." if open_ else ""
    if not asked:
        return f"None of {len(posts)} signs is known to be worth leaving {titles.say_strategy(follow)} for another written strategy.{rest}"
    best = max(asked, key=lambda post: post.overall)
    return (
        f"{len(asked)} of {len(posts)} signs are worth a change of course. The one that pays most over all runs: when {best.sign}, leave "
        f"{titles.say_strategy(follow)} for {titles.say_strategy(best.to)}.{rest}"
    )

"""One rule for every number with an error: whether it may be told, or only that it cannot be told, or nothing.

A number stands for the range `value ± 2 se`. What that range leaves open is never told as fact: not as a word, not as a lead, not as a figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

VerdictKind = Literal["better", "no material difference", "cannot tell"]
Certainty = Literal["told", "cannot tell", "left out"]

ERRORS = 2.0
"""How many standard errors either side of a number are taken as possible (about 94% with 16 scrambles)."""
ROUNDING = 1e-9
"""A sum of weights that is so near to 1 is 1."""
WIDEST = 0.5
"""How much of the scale of a share its range may cover and still be told: half of it."""


def difference_verdict(difference: float, se: float, matters: float) -> VerdictKind:
    """The verdict on a difference of points; the range difference ± 2 se is what is possible.

    - the whole range lies within ± matters (the ends included): "no material difference";
    - the whole range lies beyond matters: "better";
    - else "cannot tell": the range holds both a difference that matters and one that does not, whether or not its sign is certain.
      More draws would settle it. An unknown error (nan) is this case too.
    """
    reach = ERRORS * se
    if abs(difference) + reach <= matters:
        return "no material difference"
    return "better" if difference - reach > matters else "cannot tell"


def share_certainty(share: float, se: float) -> Certainty:
    """A share, a probability, a weight at which something turns (0 to 1): "57% (error 197%)" says nothing.

    Told where its range, within 0 to 1, covers at most half of the scale; "left out" where there is no number; else "cannot tell", an unknown
    error included.
    """
    if not math.isfinite(share):
        return "left out"
    if not math.isfinite(se):
        return "cannot tell"
    return range_certainty(max(share - ERRORS * se, 0.0), min(share + ERRORS * se, 1.0))


def amount_certainty(amount: float, se: float) -> Certainty:
    """An amount that may be above or below 0 (an effect, a change, a lead): told where its sign is certain, or where it is 0 without error."""
    if not math.isfinite(amount):
        return "left out"
    if not math.isfinite(se):
        return "cannot tell"
    return "told" if abs(amount) > ERRORS * se or (amount == 0 and se == 0) else "cannot tell"


def share_range(share: float, se: float, draws: int = 0) -> tuple[float, float]:
    """What is possible of a share that was counted in runs: `share` ± 2 se, and never less than `draws` draws leave open.

    None of n independent draws leaves anything up to 1 - 0.025^(1/n) possible, all of n anything down from 0.025^(1/n): the 95% interval of
    Clopper & Pearson (1934), 11% and 89% with 32 draws. Draws count and not runs, since the lucks of one draw share its numbers. Ends of nan
    where neither error nor draws (0: not known) bound the share.
    """
    if not math.isfinite(share):
        return math.nan, math.nan
    low, high = (share - ERRORS * se, share + ERRORS * se) if math.isfinite(se) else (share, share)
    if draws > 0 and (math.isfinite(se) or share in (0.0, 1.0)):
        unseen = 0.025 ** (1 / draws)
        return max(min(low, unseen), 0.0), min(max(high, 1 - unseen), 1.0)
    if not math.isfinite(se) or (se == 0 and share in (0.0, 1.0)):
        return math.nan, math.nan
    return max(low, 0.0), min(high, 1.0)


def most_of_none(draws: int) -> float:
    """What the probability may be, at most, of something that none of so many draws did; 1 where there was no draw."""
    return 1.0 if draws < 1 else share_range(0.0, 0.0, draws)[1]


def range_certainty(low: float, high: float) -> Certainty:
    """A share of which this range (0 to 1) is possible: told where it covers at most half of the scale; "cannot tell" with ends of nan."""
    return "told" if high - low <= WIDEST else "cannot tell"


def at_most(amount: float, se: float) -> float:
    """The upper end of an amount that cannot be below 0 (a value of knowing, a regret): what is said of it where `amount_certainty` cannot."""
    return max(amount, 0.0) + ERRORS * se


def ratio_certainty(value: float, se: float) -> Certainty:
    """A ratio with the natural scale of 1 (the share of an effect that a reply undoes): told where its range covers at most half of 1, or of
    its own size where that is larger."""
    if not math.isfinite(value):
        return "left out"
    return "told" if 2 * ERRORS * se <= WIDEST * max(1.0, abs(value)) else "cannot tell"


def leaders(regrets: Iterable[tuple[str, float, float]], matters: float) -> tuple[str, ...]:
    """Of plans by regret and its error, those that are not surely behind the best by more than what matters; without the ones of no number.

    One name is a lead. Of more names none leads: they cannot be told apart, or do not differ by what matters.
    """
    known = [row for row in regrets if math.isfinite(row[1])]
    least = min((regret for _, regret, _ in known), default=0.0)
    return tuple(name for name, regret, se in known if difference_verdict(regret - least, se, matters) != "better")


def surely_differ(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether two numbers, each with its error, surely differ: the sum of their errors bounds that of their difference."""
    return abs(first[0] - second[0]) > ERRORS * (first[1] + second[1])

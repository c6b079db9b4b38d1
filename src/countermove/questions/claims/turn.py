"""What would turn a claim: an uncertain number in its low or high third, or the prior of a reader over the theories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from countermove.errors import DecisionError
from countermove.questions.claims.finding import Mover, Odds
from countermove.questions.claims.on_model import ERRORS, Sums, figures, jackknife
from countermove.questions.claims.query import Asked

LEVEL = 0.05
"""The chance that any one of all the numbers is listed as moving a claim that none moves."""


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


def movers(one: Asked, of: Sums, scramble: np.ndarray, numbers: Sequence[Coordinate], most: int = 3) -> tuple[Mover, ...]:
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

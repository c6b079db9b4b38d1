"""The curve of logit responses: the equations of the agent form with their derivatives, and a walk along the curve that solves them.

Every information set answers what its actions are worth there, given that it is reached: log p(a) - log p(b) = lambda (V(a) - V(b)), the agent
form of McKelvey & Palfrey (Experimental Economics 1, 1998). The unknowns are logarithms of probabilities (Turocy, Economic Theory 42, 2010), so
that what is nearly never done keeps its order. The walk is predictor and corrector by arc length (Allgower & Georg, Numerical Continuation
Methods, 1990), so that a curve that turns back is followed round the turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, cast

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from countermove.errors import SolveError
from countermove.games.flat import FlatGame, Floats

NEAR = 1e-6  # a step of Newton's that is shorter ends the corrector of a walk; the one after it would be its square
EXACT = 1e-11  # and of a point that is handed on
NOISE = 1e-16  # times the square of the largest unknown: what rounding leaves of beliefs, times the precision
BOLD = 0.5  # how far a prediction may be from the curve, in units of log probability
STRAIGHT = 0.9  # cosine of the angle that a curve may turn by in a step: a longer step could come down on another curve
SHORT = (
    1e-4  # a step of this part of 1 + s over which `turn` still changes went through a crossing, and not from one curve to another
)
CORRECTIONS = 7

Gesv = Callable[[Floats, Floats], tuple[Floats, NDArray[np.int32], Floats, int]]
_gesv = cast(
    "Gesv", linalg.get_lapack_funcs("gesv", dtype=np.float64)
)  # NumPy's solve keeps the factors, which tell the sign of the determinant


@dataclass(frozen=True)
class Road:
    """What changes along a curve as s goes from 0 up: the precision, and how much the leaning of each action counts."""

    precision: tuple[float, float]  # at s = 0, and more for each 1 of s
    leaning: tuple[float, float]


@dataclass(frozen=True)
class Point:
    """A solution on a road: logarithms of probabilities, where on the road, and the direction of the curve there (of length 1, s last).

    `turn` is the sign of the determinant of the derivatives with the direction below: it stays the same along a curve, and is the other one on
    the next strand of a fold, or behind a place where curves cross.
    """

    logs: Annotated[Floats, "A"]
    s: float
    along: Annotated[Floats, "A + 1"]
    turn: float


class Equations:
    """The equations of a flat game, with payoffs scaled to a range of 1. `leaning` is the logarithm of what each action is done with at
    precision 0: the same for all of a set by default; another leaning starts another curve to another equilibrium, maybe."""

    def __init__(self, game: FlatGame, leaning: Floats | None = None) -> None:
        self.game = game
        self.size = len(game.actions)
        self.first = game.first
        self.set_of = game.set_of
        low, high = game.payoffs.min(axis=0), game.payoffs.max(axis=0)
        spread = float((high - low).max())
        self.unit = spread if spread > 0 else 1.0  # points that one unit of scaled payoff is
        self.sets, self.numbers, self.same = np.arange(len(self.first)), np.arange(self.size), np.eye(self.size + 1)
        counts = np.diff(np.append(game.first, self.size))
        self.leaning = -np.log(counts)[game.set_of] if leaning is None else leaning
        # A pair is an end and an action on the way to it, in the order of the actions.
        ends, depths = np.nonzero(game.paths >= 0)
        order = np.argsort(game.paths[ends, depths], kind="stable")
        self.end = ends[order]
        self.action = game.paths[self.end, depths[order]]
        self.steps = np.ascontiguousarray(game.paths.T)  # [D, Z]
        self.place = depths[order] * len(game.paths) + self.end
        self.luck = game.luck[self.end]
        self.opens = np.searchsorted(self.action, np.arange(self.size))
        owner = game.owner[game.set_of[self.action]]
        self.pays = ((game.payoffs - low) / self.unit)[self.end, owner]
        # A triple is a pair and any action on the way to its end.
        along = game.paths[self.end]
        self.pair, places = np.nonzero(along >= 0)
        self.cell = self.action[self.pair] * self.size + along[self.pair, places]

    def worth(self, logs: Floats) -> tuple[Floats, Floats]:
        """What each action is worth where it can be taken, [A] in scaled payoffs, and the weights of its pairs: how likely each end is once
        the set is reached and the action is taken."""
        # What leads to a place may have tiny probabilities, whose logarithms are large. They are summed from the root on, so that they cancel
        # without a rest for all ends behind a place.
        steps = np.append(logs, 0.0)[self.steps]
        before: Floats = np.zeros(steps.shape)
        behind: Floats = np.zeros(steps.shape)
        np.add.accumulate(steps[:-1], axis=0, out=before[1:])
        np.add.accumulate(steps[:0:-1], axis=0, out=behind[-2::-1])
        lead = before.ravel()[self.place]
        weights = np.exp(lead - np.maximum.reduceat(lead, self.opens)[self.action] + behind.ravel()[self.place] + self.luck)
        weights /= np.add.reduceat(weights, self.opens)[self.action]
        return np.add.reduceat(weights * self.pays, self.opens), weights

    def slopes(self, worth: Floats, weights: Floats) -> Annotated[Floats, "A A"]:
        """The derivative of `worth` by each log probability: the covariance of payoff and of having been there."""
        parts = weights * (self.pays - worth[self.action])
        sums: Floats = np.bincount(self.cell, parts[self.pair], self.size * self.size).astype(np.float64, copy=False)
        return sums.reshape(self.size, self.size)

    def at(self, logs: Floats, s: float, road: Road) -> tuple[Floats, Annotated[Floats, "A + 1 A + 1"]]:
        """What the equations miss by [A], and their derivatives by the logs and s; the last row is left to the caller."""
        precision = road.precision[0] + s * road.precision[1]
        leaning = road.leaning[0] + s * road.leaning[1]
        worth, weights = self.worth(logs)
        matrix = self.same.copy()
        matrix[:-1, :-1] -= precision * self.slopes(worth, weights)
        misses = logs - precision * worth - leaning * self.leaning
        matrix[:-1, -1] = -road.precision[1] * worth - road.leaning[1] * self.leaning
        # Each set is measured against its likeliest action, whose own row says that probabilities sum to 1.
        top = np.maximum.reduceat(logs, self.first)
        likeliest = np.flatnonzero(logs >= top[self.set_of])
        chosen = likeliest[self.set_of[likeliest].searchsorted(self.sets)]
        against = chosen[self.set_of]
        misses -= misses[against]
        matrix[:-1] -= matrix[against]
        mass = np.exp(logs - top[self.set_of])
        whole = np.add.reduceat(mass, self.first)
        misses[chosen] = top + np.log(whole)
        matrix[chosen] = 0
        matrix[against, self.numbers] = mass / whole[self.set_of]
        return misses, matrix

    def regret(self, logs: Floats) -> float:
        """By how much an information set could do better on average where it stands, at most, in scaled payoffs."""
        worth, _ = self.worth(logs)
        means = np.add.reduceat(np.exp(logs) * worth, self.first)
        return float((np.maximum.reduceat(worth, self.first) - means).max())


def start(equations: Equations, road: Road) -> Point:
    """The only solution at precision 0: everybody follows the leaning."""
    logs = road.leaning[0] * equations.leaning
    logs = logs - np.log(np.add.reduceat(np.exp(logs), equations.first))[equations.set_of]
    return starting(equations, road, logs)


def starting(equations: Equations, road: Road, logs: Floats, s: float = 0.0) -> Point:
    """A known solution at `s`, with the direction towards more of it. Raises SolveError where the curve turns just there."""
    _, matrix = equations.at(logs, s, road)
    matrix[-1, -1] = 1
    ahead = _solved(matrix, np.append(np.zeros(len(logs)), 1.0))
    if ahead is None:
        raise SolveError("the curve of responses has no direction where it should start", where="precision")
    # With the direction in the last row the determinant has the same sign: the direction looks towards more of s.
    return Point(logs, s, ahead[0] / np.linalg.norm(ahead[0]), ahead[1])


def walk(equations: Equations, road: Road, begin: Point, *, steps: int = 4_000, first: float = 0.5) -> Iterator[Point]:
    """Points of the curve from `begin` on, without end. Raises SolveError when the curve is lost (steps become too short) or after `steps`."""
    point, length = begin, first
    for _ in range(steps):
        found = _correct(equations, road, point, length)
        while found is None:
            length /= 2
            if length < 1e-9 * (1 + abs(point.s)):
                raise SolveError(f"the curve of responses is lost at {point.s:g} of its road", where="precision")
            found = _correct(equations, road, point, length)
        point, error = found
        length *= min(4.0, max(0.4, 0.8 * (BOLD / max(error, 1e-12)) ** 0.5))
        yield point
    raise SolveError(f"the curve of responses has no end within {steps} steps", where="precision")


def settle(equations: Equations, road: Road, logs: Floats, s: float) -> Floats | None:
    """The solution at exactly `s` next to `logs`, by Newton's method; None where it goes astray."""
    for _ in range(2 * CORRECTIONS):
        misses, matrix = equations.at(logs, s, road)
        change = _solved(matrix[:-1, :-1], -misses)
        if change is None:
            return None
        logs = logs + change[0]
        if np.abs(change[0]).max() <= EXACT + NOISE * float(max(np.abs(logs).max(), s)) ** 2:
            return logs
    return None


def between(before: Point, after: Point, s: float) -> Floats:
    """Log probabilities at `s` on the cubic that two neighbours of a walk and their directions give."""
    width = after.s - before.s
    t = (s - before.s) / width
    if min(before.along[-1], after.along[-1]) <= 1e-3:  # next to a turn
        return (1 - t) * before.logs + t * after.logs
    slopes = [point.along[:-1] / point.along[-1] * width for point in (before, after)]
    return (
        (1 + 2 * t) * (1 - t) ** 2 * before.logs
        + t * (1 - t) ** 2 * slopes[0]
        + t * t * (3 - 2 * t) * after.logs
        + t * t * (t - 1) * slopes[1]
    )


def _solved(matrix: Floats, right: Floats) -> tuple[Floats, float] | None:
    """The solution of linear equations, and the sign of their determinant; None where there is not exactly one."""
    factors, swaps, found, fails = _gesv(matrix, right)
    if fails != 0 or not np.isfinite(found).all():
        return None
    odd = np.count_nonzero(swaps != np.arange(len(swaps))) + np.count_nonzero(factors.diagonal() < 0)
    return found, -1.0 if odd % 2 else 1.0


def _correct(equations: Equations, road: Road, point: Point, length: float) -> tuple[Point, float] | None:
    """The point of the curve a step ahead of `point`, and how far the prediction was from it; None where the step was too bold."""
    size = equations.size
    now = np.append(point.logs, point.s) + length * point.along
    right = np.zeros((size + 1, 2))
    right[-1, 1] = 1
    error, last = 0.0, np.inf
    for _ in range(CORRECTIONS):
        misses, matrix = equations.at(now[:-1], float(now[-1]), road)
        matrix[-1] = point.along
        right[:-1, 0] = -misses
        answer = _solved(matrix, right)
        if answer is None:
            return None
        solved, sign = answer
        change = float(np.abs(solved[:-1, 0]).max())
        error = max(error, change)
        enough = NEAR + NOISE * float(np.abs(now).max()) ** 2
        if error > BOLD or change > max(0.5 * last, enough):
            return None
        # The direction is that of the place before the change: what is still done must be close enough for it to hold over a step of length s.
        played = float(np.abs(np.exp(np.minimum(now[:-1], 0.0)) * solved[:-1, 0]).max())
        now = now + solved[:, 0]
        if change <= enough and played * (1 + abs(now[-1])) <= 0.1:
            along = solved[:, 1] / np.linalg.norm(solved[:, 1])
            if along @ point.along < STRAIGHT or (sign != point.turn and length > SHORT * (1 + abs(point.s))):
                return None
            return Point(now[:-1], float(now[-1]), along, sign), error
        last = change
    return None

"""The branch of the logit response from precision 0 up, followed round its turns: the slow and sure way for the few games that need it.

Pseudo-arclength continuation (Turocy 2005, Games and Economic Behavior 51, pp. 243-263) in what the moves of both are worth and in log(1 + precision
x spread); the derivatives are differences. Beliefs are interpolated linearly, so a branch can have corners: across one the way on is the direction of
the same orientation (the determinant of the slopes and the way keeps its sign along a branch).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.stage import Stage
from countermove.games.stage_map import StageMap
from countermove.games.systems import solve_each

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

STEPS = 3000
FIRST, SMALLEST = 0.05, 1e-6
STUCK = 2e-3
GAITS = ((0.1, 0.15), (0.02, 0.15), (0.1, 0.5), (0.03, 1.0))  # the largest step; how far aside of it the branch may lie, in steps
CLOSE = 1e-7  # on the way
DIFFERENCE = 1e-7
LANDED = 1e-9


@dataclass(frozen=True)
class Followed:
    """Where each branch came to at the precision asked for; `turned` where it went back in precision on the way: there it has rivals."""

    worth: Annotated[Floats, "n 1 B K"]
    arrived: Annotated[Truths, "n"]
    turned: Annotated[Truths, "n"]


@dataclass
class _Walk:
    """The walkers: n games, each at a point (what moves are worth over spread, log(1 + precision x spread))."""

    stage: Stage
    spread: Floats  # [n]
    at: Floats  # [n D+1]
    heading: Floats  # [n D+1]
    step: Floats  # [n]
    gait: tuple[float, float]

    def only(self, kept: Truths) -> _Walk:
        stage = self.stage.only(kept, self.stage.beliefs[kept])
        return _Walk(stage, self.spread[kept], self.at[kept], self.heading[kept], self.step[kept], self.gait)


def follow(stage: Stage, precision: float) -> Followed:
    """The branch of n games with one belief each (H = 1) to this precision. A branch that stops on the way is tried again in other gaits; what still
    does not come through is not `arrived`."""
    games = len(stage.owner_worth)
    stage = replace(stage, beliefs=np.broadcast_to(stage.beliefs, (games, *stage.beliefs.shape[1:])))
    found = _walk(stage, precision, GAITS[0])
    for gait in GAITS[1:]:
        left = np.flatnonzero(~found.arrived)
        if not len(left):
            break
        again = _walk(stage.only(left, stage.beliefs[left]), precision, gait)
        found.worth[left], found.arrived[left], found.turned[left] = again.worth, again.arrived, again.turned
    return found


def _walk(stage: Stage, precision: float, gait: tuple[float, float]) -> Followed:
    """All branches in one gait."""
    games = len(stage.owner_worth)
    spread = stage.spread
    ready = StageMap(stage)
    even = ready.at_no_precision()
    nothing, owners = ready.outward(even.rival_moves), ready.outward(even.owner_moves)
    start = np.concatenate([owners.reshape(games, -1), nothing.reshape(games, -1)], axis=1) / spread[:, None]
    heading = np.zeros((games, start.shape[1] + 1))
    heading[:, -1] = 1.0
    walk = _Walk(stage, spread, np.concatenate([start, np.zeros((games, 1))], axis=1), heading, np.full(games, FIRST), gait)
    goal = np.log1p(precision * spread)
    worth, arrived, turned = start.copy(), np.zeros(games, dtype=np.bool_), np.zeros(games, dtype=np.bool_)
    names = np.arange(games)
    for _ in range(STEPS):
        if not len(names):
            break
        old = walk.at.copy()
        moved = _advance(walk)
        turned[names[moved & (walk.at[:, -1] < old[:, -1])]] = True
        there = moved & (walk.at[:, -1] >= goal[names])
        gone = walk.step < SMALLEST
        if there.any():
            found, good = _land(walk.only(there), old[there], goal[names[there]])
            worth[names[there]], arrived[names[there]] = found, good
        worth[names[gone]] = walk.at[gone, :-1]
        left = ~(there | gone)
        walk, names = walk.only(left), names[left]
    worth[names] = walk.at[:, :-1]
    shape = (games, 1, ready.moves, ready.types)
    own = owners.shape[2]
    return Followed((worth[:, own:] * spread[:, None]).reshape(shape), arrived, turned)


def _gaps(walk: _Walk, at: Annotated[Floats, "n H D+1"]) -> Annotated[Floats, "n H D"]:
    """How far each point is from the branch, in spreads; moves that are not allowed keep what they are worth at the start: 0 apart."""
    games, held, _ = at.shape
    own = walk.stage.owner_may.shape[1]
    moves, _, types = walk.stage.rival_worth.shape[2:]
    wide = walk.spread[:, None]
    points = at[..., :-1] * wide[..., None]
    stage = replace(walk.stage, beliefs=np.broadcast_to(walk.stage.beliefs, (games, held, types)))
    ready = StageMap(stage)
    rivals = ready.inward(points[..., own:].reshape(games, held, moves, types))
    play = ready(rivals, ready.inward(np.expm1(at[..., -1]) / wide), ready.inward(points[..., :own]))
    answers = [ready.outward(play.owner_moves), ready.outward(play.rival_moves).reshape(games, held, moves * types)]
    answers = np.concatenate(answers, axis=2)
    return at[..., :-1] - answers / wide[..., None]


def _slopes(walk: _Walk, at: Floats) -> tuple[Annotated[Floats, "n D"], Annotated[Floats, "n D D+1"]]:
    """The gaps at each point, and how they change in each direction."""
    size = at.shape[1]
    points = np.repeat(at[:, None, :], size + 1, axis=1)
    small = np.repeat(DIFFERENCE / (1 + 1e-3 * np.expm1(at[:, -1:])), size, axis=1)  # in odds never above 1e-4
    small[:, -1] = DIFFERENCE
    points[:, np.arange(size) + 1, np.arange(size)] += small
    gaps = _gaps(walk, points)
    return gaps[:, 0], ((gaps[:, 1:] - gaps[:, :1]) / small[:, :, None]).transpose(0, 2, 1)


def _correct(walk: _Walk, guess: Floats, plane: Floats, close: float, rounds: int) -> tuple[Floats, Truths]:
    """Newton's steps to the branch inside the plane through the guess; which of them came within `close` in logarithms of odds. Who has come there
    stays, so that nobody's place depends on who walks beside."""
    at = guess.copy()
    gap, slopes = _slopes(walk, at)
    there = within = np.zeros(len(at), dtype=np.bool_)
    for turn in range(rounds):
        square = np.concatenate([slopes, plane[:, None, :]], axis=1)
        right = np.concatenate([gap, np.einsum("nd,nd->n", plane, at - guess)[:, None]], axis=1)
        with np.errstate(all="ignore"):
            moved = at - solve_each(square, right)
        at = np.where(there[:, None], at, moved)
        lost = ~np.isfinite(at).all(axis=1) | (np.abs(at - guess).max(axis=1) > 4.0) | (at[:, -1] < -1e-9) | (at[:, -1] > 500)
        at = np.where(lost[:, None], guess, at)
        at[:, -1] = np.maximum(at[:, -1], 0.0)
        if turn % 3 == 2 or close < CLOSE:  # else the slopes of before will do
            gap, slopes = _slopes(walk, at)
        else:
            gap = _gaps(walk, at[:, None, :])[:, 0]
        left = np.where(lost, np.inf, np.abs(gap).max(axis=1) * (1 + np.expm1(at[:, -1])))
        within = left < close + 1e-13 * np.expm1(at[:, -1])  # what 64 bits can tell apart
        there = there | (within & (close >= CLOSE or turn > 2))
        if there.all():
            break
    return at, there | within


def _advance(walk: _Walk) -> Truths:
    """One step of each walker along its heading: taken where the corrector comes back near the guess, else the step is halved."""
    guess = walk.at + walk.heading * walk.step[:, None]
    guess[:, -1] = np.maximum(guess[:, -1], 0.0)
    at, good = _correct(walk, guess, walk.heading, CLOSE, 6)
    aside = np.linalg.norm(at - guess, axis=1)
    good &= aside < walk.gait[1] * walk.step + 1e-9
    way = at - walk.at
    length = np.linalg.norm(way, axis=1)
    good &= length > 0
    walk.heading = np.where(good[:, None], way / np.where(length > 0, length, 1.0)[:, None], walk.heading)
    walk.at = np.where(good[:, None], at, walk.at)
    easy = good & (aside < walk.gait[1] / 4 * walk.step)
    walk.step = np.where(good, np.where(easy, np.minimum(walk.step * 1.6, walk.gait[0]), walk.step), walk.step / 2)
    stuck = ~good & (walk.step < STUCK)
    if stuck.any():
        walk.heading[stuck] = _way_on(walk.only(stuck), guess[stuck])
    return good


def _way_on(walk: _Walk, beyond: Floats) -> Floats:
    """The direction of the branch just beyond a corner, of the orientation that it has at precision 0."""
    _, slopes = _slopes(walk, beyond)
    square = np.concatenate([slopes, walk.heading[:, None, :]], axis=1)
    right = np.zeros(walk.heading.shape)
    right[:, -1] = 1.0
    way = solve_each(square, right)
    length = np.linalg.norm(way, axis=1)
    known = np.isfinite(length) & (length > 0)
    way = np.where(known[:, None], way / np.where(known, length, 1.0)[:, None], walk.heading)
    sign, _ = np.linalg.slogdet(np.concatenate([slopes, way[:, None, :]], axis=1))
    return np.where((known & (sign < 0))[:, None], -way, way)


def _land(walk: _Walk, old: Floats, goal: Floats) -> tuple[Floats, Truths]:
    """From the step that passed the goal to the goal itself."""
    span = walk.at[:, -1] - old[:, -1]
    share = np.clip((goal - old[:, -1]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
    guess = old + share[:, None] * (walk.at - old)
    guess[:, -1] = goal
    upright = np.zeros(guess.shape)
    upright[:, -1] = 1.0
    at, good = _correct(walk, guess, upright, LANDED, 25)
    return at[:, :-1], good

"""The logit response of many stage games: a ladder of precisions with Anderson's acceleration for the many, the branch followed for the few.

Anderson 1965 (Journal of the ACM 12, pp. 547-560), in the form of Walker & Ni 2011. A game goes to `stage_path` where a rung of the ladder is not reached,
or where play jumps between two rungs: the answer is always on the branch that starts at precision 0, or is said not to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.stage import Play, Response, Stage, apart, at_no_precision, play_of, response_of
from countermove.games.stage_path import follow

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

MEMORY = 4
ROUNDS = 40
WAY, CLOSE = 1e-2, 1e-9  # errors of logarithms of odds: between rungs, at the last
JUMP = 0.4  # in a probability, from one rung to the next
FIRST_RUNG = 0.75
RUNG = 1.8
AHEAD = 0.9


@dataclass(frozen=True)
class Solved:
    """The response, the worth of the rival's moves that it comes from, and which games were followed step by step, turned, or did not arrive."""

    response: Response
    worth: Annotated[Floats, "C H B K"]
    followed: Annotated[Truths, "C H"]
    turned: Annotated[Truths, "C H"]
    missed: Annotated[Truths, "C H"]


def logit_response(stage: Stage, precision: float, start: Annotated[Floats, "C H B K"] | None = None) -> Solved:
    """All games at this precision, on the branch from 0; or from `start`, the same games' answer to nearly the same payoffs, where that leads anywhere.

    A game that no method brings within 1e-9 (in logarithms of odds, plus what 64 bits can tell apart) is `missed`, and its residual says how far it is.
    """
    reach = _reach(stage, precision)
    if start is not None:
        before = play_of(stage, start, np.full((1, 1), precision))
        worth, left = _settle(stage, start, precision, reach)
        play = play_of(stage, worth, np.full((1, 1), precision))
        bad = (left > reach) | (_moved(before, play) > JUMP)
        if bad.any():
            fresh = _from_nothing(stage, worth, bad, precision)
            return fresh
        return _solved(stage, worth, precision, reach)
    return _from_nothing(stage, None, None, precision)


def _reach(stage: Stage, precision: float) -> Annotated[Floats, "C 1"]:
    """What counts as arrived: rounding moves a worth by 1e-15 of the spread, and each of two replies multiplies that by precision times spread."""
    return CLOSE + 1e-14 * (precision * stage.spread()[:, None]) ** 2


def _solved(stage: Stage, worth: Floats, precision: float, reach: Floats) -> Solved:
    """An answer that needed no path."""
    response = response_of(stage, worth, np.full((1, 1), precision))
    none = np.zeros(response.residual.shape, dtype=np.bool_)
    return Solved(response, worth, none, none, response.residual > reach)


def _from_nothing(stage: Stage, known: Floats | None, asked: Truths | None, precision: float) -> Solved:
    """Up the ladder from precision 0; only the games that are asked for, the others keep what is known."""
    states, held = stage.owner_worth.shape[0], stage.beliefs.shape[1]
    some = np.arange(states) if asked is None else np.flatnonzero(asked.any(axis=1))
    part = stage if asked is None else _some(stage, some)
    spread = part.spread()[:, None]
    reach = _reach(part, precision)
    worth = at_no_precision(part)
    bad = np.zeros(worth.shape[:2], dtype=np.bool_)
    rungs = _ladder(float((precision * spread).max()))
    play = play_of(part, worth, np.zeros((1, 1)))
    before: Floats | None = None
    for place, rung in enumerate(rungs):
        last = place == len(rungs) - 1
        here = np.full(spread.shape, precision) if last else np.minimum(rung / spread, precision)
        guess = worth if before is None else worth + AHEAD * (worth - before)
        before = worth
        worth, left = _settle(part, guess, here, reach if last else np.full(spread.shape, WAY))
        now = play_of(part, worth, here)
        bad |= (left > (reach if last else WAY)) | (_moved(play, now) > JUMP)
        play = now
    followed, turned, missed = bad.copy(), np.zeros_like(bad), np.zeros_like(bad)
    if asked is not None and known is not None:
        followed &= asked[some]
    if followed.any():
        _follow_into(part, worth, (followed, turned, missed), precision)
    if asked is None or known is None:
        response = response_of(stage, worth, np.full((1, 1), precision))
        return Solved(response, worth, followed, turned, response.residual > reach)
    whole = known.copy()
    whole[some] = np.where(asked[some][..., None, None], worth, known[some])
    response = response_of(stage, whole, np.full((1, 1), precision))
    flags = np.zeros((2, states, held), dtype=np.bool_)
    flags[0, some], flags[1, some] = followed, turned
    return Solved(response, whole, flags[0], flags[1], response.residual > _reach(stage, precision))


def _some(stage: Stage, states: NDArray[np.intp]) -> Stage:
    """Some of the states, with the beliefs that all share or each has."""
    return stage.only(states, stage.beliefs if stage.beliefs.shape[0] == 1 else stage.beliefs[states])


def _ladder(top: float) -> list[float]:
    """Precisions times spread, each a factor above the one before, up to the one that is asked for."""
    count = max(1, int(np.ceil(np.log(max(top / FIRST_RUNG, 1.0)) / np.log(RUNG))) + 1)
    return [FIRST_RUNG * RUNG**rung for rung in range(count - 1)] + [top]


def _moved(before: Play, now: Play) -> Annotated[Floats, "C H"]:
    """The largest change of a probability."""
    owner = np.abs(before.owner_play - now.owner_play).max(axis=2)
    return np.maximum(owner, np.abs(before.rival_play - now.rival_play).max(axis=(2, 3)))


def _follow_into(part: Stage, worth: Floats, flags: tuple[Truths, Truths, Truths], precision: float) -> None:
    """The games that need it, each with one belief, along their branches; answers and flags are written in place."""
    followed, turned, missed = flags
    states, held = np.nonzero(followed)
    beliefs = np.broadcast_to(part.beliefs, (followed.shape[0], *part.beliefs.shape[1:]))[states, held][:, None, :]
    for first in range(0, len(states), 256):
        some = slice(first, first + 256)
        found = follow(part.only(states[some], beliefs[some]), precision)
        worth[states[some], held[some]] = found.worth[:, 0]
        turned[states[some], held[some]] = found.turned
        missed[states[some], held[some]] = ~found.arrived


def _settle(stage: Stage, start: Floats, precision: float | Floats, close: Floats) -> tuple[Floats, Floats]:
    """Anderson's steps until every game is close enough, or the rounds are over: what the rival's moves are worth, and how far each game is."""
    states, held = start.shape[:2]
    size = start.shape[2] * start.shape[3]
    here = np.broadcast_to(np.asarray(precision, dtype=np.float64), (states, 1)) if np.ndim(precision) else np.full((1, 1), precision)
    may = np.broadcast_to(stage.rival_may[:, None, :, None], start.shape).reshape(states, held, size)
    worth = start.reshape(states, held, size)
    best, best_gap = worth, np.full((states, held), np.inf)
    past: list[tuple[Floats, Floats]] = []
    for _ in range(ROUNDS):
        play = play_of(stage, worth.reshape(start.shape), here)
        step = np.where(may, play.rival_moves.reshape(worth.shape) - worth, 0.0)
        gap = np.abs(step).max(axis=2) * here
        better = gap < best_gap
        best = np.where(better[..., None], worth, best)
        best_gap = np.where(better, gap, best_gap)
        if (best_gap <= close).all():
            break
        past = [*past, (worth, step)][-MEMORY - 1 :]
        worth = _mixed(past)
    return best.reshape(start.shape), best_gap


def _mixed(past: list[tuple[Floats, Floats]]) -> Floats:
    """The next point from the last few points and their steps; games whose steps say nothing new take the plain step."""
    worth, step = past[-1]
    if len(past) == 1:
        return worth + step
    points = np.stack([after[0] - before[0] for before, after in zip(past, past[1:], strict=False)], axis=2)
    steps = np.stack([after[1] - before[1] for before, after in zip(past, past[1:], strict=False)], axis=2)
    square = np.matmul(steps, steps.transpose(0, 1, 3, 2))
    trace = np.trace(square, axis1=2, axis2=3)[..., None, None]
    count = square.shape[-1]
    square = square + np.eye(count) * (1e-13 * trace + 1e-300)
    shares = np.linalg.solve(square, np.matmul(steps, step[..., None]))
    moved = np.matmul(shares.transpose(0, 1, 3, 2), points + steps)[:, :, 0]
    calm = np.isfinite(moved).all(axis=2) & (np.abs(shares).max(axis=(2, 3)) < 1e3)
    return worth + step - np.where(calm[..., None], moved, 0.0)

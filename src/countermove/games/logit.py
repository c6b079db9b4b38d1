"""The logit response of many stage games: a ladder of precisions with Anderson's acceleration for the many, the branch followed for the few.

Anderson 1965 (Journal of the ACM 12, pp. 547-560), in the form of Walker & Ni 2011. A game goes to `stage_path` where a rung of the ladder is not
reached, or where play jumps between two rungs, so that the answer stays on the branch that starts at precision 0 (how often: `logit_response`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.stage import Play, Response, Stage, at_no_precision, play_of, response_of
from countermove.games.stage_path import follow

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

MEMORY = 3
ROUNDS = 40
WAY, CLOSE = 1e-2, 1e-9  # errors of logarithms of odds: between rungs, at the last
JUMP = 0.3  # in a probability, from one rung to the next
FIRST_RUNG = 0.75
RUNG = 1.5
AHEAD = 0.9


@dataclass(frozen=True)
class Solved:
    """The response, the worth of the rival's moves that it comes from, and which games were followed step by step, turned, or did not arrive."""

    response: Response
    worth: Annotated[Floats, "C H B K"]
    followed: Annotated[Truths, "C H"]
    turned: Annotated[Truths, "C H"]
    missed: Annotated[Truths, "C H"]


def logit_response(
    stage: Stage, precision: float, start: Annotated[Floats, "C H B K"] | None = None, *, careful: bool = False
) -> Solved:
    """All games at this precision, on the branch from 0; or from `start`, the same games' answer to nearly the same payoffs, where that is near.

    `careful` follows every branch step by step: slower by ten times and more. Without it a game of many equilibria can be answered from another
    branch than the first: 9 of 400 random games of 8 x 8 moves at precision 4 (payoffs normal), none of 400 with it. A game that nothing brings to
    1e-9 (in logarithms of odds, plus what 64 bits can tell apart) is `missed`, and its residual says how far it is.
    """
    if careful:
        return _from_nothing(stage, None, None, precision, careful=True)
    if start is None:
        return _from_nothing(stage, None, None, precision)
    reach = _reach(stage, precision)
    here = np.full((1, 1), precision)
    worth, left = _settle(stage, start, here, reach)
    bad = (left > reach) | (_moved(play_of(stage, start, here), play_of(stage, worth, here)) > JUMP)
    if bad.any():
        return _from_nothing(stage, worth, bad, precision)
    response = response_of(stage, worth, here)
    none = np.zeros(response.residual.shape, dtype=np.bool_)
    return Solved(response, worth, none, none, response.residual > reach)


def _reach(stage: Stage, precision: float) -> Annotated[Floats, "C 1"]:
    """What counts as arrived: rounding moves a worth by 1e-15 of the spread, and each of two replies multiplies that by precision times spread."""
    return CLOSE + 1e-14 * (precision * stage.spread[:, None]) ** 2


def _from_nothing(stage: Stage, known: Floats | None, asked: Truths | None, precision: float, *, careful: bool = False) -> Solved:
    """From precision 0; only the games that are asked for, the others keep what is known."""
    states, held = stage.owner_worth.shape[0], stage.beliefs.shape[1]
    wanted = np.ones((states, held), dtype=np.bool_) if asked is None else asked
    some = np.flatnonzero(wanted.any(axis=1))
    part = stage if len(some) == states else _some(stage, some)
    worth, bad = _ladder(part, precision) if not careful else (at_no_precision(part), np.ones((len(some), held), dtype=np.bool_))
    bad &= wanted[some]
    turned = np.zeros_like(bad)
    if bad.any():
        _follow_into(part, worth, bad, turned, precision)
    whole = np.zeros((states, *worth.shape[1:])) if known is None else known.copy()
    whole[some] = np.where(wanted[some][..., None, None], worth, whole[some])
    response = response_of(stage, whole, np.full((1, 1), precision))
    flags = np.zeros((2, states, held), dtype=np.bool_)
    flags[0, some], flags[1, some] = bad, turned
    return Solved(response, whole, flags[0], flags[1], response.residual > _reach(stage, precision))


def _ladder(part: Stage, precision: float) -> tuple[Floats, Truths]:
    """What moves are worth at the last rung, and which games missed a rung or jumped."""
    spread = part.spread[:, None]
    reach = _reach(part, precision)
    worth = at_no_precision(part)
    bad = np.zeros(worth.shape[:2], dtype=np.bool_)
    play = play_of(part, worth, np.zeros((1, 1)))
    before: Floats | None = None
    rungs = _rungs(float((precision * spread).max()))
    for place, rung in enumerate(rungs):
        last = place == len(rungs) - 1
        here = np.full(spread.shape, precision) if last else np.minimum(rung / spread, precision)
        close = reach if last else np.full(spread.shape, WAY)
        guess = worth if before is None else worth + AHEAD * (worth - before)
        before = worth
        worth, left = _settle(part, guess, here, close)
        now = play_of(part, worth, here)
        bad |= (left > close) | (_moved(play, now) > JUMP)
        play = now
    return worth, bad


def _some(stage: Stage, states: NDArray[np.intp]) -> Stage:
    """Some of the states, with the beliefs that all share or each has."""
    return stage.only(states, stage.beliefs if stage.beliefs.shape[0] == 1 else stage.beliefs[states])


def _rungs(top: float) -> list[float]:
    """Precisions times spread, each a factor above the one before, up to the one that is asked for."""
    count = max(1, int(np.ceil(np.log(max(top / FIRST_RUNG, 1.0)) / np.log(RUNG))) + 1)
    return [FIRST_RUNG * RUNG**rung for rung in range(count - 1)] + [top]


def _moved(before: Play, now: Play) -> Annotated[Floats, "C H"]:
    """The largest change of a probability."""
    owner = np.abs(before.owner_play - now.owner_play).max(axis=2)
    return np.maximum(owner, np.abs(before.rival_play - now.rival_play).max(axis=(2, 3)))


def _follow_into(part: Stage, worth: Floats, asked: Truths, turned: Truths, precision: float) -> None:
    """The games that are asked for, each with one belief, along their branches; answers, and which turned, are written in place."""
    states, held = np.nonzero(asked)
    beliefs = np.broadcast_to(part.beliefs, (asked.shape[0], *part.beliefs.shape[1:]))[states, held][:, None, :]
    for first in range(0, len(states), 256):
        some = slice(first, first + 256)
        found = follow(part.only(states[some], beliefs[some]), precision)
        worth[states[some], held[some]] = found.worth[:, 0]
        turned[states[some], held[some]] = found.turned


def _settle(stage: Stage, start: Floats, here: Annotated[Floats, "C|1 1"], close: Floats) -> tuple[Floats, Floats]:
    """Anderson's steps until every game is close enough, or the rounds are over: what the rival's moves are worth, and how far each game is."""
    may = stage.rival_may[:, None, :, None]
    worth = best = start
    best_gap = np.full(start.shape[:2], np.inf)
    past: list[tuple[Floats, Floats]] = []
    for _ in range(ROUNDS):
        play = play_of(stage, worth, here)
        step = (play.rival_moves - worth) * may
        gap = np.abs(step).max(axis=(2, 3)) * here
        better = gap < best_gap
        best = worth if better.all() else np.where(better[..., None, None], worth, best)
        best_gap = np.where(better, gap, best_gap)
        if (best_gap <= close).all():
            break
        past = [*past, (worth, step)][-MEMORY - 1 :]
        worth = _mixed(past)
    return best, best_gap


def _mixed(past: list[tuple[Floats, Floats]]) -> Floats:
    """The next point from the last few points and their steps; games whose steps say nothing new take the plain step."""
    worth, step = past[-1]
    count = len(past) - 1
    if not count:
        return worth + step
    changes = [after[1] - before[1] for before, after in itertools.pairwise(past)]
    square = np.empty((*step.shape[:2], count, count))
    right = np.empty((*step.shape[:2], count, 1))
    for one in range(count):
        right[..., one, 0] = np.einsum("chbk,chbk->ch", changes[one], step)
        for other in range(one + 1):
            square[..., one, other] = square[..., other, one] = np.einsum("chbk,chbk->ch", changes[one], changes[other])
    trace = np.trace(square, axis1=2, axis2=3)[..., None, None]
    square += np.eye(count) * (1e-13 * trace + 1e-300)
    shares = np.asarray(np.linalg.solve(square, right), dtype=np.float64)
    calm = np.isfinite(shares).all(axis=(2, 3)) & (np.abs(shares).max(axis=(2, 3)) < 1e3)
    shares = np.where(calm[..., None, None], shares, 0.0)
    found = worth + step
    for one, (before, after) in enumerate(itertools.pairwise(past)):
        found -= (after[0] - before[0] + changes[one]) * shares[..., one, 0, None, None]
    return found

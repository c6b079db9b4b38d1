"""The logit response of many stage games: a ladder of precisions for the many, a finer one for some, the branch followed for the few.

On a rung a game is settled by Anderson's steps. It is tried alone on a finer ladder, with Newton's steps too, where a rung is not reached, or where
play jumps between two rungs; where that happens there again, its branch is followed (`stage_path`), so that the answer stays on the branch that
starts at precision 0 (how often: `logit_response`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.anderson import settle
from countermove.games.stage import Response, Stage
from countermove.games.stage_map import Play, StageMap
from countermove.games.stage_path import follow

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

WAY, CLOSE = 1e-2, 1e-9  # errors of logarithms of odds: between rungs, at the last
JUMP, FINE_JUMP = 0.3, 0.12  # in a probability, from one rung to the next
FIRST_RUNG = 0.75
RUNG, FINE_RUNG = 1.5, 1.05
AHEAD = 0.9
ALONE = 256


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

    `careful` follows every branch step by step: slower by three times and more. Without it a game of many equilibria can be answered from another
    branch than the first: 6, 7 and 11 of 2000 random games of 8 x 8 moves at precision 4 (payoffs normal, three seeds), none with it. A game
    that nothing brings to 1e-9 (in logarithms of odds, plus what 64 bits can tell apart) is `missed`, and its residual says how far it is.
    """
    if careful:
        return _from_nothing(stage, None, None, precision, careful=True)
    if start is None:
        return _from_nothing(stage, None, None, precision)
    ready = StageMap(stage)
    here = np.repeat(precision, ready.games)
    found = settle(ready, ready.inward(start), here, np.repeat(CLOSE, ready.games), lambda: _reach(ready, precision))
    bad = found.gap > CLOSE
    if bad.any():
        bad = found.gap > _reach(ready, precision)
    bad |= _moved(found.first, found.play) > JUMP
    worth = ready.outward(found.worth)
    if bad.any():
        return _from_nothing(stage, worth, ready.outward(bad), precision)
    none = np.zeros(worth.shape[:2], dtype=np.bool_)
    return Solved(_response(ready, found.play, found.gap), worth, none, none, none)


def _response(ready: StageMap, play: Play, gap: Annotated[Floats, "n"]) -> Response:
    """What is reported of a play, and of how far it is from a response to itself."""
    return Response(
        ready.outward(play.owner_play),
        ready.outward(play.rival_play),
        ready.outward((play.owner_play * play.owner_moves).sum(axis=0)),
        ready.outward((play.rival_play * play.rival_moves).sum(axis=1)),
        ready.outward(gap),
    )


def _reach(ready: StageMap, precision: float) -> Annotated[Floats, "n"]:
    """What counts as arrived: rounding moves a worth by 1e-15 of the spread, and each of two replies multiplies that by precision times spread."""
    return CLOSE + 1e-14 * (precision * np.repeat(ready.stage.spread, ready.held)) ** 2


def _from_nothing(
    stage: Stage, known: Annotated[Floats, "C H B K"] | None, asked: Truths | None, precision: float, *, careful: bool = False
) -> Solved:
    """From precision 0; only the games that are asked for, the others keep what is known."""
    states, held = len(stage.owner_may), stage.beliefs.shape[1]
    wanted = np.ones((states, held), dtype=np.bool_) if asked is None else asked
    some = np.flatnonzero(wanted.any(axis=1))
    part = stage if len(some) == states else stage.only(some, stage.beliefs if len(stage.beliefs) == 1 else stage.beliefs[some])
    climbing = StageMap(part)
    if careful:
        worth, bad = climbing.outward(climbing.at_no_precision().rival_moves), np.ones((len(some), held), dtype=np.bool_)
    else:
        worth, bad = _ladder(climbing, precision, fine=False)
    bad &= wanted[some]
    turned = np.zeros_like(bad)
    if bad.any():
        worth = np.ascontiguousarray(worth)
        _alone(part, worth, bad, turned, precision, careful=careful)
    whole = np.zeros((states, *worth.shape[1:])) if known is None else known.copy()
    whole[some] = np.where(wanted[some][..., None, None], worth, whole[some])
    flags = np.zeros((2, states, held), dtype=np.bool_)
    flags[0, some], flags[1, some] = bad, turned
    ready = StageMap(stage)
    inward = ready.inward(whole)
    play = ready(inward, np.full(1, precision))
    gap = (np.abs(play.rival_moves - inward) * ready.rival_may).max(axis=(0, 1)) * precision
    missed = ready.outward(gap > _reach(ready, precision))
    return Solved(_response(ready, play, gap), whole, flags[0], flags[1], missed)


def _ladder(ready: StageMap, precision: float, *, fine: bool) -> tuple[Annotated[Floats, "C H B K"], Annotated[Truths, "C H"]]:
    """What moves are worth at the last rung, and which games missed a rung or jumped. Who is at the top, or has missed, waits for the others."""
    spread = np.repeat(ready.stage.spread, ready.held)
    reach = _reach(ready, precision)
    play = ready.at_no_precision()
    worth, before = play.rival_moves, None
    bad = np.zeros(spread.shape, dtype=np.bool_)
    done = np.zeros(spread.shape, dtype=np.bool_)
    for rung in _rungs(float((precision * spread).max()), FINE_RUNG if fine else RUNG):
        here = np.minimum(rung / spread, precision)
        top = here >= precision
        guess = worth if before is None else worth + AHEAD * (worth - before)
        close = np.where(top, reach, WAY)
        found = settle(ready, guess, here, close, done=done, hurry=fine)
        bad |= ~done & ((found.gap > close) | (_moved(play, found.play) > (FINE_JUMP if fine else JUMP)))
        before = worth
        worth, play = np.where(done, worth, found.worth), found.play.unless(done, play) if done.any() else found.play
        done = top | bad
        if done.all():
            break
    return ready.outward(worth), ready.outward(bad)


def _rungs(top: float, factor: float) -> list[float]:
    """Precisions times spread, each a factor above the one before; the last is above the one that is asked for."""
    count = max(1, int(np.ceil(np.log(max(top / FIRST_RUNG, 1.0)) / np.log(factor))) + 1)
    return [FIRST_RUNG * factor**rung for rung in range(count - 1)] + [top * (1 + 1e-9)]


def _moved(before: Play, now: Play) -> Annotated[Floats, "n"]:
    """The largest change of a probability."""
    owner = np.abs(before.owner_play - now.owner_play).max(axis=0)
    return np.maximum(owner, np.abs(before.rival_play - now.rival_play).max(axis=(0, 1)))


def _alone(part: Stage, worth: Floats, asked: Truths, turned: Truths, precision: float, *, careful: bool) -> None:
    """The games that are asked for, each with one belief: by a finer ladder, else along their branches. Answers are written in place, and which
    turned; `asked` keeps those that were followed."""
    states, held = np.nonzero(asked)
    beliefs = np.broadcast_to(part.beliefs, (asked.shape[0], *part.beliefs.shape[1:]))[states, held][:, None, :]
    for first in range(0, len(states), ALONE):
        place = np.arange(first, min(first + ALONE, len(states)))
        if not careful:
            found, bad = _ladder(StageMap(part.only(states[place], beliefs[place])), precision, fine=True)
            worth[states[place], held[place]] = found[:, 0]
            asked[states[place], held[place]] = bad[:, 0]
            place = place[bad[:, 0]]
        if len(place):
            branch = follow(part.only(states[place], beliefs[place]), precision)
            worth[states[place], held[place]] = branch.worth[:, 0]
            turned[states[place], held[place]] = branch.turned

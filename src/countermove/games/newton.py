"""Newton's steps for the stage games that Anderson's steps do not settle: each game's slopes by differences.

Where an answer repels the map, as at high precision, Newton's steps still come to it. A step is at most STRIDE in logarithms of odds, and the plain
one where the slopes are singular. What a game comes to does not depend, to the bit, on the games beside it.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.stage_map import Play, StageMap
from countermove.games.systems import solve_each

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Places = NDArray[np.intp]

AT_ONCE = 48
TURNS = 12
STRIDE = 2.0
DIFFERENCE = 1e-6  # in logarithms of odds


def newton(
    ready: StageMap,
    which: Places,
    start: Annotated[Floats, "K B some"],
    precision: Annotated[Floats, "some"],
    close: Annotated[Floats, "some"],
) -> tuple[Annotated[Floats, "K B some"], Play, Annotated[Floats, "some"]]:
    """The games in these columns from `start`: what the rival's moves are worth where each came closest, the play there, and how far it is off."""
    parts = [slice(first, first + AT_ONCE) for first in range(0, len(which), AT_ONCE)]
    found = [_some(ready, which[part], start[..., part], precision[part], close[part]) for part in parts]
    play = Play(*(np.concatenate(parts, axis=-1) for parts in zip(*(one[1].parts() for one in found), strict=True)))
    return np.concatenate([one[0] for one in found], axis=-1), play, np.concatenate([one[2] for one in found])


def _some(ready: StageMap, which: Places, start: Floats, precision: Floats, close: Floats) -> tuple[Floats, Play, Floats]:
    """A few games, all of whose differences fit the processor's cache."""
    games, size = len(which), ready.types * ready.moves
    stage = ready.stage.only(which // ready.held, ready.beliefs[:, which].T[:, None, :].repeat(size + 1, axis=1))
    around = StageMap(stage)
    many = precision.repeat(size + 1)
    small = DIFFERENCE / precision
    may = around.rival_may.reshape(1, ready.moves, games, size + 1)[..., :1]
    at, best = start, np.full(games, np.inf)
    found: tuple[Floats, Play] | None = None
    for _ in range(TURNS):
        points = at[..., None] + _nudges(ready.types, ready.moves, size)[:, :, None, :] * small[:, None]
        play = around(points.reshape(ready.types, ready.moves, -1), many)
        steps = np.where(may, play.rival_moves.reshape(points.shape), at[..., None]) - points
        here = Play(*(part.reshape(*part.shape[:-1], games, size + 1)[..., 0] for part in play.parts()))
        gap = np.abs(steps[..., 0]).max(axis=(0, 1)) * precision
        stay = (gap >= best) | (best <= close)
        found = (at, here) if found is None else (np.where(stay, found[0], at), here.unless(stay, found[1]))
        best = np.where(stay, best, gap)
        if (best <= close).all():
            break
        flat = np.moveaxis(steps.reshape(size, games, size + 1), 1, 0)
        slopes = (flat[..., 1:] - flat[..., :1]) / small[:, None, None]
        way = -solve_each(slopes, flat[..., 0])
        way = np.where(np.isfinite(way).all(axis=1, keepdims=True), way, flat[..., 0]).T.reshape(at.shape)
        length = np.abs(way).max(axis=(0, 1)) * precision
        at = at + way * np.minimum(1.0, STRIDE / np.maximum(length, STRIDE))
    assert found is not None
    return *found, best


def _nudges(types: int, moves: int, size: int) -> Annotated[Floats, "K B D+1"]:
    """No change, then a change of each unknown."""
    return np.concatenate([np.zeros((size, 1)), np.eye(size)], axis=1).reshape(types, moves, size + 1)

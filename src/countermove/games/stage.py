"""One month of a war as many small games at once: the logit response of the owner and of each type of the rival, by continuation in precision.

McKelvey & Palfrey 1998 (Experimental Economics 1, pp. 9-41). The unknown is what each of the rival's moves is worth to each type; from it follow the
rival's play, the belief after each move, the owner's play, and what the rival's moves are worth: a map that is to come back to where it started.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.belief import Grid, after_moves_by_type

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Stage:
    """C states, in each H beliefs now. What a move is worth is a number for each of the G beliefs after it: the month's points and all later ones."""

    grid: Grid
    beliefs: Annotated[Floats, "C|1 H K"]
    owner_worth: Annotated[Floats, "C A B G"]
    rival_worth: Annotated[Floats, "C A B K G"]
    owner_may: Annotated[Truths, "C A"]
    rival_may: Annotated[Truths, "C B"]

    def only(self, states: Whole | Truths, beliefs: Floats) -> Stage:
        """The same for some of the states, with beliefs of their own."""
        return Stage(
            self.grid,
            beliefs,
            self.owner_worth[states],
            self.rival_worth[states],
            self.owner_may[states],
            self.rival_may[states],
        )

    @cached_property
    def ranges(self) -> tuple[Annotated[Floats, "C"], Annotated[Floats, "C"]]:
        """The widest range of what the owner's, and the rival's, moves can be worth in each state, in points of each."""
        states = len(self.owner_may)
        allowed = self.owner_may[:, :, None] & self.rival_may[:, None, :]
        one = (np.arange(states), self.owner_may.argmax(axis=1), self.rival_may.argmax(axis=1))
        ranges: list[Floats] = []
        for worth in (self.owner_worth[:, :, :, None], self.rival_worth):
            filled = np.where(allowed[..., None, None], worth, worth[one][:, None, None])
            highest = filled.reshape(states, -1, *worth.shape[3:]).max(axis=1)
            lowest = filled.reshape(states, -1, *worth.shape[3:]).min(axis=1)
            ranges.append((highest.max(axis=2) - lowest.min(axis=2)).max(axis=1))
        return ranges[0], ranges[1]

    @cached_property
    def spread(self) -> Annotated[Floats, "C"]:
        """The wider of the two; 1 where nothing matters."""
        widest = np.maximum(*self.ranges)
        return np.where(widest > 0, widest, 1.0)

    def owner_moves_against(self, rival_play: Annotated[Floats, "C H B K"]) -> Annotated[Floats, "C H A"]:
        """What each move of the owner is worth if the types play so, and the owner learns from it."""
        return _owner_moves(self, *self._learnt(rival_play))

    def rival_moves_against(
        self, owner_play: Annotated[Floats, "C H A"], believed: Annotated[Floats, "C H B K"]
    ) -> Annotated[Floats, "C H B K"]:
        """What each move of the rival is worth to each type against an owner who plays so, and believes that the types play as `believed`."""
        _, rows, weights = self._learnt(believed)
        return _rival_moves(self, owner_play, rows, weights)

    def _learnt(self, rival_play: Floats) -> tuple[Floats, Whole, Floats]:
        """How probable each move is [B C H], and the corners and weights of the belief after it [K B C H]."""
        with np.errstate(divide="ignore"):
            return learnt(self, np.log(rival_play.transpose(3, 2, 0, 1)))


@dataclass(frozen=True)
class Response:
    """How all play in each state and belief, what it is worth to them, and how far the answer is from a response to itself.

    `residual` is the largest distance between what a rival's move is worth and what it is worth against the response, times precision: the error of a
    logarithm of odds.
    """

    owner_play: Annotated[Floats, "C H A"]
    rival_play: Annotated[Floats, "C H B K"]
    owner_value: Annotated[Floats, "C H"]
    rival_value: Annotated[Floats, "C H K"]
    residual: Annotated[Floats, "C H"]


@dataclass(frozen=True)
class Play:
    """What follows from what the rival's moves are worth: how all play, and what all moves are then worth."""

    owner_play: Annotated[Floats, "C H A"]
    rival_play: Annotated[Floats, "C H B K"]
    owner_moves: Annotated[Floats, "C H A"]
    rival_moves: Annotated[Floats, "C H B K"]


def log_softmax(worth: Floats, axis: int) -> Floats:
    """Logarithms of logit probabilities; moves that are not allowed are worth -inf and keep that."""
    top = worth.max(axis=axis, keepdims=True)
    shifted = worth - top
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def play_of(stage: Stage, worth: Annotated[Floats, "C H B K"], precision: Annotated[Floats, "C|1 H|1"]) -> Play:
    """How all play if the rival's moves are worth this to each type, and what all moves are then worth."""
    return play_of_both(stage, None, worth, precision)


def play_of_both(
    stage: Stage,
    owner_worth: Annotated[Floats, "C H A"] | None,
    rival_worth: Annotated[Floats, "C H B K"],
    precision: Annotated[Floats, "C|1 H|1"],
) -> Play:
    """How all play if the moves of both are worth this (None: the owner's what the rival's play makes them), and what all moves are then worth."""
    by_type = np.ascontiguousarray(rival_worth.transpose(3, 2, 0, 1)) * precision
    log_rival = log_softmax(np.where(stage.rival_may.T[:, :, None], by_type, -np.inf), axis=1)
    chance, rows, weights = learnt(stage, log_rival)
    owner_moves = _owner_moves(stage, chance, rows, weights)
    supposed = owner_moves if owner_worth is None else owner_worth
    log_owner = log_softmax(np.where(stage.owner_may[:, None, :], supposed * precision[..., None], -np.inf), axis=2)
    owner = np.exp(log_owner)
    return Play(owner, np.exp(log_rival).transpose(2, 3, 1, 0), owner_moves, _rival_moves(stage, owner, rows, weights))


def learnt(stage: Stage, log_rival: Annotated[Floats, "K B C H"]) -> tuple[Floats, Whole, Floats]:
    """How probable each of the rival's moves is [B C H], and the corners and weights of the belief after it [K B C H]."""
    beliefs = np.broadcast_to(stage.beliefs.transpose(2, 0, 1), (log_rival.shape[0], *log_rival.shape[2:]))
    chance, after = after_moves_by_type(beliefs, log_rival)
    return chance, *stage.grid.corners_by_type(after)


def _owner_moves(stage: Stage, chance: Floats, rows: Whole, weights: Floats) -> Annotated[Floats, "C H A"]:
    """What each move of the owner is worth before the rival's is known."""
    moves, states, held = chance.shape
    own, points = stage.owner_worth.shape[1], stage.owner_worth.shape[3]
    towards = stage.owner_worth.reshape(states, own, moves * points).transpose(0, 2, 1)
    if points == 1:
        return np.matmul(np.ascontiguousarray(chance.transpose(1, 2, 0)), towards)
    where = np.zeros(states * held * moves * points)
    first = _first(states, held, moves, points)
    for corner, weight in zip(rows, weights, strict=True):
        where[first + corner] += chance * weight
    return np.matmul(where.reshape(states, held, moves * points), towards)


def _first(states: int, held: int, moves: int, size: int) -> Annotated[Whole, "B C H"]:
    """Where each game's and move's part begins in a flat array of [C H B size]."""
    games = np.arange(states * held, dtype=np.int64).reshape(states, held) * moves
    return (games + np.arange(moves, dtype=np.int64)[:, None, None]) * size


def _rival_moves(stage: Stage, owner: Floats, rows: Whole, weights: Floats) -> Annotated[Floats, "C H B K"]:
    """What each move of the rival is worth to each type against the owner's play."""
    states, held, own = owner.shape
    _, _, moves, types, points = stage.rival_worth.shape
    known = np.matmul(owner, stage.rival_worth.reshape(states, own, moves * types * points))
    if points == 1:
        return known.reshape(states, held, moves, types)
    flat = known.reshape(-1)
    worth = np.zeros((types, moves, states, held))
    for corner, weight in zip(_first(states, held, moves, types * points) + rows, weights, strict=True):
        for kind in range(types):
            worth[kind] += flat[corner + kind * points] * weight
    return worth.transpose(2, 3, 1, 0)


def apart(stage: Stage, worth: Floats, play: Play, precision: Floats) -> Annotated[Floats, "C H"]:
    """How far the rival's moves are from being worth what was supposed: the error of a logarithm of odds."""
    gaps = np.where(stage.rival_may[:, None, :, None], np.abs(worth - play.rival_moves), 0.0)
    return gaps.max(axis=(2, 3)) * precision


def response_of(stage: Stage, worth: Floats, precision: Annotated[Floats, "C|1 H|1"]) -> Response:
    """What is reported for what the rival's moves are worth."""
    play = play_of(stage, worth, precision)
    return Response(
        play.owner_play,
        play.rival_play,
        np.einsum("cha,cha->ch", play.owner_play, play.owner_moves),
        np.einsum("chbk,chbk->chk", play.rival_play, play.rival_moves),
        apart(stage, worth, play, precision),
    )


def at_no_precision(stage: Stage) -> Annotated[Floats, "C H B K"]:
    """What the rival's moves are worth when everybody moves at random: where every branch starts."""
    nothing = np.zeros((stage.owner_worth.shape[0], stage.beliefs.shape[1], *stage.rival_worth.shape[2:4]))
    return play_of(stage, nothing, np.zeros((1, 1))).rival_moves

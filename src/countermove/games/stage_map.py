"""The map of a stage: from what the rival's moves are worth to each type, to how all play, to what all moves are then worth.

Written for many games at once: games are the last axis, so that every line of it is a few long passes, and each game's numbers are the same to the
bit whoever is beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from countermove.games.belief import after_moves_by_type
from countermove.games.stage import Stage, log_softmax

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

FAINT = 1e-290  # a move of a smaller probability: what it tells is worked out in logarithms


@dataclass(frozen=True)
class Play:
    """What follows from what the rival's moves are worth, for n games: how all play, and what all moves are then worth."""

    owner_play: Annotated[Floats, "A n"]
    rival_play: Annotated[Floats, "K B n"]
    owner_moves: Annotated[Floats, "A n"]
    rival_moves: Annotated[Floats, "K B n"]

    def parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """All four."""
        return self.owner_play, self.rival_play, self.owner_moves, self.rival_moves

    def copy(self) -> Play:
        """The same numbers, to be written over."""
        return Play(*(part.copy() for part in self.parts()))

    def unless(self, where: Annotated[Truths, "n"], other: Play) -> Play:
        """These numbers, but the other's in some of the games."""
        return Play(*(np.where(where, two, one) for one, two in zip(self.parts(), other.parts(), strict=True)))


@dataclass(frozen=True)
class Learnt:
    """How probable each of the rival's moves is, and the K points of the grid around the belief after it, with their weights; points are numbered
    through all games, moves and points [n B G]."""

    chance: Annotated[Floats, "B n"]
    places: Annotated[Whole, "B n K"]
    weights: Annotated[Floats, "B n K"]


class StageMap:
    """A stage made ready for the map; n is its states times its beliefs."""

    def __init__(self, stage: Stage) -> None:
        """Nothing is copied that is large. A game alone gets a double, since sums over a single column are added up in another order."""
        self.alone = len(stage.owner_may) * stage.beliefs.shape[1] == 1
        self.stage = stage = _doubled(stage) if self.alone else stage
        self.states, self.held = len(stage.owner_may), stage.beliefs.shape[1]
        self.own, self.moves, self.points, self.types = stage.rival_worth.shape[1:]
        self.games = self.states * self.held
        self.rival_may = np.repeat(stage.rival_may.T, self.held, axis=1)
        self.rival_shut = np.where(self.rival_may, 0.0, -np.inf)
        self.owner_shut = np.repeat(np.where(stage.owner_may.T, 0.0, -np.inf), self.held, axis=1)
        beliefs = np.broadcast_to(stage.beliefs, (self.states, self.held, self.types))
        self.beliefs = np.ascontiguousarray(beliefs.reshape(self.games, self.types).T)
        self.for_owner = stage.owner_worth.reshape(self.states, self.own, -1).transpose(0, 2, 1)
        self.for_rival = stage.rival_worth.reshape(self.states, self.own, -1)
        games, moves = np.arange(self.games, dtype=np.int64), np.arange(self.moves, dtype=np.int64)
        self.first = (games * self.moves + moves[:, None]) * self.points
        self.ends = np.arange(0, self.first.size * self.types + 1, self.types, dtype=np.int64)

    def __call__(
        self, worth: Annotated[Floats, "K B n"], precision: Annotated[Floats, "n|1"], owner_worth: Floats | None = None
    ) -> Play:
        """How all play if the rival's moves are worth this (the owner's what the rival's play makes them, or `owner_worth` [A n]), and what all
        moves are then worth."""
        odds = worth * precision
        odds += self.rival_shut
        rival = _softmax(odds, 1)
        known = self.learn(rival, lambda which: log_softmax((worth * precision + self.rival_shut)[:, :, which], 1))
        owner_moves = self.owner_moves(known)
        odds = (owner_moves if owner_worth is None else owner_worth) * precision
        odds += self.owner_shut
        owner = _softmax(odds, 0)
        return Play(owner, rival, owner_moves, self.rival_moves(owner, known))

    def inward(self, array: Annotated[Floats, "C H ..."]) -> Annotated[Floats, "... n"]:
        """[C H A] as [A n], [C H B K] as [K B n]."""
        turned = np.ascontiguousarray(array.reshape(-1, *array.shape[2:]).T)
        return np.repeat(turned, 2, axis=-1) if self.alone else turned

    def outward(self, array: Annotated[NDArray[Any], "... n"]) -> Annotated[NDArray[Any], "C H ..."]:
        """The way back."""
        turned = array[..., :1].T if self.alone else array.T
        return turned.reshape(-1, self.held, *turned.shape[1:])

    def learn(self, rival: Annotated[Floats, "K B n"], logs: Callable[[NDArray[np.intp]], Annotated[Floats, "K B some"]]) -> Learnt:
        """What the owner learns if the types play so; `logs` gives the logarithms of play in some games, where probabilities are too small."""
        if self.types == 1:
            one = np.ones((*self.first.shape, 1))
            return Learnt(rival[0], self.first[..., None], one)
        joint = rival * self.beliefs[:, None]
        for kind in range(self.types - 2, -1, -1):
            joint[kind] += joint[kind + 1]
        chance, tails = joint[0], joint[1:]
        some = np.where(self.rival_may, chance, 1.0)
        if some.min() < FAINT:
            which = np.flatnonzero((some < FAINT).any(axis=0))
            chance[:, which], after = after_moves_by_type(self.beliefs[:, which], logs(which))
            some[:, which] = 1.0
            tails[:, :, which] = np.cumsum(after[::-1], axis=0)[-2::-1]
        tails *= np.divide(float(self.stage.grid.steps), some, out=some)
        rows, weights = self.stage.grid.corners_of_tails(tails)
        rows += self.first[..., None]
        return Learnt(chance, rows, weights)

    def owner_moves(self, known: Learnt) -> Annotated[Floats, "A n"]:
        """What each move of the owner is worth before the rival's is known."""
        if self.points == 1:
            towards = np.ascontiguousarray(known.chance.T)
        else:
            # Set, not added, so that threads need not wait: a point outside the grid has weight 0 and stands as the grid's first point, where only
            # the first corner can truly be; so the first corners are set last.
            shares = known.weights * known.chance[..., None]
            towards = np.zeros(self.first.size * self.points)
            towards[known.places.reshape(-1)[::-1]] = shares.reshape(-1)[::-1]
        worth = np.matmul(towards.reshape(self.states, self.held, self.moves * self.points), self.for_owner)
        return np.ascontiguousarray(worth.reshape(self.games, self.own).T)

    def rival_moves(self, owner: Annotated[Floats, "A n"], known: Learnt) -> Annotated[Floats, "K B n"]:
        """What each move of the rival is worth to each type against the owner's play."""
        mixed = owner.reshape(self.own, self.states, self.held).transpose(1, 2, 0)
        worth = np.matmul(mixed, self.for_rival).reshape(-1, self.types)
        if self.points == 1:
            return np.ascontiguousarray(worth.reshape(self.games, self.moves, self.types).transpose(2, 1, 0))
        shape = (self.first.size, len(worth))
        corners: Any = csr_array((known.weights.reshape(-1), known.places.reshape(-1), self.ends), shape=shape)
        found = np.asarray(corners @ worth, dtype=np.float64)
        return np.ascontiguousarray(found.reshape(self.moves, self.games, self.types).transpose(2, 0, 1))

    def at_no_precision(self) -> Play:
        """How all play, and what moves are worth, when everybody moves at random: where every branch starts."""
        return self(np.zeros((self.types, self.moves, self.games)), np.zeros(1))


def owner_moves_against(stage: Stage, rival_play: Annotated[Floats, "C H B K"]) -> Annotated[Floats, "C H A"]:
    """What each move of the owner is worth if the types play so, and the owner learns from it."""
    ready = StageMap(stage)
    return ready.outward(ready.owner_moves(_learnt(ready, rival_play)))


def rival_moves_against(
    stage: Stage, owner_play: Annotated[Floats, "C H A"], believed: Annotated[Floats, "C H B K"]
) -> Annotated[Floats, "C H B K"]:
    """What each move of the rival is worth to each type against an owner who plays so, and believes that the types play as `believed`."""
    ready = StageMap(stage)
    return ready.outward(ready.rival_moves(ready.inward(owner_play), _learnt(ready, believed)))


def _learnt(ready: StageMap, rival_play: Annotated[Floats, "C H B K"]) -> Learnt:
    """What the owner learns if the types play so."""
    play = ready.inward(rival_play)
    with np.errstate(divide="ignore"):
        return ready.learn(play, lambda which: np.log(play[:, :, which]))


def _softmax(odds: Floats, axis: int) -> Floats:
    """Logit probabilities, written over the odds; what is -inf gets 0."""
    odds -= odds.max(axis=axis, keepdims=True)
    np.exp(odds, out=odds)
    odds /= odds.sum(axis=axis, keepdims=True)
    return odds


def _doubled(stage: Stage) -> Stage:
    """One state twice."""
    twice = np.zeros(2, dtype=np.int64)
    return stage.only(twice, stage.beliefs if len(stage.beliefs) == 1 else stage.beliefs[twice])

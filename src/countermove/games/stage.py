"""One month of a war as many small games at once: the logit response of the owner and of each type of the rival.

McKelvey & Palfrey 1998 (Experimental Economics 1, pp. 9-41). The unknown is what each of the rival's moves is worth to each type; from it follow the
rival's play, the belief after each move, the owner's play, and what the rival's moves are worth: a map that is to come back to where it started
(`stage_map`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.belief import Grid

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Stage:
    """C states, in each H beliefs now. What a move is worth is a number for each of the G beliefs after it: the month's points and all later ones."""

    grid: Grid
    beliefs: Annotated[Floats, "C|1 H K"]
    owner_worth: Annotated[Floats, "C A B G"]
    rival_worth: Annotated[Floats, "C A B G K"]
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
        allowed = (self.owner_may[:, :, None] & self.rival_may[:, None, :]).reshape(states, -1, 1)
        one = allowed.argmax(axis=1)[:, :, None]
        ranges: list[Floats] = []
        for worth in (self.owner_worth[..., None], self.rival_worth):
            flat = worth.reshape(states, allowed.shape[1], -1)
            filled = np.where(allowed, flat, np.take_along_axis(flat, one, axis=1))
            shape = (states, *worth.shape[3:])
            highest, lowest = filled.max(axis=1).reshape(shape), filled.min(axis=1).reshape(shape)
            ranges.append((highest.max(axis=1) - lowest.min(axis=1)).max(axis=1))
        return ranges[0], ranges[1]

    @cached_property
    def spread(self) -> Annotated[Floats, "C"]:
        """The wider of the two; 1 where nothing matters."""
        widest = np.maximum(*self.ranges)
        return np.where(widest > 0, widest, 1.0)


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


def log_softmax(worth: Floats, axis: int) -> Floats:
    """Logarithms of logit probabilities; moves that are not allowed are worth -inf and keep that."""
    top = worth.max(axis=axis, keepdims=True)
    shifted = worth - top
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

"""The game that a war is compiled to: public states, a month at a time, two patrons who move at once, a rival whose type only he knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StochasticGame:
    """S public states, A moves of the owner, B of the rival, K types of the rival, M months, N states that a month can lead to.

    Every month is alike: what depends on the month is part of the state, or of the values at the end. Probabilities are of float64 and sum to 1
    over N; a place in `following` that is not needed has probability 0. A move that is not `allowed` in a state has no reward and leads nowhere.
    """

    owner: str
    rival: str
    owner_moves: tuple[str, ...]  # [A]
    rival_moves: tuple[str, ...]  # [B]
    types: Annotated[Floats, "K"]  # prior probability of each type
    months: int
    start: Annotated[Floats, "S"]  # probability of each state in the first month
    owner_may: Annotated[NDArray[np.bool_], "S A"]
    rival_may: Annotated[NDArray[np.bool_], "S B"]
    following: Annotated[NDArray[np.int32], "S A B N"]
    chances: Annotated[Floats, "S A B N"]
    owner_gets: Annotated[Floats, "S A B"]  # points in the month
    rival_gets: Annotated[Floats, "K S A B"]
    owner_last: Annotated[Floats, "S"]  # points once the last month is over
    rival_last: Annotated[Floats, "K S"]

    def after_the_last(self, points: int) -> tuple[Annotated[Floats, "S G"], Annotated[Floats, "S G K"]]:
        """What is left to the owner and to each type once the last month is over, at each of G beliefs."""
        return np.repeat(self.owner_last[:, None], points, axis=1), np.repeat(self.rival_last.T[:, None, :], points, axis=1)

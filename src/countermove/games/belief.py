"""What the owner believes of the rival's type: a grid over all beliefs, and how one move changes a belief.

A belief between the points of the grid is a mean of the corners of the small simplex that it lies in (Freudenthal's triangulation; Lovejoy 1991,
Operations Research 39, pp. 162-175), so values are interpolated linearly and the mean of the beliefs that are moved to is the belief itself.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """G beliefs over K types, every multiple of 1 / steps; `place` finds the row of a point by its number in base steps + 2."""

    steps: int
    points: Annotated[Floats, "G K"]
    place: Annotated[Whole, "numbers"]

    def corners(self, belief: Annotated[Floats, "... K"]) -> tuple[Annotated[Whole, "... K"], Annotated[Floats, "... K"]]:
        """The K points around each belief, and their weights, which sum to 1; for one type the only point."""
        tails = np.cumsum(np.moveaxis(belief, -1, 0)[::-1], axis=0)[-2::-1]
        return self.corners_of_tails(tails * self.steps)

    def corners_of_tails(self, tails: Annotated[Floats, "K-1 ..."]) -> tuple[Annotated[Whole, "... K"], Annotated[Floats, "... K"]]:
        """The same from how probable each type but the first is or a later one, in steps of the grid; the array that is given is written over."""
        types, shape = len(tails) + 1, tails.shape[1:]
        rows = np.empty((*shape, types), dtype=np.int64)
        weights = np.empty((*shape, types))
        if types == 1:
            rows[:], weights[:] = 0, 1.0
            return rows, weights
        np.minimum(tails, float(self.steps), out=tails)
        whole = np.floor(tails)
        parts = np.subtract(tails, whole, out=tails)
        ordered = -np.sort(-parts, axis=0) if types > 3 else [parts.max(axis=0), parts.min(axis=0)][: types - 1]
        np.subtract(1.0, ordered[0], out=weights[..., 0])
        for corner in range(1, types - 1):
            np.subtract(ordered[corner - 1], ordered[corner], out=weights[..., corner])
        weights[..., -1] = ordered[-1]
        powers: list[int] = [(self.steps + 2) ** kind for kind in range(types - 1)]
        number: Floats = whole[0]
        for kind, power in enumerate(powers[1:], 1):
            number += whole[kind] * power
        first = number.astype(np.int64)
        self.place.take(first, out=rows[..., 0], mode="clip")
        if types == 3:  # the one that leads is the first, unless the second's part is larger
            last = first + (powers[0] + powers[1])
            first += np.where(parts[1] > parts[0], powers[1], powers[0])
            self.place.take(first, out=rows[..., 1], mode="clip")
            self.place.take(last, out=rows[..., 2], mode="clip")
            return rows, weights
        ranks = _ranks(parts)
        for corner in range(1, types):
            for kind, power in enumerate(powers):
                first += power * (ranks[kind] == corner - 1)
            self.place.take(first, out=rows[..., corner], mode="clip")
        return rows, weights


def _ranks(parts: Annotated[Floats, "K-1 ..."]) -> Annotated[NDArray[np.int8], "K-1 ..."]:
    """0 for the largest along the first axis, and so on; of equals the first."""
    ranks = np.zeros(parts.shape, dtype=np.int8)
    for one, other in itertools.combinations(range(len(parts)), 2):
        behind = parts[other] > parts[one]
        ranks[one] += behind
        ranks[other] += ~behind
    return ranks


def at_start(
    game: StochasticGame, grid: Grid, owner_value: Annotated[Floats, "S G"], rival_value: Annotated[Floats, "S G K"]
) -> tuple[float, Annotated[Floats, "K"]]:
    """What values of the first month are worth to the owner and to each type, in points, at its states and the prior."""
    corners, weights = grid.corners(game.types)
    owner = float(game.start @ (owner_value[:, corners] @ weights))
    return owner, np.einsum("s,sgk,g->k", game.start, rival_value[:, corners], weights)


def belief_grid(types: int, steps: int) -> Grid:
    """Every belief over `types` types whose parts are multiples of 1 / steps. Raises SolveError for fewer than 1 type or step, or far too many."""
    if types < 1 or steps < 1:
        raise SolveError(f"a grid of beliefs needs a type and a step; there are {types} types, {steps} steps", where="beliefs")
    numbers = (steps + 2) ** (types - 1)
    if numbers > 10**7:
        raise SolveError(
            f"{types} types in steps of 1/{steps} are too many beliefs", where="beliefs", next="take fewer types, or fewer steps"
        )
    points: list[tuple[int, ...]] = [()]
    for _ in range(types - 1):  # tails: steps >= q1 >= q2 >= ... >= 0
        points = [(*tail, q) for tail in points for q in range((tail[-1] if tail else steps) + 1)]
    tails = np.array(points, dtype=np.int64).reshape(len(points), types - 1)
    powers = (steps + 2) ** np.arange(types - 1, dtype=np.int64)
    place = np.zeros(numbers, dtype=np.int64)
    place[(tails * powers).sum(axis=1)] = np.arange(len(tails))
    whole = np.concatenate([np.full((len(tails), 1), steps), tails, np.zeros((len(tails), 1))], axis=1)
    return Grid(steps, (whole[:, :-1] - whole[:, 1:]) / steps, place)


def after_moves(
    belief: Annotated[Floats, "... K"], log_play: Annotated[Floats, "... B K"]
) -> tuple[Annotated[Floats, "... B"], Annotated[Floats, "... B K"]]:
    """How probable each move of the rival is, and what is believed after it (Bayes), from the logarithms of each type's probabilities.

    In logarithms, so that a move that nobody makes still tells what its makers would be; a move that is not allowed (-inf) tells nothing.
    """
    belief = np.broadcast_to(belief, (*log_play.shape[:-2], belief.shape[-1]))
    chance, after = after_moves_by_type(np.moveaxis(belief, -1, 0), np.moveaxis(log_play, (-1, -2), (0, 1)))
    return np.moveaxis(chance, 0, -1), np.moveaxis(after, (0, 1), (-1, -2))


def after_moves_by_type(
    belief: Annotated[Floats, "K ..."], log_play: Annotated[Floats, "K B ..."]
) -> tuple[Annotated[Floats, "B ..."], Annotated[Floats, "K B ..."]]:
    """The same with types and moves first, so that long axes are last: the fast way."""
    if len(belief) == 1:
        return np.exp(log_play[0]), np.ones(log_play.shape)
    with np.errstate(divide="ignore"):
        joint = np.log(belief)[:, None] + log_play
    top = joint.max(axis=0)
    never = top == -np.inf
    top = np.where(never, 0.0, top)
    joint -= top
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint /= np.where(never, 1.0, total)
    after = np.where(never, belief[:, None], joint) if never.any() else joint
    return np.where(never, 0.0, np.exp(top) * total), after

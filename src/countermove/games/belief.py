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
        types = belief.shape[-1]
        if types == 1:
            return np.zeros(belief.shape, dtype=np.int64), np.ones(belief.shape)
        tails = np.cumsum(belief[..., :0:-1], axis=-1)[..., ::-1] * self.steps
        tails = np.clip(tails, 0.0, float(self.steps))
        floors = np.floor(tails)
        parts = tails - floors
        ranks = _ranks(parts)
        ordered = -np.sort(-parts, axis=-1) if types > 3 else _ordered(parts)
        weights = np.empty(belief.shape)
        weights[..., 0] = 1 - ordered[..., 0]
        weights[..., 1:-1] = ordered[..., :-1] - ordered[..., 1:]
        weights[..., -1] = ordered[..., -1]
        powers = (self.steps + 2) ** np.arange(types - 1, dtype=np.int64)
        rows = np.empty(belief.shape, dtype=np.int64)
        number = (floors.astype(np.int64) * powers).sum(axis=-1)
        rows[..., 0] = self.place[number]
        for corner in range(1, types):
            number = number + (powers * (ranks == corner - 1)).sum(axis=-1)
            rows[..., corner] = self.place[number]
        return rows, weights


def _ranks(parts: Floats) -> Whole:
    """0 for the largest of the last axis, and so on; of equals the first."""
    ranks = np.zeros(parts.shape, dtype=np.int64)
    for one, other in itertools.combinations(range(parts.shape[-1]), 2):
        behind = parts[..., other] > parts[..., one]
        ranks[..., one] += behind
        ranks[..., other] += ~behind
    return ranks


def _ordered(parts: Floats) -> Floats:
    """One or two numbers, the larger first."""
    return np.stack([parts.max(axis=-1), parts.min(axis=-1)], axis=-1)[..., : parts.shape[-1]]


def belief_grid(types: int, steps: int) -> Grid:
    """Every belief over `types` types whose parts are multiples of 1 / steps. Raises SolveError for fewer than 1 type or step, or above 1e5 points."""
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
    with np.errstate(divide="ignore"):
        joint = np.log(belief)[..., None, :] + log_play
    top = joint.max(axis=-1, keepdims=True)
    never = np.isneginf(top)
    scaled = np.exp(joint - np.where(never, 0.0, top))
    total = scaled.sum(axis=-1, keepdims=True)
    after = np.where(never, belief[..., None, :], scaled / np.where(never, 1.0, total))
    chance = np.where(never, 0.0, np.exp(np.where(never, 0.0, top)) * total)[..., 0]
    return chance, after

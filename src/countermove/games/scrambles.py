"""Means by scramble: draws are quasi-random, so that their errors are those of 16 independent scrambles, never sd/sqrt(draws)."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from countermove.games.board import Floats
from countermove.rng.quasi import SCRAMBLES


def scrambles_of(draws: int) -> int:
    """How many scrambles so many draws have: draw d is of scramble d % 16."""
    return min(draws, SCRAMBLES)


def scramble_means(rows: Annotated[Floats, "D L"]) -> Annotated[Floats, "Z"]:
    """The mean of a value by draw and luck over each of the scrambles."""
    by_draw = rows.mean(axis=1)
    count = scrambles_of(len(by_draw))
    return np.array([by_draw[scramble::count].mean() for scramble in range(count)])


def spread_error(parts: Annotated[Floats, "... Z"]) -> Annotated[Floats, "..."]:
    """The standard error of a sum whose parts are what each of Z independent scrambles has moved it by; the parts add up to 0."""
    count = parts.shape[-1]
    return np.sqrt((parts**2).sum(axis=-1) * count / (count - 1))

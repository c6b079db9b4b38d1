"""Columns of a table, and the columns by which a run is addressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from countermove.errors import StoreError

Columns = Mapping[str, "np.ndarray[Any, Any] | Sequence[str] | str"]
"""Some rows of a table, by column: an array of numbers, a list of texts, or one text that holds for all of these rows."""

ADDRESS = ("strategy", "theory", "draw", "luck")


def addressed(strategy: str, theory: str, table: np.ndarray[Any, Any], names: Sequence[str], first: int = 0) -> Columns:
    """The rows of one pair of strategy and theory, from an array [len(names), draws, lucks]: one column per name, beside the address.

    `first`: the number of the first of these draws.
    """
    if table.ndim != 3 or table.shape[0] != len(names):
        raise StoreError(f"an array of shape {table.shape} does not hold {len(names)} numbers per draw and luck")
    _, draws, lucks = table.shape
    where: dict[str, Any] = {
        "strategy": strategy,
        "theory": theory,
        "draw": np.repeat(np.arange(first, first + draws, dtype=np.int32), lucks),
        "luck": np.tile(np.arange(lucks, dtype=np.int32), draws),
    }
    return {**where, **{name: table[row].reshape(-1) for row, name in enumerate(names)}}

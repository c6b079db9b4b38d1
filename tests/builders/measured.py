"""What every plan does under every theory, written down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from countermove.decision.pareto import MeasuredOutcomes

K = 16


def at_hand(
    by_draw: np.ndarray, measures: Sequence[str] = ("territory", "deaths", "cost"), weight: np.ndarray | None = None
) -> MeasuredOutcomes:
    """Measures [S, M, T, D] in 16 scrambles of neighbours."""
    s, m, t, d = by_draw.shape
    draws = np.full(d, 1 / d) if weight is None else weight
    return MeasuredOutcomes(tuple("xyzu"[:s]), tuple(measures[:m]), tuple("PQRS"[:t]), by_draw, draws, np.arange(d) * K // d)


def certain(table: object) -> MeasuredOutcomes:
    """[S, M, T] in every draw."""
    return at_hand(np.repeat(np.asarray(table, float)[..., None], K, axis=3))

"""Runs whose outcomes are written, not played."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.engine.runs import Runs
from countermove.world.measure import MEASURE_NAMES


def runs_of(values: Mapping[tuple[str, str], np.ndarray], measure: str = "territory", weight: np.ndarray | None = None) -> Runs:
    """Runs in which one measure takes these values [D, L] and every other is 0."""
    strategies = tuple(dict.fromkeys(strategy for strategy, _ in values))
    theories = tuple(dict.fromkeys(theory for _, theory in values))
    draws, lucks = next(iter(values.values())).shape
    outcomes = {at: np.zeros((len(MEASURE_NAMES), draws, lucks), np.float32) for at in values}
    for at, value in values.items():
        outcomes[at][MEASURE_NAMES.index(measure)] = value
    return Runs(
        strategies=strategies,
        theories=theories,
        outcomes=outcomes,
        bands={},
        band_names=(),
        paths=0,
        draws=draws,
        lucks=lucks,
        months=60,
        seed=0,
        scramble=np.arange(draws) % 16,
        weight=np.full(draws, 1 / draws) if weight is None else weight,
    )


def noisy(means: Mapping[tuple[str, str], float], sd: float, draws: int = 256, lucks: int = 4, seed: int = 0) -> Runs:
    """Runs with independent normal noise about these means."""
    rng = np.random.default_rng(seed)
    return runs_of({at: mean + sd * rng.normal(size=(draws, lucks)) for at, mean in means.items()})

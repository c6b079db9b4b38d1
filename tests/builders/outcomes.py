"""Runs whose outcomes are written, not played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective, Worth
from countermove.world.measure import MEASURE_NAMES

TABLE = np.array([[9.0, 1.0, 0.0], [6.0, 5.0, 2.0], [4.0, 4.0, 4.0]])
"""Points of three plans under three theories: bold, mixed and safe."""
TERRITORY = Objective(of="washington", values={"territory": Worth(points=1.0)})
"""A point for the ground held."""


def runs(outcomes: Mapping[tuple[str, str], np.ndarray], **changes: Any) -> Runs:
    """Runs of these outcomes [measures, D, L]; draws weigh the same, and lie in 16 scrambles."""
    _, draws, lucks = next(iter(outcomes.values())).shape
    told = {
        "strategies": tuple(dict.fromkeys(strategy for strategy, _ in outcomes)),
        "theories": tuple(dict.fromkeys(theory for _, theory in outcomes)),
        "bands": {},
        "band_names": (),
        "paths": 0,
        "months": 60,
        "seed": 0,
        "scramble": np.arange(draws) % 16,
        "weight": np.full(draws, 1 / draws),
    }
    return Runs(outcomes=outcomes, draws=draws, lucks=lucks, **{**told, **changes})


def runs_of(values: Mapping[tuple[str, str], np.ndarray], measure: str = "territory", **changes: Any) -> Runs:
    """Runs in which one measure takes these values [D, L] and every other is 0."""
    outcomes = {at: np.zeros((len(MEASURE_NAMES), *value.shape), np.float32) for at, value in values.items()}
    for at, value in values.items():
        outcomes[at][MEASURE_NAMES.index(measure)] = value
    return runs(outcomes, **changes)


def noisy(means: Mapping[tuple[str, str], float], sd: float, draws: int = 256, lucks: int = 4, seed: int = 0) -> Runs:
    """Runs with independent normal noise about these means."""
    rng = np.random.default_rng(seed)
    return runs_of({at: mean + sd * rng.normal(size=(draws, lucks)) for at, mean in means.items()})

"""Runs of many candidate strategies: one compiled plan whose numbers are free, and each run with its own numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes


def play(
    engine: Engine, batch: Batch, theory: str, runs: NDArray[np.int64], numbers: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Measures [M, n] of the given runs (draw * lucks + luck) under a theory, each with its own free numbers [n] of the engine's one plan."""
    job = engine.job(batch, engine.program.plans[0].name, theory, runs)
    return np.asarray(outcomes(engine.kernel, job._replace(params={**job.params, **numbers}))[0])

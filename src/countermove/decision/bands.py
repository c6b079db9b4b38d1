"""The quantiles by month that fan charts show, as findings with their units."""

from __future__ import annotations

import numpy as np

from countermove.decision.cells import nearest
from countermove.decision.findings import Band
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.world.monthly import MONTHLY


def _line(quantiles: np.ndarray, place: int) -> tuple[float, ...]:
    return tuple(float(value) for value in quantiles[:, place])


def band_rows(runs: Runs) -> tuple[Band, ...]:
    """Every band of the runs, month by month at the quantiles 5, 25, 50, 75 and 95% over `runs.paths` runs.

    Returns:
        Rows by strategy, then theory, then quantity.

    Raises:
        DecisionError: a quantity without a unit.
    """
    for name in runs.band_names:
        if name not in MONTHLY:
            raise DecisionError(f'no unit is known for the band "{name}"', next=nearest(name, MONTHLY))
    rows: list[Band] = []
    for (strategy, theory), array in runs.bands.items():
        for place, name in enumerate(runs.band_names):
            quantiles = np.asarray(array[:, place], np.float64)
            q05, q25, q50, q75, q95 = (_line(quantiles, level) for level in range(5))
            rows.append(Band(strategy, theory, name, MONTHLY[name].unit, q05, q25, q50, q75, q95, runs.paths))
    return tuple(rows)

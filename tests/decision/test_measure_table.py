"""All measures at once: the digits of the slow way, measure by measure."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from countermove.decision import measure_rows as rows
from countermove.engine.runs import Runs
from countermove.world.measure import MEASURE_NAMES, MEASURES

RATIOS = [place for place, measure in enumerate(MEASURES) if measure.kind == "ratio"]


def runs_of(draws: int, lucks: int, theories: int, seed: int) -> Runs:
    """Runs of numbers of every size, with ties, both zeros, and ratios that few or none of the runs have."""
    chance = np.random.default_rng(seed)
    outcomes: dict[tuple[str, str], np.ndarray] = {}
    for strategy in ("a", "b"):
        for theory in range(theories):
            table = chance.normal(size=(len(MEASURE_NAMES), draws, lucks)) * 10.0 ** chance.integers(
                -4, 6, (len(MEASURE_NAMES), 1, 1)
            )
            table[1::3] = np.round(table[1::3])
            table[2] = np.where(chance.random((draws, lucks)) < 0.5, 0.0, -0.0)
            for place, share in zip(RATIOS, (0.3, 0.99, 1.0 if theory == 0 else 0.1), strict=False):
                table[place][chance.random((draws, lucks)) < share] = -np.nan
            outcomes[strategy, str(theory)] = table.astype(np.float32)
    names = tuple(str(theory) for theory in range(theories))
    return Runs(
        strategies=("a", "b"),
        theories=names,
        outcomes=outcomes,
        bands={},
        band_names=(),
        paths=0,
        draws=draws,
        lucks=lucks,
        months=3,
        seed=0,
        scramble=np.arange(draws) % 16,
        weight=np.full(draws, 1 / draws),
    )


@pytest.mark.parametrize(("draws", "lucks", "theories"), [(64, 4, 3), (17, 3, 2), (16, 1, 1), (1000, 7, 5), (4096, 64, 1)])
def test_the_same_digits_as_one_by_one(draws: int, lucks: int, theories: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Means, errors and quantiles, of every theory and of mixtures in which one has no weight."""
    runs = runs_of(draws, lucks, theories, seed=draws)
    weights = {str(theory): float(theory != 1) * (theory + 0.3) for theory in range(theories)}
    quick = rows.measure_rows(runs, weights)
    monkeypatch.setattr(rows, "rows_at_once", lambda *_: {})
    slow = rows.measure_rows(runs, weights)
    assert len(quick) == len(slow) > 2 * theories * (len(MEASURES) - len(RATIOS))
    for one, other in zip(quick, slow, strict=True):
        assert astuple(one)[:4] == astuple(other)[:4] and np.array_equal(astuple(one)[4:], astuple(other)[4:], equal_nan=True), one

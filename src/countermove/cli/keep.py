"""The files of a run: outcomes and bands as tables, findings as a document, and how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from countermove.store import Columns, addressed, save
from countermove.world.measure import MEASURE_NAMES

if TYPE_CHECKING:
    from countermove.engine.runs import Runs
    from countermove.scenario.schema import Scenario
    from countermove.study.options import Progress, RunOptions
    from countermove.study.run import Study

QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def run_and_keep(scenario: Scenario, options: RunOptions, *, progress: Progress) -> Study:
    """Run a study and, where `options.out` says so, save it; then what was kept for going on after an interrupt is removed."""
    from countermove.study.run import checkpoint_of, run_study

    study = run_study(scenario, options, progress=progress)
    if options.out is not None:
        keep(study, options.out)
    kept = checkpoint_of(scenario, options)
    if kept is not None:
        kept.finish()
    return study


def keep(study: Study, directory: Path) -> Path:
    """Save a study, whole or not at all; raises StoreError. `tables.json` is what `--json` prints."""
    runs = study.runs
    outcomes = [addressed(strategy, theory, table, MEASURE_NAMES) for (strategy, theory), table in runs.outcomes.items()]
    tables = {"outcomes": outcomes, "bands": list(_bands(runs))}
    return save(directory, tables=tables, documents={"tables": study.to_json()}, provenance=study.provenance)


def _bands(runs: Runs) -> Iterator[Columns]:
    for (strategy, theory), bands in runs.bands.items():
        months, count, _ = bands.shape
        quantiles = {name: bands[:, :, place].reshape(-1) for place, name in enumerate(QUANTILES)}
        month = np.repeat(np.arange(1, months + 1, dtype=np.int32), count)
        yield {"strategy": strategy, "theory": theory, "month": month, "what": list(runs.band_names) * months, **quantiles}

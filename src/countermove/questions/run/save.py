"""The files of a run: outcomes and bands as tables, findings as a document, and how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np

from countermove.store import Columns, Saving, addressed
from countermove.world.measure import MEASURE_NAMES

if TYPE_CHECKING:
    from countermove.engine.runs import Runs
    from countermove.questions.options import Progress, RunOptions
    from countermove.questions.run.run import Study
    from countermove.scenario.schema import Scenario

QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def run_and_save(scenario: Scenario, options: RunOptions, *, progress: Progress) -> Study:
    """Run a study and, where `options.out` says so, save it, whole or not at all; raises StoreError beside what `run_study` raises.

    What was kept for going on after an interrupt is removed once the results are saved.
    """
    from countermove.questions.run.run import checkpoint_of, run_study

    if options.out is None:
        return run_study(scenario, options, progress=progress)
    Thread(target=import_module, args=("pyarrow.parquet",), daemon=True).start()  # slow to import, and not needed before the end
    with Saving(options.out) as saving:  # begun first: a place that cannot be written to is known before the work
        study = run_study(scenario, options, progress=progress)
        fill(saving, study)
    kept = checkpoint_of(scenario, options)
    if kept is not None:
        kept.finish()
    return study


def fill(saving: Saving, study: Study) -> None:
    """Put the files of a study into a saving. `tables.json` is what `--json` prints."""
    saving.expected = {"outcomes": len(study.runs.outcomes), "bands": len(study.runs.bands)}
    for (strategy, theory), table in study.runs.outcomes.items():
        saving.append("outcomes", addressed(strategy, theory, table, MEASURE_NAMES))
    for columns in _bands(study.runs):
        saving.append("bands", columns)
    saving.document("tables", study.to_json())
    saving.provenance = study.provenance


def _bands(runs: Runs) -> Iterator[Columns]:
    for (strategy, theory), bands in runs.bands.items():
        months, count, _ = bands.shape
        quantiles = {name: bands[:, :, place].reshape(-1) for place, name in enumerate(QUANTILES)}
        month = np.repeat(np.arange(1, months + 1, dtype=np.int32), count)
        yield {"strategy": strategy, "theory": theory, "month": month, "what": list(runs.band_names) * months, **quantiles}

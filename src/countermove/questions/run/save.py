"""The files of a run: outcomes and bands as tables, findings as a document, and how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np

from countermove.errors import StoreError
from countermove.store import Columns, Saving, addressed
from countermove.store.disk import free_bytes, size_in_words
from countermove.store.parts import TableParts
from countermove.store.save_objects import ObjectSaving, saving_at
from countermove.world.measure import MEASURE_NAMES

if TYPE_CHECKING:
    from countermove.engine.runs import Runs
    from countermove.questions.options import Progress, RunOptions
    from countermove.questions.run.run import Study
    from countermove.scenario.schema import Scenario

OUTCOMES, WHOLE = "outcomes", "runs"
"""The folder of the outcomes, and their one file where they are few."""
RUN_BYTES = 60
"""On the disk, of a run: 46 to 61 in the wars that ship."""
QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def run_and_save(scenario: Scenario, options: RunOptions, *, progress: Progress) -> Study:
    """Run a study and, where `options.out` says so, save it, whole or not at all; raises StoreError beside what `run_study` raises.

    What was kept for going on after an interrupt is removed once the results are saved.
    """
    from countermove.questions.run.run import checkpoint_of, run_study
    from countermove.questions.run.streaming import moved

    if options.out is None:
        return run_study(scenario, options, progress=progress)
    kept = checkpoint_of(scenario, options)
    parts = TableParts(kept.directory / OUTCOMES) if kept is not None and room_needed(scenario, options) else None
    Thread(target=import_module, args=("pyarrow.parquet",), daemon=True).start()  # slow to import, and not needed before the end
    if parts is not None and isinstance(options.out, Path):
        _refuse_where_full(options.out, room_needed(scenario, options) - parts.length)
    with saving_at(options.out) as saving:  # begun first: a place that cannot be written to is known before the work
        study = run_study(scenario, options, progress=progress, parts=parts)
        fill(saving, study)
    if kept is not None:
        kept.finish()
    return study if parts is None else replace(study, runs=moved(study.runs, options.executor, saving.directory / OUTCOMES))


def _refuse_where_full(place: Path, needed: float) -> None:
    """Raises StoreError where the outcomes will not fit: it is known before the work."""
    free = free_bytes(place)
    if needed > free:
        what = f"the outcomes take about {size_in_words(needed)}, and {size_in_words(free)} are free"
        raise StoreError(what, where=str(place), next="Free some, give another folder with --out, or fewer --draws or --lucks")


def room_needed(scenario: Scenario, options: RunOptions) -> int:
    """Bytes of the outcomes of runs that are too many to hold, about; 0 of fewer. Where the tolerance says how many, as many as it may ask for."""
    from countermove.questions.options import MOST_DRAWS
    from countermove.questions.run.streaming import HELD

    strategies, theories = options.strategies or tuple(scenario.strategies), options.theories or scenario.theory_names
    pairs = max(len(set(strategies)), 1) * max(len(set(theories)), 1)
    runs = pairs * (options.draws or MOST_DRAWS) * options.lucks
    return RUN_BYTES * runs if runs > HELD else 0


def fill(saving: Saving | ObjectSaving, study: Study) -> None:
    """Put the files of a study into a saving. `tables.json` is what `--json` prints."""
    from countermove.questions.run.streaming import PartsOutcomes

    runs = study.runs
    saving.expected = {f"{OUTCOMES}/{WHOLE}": len(runs.outcomes), "bands": len(runs.bands)}
    if isinstance(runs.outcomes, PartsOutcomes):
        saving.adopt(OUTCOMES, (part for parts in runs.outcomes.written.values() for part in parts))
    else:
        for (strategy, theory), table in runs.outcomes.items():
            saving.append(f"{OUTCOMES}/{WHOLE}", addressed(strategy, theory, table, MEASURE_NAMES))
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

"""`memo`: the study, the record's replay, the dossier, the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from countermove.evidence.weigh import Effort
from countermove.memo.page import render
from countermove.scenario.schema import Scenario
from countermove.store.disk import write_page
from countermove.study.dossier import build
from countermove.study.options import Progress, RunOptions, silent
from countermove.study.record_says import record_says
from countermove.study.replays import record_series
from countermove.study.run import Study, run_study
from countermove.world.findings import Dossier


def dossier_of(
    scenario: Scenario, options: RunOptions, *, effort: Effort | None = None, progress: Progress = silent
) -> tuple[Study, Dossier]:
    """The study and all that the memo says; `effort` is that of weighing the record."""
    study = run_study(scenario, options, progress=progress)
    says = record_says(study, options, effort=effort, progress=progress)
    records = record_series(scenario, options, progress=progress)
    dossier = build(study.program, study.findings, study.provenance, records, says)
    return study, replace(dossier, warnings=(*dossier.warnings, *study.warnings))


def write_memo(
    scenario: Scenario, options: RunOptions, path: Path, *, effort: Effort | None = None, progress: Progress = silent
) -> Path:
    """Write the memo to `path`, whole or not at all; `effort` is that of weighing the record."""
    _, dossier = dossier_of(scenario, options, effort=effort, progress=progress)
    progress("writing the memo", 0, 1)
    write_page(path, render(dossier), "memo")
    progress("writing the memo", 1, 1)
    return path

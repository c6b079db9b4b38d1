"""`memo`: the study, the record's replay, the dossier, the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from countermove.memo.contents import Dossier
from countermove.memo.dossier import build
from countermove.memo.page import render
from countermove.memo.replays import record_series
from countermove.memo.sections import INQUIRIES
from countermove.memo.sharing import write_copy, write_figures
from countermove.questions.backtest.sealed_forecasts import forecasts_beside
from countermove.questions.inquiry import answers_of
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.run.run import Study, checkpoint_of, run_study
from countermove.questions.score.escrow import escrow_of, seal_of_escrow, write_escrow
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.memo_weighing import memo_weighing
from countermove.scenario.schema import Scenario
from countermove.store.disk import write_page


def dossier_of(
    scenario: Scenario, options: RunOptions, *, effort: TrainingEffort | None = None, progress: Progress = silent
) -> tuple[Study, Dossier]:
    """The study and all that the memo says; `effort` is that of weighing the record."""
    study = run_study(scenario, options, progress=progress)
    says = memo_weighing(study, options, effort=effort, progress=progress)
    records = record_series(scenario, options, progress=progress)
    answers = answers_of(INQUIRIES, study, options, progress=progress)
    dossier = build(study.program, study.findings, study.provenance, records, says)
    warnings = (*dossier.warnings, *study.warnings, *answers.warnings)
    return study, replace(dossier, answers=answers.found, warnings=warnings)


def write_memo(
    scenario: Scenario,
    options: RunOptions,
    path: Path,
    *,
    effort: TrainingEffort | None = None,
    figures: Path | None = None,
    copies: Sequence[Path] = (),
    progress: Progress = silent,
) -> Path:
    """Write the memo to `path`, whole or not at all, and what it forecasts, sealed, beside it.

    Main arguments: `scenario`, `options`, `path`.
    Other arguments: `effort` of weighing the record; `figures`, a folder for every figure with its numbers; `copies`, more files of the
    same memo, PDF or Word by their names. Raises StoreError where a program that makes these is missing: the page is written by then.
    """
    study, dossier = dossier_of(scenario, options, effort=effort, progress=progress)
    found = escrow_of(study, options, progress=progress)
    beside = forecasts_beside(path)
    if found is not None:
        dossier = replace(dossier, issued=(beside.name, seal_of_escrow(found)))
    total = 1 + (figures is not None) + len(copies)
    progress("writing the memo", 0, total)
    page = render(dossier)
    write_page(path, page, "memo")
    if found is not None:
        write_escrow(found, beside)
    if figures is not None:
        write_figures(dossier, figures)
    for place, copy in enumerate(copies):
        progress("writing the memo", total - len(copies) + place, total)
        write_copy(dossier, page, path, copy)
    progress("writing the memo", total, total)
    kept = checkpoint_of(scenario, options)
    if kept is not None:
        kept.finish()
    return path

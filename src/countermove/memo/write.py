"""`memo`: the study, the record's replay, the dossier, the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from countermove.compute.together import together
from countermove.memo import stages
from countermove.memo.bend import bendable
from countermove.memo.contents import Dossier
from countermove.memo.dossier import build
from countermove.memo.export import write_copy, write_figures
from countermove.memo.page import render, render_annex
from countermove.memo.replays import record_series
from countermove.memo.sections import INQUIRIES
from countermove.questions.backtest.sealed_forecasts import forecasts_beside
from countermove.questions.inquiry import asked, joined
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.run.run import checkpoint_of, run_study
from countermove.questions.score.escrow import Escrow, escrow_file, escrow_of, seal_of_escrow
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.memo_weighing import memo_weighing
from countermove.scenario.schema import Scenario
from countermove.store.disk import write_page


def dossier_of(
    scenario: Scenario, options: RunOptions, *, effort: TrainingEffort | None = None, progress: Progress = silent
) -> tuple[Dossier, Escrow | None]:
    """All that the memo says, and what it forecasts; `effort` is that of weighing the record."""
    study = run_study(scenario, options, progress=stages.of_study(progress))
    works: dict[str, Callable[[Progress], Any]] = {
        "record": lambda told: memo_weighing(study, options, effort=effort, progress=told),
        "replay": lambda told: record_series(scenario, options, progress=told),
        **{one.title: partial(asked, one, study, options) for one in INQUIRIES},
        "forecasts": lambda told: escrow_of(study, options, progress=told),
    }
    found = together(f"{len(works)} questions", works, options.at_once, stages.of_questions(progress))
    answers = joined(found[one.title] for one in INQUIRIES)
    dossier = build(study.program, study.findings, study.provenance, found["replay"], found["record"], options.seen_by)
    warnings = (*dossier.warnings, *study.warnings, *answers.warnings)
    issued: Escrow | None = found["forecasts"]
    if issued is not None and options.seen_by is not None and options.seen_by.weights:
        issued = replace(issued, weights_from=f"the reader {options.seen_by.reader}")
    bend = bendable(study, found["record"])
    return replace(dossier, answers=answers.found, warnings=warnings, bend=bend), issued


def page_name(scenario: Scenario, reader: str | None = None) -> str:
    """What the page of a scenario is called, without its ending: NAME, or NAME.READER."""
    return scenario.scenario if reader is None else f"{scenario.scenario}.{reader}"


def write_memo(
    scenario: Scenario,
    options: RunOptions,
    path: Path,
    *,
    effort: TrainingEffort | None = None,
    figures: Path | None = None,
    copies: Sequence[Path] = (),
    annex: bool = False,
    progress: Progress = silent,
) -> Path:
    """Write the memo to `path`, whole or not at all, and what it forecasts, sealed, beside it.

    Main arguments: `scenario`, `options`, `path`.
    Other arguments: `effort` of weighing the record; `figures`, a folder for every figure with its numbers; `copies`, more files of the same
    memo: PDF, Word or a spreadsheet, by their names; `annex`, its annex as a page of its own beside it. Raises StoreError where a program that
    makes one is missing: the page is written by then.
    """
    dossier, found = dossier_of(scenario, options, effort=effort, progress=progress)
    beside = forecasts_beside(path)
    if found is not None:
        dossier = replace(dossier, issued=(beside.name, seal_of_escrow(found)))
    progress(stages.PAGE, 0, 0)
    page = render(dossier)
    more = {} if found is None else {beside: escrow_file(found, beside)}
    if annex:
        more[annex_beside(path)] = render_annex(dossier).encode("utf-8")
    write_page(path, page, "memo", beside=more)
    if figures is not None:
        progress(stages.FIGURES, 0, 0)
        write_figures(dossier, figures)
    for copy in copies:
        progress(copy.name, 0, 0)
        write_copy(dossier, page, path, copy)
    kept = checkpoint_of(scenario, options)
    if kept is not None:
        kept.finish()
    return path


def annex_beside(path: Path) -> Path:
    """Where the annex of the memo at `path` is written as a page of its own: NAME.annex.html beside NAME.html."""
    return path.with_suffix(".annex.html")

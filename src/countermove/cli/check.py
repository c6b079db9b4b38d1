"""`countermove check`: every mistake in a scenario and every doubt about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from countermove.cli.failure import BAD_INPUT, FINE, FOUND
from countermove.cli.options import Changes, File, Output, Strict
from countermove.cli.plugin import theories_of
from countermove.cli.request import overrides_of
from countermove.cli.terminal import remark, say, say_json
from countermove.errors import Issue

Quick = Annotated[bool, typer.Option("--quick", help="Only the file: leave out the doubts for which the war is played.")]


def check(file: File, changes: Changes, output: Output, quick: Quick = False, strict: Strict = False) -> int:
    """Find all mistakes, with file:line:column and what was probably meant; then warn of what reads well and means little.

    Some doubts come from playing the war a few hundred times, which takes seconds and is kept; --quick leaves them out. Exit code 2 where there
    are mistakes; with --strict, 1 where there are warnings. Notes are true of the file and no reason to change it.
    """
    plugins = theories_of(changes.plugin)
    overrides = overrides_of(changes)
    from countermove.scenario.check import check as examine

    report = examine(file, overrides=overrides, plugins=plugins)
    shown = not (output.as_json or output.quiet)
    for issue in report.errors if not output.as_json else ():
        remark(str(issue))
    _doubted(report.warnings if shown else ())
    if not quick:
        from countermove.questions.check.quick_runs import with_quick_runs

        read, report = len(report.warnings), with_quick_runs(report)
        _doubted(report.warnings[read:] if shown else ())
    if output.as_json:
        say_json(report.to_json())
    elif shown:
        for issue in report.notes:
            remark(str(replace(issue, message=f"note: {issue.message}")))
        say(f"{file}: {_count(len(report.errors), 'mistake')}, {_count(len(report.warnings), 'warning')}")
    if not report.ok:
        return BAD_INPUT
    return FOUND if strict and report.warnings else FINE


def _doubted(issues: Iterable[Issue]) -> None:
    for issue in issues:
        remark(str(replace(issue, message=f"warning: {issue.message}")))


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

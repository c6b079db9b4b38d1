"""`countermove check`: every mistake in a scenario and every doubt about it."""

from __future__ import annotations

from dataclasses import replace

from countermove.cli.failure import BAD_INPUT, FINE, FOUND
from countermove.cli.options import Changes, File, Output, Strict
from countermove.cli.plugin import theories_of
from countermove.cli.request import overrides_of
from countermove.cli.terminal import remark, say, say_json


def check(file: File, changes: Changes, output: Output, strict: Strict = False) -> int:
    """Find all mistakes, with file:line:column and what was probably meant; then warn of what reads well and means little.

    Exit code 2 where there are mistakes; with --strict, 1 where there are warnings.
    """
    theories_of(changes.plugin)
    overrides = overrides_of(changes)
    from countermove.scenario.check import check as examine

    report = examine(file, overrides=overrides)
    if output.as_json:
        say_json(report.to_json())
    else:
        for issue in report.errors:
            remark(str(issue))
        if not output.quiet:
            for issue in report.warnings:
                remark(str(replace(issue, message=f"warning: {issue.message}")))
            say(f"{file}: {_count(len(report.errors), 'mistake')}, {_count(len(report.warnings), 'warning')}")
    if not report.ok:
        return BAD_INPUT
    return FOUND if strict and report.warnings else FINE


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

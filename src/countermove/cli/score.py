"""`countermove score`: what a memo or a backtest issued, beside what happened since."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Output
from countermove.cli.terminal import remark, say, say_json, say_table
from countermove.errors import StoreError
from countermove.world.words import month_text

if TYPE_CHECKING:
    from countermove.questions.backtest.forecasts import CaseResult
    from countermove.questions.score.finding import BacktestScored, Escrow, MemoScored

Issued = Annotated[
    Path, typer.Argument(metavar="FILE", show_default=False, help="NAME.forecasts.json, as a memo or a backtest issued it.")
]
RecordName = Annotated[
    str | None,
    typer.Option("--record", metavar="NAME", show_default=False, help="The record to score months on; else the scenario's own."),
]
Outcomes = Annotated[
    Path | None,
    typer.Option(
        "--outcomes", metavar="FILE.csv", show_default=False, help="What happened: a CSV of measure, value and, if known, when."
    ),
]
Followed = Annotated[
    str | None,
    typer.Option("--strategy", metavar="NAME", show_default=False, help="The strategy that was followed; no other can be scored."),
]


def score(output: Output, file: Issued, record: RecordName = None, outcomes: Outcomes = None, strategy: Followed = None) -> int:
    """Check the seal of what was issued, and score it on what is known since: Brier and log score of events, CRPS of numbers.

    Forecasts of a memo are conditional: only those of the strategy that was followed are scored. Nothing that was known when they were issued
    is used, and what cannot be scored yet is listed with the reason. Exit code 1 where the file was changed.
    """
    from countermove.questions.score.finding import Escrow
    from countermove.questions.score.score import OF_A_BACKTEST, read_issued
    from countermove.questions.score.score import score as scored

    try:
        issued = read_issued(file)
    except StoreError as error:
        if not file.is_file():
            raise
        remark(f"countermove: {error}")
        return FOUND
    if isinstance(issued, Escrow):
        strategy = strategy or _asked(issued)
    elif record or outcomes or strategy:
        raise typer.BadParameter(f"FILE {OF_A_BACKTEST}")
    show_scored(scored(file, strategy=strategy, record=record, outcomes=outcomes), output)
    return FINE


def _asked(issued: Escrow) -> str:
    """The strategy that was followed, as the user says at the terminal."""
    names = issued.strategies
    if len(names) == 1:
        return names[0]
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"Say with --strategy which was followed: {', '.join(names)}")
    return str(typer.prompt(f"Which strategy was followed ({', '.join(names)})?"))


def show_scored(found: MemoScored | BacktestScored, output: Output) -> None:
    """Nothing was changed; then the scores."""
    from countermove.questions.score.finding import MemoScored

    if output.as_json:
        say_json(found.to_json())
        return
    if not output.quiet:
        say(f"Nothing in {found.file} was changed; its seal is {found.seal}")
    if isinstance(found, MemoScored):
        _show_memo(found, quiet=output.quiet)
        return
    if not output.quiet:
        say()
    show_cases(found.cases)


def _show_memo(found: MemoScored, *, quiet: bool) -> None:
    marks, issued = found.scores, found.issued
    if not quiet:
        day = f"; it says that it was written on {found.written}, which nothing proves" if found.written else ""
        say(f"{issued.title}: issued with what was known in {month_text(issued.issued)}{day}")
        say(f"Scored: what was said to follow if {issued.called.say_strategy(marks.strategy)} is followed")
        say()
    for row in (*marks.questions, *marks.series):
        say_table(row.table(issued.called))
    if marks.waiting and not quiet:
        say("Not scored:")
        for why in dict.fromkeys(why for _, why in marks.waiting):
            say(f"  {', '.join(what for what, reason in marks.waiting if reason == why)}: {why}")


def show_cases(cases: Iterable[CaseResult]) -> None:
    """What a backtest issued, record by record."""
    from countermove.questions.score.finding import series_table

    for case in cases:
        for note in case.notes:
            say(f"{case.record}: {note}")
        if case.notes:
            say()
        for series in case.series:
            if series.known:
                say_table(series_table(case, series))

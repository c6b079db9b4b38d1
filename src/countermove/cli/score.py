"""`countermove score`: what a memo or a backtest issued, beside what happened since."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.backtest import show_score
from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Output
from countermove.cli.terminal import remark, say, say_json, say_table, share_text
from countermove.errors import StoreError
from countermove.world.words import month_text

if TYPE_CHECKING:
    from countermove.questions.score.finding import Escrow, Marked, Marks
    from countermove.world.record import Record

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

AFTERWARDS = 120  # months after the end of an exercise by which everything of it is known


def score(output: Output, file: Issued, record: RecordName = None, outcomes: Outcomes = None, strategy: Followed = None) -> int:
    """Check the seal of what was issued, and score it on what is known since: Brier and log score of events, CRPS of numbers.

    Forecasts of a memo are conditional: only those of the strategy that was followed are scored. Nothing that was known when they were issued
    is used, and what cannot be scored yet is listed with the reason. Exit code 1 where the file was changed.
    """
    from countermove.questions.backtest.issued import FORMAT, read_forecasts
    from countermove.questions.score.escrow import read_escrow
    from countermove.store.sealed import format_of

    try:
        if format_of(file) == FORMAT:
            read_forecasts(file)
            if record or outcomes or strategy:
                raise typer.BadParameter(
                    "FILE was issued by a backtest, which says itself which records it is about, and has no strategies"
                )
            show_score(file, output)
            return FINE
        found = read_escrow(file)
    except StoreError as error:
        if not file.is_file():
            raise
        remark(f"countermove: {error}")
        return FOUND
    followed = strategy or _asked(found)
    marks = _marks(found, followed, record_beside(record or found.record, file), outcomes)
    _show(file, found, marks, output)
    return FINE


def _asked(found: Escrow) -> str:
    """The strategy that was followed, as the user says at the terminal."""
    names = [row.strategy for row in found.conditionals]
    if len(names) == 1:
        return names[0]
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"Say with --strategy which was followed: {', '.join(names)}")
    return str(typer.prompt(f"Which strategy was followed ({', '.join(names)})?"))


def record_beside(name: str, file: Path) -> Record | None:
    """The record of a name or a path: beside what was issued, in the folder around it (memos/), or where one stands; then on the shelf."""
    from countermove.scenario.places import all_of_name, is_name
    from countermove.scenario.records import read_record

    if not name:
        return None
    folders = (file.resolve().parent, file.resolve().parent.parent, Path.cwd())
    there = (folder for folder in folders if is_name(name) and all_of_name(name, "records", ".yaml", folder))
    return read_record(name, first=next(there, folders[0]))


def _marks(found: Escrow, strategy: str, record: Record | None, outcomes: Path | None) -> Marks:
    from countermove.questions.score.scores import score_escrow
    from countermove.scenario.outcomes import read_outcomes
    from countermove.scenario.record_rows import this_month

    # a war issued for a time to come is an exercise: all of its own time may have passed in it
    today = this_month() if found.issued <= this_month() else found.end + AFTERWARDS
    return score_escrow(
        found,
        strategy,
        record=record,
        outcomes=read_outcomes(outcomes, today) if outcomes is not None else (),
        today=today,
    )


def _show(file: Path, found: Escrow, marks: Marks, output: Output) -> None:
    from countermove.questions.score.escrow import seal_of_escrow, written_on

    seal, written = seal_of_escrow(found), written_on(file)
    if output.as_json:
        told = {"questions": marks.questions, "series": marks.series}
        waiting = [{"what": what, "why": why} for what, why in marks.waiting]
        head = {"file": str(file), "seal": seal, "scenario": found.scenario, "issued": month_text(found.issued), "written": written}
        say_json({**head, "strategy": marks.strategy, **told, "waiting": waiting})
        return
    if not output.quiet:
        day = f"; it says that it was written on {written}, which nothing proves" if written else ""
        say(f"Nothing in {file} was changed; its seal is {seal}")
        say(f"{found.title}: issued with what was known in {month_text(found.issued)}{day}")
        say(f"Scored: what was said to follow if {marks.strategy} is followed")
        say()
    for row in (*marks.questions, *marks.series):
        _table(row)
    if marks.waiting and not output.quiet:
        say("Not scored:")
        for why in dict.fromkeys(why for _, why in marks.waiting):
            say(f"  {', '.join(what for what, reason in marks.waiting if reason == why)}: {why}")


def _table(row: Marked) -> None:
    name = "Brier score" if row.event else f"CRPS{f' in {row.unit}' if row.unit else ''}"
    months = f"{row.known} of {row.asked} months" if row.asked > 1 else ("it happened" if row.happened else "it did not happen")
    if row.asked == 1 and not row.event:
        months = f"{row.happened:g}{f' {row.unit}' if row.unit else ''}"
    columns = ["theory", name, "log score" if row.event else "inside 90%"]
    last = [f"{one.log_score:.2f}" if row.event else share_text(one.inside90) for one in row.scores]
    rows = [[one.theory, f"{one.loss:.4g}", text] for one, text in zip(row.scores, last, strict=True)]
    losses = [one.loss for one in row.scores]
    for cells, loss in zip(rows, losses, strict=True):
        cells.append("least" if loss == min(losses) < max(losses) else "")
    say_table(f"{row.name}: {row.says}. {months[:1].upper()}{months[1:]}", [*columns, ""], rows)

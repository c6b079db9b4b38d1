"""`score`: what a memo or a backtest issued, beside what happened since."""

from __future__ import annotations

from pathlib import Path

from countermove.errors import EvidenceError
from countermove.questions.backtest.forecasts import Forecasts
from countermove.questions.backtest.sealed_forecasts import FORMAT, read_forecasts, score_forecasts
from countermove.questions.score.escrow import read_escrow, seal_of_escrow, written_on
from countermove.questions.score.finding import BacktestScored, Escrow, MemoScored
from countermove.questions.score.scoring import score_escrow
from countermove.scenario.outcomes import read_outcomes
from countermove.scenario.places import all_of_name, is_name
from countermove.scenario.record_rows import this_month
from countermove.scenario.records import read_record
from countermove.store.sealed import format_of
from countermove.world.record import Record

AFTERWARDS = 120  # months after the end of an exercise by which everything of it is known
OF_A_BACKTEST = "was issued by a backtest, which says itself which records it is about, and has no strategies"


def score(
    file: Path, *, strategy: str | None = None, record: str | None = None, outcomes: Path | None = None
) -> MemoScored | BacktestScored:
    """Check the seal of what was issued, and score it on what is known since.

    Main argument: `file`, NAME.forecasts.json.
    Other arguments, for what a memo issued: `strategy`, the one that was followed, where several were issued; `record`, to score months on,
    else the scenario's own; `outcomes`, a CSV of measure, value and, if known, when.

    Raises:
        StoreError: the file cannot be read, or a sealed byte of it was changed.
        EvidenceError: it is not said which strategy was followed, nothing was issued of it, or an outcome is none.
        RecordError: the record or the outcomes cannot be read.
    """
    issued = read_issued(file)
    if isinstance(issued, Forecasts):
        if record or outcomes or strategy:
            raise EvidenceError(f"the file {OF_A_BACKTEST}", where=str(file), next="Leave strategy, record and outcomes out")
        return score_backtest(file)
    # a war issued for a time to come is an exercise: all of its own time may have passed in it
    today = this_month() if issued.issued <= this_month() else issued.end + AFTERWARDS
    marks = score_escrow(
        issued,
        strategy or _only(issued, file),
        record=record_beside(record or issued.record, file),
        outcomes=read_outcomes(outcomes, today) if outcomes is not None else (),
        today=today,
    )
    return MemoScored(str(file), seal_of_escrow(issued), written_on(file), issued, marks)


def score_backtest(file: Path) -> BacktestScored:
    """The same of what a backtest issued. Raises StoreError for any other file, RecordError where a record cannot be read."""
    return BacktestScored(str(file), read_forecasts(file).seal, score_forecasts(file))


def read_issued(file: Path) -> Escrow | Forecasts:
    """What a memo or a backtest issued. Raises StoreError where a sealed byte of the file was changed."""
    return read_forecasts(file) if format_of(file) == FORMAT else read_escrow(file)


def _only(issued: Escrow, file: Path) -> str:
    """The one strategy of which something was issued."""
    if len(issued.strategies) != 1:
        raise EvidenceError(
            "only the strategy that was followed can be scored",
            where=str(file),
            next=f"Say which it was: {', '.join(issued.strategies)}",
        )
    return issued.strategies[0]


def record_beside(name: str, file: Path) -> Record | None:
    """The record of a name or a path: beside what was issued, in the folder around it (memos/), or where one stands; then on the shelf."""
    if not name:
        return None
    folders = (file.resolve().parent, file.resolve().parent.parent, Path.cwd())
    there = (folder for folder in folders if is_name(name) and all_of_name(name, "records", ".yaml", folder))
    return read_record(name, first=next(there, folders[0]))

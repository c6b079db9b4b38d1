"""Forecasts that are issued: the replay with a longer clock, the sealed file, and its scores once the months are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from countermove.engine.program import Program, compile_scenario
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations, observations
from countermove.plain import as_json
from countermove.questions.backtest.forecasts import CaseForecasts, CaseResult, Forecasts
from countermove.questions.backtest.quantile_forecasts import series_result
from countermove.scenario.linked_files import replay_of
from countermove.scenario.records import read_record
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.sealed import read_issued, read_sealed, write_sealed
from countermove.world.record import Record
from countermove.world.words import month_text

FORMAT = "countermove forecasts, version 1"


def extended_replay(record: Record, months: int) -> Scenario:
    """The record's replay with `months` added to its clock, so that it can be played on after the record ends.

    A phase that lasts to the last month of the clock lasts on: nobody has said that it ends there. Other phases keep their months.
    """
    scenario = replay_of(record)
    end = scenario.clock.start + scenario.clock.months - 1
    changes = {"clock.months": str(scenario.clock.months + months)}
    for place, phase in enumerate(scenario.opening.phases):
        if phase.end == end:
            changes[f"phases.{place}.to"] = month_text(end + months)
    return replay_of(record, changes)


def data_until(record: Record, program: Program, months: int) -> Observations:
    """The data of a record in the first `months` of a program's clock."""
    return observations(record, replace(program, cast=replace(program.cast, months=months)))


def forecasts_beside(page: Path) -> Path:
    """The file of what is issued, beside the page: backtest.html, backtest.forecasts.json."""
    return page.with_suffix(".forecasts.json")


def write_forecasts(found: Forecasts, path: Path) -> str:
    """Write the sealed file, whole or not at all; its seal. The same forecasts give the same bytes. Raises StoreError."""
    return write_sealed(path, FORMAT, as_json(found))


def read_forecasts(path: Path) -> Forecasts:
    """What was issued. Raises StoreError where the file is of another format, or a byte of it was changed."""
    return read_issued(path, Forecasts.from_json, read_sealed(path, FORMAT))


def score_forecasts(path: Path, record: Record | None = None) -> tuple[CaseResult, ...]:
    """What was issued beside what happened since: pinball loss, share inside the 90% interval, and skill against no-change, series by series.

    Main arguments: `path`, the sealed file; `record`, the only one to look at (else each is read by its name). Raises
    StoreError as `read_forecasts`, RecordError where a record cannot be read, EvidenceError where the file has nothing of `record`.
    """
    cases = read_forecasts(path).cases
    if record is not None:
        names = [case.record for case in cases]
        cases = tuple(case for case in cases if case.record == record.name)
        if not cases:
            raise EvidenceError("nothing was issued of this record", where=record.name, next=f"There are {', '.join(names)}")
    return tuple(_result(case, record or read_record(case.record)) for case in cases)


def _result(case: CaseForecasts, record: Record) -> CaseResult:
    horizon = max((len(row.mean) for series in case.series for row in series.methods), default=0)
    record = replace(record, replay=case.replay)
    scenario = replay_of(record)
    ahead = case.origin + 1 - scenario.clock.start  # place of the first month that was forecast
    program = compile_scenario(extended_replay(record, max(ahead + horizon - scenario.clock.months, 0)))
    data = observations(record, program)
    values = np.where(data.known, data.values, np.nan)[ahead : ahead + horizon]
    nothing = np.full(horizon, np.nan)
    rows = tuple(
        series_result(one, values[:, data.names.index(one.name)] if one.name in data.names else nothing) for one in case.series
    )
    notes: list[str] = []
    if record.last <= case.origin:
        notes.append(
            f"The record ends in {month_text(record.last)}: none of the {horizon} months after {month_text(case.origin)} is known yet."
        )
    elif record.last < case.origin + horizon:
        notes.append(f"The record ends in {month_text(record.last)}: not all of the {horizon} months are known yet.")
    if hash_of(scenario) != case.replay_hash:
        notes.append(
            f"The replay {case.replay} was changed since; the forecasts were made with the one of hash {case.replay_hash[:12]}."
        )
    return CaseResult(case.record, case.origin, record.last, rows, tuple(notes))

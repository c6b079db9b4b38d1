"""`backtest`: every theory on every monthly case at hand, from a rolling origin; and its page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.program import compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations
from countermove.questions.backtest.finding import Backtest, CaseScores
from countermove.questions.backtest.forecasts import CaseForecasts, Forecasts
from countermove.questions.backtest.page import render_backtest
from countermove.questions.backtest.page_words import sentences
from countermove.questions.backtest.quantile_forecasts import series_forecast
from countermove.questions.backtest.rolling import (
    OriginForecasts,
    Rolling,
    Target,
    forecasts_of_theory,
    last_known_month,
    monthly,
    origins_of,
    targets_of,
)
from countermove.questions.backtest.scoring import BLOCK, LEVEL, target_scores
from countermove.questions.backtest.sealed_forecasts import data_until, extended_replay, forecasts_beside, write_forecasts
from countermove.questions.backtest.target_forecasts import TargetForecasts, target_forecasts
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.provenance import code_version, hash_of_record, versions
from countermove.questions.weigh.pool import records_at_hand
from countermove.scenario.linked_files import record_of, replay_of
from countermove.scenario.node_reader import closest
from countermove.scenario.places import is_name, shipped
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.disk import write_page
from countermove.world.record import Record


@dataclass(frozen=True)
class BacktestCase:
    """A record, its replay as written and compiled with a longer clock, what of it is seen, and what of that is forecast."""

    record: Record
    scenario: Scenario
    engine: Engine
    data: Observations
    targets: tuple[Target, ...]


def cases_of(names: Sequence[str], options: RunOptions, how: Rolling) -> tuple[BacktestCase, ...]:
    """The named records, or all monthly ones. A name is a record's, or that of a scenario with a `record:`; each may be a path.

    Raises EvidenceError where there is no such record, it has no replay, or nothing in it is known month by month.
    """
    records = {record.name: record for record in (map(_record_named, names) if names else records_at_hand())}
    found: list[BacktestCase] = []
    for name, record in records.items():
        case = _compiled_case(record, options, how)
        if monthly(case.targets):
            found.append(case)
        elif names:
            raise EvidenceError(
                "nothing in the record is known month by month for long enough",
                where=name,
                next="`countermove backtest` without a name takes the records in which something is",
            )
    if not found:
        raise EvidenceError("no record at hand is known month by month")
    return tuple(found)


def _record_named(name: str) -> Record:
    """The record of a name or a file, else that of the scenario of the name or the file."""
    if name in shipped("records", ".yaml") or (not is_name(name) and Path(name).name and Path(name).with_suffix(".csv").is_file()):
        record = read_record(name)
    else:
        if is_name(name) and name not in shipped("scenarios", ".yaml"):
            records = shipped("records", ".yaml")
            near = closest(name, records)
            raise EvidenceError(
                "there is neither a record nor a war of this name",
                where=name,
                next=(f"Did you mean {near}? " if near else "") + f"The records are {', '.join(records)}",
            )
        scenario = read(name)
        if scenario.record is None:
            raise EvidenceError(
                "the scenario has no record to go through",
                where=scenario.scenario,
                next=f"Give it `record: NAME`, or name a record: {', '.join(shipped('records', '.yaml'))}",
            )
        record = record_of(scenario)
    if record.replay is None:
        raise EvidenceError(
            "the record names no replay to forecast with",
            where=record.name,
            next="Give it `replay: SCENARIO`, the war from the record's first month",
        )
    return record


def _compiled_case(record: Record, options: RunOptions, how: Rolling) -> BacktestCase:
    scenario = replay_of(record)
    program = compile_scenario(extended_replay(record, how.horizon), (*THEORIES.values(), *options.plugins))
    data = data_until(record, program, scenario.clock.months)
    return BacktestCase(record, scenario, Engine(program), data, targets_of(data, how.least))


def backtest(
    names: Sequence[str] = (),
    options: RunOptions | None = None,
    *,
    how: Rolling | None = None,
    progress: Progress = silent,
) -> Backtest:
    """Scores of every theory (or of `options.theories`), of their mixtures and of the simple forecasts; and what they all say of the
    months after each record's last. Errors: `cases_of`."""
    clock = time.perf_counter()
    options = options or RunOptions()
    how = how or Rolling(seed=options.seed)
    cases = cases_of(names, options, how)
    tasks = [(case, theory) for case in cases for theory in _theories(case, options)]
    # The longest records first, so that no core waits for one of them at the end.
    tasks.sort(key=lambda task: -task[0].data.months)

    def work(task: tuple[BacktestCase, str]) -> OriginForecasts:
        case, theory = task
        origins = np.append(origins_of(case.data, case.targets, how), last_known_month(case.data))
        return forecasts_of_theory(case.engine, case.data, theory, case.targets, how, origins)

    def shown(done: int, total: int) -> None:
        progress("theories on records", done, total)

    said: dict[str, dict[str, OriginForecasts]] = {case.record.name: {} for case in cases}
    for (case, theory), one in zip(tasks, options.executor.map(work, tasks, progress=shown), strict=True):
        said[case.record.name][theory] = one
    progress("scores", 0, 0)
    everything: dict[str, tuple[TargetForecasts, ...]] = {}
    for case in cases:
        by_theory, count = said[case.record.name], len(case.targets)
        everything[case.record.name] = tuple(target_forecasts(case.data, case.targets, k, by_theory, how) for k in range(count))
    return Backtest(
        cases=tuple(_case_scores(case, tuple(said[case.record.name]), everything[case.record.name], how) for case in cases),
        horizon=how.horizon,
        least=how.least,
        stride=how.stride,
        members=how.members,
        draws=how.draws,
        particles=how.particles,
        block=BLOCK,
        level=LEVEL,
        seed=how.seed,
        code_version=code_version(),
        versions=versions(),
        seconds=time.perf_counter() - clock,
        forecasts=Forecasts(
            cases=tuple(_case_forecasts(case, everything[case.record.name], how) for case in cases),
            horizon=how.horizon,
            least=how.least,
            members=how.members,
            draws=how.draws,
            particles=how.particles,
            seed=how.seed,
            code_version=code_version(),
            versions=versions(),
        ),
    )


def _case_forecasts(case: BacktestCase, heard_: tuple[TargetForecasts, ...], how: Rolling) -> CaseForecasts:
    return CaseForecasts(
        record=case.record.name,
        title=case.record.title,
        replay=case.scenario.scenario,
        replay_hash=hash_of(case.scenario),
        record_hash=hash_of_record(case.record.file),
        origin=case.scenario.clock.start + last_known_month(case.data),
        added=how.horizon,
        series=tuple(map(series_forecast, heard_)),
    )


def _theories(case: BacktestCase, options: RunOptions) -> tuple[str, ...]:
    names = case.engine.program.theory_names
    if strange := [name for name in options.theories if name not in names]:
        raise EvidenceError(f"no theory called {strange[0]}", where=case.record.name, next=f"There are {', '.join(names)}")
    return tuple(name for name in names if name in options.theories) if options.theories else names


def _case_scores(case: BacktestCase, theories: tuple[str, ...], heard_: tuple[TargetForecasts, ...], how: Rolling) -> CaseScores:
    program, record = case.engine.program, case.record
    start = case.scenario.clock.start
    rows = tuple(target_scores(one, case.data, start, how) for one in heard_)
    names = {target.name for target in rows}
    return CaseScores(
        record=record.name,
        title=record.title,
        replay=case.scenario.scenario,
        replay_hash=hash_of(case.scenario),
        record_hash=hash_of_record(case.record.file),
        patron="" if program.asked is None else program.cast.patrons[program.asked],
        first=max(record.first, start),
        last=min(record.last, start + case.data.months - 1),
        data=int(case.data.known.sum()),
        retrospective=case.data.retrospective,
        saw=tuple(name for name in record.prior_saw if name in names),
        theories=theories,
        targets=tuple(replace(row, sentences=sentences(row)) for row in rows),
    )


def write_backtest(found: Backtest, path: Path) -> Path:
    """Write the page to `path`, and what is issued to the file beside it (`forecasts_beside`); each whole or not at all."""
    if found.forecasts is not None:
        write_forecasts(found.forecasts, forecasts_beside(path))
    return write_page(path, render_backtest(found, forecasts_beside(path).name))

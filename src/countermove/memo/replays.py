"""The record beside what the model gives when it starts where the record starts."""

from __future__ import annotations

import math

import numpy as np

from countermove.decision.bands import band_rows
from countermove.decision.findings import Band, RecordSeries
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import QUANTILES, Engine, Plan, run
from countermove.errors import EvidenceError
from countermove.evidence.observations import observations
from countermove.evidence.watch import channel_paths, with_december
from countermove.questions.options import Progress, RunOptions, silent
from countermove.scenario.beside import record_of, replay_of
from countermove.scenario.schema import Scenario
from countermove.world.cast import called
from countermove.world.record import Record

REPLAY_DRAWS = 256
# a band of the model and the record's series of the same thing, with the factor that brings the record to the model's unit
SHOWN = (("deaths", "deaths", "persons a month"), ("held", "held", "share"))
# what a patron gives, by channel, in the words of a title
GIVEN = {"personnel": "men of {} in the theatre", "support": "support given by {}"}


def record_series(scenario: Scenario, options: RunOptions, *, progress: Progress = silent) -> tuple[RecordSeries, ...]:
    """Each series of the scenario's record that the model also produces, month by month, with the replay's bands by theory.

    Only what was known by the scenario's knowledge date is shown. Empty where there is no record, or it names no replay.
    """
    if scenario.record is None:
        return ()
    record = record_of(scenario)
    if record.replay is None:
        return ()
    program = compile_scenario(replay_of(record))
    machine = Engine(program)
    strategy = program.strategy_names[0]
    plan = Plan(prior_draws(program, REPLAY_DRAWS, options.seed), options.lucks, options.chunk, (strategy,), program.theory_names)
    runs = run(machine, plan, options.executor, progress=lambda done, total: progress("the record replayed", done, total))
    bands = {(band.what, band.theory): band for band in band_rows(runs)}
    rate = float(np.mean(plan.draws.values["observation.reporting-rate"]))
    out: list[RecordSeries] = []
    for series, band, unit in SHOWN:
        name = next((known for known in record.series if known == series or known.endswith(f".{series}")), None)
        if name is None or (band == "held" and not program.cast.territory):
            continue
        observed = reported(record, name, program, scenario.clock.known_until)
        replay = {theory: bands[band, theory] for theory in runs.theories}
        note = ""
        if series == "deaths":
            note = f"The record counts what was reported; the model's deaths are shown as they would be reported (x {rate:.2f})."
            replay = {theory: _times(row, rate) for theory, row in replay.items()}
        who = called(record.series[name].actor)
        title = f"share of the ground held by {who}" if series == "held" and who else ""
        out.append(_series(series, unit, observed, replay, note=note, program=program, title=title))
    return (*out, *_given(machine, plan, record, scenario.clock.known_until, options))


def reported(record: Record, name: str, program: Program, known_by: int) -> np.ndarray:
    """One series by month of the replay, nan where nothing was reported: a level that holds is not reported again every month."""
    start, months = program.scenario.clock.start, program.cast.months
    path = record.path(name, start, months, known_by=known_by)
    if record.series[name].kind == "level":
        rows = {row.valid - start for row in record.rows(known_by) if row.series == name}
        path = np.array([value if month in rows else np.nan for month, value in enumerate(path)])
    return path * record.series[name].scale


def _series(
    name: str, unit: str, observed: np.ndarray, replay: dict[str, Band], *, note: str, program: Program, title: str = ""
) -> RecordSeries:
    inside = {theory: _inside(observed, row) for theory, row in replay.items()}
    return RecordSeries(name, unit, program.scenario.clock.start, tuple(float(x) for x in observed), replay, inside, note, title)


def _given(machine: Engine, plan: Plan, record: Record, known_by: int, options: RunOptions) -> list[RecordSeries]:
    """What a patron gave, month by month, where the record observes it: men, support."""
    program = machine.program
    try:
        data = observations(record, program, known_by, as_reported=True)
    except EvidenceError:  # nothing of it observes the model's world
        return []
    places = [c for c, one in enumerate(data.channels) if one.channel.name in GIVEN and not one.yearly]
    if not places:
        return []
    total = plan.draws.size * plan.lucks
    tasks = [(theory, first) for theory in plan.theories for first in range(0, total, plan.chunk)]

    def work(task: tuple[str, int]) -> np.ndarray:
        theory, first = task
        job = with_december(machine, machine.job(plan, plan.strategies[0], theory, first + np.arange(plan.chunk)))
        return np.asarray(channel_paths(machine.kernel, job, data.channels))[:, places, : total - first]

    parts = list(options.executor.map(work, tasks))
    whole = {
        theory: np.concatenate([part for (of, _), part in zip(tasks, parts, strict=True) if of == theory], axis=2)
        for theory in plan.theories
    }
    out: list[RecordSeries] = []
    for place, c in enumerate(places):
        one, name = data.channels[c], data.names[c]
        replay = {
            theory: Band(
                plan.strategies[0], theory, name, one.channel.unit, *_quantiles(paths[:, place].astype(np.float64)), paths=total
            )
            for theory, paths in whole.items()
        }
        observed = np.where(data.known[:, c], data.values[:, c], np.nan)
        series = record.series[name]
        said = f"{series.says.rstrip('.')}. " if series.says else ""
        note = f"{said}A figure may be off by a factor of {math.exp(one.spread):.1f} either way (one standard error)."
        title = GIVEN[one.channel.name].format(called(series.actor))
        out.append(_series(name, one.channel.unit, observed, replay, note=note, program=program, title=title))
    return out


def _quantiles(paths: np.ndarray) -> list[tuple[float, ...]]:
    """Of paths [T, N], the quantiles of a band month by month."""
    return [tuple(float(x) for x in row) for row in np.quantile(paths, QUANTILES, axis=1)]


def _times(band: Band, factor: float) -> Band:
    def scaled(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(factor * value for value in values)

    return Band(
        band.strategy,
        band.theory,
        band.what,
        band.unit,
        scaled(band.q05),
        scaled(band.q25),
        scaled(band.q50),
        scaled(band.q75),
        scaled(band.q95),
        band.paths,
    )


def _inside(observed: np.ndarray, band: Band) -> float:
    known = ~np.isnan(observed)
    low, high = np.array(band.q05), np.array(band.q95)
    return float(((observed >= low) & (observed <= high))[known].mean()) if known.any() else float("nan")

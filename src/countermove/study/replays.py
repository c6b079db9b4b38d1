"""The record beside what the model gives when it starts where the record starts."""

from __future__ import annotations

import numpy as np

from countermove.decision.bands import band_rows
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.run import Engine, Plan, run
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.scenario.schema import Scenario
from countermove.study.options import Progress, RunOptions, silent
from countermove.world.findings import Band, RecordSeries

REPLAY_DRAWS = 256
# a band of the model and the record's series of the same thing, with the factor that brings the record to the model's unit
SHOWN = (("deaths", "deaths", "persons a month"), ("held", "held", "share"))


def record_series(scenario: Scenario, options: RunOptions, *, progress: Progress = silent) -> tuple[RecordSeries, ...]:
    """Each series of the scenario's record that the model also produces, month by month, with the replay's bands by theory.

    Only what was known by the scenario's knowledge date is shown. Empty where there is no record, or it names no replay.
    """
    if scenario.record is None:
        return ()
    record = read_record(scenario.record)
    if record.replay is None:
        return ()
    story = read(record.replay)
    program = compile_scenario(story)
    machine = Engine(program)
    strategy = program.strategy_names[0]
    plan = Plan(prior_draws(program, REPLAY_DRAWS, options.seed), options.lucks, options.chunk, (strategy,), program.theory_names)
    runs = run(machine, plan, options.executor, progress=lambda done, total: progress("the record replayed", done, total))
    bands = {(band.what, band.theory): band for band in band_rows(runs)}
    start, months = story.clock.start, story.clock.months
    rate = float(np.mean(plan.draws.values["observation.reporting-rate"]))
    out: list[RecordSeries] = []
    for series, band, unit in SHOWN:
        name = next((known for known in record.series if known == series or known.endswith(f".{series}")), None)
        if name is None:
            continue
        observed = record.path(name, start, months, known_by=scenario.clock.known_until)
        replay = {theory: bands[band, theory] for theory in runs.theories}
        note = (
            f"The record counts what was reported; the model's deaths are shown as they would be reported (x {rate:.2f})."
            if series == "deaths"
            else ""
        )
        if series == "deaths":
            replay = {theory: _times(row, rate) for theory, row in replay.items()}
        inside = {theory: _inside(observed, row) for theory, row in replay.items()}
        out.append(RecordSeries(series, unit, start, tuple(float(x) for x in observed), replay, inside, note))
    return tuple(out)


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

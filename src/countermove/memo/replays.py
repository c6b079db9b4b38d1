"""The record beside what the model gives when it starts where the record starts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from countermove.decision.findings import Band, RecordSeries
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine, Task, quantiles_of
from countermove.engine.simulate import BAND_STRIDE
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations, ObservedChannel, observations
from countermove.evidence.watch import channel_paths
from countermove.questions.options import Progress, RunOptions, silent
from countermove.scenario.linked_files import record_of, replay_of
from countermove.scenario.schema import Scenario
from countermove.world.channel import CHANNEL
from countermove.world.monthly import MONTHLY
from countermove.world.record import Record

Paths = NDArray[np.float32]
REPLAY_DRAWS = 256
# a series of the record, the channel of the same thing, and its unit
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
    watch = Watch.of(record, program, scenario.clock.known_until, options)
    paths = watch.paths(options, progress)
    rate = float(np.mean(watch.batch.draws.values["observation.reporting-rate"]))
    out: list[RecordSeries] = []
    for column, (series, channel, unit) in enumerate(SHOWN):
        name = next((known for known in record.series if known == series or known.endswith(f".{series}")), None)
        if name is None or (MONTHLY[channel].of_ground and not program.cast.territory):
            continue
        observed = reported(record, name, program, scenario.clock.known_until)
        few = {theory: path[:, column, ::BAND_STRIDE] for theory, path in paths.items()}
        replay = {theory: watch.band(theory, channel, MONTHLY[channel].unit, path) for theory, path in few.items()}
        note = ""
        if series == "deaths":
            note = f"The record counts what was reported; the model's deaths are shown as they would be reported (x {rate:.2f})."
            replay = {theory: _times(row, rate) for theory, row in replay.items()}
        who = program.titles.actor(record.series[name].actor)
        title = f"share of the ground held by {who}" if series == "held" and who else ""
        out.append(_series(series, unit, observed, replay, note=note, program=program, title=title))
    return (*out, *_given(watch, record, paths))


@dataclass(frozen=True)
class Watch:
    """The replay of a record under every theory, seen through the channels of what is shown and of what patrons gave (`given`: places in `data`)."""

    machine: Engine
    batch: Batch
    data: Observations | None
    given: tuple[int, ...]

    @classmethod
    def of(cls, record: Record, program: Program, known_by: int, options: RunOptions) -> Watch:
        """Nothing is run yet."""
        batch = Batch(prior_draws(program, REPLAY_DRAWS, options.seed), options.lucks, theories=program.theory_names)
        try:
            data = observations(record, program, known_by, as_reported=True)
        except EvidenceError:  # nothing of it observes the model's world
            return cls(Engine(program), batch, None, ())
        given = tuple(c for c, one in enumerate(data.channels) if one.channel.name in GIVEN and not one.yearly)
        return cls(Engine(program), batch, data, given)

    def paths(self, options: RunOptions, progress: Progress) -> dict[str, Paths]:
        """By theory, what is shown and then what was given, [T, C, n]."""
        seen = [ObservedChannel(CHANNEL[channel]) for _, channel, _ in SHOWN]
        seen += [self.data.channels[c] for c in self.given] if self.data is not None else []
        runs = np.arange(self.batch.draws.size * self.batch.lucks)

        def work(theory: str) -> Paths:
            return channel_paths(self.machine, self.batch, Task(self.strategy, theory, 0), seen, runs=runs)

        found = options.executor.map(work, self.batch.theories, progress=partial(progress, "the record replayed"))
        return dict(zip(self.batch.theories, found, strict=True))

    @property
    def strategy(self) -> str:
        """The one that the replay follows."""
        return self.machine.program.strategy_names[0]

    def band(self, theory: str, what: str, unit: str, paths: Paths) -> Band:
        """Quantiles month by month of paths [T, n]."""
        levels = [tuple(float(x) for x in row) for row in quantiles_of(paths).T]
        return Band(self.strategy, theory, what, unit, *levels, paths=paths.shape[1])


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


def _given(watch: Watch, record: Record, paths: dict[str, Paths]) -> list[RecordSeries]:
    """What a patron gave, month by month, where the record observes it: men, support."""
    out: list[RecordSeries] = []
    data = watch.data
    if data is None:
        return out
    for column, c in enumerate(watch.given, len(SHOWN)):
        one, name = data.channels[c], data.names[c]
        replay = {theory: watch.band(theory, name, one.channel.unit, path[:, column]) for theory, path in paths.items()}
        observed = np.where(data.known[:, c], data.values[:, c], np.nan)
        series = record.series[name]
        said = f"{series.says.rstrip('.')}. " if series.says else ""
        note = f"{said}A figure may be off by a factor of {math.exp(one.spread):.1f} either way (one standard error)."
        title = GIVEN[one.channel.name].format(watch.machine.program.titles.actor(series.actor))
        out.append(_series(name, one.channel.unit, observed, replay, note=note, program=watch.machine.program, title=title))
    return out


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

"""Forecasts that a memo issues: what follows from each strategy under each theory, in a sealed file beside the page, for later."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countermove.decision.findings import WEIGHTED
from countermove.engine.draws import prior_draws
from countermove.engine.run import Batch, Engine, Task
from countermove.errors import StoreError
from countermove.evidence.observation_model import sample_data
from countermove.evidence.observations import ObservedChannel
from countermove.evidence.watch import channel_paths
from countermove.plain import as_json
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.people import people
from countermove.questions.run.run import Study
from countermove.questions.score.finding import (
    LEVELS,
    Escrow,
    ForecastEffort,
    ForecastNumbers,
    ForecastQuestion,
    ForecastSeries,
    StrategyForecast,
)
from countermove.rng.seeds import stream_of
from countermove.scenario.linked_files import record_of
from countermove.store.disk import explained, linked, sha256_of, write_together
from countermove.store.sealed import read_issued, read_sealed, seal_of, sealed, unsealed_of
from countermove.world.cast import Cast
from countermove.world.channel import CHANNEL
from countermove.world.measure import MEASURES, doc_on, listed_first
from countermove.world.record import Series
from countermove.world.words import month_text

FORMAT = "countermove conditional forecasts, version 1"
WRITTEN = "written"  # the day on which the file was first written, as the machine said
MONTH_DRAWS, MONTH_LUCKS = 128, 8

# asked of every war, whatever its objective
EVENTS = listed_first("sealed")
# what is forecast month by month where there is no record: channel, and whose ("own": the client's)
USUAL = (("deaths", ""), ("held", "own"), ("truce-begins", ""), ("truce-breaks", ""))

Floats = NDArray[np.float64]


def escrow_of(study: Study, options: RunOptions, *, progress: Progress = silent) -> Escrow | None:
    """What a study forecasts; None where the scenario knows its whole clock already, so that nothing is a forecast.

    Questions are asked only where the clock starts after the knowledge month: otherwise part of what they ask was known. With `options.full`
    false there are no months.
    """
    scenario, made, who = study.program.scenario, study.provenance, people(study.program)
    clock = scenario.clock
    first = max(clock.start, clock.known_until + 1)
    if clock.start + clock.months <= first:
        return None
    questions = _questions(study) if clock.start > clock.known_until else ()
    watched = _watched(study) if options.full else ()
    sizes = ForecastEffort(
        clock.months, study.runs.draws, study.runs.lucks, MONTH_DRAWS if watched else 0, MONTH_LUCKS if watched else 0
    )
    paths = _paths(study, options, watched, first - clock.start, progress)
    answers = {(strategy, one.name): _answer(study, strategy, one) for strategy in study.runs.strategies for one in questions}
    conditionals = tuple(
        StrategyForecast(
            strategy,
            scenario.strategies[strategy].says if strategy in scenario.strategies else "",
            {one.name: answers[strategy, one.name] for one in questions},
            {one.name: paths[strategy, one.name] for one, _ in watched},
        )
        for strategy in sorted(study.runs.strategies)
    )
    return Escrow(
        scenario=made.scenario,
        title=scenario.title or made.scenario,
        hashes={"scenario": made.scenario_hash, "record": made.record_hash},
        record=scenario.record or "",
        parties={"owner": who.owner, "client": who.client, "rival": who.rival},
        issued=clock.known_until,
        start=clock.start,
        first=first,
        sizes=sizes,
        seed=made.seed,
        weights={theory: _short(study.findings.weights[theory]) for theory in study.runs.theories},
        weights_from=made.weights_from,
        questions=questions,
        series=tuple(one for one, _ in watched),
        conditionals=conditionals,
        code_version=made.code_version,
        versions=made.versions,
        titles=dict(study.findings.titles.strategies),
    )


def _questions(study: Study) -> tuple[ForecastQuestion, ...]:
    """The objective's measures and the named events; ratios are no questions, since they may have no answer."""
    scenario = study.program.scenario
    wanted = set(EVENTS) if scenario.objective is None else {*EVENTS, *scenario.objective.values}
    months, start = scenario.clock.months, scenario.clock.start
    found: list[ForecastQuestion] = []
    for measure in MEASURES:
        within = measure.horizon or months
        asked = measure.name in wanted and measure.kind != "ratio"
        if asked and (within <= months or measure.name not in EVENTS):
            until = start + min(within, months) - 1
            event = measure.kind == "event"
            early = (
                event and not measure.early
            )  # one that is judged on any clock is a state of its month, and not decided before it
            unit = "" if event else measure.unit
            found.append(
                ForecastQuestion(
                    measure.name,
                    f"{doc_on(measure, months, scenario.opening.control)}, by {month_text(until)}",
                    unit,
                    event,
                    until,
                    early,
                )
            )
    return tuple(found)


def _answer(study: Study, strategy: str, one: ForecastQuestion) -> dict[str, ForecastNumbers]:
    """By theory and weighted. A probability is never 0 or 1: of n runs k, it is (k + 1/2) / (n + 1)."""
    runs = study.runs
    weight = np.repeat(runs.weight / runs.lucks, runs.lucks)
    cells = {theory: runs.measure(strategy, theory, one.name).astype(np.float64).ravel() for theory in runs.theories}
    shares = study.findings.weights
    if one.event:
        n = weight.size
        chances = {theory: (float(cell @ weight) * n + 0.5) / (n + 1) for theory, cell in cells.items()}
        whole = sum(shares[theory] * chance for theory, chance in chances.items())
        return {theory: (_short(chance),) for theory, chance in {WEIGHTED: whole, **chances}.items()}
    together = np.concatenate(list(cells.values())), np.concatenate([shares[theory] * weight for theory in cells])
    said = {WEIGHTED: quantiles(*together), **{theory: quantiles(cell, weight) for theory, cell in cells.items()}}
    return {theory: tuple(_short(x) for x in numbers) for theory, numbers in said.items()}


def quantiles(values: Floats, weight: Floats) -> Floats:
    """At LEVELS, of values [n] under weights [n]: linear between values, each at the middle of its own weight."""
    different, place = np.unique(values, return_inverse=True)
    share = np.bincount(place, weights=weight) / weight.sum()
    return np.interp(LEVELS, np.cumsum(share) - share / 2, different)


def _short(x: float) -> float:
    """Four figures: more would be noise. A probability stays inside 0 and 1."""
    text = float(f"{x:.4g}")
    return x if 0 < x < 1 and text in (0.0, 1.0) else text


# --- months -----------------------------------------------------------------------------------------------------------


def _watched(study: Study) -> tuple[tuple[ForecastSeries, ObservedChannel], ...]:
    """The series that the record has and the model makes, month by month; the usual ones where there is no record.

    A condition that lasts and a total of a year are left out: one is reported in its first month alone, the other spans the knowledge month.
    """
    scenario, cast = study.program.scenario, study.program.cast
    if scenario.record is None:
        rows = [
            _seen(cast, channel, cast.sides[0] if actor else "") for channel, actor in USUAL if cast.territory or channel != "held"
        ]
    else:
        rows = [_seen_of(cast, series) for series in record_of(scenario).series.values()]
    found: dict[str, tuple[ForecastSeries, ObservedChannel]] = {}
    for row in rows:
        if row is not None:
            found.setdefault(row[0].name, row)
    return tuple(found.values())


def _seen_of(cast: Cast, series: Series) -> tuple[ForecastSeries, ObservedChannel] | None:
    if not series.observes or series.every == "year":
        return None
    error = CHANNEL[series.observes].error if series.error is None else series.error
    return _seen(cast, series.observes, series.actor, math.hypot(error, series.bias or 0.0))  # a claim, whoever makes it


def _seen(cast: Cast, name: str, actor: str, error: float | None = None) -> tuple[ForecastSeries, ObservedChannel] | None:
    channel = CHANNEL[name]
    actors = {"world": (), "side": cast.sides, "patron": cast.patrons}[channel.of]
    if channel.lasting or (actors and actor not in actors):
        return None
    label = f"{actor}.{name}" if actors else name
    place = actors.index(actor) if actors else 0
    one = ForecastSeries(label, name, actor if actors else "", channel.unit, channel.kind == "event")
    return one, ObservedChannel(channel, place, channel.error if error is None else error)


def _paths(
    study: Study, options: RunOptions, watched: Sequence[tuple[ForecastSeries, ObservedChannel]], skip: int, progress: Progress
) -> dict[tuple[str, str], dict[str, tuple[ForecastNumbers, ...]]]:
    """By strategy and series: by theory, month by month, as a record would have it (with what is missed, and with its errors)."""
    if not watched:
        return {}
    program, runs = study.program, study.runs
    machine, lucks = Engine(program), MONTH_LUCKS
    batch = Batch(prior_draws(program, MONTH_DRAWS, options.seed), lucks, MONTH_DRAWS * lucks, runs.strategies, runs.theories)
    seen = tuple(one for _, one in watched)
    tasks = [
        (place, strategy, theory) for place, (strategy, theory) in enumerate((s, t) for s in runs.strategies for t in runs.theories)
    ]

    def work(task: tuple[int, str, str]) -> NDArray[np.float32]:
        place, strategy, theory = task
        truth = channel_paths(machine, batch, Task(strategy, theory, 0), seen)
        return _reported(batch.draws.take(np.arange(batch.chunk) // lucks), seen, truth, options.seed, place)[skip:]

    parts = list(options.executor.map(work, tasks, progress=lambda done, total: progress("months that are forecast", done, total)))
    made = {(strategy, theory): part for (_, strategy, theory), part in zip(tasks, parts, strict=True)}
    return {
        (strategy, one.name): _by_theory(study, {theory: made[strategy, theory][:, c] for theory in runs.theories}, one.event)
        for strategy in runs.strategies
        for c, (one, _) in enumerate(watched)
    }


def _reported(
    p: Mapping[str, NDArray[np.float32]], seen: tuple[ObservedChannel, ...], truth: NDArray[np.float32], seed: int, place: int
) -> NDArray[np.float32]:
    """What a record would hold [T, C, n]; of an event the chance that the record has it, so that no luck is added."""
    generator = stream_of(seed, place)
    found = sample_data(p, seen, truth, generator)
    for c, one in enumerate(seen):
        if one.channel.kind == "event":
            found[:, c] = one.channel.false + (1 - one.channel.missed - one.channel.false) * truth[:, c]
    return found


def _by_theory(study: Study, made: dict[str, NDArray[np.float32]], event: bool) -> dict[str, tuple[ForecastNumbers, ...]]:
    """Of runs [T, n] by theory."""
    shares = study.findings.weights
    members = {theory: rows.astype(np.float64) for theory, rows in made.items()}
    if event:
        chances = {theory: rows.mean(axis=1) for theory, rows in members.items()}
        whole = np.sum([shares[theory] * chance for theory, chance in chances.items()], axis=0)
        return {theory: tuple((_short(float(x)),) for x in path) for theory, path in {WEIGHTED: whole, **chances}.items()}
    n = next(iter(members.values())).shape[1]
    even = np.full(n, 1 / n)
    mixed = np.concatenate(list(members.values()), axis=1), np.concatenate([shares[theory] * even for theory in members])
    said = {WEIGHTED: mixed, **{theory: (rows, even) for theory, rows in members.items()}}
    return {
        theory: tuple(tuple(_short(float(x)) for x in quantiles(row, weight)) for row in rows)
        for theory, (rows, weight) in said.items()
    }


# --- the file ---------------------------------------------------------------------------------------------------------


def seal_of_escrow(found: Escrow) -> str:
    """The seal that the file will have."""
    return seal_of(as_json(found))


def write_escrow(found: Escrow, path: Path) -> str:
    """Write the sealed file, as `escrow_file` says; its seal. Raises StoreError where it, or what was issued before, cannot be kept."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_together({path: escrow_file(found, path)})
    return seal_of_escrow(found)


def escrow_file(found: Escrow, path: Path) -> bytes:
    """What is to be written at `path`. What was issued is never lost: raises StoreError where it cannot be kept.

    A file with the same seal stays as it is, with the day on which it was first written. Another one is kept beside the new one, with the
    beginning of its seal in its name.
    """
    if path.is_file():
        with explained(path):
            before = _seal_in(path)
            if before == seal_of_escrow(found):
                return path.read_bytes()
            aside = path.with_name(f"{path.stem}.{(before or sha256_of(path))[:12]}{path.suffix}")
            if not aside.exists():
                linked(path, aside)
    return sealed(FORMAT, as_json(found), {WRITTEN: datetime.now(UTC).date().isoformat()})


def _seal_in(path: Path) -> str:
    try:
        return seal_of(read_sealed(path, FORMAT, unsealed=True))
    except StoreError:
        return ""


def read_escrow(path: Path) -> Escrow:
    """What was issued. Raises StoreError where the file is of another format, or a byte of the sealed part was changed."""
    return read_issued(path, Escrow.from_json, read_sealed(path, FORMAT, unsealed=True))


def written_on(path: Path) -> str:
    """The day on which the file says that it was first written; nobody vouches for it."""
    return unsealed_of(path).get(WRITTEN, "")

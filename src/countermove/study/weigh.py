"""`weigh`: the theories of a patron on the scenario's record, under every coding and every way to model the start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from countermove.behaviour.support import Theory
from countermove.behaviour.table import THEORIES
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.amortised import OUTSIDE
from countermove.evidence.observed import Observations, observations
from countermove.evidence.weigh import WARS, Effort, Read, School, pattern_of, read_record, taught, with_prior
from countermove.memo.words import listed, percent
from countermove.scenario.read import read
from countermove.scenario.records import read_record as record_of
from countermove.scenario.schema import Scenario
from countermove.study.options import Progress, RunOptions, silent
from countermove.study.people import people
from countermove.world.record import Record
from countermove.world.weighing import Confusion, Reading, TheoryWeight, Weighing

AS_WRITTEN = "as written"
RESCUE = ("spigot", "switching")  # theories in which support rises because the client is losing
POOR = 0.05


@dataclass(frozen=True)
class Case:
    """One way to model the start: its replay compiled, and how it is described."""

    name: str
    says: str
    program: Program


def cases_of(record: Record, plugins: Sequence[Theory] = ()) -> tuple[Case, ...]:
    """The replay as written, then each variant of the record."""
    if record.replay is None:
        raise EvidenceError(
            "the record names no replay", where=record.name, next="Give it `replay: SCENARIO`, the war from its first month"
        )
    written = [(AS_WRITTEN, "The start as the replay has it", dict[str, str]())]
    written += [(name, variant.says, dict(variant.set)) for name, variant in record.variants.items()]
    theories = (*THEORIES.values(), *plugins)
    return tuple(
        Case(name, says, compile_scenario(read(record.replay, overrides=values), theories)) for name, says, values in written
    )


def codings_of(record: Record, coding: str | None = None) -> tuple[dict[str, str], ...]:
    """The chosen codings first, then each other option alone."""
    first = record.choose(coding)
    out = [first]
    for name, switch in record.codings.items():
        out += [{**first, name: option} for option in switch.options if option != first[name]]
    return tuple(out)


def weigh(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: Effort | None = None,
    progress: Progress = silent,
) -> Weighing:
    """Weights of the rival's theories from what the scenario's record knew by the scenario's knowledge date.

    Raises EvidenceError where the scenario has no record, or nothing of it can be weighed.
    """
    clock = time.perf_counter()
    options = options or RunOptions()
    effort = effort or Effort(seed=options.seed)
    if scenario.record is None:
        raise EvidenceError(
            "the scenario has no record", where=scenario.scenario, next="Give it `record: NAME`; countermove data list shows them"
        )
    record = record_of(scenario.record)
    known_by = scenario.clock.known_until
    cases, codings = cases_of(record, options.plugins), codings_of(record, coding)
    prior = prior_of(compile_scenario(scenario, (*THEORIES.values(), *options.plugins)), cases[0].program)
    readings: list[Reading] = []
    headline: tuple[School, Read, Observations] | None = None
    for number, case in enumerate(cases):
        engine = Engine(case.program)
        schools: dict[bytes, School] = {}
        for chosen in codings if number == 0 else codings[:1]:
            data = observations(record, case.program, known_by, chosen)
            pattern = pattern_of(data)
            if pattern not in schools:
                schools[pattern] = taught(
                    engine,
                    data,
                    options.executor,
                    replace(effort, readers=effort.readers if headline is None else 1),
                    told(progress, f"start {case.name}"),
                )
            found = read_record(schools[pattern], data)
            headline = headline or (schools[pattern], found, data)
            weights = with_prior(found.weights, prior)
            inside = found.beyond >= OUTSIDE
            named = dict(zip(case.program.theory_names, (float(w) for w in weights), strict=True)) if inside else dict[str, float]()
            readings.append(Reading(coding_name(record, chosen), case.name, case.says, named, found.beyond))
    if headline is None:  # there is always the replay as written
        raise EvidenceError("nothing was weighed", where=record.name)
    seconds = time.perf_counter() - clock
    return _weighing(record, cases[0].program, headline, prior, tuple(readings), known_by, options.seed, seconds)


def told(progress: Progress, of: str) -> Progress:
    """The same progress, with what it is of."""
    return lambda what, done, total: progress(f"{of}: {what}", done, total)


def prior_of(program: Program, replay: Program) -> np.ndarray:
    """Prior weights of the theories that the replay asks about: those of the scenario for the same patron, else the replay's own."""
    who, weights = replay.cast.patrons[replay.rival], replay.weights
    if who in program.cast.patrons[1:]:
        weights = program.weights_of(program.cast.patrons.index(who))
    by_name = {theory.name: weight for theory, weight in zip(replay.theories, weights, strict=True)}
    row = np.array([by_name[name] for name in replay.theory_names])
    if row.sum() <= 0:
        raise EvidenceError("no theory that the replay asks about has any weight", where=program.scenario.scenario)
    return row / row.sum()


def coding_name(record: Record, chosen: Mapping[str, str]) -> str:
    """The codings that are not the default, in words."""
    other = [f"{name}: {option}" for name, option in chosen.items() if option != record.codings[name].default]
    return "; ".join(other) or "default"


def _weighing(
    record: Record,
    program: Program,
    headline: tuple[School, Read, Observations],
    prior: np.ndarray,
    readings: tuple[Reading, ...],
    known_by: int,
    seed: int,
    seconds: float,
) -> Weighing:
    school, found, data = headline
    posterior = with_prior(found.weights, prior)
    rows = tuple(
        TheoryWeight(name, float(prior[h]), float(posterior[h]), float(found.spread[h])) for h, name in enumerate(school.theories)
    )
    one = school.confusion()
    rival = people(program).rival
    refused = (
        f"The record lies outside what any theory produces: fewer than {percent(OUTSIDE)} of simulated records are as far out. No weight is given."
        if found.beyond < OUTSIDE
        else ""
    )
    said = (
        *((refused,) if refused else (_favours(rival, rows),)),
        _could_tell(one),
        *_cannot_tell(one),
        *(() if refused else _rescue(rows, readings)),
        *_far(found.beyond, refused),
        _known(data, record),
    )
    return Weighing(
        record=record.name,
        patron=program.cast.patrons[program.rival],
        coding=readings[0].coding,
        known_by=known_by,
        data=int(data.known.sum()),
        retrospective=data.retrospective,
        weights=rows,
        confusion=one,
        pooled=school.confusion(WARS),
        wars=WARS,
        readings=readings,
        beyond=found.beyond,
        refused=refused,
        sentences=said,
        seed=seed,
        seconds=seconds,
    )


def _favours(rival: str, rows: Sequence[TheoryWeight]) -> str:
    order = sorted(rows, key=lambda row: -row.posterior)
    first, second = order[0], order[1]
    return (
        f"The record gives {first.theory} {percent(first.posterior)} of the weight among the theories of {rival} "
        f"(± {percent(first.sd)} over readers, prior {percent(first.prior)}), then {second.theory} {percent(second.posterior)}."
    )


def _could_tell(table: Confusion) -> str:
    return (
        f"A record like this one names the theory that made it in {percent(table.right)} of cases; chance alone would in "
        f"{percent(1 / len(table.theories))} ({table.records:,} simulated records of each theory, none of them learnt from)."
    )


def _cannot_tell(table: Confusion) -> tuple[str, ...]:
    """Theories that the reader, where each is true, gives little more than their prior."""
    chance = 1 / len(table.theories)
    lost = [name for h, name in enumerate(table.theories) if table.mean[h][h] < 1.6 * chance]
    return (f"This record could not have told {listed(lost)} from one another.",) if len(lost) > 1 else ()


def _odds(weights: Mapping[str, float]) -> float:
    inside = sum(weight for name, weight in weights.items() if name in RESCUE)
    return inside / max(sum(weights.values()) - inside, 1e-6)


def _rescue(rows: Sequence[TheoryWeight], readings: Sequence[Reading]) -> tuple[str, ...]:
    """How much the record speaks for rescue against all other theories, and how that hangs on coding and start."""
    prior = _odds({row.theory: row.prior for row in rows})
    if not 0 < prior < float("inf"):
        return ()

    def ratio(reading: Reading) -> str:
        if not reading.weights:
            return "refused"
        factor = _odds(reading.weights) / prior
        return f"{float(f'{factor:.2g}'):,.10g}:1" if factor >= 1 else f"1:{float(f'{1 / factor:.2g}'):,.10g}"

    others = [f"{ratio(reading)} ({_label(reading)})" for reading in readings[1:]]
    said = f"For theories of rescue ({listed(list(RESCUE))}) against all others the evidence is {ratio(readings[0])}"
    return (f"{said}; it is {listed(others)}." if others else f"{said}.",)


def _label(reading: Reading) -> str:
    parts = [f"coding {reading.coding}"] if reading.coding != "default" else []
    return ", ".join([*parts, *([f"start {reading.start}"] if reading.start != AS_WRITTEN else [])])


def _far(beyond: float, refused: str) -> tuple[str, ...]:
    if refused or beyond >= POOR:
        return ()
    return (
        f"Only {percent(beyond)} of simulated records lie farther out than the real one: none of these theories reproduces it well.",
    )


def _known(data: Observations, record: Record) -> str:
    said = f"{data.retrospective} of {int(data.known.sum())} monthly data were not known as they happened."
    if record.prior_saw:
        said += (
            f" The scenario's own numbers were scaled on {listed(record.prior_saw)}, so this record is not an independent witness."
        )
    return said

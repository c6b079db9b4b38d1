"""`weigh`: the theories of a patron on the scenario's record, under every coding and every way to model the start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from countermove.behaviour.support import Theory
from countermove.behaviour.table import THEORIES, rescuers
from countermove.engine.program import NO_RIVAL, Program, compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations, observations
from countermove.evidence.theory_evidence import FilterEffort, evidences
from countermove.questions.options import Progress, RunOptions, silent, told
from countermove.questions.people import people
from countermove.questions.weigh import words
from countermove.questions.weigh.amortised import OUTSIDE
from countermove.questions.weigh.by_filters import Beside, exactly, reading_of, without_kinds
from countermove.questions.weigh.data_kinds import left_out
from countermove.questions.weigh.ensemble import (
    WARS,
    Effort,
    Read,
    School,
    matched_weights,
    pattern_of,
    read_record,
    taught,
    with_prior,
)
from countermove.questions.weigh.features import AFTER
from countermove.questions.weigh.finding import KindLeftOut, Reading, TheoryWeight, Trial, Weighing
from countermove.questions.weigh.finding_sensitivity import Episode
from countermove.questions.weigh.reactions import reactions
from countermove.questions.weigh.words import AS_WRITTEN
from countermove.scenario.beside import record_of, replay_of
from countermove.scenario.schema import Scenario
from countermove.world.record import Record

STRONGEST = 10  # months
TRIALS = 128  # simulated records of each theory that are kept


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
    return tuple(Case(name, says, compile_scenario(replay_of(record, values), theories)) for name, says, values in written)


def codings_of(record: Record, coding: str | None = None) -> tuple[dict[str, str], ...]:
    """The chosen codings first, then each other option alone."""
    first = record.choose(coding)
    out = [first]
    for name, switch in record.codings.items():
        out += [{**first, name: option} for option in switch.options if option != first[name]]
    return tuple(out)


@dataclass(frozen=True)
class Asked:
    """What a weighing is to hold beside the headline by the amortised road.

    `variants`: the other codings and starts, by the same road. `kinds`: each kind of datum left out, by small readers. `exact`: the filters too,
    for the headline, or with `exact_all` for every reading and without each kind of datum. `influence`: so many of the strongest months are left
    out one at a time (exact road).
    """

    variants: bool = True
    exact: FilterEffort | None = None
    exact_all: bool = False
    kinds: bool = True
    influence: int = 0


@dataclass(frozen=True)
class _Headline:
    """The replay as written under the chosen codings, read."""

    engine: Engine
    school: School
    found: Read
    data: Observations


def weigh(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: Effort | None = None,
    asked: Asked | None = None,
    progress: Progress = silent,
) -> Weighing:
    """Weights of the rival's theories from what the scenario's record knew by the scenario's knowledge date.

    Raises EvidenceError where the scenario has no record, or nothing of it can be weighed.
    """
    clock = time.perf_counter()
    options, asked = options or RunOptions(), asked or Asked()
    effort = effort or Effort(seed=options.seed)
    if scenario.record is None:
        raise EvidenceError(
            "the scenario has no record", where=scenario.scenario, next="Give it `record: NAME`; countermove data list shows them"
        )
    record = record_of(scenario)
    cases, codings = cases_of(record, options.plugins), codings_of(record, coding)
    if not asked.variants:
        cases, codings = cases[:1], codings[:1]
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    prior = prior_of(program, cases[0].program)
    readings: list[Reading] = []
    exact_readings: list[Reading] = []
    headline: _Headline | None = None
    for place, case in enumerate(cases):
        engine = Engine(case.program)
        schools: dict[bytes, School] = {}
        for chosen in codings if place == 0 else codings[:1]:
            data = observations(record, case.program, scenario.clock.known_until, chosen)
            pattern = pattern_of(data)
            if pattern not in schools:
                taught_by = replace(effort, readers=effort.readers if headline is None else 1)
                of = told(progress, f"start {case.name}")
                schools[pattern] = taught(engine, data, options.executor, taught_by, of, judged=headline is None)
            found = read_record(schools[pattern], data)
            headline = headline or _Headline(engine, schools[pattern], found, data)
            name = coding_name(record, chosen)
            inside = found.beyond >= OUTSIDE
            weights = _named(case.program, with_prior(found.weights, prior)) if inside else {}
            readings.append(Reading(name, case.name, case.says, weights, found.beyond))
            if asked.exact is not None and asked.exact_all and len(readings) > 1:
                of = told(progress, f"start {case.name}, coding {name}")
                every = evidences(engine, data, options.executor, asked.exact, progress=of)
                exact_readings.append(reading_of(readings[-1], every, prior, options.seed))
    if headline is None:  # there is always the replay as written
        raise EvidenceError("nothing was weighed", where=record.name)
    if asked.variants:
        readings.append(_matched(headline, prior, readings[0], options.seed, progress))
    beside = _beside(program, headline, prior, options, asked, progress=progress, inside=bool(readings[0].weights))
    beside = replace(beside, readings=tuple(exact_readings))
    made = (options.seed, time.perf_counter() - clock)
    return _weighing(record, headline, prior, tuple(readings), scenario.clock.known_until, beside, made)


def _beside(
    program: Program, headline: _Headline, prior: np.ndarray, options: RunOptions, asked: Asked, *, progress: Progress, inside: bool
) -> Beside:
    """What is asked beside the readers' weights: the exact road, and each kind of datum left out by either road; by readers where the record is
    `inside` what they know."""
    beside = Beside()
    if asked.exact is not None:
        pair = (headline.engine, headline.data)
        beside = exactly(program, pair, prior, options, asked.exact, influence=asked.influence, progress=progress)
        without = without_kinds(pair, beside.exact, prior, options, asked.exact, progress=progress) if asked.exact_all else ()
        beside = replace(beside, without=without)
    if asked.kinds and inside:
        beside = replace(beside, without=(*by_readers(headline, prior, progress), *beside.without))
    return beside


def _matched(headline: _Headline, prior: np.ndarray, first: Reading, seed: int, progress: Progress) -> Reading:
    """The headline by a reader for whom the theories' reactions are of one size."""
    progress("reaction sizes matched", 0, 1)
    weights = with_prior(matched_weights(headline.school, headline.data, seed), prior) if first.weights else None
    named = {} if weights is None else _named(headline.engine.program, weights)
    return replace(first, says=words.MATCHED_SAYS, start=words.MATCHED, weights=named)


def by_readers(headline: _Headline, prior: np.ndarray, progress: Progress) -> tuple[KindLeftOut, ...]:
    """The weights without each kind of datum. The error is that of a mean over readers, by what they vary over all kinds: three say little of one."""
    names = headline.school.theories
    rows = left_out(headline.school, headline.data, prior, told(progress, "small readers"))
    readers = len(headline.school.readers)
    error = np.full(len(names), np.nan)
    if rows and readers > 1:
        error = np.sqrt(np.mean([row.each.var(axis=0, ddof=1) for row in rows], axis=0) / readers)
    errors = {name: float(sd) for name, sd in zip(names, error, strict=True)}
    return tuple(
        KindLeftOut(
            row.kind, row.data, "readers", {name: float(w) for name, w in zip(names, row.each.mean(axis=0), strict=True)}, errors
        )
        for row in rows
    )


def _named(program: Program, weights: np.ndarray) -> dict[str, float]:
    return dict(zip(program.theory_names, (float(w) for w in weights), strict=True))


def episodes(data: Observations, program: Program) -> tuple[Episode, ...]:
    """Episodes in which the rival's client was losing, and the first intervention within a few months of each one's beginning."""
    cast, start = program.cast, program.scenario.clock.start

    def months(channel: str, actor: int) -> list[int]:
        rows = [c for c, one in enumerate(data.channels) if one.channel.name == channel and one.actor == actor]
        return sorted({int(t) for c in rows for t in np.flatnonzero((data.values[:, c] > 0) & data.known[:, c])})

    came = months("intervenes", program.rival)
    found: list[Episode] = []
    for begun in months("losing", cast.supports[program.rival]):
        answer = next((month for month in came if 0 <= month - begun <= AFTER), None)
        found.append(Episode(start + begun, None if answer is None else start + answer))
    return tuple(found)


def prior_of(program: Program, replay: Program) -> np.ndarray:
    """Prior weights of the theories that the replay asks about: those of the scenario for the same patron, else the replay's own."""
    for one in (program, replay):
        if one.asked is None:
            raise EvidenceError(NO_RIVAL, where=one.scenario.scenario, next="There is nothing to weigh")
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
    headline: _Headline,
    prior: np.ndarray,
    readings: tuple[Reading, ...],
    known_by: int,
    beside: Beside,
    made: tuple[int, float],
) -> Weighing:
    school, found, data, program = headline.school, headline.found, headline.data, headline.engine.program
    rows = theory_weights(school, prior, found)
    one = school.confusion()
    refused = words.REFUSED if found.beyond < OUTSIDE else ""
    fits = dict(zip(school.theories, (float(x) for x in found.fits), strict=True))
    cases, rescuing = episodes(data, program), rescuers(program.theories)
    sizes = reactions(school.held)
    unlike, hangs = words.unlike(found.beyond, refused, fits), words.moved(rows, beside.exact, beside.without)
    said = (
        *((refused,) if refused else (words.favours(people(program).rival, rows),)),
        words.could_tell(one),
        *words.cannot_tell(one),
        *(() if refused else words.rescue(rows, readings, rescuing)),
        *unlike,
        *hangs,
        *words.roads(rows, beside.exact, beside.wanted, beside.readings, rescuing),
        *words.priors(rows, beside.priors),
        *words.undone(beside.omega),
        *words.reactions(sizes, readings),
        *words.episodes(people(program), cases),
        words.known(data, record),
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
        seed=made[0],
        seconds=made[1],
        exact=beside.exact,
        influence=beside.influence,
        exact_readings=beside.readings,
        fits=fits,
        priors=beside.priors,
        omega=beside.omega,
        reactions=sizes,
        episodes=cases,
        trials=trials_of(school, prior),
        without=beside.without,
        first=(*unlike[-1:], *hangs),
    )


def theory_weights(school: School, prior: np.ndarray, found: Read) -> tuple[TheoryWeight, ...]:
    """Prior and posterior weight of each theory, and the spread over readers."""
    posterior = with_prior(found.weights, prior)
    return tuple(
        TheoryWeight(name, float(prior[h]), float(posterior[h]), float(found.spread[h])) for h, name in enumerate(school.theories)
    )


def trials_of(school: School, prior: np.ndarray) -> tuple[Trial, ...]:
    """The first held-out records of each theory, with the weights that they give under the prior."""
    out: list[Trial] = []
    for h, name in enumerate(school.theories):
        for row in np.exp(school.said[school.held.theory == h][:TRIALS]):
            out.append(Trial(name, tuple(round(float(w), 5) for w in with_prior(row, prior))))
    return tuple(out)

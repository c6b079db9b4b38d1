"""`weigh`: the theories of a patron on the scenario's record, under every coding and every way to model the start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from countermove.behaviour.support import Theory
from countermove.behaviour.table import THEORIES
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.amortised import OUTSIDE
from countermove.evidence.exact import Exactness, evidences, left_out, stacked, strongest, weight_error, weights_of
from countermove.evidence.observed import Observations, observations
from countermove.evidence.weigh import WARS, Effort, Read, School, pattern_of, read_record, taught, with_prior
from countermove.memo.words import number
from countermove.scenario.read import read
from countermove.scenario.records import read_record as record_of
from countermove.scenario.schema import Scenario
from countermove.study import weigh_words as words
from countermove.study.options import Progress, RunOptions, silent
from countermove.study.people import people
from countermove.study.weigh_words import AS_WRITTEN
from countermove.world.influence import MonthInfluence
from countermove.world.record import Record
from countermove.world.weighing import ExactWeight, Reading, TheoryWeight, Weighing

STRONGEST = 10  # months


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


@dataclass(frozen=True)
class Asked:
    """What a weighing is to hold beside the headline by the amortised road.

    `variants`: the other codings and starts, by the same road. `exact`: the filters too, for the headline, or with `exact_all` for every
    reading. `influence`: so many of the strongest months are left out one at a time (exact road).
    """

    variants: bool = True
    exact: Exactness | None = None
    exact_all: bool = False
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
    record = record_of(scenario.record)
    cases, codings = cases_of(record, options.plugins), codings_of(record, coding)
    if not asked.variants:
        cases, codings = cases[:1], codings[:1]
    prior = prior_of(compile_scenario(scenario, (*THEORIES.values(), *options.plugins)), cases[0].program)
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
                schools[pattern] = taught(engine, data, options.executor, taught_by, told(progress, f"start {case.name}"))
            found = read_record(schools[pattern], data)
            headline = headline or _Headline(engine, schools[pattern], found, data)
            name = coding_name(record, chosen)
            inside = found.beyond >= OUTSIDE
            weights = _named(case.program, with_prior(found.weights, prior)) if inside else {}
            readings.append(Reading(name, case.name, case.says, weights, found.beyond))
            if asked.exact is not None and asked.exact_all and len(readings) > 1:
                every = evidences(
                    engine, data, options.executor, asked.exact, told=told(progress, f"start {case.name}, coding {name}")
                )
                exact_readings.append(replace(readings[-1], weights=_named(case.program, weights_of(every, prior))))
    if headline is None:  # there is always the replay as written
        raise EvidenceError("nothing was weighed", where=record.name)
    exact, influence = _exactly(headline, prior, options, asked, progress)
    return _weighing(
        record,
        headline,
        prior,
        tuple(readings),
        scenario.clock.known_until,
        Beside(exact, influence, tuple(exact_readings), asked.exact.wanted if asked.exact else 0.0),
        (options.seed, time.perf_counter() - clock),
    )


def _named(program: Program, weights: np.ndarray) -> dict[str, float]:
    return dict(zip(program.theory_names, (float(w) for w in weights), strict=True))


class Beside(NamedTuple):
    """What the exact road adds."""

    exact: tuple[ExactWeight, ...]
    influence: tuple[MonthInfluence, ...]
    readings: tuple[Reading, ...]
    wanted: float


def _exactly(
    headline: _Headline, prior: np.ndarray, options: RunOptions, asked: Asked, progress: Progress
) -> tuple[tuple[ExactWeight, ...], tuple[MonthInfluence, ...]]:
    """The exact road on the headline: weights, and what the strongest months did."""
    if asked.exact is None:
        return (), ()
    engine, data = headline.engine, headline.data
    every = evidences(engine, data, options.executor, asked.exact, told=told(progress, "exact road"))
    weight, error = weights_of(every, prior), weight_error(every, prior, options.seed)
    share = stacked(np.array([one.increments for one in every]), prior)
    rows = tuple(
        ExactWeight(
            one.theory,
            float(weight[h]),
            float(error[h]),
            float(share[h]),
            one.log_evidence,
            one.sd,
            len(one.each),
            one.effective,
        )
        for h, one in enumerate(every)
    )
    months = strongest(every, weight, asked.influence)
    progress("exact road: months left out", 0, 1)
    left = left_out(engine, data, every, months, options.executor, asked.exact) if months else ()
    start = engine.program.scenario.clock.start
    names = engine.program.theory_names
    influence = tuple(
        MonthInfluence(
            start + row.month,
            _seen_in(data, row.month),
            dict(zip(names, _centred(row.change, weight), strict=True)),
            dict(zip(names, (float(x) for x in row.sd), strict=True)),
        )
        for row in left
    )
    return rows, influence


def _centred(change: np.ndarray, weight: np.ndarray) -> list[float]:
    """Changes of the log weights: those of the log evidences less what all have in common."""
    after = np.log(weight @ np.exp(change - change.max())) + change.max()
    return [float(x) for x in change - after]


def _seen_in(data: Observations, month: int) -> str:
    """What the record says of a month: counts and amounts, and the events that happened."""
    parts: list[str] = []
    for c, one in enumerate(data.seen):
        value = data.values[month, c]
        if data.known[month, c] and (one.channel.kind != "event" or value > 0):
            parts.append(data.names[c] if one.channel.kind == "event" else f"{data.names[c]} {number(float(value))}")
    return ", ".join(parts) or "nothing happened"


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
    headline: _Headline,
    prior: np.ndarray,
    readings: tuple[Reading, ...],
    known_by: int,
    beside: Beside,
    made: tuple[int, float],
) -> Weighing:
    school, found, data, program = headline.school, headline.found, headline.data, headline.engine.program
    posterior = with_prior(found.weights, prior)
    rows = tuple(
        TheoryWeight(name, float(prior[h]), float(posterior[h]), float(found.spread[h])) for h, name in enumerate(school.theories)
    )
    one = school.confusion()
    refused = words.REFUSED if found.beyond < OUTSIDE else ""
    fits = dict(zip(school.theories, (float(x) for x in found.fits), strict=True))
    said = (
        *((refused,) if refused else (words.favours(people(program).rival, rows),)),
        words.could_tell(one),
        *words.cannot_tell(one),
        *(() if refused else words.rescue(rows, readings)),
        *words.far(found.beyond, refused),
        *words.fitting(fits),
        *words.roads(rows, beside.exact, beside.wanted),
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
    )

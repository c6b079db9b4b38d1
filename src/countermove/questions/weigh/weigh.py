"""`weigh`: the theories of a patron on the scenario's record, under every coding and every way to model the start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from countermove.behaviour.table import THEORIES, rescuers
from countermove.behaviour.theory import Theory
from countermove.compute.executor import Executor
from countermove.compute.together import together
from countermove.engine.program import NO_RIVAL, Program, compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations, observations
from countermove.evidence.theory_evidence import FilterEffort, evidences
from countermove.questions.options import Progress, RunOptions, silent, with_label
from countermove.questions.people import people, titles_of
from countermove.questions.weigh import words
from countermove.questions.weigh.amortised import OUTSIDE
from countermove.questions.weigh.by_filters import FilterResults, reading_by_filters, weigh_by_filters, without_kinds
from countermove.questions.weigh.data_kinds import weights_without_kinds
from countermove.questions.weigh.ensemble import (
    POOLED_WARS,
    AmortisedWeights,
    ClassifierEnsemble,
    TrainingEffort,
    matched_weights,
    pattern_of,
    train_ensemble,
    weigh_record,
    with_prior,
)
from countermove.questions.weigh.features import FOLLOWING_MONTHS
from countermove.questions.weigh.finding import HeldOutRecord, KindLeftOut, TheoryWeight, VariantReading, Weighing
from countermove.questions.weigh.finding_sensitivity import Episode
from countermove.questions.weigh.reactions import reactions
from countermove.questions.weigh.words import AS_WRITTEN
from countermove.scenario.linked_files import record_of, replay_of
from countermove.scenario.schema import Scenario
from countermove.world.record import Record
from countermove.world.titles import Titles

INFLUENTIAL_MONTHS = 10  # months
HELD_OUT_KEPT = 128  # simulated records of each theory that are kept


@dataclass(frozen=True)
class StartVariant:
    """One way to model the start: its replay compiled, and how it is described."""

    name: str
    says: str
    program: Program


def start_variants(record: Record, plugins: Sequence[Theory] = ()) -> tuple[StartVariant, ...]:
    """The replay as written, then each variant of the record."""
    if record.replay is None:
        raise EvidenceError(
            "the record names no replay", where=record.name, next="Give it `replay: SCENARIO`, the war from its first month"
        )
    written = [(AS_WRITTEN, "The start as the replay has it", dict[str, str]())]
    written += [(name, variant.says, dict(variant.set)) for name, variant in record.variants.items()]
    theories = (*THEORIES.values(), *plugins)
    return tuple(StartVariant(name, says, compile_scenario(replay_of(record, values), theories)) for name, says, values in written)


def codings_of(record: Record, coding: str | None = None) -> tuple[dict[str, str], ...]:
    """The chosen codings first, then each other option alone."""
    first = record.choose(coding)
    out = [first]
    for name, switch in record.codings.items():
        out += [{**first, name: option} for option in switch.options if option != first[name]]
    return tuple(out)


@dataclass(frozen=True)
class WeighingExtras:
    """What a weighing is to hold beside the headline by the amortised road.

    `variants`: the other codings and starts, by the same road. `kinds`: each kind of datum left out, by small readers. `exact`: the filters too,
    for the headline, or with `exact_all` for every reading and without each kind of datum. `influence`: so many of the strongest months are left
    out one at a time (exact road).
    """

    variants: bool = True
    filters: FilterEffort | None = None
    filter_all: bool = False
    kinds: bool = True
    influence: int = 0


@dataclass(frozen=True)
class _ReadStart:
    """A start under a choice of codings, read. The headline is the replay as written under the chosen ones."""

    start: StartVariant
    chosen: Mapping[str, str]
    engine: Engine
    ensemble: ClassifierEnsemble
    amortised: AmortisedWeights
    data: Observations


def weigh(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: TrainingEffort | None = None,
    asked: WeighingExtras | None = None,
    progress: Progress = silent,
) -> Weighing:
    """Weights of the rival's theories from what the scenario's record knew by the scenario's knowledge date.

    Raises EvidenceError where the scenario has no record, or nothing of it can be weighed.
    """
    clock = time.perf_counter()
    options, asked = options or RunOptions(), asked or WeighingExtras()
    effort = effort or TrainingEffort(seed=options.seed)
    if scenario.record is None:
        raise EvidenceError(
            "the scenario has no record", where=scenario.scenario, next="Give it `record: NAME`; countermove data list shows them"
        )
    record = record_of(scenario)
    cases, codings = start_variants(record, options.plugins), codings_of(record, coding)
    if not asked.variants:
        cases, codings = cases[:1], codings[:1]
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    prior = prior_of(program, cases[0].program)
    works = {
        case.name: partial(
            _read_start, case, record, scenario.clock.known_until, codings if place == 0 else codings[:1], effort, options
        )
        for place, case in enumerate(cases)
    }
    read = [one for starts in together(f"{len(works)} starts", works, options.at_once, progress).values() for one in starts]
    headline, readings = read[0], [_reading(one, record, prior) for one in read]
    exact_readings: list[VariantReading] = []
    if asked.filters is not None and asked.filter_all:
        for one, reading in zip(read[1:], readings[1:], strict=True):
            of = with_label(progress, f"start {reading.start}, coding {reading.coding}")
            every = evidences(one.engine, one.data, options.executor, asked.filters, progress=of)
            exact_readings.append(reading_by_filters(reading, every, prior, options.seed))
    if asked.variants:
        readings.append(_matched_reading(headline, prior, readings[0], options.seed, progress))
    filtered = _extras(program, headline, prior, options, asked, progress=progress, inside=bool(readings[0].weights))
    filtered = replace(filtered, readings=tuple(exact_readings))
    made = (options.seed, time.perf_counter() - clock)
    return _weighing(record, headline, prior, tuple(readings), scenario.clock.known_until, filtered, made, titles_of(program))


def _read_start(
    case: StartVariant,
    record: Record,
    known_by: int,
    codings: Sequence[Mapping[str, str]],
    effort: TrainingEffort,
    options: RunOptions,
    progress: Progress,
) -> list[_ReadStart]:
    """A start under each choice of codings. Only the first of the replay as written is judged, and by several readers."""
    engine = Engine(case.program)
    ensembles: dict[bytes, ClassifierEnsemble] = {}
    found: list[_ReadStart] = []
    for chosen in codings:
        data = observations(record, case.program, known_by, chosen)
        pattern, headline = pattern_of(data), case.name == AS_WRITTEN and not found
        if pattern not in ensembles:
            training, of = effort if headline else replace(effort, classifiers=1), with_label(progress, f"start {case.name}")
            ensembles[pattern] = train_ensemble(engine, data, options.executor, training, of, with_test_set=headline)
        found.append(_ReadStart(case, chosen, engine, ensembles[pattern], weigh_record(ensembles[pattern], data), data))
    return found


def _reading(one: _ReadStart, record: Record, prior: np.ndarray) -> VariantReading:
    """What it says, where the record is inside what the readers know."""
    beyond = one.amortised.beyond
    weights = _named(one.start.program, with_prior(one.amortised.weights, prior)) if beyond >= OUTSIDE else {}
    return VariantReading(coding_name(record, one.chosen), one.start.name, one.start.says, weights, beyond)


def _extras(
    program: Program,
    headline: _ReadStart,
    prior: np.ndarray,
    options: RunOptions,
    asked: WeighingExtras,
    *,
    progress: Progress,
    inside: bool,
) -> FilterResults:
    """What is asked beside the readers' weights: the exact road, and each kind of datum left out by either road; by readers where the record is
    `inside` what they know."""
    filtered = FilterResults()
    if asked.filters is not None:
        pair = (headline.engine, headline.data)
        filtered = weigh_by_filters(program, pair, prior, options, asked.filters, influence=asked.influence, progress=progress)
        without = (
            without_kinds(pair, filtered.weights, prior, options, asked.filters, progress=progress) if asked.filter_all else ()
        )
        filtered = replace(filtered, without=without)
    if asked.kinds and inside:
        filtered = replace(
            filtered, without=(*kinds_by_classifiers(headline, prior, options.executor, progress), *filtered.without)
        )
    return filtered


def _matched_reading(
    headline: _ReadStart, prior: np.ndarray, first: VariantReading, seed: int, progress: Progress
) -> VariantReading:
    """The headline by a reader for whom the theories' reactions are of one size."""
    progress("reaction sizes matched", 0, 1)
    weights = with_prior(matched_weights(headline.ensemble, headline.data, seed), prior) if first.weights else None
    named = {} if weights is None else _named(headline.engine.program, weights)
    return replace(first, says=words.MATCHED_SAYS, start=words.MATCHED, weights=named)


def kinds_by_classifiers(
    headline: _ReadStart, prior: np.ndarray, executor: Executor, progress: Progress
) -> tuple[KindLeftOut, ...]:
    """The weights without each kind of datum. The error is that of a mean over readers, by what they vary over all kinds: three say little of one."""
    names = headline.ensemble.theories
    rows = weights_without_kinds(headline.ensemble, headline.data, prior, executor, with_label(progress, "small readers"))
    readers = len(headline.ensemble.classifiers)
    error = np.full(len(names), np.nan)
    if rows and readers > 1:
        error = np.sqrt(np.mean([row.by_classifier.var(axis=0, ddof=1) for row in rows], axis=0) / readers)
    errors = {name: float(sd) for name, sd in zip(names, error, strict=True)}
    return tuple(
        KindLeftOut(
            row.kind,
            row.data,
            "readers",
            {name: float(w) for name, w in zip(names, row.by_classifier.mean(axis=0), strict=True)},
            errors,
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
        answer = next((month for month in came if 0 <= month - begun <= FOLLOWING_MONTHS), None)
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
    headline: _ReadStart,
    prior: np.ndarray,
    readings: tuple[VariantReading, ...],
    known_by: int,
    filtered: FilterResults,
    made: tuple[int, float],
    titles: Titles,
) -> Weighing:
    ensemble, amortised, data, program = headline.ensemble, headline.amortised, headline.data, headline.engine.program
    rows, sizes = theory_weights(ensemble, prior, amortised), reactions(ensemble.held_out)
    one, refused = ensemble.confusion(), words.REFUSED if amortised.beyond < OUTSIDE else ""
    fits = dict(zip(ensemble.theories, map(float, amortised.fits), strict=True))
    cases, rescuing, who = episodes(data, program), rescuers(program.theories), people(program)
    unlike = words.distance_sentences(amortised.beyond, refused, fits, titles)
    hangs = words.kind_sentences(rows, filtered.weights, filtered.without, titles)
    said = (
        refused or words.favoured_sentence(who.rival, rows, titles),
        *(words.confusion_sentence(one), *words.confused_sentences(one, titles)),
        *(() if refused else words.rescue_sentences(rows, readings, rescuing, titles)),
        *unlike,
        *hangs,
        *words.method_sentences(rows, filtered.weights, filtered.target_sd, titles, filtered.readings, rescuing),
        *words.prior_sentences(rows, filtered.priors, titles),
        *words.omega_sentences(filtered.omega, titles),
        *words.reaction_sentences(sizes, readings, titles),
        *words.episode_sentences(who, cases),
        words.hindsight_sentence(data, record),
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
        pooled=ensemble.confusion(POOLED_WARS),
        wars=POOLED_WARS,
        readings=readings,
        beyond=amortised.beyond,
        refused=refused,
        sentences=said,
        seed=made[0],
        seconds=made[1],
        filter_weights=filtered.weights,
        influence=filtered.influence,
        filter_readings=filtered.readings,
        fits=fits,
        priors=filtered.priors,
        omega=filtered.omega,
        reactions=sizes,
        episodes=cases,
        held_out=held_out_records(ensemble, prior),
        without_kinds=filtered.without,
        front_sentences=(*unlike[-1:], *hangs),
        titles=titles,
    )


def theory_weights(ensemble: ClassifierEnsemble, prior: np.ndarray, amortised: AmortisedWeights) -> tuple[TheoryWeight, ...]:
    """Prior and posterior weight of each theory, and the spread over readers."""
    posterior = with_prior(amortised.weights, prior)
    return tuple(
        TheoryWeight(name, float(prior[h]), float(posterior[h]), float(amortised.spread[h]))
        for h, name in enumerate(ensemble.theories)
    )


def held_out_records(ensemble: ClassifierEnsemble, prior: np.ndarray) -> tuple[HeldOutRecord, ...]:
    """The first held-out records of each theory, with the weights that they give under the prior."""
    out: list[HeldOutRecord] = []
    for h, name in enumerate(ensemble.theories):
        for row in np.exp(ensemble.held_out_log_weights[ensemble.held_out.theory == h][:HELD_OUT_KEPT]):
            out.append(HeldOutRecord(name, tuple(round(float(w), 5) for w in with_prior(row, prior))))
    return tuple(out)

"""Readers who disagree, compared: each one's points and weights on the study's runs, what they part over, and what would bring them together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np

from countermove.decision.information import Observation
from countermove.decision.objective import required
from countermove.decision.pareto import measured_outcomes, points_of
from countermove.errors import CountermoveError, DecisionError
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.parts import Need, Parts
from countermove.questions.provenance import code_version
from countermove.questions.readers.crux import ReaderAssumptions
from countermove.questions.readers.disagreement import ReaderDisagreement, disagreement, position
from countermove.questions.readers.finding import ReadersCompared
from countermove.questions.readers.reports import MONTHS, six_months
from countermove.questions.run.run import Study, run_study
from countermove.questions.weigh.cached_weighing import fullest_cached
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario import schema
from countermove.scenario.linked_files import record_of
from countermove.scenario.schema import Objective, Scenario
from countermove.scenario.write import hash_of, worth
from countermove.world.expression import number
from countermove.world.words import capitalized

LEAST = Need("what readers part over", draws=SCRAMBLES, why="to know an error by")
RECORD = "a record like the one at hand"


def readers(study: Study, options: RunOptions, *, progress: Progress = silent) -> ReadersCompared | None:
    """The scenario's readers side by side, and every two of them; None where it names fewer than two.

    Raises:
        DecisionError: one strategy; a reader who weighs a theory, or values a measure, that the runs do not have.
    """
    scenario = study.program.scenario
    if len(scenario.readers) < 2:
        return None
    clock = time.perf_counter()
    people = {name: assumptions_of(study, name, reader) for name, reader in scenario.readers.items()}
    found = measured_outcomes(study.runs, tuple(dict.fromkeys(measure for one in people.values() for measure in one.points)))
    matters = 0.0 if scenario.objective is None else scenario.objective.matters
    titles = study.findings.titles
    positions = {
        name: position(found, one, _values(scenario, scenario.readers[name]), scenario.readers[name].says, matters, titles)
        for name, one in people.items()
    }
    record, said = _like_the_record(study, options)
    pairs = list(combinations(people, 2))

    @cache
    def reports(strategy: str) -> Observation:
        seen = six_months(study, strategy, study.runs.theories, options)
        return replace(seen, name=f"{seen.name} under {titles.say_strategy(strategy)}", cost=float(MONTHS))

    parts = Parts("comparing", len(pairs), progress)

    def seen(best: str) -> Sequence[Observation]:
        what = f"what six months of reports under {titles.say_strategy(best)} would say"
        return parts.attempt(0, what, lambda: [reports(best)], [])

    def parted(pair: tuple[str, str]) -> ReaderDisagreement:
        both = (positions[pair[0]], positions[pair[1]])
        tried: list[Observation] = []
        if both[0].best != both[1].best and len(study.runs.theories) > 1:
            tried = [*seen(both[0].best), *seen(both[1].best), *record]
        return disagreement(found, (people[pair[0]], people[pair[1]]), both, tried, matters)

    partings: list[ReaderDisagreement] = []
    for done, pair in enumerate(pairs):
        what = f"the parting of {titles.say_reader(pair[0])} and {titles.say_reader(pair[1])}"
        made = parts.attempt(done, what, lambda pair=pair: parted(pair), None)
        partings += [] if made is None else [made]
    return ReadersCompared(
        scenario=scenario.scenario,
        strategies=study.runs.strategies,
        theories=study.runs.theories,
        matters=matters,
        positions=tuple(positions.values()),
        disagreements=tuple(partings),
        said=(*said, *parts.sentences),
        draws=study.runs.draws,
        seed=study.runs.seed,
        seconds=time.perf_counter() - clock,
        hashes={"scenario_hash": hash_of(scenario), "code_version": code_version()},
        titles=titles,
    )


def side_by_side(scenario: Scenario, options: RunOptions, *, progress: Progress = silent) -> ReadersCompared:
    """The scenario's readers, compared on runs of its strategies.

    Raises DecisionError as `readers` does, before anything is run; and where the scenario names fewer than two.
    """
    few = DecisionError("there is nobody to compare", where=scenario.scenario, next="Write a section readers: with two or more")
    if len(scenario.readers) < 2:
        raise few
    options = replace(options, full=False)
    check_request(scenario, options)
    found = readers(run_study(scenario, options, progress=progress), options, progress=progress)
    if found is None:
        raise few
    return found


def check_request(scenario: Scenario, options: RunOptions) -> None:
    """Refuse at once what would be refused after the runs: raises DecisionError for one strategy, nothing that is valued, or too few draws."""
    names = options.strategies or tuple(scenario.strategies)
    if len(names) < 2:
        one = f"{names[0]} is the only strategy" if names else "no strategy is written"
        raise DecisionError(f"{one}, and nobody can choose another", next="Readers are compared over two strategies or more")
    for reader in scenario.readers.values():
        if not reader.values:
            required(scenario.objective)
    if options.draws is not None:
        LEAST.require(options.draws, options.lucks)


def assumptions_of(study: Study, name: str, written: schema.Reader) -> ReaderAssumptions:
    """A reader with everything that it leaves to the scenario filled in."""
    objective = study.program.scenario.objective
    if written.values:
        objective = Objective(of=study.program.scenario.owner, values=written.values)
    weights = dict.fromkeys(study.runs.theories, 0.0) | dict(written.theories or study.findings.weights)
    return ReaderAssumptions(name, weights, points_of(objective))


def _values(scenario: Scenario, written: schema.Reader) -> dict[str, str]:
    """What a reader values, as it is written."""
    objective = scenario.objective
    values = written.values or (objective.values if objective is not None else {})
    return {name: number(value.points) if value.per == 1 else str(worth(value)) for name, value in values.items()}


def _like_the_record(study: Study, options: RunOptions) -> tuple[Sequence[Observation], tuple[str, ...]]:
    """Another record of the same length as the one that was weighed, as a message of the theory that it speaks for; or why there is none."""
    scenario = study.program.scenario
    if scenario.record is None:
        return (), ()
    try:
        kept, record = fullest_cached(scenario, options), record_of(scenario)
    except CountermoveError as error:
        return (), (f"{capitalized(RECORD)} is not among the observations: {error}",)
    if kept is None:
        why = "no weighing is kept, and `countermove weigh` keeps one"
        return (), (f"{capitalized(RECORD)} is not among the observations: {why}.",)
    one, patron = kept.weighing.confusion, study.program.cast.patrons[study.program.rival]
    if kept.weighing.patron != patron or not set(study.runs.theories) <= set(one.theories):
        return (), (
            f"{capitalized(RECORD)} is not among the observations: it does not speak of every theory of {study.findings.titles.actor(patron)}.",
        )
    known = scenario.clock.known_until
    begun = record.begins(record.series, known)
    months = 0.0 if begun is None else float(max(known - begun + 1, 0))
    messages = tuple(f"it speaks for {theory}" for theory in one.theories)
    counts = (one.records,) * len(one.theories)
    return (Observation(RECORD, one.theories, messages, np.array(one.named, np.float64), months, counts),), ()

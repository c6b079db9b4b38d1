"""`weigh --pool`: the theories on every war at hand, together and with each war left out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from countermove.compute.together import together
from countermove.engine.program import compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations, observations
from countermove.evidence.theory_evidence import FilterEffort
from countermove.questions.options import Progress, RunOptions, silent, with_label
from countermove.questions.people import theory_titles
from countermove.questions.weigh.amortised import OUTSIDE, log_softmax
from countermove.questions.weigh.ensemble import ClassifierEnsemble, TrainingEffort, pattern_of, train_ensemble, weigh_record
from countermove.questions.weigh.finding import Pool, WarWeights
from countermove.questions.weigh.pool_by_filters import WarAtHand, filter_sentences, filter_wars, lost_sentences, pool_by_filters
from countermove.questions.weigh.weigh import coding_name, codings_of
from countermove.scenario.linked_files import replay_of
from countermove.scenario.records import read_record as record_of
from countermove.shelf import shelf
from countermove.world.record import Record
from countermove.world.titles import Titles
from countermove.world.words import listed, percent


def records_at_hand() -> tuple[Record, ...]:
    """Every record of the shelf that names a replay, in order of name."""
    names = sorted(
        {path.stem for folder in shelf("records") for path in folder.glob("*.yaml") if path.with_suffix(".csv").is_file()}
    )
    found = (record_of(name) for name in names)
    return tuple(record for record in found if record.replay is not None)


def pool(
    known_by: int,
    options: RunOptions | None = None,
    *,
    effort: TrainingEffort | None = None,
    exact: FilterEffort | None = None,
    progress: Progress = silent,
) -> Pool:
    """All wars, each under its default coding and every other one; the pooled weights take the defaults.

    A war of which nothing was known by the month `known_by` is hindsight. Refused wars count for nothing. With `exact` the records that
    count are filtered too, and the gains of a theory are shared between the wars that the filters did not lose.
    """
    clock = time.perf_counter()
    options = options or RunOptions()
    effort = effort or TrainingEffort(classifiers=1, seed=options.seed)
    works = {record.name: partial(_weigh_war, record, known_by, options, effort) for record in records_at_hand()}
    read = together(f"{len(works)} wars", works, options.at_once, progress)
    wars = [war for readings, _ in read.values() for war in readings]
    at_hand = {name: war for name, (_, war) in read.items()}
    first = {war.record: war for war in reversed(wars)}  # the default coding stands first
    counted = [first[name] for name in sorted(first) if not first[name].refused]
    known = [war for war in counted if war.known]
    without = {war.record: combined_weights([other for other in counted if other is not war]) for war in counted}
    others = {war.record: combined_weights([other for other in known if other.record != war.record]) for war in first.values()}
    titles = theory_titles()
    said = pool_sentences(tuple(first.values()), counted, known, without, titles)
    found = None
    if exact is not None and counted:
        followed = filter_wars([at_hand[war.record] for war in counted], options.executor, exact, progress)
        sure = [war for war in followed if not war.lost]
        said = (*said, *lost_sentences(followed))
        if sure:
            found = pool_by_filters(sure, exact)
            same = combined_weights([first[war.record] for war in sure])
            said = (*said, *filter_sentences(found, same, exact.target_sd, titles))
        whose = {war.record: war for war in followed}
        wars = [whose[war.record].with_evidence(war) if war.record in whose and war is first[war.record] else war for war in wars]
    return Pool(
        tuple(wars),
        combined_weights(known),
        combined_weights(counted),
        without,
        said,
        time.perf_counter() - clock,
        found,
        others,
        titles,
    )


def _weigh_war(
    record: Record, known_by: int, options: RunOptions, effort: TrainingEffort, progress: Progress
) -> tuple[list[WarWeights], WarAtHand]:
    """One war, coding by coding: as far as it was known by the date of the decision, or all of it where it came later."""
    program = compile_scenario(replay_of(record))
    engine = Engine(program)
    known = min(datum.known for datum in record.data) <= known_by
    ensembles: dict[bytes, ClassifierEnsemble] = {}
    out: list[WarWeights] = []
    default: Observations | None = None
    for chosen in codings_of(record):
        data = observations(record, program, known_by if known else None, chosen)
        default = data if default is None else default
        pattern = pattern_of(data)
        if pattern not in ensembles:
            ensembles[pattern] = train_ensemble(engine, data, options.executor, effort, with_label(progress, record.name))
        ensemble = ensembles[pattern]
        found = weigh_record(ensemble, data)
        weights = dict(zip(ensemble.theories, (float(w) for w in found.weights), strict=True)) if found.beyond >= OUTSIDE else {}
        patron = program.cast.patrons[program.rival]
        right = ensemble.confusion().right
        out.append(WarWeights(record.name, patron, coding_name(record, chosen), weights, found.beyond, right, known))
    if default is None:  # there is always the default coding
        raise EvidenceError("no coding of the record", where=record.name)
    return out, WarAtHand(record.name, known, engine, default)


def combined_weights(wars: Sequence[WarWeights]) -> dict[str, float]:
    """Evidence adds up: the product of the weights under equal priors. Theories that some war does not ask about are left out."""
    if not wars:
        return {}
    names = [name for name in wars[0].weights if all(name in war.weights for war in wars)]
    logs = np.sum([[np.log(max(war.weights[name], 1e-6)) for name in names] for war in wars], axis=0)
    return dict(zip(names, (float(x) for x in np.exp(log_softmax(logs[None]))[0]), strict=True))


def _leader(weights: Mapping[str, float]) -> str:
    return max(weights, key=lambda name: weights[name])


def _best(weights: Mapping[str, float], titles: Titles) -> str:
    return f"{titles.say_theory(_leader(weights))} ({percent(weights[_leader(weights)])})"


def pool_sentences(
    wars: Sequence[WarWeights],
    counted: Sequence[WarWeights],
    known: Sequence[WarWeights],
    without: Mapping[str, Mapping[str, float]],
    titles: Titles,
) -> tuple[str, ...]:
    """What the wars say together, what hangs on one of them, and what pooling takes for granted."""
    refused = [war.record for war in wars if war.refused]
    out = [
        f"{len(counted)} of {len(wars)} wars can be read"
        + (f"; {listed(refused)} lie outside what the theories make." if refused else ".")
    ]
    if not counted:
        return tuple(out)
    if known:
        out.append(
            f"By the date of the decision the wars at hand favour {_best(combined_weights(known), titles)}; "
            f"with hindsight {_best(combined_weights(counted), titles)}."
        )
    leaders = {_leader(weights) for weights in without.values() if weights}
    if len(leaders) > 1:
        out.append(f"It hangs on single wars: leaving one out, the leader is {titles.say_theories(sorted(leaders))}.")
    out.append("Pooling takes it that one theory moves the patrons of all wars; where it does not, these weights mean little.")
    return tuple(out)

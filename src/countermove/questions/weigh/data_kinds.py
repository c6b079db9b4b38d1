"""What moved the weights: one kind of datum left out at a time, on the records at hand.

A reader that never saw a kind of datum says what the others say. A full-grown one for each kind would cost as much as all other readers together, so
small readers learn from fewer records, one on every set, with all kinds and without each; the change between the two of one set is put upon the
weights of the full-grown ones. What the small ones have in common (that they know less) goes out, and their spread is the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from countermove.compute.executor import Executor
from countermove.compute.together import shared
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.questions.options import Progress, silent
from countermove.questions.weigh.amortised import calibrated_classifier, log_softmax
from countermove.questions.weigh.ensemble import ClassifierEnsemble
from countermove.questions.weigh.features import record_features
from countermove.questions.weigh.simulated_records import SimulatedRecords

Floats = NDArray[np.float64]
SMALL_RECORDS = 1024  # records of each theory that a small reader learns from
CLAIMS = "claims"


@dataclass(frozen=True)
class KindWeights:
    """A kind of datum left out: how many data it has, and the weights [R, H] that R readers would give without it."""

    kind: str
    data: int
    by_classifier: Floats


def kind_of(one: ObservedChannel) -> str:
    """The kind of datum, as in "without truces the record would say": what parties claim is one, whatever it is about."""
    return CLAIMS if one.claimant else one.channel.about


def channels_by_kind(data: Observations) -> dict[str, tuple[int, ...]]:
    """The kinds of which a record has data, each with its channels; nothing where there is one kind alone."""
    found: dict[str, tuple[int, ...]] = {}
    for c, one in enumerate(data.channels):
        found[kind_of(one)] = (*found.get(kind_of(one), ()), c)
    return found if len(found) > 1 else {}


def without_channels(data: Observations, channels: Sequence[int]) -> Observations:
    """The data without some channels."""
    known = data.known.copy()
    known[:, list(channels)] = False
    return replace(data, known=known)


def _subsample(records: SimulatedRecords) -> SimulatedRecords:
    """Some of the records of every theory, as many of each."""
    step = max(1, len(records.theory) // len(records.theories) // SMALL_RECORDS)
    return replace(records, features=records.features[::step], theory=records.theory[::step], support=records.support[::step])


def weights_without_kinds(
    ensemble: ClassifierEnsemble,
    data: Observations,
    prior: Floats,
    executor: Executor,
    progress: Progress = silent,
) -> tuple[KindWeights, ...]:
    """The weights of a record under `prior` [H] without each kind of its data, by a small reader on each set of the ensemble."""
    kinds, x = channels_by_kind(data), record_features(data)[None]
    whole = ensemble.log_weights(x)[0] + np.log(np.maximum(prior, 1e-30))
    sets, calibration = [_subsample(one) for one in ensemble.training_sets[:-1]], _subsample(ensemble.training_sets[-1])
    columns, what = calibration.columns, "kinds of data left out"
    every = [columns.for_learning, *(columns.without(channels) for channels in kinds.values())] if kinds else []
    progress(what, 0, len(sets))
    tasks = [(training, chosen) for training in sets for chosen in every]
    read = shared(executor, partial(_log_weights, calibration, x), tasks, progress=partial(progress, what))
    said = np.reshape(read, (len(sets), len(every), len(whole)))
    weights = np.exp(log_softmax(whole + (said[:, 1:] - said[:, :1])))  # [R, kinds, H]
    return tuple(
        KindWeights(kind, int(data.known[:, list(channels)].sum()), weights[:, place])
        for place, (kind, channels) in enumerate(kinds.items())
    )


def _log_weights(calibration: SimulatedRecords, x: NDArray[np.float32], task: tuple[SimulatedRecords, NDArray[np.bool_]]) -> Floats:
    """What a small reader that learnt from some records, of these columns [F] alone, says of a record [1, F]: log weights [H]."""
    training, columns = task
    return calibrated_classifier(training, calibration, columns).log_weights(x)[0]

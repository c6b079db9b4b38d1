"""Weights of theories from a record, by the amortised road: several readers, each taught on other simulated records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from countermove.compute.executor import Told
from countermove.compute.together import shared
from countermove.engine.run import Engine, Executor
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations
from countermove.questions.weigh.amortised import RecordClassifier, confusion_of, log_softmax, pooled_groups, train_classifier
from countermove.questions.weigh.features import record_features
from countermove.questions.weigh.finding import Confusion
from countermove.questions.weigh.reactions import match_reactions
from countermove.questions.weigh.simulated_records import SimulatedRecords, simulate_records
from countermove.rng.seeds import SEEDS, derived, stream_of

Floats = NDArray[np.float64]
POOLED_WARS = 6
DISTANCE_RECORDS = 1000  # held-out records of each theory whose distances are taken
_MATCHING_STREAM = 1 << 16  # the stream of chance that chooses records of like reactions
_SETS_PER_STUDY = 1 << 8  # seeds of a study are spaced so far apart that no two of its sets of records share one


@dataclass(frozen=True)
class TrainingEffort:
    """How much to simulate and learn: records per theory in each set, and how many readers."""

    records: int = 4096
    classifiers: int = 3
    seed: int = 0


@dataclass(frozen=True)
class ClassifierEnsemble:
    """Readers of one replay and one pattern of observation; the records that each learnt from, then those that all were calibrated on; and
    records of known truth that none of them has seen, unless it is a ensemble whose readers nobody will judge."""

    theories: tuple[str, ...]
    classifiers: tuple[RecordClassifier, ...]
    training_sets: tuple[SimulatedRecords, ...]
    test_set: SimulatedRecords | None

    @property
    def held_out(self) -> SimulatedRecords:
        """Records that no reader has seen."""
        if self.test_set is None:
            raise EvidenceError("the readers of this ensemble were not judged", next="Teach them with `judged`")
        return self.test_set

    def log_weights(self, features: NDArray[np.float32]) -> Floats:
        """Log weights under equal priors, the mean of the readers' [N, H]."""
        return log_softmax(np.mean([reader.log_weights(features) for reader in self.classifiers], axis=0))

    @cached_property
    def held_out_log_weights(self) -> Floats:
        """Log weights of the held-out records [N, H]."""
        return self.log_weights(self.held_out.features)

    def confusion(self, wars: int = 1) -> Confusion:
        """How well `wars` records together tell theories apart."""
        weights, truth = (
            (np.exp(self.held_out_log_weights), self.held_out.theory)
            if wars == 1
            else pooled_groups(self.held_out_log_weights, self.held_out.theory, wars)
        )
        return confusion_of(self.theories, weights, truth)


def pattern_of(data: Observations) -> bytes:
    """What a ensemble depends on: which channels are seen, and when. Records of one pattern can be read by one ensemble."""
    return data.known.tobytes() + repr(data.channels).encode()


def set_seed(seed: int, number: int) -> int:
    """The seed of set `number` of a study: spaced as far as there are seeds, hashed beyond."""
    spaced = seed * _SETS_PER_STUDY + number + 1
    return spaced if spaced < SEEDS else derived(seed, number)


def train_ensemble(
    engine: Engine,
    data: Observations,
    executor: Executor,
    effort: TrainingEffort,
    progress: Told,
    *,
    with_test_set: bool = True,
) -> ClassifierEnsemble:
    """Simulate records through the holes of the real one, and teach."""
    count = effort.classifiers + 1 + with_test_set  # a set for each reader, one to calibrate them on, one to judge them by
    sets: list[SimulatedRecords] = []
    for number in range(count):
        progress("simulated records", number, count)
        sets.append(simulate_records(engine, data, executor, records=effort.records, seed=set_seed(effort.seed, number)))
    progress("readers", 0, effort.classifiers)
    learn = partial(train_classifier, calibration=sets[effort.classifiers])
    readers = shared(executor, learn, sets[: effort.classifiers], progress=partial(progress, "readers"))
    return ClassifierEnsemble(
        sets[0].theories, tuple(readers), tuple(sets[: effort.classifiers + 1]), sets[-1] if with_test_set else None
    )


def matched_weights(ensemble: ClassifierEnsemble, data: Observations, seed: int) -> Floats:
    """Weights of a record under equal priors [H], by a reader for whom the theories' reactions are of one size (`questions/weigh/reactions.py`)."""
    generator = stream_of(seed, _MATCHING_STREAM)
    reader = train_classifier(
        match_reactions(ensemble.training_sets[0], generator), match_reactions(ensemble.training_sets[-1], generator)
    )
    return np.exp(reader.log_weights(record_features(data)[None]))[0]


@dataclass(frozen=True)
class AmortisedWeights:
    """One record read: weights under equal priors [H], their spread over readers [H], share of simulated records that lie farther out, of
    all and of each theory's own [H] (empty where the readers were not judged)."""

    weights: Floats
    spread: Floats
    beyond: float
    fits: Floats


def weigh_record(ensemble: ClassifierEnsemble, data: Observations) -> AmortisedWeights:
    """The weights of a record."""
    x = record_features(data)[None]
    each = np.stack([np.exp(reader.log_weights(x))[0] for reader in ensemble.classifiers])
    beyond = float(np.mean([reader.share_beyond(x)[0] for reader in ensemble.classifiers]))
    first = ensemble.classifiers[0]
    fits = np.empty(0)
    if ensemble.test_set is not None:
        held = ensemble.test_set
        out = [first.distance(held.features[held.theory == h][:DISTANCE_RECORDS]) for h in range(each.shape[1])]
        fits = np.array([(far > first.distance(x)[0]).mean() for far in out])
    spread = each.std(axis=0, ddof=1) if len(each) > 1 else np.full(each.shape[1], np.nan)
    return AmortisedWeights(np.exp(ensemble.log_weights(x))[0], spread, beyond, fits)


def with_prior(weights: Floats, prior: Floats) -> Floats:
    """Posterior weights from those under equal priors."""
    product = weights * prior
    return product / product.sum()

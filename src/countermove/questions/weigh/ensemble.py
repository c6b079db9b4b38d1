"""Weights of theories from a record, by the amortised road: several readers, each taught on other simulated records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from countermove.engine.run import Engine, Executor
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations
from countermove.questions.weigh.amortised import Reader, confusion_of, learn, log_softmax, pooled
from countermove.questions.weigh.features import features_of
from countermove.questions.weigh.finding import Confusion
from countermove.questions.weigh.reactions import matched
from countermove.questions.weigh.simulated_records import Simulated, simulated
from countermove.rng.seeds import SEEDS, derived, stream_of

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]
WARS = 6
SOME = 1000  # held-out records of each theory whose distances are taken
_MATCHED = 1 << 16  # the stream of chance that chooses records of like reactions
_SETS = 1 << 8  # seeds of a study are spaced so far apart that no two of its sets of records share one


@dataclass(frozen=True)
class Effort:
    """How much to simulate and learn: records per theory in each set, and how many readers."""

    records: int = 4096
    readers: int = 3
    seed: int = 0


@dataclass(frozen=True)
class School:
    """Readers of one replay and one pattern of observation; the records that each learnt from, then those that all were calibrated on; and
    records of known truth that none of them has seen, unless it is a school whose readers nobody will judge."""

    theories: tuple[str, ...]
    readers: tuple[Reader, ...]
    sets: tuple[Simulated, ...]
    unseen: Simulated | None

    @property
    def held(self) -> Simulated:
        """Records that no reader has seen."""
        if self.unseen is None:
            raise EvidenceError("the readers of this school were not judged", next="Teach them with `judged`")
        return self.unseen

    def log_weights(self, features: NDArray[np.float32]) -> Floats:
        """Log weights under equal priors, the mean of the readers' [N, H]."""
        return log_softmax(np.mean([reader.log_weights(features) for reader in self.readers], axis=0))

    @cached_property
    def said(self) -> Floats:
        """Log weights of the held-out records [N, H]."""
        return self.log_weights(self.held.features)

    def confusion(self, wars: int = 1) -> Confusion:
        """How well `wars` records together tell theories apart."""
        weights, truth = (np.exp(self.said), self.held.theory) if wars == 1 else pooled(self.said, self.held.theory, wars)
        return confusion_of(self.theories, weights, truth)


def pattern_of(data: Observations) -> bytes:
    """What a school depends on: which channels are seen, and when. Records of one pattern can be read by one school."""
    return data.known.tobytes() + repr(data.channels).encode()


def set_seed(seed: int, number: int) -> int:
    """The seed of set `number` of a study: spaced as far as there are seeds, hashed beyond."""
    spaced = seed * _SETS + number + 1
    return spaced if spaced < SEEDS else derived(seed, number)


def taught(engine: Engine, data: Observations, executor: Executor, effort: Effort, told: Told, *, judged: bool = True) -> School:
    """Simulate records through the holes of the real one, and teach."""
    count = effort.readers + 1 + judged  # a set for each reader, one to calibrate them on, one to judge them by
    sets: list[Simulated] = []
    for number in range(count):
        told("simulated records", number, count)
        sets.append(simulated(engine, data, executor, records=effort.records, seed=set_seed(effort.seed, number)))
    readers: list[Reader] = []
    for number in range(effort.readers):
        told("readers", number, effort.readers)
        readers.append(learn(sets[number], sets[effort.readers]))
    return School(sets[0].theories, tuple(readers), tuple(sets[: effort.readers + 1]), sets[-1] if judged else None)


def matched_weights(school: School, data: Observations, seed: int) -> Floats:
    """Weights of a record under equal priors [H], by a reader for whom the theories' reactions are of one size (`questions/weigh/reactions.py`)."""
    generator = stream_of(seed, _MATCHED)
    reader = learn(matched(school.sets[0], generator), matched(school.sets[-1], generator))
    return np.exp(reader.log_weights(features_of(data)[None]))[0]


@dataclass(frozen=True)
class Read:
    """One record read: weights under equal priors [H], their spread over readers [H], share of simulated records that lie farther out, of
    all and of each theory's own [H] (empty where the readers were not judged)."""

    weights: Floats
    spread: Floats
    beyond: float
    fits: Floats


def read_record(school: School, data: Observations) -> Read:
    """The weights of a record."""
    x = features_of(data)[None]
    each = np.stack([np.exp(reader.log_weights(x))[0] for reader in school.readers])
    beyond = float(np.mean([reader.share_beyond(x)[0] for reader in school.readers]))
    first = school.readers[0]
    fits = np.empty(0)
    if school.unseen is not None:
        held = school.unseen
        out = [first.distance(held.features[held.theory == h][:SOME]) for h in range(each.shape[1])]
        fits = np.array([(far > first.distance(x)[0]).mean() for far in out])
    spread = each.std(axis=0, ddof=1) if len(each) > 1 else np.full(each.shape[1], np.nan)
    return Read(np.exp(school.log_weights(x))[0], spread, beyond, fits)


def with_prior(weights: Floats, prior: Floats) -> Floats:
    """Posterior weights from those under equal priors."""
    product = weights * prior
    return product / product.sum()

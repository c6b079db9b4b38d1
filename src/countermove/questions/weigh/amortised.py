"""The amortised road: a classifier learns from simulated records which theory made them, and reads the real one (Pudlo et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import QuantileTransformer

from countermove.questions.weigh.finding import Confusion
from countermove.questions.weigh.simulated_records import SimulatedRecords
from countermove.rng.seeds import stream_of

Floats = NDArray[np.float64]
BINS = 15
# trees: shallow, sample, on coarse bins; more of anything gained a hundredth of a nat a record and took ten times as long
TREES: dict[str, Any] = {
    "max_iter": 40,
    "learning_rate": 0.2,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 100,
    "max_bins": 31,
    "early_stopping": False,
    "random_state": 0,
}
NEIGHBOURS = 20
OUTSIDE = 0.001  # a record farther out than this share of the simulated ones is not read


def log_softmax(x: Floats) -> Floats:
    """Log weights [..., H] of which those of each row sum to 1."""
    low = x - x.max(axis=-1, keepdims=True)
    return low - np.log(np.exp(low).sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class CalibratedClassifier:
    """A trained and calibrated classifier: what the columns `columns` [F] say of the theories."""

    columns: NDArray[np.bool_]
    classifier: Any  # HistGradientBoostingClassifier; scikit-learn has no types
    slope: float  # of the log weights: below 1 the classifier was too sure
    shift: Floats  # [H]

    def log_weights(self, features: NDArray[np.float32]) -> Floats:
        """Log posterior weight of each theory under equal priors, calibrated [N, H]."""
        return log_softmax(self.slope * _raw_log_weights(self.classifier, features[:, self.columns]) + self.shift)


@dataclass(frozen=True)
class RecordClassifier:
    """What a record says of the theories, and what is needed to say whether it is one of those that the reader knows."""

    theories: tuple[str, ...]
    classifier: CalibratedClassifier
    distance_columns: NDArray[np.bool_]  # [F]: the columns that distances are taken on
    scaler: Any  # QuantileTransformer
    principal_axes: Any  # PCA
    neighbours: Any  # NearestNeighbors
    held_out_distances: Floats = field(
        default_factory=lambda: np.empty(0)
    )  # sorted distances of held-out records to those learnt from

    def log_weights(self, features: NDArray[np.float32]) -> Floats:
        """Log posterior weight of each theory under equal priors, calibrated [N, H]."""
        return self.classifier.log_weights(features)

    def distance(self, features: NDArray[np.float32]) -> Floats:
        """Mean distance to the nearest simulated records, in their principal plane [N]."""
        flat = self.principal_axes.transform(self.scaler.transform(features[:, self.distance_columns]))
        return self.neighbours.kneighbors(flat)[0].mean(axis=1)

    def share_beyond(self, features: NDArray[np.float32]) -> Floats:
        """Share of simulated records that lie farther out than each of these [N]."""
        return 1 - np.searchsorted(self.held_out_distances, self.distance(features)) / len(self.held_out_distances)


def _calibration(raw: Floats, truth: NDArray[np.int64]) -> tuple[float, Floats]:
    """Slope and shifts of the log weights that make held-out records most probable (temperature and vector scaling, Guo et al. 2017)."""
    count = raw.shape[1]

    def loss(x: Floats) -> float:
        return -float(log_softmax(x[0] * raw + np.append(x[1:], 0.0))[np.arange(len(truth)), truth].mean())

    minimize = cast(Any, optimize).minimize
    x: Floats = np.asarray(minimize(loss, np.append(1.0, np.zeros(count - 1)), method="L-BFGS-B").x)
    return float(x[0]), np.append(x[1:], 0.0)


def _raw_log_weights(classifier: Any, features: NDArray[np.float32]) -> Floats:
    return np.log(np.clip(classifier.predict_proba(features), 1e-6, None))


def calibrated_classifier(
    training: SimulatedRecords, calibration: SimulatedRecords, columns: NDArray[np.bool_]
) -> CalibratedClassifier:
    """A classifier that learnt from the columns `columns` [F] of some records, calibrated on others of other draws."""
    classifier: Any = HistGradientBoostingClassifier(**TREES)
    classifier.fit(training.features[:, columns], training.theory)
    slope, shift = _calibration(_raw_log_weights(classifier, calibration.features[:, columns]), calibration.theory)
    return CalibratedClassifier(columns, classifier, slope, shift)


def train_classifier(training: SimulatedRecords, calibration: SimulatedRecords) -> RecordClassifier:
    """A reader from records to learn from and others, of other draws, to calibrate on."""
    distance_columns = training.columns.for_distance
    sample = training.features[:: max(1, len(training.features) // 20_000), distance_columns]
    scaler: Any = QuantileTransformer(n_quantiles=200, output_distribution="normal", random_state=0).fit(sample)
    flat: NDArray[np.float32] = np.asarray(scaler.transform(sample))
    principal_axes: Any = PCA(n_components=min(20, flat.shape[1]), random_state=0).fit(flat)
    neighbours: Any = NearestNeighbors(n_neighbors=NEIGHBOURS)
    neighbours.fit(principal_axes.transform(flat))
    classifier = calibrated_classifier(training, calibration, training.columns.for_learning)
    reader = RecordClassifier(training.theories, classifier, distance_columns, scaler, principal_axes, neighbours)
    some = calibration.features[:: max(1, len(calibration.features) // 4_000)]
    return replace(reader, held_out_distances=np.sort(reader.distance(some)))


def calibration_error(weights: Floats, truth: NDArray[np.int64]) -> float:
    """Expected calibration error over all theories' weights: bins of equal width, weighted by how many weights fall in (Naeini et al. 2015)."""
    hit = np.zeros(weights.shape)
    hit[np.arange(len(truth)), truth] = 1
    said = weights.ravel()
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    gap = np.abs(np.bincount(place, said, BINS) - np.bincount(place, hit.ravel(), BINS))
    return float(gap.sum() / count.sum())


def confusion_of(theories: tuple[str, ...], weights: Floats, truth: NDArray[np.int64]) -> Confusion:
    """The confusion matrix of weights [N, H] of records whose theory is known [N]."""
    count = len(theories)
    rows = [weights[truth == h] for h in range(count)]
    named = tuple(tuple(float(x) for x in np.bincount(part.argmax(axis=1), minlength=count) / len(part)) for part in rows)
    mean = tuple(tuple(float(x) for x in part.mean(axis=0)) for part in rows)
    return Confusion(theories, named, mean, calibration_error(weights, truth), min(len(part) for part in rows))


def pooled_groups(log_weights: Floats, truth: NDArray[np.int64], wars: int, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Weights of groups of `wars` records of one theory each, taken at random: evidence adds up over wars [G, H], and their theory [G]."""
    generator = stream_of(seed, wars)
    sums: list[Floats] = []
    whose: list[NDArray[np.int64]] = []
    for theory in range(log_weights.shape[1]):
        rows = log_weights[truth == theory]
        order = generator.permutation(len(rows))[: len(rows) // wars * wars].reshape(-1, wars)
        sums.append(rows[order].sum(axis=1))
        whose.append(np.full(len(order), theory))
    return np.exp(log_softmax(np.concatenate(sums))), np.concatenate(whose)

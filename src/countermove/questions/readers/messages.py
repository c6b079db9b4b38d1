"""What an observation would say: a classifier reads it and names the theory that it looks like."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from countermove.errors import DecisionError

TREES: dict[str, Any] = {"max_iter": 40, "max_leaf_nodes": 8, "min_samples_leaf": 20, "early_stopping": False, "random_state": 0}


def messages(features: NDArray[np.float32], truth: NDArray[np.int64], learns: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """The theory that each observation looks like, for those that nothing was learnt from: their truth [n] and the message [n].

    Args:
        features: one observation a row [N, F]; nan is taken as not seen.
        truth: the theory that made it [N].
        learns: those to learn from [N].

    Raises:
        DecisionError: nothing to learn from or nothing to judge by.
    """
    if not learns.any() or learns.all():
        raise DecisionError("observations are needed to learn from, and others to judge by")
    classifier: Any = HistGradientBoostingClassifier(**TREES)
    classifier.fit(features[learns], truth[learns])
    return truth[~learns], np.asarray(classifier.predict(features[~learns]), np.int64)

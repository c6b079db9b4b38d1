"""Random numbers of a test, the same in every release of NumPy."""

from __future__ import annotations

import numpy as np


def generator(seed: int, stream: int = 1) -> np.random.Generator:
    """Random numbers of a test."""
    return np.random.Generator(np.random.Philox(key=[seed, stream]))

"""Errors for a triangle of weights."""

from __future__ import annotations

import numpy as np


def independent(se: np.ndarray) -> np.ndarray:
    """Parts of the errors [S, 3, 3 S] of values with independent errors [S, 3]."""
    return np.diag(se.ravel()).reshape(*se.shape, se.size)

"""Single-precision numbers as whole numbers that stand in the same order, and back: order statistics are counted and searched by these."""

from __future__ import annotations

import numpy as np

LARGEST = (1 << 31) - 1
"""No number has a larger key."""


def keys_of(values: np.ndarray) -> np.ndarray:
    """Of float32 of any shape, int32; 0 and -0 are one number. What is no number has no place in the order."""
    bits = (values + np.float32(0)).view(np.int32)
    turned = bits >> 31
    turned &= np.int32(LARGEST)
    bits ^= turned
    return bits


def values_of(keys: np.ndarray) -> np.ndarray:
    """The numbers of keys, float64."""
    bits = np.ascontiguousarray(keys, np.int32)
    return (bits ^ ((bits >> 31) & np.int32(LARGEST))).view(np.float32).astype(np.float64)

"""Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw 2011), elementwise over arrays of uint32."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


def _rotate(x: jax.Array, by: int) -> jax.Array:
    return (x << np.uint32(by)) | (x >> np.uint32(32 - by))


def threefry2x32(key0: jax.Array, key1: jax.Array, x0: jax.Array, x1: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Two words of hash for the counter (x0, x1) under the key; broadcasts. Known answers are in tests/rng/test_rng.py."""
    keys = (key0, key1, key0 ^ key1 ^ np.uint32(0x1BD11BDA))
    a = x0 + keys[0]
    b = x1 + keys[1]
    for block in range(5):
        for by in _ROTATIONS[block % 2]:
            a = a + b
            b = _rotate(b, by) ^ a
        a = a + keys[(block + 1) % 3]
        b = b + keys[(block + 2) % 3] + jnp.uint32(block + 1)
    return a, b

"""Uniforms addressed by (seed, draw, luck, month, slot): a counter hash, so that any slot of any run can be computed alone.

Why a hash and not a sequential generator: see docs/decisions/0001-counter-hash.md.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from countermove.rng.threefry import threefry2x32

_ONE = np.float32(2.0**-23)
_HALF = np.float32(2.0**-24)


def stream_keys(seed: jax.Array, draw: jax.Array, luck: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Two 32-bit keys per run from the seed [2] (low, high word), draw [n] and luck [n], by threefry (Salmon et al. 2011)."""
    return threefry2x32(seed[0], seed[1], draw, luck)


def uniforms(keys: tuple[jax.Array, jax.Array], month: jax.Array, slots: int) -> jax.Array:
    """Uniforms in (0, 1), float32 [slots, n]: multiples of 2^-23 shifted by 2^-24, exact in float32.

    Three rounds of a multiply-xorshift permutation (Wellons' triple32 constants) with a key between the rounds.
    """
    first, second = keys
    slot = month.astype(jnp.uint32) * np.uint32(slots) + jnp.arange(slots, dtype=jnp.uint32)[:, None]
    x = slot * np.uint32(0x9E3779B9) ^ first
    x = (x ^ (x >> 17)) * np.uint32(0xED5AD4BB) ^ second
    x = (x ^ (x >> 11)) * np.uint32(0xAC4C1B51)
    x = (x ^ (x >> 15)) * np.uint32(0x31848BAB)
    x = x ^ (x >> 14)
    return (x >> 9).astype(jnp.float32) * _ONE + _HALF

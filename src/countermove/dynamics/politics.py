"""Exogenous shocks at home and abroad: the price of oil, approval, and the solidarity of the allies (S14, S15)."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from countermove.world.cast import Array

_CARRY = 0.9
_SHOCK = math.sqrt(1 - _CARRY**2)


def shock(level: Array, noise: Array) -> Array:
    """Standard AR(1): unit variance, monthly carry .9."""
    return _CARRY * level + _SHOCK * noise


def solidarity(level: Array, start: Array, announced: Array, attacked: Array, resolve: Array) -> Array:
    """Solidarity of the allies [n] in [0, 1]: hurt by announced rungs, healed by the rival's offensives and by belief in his resolve."""
    change = 0.05 * (start - level) - 0.02 * announced + 0.02 * attacked + 0.02 * (jax.nn.sigmoid(resolve) - 0.5)
    return jnp.clip(level + change, 0, 1)

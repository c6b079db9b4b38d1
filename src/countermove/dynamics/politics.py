"""Exogenous shocks at home and abroad: the price of oil, approval, and the solidarity of the allies (S14, S15)."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from countermove.dynamics.strength import Params
from countermove.world.cast import Array


def shock(p: Params, level: Array, noise: Array) -> Array:
    """Standard AR(1): unit variance."""
    carry = p["politics.carry"]
    return carry * level + jnp.sqrt(1 - carry * carry) * noise


def solidarity(p: Params, level: Array, announced: Array, attacked: Array, resolve: Array) -> Array:
    """Solidarity of the allies [n] in [0, 1]: hurt by announced rungs, healed by the rival's offensives and by belief in his resolve."""
    change = p["politics.return"] * (p["politics.solidarity"] - level) - p["politics.announced"] * announced
    change = change + p["politics.attacked"] * attacked + p["politics.resolve"] * (jax.nn.sigmoid(resolve) - 0.5)
    return jnp.clip(level + change, 0, 1)

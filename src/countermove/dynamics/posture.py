"""Posture and moral hazard (S10): probes, and the temptation to a major offensive."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from countermove.dynamics.strength import Params
from countermove.world.cast import Array, Cast
from countermove.world.state import POSITIONAL


def probes(p: Params, balance: Array, reference: Array, regime: Array, u: Array) -> Array:
    """Which sides probe in a positional month [K, n]."""
    chance = jax.nn.sigmoid(p["posture.probe-base"] + balance - reference)
    return ((u < chance) & (regime == POSITIONAL)).astype(jnp.float32)


def offensive_hazard(
    cast: Cast, p: Params, *, balance: Array, reference: Array, talks: Array, mandate: Array, restraint: Array
) -> Array:
    """Monthly hazard of a major offensive by each side [K, n]; restraint [n] is the owner's condition on its client."""
    log = p["posture.offensive-base"] + mandate + p["posture.offensive-balance"] * (balance - reference)
    hazard = jnp.exp(log - p["posture.offensive-talks"] * (talks - 0.4))
    leash = 1 - restraint * (1 - p["side.slack"][0])
    return jnp.stack([hazard[0] * leash, *(hazard[i] for i in range(1, len(cast.sides)))])

"""The front line and the harm to civilians."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.dynamics.strength import Params, enemies, largest
from countermove.world.cast import Array, Cast

_ROOT_HALF = 0.70710678


def advance(
    cast: Cast, p: Params, ground: Array, *, balance: Array, attacking: Array, intensity: Array, drift: Array, noise: Array
) -> Array:
    """Half-logits q after the month [K, n]; drift in logit a month (an uprising gains ground without battle)."""
    sides = len(cast.sides)
    pushed = attacking - enemies(cast, attacking)
    drifts = jnp.stack([drift[i] - sum(drift[k] for k in range(sides) if k != i) / (sides - 1) for i in range(sides)])
    gain = intensity * (p["territory.pace"] * balance + p["territory.offensive-gain"] * pushed) + drifts
    return ground + 0.5 * gain + (p["territory.noise"] * _ROOT_HALF) * intensity * noise


def shares(cast: Cast, ground: Array) -> Array:
    """Share of the contested area held by each side [K, n]."""
    weight = jnp.exp(ground - largest(ground))
    return weight / sum(weight)


def civilians(p: Params, deaths: Array) -> Array:
    """Civilian dead of the month, persons [n]."""
    return p["civilians.ratio"] * deaths

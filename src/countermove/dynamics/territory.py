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
    if not cast.territory:
        return ground
    pushed = attacking - enemies(cast, attacking)
    drifts = jnp.stack([drift[i] - sum(drift[k] for k in range(sides) if k != i) / (sides - 1) for i in range(sides)])
    gain = intensity * (p["territory.pace"] * balance + p["territory.offensive-gain"] * pushed) + drifts
    return ground + 0.5 * gain + (p["territory.noise"] * _ROOT_HALF) * intensity * noise


def handed_over(cast: Cast, p: Params, ground: Array, terms: Array, age: Array) -> Array:
    """Half-logits q after a month of settlement [K, n]: the ground goes over to the terms (share of the owner's client [n]) in so many months."""
    if not cast.territory:
        return ground
    if len(cast.sides) == 2:
        half = 0.5 * (jnp.log(terms) - jnp.log(1 - terms))
        goal = jnp.stack([half, -half])
    else:
        share = shares(cast, ground)
        rest = [jnp.log((1 - terms) * share[i] / (1 - share[0])) for i in range(1, len(cast.sides))]
        goal = jnp.stack([jnp.log(terms), *rest])
    return ground + (goal - ground) / jnp.maximum(p["bargain.transfer"] + 1 - age, 1)


def shares(cast: Cast, ground: Array) -> Array:
    """Share of the contested area held by each side [K, n]."""
    weight = jnp.exp(ground - largest(ground))
    return weight / sum(weight)


def civilians(p: Params, deaths: Array) -> Array:
    """Civilian dead of the month, persons [n]."""
    return p["civilians.ratio"] * deaths

"""Political will with its three pains kept apart: blood, money, politics (S9)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from countermove.dynamics.strength import Params, of_side
from countermove.world.cast import Array, Cast


class Pains(NamedTuple):
    """What a month did to the patrons; [P, n] but sanctions and attacking."""

    dead: Array  # persons
    cost: Array  # million USD
    refused: Array  # requests left unanswered
    sanctions: Array  # [n], 0-1, on the owner's rivals
    attacking: Array  # [K, n], sides on an offensive at the end of the month


def will(cast: Cast, p: Params, level: Array, pains: Pains, noise: Array) -> Array:
    """Next will [P, n] in [0, 1] from the month's own dead (persons), cost (million USD), sanctions and refusals."""
    rivals = jnp.asarray([[1.0] if side != cast.supports[0] else [0.0] for side in cast.supports], jnp.float32)
    rally = 0.03 * of_side(cast, jnp.clip(sum(pains.attacking) - pains.attacking, 0, 1))
    blood = p["will.blood"] * jnp.log(1 + pains.dead / p["pressure.scale"])
    money = p["will.money"] * jnp.maximum(pains.cost / p["patron.budget"] - 1, 0)
    politics = p["will.sanctions"] * pains.sanctions * rivals
    return jnp.clip(
        level + 0.1 * (p["will.level"] - level) - blood - money - politics + rally - 0.01 * pains.refused + 0.03 * noise, 0, 1
    )

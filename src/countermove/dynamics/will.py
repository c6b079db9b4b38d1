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
    exposed: Array  # [P, n] 1 for a patron that has gone into the open in this war


def pain(cast: Cast, p: Params, dead: Array, cost: Array, sanctions: Array) -> Array:
    """What a month's dead (persons), cost (million USD) and sanctions (0-1, on the owner's rivals [n]) take from will [P, n]."""
    rivals = jnp.asarray([[1.0] if side != cast.supports[0] else [0.0] for side in cast.supports], jnp.float32)
    blood = p["will.blood"] * jnp.log(1 + dead / p["pressure.scale"])
    money = p["will.money"] * jnp.maximum(cost / p["patron.budget"] - 1, 0)
    return blood + money + p["will.sanctions"] * sanctions * rivals


def will(cast: Cast, p: Params, level: Array, pains: Pains, usual: Array, noise: Array) -> Array:
    """Next will [P, n] in [0, 1]; `usual` [P, n] is the pain that the patron is used to."""
    rally = p["will.rally"] * of_side(cast, jnp.clip(sum(pains.attacking) - pains.attacking, 0, 1))
    hurt = pain(cast, p, pains.dead, pains.cost, pains.sanctions) - usual
    politics = p["will.intervention"] * pains.exposed + p["will.refusal"] * pains.refused
    home = p["will.return"] * (p["will.level"] - level)
    return jnp.clip(level + home - hurt - politics + rally + p["will.noise"] * noise, 0, 1)

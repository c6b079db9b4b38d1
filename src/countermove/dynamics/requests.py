"""The client's requests to its patron (S12)."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.dynamics.clocks import occurs
from countermove.dynamics.strength import Params
from countermove.world.cast import Array


def asks(p: Params, shortfall: Array, rival_rung: Array, left: Array, u: Array) -> Array:
    """Whether each patron's client asks for more [P, n]; shortfall and rival_rung [P, n]."""
    pressed = p["requests.shortfall"] * jnp.maximum(shortfall, 0) + p["requests.rung"] * jnp.maximum(rival_rung - 7, 0)
    return (occurs(u, p["requests.base"] * jnp.exp(pressed)) & (left < 0.5)).astype(jnp.float32)


def grants(p: Params, will: Array, u: Array) -> Array:
    """Whether a patron that follows a theory would grant a request [P, n]."""
    return (u < jnp.minimum(1, p["requests.grant"] * will / p["will.level"])).astype(jnp.float32)

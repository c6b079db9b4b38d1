"""Pretext (S6): what announcing arms does to the rival's support and to the talks, apart from what the arms do."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.world.cast import Array, Cast


def pretext(cast: Cast, announced: Array, unheard: Array, rung: Array, announce: Array) -> tuple[Array, Array, Array, Array]:
    """Newly announced rungs above 3, what the rivals act on this month, the new record, and what they have still to hear. [n] each."""
    said = announce * jnp.maximum(rung - 3, 0)
    new = jnp.maximum(said - announced, 0)
    record = jnp.maximum(said, announced)
    if cast.order == "owner-first":
        return new, new, record, unheard
    return new, unheard, record, new

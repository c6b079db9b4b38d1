"""Competing risks: one exponential clock per cause and role, the earliest below one month wins."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.world.cast import Array

NEVER = jnp.inf


def time_to(u: Array, hazard: Array) -> Array:
    """Waiting time in months of a clock with the given monthly hazard; infinite where the hazard is 0."""
    return jnp.where(hazard > 0, -jnp.log(u) / jnp.maximum(hazard, 1e-30), NEVER)


def occurs(u: Array, hazard: Array) -> Array:
    """Whether an event of this monthly hazard occurs within the month."""
    return -jnp.log(u) < hazard


def earliest(*times: Array) -> Array:
    """The first of several waiting times."""
    first = times[0]
    for time in times[1:]:
        first = jnp.minimum(first, time)
    return first

"""What a client owes to its patrons: the share of its staying power that goes when they give less (model.md section 2)."""

from __future__ import annotations

from functools import reduce

import jax.numpy as jnp

from countermove.dynamics.strength import Params, rung_value
from countermove.world.cast import Array, Cast


def support_of_rung(rung: Array, edges: tuple[float, ...]) -> Array:
    """What an owner on a rung gives, thousand person-equivalents [n]: the least that puts a patron with a theory on the same rung."""
    return rung_value((0.0, *edges, edges[-1]), rung)


def backing(cast: Cast, usual: Array, given: Array) -> Array:
    """How much of what each side is used to its patrons give [K, n], from 0 to 1; `usual` and `given` are by patron [P, n]."""
    rows: list[Array] = []
    for side in range(len(cast.sides)):
        patrons = [j for j, own in enumerate(cast.supports) if own == side]
        if not patrons:
            rows.append(jnp.ones_like(usual[0]))
            continue
        whole = reduce(jnp.add, [usual[j] for j in patrons])
        part = reduce(jnp.add, [jnp.minimum(usual[j], given[j]) for j in patrons])
        rows.append(jnp.where(whole > 0, part / jnp.where(whole > 0, whole, 1), 1.0))
    return jnp.stack(rows)


def sustainable_share(cast: Cast, p: Params, usual: Array, given: Array) -> Array:
    """Share of its staying power that each side can keep up with what its patrons give [K, n]."""
    return 1 - p["side.dependence"] * (1 - backing(cast, usual, given))


def next_upkeep(p: Params, upkeep: Array, lasting: Array) -> Array:
    """Upkeep after the month [K, n]: stocks run down, and fill up, with their time constant."""
    return upkeep + (lasting - upkeep) / p["side.stocks"]


def net_recruits(p: Params, force: Array, upkeep: Array) -> Array:
    """Thousand persons who join in the month, or go home [K, n]: towards what the upkeep allows, and faster home where it is gone."""
    gap = p["side.target"] * upkeep - force
    return gap / p["side.recovery"] + jnp.minimum(gap, 0) * (1 - upkeep) / p["side.stocks"]

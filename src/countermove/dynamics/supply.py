"""The supply pipeline: from a rung or a shipment to the front, with lags, diversion, wear and capture."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.dynamics.strength import Params, Strength, enemies, rung_value
from countermove.world.cast import Array, Cast
from countermove.world.state import Action, Orders

LONGEST = 7  # months held in the pipeline, the month itself included


def columns(cast: Cast, patron: int, rung: Array) -> tuple[Array, Array, Array, Array]:
    """Cost, lag, heavy flow and counter-heavy flow of a patron's rung, [n] each."""
    steps = cast.ladders[patron]
    rows = (
        tuple(s.cost for s in steps),
        tuple(float(s.lag) for s in steps),
        tuple(s.heavy for s in steps),
        tuple(s.counter_heavy for s in steps),
    )
    cost, lag, heavy, counter = (rung_value(row, rung) for row in rows)
    return cost, lag, heavy, counter


def ship(cast: Cast, p: Params, pipeline: Array, orders: Orders, action: Action) -> tuple[Array, Array]:
    """The pipeline [7, 2, n] with this month's flows and shipment in it, and the owner's cost of the month (million USD) [n]."""
    cost, lag, heavy, counter = columns(cast, 0, orders.rung)
    value = heavy * p["supply.price-heavy"] + counter * p["supply.price-counter"]
    spent = jnp.maximum(cost - value, 0) + orders.flow * value + action.ship_cost + p["alliance.brigade-cost"] * orders.brigades
    rows: list[Array] = []
    for month in range(LONGEST):
        flows = jnp.where(lag == month, orders.flow, 0.0)
        shipped = action.ship_lag == month
        rows.append(
            jnp.stack(
                [
                    pipeline[month, 0] + flows * heavy + jnp.where(shipped, action.ship_heavy, 0.0),
                    pipeline[month, 1] + flows * counter + jnp.where(shipped, action.ship_counter, 0.0),
                ]
            )
        )
    return jnp.stack(rows), spent


def replaced(cast: Cast, p: Params, support: Array, destroyed: Array) -> Array:
    """What the patrons that follow a theory pay for heavy materiel of theirs that was destroyed, million USD [P, n]."""
    rows = [
        destroyed[side] * cast.mix[j][1] * support[j] * p["supply.price-heavy"] / p["supply.equivalents-heavy"]
        if cast.driven(j)
        else destroyed[side] * 0
        for j, side in enumerate(cast.supports)
    ]
    return jnp.stack(rows)


def deliver(p: Params, pipeline: Array) -> tuple[Array, Array]:
    """What arrives this month (heavy, counter-heavy) after diversion [2, n], and the pipeline moved up one month."""
    arrived = (1 - p["supply.diversion"]) * pipeline[0]
    return arrived, jnp.concatenate([pipeline[1:], jnp.zeros_like(pipeline[:1])])


def wear(cast: Cast, p: Params, power: Strength, level: Array) -> tuple[Array, Array, Array]:
    """Fractions lost of heavy [K, n] and of delivered counter-heavy [n] materiel, and heavy materiel captured by each side [K, n]."""
    destroyed = jnp.minimum(1, p["supply.heavy-wear"] * level * (1 + p["attrition.blunting"] * power.enemy_counter))
    lost = p["supply.captured"] * destroyed * power.heavy
    if len(cast.sides) == 2:
        captured = enemies(cast, lost)
    else:
        sides = range(len(cast.sides))
        captured = jnp.stack([sum(cast.fire[i][k] * lost[i] for i in sides if cast.fire[i][k]) for k in sides])
    return destroyed, jnp.minimum(1, p["supply.counter-wear"] * level), captured

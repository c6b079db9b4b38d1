"""Effective numbers, quality of arms and the balance (model.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

import jax.numpy as jnp

from countermove.world.cast import Array, Cast
from countermove.world.state import HIGH, State

Params = Mapping[str, Array]


class Strength(NamedTuple):
    """Per side [K, n]; troops per patron [P, n] in thousand persons."""

    force: Array  # N~, thousand effective
    heavy: Array
    counter: Array
    enemy_counter: Array
    quality: Array
    balance: Array
    troops: Array


def rung_value(values: tuple[float, ...], rung: Array) -> Array:
    """The entry of a rung's column, [n], as a chain of selects; `rung` is a whole number as float32."""
    out = jnp.full_like(rung, values[0])
    for level in range(1, len(values)):
        if values[level] != values[level - 1]:
            out = jnp.where(rung >= level, values[level], out)
    return out


def largest(rows: Array) -> Array:
    """The largest of a few rows, [K, n] to [n]. (Not `jnp.max`: XLA hands reductions to a library that a compiled loop cannot hold.)"""
    return reduce(jnp.maximum, list(rows))


def enemies(cast: Cast, x: Array) -> Array:
    """X_-i = sum_k psi_ik X_k, [K, n]."""
    if len(cast.sides) == 2:
        return x[::-1]
    return jnp.stack([sum(x[k] * w for k, w in enumerate(row) if w) for row in cast.fire])


def on_side(cast: Cast, x: Array) -> Array:
    """Sum over the patrons of each side, [P, n] to [K, n]."""
    if cast.supports == tuple(range(len(cast.sides))):
        return x
    zero = jnp.zeros_like(x[0])
    return jnp.stack([sum((x[j] for j, side in enumerate(cast.supports) if side == i), zero) for i in range(len(cast.sides))])


def of_side(cast: Cast, x: Array) -> Array:
    """The value of each patron's side, [K, n] to [P, n]."""
    if cast.supports == tuple(range(len(cast.sides))):
        return x
    return jnp.stack([x[side] for side in cast.supports])


def troops(cast: Cast, p: Params, support: Array, rung: Array) -> Array:
    """Patron personnel in theatre, thousand persons [P, n]."""
    weight = p["attrition.patron-weight"]
    rows = [
        support[j] * cast.mix[j][0] / weight[j]
        if cast.driven(j)
        else rung_value(tuple(step.troops for step in cast.ladders[j]), rung[j])
        for j in range(len(cast.patrons))
    ]
    return jnp.stack(rows)


def strength(cast: Cast, p: Params, state: State, line: Array) -> Strength:
    """Everything about fighting strength from the stocks of a state; `line` [n] keeps the owner's aid from the contact line."""
    support = state.support
    men = troops(cast, p, support, state.rung)
    total = state.force + on_side(cast, men * p["attrition.patron-weight"])
    share = [
        jnp.stack([support[j] * (cast.mix[j][k] if cast.driven(j) else 0.0) for j in range(len(cast.patrons))]) for k in (1, 2)
    ]
    usable = jnp.where(state.regime == HIGH, 1.0, 1 - line)
    held = jnp.stack([state.counter[0] * usable, *(state.counter[i] for i in range(1, len(cast.sides)))])
    heavy = p["side.heavy"] * state.upkeep + state.extra + on_side(cast, share[0]) / p["supply.equivalents-heavy"]
    anti = p["side.counter-heavy"] * state.upkeep + held + on_side(cast, share[1]) / p["supply.equivalents-counter"]
    enemy_heavy = enemies(cast, heavy)
    enemy_anti = enemies(cast, anti)
    armour = p["attrition.heavy-quality"] * heavy / (1 + p["attrition.blunting"] * enemy_anti)
    killing = p["attrition.counter-quality"] * (anti / (1 + anti)) * (enemy_heavy / (1 + enemy_heavy))
    quality = 1 + armour + killing
    power = jnp.maximum(total * quality, 1e-6)
    if len(cast.sides) == 2:
        log = jnp.log(power)
        balance = log - log[::-1]
    else:
        balance = jnp.log(power) - jnp.log(enemies(cast, power))
    return Strength(total, heavy, anti, enemy_anti, quality, balance, men)


def logit_held(cast: Cast, ground: Array) -> Array:
    """z_i, the logit of each side's share of the contested area, [K, n] from the half-logits q."""
    if len(cast.sides) == 2:
        return ground - ground[::-1]
    weight = jnp.exp(ground - largest(ground))
    rest = jnp.stack([sum(weight[k] for k in range(len(cast.sides)) if k != i) for i in range(len(cast.sides))])
    return jnp.log(weight) - jnp.log(rest)


def shortfall(cast: Cast, p: Params, balance: Array, ground: Array) -> Array:
    """L_i: how far a side falls short, in log ratio, [K, n]."""
    return -balance - p["observation.shortfall-territory"] * logit_held(cast, ground)

"""Truces, settlement and collapse: the race of regimes (S11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp

from countermove.dynamics.clocks import earliest, occurs, time_to
from countermove.dynamics.strength import Params
from countermove.world.cast import Array, Cast
from countermove.world.state import COLLAPSED, HIGH, POSITIONAL, SETTLED, TRUCE, WAR


class RaceOutcome(NamedTuple):
    """Outcome of a month's race; [n] unless noted."""

    regime: Array
    attacking: Array  # [K, n]
    attack: Array  # [K, n] an offensive began
    began: Array
    broke: Array
    age: Array
    settled: Array
    recurs: Array


class Hazards(NamedTuple):
    """Monthly hazards before the regime is taken into account."""

    offensive: Array  # [K, n]
    onset: Array
    breakdown: Array  # at the truce's age
    fresh_breakdown: Array  # at age 0
    unaided_breakdown: Array  # at age 0, had the owner given nothing in the month
    settlement: Array
    recurrence: Array


def onset_hazard(p: Params, deaths: Array, balance: Array, talks: Array, allowed: Array) -> Array:
    """Hazard of a truce [n]; deaths in persons a month, balance is |b|."""
    log = p["truces.onset-base"] + p["truces.onset-deaths"] * jnp.log(1 + deaths / 100) - p["truces.onset-balance"] * balance
    return jnp.exp(log + p["truces.onset-talks"] * talks) * allowed


def breakdown_hazards(
    p: Params, *, aid: tuple[Array, Array], rival_aid: Array, balance: Array, peacekeepers: Array, age: Array
) -> tuple[Array, Array, Array]:
    """Hazard of breakdown at the truce's age, at age 0, and at age 0 without the owner's aid [n].

    All aid is in thousand person-equivalents delivered in the month; `aid` is what the owner's client got from all, and from the owner.
    """
    whole, own = aid
    push = p["truces.break-base"] + p["truces.break-aid-owner"] * whole + p["truces.break-aid-rival"] * rival_aid / 5
    fresh = jnp.exp(push + p["truces.break-balance"] * balance - p["truces.break-peacekeepers"] * peacekeepers)
    calm = p["truces.break-base"] + p["truces.break-aid-owner"] * (whole - own) + p["truces.break-aid-rival"] * rival_aid / 5
    unaided = jnp.exp(calm + p["truces.break-balance"] * balance - p["truces.break-peacekeepers"] * peacekeepers)
    return fresh * jnp.exp(-p["truces.break-age"] * jnp.log(1 + age)), fresh, unaided


def change_of_chance(hazards: Hazards) -> Array:
    """What the owner's aid of the month adds to the chance that a new truce breaks within a month [n], from -1 to 1."""
    return jnp.exp(-hazards.unaided_breakdown) - jnp.exp(-hazards.fresh_breakdown)


def computed(what: Callable[[], Array]) -> Array:
    """What is computed where it is read."""
    return what()


def race(
    cast: Cast,
    p: Params,
    regime: Array,
    attacking: Array,
    age: Array,
    hazards: Hazards,
    u: dict[str, Array],
    once: Callable[[Callable[[], Array]], Array] = computed,
) -> RaceOutcome:
    """Who wins the month: culmination, offensive, truce, breakdown or settlement; a settled war may come back.

    `once` computes what all the outcomes are read from: the engine keeps that apart (engine/compiled_apart.py).
    """
    high, positional, truce = regime == HIGH, regime == POSITIONAL, regime == TRUCE
    sides = range(len(cast.sides))
    ready = positional | truce
    offensive = [time_to(u["offensive"][i], jnp.where(ready, hazards.offensive[i], 0)) for i in sides]
    culminate = [time_to(u["culminate"][i], jnp.where(high, p["posture.culmination"] * attacking[i], 0)) for i in sides]
    onset = time_to(u["truce-onset"][0], jnp.where(high | positional, hazards.onset, 0))
    broken = time_to(u["truce-break"][0], jnp.where(truce, hazards.breakdown, 0))
    settle = time_to(u["settle"][0], jnp.where(ready, hazards.settlement, 0))
    first = once(lambda: earliest(*offensive, *culminate, onset, broken, settle))
    happens = first < 1

    attack = jnp.stack([(happens & (offensive[i] == first)).astype(jnp.float32) for i in sides])
    attacked = jnp.clip(sum(attack), 0, 1) > 0
    ended = happens & (earliest(*culminate) == first)
    signed = happens & (onset == first)
    at_once = signed & occurs(u["truce-break"][0], 0.5 * hazards.fresh_breakdown)
    holds = signed & ~at_once
    breaks = happens & (broken == first)
    settled = happens & (settle == first)
    recurs = (regime == SETTLED) & occurs(u["recur"][0], hazards.recurrence)

    after = jnp.where(
        attacked, HIGH, jnp.where(ended | breaks | recurs, POSITIONAL, jnp.where(holds, TRUCE, jnp.where(settled, SETTLED, regime)))
    )
    on = jnp.where(attacked, attack, jnp.where(after == HIGH, attacking, 0))
    next_age = jnp.where((after == TRUCE) | (after == SETTLED), jnp.where(holds | settled, 1, age + 1), 0)
    events = (signed, breaks | at_once, next_age, settled, recurs)
    return RaceOutcome(after, on, attack, *(event.astype(jnp.float32) for event in events))


def collapse(cast: Cast, p: Params, force: Array, share: Array, over: Array) -> Array:
    """Which sides collapse this month [K, n]; force in thousand effective, share of the contested area."""
    gone = force < p["truces.collapse-force"]
    if cast.territory:
        gone = gone | (share < p["side.collapse-share"])
    return (gone & ~over).astype(jnp.float32)


def settle_precedence(outcome: RaceOutcome, gone: Array, war: Array) -> RaceOutcome:
    """Collapse comes before direct war, and both before the winner of the race."""
    collapsed = jnp.clip(sum(gone), 0, 1) > 0
    regime = jnp.where(collapsed, COLLAPSED, jnp.where(war > 0, WAR, outcome.regime))
    overruled = collapsed | (war > 0)
    return RaceOutcome(
        regime,
        jnp.where(regime == HIGH, outcome.attacking, 0),
        jnp.where(overruled, 0, outcome.attack),
        jnp.where(overruled, 0, outcome.began),
        jnp.where(overruled, 0, outcome.broke),
        jnp.where((regime == TRUCE) | (regime == SETTLED), outcome.age, 0),
        jnp.where(overruled, 0, outcome.settled),
        outcome.recurs,
    )

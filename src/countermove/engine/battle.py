"""The fighting of a month: deliveries, upkeep, combat, materiel, territory (model.md section 7)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from countermove.dynamics import attrition, supply, territory
from countermove.dynamics.strength import Params, Strength, of_side, strength
from countermove.dynamics.upkeep import net_recruits, next_upkeep, sustainable_share
from countermove.engine.actions_taken import Acted
from countermove.engine.opening import given
from countermove.rng.transforms import erlang4, gamma_common
from countermove.world.cast import Array, Cast
from countermove.world.state import HIGH, SETTLED, Month, StartValues, State

Luck = dict[str, Array]


class Fight(NamedTuple):
    """The fighting of a month; [K, n] unless noted."""

    power: Strength
    fraction: Array
    force: Array
    upkeep: Array
    extra: Array
    aid: Array
    counter: Array
    ground: Array
    level: Array  # [n] intensity
    replaced: Array  # [P, n] million USD for materiel of the patrons' own
    dead: Array  # [P, n] persons
    deaths: Array  # [n] persons
    arrived: Array  # [2, n]
    pipeline: Array
    probing: Array
    lost_heavy: Array
    captured: Array
    lost_counter: Array
    recruited: Array
    killed: Array


def _killed(cast: Cast, p: Params, reference: StartValues, power: Strength, fraction: Array) -> Array:
    """Dead of the patrons, persons [P, n]: weapons against armour take more of them than of others, and the more the more there are."""
    killing = of_side(cast, power.enemy_counter / (1 + power.enemy_counter))
    known = reference.killing > 0
    ratio = jnp.where(known, killing / jnp.where(known, reference.killing, 1), 1.0)
    return 1000 * jnp.minimum(1, of_side(cast, fraction) * (1 + p["attrition.exposure"] * (ratio - 1))) * power.troops


def _moved(
    cast: Cast, p: Params, reference: StartValues, state: State, power: Strength, *, level: Array, month: Month, u: Luck
) -> Array:
    """Half-logits q after the month [K, n]: by the fighting, or towards the terms of a settlement. A settled front at rest stays put."""
    calm = reference.balance if cast.settled_front else 0.0
    push = jnp.where(state.regime == HIGH, power.balance, power.balance - calm)
    fought = territory.advance(
        cast, p, state.ground, balance=push, attacking=state.attacking, intensity=level, drift=month.drift, noise=u["territory"]
    )
    kept = jnp.where(state.terms > 0, state.terms, 0.5)
    still = jnp.where(state.regime == SETTLED, territory.handed_over(cast, p, state.ground, kept, state.age), state.ground)
    return jnp.where(state.regime < SETTLED, fought, still)


def fight(
    cast: Cast, p: Params, world: tuple[StartValues, State], acted: Acted, *, probing: Array, line: Array, month: Month, u: Luck
) -> Fight:
    """Section 7: deliveries, upkeep, combat, materiel, territory."""
    reference, state = world
    arrived, pipeline = supply.deliver(p, acted.pipeline)
    client = jnp.asarray([1.0] + [0.0] * (len(cast.sides) - 1), jnp.float32)[:, None]
    extra, aid, counter = state.extra + client * arrived[0], state.aid + client * arrived[0], state.counter + client * arrived[1]
    upkeep = next_upkeep(p, state.upkeep, sustainable_share(cast, p, reference.usual, given(cast, acted.support, acted.rung)))
    now = state._replace(extra=extra, counter=counter, support=acted.support, rung=acted.rung, upkeep=upkeep)
    power = strength(cast, p, now, line)
    level = attrition.intensity(p, state.regime, probing)
    chi = erlang4(u["chi"])
    fraction = attrition.losses(
        cast,
        p,
        power,
        level=level,
        chi=chi,
        weather=gamma_common(u["chi-common"][0]),
        attacking=state.attacking,
        regime=state.regime,
    )
    killed = fraction * state.force
    dead = _killed(cast, p, reference, power, fraction)
    recruited = net_recruits(p, state.force, upkeep)
    destroyed, spent, captured = supply.wear(cast, p, power, level)
    return Fight(
        power=power,
        fraction=fraction,
        force=jnp.maximum(state.force - killed + recruited, 0),
        upkeep=upkeep,
        extra=extra * (1 - destroyed) + captured,
        aid=aid * (1 - destroyed),
        counter=counter * (1 - spent),
        ground=_moved(cast, p, reference, state, power, level=level, month=month, u=u),
        level=level,
        replaced=supply.replaced(cast, p, acted.support, destroyed),
        dead=dead,
        deaths=1000 * sum(killed) + sum(dead),
        arrived=arrived,
        pipeline=pipeline,
        probing=probing,
        lost_heavy=extra * destroyed,
        captured=captured,
        lost_counter=counter * spent,
        recruited=recruited,
        killed=killed,
    )

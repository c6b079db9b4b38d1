"""The whole month: observation, action, fighting, chance, and what they leave behind."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax.numpy as jnp

from countermove.behaviour.observed_names import next_memory
from countermove.dynamics import diplomacy, politics, posture, requests, spread, territory
from countermove.dynamics.observation import observe
from countermove.dynamics.strength import Params
from countermove.dynamics.will import Pains, will
from countermove.engine.acting import Hazard, Luck, Minds, Report, Variation, act, chance
from countermove.engine.actions_taken import Acted
from countermove.engine.battle import Fight, fight
from countermove.engine.compiled_apart import apart
from countermove.world.cast import Array, Cast
from countermove.world.state import SETTLED, TRUCE, Action, Month, Sight, StartValues, State

PLAIN = Variation()


def sight_of(cast: Cast, p: Params, reference: StartValues, state: State, u: Luck) -> Sight:
    """What is seen at the start of the month; the owner decides on this."""
    return observe(cast, p, reference, state, u)


def _asked(cast: Cast, p: Params, state: State, sight: Sight, acted: Acted, u: Luck) -> Array:
    """Whose clients ask for more this month [P, n]."""
    rivals: list[Array] = []
    for j in range(len(cast.patrons)):
        highest = state.oil * 0
        for k in cast.enemies[j]:
            highest = jnp.maximum(highest, acted.rung[k])
        rivals.append(highest)
    asked = requests.asks(p, sight.true_shortfall, jnp.stack(rivals), acted.left, u["ask"])
    return jnp.where(state.regime >= SETTLED, 0, asked)


def _minds_after(
    cast: Cast, p: Params, world: tuple[StartValues, State, Sight, Acted], battle: Fight, after: Hazard, month: Array, u: Luck
) -> dict[str, Array]:
    """Section 9: will, track, credibility, solidarity."""
    reference, state, sight, acted = world
    orders, flags = acted.orders, after.flags
    rival_attack = jnp.clip(sum(flags.attack[1:]), 0, 1)
    resolve = state.oil - 6
    for j in cast.enemies[0]:
        resolve = jnp.maximum(resolve, sight.resolve_belief[j])
    bite = orders.sanctions * state.solidarity
    driven = jnp.asarray([[1.0] if cast.driven(j) else [0.0] for j in range(len(cast.patrons))], jnp.float32)
    exposed = driven * (acted.rung >= 8) * (reference.rung < 8)
    return {
        "will": apart(
            month,
            partial(will, cast, p),
            state.will,
            Pains(battle.dead, acted.cost + battle.replaced, acted.refused, bite, after.race.attacking, exposed),
            reference.pain,
            u["will"],
        ),
        "track": diplomacy.track(
            cast,
            p,
            state.track,
            effort=orders.effort,
            pretext=acted.newly,
            flags=flags,
            refused=acted.refused[0],
            noise=u["track"][0],
        ),
        "credibility": spread.credibility(p, state.credibility, acted.refused[0], flags.incident, flags.unanswered),
        "solidarity": politics.solidarity(p, state.solidarity, acted.newly, rival_attack, resolve)
        if cast.allies
        else state.solidarity,
    }


class Stage(NamedTuple):
    """What stays the same from month to month."""

    cast: Cast
    p: Params
    minds: Minds
    reference: StartValues


def step(
    stage: Stage, state: State, sight: Sight, action: Action, month: Month, u: Luck, vary: Variation = PLAIN
) -> tuple[State, Report]:
    """The state a month later, and what happened. Pure; `u` is the month's luck by event (engine.layout)."""
    cast, p, minds, reference = stage
    world = (reference, state, sight, month)
    acted = act(cast, p, minds, world=world, action=action, u=u, vary=vary)
    probing = vary.taken(
        posture.probes(p, sight.true_balance, reference.balance, state.regime, u["probe"]), lambda script: script.probing
    )
    line = state.oil * 0 if vary.quiet else acted.orders.line
    battle = fight(cast, p, (reference, state), acted, probing=probing, line=line, month=month, u=u)
    after = chance(cast, p, world, acted, battle, u=u, vary=vary)
    asked = acted.rung * 0 if vary.quiet else _asked(cast, p, state, sight, acted, u)
    new = State(
        force=battle.force,
        extra=battle.extra,
        aid=battle.aid,
        counter=battle.counter,
        ground=battle.ground,
        attacking=after.race.attacking,
        gone=jnp.maximum(state.gone, after.gone),
        upkeep=battle.upkeep,
        support=acted.support,
        supports=jnp.stack([state.support, state.supports[0]]),
        rung=acted.rung,
        dead=state.dead + battle.dead,
        spent=state.spent + acted.cost + battle.replaced,
        casualties=jnp.concatenate([battle.dead[None], state.casualties[:2]]),
        shortfall=jnp.stack([sight.shortfall, state.shortfall[0]]),
        estimated_shortfall=sight.shortfall,
        estimated_balance=sight.balance,
        estimate_variance=sight.estimate_variance,
        mode=acted.mode,
        alarm=acted.alarm,
        left=acted.left,
        approval=sight.approval,
        oil=sight.oil,
        asked=asked,
        detected=sight.detected,
        seen=sight.seen,
        resolve_belief=sight.resolve_belief,
        regime=after.race.regime,
        age=after.race.age,
        terms=after.terms,
        pledged=after.pledged,
        learnt=state.learnt + battle.level,
        peacekeepers=after.peacekeepers,
        announced=acted.announced,
        unheard=acted.unheard,
        pipeline=battle.pipeline,
        orders=acted.orders,
        fired=action.fired,
        flags=after.flags,
        past=next_memory(cast, state, sight, month.index),
        **_minds_after(cast, p, (reference, state, sight, acted), battle, after, month.index, u),
    )
    return new, _report(p, state, acted, action, battle, after)


def _report(p: Params, state: State, acted: Acted, action: Action, battle: Fight, after: Hazard) -> Report:
    return Report(
        flags=after.flags,
        deaths=battle.deaths,
        civilians=territory.civilians(p, battle.deaths),
        balance=battle.power.balance,
        granted=acted.grants[0],
        probing=battle.probing,
        grants=acted.grants,
        unordered=acted.grants[0] * (action.credited < 0.5),
        owner_aid=after.owner_aid,
        break_change=after.break_change,
        silent=action.silent,
        was_truce=(state.regime == TRUCE).astype(jnp.float32),
        age=state.age,
        recruited=battle.recruited,
        killed=battle.killed,
        sent=acted.sent,
        diverted=p["supply.diversion"] * acted.pipeline[0],
        lost_heavy=battle.lost_heavy,
        captured=battle.captured,
        lost_counter=battle.lost_counter,
    )

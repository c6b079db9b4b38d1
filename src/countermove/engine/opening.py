"""The world on the first day, and the reference values against which later months are judged."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from countermove.behaviour.conduct import numbers_of, view_of
from countermove.behaviour.observed_names import observed_now
from countermove.behaviour.rational import quantal_mean
from countermove.behaviour.theory import RUNG_EDGES, Theory
from countermove.dynamics.attrition import losses
from countermove.dynamics.strength import Params, Strength, of_side, shortfall, strength
from countermove.dynamics.supply import columns
from countermove.dynamics.upkeep import support_of_rung, sustainable_share
from countermove.dynamics.will import pain
from countermove.world.cast import Cast
from countermove.world.state import NONE, POSITIONAL, Flags, Month, Orders, Sight, StartValues, State


def rung_of(support: jax.Array) -> jax.Array:
    """The rung that a support (thousand person-equivalents) amounts to."""
    return sum((support > edge).astype(jnp.float32) for edge in RUNG_EDGES)  # type: ignore[return-value]


def given(cast: Cast, support: jax.Array, rung: jax.Array) -> jax.Array:
    """What each patron gives its client, thousand person-equivalents [P, n]; an owner with a strategy what its rung is worth."""
    return jnp.stack([support[j] if cast.driven(j) else support_of_rung(rung[j], RUNG_EDGES) for j in range(len(cast.patrons))])


def usual(cast: Cast, p: Params, state: State) -> jax.Array:
    """What each patron's client is used to at the start [P, n]."""
    rows = [
        p["patron.baseline"][j] + state.oil if cast.driven(j) else support_of_rung(state.rung[j], RUNG_EDGES)
        for j in range(len(cast.patrons))
    ]
    return jnp.stack(rows)


def _ground(cast: Cast, held: jax.Array) -> jax.Array:
    if len(cast.sides) == 2:
        half = 0.5 * (jnp.log(held) - jnp.log(1 - held))
        return jnp.stack([half, -half])
    rest = jnp.log((1 - held) / (len(cast.sides) - 1))
    return jnp.stack([jnp.log(held), *([rest] * (len(cast.sides) - 1))])


def _orders(cast: Cast, p: Params, zero: jax.Array, rung: jax.Array, sanctions: float) -> Orders:
    offered = p["opening.peacekeeping-offered"] + zero
    return Orders(rung, zero + 1, zero, zero, zero + 1, zero + sanctions, zero, offered, zero, zero + 8, zero + NONE, rung)


def opening(cast: Cast, p: Params, n: int, rules: int, sanctions: float) -> State:
    """The state before the first month; every leaf float32 [..., n]."""
    zero = jnp.zeros(n, jnp.float32)
    sides, patrons = len(cast.sides), len(cast.patrons)
    per_side, per_patron = jnp.zeros((sides, n), jnp.float32), jnp.zeros((patrons, n), jnp.float32)
    support = jnp.stack(
        [p["support.start"][j] * p["patron.baseline"][j] + zero if cast.driven(j) else zero for j in range(patrons)]
    )
    rung = jnp.stack([rung_of(support[j]) if cast.driven(j) else zero + cast.start_rung for j in range(patrons)])
    flags = Flags(zero, zero, zero, zero, zero, zero, zero, per_side, per_patron, zero, per_side, per_side)
    prior = jnp.log(p["belief.prior"] / (1 - p["belief.prior"]))
    first = State(
        force=p["side.personnel"] + per_side,
        extra=per_side,
        aid=per_side,
        counter=per_side,
        ground=_ground(cast, p["opening.held"] + zero),
        attacking=per_side,
        gone=per_side,
        upkeep=per_side,
        support=support,
        supports=jnp.stack([support, support]),
        rung=rung,
        will=p["will.level"] + per_patron,
        dead=per_patron,
        spent=per_patron,
        casualties=jnp.zeros((3, patrons, n), jnp.float32),
        shortfall=jnp.zeros((2, patrons, n), jnp.float32),
        estimated_shortfall=per_patron,
        estimated_balance=per_side,
        estimate_variance=p["observation.balance-error"] ** 2 + zero,
        mode=per_patron,
        alarm=per_patron,
        left=per_patron,
        approval=per_patron,
        oil=zero,
        asked=per_patron,
        detected=(rung >= 7).astype(jnp.float32),
        seen=rung,
        resolve_belief=prior + per_patron,
        regime=zero + cast.start_regime,
        age=zero,
        terms=zero,
        pledged=zero,
        learnt=zero,
        track=p["diplomacy.level"] + zero,
        credibility=p["spread.credibility"] + zero,
        solidarity=p["politics.solidarity"] + zero if cast.allies else zero + 1,
        peacekeepers=zero,
        announced=jnp.maximum(rung[0] - 3, 0),
        unheard=zero,
        pipeline=jnp.zeros((7, 2, n), jnp.float32),
        orders=_orders(cast, p, zero, rung[0], sanctions),
        fired=jnp.zeros((rules, n), jnp.float32),
        flags=flags,
        past=(),
    )
    return first._replace(upkeep=sustainable_share(cast, p, usual(cast, p, first), given(cast, support, rung)))


def _pain(cast: Cast, p: Params, state: State, losses: jax.Array) -> jax.Array:
    """The pain of the first day [P, n]: dead as expected, the price of the rung, the sanctions in force."""
    costs = jnp.stack([columns(cast, j, state.rung[j])[0] for j in range(len(cast.patrons))])
    return pain(cast, p, losses, costs, state.orders.sanctions * state.solidarity)


def _expected_losses(cast: Cast, p: Params, state: State, power: Strength) -> jax.Array:
    """Expected monthly dead of each patron at the start, persons [P, n]: all luck at its mean."""
    sides = len(cast.sides)
    chance = jax.nn.sigmoid(p["posture.probe-base"])
    intensities = {
        0: p["attrition.intensity-high"],
        POSITIONAL: p["attrition.intensity-positional"] * (1 + p["posture.probe-intensity"] * sides * chance),
    }
    level = intensities.get(cast.start_regime, p["attrition.intensity-truce"]) + state.oil
    one = state.force * 0 + 1
    fraction = losses(cast, p, power, level=level, chi=one, weather=one[0], attacking=state.attacking, regime=state.regime)
    return 1000 * of_side(cast, fraction) * power.troops


def reference_of(cast: Cast, p: Params, state: State, theories: Sequence[Theory]) -> StartValues:
    """The values of the first day against which later ones are judged."""
    power = strength(cast, p, state, state.orders.line)
    short = of_side(cast, shortfall(cast, p, power.balance, state.ground))
    force = of_side(cast, power.force)
    zero = short * 0
    settled = cast.settled_front
    dead = _expected_losses(cast, p, state, power)
    reference = StartValues(
        balance=power.balance,
        shortfall=short if settled else zero,
        losses=dead if settled else zero,
        strength=force,
        support=state.support,
        usual=usual(cast, p, state),
        pain=_pain(cast, p, state, dead) if settled else zero,
        killing=of_side(cast, power.enemy_counter / (1 + power.enemy_counter)),
        rung=state.rung,
        quantal=zero,
    )
    if all(theory.name != "rational" for theory in theories):
        return reference
    month = Month(jnp.float32(0), jnp.zeros(len(cast.patrons)), zero, zero, jnp.float32(1))
    blank = Sight(
        short,
        short,
        power.balance,
        power.balance,
        state.estimate_variance,
        power.balance * 0,
        power.balance * 0,
        state.seen,
        state.detected,
        state.resolve_belief,
        state.oil,
        zero,
        force,
    )
    ones = {"mode": zero + 0.5}
    means: list[jax.Array] = []
    for j in range(len(cast.patrons)):
        view = view_of(cast, p, reference, state, blank, month=month, patron=j, u=ones)
        # sbar is what he gives at the start whatever the noise of the draw
        own = view._replace(start_shortfall=short[j])
        means.append(quantal_mean(own, numbers_of(p, theories, j), short[j], p["patron.baseline"][j] + zero[j], force[j]))
    return reference._replace(quantal=jnp.stack(means))


def settle_in(cast: Cast, p: Params, state: State, reference: StartValues) -> State:
    """Fill the memories of the first months: casualties as expected, shortfalls as at the start, lagged names at their first value."""
    power = strength(cast, p, state, state.orders.line)
    short = of_side(cast, shortfall(cast, p, power.balance, state.ground))
    state = state._replace(
        casualties=jnp.stack([reference.losses] * 3),
        shortfall=jnp.stack([short, short]),
        estimated_shortfall=short,
        estimated_balance=power.balance,
    )
    nobody = power.balance * 0
    zero = state.rung * 0
    sight = Sight(
        short,
        short,
        power.balance,
        power.balance,
        state.estimate_variance,
        nobody,
        nobody,
        state.seen,
        state.detected,
        state.resolve_belief,
        state.oil,
        zero,
        zero,
    )
    past = tuple(
        jnp.broadcast_to(
            jnp.asarray(observed_now(cast, state, sight, jnp.float32(0), of, what)).astype(jnp.float32), (back, *state.oil.shape)
        )
        for of, what, back in cast.lags
    )
    return state._replace(past=past)

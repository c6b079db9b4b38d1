"""Names in rules: what each observable means to the owner this month, and the memory of past months that rules ask for."""

from __future__ import annotations

from functools import reduce

import jax
import jax.numpy as jnp

from countermove.world.cast import Array, Cast
from countermove.world.expression import Name
from countermove.world.state import HIGH, SETTLED, TRUCE, WAR, Sight, State


def share_of(cast: Cast, ground: Array, side: int) -> Array:
    """Share of the contested area held by a side [n]."""
    weight = jnp.exp(ground - reduce(jnp.maximum, list(ground)))
    return weight[side] / sum(weight[k] for k in range(len(cast.sides)))


def _world(state: State, month: Array, what: str) -> Array:
    flags = state.flags
    regimes = {"settled": SETTLED, "truce": TRUCE, "high-intensity": HIGH, "direct-war": WAR}
    if what in regimes:
        return state.regime == regimes[what]
    values = {
        "months": month + state.oil * 0,
        "truce-begins": flags.truce_began > 0,
        "truce-breaks": flags.truce_broke > 0,
        "clash": flags.clash > 0,
        "incident": flags.incident > 0,
        "exchange": flags.exchange > 0,
        "deaths": flags.deaths,
        "talks": state.track,
        "credibility": state.credibility,
        "solidarity": state.solidarity,
        "peacekeepers": state.peacekeepers,
    }
    return values[what]


def _patron(state: State, sight: Sight, j: int, what: str) -> Array:
    values = {
        "rung": sight.seen[j],
        "raises": sight.seen[j] > state.seen[j],
        "quits": state.left[j] > 0,
        "resolve": jax.nn.sigmoid(sight.resolve_belief[j]),
        "will": state.will[j],
        "cost": state.spent[j],
    }
    return values[what]


def _side(cast: Cast, state: State, sight: Sight, i: int, what: str) -> Array:
    if what == "asks":
        return sum(state.asked[j] for j, side in enumerate(cast.supports) if side == i) + state.oil * 0 > 0
    if what == "held":
        return share_of(cast, state.ground, i)
    values = {
        "losing": sight.losing[i] > 0,
        "winning": sight.winning[i] > 0,
        "balance": sight.balance[i],
        "attacks": state.attacking[i] > 0,
        "collapsed": state.gone[i] > 0,
        "personnel": state.force[i],
    }
    return values[what]


def observed_now(cast: Cast, state: State, sight: Sight, month: Array, of: str, what: str) -> Array:
    """The value of a name this month as the owner observes it [n]."""
    if of in cast.patrons:
        return _patron(state, sight, cast.patrons.index(of), what)
    if of in cast.sides:
        return _side(cast, state, sight, cast.sides.index(of), what)
    return _world(state, month, what)


def observed_value(cast: Cast, state: State, sight: Sight, month: Array, name: Name) -> Array:
    """The value of a name, this month or `-shift` months back (before the start: as at the start)."""
    if name.shift == 0:
        return observed_now(cast, state, sight, month, name.of, name.what)
    for place, (of, what, _) in enumerate(cast.lags):
        if (of, what) == (name.of, name.what):
            past = state.past[place][-name.shift - 1]
            return past > 0.5 if name.type == "boolean" else past
    raise KeyError(f"{name.of}.{name.what}[{name.shift}] was not asked for when the scenario was compiled")


def next_memory(cast: Cast, state: State, sight: Sight, month: Array) -> tuple[Array, ...]:
    """The memory one month on: each entry takes the present value in front."""
    kept: list[Array] = []
    for place, (of, what, _) in enumerate(cast.lags):
        value = jnp.asarray(observed_now(cast, state, sight, month, of, what)).astype(jnp.float32)
        kept.append(jnp.concatenate([jnp.broadcast_to(value, state.oil.shape)[None], state.past[place][:-1]]))
    return tuple(kept)

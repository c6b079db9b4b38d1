"""The month as the parties to a bargain see it, and what comes of it: hazards of a settlement and of its end, and its terms."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from countermove.behaviour.conduct import deniable
from countermove.dynamics import supply
from countermove.dynamics.bargain import (
    BargainFacts,
    agreed_share,
    cost_of_client,
    cost_of_patron,
    guarantees,
    recurrence_hazard,
    settlement_hazard,
    terms,
)
from countermove.dynamics.strength import Params, logit_held, on_side
from countermove.dynamics.upkeep import sustainable_share
from countermove.engine.actions_taken import Acted
from countermove.engine.battle import Fight
from countermove.engine.opening import given
from countermove.world.cast import Array, Cast
from countermove.world.state import StartValues, State

TABLE = 2  # the lowest rung on which a patron has a say


class Deal(NamedTuple):
    """What the bargain makes possible this month, [n] each."""

    settlement: Array  # hazards per month
    recurrence: Array
    terms: Array  # what would be signed
    guarantees: Array


def _coming(cast: Cast, p: Params, pipeline: Array, acted: Acted) -> Array:
    """What the owner with a strategy will have added to its client in the months that the other camp fears, thousand [n]."""
    _, _, heavy, counter = supply.columns(cast, 0, acted.rung[0])
    months = acted.orders.flow * p["bargain.commitment"]
    goods = p["supply.equivalents-heavy"] * (sum(pipeline[:, 0]) + months * heavy)
    goods = goods + p["supply.equivalents-counter"] * (sum(pipeline[:, 1]) + months * counter)
    return (1 - p["supply.diversion"]) * goods


def _reserves(cast: Cast, p: Params, acted: Acted, battle: Fight, seated: Array) -> Array:
    """What the patrons of each side could add before anybody could answer, thousand [K, n]."""
    rows: list[Array] = []
    for j in range(len(cast.patrons)):
        if cast.driven(j):
            room = jnp.maximum(deniable(cast, p, acted.support[j], j) - acted.support[j], 0)
            rows.append(seated[j] * jnp.minimum(p["bargain.reserve"][j], room))
        else:
            rows.append(_coming(cast, p, battle.pipeline, acted))
    return on_side(cast, jnp.stack(rows))


def _expected(cast: Cast, p: Params, reference: StartValues, acted: Acted, support: Array) -> tuple[Array, Array]:
    """What each side gains in the long run, thousand [K, n], and what it can keep up then [K, n], if its patrons give `support` [P, n]."""
    more = jnp.stack([support[j] - acted.support[j] if cast.driven(j) else support[j] * 0 for j in range(len(cast.patrons))])
    return on_side(cast, more), sustainable_share(cast, p, reference.usual, given(cast, support, acted.rung))


def bargain(cast: Cast, p: Params, reference: StartValues, state: State, acted: Acted, battle: Fight) -> Deal:
    """The bargain of the month (model.md section 9)."""
    seated = (acted.rung >= TABLE) * (1 - acted.left)
    stake = jnp.stack(
        [p["patron.stake-ratio"][j] + state.oil * 0 if cast.driven(j) else state.oil * 0 + 1 for j in range(len(cast.patrons))]
    )
    mourned = (state.casualties[0] + state.casualties[1] + state.casualties[2]) / 3
    promised = guarantees(p, acted.orders.offer, state.peacekeepers)
    force = jnp.maximum(battle.power.force, 1e-6)
    prospect = BargainFacts(
        front=logit_held(cast, battle.ground)[0] if cast.territory else state.oil * 0,
        power=jnp.maximum(battle.power.force * battle.power.quality, 1e-6),
        force=force,
        upkeep=battle.upkeep,
        learnt=state.learnt + battle.level,
        own=_expected(cast, p, reference, acted, acted.foreseen.own),
        public=_expected(cast, p, reference, acted, acted.foreseen.public),
        reserve=_reserves(cast, p, acted, battle, seated),
        pains=(
            cost_of_client(p, 1000 * (battle.fraction * state.force)),
            cost_of_patron(p, acted.foreseen.weight, mourned, acted.cost + battle.replaced, state.will, stake),
        ),
        seated=(1 - state.gone, seated),
        guarantees=promised,
    )
    offer = terms(cast, p, prospect, state.terms, state.pledged)
    return Deal(
        settlement_hazard(p, state.track, offer.high - offer.low),
        recurrence_hazard(p, state.age, state.pledged, offer.spoilers),
        agreed_share(p, offer),
        promised,
    )

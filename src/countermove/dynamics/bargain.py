"""Peace as a bargain: what each party expects of the war, what it would accept, and how soon the two camps agree (model.md section 9).

Fearon 1995 (private information, commitment); Powell 2006 (shifts of power); Cunningham 2006 (every party can say no).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce
from typing import NamedTuple

import jax
import jax.numpy as jnp

from countermove.dynamics.strength import Params, enemies
from countermove.rng.transforms import normal_below
from countermove.world.cast import Array, Cast

LEAST = 0.05  # share of a side's strength, and of a patron's will, below which nobody counts


class BargainFacts(NamedTuple):
    """What the parties look at, of the month; by side [K, n] or patron [P, n] unless noted."""

    front: Array  # z_0, logit of the share that the owner's client holds [n]; 0 where the war has no front
    power: Array  # N~ mu [K, n]
    force: Array  # N~ [K, n] thousand
    upkeep: Array  # M [K, n]
    learnt: Array  # months of intensity 1 fought so far [n]
    own: tuple[Array, Array]  # as each patron's camp expects it: what he adds, thousand [P, n]; what his client can keep up [K, n]
    public: tuple[Array, Array]  # the same as the other camp expects it
    reserve: Array  # what the patrons of each side could add before anybody could answer, thousand [K, n]
    pains: tuple[Array, Array]  # kappa of the clients [K, n] and of the patrons [P, n], share of the area
    seated: tuple[Array, Array]  # who is at the table: clients [K, n], patrons [P, n]
    guarantees: Array  # G [n]


class Terms(NamedTuple):
    """What both camps would sign [n]: lowest share that the owner's camp accepts, highest that the other gives, and how many spoil terms."""

    low: Array
    high: Array
    spoilers: Array  # number of parties whose reservation is beyond the terms in force


def log_gain(force: Array, upkeep: Array, more: Array, lasting: Array) -> Array:
    """Log of what a side's strength is expected to grow by [K, n]."""
    return jnp.log(jnp.maximum(force + more, LEAST * force) / force) + jnp.log(
        jnp.maximum(lasting, LEAST) / jnp.maximum(upkeep, LEAST)
    )


def expected_balance(cast: Cast, power: Array, gain: Array | float = 0.0) -> Array:
    """Balance of the owner's client against its enemies [n] once each side's strength has grown by `gain` (log)."""
    grown = power * jnp.exp(gain)
    return jnp.log(grown[0]) - jnp.log(enemies(cast, grown)[0])


def expected_share(p: Params, front: Array, balance: Array) -> Array:
    """Share of the area that the owner's client is expected to hold at the horizon [n]."""
    reach = p["territory.pace"] * p["bargain.intensity"] * p["bargain.horizon"]
    return jax.nn.sigmoid(front + reach * balance)


def cost_of_patron(p: Params, weight: Array, dead: Array, spent: Array, will: Array, stake: Array) -> Array:
    """kappa of patrons [P, n], share of the area: blood (persons a month) and money (million USD a month) as they weigh on him."""
    effort = 0.5 * (jnp.log2(1 + dead / p["pressure.scale"]) + spent / p["patron.budget"])
    tired = p["will.level"] / jnp.maximum(will, LEAST)
    weighed = 2 * p["bargain.weight"] * weight * effort
    return p["bargain.cost"] * (p["bargain.cost-floor"] + weighed) / jnp.sqrt(stake) * tired


def cost_of_client(p: Params, dead: Array) -> Array:
    """kappa of clients [K, n], share of the area, by their own dead of the month (persons)."""
    return p["bargain.cost"] * (p["bargain.cost-floor"] + 0.5 * jnp.log2(1 + dead / p["bargain.client-dead"]))


def guarantees(p: Params, offered: Array, deployed: Array) -> Array:
    """G, how far peacekeepers (thousand) stand for the promises [n], from 0 to 1."""
    force = jnp.maximum(offered, deployed)
    return force / (force + p["bargain.guarantee"])


def _expected(cast: Cast, seen: BargainFacts) -> tuple[Array, Array]:
    """Balance that the owner's camp and the other camp expect, before optimism [n]: each knows its own patrons and guesses the others."""
    own, public = (log_gain(seen.force, seen.upkeep, *what) for what in (seen.own, seen.public))
    mine = jnp.concatenate([own[:1], public[1:]])
    theirs = jnp.concatenate([public[:1], own[1:]])
    return expected_balance(cast, seen.power, mine), expected_balance(cast, seen.power, theirs)


class Party(NamedTuple):
    """What one party would just accept, share of the area that the owner's client holds: `content + fear * (1 - G)`."""

    first: bool  # is it of the owner's camp?
    here: Array  # whether it is at the table [n]
    content: Array  # if all promises were kept [n]
    fear: Array  # and how much that moves where none is believed [n]: up for the owner's camp, down for the other


def _parties(cast: Cast, p: Params, seen: BargainFacts) -> Iterator[Party]:
    """Clients, then patrons."""
    mine, theirs = _expected(cast, seen)
    known = 1 + p["bargain.learning"] * seen.learnt
    lost = jnp.log(enemies(cast, seen.power * (1 + seen.reserve / seen.force))[0] / enemies(cast, seen.power)[0])
    won = jnp.log(1 + seen.reserve[0] / seen.force[0])
    share = partial(expected_share, p, seen.front)

    def party(side: int, here: Array, optimism: Array, pain: Array) -> Party:
        if side == 0:
            hope = mine + optimism / known
            return Party(True, here, share(hope) - pain, share(hope) - share(hope - lost))
        hope = theirs - optimism / known
        return Party(False, here, share(hope) + pain, share(hope) - share(hope + won))

    for side in range(len(cast.sides)):
        yield party(side, seen.seated[0][side], p["bargain.optimism-client"][side], seen.pains[0][side])
    for j, side in enumerate(cast.supports):
        yield party(side, seen.seated[1][j], p["bargain.optimism-patron"][j], seen.pains[1][j])


def terms(cast: Cast, p: Params, seen: BargainFacts, signed: Array, pledged: Array) -> Terms:
    """What could be signed now, and how many parties would have more by fighting than by the terms `signed` with guarantees `pledged` [n]."""
    parties = list(_parties(cast, p, seen))
    doubt = 1 - seen.guarantees
    low = reduce(jnp.maximum, [jnp.where(x.here > 0, x.content + x.fear * doubt, -jnp.inf) for x in parties if x.first])
    high = reduce(jnp.minimum, [jnp.where(x.here > 0, x.content + x.fear * doubt, jnp.inf) for x in parties if not x.first])
    now = [(x, x.content + x.fear * (1 - pledged)) for x in parties]
    beyond = [x.here * likely(p, least - signed if x.first else signed - least) for x, least in now]
    return Terms(low, high, reduce(jnp.add, beyond))


def likely(p: Params, margin: Array) -> Array:
    """How sure a margin (share of the area) is to be acted on [n]: 1/2 at none."""
    return normal_below(margin / p["bargain.tremble"])


def settlement_hazard(p: Params, talks: Array, margin: Array) -> Array:
    """Monthly hazard of a settlement in positional war or truce [n]; `margin` is how far the camps' terms overlap."""
    return p["bargain.hazard"] * jnp.exp(p["bargain.talks"] * (talks - 0.4)) * likely(p, margin)


def agreed_share(p: Params, offer: Terms) -> Array:
    """The terms that are signed: the share of the owner's client [n]."""
    return jnp.clip(offer.low + p["bargain.surplus"] * (offer.high - offer.low), 0.001, 0.999)


def recurrence_hazard(p: Params, age: Array, pledged: Array, spoilers: Array) -> Array:
    """Monthly hazard that a settled war comes back [n]; age in months since the settlement."""
    calm = p["bargain.recurrence-guarantees"] * pledged + p["bargain.recurrence-age"] * jnp.log(1 + age)
    return p["bargain.recurrence"] * jnp.exp(-calm) * (1 + spoilers)

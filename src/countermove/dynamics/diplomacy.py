"""The diplomatic track and its instruments: envoy, peacekeeping offer, prisoner exchange, recommitment (S11)."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.dynamics.clocks import occurs
from countermove.dynamics.strength import Params
from countermove.world.cast import Array, Cast
from countermove.world.state import POSITIONAL, TRUCE, Flags


def track(
    cast: Cast, p: Params, level: Array, *, effort: Array, pretext: Array, flags: Flags, refused: Array, noise: Array
) -> Array:
    """Next health of the track N [n] in [0, 1]; `pretext` counts newly announced rungs."""
    began = jnp.clip(sum(flags.attack), 0, 1)
    home = p["diplomacy.level"] + effort * p["diplomacy.effort"] * (1.0 if cast.mediator else p["diplomacy.unmediated"])
    harm = p["diplomacy.offensive"] * began + p["diplomacy.broken"] * flags.truce_broke + p["diplomacy.refusal"] * refused
    good = p["diplomacy.truce"] * flags.truce_began + p["diplomacy.exchanged"] * flags.exchange
    drift = p["diplomacy.return"] * (home - level) - pretext * p["pretext.talks"]
    return jnp.clip(level + drift - harm + good + p["diplomacy.noise"] * noise, 0, 1)


def exchange(p: Params, level: Array, regime: Array, u: Array) -> Array:
    """Whether a prisoner exchange takes place [n]."""
    quiet = (regime == POSITIONAL) | (regime == TRUCE)
    return (quiet & occurs(u, p["diplomacy.exchange"] * jnp.exp(p["diplomacy.ease"] * (level - 0.4)))).astype(jnp.float32)


def deploy(p: Params, level: Array, regime: Array, deployed: Array, offer: Array, u: Array) -> Array:
    """Peacekeepers in place after the month, thousand [n], before a return to high intensity removes them."""
    free = (regime == TRUCE) & (offer > 0) & (deployed == 0)
    agreed = free & occurs(u, p["diplomacy.deployment"] * jnp.exp(p["diplomacy.ease"] * (level - 0.4)))
    return jnp.where(agreed, offer, deployed)

"""Horizontal escalation (S13): clashes between the patrons, incidents beyond the theatre, the alliance's answer, credibility."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from countermove.dynamics.clocks import occurs
from countermove.dynamics.strength import Params
from countermove.world.cast import Array, Cast


def exponent(p: Params, own: Array, rival: Array) -> Array:
    """Log factor on the hazard of a clash by the rungs of owner and rival [n]; 0 where both stand on rung 8."""
    both = p["spread.x-both"] * (own * rival - 64) / 10
    return p["spread.x-own"] * (own - 8) + p["spread.x-rival"] * (rival - 8) + both


def clash(cast: Cast, p: Params, *, rungs: tuple[Array, Array], over: Array, u: tuple[Array, Array]) -> tuple[Array, Array]:
    """Whether the patrons' forces clash, and whether the clash becomes direct war [n]; never where no patron stands on another side."""
    if not cast.enemies[0]:
        return rungs[0] * 0, rungs[0] * 0
    hit = occurs(u[0], p["spread.clash-top"] * jnp.exp(exponent(p, *rungs))) & ~over
    war = hit & (u[1] < p["spread.war-given-clash"])
    return hit.astype(jnp.float32), war.astype(jnp.float32)


def incident(
    cast: Cast, p: Params, *, rungs: tuple[Array, Array], credibility: Array, brigades: Array, over: Array, u: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Whether an incident happens beyond the theatre, and whether the alliance leaves it unanswered [n]."""
    if not cast.alliance or not cast.enemies[0]:
        return rungs[0] * 0, rungs[0] * 0
    ready = p["alliance.readiness"] + brigades
    log = exponent(p, *rungs) - p["spread.incident-credibility"] * (credibility - 0.7) - p["spread.incident-readiness"] * ready / 7
    hit = occurs(u[0], p["spread.incident-top"] * jnp.exp(log)) & ~over
    answered = u[1] < jax.nn.sigmoid(
        p["spread.answer"] + p["spread.answer-credibility"] * (credibility - 0.5) + p["spread.answer-readiness"] * ready
    )
    return hit.astype(jnp.float32), (hit & ~answered).astype(jnp.float32)


def credibility(p: Params, level: Array, refused: Array, hit: Array, unanswered: Array) -> Array:
    """Next credibility of the alliance R [n] in [0, 1]."""
    change = p["spread.return"] * (p["spread.credibility"] - level) - p["spread.refusal"] * refused
    change = change - p["spread.unanswered"] * unanswered + p["spread.answered"] * (hit - unanswered)
    return jnp.clip(level + change, 0, 1)

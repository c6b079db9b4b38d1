"""Guided luck: the month's uniforms drawn where the record says that something happened, and the density that makes up for it.

A particle that must guess a rare offensive, or how bloody a month was, seldom guesses right. So some of its uniforms come from a mixture: the
plain one, and one that looks at the record. Weights are divided by the mixture's density, so that likelihoods stay unbiased whatever the
guide says (guided proposals: Pitt & Shephard 1999; defensive mixtures: Hesterberg 1995).

What a particle did early may pay a month later: an offensive of which the record says nothing is improbable, and the dead of the next month are
impossible without it. So particles are not continued by their weight but by weight times look-ahead, which looks at the month to come (the auxiliary
particle filter of Pitt & Shephard); look-ahead is divided out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from countermove.dynamics.attrition import intensity
from countermove.engine.acting import Luck
from countermove.evidence.observations import Observations
from countermove.rng.transforms import gamma_common, log_gamma_logits, normal_pair
from countermove.world.cast import Array, Cast
from countermove.world.state import HIGH, POSITIONAL, TRUCE, State

EXTRA_UNIFORMS = 2  # uniforms that a guide takes beside the month's own
ATTACK_SEEN, ATTACK_SUSPECTED, TRUCE_SEEN, DEATHS_KNOWN = (
    0.8,
    0.4,
    0.6,
    0.9,
)  # shares of particles that follow the guide: efficiency, not correctness
BLOODY_MONTH = 4.0  # a month is bloody whose dead are so many times the median month's
SHORTEST_WAIT, LONGEST_WAIT = 0.003, 0.7  # waiting times, log-uniform between them, in units of 1/hazard
VARIANCE_HIGH_INTENSITY, VARIANCE_ELSEWHERE = (
    1.0,
    0.4,
)  # variance of the logarithm of a month's dead, guessed from the regime alone, in high intensity and elsewhere
ARMS_QUALITY = 1.6  # of arms, for that guess
LEAST_LOOKAHEAD = -12.0
_EDGE = np.float32(2.0**-24)
_MIDDLE = np.float32(0.5)


class Hints(NamedTuple):
    """What the record says of each month: share of particles whose clock is hastened, and the month's dead."""

    attack_share: Any  # [T, K]
    truce_share: Any  # [T]
    deaths: Any  # [T]
    deaths_known: Any  # [T] 1 where the dead are known


def hints_of(data: Observations, cast: Cast) -> Hints:
    """Hints from a record: offensives where they were seen, or where the next month was bloody; truces where they began."""
    attack, truce = np.zeros((data.months, len(cast.sides)), np.float32), np.zeros(data.months, np.float32)
    deaths, counted = np.zeros(data.months, np.float32), np.zeros(data.months, np.float32)
    for c, one in enumerate(data.channels):
        known, values = data.known[:, c], data.values[:, c]
        happened = (values > 0) & known
        if one.channel.name == "attacks":
            attack[:, one.actor] = np.maximum(attack[:, one.actor], ATTACK_SEEN * happened)
        elif one.channel.name == "truce-begins":
            truce = np.maximum(truce, TRUCE_SEEN * happened).astype(np.float32)
        elif one.channel.name == "deaths" and not one.yearly:
            deaths, counted = np.where(known, values, 0).astype(np.float32), known.astype(np.float32)
            bloody = known & (values > BLOODY_MONTH * (np.median(values[known]) if known.any() else 0.0))
            attack[:-1] = np.maximum(attack[:-1], ATTACK_SUSPECTED * bloody[1:, None])
    return Hints(attack, truce, deaths, counted)


def median_fortune(u: Luck) -> Luck:
    """The luck with the fortune of war at its median: what the month's dead are then says how far it must have been from it."""
    return {**u, "chi-common": 0 * u["chi-common"] + _MIDDLE}


def lookahead(p: Mapping[str, Array], state: State, hints: Hints) -> Array:
    """Log of how well the state before a month promises to explain the month's dead [n], by the regime and the forces; 0 where nothing is known."""
    guess = sum(p["attrition.lethality"] * state.force) * (1000 * ARMS_QUALITY) * intensity(p, state.regime, 0 * state.force)
    spread = (
        jnp.where(state.regime == HIGH, VARIANCE_HIGH_INTENSITY, VARIANCE_ELSEWHERE)
        + 1 / p["observation.dispersion"]
        + 1 / (hints.deaths + 1)
    )
    gap = jnp.log((hints.deaths + 1) / (p["observation.reporting-rate"] * guess + 1))
    found = jnp.maximum(-0.5 * gap * gap / spread - 0.5 * jnp.log(spread), LEAST_LOOKAHEAD)
    return jnp.where(hints.deaths_known > 0, found, 0.0)


def _early_clock(v: Array, share: Array) -> tuple[Array, Array]:
    """A clock's uniform, early for a `share` of the particles, and the log of its density."""
    span = np.float32(np.log(LONGEST_WAIT / SHORTEST_WAIT))
    rest = jnp.clip((v - share) / jnp.maximum(1 - share, 1e-6), _EDGE, 1 - _EDGE)
    wait = jnp.where(v < share, SHORTEST_WAIT * jnp.exp(span * v / jnp.maximum(share, 1e-6)), -jnp.log(rest))
    u = jnp.exp(-wait)
    inside = (wait > SHORTEST_WAIT) & (wait < LONGEST_WAIT)
    return u, jnp.log(1 - share + jnp.where(inside, share / (wait * u * span), 0))


def _guided_fortune(
    p: Mapping[str, Array], v: Array, normal: Array, share: Array, hints: Hints, calm_deaths: Array
) -> tuple[Array, Array]:
    """The uniform of the fortune of war on both sides, near what the dead of the month ask for, and the log of its density."""
    wanted = jnp.log((hints.deaths + 1) / (p["observation.reporting-rate"] * calm_deaths + 1))
    middle = log_gamma_logits(wanted + jnp.log(gamma_common(jnp.full(1, _MIDDLE))[0]))
    width = 1.7 * jnp.sqrt(1 / p["observation.dispersion"] + 1 / (hints.deaths + 1))
    rest = jnp.clip((v - share) / jnp.maximum(1 - share, 1e-6), _EDGE, 1 - _EDGE)
    logit = jnp.clip(jnp.where(v < share, middle + width * normal, jnp.log(rest) - jnp.log(1 - rest)), -15, 15)
    density = jnp.exp(-0.5 * jnp.square((logit - middle) / width)) * (jnp.exp(logit) + 2 + jnp.exp(-logit))
    u = jnp.where(share > 0, jnp.clip(jax.nn.sigmoid(logit), _EDGE, 1 - _EDGE), v)
    return u, jnp.log(1 - share + share * density / (width * np.float32(np.sqrt(2 * np.pi))))


def propose(p: Mapping[str, Array], state: State, u: Luck, more: Array, hints: Hints, calm_deaths: Array) -> tuple[Luck, Array]:
    """What the guide changes of the month's luck, by event, and the log of its density [n] against plain luck.

    Args:
        p: parameters.
        state: before the month; a clock that does not run is not hastened.
        u, more: the month's luck by event, and uniforms [MORE, n].
        hints: the month's row.
        calm_deaths: the month's dead [n] were the fortune of war at its median.
    """
    high, positional = state.regime == HIGH, state.regime == POSITIONAL
    ready = positional | (state.regime == TRUCE)
    attacks = [_early_clock(v, jnp.where(ready, hints.attack_share[i], 0)) for i, v in enumerate(u["offensive"])]
    onset, signed = _early_clock(u["truce-onset"][0], jnp.where(positional | high, hints.truce_share, 0))
    share = jnp.where(high & (hints.deaths_known > 0), np.float32(DEATHS_KNOWN), 0)
    fortune, bloody = _guided_fortune(p, u["chi-common"][0], normal_pair(more[0], more[1])[0], share, hints, calm_deaths)
    changed = {"offensive": jnp.stack([v for v, _ in attacks]), "truce-onset": onset[None], "chi-common": fortune[None]}
    density = signed + bloody
    for _, log in attacks:
        density = density + log
    return changed, density

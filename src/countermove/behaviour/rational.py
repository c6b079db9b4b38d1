"""Rational (static): the logit best reply in the two-sponsor contest."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, only_support, per_patron, steady
from countermove.world.cast import Array
from countermove.world.prior import Prior


def quantal_mean(view: View, p: Numbers, shortfall: Array, support: Array, strength: Array) -> Array:
    """Mean support [n] under P ~ exp(precision * (V p2 - s)), where p2 is the Tullock success with `decisiveness` r."""
    r = p["rational.decisiveness"]
    edge = r * jnp.log(view.stake_ratio)
    start = jax.nn.sigmoid(edge)
    value = view.start_strength / (r * start * (1 - start))
    others = strength - support
    top_level = jnp.minimum(view.ceiling, jnp.maximum(p["rational.span"], view.baseline))
    levels = [top_level * (g / (view.levels - 1)) for g in range(view.levels)]
    scores = [
        p["rational.precision"]
        * (
            value
            * jax.nn.sigmoid(
                edge - r * (shortfall - view.start_shortfall - jnp.log(jnp.maximum(others + x, 0.1) / jnp.maximum(strength, 1e-6)))
            )
            - x
        )
        for x in levels
    ]
    top = scores[0]
    for score in scores[1:]:
        top = jnp.maximum(top, score)
    total = top * 0
    mean = top * 0
    for x, score in zip(levels, scores, strict=True):
        weight = jnp.exp(score - top)
        total = total + weight
        mean = mean + weight * x
    return mean / total


def drive(view: View, p: Numbers) -> Drive:
    """Moves towards the quantal best reply, in deviation from its value at the start."""
    rho = p["support.persistence"]
    wish = view.baseline + quantal_mean(view, p, view.shortfall, view.support, view.strength) - view.quantal
    return only_support(view, rho * view.support + (1 - rho) * wish)


def outlook(view: View, p: Numbers) -> Outlook:
    """What he gives now: he is on his way to his best reply already."""
    return steady(view, p)._replace(support=view.support)


RATIONAL = Theory(
    "rational",
    "He answers optimally, with noise.",
    drive,
    (
        per_patron(
            "rational.precision",
            Prior("lognormal", (1, 1), "per thousand"),
            "Precision of the choice (lambda)",
            (1e-9, float("inf")),
        ),
        per_patron(
            "rational.decisiveness", Prior("lognormal", (1, 0.25), "ratio"), "Decisiveness of the contest (r)", (1e-6, float("inf"))
        ),
        per_patron(
            "rational.span",
            Prior("fixed", (36,), "thousand"),
            "The most that he weighs against less, if his means and his baseline allow it",
            (1e-6, float("inf")),
        ),
    ),
    "Tullock 1980; logit choice after McKelvey and Palfrey 1995.",
    outlook,
    moved_by="losing",
    shared=("rational.precision", "rational.decisiveness"),
    title="weighs stakes against costs",
)

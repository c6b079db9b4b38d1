"""Opportunist: he takes what is weak, and deterrence works."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, only_support, per_patron, relaxed_support, steady
from countermove.world.cast import Array
from countermove.world.prior import Prior


def seized(view: View, p: Numbers) -> Array:
    """What he adds in a month while the client is winning, unless lethal aid on the other side (rung 4 and above) deters [n]."""
    lethal = jnp.where(view.rival_rung >= 4, jnp.clip(view.aid / p["opportunist.lethal"], 0, 1), 0)
    chance = jnp.maximum(-(view.shortfall - view.start_shortfall) - p["opportunist.margin"], 0)
    deterred = jnp.maximum(1 - p["opportunist.deterrence"] * lethal, 0)
    return p["opportunist.gain"] * view.baseline * chance * deterred


def drive(view: View, p: Numbers) -> Drive:
    """Support grows by what can be seized."""
    return only_support(view, relaxed_support(view, p) + seized(view, p))


def outlook(view: View, p: Numbers) -> Outlook:
    """Where support comes to rest if the client goes on winning as it does."""
    rest = view.baseline + seized(view, p) / jnp.maximum(1 - p["support.persistence"], 1e-6)
    return steady(view, p)._replace(support=jnp.minimum(view.ceiling, rest))


OPPORTUNIST = Theory(
    "opportunist",
    "He takes what is weak, and deterrence works.",
    drive,
    (
        per_patron(
            "opportunist.gain", Prior("halfnormal", (1,), "ratio"), "Support added per unit of advantage", (0, float("inf"))
        ),
        per_patron("opportunist.margin", Prior("halfnormal", (0.15,), "log ratio"), "Advantage that he ignores", (0, float("inf"))),
        per_patron("opportunist.deterrence", Prior("beta", (2, 2), "share"), "How far lethal aid deters", (0, 1)),
        per_patron(
            "opportunist.lethal", Prior("fixed", (2,), "thousand"), "Stock of lethal aid that deters in full", (1e-6, float("inf"))
        ),
    ),
    "Deterrence model; Jervis, Perception and Misperception, 1976, ch. 3.",
    outlook,
    moved_by="winning",
    strength=("opportunist.gain",),
    shared=("opportunist.gain",),
    title="takes what is weak",
)

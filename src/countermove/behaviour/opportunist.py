"""Opportunist: he takes what is weak, and deterrence works."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.support import Drive, Numbers, Theory, View, base, keep, per_patron
from countermove.world.prior import Prior


def drive(view: View, p: Numbers) -> Drive:
    """Support grows while the client is winning, unless lethal aid on the other side (rung 4 and above) deters."""
    lethal = jnp.where(view.rival_rung >= 4, jnp.clip(view.aid / 2, 0, 1), 0)
    chance = jnp.maximum(-(view.shortfall - view.start_shortfall) - p["opportunist.margin"], 0)
    deterred = jnp.maximum(1 - p["opportunist.deterrence"] * lethal, 0)
    return keep(view, base(view, p) + p["opportunist.gain"] * view.baseline * chance * deterred)


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
    ),
    "Deterrence model; Jervis, Perception and Misperception, 1976, ch. 3.",
)

"""Richardson: he answers aid with aid."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, only_support, per_patron, relaxed_support, steady
from countermove.world.prior import Prior


def drive(view: View, p: Numbers) -> Drive:
    """Arms race: reaction to the rival's stock of aid, fatigue, grievance (thousand person-equivalents a month)."""
    change = p["richardson.gain"] * view.aid - p["richardson.fatigue"] * (view.support - view.baseline) + p["richardson.grievance"]
    return only_support(view, relaxed_support(view, p) + change)


def outlook(view: View, p: Numbers) -> Outlook:
    """Where the race comes to rest against the aid that there is."""
    pull = jnp.maximum(1 - p["support.persistence"] + p["richardson.fatigue"], 1e-6)
    rest = view.baseline + (p["richardson.gain"] * view.aid + p["richardson.grievance"]) / pull
    return steady(view, p)._replace(support=jnp.clip(rest, 0, view.ceiling))


RICHARDSON = Theory(
    "richardson",
    "He answers aid with aid.",
    drive,
    (
        per_patron(
            "richardson.gain", Prior("halfnormal", (1,), "per month"), "Reaction to the rival's stock of aid", (0, float("inf"))
        ),
        per_patron("richardson.fatigue", Prior("beta", (2, 4), "per month"), "Fatigue", (0, 1)),
        per_patron(
            "richardson.grievance", Prior("fixed", (0,), "thousand per month"), "Grievance; zero where the front is settled"
        ),
    ),
    "Richardson, Arms and Insecurity, 1960, ch. 2.",
    outlook,
    moved_by="aid",
    strength=("richardson.gain",),
    shared=("richardson.gain",),
    title="answers aid with aid",
)

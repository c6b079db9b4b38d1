"""Switching: a hidden mode (sustain, rescue, withdraw) that moves with the front and with his will."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.spigot import no_defeat_line
from countermove.behaviour.support import Drive, Numbers, Theory, View, base, per_patron
from countermove.world.cast import Array
from countermove.world.prior import Prior


def next_mode(view: View, p: Numbers, excess: Array) -> Array:
    """The next hidden mode [n]; each row of the Dirichlet parameters is [3, n]."""
    rows = (p["switching.from-sustain"], p["switching.from-rescue"], p["switching.from-withdraw"])
    row = [jnp.where(view.mode < 0.5, rows[0][m], jnp.where(view.mode < 1.5, rows[1][m], rows[2][m])) for m in range(3)]
    weights = (row[0], row[1] * jnp.exp(3 * excess), row[2] * jnp.exp(2 * (view.will_level - view.will)))
    mark = view.choice * (weights[0] + weights[1] + weights[2])
    return jnp.where(mark < weights[0], 0.0, jnp.where(mark < weights[0] + weights[1], 1.0, 2.0))


def drive(view: View, p: Numbers) -> Drive:
    """Sustain relaxes, rescue is the spigot's answer, withdraw gives up 30% a month."""
    excess = view.shortfall - no_defeat_line(view, p)
    mode = next_mode(view, p, excess)
    relaxed = base(view, p)
    rescued = jnp.maximum(view.support, relaxed) + p["spigot.gain"] * view.strength * jnp.maximum(excess, 0)
    support = jnp.where(mode < 0.5, relaxed, jnp.where(mode < 1.5, rescued, relaxed - 0.3 * view.support))
    return Drive(support, mode, view.alarm, view.exit * 0)


def _row(name: str, stay: int) -> Prior:
    return Prior("dirichlet", tuple(5.0 if k == stay else 1.0 for k in range(3)), "probability")


SWITCHING = Theory(
    "switching",
    "All of these, at times.",
    drive,
    tuple(
        per_patron(f"switching.from-{mode}", _row(mode, k), f"Monthly probabilities of the next mode while in {mode}", (0, 1))
        for k, mode in enumerate(("sustain", "rescue", "withdraw"))
    ),
    "Regime switching after Hamilton 1989.",
)

"""Switching: a hidden mode (sustain, rescue, withdraw) that moves with the front and with his will."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.spigot import no_defeat_line, rescue
from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, per_patron, relaxed_support
from countermove.world.cast import Array
from countermove.world.prior import Prior


def next_mode(view: View, p: Numbers, excess: Array) -> Array:
    """The next hidden mode [n]; each row of the Dirichlet parameters is [3, n]."""
    rows = (p["switching.from-sustain"], p["switching.from-rescue"], p["switching.from-withdraw"])
    row = [jnp.where(view.mode < 0.5, rows[0][m], jnp.where(view.mode < 1.5, rows[1][m], rows[2][m])) for m in range(3)]
    lost = view.will_level - view.will
    weights = (row[0], row[1] * jnp.exp(p["switching.rescue"] * excess), row[2] * jnp.exp(p["switching.withdraw"] * lost))
    mark = view.choice * (weights[0] + weights[1] + weights[2])
    return jnp.where(mark < weights[0], 0.0, jnp.where(mark < weights[0] + weights[1], 1.0, 2.0))


def drive(view: View, p: Numbers) -> Drive:
    """Sustain relaxes, rescue is the spigot's answer, withdraw gives up a share of support a month."""
    excess = view.shortfall - no_defeat_line(view, p)
    mode = next_mode(view, p, excess)
    relaxed = relaxed_support(view, p)
    rescued = jnp.maximum(relaxed, view.support + p["spigot.gain"] * view.strength * excess)
    support = jnp.where(mode < 0.5, relaxed, jnp.where(mode < 1.5, rescued, relaxed - p["switching.pace"] * view.support))
    return Drive(support, mode, view.alarm, _exit_factor(mode))


def _exit_factor(mode: Array) -> Array:
    """Factor on the hazard of leaving [n]: nobody leaves in the middle of a rescue."""
    return jnp.where((mode > 0.5) & (mode < 1.5), 0.0, 1.0)


def outlook(view: View, p: Numbers) -> Outlook:
    """As the mode has it: the baseline, the rescue, or what is left of a withdrawal; pain weighs half in a rescue, fourfold in a retreat."""
    mode = next_mode(view, p, view.shortfall - no_defeat_line(view, p))
    pull = 1 - p["support.persistence"]
    less = pull * view.baseline / jnp.maximum(pull + p["switching.pace"], 1e-6)
    support = jnp.where(mode < 0.5, view.baseline, jnp.where(mode < 1.5, rescue(view, p), less))
    return Outlook(support, jnp.where(mode < 0.5, 1.0, jnp.where(mode < 1.5, 0.5, 4.0)), _exit_factor(mode))


def _row(name: str, stay: int) -> Prior:
    return Prior("dirichlet", tuple(5.0 if k == stay else 1.0 for k in range(3)), "probability")


SWITCHING = Theory(
    "switching",
    "All of these, at times.",
    drive,
    (
        *(
            per_patron(f"switching.from-{mode}", _row(mode, k), f"Monthly probabilities of the next mode while in {mode}", (0, 1))
            for k, mode in enumerate(("sustain", "rescue", "withdraw"))
        ),
        per_patron("switching.rescue", Prior("fixed", (3,), "per log ratio"), "How a shortfall beyond the line calls for a rescue"),
        per_patron("switching.withdraw", Prior("fixed", (2,), "per unit"), "How lost will calls for a retreat"),
        per_patron("switching.pace", Prior("fixed", (0.3,), "share per month"), "Support given up a month in a retreat", (0, 1)),
    ),
    "Regime switching after Hamilton 1989.",
    outlook,
    answers=True,
    moved_by="losing",
    exits=True,
    shared=("spigot.gain",),
    borrows=("spigot",),
    title="changes course at times",
)

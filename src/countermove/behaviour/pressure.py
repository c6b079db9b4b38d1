"""Pressure: pain makes him quit."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, per_patron, relaxed_support
from countermove.world.cast import Array
from countermove.world.prior import Prior


def exit_factor(view: View, p: Numbers) -> Array:
    """Factor on the hazard of leaving [n]: his own dead open the exit, by their elasticity once they are many, and so does lost will."""
    c0 = p["pressure.scale"]
    blood = p["pressure.elasticity"] * jnp.log((c0 + view.casualties) / (c0 + view.start_casualties))
    return jnp.exp(blood + p["pressure.exit"] * (view.will_level - view.will))


def drive(view: View, p: Numbers) -> Drive:
    """Support falls with the log of the patron's own dead (persons a month); lost will opens an exit."""
    c0 = p["pressure.scale"]
    pain = jnp.log(1 + view.casualties / c0) - jnp.log(1 + view.start_casualties / c0)
    return Drive(relaxed_support(view, p) - p["pressure.gain"] * view.baseline * pain, view.mode, view.alarm, exit_factor(view, p))


def outlook(view: View, p: Numbers) -> Outlook:
    """The baseline while he stays; his pain weighs double and more, and he may leave."""
    return Outlook(view.baseline, 2 * (1 + p["pressure.gain"]) + view.support * 0, exit_factor(view, p))


PRESSURE = Theory(
    "pressure",
    "Pain makes him quit.",
    drive,
    (
        per_patron(
            "pressure.gain",
            Prior("halfnormal", (1,), "ratio"),
            "Share of the baseline given up per log unit of casualties",
            (0, float("inf")),
        ),
        per_patron(
            "pressure.scale",
            Prior("lognormal", (10, 1.2), "persons per month"),
            "Casualties at which they begin to hurt (c0)",
            (1e-6, float("inf")),
        ),
        per_patron(
            "pressure.exit",
            Prior("lognormal", (4, 0.3), "per unit of will"),
            "How lost will opens the exit: log of the hazard of leaving per unit of will",
            (0, float("inf")),
        ),
        per_patron(
            "pressure.elasticity",
            Prior("lognormal", (1, 0.5), "ratio"),
            "How his own dead open the exit: per cent of the hazard of leaving per per cent of dead, where these are many",
            (0, float("inf")),
        ),
    ),
    "The proponents' argument of December 2017; casualty sensitivity after Mueller 1973 (logarithm of casualties).",
    outlook,
    moved_by="pain",
    exits=True,
    strength=("pressure.gain",),
    shared=("pressure.gain",),
    title="quits when it hurts",
)

"""Pressure: pain makes him quit."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.support import Drive, Numbers, Theory, View, base, per_patron
from countermove.world.prior import Prior


def drive(view: View, p: Numbers) -> Drive:
    """Support falls with the log of the patron's own dead (persons a month); lost will opens an exit (hazard per month)."""
    c0 = p["pressure.scale"]
    pain = jnp.log(1 + view.casualties / c0) - jnp.log(1 + view.start_casualties / c0)
    hazard = p["pressure.exit"] * jnp.exp(4 * (1 - view.will))
    leaves = (-jnp.log(view.exit) < hazard).astype(jnp.float32)
    return Drive(base(view, p) - p["pressure.gain"] * view.baseline * pain, view.mode, view.alarm, leaves)


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
            Prior("lognormal", (50, 1), "persons per month"),
            "Casualties at which they begin to hurt (c0)",
            (1e-6, float("inf")),
        ),
        per_patron("pressure.exit", Prior("fixed", (0.001,), "per month"), "Hazard of leaving at full will", (0, 1)),
    ),
    "The proponents' argument of December 2017; casualty sensitivity after Mueller 1973 (logarithm of casualties).",
)

"""Spigot: he gives what prevents his client's defeat, and no more."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.support import Drive, Numbers, Theory, View, base, per_patron
from countermove.world.cast import Array
from countermove.world.prior import Prior


def no_defeat_line(view: View, p: Numbers) -> Array:
    """The shortfall m* he will not let pass, in log ratio [n]; measured from the start on a settled front."""
    return p["spigot.line"] + view.start_shortfall if view.line_above_start else p["spigot.line"]


def drive(view: View, p: Numbers) -> Drive:
    """While the client's shortfall of `delay` months ago passes the line: what is needed, in thousand person-equivalents; else relax."""
    delay = p["spigot.delay"]
    late = jnp.where(delay < 0.5, view.shortfalls[0], jnp.where(delay < 1.5, view.shortfalls[1], view.shortfalls[2]))
    excess = late - no_defeat_line(view, p) + p["spigot.overshoot"]
    alarm = (excess > p["spigot.overshoot"] * (1 - view.alarm)).astype(jnp.float32)
    relaxed = base(view, p)
    given = jnp.maximum(view.support, relaxed) + p["spigot.gain"] * view.strength * jnp.maximum(excess, 0)
    return Drive(jnp.where(alarm > 0, given, relaxed), view.mode, alarm, view.exit * 0)


SPIGOT = Theory(
    "spigot",
    "He gives what prevents his client's defeat, and no more.",
    drive,
    (
        per_patron(
            "spigot.gain",
            Prior("halfnormal", (0.5,), "share per log ratio", high=0.6),
            "Answer per unit of shortfall beyond the line, in own strength",
            (0, 2),
        ),
        per_patron("spigot.line", Prior("halfnormal", (0.15,), "log ratio", above="start"), "The no-defeat line m*"),
        per_patron("spigot.delay", Prior("choice", (0, 1, 2), "months"), "Months until the answer", (0, 2)),
        per_patron(
            "spigot.overshoot", Prior("fixed", (0,), "log ratio"), "How far below the line he closes the spigot", (0, float("inf"))
        ),
    ),
    "DePetris, Defense Priorities, December 2017; as a threshold control loop after Wiener 1948.",
)

"""Spigot: he gives what prevents his client's defeat, and no more."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.support import Drive, Numbers, Outlook, Theory, View, base, per_patron
from countermove.world.cast import Array
from countermove.world.prior import Prior


def no_defeat_line(view: View, p: Numbers) -> Array:
    """The shortfall m* he will not let pass, in log ratio [n]; measured from the start on a settled front."""
    return p["spigot.line"] + view.start_shortfall if view.line_above_start else p["spigot.line"]


def rescue(view: View, p: Numbers) -> Array:
    """What holds the line in the long run, thousand person-equivalents [n]: from his baseline to all that he has."""
    need = view.strength * (jnp.exp(view.shortfall - no_defeat_line(view, p)) - 1)
    return jnp.clip(view.support + need, view.baseline, view.ceiling)


def _late(view: View, p: Numbers) -> tuple[Array, Array]:
    """The shortfall of `delay` months ago beyond the line [n], and whether it calls for an answer."""
    delay = p["spigot.delay"]
    late = jnp.where(delay < 0.5, view.shortfalls[0], jnp.where(delay < 1.5, view.shortfalls[1], view.shortfalls[2]))
    excess = late - no_defeat_line(view, p)
    return excess, (excess > -p["spigot.overshoot"] * view.alarm).astype(jnp.float32)


def drive(view: View, p: Numbers) -> Drive:
    """What holds the line, up or down, in thousand person-equivalents, and never less than he would give anyway. Nobody leaves a client
    who is about to lose."""
    excess, alarm = _late(view, p)
    needed = view.support + p["spigot.gain"] * view.strength * (excess + p["spigot.overshoot"] * alarm)
    return Drive(jnp.maximum(base(view, p), needed), view.mode, alarm, 1 - alarm)


def outlook(view: View, p: Numbers) -> Outlook:
    """What holds the line, whatever it costs: pain weighs half."""
    return Outlook(rescue(view, p), 0.5 + view.support * 0, 1 - _late(view, p)[1])


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
        per_patron("spigot.line", Prior("halfnormal", (0.1,), "log ratio", above="start"), "The no-defeat line m*"),
        per_patron("spigot.delay", Prior("choice", (0, 1, 2), "months"), "Months until the answer", (0, 2)),
        per_patron(
            "spigot.overshoot", Prior("fixed", (0,), "log ratio"), "How far below the line he closes the spigot", (0, float("inf"))
        ),
    ),
    "DePetris, Defense Priorities, December 2017; as a threshold control loop after Wiener 1948.",
    outlook,
    answers=True,
)

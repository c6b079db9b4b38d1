"""Spigot: he gives what prevents his client's defeat, and no more."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, per_patron, relaxed_support
from countermove.world.cast import Array
from countermove.world.prior import Prior


def no_defeat_line(view: View, p: Numbers) -> Array:
    """The shortfall m* he will not let pass, in log ratio [n]; measured from the start on a settled front."""
    return p["spigot.line"] + view.start_shortfall if view.line_above_start else p["spigot.line"]


def rescue(view: View, p: Numbers) -> Array:
    """What holds the line in the long run, thousand person-equivalents [n]: from his baseline to all that he has."""
    need = view.strength * (jnp.exp(view.shortfall - no_defeat_line(view, p)) - 1)
    return jnp.clip(view.support + need, view.baseline, view.ceiling)


def _then(p: Numbers, past: Array) -> Array:
    """What was so `delay` months ago [n], of [3, n] now, one and two months ago."""
    delay = p["spigot.delay"]
    return jnp.where(delay < 0.5, past[0], jnp.where(delay < 1.5, past[1], past[2]))


def _late(view: View, p: Numbers) -> tuple[Array, Array]:
    """The shortfall of `delay` months ago beyond the line [n], and whether it calls for an answer."""
    late = _then(p, view.shortfalls)
    excess = late - no_defeat_line(view, p)
    return excess, (excess > -p["spigot.overshoot"] * view.alarm).astype(jnp.float32)


def drive(view: View, p: Numbers) -> Drive:
    """What would have held the line when he looked, up or down, in thousand person-equivalents, and never less than he would give anyway:
    measured against what he gave *then*, so that a late answer does not swing. Nobody leaves a client who is about to lose."""
    excess, alarm = _late(view, p)
    needed = _then(p, view.supports) + p["spigot.gain"] * view.strength * (excess + p["spigot.overshoot"] * alarm)
    return Drive(jnp.maximum(relaxed_support(view, p), needed), view.mode, alarm, 1 - alarm)


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
            Prior("beta", (4, 2), "share per log ratio"),
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
    moved_by="losing",
    exits=True,
    strength=("spigot.gain",),
    shared=("spigot.gain",),
    title="gives whatever prevents defeat",
)

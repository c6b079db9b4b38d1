"""The offset Omega in the limits in which it is known: who does not answer, who answers in full, who answers as in Dixit's contest.

For the two limits nothing is shot at (intensities 0), observation is exact and support is all troops (a thousand of support then is a
thousand effective soldiers, as `rational` takes it), so that the batch of arms is the only thing that happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from countermove.engine.offset import effects, window_of
from countermove.verify.line import Line, near, none, within
from countermove.verify.numpy_model import offset
from countermove.verify.small_war import SmallWar, small_war

QUIET: dict[str, float | np.ndarray] = {
    "attrition.intensity-high": 0.0,
    "attrition.intensity-positional": 0.0,
    "attrition.intensity-truce": 0.0,
    "observation.balance-error": 0.0,
    "observation.shortfall-territory": 0.0,
    "support.noise": 0.0,
    "support.exit": 0.0,
    "attrition.counter-quality": 0.7,
    "attrition.patron-weight": 1.0,
}
FULL = {"spigot.line": 0.0, "spigot.delay": 0.0, "spigot.gain": 0.5, "support.persistence": 1.0, "patron.means": 1e3}
OPENLY = {"intervention.readiness": 1e9}  # nothing but his means bounds what he gives
RATIO, DECISIVENESS = 3.0, 1.0
SHARP = {
    "patron.stake-ratio": RATIO,
    "rational.decisiveness": DECISIVENESS,
    "rational.precision": 30.0,
    "support.persistence": 0.3,
    "patron.baseline": 6.0,  # and means for as much again: the 17 levels then lie .75 thousand apart
    "patron.means": 12.0,
}
SOURCE = "limit of the offset; engine.offset.effects"
REFERENCE = "the same luck; verify.numpy_model.offset, float64"


def omega(war: SmallWar, theory: str, changes: Mapping[str, float | np.ndarray]) -> float:
    """Omega on the balance under a theory."""
    (trickle,) = (plan for plan in war.program.plans if plan.name == "trickle")
    window, last = window_of(trickle, war.program.cast.months)
    both = effects(war.kernel, war.job("trickle", theory, changes), window, war.engine.sheets["nothing"], last)
    open_, closed = np.asarray(both, np.float64)[0]
    return float(1 - closed.mean() / open_.mean())


def limits() -> list[Line]:
    """Three numbers that are known."""
    war = small_war(("inertia", "spigot", "rational"), ("trickle", "nothing"), 256, 1)
    program = replace(war.program, cast=replace(war.program.cast, mix=((1.0, 0.0, 0.0),) * 2))
    war = replace(war, program=program)
    lead = (RATIO**DECISIVENESS - 1) / (RATIO**DECISIVENESS + 1)
    share = DECISIVENESS * lead / (1 + DECISIVENESS * lead)
    spigot = "offset of the spigot: no margin, cap, delay or noise, rho = 1, gain 1/2"
    rational = "offset of the rational patron, noiseless, small aid: r q/(1 + r q)"
    return [
        none("offset of inertia", omega(war, "inertia", {}), SOURCE),
        within(spigot, 1.0, omega(war, "spigot", {**QUIET, **FULL, **OPENLY}), 1e-3, SOURCE),
        within(rational, share, omega(war, "rational", {**QUIET, **SHARP}), 0.05, SOURCE),
        *_by_the_reference(war),
    ]


def _by_the_reference(war: SmallWar) -> list[Line]:
    """With everything on and the same luck: the reference, and the engine less the reference."""
    told: dict[str, float] = {}
    for theory in ("inertia", "spigot"):
        job = war.job("trickle", theory)
        uniforms = war.uniforms(job, war.program.cast.months)
        told[theory] = offset(war.program.scenario, "trickle", {"rival": theory}, dict(job.params), uniforms).omega
    return [
        none("offset of inertia, by the reference", told["inertia"], REFERENCE),
        near(
            "offset of the spigot with all noise on, the engine and the reference",
            told["spigot"],
            omega(war, "spigot", {}),
            0.01,
            REFERENCE,
        ),
    ]

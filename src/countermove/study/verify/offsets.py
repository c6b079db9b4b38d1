"""The offset Omega in the limits in which it is known: who does not answer, who answers in full, who answers as in Dixit's contest.

For the two limits nothing is shot at (intensities 0), observation is exact and support is all troops (a thousand of support then is a
thousand effective soldiers, as `rational` takes it), so that the batch of arms is the only thing that happens.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countermove.engine.offset import effects, window_of
from countermove.study.verify.line import Line, none, within
from countermove.study.verify.small_war import War, small_war

QUIET = {
    "attrition__intensity_high": 0.0,
    "attrition__intensity_positional": 0.0,
    "attrition__intensity_truce": 0.0,
    "observation__balance_error": 0.0,
    "observation__shortfall_territory": 0.0,
    "support__noise": 0.0,
    "attrition__counter_quality": 0.7,
    "attrition__patron_weight": 1.0,
}
SOURCE = "MODEL.md, The offset; engine.offset.effects"


def omega(war: War, theory: str, **changes: float | np.ndarray) -> float:
    """Omega on the balance under a theory."""
    written = {plan.name: (number, plan) for number, plan in enumerate(war.program.plans)}
    window, last = window_of(written["trickle"][1], war.program.cast.months)
    open_, closed = np.asarray(effects(war.kernel, war.job("trickle", theory, **changes), window, written["nothing"][0], last), np.float64)[0]
    return float(1 - closed.mean() / open_.mean())


def limits() -> list[Line]:
    """Three numbers that are known (MODEL.md, Omega)."""
    war = small_war(("inertia", "spigot", "rational"), ("trickle", "nothing"), 256, 1)
    program = replace(war.program, cast=replace(war.program.cast, mix=((1.0, 0.0, 0.0),) * 2))
    war = replace(war, program=program)
    target = war.job("trickle", "inertia").params["side.personnel"]
    still = {**QUIET, "side__target": target}
    spigot = omega(war, "spigot", spigot__line=0.0, spigot__delay=0.0, spigot__gain=0.5, support__persistence=1.0, patron__headroom=1e3, **still)
    ratio, r = 3.0, 1.0
    lead = (ratio**r - 1) / (ratio**r + 1)
    rational = omega(
        war, "rational", patron__stake_ratio=ratio, rational__decisiveness=r, rational__precision=30.0, patron__baseline=6.0,
        patron__headroom=6.0, support__persistence=0.3, **still,
    )  # fmt: skip
    return [
        none("offset of inertia", omega(war, "inertia"), SOURCE),
        within("offset of the spigot: no margin, cap, delay or noise, rho = 1, gain 1/2", 1.0, spigot, 1e-3, SOURCE),
        within("offset of the rational patron, noiseless, small aid: r q/(1 + r q)", r * lead / (1 + r * lead), rational, 0.05, SOURCE),
    ]

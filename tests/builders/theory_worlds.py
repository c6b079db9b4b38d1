"""Worlds of the Donbas in which theories part: one calm, and what differs from it."""

from __future__ import annotations

import numpy as np

EXACT = {
    "support__noise": 0.0,
    "observation__balance_error": 0.0,
    "domestic__approval": 0.0,
    "domestic__oil": 0.0,
    "domestic__election": 0.0,
    "support__exit": 0.0,
}
CALM = {
    **EXACT,
    "observation__shortfall_territory": 0.0,
    "observation__false_alarm": 0.0,
    "requests__base": 1e-9,
    "pretext__support": 0.0,
    "pretext__talks": 0.0,
    "will__sanctions": 0.0,
    "spread__clash_top": 0.0,
    "posture__offensive_base": -30.0,
    "bargain__hazard": 0.0,
    "side__dependence": 0.0,
    "support__persistence": 0.7,
    "patron__baseline": 6.0,
    "spigot__line": 0.05,
    "spigot__delay": 0.0,
    "spigot__gain": 0.5,
    "pressure__gain": 1.0,
    "pressure__scale": 10.0,
    "richardson__gain": 1.0,
    "opportunist__gain": 1.0,
    "opportunist__margin": 0.05,
    "opportunist__deterrence": 1.0,
    "rational__decisiveness": 1.0,
    "rational__precision": 5.0,
    "patron__stake_ratio": 3.0,
}
SOLDIERS = np.stack([np.full(256, 50.0), np.full(256, 32.0)])
# arms that change neither the front nor the truces; what is left is that they kill the patron's men
WITHOUT_EFFECT = {"attrition__heavy_quality": 0.0, "attrition__counter_quality": 0.0, "truces__break_aid_owner": 0.0,
                  "truces__onset_deaths": 0.0}  # fmt: skip
# what differs from the calm; and the strategy, where it is not to abstain
WORLDS: dict[str, dict[str, float | np.ndarray]] = {
    "calm": {},
    "losing": {"side__target": SOLDIERS * [[1.0], [0.6]]},
    "winning": {"side__target": SOLDIERS * [[0.6], [1.0]]},
    "bloody": {"posture__offensive_base": 0.0},
    "unarmed": WITHOUT_EFFECT,
    "armed": WITHOUT_EFFECT,
}

"""Parts of a weighing that no filter and no reader made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from countermove.evidence.theory_evidence import Evidence
from countermove.questions.weigh.finding import FilterWeight, Pool, WarWeights


def evidence(theory: str, log: float, sd: float, **changes: Any) -> Evidence:
    """A theory whose log evidence is known to so much: two draws of three numbers, where nothing else is said."""
    drawn = {
        "increments": np.zeros(1),
        "by_population": np.zeros(2),
        "z": np.zeros((2, 3)),
        "weight": np.ones(2) / 2,
        "acceptance": 0.3,
    }
    return Evidence(theory=theory, log_evidence=log, sd=sd, **{**drawn, **changes})


def exact_weight(theory: str, posterior: float, sd: float, **changes: Any) -> FilterWeight:
    """Its weight by four populations of filters, of 90 effective draws."""
    found = {"stacking": 0.25, "log_evidence": -300.0, "evidence_sd": 0.3, "populations": 4, "effective": 90.0, **changes}
    return FilterWeight(theory=theory, posterior=posterior, sd=sd, **found)


def war_read(record: str, weights: Mapping[str, float], **changes: Any) -> WarWeights:
    """A war of Moscow's, known by now, in whose records readers name six theories in ten rightly."""
    return WarWeights(
        record=record,
        weights=weights,
        **{"patron": "moscow", "coding": "default", "beyond": 0.4, "right": 0.6, "known": True, **changes},
    )


def pool_of(wars: tuple[WarWeights, ...], weights: Mapping[str, float], **changes: Any) -> Pool:
    """Wars that give these weights together, known by now and with hindsight."""
    return Pool(wars, weights, weights, **{"without": {}, "sentences": ("A sentence.",), "seconds": 1.0, **changes})

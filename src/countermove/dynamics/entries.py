"""How an entry of the parameter tables is written: a prior with its unit and source, and the bounds that a number may have."""

from __future__ import annotations

import math

from countermove.world.prior import Kind, Parameter, Prior

INF = math.inf
POSITIVE = (0.0, INF)
SHARE = (0.0, 1.0)
ANY = (-INF, INF)
CALIBRATED = "calibrated to the record of July 2015 to June 2017"
RECORD = "calibrated to the truces of the Donbas record"  # broken within 30 days, mean length and number together


def prior(
    kind: Kind, *args: float, unit: str = "", source: str = "judgement", low: float | None = None, high: float | None = None
) -> Prior:
    """A default prior of a parameter table."""
    return Prior(kind, tuple(float(a) for a in args), unit=unit, source=source, low=low, high=high)


P = Parameter

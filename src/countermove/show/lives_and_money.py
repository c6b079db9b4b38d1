"""What a point of the objective is worth in lives or money, so that a reader who never saw the objective can weigh a difference."""

from __future__ import annotations

import math

from countermove.scenario.schema import Objective
from countermove.world.measure import MEASURE, MEASURES
from countermove.world.words import number

_PICTURED = [measure for unit in ("persons", "million USD") for measure in MEASURES if measure.unit == unit]  # the plainest first


def in_lives_or_money(points: float, objective: Objective | None) -> str:
    """So many points of this objective in lives, else in money, else in the chance of an event: `620 military dead`; empty where none fits."""
    values = {} if objective is None else {name: worth for name, worth in objective.values.items() if worth.points}
    if not math.isfinite(points):
        return ""
    for measure in _PICTURED:
        if worth := values.get(measure.name):
            return f"{_round(abs(points / worth.points) * worth.per)} {measure.amounts}"
    for name, worth in values.items():
        if name in MEASURE and MEASURE[name].kind == "event":
            share = 100 * abs(points / worth.points) * worth.per
            points_of = "percentage point" if _round(share) == "1" else "percentage points"
            return f"{_round(share)} {points_of} more or less of “{MEASURE[name].title}”"
    return ""


def as_much_as(points: float, objective: Objective | None) -> str:
    """The same as an insertion, ` (as much as 620 military dead)`; empty where there is nothing to compare with."""
    said = in_lives_or_money(points, objective)
    return f" (as much as {said})" if said and points else ""


def _round(amount: float) -> str:
    """Two figures: more would be told than a comparison carries."""
    if amount == 0:
        return "0"
    step = 10.0 ** (math.floor(math.log10(amount)) - 1)
    return number(round(amount / step) * step)

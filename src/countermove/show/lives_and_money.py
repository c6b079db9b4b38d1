"""What a point of the objective is worth in lives or money, so that a reader who never saw the objective can weigh a difference."""

from __future__ import annotations

import math
from dataclasses import dataclass

from countermove.scenario.schema import Objective
from countermove.world.measure import MEASURE, MEASURES
from countermove.world.words import listed, number

_PICTURED = [measure for unit in ("persons", "million USD") for measure in MEASURES if measure.unit == unit]  # the plainest first


def in_lives_or_money(points: float, objective: Objective | None) -> str:
    """So many points of this objective in lives, else in money, else in the chance of an event: `620 military dead`; empty where none fits."""
    values = {} if objective is None else {name: worth for name, worth in objective.values.items() if worth.points}
    if not math.isfinite(points):
        return ""
    for measure in _PICTURED:
        if worth := values.get(measure.name):
            return f"{rounded(abs(points / worth.points) * worth.per)} {measure.amounts}"
    for name, worth in values.items():
        if name in MEASURE and MEASURE[name].kind == "event":
            share = 100 * abs(points / worth.points) * worth.per
            points_of = "percentage point" if rounded(share) == "1" else "percentage points"
            return f"{rounded(share)} {points_of} more or less of “{MEASURE[name].title}”"
    return ""


@dataclass(frozen=True)
class Currency:
    """What points are counted in for a reader who never saw the objective: `per_point` of a thing that the objective values, by its plain name."""

    name: str
    per_point: float
    persons: bool

    def amount(self, points: float) -> str:
        """`320 soldiers' lives`, of two figures: more would be told than a comparison carries."""
        return f"{rounded(abs(points) * self.per_point)} {self.name}"


def currencies(objective: Objective | None) -> tuple[Currency, ...]:
    """Lives and money that the objective values, one of each at most, lives first; none where it values neither."""
    values = {} if objective is None else {name: worth for name, worth in objective.values.items() if worth.points}
    found: dict[bool, Currency] = {}
    for measure in _PICTURED:
        if measure.worth and (worth := values.get(measure.name)):
            persons = measure.unit == "persons"
            found.setdefault(persons, Currency(measure.worth, worth.per / abs(worth.points), persons))
    return tuple(found.values())


def worth_of(points: float, objective: Objective | None) -> str:
    """So many points as `320 soldiers' lives or 160 million dollars`; in another way where neither is valued, empty where none fits."""
    amounts = tuple(one.amount(points) for one in currencies(objective))
    return listed(amounts, "or") if amounts and math.isfinite(points) else in_lives_or_money(points, objective)


def range_in_currency(low: float, high: float, objective: Objective | None) -> str:
    """From so many points to so many, both above 0, in lives, else in money: `280 to 360 soldiers' lives`; one number where both read the same.

    Empty where neither is valued, or where an end is not known.
    """
    known = currencies(objective)
    if not known or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{rounded_range(low * known[0].per_point, high * known[0].per_point)} {known[0].name}"


def rounded_range(low: float, high: float) -> str:
    """Two amounts above 0, of two figures each: `280 to 360`; `about 280` where both read the same."""
    ends = rounded(low), rounded(high)
    return f"about {ends[0]}" if ends[0] == ends[1] else " to ".join(ends)


def as_much_as(points: float, objective: Objective | None) -> str:
    """The same as an insertion, ` (as much as 620 military dead)`; empty where there is nothing to compare with."""
    said = in_lives_or_money(points, objective)
    return f" (as much as {said})" if said and points else ""


def rounded(amount: float) -> str:
    """An amount of two figures: more would be told than a comparison carries."""
    if amount == 0:
        return "0"
    step = 10.0 ** (math.floor(math.log10(amount)) - 1)
    return number(round(amount / step) * step)

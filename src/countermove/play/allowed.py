"""What each order takes, for forms and programs: the words of a closed list, or the ends of a range. The language itself decides
(scenario/seat_orders.py, scenario/plans.py); scenario/order_help.py says the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from types import MappingProxyType
from typing import NamedTuple

from countermove.play.voice import Voice
from countermove.scenario.keys import CONDITIONS, Key
from countermove.scenario.ladder import COUNT
from countermove.scenario.order_help import TOP


class Allowed(NamedTuple):
    """Words that an order takes, or the least and the greatest number."""

    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "step": (1 - COUNT, COUNT - 1),
        "volume": (0, 1e6),
        "enforcement": (0, 1),
        "sanctions": (0, 1),
        "peacekeeping-offer": (0, 100),
        "brigades": (0, 7),
    }
)
"""Least and most."""


def allowed(voice: Voice, key: Key, means: float) -> Allowed:
    """What an order of a seat takes. `means`: the most that a patron could give, thousand person-equivalents. The rung of war is left out: nobody
    goes there by an order."""
    if key.kind == "boolean":
        return Allowed(("true", "false"))
    if key.kind == "conditions":
        return Allowed(CONDITIONS)
    if key.kind == "rung":
        return Allowed(voice.ladders[voice.seat.name][: TOP + 1])
    if "|" in key.kind:
        return Allowed(tuple(key.kind.split("|")))
    least, most = RANGES[key.name] if key.name in RANGES else (0.0, floor(1000 * means) / 1000)
    return Allowed(least=float(least), most=float(most))

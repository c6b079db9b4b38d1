"""What each order takes: the words of a closed list, or the ends of a range. The form and programs are told; the language itself decides
(scenario/seat_orders.py, scenario/plans.py)."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from types import MappingProxyType
from typing import NamedTuple

from countermove.play.voice import Voice, shown
from countermove.scenario.keys import CONDITIONS, Key
from countermove.scenario.ladder import COUNT
from countermove.world.words import listed, true_minus


class Allowed(NamedTuple):
    """Words that an order takes, or the least and the greatest number; in words too."""

    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    says: str = ""


RANGES: Mapping[str, tuple[float, float, str]] = MappingProxyType(
    {
        "step": (1 - COUNT, COUNT - 1, "whole number but 0"),
        "volume": (0, 1e6, "number of million USD"),
        "enforcement": (0, 1, "number"),
        "sanctions": (0, 1, "number"),
        "peacekeeping-offer": (0, 100, "number of thousands"),
        "brigades": (0, 7, "number"),
    }
)
"""Least, most, and what it is."""


def allowed(voice: Voice, key: Key, means: float) -> Allowed:
    """What an order of a seat takes. `means`: the most that a patron could give, thousand person-equivalents."""
    if key.kind == "boolean":
        return Allowed(("true", "false"), says="true or false")
    if key.kind == "conditions":
        return Allowed(
            CONDITIONS, says=f"a list of any of {listed(CONDITIONS, 'and')}, such as [{CONDITIONS[0]}]; [] lifts them all"
        )
    if key.kind == "rung":
        rungs = voice.ladders[voice.seat.name]
        return Allowed(rungs, says=f"one of {listed(rungs, 'or')}, or its number, 0 to {COUNT - 1}")
    if "|" in key.kind:
        words = tuple(key.kind.split("|"))
        return Allowed(words, says=f"one of {listed(words, 'or')}")
    least, most, what = RANGES[key.name] if key.name in RANGES else (0.0, floor(1000 * means) / 1000, "number of thousands")
    ends = f"{true_minus(shown(least))} to {most:,.10g}"
    return Allowed(least=float(least), most=float(most), says=f"a {what}, {ends}")

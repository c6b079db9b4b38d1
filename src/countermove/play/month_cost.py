"""What a month cost a patron, and of what: in words, from the war before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from countermove.play.in_force import flow_value, one
from countermove.play.voice import Voice, shown
from countermove.play.war import Standing
from countermove.world.words import listed

ROUNDING = 1e-6  # of all that was spent, by which a month's part of it may be wrong: it is kept to seven digits


def month_cost(voice: Voice, p: Any, before: Standing, after: Standing) -> Iterator[str]:
    """What the month that lies between cost the patron that is spoken to, million USD, and of what; nothing where it cost nothing."""
    old, new, j = before.lanes.state, after.lanes.state, voice.seat.place
    total = one(new.spent[j])
    spent, least = total - one(old.spent[j]), ROUNDING * total + 0.005
    if spent <= least:
        return
    rung = one(new.rung[j])
    step = voice.cast.ladders[j][round(rung)]
    parts = {f"{voice.rung(rung, voice.seat.name)}": step.cost}
    rest = "heavy weapons that replace destroyed ones"
    if not voice.cast.driven(j):
        value, flows = flow_value(voice.cast, p, rung), one(new.orders.flow)
        brigades = one(new.orders.brigades)
        parts = {
            f"{voice.rung(rung)}{' without its arms' if value > 0 else ''}": max(step.cost - value, 0.0),
            "its monthly arms": flows * value,
            f"{shown(brigades)} brigades": one(p["alliance.brigade-cost"]) * brigades,
        }
        rest = "the volume that was shipped"
    parts[rest] = spent - sum(parts.values())
    told = [f"{shown(money)} for {what}" for what, money in parts.items() if money > least]
    yield f"Month {after.month} cost you {shown(spent)} million USD: {listed(told)}."

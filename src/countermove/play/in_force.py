"""What stands for a seat that orders: what it once ordered or declared and what still holds, in words, from the war itself.

Nothing of another seat is in it but what the seat's readings have too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from countermove.behaviour.theory import OVERT_SUPPORT
from countermove.play.seats import who_sees
from countermove.play.voice import Voice, shown
from countermove.play.war import Standing
from countermove.scenario.order_help import TOP
from countermove.world.cast import Cast
from countermove.world.state import HIGH, SETTLED, TRUCE, State

EFFORTS = {"none": -0.10, "low": -0.05, "normal": 0.0, "high": 0.10}
"""The weight on diplomacy by the words that order it (engine/plans.py)."""
LINE, RESTRAINT = "not-at-contact-line", "no-offensives"


class InForce(NamedTuple):
    """One thing that stands: the key that orders it, its value where it has one, and a sentence."""

    name: str
    value: str | float | bool | None
    says: str


def one(values: Any) -> float:
    """Lane 0 of [n]."""
    return float(np.asarray(values, np.float64).ravel()[0])


def in_force(voice: Voice, p: Any, standing: Standing, ordering: bool) -> tuple[InForce, ...]:
    """What stands for a seat at the start of the next month; nothing for one that orders nothing. `p`: the war's numbers by name; `ordering`: whether
    somebody at the table orders for the seat."""
    ways = {"owner": _owner, "patron": _patron, "client": _client}
    way = ways.get(voice.seat.kind)
    return () if way is None else tuple(way(voice, p, standing, ordering))


# --- the owner --------------------------------------------------------------------------------------------------------------


def _owner(voice: Voice, p: Any, standing: Standing, ordering: bool) -> Iterator[InForce]:
    state = standing.lanes.state
    orders = state.orders
    rung, ceiling = one(state.rung[0]), one(orders.ceiling)
    yield InForce("rung", _name(voice, rung), f"You stand on {voice.rung(rung)}.{_waits(voice, p, state)}")
    yield from _arms(voice, p, standing)
    if ceiling < TOP:
        yield InForce(
            "ceiling", _name(voice, ceiling), f"Your ceiling is {voice.rung(ceiling)}: you go no higher until you order another."
        )
    else:
        yield InForce("ceiling", None, "You have declared no ceiling.")
    yield from _conditions(voice, orders)
    announced = one(orders.announce) > 0
    yield InForce("announce", announced, f"What you give is {'' if announced else 'not '}announced.")
    yield InForce(
        "sanctions", _kept(orders.sanctions), f"Your sanctions on {voice.rivals} stand at {shown(one(orders.sanctions))} of 1."
    )
    effort = min(EFFORTS, key=lambda word: abs(EFFORTS[word] - one(orders.effort)))
    yield InForce("diplomacy", effort, f"Your weight on diplomacy is {effort}.")
    yield _offer(standing)
    if voice.cast.alliance or one(orders.brigades) > 0:
        says = f"Brigades that you have sent to the alliance's threatened members: {shown(one(orders.brigades))} of 7."
        yield InForce("brigades", _kept(orders.brigades), says)
    yield _request(voice, one(state.asked[0]) > 0, ordering)


def _name(voice: Voice, number: float) -> str:
    return voice.ladders[voice.cast.patrons[0]][round(number)]


def _kept(values: Any) -> float:
    """As it is sent: of seven digits."""
    return float(f"{one(values):.7g}")


def _waits(voice: Voice, p: Any, state: State) -> str:
    """What is ordered and not reached yet, and why."""
    rung, wish, ceiling = one(state.rung[0]), min(one(state.orders.rung), TOP), one(state.orders.ceiling)
    if wish > rung and ceiling < wish:
        return f" You ordered {voice.rung(wish)}: it waits until you raise your ceiling, and is then carried out before a request is granted."
    if wish > rung and one(state.will[0]) < one(p["will.floor"]):
        return f" You ordered {voice.rung(wish)}: it waits, as political will at home is too low for a step up."
    if wish > rung:
        return f" You ordered {voice.rung(wish)}: you go there this month, unless you order otherwise."
    if min(wish, ceiling) < rung:
        return f" You go down to {voice.rung(min(wish, ceiling))}, one rung a month."
    return ""


def flow_value(cast: Cast, p: Any, rung: float) -> float:
    """What the owner's monthly arms of a rung cost, million USD; `p`: the war's numbers by name."""
    step = cast.ladders[0][round(rung)]
    return step.heavy * one(p["supply.price-heavy"]) + step.counter_heavy * one(p["supply.price-counter"])


def _arms(voice: Voice, p: Any, standing: Standing) -> Iterator[InForce]:
    """What is on its way, and whether the arms of the rung run."""
    state = standing.lanes.state
    value = flow_value(voice.cast, p, one(state.rung[0]))
    if value > 0 and one(state.orders.flow) == 0:
        says = (
            "The monthly arms of your rung do not run, as a volume was shipped in their place. Any order of a rung without a volume lets them "
            f"run again, {shown(value)} million USD a month, even one that goes no higher."
        )
        yield InForce("volume", False, says)
    elif value > 0:
        yield InForce("volume", True, f"The monthly arms of your rung run: {shown(value)} million USD a month.")
    pipeline = np.asarray(state.pipeline, np.float64)  # [7, 2, n] by the months until they arrive
    coming = [place for place in range(len(pipeline)) if float(pipeline[place, :, 0].sum()) > 0]
    if coming:
        first, last = (voice.month(standing.month + 1 + place) for place in (coming[0], coming[-1]))
        says = f"Arms are on their way to {voice.client}: they arrive in {first}{'' if first == last else f' to {last}'}."
        yield InForce("arms", True, says)


def _conditions(voice: Voice, orders: Any) -> Iterator[InForce]:
    strength = {LINE: one(orders.line), RESTRAINT: one(orders.restraint)}
    named = [name for name, value in strength.items() if value > 0]
    if not named:
        yield InForce("conditions", None, f"You have set no conditions on what you give {voice.client}.")
        return
    enforced = max(strength.values())
    said = " and ".join(name.replace("-", " ") for name in named)
    yield InForce("conditions", ", ".join(named), f"Your conditions on what you give {voice.client}: {said}.")
    yield InForce("enforcement", _kept(enforced), f"They are enforced at {shown(enforced)} of 1.")


def _offer(standing: Standing) -> InForce:
    """The offer of peacekeepers; how large one is that stood before the first month is among the numbers that nobody knows."""
    offer = one(standing.lanes.state.orders.offer)
    if offer <= 0:
        return InForce("peacekeeping-offer", None, "You offer no peacekeepers.")
    if offer == one(standing.lanes.first.orders.offer):
        return InForce("peacekeeping-offer", None, "The offer of peacekeepers stands that was on the table before the first month.")
    return InForce("peacekeeping-offer", _kept(offer), f"You offer {shown(offer)} thousand peacekeepers.")


def _request(voice: Voice, asked: bool, ordering: bool) -> InForce:
    """Whether an answer is waited for."""
    if not asked:
        return InForce("answer", None, f"No request of {voice.client} is open.")
    silence = " Not to answer is to refuse." if ordering else ""
    return InForce("answer", None, f"A request of {voice.client} for more is open: grant or refuse it this month.{silence}")


# --- the others -------------------------------------------------------------------------------------------------------------


def _patron(voice: Voice, p: Any, standing: Standing, ordering: bool) -> Iterator[InForce]:
    state, j = standing.lanes.state, voice.seat.place
    if one(state.left[j]) > 0:
        yield InForce("exit", True, "You have left the war: nothing that you order is carried out any more.")
        return
    gave = one(state.support[j])
    aim = one(standing.aims[j]) if ordering else gave
    aims = f"You aim to give {voice.client} {shown(aim)} thousand person-equivalents; " if ordering else ""
    last = "at the start you give" if standing.month == 0 else "last month you gave"
    says = f"{aims}{last if ordering else last.capitalize()} {shown(gave)}.{_openly(voice, gave) or denied(aim)}"
    yield InForce("support", float(f"{aim:.7g}"), says)
    rung = one(state.rung[j])
    yield InForce("rung", voice.ladders[voice.seat.name][round(rung)], f"By that you stand on {voice.rung(rung, voice.seat.name)}.")
    yield _request(voice, one(state.asked[j]) > 0, ordering)


def _openly(voice: Voice, gave: float) -> str:
    """What is to be said to a patron that gives more than can be denied; "" to any other."""
    if gave <= OVERT_SUPPORT:
        return ""
    return f" Your forces stand openly. {who_sees(voice.cast, voice.title, voice.seat.place)}"


def denied(aim: float) -> str:
    """What is to be said of an aim, thousand person-equivalents, above what can be denied, to a patron that gives no more yet; "" of any other.
    One that stays covert can aim at no more."""
    if aim <= OVERT_SUPPORT:
        return ""
    most = shown(OVERT_SUPPORT)
    until = f"until your forces stand openly {most} at most is given"
    return f" More than {most} cannot be denied: {until}; it may take months, and comes sooner the higher you aim."


def _client(voice: Voice, p: Any, standing: Standing, ordering: bool) -> Iterator[InForce]:
    state, i, cast = standing.lanes.state, voice.seat.place, voice.cast
    attacking = one(state.attacking[i]) > 0
    yield InForce(
        "attack", attacking, f"{'Your major offensive is under way, until it is spent.' if attacking else _may_attack(state)}"
    )
    behind = [j for j, side in enumerate(cast.supports) if side == i]
    for j in behind:
        title = voice.title(cast.patrons[j])
        if one(state.left[j]) > 0:
            yield InForce("ask", None, f"{title} has left the war, and cannot be asked.")
        elif one(state.asked[j]) > 0:
            yield InForce("ask", True, f"You have asked {title} for more: the answer comes this month.")
        else:
            yield InForce("ask", False, f"No request of yours to {title} is open.")
    if 0 in behind:
        strength = {LINE: one(state.orders.line), RESTRAINT: one(state.orders.restraint)}
        named = [f"{name.replace('-', ' ')}, enforced at {shown(value)} of 1" for name, value in strength.items() if value > 0]
        given = f"what you are given by {voice.title(cast.patrons[0])}"
        says = f"Conditions on {given}: {'; '.join(named)}." if named else f"There are no conditions on {given}."
        yield InForce("conditions", ", ".join(name for name, value in strength.items() if value > 0) or None, says)


def _may_attack(state: State) -> str:
    """Whether an offensive could begin, as everybody sees it."""
    regime = round(one(state.regime))
    if regime == HIGH:
        return "You are on no offensive, and none can begin while the fighting is intense."
    if regime == TRUCE:
        return "You are on no offensive; one would end the truce."
    if regime >= SETTLED:
        return "The war is over: no offensive can begin."
    return "You are on no offensive."

"""What of a seat's orders is not carried out as it is ordered, and why: before they are sent, as far as it can be known, and after the month.

Both say nothing but what the seat knows of itself, and what everybody sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from countermove.behaviour.theory import OVERT_SUPPORT
from countermove.play.in_force import denied, flow_value, one
from countermove.play.month import NEVER, Passed
from countermove.play.month_cost import month_cost
from countermove.play.voice import Voice, shown
from countermove.play.war import Standing
from countermove.scenario.order_help import TOP
from countermove.scenario.schema import WrittenOrders
from countermove.scenario.seat_orders import SeatOrders
from countermove.world.state import HIGH, SETTLED, State

STEADY = 0.02  # of its aim, by which a patron's support may differ and nothing is said


class Remark(NamedTuple):
    """Something about an order: its key, and a sentence."""

    key: str
    text: str


# --- before the month -------------------------------------------------------------------------------------------------------


def remarks(voice: Voice, p: Any, standing: Standing, given: SeatOrders) -> tuple[Remark, ...]:
    """What will not be carried out as these orders say it, as far as it can be known before the month; `p`: the war's numbers by name."""
    ways = {"owner": _owner_before, "patron": _patron_before, "client": _client_before}
    way = ways.get(voice.seat.kind)
    return () if way is None else tuple(way(voice, p, standing, given))


def _wanted(voice: Voice, orders: WrittenOrders, state: State) -> float | None:
    """The rung that is ordered, if one is."""
    if orders.exit:
        return 0
    if orders.rung is not None:
        return float(voice.ladders[voice.seat.name].index(orders.rung))
    return None if orders.step is None else one(state.rung[0]) + orders.step


def _ceiling(voice: Voice, orders: WrittenOrders, state: State) -> float:
    if orders.exit:
        return 0
    return one(state.orders.ceiling) if orders.ceiling is None else float(voice.ladders[voice.seat.name].index(orders.ceiling))


def _owner_before(voice: Voice, p: Any, standing: Standing, given: SeatOrders) -> Iterator[Remark]:
    orders, state = given.owner, standing.lanes.state
    if orders is None:
        return
    rung, wanted, ceiling = one(state.rung[0]), _wanted(voice, orders, state), _ceiling(voice, orders, state)
    key = "exit" if orders.exit else "step" if orders.rung is None else "rung"
    able = one(state.will[0]) >= one(p["will.floor"])
    if orders.exit and (orders.rung is not None or orders.step is not None or orders.ceiling is not None):
        yield Remark("exit", "To leave the war takes the place of a rung, a step or a ceiling that is ordered beside it.")
    if wanted is not None:
        yield from _climb(voice, key, rung, wanted, ceiling, able, orders)
        if not orders.exit and orders.rung is not None and orders.volume is None:
            yield from _arms_again(voice, p, state, min(wanted, ceiling))
    elif ceiling > one(state.orders.ceiling) and able and (waited := _waiting(state, ceiling)):
        yield Remark(
            "ceiling", f"The order that waited is carried out with it: you go from {voice.rung(rung)} to {voice.rung(waited)}."
        )
    elif ceiling < rung:
        yield Remark("ceiling", f"You stand above it, on {voice.rung(rung)}, and go down one rung a month.")
    if orders.answer is not None and one(state.asked[0]) <= 0:
        yield Remark("answer", f"No request of {voice.client} is open: it does nothing.")
    elif orders.answer == "grant" and (why := _no_room(voice, state, wanted, ceiling, able)):
        yield Remark("answer", why)
    if orders.enforcement is not None and not orders.conditions:
        yield Remark(
            "enforcement",
            "Without conditions beside it, it does nothing: order the conditions again, with how well they are enforced.",
        )


def _waiting(state: State, ceiling: float) -> float:
    """The rung above the one that is stood on to which an order of an earlier month leads under this ceiling; 0 where none does."""
    reached = min(one(state.orders.rung), ceiling, TOP)
    return reached if reached > one(state.rung[0]) else 0


def _limit(voice: Voice, ceiling: float) -> str:
    """What ends a climb."""
    return f"your ceiling, {voice.rung(ceiling)}" if ceiling < TOP else f"the last rung that can be ordered, {voice.rung(TOP)}"


def _no_room(voice: Voice, state: State, wanted: float | None, ceiling: float, able: bool) -> str:
    """Why a request cannot be granted; "" where it can. The rung that is ordered, now or before, is gone to first, and a grant is a rung more."""
    rung, most = one(state.rung[0]), min(ceiling, TOP)
    reached = min(one(state.orders.rung) if wanted is None else wanted, most)
    if not able:
        return "Political will at home leaves no room for a rung more: it counts as a refusal."
    if max(reached, rung - 1) < most:
        return ""
    if reached <= rung:
        limit = "Your ceiling leaves no room for a rung more" if ceiling < TOP else "There is no rung more that can be ordered"
        return f"{limit}: it counts as a refusal."
    order = "The order that waited" if wanted is None else "The rung that you order"
    return (
        f"{order} comes first: it takes you to {_limit(voice, ceiling)}, and leaves no room for a rung more. So the grant counts as a refusal: "
        f"{voice.client} will see you go up, and be told that the request was refused. To grant it, order {voice.rung(most - 1)} beside it"
        f"{', or a higher ceiling' if ceiling < TOP else ''}."
    )


def _arms_again(voice: Voice, p: Any, state: State, stands: float) -> Iterator[Remark]:
    """An order of a rung without a volume lets the arms of the rung run that is stood on, whether it goes there or not."""
    stands = max(stands, one(state.rung[0]) - 1)
    value = flow_value(voice.cast, p, stands)
    if one(state.orders.flow) == 0 and value > 0:
        yield Remark(
            "rung",
            f"It also lets the monthly arms of {voice.rung(stands)} run again, {shown(value)} million USD a month, as no volume stands beside it. "
            "To leave them stopped, leave the rung out, or order a step.",
        )


def _climb(
    voice: Voice, key: str, rung: float, wanted: float, ceiling: float, able: bool, orders: WrittenOrders
) -> Iterator[Remark]:
    """Of a rung that is ordered: above the ceiling, further than a month goes, or further than there are rungs."""
    ships = " The volume is shipped all the same." if orders.volume is not None else ""
    if not 0 <= wanted <= TOP:
        yield Remark(key, f"Nobody can go there: {voice.rung(min(max(wanted, 0), TOP))} is the last rung that can be ordered.")
    wanted = min(max(wanted, 0), TOP)
    if wanted > ceiling:
        set_ = "which these orders set" if orders.ceiling is not None else "which was set before"
        end = "the order waits until you raise it"
        yield Remark(key, f"It is above your ceiling, {voice.rung(ceiling)}, {set_}: you go no higher, and {end}.{ships}")
    if min(wanted, ceiling) < rung - 1:
        yield Remark(key, f"You go down one rung a month, from {voice.rung(rung)} to {voice.rung(rung - 1)} in this one.")
    if min(wanted, ceiling) > rung and not able:
        yield Remark(key, f"Political will at home is too low for a step up: you stay on {voice.rung(rung)}.{ships}")


def _patron_before(voice: Voice, p: Any, standing: Standing, given: SeatOrders) -> Iterator[Remark]:
    state, j = standing.lanes.state, voice.seat.place
    if one(state.left[j]) > 0:
        for key in ("support", "answer", "exit"):
            if getattr(given, key) is not None:
                yield Remark(key, "You have left the war: nothing that you order is carried out any more.")
        return
    if given.exit:
        if given.support is not None or given.answer is not None:
            yield Remark("exit", "Who leaves gives nothing more: what is ordered beside it does nothing.")
        return
    gave = one(state.support[j])
    if given.support is not None and gave <= OVERT_SUPPORT < given.support:
        yield Remark("support", denied(given.support).strip())
    if given.answer is not None and one(state.asked[j]) <= 0:
        yield Remark("answer", f"No request of {voice.client} is open: it does nothing.")


def _client_before(voice: Voice, p: Any, standing: Standing, given: SeatOrders) -> Iterator[Remark]:
    state, i = standing.lanes.state, voice.seat.place
    if given.attack and (why := _no_attack(state, i)):
        yield Remark("attack", why)
    if given.ask and (why := _no_ask(voice, state, i)):
        yield Remark("ask", why)


def _no_attack(state: State, i: int) -> str:
    """Why an offensive cannot begin; "" where it can."""
    regime = round(one(state.regime))
    if one(state.attacking[i]) > 0:
        return "Your offensive is under way already: another one cannot begin."
    if regime == HIGH:
        return "The fighting is intense already: no offensive can begin until it ebbs."
    return "The war is over: no offensive can begin." if regime >= SETTLED else ""


def _no_ask(voice: Voice, state: State, i: int) -> str:
    """Why a request reaches nobody; "" where it reaches somebody."""
    behind = [j for j, side in enumerate(voice.cast.supports) if side == i]
    if not behind:
        return "Nobody stands behind you: there is nobody to ask."
    if all(one(state.left[j]) > 0 for j in behind):
        return f"{voice.patrons} left the war: there is nobody to ask."
    return "The war is over: nobody is asked for more." if round(one(state.regime)) >= SETTLED else ""


# --- after it ---------------------------------------------------------------------------------------------------------------


class Month(NamedTuple):
    """A month that was played, as an account of it needs it: the war before and after, what the month did, the events that a facilitator decided."""

    before: Standing
    after: Standing
    passed: Passed
    decrees: Any  # events by name, NOW or NEVER


def account(voice: Voice, p: Any, month: Month, given: SeatOrders) -> tuple[str, ...]:
    """What of a seat's orders was not carried out as ordered in a month, and why, a sentence each; and what became of a client's request."""
    ways = {"owner": _owner_after, "patron": _patron_after, "client": _client_after}
    way = ways.get(voice.seat.kind)
    return () if way is None else tuple(way(voice, p, month, given))


def _owner_after(voice: Voice, p: Any, month: Month, given: SeatOrders) -> Iterator[str]:
    before, after = month.before.lanes.state, month.after.lanes.state
    orders = given.owner or WrittenOrders()
    granted = one(month.passed.report.grants[0]) > 0
    wanted, ceiling = _wanted(voice, orders, before), one(after.orders.ceiling)
    stands = one(after.rung[0]) - granted
    if wanted is not None and stands != wanted:
        ordered = "to leave the war" if orders.exit else voice.rung(min(max(wanted, 0), 9))
        yield f"You ordered {ordered}, and stand on {voice.rung(stands)}: {_why(voice, wanted, stands, ceiling)}."
    elif wanted is None and orders.ceiling is not None and stands > ceiling:
        yield f"You ordered a ceiling of {voice.rung(ceiling)}, and stand on {voice.rung(stands)}: you go down one rung a month."
    asked = one(before.asked[0]) > 0
    if asked and orders.answer is None:
        yield f"You gave no answer to the request of {voice.client}, which refuses it."
    elif asked and orders.answer == "grant" and not granted:
        able = one(before.will[0]) >= one(p["will.floor"])
        yield f"You granted the request of {voice.client}, and {_left_none(voice, before, stands, wanted, ceiling, able)}: it counts as a refusal."
        if stands > one(before.rung[0]):
            yield f"So {voice.client} has seen you go up, and was told that the request was refused."
    elif not asked and orders.answer is not None:
        yield f"You answered, and no request of {voice.client} was open: it did nothing."
    if orders.enforcement is not None and not orders.conditions:
        yield "You ordered how well conditions are enforced, without conditions: it did nothing."
    if wanted is None and stands > one(before.rung[0]) and stands == _waiting(before, ceiling):
        yield f"You went to {voice.rung(stands)} by an order of an earlier month, which had waited."
    yield from month_cost(voice, p, month.before, month.after)


def _left_none(voice: Voice, before: State, stands: float, wanted: float | None, ceiling: float, able: bool) -> str:
    """What left no room for a grant."""
    if not able:
        return "political will at home left no room for a rung more"
    if stands > one(before.rung[0]):
        order = "the order that had waited" if wanted is None else "the rung that you ordered"
        return f"{order} took you to {_limit(voice, ceiling)}, which left no room for a rung more"
    return "your ceiling left no room for a rung more" if ceiling < TOP else "there is no rung more that can be ordered"


def _why(voice: Voice, wanted: float, stands: float, ceiling: float) -> str:
    """Why a rung was not reached."""
    if stands > min(wanted, ceiling):
        return "you go down one rung a month"
    if min(wanted, TOP) > ceiling and stands >= min(ceiling, TOP):
        return f"your ceiling is {voice.rung(ceiling)}, and the order waits until you raise it"
    if wanted > TOP or wanted < 0:
        return "it is the last rung that can be ordered"
    return "political will at home was too low for a step up, and the order waits until it is not"


def _patron_after(voice: Voice, p: Any, month: Month, given: SeatOrders) -> Iterator[str]:
    before, after, j = month.before.lanes.state, month.after.lanes.state, voice.seat.place
    ordered = given.support is not None or given.answer is not None or given.exit is not None
    if one(before.left[j]) > 0:
        if ordered:
            yield "You had left the war: nothing that you ordered was carried out."
        return
    if one(after.left[j]) > 0:
        return
    if given.exit:
        yield "You ordered to leave the war, and it did not come to that."
    gave, aim = one(after.support[j]), one(month.after.aims[j])
    asked, granted = one(before.asked[j]) > 0, one(month.passed.report.grants[j]) > 0
    if aim > OVERT_SUPPORT >= gave:
        yield f"You aimed at {shown(aim)} thousand, and gave {shown(gave)}.{denied(aim)}"
    elif given.support is not None and abs(gave - aim) > STEADY * max(aim, 1.0):
        more = (
            "what you granted comes on top"
            if granted
            else "what is given differs from what is aimed at, by chance and by what others announce"
        )
        yield f"You aimed at {shown(aim)} thousand, and gave {shown(gave)}: {more}."
    if asked and given.answer is None:
        yield f"You gave no answer to the request of {voice.client}, which refuses it."
    elif not asked and given.answer is not None:
        yield f"You answered, and no request of {voice.client} was open: it did nothing."
    yield from month_cost(voice, p, month.before, month.after)


def _client_after(voice: Voice, p: Any, month: Month, given: SeatOrders) -> Iterator[str]:
    before, after, i = month.before.lanes.state, month.after.lanes.state, voice.seat.place
    if given.attack and one(after.flags.attack[i]) <= 0:
        why = _no_attack(before, i) or (
            "The facilitator decided that it does not happen."
            if month.decrees.get(f"{voice.seat.name}.attacks") == NEVER
            else "Something else came before it this month."
        )
        yield f"Your offensive did not begin. {why}"
    behind = [j for j, side in enumerate(voice.cast.supports) if side == i]
    for j in behind:
        if one(before.asked[j]) > 0:
            answer = "granted" if one(month.passed.report.grants[j]) > 0 else "refused"
            yield f"Your request for more was {answer} by {voice.title(voice.cast.patrons[j])}.{_up_all_the_same(voice, month, j)}"
    if given.ask and not any(one(after.asked[j]) > 0 for j in behind):
        why = _no_ask(voice, before, i) or "It came too late: the war was over, or nobody was left to ask."
        yield f"You asked for more, and it reached nobody. {why}"


def _up_all_the_same(voice: Voice, month: Month, patron: int) -> str:
    """What is to be said to a client that is refused and sees its patron go up; whether it was meant to be granted is the patron's."""
    before, after = (one(standing.lanes.state.rung[patron]) for standing in (month.before, month.after))
    if one(month.passed.report.grants[patron]) > 0 or after <= before or voice.cast.driven(patron):
        return ""
    title = voice.title(voice.cast.patrons[patron])
    return (
        f" {title} went up all the same, to {voice.rung(after, voice.cast.patrons[patron])}, by an order of its own: "
        "what is granted is a rung on top of that."
    )

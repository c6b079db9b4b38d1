"""What another answer would have made of a game: each request that a person answered and each offensive that one began, played the other way in the
same month, under the same luck, and what the owner ordered later, ordered in the first month. Afterwards everybody orders what was ordered; numbers
only, `after_page` says them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Literal

import numpy as np

from countermove.play.after_lanes import Replayer
from countermove.play.month import NEVER, NOW, Hands
from countermove.play.player_course import Walked, other_lucks
from countermove.play.war import PERSON
from countermove.scenario.order_help import TOP
from countermove.scenario.seat_orders import SeatOrders
from countermove.world.plan import ORDERS
from countermove.world.state import COLLAPSED, GRANT, REFUSE, WAR

MOST_MONTHS = 4000
"""Months that are played for it at most, each in all lanes of a Replayer: about 10 seconds on two cores. Requests go first, then offensives that were
begun, then what was ordered later, then offensives that were not begun."""
MOST_ROUNDS = 8
"""Times that every choice is played, each by lucks of its own, where there is time."""
TOGETHER = 4
"""Choices of one month that are played at once."""
_ANSWER, _RUNG, _STEP = (ORDERS.index(name) for name in ("answer", "rung", "step"))
_REQUEST, _BEGUN, _LATER, _NOT_BEGUN = range(4)

Did = Literal["granted", "refused", "unanswered", "could not grant", "attacked", "held back", "ordered later"]


@dataclass(frozen=True)
class Choice:
    """Something that a person did in a month (from 0) and could have done the other way. `place`: among patrons, or sides where one attacks.
    `later`: the month in which the owner ordered what it could have ordered in `month`."""

    month: int
    seat: str
    place: int
    did: Did
    later: int = 0

    @property
    def rank(self) -> int:
        """Which are played first, if there is no time for all."""
        return {"attacked": _BEGUN, "held back": _NOT_BEGUN, "ordered later": _LATER}.get(self.did, _REQUEST)


@dataclass(frozen=True)
class Otherwise:
    """What the other way would have been worth above what was done, in points of the owner's objective over lucks, with its error."""

    choice: Choice
    gain: float
    se: float


def answer_of(walked: Walked, month: int, place: int) -> Did | None:
    """How a patron answered what its client had asked for when a month (from 0) began; None where nothing was asked."""
    if not float(np.asarray(walked.standings[month].lanes.state.asked)[place, 0]) > 0:
        return None
    if float(np.asarray(walked.turns[month].passed.report.grants)[place, 0]) > 0:
        return "granted"
    war, name = walked.wars[month], walked.war.program.cast.patrons[place]
    if war.player(name) != PERSON:
        return "refused"
    given = walked.course.orders[month].get(name, SeatOrders())
    said = (given.owner.answer if given.owner is not None else None) if place == 0 else given.answer
    return "unanswered" if said is None else "could not grant" if said == "grant" else "refused"


def no_room(walked: Walked, month: int, place: int) -> str:
    """What left the owner no room for a rung more in a month (from 0) in which it was asked for one; "" where it granted, or could have, and of any
    other patron."""
    if (
        place
        or not float(np.asarray(walked.standings[month].lanes.state.asked)[place, 0]) > 0
        or answer_of(walked, month, 0) == "granted"
    ):
        return ""
    before, after = (walked.standings[k].lanes.state for k in (month, month + 1))
    floor = float(np.asarray(walked.war.job.params["will.floor"]).ravel()[0])
    if float(before.will[0, 0]) < floor:
        return "political will at home"
    rung, ceiling = float(after.rung[0, 0]), float(after.orders.ceiling[0])
    return "its ceiling" if rung >= ceiling < TOP else "the top of its ladder" if rung >= TOP else ""


def could_not_grant(walked: Walked) -> list[tuple[int, int]]:
    """Months (from 0) and patrons whom a person had grant a request that could not be granted."""
    cast = walked.war.engine.kernel.cast
    return [
        (month, place)
        for month in range(walked.months)
        for place in range(len(cast.patrons))
        if answer_of(walked, month, place) == "could not grant"
    ]


def attacked(walked: Walked, month: int, place: int) -> bool:
    """Whether an offensive of a side began in a month (from 0)."""
    return float(np.asarray(walked.turns[month].passed.report.flags.attack)[place, 0]) > 0


def choices_of(walked: Walked) -> Iterator[Choice]:
    """All that people answered, and where they attacked or did not, until the war was over for good."""
    cast = walked.war.engine.kernel.cast
    yield from _of_owner(walked)
    for month, standing in enumerate(walked.standings[:-1]):
        if standing.lanes.state.regime[0] in (WAR, COLLAPSED):
            return
        war = walked.wars[month]
        for place, name in enumerate(cast.patrons):
            did = answer_of(walked, month, place)
            if did not in (None, "could not grant") and war.player(name) == PERSON:
                yield Choice(month, name, place, did)
        for place, name in enumerate(cast.sides):
            if war.player(name) == PERSON:
                yield from _of_side(walked, month, name, place)


def _of_owner(walked: Walked) -> Iterator[Choice]:
    """All that the owner ordered after the first month, but for answers and what it had ordered there already."""
    owner = walked.war.program.cast.patrons[0]
    first = _ordered(walked, 0)
    for month in range(1, walked.months):
        orders = _ordered(walked, month)
        new = orders.keys() - {row for row, value in orders.items() if first.get(row) == value}
        if new and walked.wars[0].player(owner) == PERSON == walked.wars[month].player(owner):
            yield Choice(0, owner, 0, "ordered later", month)


def _ordered(walked: Walked, month: int) -> dict[int, float]:
    """What the owner ordered in a month, by its place in ORDERS, but for an answer."""
    column = np.asarray(walked.hands[month].orders)[:, 0]
    return {row: float(value) for row, value in enumerate(column) if row != _ANSWER and not np.isnan(value)}


def _of_side(walked: Walked, month: int, name: str, place: int) -> Iterator[Choice]:
    """Nothing of an offensive that was ordered and did not begin: there was nothing to choose."""
    if attacked(walked, month, place):
        yield Choice(month, name, place, "attacked")
    elif not walked.course.orders[month].get(name, SeatOrders()).attack:
        yield Choice(month, name, place, "held back")


def played_at_once(choices: Sequence[Choice]) -> list[list[Choice]]:
    """Choices of one month together, at most TOGETHER; those that matter most first, and of these the earlier months."""
    groups: list[list[Choice]] = []
    for month in sorted({one.month for one in choices}):
        own = sorted((one for one in choices if one.month == month), key=lambda one: one.rank)
        groups += [own[first : first + TOGETHER] for first in range(0, len(own), TOGETHER)]
    return sorted(groups, key=lambda group: (group[0].rank, group[0].month))


def otherwise(
    walked: Walked, replayer: Replayer, first_luck: int, most: int = MOST_MONTHS
) -> Iterator[tuple[list[Choice], np.ndarray | None]]:
    """Groups of choices with the measures [1 + choices, M, n] of what was done and of the other way of each, under the same n lucks.

    `first_luck`: the first of lucks that nothing else has. None in the place of measures for groups beyond `most` months.
    """
    groups = played_at_once(list(choices_of(walked)))
    lengths = [walked.months - group[0].month for group in groups]
    rounds = max(min(MOST_ROUNDS, most // max(sum(lengths), 1)), 1)
    for number, (group, spent) in enumerate(zip(groups, accumulate(lengths), strict=True)):
        if spent > most:
            yield group, None
            continue
        first = first_luck + number * rounds * replayer.lanes
        yield group, np.concatenate([_played(walked, replayer, group, first, again) for again in range(rounds)], axis=-1)


def _played(walked: Walked, replayer: Replayer, group: Sequence[Choice], first_luck: int, again: int) -> np.ndarray:
    """One round of a group [1 + choices, M, n]."""
    blocks = 1 + len(group)
    count = replayer.lanes // blocks
    block, luck = np.divmod(np.minimum(np.arange(replayer.lanes), count * blocks - 1), count)
    lucks, which = other_lucks(first_luck + again * count, count), (again * count + np.arange(count)) % replayer.lanes
    found = replayer.onward(group[0].month, lucks[luck], which[luck], change=partial(_hands, walked, group, block))
    measures = found.measures[:, : count * blocks]
    return np.moveaxis(measures.reshape(len(measures), blocks, count), 1, 0)


def _hands(walked: Walked, group: Sequence[Choice], block: np.ndarray, month: int, hands: Hands) -> Hands:
    """What people do in a month (from 0): in block 0 as it was, in each other one of the choices the other way."""
    done = walked.hands[month]
    for number, one in enumerate(group, 1):
        here = block == number
        if one.rank == _LATER:
            if month == one.month:
                orders = _ordered(walked, one.later)
                if _RUNG in orders:
                    hands.orders[_STEP, here] = np.nan  # what is ordered of the rung is one thing or the other
                for row, value in orders.items():
                    hands.orders[row, here] = value
            elif month == one.later:
                for row in _ordered(walked, month):
                    hands.orders[row, here] = np.nan
        elif month != one.month:
            continue
        elif one.rank != _REQUEST:
            hands.attacks[one.place] = np.where(here, _flipped(done.attacks[one.place, 0]), done.attacks[one.place, 0])
        elif one.place == 0:
            hands.orders[_ANSWER, here] = REFUSE if one.did == "granted" else GRANT
        else:
            hands.grants[one.place] = np.where(here, _flipped(done.grants[one.place, 0]), done.grants[one.place, 0])
    return hands


def _flipped(hand: float) -> int:
    return NEVER if hand == NOW else NOW

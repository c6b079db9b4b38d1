"""A war at a table as it went, month by month, and the same war in many lanes at once: what people ordered, under other luck, by other hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from countermove.behaviour.theory import Theory
from countermove.engine.months import Job, Kernel
from countermove.errors import RunError
from countermove.games.one_month import SUPPORT
from countermove.play.month import Hands, Lanes, Passed, play
from countermove.play.war import LUCKS, Standing, Turn, War, again
from countermove.scenario.seat_orders import SeatOrders


@dataclass(frozen=True)
class Course:
    """What was ordered at a table in each month that was played, by seat; what the facilitator decided (play.month.NEVER, NOW), by event; and who
    played, by seat, where that is not the same in all months.

    Raises RunError for events or players of more months than orders.
    """

    orders: Sequence[Mapping[str, SeatOrders]]
    events: Sequence[Mapping[str, int]] = ()
    players: Sequence[Mapping[str, str]] = ()

    def __post_init__(self) -> None:
        """Refuse months that were not played."""
        if max(len(self.events), len(self.players)) > len(self.orders):
            said = f"events of {len(self.events)} months and players of {len(self.players)}, orders of {len(self.orders)}"
            raise RunError(said, where="course")

    @property
    def months(self) -> int:
        """Months that were played."""
        return len(self.orders)

    def event(self, month: int) -> Mapping[str, int]:
        """What the facilitator decided in a month (from 0)."""
        return self.events[month] if month < len(self.events) else {}


@dataclass(frozen=True)
class Walked:
    """A course as it was played: where the war stood before the first month and after each, what each month did, and what people did in it.

    `aims` [T, P]: what each patron that a person plays aimed at, thousand person-equivalents; `hands`: one lane each; `wars`: with the players of
    each month.
    """

    war: War
    course: Course
    standings: tuple[Standing, ...]  # T + 1
    turns: tuple[Turn, ...]  # T
    aims: np.ndarray
    hands: tuple[Hands, ...]
    wars: tuple[War, ...]

    @property
    def months(self) -> int:
        """Months that were played."""
        return self.course.months

    @property
    def end(self) -> Mapping[str, float]:
        """Every measure, were the war over after the last month."""
        return self.war.measures(self.turns[-1])


def walk(war: War, course: Course) -> Walked:
    """Play a course. Raises RunError for what `War.play` refuses, and for a course without a month."""
    if not course.months:
        raise RunError("no month was played", where="course", next="Play at least one month")
    wars = _by_month(war, course)
    standings, turns, hands = [wars[0].begin()], list[Turn](), list[Hands]()
    for month, orders in enumerate(course.orders):
        events = course.event(month)
        turns.append(wars[month].play(standings[-1], orders, events))
        made, _ = wars[month].hands(standings[-1], orders, events)
        hands.append(Hands(*(part[:, :1] for part in made)))
        standings.append(turns[-1].standing)
    aims = np.stack([turn.standing.aims[:, 0] for turn in turns])
    return Walked(war, course, tuple(standings), tuple(turns), aims, tuple(hands), wars)


def _by_month(war: War, course: Course) -> tuple[War, ...]:
    """The war with the players of each month; what was compiled and drawn for it serves them all."""
    known: dict[tuple[tuple[str, str], ...], War] = {tuple(sorted(war.players.items())): war}
    found: list[War] = []
    for month in range(course.months):
        players = course.players[month] if month < len(course.players) else war.players
        key = tuple(sorted(players.items()))
        if key not in known:
            known[key] = again(war, war.cards, players)
        found.append(known[key])
    return tuple(found)


def job_of(war: War, lucks: np.ndarray) -> Job:
    """The war's own run in so many lanes, each under a luck of its own."""
    job, n = war.job, len(lucks)
    return job._replace(
        params={name: value[..., :1] for name, value in job.params.items()},
        draw=np.full(n, job.draw[0], np.uint32),
        luck=np.asarray(lucks, np.uint32),
        theories=np.repeat(job.theories[:, :1], n, axis=1),
    )


def open_kernel(war: War) -> Kernel:
    """The war's kernel with the theory of each patron that follows one left to every lane."""
    kernel = war.engine.kernel
    return replace(kernel, others=tuple(j for j in range(len(kernel.cast.patrons)) if kernel.cast.driven(j)))


def by_hand(job: Job, patron: int, theories: Sequence[Theory]) -> Job:
    """The job in which a patron aims at what it is given; that is the kernel's last theory (games/one_month.py)."""
    table = np.array(job.theories)
    table[patron] = len(theories) - 1
    return job._replace(theories=table)


def other_lucks(first: int, count: int) -> np.ndarray:
    """Lucks that no table has: number `first` and on."""
    return (LUCKS + first + np.arange(count)).astype(np.uint32)


def wide(hands: Hands, lanes: int) -> Hands:
    """The hands of one lane in so many, each an array of its own."""
    return Hands(*(np.repeat(part, lanes, axis=1) for part in hands))


def pass_month(kernel: Kernel, job: Job, lanes: Lanes, month: int, hands: Hands, aims: np.ndarray) -> Passed:
    """Month `month` (from 0) in every lane, with what people do and what patrons aim at [P, n], thousand person-equivalents."""
    base = np.maximum(np.broadcast_to(job.params["patron.baseline"], aims.shape), 1e-9)
    asked = job._replace(params={**job.params, SUPPORT: (aims / base).astype(np.float32)})
    return play(kernel, asked, lanes, month, hands)

"""Where a session stands: its lines of play, what was ordered, said, forecast and guessed, who may sit where. Only entries change it (fold.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from countermove.play.news import Kept
from countermove.play.table import Given, Table, is_person, takes_orders
from countermove.play.war import Standing, Turn

FIRST_LINE = "main"

Values = Mapping[str, tuple[Kept, ...]]
"""What each seat saw: the values of its readings, in their order."""


@dataclass(frozen=True)
class Played:
    """A month that was played: with what, who ordered nothing though he might have, where the war stood after it, what each seat then saw,
    and what of it was news."""

    given: Given
    missing: tuple[str, ...]
    turn: Turn
    seen: Values
    news: Mapping[str, tuple[str, ...]]


class Said(NamedTuple):
    """Something that was said, in the month `month` (from 1) of a line; `undone`: in one that was taken back since."""

    channel: str
    by: str
    text: str
    month: int
    line: str = FIRST_LINE
    undone: bool = False


class Remembered(NamedTuple):
    """What a seat wrote down for the debrief, in the month `month` (from 1) of a line; it is the seat's, and no month taken back takes it away."""

    by: str
    text: str
    month: int
    line: str = FIRST_LINE


class News(NamedTuple):
    """News that the facilitator gave in a month of a line, to some seats; to all, where `to` is empty."""

    line: str
    month: int
    text: str
    to: tuple[str, ...]


class Forecast(NamedTuple):
    """A seat's forecast, made in the month `month` (from 1) of a line: how likely it is that an event (protocol.FORECAST) happens by the end of month
    `until`, or is so already."""

    seat: str
    event: str
    until: int
    probability: float
    month: int
    line: str = FIRST_LINE


class Guess(NamedTuple):
    """What a seat takes a hidden player for, in the month `month`: weights by theory."""

    seat: str
    of: str
    weights: Mapping[str, float]
    month: int


@dataclass(frozen=True)
class Session:
    """Where a session stands. Months of lines count from 0 in `played`, and from 1 in everything that people read."""

    table: Table
    name: str
    start: Standing
    first_seen: Values
    pace: str
    training: str | None
    players: Mapping[str, str]
    line: str = FIRST_LINE
    lines: Mapping[str, tuple[Played, ...]] = field(default_factory=lambda: {FIRST_LINE: ()})
    orders: Mapping[str, str] = field(default_factory=dict[str, str])  # of the month that is being played
    decrees: Mapping[str, int] = field(default_factory=dict[str, int])  # events of that month
    undone: Mapping[str, tuple[int, int]] = field(
        default_factory=dict[str, tuple[int, int]]
    )  # line -> the first and the last month that
    # were taken back and not played again since
    said: tuple[Said, ...] = ()
    news: tuple[News, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    guesses: tuple[Guess, ...] = ()
    remembered: tuple[Remembered, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict[str, str])  # seat -> SHA-256 of a link that nobody has used yet
    keys: Mapping[str, str] = field(default_factory=dict[str, str])  # seat -> SHA-256 of the key of whoever came by it
    locked: bool = False
    paused: bool = False
    revealed: bool = False
    ended: bool = False
    count: int = 1  # entries

    @property
    def played(self) -> tuple[Played, ...]:
        """The months of the line that is being played."""
        return self.lines[self.line]

    @property
    def month(self) -> int:
        """The number of the month that is to be played next, from 1; one more than the clock has when it is over."""
        return len(self.played) + 1

    @property
    def over(self) -> bool:
        """Whether the clock is over."""
        return self.month > self.table.months

    @property
    def standing(self) -> Standing:
        """Where the war stands."""
        return self.played[-1].turn.standing if self.played else self.start

    @property
    def awaited(self) -> tuple[str, ...]:
        """The seats whose orders a month waits for."""
        return tuple(name for name, seat in self.table.seats.items() if takes_orders(seat, self.players[name]))

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of them that have not committed yet."""
        return tuple(name for name in self.awaited if name not in self.orders)

    @property
    def given(self) -> Given:
        """What the month would be played with now."""
        return Given(self.players, {name: text for name, text in self.orders.items() if name in self.awaited}, self.decrees)

    @property
    def guessable(self) -> tuple[str, ...]:
        """The seats of patrons that no person plays: each follows a theory that the others do not know."""
        patrons = (name for name, seat in self.table.seats.items() if seat.kind == "patron")
        return tuple(name for name in patrons if not is_person(self.players[name]))

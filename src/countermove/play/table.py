"""What stays as it is while a session goes on: the war, its seats, its channels and its cards; and what was reckoned last, so that nothing is
reckoned twice. It holds no state of a session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import RLock
from typing import NamedTuple

from countermove.errors import CountermoveError, SessionError
from countermove.play.cards import HIDDEN, Secrets
from countermove.play.channels import Channel, channels_of
from countermove.play.heeded import Month, Remark, account, remarks
from countermove.play.in_force import InForce, in_force
from countermove.play.seats import Reading, Seat, seen_by, seen_by_all
from countermove.play.voice import Voice
from countermove.play.war import PERSON, Standing, Turn, War, again
from countermove.scenario.game_table import OBSERVERS
from countermove.scenario.schema import Scenario
from countermove.scenario.seat_orders import SeatOrders, read_seat_orders

PROGRAM = "program"
"""A player that orders as a person does, and is no person."""
EQUILIBRIUM = "equilibrium"
"""A player that orders as a person does, and is reckoned by the table (play/equilibrium.py)."""
ORDERING = (PERSON, PROGRAM, EQUILIBRIUM)
KEPT = 16  # turns and sights that are kept
TURN_KINDS = ("owner", "patron", "client")
"""Seats that order anything."""

Seen = Mapping[str, tuple[Reading, ...]]


class Given(NamedTuple):
    """What a month is played with: who sits where, each seat's orders as text, events by name (NOW or NEVER)."""

    players: Mapping[str, str]
    orders: Mapping[str, str]
    decrees: Mapping[str, int]

    @property
    def key(self) -> tuple[object, ...]:
        """The same months have the same."""
        return tuple(tuple(sorted(part.items())) for part in self)


class Table:
    """A war with its secrets. `war` is any war of the scenario: what it compiled is used again."""

    def __init__(self, war: War, secrets: Secrets) -> None:
        """Raises SessionError for secrets that no such war has."""
        self.secrets = secrets
        self._war = again(war, secrets.cards, {})
        self.seats: Mapping[str, Seat] = {seat.name: seat for seat in self._war.seats}
        self.channels: Mapping[str, Channel] = channels_of(self.scenario, tuple(self.seats.values()))
        self._wars: dict[tuple[tuple[str, str], ...], War] = {}
        self._turns: OrderedDict[tuple[object, ...], Turn] = OrderedDict()
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._voices: dict[str, Voice] = {}
        self._lock = RLock()
        for name, theory in secrets.hidden.items():
            if theory not in self.theories(name):
                raise SessionError(f"no theory called {theory} can be hidden behind {name}", where="cards")

    @property
    def scenario(self) -> Scenario:
        """The scenario that is played."""
        return self._war.program.scenario

    @property
    def months(self) -> int:
        """Months that are played: as many as the scenario's table says, else those of the clock."""
        return months_played(self.scenario)

    def seat(self, name: str) -> Seat:
        """The seat of this name. Raises SessionError where there is none."""
        if name not in self.seats:
            raise SessionError(f"no seat is called {name}", next=f"There are {', '.join(self.seats)}")
        return self.seats[name]

    def role(self, name: str) -> str:
        """What a seat is told of its part: those who look on what `observers` are told."""
        roles = self.scenario.table.roles
        return roles.get(OBSERVERS if self.seat(name).kind == "observer" else name, "")

    def theories(self, name: str) -> tuple[str, ...]:
        """The theories that a seat may follow; none for a seat that follows none."""
        return self._war.may_play(name)[1:] if self.seat(name).kind == "patron" else ()

    def usual(self) -> dict[str, str]:
        """Who sits where if nothing is said: persons as owner, mediator and observers, the likeliest theory as a patron, chance as a client."""
        return {name: self._war.player(name) for name in self.seats}

    def check_player(self, name: str, player: str) -> None:
        """Raises SessionError where this player cannot sit there."""
        seat = self.seat(name)
        thinks = (EQUILIBRIUM,) if may_think(seat, self.scenario.rival) else ()
        known = (PERSON, PROGRAM, *thinks, *self._war.may_play(name)[1:])
        if player == HIDDEN and name in self.secrets.hidden:
            return
        if player not in known:
            raise SessionError(f"{player} cannot play {seat.name}", where="seat", next=f"There are {', '.join(known)}")

    def war(self, players: Mapping[str, str]) -> War:
        """The war of these players; a hidden one plays its theory."""
        acting = {
            name: self.secrets.hidden[name] if player == HIDDEN else PERSON if player in ORDERING else player
            for name, player in players.items()
        }
        key = tuple(sorted(acting.items()))
        with self._lock:
            if key not in self._wars:
                if len(self._wars) >= KEPT:
                    self._wars.clear()
                self._wars[key] = again(self._war, self.secrets.cards, acting)
            return self._wars[key]

    def begin(self) -> Standing:
        """The first day."""
        return self._war.begin()

    def orders(self, name: str, text: str) -> SeatOrders:
        """Orders of a seat as they are meant. Raises ScenarioError with every mistake, and SessionError for a seat that orders nothing."""
        seat = self.seat(name)
        if seat.kind not in TURN_KINDS:
            raise SessionError(f"{seat.title} orders nothing: the channels are what this seat has", where="commit")
        return read_seat_orders(text, seat.kind, self.scenario, most=self.means(seat))

    def means(self, seat: Seat) -> float:
        """The most that a patron could give, thousand person-equivalents; without limit for any other seat."""
        return self._war.most_support(seat) if seat.kind == "patron" else float("inf")

    def voice(self, name: str) -> Voice:
        """How a seat is spoken to."""
        if name not in self._voices:
            scenario = self.scenario
            titles = {seat.name: seat.title for seat in self.seats.values()}
            ladders = {patron: tuple(rung.name for rung in one.ladder) for patron, one in scenario.patrons.items()}
            self._voices[name] = Voice(self.seat(name), titles, ladders, self._war.program.cast, scenario.clock.start)
        return self._voices[name]

    def in_force(self, name: str, standing: Standing, ordering: bool) -> tuple[InForce, ...]:
        """What stands for a seat; `ordering`: whether somebody at the table orders for it."""
        return in_force(self.voice(name), self._war.job.params, standing, ordering)

    def remarks(self, name: str, standing: Standing, text: str) -> tuple[Remark, ...]:
        """What of a seat's orders would not be carried out as they say it, as far as it can be known before the month. Raises as `orders` does."""
        return remarks(self.voice(name), self._war.job.params, standing, self.orders(name, text))

    def account(self, name: str, month: Month, text: str) -> tuple[str, ...]:
        """What of a seat's orders was not carried out as ordered, and why."""
        return account(self.voice(name), self._war.job.params, month, self.orders(name, text))

    def check_event(self, name: str) -> None:
        """Raises SessionError where a facilitator can bring about no such event."""
        known = self._war.event_names
        if name not in known:
            raise SessionError(f"no event is called {name}", where="inject", next=f"There are {', '.join(known)}")

    def turn(self, standing: Standing, given: Given) -> Turn:
        """A month played: the same month of the same war is the same turn. Raises SessionError and ScenarioError for what cannot be played."""
        key = (standing.digest, given.key)
        with self._lock:
            if key not in self._turns:
                orders = {name: self.orders(name, text) for name, text in given.orders.items()}
                try:
                    turn = self.war(given.players).play(standing, orders, given.decrees)
                except SessionError:
                    raise
                except CountermoveError as error:
                    raise SessionError(str(error), where=f"month {standing.month + 1}") from error
                self._turns[key] = turn
                _forget(self._turns)
            return self._turns[key]

    def seen(self, standing: Standing) -> Seen:
        """What each seat sees before the next month, by its name."""
        digest = standing.digest
        with self._lock:
            if digest not in self._seen:
                glance = self._war.glance(standing)
                public = seen_by_all(glance)
                self._seen[digest] = {name: seen_by(seat, glance, public) for name, seat in self.seats.items()}
                _forget(self._seen)
            return self._seen[digest]


def months_played(scenario: Scenario) -> int:
    """How many months a table plays: as many as the scenario's table says, else those of the clock."""
    return min(scenario.table.months or scenario.clock.months, scenario.clock.months)


def may_think(seat: Seat, rival: str | None) -> bool:
    """Whether an equilibrium can play this seat: the owner's, or the rival's."""
    return seat.kind == "owner" or (seat.kind == "patron" and seat.name == rival)


def takes_orders(seat: Seat, player: str) -> bool:
    """Whether somebody at the table orders for this seat."""
    return seat.kind in TURN_KINDS and player in ORDERING


def is_person(player: str) -> bool:
    """Whether a person sits there; a program does not say what it is."""
    return player in ORDERING


def _forget(kept: OrderedDict[object, object] | OrderedDict[str, Seen] | OrderedDict[tuple[object, ...], Turn]) -> None:
    """Keep the latest."""
    while len(kept) > KEPT:
        kept.popitem(last=False)

"""A war at a table: its hidden cards, who plays whom, and its months. Pure: the same cards and the same orders make the same war, to the last bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np

from countermove.behaviour.conduct import all_means
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.months import Job
from countermove.engine.plans import command_of
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine
from countermove.errors import RunError
from countermove.games.one_month import NO_ORDERS, ORDERED, SUPPORT, playable
from countermove.play.month import EVENTS, NEVER, NOW, Hands, Lanes, Passed, first_day, look, no_hands, play
from countermove.play.seats import Glance, Reading, Seat, seat_called, seats_of, seen_by
from countermove.rng.seeds import SEEDS
from countermove.scenario.seat_orders import SeatOrders
from countermove.world.measure import MEASURE_NAMES
from countermove.world.plan import ORDERS, Command, written_orders
from countermove.world.state import Sight

DRAWS = 1024  # a table's hidden numbers are one of so many draws
LUCKS = 1024
LANES = 16  # as many as `replay` plays at once
PERSON, CHANCE = "person", "chance"


@dataclass(frozen=True)
class Cards:
    """What nobody at the table knows: which draw of the uncertain numbers is true, and which luck. Raises RunError for what there is not."""

    seed: int = 0
    draw: int = 0
    luck: int = 0

    def __post_init__(self) -> None:
        """Refuse addresses of no run."""
        for name, most in (("seed", SEEDS), ("draw", DRAWS), ("luck", LUCKS)):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value < most:
                raise RunError(f"{name} {value!r}: no table has it", where="cards", next=f"A whole number from 0 to {most - 1:,}")


class Standing(NamedTuple):
    """A war between two months: how many have been played, where it stands, and what the patrons that people play last aimed at."""

    month: int
    lanes: Lanes
    aims: np.ndarray  # [P, n] thousand person-equivalents

    @property
    def digest(self) -> str:
        """A fingerprint of every bit of it."""
        found = hashlib.sha256(str(self.month).encode())
        for leaf in (*_leaves(self.lanes), self.aims):
            found.update(np.ascontiguousarray(leaf[..., :1]).tobytes())
        return found.hexdigest()


class Turn(NamedTuple):
    """A month that has been played: where the war stands after it, and all that the month did."""

    standing: Standing
    passed: Passed


@dataclass(frozen=True)
class War:
    """A program, its cards, and who plays whom: for a patron PERSON or a theory, for the owner PERSON or a strategy, for a client PERSON or CHANCE.

    Raises RunError for a player that there is not.
    """

    program: Program
    cards: Cards
    players: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse unknown seats and players."""
        for name, player in self.players.items():
            seat_called(self.program, name)
            known = self.may_play(name)
            if player not in known:
                raise RunError(f"{player} cannot play {name}", where="players", next=f"There are {', '.join(known)}")

    def may_play(self, name: str) -> tuple[str, ...]:
        """Who may sit in a seat: a person first."""
        seat = seat_called(self.program, name)
        if seat.kind == "owner":
            return (PERSON, *self.program.strategy_names)
        if seat.kind == "patron":
            return (PERSON, *self._names[:-1])
        return (PERSON, CHANCE) if seat.kind == "client" else (PERSON,)

    def player(self, name: str) -> str:
        """Who sits in a seat: where nothing is said a person in the owner's, the likeliest theory in a patron's, chance in a client's."""
        if name in self.players:
            return self.players[name]
        seat = seat_called(self.program, name)
        if seat.kind == "patron":
            weights = self.engine.program.weights_of(seat.place)
            return self._names[int(np.argmax(weights))]
        return CHANCE if seat.kind == "client" else PERSON

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Every seat."""
        return seats_of(self.program)

    @cached_property
    def engine(self) -> Engine:
        """The war for given moves."""
        return Engine(playable(self.program))

    @property
    def _names(self) -> tuple[str, ...]:
        """Theories that may be played; the last plays what it is given."""
        return self.engine.names

    @property
    def months(self) -> int:
        """Months of the clock."""
        return self.program.cast.months

    @property
    def event_names(self) -> tuple[str, ...]:
        """What a facilitator can bring about or forbid."""
        return (*EVENTS, *(f"{side}.attacks" for side in self.program.cast.sides))

    @cached_property
    def drawn(self) -> Draws:
        """The draws, those of the program with the same seed."""
        return prior_draws(self.engine.program, DRAWS, self.cards.seed)

    @cached_property
    def job(self) -> Job:
        """The war's own run, in lanes that are all the same."""
        owner = self.player(self.program.cast.patrons[0])
        strategy = NO_ORDERS.name if owner == PERSON else owner
        place = np.full(LANES, self.cards.draw * LUCKS + self.cards.luck)
        made = self.engine.job(Batch(self.drawn, LUCKS), strategy, ORDERED, place)
        theories = np.array(made.theories)
        for seat in self.seats:
            if seat.kind == "patron":
                player = self.player(seat.name)
                theories[seat.place] = self._names.index(ORDERED if player == PERSON else player)
        return made._replace(theories=theories)

    def begin(self) -> Standing:
        """The first day."""
        lanes = first_day(self.engine.kernel, self.job)
        return Standing(0, lanes, lanes.state.support)

    def sight(self, standing: Standing) -> Sight:
        """What is seen at the start of the next month; after the clock, as at the start of its last."""
        return look(self.engine.kernel, self.job, standing.lanes, min(standing.month, self.months - 1))

    def glance(self, standing: Standing) -> Glance:
        """The war as it is looked at before the next month."""
        titles = {seat.name: seat.title for seat in self.seats}
        return Glance(self.engine.kernel.cast, self.job.params, standing.lanes.state, self.sight(standing), standing.month, titles)

    def seen(self, seat: str, standing: Standing) -> tuple[Reading, ...]:
        """What a seat sees before the next month."""
        return seen_by(seat_called(self.program, seat), self.glance(standing))

    def most_support(self, seat: Seat) -> float:
        """The most that a patron's means allow, thousand person-equivalents."""
        return float(np.asarray(all_means(self.engine.kernel.cast, self.job.params, seat.place)).ravel()[0])

    def play(self, standing: Standing, orders: Mapping[str, SeatOrders], events: Mapping[str, int] | None = None) -> Turn:
        """The next month. Who orders nothing keeps to what it does: a patron to the support that it aimed at, the owner to its standing orders.

        `events`: what a facilitator brings about (NOW) or forbids (NEVER), by name (EVENTS); a war brings the clash with it that it comes of, unless
        that is decided too. Raises RunError after the clock, for orders of a seat that no person holds, and for events that there are not.
        """
        if standing.month >= self.months:
            raise RunError(f"the clock of {self.months} months is over", where=self.program.scenario.scenario)
        for name in orders:
            if self.player(name) != PERSON:
                raise RunError(f"{name} is played by {self.player(name)}, and takes no orders", where="orders")
        hands, aims = self.hands(standing, orders, events or {})
        base = np.maximum(np.broadcast_to(self.job.params["patron.baseline"], aims.shape), 1e-9)
        job = self.job._replace(params={**self.job.params, SUPPORT: (aims / base).astype(np.float32)})
        passed = play(self.engine.kernel, job, standing.lanes, standing.month, hands)
        for seat in self.seats:  # whoever takes a theory's place goes on from where it was
            if seat.kind == "patron" and self.player(seat.name) != PERSON:
                aims[seat.place] = np.asarray(passed.aim)[seat.place]
        return Turn(Standing(standing.month + 1, passed.lanes, aims), passed)

    def measures(self, turn: Turn) -> Mapping[str, float]:
        """Every measure, were the war over now."""
        return {name: float(row[0]) for name, row in zip(MEASURE_NAMES, np.asarray(turn.passed.measures, np.float64), strict=True)}

    def hands(self, standing: Standing, orders: Mapping[str, SeatOrders], events: Mapping[str, int]) -> tuple[Hands, np.ndarray]:
        """What people do, and what patrons aim at, thousand person-equivalents [P, n]."""
        actors = self.engine.kernel.cast
        hands = no_hands(len(actors.patrons), len(actors.sides), LANES)
        aims = np.array(standing.aims)
        for seat in self.seats:
            if self.player(seat.name) != PERSON or seat.kind not in ("owner", "patron", "client"):
                continue
            given = orders.get(seat.name, SeatOrders())
            if seat.kind == "owner" and given.owner is not None:
                _write(hands.orders, command_of(self.program.scenario, given.owner))
            if seat.kind == "patron":
                if given.support is not None:
                    aims[seat.place] = given.support
                hands.grants[seat.place] = NOW if given.answer == "grant" else NEVER
                hands.exits[seat.place] = NOW if given.exit else NEVER
            if seat.kind == "client":
                hands.attacks[seat.place] = NOW if given.attack else NEVER
                for j, side in enumerate(actors.supports):
                    if side == seat.place:
                        hands.asks[j] = NOW if given.ask else NEVER
        for name, fate in events.items():
            self._decree(hands, name, fate)
        if events.get("war") == NOW and "clash" not in events:
            self._decree(hands, "clash", NOW)  # there is no other way to it
        return hands, aims

    def _decree(self, hands: Hands, name: str, fate: int) -> None:
        """An event that the facilitator decides: one of EVENTS, or `SIDE.attacks`."""
        side = name.partition(".")[0]
        sides = self.program.cast.sides
        if fate not in (NEVER, NOW) or name not in self.event_names:
            raise RunError(f"no event is called {name}", where="inject", next=f"There are {', '.join(self.event_names)}")
        if name in EVENTS:
            hands.events[EVENTS.index(name)] = fate
        else:
            hands.attacks[sides.index(side)] = fate


def again(war: War, cards: Cards, players: Mapping[str, str]) -> War:
    """The same war with other cards or other players; what was compiled and drawn for it serves again. Raises RunError as `War` does."""
    found = replace(war, cards=cards, players=players)
    found.__dict__["engine"] = war.engine
    if cards.seed == war.cards.seed:
        found.__dict__["drawn"] = war.drawn
    return found


def _write(table: np.ndarray, command: Command) -> None:
    """A command into a table of orders [ORDERS, n]."""
    for order, value in written_orders(command).items():
        table[ORDERS.index(order)] = value


def _leaves(tree: Any) -> list[np.ndarray]:
    """All arrays of nested tuples, in their order."""
    if isinstance(tree, tuple):
        return [leaf for part in cast("tuple[Any, ...]", tree) for leaf in _leaves(part)]
    return [np.asarray(tree)]

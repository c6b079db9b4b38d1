"""The seats of a table as an environment of PettingZoo (Terry et al. 2021): a learner sits where a person sits, in the same session.

Agents are seats by their names: the owner, the other patrons, the clients. Within a month they move in turn, none seeing what the others ordered;
once the last has moved the month is played, and all are rewarded. What an agent observes are the readings of its seat at the start of the month.

| seat | actions | reward of a month |
|---|---|---|
| owner | hold, up, down, stop, talk, reassure, sanction (world/plan.ANSWERS), refuse, grant | points by the scenario's objective |
| patron | keep; 0, 0.5, 1, 1.5, 2, 4 times its baseline; grant; leave | the rival's of games/extract.py, thousand person-equivalents |
| client | nothing, ask, attack, both | change of the share of the contested area that it holds, where the war has a front |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index
from types import MappingProxyType
from typing import Any

import numpy as np

from countermove.decision.objective import required
from countermove.errors import SessionError
from countermove.games.in_turn import InTurn, pettingzoo_parts
from countermove.play.act import act, due
from countermove.play.agents import Numbers, actions_of, limits_of, numbers_of, orders_of, rewards_of, worth_at_start
from countermove.play.cards import HIDDEN, deal
from countermove.play.entries import FORMAT, entry
from countermove.play.fold import opened
from countermove.play.protocol import FACILITATOR, VERSION
from countermove.play.replaying import code
from countermove.play.seats import Seat
from countermove.play.session import Session
from countermove.play.table import PROGRAM, TURN_KINDS, Table, is_person
from countermove.play.war import War
from countermove.rng.seeds import SEEDS, stream_of
from countermove.scenario.write import whole_hash_of, write

TABLES = 0x7AB1  # the stream of a seed that tables are drawn from, one after the other


def table_environment(
    war: War, seats: Sequence[str] | None = None, months: int | None = None, seed: int = 0, players: Mapping[str, str] | None = None
) -> Any:
    """A `pettingzoo.AECEnv` of the seats at a table; `readings` and `actions` say by seat what the numbers of an observation are, and what those
    of an action do, and `infos` has them too. `reset(seed)` opens the table that `countermove play --seed` opens; without a seed, the next
    one of those that follow from the last seed that was given, at first from `seed`.

    Args:
        war: any war of the scenario; what it compiled serves.
        seats: who learns, in the order in which they move; by default all that order: the owner, the other patrons, and where the war has a front
            the clients.
        months: how many are played, by default all that the table plays.
        seed: where tables come from until `reset` is given one, 0 to 2^64 - 1.
        players: who plays the others, as at a table: a strategy, a theory, `chance`, or `hidden`, a theory that is drawn for each table.

    Raises:
        SolveError: PettingZoo is not there.
        SessionError: seats, months, a seed or players that there are not.
        DecisionError: the owner is among the seats, and the scenario has no objective.
    """
    spaces, base = pettingzoo_parts()
    game = TableGame(war, seats, months, seed, players)

    class Environment(InTurn, base):
        """What PettingZoo takes for one of its own, with the names of what is observed and done."""

        readings = MappingProxyType(game.readings)
        actions = MappingProxyType({agent: tuple(one.name for one in known) for agent, known in game.actions.items()})

    return Environment(
        game,
        f"countermove_table_{game.session.table.scenario.scenario.replace('-', '_')}_v0",
        {agent: spaces.Discrete(len(known)) for agent, known in game.actions.items()},
        {agent: spaces.Box(low, high, dtype=np.float32) for agent, (low, high) in game.limits.items()},
        {agent: {"readings": game.readings[agent], "actions": Environment.actions[agent]} for agent in game.readings},
    )


class TableGame:
    """One table after another, of which the same seats are played. It knows nothing of PettingZoo."""

    def __init__(
        self,
        war: War,
        seats: Sequence[str] | None = None,
        months: int | None = None,
        seed: int = 0,
        players: Mapping[str, str] | None = None,
    ) -> None:
        """As `table_environment` has it."""
        self._war, self._players = war, dict(players or {})
        first = Table(war, deal(war, (), 0))
        self.seats: tuple[Seat, ...] = tuple(first.seat(name) for name in (_usual(first, war) if seats is None else seats))
        self._check(first)
        self.months = first.months if months is None else months
        if type(self.months) is not int or not 1 <= self.months <= first.months:
            raise SessionError(
                f"{months!r} months cannot be played", where="months", next=f"A whole number from 1 to {first.months}"
            )
        scenario = war.program.scenario
        self.actions = {seat.name: actions_of(seat, scenario) for seat in self.seats}
        self._text, self._hash, self._code = write(scenario), whole_hash_of(scenario), code()
        self._luck = stream_of(checked_seed(seed), TABLES)
        self.session = self._opened(0)
        seen = self.session.table.seen(self.session.standing)
        self.readings = {seat.name: tuple(one.name for one in seen[seat.name]) for seat in self.seats}
        self.limits = {seat.name: limits_of(seen[seat.name]) for seat in self.seats}
        self._worth = 0.0

    def _check(self, table: Table) -> None:
        """Refuses who cannot learn, and a table at which somebody would be waited for."""
        names = [seat.name for seat in self.seats]
        if not names or len(set(names)) < len(names):
            raise SessionError("each seat learns once, and one at least", where="seats")
        for seat in self.seats:
            if seat.kind not in TURN_KINDS:
                raise SessionError(f"{seat.title} orders nothing, so there is nothing to learn", where="seats")
            if seat.kind == "client" and not self._war.program.cast.territory:
                raise SessionError(
                    f"this war has no front, so {seat.title} has no reward", where="seats", next="Leave its seat to chance"
                )
            if seat.kind == "owner":
                required(self._war.program.scenario.objective)
        both = [name for name in names if name in self._players]
        if both:
            raise SessionError(f"{', '.join(both)} cannot both learn and be played", where="players")
        for name, player in self._players.items():
            seat = table.seat(name)
            if player != HIDDEN:
                table.check_player(name, player)
            if seat.kind in TURN_KINDS and is_person(player):
                raise SessionError(f"nobody is there who orders for {name}", where="players", next="Name it among the seats")
        owner = next(seat.name for seat in table.seats.values() if seat.kind == "owner")
        if owner not in names and owner not in self._players:
            known = ", ".join(self._war.program.strategy_names)
            raise SessionError(
                f"{owner} does not learn, and nobody plays it", where="players", next=f"Give it one of its strategies: {known}"
            )

    @property
    def over(self) -> bool:
        """Whether the last month is."""
        return self.session.month > self.months

    def begin(self, seed: int | None) -> None:
        """A new table. Raises SessionError for a number that is no seed."""
        if seed is None:
            found = int(self._luck.integers(SEEDS, dtype=np.uint64))
        else:
            found = checked_seed(seed)
            self._luck = stream_of(found, TABLES)
        self.session = self._opened(found)

    def _opened(self, seed: int) -> Session:
        """The table of a seed on its first day."""
        hidden = tuple(name for name, player in self._players.items() if player == HIDDEN)
        dealt = deal(self._war, hidden, seed)
        table = Table(self._war, dealt)
        learners = {seat.name: PROGRAM for seat in self.seats}
        first = entry(
            "opened",
            FACILITATOR,
            format=FORMAT,
            session="learning",
            scenario=self._text,
            scenario_sha256=self._hash,
            commitment=dealt.commitment,
            code=self._code,
            players={**table.usual(), **self._players, **learners},
            pace="all-in",
            training=None,
        )
        session = opened(first, table)
        if any(seat.kind == "owner" for seat in self.seats):
            self._worth = worth_at_start(table.war(session.players), session.start)
        return session

    def seen(self, agent: str) -> Numbers:
        """The readings of the agent's seat at the start of the month, in the order of `readings`."""
        return numbers_of(self.session.table.seen(self.session.standing)[agent])

    def move(self, agent: str, asked: Any) -> dict[str, float]:
        """Commits an action by its number; what all get by it, nothing until all have moved. Raises SessionError for what is no action."""
        seat = self.session.table.seat(agent)
        known = self.actions[seat.name]
        try:
            number = index(asked)
        except TypeError:
            number = -1
        if not 0 <= number < len(known):
            can = ", ".join(f"{place} ({one.name})" for place, one in enumerate(known))
            raise SessionError(
                f"there is no action {asked!r}", where=f"{seat.name}, month {self.session.month}", next=f"There are {can}"
            )
        text = orders_of(seat, known[number], self.session.table.seen(self.session.standing)[seat.name])
        message = {"version": VERSION, "type": "commit", "id": seat.name[:64], "month": self.session.month, "orders": text}
        committed = act(self.session, seat.name, message).session
        played = due(committed)
        if played is None:
            self.session = committed
            return {one.name: 0.0 for one in self.seats}
        self.session = played.session
        gets = rewards_of(self.session, self.seats, self._worth)
        self._worth += sum(gets[one.name] for one in self.seats if one.kind == "owner")
        return gets

    def says(self) -> str:
        """Where it stands, in words that everybody at the table has read."""
        played = self.session.played
        public = next(name for name, seat in self.session.table.seats.items() if seat.kind == "observer")
        news = " ".join(played[-1].news[public]) if played else ""
        return f"{len(played)} of {self.months} months over. {news}".strip()


def checked_seed(seed: Any) -> int:
    """The seed. Raises SessionError for a number that is none."""
    try:
        found = index(seed)
    except TypeError:
        found = -1
    if isinstance(seed, bool) or not 0 <= found < SEEDS:
        raise SessionError(f"{seed!r} is not a seed", where="seed", next=f"A seed is a whole number from 0 to {SEEDS - 1}")
    return found


def _usual(table: Table, war: War) -> tuple[str, ...]:
    """The seats that learn where none are named."""
    front = war.program.cast.territory
    return tuple(
        name for name, seat in table.seats.items() if seat.kind in ("owner", "patron") or (seat.kind == "client" and front)
    )

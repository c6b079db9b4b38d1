"""The small war at a table, compiled once for all tests of a process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from builders.places import WAR_FILE
from builders.wars import compiled
from countermove.play.act import act, due
from countermove.play.cards import Secrets, deal
from countermove.play.entries import FORMAT, entry
from countermove.play.fold import opened
from countermove.play.replaying import Wars
from countermove.play.room import Limits, Room
from countermove.play.rooms import Rooms
from countermove.play.session import Session
from countermove.play.table import Table
from countermove.play.war import Cards, War
from countermove.scenario.write import whole_hash_of, write

TWO = {"eagle": "person", "bear": "person"}
SEED = 3
FREE = Limits(acts=10**6, looks=10**6)
_IDS = count()


@cache
def war() -> War:
    """The war; what it compiled and drew serves every table of this seed."""
    return War(compiled(WAR_FILE), Cards(SEED))


@cache
def wars() -> Wars:
    """It alone, as it is known already."""
    return Wars(war())


def first_entry(secrets: Secrets, players: Mapping[str, str], pace: str = "all-in", training: str | None = None) -> dict[str, Any]:
    """The entry that opens a session."""
    scenario = war().program.scenario
    return entry(
        "opened",
        "facilitator",
        format=FORMAT,
        session="evening",
        scenario=write(scenario),
        scenario_sha256=whole_hash_of(scenario),
        commitment=secrets.commitment,
        code={"countermove": "a version"},
        players=dict(players),
        pace=pace,
        training=training,
    )


def begun(players: Mapping[str, str] = TWO, *, seed: int = SEED, pace: str = "all-in", training: str | None = None) -> Session:
    """A session on its first day."""
    secrets = deal(war(), tuple(name for name, player in players.items() if player == "hidden"), seed)
    return opened(first_entry(secrets, players, pace, training), Table(war(), secrets))


def message(kind: str, /, **fields: Any) -> dict[str, Any]:
    """A message with an id of its own."""
    return {"version": 1, "type": kind, "id": f"m{next(_IDS)}", **fields}


def done(session: Session, by: str, kind: str, /, **fields: Any) -> Session:
    """The session after a message, and after what is due then."""
    session = act(session, by, message(kind, **fields)).session
    while (acted := due(session)) is not None:
        session = acted.session
    return session


def month(session: Session, eagle: str = "", bear: str = "") -> Session:
    """A month in which both order."""
    session = done(session, "eagle", "commit", month=session.month, orders=eagle)
    return done(session, "bear", "commit", month=session.month, orders=bear)


def rooms(folder: Path, limits: Limits = FREE, clock: Any = None) -> Rooms:
    """Rooms that know the small war."""
    return Rooms(folder, limits=limits, wars=wars(), **({} if clock is None else {"clock": clock}))


def room(folder: Path, name: str = "evening", **options: Any) -> Room:
    """An open room of the small war."""
    return rooms(folder).open(compiled(WAR_FILE), name=name, **{"players": TWO, "seed": SEED, **options}).room


def sent(kind: str, /, **fields: Any) -> bytes:
    """A message as bytes."""
    return json.dumps(message(kind, **fields)).encode()

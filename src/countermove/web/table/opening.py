"""Rooms as the command line asks for them: a new game, or the games of a folder taken up again; and the links that lead to their seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from countermove.engine.program import compile_scenario
from countermove.errors import SessionError
from countermove.play.entries import TABLE
from countermove.play.protocol import FACILITATOR
from countermove.play.room import Room
from countermove.play.rooms import Rooms
from countermove.play.table import PROGRAM
from countermove.play.transcript import SUFFIX
from countermove.play.war import PERSON
from countermove.questions.options import Progress, silent
from countermove.scenario.schema import Scenario
from countermove.web.table.doors import link_path, seat_path

SEATED = (PERSON, PROGRAM)
"""Players who come by a link."""


@dataclass(frozen=True)
class Game:
    """How a war is to be played: who plays which seat, the person of a training, where the cards come from (None: chance), who keeps the pace."""

    players: Mapping[str, str] = field(default_factory=dict[str, str])
    training: str | None = None
    seed: int | None = None
    pace: str = "all-in"


class Way(NamedTuple):
    """A way to a seat: its room, its name and title, and the rest of the address; `once` where it is a link, else the page of whoever sits there."""

    room: str
    seat: str
    title: str
    path: str
    once: bool = True


class Table(NamedTuple):
    """What is served: rooms, the ways to their seats, and what is to be said."""

    rooms: Rooms
    ways: tuple[Way, ...]
    remarks: tuple[str, ...] = ()


def opened(scenario: Scenario, folder: Path, game: Game, progress: Progress = silent) -> Table:
    """A new room whose transcript lies in a folder; `progress` hears of solving. Raises CountermoveError."""
    rooms = Rooms(folder, progress=progress)
    program = compile_scenario(scenario)
    room, token = rooms.open(program, players=game.players, training=game.training, seed=game.seed, pace=game.pace)
    ways = [Way(room.name, FACILITATOR, "Facilitator", link_path(room.name, token))]
    for name, seat in room.session.table.seats.items():
        if room.session.players[name] in SEATED and seat.kind != "observer":
            ways.append(_link(room, name))
    return Table(rooms, tuple(ways))


def resumed(folder: Path, renewed: Sequence[str] = (), progress: Progress = silent) -> Table:
    """The games of a folder, taken up where they were. Whoever sat in a seat still sits there; a link that was not used is made anew.

    Main arguments: `folder`. Other arguments: `renewed`, seats that get a new link, which shuts out whoever sits there; `progress` hears of solving.
    Raises SessionError where there is no game that can be taken up, or no such seat.
    """
    if not folder.is_dir():
        raise SessionError("there is no such folder", where=str(folder), next="Give the folder that --out named")
    rooms = Rooms(folder, progress=progress)
    found = rooms.resume()
    remarks = [remark for one in found for remark in one.remarks]
    there = [one.room for one in found if one.room is not None]
    if not there:
        raise SessionError("; ".join(remarks) or f"there is no transcript (NAME{SUFFIX}) in it", where=str(folder))
    ways: list[Way] = []
    for room in there:
        session = room.session
        for name in dict.fromkeys([FACILITATOR, *session.links, *session.keys, *renewed]):
            if name in session.keys and name not in renewed:
                ways.append(Way(room.name, name, _title(room, name), seat_path(room.name, name), once=False))
            else:
                ways.append(_link(room, name))
    return Table(rooms, tuple(ways), tuple(remarks))


def _link(room: Room, seat: str) -> Way:
    return Way(room.name, seat, _title(room, seat), link_path(room.name, room.invite(seat, TABLE)))


def _title(room: Room, seat: str) -> str:
    return "Facilitator" if seat == FACILITATOR else room.session.table.seat(seat).title

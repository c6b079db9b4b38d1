"""Many sessions in one process: opened, and taken up again from their transcripts."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from countermove.engine.program import Program
from countermove.errors import CountermoveError, SessionError
from countermove.play.cards import HIDDEN, cards_file, deal, write_cards
from countermove.play.entries import FORMAT, TABLE, entry
from countermove.play.fold import opened
from countermove.play.form import matches
from countermove.play.protocol import FACILITATOR, NAME
from countermove.play.replaying import Wars, code, replayed
from countermove.play.room import Limits, Room, Thinker
from countermove.play.seats import seat_called
from countermove.play.session import Session
from countermove.play.table import EQUILIBRIUM, TURN_KINDS, Table
from countermove.play.transcript import SUFFIX, TranscriptFile
from countermove.play.war import PERSON
from countermove.questions.options import Progress, silent
from countermove.scenario.write import whole_hash_of, write
from countermove.store.disk import explained

MOST_ROOMS = 100


class Opened(NamedTuple):
    """A room that was opened, and the token of the facilitator's link."""

    room: Room
    token: str


class Resumed(NamedTuple):
    """What became of a transcript: its room, or None, and what is to be said of it."""

    name: str
    room: Room | None
    remarks: tuple[str, ...]


def _trained(training: str, program: Program, chosen: Mapping[str, str]) -> dict[str, str]:
    """A person in the seat of a training, and the rival, whose theory is hidden.

    Raises SessionError where nobody could be trained in this seat, and where others are `chosen` to play one of the two.
    """
    scenario, seat = program.scenario, seat_called(program, training)
    if seat.kind not in TURN_KINDS or training == scenario.rival or not scenario.rival:
        what = "nobody follows a theory that could be hidden" if not scenario.rival else f"nobody can be trained as {training}"
        raise SessionError(what, where="training", next=f"A seat that orders something, and is not {scenario.rival or 'alone'}")
    found = {training: PERSON, scenario.rival: HIDDEN}
    others = [f"{name}={chosen[name]}" for name, player in found.items() if chosen.get(name, player) != player]
    if others:
        what = f"{', '.join(others)}: a training seats a person as {training}, and hides the theory of {scenario.rival}"
        raise SessionError(what, where="training", next="Leave these two seats to it, or play without a training")
    return found


class Rooms:
    """The sessions whose transcripts lie in one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        wars: Wars | None = None,
        progress: Progress = silent,
    ) -> None:
        """Raises StoreError where the folder cannot be made. `clock`: seconds, for limits of rates; `wars`: what is compiled already; `progress`
        hears of solving, where an equilibrium plays."""
        self.folder = folder
        self._limits, self._clock = limits or Limits(), clock
        self._wars, self._progress = wars or Wars(), progress
        self._rooms: dict[str, Room] = {}
        self._lock = RLock()
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the rooms that are open."""
        with self._lock:
            return tuple(self._rooms)

    def transcript(self, name: str) -> Path:
        """Where the transcript of a room lies."""
        return self.folder / f"{name}{SUFFIX}"

    def room(self, name: str) -> Room:
        """The room of this name. Raises SessionError where there is none; it does not say which there are."""
        with self._lock:
            if name not in self._rooms:
                raise SessionError("there is no such room")
            return self._rooms[name]

    def open(
        self,
        program: Program,
        *,
        name: str | None = None,
        players: Mapping[str, str] | None = None,
        pace: str = "all-in",
        training: str | None = None,
        seed: int | None = None,
    ) -> Opened:
        """A new session of a war, with cards that are dealt now, and a link for its facilitator.

        `players`: who plays which seat (person, program, equilibrium, chance, a theory, a strategy, `hidden`); `pace`: whether a month
        is played once all have committed ("all-in") or when the facilitator says so; `training`: the seat of the one person of a training, in
        which the rival's theory is hidden; `seed`: where the cards come from, else from chance. Raises SessionError and StoreError.
        """
        scenario = program.scenario
        name = name or f"{scenario.scenario[:60]}-{secrets.token_hex(3)}"
        if not matches(NAME, name) or len(name) > 80:
            raise SessionError(f"{name!r} is no name of a session", next="Small letters, digits and hyphens")
        chosen = dict(players or {})
        war = self._wars.of_program(program)
        if training is not None:
            chosen |= _trained(training, program, chosen)
        found = deal(war, tuple(seat for seat, player in chosen.items() if player == HIDDEN), seed)
        table = Table(war, found)
        first = entry(
            "opened",
            FACILITATOR,
            format=FORMAT,
            session=name,
            scenario=write(scenario),
            scenario_sha256=whole_hash_of(scenario),
            commitment=found.commitment,
            code=code(),
            players={**table.usual(), **chosen},
            pace=pace,
            training=training,
        )
        session = opened(first, table)
        thinker = self._thinker(session)
        path = self.transcript(name)
        with self._lock:
            if len(self._rooms) >= MOST_ROOMS:
                raise SessionError(f"{MOST_ROOMS} rooms are open", next="Close one of them first")
            transcript = TranscriptFile.create(path)
            try:
                write_cards(cards_file(path), name, found)
                room = Room.begin(session, transcript, first, self._limits, self._clock, thinker)
                token = room.invite(FACILITATOR, TABLE)
                room.settle()
            except BaseException:
                transcript.close()
                raise
            self._rooms[name] = room
        return Opened(room, token)

    def resume(self) -> tuple[Resumed, ...]:
        """Take up every transcript of the folder that is not open: played again from its first entry, a torn line cut off, and said so.

        One that cannot be taken up stays as it is, with the reason in words.
        """
        return tuple(self._resumed(path) for path in sorted(self.folder.glob(f"*{SUFFIX}")) if self._name(path) not in self._rooms)

    @staticmethod
    def _name(path: Path) -> str:
        return path.name.removesuffix(SUFFIX)

    def _resumed(self, path: Path) -> Resumed:
        name = self._name(path)
        try:
            transcript = TranscriptFile.resume(path)
        except CountermoveError as error:
            return Resumed(name, None, (str(error),))
        try:
            found = replayed(transcript.written, path, self._wars)
            if found.session.name != name:
                raise SessionError(
                    f"this is the transcript of {found.session.name}", where=str(path), next="Give the file its own name back"
                )
            thinker = self._thinker(found.session)
            room = Room(found.session, transcript, found.entries, self._limits, self._clock, thinker)
        except CountermoveError as error:
            transcript.close()
            return Resumed(name, None, (str(error),))
        remarks = [one.replace("and is no entry", "and was cut off") for one in found.remarks]
        try:
            room.settle()
        except CountermoveError as error:
            room.trouble = str(
                error
            )  # as while it was played: the facilitator is told, and what is due is tried again after the next message
            remarks.append(f"{path}: what is due cannot be played yet: {error}")
        with self._lock:
            self._rooms[name] = room
        return Resumed(name, room, tuple(remarks))

    def _thinker(self, session: Session) -> Thinker | None:
        """Who orders for seats that an equilibrium plays; None where there are none. Raises CountermoveError."""
        plays = EQUILIBRIUM in session.players.values() and not (session.over or session.ended)
        if not plays:
            return None
        from countermove.play.equilibrium import thinker_of  # solving needs more than a table does

        return thinker_of(session.table.scenario, self._progress)

    def close(self, name: str | None = None) -> None:
        """Close a room, or all of them; their transcripts stay."""
        with self._lock:
            for one in [name] if name is not None else list(self._rooms):
                room = self._rooms.pop(one, None)
                if room is not None:
                    room.close()

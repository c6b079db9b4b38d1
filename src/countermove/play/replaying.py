"""A session from its transcript: the scenario that it holds compiled, its cards, and every entry folded in, month by month, bit for bit."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import RLock
from typing import NamedTuple, TypeVar

from countermove.engine.program import Program, compile_scenario
from countermove.errors import CountermoveError, SessionError, WrittenError
from countermove.play.cards import Secrets, cards_file, read_cards, secrets_of
from countermove.play.entries import check_entry
from countermove.play.fold import fold, opened
from countermove.play.session import Session
from countermove.play.table import Table
from countermove.play.transcript import Entry, Written, read_transcript
from countermove.play.war import Cards, War
from countermove.questions.provenance import code_version, versions
from countermove.scenario.read import read_text
from countermove.scenario.write import whole_hash_of

MOST_WARS = 8
Found = TypeVar("Found")


class Wars:
    """Compiled wars by the hash of their scenario: rooms with the same war share what was compiled. The latest are kept."""

    def __init__(self, *known: War) -> None:
        """With wars that are compiled already."""
        self._lock = RLock()
        self._wars: OrderedDict[str, War] = OrderedDict((whole_hash_of(war.program.scenario), war) for war in known)

    def of_program(self, program: Program) -> War:
        """The war of a program, unless one of the same scenario is known."""
        with self._lock:
            return self._kept(whole_hash_of(program.scenario), War(program, Cards()))

    def _kept(self, digest: str, war: War) -> War:
        """The war of a hash; this one, if none is known yet."""
        found = self._wars.setdefault(digest, war)
        self._wars.move_to_end(digest)
        while len(self._wars) > MOST_WARS:
            self._wars.popitem(last=False)
        return found

    def of(self, text: str, digest: str) -> War:
        """The war of a scenario in canonical text. Raises SessionError where the text is not that of the hash, or reads no more."""
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != digest:
            raise SessionError("the scenario is not the one of its hash")
        with self._lock:
            if digest in self._wars:
                self._wars.move_to_end(digest)
                return self._wars[digest]
            try:
                scenario = read_text(text, file="the transcript's scenario")
                war = War(compile_scenario(scenario), Cards())
            except CountermoveError as error:
                raise SessionError(f"this version of countermove does not read the scenario any more: {error}") from error
            if whole_hash_of(scenario) != digest:
                raise SessionError("this version of countermove reads the scenario in another way than the one that wrote it")
            return self._kept(digest, war)


class Replayed(NamedTuple):
    """A transcript played again: where it stands, its entries, and what is to be said of it."""

    session: Session
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]


def code() -> dict[str, str]:
    """What plays a session: the version of countermove, the processor as far as it moves the last bits, the libraries that can move a number."""
    width = re.findall(r"xla_cpu_prefer_vector_width=(\d+)", os.environ.get("XLA_FLAGS", ""))  # engine/backend.py
    machine = f"{platform.machine()} with vectors of {width[-1] if width else 'unknown'} bits"
    return {"countermove": code_version(), "processor": machine, **versions()}


def differences(opening: Entry) -> str:
    """What the session of a first entry was played with, where that is not what plays now; empty where it is."""
    then, now = opening["code"], code()
    return ", ".join(f"{name} {then[name]}, now {now.get(name, 'absent')}" for name in then if then[name] != now.get(name))


def session_of(entries: Sequence[Entry], path: Path, wars: Wars) -> Session:
    """The session of entries. `path` is their transcript: beside it lies the facilitator's file, unless the cards have been revealed.

    Raises SessionError with `file:line` at the first entry that does not follow, or whose month does not come out as it did.
    """
    first = entries[0]
    _at(path, 1, lambda: check_entry(first))
    if first["kind"] != "opened":
        raise SessionError("the first entry opens no session", where=f"{path}:1")
    secrets = secrets_beside(entries, path)
    table = _at(path, 1, lambda: Table(wars.of(first["scenario"], first["scenario_sha256"]), secrets))
    session = _at(path, 1, lambda: opened(first, table))

    def follow(entry: Entry) -> Session:
        return fold(session, entry)

    others = differences(first)
    for line, entry in enumerate(entries[1:], 2):
        session = _at(path, line, partial(follow, entry), f"It was played with {others}" if others else "")
    return session


def secrets_beside(entries: Sequence[Entry], path: Path) -> Secrets:
    """The cards of a session: as they were revealed, else from the facilitator's file. Raises SessionError where neither is there."""
    for entry in entries:
        if entry.get("kind") == "revealed":
            check_entry(entry)
            return secrets_of(entry)
    beside = cards_file(path)
    if not beside.is_file():
        what = "the cards have not been revealed, and the facilitator's file is not beside the transcript"
        raise SessionError(what, where=str(path), next=f"Put {beside.name} into its folder")
    return read_cards(beside)


def replay_transcript(path: Path, wars: Wars | None = None) -> Replayed:
    """A transcript played again from its first entry, every fingerprint compared. Raises SessionError where anything is not as it was."""
    written = read_transcript(path)
    return replayed(written, path, wars or Wars())


def replayed(written: Written, path: Path, wars: Wars) -> Replayed:
    """The same of what was read already."""
    session = session_of(written.entries, path, wars)
    others = differences(written.entries[0])
    remarks = [written.remark(path)] if written.torn else []
    same = "; every month came out the same" if any(one["kind"] == "adjudicated" for one in written.entries) else ""
    remarks += [f"{path}: it was played with {others}{same}"] if others else []
    return Replayed(session, written.entries, tuple(remarks))


def _at(path: Path, line: int, step: Callable[[], Found], others: str = "") -> Found:
    """What a step finds; what goes wrong in it is said of a line of the transcript, and what `others` may have to do with it."""
    try:
        return step()
    except CountermoveError as error:
        what = "; ".join(map(str, error.issues)) if isinstance(error, WrittenError) else error.what
        raise SessionError(what, where=f"{path}:{line}", next=". ".join(part for part in (error.next, others) if part)) from error

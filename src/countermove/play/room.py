"""One session that is being played: its transcript, its lock, the keys of those who sit at it, and its limits.

What is acknowledged is on the disk. What a room knows beyond its transcript can be reckoned from it again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import RLock
from typing import Any

from countermove.errors import CountermoveError, SessionError, WrittenError
from countermove.play.act import Acted, act, due
from countermove.play.entries import entry, fingerprint
from countermove.play.fold import fold
from countermove.play.observe import checked, observation, overview
from countermove.play.protocol import FACILITATOR, LOOKS, MESSAGES, VERSION, checked_message, read_message
from countermove.play.session import Session
from countermove.play.table import EQUILIBRIUM
from countermove.play.transcript import Entry, TranscriptFile

MOST_TOKEN = 200  # letters that are looked at
Answer = dict[str, Any]
Thinker = Callable[[Session, str], str]
"""What a seat that an equilibrium plays orders in the month that a session waits for, as text."""


@dataclass(frozen=True)
class Limits:
    """How much one seat may do: at once, in a second, and in a session; of looking, at once and in a second."""

    acts: int = 40
    acts_a_second: float = 4
    looks: int = 120
    looks_a_second: float = 30
    entries: int = 3000


class _Bucket:
    """What is left of an allowance that fills again with time."""

    def __init__(self, most: int, a_second: float, now: float) -> None:
        self.most, self.a_second, self.left, self.at = most, a_second, float(most), now

    def take(self, now: float) -> bool:
        """Use one up, if there is one."""
        self.left = min(self.most, self.left + max(now - self.at, 0) * self.a_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


def hashed(token: str) -> str:
    """What is kept of a link or a key."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Room:
    """A session with its transcript. Every method may be called from any thread."""

    def __init__(
        self,
        session: Session,
        transcript: TranscriptFile,
        entries: Sequence[Entry],
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        thinker: Thinker | None = None,
    ) -> None:
        """`entries`: those that the transcript holds, all folded into the session; `thinker`: who orders for seats that an equilibrium plays."""
        self._session = session
        self._transcript = transcript
        self._limits, self._clock, self._thinker = limits, clock, thinker
        self._lock = RLock()
        self._watchers: list[Callable[[], None]] = []
        self._done = {(one["by"], one["id"]): str(one["message"]) for one in entries if "id" in one}
        self._entries_of = Counter(str(one["by"]) for one in entries)
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._sent: dict[str, tuple[int, bytes]] = {}  # of seats that have looked: after how many entries, and what
        self._closed = False
        self._pages: Counter[str] = Counter()  # open lines, by the seat
        self.trouble = ""  # what kept the month from being played, for the facilitator

    @classmethod
    def begin(
        cls,
        session: Session,
        transcript: TranscriptFile,
        first: Entry,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        thinker: Thinker | None = None,
    ) -> Room:
        """The room of a session that has just been opened: its first entry is written."""
        room = cls(session, transcript, (), limits, clock, thinker)
        room._write(Acted((first,), session))
        return room

    @property
    def name(self) -> str:
        """The session's."""
        return self._session.name

    @property
    def session(self) -> Session:
        """Where it stands."""
        return self._session

    @property
    def thinks(self) -> bool:
        """Whether an equilibrium was solved for it, so that one can play."""
        return self._thinker is not None

    # --- who is who -------------------------------------------------------------------------------------------------------

    def invite(self, seat: str, by: str = FACILITATOR) -> str:
        """A new link to a seat, or to the facilitator's: its token, which is kept nowhere. The old link, and whoever came by it, are shut out."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._link(seat, token, by)
        self._tell()
        return token

    def _link(self, seat: str, token: str, by: str, **message: str) -> None:
        """The entry of a new link, with the id and the fingerprint of the message that asked for it, if one did."""
        made = entry("linked", by, seat=seat, sha256=hashed(token), **message)
        self._write(Acted((made,), fold(self._session, made)))

    def claim(self, token: str) -> tuple[str, str]:
        """The seat of a link, and the key by which its holder is known from now on.

        A link is used once: a server lets it be used by a POST, never by being looked at, as programs look at links too. Raises SessionError
        where no such link is open.
        """
        key = secrets.token_urlsafe(32)
        with self._lock:
            seat = self._whose(token, self._session.links)
            if seat is None:
                raise SessionError(
                    "this link leads to no seat", next="It was used already, or is not whole: ask the facilitator for a new one"
                )
            made = entry("claimed", seat, seat=seat, sha256=hashed(key))
            self._write(Acted((made,), fold(self._session, made)))
        self._tell()
        return seat, key

    def holder(self, key: str) -> str:
        """The seat, or the facilitator, whose key this is. Raises SessionError where it is nobody's."""
        seat = self._whose(key, self._session.keys)
        if seat is None:
            raise SessionError("nobody here is known by this key", next="Come by your link, or ask the facilitator for a new one")
        return seat

    @staticmethod
    def _whose(token: str, hashes: Mapping[str, str]) -> str | None:
        """Compared with all of them, each in constant time."""
        given = hashed(token[:MOST_TOKEN])
        found = [seat for seat, kept in hashes.items() if hmac.compare_digest(given, kept)]
        return found[0] if found and len(token) <= MOST_TOKEN else None

    # --- what is seen, and what is done -----------------------------------------------------------------------------------

    def observation(self, by: str) -> Answer:
        """What a seat sees; of the facilitator, the overview."""
        return (
            {**overview(self._session), "trouble": self.trouble, "present": sorted(self._pages)}
            if by == FACILITATOR
            else observation(self._session, by)
        )

    def sent_to(self, by: str) -> bytes:
        """The same as the bytes that are sent. They change only with what this seat sees: a server that sends them when they change tells no more.

        A seat's bytes are made when it first looks, and then with every change, by whoever makes it: how long a look takes tells nothing of what
        others do.
        """
        if by == FACILITATOR:
            return as_bytes(self.observation(by))
        session = self._session
        count, kept = self._sent.get(by, (-1, b""))
        if count != session.count:
            kept = as_bytes(observation(session, by))
            self._sent[by] = (session.count, kept)
        return kept

    def act(self, by: str, message: Mapping[str, Any], key: str | None = None) -> Answer:
        """Do what a message says, once, however often it is sent. The answer says that it is done, and on the disk.

        `key`: by which the sender is known; None where a server need not ask. Raises SessionError, also where a new link has shut the sender out in
        the meantime, ScenarioError for orders, and StoreError where the disk refuses; nothing was done then.
        """
        sent = checked_message(dict(message))
        if sent["type"] in LOOKS:
            self._allow(by, "look")
            self._still(by, key)
            if sent["type"] == "observe":
                return self.observation(by)
            return {
                "version": VERSION,
                "type": "checked",
                "id": sent.get("id"),
                "remarks": checked(self._session, by, sent["orders"]),
            }
        self._allow(by, "act")
        done: Answer = {"version": VERSION, "type": "done", "id": sent["id"]}
        with self._lock:
            self._still(by, key)
            before = self._done.get((by, sent["id"]))
            if before is not None:
                if before != fingerprint(sent):
                    raise SessionError("this id was used for another message", where=sent["type"], next="Make up a new one")
                if sent["type"] == "renew":
                    what = "this link was made already, and its token is kept nowhere"
                    raise SessionError(what, where="renew", next="Ask for another one, by a new id")
                return done
            if sent["type"] == "renew":
                done = self._renewed(by, sent)
            else:
                self._do(by, sent)
        self._tell()
        return done

    def _still(self, by: str, key: str | None) -> None:
        """Raises SessionError where somebody's key is no more that of the seat."""
        if key is not None and self._whose(key, self._session.keys) != by:
            raise SessionError("this seat has a new link", next="Ask the facilitator for it")

    def _renewed(self, by: str, sent: Mapping[str, Any]) -> Answer:
        if by != FACILITATOR:
            raise SessionError("only the facilitator can do this", where="renew")
        token = secrets.token_urlsafe(32)
        self._link(sent["seat"], token, by, id=sent["id"], message=fingerprint(sent))
        return {"version": VERSION, "type": "link", "id": sent["id"], "seat": sent["seat"], "token": token}

    def _do(self, by: str, sent: Mapping[str, Any]) -> None:
        """What a message says, and what is due then."""
        if sent["type"] == "seat" and sent["player"] == EQUILIBRIUM and self._thinker is None:
            what, next_ = "no equilibrium was solved for this table", f"Open one with --seat {sent['seat']}=equilibrium"
            raise SessionError(what, where="seat", next=next_)
        if self._entries_of[by] >= self._limits.entries and by != FACILITATOR:
            raise SessionError(f"{by} has sent {self._limits.entries:,} messages, and may send no more", where=sent["type"])
        self._write(act(self._session, by, sent))
        try:
            self.settle()
        except CountermoveError as error:
            self.trouble = str(error)  # the message is on the disk all the same; what is due is tried again after the next one

    def answer(self, by: str, data: bytes | str, key: str | None = None) -> Answer:
        """The answer to a message as it came, whatever it is: what goes wrong is said in words, with nothing of the server's in it.

        `key` as in `act`.
        """
        identity: str | None = None
        try:
            message = self._read(by, data)
            identity = message.get("id")
            return self.act(by, message, key)
        except CountermoveError as error:
            return refused(error, identity)

    def _read(self, by: str, data: bytes | str) -> dict[str, Any]:
        """A message; what is none counts as one all the same."""
        try:
            return read_message(data)
        except SessionError:
            self._allow(by, "act")
            raise

    def settle(self) -> None:
        """Do what is due by itself; also when a session is taken up again: a server may end before it could. Raises what is in its way."""
        with self._lock:
            while (acted := self._thought() or due(self._session)) is not None:
                self._write(acted)
            self.trouble = ""

    def _thought(self) -> Acted | None:
        """What a seat that an equilibrium plays orders now; None where none is waited for. Raises CountermoveError."""
        session = self._session
        if session.over or session.ended or session.paused:
            return None
        for name in session.missing:
            if session.players[name] == EQUILIBRIUM and self._thinker is not None:
                orders, number = self._thinker(session, name), f"{EQUILIBRIUM}-{session.count}"
                return act(
                    session, name, {"version": VERSION, "type": "commit", "id": number, "month": session.month, "orders": orders}
                )
        return None

    def _allow(self, by: str, what: str) -> None:
        """Raises SessionError where a seat sends too much."""
        limits = self._limits
        most, rate = (limits.looks, limits.looks_a_second) if what == "look" else (limits.acts, limits.acts_a_second)
        with self._lock:
            now = self._clock()
            if not self._buckets.setdefault((by, what), _Bucket(most, rate, now)).take(now):
                raise SessionError("too many messages at once", next="Wait a few seconds, and send it again")

    def _write(self, acted: Acted) -> None:
        """Entries onto the disk, and then into the session."""
        if self._closed:
            raise SessionError("this room is closed")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._transcript.append([{"at": at, **one} for one in acted.entries])
        self._session = after = acted.session
        looked = list(self._sent)  # a seat may look for the first time meanwhile, in a thread of its own
        self._sent = {by: (after.count, as_bytes(observation(after, by))) for by in looked}
        for one in acted.entries:
            self._entries_of[one["by"]] += 1
            if "id" in one:
                self._done[one["by"], one["id"]] = one["message"]

    # --- watching ---------------------------------------------------------------------------------------------------------

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` after each change, from the thread that made it; the answer is called to stop that. It must be quick, and raise nothing."""
        with self._lock:
            self._watchers.append(watcher)

        def stop() -> None:
            with self._lock:
                if watcher in self._watchers:
                    self._watchers.remove(watcher)

        return stop

    def present(self, by: str) -> Callable[[], None]:
        """Somebody's page is open, which the facilitator is told and no seat; the answer is called when it is gone."""

        def moved(step: int) -> None:
            with self._lock:
                self._pages[by] += step
                self._pages = +self._pages
            self._tell()

        moved(1)
        return partial(moved, -1)

    def _tell(self) -> None:
        with self._lock:
            watchers = tuple(self._watchers)
        for watcher in watchers:
            watcher()

    def close(self) -> None:
        """Let go of the transcript; nothing is done here any more."""
        with self._lock:
            self._closed = True
            self._transcript.close()


def as_bytes(answer: Mapping[str, Any]) -> bytes:
    """An answer as it is sent; the same answers are the same bytes."""
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def refused(error: CountermoveError, identity: str | None) -> Answer:
    """A refusal as it is sent."""
    if isinstance(error, WrittenError):
        errors = [
            {"message": one.message, "line": one.line, "column": one.column, "expected": one.expected, "suggestion": one.suggestion}
            for one in error.issues
        ]
    else:
        what = error.what if isinstance(error, SessionError) else "the server could not do it"
        said = f"{error.where}: {what}" if isinstance(error, SessionError) and error.where in MESSAGES else what
        more = error.next if isinstance(error, SessionError) else ""
        errors = [{"message": said, "line": 0, "column": 0, "expected": more, "suggestion": ""}]
    return {"version": VERSION, "type": "refused", "id": identity, "errors": errors}

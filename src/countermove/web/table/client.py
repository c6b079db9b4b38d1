"""A program's side of a seat, with nothing but Python: it comes by a link, looks, and acts."""

from __future__ import annotations

import http.client
import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from countermove.errors import CountermoveError, SessionError
from countermove.play.protocol import VERSION

Plain = Mapping[str, Any]
PATIENCE = 120.0  # seconds for an answer: a month may be played before it
MOST = 16 << 20  # bytes of an answer
HURRY, TRIES = 1.0, 60  # seconds until what was sent too fast is sent again, and how often
BAD_INPUT, INTERRUPTED = 2, 3  # exit codes of a player
NO_LINK = "this is no link of a table"


class Lost(SessionError):
    """The table does not answer."""


class SeatClient:
    """A seat that a program plays."""

    def __init__(self, link: str, *, key: str = "") -> None:
        """Take the seat of a link, or the one of a key that was given for it. Raises SessionError where the table refuses or is not there."""
        try:
            parts = urlsplit(link)
        except ValueError:
            raise SessionError(NO_LINK) from None
        room = parts.path.rstrip("/").rpartition("/")[2]
        if parts.scheme != "http" or not parts.netloc or not room:
            raise SessionError(NO_LINK, next="http://HOST:PORT/join/ROOM#TOKEN, as the facilitator has it")
        self._place = parts.netloc
        self._path = f"/api/{VERSION}/{room}/"
        self.key = key or str(self._asked("join", {"token": parts.fragment}, "seat")["key"])

    def observe(self) -> Plain:
        """What the seat sees. Raises SessionError."""
        return self._asked("observe", None, "observation", "overview")

    def act(self, kind: str, /, **fields: object) -> Plain:
        """Do something: the answer, whose `type` is `done` or `refused`. Sent again where the line is lost, it is done once.

        What was sent too fast is sent again after a while. Raises SessionError where the table is not there.
        """
        message = {"version": VERSION, "type": kind, "id": uuid.uuid4().hex, **fields}
        for _ in range(TRIES):
            answer = self._done(message)
            if "too many messages" not in refusal(answer):
                return answer
            time.sleep(HURRY)
        return self._done(message)

    def _done(self, message: Plain) -> Plain:
        types = ("done", "refused", "link")
        try:
            return self._asked("act", message, *types)
        except Lost:
            return self._asked("act", message, *types)

    def commit(self, seen: Plain, orders: str) -> Plain | None:
        """Order for the month that was seen: the answer; None where nothing can be ordered in it now, as the game is paused or has gone on meanwhile:
        then look again."""
        answer = self.act("commit", month=seen["month"], orders=orders)
        if answer["type"] == "refused" and ("the game is paused" in refusal(answer) or _place(self.observe()) != _place(seen)):
            return None
        return answer

    def months(self, pause: float = 0.5) -> Iterator[Plain]:
        """What the seat sees in each month in which it may order, as soon as it comes, until the game is over; again and again as long as it has not
        committed. `pause`: seconds between two looks."""
        last = None
        while True:
            seen = self.observe()
            if seen["state"] in ("over", "ended"):
                return
            if seen["state"] == "playing" and seen["orders"]["committed"] is None and _place(seen) != last:
                last = _place(seen)
                yield seen
            else:
                last = None  # whoever was told of a month and has not committed is told again, after a while
                time.sleep(pause)

    def _asked(self, what: str, sent: Plain | None, *types: str) -> Plain:
        """The answer, of one of these types. Raises Lost, and SessionError for any other answer, in the words of a refusal where it is one."""
        strange = SessionError(f"{self._place} does not answer as a table does")
        try:
            found = self._answer(what, sent)
        except (OSError, http.client.HTTPException) as error:
            raise Lost(f"there is no table at {self._place}: {error or type(error).__name__}") from error
        except (ValueError, RecursionError):
            raise strange from None
        answer = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        kind = answer.get("type")
        if kind == "refused" and kind not in types:
            raise SessionError(refusal(answer))
        if kind not in types:
            raise strange
        return answer

    def _answer(self, what: str, sent: Plain | None) -> object:
        connection = http.client.HTTPConnection(self._place, timeout=PATIENCE)
        try:
            headers = {"content-type": "application/json"}
            if what != "join":
                headers["authorization"] = f"Bearer {self.key}"
            body = None if sent is None else json.dumps(sent).encode()
            connection.request("GET" if sent is None else "POST", self._path + what, body, headers)
            return json.loads(connection.getresponse().read(MOST))
        finally:
            connection.close()


def _place(seen: Plain) -> tuple[object, ...]:
    """Which month of which line it is, and whether it is being played."""
    return seen["line"], seen["month"], seen["state"]


def ended(play: Callable[[], object]) -> int:
    """The exit code of a player, with what went wrong in words."""
    try:
        play()
    except (CountermoveError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    return 0


def refusal(answer: Plain) -> str:
    """Everything that a refusal says, a line each; "" of an answer that is none."""
    lines: list[str] = []
    for one in answer.get("errors", ()):
        place = f"line {one['line']}, column {one['column']}: " if one["line"] else ""
        expected = f"; expected {one['expected']}" if one["expected"] else ""
        meant = f"; did you mean {one['suggestion']}?" if one["suggestion"] else ""
        lines.append(f"{place}{one['message']}{expected}{meant}")
    return "\n".join(lines)

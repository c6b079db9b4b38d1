"""A program's side of a seat, with nothing but Python: it comes by a link, looks, and acts."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from countermove.errors import SessionError
from countermove.play.protocol import VERSION

Plain = Mapping[str, Any]
PATIENCE = 120.0  # seconds for an answer: a month may be played before it
MOST = 16 << 20  # bytes of an answer


class SeatClient:
    """A seat that a program plays."""

    def __init__(self, link: str, *, key: str = "") -> None:
        """Take the seat of a link, or the one of a key that was given for it. Raises SessionError where the table refuses or is not there."""
        parts = urlsplit(link)
        room = parts.path.rstrip("/").rpartition("/")[2]
        if parts.scheme != "http" or not parts.netloc or not room:
            raise SessionError("this is no link of a table", next="http://HOST:PORT/join/ROOM#TOKEN, as the facilitator has it")
        self._place = parts.netloc
        self._path = f"/api/{VERSION}/{room}/"
        self.key = key or str(self._asked("join", {"token": parts.fragment})["key"])

    def observe(self) -> Plain:
        """What the seat sees. Raises SessionError."""
        return self._asked("observe", None)

    def act(self, kind: str, /, **fields: object) -> Plain:
        """Do something: the answer, whose `type` is `done` or `refused`. Sent again where the line is lost, it is done once."""
        message = {"version": VERSION, "type": kind, "id": uuid.uuid4().hex, **fields}
        try:
            return self._asked("act", message, words=False)
        except (OSError, http.client.HTTPException):
            return self._asked("act", message, words=False)

    def months(self, pause: float = 0.5) -> Iterator[Plain]:
        """What the seat sees in each month in which it may order, as soon as it comes; until the game is over. `pause`: seconds between two looks."""
        last = None
        while True:
            seen = self.observe()
            if seen["state"] in ("over", "ended"):
                return
            now = (seen["line"], seen["month"])
            if seen["state"] == "playing" and now != last and seen["orders"]["committed"] is None:
                last = now
                yield seen
            else:
                time.sleep(pause)

    def _asked(self, what: str, sent: Plain | None, *, words: bool = True) -> Plain:
        connection = http.client.HTTPConnection(self._place, timeout=PATIENCE)
        try:
            headers = {"content-type": "application/json"}
            if what != "join":
                headers["authorization"] = f"Bearer {self.key}"
            body = None if sent is None else json.dumps(sent).encode()
            connection.request("GET" if sent is None else "POST", self._path + what, body, headers)
            found = json.loads(connection.getresponse().read(MOST))
        except ValueError as error:
            raise SessionError(f"{self._place} does not answer as a table does") from error
        finally:
            connection.close()
        answer = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        if words and answer.get("type") == "refused":
            raise SessionError(refusal(answer))
        return answer


def refusal(answer: Plain) -> str:
    """Everything that a refusal says, a line each."""
    lines: list[str] = []
    for one in answer["errors"]:
        place = f"line {one['line']}, column {one['column']}: " if one["line"] else ""
        expected = f"; expected {one['expected']}" if one["expected"] else ""
        meant = f"; did you mean {one['suggestion']}?" if one["suggestion"] else ""
        lines.append(f"{place}{one['message']}{expected}{meant}")
    return "\n".join(lines)

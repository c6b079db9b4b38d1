"""The small war at a table that is served: its links, its keys, and clients that speak HTTP and websockets."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from builders.places import WAR_FILE
from builders.tables import TWO, rooms, sent
from builders.wars import compiled
from countermove.play.room import Limits, Room
from countermove.play.rooms import Rooms
from countermove.web.table.application import application
from countermove.web.table.hosting import hosted

FREE = Limits(acts=10**6, acts_a_second=1e6, looks=10**6, looks_a_second=1e6)
PATIENCE = 90


@dataclass
class Served:
    """A table that is served: where, and a key or a link for each seat."""

    rooms: Rooms
    room: Room
    netloc: str
    links: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Without the last stroke."""
        return f"http://{self.netloc}"

    def link(self, seat: str) -> str:
        """Where a seat's link leads."""
        return f"{self.address}/join/{self.room.name}#{self.links[seat]}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers (small letters) and body of a request."""
        line = http.client.HTTPConnection(self.netloc, timeout=PATIENCE)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            found = line.getresponse()
            return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()
        finally:
            line.close()

    def join(self, seat: str) -> str:
        """The key of a seat, by its link."""
        if seat not in self.keys:
            status, _, body = self.ask("POST", f"/api/1/{self.room.name}/join", json.dumps({"token": self.links[seat]}).encode())
            assert status == 200, body
            self.keys[seat] = json.loads(body)["key"]
        return self.keys[seat]

    def act(self, seat: str, kind: str, /, **fields: Any) -> dict[str, Any]:
        """The answer to an act."""
        return self.say(seat, sent(kind, **fields))

    def say(self, seat: str, data: bytes) -> dict[str, Any]:
        """The answer to these bytes."""
        _, _, body = self.ask("POST", f"/api/1/{self.room.name}/act", data, authorization=f"Bearer {self.join(seat)}")
        return dict(json.loads(body))

    def observe(self, seat: str) -> dict[str, Any]:
        """What a seat sees."""
        return dict(json.loads(self.bytes_of(seat)))

    def bytes_of(self, seat: str) -> bytes:
        """The same as it is sent."""
        status, _, body = self.ask("GET", f"/api/1/{self.room.name}/observe", authorization=f"Bearer {self.join(seat)}")
        assert status == 200, body
        return body

    def socket(self, seat: str) -> ClientConnection:
        """A websocket of a seat."""
        head = {"Authorization": f"Bearer {self.join(seat)}"}
        return connect(
            f"ws://{self.netloc}/api/1/{self.room.name}/socket", additional_headers=head, open_timeout=PATIENCE, max_queue=None
        )


@contextmanager
def served(folder: Path, *, limits: Limits = FREE, players: Mapping[str, str] = TWO, **options: Any) -> Generator[Served]:
    """A table of the small war with a link for each seat, as long as the block lasts."""
    found = rooms(folder, limits)
    opened = found.open(compiled(WAR_FILE), **{"name": "evening", "seed": 3, **options}, players=players)
    room = opened.room
    links = {
        seat: room.invite(seat) for seat in room.session.table.seats if not seat.startswith("observer") or seat == "observer-1"
    }
    try:
        with hosted(application(found)) as place:
            yield Served(found, room, urlsplit(place.address).netloc, {"facilitator": opened.token, **links})
    finally:
        found.close()


def until(true: Callable[[], Any], seconds: float = 3 * PATIENCE) -> Any:
    """What becomes true in time."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)
    return found

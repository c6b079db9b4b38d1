"""Who asks: a link is exchanged once for a seat's key, which a page has in a cookie that no script reads, and a program as a bearer token.

Neither stands in a path, where it would be in histories and logs: a link has its token behind the #, which no browser sends.
"""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import Response

from countermove.errors import SessionError
from countermove.play.protocol import FACILITATOR
from countermove.play.room import Room
from countermove.play.rooms import Rooms

COOKIE = "countermove-seat"
DAYS = 60  # that a browser keeps its seat
UNKNOWN = "nobody here is known by this key"
BY_LINK = "Come by your link, or ask the facilitator for a new one"


class Unknown(SessionError):
    """Nobody who is known here."""


class Holder(NamedTuple):
    """Somebody who is known: the room, the seat or the facilitator's, and the key."""

    room: Room
    seat: str
    key: str

    @property
    def is_facilitator(self) -> bool:
        """Whether it is the facilitator."""
        return self.seat == FACILITATOR

    @property
    def still(self) -> bool:
        """Whether the key is still that of the seat: a new link shuts out whoever came by the old one."""
        try:
            return self.room.holder(self.key) == self.seat
        except SessionError:
            return False


def holder_of(rooms: Rooms, asked: HTTPConnection) -> Holder:
    """Whoever asks, by the key of the cookie of a seat's own path, else by the bearer token.

    Raises Unknown where the key is nobody's: the same, whether there is such a room and such a seat or not.
    """
    seat = asked.path_params.get("seat")
    key = asked.cookies.get(COOKIE, "") if seat is not None else _bearer(asked)
    try:
        room = rooms.room(asked.path_params["room"])
        found = Holder(room, room.holder(key), key)
    except SessionError:
        raise Unknown(UNKNOWN, next=BY_LINK) from None
    if seat is not None and seat != found.seat:
        raise Unknown(UNKNOWN, next=BY_LINK)
    return found


def _bearer(asked: HTTPConnection) -> str:
    kind, _, key = asked.headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def claimed(rooms: Rooms, name: str, token: str) -> Holder:
    """The holder that a link makes of whoever uses it first. Raises Unknown, whether there is such a room or not."""
    try:
        room = rooms.room(name)
        seat, key = room.claim(token)
    except SessionError:
        next_ = "It was used already, or is not whole: ask the facilitator for a new one"
        raise Unknown("this link leads to no seat", next=next_) from None
    return Holder(room, seat, key)


def seat_path(room: str, seat: str) -> str:
    """Where a seat's page lies, and all that it asks for."""
    return f"/seat/{room}/{seat}/"


def link_path(room: str, token: str) -> str:
    """Where a link leads."""
    return f"/join/{room}#{token}"


def remember(response: Response, holder: Holder) -> None:
    """Give a browser its seat's key: for the seat's own path, unread by scripts, and never sent along by another site."""
    response.set_cookie(
        COOKIE, holder.key, max_age=DAYS * 86400, path=seat_path(holder.room.name, holder.seat), httponly=True, samesite="strict"
    )

"""What is answered to whoever sits at a table: what the seat sees, and whether what it does is done. Long work runs beside the server's loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from countermove.errors import CountermoveError, SessionError
from countermove.play.form import refusals
from countermove.play.protocol import ID, MOST_MESSAGE
from countermove.play.room import refused
from countermove.play.rooms import Rooms
from countermove.play.strict_json import strict_json
from countermove.web.table.after import AfterPages
from countermove.web.table.doors import Holder, claimed
from countermove.web.table.pace import Pace

if TYPE_CHECKING:
    from countermove.play.after import Sizes

ACTING = 48  # threads for acts, of which all of a room wait for its month
LOOKING = 8


class Desk:
    """The rooms, and the threads in which they work."""

    def __init__(self, rooms: Rooms, sizes: Sizes | None = None) -> None:
        self.rooms = rooms
        self.after = AfterPages(sizes)
        self.pace = Pace()
        self._acting, self._looking = CapacityLimiter(ACTING), CapacityLimiter(LOOKING)

    async def seen(self, holder: Holder) -> bytes:
        """What a seat sees."""
        return await run_sync(holder.room.sent_to, holder.seat, limiter=self._looking)

    async def claimed(self, room: str, data: bytes) -> Holder:
        """The holder that a link makes of whoever shows its token first."""
        return await run_sync(claimed, self.rooms, room, token_of(data), limiter=self._acting)

    async def done(self, holder: Holder, data: bytes | str) -> dict[str, Any]:
        """The answer to a message: `done`, `refused`, the observation that was asked for, a new link for the facilitator."""
        try:
            self.pace.take((holder.room.name, holder.seat))
            if not holder.still:
                raise SessionError("this seat has a new link", next="Ask the facilitator for it")
        except CountermoveError as error:
            return refused(error, None)
        answer = await run_sync(holder.room.answer, holder.seat, data, holder.key, limiter=self._acting)
        return {**answer, "id": id_of(data)} if answer["type"] == "refused" and answer["id"] is None else answer


def id_of(data: bytes | str) -> str | None:
    """The id of a message that is none otherwise, so that whoever sent it hears which was refused; None where it has no id."""
    try:
        value = strict_json(data) if len(data) <= MOST_MESSAGE else None
    except SessionError:
        return None
    found = cast("dict[str, Any]", value).get("id") if isinstance(value, dict) else None
    return found if not refusals(ID, found) else None


def token_of(data: bytes) -> str:
    """The token that a page or a program shows of its link: {"token": "…"}. Raises SessionError."""
    if len(data) > MOST_MESSAGE:
        raise SessionError(f"a message of {len(data):,} bytes", next=f"At most {MOST_MESSAGE:,}")
    value = strict_json(data)
    token = cast("dict[str, Any]", value).get("token") if isinstance(value, dict) else None
    if not isinstance(token, str):
        raise SessionError("no token of a link", next='Send {"token": "…"}: what stands behind the # of the link')
    return token

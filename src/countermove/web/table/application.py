"""The table as a web application: pages, and one way to observe and to act for them and for programs.

| who | where | by |
|---|---|---|
| a link | `/join/ROOM#TOKEN`, `POST /api/1/ROOM/join` | its token, once |
| a page | `/seat/ROOM/SEAT/`, and `observe`, `act`, `socket` in it | the seat's cookie |
| a program | `/api/1/ROOM/observe`, `act`, `socket` | `Authorization: Bearer KEY` |
| the facilitator | `after` in either: POST makes the page after the game, GET is the page | the same |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from countermove.errors import CountermoveError, SessionError
from countermove.play.protocol import MOST_MESSAGE, VERSION, document
from countermove.play.room import Room, as_bytes, refused
from countermove.play.rooms import Rooms
from countermove.web.table.after import NotYet
from countermove.web.table.desk import Desk
from countermove.web.table.doors import Unknown, holder_of, remember, seat_path
from countermove.web.table.pace import Hurried
from countermove.web.table.pages import Page, facilitator_page, join_page, root_page, seat_page, told_page
from countermove.web.table.wire import converse, refuse
from countermove.world.words import capitalized

if TYPE_CHECKING:
    from countermove.play.after import Sizes

Answer = Callable[[Request], Awaitable[Response]]


class TooLong(SessionError):
    """A message that is not read to its end."""


class NotYours(SessionError):
    """Something of the facilitator's."""


CODES = {TooLong: 413, Unknown: 401, NotYours: 403, NotYet: 409, Hurried: 429}
REFUSED = 422


def application(rooms: Rooms, sizes: Sizes | None = None) -> Starlette:
    """The application of some rooms. `sizes`: how much is computed for the page after a game."""
    return Tables(Desk(rooms, sizes)).application()


class Tables:
    """What answers requests."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def application(self) -> Starlette:
        """Its routes."""
        both = ("/seat/{room}/{seat}", f"/api/{VERSION}/{{room}}")
        return Starlette(
            routes=[
                Route("/", self.nothing),
                Route("/join/{room}", self.door),
                Route("/join/{room}", in_words(self.sit), methods=["POST"]),
                Route("/seat/{room}/{seat}/", self.page),
                Route(f"/api/{VERSION}/schema", self.schema),
                Route(f"/api/{VERSION}/{{room}}/join", in_words(self.join), methods=["POST"]),
                *(Route(f"{path}/observe", in_words(self.observe)) for path in both),
                *(Route(f"{path}/act", in_words(self.act), methods=["POST"]) for path in both),
                *(Route(f"{path}/after", in_words(self.make_after), methods=["POST"]) for path in both),
                *(Route(f"{path}/after", self.after) for path in both),
                *(WebSocketRoute(f"{path}/socket", self.socket) for path in both),
            ],
            exception_handlers={HTTPException: lost, Exception: failed},
        )

    # --- pages --------------------------------------------------------------------------------------------------------

    async def nothing(self, _asked: Request) -> Response:
        """Whoever comes without a link."""
        return html(root_page())

    async def door(self, _asked: Request) -> Response:
        """The page that a link leads to: the same for every room, whether there is one or not."""
        return html(join_page())

    async def page(self, asked: Request) -> Response:
        """The page of a seat, or the facilitator's."""
        try:
            holder = holder_of(self.desk.rooms, asked)
        except SessionError as error:
            return html(told_page("This is not your seat", f"{error.next}."), 401)
        rooms, room = self.desk.rooms, holder.room
        return html(facilitator_page(room, rooms.transcript(room.name)) if holder.is_facilitator else seat_page(room, holder.seat))

    async def sit(self, asked: Request) -> Response:
        """A page has shown its link: its seat, with the key in a cookie."""
        holder = await self.desk.claimed(asked.path_params["room"], await body_of(asked))
        answer = json({"version": VERSION, "type": "seat", "seat": holder.seat, "path": seat_path(holder.room.name, holder.seat)})
        remember(answer, holder)
        return answer

    # --- for pages and programs ---------------------------------------------------------------------------------------

    async def schema(self, _asked: Request) -> Response:
        """What may be sent, and what comes back, as JSON Schema."""
        return json(document())

    async def join(self, asked: Request) -> Response:
        """A program has shown its link: its seat and its key."""
        holder = await self.desk.claimed(asked.path_params["room"], await body_of(asked))
        return json({"version": VERSION, "type": "seat", "seat": holder.seat, "key": holder.key})

    async def observe(self, asked: Request) -> Response:
        """What a seat sees."""
        holder = holder_of(self.desk.rooms, asked)
        self.desk.pace.take((holder.room.name, holder.seat))
        return Response(await self.desk.seen(holder), media_type="application/json")

    async def act(self, asked: Request) -> Response:
        """Whether what a seat does is done."""
        holder = holder_of(self.desk.rooms, asked)
        answer = await self.desk.done(holder, await body_of(asked))
        return json(answer, REFUSED if answer["type"] == "refused" else 200)

    async def make_after(self, asked: Request) -> Response:
        """How far the page after the game is; it is begun with the first question."""
        return json(await run_sync(self.desk.after.asked, self._facilitated(asked)))

    async def after(self, asked: Request) -> Response:
        """The page after the game."""
        try:
            return html(self.desk.after.page(self._facilitated(asked)))
        except SessionError as error:
            return html(told_page("The page after the game", f"{capitalized(error.what)}. {error.next}."), _code(error))

    def _facilitated(self, asked: Request) -> Room:
        """The room whose facilitator asks. Raises Unknown, and NotYours for anybody else who sits there."""
        holder = holder_of(self.desk.rooms, asked)
        self.desk.pace.take((holder.room.name, holder.seat))
        if not holder.is_facilitator:
            raise NotYours("only the facilitator can see this", next="Ask the facilitator to show it to you")
        return holder.room

    async def socket(self, socket: WebSocket) -> None:
        """The same as a conversation."""
        try:
            holder = holder_of(self.desk.rooms, socket)
        except SessionError as error:
            await refuse(socket, error)
            return
        await converse(socket, self.desk, holder)


async def body_of(asked: Request) -> bytes:
    """What was sent. Raises TooLong before more is read than may be sent."""
    body = b""
    async for part in asked.stream():
        body += part
        if len(body) > MOST_MESSAGE:
            raise TooLong(f"a message of more than {MOST_MESSAGE:,} bytes", next=f"At most {MOST_MESSAGE:,}")
    return body


def in_words(answer: Answer) -> Answer:
    """The same, with what is refused in words."""

    async def answered(asked: Request) -> Response:
        try:
            return await answer(asked)
        except CountermoveError as error:
            return json(refused(error, None), _code(error))

    return answered


def _code(error: CountermoveError) -> int:
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), REFUSED)


async def lost(asked: Request, error: Exception) -> Response:
    """Where there is nothing, or nothing of that kind."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if asked.url.path.startswith("/api/"):
        return json(
            refused(SessionError("there is nothing at this address", next=f"/api/{VERSION}/schema says what there is"), None),
            status,
        )
    return html(told_page("There is nothing here", "Open the link that you were given: it leads to your seat."), status)


async def failed(_asked: Request, _error: Exception) -> Response:
    """A fault of the program: nothing of it is told."""
    return json(refused(SessionError("the server could not do it", next="Try again; what was acknowledged is kept"), None), 500)


def json(value: Mapping[str, Any], status: int = 200) -> Response:
    """An answer for a script or a program."""
    return Response(as_bytes(value), status, media_type="application/json")


def html(page: Page, status: int = 200) -> Response:
    """A page under its own policy."""
    return HTMLResponse(page.text, status, headers={"content-security-policy": page.policy})

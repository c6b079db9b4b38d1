"""A websocket of a seat: a new observation whenever what this seat sees has changed, and an answer to each message.

Nothing is sent when something else has changed: neither that nor when can be told from what comes.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from countermove.errors import SessionError, trace
from countermove.play.room import as_bytes
from countermove.web.table.desk import Desk
from countermove.web.table.doors import Holder

SHUT = 4401  # whoever is not known, or not any more: to come again is of no use
FULL = 4429
FAULT = 1011
LONGEST = 120  # bytes of a reason, of which a frame holds 123


async def shut(socket: WebSocket, code: int, why: str) -> None:
    """End a websocket in words."""
    with suppress(RuntimeError, WebSocketDisconnect):  # it may have gone meanwhile
        await socket.close(code, why.encode()[:LONGEST].decode("utf-8", "ignore"))


async def refuse(socket: WebSocket, error: SessionError) -> None:
    """Refuse a websocket in words: it is opened first, or a browser would not be told why."""
    await socket.accept()
    await shut(socket, SHUT, f"{error.what}. {error.next}")


async def converse(socket: WebSocket, desk: Desk, holder: Holder) -> None:
    """Until either side ends it."""
    await socket.accept()
    whose = (holder.room.name, holder.seat)
    try:
        desk.pace.enter(whose)
    except SessionError as error:
        await shut(socket, FULL, f"{error.what}. {error.next}")
        return
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def told() -> None:
        with suppress(RuntimeError):  # the loop has ended, and the seat with it
            loop.call_soon_threadsafe(changed.set)

    gone = holder.room.present(holder.seat)
    stop = holder.room.watch(told)
    pushing = asyncio.create_task(_push(socket, desk, holder, changed))
    try:
        await _answer(socket, desk, holder)
    except (WebSocketDisconnect, RuntimeError):  # RuntimeError: the other task has closed it
        pass
    finally:
        stop()
        gone()
        desk.pace.leave(whose)
        pushing.cancel()
        with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await pushing


async def _push(socket: WebSocket, desk: Desk, holder: Holder, changed: asyncio.Event) -> None:
    """Send what the seat sees, at first and whenever it has changed."""
    last = b""
    while True:
        changed.clear()
        if not holder.still:
            await shut(socket, SHUT, "this seat has a new link. Ask the facilitator for it")
            return
        try:
            seen = await desk.seen(holder)
        except Exception as error:  # or the page would wait for what never comes
            trace(error)
            await shut(socket, FAULT, "the server could not do it. Come again in a moment")
            return
        if seen != last:
            last = seen
            await socket.send_text(seen.decode())
        await changed.wait()


async def _answer(socket: WebSocket, desk: Desk, holder: Holder) -> None:
    """Answer messages one after the other."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes") or message.get("text") or ""
        await socket.send_text(as_bytes(await desk.done(holder, data)).decode())

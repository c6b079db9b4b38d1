"""A table listened at. Its seats have keys, so that no token is asked for besides: whoever reaches it over a network comes by a link."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from countermove.play.rooms import Rooms
from countermove.web.safety import LOOPBACK, guarded, is_loopback
from countermove.web.serving import PATIENCE, Place, beside, listening
from countermove.web.table.application import application

CONNECTIONS = 4096  # at once; more are told to come back
FILES = 3 * CONNECTIONS
LARGEST = 64 << 10  # bytes of a request, or of a message of a websocket
LAGGARD = 20.0  # seconds between two signs of life of a websocket


def host(make: Callable[[], Rooms], at: str, port: int | None, *, told: Callable[[Place], None]) -> None:
    """Serve rooms until Ctrl-C. `make` makes them, once there is a place to listen at; `told` hears where.

    Raises CountermoveError where it cannot be listened at, and nothing was made then; KeyboardInterrupt for Ctrl-C, once everything has ended.
    """
    with listening(at, port, "") as (place, listener):
        server = uvicorn.Server(_config(application(make()), at))
        told(place)
        server.run(sockets=[listener])


@contextmanager
def hosted(app: ASGIApp, at: str = "127.0.0.1", port: int = 0) -> Generator[Place]:
    """The same in a thread beside, for as long as the block lasts. `port`: 0 for a free one."""
    with listening(at, port, "") as (place, listener), beside(uvicorn.Server(_config(app, at)), listener):
        yield place


def _config(app: ASGIApp, at: str) -> uvicorn.Config:
    """Without a log and without a clock in the answers: what a seat is sent depends on what it sees alone."""
    _more_files()
    own = is_loopback(at)
    return uvicorn.Config(
        Linked(guarded(app, hosts=LOOPBACK, largest=LARGEST) if own else Numbered(app)),
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=False,
        lifespan="auto",
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=PATIENCE,
        ws_max_size=LARGEST,
        ws_ping_interval=LAGGARD,
        ws_ping_timeout=LAGGARD,
        ws_per_message_deflate=False,
    )


class Linked:
    """A gate that lets in whoever follows a link from a page elsewhere, such as mail in the same browser: the page of a link is the same for all, and
    does nothing until its button is pressed."""

    def __init__(self, gate: ASGIApp) -> None:
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/join/"):
            headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"sec-fetch-site"]
            scope = {**scope, "headers": headers}
        await self.gate(scope, receive, send)


class Numbered:
    """A gate for a table on a network, which does not know under which of its names and numbers it is reached.

    Whatever name is asked for is let in as one of ours: a stranger's name that points here brings no cookie of ours along, and a key that is
    not sent opens nothing. Requests that come from other pages are refused as everywhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        asked = next((value.decode("latin-1") for name, value in scope.get("headers", ()) if name.lower() == b"host"), "")
        name = asked.rpartition(":")[0] if asked.rpartition(":")[2].isdecimal() and asked.count(":") == 1 else asked
        if asked.startswith("["):
            name = asked[1:].partition("]")[0]
        await guarded(self.app, hosts=(*LOOPBACK, name.lower(), socket.gethostname()), largest=LARGEST)(scope, receive, send)


def _more_files() -> None:
    """As many open files as the system allows: each connection is one."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

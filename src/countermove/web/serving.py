"""An application served on this machine: a place to listen at, the address, and an end in words."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import sleep

import uvicorn
from starlette.types import ASGIApp

from countermove.errors import CountermoveError
from countermove.web.safety import LOOPBACK, guarded, is_loopback, new_token

PORT = 8017
ANYWHERE = ("0.0.0.0", "::")
CONNECTIONS = 512  # at once; more are told to come back
PATIENCE = 2  # seconds in which what is being answered may end


@dataclass(frozen=True)
class Place:
    """Where something is served: its address, and the token that a browser is asked for (empty: it is not asked)."""

    address: str
    token: str = ""


def serve(app: ASGIApp, host: str, port: int | None, *, told: Callable[[Place], None]) -> None:
    """Serve until Ctrl-C.

    Args:
        app: an ASGI application; it is put behind `countermove.web.safety.guarded`.
        host: the name or address to listen at. Any other than this machine's own gets a token.
        port: None for the usual one, or a free one where that is taken.
        told: hears where it is served, once it is.

    Raises:
        CountermoveError: the place cannot be listened at.
        KeyboardInterrupt: Ctrl-C, once everything has ended.
    """
    with listening(host, port) as (place, listener):
        server = _server(app, host, place)
        told(place)
        server.run(sockets=[listener])


@contextmanager
def served(app: ASGIApp, host: str = "127.0.0.1", *, token: str | None = None) -> Generator[Place]:
    """The same in a thread beside, at a free port, for as long as the block lasts. `token`: None for what `serve` would ask for."""
    with listening(host, 0, token) as (place, listener), beside(_server(app, host, place), listener):
        yield place


@contextmanager
def beside(server: uvicorn.Server, listener: socket.socket) -> Generator[None]:
    """The server in a thread beside, from when it has started until the block ends."""
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10 * PATIENCE)


@contextmanager
def listening(host: str, port: int | None, token: str | None = None) -> Generator[tuple[Place, socket.socket]]:
    """A place that is listened at, and its listener. Raises CountermoveError where there is none to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            _bind(listener, host, port)
            listener.listen()
        except (OSError, OverflowError) as error:
            what = getattr(error, "strerror", None) or str(error)
            raise CountermoveError(
                f"cannot listen at {host}{'' if port is None else f', port {port}'}: {what}",
                next="Give another --port, or leave it out for a free one",
            ) from None
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        asked = token if token is not None else "" if is_loopback(host) else new_token()
        yield Place(f"http://{shown}:{listener.getsockname()[1]}/", asked), listener


def outward(address: str, host: str) -> str:
    """The address as others reach it: the name of this machine where every one of its addresses is listened at. Raises CountermoveError."""
    if host not in ANYWHERE:
        return address.rstrip("/")
    name = socket.gethostname()
    if not name:
        raise CountermoveError("this machine has no name", next="Give --host one of its addresses")
    return f"http://{name}:{address.rstrip('/').rpartition(':')[2]}"


def _bind(listener: socket.socket, host: str, port: int | None) -> None:
    if port is None:
        try:
            listener.bind((host, PORT))
        except OSError:
            listener.bind((host, 0))
    else:
        listener.bind((host, port))


def _server(app: ASGIApp, host: str, place: Place) -> uvicorn.Server:
    """Without a log: an address that is asked for may hold what is nobody's business."""
    hosts = LOOPBACK if is_loopback(host) else (*LOOPBACK, host, socket.gethostname())
    config = uvicorn.Config(
        guarded(app, hosts=hosts, token=place.token),
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        lifespan="auto",
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=PATIENCE,
        ws_max_size=1 << 20,
    )
    return uvicorn.Server(config)

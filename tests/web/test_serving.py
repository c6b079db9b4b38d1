"""What stands before every page: names, origins, sizes, tokens, headers; and the command that serves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from builders import requests_made
from builders.places import ROOT, SMALL_FILE
from builders.requests_made import Answered
from countermove.cli.main import main
from countermove.web import safety
from countermove.web.serving import Place, served


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _talk(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("here")
    await websocket.close()


APP = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"]), WebSocketRoute("/talk", _talk)])


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Served on this machine."""
    with served(APP) as found:
        yield found


@pytest.fixture(scope="module")
def locked() -> Iterator[Place]:
    """Served for those who have the token."""
    with served(APP, token="a-token") as found:
        yield found


def asked(place: Place, *what: Any, **headers: str) -> Answered:
    """One request."""
    return requests_made.asked(place.address, *what, **headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.0.7", "", "localhost.", "@127.0.0.1", "[::::]"]
)
def test_a_stranger_s_name_that_points_here_is_refused(place: Place, host: str) -> None:
    assert asked(place, Host=host).status == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:80", "LOCALHOST"])
def test_our_own_names_are_served(place: Place, host: str) -> None:
    assert asked(place, Host=host).status == 200


def test_a_name_is_served_in_letters_of_any_size() -> None:
    """A browser asks in small ones."""
    gate = safety.guarded(APP, hosts=("MyBox",))
    assert gate._ours("mybox:8017") and gate._ours("MYBOX") and not gate._ours("mybox.evil.example")


def test_a_fault_leaves_a_trace_where_one_is_asked_for(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error; whoever asked sees none of it, and without the word nobody does."""
    for asks in ("0", "1"):
        monkeypatch.setenv("COUNTERMOVE_DEBUG", asks)
        with served(Starlette(routes=[Route("/", _fail)])) as found:
            answer = asked(found)
        assert answer.status == 500 and "secret" not in answer.text
        assert ("RuntimeError: a secret" in capfd.readouterr().err) == (asks == "1")


async def _fail(_request: Request) -> PlainTextResponse:
    raise RuntimeError("a secret")


def test_only_our_own_pages_may_ask(place: Place) -> None:
    host = urlsplit(place.address).netloc
    assert asked(place, "POST", "/", b"xy", Origin=f"http://{host}").text == "2"
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", f"http://{host}.evil.example", "http://["):
        assert asked(place, "POST", "/", b"xy", Origin=origin).status == 403
    assert asked(place, "POST", "/", b"xy", Sec_Fetch_Site="cross-site").status == 403


def test_what_is_too_large_is_not_read(place: Place) -> None:
    assert asked(place, "POST", "/", b"x" * 1000).status == 200
    assert asked(place, "POST", Content_Length=str(safety.LARGEST + 1)).status == 413
    assert asked(place, "POST", Content_Length="many").status >= 400
    assert asked(place, "POST", Content_Length="9" * 5000).status >= 400
    with socket.create_connection(("127.0.0.1", urlsplit(place.address).port or 0), timeout=60) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(safety.LARGEST >> 20):  # that it is long is not said beforehand, and its end never comes
            line.sendall(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")
        line.sendall(b"1\r\nx\r\n")
        assert line.recv(1 << 16).startswith(b"HTTP/1.1 413 ")


def test_what_a_browser_may_do_is_said(place: Place) -> None:
    answer = asked(place)
    assert {name: answer.headers.get(name) for name in safety.HEADERS} == dict(safety.HEADERS)
    assert "server" not in answer.headers


def test_a_token_is_asked_for_once(locked: Place) -> None:
    assert asked(locked).status == 401 and "Token" in asked(locked).text
    for wrong in ("a-toke", "a-token2", "A-TOKEN", "", "é"):
        assert asked(locked, "POST", "/token", f"token={wrong}".encode()).status == 401
        assert asked(locked, Authorization=f"Bearer {wrong}".encode().decode("latin-1")).status == 401
    entered = asked(locked, "POST", "/token", b"token=a-token")
    cookie = entered.headers["set-cookie"]
    assert entered.status == 303 and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert asked(locked, Cookie=cookie.partition(";")[0]).status == 200
    assert asked(locked, Authorization="Bearer a-token").status == 200
    assert asked(locked, Cookie="countermove=other; countermove=a-token").status == 200
    assert (
        asked(locked, Cookie='a={"x":1}; b[0]=@; countermove=a-token; c').status == 200
    )  # whatever else a browser keeps for this name
    assert asked(locked, Cookie='a={"x":1}; countermove=a-toke').status == 401
    assert asked(locked, "GET", "/?token=a-token").status == 401  # an address is seen by others: a token is never in one


def test_a_websocket_is_guarded_too(place: Place, locked: Place) -> None:
    address = place.address.replace("http", "ws") + "talk"
    with connect(address, proxy=None) as talk:
        assert talk.recv() == "here"
    with pytest.raises(InvalidStatus):
        connect(address, origin="http://evil.example", proxy=None)  # type: ignore[arg-type]
    with pytest.raises(InvalidStatus):
        connect(locked.address.replace("http", "ws") + "talk", proxy=None)


def test_tokens_are_not_alike() -> None:
    assert len({safety.new_token() for _ in range(100)}) == 100 and len(safety.new_token()) >= 43


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_loopback_is_known(host: str) -> None:
    assert safety.is_loopback(host) and not safety.is_loopback(
        host.replace("1", "2").replace("127", "10").replace("localhost", "host")
    )


# --- the command ------------------------------------------------------------------------------------------------------

PROGRAM = "import sys; from countermove.cli.main import main; sys.exit(main())"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}


@pytest.mark.parametrize(("words", "token"), [([], False), (["--host", "0.0.0.0"], True)])
def test_serve_tells_where_and_ends_in_words(words: list[str], token: bool) -> None:
    """With the usual port taken or not; Ctrl-C is 3, as everywhere. Pressed twice it does not wait, and long work ends all the same."""
    command = [sys.executable, "-c", PROGRAM, "serve", str(SMALL_FILE), "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as running:
        assert running.stdout is not None
        told = json.loads("".join(running.stdout.readline() for _ in range(4)))
        address = urlsplit(told["address"])
        assert address.hostname == (socket.gethostname().lower() if token else "127.0.0.1")  # as others reach it
        place = Place(f"http://127.0.0.1:{address.port}/", told["token"])
        headers = {"Authorization": f"Bearer {place.token}"} if token else {}
        assert bool(place.token) == token
        answer = asked(place, **headers)  # the listener is there already: the answer comes once the server is
        assert answer.status == 200 and "Two sides, two patrons, two plans" in answer.text
        assert asked(place).status == (401 if token else 200)
        busy = Thread(target=_looking, args=(place, headers), daemon=True)
        busy.start()
        busy.join(timeout=2)  # something is being compiled now, which nothing can interrupt
        begun = requests_made.asked(place.address, "POST", "/errands", _text("memo"), **headers)
        assert begun.data["state"] == "running"
        work = [int(pid) for path in Path(f"/proc/{running.pid}/task").glob("*/children") for pid in path.read_text().split()]
        running.send_signal(signal.SIGINT)
        if token:
            time.sleep(0.3)
            running.send_signal(signal.SIGINT)
        rest, remarks = running.communicate(timeout=90)
    assert running.returncode == 3 and "interrupted" in remarks and "Traceback" not in remarks and "FATAL" not in remarks
    assert not token or place.token not in remarks + rest
    assert work and not any(Path(f"/proc/{pid}").exists() for pid in work)


def _looking(place: Place, headers: dict[str, str]) -> None:
    with suppress(OSError, HTTPException):
        asked(place, "POST", "/look", _text(), **headers)


def _text(kind: str = "") -> bytes:
    """A request about a text that nobody has asked about."""
    return json.dumps({"text": SMALL_FILE.read_text(encoding="utf-8").replace("months: 24", "months: 25"), "kind": kind}).encode()


def test_serve_refuses_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken, a file that is not there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["serve", str(SMALL_FILE), "--port", str(taken.getsockname()[1])]) == 2
        assert "cannot listen at 127.0.0.1" in capsys.readouterr().err
    assert main(["serve", "smal.yaml"]) == 2 and "there is no such file" in capsys.readouterr().err

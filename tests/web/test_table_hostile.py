"""A hostile client: whatever it tries is refused in words, nothing of it is done, nothing leaks, and the table plays on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from builders.at_table import Served, served, until
from builders.tables import message
from countermove.play.room import Limits
from countermove.web.table.pace import CONNECTIONS

SECRET = "support: 12.5"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
COMMIT = {"version": 1, "type": "commit", "id": "a", "month": 1, "orders": ""}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A table at which the bear has committed in secret, and everybody has come by a link."""
    with served(tmp_path_factory.mktemp("hostile")) as found:
        for seat in ("facilitator", "eagle", "bear", "envoy"):
            found.join(seat)
        assert found.act("bear", "commit", month=1, orders=SECRET)["type"] == "done"
        yield found


def told(body: bytes) -> str:
    """Everything that a refusal says."""
    found = json.loads(body)
    assert found["type"] == "refused", found
    return " ".join(f"{one['message']} {one['expected']}" for one in found["errors"])


def harmless(table: Served, answer: object) -> None:
    """No key, no link, no secret, no inside of the program in an answer."""
    text = str(answer)
    for word in (
        SECRET,
        "12.5",
        *table.keys.values(),
        *table.links.values(),
        "Traceback",
        ".py",
        "site-packages",
        str(table.rooms.folder),
    ):
        assert word not in text


def acts(**changed: Any) -> bytes:
    """A commit that something is wrong with."""
    return json.dumps({name: value for name, value in {**COMMIT, **changed}.items() if value is not None}).encode()


# --- with a seat's own key, what it may not do ------------------------------------------------------------------------

NO = [
    ("not JSON", b"{", "no JSON"),
    ("nothing", b"", "no JSON"),
    ("no UTF-8", b"\xff\xfe{}", "not UTF-8"),
    ("a list", b"[]", "a message cannot be"),
    ("a number", b"7", "a message cannot be"),
    ("a key twice", b'{"version": 1, "version": 1, "type": "observe"}', "given twice"),
    ("not a number", b'{"version": 1, "type": "forecast", "probability": NaN}', "no number of JSON"),
    ("deep", b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deep"),
    ("a long number", b'{"version": ' + b"9" * 4000 + b"}", "digits"),
    ("half a letter", b'{"version": 1, "type": "say", "id": "a", "channel": "everybody", "text": "\\ud800"}', "surrogate"),
    ("another version", acts(version=2), "version 2"),
    ("version true", acts(version=True), "version true"),
    ("another type", acts(type="observ"), "did you mean observe"),
    ("the type of an entry", acts(type="adjudicated"), "adjudicated"),
    ("a type that is an object", acts(type={"a": 1}), "an object"),
    ("no id", acts(id=None), 'no "id"'),
    ("an id with a path", acts(id="../../etc/passwd"), "1 to 64 letters"),
    ("a field more", acts(by="bear"), '"by" is none of'),
    ("a seat of another", acts(seat="bear"), '"seat" is none of'),
    ("no month", acts(month=None), 'no "month"'),
    ("a month of text", acts(month="1"), "expected a whole number"),
    ("half a month", acts(month=1.5), "expected a whole number"),
    ("month true", acts(month=True), "expected a whole number"),
    ("month 0", acts(month=0), "out of range"),
    ("a month that has not come", acts(month=2), "has not come yet"),
    ("orders that are a list", acts(orders=[]), "expected a text"),
    ("orders too long", acts(orders="#" * 5000), "5,000 letters"),
    ("orders with an alias bomb", acts(orders="rung: &a [x]\nstep: *a"), "alias"),
    ("orders with a tag", acts(orders="rung: !!python/object/apply:os.system ['id']"), "tag"),
    ("orders with script", acts(orders=SCRIPT), "orders cannot be"),
    ("a control character", acts(orders="rung: \u0000"), "U+0000"),
    ("turned writing", acts(orders="rung: \u202etraining"), "U+202E"),
    ("orders that are checked, and none", acts(type="check", month=None, orders="rung: hevy"), "cannot be"),
    ("a check of a month", acts(type="check", orders="rung: heavy"), '"month" is none of'),
    ("a check for another", acts(type="check", month=None, orders="", seat="bear"), '"seat" is none of'),
    ("a channel of others", acts(type="say", channel="bear-south", text="Psst", month=None, orders=None), "no channel called bear-south"),
    ("a channel by path", acts(type="say", channel="../bear", text="Psst", month=None, orders=None), "small letters"),
    ("an empty word", acts(type="say", channel="everybody", text="  ", month=None, orders=None), "empty"),
    ("too long a word", acts(type="say", channel="everybody", text="a" * 2001, month=None, orders=None), "2,001 letters"),
    ("a forecast above 1", acts(type="forecast", event="truce", by=3, probability=1.5, month=None, orders=None), "out of range"),
    ("too long for the debrief", acts(type="remember", text="a" * 1001, month=None, orders=None), "1,001 letters"),
    ("for the debrief of another", acts(type="remember", text="Mine", by="bear", month=None, orders=None), '"by" is none of'),
    ("a guess at a person", acts(type="guess", of="bear", weights={"spigot": 1}, month=None, orders=None), "follows no theory"),
    ("the facilitator's undo", acts(type="undo", to=1, month=None, orders=None), "only the facilitator"),
    ("the facilitator's reveal", acts(type="reveal", month=None, orders=None), "only the facilitator"),
    ("the facilitator's renew", acts(type="renew", seat="bear", month=None, orders=None), "only the facilitator"),
    ("the facilitator's seat", acts(type="seat", seat="bear", player="chance", month=None, orders=None), "only the facilitator"),
    ("the facilitator's month", acts(type="adjudicate", orders=None), "only the facilitator"),
    ("the facilitator's news", acts(type="inject", text=SCRIPT, to=[], month=None, orders=None), "only the facilitator"),
    ("the end", acts(type="end", month=None, orders=None), "only the facilitator"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), [pytest.param(*one[1:], id=one[0]) for one in NO])
def test_what_a_seat_may_not_is_refused_in_words(table: Served, data: bytes, words: str) -> None:
    """Over HTTP; and nothing has changed."""
    before = table.room.session
    status, _, body = table.ask("POST", "/api/1/evening/act", data, authorization=f"Bearer {table.keys['eagle']}")
    assert status == 422 and words in told(body), told(body)
    harmless(table, body)
    assert table.room.session is before


# --- without a seat's key, or with another's --------------------------------------------------------------------------

WHO = [
    ("no key", "GET", "/api/1/evening/observe", {}, 401),
    ("an empty key", "GET", "/api/1/evening/observe", {"authorization": "Bearer "}, 401),
    ("a guessed key", "GET", "/api/1/evening/observe", {"authorization": "Bearer " + "A" * 43}, 401),
    ("a very long key", "GET", "/api/1/evening/observe", {"authorization": "Bearer " + "A" * 9000}, 401),
    ("a key as basic", "GET", "/api/1/evening/observe", {"authorization": "Basic {eagle}"}, 401),
    ("a key in a cookie of the interface", "GET", "/api/1/evening/observe", {"cookie": "countermove-seat={eagle}"}, 401),
    ("a link as a key", "GET", "/api/1/evening/observe", {"authorization": "Bearer {link}"}, 401),
    ("a key in the address", "GET", "/api/1/evening/observe?key={eagle}", {}, 401),
    ("another room", "GET", "/api/1/morning/observe", {"authorization": "Bearer {eagle}"}, 401),
    ("another's page", "GET", "/seat/evening/bear/", {"cookie": "countermove-seat={eagle}"}, 401),
    ("another's eyes", "GET", "/seat/evening/bear/observe", {"cookie": "countermove-seat={eagle}"}, 401),
    ("another's page by bearer", "GET", "/seat/evening/bear/", {"authorization": "Bearer {eagle}"}, 401),
    ("the facilitator's page", "GET", "/seat/evening/facilitator/", {"cookie": "countermove-seat={eagle}"}, 401),
    ("a seat that is none", "GET", "/seat/evening/nobody/", {"cookie": "countermove-seat={eagle}"}, 401),
    ("a path up", "GET", "/seat/evening/eagle/../bear/", {"cookie": "countermove-seat={eagle}"}, 404),
    ("a path up, written otherwise", "GET", "/seat/evening/%2e%2e/evening/bear/", {"cookie": "countermove-seat={eagle}"}, 404),
    ("a file", "GET", "/join/..%2f..%2fetc%2fpasswd", {}, 404),
    ("the transcript", "GET", "/evening.transcript.jsonl", {}, 404),
    ("the cards", "GET", "/api/1/evening/evening.cards.json", {"authorization": "Bearer {eagle}"}, 404),
    ("an act that is only looked at", "GET", "/api/1/evening/act", {"authorization": "Bearer {eagle}"}, 405),
    ("another method", "DELETE", "/api/1/evening/observe", {"authorization": "Bearer {eagle}"}, 405),
    ("from another page", "POST", "/seat/evening/eagle/act", {"cookie": "countermove-seat={eagle}", "origin": "http://evil.example"}, 403),
    ("under another name", "GET", "/seat/evening/eagle/", {"cookie": "countermove-seat={eagle}", "host": "evil.example"}, 421),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "headers", "status"), [pytest.param(*one[1:], id=one[0]) for one in WHO])
def test_who_is_not_known_gets_nothing(table: Served, method: str, path: str, headers: dict[str, str], status: int) -> None:
    """Neither a page nor a reason that would tell one wrong key from another."""
    words = {"eagle": table.keys["eagle"], "link": table.links["bear"]}
    found, answered, body = table.ask(
        method, path.format(**words), **{name: value.format(**words) for name, value in headers.items()}
    )
    assert found == status and len(body) > 10
    harmless(table, (answered, body))
    if status == 401 and path.startswith("/api"):
        assert told(body) == "nobody here is known by this key Come by your link, or ask the facilitator for a new one"


def test_a_link_may_be_followed_from_another_page_and_a_seat_may_not(table: Served) -> None:
    """From mail in the same browser: the page of a link is the same for everybody, and does nothing by itself."""
    head = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert table.ask("GET", "/join/evening", **head)[0] == 200 and table.ask("GET", "/join/evening", **head) == table.ask(
        "GET", "/join/morning"
    )
    assert table.ask("POST", "/join/evening", b"{}", **head)[0] == 403
    assert table.ask("GET", "/seat/evening/eagle/", cookie=f"countermove-seat={table.keys['eagle']}", **head)[0] == 403


def test_an_oversize_request_is_not_read_to_its_end(table: Served) -> None:
    """With a length or without, over HTTP and by a websocket."""
    key = table.keys["eagle"]
    status, _, body = table.ask("POST", "/api/1/evening/act", b"a" * 40_000, authorization=f"Bearer {key}")
    assert status == 413 and "32,768 bytes" in told(body)
    assert table.ask("POST", "/api/1/evening/join", b"a" * 200_000)[0] == 413
    with socket.create_connection(table.netloc.split(":"), timeout=90) as line:  # type: ignore[arg-type]
        head = f"POST /api/1/evening/act HTTP/1.1\r\nHost: {table.netloc}\r\nAuthorization: Bearer {key}\r\nTransfer-Encoding: chunked\r\n\r\n"
        line.sendall(head.encode() + b"".join(b"4000\r\n" + b"a" * 0x4000 + b"\r\n" for _ in range(3)))
        assert b" 413 " in line.recv(65536)
    with table.socket("eagle") as wire:
        wire.recv(timeout=90)
        wire.send("a" * 40_000)
        assert "40,000 bytes" in told(str(wire.recv(timeout=90)).encode())
        wire.send("a" * 100_000)
        with pytest.raises(ConnectionClosed) as shut:
            wire.recv(timeout=90)
        assert shut.value.rcvd is not None and shut.value.rcvd.code == 1009


def test_a_message_is_done_once_and_never_twice_as_another(table: Served) -> None:
    """Replayed as it is: done once. With the same id and other words: refused. With the id of another's: its own."""
    said = message("say", channel="everybody", text=SCRIPT)
    for _ in range(3):
        assert table.say("eagle", json.dumps(said).encode())["type"] == "done"
    assert "was used for another message" in told(
        json.dumps(table.say("eagle", json.dumps({**said, "text": "More"}).encode())).encode()
    )
    assert table.say("envoy", json.dumps(said).encode())["type"] == "done"
    assert [one.by for one in table.room.session.said] == ["eagle", "envoy"]
    _, _, page = table.ask("GET", "/seat/evening/envoy/", cookie=f"countermove-seat={table.keys['envoy']}")
    assert SCRIPT.encode() not in page  # it comes as an observation, and a page makes text of it


def test_websockets_of_strangers_are_shut_in_words(table: Served) -> None:
    """Without a key, with another's, from another page; with nonsense on an open one."""
    where = f"ws://{table.netloc}/api/1/evening/socket"
    for address, head in (
        (where, {}),
        (where, {"Authorization": "Bearer no"}),
        (f"ws://{table.netloc}/seat/evening/bear/socket", {"Cookie": f"countermove-seat={table.keys['eagle']}"}),
    ):
        with connect(address, additional_headers=head) as wire, pytest.raises(ConnectionClosed) as shut:
            wire.recv(timeout=90)
        assert shut.value.rcvd is not None and (shut.value.rcvd.code, "nobody here" in shut.value.rcvd.reason) == (4401, True)
    head = {"Authorization": f"Bearer {table.keys['eagle']}", "Origin": "http://evil.example"}
    with pytest.raises(InvalidStatus), connect(where, additional_headers=head):
        pass
    with table.socket("eagle") as wire:
        wire.recv(timeout=90)
        for nonsense in (b"\x00\xff", "null", "", b""):
            wire.send(nonsense)
            assert told(str(wire.recv(timeout=90)).encode())


def test_a_seat_is_open_so_many_times_and_no_more(table: Served) -> None:
    """And again once one has gone."""
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(table.socket("eagle")).recv(timeout=90)
        with table.socket("eagle") as wire, pytest.raises(ConnectionClosed) as shut:
            wire.recv(timeout=90)
    assert shut.value.rcvd is not None and shut.value.rcvd.code == 4429 and "open 8 times" in shut.value.rcvd.reason

    def comes() -> bool:
        with table.socket("eagle") as wire:
            try:
                return bool(wire.recv(timeout=90))
            except ConnectionClosed:
                return False

    until(comes)


def test_a_thousand_connections_do_not_end_it(table: Served) -> None:
    """Idle ones, halves of requests, nonsense: whoever sits at the table plays on meanwhile and afterwards."""
    host, _, port = table.netloc.partition(":")
    lines: list[socket.socket] = []
    try:
        for number in range(1000):
            lines.append(socket.create_connection((host, int(port)), timeout=90))
            if number % 3:
                lines[-1].sendall((b"GET / HTTP/1.1\r\nHost: ", b"\x16\x03\x01 nonsense\r\n\r\n")[number % 3 - 1])
        assert table.act("eagle", "say", channel="everybody", text="Still here")["type"] == "done"
        with table.socket("bear") as wire:
            assert json.loads(wire.recv(timeout=90))["channels"][0]["said"][-1]["text"] == "Still here"
    finally:
        for line in lines:
            line.close()
    assert table.act("eagle", "say", channel="everybody", text="And after")["type"] == "done"


def test_a_flood_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Of acts, of looks, of nonsense: in words; another seat is served all the while, and the flooding one later."""
    with served(tmp_path, limits=Limits()) as table, table.socket("eagle") as wire:
        for number in range(260):
            wire.send(json.dumps(message("say", channel="everybody", text=f"Flood {number}")))
        answers = []
        while len(answers) < 260:
            found = json.loads(wire.recv(timeout=90))
            if found["type"] != "observation":
                answers.append(found["type"] == "done" or found["errors"][0]["message"])
        assert 40 <= answers.count(True) < 80 and {str(one) for one in answers} == {"True", "too many messages at once"}
        assert table.observe("bear")["channels"][0]["said"][0]["text"] == "Flood 0"
        assert table.act("bear", "commit", month=1, orders="")["type"] == "done"
        status = [table.ask("GET", "/api/1/evening/observe", authorization=f"Bearer {table.keys['eagle']}")[0] for _ in range(300)]
        assert 429 in status and 500 not in status

"""A table that is served: the same game over HTTP and websockets, and nothing of another's secrets in any byte that a seat is sent."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from builders.at_table import Served, served
from builders.tables import message, rooms, war
from countermove.play.cards import deal
from countermove.play.form import refusals
from countermove.play.protocol import EVENT_NAMES, FORECAST, OBSERVATION
from countermove.play.replaying import replay_transcript
from countermove.web.serving import outward
from countermove.web.table.application import application
from countermove.web.table.hosting import hosted
from countermove.web.table.opening import resumed
from countermove.web.table.pages import FORECAST_SAYS, HAPPENS

FOUR = {"eagle": "person", "bear": "person", "north": "person", "south": "person"}


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Served]:
    """Two persons, the rest by chance."""
    with served(tmp_path) as found:
        yield found


class Talk:
    """A websocket, with what it last pushed."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.seen: dict[str, Any] = {}

    def _take(self) -> dict[str, Any]:
        found = dict(json.loads(self.line.recv(timeout=90)))
        if found["type"] in ("observation", "overview"):
            self.seen = found
        return found

    def answered(self, kind: str, /, **fields: object) -> dict[str, Any]:
        """The answer to an act, whatever comes before it."""
        asked = message(kind, **fields)
        self.line.send(json.dumps(asked))
        while (found := self._take()).get("id") != asked["id"]:
            pass
        return found

    def at(self, month: int) -> dict[str, Any]:
        """What is seen in this month, as it is pushed."""
        while self.seen.get("month") != month:
            self._take()
        return self.seen


def test_three_months_over_http_and_a_websocket(table: Served, tmp_path: Path) -> None:
    """One seat looks and acts by requests, the other is told; the facilitator pauses, injects and takes back. The transcript replays."""
    with table.socket("bear") as line:
        bear = Talk(line)
        assert refusals(OBSERVATION, bear.at(1)) == ()
        for month in (1, 2, 3):
            assert table.act("eagle", "commit", month=month, orders="rung: training")["type"] == "done"
            assert bear.answered("commit", month=month, orders="support: 9")["type"] == "done"
            seen = table.observe("eagle")
            assert seen["month"] == month + 1 and len(seen["history"]["deaths"]) == month + 1
            assert len(bear.at(month + 1)["orders"]["given"]) == month
        assert table.act("facilitator", "pause")["type"] == "done"
        assert "paused" in table.act("eagle", "commit", month=4, orders="")["errors"][0]["message"]
        assert table.act("facilitator", "undo", to=2)["type"] == "done"
        assert table.act("facilitator", "resume")["type"] == "done"
        assert bear.at(2)["state"] in ("paused", "playing")
        refused = bear.answered("commit", month=2, orders="support: many\n")
        assert refused["type"] == "refused" and (refused["errors"][0]["line"], refused["errors"][0]["column"]) == (1, 10)
    table.room.close()
    assert replay_transcript(tmp_path / "evening.transcript.jsonl").session.month == 2


def test_an_observation_is_pushed_when_it_changes_and_then_alone(table: Served) -> None:
    """What others do in private pushes nothing; what all see comes at once, to all."""
    table.join("eagle")
    with table.socket("north") as north, table.socket("bear") as bear:
        north.recv(timeout=90)  # and that the bear has come
        for line in (bear, north):
            line.recv(timeout=90)
        table.act("eagle", "forecast", event="truce", by=9, probability=0.25)
        table.act("eagle", "say", channel="eagle-north", text="Psst")
        assert json.loads(north.recv(timeout=90))["channels"][1]["said"][0]["text"] == "Psst"
        with pytest.raises(TimeoutError):
            bear.recv(timeout=0.3)
        table.act("eagle", "commit", month=1, orders="rung: heavy")
        assert {seat["name"]: seat["committed"] for seat in json.loads(bear.recv(timeout=90))["seats"]}["eagle"]
        table.act("eagle", "commit", month=1, orders="rung: training")
        with pytest.raises(TimeoutError):
            bear.recv(timeout=0.3)


def test_a_link_is_used_once_and_a_new_one_shuts_out_the_old(table: Served) -> None:
    """Also the websocket that is open."""
    body = json.dumps({"token": table.links["bear"]}).encode()
    status, headers, answer = table.ask("POST", "/join/evening", body)
    assert status == 200 and json.loads(answer)["path"] == "/seat/evening/bear/" and table.links["bear"] not in str(headers)
    cookie = headers["set-cookie"]
    assert all(word in cookie.lower() for word in ("httponly", "samesite=strict", "path=/seat/evening/bear/"))
    key = cookie.partition("=")[2].partition(";")[0]
    status, headers, page = table.ask("GET", "/seat/evening/bear/", cookie=f"countermove-seat={key}")
    assert status == 200 and key.encode() not in page and "script-src 'sha256-" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store"
    assert table.ask("POST", "/join/evening", body)[0] == 401 and table.ask("POST", "/api/1/evening/join", body)[0] == 401
    table.keys["bear"] = key
    with table.socket("bear") as bear:
        bear.recv(timeout=90)
        link = table.act("facilitator", "renew", seat="bear")
        with pytest.raises(ConnectionClosed) as shut:
            while True:  # what the bear saw change before may still be on its way
                bear.recv(timeout=90)
        assert shut.value.rcvd is not None and shut.value.rcvd.code == 4401 and "new link" in shut.value.rcvd.reason
    assert table.ask("GET", "/api/1/evening/observe", authorization=f"Bearer {key}")[0] == 401
    table.links["bear"] = str(link["token"])
    table.keys.pop("bear")
    assert table.observe("bear")["seat"]["title"] == "Bear"


def private(act: Callable[..., None], first: bool) -> None:
    """One of two private states of the bear: what it orders, says to its client, forecasts, is told."""
    for seat in ("eagle", "north", "south"):
        act(seat, "commit", month=1, orders="")
    act("bear", "commit", month=1, orders="")
    act("bear", "commit", month=2, orders="support: 12.5" if first else "exit: true")
    if not first:
        act("bear", "check", orders="support: 20\nanswer: grant")
    for _ in range(1 if first else 4):
        act("bear", "say", channel="bear-south", text="Now." if first else "A long word in private, and more than one.")
    if not first:
        act("bear", "forecast", event="direct-war", by=30, probability=0.25)
        act("bear", "remember", text="What would make me stop.")
        act("facilitator", "inject", text="For you alone.", to=["bear"])
        act("bear", "commit", month=2, orders="support: 1")


def all_bytes(table: Served, first: bool) -> dict[str, list[bytes]]:
    """All that the eagle and the world are sent while the bear is in one private state: by the page, over HTTP, by websocket, headers and all."""
    found: dict[str, list[bytes]] = {}
    with ExitStack() as stack:
        for seat in table.links:
            table.join(seat)
        lines = {seat: stack.enter_context(table.socket(seat)) for seat in ("eagle", "north", "envoy", "observer-1")}
        pushed: dict[str, list[bytes]] = {seat: [] for seat in lines}

        def act(by: str, kind: str, /, **fields: Any) -> None:
            """Every push of it, before anything else is done: each change that a seat sees is a push of its own."""
            assert table.act(by, kind, **fields)["type"] in ("done", "checked")
            hear()

        def hear() -> None:
            for seat, line in lines.items():
                now = table.bytes_of(seat)
                while pushed[seat][-1:] != [now]:
                    pushed[seat].append(line.recv(timeout=90, decode=False))

        hear()
        private(act, first)
        for seat, line in lines.items():
            own = f"/seat/evening/{seat}/"
            asked = [("GET", own), ("GET", f"{own}observe"), ("GET", "/api/1/evening/observe"), ("GET", own + "nothing")]
            key = table.join(seat)
            parts = [table.ask(*one, cookie=f"countermove-seat={key}", authorization=f"Bearer {key}") for one in asked]
            found[seat] = [repr(part).encode() for part in parts]
            refused = table.act(seat, "commit", month=2, orders="rung: [")
            checked = table.act(seat, "check", orders="rung: none" if seat == "eagle" else "ask: true")
            found[seat] += [json.dumps({**answer, "id": ""}).encode() for answer in (refused, checked)]
            found[seat] += pushed[seat]
            with pytest.raises(TimeoutError):
                line.recv(timeout=0.05)
    return found


def test_two_private_states_of_a_seat_are_the_same_bytes_to_the_others(tmp_path: Path) -> None:
    """At the page, over HTTP, by the websocket, in refusals and headers."""
    found = []
    for first in (True, False):
        with served(tmp_path / str(first), players=FOUR) as table:
            found.append(all_bytes(table, first))
    assert found[0] == found[1] and all(len(b"".join(parts)) > 10_000 for parts in found[0].values())


def test_a_table_goes_on_after_it_was_stopped(tmp_path: Path) -> None:
    """Who sat there sits there; what was committed is; a link that nobody used is made anew, and no other."""
    with served(tmp_path) as table:
        table.act("eagle", "commit", month=1, orders="rung: heavy")
        keys = dict(table.keys)
    again = resumed(tmp_path)
    ways = {way.seat: way for way in again.ways}
    assert (
        not ways["eagle"].once and ways["eagle"].path == "/seat/evening/eagle/" and ways["bear"].once and ways["facilitator"].once
    )
    assert "#" in ways["bear"].path and not again.remarks
    with hosted(application(again.rooms)) as place:
        table = Served(
            again.rooms,
            again.rooms.room("evening"),
            place.address.split("/")[2],
            {"bear": ways["bear"].path.partition("#")[2]},
            keys,
        )
        assert table.observe("eagle")["orders"]["committed"] == "rung: heavy"
        assert table.act("bear", "commit", month=1, orders="")["type"] == "done" and table.observe("eagle")["month"] == 2
    again.rooms.close()
    assert {way.seat: way.once for way in resumed(tmp_path, ["eagle"]).ways}["eagle"]


def test_the_loop_answers_while_a_month_is_played(table: Served) -> None:
    """A page comes at once, also while the room is busy; the act waits for the room."""
    table.observe("eagle")  # what a seat sees first is made then
    with ThreadPoolExecutor(1) as threads:
        with table.room._lock:  # as if a month were being played
            act = threads.submit(table.act, "eagle", "say", channel="everybody", text="Hello")
            begun = time.monotonic()
            assert table.ask("GET", "/")[0] == 200 and table.bytes_of("eagle")
            assert time.monotonic() - begun < 2 and not act.done()
        assert act.result(timeout=90)["type"] == "done"


def test_words_of_pages_cover_the_protocol() -> None:
    """Every event and every forecast has words; an address is one that others reach."""
    assert set(HAPPENS) == set(EVENT_NAMES) and set(FORECAST_SAYS) == set(FORECAST)
    assert outward("http://127.0.0.1:8017/", "127.0.0.1") == "http://127.0.0.1:8017"
    assert outward("http://0.0.0.0:8017/", "0.0.0.0") == f"http://{socket.gethostname()}:8017"


def test_rooms_are_apart(tmp_path: Path) -> None:
    """A key of one room opens nothing in another."""
    with served(tmp_path) as table:
        other = table.rooms.open(table.room.session.table._war.program, name="other", players={"eagle": "person"}, seed=3)
        key = table.join("eagle")
        assert table.ask("GET", "/api/1/other/observe", authorization=f"Bearer {key}")[0] == 401
        assert table.ask("POST", "/api/1/other/join", json.dumps({"token": table.links["bear"]}).encode())[0] == 401
        assert other.room.session.count == 2 and rooms(tmp_path / "elsewhere").names == ()


def test_seeds_from_chance_are_whole_numbers_of_a_browser() -> None:
    """Below 2^53; above it many are one there."""
    assert max(deal(war()).cards.seed for _ in range(40)) < 1 << 53


def test_the_facilitator_is_told_whose_page_is_open_and_no_seat_is(table: Served) -> None:
    """As it opens, and once it is gone."""
    table.join("bear")
    with table.socket("facilitator") as line, table.socket("eagle") as eagle:
        facilitator = Talk(line)
        before = eagle.recv(timeout=90)

        def present(*seats: str) -> None:
            while facilitator.seen.get("present") != list(seats):
                facilitator._take()

        present("eagle", "facilitator")
        with table.socket("bear") as bear:
            bear.recv(timeout=90)
            present("bear", "eagle", "facilitator")
        present("eagle", "facilitator")
        with pytest.raises(TimeoutError):
            eagle.recv(timeout=0.3)
        assert "present" not in json.loads(before)

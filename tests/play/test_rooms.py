"""Rooms: links and keys, messages that come twice or all at once, limits, and many rooms apart."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from builders.places import WAR_FILE
from builders.tables import message, room, rooms, sent
from builders.wars import compiled
from countermove.errors import SessionError
from countermove.play.form import refusals
from countermove.play.protocol import LINK, OVERVIEW
from countermove.play.room import Limits, Room
from countermove.play.transcript import SUFFIX, read_transcript


def commit(table: Room, by: str, orders: str, identity: str | None = None) -> dict[str, object]:
    """The answer to orders for the month that is being played."""
    made = message("commit", month=table.session.month, orders=orders)
    return table.answer(by, json.dumps(made if identity is None else {**made, "id": identity}))


def test_a_link_leads_to_its_seat_once(tmp_path: Path) -> None:
    """Its holder is known by a key; a new link shuts both out, in all rooms and after a restart; the transcript holds neither."""
    found = rooms(tmp_path)
    table, token = found.open(compiled(WAR_FILE), name="evening")
    assert table.claim(token)[0] == "facilitator"
    link = table.invite("bear")
    seat, key = table.claim(link)
    assert seat == "bear" and table.holder(key) == "bear"
    for stale in (link, token, "", "x" * 500, key):
        with pytest.raises(SessionError, match="leads to no seat"):
            table.claim(stale)
    with pytest.raises(SessionError, match="nobody here"):
        table.holder(link)
    other = found.open(compiled(WAR_FILE), name="other").room
    with pytest.raises(SessionError, match="nobody here"):
        other.holder(key)
    text = (tmp_path / f"evening{SUFFIX}").read_text()
    assert not any(secret in text for secret in (token, link, key))
    found.close()
    again = rooms(tmp_path)
    assert [(one.name, one.remarks) for one in again.resume()] == [("evening", ()), ("other", ())]
    table = again.room("evening")
    assert table.holder(key) == "bear"
    answer = table.answer("facilitator", sent("renew", seat="bear"))
    assert refusals(LINK, answer) == () and refusals(OVERVIEW, table.answer("facilitator", b'{"version":1,"type":"observe"}')) == ()
    with pytest.raises(SessionError, match="nobody here"):
        table.holder(key)
    assert table.claim(answer["token"])[0] == "bear"
    assert table.answer("bear", sent("renew", seat="bear"))["type"] == "refused"
    once = sent("renew", seat="bear")
    seat, key = table.claim(table.answer("facilitator", once)["token"])
    assert "made already" in table.answer("facilitator", once)["errors"][0]["message"] and table.holder(key) == seat


def test_who_is_shut_out_while_waiting_does_nothing(tmp_path: Path) -> None:
    """A message that waits for its turn is refused where a new link was made in the meantime."""
    table = room(tmp_path)
    _, key = table.claim(table.invite("bear"))
    assert table.answer("bear", sent("commit", month=1, orders="support: 1"), key)["type"] == "done"
    answers: list[dict[str, object]] = []
    waiting = threading.Thread(
        target=lambda: answers.append(table.answer("bear", sent("commit", month=1, orders="support: 9"), key))
    )
    with table._lock:
        waiting.start()
        table.invite("bear")
    waiting.join()
    assert "this seat has a new link" in str(answers) and table.session.orders == {"bear": "support: 1"}
    assert "new link" in str(table.answer("bear", b'{"version":1,"type":"observe"}', key))


def test_a_training_is_not_undone_by_other_players(tmp_path: Path) -> None:
    """Neither the seat that is trained nor the rival, whose theory is hidden, can be given to another."""
    for players in ({"bear": "spigot"}, {"eagle": "arm"}, {"eagle": "program", "bear": "person"}):
        with pytest.raises(SessionError, match="a training seats a person as eagle, and hides the theory of bear"):
            rooms(tmp_path).open(compiled(WAR_FILE), players=players, training="eagle")
    found = rooms(tmp_path).open(compiled(WAR_FILE), players={"eagle": "person", "north": "person"}, training="eagle").room
    assert [found.session.players[name] for name in ("eagle", "bear", "north")] == ["person", "hidden", "person"]


def test_a_message_that_comes_twice_is_done_once(tmp_path: Path) -> None:
    """Also after a restart; the same id for something else is refused, and two seats may use the same one."""
    found = rooms(tmp_path)
    table = found.open(compiled(WAR_FILE), name="evening", players={"eagle": "person", "bear": "person"}).room
    said = sent("say", channel="everybody", text="Hello")
    assert table.answer("eagle", said) == table.answer("eagle", said)
    assert table.answer("bear", said)["type"] == "done" and len(table.session.said) == 2
    found.close()
    again = rooms(tmp_path)
    again.resume()
    table = again.room("evening")
    assert table.answer("eagle", said)["type"] == "done" and len(table.session.said) == 2
    other = json.dumps({**json.loads(said), "text": "Goodbye"})
    assert "another message" in table.answer("eagle", other)["errors"][0]["message"]


def test_all_at_once_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    """Eight threads send the same orders of both patrons again and again: one month is played for each pair of them."""
    table = room(tmp_path)
    months, wrong = 12, list[object]()

    def player(by: str) -> None:
        for number in range(1, months + 1):
            while table.session.month < number:
                time.sleep(0.001)
            data = json.dumps({"version": 1, "type": "commit", "id": f"{by}-{number}", "month": number, "orders": ""})
            answer = table.answer(by, data)
            wrong.extend([] if answer["type"] == "done" else [answer])

    threads = [threading.Thread(target=player, args=(by,)) for by in ("eagle", "bear") for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and table.session.month == months + 1
    kinds = [entry["kind"] for entry in read_transcript(tmp_path / f"evening{SUFFIX}").entries]
    assert kinds.count("committed") == 2 * months and kinds.count("adjudicated") == months


def test_who_sends_too_much_waits(tmp_path: Path) -> None:
    """And the others do not; an allowance fills again with time; a session has a limit for each seat too."""
    now = [0.0]
    table = rooms(tmp_path, Limits(acts=3, acts_a_second=1, looks=2, looks_a_second=1, entries=4), lambda: now[0])
    found = table.open(compiled(WAR_FILE), name="evening", players={"eagle": "person", "bear": "person"}).room

    def say(by: str) -> str:
        return str(found.answer(by, sent("say", channel="everybody", text="Hello")))

    assert ["too many" in say("eagle") for _ in range(4)] == [False, False, False, True]
    assert "too many" not in say("bear")
    looks = [found.answer("eagle", b'{"version":1,"type":"observe"}')["type"] for _ in range(3)]
    assert looks == ["observation", "observation", "refused"]
    junk = [found.answer("north", b"junk")["errors"][0]["message"] for _ in range(5)]
    assert "no JSON" in junk[0] and "too many" in junk[3] and "too many" in junk[4]
    now[0] = 1.5
    assert "done" in say("eagle") and "too many" in say("eagle")
    now[0] = 9.0
    assert "may send no more" in say("eagle")


def test_rooms_are_apart_and_none_is_told_of(tmp_path: Path) -> None:
    """Names are no paths; a name is used once."""
    found = rooms(tmp_path)
    first = found.open(compiled(WAR_FILE), name="evening").room
    second = found.open(compiled(WAR_FILE)).room
    first.answer("eagle", sent("say", channel="everybody", text="Only here"))
    assert second.session.said == () and second.session.table.secrets != first.session.table.secrets
    for name in ("../evening", "a/b", "", ".", "Evening", "x" * 90, "evening\n"):
        with pytest.raises(SessionError):
            found.room(name)
        if name:
            with pytest.raises(SessionError, match="no name of a session"):
                found.open(compiled(WAR_FILE), name=name)
    with pytest.raises(Exception, match="a file of this name already"):
        found.open(compiled(WAR_FILE), name="evening")
    assert sorted(path.name for path in tmp_path.iterdir() if "evening" in path.name) == ["evening.cards.json", f"evening{SUFFIX}"]


def test_watchers_are_told_and_bytes_change_only_with_what_is_seen(tmp_path: Path) -> None:
    """A server that sends them when they change tells a seat nothing of what others do in private."""
    table = room(tmp_path)
    told: list[bytes] = []
    stop = table.watch(lambda: told.append(table.sent_to("observer-1")))
    table.answer("eagle", sent("say", channel="eagle-north", text="In private"))
    table.answer("eagle", sent("forecast", event="truce", by=9, probability=0.5))
    assert len(told) == 2 and told[0] == told[1]
    table.answer("eagle", sent("say", channel="everybody", text="In public"))
    assert told[2] != told[1] and "In public" in told[2].decode()
    stop()
    commit(table, "eagle", "")
    assert len(told) == 3
    table.answer("eagle", sent("say", channel="everybody", text="Once more"))
    _, made = table._sent["observer-1"]  # by whoever spoke: a look takes as long as it does when nothing has happened
    assert table.sent_to("observer-1") is made and "Once more" in made.decode()


def test_what_keeps_a_month_from_being_played_is_told_the_facilitator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is acknowledged, as it is on the disk; the month is played when it can be."""
    table = room(tmp_path)
    commit(table, "eagle", "")
    real = type(table.session.table).turn

    def broken(*_: object) -> object:
        raise SessionError("the war cannot be played")

    monkeypatch.setattr(type(table.session.table), "turn", broken)
    assert commit(table, "bear", "support: 9")["type"] == "done" and table.session.month == 1
    assert table.observation("facilitator")["trouble"] == "the war cannot be played"
    table.close()
    again = rooms(tmp_path)
    (resumed,) = again.resume()
    table = again.room("evening")
    assert resumed.room is table and "cannot be played yet: the war cannot be played" in resumed.remarks[-1]
    assert table.observation("facilitator")["trouble"] == "the war cannot be played"
    monkeypatch.setattr(type(table.session.table), "turn", real)
    table.answer("eagle", sent("say", channel="everybody", text="What now?"))
    assert table.session.month == 2 and table.observation("facilitator")["trouble"] == ""


def test_a_month_is_quick(tmp_path: Path) -> None:
    """A month with its orders, its entries and what all seats are sent takes well under a second of the processor."""
    table = room(tmp_path)
    taken: list[float] = []
    for _ in range(12):
        began = time.process_time()
        commit(table, "eagle", "rung: training")
        commit(table, "bear", "support: 9")
        for seat in table.session.table.seats:
            table.sent_to(seat)
        taken.append(time.process_time() - began)
    assert table.session.month == 13 and sorted(taken)[6] < 0.3

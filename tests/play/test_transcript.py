"""A transcript: every link of its chain holds, what is torn is no entry, and what was acknowledged survives whatever happens to the process."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from builders.places import ROOT
from builders.tables import message, room, rooms, sent, wars
from countermove.errors import SessionError, StoreError
from countermove.play import fold, transcript
from countermove.play.replaying import replay_transcript
from countermove.play.transcript import RESERVE, SUFFIX, TranscriptFile, parse_transcript, read_transcript
from countermove.store import append_only
from countermove.store.disk import write_bytes

TEXTS = ("Good evening.", "Ночь\u2028<script>", '"}\n{"number":9')


def some(folder: Path) -> Path:
    """A transcript in which three things were said."""
    table = room(folder)
    for text in TEXTS:
        table.act("eagle", message("say", channel="everybody", text=text))
    table.close()
    return folder / f"evening{SUFFIX}"


def test_every_cut_leaves_whole_entries_and_a_torn_line(tmp_path: Path) -> None:
    """Wherever a process was killed."""
    data = some(tmp_path).read_bytes()
    whole = parse_transcript(data, "file")
    assert [entry["text"] for entry in whole.entries[2:]] == list(TEXTS) and whole.torn == 0
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    for length in range(ends[1], len(data) + 1):
        found = parse_transcript(data[:length], "file")
        count = sum(end <= length for end in ends)
        assert found.entries == whole.entries[:count] and found.length + found.torn == length


def test_no_entry_can_be_changed_left_out_or_put_elsewhere(tmp_path: Path) -> None:
    """The line is named at which the chain breaks; of the last line, whose hash stands nowhere yet, the next entry or the digest tells."""
    path = some(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    for changed, line in (
        ([*lines[:2], lines[2].replace(b"Good", b"Hood"), *lines[3:]], 4),
        ([*lines[:2], *lines[3:]], 3),
        ([*lines[:2], lines[3], lines[2], lines[4]], 3),
        ([*lines, lines[4]], 6),
        ([*lines[:4], b"null\n"], 5),
        ([*lines[:4], b'{"number":5,"number":5}\n'], 5),
        ([*lines[:4], lines[4].replace(b'"by":"eagle"', b'"by":NaN')], 5),
        ([lines[0].replace(b'"before":"0', b'"before":"1'), *lines[1:]], 1),
    ):
        path.write_bytes(b"".join(changed))
        with pytest.raises(SessionError) as caught:
            read_transcript(path)
        assert caught.value.where == f"{path}:{line}" and caught.value.exit_code == 2


def test_an_entry_that_cannot_follow_is_refused_at_its_line(tmp_path: Path) -> None:
    """A chain that holds says nothing of what it chains: orders of a month that has not come, a kind that there is not, other cards."""
    path = some(tmp_path)
    before = path.read_bytes()
    for fields, words in (
        ({"kind": "committed", "by": "eagle", "month": 9, "orders": ""}, "has not come yet"),
        ({"kind": "conjured", "by": "eagle"}, "no entry is of the kind"),
        ({"kind": "said", "by": "eagle", "channel": "everybody"}, 'no "text"'),
        (
            {"kind": "adjudicated", "by": "facilitator", "month": 1, "missing": ["eagle", "bear"], "digest": "0" * 64},
            "does not come out as it did",
        ),
    ):
        path.write_bytes(before)
        file = TranscriptFile.resume(path)
        file.append([fields])
        file.close()
        with pytest.raises(SessionError, match=words) as caught:
            replay_transcript(path, wars())
        assert caught.value.where == f"{path}:6"
    path.write_bytes(before)
    cards = path.with_name("evening.cards.json")
    cards.write_text(cards.read_text().replace('"seed": 3', '"seed": 4'))
    with pytest.raises(SessionError, match="not those of this session"):
        replay_transcript(path, wars())
    kept = cards.read_text().replace('"seed": 4', '"seed": 3')
    cards.unlink()
    with pytest.raises(SessionError, match="the facilitator's file is not beside"):
        replay_transcript(path, wars())
    cards.write_text(kept)
    (again,) = rooms(tmp_path).resume()
    assert again.room is not None
    again.room.act("facilitator", message("reveal"))
    again.room.close()
    cards.unlink()
    assert replay_transcript(path, wars()).session.revealed  # the cards are in it now


def test_a_torn_line_is_told_and_cut_off_only_when_play_goes_on(tmp_path: Path) -> None:
    """Reading leaves the file as it is."""
    path = some(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"number":6,"befo')
    found = replay_transcript(path, wars())
    assert f"{path}:6: the last line is torn (17 bytes)" in found.remarks[0] and path.read_bytes() != whole
    again = rooms(tmp_path)
    (resumed,) = again.resume()
    assert resumed.room is not None and resumed.remarks[0].endswith("and was cut off") and path.read_bytes() == whole
    again.close()
    path.write_bytes(b'{"number":1,')
    (resumed,) = rooms(tmp_path).resume()
    assert resumed.room is None and "without a whole entry" in resumed.remarks[0]


def test_a_full_disk_loses_nothing_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session stays where it was, the half-written line is taken back, and it goes on once there is room."""
    table = room(tmp_path)
    path = tmp_path / f"evening{SUFFIX}"
    before, session = path.read_bytes(), table.session
    order = message("commit", month=1, orders="rung: training")
    monkeypatch.setattr(append_only, "write_bytes", _half_then_full())
    with pytest.raises(StoreError, match="the disk is full"):
        table.act("eagle", order)
    assert path.read_bytes() == before and table.session is session
    refused = table.answer("eagle", sent("commit", month=1, orders=""))
    assert refused["errors"][0]["message"] == "the server could not do it"
    monkeypatch.undo()
    assert table.act("eagle", order)["type"] == "done" and table.session.orders == {"eagle": "rung: training"}
    assert len(read_transcript(path).entries) == 3


def _half_then_full() -> object:
    """Some bytes of a line are written, and then there is no room."""
    written: list[int] = []

    def write(descriptor: int, data: bytes) -> int:
        if len(written) % 2:
            written.append(0)
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(write_bytes(descriptor, data[:40]))
        return written[-1]

    return write


def test_a_full_session_can_still_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its entries, or by its bytes: whoever sits there comes back, it is ended, and the cards are opened; nothing else is done."""
    for name, full in (("entries", "is full"), ("bytes", "the transcript is full")):
        table = room(tmp_path, name)
        size = (tmp_path / f"{name}{SUFFIX}").stat().st_size
        limit = (fold, "MOST_ENTRIES", table.session.count) if name == "entries" else (transcript, "MOST_BYTES", size + RESERVE)
        monkeypatch.setattr(*limit)
        with pytest.raises(SessionError, match=full):
            table.act("eagle", message("say", channel="everybody", text="Hello"))
        assert table.claim(table.invite("bear"))[0] == "bear"
        for kind in ("end", "reveal"):
            assert table.act("facilitator", message(kind))["type"] == "done"
        monkeypatch.undo()
        assert table.session.ended and table.session.revealed


def test_what_differs_from_what_played_it_is_said(tmp_path: Path) -> None:
    """The processor as far as it moves the last bits, and versions; of orders that read no more what is wrong with them."""
    path = some(tmp_path)
    first, *rest = ({name: one[name] for name in one if name not in ("number", "before")} for one in read_transcript(path).entries)
    assert re.fullmatch(r"\w+ with vectors of (256|512) bits", first["code"]["processor"])
    file = TranscriptFile.create(tmp_path / f"other{SUFFIX}")
    file.append([{**first, "code": {**first["code"], "processor": "abacus"}}, *rest])
    file.append([{"kind": "committed", "by": "eagle", "month": 1, "orders": "rung: hevy"}])
    file.close()
    (tmp_path / "evening.cards.json").rename(tmp_path / "other.cards.json")
    with pytest.raises(SessionError, match=r'"hevy".*did you mean heavy\?') as caught:
        replay_transcript(tmp_path / f"other{SUFFIX}", wars())
    assert caught.value.next == f"It was played with processor abacus, now {first['code']['processor']}"


def test_the_cards_are_nobody_elses_from_their_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while they are written."""
    modes, real = list[int](), Path.replace

    def replaced(self: Path, target: Path) -> Path:
        modes.append(self.stat().st_mode & 0o777)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    room(tmp_path)
    assert modes == [0o600] and (tmp_path / "evening.cards.json").stat().st_mode & 0o777 == 0o600


def test_one_process_at_a_time(tmp_path: Path) -> None:
    """A second one that takes up the same folder is told so."""
    table = room(tmp_path)
    (second,) = rooms(tmp_path).resume()
    assert second.room is None and "another process has this file open" in second.remarks[0]
    table.close()


def _lines(server: subprocess.Popen[str], until: str, found: list[str]) -> str:
    """Read into `found` what is told, up to a line that begins so; that line."""
    assert server.stdout is not None and server.stderr is not None
    while line := server.stdout.readline().rstrip("\n"):
        if line.startswith(until):
            return line
        found.append(line)
    raise AssertionError(server.stderr.read())


def kill_and_take_up(folder: Path, times: int) -> None:
    """Kill a table again and again: every acknowledged message is there once, and the transcript replays bit for bit."""
    chance = random.Random(7)
    acknowledged: list[str] = []
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    command = [sys.executable, "-m", "builders.table_server", str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env=os.environ | {"PYTHONPATH": path}) as server:  # type: ignore[call-overload]
        for _ in range(times):
            server.stdin.write("go\n")
            server.stdin.flush()
            told: list[str] = []
            child = int(_lines(server, "pid ", told).removeprefix("pid "))
            acknowledged += told or [_lines(server, "from-", told)]
            time.sleep(chance.random() * 0.2)
            os.kill(child, signal.SIGKILL)
            _lines(server, "ended", acknowledged)
        server.stdin.close()
    entries = read_transcript(folder / f"evening{SUFFIX}").entries
    found = [str(entry["id"]) for entry in entries if "id" in entry]
    assert len(set(found)) == len(found) and set(acknowledged) <= set(found)
    assert len(acknowledged) >= times and len(found) - len(acknowledged) <= times  # what was written and not told yet
    again = replay_transcript(folder / f"evening{SUFFIX}", wars())
    assert again.session.count == len(entries)
    digests = [entry["digest"] for entry in entries if entry["kind"] == "adjudicated"]
    assert len(digests) >= times // 2  # two commits make a month, and each child did something


def test_what_was_acknowledged_survives_three_kills(tmp_path: Path) -> None:
    """Three times, at random moments; fifty are a slow test."""
    kill_and_take_up(tmp_path, 3)


@pytest.mark.slow
def test_what_was_acknowledged_survives_fifty_kills(tmp_path: Path) -> None:
    """As often as issue 17 asks."""
    kill_and_take_up(tmp_path, 50)


def test_every_entry_has_its_time(tmp_path: Path) -> None:
    """Also that of a branch, which has a month of its own."""
    table = room(tmp_path)
    table.act("facilitator", message("branch", line="other", at=1))
    entries = read_transcript(tmp_path / f"evening{SUFFIX}").entries
    assert all(datetime.fromisoformat(entry["at"]) for entry in entries) and entries[-1]["month"] == 1


def test_the_chain_is_of_the_bytes_as_they_stand(tmp_path: Path) -> None:
    """Anybody can check it with sha256sum."""
    lines = some(tmp_path).read_bytes().split(b"\n")[:-1]
    for line, after in pairwise(lines):
        assert json.loads(after)["before"] == hashlib.sha256(line).hexdigest()

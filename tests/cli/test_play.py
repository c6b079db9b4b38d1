"""`countermove play`: a table is served, its links lead to its seats, and nothing of them is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from builders.places import ROOT, WAR_FILE
from countermove.cli.main import main
from countermove.cli.options import Output
from countermove.cli.play import Hosting, _say
from countermove.play.rooms import Rooms
from countermove.web.serving import Place
from countermove.web.table.client import SeatClient
from countermove.web.table.opening import Table, Way

PROGRAM = "import sys; from countermove.cli.main import main; sys.exit(main())"


def told_and_stopped(*words: str) -> tuple[dict[str, Any], int, str]:
    """What the command prints as JSON while it serves, its exit code after Ctrl-C, and its remarks. A seat's link is used meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "play", *words, "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | {"PYTHONPATH": str(ROOT / "src")},
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        text = ""
        while not text.endswith("\n}\n"):
            text += running.stdout.readline()
        told = json.loads(text)
        for way in told["seats"]:
            if way["seat"] == "eagle" and way["once"]:
                assert SeatClient(way["address"]).observe()["seat"]["title"] == "Eagle"
        running.send_signal(signal.SIGINT)
        return told, running.wait(timeout=60), running.stderr.read()


def test_a_session_is_served_and_taken_up_again(tmp_path: Path) -> None:
    """Its transcript and the facilitator's file are there; the tokens stand in neither. Ctrl-C ends it in words, and --resume goes on."""
    told, code, _ = told_and_stopped(str(WAR_FILE), "--training", "eagle", "--seed", "3", "--out", str(tmp_path))
    ways = {way["seat"]: way["address"] for way in told["seats"]}
    assert code == 3 and {"facilitator", "eagle"} <= set(ways) and "bear" not in ways
    assert len(list(tmp_path.iterdir())) == 2
    for path in tmp_path.iterdir():
        assert not any(way.partition("#")[2] in path.read_text() for way in ways.values())
    again, code, _ = told_and_stopped("--resume", str(tmp_path))
    (seat,) = (way for way in again["seats"] if way["seat"] == "eagle")
    assert code == 3 and not seat["once"] and seat["address"].endswith("/eagle/") and again["folder"] == str(tmp_path)


def test_what_is_printed_of_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Links apart from seats that are taken; who reaches them; and a command that goes on where the open pages look."""
    folder = tmp_path / "an evening"
    ways = (Way("room", "eagle", "Eagle", "/join/room#x"), Way("room", "bear", "Bear", "/seat/room/bear/", once=False))
    table = Table(Rooms(folder), ways)
    _say(table, Place("http://127.0.0.1:8123/"), Hosting(), Output(), folder)
    shown = capsys.readouterr()
    links, taken = shown.out.split("room: each address is for the browser that has taken the seat")
    assert "used once\n  Eagle  http://127.0.0.1:8123/join/room#x" in links and "/seat/room/bear/" in taken and "once" not in taken
    assert "--host 0.0.0.0 lets other computers in, unencrypted" in shown.err
    assert f"countermove play --resume '{folder}' --port 8123 goes on" in shown.err
    _say(table, Place("http://0.0.0.0:8123/"), Hosting(host="0.0.0.0"), Output(), folder)
    shown = capsys.readouterr()
    assert "unencrypted" not in shown.err and "--host 0.0.0.0 --port 8123 goes on" in shown.err


def test_what_is_asked_of_a_game_that_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It goes on as it was begun."""
    for words, said in (
        (["--resume", str(tmp_path), "--months", "9", "--pace", "all-in"], "--months, --pace beside --resume"),
        (["--resume", str(tmp_path / "none")], "no such folder"),
        (["--resume", str(tmp_path)], "no transcript"),
        ([str(WAR_FILE), "--link", "eagle"], "--link without --resume"),
        ([str(WAR_FILE), "--host", "203.0.113.7", "--out", str(tmp_path)], "cannot listen at 203.0.113.7"),
    ):
        assert main(["play", *words]) == 2
        assert said in capsys.readouterr().err and list(tmp_path.iterdir()) == []  # no game that nobody plays


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, with exit code 2; the messages are printed all the same."""
    monkeypatch.setattr("countermove.web.extra.find_spec", lambda name: None if name == "uvicorn" else True)
    for words in (["play", str(WAR_FILE)], ["serve"]):
        assert main(words) == 2
        assert (
            capsys.readouterr().err
            == "countermove: pages are served by uvicorn, not installed here. pip install 'countermove[play]'\n"
        )
    assert main(["play", "--schema"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing FILE"),
        ([str(WAR_FILE), "--schema", "--pace", "all-in"], "FILE, --pace, --out beside --schema"),
        ([str(WAR_FILE), "--sheets", "none.html", "--seat", "bear=person", "--port", "0"], "--seat, --out, --port beside --sheets"),
        ([str(WAR_FILE), "--seat", "bear"], "NAME=PLAYER"),
        ([str(WAR_FILE), "--seat", "bear=person", "--seat", "bear=spigot"], "each seat once"),
        ([str(WAR_FILE), "--pace", "slow"], "all-in or facilitator"),
        ([str(WAR_FILE), "--seat", "bear=arm"], "arm cannot play bear"),
        ([str(WAR_FILE), "--seat", "baer=person"], "no seat is called baer"),
        ([str(WAR_FILE), "--seat", "eagle=hidden"], "follows no theory that could be hidden"),
        ([str(WAR_FILE), "--training", "bear"], "nobody can be trained as bear"),
        ([str(WAR_FILE), "--training", "envoy"], "nobody can be trained as envoy"),
        ([str(WAR_FILE), "--training", "nobody"], "no seat is called nobody"),
    ],
)
def test_what_cannot_be_opened_leaves_nothing(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused in words, with exit code 2."""
    assert main(["play", *words, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_the_sheets_have_the_command_that_was_typed(tmp_path: Path) -> None:
    """With the file as it was given, and what was changed in it; no table is opened."""
    path = tmp_path / "sheets.html"
    assert main(["play", str(WAR_FILE), "--months", "3", "--set", "table.minutes=5", "--sheets", str(path), "--quiet"]) == 0
    assert f"countermove play {WAR_FILE} --set table.minutes=5 --set table.months=3 --pace facilitator" in path.read_text()


def test_the_protocol_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON Schema."""
    assert main(["play", "--schema"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {"observe", "commit", "observation", "done", "refused"} <= set(shown["$defs"])

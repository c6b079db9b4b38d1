"""`countermove play`: a session is opened, its links lead to its seats, and nothing of them is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders.places import WAR_FILE
from builders.tables import rooms
from countermove.cli.main import main


def test_a_session_is_opened_and_taken_up_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its transcript and the facilitator's file are there; the tokens stand in neither."""
    assert main(["play", str(WAR_FILE), "--training", "eagle", "--seed", "3", "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["players"]["bear"] == "hidden" and {"facilitator", "eagle"} <= set(told["tokens"]) and "bear" not in told["tokens"]
    assert len(list(tmp_path.iterdir())) == 2
    for path in tmp_path.iterdir():
        assert not any(token in path.read_text() for token in told["tokens"].values())
    (resumed,) = rooms(tmp_path).resume()
    assert resumed.room is not None and resumed.room.claim(told["tokens"]["eagle"])[0] == "eagle"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing FILE"),
        ([str(WAR_FILE), "--schema"], "goes without a file"),
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


def test_the_protocol_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON Schema."""
    assert main(["play", "--schema"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {"observe", "commit", "observation", "done", "refused"} <= set(shown["$defs"])

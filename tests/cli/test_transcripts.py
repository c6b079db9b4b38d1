"""What people read on the screen, word for word. After a change that you want, write the transcripts anew and read them:

COUNTERMOVE_TRANSCRIPTS=write pytest tests/cli/test_transcripts.py
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from builders.places import FILES
from countermove.cli.main import main

FOLDER = FILES / "transcripts"
COMMANDS = {
    "help": "countermove --help",
    "help-run": "countermove run --help",
    "check-bad": "countermove check bad.yaml",
    "check-small": "countermove check small.yaml",
    "check-json": "countermove check bad.yaml --set clock.months=0 --json",
    "explain-small": "countermove explain small.yaml",
    "no-such-verb": "countermove rnu small.yaml",
    "no-such-option": "countermove run small.yaml --drws 3",
    "no-such-file": "countermove explain smal.yaml",
    "no-such-name": "countermove run small.yaml --strategy arms --strategy wait --theory spigots",
}


def transcript(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The command, what it prints on standard output and on standard error, and its exit code."""
    capsys.readouterr()
    code = main(shlex.split(command)[1:])
    answer, remarks = capsys.readouterr()
    said = "".join(f"! {line}\n" for line in remarks.splitlines())
    return f"$ {command}\n{answer}{said}[exit {code}]\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_transcript(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was, word for word. Lines on standard error begin with an exclamation mark."""
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "100")
    found = transcript(COMMANDS[name], capsys)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("COUNTERMOVE_TRANSCRIPTS") == "write":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8"), f"{path.name} says something else; see the head of {Path(__file__).name}"


def test_every_transcript_is_of_a_command() -> None:
    """None is left over."""
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(COMMANDS)

"""Whatever is at the other end of standard output: an old encoding, a full disk, nothing, a reader who has gone."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders.places import ROOT, SMALL_FILE
from countermove.cli.main import main, wants_json
from countermove.cli.outlet import TYPEWRITTEN, Outlet, outlets, spelled
from countermove.cli.terminal import remark, say, say_json, say_table
from countermove.errors import StoreError
from countermove.world.tables import Table

CYRILLIC = "Війна: Київ → Донецьк"
ENCODINGS = ("ascii", "cp1252", "latin-1", "utf-16", "utf-8", "cp037", "shift_jis")


@pytest.fixture
def cyrillic(tmp_path: Path) -> str:
    """A war whose title no Western code page can write."""
    text = SMALL_FILE.read_text(encoding="utf-8").replace("Two sides, two patrons, two plans", f'"{CYRILLIC}"')
    (tmp_path / "war.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "war.yaml")


def heard(words: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """The command with standard streams of this encoding, as strict as Python makes them."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    code = main(words)
    answer, remarks = (stream.buffer.getvalue().decode(encoding) for stream in streams)  # pyright: ignore[reportAttributeAccessIssue]
    return code, answer, remarks


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding(encoding: str, cyrillic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A title is written as far as the encoding goes, the rest as escapes; JSON means the same in all of them; no other exit code."""
    code, answer, remarks = heard(["explain", cyrillic], encoding, monkeypatch)
    lacking = encoding in ("ascii", "cp1252", "latin-1", "cp037")
    assert code == 0 and remarks == ""
    assert (CYRILLIC in answer) is (encoding in ("utf-8", "utf-16"))
    assert (r"\u041a\u0438\u0457\u0432 -> \u0414" in answer) is lacking
    code, answer, _ = heard(["explain", cyrillic, "--json"], encoding, monkeypatch)
    assert code == 0 and json.loads(answer)["text"].startswith(CYRILLIC)
    code, answer, remarks = heard(["explain", "нема.yaml"], encoding, monkeypatch)
    assert code == 2 and answer == "" and "there is no such file" in remarks


def test_what_a_typewriter_has() -> None:
    """± becomes +/-, what has no spelling an escape, also bytes in the names of files that are no text at all; nothing is lost or doubled."""
    assert spelled("0.1 ± 0.02 — “x”", "ascii") == '0.1 +/- 0.02 - "x"'
    assert spelled("0.1 ± 0.02 Ж", "cp1252") == r"0.1 ± 0.02 \u0416"
    assert spelled("a\udcffb", "utf-8") == r"a\udcffb"
    assert spelled("±", "no-such-encoding") == "±"
    assert all(plain.isascii() and not key.isascii() for key, plain in TYPEWRITTEN.items())


def test_columns_stand_where_the_encoding_lacks_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is laid out with what is written, not with what was meant."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    with outlets():
        say_table(Table.of("Lead", ["plan", "points"], [["wait", "1.50 ± 0.20"], ["arm", "0.00"]]))
    lines = stream.buffer.getvalue().decode().splitlines()  # pyright: ignore[reportAttributeAccessIssue]
    wait, arm = (next(line for line in lines if name in line).rstrip(" |") for name in ("wait", "arm"))
    assert wait.endswith("1.50 +/- 0.20") and arm.endswith("0.00") and len(wait) == len(arm)


class Broken(io.StringIO):
    """A stream that cannot be written to."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, text: str, /) -> int:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize(("number", "code", "said"), [(28, 2, "the disk is full"), (5, 2, "Input/output error"), (32, 0, "")])
def test_an_answer_that_cannot_be_written(number: int, code: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full or broken disk ends in words with exit code 2; a reader who has gone changes nothing, not even the exit code."""
    for words in (["explain", str(SMALL_FILE)], ["--help"], ["--version"], ["schema"], ["check", str(SMALL_FILE), "--strict"]):
        remarks = io.StringIO()
        monkeypatch.setattr(sys, "stdout", Broken(number))
        monkeypatch.setattr(sys, "stderr", remarks)
        found = main(words)
        assert found == (1 if "--strict" in words and code == 0 else code)
        assert said in remarks.getvalue() and "Traceback" not in remarks.getvalue()
        assert (remarks.getvalue().count("standard output") == 1) is (code == 2)


def test_remarks_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Are lost: they never land in the answer, and never stop it."""
    for stream in (Broken(28), Broken(32), None):
        monkeypatch.setattr(sys, "stderr", stream)
        with outlets():
            remark("a remark")
            say("the answer")
        assert capsys.readouterr().out == "the answer\n"


def test_the_streams_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a failure; and what failed once fails again, as a library may have swallowed it."""
    stream = Broken(28)
    monkeypatch.setattr(sys, "stdout", stream)
    with outlets():
        for _ in range(2):
            with pytest.raises(StoreError, match="the disk is full"):
                say_json({})
        assert isinstance(sys.stdout, Outlet) and sys.stdout.nowhere
    assert sys.stdout is stream


@pytest.mark.parametrize(
    ("ends", "code"),
    [(">&-", 2), (">&- 2>&-", 2), (">&- 2>&- <&-", 2), ("2>&-", 0), ("<&-", 0), ("| head -1", 0), ("> /dev/full", 2)],
)
def test_a_real_shell(ends: str, code: int, tmp_path: Path) -> None:
    """Streams that are closed before Python starts, a disk that is full, a pipe that is cut."""
    command = f"set -o pipefail; '{sys.executable}' -m countermove --help {ends}"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=False
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
    assert ("standard output" in done.stderr) is (code == 2 and "2>&-" not in ends)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["run", "x.yaml", "--draws", "many"],
        ["rnu"],
        ["explain", "nowhere.yaml"],
        ["explain"],
        ["gaps", str(SMALL_FILE), "--theory", "none"],
    ],
)
def test_with_json_what_goes_wrong_is_json(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output, in one shape for every command and every failure, and in words on standard error; the exit code is as ever."""
    assert main([*words, "--json"]) == main(words) == 2
    answer, remarks = capsys.readouterr()
    found = json.loads(answer)
    assert set(found) == {"errors", "exit"} and found["exit"] == 2 and remarks != ""
    for error in found["errors"]:
        assert set(error) == {"file", "line", "column", "message", "expected", "suggestion"} and error["message"]


def test_json_is_asked_for_by_an_option() -> None:
    """And not by a file of that name."""
    assert wants_json(["run", "x", "--json"]) and not wants_json(["run", "--", "--json"]) and not wants_json(["run", "x"])

"""Everything that can go wrong ends in words and an exit code, never in a traceback that nobody asked for."""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builders.places import SMALL_FILE
from countermove import errors
from countermove.cli import failure
from countermove.cli.main import main
from countermove.cli.plugin import theories_of
from countermove.cli.progress import Bar, Steps, left_text, remembered
from countermove.shelf import cache_folder

SMALL = str(SMALL_FILE)


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make `countermove schema` raise."""

    def prepare(error: BaseException) -> None:
        def schema() -> None:
            raise error

        monkeypatch.setattr("countermove.scenario.jsonschema.json_schema", schema)

    return prepare


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rum"], "No such command 'rum'. Did you mean 'run'?"),
        (["check", SMALL, "--jsn"], "No such option: --jsn; did you mean --json or --set?"),
        (["run", SMALL, "--draws", "0"], "greater than or equal to 1"),
        (["run", SMALL, "--draws", "many"], "--draws"),
        (["run", SMALL, "--seed", "-1"], "--seed"),
        (["replay", SMALL], "Missing"),
        (["check"], "Missing argument 'FILE'"),
        (["check", SMALL, "two"], "two"),
    ],
)
def test_the_command_line_is_wrong(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that says what, one that says where to read on; exit code 2."""
    assert main(words) == 2
    answer, remarks = capsys.readouterr()
    assert answer == "" and said in remarks
    assert remarks.startswith("countermove") and "--help` lists what there is" in remarks.splitlines()[-1]


def test_errors_of_the_tree(raising: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, with the exit code that the tree gives them."""
    raising(errors.StoreError("the disk is full", where="/runs", next="Free some"))
    assert main(["schema"]) == 2
    assert capsys.readouterr().err == "countermove: /runs: the disk is full. Free some\n"
    raising(errors.ScenarioError([errors.Issue("a.yaml", 2, 1, "two"), errors.Issue("a.yaml", 1, 1, "one", "this", "that")]))
    assert main(["schema"]) == 2
    assert capsys.readouterr().err == "a.yaml:1:1: one; expected this; did you mean that?\na.yaml:2:1: two\n"
    raising(errors.Interrupted("stopped"))
    assert main(["schema"]) == 3


def test_ctrl_c(raising: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Says that nothing is lost; exit code 3."""
    raising(KeyboardInterrupt())
    assert main(["schema"]) == 3
    assert capsys.readouterr() == ("", "interrupted; the same command goes on from what was finished\n")


def test_files(raising: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]) -> None:
    """What the file system refuses."""
    raising(PermissionError(errno.EACCES, "Permission denied", "/root/x"))
    assert main(["schema"]) == 2
    assert capsys.readouterr().err == "countermove: /root/x: Permission denied\n"


def test_faults_of_the_program(
    raising: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that owns up, one that says how to report it; the traceback only where it is asked for."""
    monkeypatch.delenv(failure.DEBUG, raising=False)
    raising(KeyError("no\nsuch thing"))
    assert main(["schema"]) == failure.FAULT
    answer, remarks = capsys.readouterr()
    lines = remarks.splitlines()
    assert answer == "" and len(lines) == 2
    assert "a fault of the program, not of your file: KeyError" in lines[0] and "schema.py, line" in lines[0]
    assert "report" in lines[1] and "COUNTERMOVE_DEBUG=1" in lines[1]
    monkeypatch.setenv(failure.DEBUG, "1")
    assert main(["schema"]) == failure.FAULT
    assert "Traceback (most recent call last)" in capsys.readouterr().err


# --- plugins ----------------------------------------------------------------------------------------------------------

PLUGIN = """
from countermove.behaviour.theory import Theory, only_support, relaxed_support

MINE = Theory("{name}", "Nothing.", lambda view, p: only_support(view, relaxed_support(view, p)), (), "Nobody, nowhere.")
"""


def test_plugins_give_theories(tmp_path: Path) -> None:
    """In the order of the files."""
    for name in ("mirror", "echo"):
        (tmp_path / f"{name}.py").write_text(PLUGIN.format(name=name))
    found = theories_of([tmp_path / "mirror.py", tmp_path / "echo.py"])
    assert [theory.name for theory in found] == ["mirror", "echo"]
    assert theories_of(None) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", ":1:5: SyntaxError"),
        ("x = 1\ny = x / 0\n", ":2:1: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", ":1:1: SystemExit: 0"),
        ("x = 1\n", "no Theory is defined here"),
        (PLUGIN.format(name="spigot"), "spigot is a theory of the program's own"),
    ],
)
def test_plugins_that_do_not_work(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Say where, as a scenario would."""
    (tmp_path / "mine.py").write_text(text)
    assert main(["check", SMALL, "--plugin", str(tmp_path / "mine.py")]) == 2
    remarks = capsys.readouterr().err
    assert said in remarks and "Traceback" not in remarks


def test_plugins_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And one given twice."""
    assert main(["check", SMALL, "--plugin", "nowhere.py"]) == 2
    assert "nowhere.py: there is no such file" in capsys.readouterr().err
    (tmp_path / "mine.py").write_text(PLUGIN.format(name="mine"))
    twice = ["--plugin", str(tmp_path / "mine.py")] * 2
    assert main(["check", SMALL, *twice]) == 2
    assert "already given" in capsys.readouterr().err


# --- the bar ----------------------------------------------------------------------------------------------------------


def test_no_bar_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get no decoration."""
    with Bar(quiet=False, patience=0) as bar:
        bar("work", 1, 2)
        time.sleep(0.1)
    assert capsys.readouterr() == ("", "")


def _wait(until: Callable[[], bool], seconds: float) -> None:
    """A busy machine takes its time to import what draws the bar."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        time.sleep(0.02)


ForecastSeries = Callable[[float, bool], str]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> ForecastSeries:
    """Shows two steps at a terminal, and gives what was seen; in a cache folder in which nothing is remembered."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path / "cache"))

    def watch(patience: float, quiet: bool) -> str:
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        with Bar(quiet=quiet, patience=patience) as bar:
            bar("first", 0, 0)
            _wait(lambda: bar.visible, 30.0 if patience == 0 and not quiet else 0.3)
            for done in range(3):
                bar("second [bold] of 64", done, 3)
                time.sleep(0.15)
        answer, remarks = capsys.readouterr()
        assert answer == ""
        return remarks

    return watch


def test_a_bar_for_those_who_wait(watched: ForecastSeries) -> None:
    """At a terminal, on standard error, not where it is quiet, nor for what is quickly done. The second time with the whole of it."""
    assert watched(0.0, True) == "" and watched(60.0, False) == ""
    again = watched(0.0, False)
    assert "step 3 of 3: second [bold] of 64" in again
    assert "left in all" in again or "nearly done" in again


def test_the_bar_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """On 80 columns what is being done gives way: each line has its stage, the time it took and what is left, and none is broken in two."""
    for name, value in (("TERM", "xterm"), ("COUNTERMOVE_CACHE", str(tmp_path)), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Bar(quiet=False, patience=0, stages=(("a", 1.0), ("the questions", 2.0))) as bar:
        bar("a", 0, 0)
        _wait(lambda: bar.visible, 30.0)
        bar(f"the questions: {'12 questions of a long name ' * 5}", 1, 12)
        time.sleep(0.7)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    lines = [line for line in re.split(r"[\r\n]+", shown) if "stage 2 of 2" in line]
    assert lines and all(re.search(r"stage 2 of 2: the questions: 12 .*… 0:00:0\d", line) and len(line) <= 80 for line in lines)


def test_nothing_is_promised_the_first_time(watched: ForecastSeries) -> None:
    """Nor after the command has gone another way than before, nor where what is remembered cannot be read."""
    first = watched(0.0, False)
    assert "step 3: second [bold] of 64" in first and "left" not in first
    words = sys.argv[1:]
    assert [name for name, _ in remembered(words)] == ["starting", "first", "second [bold] of #"]
    for broken in ("{", "[]", '{"x": 1}', '{"x": [[1]]}'):
        (cache_folder() / "steps.json").write_text(broken)
        assert remembered(words) == []


def test_steps_of_the_last_time() -> None:
    """Sizes make no other step; what is left is what the later steps took, and the rest of this one, never below nothing."""
    steps = Steps([("compiling", 4.0), ("# runs", 10.0), ("writing", 2.0)])
    assert steps.step("compiling", 0.0) and (steps.place(), steps.left(1.0)) == ("step 1 of 3", 15.0)
    assert steps.step("1,024 runs", 3.0) and not steps.step("2,048 runs", 5.0)
    assert (steps.place(), steps.left(5.0), steps.left(100.0)) == ("step 2 of 3", 10.0, 2.0)
    assert steps.seconds(9.0) == [("compiling", 3.0), ("# runs", 6.0)]
    assert steps.step("pairs", 9.0) and (steps.place(), steps.left(9.0)) == ("step 3", None)
    assert [left_text(seconds) for seconds in (None, 0.4, 42.0, 600.0)] == [
        "", "nearly done", "about 42 s left in all", "about 10 min left in all"
    ]  # fmt: skip


def test_a_bar_takes_the_place_of_the_one_around_it() -> None:
    """One alone is on the screen."""
    with Bar(quiet=True) as outer, Bar(quiet=True) as inner:
        assert Bar._around == [outer, inner]
    assert Bar._around == []


def test_the_debug_switch_is_off_here() -> None:
    """Or the tests above would prove nothing."""
    assert os.environ.get(failure.DEBUG) != "1"

"""What is told of a long command, by a clock of the test's own: which stage it is in, how long the whole still takes, what took how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.cli.progress import Bar, left_text
from countermove.cli.stages import Calm, Stages, duration
from countermove.memo.stages import stages_of
from countermove.memo.write import write_memo
from countermove.questions.options import RunOptions
from countermove.scenario.read import read

pytestmark = pytest.mark.compiled_quickly

SHARES = (("compiling", 10.0), ("the runs", 30.0), ("the questions", 50.0), ("the page", 10.0))
BEFORE = [("compiling", 4.0), ("the runs", 20.0), ("the questions", 60.0), ("the page", 1.0)]


def test_what_is_left_by_the_last_time() -> None:
    """The rest of this stage and all of those after it: of the whole, not of the stage."""
    stages = Stages(SHARES, BEFORE)
    assert stages.left(0.0) is None
    assert stages.step("compiling", 0.0) and (stages.place(), stages.left(1.0)) == ("stage 1 of 4", 84.0)
    assert stages.step("the runs: 5 strategies", 5.0) and stages.place() == "stage 2 of 4"
    assert stages.left(5.0) == 81.0 and stages.left(10.0) == 76.0
    assert not stages.step("the runs: more of it", 10.0)
    assert stages.step("the page", 30.0) and (stages.place(), stages.left(30.0)) == ("stage 4 of 4", 1.0)
    assert stages.seconds(32.0) == [("compiling", 5.0), ("the runs", 25.0), ("the page", 2.0)]
    assert stages.summary(32.0) == "Took 32 s: compiling 5.0 s, the runs 25 s, the page 2.0 s"


def test_how_far_a_stage_is_counts_the_more_the_further_it_is() -> None:
    """By itself 10 s for a quarter mean 30 s more; the last time says 10 s: a quarter of the one, three quarters of the other."""
    stages = Stages(SHARES, BEFORE)
    stages.step("the runs", 0.0)
    stages.step("the runs: x", 10.0, 1, 4)
    assert stages.left(10.0) == pytest.approx(0.25 * 30 + 0.75 * 10 + 61)
    stages.step("the runs: x", 10.0, 4, 4)
    assert stages.left(10.0) == pytest.approx(0.9 * 10 / 9 + 0.1 * 10 + 61)


def test_without_a_last_time_nothing_is_promised_before_enough_is_done() -> None:
    """After a tenth nothing; after four tenths in 40 s another 60; half of the next half tells as well."""
    stages = Stages(SHARES)
    stages.step("compiling", 0.0)
    assert stages.left(3.0) is None
    stages.step("the runs", 10.0)
    assert stages.left(20.0) is None
    stages.step("the questions", 40.0)
    assert stages.left(40.0) == pytest.approx(60.0)
    stages.step("the questions: x", 90.0, 3, 6)  # 90 s for 65 of 100 shares: the whole takes 138 s
    assert stages.left(90.0) == pytest.approx(0.5 * 50 + 0.5 * max(50 * 90 / 65 - 50, 25) + 10 * 90 / 65)


def test_stages_of_another_time_are_no_guide() -> None:
    """Where a stage is new, the shares speak; a stage is not gone back to, and what is none belongs to the one that is on."""
    stages = Stages(SHARES, BEFORE[:3])
    stages.step("starting", -1.0)
    assert stages.left(0.0) is None and stages.place() == "stage 1 of 4"
    stages.step("the runs", 0.0)
    assert not stages.step("compiling", 5.0) and not stages.step("offset", 6.0)
    assert stages.place() == "stage 2 of 4" and stages.left(6.0) is None


@pytest.mark.parametrize("done", [0, 1, 3, 5, 6])
@pytest.mark.parametrize("before", [[], BEFORE, [(name, 0.01) for name, _ in SHARES]])
def test_no_second_lasts_a_minute(before: list[tuple[str, float]], done: int) -> None:
    """However wrong what was expected is, and whatever a stage that hangs has told: who reads "a second" does not read it for a minute."""
    for name, _ in SHARES:
        stages = Stages(SHARES, before)
        stages.step("compiling", 0.0)
        stages.step("the runs", 0.2)
        stages.step(name, 0.4)
        stages.step(f"{name}: x", 0.5, done, 6)
        for tenth in range(5, 6000):
            left = stages.left(0.1 * tenth)
            assert left is None or left > 1.0 or 0.1 * tenth < 10.0


def test_what_is_told_to_be_left_rises_only_with_a_reason() -> None:
    """It falls, and stands where the estimate wavers; half as much again and twenty seconds more is another estimate, and is said to be."""
    calm = Calm()
    assert calm.of(None) == (None, False)
    assert [calm.of(seconds) for seconds in (100.0, 90.0, 104.0, 130.0, 80.0)] == [
        (100.0, False), (90.0, False), (90.0, False), (90.0, False), (80.0, False)
    ]  # fmt: skip
    assert calm.of(121.0) == (121.0, True) and calm.of(60.0) == (60.0, True)
    assert Calm().of(10.0) == (10.0, False) and left_text(121.0, True) == "slower than told: about 2 min left"


def test_durations() -> None:
    """As people say them."""
    assert [duration(s) for s in (0.04, 9.94, 9.96, 59.4, 59.6, 185, 3599.7, 7440)] == [
        "0.0 s", "9.9 s", "10 s", "59 s", "1 min 0 s", "3 min 5 s", "1 h 0 min", "2 h 4 min"
    ]  # fmt: skip


def test_one_line_a_stage_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """And one for the whole; nothing where it is quiet, and no sum of what went wrong."""
    with Bar(quiet=False, stages=SHARES) as bar:
        for what in ("compiling", "the runs: 1", "the runs: 2", "the questions: x", "the page"):
            bar(what, 0, 0)
    answer, said = capsys.readouterr()
    lines = said.splitlines()
    assert answer == "" and lines[:4] == [f"stage {k} of 4: {name}" for k, (name, _) in enumerate(SHARES, 1)]
    assert len(lines) == 5 and lines[4].startswith("Took 0.0 s: compiling 0.0 s, the runs 0.0 s")
    with Bar(quiet=True, stages=SHARES) as bar:
        bar("compiling", 0, 0)
    assert capsys.readouterr() == ("", "")
    with pytest.raises(KeyError), Bar(quiet=False, stages=SHARES) as bar:
        bar("compiling", 0, 0)
        raise KeyError
    assert capsys.readouterr().err == "stage 1 of 4: compiling\n"


@pytest.mark.parametrize("full", [True, False])
def test_the_stages_that_are_named_are_those_that_come(full: bool, tmp_path: Path) -> None:
    """Every one of a real memo, in their order, with copies: no text that the questions tell falls outside."""
    copies = [tmp_path / "a.xlsx"]
    shares = stages_of(full=full, figures=tmp_path / "f", copies=copies)
    stages = Stages(shares)
    heard: list[str] = []

    def told(what: str, done: int, total: int) -> None:
        heard.append(what)
        stages.step(what, float(len(heard)), done, total)

    options = RunOptions(draws=16, lucks=2, full=full, strategies=("arm",), theories=("spigot",))
    write_memo(read(str(SMALL_FILE)), options, tmp_path / "a.html", figures=tmp_path / "f", copies=copies, progress=told)
    assert [name for name, _ in stages.now] == [name for name, _ in shares]
    names = {name for name, _ in shares}
    assert {what for what in heard if what.partition(": ")[0] not in names} == set()


def test_the_command_says_what_took_how_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error; the answer is the path alone where it is quiet, and nothing else is said."""
    words = ["memo", str(SMALL_FILE), "--quick", "--draws", "16", "--lucks", "2", "--out", str(tmp_path)]
    assert main(words) == 0
    answer, said = capsys.readouterr()
    assert said.splitlines()[0] == "stage 1 of 4: compiling" and "\nTook " in said and "Took" not in answer
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr() == (f"{tmp_path / 'small.html'}\n", "")

"""A study: the same bytes for any workers and after whatever ended it; failed cases told and run again alone; what the page and tables say."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import countermove as cm
from builders.browser import Browser, chromium_path, missing
from builders.places import ROOT, SMALL_FILE
from countermove.cli.main import main
from countermove.compute import Local
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.errors import RunError
from countermove.questions.options import RunOptions
from countermove.questions.study import one_case
from countermove.questions.study.case_draws import CaseDraws
from countermove.questions.study.design import cases_of
from countermove.questions.study.finding import StudyFound
from countermove.questions.study.page import render_study
from countermove.questions.study.study import lots_of, run_study_file
from countermove.scenario.read import read
from countermove.scenario.study_read import read_study_text
from countermove.scenario.study_schema import StudyFile

STAKE, SHIPPED = "patrons.neighbour.stake-ratio", "strategies.arm.moves.0.volume"
TEXT = f"""
study: stakes
title: When do arms <b>pay</b>?
scenarios: ['{SMALL_FILE}']
set:
  {STAKE}: {{from: 1, to: 8, steps: 2, scale: log}}
  {SHIPPED}: [20 million USD, 60 million USD, 100 million USD]
  patrons.neighbour.theories.spigot.weight: [0, 3]
  patrons.neighbour.theories.inertia.weight: [0, 1]
draws: 64
lucks: 4
"""
CASES, FAILING = 24, 6  # where no theory has any weight
COMPARED = ("measures", "regret", "verdicts", "cases")


def study(text: str = TEXT) -> StudyFile:
    """The study of these tests."""
    return read_study_text(text, folder=SMALL_FILE.parent)


def run(folder: Path, workers: int = 1, text: str = TEXT, *, retry: bool = False) -> StudyFound:
    """It, run into a folder."""
    return run_study_file(study(text), RunOptions(out=folder, executor=Local(workers)), retry=retry)


def files(folder: Path) -> dict[str, bytes]:
    """The dataset without times: every file of the tables that are compared."""
    return {str(path.relative_to(folder)): path.read_bytes() for table in COMPARED for path in sorted((folder / table).glob("*"))}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StudyFound]:
    """The study, run once on one worker."""
    folder = tmp_path_factory.mktemp("study") / "out"
    return folder, run(folder)


def test_any_number_of_workers_gives_the_same_bytes(done: tuple[Path, StudyFound], tmp_path: Path) -> None:
    """And leaves nothing beside the dataset."""
    run(tmp_path / "out", 3)
    assert pickle.loads(pickle.dumps(study())) == study()  # it travels to other processes
    assert files(tmp_path / "out") == files(done[0]) and len(files(done[0])) == CASES * len(COMPARED)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_case_is_a_run(done: tuple[Path, StudyFound]) -> None:
    """To the last digit: measures, regret and verdicts are those of `run` with the same changes."""
    saved = cm.load(done[0])
    for case in (cases_of(study())[place] for place in (7, CASES - 1)):
        war = cm.read(str(SMALL_FILE), overrides=case.overrides)
        alone = cm.run(war, RunOptions(draws=64, lucks=4, full=False, executor=Local(1))).findings
        for table, rows in (("measures", alone.measures), ("regret", alone.regret), ("verdicts", alone.verdicts)):
            found = saved.table(table)
            found = found[found.case_number == case.number]
            assert len(found) == len(rows) > 0
            for name in found.columns[1:]:
                wanted = [getattr(row, name) for row in rows]
                assert list(found[name]) == wanted or np.array_equal(found[name].to_numpy(), np.array(wanted), equal_nan=True), name


def test_it_goes_on_after_an_interrupt_and_after_a_torn_part(
    done: tuple[Path, StudyFound], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases that are done are not run again, but for one whose part was torn."""
    asked: list[int] = []
    whole = one_case.CaseRunner.__call__

    def counted(self: one_case.CaseRunner, case: Any) -> one_case.CaseFound:
        asked.append(case.number)
        if len(asked) == 15:
            raise KeyboardInterrupt
        return whole(self, case)

    monkeypatch.setattr(one_case.CaseRunner, "__call__", counted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (shelf,) = tmp_path.glob(".out.*.partial")
    torn = sorted((shelf / "regret").glob("*.parquet"))[7]
    torn.write_bytes(torn.read_bytes()[:-5])
    (shelf / "regret" / ".c000003.part-elsewhere-1-00").write_bytes(b"half")
    first = list(asked)
    run(tmp_path / "out")
    assert asked[len(first) :] == [7, *range(14, CASES)]
    assert files(tmp_path / "out") == files(done[0])
    before = len(asked)
    run(tmp_path / "out")  # all of it is there
    assert len(asked) == before and files(tmp_path / "out") == files(done[0])


def test_failed_cases_are_told_and_run_again_alone(
    done: tuple[Path, StudyFound], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict of two changes has its place in the scenario; what failed on its way is run again, and the dataset is as if it never had."""
    found = done[1]
    assert found.cases == CASES and len(found.failed) == FAILING
    assert {(one.place, one.why) for one in found.failed} == {
        (f"{SMALL_FILE}:18:15", "every theory has weight 0; expected a weight above 0 for one of them at least")
    }
    whole, asked = one_case.CaseRunner._found, list[int]()

    def flaky(self: one_case.CaseRunner, case: Any) -> one_case.CaseFound:
        asked.append(case.number)
        if case.number == 9:
            raise RunError("the machine is tired", where="case nine")
        if case.number == 10:
            raise ZeroDivisionError("of ours")
        return whole(self, case)

    with monkeypatch.context() as changed:
        changed.setattr(one_case.CaseRunner, "_found", flaky)
        broken = run(tmp_path / "out", 2)
        assert [one.case for one in broken.failed if one.case in (9, 10)] == [9, 10] and len(broken.failed) == FAILING + 2
        assert {"the machine is tired", "ZeroDivisionError: of ours"} <= {
            one.why.partition(" in one_case")[0] for one in broken.failed
        }
        run(tmp_path / "out")  # without --retry nothing is run
        assert len(asked) == CASES
    monkeypatch.setattr(one_case.CaseRunner, "_found", lambda self, case: (asked.append(case.number), whole(self, case))[1])
    again = run(tmp_path / "out", retry=True)
    assert sorted(asked[CASES:]) == sorted({one.case for one in broken.failed}) and len(again.failed) == FAILING
    assert files(tmp_path / "out") == files(done[0])


def test_what_is_found(done: tuple[Path, StudyFound]) -> None:
    """More arms than pay turn the order; the number that is shipped drives the difference; the rows are those of the tables."""
    (war,) = done[1].wars
    assert war.cases == CASES - FAILING and sum(one.best for one in war.standings) == pytest.approx(1)
    assert [(turn.path, turn.before, turn.after) for turn in war.turns] == [(SHIPPED, "arm", "wait")]
    (turn,) = war.turns
    shipped = next(one for one in war.along if one.path == SHIPPED)
    assert shipped.values == (20, 60, 100) and shipped.unit == "million USD" and 20 < turn.at < 100
    saved = cm.load(done[0])
    regret = saved.table("regret").merge(saved.table("cases"), on="case_number")
    weighted = regret[(regret.theory == "weighted") & (regret[SHIPPED] == 60)]
    wait = shipped.strategies.index("wait")
    assert shipped.regret[wait][1] == pytest.approx(weighted[weighted.strategy == "wait"].regret.mean())
    assert 0 < shipped.se[wait][1] == pytest.approx(float(weighted[weighted.strategy == "wait"].se.mean()))
    assert len(done[1].table) == 2 * war.cases and set(done[1].table.columns) >= {"case", SHIPPED, STAKE, "regret (points)"}
    assert saved.query("SELECT count(*) AS n FROM measures JOIN cases USING (case_number) WHERE NOT failed").n[0] == saved.rows(
        "measures"
    )
    assert json.loads((done[0] / "study.json").read_text())["cases"] == CASES


@pytest.mark.slow
def test_polars_reads_the_same(done: tuple[Path, StudyFound]) -> None:
    """As the page on studies has it: every table, by its columns and rows."""
    polars: Any = pytest.importorskip("polars", reason="NO POLARS HERE: make test-slow installs it")
    for table in ("cases", "measures", "regret", "verdicts"):
        here, there = pd.read_parquet(done[0] / table), polars.read_parquet(str(done[0] / table / "*.parquet"))
        assert there.columns == list(here.columns) and there.height == len(here) > 0
        for name in here.columns:
            same = [None if pd.isna(value) else value for value in here[name].tolist()]
            assert [None if value != value else value for value in there[name].to_list()] == same, (table, name)


def test_the_page(done: tuple[Path, StudyFound], tmp_path: Path) -> None:
    """Titles and no identifiers on axes; texts of the file are data; failed cases with their reason; nothing is asked of anywhere."""
    text = render_study(done[1], study())
    assert "When do arms &lt;b&gt;pay&lt;/b&gt;?" in text and "<b>pay" not in text
    for promised in (
        "What varies", "mean regret (points)", "share of cases in which the plan is best", "Shipped once (“Arm”, move 1) (million USD)",
        "What drives it", f"{FAILING} cases failed", "every theory has weight 0", "How the numbers were made", "the order turns at",
    ):  # fmt: skip
        assert promised in text, promised
    drawn = "".join(part.partition("</svg>")[0] for part in text.split("<svg")[1:])
    assert STAKE not in drawn and SHIPPED not in drawn
    if missing():
        pytest.skip(missing())
    page = tmp_path / "study.html"
    page.write_text(text, encoding="utf-8")
    path = chromium_path()
    assert path is not None
    with Browser(path) as browser:
        for width in (1280, 400):
            browser.open(page, width)
            assert browser.complaints == [] and browser.requests == [page.resolve().as_uri()]
            assert browser.value("document.documentElement.scrollWidth") <= width


def test_designs_are_crossed_with_wars_seeds_and_lists(tmp_path: Path) -> None:
    """Points of a design are the same for the same seed, within their ranges; every war and seed has all of them."""
    other = tmp_path / "other.yaml"
    other.write_text(SMALL_FILE.read_text().replace("scenario: small", "scenario: other"))
    text = f"""
study: points
scenarios: ['{SMALL_FILE}', '{other}']
design: sobol
cases: 11
seed: 3
seeds: [0, 5]
set:
  {STAKE}: {{from: 0.5, to: 8, scale: log}}
  settings.order: [owner-first, rival-first]
"""
    cases = cases_of(study(text))
    assert len(cases) == 2 * 11 * 2 == len({(case.war, case.seed, tuple(case.overrides.items())) for case in cases})
    assert cases == cases_of(study(text)) != cases_of(study(text.replace("seed: 3", "seed: 4")))
    assert all(0.5 <= (case.sets[STAKE].number or 0) <= 8 for case in cases)
    assert {case.overrides["settings.order"] for case in cases} == {"owner-first", "rival-first"}
    listed = (
        text.partition("design:")[0]
        + f"design: list\ncases:\n  - {{scenario: other, set: {{{STAKE}: 2}}}}\n  - {{seed: 7}}\nseeds: [0, 1]\n"
    )
    assert [(case.war, case.seed, len(case.sets)) for case in cases_of(study(listed))] == [
        (0, 7, 0),
        (1, 0, 1),
        (1, 1, 1),
        (1, 7, 0),
    ]
    for size, last, few in (("draws: 64", 16, 44), ("draws: 64\nlucks: 100", 4, 44), ("quick: false", 4, 44), ("tolerance", 4, 44)):
        of = study(text if size == "tolerance" else f"{text}{size}\n")
        assert [len(lot.cases) for lot in lots_of(of, cases * 20)][-2:] == [last, last] and len(lots_of(of, cases)) == few


def test_draws_of_a_case_are_those_of_its_own_run() -> None:
    """Whatever was drawn before it: numbers that become certain or uncertain, and other seeds."""
    sampled = CaseDraws()
    for value, seed in (("2", 0), ("{lognormal: [2, 0.4]}", 0), ("{range: [1, 3]}", 0), ("3", 1), ("{lognormal: [4, 0.1]}", 0)):
        program = compile_scenario(read(SMALL_FILE, overrides={STAKE: value, "sides.rebels.personnel": value}))
        one, other = sampled(program, 40, seed), prior_draws(program, 40, seed)
        assert list(one.values) == list(other.values) and all(
            np.array_equal(one.values[name], other.values[name]) for name in one.values
        )
        assert np.array_equal(one.others, other.others) and list(one.experts) == list(other.experts)


def test_the_command_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and as JSON; a bad file exits with 2 and writes nothing."""
    monkeypatch.chdir(tmp_path)
    Path("two.yaml").write_text(TEXT.partition("set:")[0] + f"set: {{{STAKE}: [1, 2]}}\ndraws: 64\nlucks: 4\n")
    assert main(["study", "two.yaml", "--quiet", "--workers", "1"]) == 0
    assert "of 2 cases" in capsys.readouterr().out and Path("studies/stakes/study.html").is_file()
    assert main(["study", "two.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["page"] == "studies/stakes/study.html"
    Path("bad.yaml").write_text("study: bad\nscenarios: [nowhere]\nsets: {}\n")
    assert main(["study", "bad.yaml"]) == 2
    told = capsys.readouterr().err
    assert 'bad.yaml:2:13: there is no scenario "nowhere"' in told and 'bad.yaml:3:1: "sets" is not a key of a study' in told
    assert not Path("studies/bad").exists()


def started(folder: Path, name: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "countermove", "study", "many.yaml", "--quiet", "--out", name]
    return subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_study_that_is_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """Killed in the middle of 300 small cases, of which nine lie in each file."""
    head = TEXT.partition("set:")[0]
    (tmp_path / "many.yaml").write_text(
        head + f"design: sobol\ncases: 300\nset: {{{STAKE}: {{from: 1, to: 9}}}}\ndraws: 64\nlucks: 4\n"
    )
    process = started(tmp_path, "killed")
    while sum(1 for _ in tmp_path.glob(".killed.*.partial/cases/*.parquet")) < 20:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "killed").exists()
    assert started(tmp_path, "killed").wait() == 0 and started(tmp_path, "whole").wait() == 0
    assert files(tmp_path / "killed") == files(tmp_path / "whole") and len(files(tmp_path / "whole")) == 4 * 34


@pytest.mark.slow
def test_a_thousand_cases_keep_up_with_the_engine() -> None:
    """A thousand small cases in two processes take little more than their runs: 81 to 84% of the engine's rate on a quiet machine."""
    bench = [
        sys.executable,
        str(ROOT / "benchmarks" / "study_cases.py"),
        "--cases",
        "1000",
        "--turns",
        "1",
        "--executor",
        "processes",
    ]
    told = subprocess.run(
        bench, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}
    ).stdout
    assert float(told.rsplit("throughput: ", 1)[1].partition("%")[0]) >= 75, told

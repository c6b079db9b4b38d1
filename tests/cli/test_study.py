"""The verbs that run: run, memo, replay, verify. One small war is run in earnest; what would take long is stood in for."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.places import ROOT, SMALL_FILE
from countermove.cli.main import main
from countermove.errors import StoreError
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.save import QUANTILES
from countermove.scenario import Scenario
from countermove.store import load
from countermove.verify import Line, Verified
from countermove.world.measure import MEASURE_NAMES

pytestmark = pytest.mark.compiled_quickly

SMALL = str(SMALL_FILE)
SIZE = ["--draws", "16", "--lucks", "2", "--seed", "7", "--quick"]
PROGRAM = "import sys; from countermove.cli.main import main; sys.exit(main())"
# the promise of ARCHITECTURE: fields may be added, these stay
PROMISED = {
    "measures": {"strategy", "theory", "measure", "unit", "mean", "se", "q05", "q50", "q95"},
    "regret": {"strategy", "theory", "regret", "se"},
    "flips": {"between", "strategies", "weight", "se"},
    "omega": {"strategy", "theory", "value", "se", "share", "q05", "q50", "q95"},
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run in earnest: its folder, and what it answers in JSON."""
    folder = tmp_path_factory.mktemp("small")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "run", SMALL, *SIZE, "--json"],
        capture_output=True, text=True, check=False, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "runs" / "small", json.loads(done.stdout)


def test_run_json_is_as_promised(small: tuple[Path, dict[str, Any]]) -> None:
    """The contract, field by field, and nothing that JSON does not know."""
    _, found = small
    assert {"scenario", "hash", "seed", "draws", "months", "seconds", "rate", *PROMISED} <= set(found)
    assert (found["scenario"], found["seed"], found["draws"], found["months"], len(found["hash"])) == ("small", 7, 16, 24, 64)
    for name, fields in PROMISED.items():
        for row in found[name]:
            assert fields <= set(row), name
    assert len(found["measures"]) >= 2 * 2 * len(MEASURE_NAMES)
    assert {(row["strategy"], row["theory"]) for row in found["regret"]} >= {
        (s, t) for s in ("wait", "arm") for t in ("inertia", "spigot")
    }


def test_results_rest_in_the_folder(small: tuple[Path, dict[str, Any]]) -> None:
    """Whole; outcomes, bands, the findings as printed; and nothing is left of the checkpoint."""
    folder, found = small
    assert sorted(path.name for path in folder.parent.iterdir()) == ["small"]
    saved = load(folder)
    assert saved.tables == ("bands", "outcomes") and saved.document("tables") == found
    assert saved.provenance["seed"] == 7 and saved.provenance["command"].startswith("countermove run ")
    cubes = load(folder).array()
    assert cubes.sizes == {"strategy": 2, "theory": 2, "draw": 16, "luck": 2} and set(cubes) == set(MEASURE_NAMES)
    for row in found["measures"]:
        if row["theory"] in ("inertia", "spigot") and row["measure"] == "deaths":
            mean = cubes["deaths"].sel(strategy=row["strategy"], theory=row["theory"]).values.astype(float).mean()
            assert np.isclose(mean, row["mean"], rtol=1e-5)
    bands = saved.table("bands")
    assert set(QUANTILES) < set(bands.columns) and bands["month"].max() == 24 and bands["month"].min() == 1
    assert (bands["q05"] <= bands["q95"]).all()


def test_replay_is_the_run_itself(
    small: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Month by month: the dead of its months are the dead of the table."""
    monkeypatch.setenv("COLUMNS", "120")
    folder, _ = small
    frame = load(folder).outcomes(["deaths"])
    row = frame[(frame.strategy == "arm") & (frame.theory == "spigot") & (frame.draw == 5) & (frame.luck == 1)]
    address = ["--strategy", "arm", "--theory", "spigot", "--draw", "5", "--luck", "1", "--seed", "7"]
    assert main(["replay", SMALL, *address, "--lucks", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"scenario", "strategy", "theory", "draw", "luck", "seed", "months"} == set(found)
    assert [found["months"][0]["month"], found["months"][-1]["month"]] == ["2030-01", "2031-12"]
    assert np.isclose(sum(month["deaths"] for month in found["months"]), row["deaths"].item(), rtol=1e-5)
    assert all({"regime", "events"} < set(month) for month in found["months"])
    assert main(["replay", SMALL, *address]) == 0
    answer, remarks = capsys.readouterr()
    assert remarks == "" and answer.startswith("small: “Arm” if “Gives whatever prevents defeat” is true, draw 5, luck 1, seed 7")
    months = re.findall(r"^ (203[01]-\d\d) ", answer, re.MULTILINE)
    assert len(set(months)) == 24 and months[:24] == sorted(set(months)) == months[24:48]
    assert max(map(len, answer.splitlines())) <= 120  # the screen, where there is none to ask
    events = answer[answer.rindex("events") :]
    assert all(month["events"] in events for month in found["months"])


def test_replay_of_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Says which there are."""
    assert main(["replay", SMALL, "--strategy", "arm", "--theory", "spigot", "--draw", "0", "--luck", "2", "--lucks", "2"]) == 2
    assert "--luck 2: with 2 lucks there is no such run; expected 0 to 1" in capsys.readouterr().err
    assert main(["replay", SMALL, "--strategy", "arms", "--theory", "spigt", "--draw", "0", "--luck", "0"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_run_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Outcomes first, then who leads, regret, the silences, verdicts, and where it is; with --quiet not the last."""
    monkeypatch.chdir(tmp_path)
    assert main(["run", SMALL, *SIZE, "--out", "here"]) == 0
    answer, remarks = capsys.readouterr()
    assert remarks == ""
    assert re.search(
        r"^small: 16 draws x 2 lucks, 24 months, seed 7\n\nWhat happens .*\nWhat leads, .*\nRegret: .*\n.*Silent: .*\n.*Verdicts\n",
        answer,
        re.DOTALL,
    )
    assert re.search(r"^ Gives whatever prevents defeat, weight 75% +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+$", answer, re.MULTILINE)
    assert answer.endswith("Results are in here: outcomes/, bands.parquet, tables.json, manifest.json\n")
    assert max(len(line) for line in answer.splitlines() if "±" in line) <= 120
    assert load("here").provenance["seed"] == 7


def test_run_of_a_chosen_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed reaches the study; what was not keeps its own default."""
    monkeypatch.chdir(tmp_path)
    seen: list[RunOptions] = []

    def run_study(scenario: Scenario, options: RunOptions, *, progress: Progress, parts: object) -> None:
        progress("work", 1, 2)
        seen.append(options)
        raise StoreError("enough")

    monkeypatch.setattr("countermove.questions.run.run.run_study", run_study)
    assert (
        main(
            ["run", SMALL, "--strategy", "arm", "--theory", "spigot", "--theory", "inertia", "--workers", "3", "--tolerance", "0.2"]
        )
        == 2
    )
    assert main(["run", SMALL, "--seed", "0", "--lucks", "1", "--draws", "5", "--quick", "--out", "x"]) == 2
    first, second = seen
    plain = RunOptions()
    assert (first.strategies, first.theories, first.tolerance, first.full) == (("arm",), ("spigot", "inertia"), 0.2, True)
    assert (first.draws, first.lucks, first.seed, first.out) == (plain.draws, plain.lucks, plain.seed, Path("runs/small"))
    assert first.executor.workers == 3  # type: ignore[attr-defined]
    assert (second.draws, second.lucks, second.seed, second.full, second.out) == (5, 1, 0, False, Path("x"))


def test_ctrl_c_in_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, and nothing that looks like results."""
    monkeypatch.chdir(tmp_path)

    def run_study(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("countermove.questions.run.run.run_study", run_study)
    assert main(["run", SMALL]) == 3
    assert capsys.readouterr().err == "interrupted; the same command goes on from what was finished\n"
    assert [path for path in tmp_path.rglob("*") if path.name != "runs"] == []


def test_a_folder_that_is_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Is said before the work, not after it."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("x")
    monkeypatch.setattr("countermove.questions.run.run.run_study", lambda *_, **__: pytest.fail("began"))
    assert main(["run", SMALL, "--out", str(tmp_path / "thesis")]) == 2
    assert "no results of countermove" in capsys.readouterr().err


def test_memo_writes_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Into memos/, or where --out says; the path is the answer."""
    monkeypatch.chdir(tmp_path)

    def write_memo(scenario: Scenario, options: RunOptions, path: Path, *, progress: Progress) -> Path:
        progress("writing", 1, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{scenario.scenario} {options.seed}")
        return path

    monkeypatch.setattr("countermove.memo.write.write_memo", write_memo)
    assert main(["memo", SMALL, "--seed", "3"]) == 0
    assert capsys.readouterr() == ("The memo is in memos/small.html\n", "")
    assert (tmp_path / "memos" / "small.html").read_text() == "small 3"
    assert main(["memo", SMALL, "--out", "deep/er", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"scenario": "small", "memo": "deep/er/small.html"}
    assert main(["memo", SMALL, "--quiet"]) == 0
    assert capsys.readouterr().out == "memos/small.html\n"
    assert main(["memo", SMALL, "--out", "memos/small.html"]) == 2  # before the page is begun
    assert (
        capsys.readouterr().err
        == "countermove: memos/small.html: a file is in the way of a folder. Give another folder with --out\n"
    )


GOOD = Line("a law", 1.0, 1.0, 0.1, "A book, p. 1", True)
WRONG = Line("another law", 1.0, float("nan"), 0.1, "A book, p. 1", False)


@pytest.mark.parametrize(("lines", "code"), [((GOOD,), 0), ((GOOD, WRONG), 1)])
def test_verify(lines: tuple[Line, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A table with sources, the promise in JSON, and exit code 1 where a number does not hold."""
    monkeypatch.setattr(import_module("countermove.verify"), "verify", lambda progress: (progress("laws"), Verified(lines))[1])
    failed = len(lines) - 1
    assert main(["verify"]) == code
    answer = capsys.readouterr().out
    assert "[1] A book, p. 1" in answer and "a law" in answer and ("another law" in answer) is bool(failed)
    assert answer.endswith(f"1 of {len(lines)} hold{', 1 DO NOT' if failed else ''}\n")
    assert main(["verify", "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"lines", "passed", "failed"} and (found["passed"], found["failed"]) == (1, failed)
    assert all({"what", "expected", "got", "tolerance", "source", "ok"} <= set(line) for line in found["lines"])
    assert main(["verify", "--quiet"]) == code
    assert ("another law" in capsys.readouterr().out) is bool(failed)


def command(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "run", SMALL, "--draws", "8192", "--lucks", "16", "--quick", "--quiet", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on_to_the_same_bytes(blow: signal.Signals, tmp_path: Path) -> None:
    """Stopped in the middle, by Ctrl-C or by kill -9, and started again: the outcomes are those of a run that nobody disturbed."""
    with command(tmp_path, "--out", "whole") as process:
        assert process.wait() == 0
    with command(tmp_path, "--out", "broken") as process:
        while process.poll() is None and len(list(tmp_path.glob(".broken.*/*.piece"))) < 2:
            time.sleep(0.01)
        process.send_signal(blow)
        remarks = process.communicate()[1]
    if blow == signal.SIGINT:
        assert (process.returncode, remarks) == (3, "interrupted; the same command goes on from what was finished\n")
    assert not (tmp_path / "broken").exists() and list(tmp_path.glob(".broken.*/*.piece"))
    with command(tmp_path, "--out", "broken") as process:
        assert process.wait() == 0
    for name in ("outcomes/runs.parquet", "bands.parquet"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "broken" / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "whole"]

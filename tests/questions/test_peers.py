"""Inputs after public bug reports of other tools: the table tests/files/peers/cases.yaml, and numbers that must come out right."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from builders.escrow import escrow_by_hand
from builders.places import FILES, SMALL_FILE
from builders.texts import ROWS_HEADER
from countermove.cli.main import main
from countermove.engine.draws import sample
from countermove.errors import DecisionError
from countermove.questions.explore.shares import Inputs, opinion
from countermove.questions.score.escrow import write_escrow
from countermove.scenario.read import read_text

SMALL = SMALL_FILE.read_text(encoding="utf-8")
RECORD = """record: tiny
title: A record of one series
series:
  deaths: {unit: persons a month, kind: monthly, vintage: real-time, observes: deaths}
"""
REPORT = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+#[0-9]+")


@dataclass(frozen=True)
class BacktestCase:
    """A row of the table; what each field holds stands at its head."""

    id: str
    after: str
    reported: str
    type: str
    exit: int
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    change: dict[str, str] = field(default_factory=dict[str, str])
    file: dict[str, str] = field(default_factory=dict[str, str])
    rows: str = ""
    before: str = ""
    kin: str = ""


def _cases() -> list[BacktestCase]:
    rows: list[dict[str, Any]] = yaml.safe_load((FILES / "peers" / "cases.yaml").read_text(encoding="utf-8"))
    return [BacktestCase(**row) for row in rows]


CASES = _cases()


def lay_out(case: BacktestCase, folder: Path) -> None:
    """The files of a case, in a folder of its own."""
    text = SMALL
    for old, new in case.change.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    if case.rows:
        text += "record: tiny\n"
        (folder / "records").mkdir()
        (folder / "records" / "tiny.yaml").write_text(RECORD, encoding="utf-8")
        (folder / "records" / "tiny.csv").write_text(ROWS_HEADER + case.rows, encoding="utf-8", newline="")
    (folder / "small.yaml").write_text(text, encoding="utf-8", newline="")
    if case.file:
        content = case.file["text"].replace("LONG", "9" * 200_000)
        (folder / case.file["name"]).write_bytes(content.encode(case.file.get("encoding", "utf-8")))
    if "issued.json" in case.type:
        write_escrow(escrow_by_hand(), folder / "issued.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_reported_input(
    case: BacktestCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a user sees: the exit code, what must be said, and what must not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    lay_out(case, tmp_path)
    code = main(shlex.split(case.type))
    answer, remarks = capsys.readouterr()
    told = " ".join(answer.split()) + " " + remarks
    assert code == case.exit, told
    for words in case.says:
        assert words in told
    for words in case.silent:
        assert words not in told
    assert not any(line.isspace() for line in remarks.splitlines()) and "Warning:" not in remarks


def test_the_table() -> None:
    """Each report is named by its thread, no name comes twice, and forty are of no kind that the handed list has."""
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(REPORT.fullmatch(case.after) and case.reported and case.exit in (0, 1, 2, 3) for case in CASES)
    assert sum(not case.kin for case in CASES) >= 40
    tools = {case.after.split("/")[0] for case in CASES}
    assert tools >= {"pandas-dev", "SALib", "quaquel", "gambitproject", "openfisca"}


# --- numbers ------------------------------------------------------------------------------------------------------------


def personnel(number: str, draws: int = 4096) -> np.ndarray:
    """Draws [D] of a number written as the government's personnel."""
    text = SMALL.replace("{lognormal: [45, 0.15], unit: thousand, source: survey-2029}", number)
    prior = read_text(text).sides["government"].personnel
    return np.asarray(sample(prior, ((np.arange(draws) + 0.5) / draws)[:, None])[0])


def test_limits_are_kept() -> None:
    """SALib/SALib#31, #495: bounds were written, and the sample lies outside."""
    found = personnel("{normal: [45, 100], low: 40, high: 50, unit: thousand}")
    assert found.min() >= 40 and found.max() <= 50 and abs(found.mean() - 45) < 0.05


def test_a_choice_is_drawn_as_it_is_written() -> None:
    """quaquel/EMAworkbench#453: an answer holds the places of the categories and not the categories."""
    assert set(personnel("{choice: [30, 45, 60], unit: thousand}")) == {30.0, 45.0, 60.0}


def test_rounding_is_no_variance() -> None:
    """SALib/SALib#344, #619: the variance of a constant is 8e-28, and is divided among the inputs. Here a cost that is the same in every run."""
    rng = np.random.default_rng(0)
    points = rng.normal(100, 20, (2, 256, 4))
    inputs = Inputs(("z",), rng.normal(size=(256, 1)), ("judgement",), "judgement")
    difference = (points + 0.06) - points
    assert 0 < np.ptp(difference) < 1e-12
    with pytest.raises(DecisionError, match="the same in every run"):
        opinion(difference, np.array([0.5, 0.5]), np.full(256, 1 / 256), inputs)


def _run(text: str, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["run", str(path), "--draws", "16", "--lucks", "2", "--seed", "7", "--quick", "--json", *more]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {
        "regret": {(row["strategy"], row["theory"]): (row["regret"], row["se"]) for row in found["regret"]},
        "measures": {(row["strategy"], row["theory"], row["measure"]): (row["mean"], row["se"]) for row in found["measures"]},
    }


@pytest.mark.slow
def test_what_is_no_difference_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The order of plans and theories, the scale of weights, a measure worth nothing, threads: the same numbers, bit for bit.

    quaquel/EMAworkbench#108 (scenarios and policies are numbered anew), gambitproject/gambit#654 (an outcome that pays nothing changes the
    answer), gambitproject/gambit#222 (two solvers, two answers), quaquel/EMAworkbench#62 (no seed for what runs side by side). And what is a
    difference makes one, in the folder of the run before: prio-data/viewsforecasting#9 (a stored model used with another set of data).
    """
    monkeypatch.chdir(tmp_path)
    first = _run(SMALL, tmp_path, capsys, "--workers", "1")
    plans = SMALL.index("strategies:\n") + len("strategies:\n")
    wait, arm = SMALL[plans:].split("\n", 1)
    theories = "{inertia: {weight: 1}, spigot: {weight: 3}}"
    changed = {
        "plans": SMALL[:plans] + arm.rstrip("\n") + "\n" + wait + "\n",
        "theories": SMALL.replace(theories, "{spigot: {weight: 3}, inertia: {weight: 1}}"),
        "weights": SMALL.replace(theories, "{inertia: {weight: 1e-300}, spigot: {weight: 3e-300}}"),
        "nothing": SMALL.replace("{settlement-by-24-months: 3,", "{clash: 0, settlement-by-24-months: 3,"),
    }
    for what, text in changed.items():
        assert text != SMALL and _run(text, tmp_path, capsys) == first, what
    assert _run(SMALL.replace("-0.5 per thousand", "-5 per thousand"), tmp_path, capsys) != first
    assert _run(SMALL, tmp_path, capsys) == first


@pytest.mark.slow
def test_a_slope_on_what_never_varies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """SALib/SALib#295, #505: an output of no variance. Here nothing can be said, and the reason is not that the case never arises."""
    monkeypatch.chdir(tmp_path)
    claim = 'claims: {still: {says: It gives more., model: "slope(neighbour.support, 1) > 0"}}\n'
    (tmp_path / "small.yaml").write_text(SMALL + claim, encoding="utf-8")
    assert main(["claims", "small.yaml", "--draws", "16", "--lucks", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)[0]["model"]
    assert found["verdict"] == "cannot tell" and "never varies" in found["why"]

"""What only a process of its own can show: folders that cannot be written to, no home, an odd environment, two runs into one folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders.places import ROOT, SMALL_FILE
from countermove.store import load

SMALL = str(SMALL_FILE)
RUN = ["run", SMALL, "--draws", "16", "--lucks", "1", "--quick", "--quiet"]
COMMAND = [sys.executable, "-m", "countermove"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}
ODD = {
    "no home": {"HOME": "/proc/x", "COUNTERMOVE_CACHE": "", "XDG_CACHE_HOME": ""},
    "a cache that is a file": {"COUNTERMOVE_CACHE": "/etc/passwd"},
    "a cache that cannot be": {"COUNTERMOVE_CACHE": "/proc/x/y"},
    "an old terminal": {
        "PYTHONIOENCODING": "ascii",
        "TERM": "dumb",
        "COLUMNS": "1",
        "NO_COLOR": "1",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
    },
    "a code page": {"PYTHONIOENCODING": "cp1252", "LANG": "nonsense", "TZ": "nonsense"},
}


def begun(words: list[str], folder: Path, **settings: str) -> subprocess.Popen[str]:
    """The command, begun."""
    return subprocess.Popen(
        [*COMMAND, *words], cwd=folder, env=ENVIRONMENT | settings, text=True, encoding="utf-8", errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code and what it said, without a traceback."""
    answer, remarks = process.communicate(timeout=300)
    assert "Traceback" not in answer + remarks, remarks
    return process.returncode, answer + remarks


@pytest.mark.slow
@pytest.mark.parametrize("around", ODD)
def test_an_odd_environment(around: str, tmp_path: Path) -> None:
    """A run ends well all the same: what is kept for the next time is a convenience."""
    code, said = ended(begun(RUN, tmp_path, **ODD[around]))
    assert code == 0, said
    assert load(tmp_path / "runs" / "small").provenance["draws"] == 16


@pytest.mark.slow
def test_two_runs_into_one_folder(tmp_path: Path) -> None:
    """Both end well, and what lies there is whole: that of one of them; nothing else is left."""
    both = [begun([*RUN, "--seed", str(seed), "--out", "here"], tmp_path) for seed in (1, 2, 1)]
    assert [ended(process)[0] for process in both] == [0, 0, 0]
    assert load(tmp_path / "here").provenance["seed"] in (1, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.slow
def test_two_memos_at_once(tmp_path: Path) -> None:
    """As two runs."""
    words = ["memo", *RUN[1:]]
    both = [begun(words, tmp_path) for _ in range(2)]
    assert [ended(process)[0] for process in both] == [0, 0]
    assert sorted(path.name for path in (tmp_path / "memos").iterdir()) == ["small.forecasts.json", "small.html"]


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    """Said before the work, and in JSON where it was asked for."""
    (tmp_path / "file").write_text("")
    code, said = ended(begun([*RUN, "--out", "file/x", "--json"], tmp_path))
    assert code == 2 and json.loads(said[: said.rindex("}") + 1])["exit"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["file"]

"""What the scripts that derive records from events do with a record: compare, write, say that the events are not here."""

from __future__ import annotations

import csv
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from scipy import stats

from builders.places import ROOT
from builders.texts import ROWS_HEADER

SCRIPTS = ROOT / "scripts"
HAND = "talks,2016-01,2016-01,1,judgement,,by hand\n"
DERIVED = "deaths,2016-01,2017-06,7,events,,\n"
OTHER = "deaths,2016-02,2017-06,8,events,,\n"
# a script of the kind, with rows of one month and a record and events of its own
PROGRAM = """
import sys
from pathlib import Path
from derive_donbas_record import COLUMNS, command
row = dict(zip(COLUMNS, ("deaths", "2016-01", "2017-06", "7", "events", "", "")))
raise SystemExit(command("Derive.", "Nowhere", Path("events.csv"), Path("record.csv"), "events", lambda events: [row]))
"""


def run(folder: Path, *options: str) -> tuple[int, str, str]:
    """Exit code, what was said, and the record afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *options],
        cwd=folder,
        env={"PYTHONPATH": str(SCRIPTS), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, (folder / "record.csv").read_text(encoding="utf-8")


def test_a_record_is_compared_and_its_derived_rows_written(tmp_path: Path) -> None:
    """Without --write nothing changes; with it the rows of other sources stay, after the derived ones."""
    (tmp_path / "events.csv").touch()
    before = ROWS_HEADER + HAND + OTHER
    (tmp_path / "record.csv").write_text(before, encoding="utf-8")
    differs = "differs: deaths 2016-01 7 \ndiffers: deaths 2016-02 8 \n1 derived rows, 2 differ\n"
    assert run(tmp_path) == (1, differs, before)
    after = ROWS_HEADER + DERIVED + HAND
    assert run(tmp_path, "--write") == (0, "1 derived rows written to record.csv\n", after)
    assert run(tmp_path) == (0, "1 derived rows, 0 differ\n", after)


@pytest.mark.parametrize("name", ["derive_donbas_record", "derive_syria_record"])
def test_without_the_events_nothing_is_done(name: str, tmp_path: Path) -> None:
    """Exit code 2, from both scripts."""
    asked = [sys.executable, str(SCRIPTS / f"{name}.py"), "--write", "--events", str(tmp_path / "none.csv")]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'none.csv'} is not here; the data are not shipped\n"


def test_the_rates_of_the_records_are_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is what the shipped records say."""
    monkeypatch.syspath_prepend(SCRIPTS)
    text = (SCRIPTS.parent / "records" / "record-rates.csv").read_text(encoding="utf-8")
    script = importlib.import_module("derive_record_rates")
    assert script.table(list(script.rates())) == text, "python scripts/derive_record_rates.py --write writes it anew"
    rows = {row["name"]: row for row in csv.DictReader(text.splitlines())}
    broken, length, number, moved = (
        rows[name] for name in ("truces-broken-soon", "truce-length", "truces-in-sixty-months", "settled-front-moves")
    )
    assert (broken["k"], broken["n"]) == ("6", "13")
    # by hand, truce by truce in their order, a half for the one that broke in the month in which it began
    assert float(length["n"]) == sum([2, 1, 6, 2, 0.5, 2, 4, 2, 1, 1, 1, 1, 3])
    assert (number["k"], number["n"]) == ("14", "45")
    assert (moved["k"], moved["n"]) == ("0", "3")
    for row in rows.values():
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["name"]


def test_wars_are_drawn_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of n wars with ten like cases each, k of them hits: the interval is the binomial's of n wars, not of 10 n cases."""
    monkeypatch.syspath_prepend(SCRIPTS)
    script = importlib.import_module("derive_base_rates")
    cases = [(war < 10, str(war)) for war in range(20) for _ in range(10)]
    low, high = script.over_wars(cases)
    assert (low, high) == (stats.binom.ppf(0.05, 20, 0.5) / 20, stats.binom.ppf(0.95, 20, 0.5) / 20)
    # one war in which everything happened says nothing of wars
    assert script.over_wars([(True, "a"), (False, "a")]) == (0.5, 0.5)

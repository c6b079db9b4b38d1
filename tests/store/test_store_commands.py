"""`countermove store`: what is wrong with a result is found and named, what dead runs left is removed, and a result never is."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from builders.saved import names, save
from countermove.cli.main import main
from countermove.errors import StoreError
from countermove.store import Checkpoint, Saving, load
from countermove.store.audit import audit
from countermove.store.disk import sibling
from countermove.store.inventory import results_below
from countermove.store.parts import TableParts

MADE = {"scenario": "small", "draws": 8, "lucks": 2, "code_version": "0.0.9+abc", "command": "countermove run small.yaml --seed 3"}


def result(folder: Path, number: int = 0) -> Path:
    """A small result: two parts of outcomes, a table and a document."""
    parts = TableParts(folder.with_name(f"{folder.name}-parts"))
    made = [parts.put(f"d{at}", {"a": np.arange(40, dtype=np.float32) + at + number}) for at in range(2)]
    with Saving(folder, provenance={**MADE, "number": number}) as saving:
        saving.adopt("outcomes", made)
        saving.append("bands", {"q": np.arange(30, dtype=np.float32) * (number + 1)})
        saving.document("tables", {"number": number, "rows": list(range(20))})
    shutil.rmtree(parts.folder)
    return folder


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two results in `runs`, and a cache with nothing in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path / "cache"))
    for number, name in enumerate(("one", "two")):
        result(tmp_path / "runs" / "deep" / name, number)
    return tmp_path / "runs"


def dead_process() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    return gone.pid


def left_by(process: int, path: Path) -> Path:
    """The name of an unfinished file beside `path`, of this process."""
    return path.with_name(sibling(path).name.replace(f"-{os.getpid()}-", f"-{process}-"))


# --- what is wrong ----------------------------------------------------------------------------------------------------


def flip(whole: bytes, chance: random.Random) -> bytes:
    """One bit."""
    at = chance.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "altered": flip,
    "torn": lambda whole, chance: whole[: chance.randrange(len(whole))],
    "longer": lambda whole, chance: whole + chance.randbytes(1 + chance.randrange(50)),
    "blank": lambda whole, chance: bytes(len(whole)),
}


def test_a_thousand_damages_are_all_found_and_none_is_believed(tmp_path: Path) -> None:
    """Flipped, torn, grown, blanked, swapped or missing: each file is named with what is wrong, and nothing is read."""
    folder, chance = result(tmp_path / "out"), random.Random(18)
    whole = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert len(whole) == 5 and audit(folder).ok
    seen: set[str] = set()
    for turn in range(1000):
        name = chance.choice(list(whole))
        kind = chance.choice([*DAMAGES, "swapped", "missing"])
        path = folder / name
        if kind == "missing":
            path.unlink()
        elif kind == "swapped":
            path.write_bytes(whole[chance.choice([one for one in whole if one not in (name, "manifest.json")])])
        else:
            path.write_bytes(DAMAGES[kind](whole[name], chance))
        faults = audit(folder).faults
        if kind == "missing" and name == "manifest.json":
            assert "no manifest" in faults[0].what
        assert [fault.file for fault in faults] == [name], (turn, name, kind)
        assert faults[0].kind == ("manifest" if name == "manifest.json" else "altered" if kind == "blank" else kind)
        with pytest.raises(StoreError):
            load(folder)
        path.write_bytes(whole[name])
        seen.add(faults[0].kind)
    assert seen == {"altered", "torn", "longer", "swapped", "missing", "manifest"} and audit(folder).ok


def test_what_is_superfluous_is_named(runs: Path) -> None:
    """What would be read as a part of a table; a user's own files are not."""
    folder = runs / "deep" / "one"
    (folder / "notes.txt").write_text("mine")
    assert audit(folder).ok
    (folder / "outcomes" / "d0.parquet").write_bytes(b"")
    (folder / "more.json").write_text("{}")
    assert [(fault.file, fault.kind) for fault in audit(folder).faults] == [
        ("more.json", "superfluous"),
        ("outcomes/d0.parquet", "superfluous"),
    ]


def test_verify_says_all_of_it_and_how_to_make_it_again(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name, with exit code 1; a folder that holds no results is refused."""
    assert main(["store", "verify"]) == 0
    assert capsys.readouterr().out.startswith("2 of 2 results are as they were written (8 files, ")
    two = runs / "deep" / "two"
    (two / "bands.parquet").write_bytes((two / "tables.json").read_bytes())
    (two / "tables.json").unlink()
    assert main(["store", "verify", str(two)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        f"{two}: bands.parquet holds what tables.json should hold",
        f"{two}: tables.json is missing",
        "  made again by: countermove run small.yaml --seed 3",
    ]
    assert lines[3].startswith("0 of 1 results") and lines[3].endswith("1 IS NOT")
    assert main(["store", "verify", str(runs), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["failed"]) == (1, 1) and [one["ok"] for one in told["results"]] == [True, False]
    assert main(["store", "verify", str(runs / "deep" / "one" / "outcomes")]) == 2
    assert "no results here" in capsys.readouterr().err


# --- what there is ----------------------------------------------------------------------------------------------------


def test_list_and_show(runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the version that wrote them; a torn manifest is listed with its reason, another program's manifest is not."""
    (runs / "deep" / "two" / "manifest.json").write_bytes(b"")
    (runs / "page").mkdir()
    (runs / "page" / "manifest.json").write_text('{"name": "a page", "icons": []}')
    Checkpoint(runs.parent / "cache" / "weighings").put("a", {"a": np.zeros(3)})
    monkeypatch.setenv("COLUMNS", "300")  # no word is broken
    assert main(["store", "list"]) == 0
    text = capsys.readouterr().out
    assert "0.0.9+abc" in text and "cannot be read" in text and "never written to its end" in text and "weighings" in text
    assert main(["store", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [Path(one["folder"]).name for one in told["results"]] == ["one", "two"]
    assert (told["results"][0]["draws"], told["cache"][0]["files"], told["leftovers"]) == (8, 1, [])
    assert main(["store", "show", str(runs / "deep" / "one")]) == 0
    text = capsys.readouterr().out
    assert "format 2" in text and "countermove run small.yaml --seed 3" in text and "outcomes/d1-" in text
    assert main(["store", "list", str(runs / "nowhere")]) == 2


def test_a_newer_version_is_named(runs: Path) -> None:
    """That wrote what this one cannot read."""
    path = runs / "deep" / "one" / "manifest.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 9'))
    (one,) = (one for one in results_below(runs) if one.problem)
    assert one.problem == "these results were written by a newer version of countermove (0.0.9+abc)"


# --- what is left -----------------------------------------------------------------------------------------------------


def test_prune_removes_what_dead_runs_left_and_nothing_else(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unfinished files and pieces of a dead run go; what is at work, of another machine or changed lately stays, and so does every result."""
    gone, deep = dead_process(), runs / "deep"
    unfinished, working = left_by(gone, deep / "three"), sibling(deep / "four")
    far = deep / ".five.part-elsewhere-1-00000000"
    for folder in (unfinished, working, far):
        folder.mkdir()
        (folder / "bands.parquet").write_bytes(b"PAR1")
    pieces = {name: Checkpoint(deep / f".{name}.0123456789abcdef.partial") for name in ("three", "four", "five", "six")}
    for one in pieces.values():
        one.put("a", {"a": np.zeros(100)})
    before = {path: path.read_bytes() for name in ("one", "two") for path in (deep / name).rglob("*") if path.is_file()}
    assert main(["store", "prune"]) == 1
    assert "--yes removes 2 leftovers" in capsys.readouterr().out and unfinished.is_dir()
    assert main(["store", "prune", "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(one["path"] for one in told["removed"]) == sorted(
        str(path.relative_to(runs.parent)) for path in (unfinished, pieces["three"].directory)
    )
    assert told["freed"] > 800 and {one["state"] for one in told["kept"]} == {
        "at work",
        "of another machine",
        "changed within the hour",
    }
    left = [working, far, *(pieces[name].directory for name in ("four", "five", "six"))]
    assert names(deep) == sorted(["one", "two", *(path.name for path in left)])
    assert all(path.read_bytes() == raw for path, raw in before.items())
    assert main(["store", "prune", "--yes"]) == 0
    assert "nothing to remove" in capsys.readouterr().out


def test_a_whole_result_that_was_not_put_in_its_place_stays(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that was killed in its last moment leaves one; once the place has a whole result it is a leftover."""
    left = left_by(dead_process(), runs / "deep" / "three")
    (runs / "deep" / "two").rename(left)
    assert main(["store", "prune", "--yes"]) == 0 and left.is_dir()
    assert "stays: unfinished, a whole result" in capsys.readouterr().err
    save(runs / "deep" / "three", tables={"outcomes": [{"a": np.zeros(3)}]})  # sweeps it away
    assert not left.exists()

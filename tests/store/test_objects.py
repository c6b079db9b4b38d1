"""Results under a URL: as in a folder, whole or not at all, over fsspec's store in memory; what is no place is refused in a line."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countermove as cm
from builders.places import SMALL_FILE
from builders.saved import contents, names
from countermove.cli.main import main
from countermove.errors import RunError, StoreError
from countermove.questions.options import RunOptions
from countermove.questions.run import streaming
from countermove.store import Checkpoint, load, place_of
from countermove.store.audit import audit
from countermove.store.inventory import AT_WORK, leftovers_below, results_below
from countermove.store.manifest import plain_name
from countermove.store.objects import ObjectPath
from countermove.store.parts import TableParts
from countermove.store.prune import prunable
from countermove.store.save_objects import ObjectSaving

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("fsspec") is None,
    reason="NO FSSPEC HERE: nothing was put under a URL (pip install 'countermove[objects]')",
)
SIZE = RunOptions(draws=200, lucks=3, seed=7, full=False)
ROWS = {"who": "a", "x": np.arange(7, dtype=np.float32)}


@pytest.fixture
def place() -> ObjectPath:
    """An empty place in a store that is emptied afterwards."""
    importlib.import_module("fsspec").filesystem("memory").store.clear()
    found = place_of("memory://bucket/runs/war")
    assert isinstance(found, ObjectPath)
    return found


def saved(place: ObjectPath, number: int) -> dict[str, Any]:
    """Two parts, a table and a document; what is there then."""
    parts = TableParts(place.with_name(".war.0123456789abcdef.partial") / "outcomes")
    made = [parts.put(f"d{at}", {"a": np.arange(40, dtype=np.float32) + at + number}) for at in range(2)]
    with ObjectSaving(place, provenance={"number": number}) as saving:
        saving.adopt("outcomes", made)
        saving.append("bands", ROWS)
        saving.document("tables", {"number": number})
    place.with_name(".war.0123456789abcdef.partial").remove_all()
    return read(place)


def read(place: ObjectPath) -> dict[str, Any]:
    """Every file and its bytes, under its name without a hash."""
    found = load(str(place))
    files = found.manifest.files
    return {plain_name(name, files[name]): (place / name).read_bytes() for name in files}


@pytest.mark.parametrize("held", [0, pytest.param(1 << 20, marks=pytest.mark.slow)])
def test_a_run_writes_the_bytes_of_a_folder(held: int, place: ObjectPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables bit for bit, streamed or held; read by the same words; nothing is left beside it."""
    monkeypatch.setattr(streaming, "BLOCK", 160)
    monkeypatch.setattr(streaming, "HELD", held)
    there = cm.run(SMALL_FILE, replace(SIZE, out=str(place)))  # type: ignore[arg-type]
    cm.run(SMALL_FILE, replace(SIZE, out=tmp_path / "here"))
    here, found = load(tmp_path / "here"), load(str(place))
    expected = {name: data for name, data in contents(here).items() if name.endswith(".parquet")}
    assert sorted(data for name, data in read(place).items() if name.endswith(".parquet")) == sorted(expected.values())
    assert (found.tables, found.documents, found.rows("outcomes")) == (here.tables, here.documents, here.rows("outcomes"))
    assert found.outcomes().equals(here.outcomes()) and found.array().equals(here.array())
    assert found.query("SELECT count(*) n FROM outcomes").n[0] == here.rows("outcomes")
    assert sum(table[0].size for table in there.runs.outcomes.values()) == found.rows("outcomes")
    assert (
        audit(place).ok and leftovers_below(place.parent) == [] and [one.folder for one in results_below(place.parent)] == [place]
    )


def test_older_results_are_whole_until_the_manifest(place: ObjectPath, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever object is the last that could be put; and the saving that is done again ends as if nothing had been."""
    older, put, count = saved(place, 1), ObjectPath.write_bytes, 0
    monkeypatch.setattr(ObjectPath, "write_bytes", lambda self, data, *rest: (calls.append(self.name), put(self, data, *rest))[1])
    calls: list[str] = []
    newer = saved(place, 2)
    total = len(calls)
    assert calls[-1] == "manifest.json" and len(place.below()) == 5 and newer != older
    saved(place, 1)
    for allowed in range(total):
        count = 0

        def limited(self: ObjectPath, data: bytes, *rest: Any, allowed: int = allowed) -> None:
            nonlocal count
            count += 1
            if count > allowed:
                raise StoreError("no")
            put(self, data, *rest)

        monkeypatch.setattr(ObjectPath, "write_bytes", limited)
        with pytest.raises(StoreError, match="no"):
            saved(place, 2)
        assert read(place) == older
    monkeypatch.setattr(ObjectPath, "write_bytes", put)
    assert saved(place, 2) == newer and audit(place).ok


def test_a_first_saving_that_was_killed_is_no_result_and_can_be_done_again(place: ObjectPath) -> None:
    """Its objects are ours by their names; those of others are refused, and stay."""
    whole = saved(place, 1)
    (place / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"has no manifest\.json"):
        load(str(place))
    assert saved(place, 1) == whole
    other = place_of("memory://bucket/others")
    assert isinstance(other, ObjectPath)
    (other / "thesis.txt").write_bytes(b"mine")
    with pytest.raises(StoreError, match="no result of countermove"):
        saved(other, 1)
    assert list(other.below()) == ["thesis.txt"]


def test_every_damage_is_found(place: ObjectPath) -> None:
    """A bit, an end, an object that is missing or another's, a manifest: named, and not opened."""
    saved(place, 1)
    whole = {name: (place / name).read_bytes() for name in place.below()}
    for name, data in whole.items():
        for kind, bad in {
            "altered": bytes([data[0] ^ 1]) + data[1:],
            "torn": data[:-3],
            "longer": data + b"x",
            "missing": None,
        }.items():
            (place / name).unlink() if bad is None else (place / name).write_bytes(bad)
            (fault,) = audit(place).faults
            assert (fault.file, fault.kind) == (name, "manifest" if name == "manifest.json" else kind)
            with pytest.raises(StoreError):
                load(str(place))
            (place / name).write_bytes(data)
    (place / "outcomes" / "more.parquet").write_bytes(b"")
    assert [fault.kind for fault in audit(place).faults] == ["superfluous"]


def test_parts_and_pieces_come_back_as_they_were_or_not_at_all(place: ObjectPath) -> None:
    """A part that was altered is removed; a piece is computed again."""
    part = TableParts(place).put("d0", ROWS)
    assert TableParts(place).get("d0") == part and part.rows()["who"] == ["a"] * 7
    assert isinstance(part.path, ObjectPath)
    part.path.write_bytes(part.path.read_bytes()[:-1])
    assert TableParts(place).get("d0") is None and not part.path.is_file()
    shelf = Checkpoint(place / "shelf")
    shelf.put("k", {"x": np.arange(3)})
    assert shelf.get("k")["x"].tolist() == [0, 1, 2] and shelf.count() == 1  # type: ignore[index]
    (only,) = (place / "shelf").iterdir()
    only.write_bytes(only.read_bytes()[:-1])
    assert shelf.get("k") is None
    shelf.finish()
    assert place.below() == {}


def test_what_is_at_work_is_not_pruned(place: ObjectPath) -> None:
    """A run says so by an object; a worker that comes late is told."""
    partial = place.with_name(".war.0123456789abcdef.partial")
    parts = TableParts(partial / "outcomes")
    with parts.shared() as seen:
        seen()
        assert [one.state for one in leftovers_below(place.parent)] == [AT_WORK]
        assert prunable([place.parent])[0] == []
    with pytest.raises(StoreError, match="does not see this place"):
        seen()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("s3://key:secret@bucket/x", "no user, no password"),
        ("s3://bucket/x?token=secret", "no user, no password"),
        ("s3://bucket", "names no folder in a bucket"),
        ("s3://bucket/../x", "names no folder in a bucket"),
        ("s3:/bucket/x", "names no folder in a bucket"),
        ("nowhere://bucket/x", "nobody knows a store of the kind nowhere://"),
        ("file:///tmp/x", "is no object store"),
        ("memory://bucket/x", "ends with this command"),
    ],
)
def test_what_is_no_place_is_refused(
    url: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line that holds no secret; no folder is made."""
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(SMALL_FILE), "--draws", "8", "--out", url]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert says in line and "secret" not in line and names(tmp_path) == []


@pytest.mark.parametrize(
    "words", [["study", "x.yaml"], ["memo", "x"], ["search", "x"], ["backtest"], ["new", "abc"], ["replay", "x"], ["play", "x"]]
)
def test_other_commands_make_no_folder_of_a_url(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They say which one takes a URL; from Python too."""
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--out", "s3://bucket/x"]) == 2
    assert "`countermove run` writes to URLs" in " ".join(capsys.readouterr().err.split()) and names(tmp_path) == []


def test_from_python_a_spoilt_url_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Path takes a stroke away; a study goes to a folder."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="Give it as text"):
        RunOptions(out=Path("s3://bucket/x"))
    with pytest.raises(RunError, match="out cannot be"):
        RunOptions(out="runs")  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="Give it as text"):
        load(Path("s3://bucket/x"))
    assert names(tmp_path) == []

"""Parts of a table: found again as they were written, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countermove.errors import StoreError
from countermove.store import disk
from countermove.store.parts import TableParts

ROWS = {"who": "a", "x": np.arange(7, dtype=np.float32)}


def test_a_part_comes_back_with_its_hash(tmp_path: Path) -> None:
    """In another process's eyes too: what is looked at is the folder."""
    written = TableParts(tmp_path / "new").put("s0-d0", ROWS)
    found = TableParts(tmp_path / "new").get("s0-d0")
    assert found == written and found.entry.rows == 7 and disk.sha256_of(found.path) == found.entry.sha256
    assert np.array_equal(found.columns(["x"])[0], ROWS["x"])


def test_what_was_altered_is_no_part(tmp_path: Path) -> None:
    """Torn, of one bit that is another, or under the name of another part: it is removed, and made again to the same bytes."""
    parts = TableParts(tmp_path)
    made = {
        place: parts.put(place, {"x": np.full(9, number, np.float32)})
        for number, place in enumerate(("torn", "bent", "one", "two"))
    }
    whole = {place: part.path.read_bytes() for place, part in made.items()}
    made["torn"].path.write_bytes(whole["torn"][:-3])
    made["bent"].path.write_bytes(bytes([whole["bent"][0] ^ 1]) + whole["bent"][1:])
    made["one"].path.write_bytes(whole["two"])
    again = TableParts(tmp_path)
    assert [again.get(place) is None for place in made] == [True, True, True, False]
    assert sorted(path.name for path in tmp_path.iterdir()) == [made["two"].path.name]
    assert again.put("torn", {"x": np.full(9, 0, np.float32)}).path.read_bytes() == whole["torn"]


def test_two_who_write_one_part(tmp_path: Path) -> None:
    """Write one file."""
    one, other = TableParts(tmp_path), TableParts(tmp_path)
    assert one.put("p", ROWS) == other.put("p", ROWS) and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so."""

    def full(_descriptor: int, _data: bytes | memoryview) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write_bytes", full)
    with pytest.raises(StoreError, match="the disk is full"):
        TableParts(tmp_path / "new").put("p", ROWS)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_place_is_no_path(tmp_path: Path) -> None:
    """A part lies in its folder."""
    with pytest.raises(StoreError, match="cannot be the place of a part"):
        TableParts(tmp_path).put("../p", ROWS)

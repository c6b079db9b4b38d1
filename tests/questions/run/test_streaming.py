"""Runs that are too many to hold: the same answer, to the last digit, as of runs that are held; and nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import countermove as cm
from builders.places import SMALL_FILE
from builders.saved import timeless
from countermove.compute import Local
from countermove.errors import StoreError
from countermove.plain import plain
from countermove.questions.options import RunOptions
from countermove.questions.run import save, streaming
from countermove.store import Saved, load

SIZE = RunOptions(draws=200, lucks=3, seed=7)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks of few runs."""
    monkeypatch.setattr(streaming, "BLOCK", 160)


def played(options: RunOptions, place: Path) -> Saved:
    """A run, saved."""
    cm.run(SMALL_FILE, replace(options, out=place))
    return load(place)


@pytest.fixture
def streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few there are."""
    monkeypatch.setattr(streaming, "HELD", 0)


def files(found: Saved) -> dict[str, bytes]:
    """The bytes of its tables."""
    return {str(path.relative_to(found.directory)): path.read_bytes() for name in found.tables for path in found.files(name)}


@pytest.mark.parametrize(
    "options",
    [SIZE, replace(SIZE, draws=130, lucks=1, full=False), replace(SIZE, draws=None, tolerance=0.4, lucks=2, full=False)],
    ids=["with all that stands beside", "one luck", "until the tolerance"],
)
def test_the_answer_is_that_of_runs_that_are_held(options: RunOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure of tables.json, every row of the outcomes and of the bands."""
    held = played(options, tmp_path / "held")
    monkeypatch.setattr(streaming, "HELD", 0)
    found = played(options, tmp_path / "streamed")
    assert len(found.files("outcomes")) > len(held.files("outcomes")) == 1
    assert timeless(found.document("tables")) == timeless(held.document("tables"))
    assert found.outcomes().equals(held.outcomes()) and found.table("bands").equals(held.table("bands"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["held", "streamed"]


@pytest.mark.usefixtures("streamed")
def test_any_workers_and_chunks_give_the_same_bytes(tmp_path: Path) -> None:
    """Parts too."""
    one = played(replace(SIZE, full=False, executor=Local(1)), tmp_path / "one")
    other = played(replace(SIZE, full=False, chunk=96), tmp_path / "other")
    assert files(one) == files(other)


@pytest.mark.usefixtures("streamed")
def test_it_goes_on_from_the_parts_that_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle; then a part is torn and another one bent: those two are run again, the rest is not, and the bytes are the same."""
    options = replace(SIZE, full=False, executor=Local(1))
    whole = played(options, tmp_path / "whole")

    def stop(_what: str, done: int, _total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cm.run(SMALL_FILE, replace(options, out=tmp_path / "broken"), progress=stop)
    assert not (tmp_path / "broken").exists()
    left = sorted(tmp_path.glob(".broken.*/outcomes/*.parquet"))
    assert len(left) >= 6
    left[0].write_bytes(left[0].read_bytes()[:-9])
    left[1].write_bytes(left[2].read_bytes())
    run: list[str] = []
    ran = streaming._Work._run  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(streaming._Work, "_run", lambda work, block: run.append(block.place) or ran(work, block))
    found = played(options, tmp_path / "broken")
    assert len(run) == len(found.files("outcomes")) - len(left) + 2
    assert files(found) == files(whole) and timeless(plain(found.provenance)) == timeless(plain(whole.provenance))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "whole"]


@pytest.mark.usefixtures("streamed")
def test_outcomes_are_read_when_somebody_asks(tmp_path: Path) -> None:
    """From where they were saved."""
    study = cm.run(SMALL_FILE, replace(SIZE, full=False, out=tmp_path / "here"))
    pair = next(iter(study.runs.outcomes))
    cube = load(tmp_path / "here").array(["deaths"])["deaths"].sel(strategy=pair[0], theory=pair[1]).values
    assert np.array_equal(study.runs.measure(*pair, "deaths"), cube)


@pytest.mark.usefixtures("streamed")
def test_no_room_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, with what it takes and what there is; nothing is begun."""
    monkeypatch.setattr(save, "free_bytes", lambda _path: 1000)
    with pytest.raises(StoreError, match=r"outcomes take about [\d.]+ kB, and 1.0 kB are free"):
        played(SIZE, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []

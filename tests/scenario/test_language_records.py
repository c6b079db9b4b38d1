"""Records: what happened, known when, under which reading. How to write one wrongly: test_bad_records.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countermove.errors import EvidenceError, RecordError
from countermove.scenario import read_record
from countermove.world.record import Record

HEAD = """\
record: war
title: A war
war: war
replay: war
series:
  deaths: {unit: persons a month, kind: monthly, vintage: retrospective}
  bear.raises: {unit: "0-1", kind: event, vintage: real-time}
  north.held: {unit: share, kind: level, vintage: real-time}
sources:
  yearbook: {title: A yearbook}
codings:
  siege: {default: rescue, options: {rescue: It was a rescue, grab: It was not}}
notes: [One note]
"""
ROWS = """\
series,valid,known,value,source,coding,note
deaths,2015-01,2015-01,100,yearbook,,first count
deaths,2015-01,2016-06,120,yearbook,,"revised, upwards"
deaths,2015-02,2016-06,50,yearbook,,
deaths,2015-04,2016-06,70,yearbook,rescue,
deaths,2015-04,2016-06,20,yearbook,grab,
bear.raises,2015-02,2015-02,1,yearbook,,
north.held,2015-02,2015-02,0.6,judgement,,
"""
JANUARY = 2015 * 12


def record(folder: Path, head: str = HEAD, rows: str = ROWS) -> Record:
    """A record from two texts."""
    (folder / "war.yaml").write_text(head, encoding="utf-8")
    (folder / "war.csv").write_text(rows, encoding="utf-8")
    return read_record(folder / "war.yaml")


def test_dated_twice(tmp_path: Path) -> None:
    """A decision sees what was known, in the newest version that was known."""
    war = record(tmp_path)
    assert (war.first, war.last) == (JANUARY, JANUARY + 3)
    assert war.path("deaths", JANUARY, 4).tolist() == pytest.approx([120, 50, np.nan, 70], nan_ok=True)
    assert war.path("deaths", JANUARY, 4, known_by=JANUARY + 5).tolist() == pytest.approx(
        [100, np.nan, np.nan, np.nan], nan_ok=True
    )
    assert len(war.table()) == 5
    assert len(war.table(known_by=JANUARY)) == 1
    assert war.table().value.dtype == np.float64


def test_knowledge_only_grows(tmp_path: Path) -> None:
    """A table dated t is unchanged by any row known later."""
    whole = record(tmp_path)
    for known_by in range(JANUARY, JANUARY + 24):
        kept = "\n".join(
            line
            for line in ROWS.splitlines()
            if line.startswith("series") or int(line.split(",")[2][:4]) * 12 + int(line.split(",")[2][5:]) - 1 <= known_by
        )
        early = record(tmp_path, rows=kept + "\n")
        assert early.rows() == whole.rows(known_by)


def test_events_and_levels(tmp_path: Path) -> None:
    """An event that is not listed did not happen in the months that were watched, and in no other; a level holds."""
    war = record(tmp_path)
    assert war.path("bear.raises", JANUARY, 5).tolist() == pytest.approx([np.nan, 1, np.nan, np.nan, np.nan], nan_ok=True)
    twice = record(tmp_path, rows=ROWS + "bear.raises,2015-05,2015-05,1,yearbook,,\n")
    assert twice.path("bear.raises", JANUARY, 6).tolist() == pytest.approx([np.nan, 1, 0, 0, 1, np.nan], nan_ok=True)
    watched = record(tmp_path, HEAD.replace("kind: event,", "kind: event, covers: {from: 2015-01, until: 2015-04},"))
    assert watched.path("bear.raises", JANUARY, 5).tolist() == pytest.approx([0, 1, 0, 0, np.nan], nan_ok=True)
    assert watched.path("bear.raises", JANUARY, 5, JANUARY + 2).tolist() == pytest.approx([0, 1, 0, np.nan, np.nan], nan_ok=True)
    assert war.path("north.held", JANUARY, 5).tolist() == pytest.approx([np.nan, 0.6, 0.6, 0.6, 0.6], nan_ok=True)


def test_codings(tmp_path: Path) -> None:
    """A disputed reading is a switch."""
    war = record(tmp_path)
    assert war.path("deaths", JANUARY, 4, coding="grab")[3] == 20
    assert war.path("deaths", JANUARY, 4, coding={"siege": "grab"})[3] == 20
    assert war.choose("default") == war.choose() == {"siege": "rescue"}
    for wrong in ("nothing", {"siege": "nothing"}, {"nothing": "grab"}):
        with pytest.raises(EvidenceError, match="rescue, grab"):
            war.table(coding=wrong)
    with pytest.raises(EvidenceError, match="no series"):
        war.path("death", JANUARY, 4)


def test_missing_files(tmp_path: Path) -> None:
    """Both files, or neither."""
    (tmp_path / "war.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(RecordError, match="cannot be read"):
        read_record(tmp_path / "war.yaml")
    with pytest.raises(RecordError, match="there is no record of this name"):
        read_record("nothing")
    for long in ("x" * 300, "x-" * 5000 + "x"):
        with pytest.raises(RecordError, match="there is no record of this name"):
            read_record(long)
    with pytest.raises(RecordError, match="there is no such file"):
        read_record(tmp_path / ("x" * 300))
    (tmp_path / "war.csv").write_text("", encoding="utf-8")
    with pytest.raises(RecordError, match="no columns"):
        read_record(tmp_path / "war.yaml")

"""Records: what happened, known when, under which reading; and every way to write one wrongly."""

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
    """An event that is not listed did not happen; a level holds."""
    war = record(tmp_path)
    assert war.path("bear.raises", JANUARY, 5).tolist() == pytest.approx([0, 1, 0, 0, np.nan], nan_ok=True)
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


BAD_ROWS = [
    ("death,2015-05,2015-05,1,yearbook,,", 1, '"death" is not a series', "deaths"),
    ("deaths,2015-5,2015-05,1,yearbook,,", 8, "is not a month", "2015-05"),
    ("deaths,2015-05,2015-04,1,yearbook,,", 16, "known in 2015-04, before it happened", ""),
    ("deaths,2015-05,2015-05,many,yearbook,,", 24, "is not a number", ""),
    ("deaths,2015-05,2015-05,nan,yearbook,,", 24, "is not a number", ""),
    ("bear.raises,2015-05,2015-05,3,yearbook,,", 29, "out of range", ""),
    ("deaths,2015-05,2015-05,1,yearbok,,", 26, "is not one of the sources", "yearbook"),
    ("deaths,2015-05,2015-05,1,yearbook,rescu,", 35, "is not an option", "rescue"),
    ("deaths,2015-05,2015-05,1,yearbook,", 1, "6 cells", ""),
    ('deaths,2015-05,2015-05,1,yearbook,,"open', 36, "not closed", ""),
    ("deaths,2015-02,2016-06,50,yearbook,,", 1, "has this month already, on line 4", ""),
    ("deaths,2015-02,2017-06,50,yearbook,grab,", 1, "a value for every reading", ""),
]


@pytest.mark.parametrize(("row", "column", "message", "suggestion"), BAD_ROWS, ids=[row[2] for row in BAD_ROWS])
def test_bad_rows(tmp_path: Path, row: str, column: int, message: str, suggestion: str) -> None:
    """Each slip at its line and column."""
    with pytest.raises(RecordError) as caught:
        record(tmp_path, rows=ROWS + row + "\n")
    found = [issue for issue in caught.value.issues if message in issue.message]
    assert len(found) == 1, str(caught.value)
    assert (found[0].line, found[0].column, found[0].suggestion) == (9, column, suggestion), str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("record: war\n", "record: peace\n", "in a file named war"),
        ("kind: monthly", "kind: month", "a kind of series cannot be"),
        ("vintage: retrospective", "vintage: old", "a vintage cannot be"),
        ("default: rescue", "default: rescued", '"rescued" is not one of the options'),
        ("  deaths: {", "  Deaths!: {", "is not a name of a series"),
        ("title: A war", "titel: A war", '"titel" is not a key of a record'),
        (
            "notes: [One note]",
            "  other: {default: rescue, options: {rescue: Twice}}\nnotes: [One note]",
            "is an option of siege and of other",
        ),
    ],
)
def test_bad_heads(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The YAML file of a record is as strict as a scenario."""
    assert old in HEAD
    with pytest.raises(RecordError) as caught:
        record(tmp_path, head=HEAD.replace(old, new))
    assert any(message in issue.message for issue in caught.value.issues), str(caught.value)


def test_missing_files(tmp_path: Path) -> None:
    """Both files, or neither."""
    (tmp_path / "war.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(RecordError, match="cannot be read"):
        read_record(tmp_path / "war.yaml")
    with pytest.raises(RecordError, match="there is no record of this name"):
        read_record("nothing")
    (tmp_path / "war.csv").write_text("", encoding="utf-8")
    with pytest.raises(RecordError, match="the columns"):
        read_record(tmp_path / "war.yaml")

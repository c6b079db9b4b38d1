"""Outcomes as people and spreadsheets write them: what is read, and what is refused, with one mistake for one slip at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from countermove.errors import RecordError
from countermove.scenario.outcomes import Outcome, bounds_of, read_outcomes
from countermove.world.measure import MEASURES

TODAY = 2026 * 12 + 10
JUNE = 2019 * 12 + 5
BOM = "\ufeff"


def file_of(folder: Path, text: str) -> Path:
    """A file with these bytes."""
    (folder / "o.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder / "o.csv"


@pytest.mark.parametrize(
    "text",
    [
        "measure,value,known\ndirect-war,0,2019-06\n\ndeaths, 1200.5 ,\n",
        BOM + "measure,value,known\r\ndirect-war,0,2019-06\r\ndeaths,1200.5,\r\n\r\n \t\r\n",
        BOM + "sep=,\r\nmeasure,value,known\r\ndirect-war,0,2019-06\r\ndeaths,1200.5,\r\n",
        'measure,value,known\n"direct-war","0","2019-06"\n"deaths","1200.5",""\n,,\n,,',
        "measure, value, known\ndirect-war, 0, 2019-06\ndeaths, 1200.5,",
    ],
    ids=["plain", "mark", "sep", "quotes", "spaces"],
)
def test_what_changes_no_meaning_is_read(text: str, tmp_path: Path) -> None:
    """A byte order mark, line ends of Windows, Excel's own line, quotes, empty rows and spaces say nothing."""
    expected = (Outcome("direct-war", 0.0, JUNE), Outcome("deaths", 1200.5, None))
    assert read_outcomes(file_of(tmp_path, text), TODAY) == expected


def test_without_a_month(tmp_path: Path) -> None:
    assert read_outcomes(file_of(tmp_path, BOM + "measure,value\r\nclash,1\r\n"), TODAY) == (Outcome("clash", 1.0),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1:1: no columns in the first line; expected measure, value, known or measure, value"),
        ("measure,value\n", ":1:1: no rows"),
        ("a,b\n", ":1:1: the columns a, b"),
        ("measure,valu,known\n", ":1:9: the columns measure, valu, known"),
        ("measure;value;known\ndirect-war;1;2019-06\n", ":1:1: semicolons between the cells; expected commas: measure,value,known"),
        (BOM + '"measure";"value"\r\n"deaths";"1,5"\r\n', ":1:1: semicolons between the cells"),
        ("measure\tvalue\nclash\t1\n", ":1:1: tabs between the cells"),
        ("measure|value\nclash|1\n", ":1:1: bars between the cells"),
        ("sep=;\nmeasure;value\nclash;1\n", ":1:1: semicolons between the cells"),
        (
            "measure,value\ndirct-war,1\n",
            ':2:1: "dirct-war" is not a measure; expected a measure of a run; did you mean direct-war?',
        ),
        ("measure,value\nclash,yes\n", ':2:7: "yes" is not a number'),
        ("measure,value\nclash, yes\n", ':2:8: "yes" is not a number'),
        ("measure,value\nclash,1e999\n", ':2:7: "1e999" is not a number'),
        (
            'measure,value\ndeaths,"1200,5"\n',
            "expected a number with a point before its decimals, and none for thousands; did you mean 1200.5?",
        ),
        (
            'measure,value\ndeaths,"1,200"\n',
            '"1,200" is not a number; expected a number with a point before its decimals, and none for thousands',
        ),
        ("measure,value\ndeaths,1200,5\n", ":2:13: more than 2 cells"),
        ("measure,value,known\nclash,1,2019-13\n", ':2:9: "2019-13" is not a month'),
        ("measure,value,known\nclash,1,2019-6\n", "did you mean 2019-06?"),
        ("measure,value\nclash\n", ":2:1: 1 cell; expected 2"),
        ("measure,value\nclash,1\nclash,0\n", ":3:1: clash was already given"),
        ("measure,value\n\x00", "a NUL character"),
        ("measure,value\n\udcff", "is not UTF-8"),
        # --- what cannot be
        (
            "measure,value,known\ndirect-war,1,2099-06\n",
            ":2:14: known in 2099-06, which is yet to come; expected a month up to 2026-11",
        ),
        ("measure,value,known\ndirect-war,1,2062-06\n", "did you mean 2026-06?"),
        ("measure,value,known\ndirect-war,1,1019-06\n", "did you mean 2019-06?"),
        ("measure,value\ndeaths,-5\n", ":2:8: -5 is out of range; expected at least 0 (persons)"),
        ("measure,value\ndirect-war,-1\n", ":2:12: direct-war is -1; expected of an event 1 (it happened) or 0"),
        ("measure,value\ndirect-war,0.5\n", "direct-war is 0.5"),
        ("measure,value\nterritory,50\n", "50 is out of range; expected from 0 to 1 (share)"),
        ("measure,value\nrung-24,12\n", "12 is out of range; expected from 0 to 9 (rung)"),
        ("measure,value\ntruces,1.5\n", "1.5 is not a whole number"),
        ("measure,value\ncost,1e16\n", "1e16 is out of range"),
    ],
)
def test_outcomes_that_are_none(text: str, said: str, tmp_path: Path) -> None:
    """One slip, one mistake, in words."""
    with pytest.raises(RecordError) as caught:
        read_outcomes(file_of(tmp_path, text), TODAY)
    assert said in str(caught.value)
    assert len(caught.value.issues) == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        read_outcomes(tmp_path / "none.csv")


def test_only_a_change_is_below_nothing() -> None:
    """Every measure that is a change may fall; nothing else is less than none."""
    assert {measure.name for measure in MEASURES if bounds_of(measure)[0] < 0} == {"support-change"}

"""Rows of a record that no one can have meant: months far from the war, values that cannot be, months that are not watched; and spreadsheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from builders.texts import ROWS_HEADER
from countermove.errors import Issue, RecordError
from countermove.scenario import record_rows
from countermove.scenario.records import read_record
from countermove.world.record import Record, Span

HEAD = """\
record: war
series:
  deaths: {unit: persons a month, kind: monthly, vintage: real-time, observes: deaths}
  wounded: {unit: wounded soldiers, kind: monthly, vintage: real-time}
  balance: {unit: points, kind: monthly, vintage: real-time}
  truces: {unit: count, kind: event, vintage: real-time}
  raises: {unit: "0-1", kind: event, vintage: real-time}
  aid: {unit: million USD, kind: event, vintage: real-time}
  north.held: {unit: share, kind: level, vintage: real-time, observes: held}
"""
ROWS = ROWS_HEADER + "".join(
    f"deaths,{year}-{month:02d},{year}-{month:02d},5,judgement,,\n" for year in (2022, 2023) for month in range(1, 13)
)
JANUARY = 2022 * 12


def record(folder: Path, rows: str = ROWS, head: str = HEAD) -> Record:
    """A record from two texts."""
    (folder / "war.yaml").write_text(head, encoding="utf-8")
    (folder / "war.csv").write_bytes(rows.encode("utf-8"))
    return read_record(folder / "war.yaml")


def mistake(folder: Path, rows: str = ROWS, head: str = HEAD) -> Issue:
    """The one mistake."""
    with pytest.raises(RecordError) as caught:
        record(folder, rows, head)
    assert len(caught.value.issues) == 1, str(caught.value)
    return caught.value.issues[0]


def row(series: str, valid: str, known: str, value: str) -> str:
    """One more row."""
    return f"{series},{valid},{known},{value},judgement,,\n"


# --- months -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valid", "known", "column", "said", "meant"),
    [
        ("1922-05", "2022-05", 8, "1922-05 lies 99 years from every other month of the war", "2022-05"),
        ("1922-05", "2023-06", 8, "1922-05 lies 99 years", "2022-05"),
        ("1923-05", "2023-05", 8, "1923-05 lies 98 years", "2023-05"),
        ("2012-05", "2022-05", 8, "2012-05 lies 9 years", "2022-05"),
        ("1022-05", "2022-05", 8, "1022-05 lies 999 years", "2022-05"),
        ("2202-05", "2202-05", 8, "2202-05 lies 178 years", "2022-05"),
        ("1922-05", "1922-06", 8, "1922-05 lies 99 years", "2022-05"),
        ("1815-06", "2022-05", 8, "1815-06 lies 206 years", ""),
        ("2022-05", "1922-05", 16, "known in 1922-05, before it happened in 2022-05", ""),
        ("2022-05", "2099-05", 16, "known in 2099-05, which is yet to come", ""),
        ("2022-05", "2202-05", 16, "known in 2202-05, which is yet to come", "2022-05"),
    ],
)
def test_a_year_typed_wrongly(
    valid: str, known: str, column: int, said: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One mistake, at its cell, with the year that may have been meant."""
    monkeypatch.setattr(record_rows, "this_month", lambda: 2026 * 12 + 10)
    issue = mistake(tmp_path, ROWS + row("truces", valid, known, "1"))
    assert (issue.line, issue.column, issue.suggestion) == (26, column, meant)
    assert said in issue.message


def test_what_a_series_covers_is_meant(tmp_path: Path) -> None:
    """A month long before the war is right where the head says so; a war of the future may be known in the future; and two months are no war."""
    before = ROWS + row("north.held", "1991-01", "1991-01", "0.5")
    assert "lies 31 years" in mistake(tmp_path, before).message
    said = HEAD.replace("kind: level,", "kind: level, covers: {from: 1991-01, until: 2023-12},")
    assert len(record(tmp_path, before, said).data) == 25
    assert len(record(tmp_path, ROWS.replace("2022-", "2122-").replace("2023-", "2123-")).data) == 24
    assert (
        len(
            record(tmp_path, ROWS_HEADER + row("deaths", "1922-01", "1922-01", "1") + row("deaths", "2022-01", "2022-01", "1")).data
        )
        == 2
    )


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("series", "value", "said"),
    [
        ("truces", "-1", "-1 is out of range; expected at least 0 (count); 0 is a month without the event"),
        ("truces", "1.5", "1.5 is not a whole number"),
        ("raises", "-1", "-1 is out of range; expected from 0 to 1 (0-1); 0 is a month without the event"),
        ("raises", "0.5", "0.5 is neither 0 nor 1"),
        ("raises", "2", "2 is out of range"),
        ("aid", "-3.5", "-3.5 is out of range"),
        ("deaths", "-5", "-5 is out of range"),
        ("wounded", "-5", "-5 is out of range; expected at least 0 (wounded soldiers)"),
        ("north.held", "1.2", "1.2 is out of range"),
        ("wounded", '"1,5"', "did you mean 1.5?"),
        ("wounded", '"1,500"', "a point before its decimals, and none for thousands"),
    ],
)
def test_a_value_that_cannot_be(series: str, value: str, said: str, tmp_path: Path) -> None:
    """At its cell."""
    issue = mistake(tmp_path, ROWS + row(series, "2022-05", "2022-05", value))
    assert said in str(issue) and (issue.line, issue.column) == (26, len(series) + 18)


def test_what_may_fall_below_nothing(tmp_path: Path) -> None:
    assert record(tmp_path, ROWS + row("balance", "2022-05", "2022-05", "-3")).data[-1].value == -3
    assert record(tmp_path, ROWS + row("aid", "2022-05", "2022-05", "2.5")).data[-1].value == 2.5


# --- what is covered --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("covers", "said"),
    [
        ("{from: 2022-01}", 'a span of months has no "until"'),
        ("{from: 2022-01, until: 2021-12}", "until 2021-12, before 2022-01"),
        ("{from: 2022-01, until: 2022-13}", '"2022-13" is not a month'),
        ("{from: 2022-01, till: 2022-12}", '"till" is not a key of a span of months'),
        ("{from: 2022-01, until: 2022-12, known: 2022-06}", "known in 2022-06, before 2022-12"),
        ("{from: 2022-01, until: 2022-12, lag: -1}", "-1 is out of range"),
        ("[{from: 2022-01, until: 2022-06}, {from: 2022-06, until: 2022-12}]", "2022-06 is in the span before"),
        ("[]", "a series that covers nothing"),
        ("2022", 'a span of months cannot be "2022"'),
    ],
)
def test_covers_that_cover_nothing(covers: str, said: str, tmp_path: Path) -> None:
    head = HEAD.replace("truces: {unit: count,", f"truces: {{covers: {covers}, unit: count,")
    assert said in mistake(tmp_path, head=head).message


def test_months_are_known_when_they_were_published(tmp_path: Path) -> None:
    """As they pass, some months after, all at once; and in no month between two spans."""
    spans = "[{from: 2022-01, until: 2022-02}, {from: 2022-04, until: 2022-06, known: 2023-01}, {from: 2022-07, until: 2022-09, lag: 2}]"
    war = record(
        tmp_path, ROWS + row("truces", "2022-05", "2022-05", "1"), HEAD.replace("truces: {", f"truces: {{covers: {spans}, ")
    )
    assert war.series["truces"].covers == (
        Span(JANUARY, JANUARY + 1),
        Span(JANUARY + 3, JANUARY + 5, JANUARY + 12),
        Span(JANUARY + 6, JANUARY + 8, lag=2),
    )

    def told(known_by: int | None) -> str:
        return "".join("-" if np.isnan(x) else str(int(x)) for x in war.path("truces", JANUARY - 1, 12, known_by))

    assert told(None) == "-00-010000--"
    assert told(JANUARY + 4) == "-00--1------", "a row is known when it is, whatever is published later"
    assert told(JANUARY + 9) == "-00--1-00---"
    assert told(JANUARY + 12) == "-00-010000--"


# --- spreadsheets -----------------------------------------------------------------------------------------------------


def test_what_a_spreadsheet_adds_is_read_past(tmp_path: Path) -> None:
    """A byte order mark, its line ends, `sep=,`, quotes around every cell, empty rows at the end: the same record."""
    plain = record(tmp_path)
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in ROWS.splitlines())
    for text in ("\ufeff" + ROWS, ROWS.replace("\n", "\r\n"), "sep=,\r\n" + ROWS, quoted, ROWS + ",,,,,,\n,,,,,,\n\n"):
        assert record(tmp_path, text) == plain


def test_lines_are_counted_as_the_editor_does(tmp_path: Path) -> None:
    """After Excel's own line too."""
    issue = mistake(tmp_path, "\ufeffsep=,\n" + ROWS + row("truce", "2022-05", "2022-05", "1"))
    assert (issue.line, issue.column, issue.suggestion) == (27, 1, "truces")


@pytest.mark.parametrize(("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
@pytest.mark.parametrize("before", ["", "\ufeff", "sep={sign}\r\n"])
def test_other_separators_are_one_mistake(sign: str, word: str, before: str, tmp_path: Path) -> None:
    """Not repaired: a decimal comma may stand in any cell."""
    issue = mistake(tmp_path, before.replace("{sign}", sign) + ROWS.replace(",", sign).replace("5" + sign, "5,5" + sign))
    assert (issue.message, issue.line, issue.column) == (f"{word} between the cells", 1, 1)
    assert issue.expected == "commas: series,valid,known,value,source,coding,note"


def test_a_decimal_comma_without_quotes(tmp_path: Path) -> None:
    issue = mistake(tmp_path, ROWS + row("wounded", "2022-05", "2022-05", "1,5"))
    assert issue.message == "more than 7 cells" and "a point before decimals" in issue.expected

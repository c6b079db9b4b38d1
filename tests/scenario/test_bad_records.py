"""Mistakes that people make in records, one at a time: each gives one issue, in the right file and place, with the right hint; exit code 2.

A case replaces a piece of HEAD or of ROWS. The caret ‸ in the replacement marks where the issue must point; it is taken out before reading.
"""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.places import FILES, WAR_FILE
from countermove.cli.main import main
from countermove.errors import Issue, RecordError
from countermove.scenario import read_record
from countermove.scenario.record_rows import MAX_ROWS
from countermove.scenario.tree import MAX_BYTES, MAX_ISSUES
from countermove.world.record import Record

PATIENCE = 5.0  # seconds of the processor
HEAD = """\
record: war
title: A war
war: A small war
replay: war
series:
  deaths: {unit: persons a month, kind: monthly, vintage: retrospective, observes: deaths}
  bear.raises: {unit: "0-1", kind: event, vintage: real-time}
  bear.enters: {unit: count, kind: event, vintage: real-time, observes: intervenes}
  bear.dead: {unit: persons a year, kind: monthly, vintage: retrospective, observes: dead, error: 0.2, scale: 0.1, every: year}
  bear.rung: {unit: rung, kind: level, vintage: real-time}
  north.held: {unit: percent, kind: level, vintage: real-time, observes: held, error: 0.1, scale: 0.01}
  talks: {unit: count, kind: event, vintage: real-time, says: A step forward}
sources:
  yearbook: {title: A yearbook, by: Its editors, year: 2016}
codings:
  siege: {default: rescue, options: {rescue: It was a rescue, grab: It was not}, says: What the siege was}
  counting: {default: spread, options: {spread: Over the days, dated: On the last day}}
prior-saw: [deaths]
variants:
  bare: {says: No phases and less support, set: {phases: "[]", patrons.bear.baseline: 6 thousand}}
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
bear.enters,2015-03,2015-03,2,yearbook,,"two, ""at once"", of them"
bear.dead,2015-12,2016-06,300,yearbook,,
bear.rung,2015-02,2015-02,7,yearbook,,
north.held,2015-02,2015-02,60,judgement,,
talks,2015-03,2015-03,1,judgement,,
"""
FIRST = "deaths,2015-02,2016-06,50,yearbook,,"
SIEGE = "{default: rescue, options: {rescue: It was a rescue, grab: It was not}, says: What the siege was}"
END = "talks,2015-03,2015-03,1,judgement,,\n"

# what is replaced in the YAML file, by what, part of the message, the suggestion
HEADS: list[tuple[str, str, str, str]] = [
    # --- keys
    ("title: A war", "‸titel: A war", '"titel" is not a key of a record', "title"),
    ("prior-saw:", "‸prior_saw:", '"prior_saw" is not a key of a record', "prior-saw"),
    ("series:\n", "‸serie:\n", '"serie" is not a key of a record', "series"),
    ("kind: monthly, vintage: retrospective, obs", "‸kinds: monthly, vintage: retrospective, obs", '"kinds" is not a key', "kind"),
    ("  talks: {unit: count, kind: event, ", "  talks: ‸{unit: count, ", 'a series has no "kind"', ""),
    ("by: Its editors", "‸author: Its editors", '"author" is not a key of a source', ""),
    ("{title: A yearbook, by", "‸{by", 'a source has no "title"', ""),
    ("says: What the siege was", "‸say: What the siege was", '"say" is not a key of a coding', "says"),
    ("{default: rescue, ", "‸{", 'a coding has no "default"', ""),
    ("{says: No phases and less support, ", "‸{", 'a variant has no "says"', ""),
    (
        '{says: No phases and less support, set: {phases: "[]", patrons.bear.baseline: 6 thousand}}',
        "‸{says: None}",
        'a variant has no "set"',
        "",
    ),
    ("record: war\n", "‸", 'a record has no "record"', ""),
    ("title: A war\n", "title: A war\n‸title: Another war\n", '"title" is written twice', ""),
    ("  bear.rung:", "  ‸deaths: {unit: persons, kind: level, vintage: real-time}\n  bear.rung:", '"deaths" is written twice', ""),
    ("prior-saw: [deaths]", "‸scenario: war", '"scenario" is not a key of a record', ""),
    # --- names
    ("record: war\n", "record: ‸peace\n", 'the record "peace" in a file named war', "war"),
    ("record: war\n", "record: ‸A War\n", '"A War" is not a name', "a-war"),
    ("replay: war\n", "replay: ‸../secret/war\n", '"../secret/war" is a path', ""),
    ("replay: war\n", "replay: ‸/etc/passwd\n", '"/etc/passwd" is a path', ""),
    ("replay: war\n", "replay:‸ \n", "a scenario's name cannot be empty", ""),
    ("  talks: {", "  ‸Talks!: {", '"Talks!" is not a name of a series', "talks"),
    (
        "  talks: {",
        "  ‸talks.in.minsk: {unit: count, kind: event, vintage: real-time}\n  talks: {",
        "is not a name of a series",
        "",
    ),
    ("  yearbook:", "  ‸Year Book: {title: A book}\n  yearbook:", '"Year Book" is not a name', "year-book"),
    ("  counting: {", "  ‸2nd: {", '"2nd" is not a name', ""),
    ("  bare: {", "  ‸within: {", '"within" is a word of the language', ""),
    # --- kinds of value
    ("title: A war", "title: ‸[A, war]", "a title cannot be a list", ""),
    ("title: A war", "title: ‸~", "a title cannot be empty", ""),
    ("title: A war", "title: ‸" + "war" * 200, "a title of 600 characters", ""),
    ("notes: [One note]", "notes: ‸One note", 'notes cannot be "One note"', ""),
    ("notes: [One note]", "notes: [One note, ‸{and: another}]", "a note cannot be a mapping", ""),
    ("prior-saw: [deaths]", "prior-saw: ‸deaths", 'series cannot be "deaths"', "[deaths]"),
    (
        "  talks: {unit: count, kind: event, vintage: real-time, says: A step forward}",
        "  talks: ‸count",
        "a series cannot be",
        "",
    ),
    ("  yearbook: {title: A yearbook, by: Its editors, year: 2016}", "  ‸- yearbook", "sources cannot be a list", ""),
    ("  siege: " + SIEGE, "  siege: ‸rescue", 'a coding cannot be "rescue"', ""),
    ("{rescue: It was a rescue, grab: It was not}", "‸[rescue, grab]", "options cannot be a list", ""),
    ("rescue: It was a rescue", "rescue: ‸", "an option cannot be empty", ""),
    ("says: What the siege was", "says: ‸[What, the, siege, was]", "says cannot be a list", ""),
    ('{phases: "[]", patrons.bear.baseline: 6 thousand}', "‸phases", 'set cannot be "phases"', ""),
    (
        "unit: count, kind: event, vintage: real-time, says",
        "unit: ‸{of: count}, kind: event, vintage: real-time, says",
        "a unit cannot",
        "",
    ),
    ("year: 2016", "year: ‸2016a", '"2016a" is not a whole number', ""),
    ("year: 2016", "year: ‸20160", "20160 is out of range", ""),
    # --- words
    (
        "kind: monthly, vintage: retrospective, observes: deaths",
        "kind: ‸month, vintage: retrospective",
        "a kind of series cannot",
        "monthly",
    ),
    (
        "kind: event, vintage: real-time, says",
        "kind: event, vintage: ‸realtime, says",
        'a vintage cannot be "realtime"',
        "real-time",
    ),
    ("every: year", "every: ‸yearly", 'how often cannot be "yearly"', "year"),
    ("observes: deaths", "observes: ‸death", "a thing that a record can observe cannot", "deaths"),
    ("observes: held", "observes: ‸morale", "a thing that a record can observe cannot", ""),
    ("observes: deaths", "observes: ‸[deaths, civilians]", "a thing that a record can observe cannot be a list", ""),
    (
        "vintage: real-time, says",
        "vintage: real-time, observes: ‸quits, says",
        '"quits" is a patron\'s, and "talks" names none',
        "",
    ),
    # --- what does not fit what is observed
    ("error: 0.2", "error: ‸-0.2", '"-0.2" is out of range', ""),
    ("error: 0.2", "error: ‸0", '"0" is out of range', ""),
    ("error: 0.2", "error: ‸large", '"large" is not a number', ""),
    ("error: 0.2", "error: ‸.nan", '".nan" is not a number', ""),
    ("error: 0.2", "error: ‸2 persons", '"persons": this number has no unit', ""),
    ("scale: 0.1,", "scale: ‸0,", '"0" is out of range', ""),
    ("scale: 0.1,", "scale: ‸-10,", '"-10" is out of range', ""),
    ("scale: 0.1,", "scale: ‸1e999,", '"1e999" is not a number', ""),
    ("vintage: real-time, says", "vintage: real-time, scale: ‸2, says", '"scale" of a series that observes nothing', ""),
    ("vintage: real-time, says", "vintage: real-time, error: ‸0.2, says", '"error" of a series that observes nothing', ""),
    ("observes: deaths}", "observes: deaths, error: ‸0.2}", '"error" of deaths, which is a count', ""),
    ("vintage: real-time, says", "vintage: real-time, bias: ‸0.2, says", '"bias" of a series that observes nothing', ""),
    ("observes: deaths}", "observes: deaths, bias: ‸0.2}", '"bias" of deaths, which is no amount that has a peak', ""),
    ("observes: dead, error", "observes: dead, bias: ‸0.2, error", '"bias" of dead, which is no amount that has a peak', ""),
    ("year: 2016}", "year: 2016, claimant: ‸../north}", '"../north" is a path', ""),
    ("year: 2016}", "year: 2016, ‸claimants: north}", '"claimants" is not a key of a source', "claimant"),
    ("observes: intervenes}", "observes: intervenes, scale: ‸2}", '"scale" of intervenes, which is an event', ""),
    ("scale: 0.01}", "scale: 0.01, every: ‸year}", '"every: year" of held, which is no total', ""),
    (
        "kind: monthly, vintage: retrospective, observes: dead, error: 0.2, scale: 0.1, every: year",
        "kind: event, vintage: retrospective, observes: dead, error: 0.2, scale: 0.1, every: ‸year",
        '"every: year" of an event',
        "",
    ),
    # --- codings, variants, references
    ("default: rescue", "default: ‸rescued", '"rescued" is not one of the options', "rescue"),
    ("options: {rescue: It was a rescue, grab: It was not}", "options: ‸{}", "0 options", ""),
    ("options: {spread: Over the days, dated: On the last day}", "options: ‸{spread: Over the days}", "1 option", ""),
    ("dated: On the last day", "dated: On the last day, ‸grab: Again", '"grab" is an option of siege and of counting', ""),
    ("dated: On the last day", "dated: On the last day, ‸default: Neither", '"default" is not a name of an option', ""),
    ("prior-saw: [deaths]", "prior-saw: [‸death]", '"death" is not a series', "deaths"),
    ("prior-saw: [deaths]", "prior-saw: [deaths, talks, ‸deaths]", '"deaths" is named twice', ""),
    ('{phases: "[]", patrons.bear.baseline: 6 thousand}', "‸{}", "a variant that sets nothing", ""),
    ("6 thousand", "‸{value: 6, unit: thousand}", "a mapping in a variant", ""),
    ("6 thousand", "‸~", "empty in a variant", ""),
    ("6 thousand", '‸" "', "empty in a variant", ""),
    ('"[]"', '‸"[1, 2"', 'in a variant: the "[" that opens here is not closed', ""),
    ("patrons.bear.baseline", "‸patrons..baseline", '"patrons..baseline" is not a path', ""),
    ("patrons.bear.baseline", "‸patrons.bear/baseline", '"patrons.bear/baseline" is not a path', ""),
]

# the same for the CSV file
LINES: list[tuple[str, str, str, str]] = [
    # --- columns and cells
    ("known,value", "‸value,known", "the columns series, valid, value, known", ""),
    ("series,valid", "‸Series,valid", "the columns Series, valid", ""),
    (",coding,note\n", ",coding‸\n", "the columns series, valid, known, value, source, coding", ""),
    (",coding,note\n", ",‸note\n", "the columns series, valid, known, value, source, note", ""),
    (",note\n", ",note,‸page\n", "more than 7 cells", ""),
    (",note\n", ',‸"note\n', "a cell that is not closed", ""),
    ("series,valid", "‸series;valid", "semicolons between the cells", ""),
    ("series,valid,known,value,source,coding,note\n", "‸\nseries,valid,known,value,source,coding,note\n", "no columns", ""),
    (FIRST, "‸deaths,2015-02,2016-06,50,yearbook,", "6 cells", ""),
    (FIRST, "‸deaths", "1 cell", ""),
    (FIRST, FIRST + "a note,‸with a comma", "more than 7 cells", ""),
    (FIRST, "deaths,2015-02,2016-06,1,234,yearbook,,‸", "more than 7 cells", ""),
    (FIRST, FIRST + '‸"open', "a cell that is not closed", ""),
    (FIRST, FIRST + '‸"closed" too early', "a cell that is not closed", ""),
    (FIRST, FIRST + '‸it is "here"', "a cell that is not closed", ""),
    (FIRST, FIRST + "red‸\x1b[31m", "the control character U+001B", ""),
    (FIRST, FIRST + "a‸\x07", "the control character U+0007", ""),
    (FIRST, FIRST + "one‸\u2028two", "the line separator U+2028", ""),
    (FIRST, FIRST + "one‸\rtwo", "the line separator U+000D", ""),
    # --- series
    (FIRST, FIRST.replace("deaths", "‸death"), '"death" is not a series', "deaths"),
    (FIRST, FIRST.replace("deaths", "‸Deaths"), '"Deaths" is not a series', "deaths"),
    (FIRST, FIRST.replace("deaths", "‸ deaths"), '" deaths" is not a series', "deaths"),
    (FIRST, FIRST.replace("deaths", "‸"), "empty is not a series", ""),
    ("bear.raises,", "‸raises,", '"raises" is not a series', "bear.raises"),
    # --- months
    (FIRST, FIRST.replace("2015-02", "‸2015-2"), '"2015-2" is not a month', "2015-02"),
    (FIRST, FIRST.replace("2015-02", "‸2015-13"), '"2015-13" is not a month', ""),
    (FIRST, FIRST.replace("2015-02", "‸2015-00"), '"2015-00" is not a month', ""),
    (FIRST, FIRST.replace("2015-02", "‸2015-02-01"), '"2015-02-01" is not a month', "2015-02"),
    (FIRST, FIRST.replace("2015-02", "‸02/2015"), '"02/2015" is not a month', "2015-02"),
    (FIRST, FIRST.replace("2015-02", "‸Feb-15"), '"Feb-15" is not a month', "2015-02"),
    (FIRST, FIRST.replace("2015-02", "‸0015-02"), '"0015-02" is not a month', ""),
    (FIRST, FIRST.replace("2015-02", "‸２０１５-02"), '"２０１５-02" is not a month', "2015-02"),
    (FIRST, FIRST.replace("2016-06", "‸"), "empty is not a month", ""),
    (FIRST, FIRST.replace("2016-06", "‸2015-01"), "known in 2015-01, before it happened in 2015-02", ""),
    ("bear.dead,2015-12", "bear.dead,‸2015-06", "the total of 2015 in 2015-06", "2015-12"),
    # --- values
    (FIRST, FIRST.replace("50", "‸many"), '"many" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸"), "empty is not a number", ""),
    (FIRST, FIRST.replace("50", "‸NaN"), '"NaN" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸-inf"), '"-inf" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸1e999"), '"1e999" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸1e16"), "1e16 is out of range", ""),
    (FIRST, FIRST.replace("50", "‸" + "9" * 61), "is not a number", ""),
    (FIRST, FIRST.replace("50", '‸"1,234"'), '"1,234" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸1 234"), '"1 234" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸1_234"), '"1_234" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸0x32"), '"0x32" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸12:30"), '"12:30" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸50 persons"), '"50 persons" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸−50"), '"−50" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸５０"), '"５０" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸=SUM(D2:D3)"), '"=SUM(D2:D3)" is not a number', ""),
    (FIRST, FIRST.replace("50", "‸-50"), "-50 is out of range", ""),
    ("2015-12,2016-06,300", "2015-12,2016-06,‸-300", "-300 is out of range", ""),
    ("2015-02,2015-02,60", "2015-02,2015-02,‸160", "160 is out of range", ""),
    ("2015-02,2015-02,60", "2015-02,2015-02,‸-1", "-1 is out of range", ""),
    ("bear.raises,2015-02,2015-02,1", "bear.raises,2015-02,2015-02,‸2", "2 is out of range", ""),
    ("bear.enters,2015-03,2015-03,2", "bear.enters,2015-03,2015-03,‸-1", "-1 is out of range", ""),
    ("bear.enters,2015-03,2015-03,2", "bear.enters,2015-03,2015-03,‸0.5", "0.5 is not a whole number", ""),
    ("bear.rung,2015-02,2015-02,7", "bear.rung,2015-02,2015-02,‸10", "10 is out of range", ""),
    # --- sources, codings, rows against rows
    (FIRST, FIRST.replace("yearbook", "‸yearbok"), '"yearbok" is not one of the sources', "yearbook"),
    (FIRST, FIRST.replace("yearbook", "‸"), "empty is not one of the sources", ""),
    (FIRST, FIRST.replace("yearbook", "‸judgment"), '"judgment" is not one of the sources', "judgement"),
    (",grab,", ",‸grabs,", '"grabs" is not an option of a coding', "grab"),
    (",grab,", ",‸siege,", '"siege" is not an option of a coding', ""),
    (END, END + "‸" + FIRST + "\n", "deaths has this month already, on line 4", ""),
    (END, END + "‸deaths,2015-04,2016-06,21,yearbook,grab,\n", "deaths has this month already, on line 6", ""),
    (END, END + "‸deaths,2015-02,2017-06,50,yearbook,grab,\n", "deaths has a value for every reading in this month, on line 4", ""),
    (END, END + "‸deaths,2015-04,2016-06,50,yearbook,,\n", "deaths has a value under rescue in this month, on line 5", ""),
    (END, END + "‸deaths,2015-04,2016-06,50,yearbook,dated,\n", "deaths has a value under rescue in this month, on line 5", ""),
]
CASES = [("yaml", *case) for case in HEADS] + [("csv", *case) for case in LINES]
IDS = [f"{kind} {message}" for kind, _, _, message, _ in CASES]


def placed(folder: Path, head: str = HEAD, rows: str = ROWS) -> Path:
    """The two files of the record `war`."""
    folder.mkdir(exist_ok=True)
    (folder / "war.yaml").write_text(head, encoding="utf-8", newline="")
    (folder / "war.csv").write_text(rows, encoding="utf-8", newline="")
    return folder / "war.yaml"


def positioned(text: str, old: str, new: str) -> tuple[str, int, int]:
    """The text with `old` replaced, and the place of the caret; without one, the place where the replacement begins."""
    assert text.count(old) >= 1, f"{old!r} is not in the text"
    at = text.index(old)
    written = text.replace(old, new, 1)
    if "‸" not in new:
        written = f"{written[:at]}‸{written[at:]}"
    before = written[: written.index("‸")]
    return written.replace("‸", ""), before.count("\n") + 1, len(before) - before.rfind("\n")


def mistakes(source: str | Path) -> tuple[Issue, ...]:
    """What the reader says of a record that is wrong."""
    with pytest.raises(RecordError) as caught:
        read_record(source)
    assert caught.value.exit_code == 2
    return caught.value.issues


def test_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    """Or the cases would prove nothing."""
    war = read_record(placed(tmp_path))
    assert len(war.data) == 11 and war.data[6].note == 'two, "at once", of them'
    assert war.variants["bare"].set == {"phases": "[]", "patrons.bear.baseline": "6 thousand"}
    assert read_record(placed(tmp_path, HEAD.replace("\n", "\r\n"), "\ufeff" + ROWS.replace("\n", "\r\n") + "\r\n \t\r\n")) == war


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_one_issue_at_the_right_place(
    case: tuple[str, str, str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One slip is one issue: where it is, what it is, what was meant. The command line says the same, and ends with 2."""
    kind, old, new, message, suggestion = case
    text, line, column = positioned(HEAD if kind == "yaml" else ROWS, old, new)
    path = placed(tmp_path / "records", **{"head" if kind == "yaml" else "rows": text})
    issues = mistakes(path)
    found = [str(issue) for issue in issues]
    assert len(found) == 1, found
    issue = issues[0]
    assert message in issue.message, found
    assert (issue.file, issue.line, issue.column) == (str(path.with_suffix(f".{kind}")), line, column), found
    assert issue.suggestion == suggestion, found
    assert issue.expected, "an issue says what was expected"
    assert all(letter.isprintable() for letter in found[0]), "an issue is one line and cannot repaint a terminal"
    (tmp_path / "war.yaml").write_text(WAR_FILE.read_text(encoding="utf-8") + "record: war\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["weigh", "war.yaml"]) == 2
    answer, remarks = capsys.readouterr()
    assert (answer, remarks.splitlines()) == ("", found)


PAIRS = sorted((FILES / "bad-records").glob("*.yaml"))


def test_there_are_enough_of_them() -> None:
    """The promise is sixty, each another mistake."""
    assert len(set(CASES)) == len(CASES)
    assert len(HEADS) >= 60 and len(LINES) >= 60 and len(PAIRS) >= 30


@pytest.mark.parametrize("path", PAIRS, ids=[path.stem for path in PAIRS])
def test_bad_files(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pair in tests/files/bad-records/ says in its first line in which file and where the first issue must be, and what it says."""
    first = path.read_bytes().partition(b"\n")[0].decode()
    expected = re.fullmatch(r"# ([a-z0-9-]+\.(?:csv|yaml)):(\d+):(\d+) (.+)", first)
    assert expected is not None, "the first line is: # file:line:column part of the message"
    issue = next(issue for issue in mistakes(path) if issue.file.endswith(expected[1].rpartition(".")[2]))
    assert (Path(issue.file).name, issue.line, issue.column) == (expected[1], int(expected[2]), int(expected[3])), str(issue)
    assert expected[4] in issue.message, str(issue)


HEAD_SLIPS = (
    ("title: A war", "titel: A war"),
    ("error: 0.2", "error: -1"),
    ("year: 2016", "year: then"),
    ("default: rescue", "default: res"),
)
ROW_SLIPS = (
    ("bear.raises,2015", "raises,2015"),
    (",grab,", ",grabs,"),
    (FIRST, FIRST.replace("50", "many")),
    ("talks,2015", "talks,15"),
)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Slips in both files of a record are as many issues, in the order of the files."""
    head, rows = HEAD, ROWS
    for old, new in HEAD_SLIPS:
        head = head.replace(old, new)
    for old, new in ROW_SLIPS:
        rows = rows.replace(old, new)
    issues = mistakes(placed(tmp_path, head, rows))
    found = [(Path(issue.file).suffix, issue.line) for issue in issues]
    assert found == [(".csv", line) for line in (4, 6, 7, 12)] + [(".yaml", line) for line in (2, 9, 14, 16)], issues
    with pytest.raises(RecordError, match=r"war\.yaml:2:1: ") as caught:
        read_record(tmp_path / "war.yaml")
    assert str(caught.value).splitlines() == [str(issue) for issue in issues]
    (tmp_path / "war.csv").unlink()
    assert [Path(issue.file).suffix for issue in mistakes(tmp_path / "war.yaml")] == [".csv"] + [".yaml"] * 4
    every = mistakes(placed(tmp_path, HEAD, ROWS.replace("yearbook", "yearbok").replace(",2015-", ",2015/")))
    assert len(every) == 9 + 11 + 6, "a source in nine rows, a month in eleven, and a second one in six"


# --- files as wholes --------------------------------------------------------------------------------------------------


def test_too_large(tmp_path: Path) -> None:
    """More than a mebibyte, more rows than any war has months, more mistakes than anybody reads: refused, soon."""
    start = time.thread_time()
    for head, rows in ((HEAD + "# " + "x" * MAX_BYTES, ROWS), (HEAD, ROWS + "x" * MAX_BYTES)):
        [issue] = mistakes(placed(tmp_path, head, rows))
        assert (issue.message, issue.line) == ("the file is too large", 0)
    [issue] = mistakes(placed(tmp_path, HEAD, ROWS + "\n" * MAX_ROWS))
    assert issue.expected == f"at most {MAX_ROWS}"
    assert len(mistakes(placed(tmp_path, HEAD, ROWS + "death\n" * 5000))) == MAX_ISSUES
    for line in (
        "," * 900_000,
        '"' * 900_001,
        "x" * 900_000 + ",,,,,,",
        '"' + 'x,""' * 200_000,
        "deaths," + "9" * 900_000 + ",,,,,",
    ):
        assert all(len(str(issue)) < 1000 for issue in mistakes(placed(tmp_path, HEAD, ROWS + line)))
    assert time.thread_time() - start < PATIENCE


def test_records_that_are_not_there(tmp_path: Path) -> None:
    """Neither a name that nobody gave nor a folder, nor the wrong one of the two files."""
    path = placed(tmp_path)
    assert [issue.suggestion for issue in mistakes("donbas-2014-2018")] == ["donbas-2014-2017"]
    for nowhere in (tmp_path / "peace.yaml", "../war", "a\0b", tmp_path / ("x" * 300)):
        assert [issue.message for issue in mistakes(nowhere)] == ["there is no such file"]
    for folder in (tmp_path, ""):
        assert [issue.message for issue in mistakes(folder)] == ["this is a folder, and no file"]
    assert "a record cannot be" in mistakes(path.with_suffix(".csv"))[0].message
    path.with_suffix(".csv").unlink()
    path.with_suffix(".csv").mkdir()
    assert [issue.message for issue in mistakes(path)] == ["cannot be read: Is a directory"]


def test_rows_behind_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of a name stays in its folder, both files of it; a path goes where it says."""
    path = placed(tmp_path / "records")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text(ROWS, encoding="utf-8")
    path.with_suffix(".csv").unlink()
    path.with_suffix(".csv").symlink_to(tmp_path / "secret")
    assert [issue.message for issue in mistakes("war")] == ["a link that leaves its folder"]
    assert len(read_record(path).data) == 11


# --- whatever is done to a record -------------------------------------------------------------------------------------

PIECES = [
    *["{", "}", "[", "]", ":", ",", ",,", '"', '""', "'", "|", "#", "&a", "*a", "!!int", "<<: *a", "---", "? ", "- ", "%YAML 1.1"],
    *[
        "~",
        "true",
        ".nan",
        "nan",
        "inf",
        "1e999",
        "1e15",
        "-1",
        "0",
        "0.5",
        "0x10",
        "1_0",
        "9" * 70,
        "2015-13",
        "2015-01",
        "9999-12",
    ],
    *[
        "\t",
        "\0",
        "\x1b",
        "\r",
        "\x85",
        "\ufeff",
        "\u2028",
        "é",
        "٢",
        "🙂",
        "judgement",
        "default",
        "held",
        "every: year",
        "scale: 1e-9",
    ],
]
WORDS = sorted(set(re.findall(r"[^\s{},:]+", HEAD + ROWS)))


def mutate(text: str, rng: random.Random) -> str:
    """A few edits of the kinds that people and machines make."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        line, place = lines[at], rng.randint(0, len(lines[at]))
        edit = rng.randrange(7)
        if edit == 0:
            del lines[at : at + rng.randint(1, 3)]
        elif edit == 1:
            lines.insert(rng.randrange(len(lines) + 1), line)
        elif edit == 2:
            lines[at] = line[:place] + rng.choice(PIECES) + line[place:]
        elif edit == 3:
            lines[at] = line[:place] + chr(rng.choice([rng.randrange(32, 127), rng.randrange(0x2FFF)])) + line[place + 1 :]
        elif edit == 4:
            cells = re.split(r"([,:{} ])", line)
            cells[rng.randrange(0, len(cells), 2)] = rng.choice([rng.choice(PIECES), rng.choice(WORDS)])
            lines[at] = "".join(cells)
        elif edit == 5:
            lines[at] = line[place:] if rng.random() < 0.5 else "  " + line
        else:
            lines = lines[: max(at, 1)] if rng.random() < 0.2 else lines[:at] + lines[at + 1 :]
        lines = lines or [""]
    return "\n".join(lines)


def examine(path: Path) -> bool:
    """Either a record whose data mean something, or mistakes with positions inside the two files; in bounded time."""
    start = time.process_time()
    try:
        record = read_record(path)
    except RecordError as error:
        assert error.issues, "an error without an issue"
        for issue in error.issues:
            text = Path(issue.file).read_bytes().decode("utf-8-sig", "replace")
            lines = re.split("\r\n|[\n\r]" if issue.file.endswith(".yaml") else "\n", text)
            assert Path(issue.file).parent == path.parent and issue.message, issue
            lines.append("")  # the parser puts the end of a file without a last line feed here
            assert 0 <= issue.line <= len(lines), issue
            assert issue.line == 0 or 1 <= issue.column <= len(lines[issue.line - 1]) + 1, issue
        return False
    finally:
        assert time.process_time() - start < PATIENCE
    sensible(record)
    return True


def sensible(record: Record) -> None:
    """What every reader of a record takes for granted."""
    assert record.data and record.rows() is not None and record.first <= record.last
    options = [option for coding in record.codings.values() for option in coding.options]
    assert len(options) == len(set(options)) and record.choose("default") == record.choose()
    for datum in record.data:
        assert datum.known >= datum.valid and abs(datum.value) <= 1e15 and datum.series in record.series
        assert datum.coding in ("", *options) and datum.source in ("judgement", *record.sources)
    for name in record.series:
        record.path(name, record.first, 12)


@settings(max_examples=250, derandomize=True)
@given(st.integers(0, 2**63))
def test_mutated_records(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Lines deleted, repeated and cut, words and characters replaced, in one file or in both."""
    rng = random.Random(seed)
    which = rng.randrange(3)
    examine(
        placed(
            tmp_path_factory.getbasetemp() / "mutated",
            mutate(HEAD, rng) if which < 2 else HEAD,
            mutate(ROWS, rng) if which else ROWS,
        )
    )


@settings(max_examples=100, derandomize=True)
@given(st.binary(max_size=40), st.integers(0, max(len(HEAD), len(ROWS))), st.booleans())
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int, rows: bool) -> None:
    """Bytes thrown into the middle of one of the files."""
    path = placed(tmp_path_factory.getbasetemp() / "bytes")
    hit = path.with_suffix(".csv") if rows else path
    whole = hit.read_bytes()
    hit.write_bytes(whole[:at] + data + whole[at:])
    examine(path)


CELL = st.one_of(st.sampled_from([*PIECES, *WORDS]), st.floats().map(str), st.text(max_size=8))


@settings(max_examples=100, derandomize=True)
@given(st.lists(st.lists(CELL, min_size=7, max_size=7), max_size=4))
def test_random_cells(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    """Rows of cells that were never a record's, quoted as they should be."""
    lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in table]
    path = placed(tmp_path_factory.getbasetemp() / "cells")
    path.with_suffix(".csv").write_bytes((ROWS + "\n".join(lines)).encode("utf-8", "replace"))
    examine(path)

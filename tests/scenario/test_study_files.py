"""Study files: every mistake at its line and column, all at once, and whatever is typed is read or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builders.places import SMALL_FILE
from countermove.errors import StudyError
from countermove.questions.options import LARGEST_DRAWS, LARGEST_LUCKS
from countermove.scenario.path_titles import path_title
from countermove.scenario.read import read
from countermove.scenario.study_jsonschema import study_json_schema
from countermove.scenario.study_keys import CASE, SPAN, STUDY
from countermove.scenario.study_read import MOST_DRAWS, MOST_LUCKS, read_study, read_study_text
from countermove.scenario.study_values import as_text
from countermove.scenario.tree import Issues, parse

FOLDER = SMALL_FILE.parent
GOOD = """study: stakes
title: When do arms pay?
scenarios: [small.yaml]
set:
  patrons.neighbour.stake-ratio: {from: 0.5, to: 8, steps: 3, scale: log}
  strategies.arm.moves.0.volume: [20 million USD, 60 million USD]
  sides.rebels.personnel: [{range: [22, 38], unit: thousand}, 30]
strategies: [wait, arm]
theories: [spigot]
seeds: [0, 1]
draws: 64
lucks: 4
quick: true
design: grid
"""
SWAPS = (
    *(
        "study",
        "set",
        "cases",
        "design",
        "list",
        "sobol",
        "grid",
        "from",
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "  ",
        "\n",
        "#",
        "'",
        '"',
        "&a",
        "*a",
    ),
    *(
        "0",
        "-1",
        "1e400",
        "nan",
        "",
        "null",
        "2030-01",
        "donbas-2017",
        "small.yaml",
        "wait",
        "ä",
        "\u2028",
        "\t",
        "log",
        "true",
        "!x",
        "..",
        "a.b",
    ),
)


def told(text: str) -> list[str]:
    """Every mistake of a study, as it is told."""
    with pytest.raises(StudyError) as refused:
        read_study_text(text, file="s.yaml", folder=FOLDER)
    return [str(issue) for issue in refused.value.issues]


def test_a_good_file_is_read() -> None:
    """Numbers with one unit are numbers of their axis; what is no number stays what was written."""
    found = read_study_text(GOOD, folder=FOLDER)
    stake, shipped, men = found.axes
    assert stake.span is not None and stake.span.logarithmic and stake.span.at(0.5) == pytest.approx(2)
    assert shipped.unit == "million USD" and [value.number for value in shipped.values] == [20, 60]
    assert [value.text for value in men.values] == ["{range: [22, 38], unit: thousand}", "30"] and men.values[1].number is None
    assert (found.points, found.seeds, found.draws, found.lucks, found.wars[0].name) == (12, (0, 1), 64, 4, "small")


def test_every_mistake_at_once_with_its_place() -> None:
    """What a war refuses is told at the value in the study; what is wrong with a path, at the path."""
    text = (
        GOOD.replace("study: stakes", "study: Stakes")
        .replace("{from: 0.5, to: 8", "{from: 8, to: 0.5")
        .replace("60 million USD", "60 tanks")
        .replace("sides.rebels", "sides.rebel")
        .replace("[wait, arm]", "[wait, arms]")
        .replace("seeds", "sedes")
        .replace("draws: 64", "draws: 0")
        .replace("design: grid", "design: grids\nseed: 1")
    )
    for wanted, found in zip(
        (
            's.yaml:1:8: "Stakes" is not a name; expected lower-case letters, digits and hyphens, a letter first; did you mean stakes?',
            "s.yaml:5:34: a range from 8 to 0.5; expected from: the lower, to: the higher",
            's.yaml:6:51: small with strategies.arm.moves.0.volume: "tanks" is not a unit',
            's.yaml:7:3: small with sides.rebel.personnel: there is no "rebel" among the sides',
            's.yaml:8:20: small has no strategy "arms"; expected one of wait, arm; did you mean arm?',
            's.yaml:10:1: "sedes" is not a key of a study',
            "s.yaml:11:8: 0 is out of range",
            's.yaml:14:9: a design cannot be "grids"',
            "s.yaml:15:7: a grid begins nowhere by chance",
        ),
        told(text),
        strict=True,
    ):
        assert found.startswith(wanted), found


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (("scenarios: [small.yaml]", "scenarios: [small.yaml, ./small.yaml]"), '3:25: "./small.yaml" stands here twice'),
        (("small.yaml", "bad.yaml"), '3:13: "bad.yaml" has mistakes of its own; the first is '),
        (("steps: 3, ", ""), "5:34: a range in a grid without steps"),
        (("steps: 3", "steps: 200000"), "5:60: 200000 is out of range"),
        (("from: 0.5", "from: -1"), "5:41: a logarithm of nothing or less"),
        (("design: grid", "design: sobol\ncases: 5"), "5:60: a sobol design takes values from all of the range"),
        (("design: grid", "design: list"), "5:3: a list of cases says in each what it changes"),
        (("design: grid", "cases: 5"), "14:8: a grid has as many cases as its values make"),
        (("design: grid", "codings: [opportunism]"), "14:11: small has no record that can be read: the scenario names no record"),
        (("  sides.rebels.personnel:", "  sides.rebels:"), "7:18: small with sides.rebels: "),
        (("  sides.rebels.personnel:", "  patrons.neighbour:"), "7:3: patrons.neighbour and patrons.neighbour.stake-ratio lie in one another"),
        (("  sides.rebels.personnel:", "  sides..personnel:"), '7:3: "sides..personnel" has nothing on one side of a point'),
        (("[0, 1]", f"[{', '.join(map(str, range(9000)))}]"), "1:1: 108,000 cases; expected at most 100,000"),
        (("[wait, arm]", "[]"), "8:13: no strategies"),
        (("lucks: 4", "lucks: 4097"), "12:8: 4097 is out of range"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(change: tuple[str, str], wanted: str) -> None:
    """Each once, at its place."""
    found = told(GOOD.replace(*change))
    assert any(one.startswith(f"s.yaml:{wanted}") for one in found), found
    assert len(found) <= 2


def test_a_list_of_cases() -> None:
    """What one case changes is tried together: what is right alone may be wrong beside another."""
    head = "study: s\nscenarios: [small.yaml]\ndesign: list\ncases:\n"
    both = "{patrons.neighbour.theories.spigot.weight: 0, patrons.neighbour.theories.inertia.weight: 0}"
    assert told(head + f"  - {{set: {both}}}\n  - {{scenario: larg, seed: -1}}\n") == [
        "s.yaml:5:54: small with patrons.neighbour.theories.spigot.weight: every theory has weight 0 "
        f"({FOLDER / 'small.yaml'}:18:15); expected a weight above 0 for one of them at least",
        's.yaml:6:16: a scenario of a case cannot be "larg"; expected small',
        "s.yaml:6:28: -1 is out of range; expected a whole number from 0 to 999999999",
    ]
    found = read_study_text(head + "  - {set: {settings.order: rival-first}}\n  - {}\n", folder=FOLDER)
    assert [dict(case.sets) != {} for case in found.listed] == [True, False] and found.points == 2


def test_files_that_are_none(tmp_path: Path) -> None:
    """Each in one line."""
    (tmp_path / "bytes.yaml").write_bytes(b"study: \xff")
    (tmp_path / "empty.yaml").write_text("")
    for name, wanted in (
        ("none.yaml", "there is no such file"),
        ("bytes.yaml", "1:8: byte 0xff is not UTF-8"),
        ("empty.yaml", "1:1: the file is empty"),
    ):
        with pytest.raises(StudyError, match=wanted):
            read_study(tmp_path / name)


LINES = GOOD.splitlines(keepends=True)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The good file with some lines dropped, doubled or moved, and pieces of it replaced by others."""
    lines = list(LINES)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(lines) - 1))
        lines[at] = draw(st.sampled_from(["", lines[at] * 2, draw(st.sampled_from(LINES)), "  " + lines[at], lines[at].lstrip()]))
    text = "".join(lines)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.one_of(st.sampled_from(SWAPS), st.text(max_size=4))) + text[end:]
    return text


@settings(max_examples=120, deadline=None)
@given(mutated())
@example("study: a\nscenarios: [small.yaml]\nset: {? [a]: 1}\n")
@example("study: a\nscenarios: [small.yaml]\nset: {clock: {months: 24}}\n")
@example("[]")
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    """No traceback, and every mistake in the file has a place in it."""
    try:
        found = read_study_text(text, file="s.yaml", folder=FOLDER)
    except StudyError as error:
        lines = len(text.splitlines()) + 1
        assert error.issues and all(issue.message and issue.file == "s.yaml" and 0 <= issue.line <= lines for issue in error.issues)
    else:
        assert found.wars and found.points >= 0


def test_values_read_back_as_they_were() -> None:
    """Whatever a value holds, its one line is the same value to the reader of the war."""
    for text in (
        "2",
        "47 million USD",
        "'a, b'",
        '"x: #y"',
        "{lognormal: [3, 0.8], source: 'a # b'}",
        "[{at: start, rung: training}]",
        "neighbour.rung >= heavy",
    ):
        once = as_text(parse(text, "v", Issues()))
        assert as_text(parse(once, "v", Issues())) == once and "\n" not in once


def test_tables_and_limits() -> None:
    """The schema has every key of the reader; limits are those of a run; a path has a title in words."""
    schema = study_json_schema()
    for keys, found in ((STUDY, schema), (SPAN, schema["$defs"]["range"]), (CASE, schema["$defs"]["case"])):
        assert list(found["properties"]) == [key.name for key in keys] and found["additionalProperties"] is False
    assert (MOST_DRAWS, MOST_LUCKS) == (LARGEST_DRAWS, LARGEST_LUCKS)
    war = read(SMALL_FILE)
    assert path_title(war, "sides.rebels.personnel") == ("Combat personnel (Rebels)", "thousand persons")
    assert path_title(war, "parameters.spread.clash-top")[1] == "per month"
    assert path_title(war, "strategies.arm.moves.0.volume") == ("Shipped once (“Arm”, move 1)", "million USD")
    assert path_title(war, "patrons.neighbour")[0] == "Neighbour" and path_title(war, "clock.months")[0] == "How many months"

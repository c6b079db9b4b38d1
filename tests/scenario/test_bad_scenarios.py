"""Mistakes that people make, one at a time: each gives one issue, at the right place, with the right hint.

A case replaces a piece of tests/files/wars/war.yaml. The caret ‸ in the replacement marks where the issue must point; it is taken out before reading.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builders.places import FILES, WAR_FILE
from countermove.errors import Issue, ScenarioError
from countermove.scenario import read, read_text

WAR = WAR_FILE.read_text(encoding="utf-8")
SPIGOT = "spigot: {weight: 2, gain: {halfnormal: 0.5, high: 0.6, source: judgement}"
RULE = '"bear.rung >= overt-intervention"'
MODEL = '"P(bear.support[+6] > bear.support | south.losing) >= 0.8"'
PERSONNEL = "{range: [40, 60], unit: thousand, source: yearbook}"
HELD = "held-by-north: {beta: [60, 40], source: judgement}"
MOVE = "{at: 2018-04, rung: lethal-defensive"

# what is replaced, by what, part of the message, the suggestion
CASES: list[tuple[str, str, str, str]] = [
    # --- keys and names
    ("title: A small", "‸titel: A small", '"titel" is not a key of a scenario', "title"),
    ("objective:\n", "‸objectives:\n", '"objectives" is not a key', "objective"),
    ("    rung: training\n    budget", "    ‸rungs: training\n    budget", '"rungs" is not a key of a patron', "rung"),
    ("completion: match", "‸complete: match", '"complete" is not a key of a strategy', "completion"),
    ("{at: start, rung: training,", "{‸on: start, rung: training,", '"on" is not a key of a move', ""),
    ("title: A yearbook, by:", "title: A yearbook, ‸author:", '"author" is not a key of a source', ""),
    ("  north:\n", "  ‸North:\n", '"North" is not a name', "north"),
    ("  wait:\n", "  ‸wait_and_see:\n", '"wait_and_see" is not a name', "wait-and-see"),
    ("  wait:\n", "  ‸within:\n", "a word of the language", ""),
    ("  envoy: {kind", "  ‸north: {kind", "already one of the sides", ""),
    ("scenario: war\n", "scenario: ‸../war\n", "is a path", ""),
    ("scenario: war\n", "scenario: war\nlike: ‸no-such-war\n", 'there is no scenario "no-such-war"', ""),
    ("scenario: war\n", "scenario: war\n‸scenario: war2\n", "written twice", ""),
    ("scenario: war\n", "‸", 'a scenario has no "scenario"', ""),
    # --- references
    ("supports: south", "supports: ‸sooth", '"sooth" is not one of the sides', "south"),
    ("  of: eagle", "  of: ‸eagel", '"eagel" is not one of the patrons', "eagle"),
    ("source: yearbook}\n    heavy", "source: ‸yearbok}\n    heavy", '"yearbok" is not one of the sources', "yearbook"),
    ("deaths: -0.5", "‸death: -0.5", '"death" is not a measure', "deaths"),
    ("      inertia: {", "      ‸inertial: {", '"inertial" is not a theory', "inertia"),
    (SPIGOT, SPIGOT.replace("gain", "‸gian"), '"gian" is not a parameter of spigot', "gain"),
    ("  spread: {clash-top", "  ‸spred: {clash-top", '"spred" is not a mechanism', "spread"),
    ("spread: {clash-top", "spread: {‸clash", 'spread has no parameter "clash"', "clash-top"),
    ("spread: {clash-top", "side: {‸heavy", '"side.heavy" is not written here', ""),
    ("    stake-ratio:", "    ‸headroom: 30\n    stake-ratio:", '"headroom" is not a key of a patron', "means"),
    ("spread: {clash-top", "patron: {‸headroom", '"patron.headroom" is not written here', "means"),
    ("spread: {clash-top", "truces: {‸collapse-share", '"truces.collapse-share" is not written here', "collapse-share"),
    ("    slack:", "    ‸dependance: 0.5\n    slack:", '"dependance" is not a key of a side', "dependence"),
    ("contested: The valley", "contested: The valley, control: ‸populaton", "control cannot be", "population"),
    ("held-by-north", "‸held-by-nort", "is not a key of territory", "held-by-north"),
    ("drift: {south", "drift: {‸soth", '"soth" is not a side', "south"),
    ("rung: covert-regulars", "rung: ‸covert-regular", "a rung cannot be", "covert-regulars"),
    ("rung: covert-regulars", "rung: ‸11", "out of range", ""),
    ("rung: covert-regulars", "rung: 7\n    ladder: {‸training2: {cost: 3}}", "not a rung of the standard ladder", "training"),
    ("rung: covert-regulars", "rung: covert-regulars\n    ladder: ‸[none, political]", "a ladder of 2 rungs", ""),
    # --- dates
    ("at: 2018-04", "at: ‸2018-13", '"2018-13" is not a month', ""),
    ("at: 2018-04", "at: ‸2018-4", '"2018-4" is not a month', "2018-04"),
    ("at: 2018-04", "at: ‸２０１８-04", '"２０１８-04" is not a month', "2018-04"),
    ("months: 36", "months: ‸3６", "is not a whole number", "36"),
    (PERSONNEL, "‸５０ thousand", "", "50 thousand"),
    ("at: 2018-04", "at: ‸2018-04-01", '"2018-04-01" is not a month', "2018-04"),
    ("at: 2018-04", "at: ‸2017-04", "outside the clock", ""),
    ("elections: [2018-11]", "elections: [2018-11, ‸2021-01]", "outside the clock", ""),
    ("from: 2018-02, to: 2018-04", "from: 2018-02, to: ‸2018-01", "ends before it begins", ""),
    ("known-until: 2017-12", "known-until: ‸2021-01", "after the end of the clock", ""),
    ("agreed: 2017-12", "agreed: ‸2018-02", "after the start", ""),
    ("months: 36", "months: ‸0", "out of range", ""),
    ("months: 36", "months: ‸36.5", "is not a whole number", ""),
    # --- numbers
    (PERSONNEL, "{range: ‸[60, 40], unit: thousand, source: yearbook}", "a range from 60 to 40", ""),
    (PERSONNEL, "{range: ‸[0, 40], unit: thousand, source: yearbook}", "a range from 0 to 40", ""),
    (PERSONNEL, "{‸rnage: [40, 60], unit: thousand, source: yearbook}", '"rnage" is not a key of a number', "range"),
    (PERSONNEL, "{range: [40, 60], ‸units: thousand, source: yearbook}", '"units" is not a key of a number', "unit"),
    (PERSONNEL, "{range: [40, 60], unit: ‸thousnd, source: yearbook}", '"thousnd" is not a unit', "thousand"),
    (PERSONNEL, "{range: [40, 60], unit: ‸million USD, source: yearbook}", "does not measure the same thing", ""),
    (PERSONNEL, "{range: [40, 60], ‸value: 50, source: yearbook}", "for one number", ""),
    (PERSONNEL, "‸{source: yearbook}", "a number without a value", ""),
    (PERSONNEL, "‸[40, 60]", "a number cannot be a list", ""),
    (PERSONNEL, "‸many", '"many" is not a number', ""),
    (PERSONNEL, "‸-3", "-3 is out of range", ""),
    (PERSONNEL, "{value: ‸.nan, source: judgement}", "is not a number", ""),
    (PERSONNEL, "{value: ‸.inf, source: judgement}", "is not a number", ""),
    (PERSONNEL, "{value: ‸1e999, source: judgement}", "is not a number", ""),
    (PERSONNEL, "{value: ‸1:30, source: judgement}", "is not a number", ""),
    (PERSONNEL, "{value: ‸0x1F, source: judgement}", "is not a number", ""),
    (PERSONNEL, "{value: ‸050, source: judgement}", "is not a number", "50"),
    (PERSONNEL, "{value: ‸1_000, source: judgement}", "is not a number", "1000"),
    (PERSONNEL, "‸{normal: [30, 15], source: judgement}", "of its mass out of range", ""),
    (PERSONNEL, "{normal: [30, ‸0], source: judgement}", "the sd of a normal is 0", ""),
    (PERSONNEL, "{lognormal: [30, ‸-0.2], source: judgement}", "the sigma of a lognormal is -0.2", ""),
    (PERSONNEL, "{lognormal: ‸[30], source: judgement}", "lognormal with 1 number", ""),
    (PERSONNEL, "{uniform: ‸[60, 40], source: judgement}", "a uniform from 60 to 40", ""),
    (PERSONNEL, "‸{uniform: [-5, 40], source: judgement}", "goes out of range", ""),
    (PERSONNEL, "{dirichlet: ‸[1, 2], source: judgement}", "is one number, and a dirichlet is several", ""),
    (PERSONNEL, "{quantiles: {5: 20, ‸50: 10, 95: 90}, source: judgement}", "does not increase", ""),
    (PERSONNEL, "{quantiles: {5: 20, ‸500: 40}, source: judgement}", "is not a percentage", ""),
    (PERSONNEL, "{lognormal: [30, 0.2], low: ‸500, source: judgement}", "leave nothing", ""),
    (PERSONNEL, "{lognormal: [30, 0.2], low: ‸50, high: 40, source: judgement}", "is not under high", ""),
    (PERSONNEL, "{experts: ‸{anna: 30}, source: judgement}", "1 expert", ""),
    (PERSONNEL, "{experts: {anna: 30, bert: {range: ‸[9, 8]}}, source: judgement}", "a range from 9 to 8", ""),
    (PERSONNEL, "{value: ‸{}, source: judgement}", "a number cannot be a mapping", ""),
    ("slack: {beta: [3, 9]", "slack: {beta: [‸0, 9]", "the a of a beta is 0", ""),
    (
        "slack: {beta: [3, 9], source: judgement}",
        "slack: ‸{lognormal: [0.3, 0.5], source: judgement}",
        "of its mass out of range",
        "",
    ),
    ("    slack:", "    dependence: ‸1.2\n    slack:", "1.2 is out of range", ""),
    ("    slack:", "    stocks: ‸0\n    slack:", "0 is out of range", ""),
    ("    slack:", "    stocks: ‸6 thousand\n    slack:", "does not measure the same thing", ""),
    ("    stake-ratio:", "    means: ‸0\n    stake-ratio:", "0 is out of range", ""),
    (HELD, "held-by-north: ‸1.5", "1.5 is out of range", ""),
    (HELD, "held-by-north: {range: ‸[0.5, 1.2]}", "a range from 0.5 to 1.2", ""),
    (HELD, f"{HELD}, held-by-south: ‸0.3", "said twice", ""),
    ("delay: {choice: [0, 1, 2]", "delay: {choice: ‸3", "choice cannot be", ""),
    ("weight: 2,", "weight: ‸-2,", "out of range", ""),
    ("weight: 2,", "weight: ‸heavy,", "is not a number", ""),
    ("cost: -0.1 per 100 million USD", "cost: ‸-0.1 per 100 months", "does not measure the same thing", ""),
    ("deaths: -0.5 per thousand", "deaths: ‸bad", "is not a worth", ""),
    ("volume: 47 million USD", "volume: ‸47 million months", "does not measure the same thing", ""),
    # --- words
    ("on-table: true", "on-table: ‸yes", "neither true nor false", "true"),
    ("announce: false", "announce: ‸no", "neither true nor false", "false"),
    ("state: positional", "state: ‸position", "the state of the front cannot be", "positional"),
    ("conditions: [not-at-contact-line]", "conditions: [‸not-at-the-line]", "a condition cannot be", "not-at-contact-line"),
    ("conditions: [not-at-contact-line]", "conditions: ‸not-at-contact-line", "conditions cannot be", "[not-at-contact-line]"),
    ("completion: match", "completion: ‸matched", "completion cannot be", "match"),
    ("diplomacy: high", "diplomacy: ‸hihg", "diplomatic effort cannot be", "high"),
    ("kind: mediator", "kind: ‸mediators", "a kind of third party cannot be", "mediator"),
    ("kind: mediator", "kind: mediator, theatre: ‸coast2", "mediator with a theatre", ""),
    ("answer: refuse", "answer: ‸deny", "an answer cannot be", ""),
    ("then: {rung: heavy}", "then: ‸{}", "orders that order nothing", ""),
    ("then: {rung: heavy}", "then: {rung: heavy, step: ‸1}", '"step" beside "rung"', ""),
    ("enforcement: 0.8", "enforcement: ‸1.8", "out of range", ""),
    ("sanctions: 0.5", "sanctions: ‸5", "out of range", ""),
    ("    moves: [{at: start, rung: training, diplomacy: high}]", "    moves: ‸{at: start}", "moves cannot be a mapping", ""),
    ("says: The government", "says:‸ ", "says cannot be empty", ""),
    ("ask: What if it spreads?", "ask: Oh, ‸and what then?", "stands alone after a comma", ""),
    # --- theories and owners
    ("    elections: [2018-11]", "    theories: ‸{inertia: {weight: 1}}", "whose decision this is", ""),
    (
        "inertia: {weight: 1}\n      " + SPIGOT,
        "‸inertia: {weight: 0}\n      " + SPIGOT.replace("2", "0", 1),
        "every theory has weight 0",
        "",
    ),
    # --- expressions
    (RULE, '"‸baer.rung >= 8"', '"baer" is neither a side nor a patron', "bear.rung"),
    (RULE, '"bear.‸rnug >= 8"', 'bear has no "rnug"', "bear.rung"),
    (RULE, '"bear.‸held >= 0.5"', '"held" belongs to a side', ""),
    (RULE, '"bear.rung >= ‸overt-interventoin"', "is not a name that expressions know", "overt-intervention"),
    (RULE, '"bear.rung >=‸"', "ends too early", ""),
    (RULE, '"bear.rung ‸= 8"', '"=" is not expected here', "=="),
    (RULE, '"bear.rung >= 8 ‸& truce"', '"&" is not expected here', "and"),
    (RULE, '"‸bear.rung"', "this is a number", ""),
    (RULE, '"truce and ‸bear.rung"', '"bear.rung" is a number', ""),
    (RULE, '"‸truce >= 8"', '"truce" is true or false', ""),
    (RULE, '"truce ‸> settled"', "between things that are true or false", ""),
    (RULE, '"bear.rung[‸+1] >= 8"', "a shift of +1 months", ""),
    (RULE, '"bear.rung[‸-13] >= 8"', "a shift of -13 months", ""),
    (RULE, '"‸bear.support > 8"', '"bear.support" is not observed', ""),
    (RULE, '"‸bear.will < 0.5"', "eagle does not observe bear.will", ""),
    (RULE, '"‸P(truce | settled) > 0"', "a statistic over months and runs", ""),
    (RULE, '"‸months-1 > 3"', '"months-1" is not a name', "months - 1"),
    (RULE, '"‸incident.costa"', 'no alliance has the theatre "costa"', "incident.coast"),
    (RULE, '"‸bear"', '"bear" is an actor', ""),
    (RULE, '"bear.raises within ‸99"', "within 99", ""),
    (RULE, '"months / ‸0 > 3"', "a division by zero", ""),
    (RULE, '"‸maximum(months, 2) > 3"', '"maximum" is not a function', "max"),
    (MODEL, '"‸bear.rung > 3"', "outside a statistic", ""),
    (MODEL, '"‸1 > 0"', "a claim about no months", ""),
    (MODEL, '"‸share(truce) > 0.5"', "share of 1", ""),
    (MODEL, '"P(‸mean(months) > 3) > 0.5"', "inside another statistic", ""),
    (MODEL, '"‸slope(months) > 0"', "slope of 1", ""),
    (MODEL, '"P(bear.rung > 3 ‸> 2) > 0"', "is not expected here", ""),
]


def positioned(old: str, new: str) -> tuple[str, int, int]:
    """The changed file without the caret, and the line and column at which the caret stood."""
    assert WAR.count(old) >= 1, old
    text = WAR.replace(old, new, 1)
    at = text.index("‸")
    before = text[:at]
    return text.replace("‸", ""), before.count("\n") + 1, at - before.rfind("\n")


@pytest.mark.parametrize(("old", "new", "message", "suggestion"), CASES, ids=[case[1][:60] for case in CASES])
def test_one_issue_at_the_right_place(old: str, new: str, message: str, suggestion: str) -> None:
    """One slip is one issue: where it is, what it is, what was meant."""
    text, line, column = positioned(old, new)
    with pytest.raises(ScenarioError) as caught:
        read_text(text, file="war.yaml")
    found = [str(issue) for issue in caught.value.issues]
    assert len(found) == 1, found
    issue = caught.value.issues[0]
    assert message in issue.message, found
    assert (issue.line, issue.column) == (line, column), found
    assert issue.suggestion == suggestion, found
    assert issue.expected or issue.suggestion, "an issue says what was expected"


def test_there_are_enough_of_them() -> None:
    """The promise is sixty."""
    assert len(CASES) >= 60


def test_all_mistakes_at_once() -> None:
    """Ten slips in one file are ten issues, in the order of the file."""
    text = WAR
    for old, new in [case[:2] for case in CASES if case[0] in ("supports: south", "  of: eagle", "months: 36", "weight: 2,")]:
        text = text.replace(old, new.replace("‸", ""), 1)
    with pytest.raises(ScenarioError) as caught:
        read_text(text)
    lines = [issue.line for issue in caught.value.issues]
    assert len(lines) >= 4
    assert lines == sorted(lines)


BROKEN = sorted((FILES / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=[path.stem for path in BROKEN])
def test_bad_files(path: Path) -> None:
    """A file in tests/files/bad/ says in its first line where the first issue must be, and what it says."""
    expected = re.match(r"# (\d+):(\d+) (.+)", path.read_text(encoding="utf-8", errors="replace"))
    assert expected is not None, "the first line is: # line:column part of the message"
    with pytest.raises(ScenarioError) as caught:
        read(path)
    first = caught.value.issues[0]
    assert (first.line, first.column) == (int(expected[1]), int(expected[2])), str(first)
    assert expected[3] in first.message, str(first)


def test_an_issue_reads_like_a_compiler() -> None:
    """file:line:column: what; expected what; did you mean what?"""
    issue = Issue("war.yaml", 3, 5, '"rungs" is not a key', "rung", "rung")
    assert str(issue) == 'war.yaml:3:5: "rungs" is not a key; expected rung; did you mean rung?'
    assert str(Issue("war.yaml", 0, 0, "there is no such file")) == "war.yaml: there is no such file"

"""What people type that is not the language: told in plain words, where it stands, with what was meant, and once.

A case replaces a piece of tests/files/wars/war.yaml, as in test_bad_scenarios; the caret ‸ marks where the issue must point.
"""

from __future__ import annotations

import pytest

from builders.places import WAR_FILE
from countermove.errors import ScenarioError
from countermove.scenario import read_text
from countermove.scenario.suggestions import suggested_month, suggested_number

WAR = WAR_FILE.read_text(encoding="utf-8")
RULE = '"bear.rung >= overt-intervention"'
MODEL = '"P(bear.support[+6] > bear.support | south.losing) >= 0.8"'
NUMBER = "{value: 35, unit: thousand, source: judgement}"
MOVES = "moves: [{at: start, rung: training, diplomacy: high}]"
PAIR = "    supports: north\n    rung"
SAYS = "says: Arms from the spring"
CLOCK = "clock: {start: 2018-01, months: 36, known-until: 2017-12}"

NUMBERS = [
    (NUMBER, "{value: ‸2,000, unit: persons, source: judgement}", "cut in two by its comma", "2000"),
    (NUMBER, "{value: ‸1,5, source: judgement}", "cut in two by its comma", "1.5"),
    (NUMBER, "{range: [‸40,000, 60000], unit: persons, source: judgement}", "cut in two by its comma", "40000"),
    (NUMBER, "{range: ‸[40,500, 60,500], unit: persons, source: judgement}", "range with 4 numbers", ""),
    (NUMBER, "‸2 000", '"2 000" is not a number', "2000"),
    (NUMBER, "‸1.000.000", "is not a number", "1000000"),
    (NUMBER, "‸50-60", "is not a number", "{range: [50, 60]}"),
    (NUMBER, "‸50–60", "is not a number", "{range: [50, 60]}"),
    (NUMBER, "‸~50", "is not a number", "a range such as {range: [40, 60]}"),
    (NUMBER, "‸−5", "is not a number", "-5"),
    (NUMBER, "‸35\u00a0thousand", "is not a number", "35 thousand"),
    ("months: 36", "months: ‸36 months", "is not a whole number", "36"),
    ("sanctions: 0.5", "sanctions: ‸0,5", "is not a number", "0.5"),
    ("deaths: -0.5 per thousand", "deaths: ‸-0.5/thousand", "is not a worth", "-0.5 per thousand"),
    ("volume: 47 million USD", "volume: ‸$47 million", "is not a number", "47 million USD"),
]
MONTHS = [
    ("at: 2018-04", f"at: ‸{written}", "is not a month", "2018-04")
    for written in ("2018/04", "April 2018", "18-04", "201804", "04.2018", "43191", "2018-04-15", "Apr-18", "2018–04", "“2018-04”")
]
MONTHS += [
    ("at: start", "at: ‸Start", "is not a month", "start"),
    ("start: 2018-01,", "start: ‸01/2018,", "is not a month", "2018-01"),
]
CONDITIONS = [
    (RULE, f'"{written}"', message, meant)
    for written, message, meant in (
        ("bear.rung ‸=> 8", '"=>" is not expected', ">="),
        ("bear.rung ‸=< 8", '"=<" is not expected', "<="),
        ("bear.rung ‸-> 8", '"->" is not expected', ">"),
        ("bear.rung ‸≥ 8", "is not expected", ">="),
        ("bear.rung ‸≠ 8", "is not expected", "!="),
        ("bear.rung ‸<> 8", "is not expected", "!="),
        ("bear.rung ‸> = 8", "is not expected", ">="),
        ("truce ‸&& settled", "is not expected", "and"),
        ("truce ‸|| settled", "is not expected", "or"),
        ("‸!truce", "is not expected", "not"),
        ("‸NOT truce", "not a word of the language", "not"),
        ("bear.rung ‸is at least 3", "is not expected", ">="),
        ("bear.rung == ‸'heavy'", "stands in quotes", "heavy"),
        ("‸“bear.rung >= 8”", "a quote", ""),
        ("deaths > ‸2,000", "is not a number", "2000"),
        ("talks > ‸.5", "is not a number", "0.5"),
        ("talks > ‸50%", "is not a number here", "0.5"),
        ("clash within ‸3 months", "has a unit", "3"),
        ("3 < months ‸< 5", "a second comparison", ""),
        ("‸bear.rung(-1) > 3", "names no month", "bear.rung[-1]"),
        ("‸bear's rung > 3", "is not a name", "bear.rung"),
        ("‸bear rung > 3", "is not a name", "bear.rung"),
        ("‸bear_rung > 3", "is not a name", "bear.rung"),
        ("‸rung > 3", '"rung" without its actor', ""),
        ("‸honduras.rung > 3", "neither a side nor a patron", ""),
        ("‸(truce and settled", "a bracket ( that nothing closes", ""),
        ("truce‸) and settled", "a bracket ) that nothing opens", ""),
        ("truce and‸", "ends too early", ""),
        ("months ‸− 1 > 3", "is not expected", "-"),
        ("bear.rung‸\u00a0>= 8", "an unusual space, U+00A0", ""),
        ("‸# a comment", "a condition of a comment alone", ""),
        ("months / (‸1 - 1) > 3", "a division by zero", ""),
    )
]
CONDITIONS += [
    (MODEL, '"P(truce ‸given settled) > 0.5"', "is not expected", "|"),
    (MODEL, '"‸average(deaths) > 3"', "is not a function", "mean"),
    (MODEL, '"P( ‸| truce) > 0.5"', "is not expected", ""),
]
EMPTY = [
    (place, f"‸{nothing}", "cannot be", "") for place in (RULE, MODEL) for nothing in ('""', '"  "', "null", "[]", "{}", '"\u200b"')
]
EMPTY += [
    ('"share(bear.raises within 3 | south.losing) >= 0.8"', '‸""', "a condition cannot be empty", ""),
    ("says: When the south is losing, the bear gives more.", 'says: ‸""', "says cannot be empty", ""),
    ("ask: What if it spreads?", 'ask: ‸" "', "a question cannot be empty", ""),
    ("supports: north", 'supports: ‸""', "cannot be empty", ""),
    ("of: eagle", 'of: ‸""', "cannot be empty", ""),
    ("unit: thousand", 'unit: ‸""', "a unit cannot be empty", ""),
    ("source: yearbook", 'source: ‸""', "a source cannot be empty", ""),
    ("theatre: coast", 'theatre: ‸""', "a theatre cannot be empty", ""),
    ("scenario: war\n", 'scenario: ‸""\n', "cannot be empty", ""),
    ("scenario: war\n", 'scenario: war\nlike: ‸""\n', "cannot be empty", ""),
    ("scenario: war\n", 'scenario: war\nrecord: ‸""\n', "cannot be empty", ""),
]
STRUCTURE = [
    ("title: A small war with", "title: A small war‸: with", "a colon inside a text", 'title: "A small war: with two sides"'),
    ("ask: What if it spreads?", "ask: What if‸: it spreads?", "a colon inside a text", ""),
    (PAIR, "    supports: north\n     ‸rung", "further in than the one above", ""),
    (PAIR, "    supports: north\n   ‸rung", "3 spaces before this line", ""),
    (PAIR, "    supports: north\n‸\trung", "a tab before this line", ""),
    (PAIR, "    ‸supports north\n    rung", "no colon on this line", "supports: north"),
    (PAIR, "    ‸supports:north\n    rung", "a colon without a space", "supports: north"),
    (PAIR, "    ‸supports = north\n    rung", "no colon after the key", "supports: north"),
    (PAIR, "    supports:‸\u00a0north\n    rung", "an unusual space, U+00A0", ""),
    (PAIR, "    ‸\u00a0supports: north\n    rung", "an unusual space, U+00A0", ""),
    (MOVES, "moves: ‸[{at: start, rung: training}", 'the "[" that opens here is not closed', ""),
    (MOVES, "moves: [{at: start, rung: training‸]", 'a "]" closes the "{" of line 58', ""),
    (MOVES, "moves: {at: start, rung: training}‸]", 'a "]" that nothing opens', ""),
    (MOVES, "moves: [{at: start, rung: training ‸diplomacy: high}]", 'no comma before "diplomacy"', ""),
    (MOVES, "moves: [{at: start‸; rung: training}]", "a semicolon between entries", ""),
    (MOVES, "moves: [{‸at:start, rung: training}]", "no space after its colon", "at: start"),
    (MOVES, "moves:\n      ‸-{at: start, rung: training}", "a dash without a space", "- {at: start, rung: training}"),
    (MOVES, "moves: ‸- {at: start, rung: training}", "a list that begins on its key's line", ""),
    (RULE, '‸"bear.rung >= 8', "the quote that opens here is not closed", ""),
    (RULE, "bear.rung > bear.rung‸[-1]", 'a "[" inside a text', ""),
    (SAYS, "says: 'Don‸'t arm'", "an apostrophe ends the text", ""),
    (SAYS, 'says: "Arms" ‸from the spring', "text goes on after its closing quote", ""),
    (SAYS, "says: ‸@Arms", 'a text that begins with "@"', ""),
    ("elections: [2018-11]", "elections: ‸2018-11", "elections cannot be", "[2018-11]"),
    (CLOCK, "clock:\n‸start: 2018-01\nmonths: 36", '"start" stands beside "clock"', ""),
    ("objective:\n", "  ‸objective:\n", '"objective" stands inside "parameters"', ""),
    ("  wait:\n    moves", "  wait:\n  ‸moves", '"moves" stands beside "wait"', ""),
    ("title: A small", "‸rung: training\ntitle: A small", '"rung" is not a key of a scenario', ""),
]
CASES = [*NUMBERS, *MONTHS, *CONDITIONS, *EMPTY, *STRUCTURE]


@pytest.mark.parametrize(("old", "new", "message", "suggestion"), CASES, ids=[case[1][:60] for case in CASES])
def test_one_issue_in_plain_words(old: str, new: str, message: str, suggestion: str) -> None:
    """Where the slip is, what it is, what was meant; and nothing that follows from it."""
    assert old in WAR
    text = WAR.replace(old, new, 1)
    at = text.index("‸")
    with pytest.raises(ScenarioError) as caught:
        read_text(text.replace("‸", ""), file="war.yaml")
    (issue,) = caught.value.issues
    assert message in issue.message
    assert issue.suggestion == suggestion, str(issue)
    assert (issue.line, issue.column) == (text[:at].count("\n") + 1, at - text[:at].rfind("\n")), str(issue)
    assert issue.expected or issue.suggestion
    assert "YAML" not in issue.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,234,567", "1234567"),
        ("1.000,5", "1000.5"),
        ("1,000.5", "1000.5"),
        ("2'000", "2000"),
        ("0,500", "0.500"),
        ("25k", "25 thousand"),
        ("USD 25 million", "25 million USD"),
        ("1/3", "0.3333"),
        ("2½", "2.5"),
        ("five", "5"),
        ("50 ± 5", "{normal: [50, 5]}"),
        ("between 50 and 60 thousand", "{range: [50, 60], unit: thousand}"),
        ("50", ""),
        ("1,23,456", ""),
        ("50 tanks", ""),
        ("1:30", ""),
        ("many", ""),
    ],
)
def test_numbers_that_were_meant(written: str, meant: str) -> None:
    """Only where one number can have been meant."""
    assert suggested_number(written, several=True) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("15.04.2018", "2018-04"),
        ("04/15/2018", "2018-04"),
        ("April 15, 2018", "2018-04"),
        ("2018Q2", "2018-04"),
        ("2018m4", "2018-04"),
        ("99-04", "1999-04"),
        ("04/05/2018", ""),
        ("2018", ""),
        ("2018-13", ""),
        ("soon", ""),
    ],
)
def test_months_that_were_meant(written: str, meant: str) -> None:
    """Only where one month can have been meant: 04/05/2018 is April to some and May to others."""
    assert suggested_month(written) == meant

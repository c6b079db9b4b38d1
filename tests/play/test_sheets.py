"""Sheets for a game: what is printed is enough to play, says what is true, and no card has another's part."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.browser import Browser
from builders.places import WAR_FILE
from builders.wars import compiled
from countermove.engine.plans import DEFAULT_ENFORCEMENT
from countermove.errors import ScenarioError
from countermove.play.card_words import judged, to_the_owner, wanted_table
from countermove.play.seating import CLASSES, by_need, seating_table
from countermove.play.sheets import AFTER, BEFORE, sheets_of
from countermove.play.war import PERSON, Cards, War
from countermove.scenario import read_text
from countermove.scenario.ladder import COUNT
from countermove.scenario.order_help import TOP, order_help
from countermove.scenario.read import read
from countermove.scenario.schema import Scenario
from countermove.scenario.seat_orders import KEYS, Orderer, read_seat_orders
from countermove.world.measure import MEASURE, judged_at

TABLE = """
table:
  months: 3
  minutes: 5
  channels: {back-room: {says: The back room, members: [eagle, bear]}}
  roles: {eagle: You want <b>peace</b>., bear: Stop only if a thousand men fall.}
  injects: [{at: 2018-02, says: A convoy is shelled.}, {at: 2019-01, says: Too late., to: [bear]}]
  debrief: [What would have made the bear stop?]
"""
CLASSROOM = ("donbas-2017", "angola-1975")


@cache
def sheets(name: str) -> dict[str, str]:
    """The text of each sheet of a war that ships, by its title."""
    return {title: unescape(re.sub(r"<[^>]*>", " ", sheet)) for title, sheet in split(sheets_of(read(name))).items()}


def split(page: str) -> dict[str, str]:
    """The sheets of a page by their titles."""
    found = re.findall(r'<section class="sheet".*?</section>', page, re.DOTALL)
    return {re.sub("<.*?>", "", re.findall(r"<h1.*?</h1>", sheet)[0]): sheet for sheet in found}


def test_a_sheet_for_the_facilitator_and_a_card_for_every_seat() -> None:
    """The hour by minutes with what is told; parts, orders and channels each on their own card; texts are escaped."""
    page = sheets_of(read_text(WAR_FILE.read_text(encoding="utf-8") + TABLE))
    by_title = split(page)
    titles = list(by_title)
    assert titles == [
        "A small war with two sides",
        *(f"You are {name}" for name in ("Eagle", "Bear", "North", "South", "Envoy")),
        "Notes for the debrief",
    ]
    assert by_title[titles[-1]].count('class="asked"') == 1 and "1. What would have made the bear stop?" in by_title[titles[-1]]
    first = by_title[titles[0]]
    assert f"{BEFORE + 15 + AFTER} minutes with reading and debrief" in first
    assert first.index("A convoy is shelled.") < first.index("Too late. (after the last month that is played)")
    seats = " ".join(f"--seat {name}=person" for name in ("eagle", "bear", "north", "south"))
    assert f"countermove play war --pace facilitator {seats}" in first
    assert "What would have made the bear stop?" in first
    assert "You want &lt;b&gt;peace&lt;/b&gt;." in by_title["You are Eagle"] and "<b>peace" not in page
    assert [title for title, sheet in by_title.items() if "Stop only if" in sheet] == ["You are Bear"]
    assert [title for title, sheet in by_title.items() if "The back room" in sheet] == [titles[0], "You are Eagle", "You are Bear"]
    for title, order in (("You are Eagle", "volume"), ("You are Bear", "support"), ("You are South", "attack")):
        assert f">{order}</th>" in by_title[title]
    assert "Your orders" not in by_title["You are Envoy"]


def test_the_command_and_the_examples_are_those_of_the_file() -> None:
    """A file of one's own is found, with what was changed in it; a rung is called as on its ladder; who look on have a card if they have a part."""
    text = WAR_FILE.read_text(encoding="utf-8") + "table: {roles: {observers: Judge the bear.}}\n"
    page = unescape(sheets_of(read_text(text), "my wars/one.yaml", ["table.months=12", "sanctions=0.4 # half"]))
    assert (
        "countermove play 'my wars/one.yaml' --set table.months=12 --set 'sanctions=0.4 # half' --pace facilitator --seat" in page
    )
    card = page.partition("You are an observer")[2]
    assert "Judge the bear." in card and "You look on" in card and "Your orders" not in card and "For the debrief" not in card
    ladder = f"ladder: [{', '.join(f'{{name: step-{k}, cost: {k}, lag: 1}}' for k in range(10))}]"
    for name, number in (("training", 3), ("lethal-defensive", 4), ("heavy", 5)):
        text = text.replace(f"rung: {name}", f"rung: step-{number}")
    own = read_text(text.replace("    budget:", f"    {ladder}\n    budget:"))
    told = {one.name: one.example for one in order_help("owner", own, "eagle", str.capitalize)}
    assert (told["rung"], told["ceiling"], told["volume"]) == ("rung: step-3", "ceiling: step-4", "")  # no rung gives arms


# --- orders -----------------------------------------------------------------------------------------------------------------


def orders(scenario: Scenario, kind: Orderer) -> dict[str, Any]:
    """What a card says of each order of a kind of seat."""
    seat = {"owner": scenario.owner, "patron": scenario.rival or "", "client": next(iter(scenario.sides))}[kind]
    return {one.name: one for one in order_help(kind, scenario, seat, str)}


@pytest.mark.parametrize("name", [*CLASSROOM, "small"])
@pytest.mark.parametrize("kind", ["owner", "patron", "client"])
def test_every_order_stands_on_the_card_with_an_example_that_is_read(name: str, kind: Orderer) -> None:
    """As the language reads it, and the example holds that order."""
    scenario = read(WAR_FILE if name == "small" else name)
    told = orders(scenario, kind)
    assert list(told) == [key.name for key in KEYS[kind]]
    for key, one in told.items():
        given = read_seat_orders(one.example, kind, scenario, most=30)
        given = given.owner if kind == "owner" else given
        assert getattr(given, key.replace("-", "_")) is not None, one.example


RANGES = {
    "volume": ("million USD, 0 to 1,000,000", 0, 1e6, "{{rung: heavy, volume: {} million USD}}"),
    "enforcement": ("0 (not at all) to 1 (wholly)", 0, 1, "{{conditions: [no-offensives], enforcement: {}}}"),
    "sanctions": ("0 (none) to 1 (an embargo)", 0, 1, "sanctions: {}"),
    "peacekeeping-offer": ("thousand, 0 to 100", 0, 100, "peacekeeping-offer: {}"),
    "brigades": ("0 to 7", 0, 7, "brigades: {}"),
}
WORDS = {
    "diplomacy": ("none", "low", "normal", "high"),
    "answer": ("grant", "refuse"),
    "announce": ("true", "false"),
    "conditions": ("[not-at-contact-line]", "[no-offensives]", "[]"),
    "rung": ("0", "8"),
    "ceiling": ("0", "8"),
    "step": ("1", "-1", "8", "-8"),
}


def refused(text: str, scenario: Scenario) -> bool:
    """Whether the owner cannot order this."""
    try:
        read_seat_orders(text, "owner", scenario)
    except ScenarioError:
        return True
    return False


def test_what_may_stand_in_an_order_is_what_the_language_takes() -> None:
    """Both ends of every range, and nothing beyond; every word of a closed list, and no other."""
    scenario = read("donbas-2017")
    told = orders(scenario, "owner")
    for key, (says, least, most, order) in RANGES.items():
        assert told[key].may.startswith(says)
        assert not any(refused(order.format(f"{end:.0f}"), scenario) for end in (least, most)), key
        assert all(refused(order.format(beyond), scenario) for beyond in (least - 0.5, most + 0.5)), key
    for key, words in WORDS.items():
        assert not any(refused(f"{key}: {word}", scenario) for word in words), key
        assert refused(f"{key}: perhaps", scenario), key
    for key in ("diplomacy", "answer", "announce", "conditions"):
        assert all(word in told[key].may for word in WORDS[key])
    assert set(RANGES) | set(WORDS) | {"exit"} == set(told)
    assert f"{DEFAULT_ENFORCEMENT:g} if you do not say it" in told["enforcement"].does
    assert TOP == COUNT - 2


# --- words ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSROOM)
def test_a_card_speaks_to_its_reader(name: str) -> None:
    """Nobody is called the owner, the rival or the client; the whole ladder stands there, and that war is not ordered."""
    for title, text in sheets(name).items():
        assert not re.findall(r"\bthe (?:owner|rival|client)\b|\ba rival\b|\bits client\b", text, re.IGNORECASE), title
    owner = next(iter(sheets(name)))
    cards = [text for title, text in sheets(name).items() if title not in (owner, "Notes for the debrief")]
    assert sum("patron-war" in text and "cannot be ordered" in text for text in cards) == 4  # whoever orders anything
    assert len(read(name).table.roles) == len(cards)


@pytest.mark.parametrize("name", CLASSROOM)
def test_words_about_the_owner_become_words_to_it(name: str) -> None:
    """Of every measure that a file may value."""
    program = compiled(name)
    for measure in MEASURE.values():
        for text in (measure.doc, measure.title, measure.noun):
            assert not re.search(r"\bowner|\brival", to_the_owner(program, text)), measure.name


def test_the_card_tells_how_a_game_of_twelve_months_is_judged() -> None:
    """What looks at month 24 is judged as a game of 12 months judges it; a point has its price; by the points of the file."""
    program = compiled("donbas-2017")
    table = wanted_table(program)
    assert table is not None
    rows = {row.head.text: row.cells[0].text for row in table.rows}
    assert rows["A settlement is reached within the 12 months of the game"] == "3 points"
    (drawn,) = (text for text in rows if text.startswith("You being drawn in"))
    assert "judged in month 24" in drawn and "counts for nothing here" in drawn
    assert judged_at(MEASURE["drawn-in"], program.scenario.clock.months) == 24 > 12
    assert rows["Civilian dead"] == "−1 point for every 1,000 persons"
    (price,) = (text for text in judged(program.scenario) if text.startswith("One point"))
    assert price == "One point is worth 2,000 soldiers' lives, 1,000 civilian lives or 1,000 million dollars."
    whole = program.scenario.model_copy(update={"table": program.scenario.table.model_copy(update={"months": 60})})
    long = wanted_table(replace(program, scenario=whole))
    assert long is not None
    assert next(row.head.text for row in long.rows) == "A settlement within 24 months"


@pytest.mark.parametrize("name", [*CLASSROOM, "small"])
def test_every_class_has_its_seats(name: str) -> None:
    """Each seat in the command is one that a person can take; who has no orders is not in it; what nobody takes is played, or stays empty."""
    program = compiled(WAR_FILE if name == "small" else name)
    table = seating_table(program)
    assert tuple(int(row.head.text) for row in table.rows) == CLASSES
    options = ""
    for row in table.rows:
        who, rest, option = (cell.text for cell in row.cells)
        options = option if option != "the same" else options
        named = re.findall(r"--seat (\S+)=person", options)
        War(program, Cards(), dict.fromkeys(named, PERSON))
        titles = {seat.title: seat for seat in by_need(program)}
        sitting = {title for title in titles if title in who}
        assert len(sitting) == min(int(row.head.text), len(titles))
        assert named == [seat.name for seat in titles.values() if seat.title in sitting and seat.kind in KEYS]
        assert all(title in rest for title in titles if title not in sitting)
    assert program.scenario.owner == by_need(program)[0].name


@pytest.mark.parametrize("name", CLASSROOM)
def test_the_questions_name_sections_that_the_page_after_the_game_has(name: str) -> None:
    """What stands in quotation marks is a head of that page."""
    source = (resources.files("countermove.show") / "templates" / "after.html.j2").read_text(encoding="utf-8")
    heads = set(re.findall(r"<(?:h2|summary)[^>]*>([^<{]+)</", source))
    named = [section for question in read(name).table.debrief for section in re.findall("“(.+?)”", question)]
    assert named and set(named) <= heads


@pytest.mark.browser
def test_a_card_is_printed_on_two_pages_at_most(chromium: str, tmp_path: Path) -> None:
    """One sheet of paper for each seat, one for the facilitator, and one page to write on in the debrief."""
    page = tmp_path / "sheets.html"
    page.write_text(sheets_of(read("donbas-2017")), encoding="utf-8")
    with Browser(chromium) as browser:
        browser.open(page)
        pdf = browser.print(tmp_path / "sheets.pdf").read_bytes()
        assert browser.complaints == []
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2 + 2 + 2 + 1 + 1 + 1 + 1 + 1


def test_how_far_what_is_given_may_be_from_its_aim_is_told() -> None:
    """Nine months in ten, against draws of the noise and of its size; a scenario that says another noise has another figure."""
    text = WAR_FILE.read_text(encoding="utf-8")
    rng = np.random.default_rng(1)
    for written, scale in (("", 0.5), ("  support: {noise: 2 thousand}\n", 2.0)):
        scenario = read_text(text.replace("\nparameters:\n", f"\nparameters:\n{written}"))
        sigma = np.abs(rng.normal(0, scale, 400_000)) if not written else scale
        expected = float(np.quantile(np.abs(sigma * rng.normal(size=400_000)), 0.9))
        does = orders(scenario, "patron")["support"].does
        found = re.search(r"nine times in ten by less than ([\d.]+) thousand; each rung above 3 that eagle newly", does)
        assert found and abs(float(found.group(1)) - expected) < 0.07, does

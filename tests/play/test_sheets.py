"""Sheets for a game: what is printed is enough to play, and no card has another's part."""

from __future__ import annotations

import re
from html import unescape

from builders.places import WAR_FILE
from countermove.play.sheets import AFTER, BEFORE, EXAMPLES, _example, sheets_of
from countermove.scenario import read_text

TABLE = """
table:
  months: 3
  minutes: 5
  channels: {back-room: {says: The back room, members: [eagle, bear]}}
  roles: {eagle: You want <b>peace</b>., bear: Stop only if a thousand men fall.}
  injects: [{at: 2018-02, says: A convoy is shelled.}, {at: 2019-01, says: Too late., to: [bear]}]
  debrief: [What would have made the bear stop?]
"""


def test_a_sheet_for_the_facilitator_and_a_card_for_every_seat() -> None:
    """The hour by minutes with what is told; parts, orders and channels each on their own card; texts are escaped."""
    page = sheets_of(read_text(WAR_FILE.read_text(encoding="utf-8") + TABLE))
    sheets = re.findall(r'<section class="sheet".*?</section>', page, re.DOTALL)
    titles = [re.sub("<.*?>", "", re.findall(r"<h1.*?</h1>", sheet)[0]) for sheet in sheets]
    assert titles == ["A small war with two sides", *(f"You are {name}" for name in ("Eagle", "Bear", "North", "South", "Envoy"))]
    by_title = dict(zip(titles, sheets, strict=True))
    assert f"{BEFORE + 15 + AFTER} minutes with reading and debrief" in sheets[0]
    assert sheets[0].index("A convoy is shelled.") < sheets[0].index("Too late. (after the last month that is played)")
    assert "countermove play war --pace facilitator --seat bear=person --seat north=person --seat south=person" in sheets[0]
    assert "What would have made the bear stop?" in sheets[0]
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
    assert "Judge the bear." in card and "You look on" in card and "Your orders" not in card
    assert "{rung: training, diplomacy: high}" in page
    ladder = f"ladder: [{', '.join(f'{{name: step-{k}, cost: {k}, lag: 1}}' for k in range(10))}]"
    for name, number in (("training", 3), ("lethal-defensive", 4), ("heavy", 5)):
        text = text.replace(f"rung: {name}", f"rung: step-{number}")
    own = read_text(text.replace("    budget:", f"    {ladder}\n    budget:"))
    assert _example(own, *EXAMPLES["owner"][1]) == ("{answer: refuse, ceiling: step-3}", EXAMPLES["owner"][1][1])

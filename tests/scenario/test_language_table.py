"""How people play a war, as the language writes it: read, refused, written back, explained."""

from __future__ import annotations

import pytest

from builders.places import WAR_FILE
from countermove.errors import ScenarioError
from countermove.scenario import explain, hash_of, json_schema, read_text, write
from countermove.scenario.schema import Channel
from countermove.scenario.seat_orders import read_seat_orders

WAR = WAR_FILE.read_text(encoding="utf-8")
TABLE = """
table:
  channels:
    back-room: {says: Nobody else hears of it., members: [eagle, bear]}
    shuttle: {members: [envoy, north, south, observers]}
  months: 12
  minutes: 2.5
  roles: {eagle: You want peace., envoy: You have no orders to give.}
  injects:
    - {at: 2018-03, says: A convoy is shelled.}
    - {at: 2018-05, says: A letter comes., to: [bear]}
  debrief: [What would have made the bear stop?]
"""


def test_what_is_written_is_read_written_back_and_explained() -> None:
    """No number hangs on it, and so no hash; a war without it is as it was."""
    scenario = read_text(WAR + TABLE)
    assert scenario.table.channels == {
        "back-room": Channel(says="Nobody else hears of it.", members=("eagle", "bear")),
        "shuttle": Channel(members=("envoy", "north", "south", "observers")),
    }
    assert (scenario.table.months, scenario.table.minutes) == (12, 2.5)
    assert [(one.says, one.to) for one in scenario.table.injects] == [("A convoy is shelled.", ()), ("A letter comes.", ("bear",))]
    assert read_text(write(scenario)) == scenario and write(read_text(write(scenario))) == write(scenario)
    assert hash_of(scenario) == hash_of(read_text(WAR)) and "\ntable" not in write(read_text(WAR))
    assert "- back-room: eagle and bear may talk. Nobody else hears of it." in explain(scenario)
    assert "- in May 2018, to bear alone: A letter comes." in explain(scenario)
    assert "- 12 months are played, in 2.5 minutes each." in explain(scenario)
    assert "- 36 months are played, in 6 minutes each." in explain(read_text(WAR + "table: {minutes: 6}\n"))
    assert "At the table" not in explain(read_text(WAR))
    assert set(json_schema()["$defs"]["shape-channel"]["properties"]) == {"says", "members"}


@pytest.mark.parametrize("means", [12.3456, 12.1, 9.99999, 0.0123456, 1234.56])
def test_the_support_that_is_told_may_be_ordered(means: float) -> None:
    """Its last digit is not rounded up."""
    scenario = read_text(WAR)
    with pytest.raises(ScenarioError) as found:
        read_seat_orders("support: 99999", "patron", scenario, most=means)
    told = found.value.issues[0].expected.split()[2]
    assert read_seat_orders(f"support: {told}", "patron", scenario, most=means).support == pytest.approx(means, rel=1e-3)


# The caret ‸ marks where the issue must point: the section, the message, the suggestion.
CASES = [
    ("table: {channels: {talk: {members: [eagle, ‸baer]}}}", '"baer" has no seat at the table', "bear"),
    ("table: {channels: {talk: {members: [eagle, ‸pact]}}}", "pact is an alliance, and has no seat at the table", ""),
    ("table: {channels: {talk: {members: ‸[eagle]}}}", "a channel in which nobody can be talked with", ""),
    ("table: {channels: {talk: {members: ‸[eagle, eagle]}}}", "a channel in which nobody can be talked with", ""),
    ("table: {channels: {talk: {members: ‸eagle}}}", 'members cannot be "eagle"', "[eagle]"),
    ("table: {channels: {talk: ‸{says: Hush}}}", 'a channel has no "members"', ""),
    ("table: {channels: {talk: {‸member: [eagle, bear]}}}", '"member" is not a key of a channel', "members"),
    ("table: {‸chanels: {talk: {members: [eagle, bear]}}}", '"chanels" is not a key of a table', "channels"),
    ("table: {channels: {‸Talk: {members: [eagle, bear]}}}", '"Talk" is not a name', "talk"),
    ("table: {roles: {‸baer: You want peace.}}", '"baer" has no seat at the table', "bear"),
    ("table: {injects: [‸{says: Something}]}", 'an inject has no "at"', ""),
    ("table: {injects: [{at: ‸2017-01, says: Something}]}", '"2017-01" is outside the clock', ""),
    ("table: {injects: [{at: 2018-03, says: Something, to: [‸baer]}]}", '"baer" has no seat at the table', "bear"),
    ("table: {months: ‸37}", "37 is out of range", ""),
    ("table: {debrief: ‸What now?}", 'debrief cannot be "What now?"', ""),
    ("table: ‸{}", "a table that says nothing", ""),
    ("‸tables: {channels: {talk: {members: [eagle, bear]}}}", '"tables" is not a key of a scenario', "table"),
]


@pytest.mark.parametrize(("written", "message", "suggestion"), CASES)
def test_a_slip_is_one_mistake_at_its_place(written: str, message: str, suggestion: str) -> None:
    """Line, column, what was meant."""
    text = f"{WAR}\n{written}\n"
    before = text[: text.index("‸")]
    with pytest.raises(ScenarioError) as caught:
        read_text(text.replace("‸", ""))
    where = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert [(one.line, one.column, one.message, one.suggestion) for one in caught.value.issues] == [(*where, message, suggestion)]


def test_an_unread_actor_is_not_held_against_a_channel() -> None:
    """One slip, one mistake."""
    with pytest.raises(ScenarioError) as caught:
        read_text(WAR.replace("third-parties:", "third-partys:") + TABLE)
    assert len(caught.value.issues) == 1

"""The protocol: what is no message is refused in words, and its table is a JSON Schema that says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders.tables import message, room, sent
from countermove.play.form import refusals
from countermove.play.protocol import MESSAGES, MOST_MESSAGE, REFUSED, document, read_message
from countermove.play.room import Room

SCRIPT = '<script>alert("x")</script>'
GOOD = {"version": 1, "type": "say", "id": "a", "channel": "everybody", "text": "Hello"}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A room that must not notice any of this."""
    return room(tmp_path_factory.mktemp("rooms"))


HOSTILE: list[tuple[bytes, str]] = [
    (b"", "no JSON"),
    (b"\xff\xfe", "not UTF-8"),
    (b"null", "a message cannot be null"),
    (b"[1]", "cannot be a list"),
    (b'"observe"', "a message cannot be"),
    (b"1e999", "no number that can be kept"),
    (b"9" * 5000, "digits"),
    (b"NaN", "no number of JSON"),
    (b'{"version": Infinity}', "no number of JSON"),
    (b"[" * 30000, "nested too deep"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deep"),
    (b"x" * (MOST_MESSAGE + 1), "At most 32,768"),
    (b'{"version":1,"version":1,"type":"observe"}', "given twice"),
    (b'{"version":1,"type":"say","id":"a","channel":"everybody","text":"\\ud800"}', "half of a letter"),
    (b"{}", "version null"),
    (b'{"version":true,"type":"observe"}', "version true"),
    (b'{"version":"1","type":"observe"}', "version"),
    (b'{"version":2,"type":"observe"}', "version 2"),
    (b'{"version":1}', "expected observe"),
    (b'{"version":1,"type":"obsrve"}', "did you mean observe"),
    (b'{"version":1,"type":["say"]}', "type"),
    (b'{"version":1,"type":"__class__"}', "type"),
]
CHANGES: list[tuple[dict[str, object], str]] = [
    ({"id": None}, "id: null"),
    ({"id": ""}, "id:"),
    ({"id": "a\n"}, "id:"),
    ({"id": "a" * 65}, "id:"),
    ({"id": "../../etc/passwd"}, "id:"),
    ({"id": {"$ne": 1}}, "id: an object"),
    ({"text": ""}, "empty text"),
    ({"text": "   \n"}, "empty text"),
    ({"text": "a" * 2001}, "2,001 letters"),
    ({"text": 5}, "text: 5"),
    ({"text": "\x1b[31mred"}, "control character U+001B"),
    ({"text": "a\u202eb"}, "control character U+202E"),
    ({"text": "a\x00b"}, "control character U+0000"),
    ({"channel": "../bear"}, "channel:"),
    ({"channel": SCRIPT}, "channel:"),
    ({"channel": "bear-south"}, "no channel called bear-south"),
    ({"channel": "eagle-north\n"}, "channel:"),
    ({"seat": "bear"}, "is none of"),
    ({"by": "facilitator"}, "is none of"),
    ({"token": "x"}, "is none of"),
    ({"type": "adjudicate"}, "none of"),
    ({"type": "commit"}, "there is no"),
]


@pytest.mark.parametrize(
    ("data", "words"), HOSTILE + [(json.dumps({**GOOD, **change}).encode(), words) for change, words in CHANGES]
)
def test_hostile_messages_are_refused_in_words(table: Room, data: bytes, words: str) -> None:
    """Nothing is done, nothing crashes, and the answer is short, whatever was sent."""
    before = table.session
    answer = table.answer("eagle", data)
    assert refusals(REFUSED, answer) == () and table.session is before
    assert words in json.dumps(answer, ensure_ascii=False) and len(json.dumps(answer)) < 5000


def test_messages_out_of_turn_and_of_others_are_refused(table: Room) -> None:
    """A seat can do nothing that only the facilitator can, nor name another seat in any message."""
    for name, one in MESSAGES.items():
        if one.facilitator:
            fields = {"seat": "bear", "player": "person", "month": 1, "on": True, "to": 1, "line": "x", "at": 1}
            made = message(name, **{key: value for key, value in fields.items() if key in one.fields and key not in one.optional})
            answer = table.answer("eagle", json.dumps(made))
            assert "only the facilitator" in answer["errors"][0]["message"], name
    assert table.answer("observer-1", sent("commit", month=1, orders=""))["type"] == "refused"
    assert table.answer("observer-1", sent("forecast", event="truce", by=3, probability=True))["type"] == "refused"


def test_orders_are_data(table: Room) -> None:
    """YAML that would make objects, copies of itself, or a very long list of mistakes."""
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"
    for orders in (
        "!!python/object/apply:os.system [ls]",
        bomb,
        "rung: *a",
        "- " * 900,
        "{" * 900,
        "rung: training\n---\nrung: heavy",
        SCRIPT,
    ):
        answer = table.answer("eagle", sent("commit", month=1, orders=orders))
        assert answer["type"] == "refused" and table.session.orders == {}
        assert all(error["line"] >= 1 and error["message"] for error in answer["errors"])
    wrong = table.answer("eagle", sent("commit", month=1, orders="rung: hevy\nbrigade: 1"))
    assert [(one["line"], one["suggestion"]) for one in wrong["errors"]] == [(1, "heavy"), (2, "brigades")]


def test_what_is_said_is_kept_letter_by_letter(table: Room) -> None:
    """Escaping is for whoever shows it; nothing of it is evaluated or lost."""
    for text in (SCRIPT, "Ночь 🌙\n{{7*7}} ${x} %s \\u0041", "'; DROP TABLE seats; --"):
        assert table.answer("eagle", sent("say", channel="everybody", text=text))["type"] == "done"
        channel = table.observation("bear")["channels"][0]
        assert channel["said"][-1] == {"by": "eagle", "text": text, "month": 1}


def test_the_document_is_a_schema_of_what_is_checked() -> None:
    """Every message that is read fits its schema there; each has a description."""
    shown = document()
    assert json.loads(json.dumps(shown)) == shown
    assert set(MESSAGES) <= set(shown["$defs"]) and all(shown["$defs"][name]["description"] for name in MESSAGES)
    assert read_message(json.dumps(GOOD)) == GOOD and refusals(shown["$defs"]["say"], GOOD) == ()
    assert {"$ref": "#/$defs/undo"} not in shown["$defs"]["from-seat"]["oneOf"]


def test_the_walker_says_all_that_is_wrong() -> None:
    """With its place."""
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 3}, "maxItems": 3},
            "b": {"const": 1},
        },
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    assert refusals(schema, {"a": [1, 2, 3], "b": 1}) == ()
    assert refusals(schema, {"a": [1, 9, True], "b": True, "aa": 0}) == (
        "a[2]: 9 is out of range; expected 1 to 3",
        "a[3]: true; expected a whole number",
        "b: true; expected 1",
        '"aa" is none of a and b',
    )
    assert refusals(schema, {"a": [1] * 9}) == ('there is no "b"; expected something', "a: a list of 9; expected 0 to 3")


def test_files_are_not_where_a_message_can_reach(tmp_path: Path) -> None:
    """A whole evening of hostile names leaves two files."""
    table = room(tmp_path)
    for data, _ in HOSTILE:
        table.answer("bear", data)
    assert len(list(tmp_path.iterdir())) == 2

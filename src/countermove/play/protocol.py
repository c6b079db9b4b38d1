"""What is said between a seat and the table, version 1: each message with its fields, as a table. What comes in is checked against it, and
`countermove play --schema` prints it.

A seat asks to `observe`, and is sent its observation, or to `check` orders before it commits them; it acts by the other messages. Each of them has
an `id` that the sender makes up: sent again with the same id and the same content, it is done once. A version may gain fields and messages; none is
taken away from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from countermove.errors import SessionError
from countermove.play.form import Schema, refusals, shown
from countermove.play.month import EVENTS, FATES
from countermove.play.strict_json import strict_json
from countermove.scenario.seat_orders import MOST_TEXT

VERSION = 1
REVISION = 2
"""Of version 1: what was added since stands in the schema's description; no message that was good before is refused."""
FACILITATOR = "facilitator"
MOST_MESSAGE = 32 << 10  # bytes
MOST_SAID = 2000  # letters of one thing that is said
MOST_NOTE = 8000  # letters of a note
MOST_REMEMBERED = 1000  # letters of what a seat writes for the debrief
FORECAST = ("truce", "settled", "direct-war", "incident")
"""What can be forecast: that it happens by the end of a month, or is so already."""
NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"

NAMED: Schema = {"type": "string", "pattern": NAME, "maxLength": 80, "description": "a name: small letters, digits and hyphens"}
MONTH: Schema = {"type": "integer", "minimum": 1, "maximum": 600, "description": "the number of a month, from 1"}
CHANCE: Schema = {"type": "number", "minimum": 0, "maximum": 1, "description": "a probability from 0 to 1"}
SAID: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_SAID, "description": "a text"}
ID: Schema = {
    "type": "string",
    "pattern": r"^[A-Za-z0-9_-]{1,64}$",
    "description": "1 to 64 letters, digits, - and _, made up by the sender",
}
ORDERS: Schema = {
    "type": "string",
    "maxLength": MOST_TEXT,
    "description": "orders in the language of strategies, such as `rung: training`; an empty text orders nothing",
}
REMEMBERED: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_REMEMBERED, "description": "a text"}
NOTED: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_NOTE, "description": "a text"}
TRUTH: Schema = {"type": "boolean", "description": "true or false"}
WEIGHTS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
    "maxProperties": 40,
    "description": "how likely each theory is, by its name; together 1",
}
WORDS: Schema = {"type": "array", "items": NAMED, "maxItems": 60, "description": "a list of names"}


@dataclass(frozen=True)
class Message:
    """One kind of message: who sends it, what it does, its fields with their schemas, and those that may be left out."""

    name: str
    facilitator: bool
    says: str
    fields: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    optional: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """The message as JSON Schema."""
        head: dict[str, Schema] = {"version": {"const": VERSION}, "type": {"const": self.name}, "id": ID}
        needed = [name for name in (*head, *self.fields) if name not in self.optional and (name != "id" or self.acts)]
        return {
            "title": self.name,
            "description": self.says,
            "type": "object",
            "properties": {**head, **self.fields},
            "required": needed,
            "additionalProperties": False,
        }

    @property
    def acts(self) -> bool:
        """Whether it changes anything."""
        return self.name not in LOOKS


LOOKS = ("observe", "check")
"""Messages that are answered, and change nothing."""

# fmt: off
MESSAGES: Mapping[str, Message] = MappingProxyType({one.name: one for one in (
    Message("observe", False, "Send me what I see."),
    Message("check", False, "What of these orders would not be carried out as they say it? Nothing is ordered by it.", {"orders": ORDERS}),
    Message("say", False, "Say something in a channel.", {"channel": NAMED, "text": SAID}),
    Message("commit", False, "These are my orders for the month; until the month is played they may be changed, unless orders are locked.",
            {"month": MONTH, "orders": ORDERS}),
    Message("forecast", False, "How likely it is that something happens by the end of a month.",
            {"event": {"enum": list(FORECAST)}, "by": MONTH, "probability": CHANCE}),
    Message("guess", False, "How likely each theory is to be the one that a hidden player follows.", {"of": NAMED, "weights": WEIGHTS}),
    Message("remember", False, "For the debrief: what I believe, or what would make me stop. Only the facilitator reads it until the cards are open.",
            {"text": REMEMBERED}),
    Message("note", False, "A program writes into the transcript, such as what it asked a model and was told; nobody at the table is shown it.",
            {"text": NOTED}),
    Message("seat", True, "Who plays a seat: person, program, chance, a theory or a strategy.", {"seat": NAMED, "player": NAMED}),
    Message("renew", True, "A new link to a seat; the old link and whoever came by it are shut out.", {"seat": NAMED}),
    Message("adjudicate", True, "Play the month now; who has not committed orders nothing.", {"month": MONTH}),
    Message("lock", True, "Whether orders that are committed can no longer be changed; who has not committed may still do so, once.", {"on": TRUTH}),
    Message("undo", True, "Take back a month and all after it: it is played again. Their orders, news and forecasts are gone, and so are the orders "
            "of the month that is being played; what was said and guessed stays.", {"to": MONTH}),
    Message("branch", True, "A new line of play that leaves a line (by default this one) before a month; the other stays as it is.",
            {"line": NAMED, "at": MONTH, "origin": NAMED}, ("origin",)),
    Message("inject", True, "News for some seats or for all, and perhaps an event that happens in this month if it can, or does not.",
            {"text": SAID, "to": WORDS, "event": {"type": "string", "maxLength": 100, "description": "an event"},
             "fate": {"enum": list(FATES)}}, ("text", "to", "event", "fate")),
    Message("pause", True, "Nobody commits and no month is played until play is resumed."),
    Message("resume", True, "Play on."),
    Message("reveal", True, "Open the cards: everybody sees which draw, which luck, and which theories were hidden."),
    Message("end", True, "The game is over."),
)})
# fmt: on
EVENT_NAMES = EVENTS
"""Of `inject`; besides, `SIDE.attacks`."""

_VALUE: Schema = {"type": ["number", "boolean", "null"]}
_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}


def _record(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _each(item: Schema) -> Schema:
    return {"type": "array", "items": item}


_END: Schema = {"type": ["number", "null"]}
_REMARKS = _each(_record(key=_TEXT, text=_TEXT))


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


OUTCOME: Schema = {
    "description": "What the game came to: there once it is over and the cards are open. Forecasts and guesses are the seat's own.",
    **_record(
        says=_each(_TEXT),
        points={"type": ["number", "null"]},
        measures=_each(_record(name=_TEXT, says=_TEXT, value=_TEXT, worth=_TEXT)),
        forecasts=_each(
            _record(
                event=_TEXT,
                by=_NUMBER,
                probability={"type": "number"},
                month=_NUMBER,
                happened={"type": ["boolean", "null"]},
                brier={"type": ["number", "null"]},
            )
        ),
        guesses=_each(_record(seat=_TEXT, theory=_TEXT, probability={"type": ["number", "null"]})),
        remembered=_each(_record(by=_TEXT, month=_NUMBER, text=_TEXT)),
    ),
}
_SEAT = {"name": _TEXT, "kind": {"enum": ["owner", "patron", "client", "mediator", "observer", FACILITATOR]}, "title": _TEXT}
OBSERVATION: Schema = {
    "title": "observation",
    "description": "Everything that a seat sees.",
    **_record(
        version={"const": VERSION},
        type={"const": "observation"},
        session=_TEXT,
        title=_TEXT,
        seat=_record(**_SEAT),
        role=_TEXT,
        state={"enum": ["playing", "paused", "over", "ended"]},
        line=_TEXT,
        month=_NUMBER,
        months=_NUMBER,
        date=_TEXT,
        locked=TRUTH,
        seats=_each(_record(**_SEAT, person=TRUTH, taken=TRUTH, committed=TRUTH)),
        readings=_each(_record(name=_TEXT, says=_TEXT, value=_VALUE, unit=_TEXT, seen=_TEXT)),
        history={"type": "object", "additionalProperties": _each(_VALUE)},
        news=_each(_record(month=_NUMBER, text=_TEXT)),
        orders=_record(
            keys=_each(
                _record(
                    name=_TEXT,
                    kind=_TEXT,
                    says=_TEXT,
                    does=_TEXT,
                    takes=_TEXT,
                    example=_TEXT,
                    values=_each(_TEXT),
                    least=_END,
                    most=_END,
                )
            ),
            committed={"type": ["string", "null"]},
            remarks=_REMARKS,
            given=_each(_record(month=_NUMBER, text=_TEXT)),
        ),
        standing=_each(_record(name=_TEXT, value={"type": ["string", "number", "boolean", "null"]}, says=_TEXT)),
        undone={"type": ["object", "null"], "properties": {"first": _NUMBER, "last": _NUMBER}},
        channels=_each(
            _record(
                name=_TEXT, says=_TEXT, members=_each(_TEXT), speaks=TRUTH, said=_each(_record(by=_TEXT, text=_TEXT, month=_NUMBER))
            )
        ),
        forecasts=_each(_record(event=_TEXT, by=_NUMBER, probability={"type": "number"}, month=_NUMBER)),
        remembered=_each(_record(month=_NUMBER, text=_TEXT)),
        hidden=_each(_record(seat=_TEXT, theories=_each(_record(name=_TEXT, says=_TEXT)), guess={"type": ["object", "null"]})),
        revealed=_or_null(
            _record(
                cards={"type": "object"},
                players={"type": "object", "additionalProperties": _TEXT},
                outcome=_or_null(OUTCOME),
            )
        ),
    ),
}
CHECKED: Schema = {
    "title": "checked",
    "description": "What of the orders would not be carried out as they say it; nothing was ordered.",
    **_record(version={"const": VERSION}, type={"const": "checked"}, id={"type": ["string", "null"]}, remarks=_REMARKS),
}
DONE: Schema = {
    "title": "done",
    "description": "It is done, and on the disk.",
    **_record(version={"const": VERSION}, type={"const": "done"}, id=ID),
}
REFUSED: Schema = {
    "title": "refused",
    "description": "It is refused, and nothing was done.",
    **_record(
        version={"const": VERSION},
        type={"const": "refused"},
        id={"type": ["string", "null"]},
        errors=_each(_record(message=_TEXT, line=_NUMBER, column=_NUMBER, expected=_TEXT, suggestion=_TEXT)),
    ),
}

LINK: Schema = {
    "title": "link",
    "description": "The token of a new link, for the facilitator alone; it is sent once.",
    **_record(version={"const": VERSION}, type={"const": "link"}, id=ID, seat=_TEXT, token=_TEXT),
}
OVERVIEW: Schema = {
    "title": "overview",
    "description": "What the facilitator sees in place of an observation: all orders and channels, lines, who is missing, what is in the way.",
    "type": "object",
    "properties": {
        "version": {"const": VERSION},
        "type": {"const": "overview"},
        "month": _NUMBER,
        "missing": _each(_TEXT),
        "lines": _each(_record(name=_TEXT, months=_NUMBER)),
        "news": _each(
            {
                **_record(month=_NUMBER, text=_TEXT, to=_each(_TEXT)),
                "description": "all that was told in a month, and to whom: no name is everybody",
            }
        ),
        "seats": _each({"type": "object", "properties": {**_SEAT, "player": _TEXT, "committed": TRUTH}}),
        "decrees": {
            "type": "object",
            "additionalProperties": {"enum": list(FATES)},
            "description": "events of this month that the facilitator brings about or keeps from happening",
        },
        "trouble": _TEXT,
        "present": {**_each(_TEXT), "description": "seats of which a page or another line is open"},
    },
    "required": ["version", "type", "month", "missing", "lines", "seats", "decrees", "trouble", "present"],
}


def document() -> Schema:
    """All of it as one JSON Schema: what may be sent, and what comes back."""
    answers = {one["title"]: one for one in (OBSERVATION, OVERVIEW, CHECKED, DONE, LINK, REFUSED)}
    sent = [name for name, one in MESSAGES.items() if not one.facilitator]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"countermove: messages of a table, version {VERSION}, revision {REVISION}",
        "description": "A seat sends one of `from-seat`, the facilitator one of `from-facilitator`; the table sends one of `answer`. "
        "Since revision 2: `remember`, and in an observation `remembered` and `revealed.outcome`.",
        "$defs": {
            **{name: one.schema for name, one in MESSAGES.items()},
            **answers,
            "from-seat": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in sent]},
            "from-facilitator": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in MESSAGES]},
            "answer": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in answers]},
        },
        "anyOf": [{"$ref": "#/$defs/from-facilitator"}, {"$ref": "#/$defs/answer"}],
    }


def read_message(data: bytes | str) -> dict[str, Any]:
    """A message from its bytes. Raises SessionError with everything that is wrong with it."""
    if len(data) > MOST_MESSAGE:
        raise SessionError(f"a message of {len(data):,} bytes", next=f"At most {MOST_MESSAGE:,}")
    value = strict_json(data)
    return checked_message(value)


def checked_message(value: Any) -> dict[str, Any]:
    """The message, if it is one. Raises SessionError with everything that is wrong with it."""
    if not isinstance(value, dict):
        raise SessionError(f"a message cannot be {shown(value)}", next='An object such as {"version": 1, "type": "observe"}')
    message = cast("dict[str, Any]", value)
    version, kind = message.get("version"), message.get("type")
    if version != VERSION or type(version) is not int:
        raise SessionError(f"version {shown(version)} of the protocol is not spoken here", next=f"This is version {VERSION}")
    if not isinstance(kind, str) or kind not in MESSAGES:
        wrong = refusals({"enum": list(MESSAGES)}, kind)
        raise SessionError(f"type: {wrong[0]}")
    wrong = refusals(MESSAGES[kind].schema, message)
    if wrong:
        raise SessionError("; ".join(wrong), where=kind)
    return message

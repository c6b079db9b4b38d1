"""The section `table`: how people play the war, and who of them may talk with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countermove.scenario.numbers import NumberReader
from countermove.scenario.schema import Channel, GameTable, ThirdParty
from countermove.scenario.tree import Node, Scalar
from countermove.spelling import closest
from countermove.world.words import listed

MOST_CHANNELS = 40
OBSERVERS = "observers"
"""Among the members of a channel: all who only look on. They read it."""


def read_table(reader: NumberReader, node: Node | None, actors: Sequence[str], parties: Mapping[str, ThirdParty]) -> GameTable:
    """The section; `actors` are the sides and patrons, who have a seat as every mediator has."""
    if node is None:
        return GameTable()
    entries = reader.section(node, "table")
    seats = (*actors, *(name for name, party in parties.items() if party.kind == "mediator"))
    channels = reader.named(entries.get("channels"), "channels", MOST_CHANNELS)
    return GameTable(channels={key.text: _channel(reader, value, seats, parties) for key, value in channels})


def _channel(reader: NumberReader, node: Node, seats: Sequence[str], parties: Mapping[str, ThirdParty]) -> Channel:
    entries = reader.section(node, "channel")
    members = dict.fromkeys(_member(reader, item, seats, parties) for item in _items(reader, entries.get("members")))
    written = entries.get("members")
    found = tuple(name for name in members if name)
    if written is not None and len(found) < 2 and not reader.wrong(written) and "" not in members and not reader.unread & ACTORS:
        reader.refuse(written, "a channel in which nobody can be talked with", "two members or more")
    return Channel(says=reader.text(entries.get("says"), "says", 500), members=found)


ACTORS = frozenset({"sides", "patrons", "third parties", "actor"})
"""What may be unread, so that nobody can say who has a seat."""


def _items(reader: NumberReader, node: Node | None) -> Sequence[Node]:
    return () if node is None else reader.items(node, "members", 60)


def _member(reader: NumberReader, node: Node, seats: Sequence[str], parties: Mapping[str, ThirdParty]) -> str:
    """Somebody who has a seat; "" where nobody can say whom it means."""
    known = (*seats, OBSERVERS)
    word = reader.text(node, "a member", 80, listed(known, "and"))
    if not word or word in known:
        return word
    near = closest(word, known)
    party = parties.get(word)
    message = (
        f'"{word}" has no seat at the table' if party is None else f"{word} is {_KINDS[party.kind]}, and has no seat at the table"
    )
    if not reader.unread & ACTORS and isinstance(node, Scalar):
        reader.unknown_name("actor", word, node, message, listed(known, "or"), near)
    return near


_KINDS = {"alliance": "an alliance", "allies": "a group of allies", "mediator": "a mediator"}

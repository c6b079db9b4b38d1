"""The section `table`: how people play the war, and who of them may talk with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countermove.scenario.actors import ReadingContext
from countermove.scenario.numbers import NumberReader
from countermove.scenario.schema import Channel, GameTable, Inject, ThirdParty
from countermove.scenario.tree import Entries, Node, Scalar
from countermove.spelling import closest
from countermove.world.words import listed

MOST_CHANNELS, MOST_INJECTS, MOST_QUESTIONS = 40, 100, 40
OBSERVERS = "observers"
"""Among the members of a channel, or those who are told something: all who only look on."""


@dataclass(frozen=True)
class _Seated:
    """Who has a seat, and who of the others has none."""

    reader: NumberReader
    seats: tuple[str, ...]
    parties: Mapping[str, ThirdParty]


def read_table(context: ReadingContext, node: Node | None, actors: Sequence[str], parties: Mapping[str, ThirdParty]) -> GameTable:
    """The section; `actors` are the sides and patrons, who have a seat as every mediator has."""
    if node is None:
        return GameTable()
    reader = context.reader
    entries = reader.section(node, "table")
    if isinstance(node, Entries) and not node.entries:
        reader.refuse(node, "a table that says nothing", "channels, roles, injects or a debrief")
    at = _Seated(reader, (*actors, *(name for name, party in parties.items() if party.kind == "mediator")), parties)
    channels = reader.named(entries.get("channels"), "channels", MOST_CHANNELS)
    return GameTable(
        months=reader.integer(entries["months"], (1, context.clock.months), 1) if "months" in entries else None,
        minutes=reader.plain(entries["minutes"], "", (0.5, 600.0), 4.0) if "minutes" in entries else 4.0,
        channels={key.text: _channel(at, value) for key, value in channels},
        roles=_roles(at, entries.get("roles")),
        injects=tuple(_inject(context, at, item) for item in reader.items(entries.get("injects"), "injects", MOST_INJECTS)),
        debrief=tuple(
            reader.text(item, "a question", 1000) for item in reader.items(entries.get("debrief"), "debrief", MOST_QUESTIONS)
        ),
    )


def _roles(at: _Seated, node: Node | None) -> dict[str, str]:
    """What each seat is told."""
    found: dict[str, str] = {}
    for key, value in at.reader.named(node, "roles", 60):
        seat = _member(at, key)
        if seat:
            found[seat] = at.reader.text(value, "a role", 4000)
    return found


def _inject(context: ReadingContext, at: _Seated, node: Node) -> Inject:
    entries = at.reader.section(node, "inject")
    month = context.within(entries["at"], at.reader.month(entries["at"])) if "at" in entries else context.clock.start
    to = dict.fromkeys(_member(at, item) for item in _items(at.reader, entries.get("to")))
    return Inject(at=month, says=at.reader.text(entries.get("says"), "says", 1000), to=tuple(name for name in to if name))


def _channel(at: _Seated, node: Node) -> Channel:
    reader = at.reader
    entries = reader.section(node, "channel")
    members = dict.fromkeys(_member(at, item) for item in _items(reader, entries.get("members")))
    written = entries.get("members")
    found = tuple(name for name in members if name)
    if written is not None and len(found) < 2 and not reader.wrong(written) and "" not in members and not reader.unread & ACTORS:
        reader.refuse(written, "a channel in which nobody can be talked with", "two members or more")
    return Channel(says=reader.text(entries.get("says"), "says", 500), members=found)


ACTORS = frozenset({"sides", "patrons", "third parties", "actor"})
"""What may be unread, so that nobody can say who has a seat."""


def _items(reader: NumberReader, node: Node | None) -> Sequence[Node]:
    return () if node is None else reader.items(node, "members", 60)


def _member(at: _Seated, node: Node) -> str:
    """Somebody who has a seat; "" where nobody can say whom it means."""
    reader, parties, known = at.reader, at.parties, (*at.seats, OBSERVERS)
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

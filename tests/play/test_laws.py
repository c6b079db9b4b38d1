"""Laws of a session, for any messages: nothing crashes, what is refused changes nothing, and what is done replays to the same bits."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from builders.tables import SEED, begun, done, first_entry, month, war
from countermove.errors import CountermoveError
from countermove.play.act import act, due
from countermove.play.cards import deal
from countermove.play.fold import fold, opened
from countermove.play.observe import observation, overview
from countermove.play.protocol import MESSAGES
from countermove.play.session import Session
from countermove.play.table import Table

PLAYERS = {"eagle": "person", "bear": "person", "north": "program"}
SENDERS = ("facilitator", "eagle", "bear", "north", "envoy", "observer-1")
WORDS = some.sampled_from(
    ["everybody", "eagle-north", "main", "second", "eagle", "bear", "north", "nobody", "spigot", "person", "chance", "x"]
)
NUMBERS = some.integers(-1, 8)
ORDERS = some.sampled_from(
    [
        "",
        "rung: training",
        "rung: heavy",
        "support: 9",
        "support: 1e9",
        "ask: true",
        "exit: true",
        "rung: [",
        "{answer: grant}",
        "#",
    ]
)
LIKELY: dict[str, some.SearchStrategy[Any]] = {
    "channel": WORDS,
    "text": some.text(max_size=8),
    "month": NUMBERS,
    "orders": ORDERS,
    "event": some.sampled_from(["truce", "settled", "clash", "exchange", "south.attacks", "miracle"]),
    "by": NUMBERS,
    "probability": some.sampled_from([0, 0.5, 1, 2]),
    "of": WORDS,
    "weights": some.dictionaries(WORDS, some.sampled_from([0, 0.5, 1]), max_size=2),
    "seat": WORDS,
    "player": WORDS,
    "on": some.booleans(),
    "to": some.one_of(NUMBERS, some.lists(WORDS, max_size=2)),
    "line": WORDS,
    "at": NUMBERS,
    "origin": WORDS,
    "fate": some.sampled_from(["now", "never"]),
}
JUNK = some.one_of(some.none(), some.booleans(), some.integers(), some.text(max_size=4), some.lists(some.integers(), max_size=2))


@some.composite
def messages(draw: some.DrawFn) -> tuple[str, dict[str, Any]]:
    """A message and who sends it: most of them as the protocol has them, with values that may or may not fit; some with junk."""
    kind = draw(some.sampled_from([*MESSAGES, "commit", "commit", "commit", "adjudicate"]))
    fields = {name: draw(LIKELY[name]) for name in MESSAGES[kind].fields if draw(some.integers(0, 9)) > 0}
    if draw(some.integers(0, 9)) == 0:
        fields[draw(some.sampled_from([*LIKELY, "version", "type", "more"]))] = draw(JUNK)
    return draw(some.sampled_from(SENDERS)), {"version": 1, "type": kind, "id": "one", **fields}


def taken(session: Session, by: str, message: dict[str, Any]) -> tuple[Session, list[dict[str, Any]]]:
    """The session after a message and what is due then, and the entries; as it was where it is refused."""
    try:
        acted = act(session, by, message)
    except CountermoveError as error:
        assert str(error)
        return session, []
    entries = [dict(one) for one in acted.entries]
    session = acted.session
    while (more := due(session)) is not None:
        session, entries = more.session, [*entries, *map(dict, more.entries)]
    return session, entries


@settings(max_examples=40)
@given(some.lists(messages(), max_size=25))
def test_any_messages_are_done_or_refused_and_replay_to_the_same_bits(sent: list[tuple[str, dict[str, Any]]]) -> None:
    """Each seat sees the same after a replay; entries pass through their file's JSON."""
    session, entries = begun(PLAYERS), list[dict[str, Any]]()
    for by, message in sent:
        # who commits says the month that it is, more often than not
        late = isinstance(message.get("month"), int) and message["month"] > 3
        if message["type"] in ("commit", "adjudicate") and late:
            message = {**message, "month": session.month}
        session, more = taken(session, by, message)
        entries += more
    secrets = deal(war(), (), SEED)
    assert secrets.cards == session.table.secrets.cards
    again = opened(first_entry(session.table.secrets, PLAYERS), Table(war(), session.table.secrets))
    for entry in entries:
        again = fold(again, json.loads(json.dumps(entry)))
    assert again.standing.digest == session.standing.digest and overview(again) == overview(session)
    for seat in session.table.seats:
        assert json.dumps(observation(again, seat)) == json.dumps(observation(session, seat))


MONTHS = some.tuples(some.sampled_from(["", "rung: training", "rung: heavy", "step: 1", "{answer: grant}"]), some.floats(0, 9))


@settings(max_examples=15)
@given(some.lists(MONTHS, min_size=1, max_size=6), some.data())
def test_undo_and_the_same_orders_are_the_same_bits(orders: list[tuple[str, float]], data: some.DataObject) -> None:
    """From any month."""
    session = begun()
    for eagle, bear in orders:
        session = month(session, eagle, f"support: {bear:.3f}")
    to = data.draw(some.integers(1, len(orders)))
    again = done(session, "facilitator", "undo", to=to)
    for eagle, bear in orders[to - 1 :]:
        again = month(again, eagle, f"support: {bear:.3f}")
    assert again.standing.digest == session.standing.digest
    assert [one.turn.standing.digest for one in again.played] == [one.turn.standing.digest for one in session.played]

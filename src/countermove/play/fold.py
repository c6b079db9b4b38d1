"""A session as a fold: each entry makes one session of another. Nothing else changes a session, and old entries are never taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from countermove.errors import SessionError
from countermove.play.entries import TABLE, check_entry
from countermove.play.heeded import Month
from countermove.play.month import FATES
from countermove.play.news import Kept, happened, kept
from countermove.play.protocol import FACILITATOR
from countermove.play.seats import Reading
from countermove.play.session import Forecast, Guess, News, Played, Remembered, Said, Session, Values
from countermove.play.table import PROGRAM, Table, is_person, takes_orders
from countermove.play.transcript import CLOSING, Entry
from countermove.play.war import Standing, Turn
from countermove.scenario.game_table import OBSERVERS

MOST_ENTRIES = 50_000
MOST_LINES = 64
MOST_MEMORIES = 40  # texts of one seat for the debrief
Some = TypeVar("Some")

Fold = Callable[[Session, Entry], Session]


def opened(entry: Entry, table: Table) -> Session:
    """The session of a first entry at its table. Raises SessionError where the two do not belong together."""
    check_entry(entry)
    if entry["kind"] != "opened":
        raise SessionError(f"a session begins by being opened, and not {entry['kind']}")
    if entry["commitment"] != table.secrets.commitment:
        raise SessionError(
            "these cards are not those of this session: their hash is not the one that it is committed to", where="cards"
        )
    players = {**table.usual(), **entry["players"]}
    for name, player in players.items():
        table.check_player(name, player)
    training = entry["training"]
    if training is not None:
        table.seat(training)
    start = table.begin()
    return Session(
        table=table,
        name=entry["session"],
        start=start,
        first_seen=values_of(table, start),
        pace=entry["pace"],
        training=training,
        players=players,
    )


def fold(session: Session, entry: Entry) -> Session:
    """The session after one more entry. Raises SessionError, or ScenarioError for orders, where the entry cannot follow: nothing has changed then."""
    check_entry(entry)
    if entry["kind"] == "opened":
        raise SessionError("a session is opened once")
    if session.count >= MOST_ENTRIES and entry["kind"] not in CLOSING:
        raise SessionError(f"a session of {session.count:,} entries is full", next="End it, and open another one")
    return replace(FOLDS[entry["kind"]](session, entry), count=session.count + 1)


def values_of(table: Table, standing: Standing) -> Values:
    """What each seat sees, as values alone; seats that see the same share them."""
    return _shared({name: (id(readings), partial(_kept, readings)) for name, readings in table.seen(standing).items()})


def news_of(session: Session, seen: Values, turn: Turn) -> Mapping[str, tuple[str, ...]]:
    """What each seat is told of the month after which it sees this: what happened, as it sees it, and what of its orders was not carried out."""
    table, readings = session.table, session.table.seen(turn.standing)
    rows = [session.first_seen, *(month.seen for month in session.played), seen]

    def told(name: str) -> tuple[str, ...]:
        return happened(table.voice(name), readings[name], [row[name] for row in rows])

    news = _shared({name: (id(seen[name]), partial(told, name)) for name in table.seats})
    month = Month(session.standing, turn.standing, turn.passed, session.given.decrees)
    for name in session.awaited:
        late = () if name in session.orders else ("The month was played before you committed: you ordered nothing in it.",)
        news[name] = (*news[name], *late, *table.account(name, month, session.orders.get(name, "")))
    return news


def _kept(readings: tuple[Reading, ...]) -> tuple[Kept, ...]:
    return tuple(kept(one.value) for one in readings)


def _shared(ways: Mapping[str, tuple[int, Callable[[], Some]]]) -> dict[str, Some]:
    """By seat what it has; seats that see the same, which have one number, share it."""
    found: dict[int, Some] = {}
    for number, way in ways.values():
        if number not in found:
            found[number] = way()
    return {name: found[number] for name, (number, _) in ways.items()}


def _going_on(session: Session) -> None:
    if session.ended:
        raise SessionError("the game has ended")


def _by_facilitator(entry: Entry, *others: str) -> None:
    if entry["by"] not in (FACILITATOR, *others):
        raise SessionError(f"{entry['by']} cannot do this: the facilitator can", where=entry["kind"])


def _month_is(session: Session, month: int) -> None:
    if session.over:
        raise SessionError(f"all {session.table.months} months have been played")
    if month != session.month:
        said = "is over" if month < session.month else "has not come yet"
        raise SessionError(f"month {month} {said}", next=f"Month {session.month} is being played")


# --- links and seats ------------------------------------------------------------------------------------------------------


def _holder(session: Session, name: str) -> None:
    if name != FACILITATOR:
        session.table.seat(name)


def _linked(session: Session, entry: Entry) -> Session:
    _by_facilitator(entry, TABLE)
    _holder(session, entry["seat"])
    keys = {name: key for name, key in session.keys.items() if name != entry["seat"]}
    return replace(session, links={**session.links, entry["seat"]: entry["sha256"]}, keys=keys)


def _claimed(session: Session, entry: Entry) -> Session:
    name = entry["seat"]
    _holder(session, name)
    if name not in session.links:
        raise SessionError("this link was used already", next="Ask the facilitator for a new one")
    links = {other: link for other, link in session.links.items() if other != name}
    return replace(session, links=links, keys={**session.keys, name: entry["sha256"]})


def _seated(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    name = entry["seat"]
    session.table.check_player(name, entry["player"])
    players = {**session.players, name: entry["player"]}
    orders = {other: text for other, text in session.orders.items() if takes_orders(session.table.seat(other), players[other])}
    return replace(session, players=players, orders=orders)


# --- what seats do --------------------------------------------------------------------------------------------------------


def _said(session: Session, entry: Entry) -> Session:
    _going_on(session)
    name, by = entry["channel"], entry["by"]
    channel = session.table.channels.get(name)
    if channel is None or (by != FACILITATOR and by not in channel.members):
        own = [one.name for one in session.table.channels.values() if by == FACILITATOR or by in one.speakers]
        raise SessionError(f"{by} has no channel called {name}", where="say", next=f"There are {', '.join(own)}" if own else "")
    if by != FACILITATOR and by not in channel.speakers:
        raise SessionError(f"{by} reads {name}, and does not speak there", where="say")
    said = Said(name, by, entry["text"], min(session.month, session.table.months), session.line)
    return replace(session, said=(*session.said, said))


def _committed(session: Session, entry: Entry) -> Session:
    _going_on(session)
    name = entry["by"]
    seat = session.table.seat(name)
    session.table.orders(name, "")  # whoever orders nothing is told so first
    if not takes_orders(seat, session.players[name]):
        raise SessionError(f"{seat.title} is not played by anybody at the table now", where="commit")
    if session.paused:
        raise SessionError("the game is paused: keep your orders, and send them when it goes on", where="commit")
    _month_is(session, entry["month"])
    if session.locked and name in session.orders:
        raise SessionError("orders are locked: yours for this month stand", where="commit")
    session.table.orders(name, entry["orders"])
    return replace(session, orders={**session.orders, name: entry["orders"]})


def _forecast(session: Session, entry: Entry) -> Session:
    _going_on(session)
    session.table.seat(entry["by"])
    if session.over or not session.month <= entry["until"] <= session.table.months:
        raise SessionError(f"no forecast is made for month {entry['until']}", next=f"From this month to {session.table.months}")
    made = Forecast(entry["by"], entry["event"], entry["until"], float(entry["probability"]), session.month, session.line)
    return replace(session, forecasts=(*session.forecasts, made))


def _guessed(session: Session, entry: Entry) -> Session:
    session.table.seat(entry["by"])
    of, weights = entry["of"], entry["weights"]
    if of not in session.guessable:
        raise SessionError(f"{of} follows no theory that could be guessed", where="guess")
    if session.revealed:
        raise SessionError("the cards are open: there is nothing more to guess", where="guess")
    unknown = [name for name in weights if name not in session.table.theories(of)]
    if unknown or abs(sum(weights.values()) - 1) > 1e-6:
        what = f"{unknown[0]} is no theory of {of}" if unknown else f"weights that sum to {sum(weights.values()):g}"
        raise SessionError(what, where="guess", next=f"Weights that sum to 1, of {', '.join(session.table.theories(of))}")
    month = min(session.month, session.table.months)
    made = Guess(entry["by"], of, {name: float(weight) for name, weight in weights.items()}, month)
    return replace(session, guesses=(*session.guesses, made))


def _remembered(session: Session, entry: Entry) -> Session:
    """As long as the cards are hidden, also when the game is over: what somebody thought, before he knew."""
    name = entry["by"]
    seat = session.table.seat(name)
    if not is_person(session.players[name]):
        raise SessionError(f"{seat.title} is not played by anybody at the table now", where="remember")
    if session.revealed:
        raise SessionError("the cards are open: what is written now was not thought before", where="remember")
    if sum(one.by == name for one in session.remembered) >= MOST_MEMORIES:
        raise SessionError(
            f"{seat.title} has written {MOST_MEMORIES} texts for the debrief, and may write no more", where="remember"
        )
    made = Remembered(name, entry["text"], min(session.month, session.table.months), session.line)
    return replace(session, remembered=(*session.remembered, made))


def _noted(session: Session, entry: Entry) -> Session:
    """Of a note nothing is kept but its entry: it stands in the transcript, and nobody is shown it."""
    name = entry["by"]
    session.table.seat(name)
    if session.players[name] != PROGRAM:
        raise SessionError("only a program makes notes", where="note")
    return session


# --- what the facilitator does, and the month -----------------------------------------------------------------------------


def _locked(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    return replace(session, locked=entry["on"])


def _adjudicated(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry, TABLE)
    if session.paused:
        raise SessionError("the game is paused: no month is played", where="adjudicate")
    _month_is(session, entry["month"])
    if entry["by"] == TABLE and session.missing:
        raise SessionError(f"the month waits for {', '.join(session.missing)}", where="adjudicate")
    if tuple(entry["missing"]) != session.missing:
        raise SessionError(f"who is missing is {list(session.missing)}, and not {entry['missing']}", where="adjudicate")
    turn = session.table.turn(session.standing, session.given)
    digest = turn.standing.digest
    if digest != entry["digest"]:
        what = (
            f"month {entry['month']} does not come out as it did: its fingerprint is {digest[:12]}, and was {entry['digest'][:12]}"
        )
        raise SessionError(
            what, where="adjudicate", next="It was played by other code, on another kind of processor, or with other cards"
        )
    seen = values_of(session.table, turn.standing)
    played = Played(session.given, session.missing, turn, seen, news_of(session, seen, turn))
    undone = {line: months for line, months in session.undone.items() if line != session.line}
    return _on(replace(session, undone=undone, lines={**session.lines, session.line: (*session.played, played)}))


def _on(session: Session) -> Session:
    """At the start of a month: nobody has ordered anything in it yet."""
    return replace(session, orders={}, decrees={})


def _undone(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    to = entry["to"]
    if to > len(session.played):
        raise SessionError(f"month {to} has not been played, and cannot be taken back", where="undo")

    def stands(one: News | Forecast | Said) -> bool:
        return one.line != session.line or one.month < to

    news, forecasts = tuple(filter(stands, session.news)), tuple(filter(stands, session.forecasts))
    said = tuple(one._replace(undone=one.undone or not stands(one)) for one in session.said)
    last = max(len(session.played), session.undone.get(session.line, (0, 0))[1])
    undone = {**session.undone, session.line: (to, last)}
    lines = {**session.lines, session.line: session.played[: to - 1]}
    return _on(replace(session, news=news, forecasts=forecasts, said=said, undone=undone, lines=lines))


def _branched(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    line, origin, month = entry["line"], entry["origin"], entry["month"]
    if line in session.lines:
        raise SessionError(f"there is a line called {line} already", where="branch", next="Choose another name")
    if origin not in session.lines:
        raise SessionError(f"no line is called {origin}", where="branch", next=f"There are {', '.join(session.lines)}")
    if month > len(session.lines[origin]) + 1:
        raise SessionError(f"{origin} has no month {month} yet", where="branch")
    if len(session.lines) >= MOST_LINES:
        raise SessionError(f"a session has at most {MOST_LINES} lines", where="branch")
    news = tuple(one._replace(line=line) for one in session.news if one.line == origin and one.month < month)
    forecasts = tuple(one._replace(line=line) for one in session.forecasts if one.line == origin and one.month < month)
    lines = {**session.lines, line: session.lines[origin][: month - 1]}
    told = replace(session, news=(*session.news, *news), forecasts=(*session.forecasts, *forecasts))
    return _on(replace(told, line=line, lines=lines))


def _injected(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    text, event, fate = entry["text"], entry["event"], entry["fate"]
    if (event is None) != (fate is None) or (text is None and event is None):
        raise SessionError("an injection is a text, or an event with its fate, or both", where="inject")
    to = _told_to(session, entry["to"])
    decrees = dict(session.decrees)
    if event is not None:
        session.table.check_event(event)
        if session.over:
            raise SessionError(f"all {session.table.months} months have been played, and nothing more can happen", where="inject")
        decrees[event] = FATES[fate]
    news = session.news
    if text is not None:
        news = (*news, News(session.line, min(session.month, session.table.months), text, to))
    return replace(session, decrees=decrees, news=news)


def _told_to(session: Session, names: Sequence[str]) -> tuple[str, ...]:
    """The seats of these names; `observers` are all who look on."""
    looking_on = [name for name, seat in session.table.seats.items() if seat.kind == "observer"]
    found = dict.fromkeys(name for one in names for name in (looking_on if one == OBSERVERS else (session.table.seat(one).name,)))
    return tuple(found)


def _paused(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    if session.paused:
        raise SessionError("the game is paused already")
    return replace(session, paused=True)


def _resumed(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry)
    if not session.paused:
        raise SessionError("the game is not paused")
    return replace(session, paused=False)


def _revealed(session: Session, entry: Entry) -> Session:
    _by_facilitator(entry, TABLE)
    if session.revealed:
        raise SessionError("the cards are open already")
    told: dict[str, Any] = {name: entry[name] for name in ("cards", "hidden", "salt")}
    if told != session.table.secrets.plain:
        raise SessionError("the cards that are revealed are not those of this session", where="reveal")
    return replace(session, revealed=True)


def _ended(session: Session, entry: Entry) -> Session:
    _going_on(session)
    _by_facilitator(entry, *([session.training] if session.training else []))
    return replace(session, ended=True, paused=False)


FOLDS: Mapping[str, Fold] = MappingProxyType(
    {
        "linked": _linked,
        "claimed": _claimed,
        "seated": _seated,
        "said": _said,
        "committed": _committed,
        "forecast": _forecast,
        "guessed": _guessed,
        "remembered": _remembered,
        "noted": _noted,
        "locked": _locked,
        "adjudicated": _adjudicated,
        "undone": _undone,
        "branched": _branched,
        "injected": _injected,
        "paused": _paused,
        "resumed": _resumed,
        "revealed": _revealed,
        "ended": _ended,
    }
)
"""What each kind of entry does; `opened` is the first, and no other is."""

"""What is sent: a seat's observation, from what that seat may see and nothing else, and the facilitator's overview.

Everything that reaches a seat is made by `observation`. Of the others it has that they are there, whether a person plays them and has taken the seat,
and whether they have committed: no counter, no text and no length in it moves with what another seat does in private.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countermove.errors import SessionError
from countermove.play.allowed import allowed
from countermove.play.channels import Channel
from countermove.play.month import FATE_OF
from countermove.play.news import TOLD_TO_ALL, kept
from countermove.play.outcome import outcome
from countermove.play.protocol import FACILITATOR, VERSION
from countermove.play.seats import Reading, Seat
from countermove.play.session import Session
from countermove.play.table import TURN_KINDS, is_person, takes_orders
from countermove.scenario.order_help import order_help
from countermove.scenario.parameter_tables import theory_says
from countermove.scenario.seat_orders import KEYS
from countermove.world.words import month_text

MOST_SHOWN = 200
"""Of what was said in a channel, the latest."""
Plain = dict[str, Any]


def observation(session: Session, name: str) -> Plain:
    """All that a seat sees, as plain values. Raises SessionError where there is no such seat."""
    seat = session.table.seat(name)
    readings = session.table.seen(session.standing)[name]
    return {
        "version": VERSION,
        "type": "observation",
        **_head(session),
        "seat": _seat(seat),
        "role": session.table.role(name),
        "locked": session.locked,
        "seats": [
            {
                **_seat(other),
                "person": is_person(session.players[other.name]),
                "taken": other.name in session.keys,
                "committed": other.name in session.orders,
            }
            for other in session.table.seats.values()
        ],
        "readings": [_reading(one) for one in readings],
        "history": _history(session, name, readings),
        "news": list(_news(session, name)),
        "orders": _orders(session, seat),
        "standing": _standing(session, seat),
        "undone": _undone(session),
        "channels": [
            _channel(session, one, name in one.speakers) for one in session.table.channels.values() if name in one.members
        ],
        "forecasts": [
            {"event": one.event, "by": one.until, "probability": one.probability, "month": one.month}
            for one in session.forecasts
            if one.seat == name and one.line == session.line
        ],
        "remembered": [{"month": one.month, "text": one.text} for one in session.remembered if one.by == name],
        "hidden": [_hidden(session, name, of) for of in session.guessable],
        "revealed": _revealed(session, name),
    }


def overview(session: Session) -> Plain:
    """All that the facilitator sees: every seat's orders, channels and forecasts. Hidden theories and cards stay hidden until they are revealed."""
    table, seen = session.table, session.table.seen(session.standing)
    return {
        "version": VERSION,
        "type": "overview",
        **_head(session),
        "seat": {"name": FACILITATOR, "kind": FACILITATOR, "title": "Facilitator"},
        "locked": session.locked,
        "pace": session.pace,
        "training": session.training,
        "lines": [{"name": name, "months": len(line)} for name, line in session.lines.items()],
        "missing": list(session.missing),
        "seats": [
            {
                **_seat(seat),
                "player": session.players[name],
                "committed": name in session.orders,
                "orders": session.orders.get(name),
                "link": "unused" if name in session.links else "used" if name in session.keys else "none",
                "readings": [_reading(one) for one in seen[name]],
                "given": _given(session, name),
                "standing": _standing(session, seat),
            }
            for name, seat in table.seats.items()
        ],
        "news": list(_all_news(session)),
        "undone": _undone(session),
        "decrees": {name: FATE_OF[fate] for name, fate in session.decrees.items()},
        "channels": [_channel(session, one, True) for one in table.channels.values()],
        "forecasts": [one._asdict() for one in session.forecasts if one.line == session.line],
        "guesses": [{**one._asdict(), "weights": dict(one.weights)} for one in session.guesses],
        "remembered": [one._asdict() for one in session.remembered],
        "revealed": _revealed(session, None),
    }


def _head(session: Session) -> Plain:
    scenario = session.table.scenario
    state = "ended" if session.ended else "over" if session.over else "paused" if session.paused else "playing"
    return {
        "session": session.name,
        "title": scenario.title or scenario.scenario,
        "state": state,
        "line": session.line,
        "month": session.month,
        "months": session.table.months,
        "date": month_text(scenario.clock.start + min(session.month, session.table.months) - 1),
    }


def _seat(seat: Seat) -> Plain:
    return {"name": seat.name, "kind": seat.kind, "title": seat.title}


def _reading(one: Reading) -> Plain:
    return {"name": one.name, "says": one.says, "value": kept(one.value), "unit": one.unit, "seen": one.seen}


def _history(session: Session, name: str, readings: tuple[Reading, ...]) -> Plain:
    """What a seat saw at the start of each month so far, and now, by the name of the reading."""
    rows = [session.first_seen[name], *(month.seen[name] for month in session.played)]
    return dict(zip((one.name for one in readings), map(list, zip(*rows, strict=True)), strict=True))


def _public(session: Session) -> str:
    return next(name for name, seat in session.table.seats.items() if seat.kind == "observer")


def _news(session: Session, name: str) -> Iterator[Plain]:
    """By months: what the facilitator told a seat, what it sees that has changed, and what of its orders was not carried out."""
    told = [one for one in session.news if one.line == session.line and (not one.to or name in one.to)]
    for month in range(1, session.month + 1):
        yield from ({"month": month, "text": one.text} for one in told if one.month == month)
        if month <= len(session.played):
            yield from ({"month": month, "text": text} for text in session.played[month - 1].news[name])


def _all_news(session: Session) -> Iterator[Plain]:
    """All that any seat was told, each once, with the seats that were; no name is everybody."""
    for month in range(1, session.month + 1):
        yield from (
            {"month": month, "text": one.text, "to": list(one.to)}
            for one in session.news
            if one.line == session.line and one.month == month
        )
        if month <= len(session.played):
            news = session.played[month - 1].news
            public = news[_public(session)]
            heard: dict[str, list[str]] = {text: [] for text in public}
            for name, texts in news.items():
                for text in texts if texts is not public else ():
                    if text not in public and text not in TOLD_TO_ALL:
                        heard.setdefault(text, []).append(name)
            yield from ({"month": month, "text": text, "to": names} for text, names in heard.items())


def _orders(session: Session, seat: Seat) -> Plain:
    committed = session.orders.get(seat.name)
    remarks = () if committed is None else session.table.remarks(seat.name, session.standing, committed)
    return {
        "keys": list(_keys(session, seat)),
        "committed": committed,
        "remarks": [one._asdict() for one in remarks],
        "given": _given(session, seat.name),
    }


def _keys(session: Session, seat: Seat) -> Iterator[Plain]:
    """What a seat can order, in words that are meant for it, and what each order takes."""
    if seat.kind not in TURN_KINDS:
        return
    voice, means = session.table.voice(seat.name), session.table.means(seat)
    for key, told in zip(KEYS[seat.kind], order_help(seat.kind, session.table.scenario, seat.name, voice.title), strict=True):
        takes = allowed(voice, key, means)
        may = f"thousand person-equivalents, 0 to {takes.most:,.10g}" if key.name == "support" else told.may
        yield {
            "name": key.name,
            "kind": key.kind,
            "says": voice.says(key.name, key.doc),
            "does": told.does,
            "takes": may,
            "example": told.example,
            "values": list(takes.values),
            "least": takes.least,
            "most": takes.most,
        }


def _standing(session: Session, seat: Seat) -> list[Plain]:
    """What stands for a seat now, of what it once ordered or declared."""
    ordering = takes_orders(seat, session.players[seat.name])
    return [one._asdict() for one in session.table.in_force(seat.name, session.standing, ordering)]


def checked(session: Session, by: str, orders: str) -> list[Plain]:
    """What of a seat's orders would not be carried out as they say it. Raises SessionError for a seat that orders nothing, and ScenarioError
    for orders that are none."""
    if by == FACILITATOR:
        raise SessionError("the facilitator has no seat of its own", where="check")
    return [one._asdict() for one in session.table.remarks(by, session.standing, orders)]


def _undone(session: Session) -> Plain | None:
    """The months of this line that were taken back and not played again yet."""
    months = session.undone.get(session.line)
    return None if months is None else {"first": months[0], "last": months[1]}


def _given(session: Session, name: str) -> list[Plain]:
    """What a seat ordered in the months of this line."""
    months = enumerate(session.played, 1)
    return [{"month": month, "text": one.given.orders[name]} for month, one in months if name in one.given.orders]


def _channel(session: Session, channel: Channel, speaks: bool) -> Plain:
    said = [one for one in session.said if one.channel == channel.name][-MOST_SHOWN:]
    return {
        "name": channel.name,
        "says": channel.says,
        "members": list(channel.members),
        "speaks": speaks,
        "said": [{"by": one.by, "text": one.text, "month": one.month} for one in said],
    }


def _hidden(session: Session, name: str, of: str) -> Plain:
    """A seat that follows a theory nobody is told, which theories there are, and what this seat takes it for."""
    own: list[Mapping[str, float]] = [one.weights for one in session.guesses if one.seat == name and one.of == of]
    theories = [{"name": one, "says": theory_says(one)} for one in session.table.theories(of)]
    return {"seat": of, "theories": theories, "guess": dict(own[-1]) if own else None}


def _revealed(session: Session, name: str | None) -> Plain | None:
    """The open cards: which draw and luck, who played each seat, and once the game is over what it came to, as a seat is told it."""
    if not session.revealed:
        return None
    secrets = session.table.secrets
    players = {name: secrets.hidden.get(name, player) if player == "hidden" else player for name, player in session.players.items()}
    cards = secrets.plain["cards"]
    shown = {**cards, "seed": str(cards["seed"])}  # a browser rounds a number above 2^53
    return {"cards": shown, "players": players, "outcome": outcome(session, name)}

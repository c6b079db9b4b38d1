"""What somebody at the table does: a message becomes the entries that it means, or is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from countermove.errors import SessionError
from countermove.play.entries import TABLE, entry, fingerprint
from countermove.play.fold import fold
from countermove.play.forecasts import ALREADY, true_in
from countermove.play.protocol import FACILITATOR, MESSAGES, checked_message
from countermove.play.session import Session
from countermove.play.transcript import Entry

Message = Mapping[str, Any]


class Acted(NamedTuple):
    """The entries of a message, still without number and hash, and the session after them."""

    entries: tuple[Entry, ...]
    session: Session


def act(session: Session, by: str, message: Message) -> Acted:
    """What a message of a seat, or of the facilitator, does. Raises SessionError, or ScenarioError for orders, and nothing is done then."""
    sent = checked_message(dict(message))
    if by != FACILITATOR:
        session.table.seat(by)
    kind = sent["type"]
    if MESSAGES[kind].facilitator and by != FACILITATOR and not (kind == "end" and by == session.training):
        raise SessionError("only the facilitator can do this", where=kind)
    if kind not in ENTRIES:
        raise SessionError("this is answered, and changes nothing by itself", where=kind)
    if by == FACILITATOR and kind in ("commit", "forecast", "guess", "remember", "note"):
        raise SessionError("the facilitator has no seat of its own", where=kind)
    made = {**ENTRIES[kind](session, by, sent), "id": sent["id"], "message": fingerprint(sent)}
    return Acted((made,), fold(session, made))


def due(session: Session) -> Acted | None:
    """What happens by itself now: a month for which all have committed is played, a training that is over and guessed is revealed. None: nothing."""
    over = session.over or session.ended
    if session.training is not None and over and not session.revealed:
        guessed = {guess.of for guess in session.guesses if guess.seat == session.training}
        if set(session.table.secrets.hidden) <= guessed:
            made = reveal(session, TABLE)
            return Acted((made,), fold(session, made))
    ready = bool(session.awaited) and not session.missing and session.pace == "all-in"
    if not ready or over or session.paused:
        return None
    made = adjudicate(session, TABLE)
    return Acted((made,), fold(session, made))


def adjudicate(session: Session, by: str) -> dict[str, Any]:
    """The entry of the month that is to be played next, with the fingerprint that it comes out with."""
    if session.over or session.ended:
        raise SessionError(f"all {session.table.months} months have been played" if session.over else "the game has ended")
    digest = session.table.turn(session.standing, session.given).standing.digest
    return entry("adjudicated", by, month=session.month, missing=list(session.missing), digest=digest)


def reveal(session: Session, by: str) -> dict[str, Any]:
    """The entry that opens the cards."""
    return entry("revealed", by, **session.table.secrets.plain)


def _adjudicate(session: Session, by: str, sent: Message) -> dict[str, Any]:
    made = adjudicate(session, by)
    return {**made, "month": sent["month"]}  # another month than the one that is played is refused by the fold


def _inject(session: Session, by: str, sent: Message) -> dict[str, Any]:
    return entry("injected", by, text=sent.get("text"), to=sent.get("to", []), event=sent.get("event"), fate=sent.get("fate"))


def _of(kind: str, **fields: str) -> Callable[[Session, str, Message], dict[str, Any]]:
    """An entry that has the fields of its message, under names of its own."""

    def made(session: Session, by: str, sent: Message) -> dict[str, Any]:
        return entry(kind, by, **{name: sent[field] for name, field in fields.items()})

    return made


def _forecast(session: Session, by: str, sent: Message) -> dict[str, Any]:
    """What is so already is not forecast: it would count as true whatever happens."""
    cast = session.table.war(session.players).engine.kernel.cast
    if not session.over and true_in(cast, [session.standing.lanes], sent["event"], 1, 0) is not None:
        said = "It would count as true whatever happens: forecast something else, or this once it is so no more"
        raise SessionError(ALREADY[sent["event"]], where="forecast", next=said)
    return entry("forecast", by, event=sent["event"], until=sent["by"], probability=sent["probability"])


def _branch(session: Session, by: str, sent: Message) -> dict[str, Any]:
    return entry("branched", by, line=sent["line"], origin=sent.get("origin", session.line), month=sent["at"])


def _reveal(session: Session, by: str, sent: Message) -> dict[str, Any]:
    return reveal(session, by)


ENTRIES: Mapping[str, Callable[[Session, str, Message], dict[str, Any]]] = MappingProxyType(
    {
        "say": _of("said", channel="channel", text="text"),
        "commit": _of("committed", month="month", orders="orders"),
        "forecast": _forecast,
        "guess": _of("guessed", of="of", weights="weights"),
        "remember": _of("remembered", text="text"),
        "note": _of("noted", text="text"),
        "seat": _of("seated", seat="seat", player="player"),
        "adjudicate": _adjudicate,
        "lock": _of("locked", on="on"),
        "undo": _of("undone", to="to"),
        "branch": _branch,
        "inject": _inject,
        "pause": _of("paused"),
        "resume": _of("resumed"),
        "reveal": _reveal,
        "end": _of("ended"),
    }
)
"""The entry of each message. `observe` makes none, and `renew` is made by the room, which draws the link."""

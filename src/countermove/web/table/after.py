"""The page after a game, made in a thread beside the server's loop when the facilitator asks for it, and kept until the game has changed."""

from __future__ import annotations

import html
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from countermove.errors import CountermoveError, SessionError, trace
from countermove.play.protocol import VERSION
from countermove.play.room import Room
from countermove.play.session import Session
from countermove.web.table.pages import Page

if TYPE_CHECKING:
    from countermove.play.after import Sizes

NAME = "after-page"
"""How the threads are called."""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


class NotYet(SessionError):
    """The page cannot be made, or has not been."""


@dataclass
class Making:
    """One page: the state of the game that it is of, and what has become of it."""

    of: object
    state: Literal["making", "made", "failed"] = "making"
    began: float = field(default_factory=time.monotonic)
    page: Page | None = None
    why: str = ""

    @property
    def says(self) -> str:
        """For whoever waits."""
        seconds = time.monotonic() - self.began
        return (
            f"Playing the months otherwise: {seconds:.0f} s so far, about a minute in all." if self.state == "making" else self.why
        )


class AfterPages:
    """The pages of all rooms, of which one is made at a time. `sizes`: how much is computed; None for what the command computes."""

    def __init__(self, sizes: Sizes | None = None) -> None:
        self._sizes = sizes
        self._made: dict[str, Making] = {}
        self._lock, self._one = threading.Lock(), threading.Lock()

    def asked(self, room: Room) -> dict[str, Any]:
        """Begin to make the page of a game, unless it is being made or there already; how far it is. Raises SessionError where it cannot be made."""
        session = room.session
        _check(session)
        with self._lock:
            found = self._made.get(room.name)
            if found is None or found.of != _state(session):
                found = self._made[room.name] = Making(_state(session))
                threading.Thread(target=self._make, args=(found, session), name=NAME, daemon=True).start()
            elif found.state == "failed":
                del self._made[room.name]  # it is told once, and may be asked for again
        return {"version": VERSION, "type": "after", "state": found.state, "says": found.says}

    def page(self, room: Room) -> Page:
        """The page. Raises NotYet where it is not made."""
        _check(room.session)
        found = self._made.get(room.name)
        if found is None or found.page is None or found.of != _state(room.session):
            raise NotYet("the page after the game is not made yet", next="Your page has a button for it")
        return found.page

    def _make(self, found: Making, session: Session) -> None:
        try:
            with self._one:
                found.page = page_of(session, self._sizes)
            found.state = "made"
        except CountermoveError as error:
            found.why, found.state = str(error), "failed"
        except Exception as error:
            trace(error)
            found.why, found.state = "The server could not do it.", "failed"


def busy() -> bool:
    """Whether a page is being made in this process."""
    return any(thread.name == NAME for thread in threading.enumerate())


def page_of(session: Session, sizes: Sizes | None = None) -> Page:
    """The page of a game, and the policy that it is served with, which is its own. Raises CountermoveError."""
    from countermove.play.after_page import render_after  # what plays on needs more than a table does
    from countermove.play.debrief import after_session

    text = render_after(after_session(session, sizes=sizes))
    own = _POLICY.search(text)
    if own is None:
        raise CountermoveError("the page after the game has no policy")
    return Page(text, f"{html.unescape(own[1])}; frame-ancestors 'none'")


def _check(session: Session) -> None:
    """Raises NotYet while something is hidden, or still to come."""
    if not (session.over or session.ended):
        raise NotYet("the game is not over", next="Play its months, or end it")
    if not session.revealed:
        raise NotYet("the cards are not open", next="Open them first: the page says what was hidden")
    if not session.played:
        raise NotYet("no month has been played")


def _state(session: Session) -> object:
    """What the page is of."""
    orders = [tuple(sorted(month.given.orders.items())) for month in session.played]
    words = session.said, session.remembered
    return session.line, session.standing.digest, orders, session.forecasts, words, tuple(sorted(session.players.items()))

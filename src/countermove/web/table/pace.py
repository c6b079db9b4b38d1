"""How much one seat may ask for, whatever it asks: what is above that is refused before it is read."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from countermove.errors import SessionError

AT_ONCE = 200
A_SECOND = 50.0
CONNECTIONS = 8  # websockets of one seat

Whose = tuple[str, str]  # room and seat


class Hurried(SessionError):
    """More than a seat may send."""


class Pace:
    """What seats have left, all in the one loop of the server. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[Whose, tuple[float, float]] = {}
        self._open: Counter[Whose] = Counter()

    def take(self, whose: Whose) -> None:
        """Use one message up. Raises Hurried where none is left."""
        now = self._clock()
        left, at = self._left.get(whose, (float(AT_ONCE), now))
        left = min(AT_ONCE, left + (now - at) * A_SECOND)
        self._left[whose] = (max(left - 1, 0.0), now)
        if left < 1:
            raise Hurried("too many messages at once", next="Wait a few seconds, and send it again")

    def enter(self, whose: Whose) -> None:
        """Open one more websocket. Raises Hurried where as many are open as may be."""
        if self._open[whose] >= CONNECTIONS:
            raise Hurried(f"this seat is open {CONNECTIONS} times already", next="Close another window of it")
        self._open[whose] += 1

    def leave(self, whose: Whose) -> None:
        """Close one."""
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]

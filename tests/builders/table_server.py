"""A process that plays the small war at a table until it is killed, again and again.

For each line that it reads a child takes up the session where the last one was killed, or opens one, and writes what it was told is done: both
patrons order month after month, and when the clock is over the facilitator takes all months back. Its argument is the folder of the transcript.
What is imported is imported once: nothing runs before a child is made.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from builders.tables import message, room, rooms, wars


def tell(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def play(folder: Path, turns: int | None = None, tell: Callable[[str], object] = tell) -> None:
    """Act so many times, or without end; what is acknowledged is told."""
    found = rooms(folder).resume()
    table = found[0].room if found else room(folder)
    assert table is not None, found
    began = table.session.count
    turn = 0
    while turn != turns:
        turn += 1
        by = table.session.missing[0] if table.session.missing else "facilitator"
        if table.session.over:
            by, sent = "facilitator", message("undo", to=1)
        elif turn % 7 == 0:
            by, sent = "eagle", message("say", channel="everybody", text="Once more.")
        else:
            orders = "rung: training" if by == "eagle" else f"support: {turn % 12}"
            sent = message("commit", month=table.session.month, orders=orders)
        number = f"from-{began}-{turn}"
        assert table.act(by, {**sent, "id": number})["type"] == "done"
        tell(number)


def main(folder: Path) -> None:
    """A child for each line."""
    wars()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                play(folder)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        tell(f"pid {child}")
        os.waitpid(child, 0)
        tell("ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

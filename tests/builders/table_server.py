"""A process that plays the small war at a table until it is killed: what it was told is done it writes, and nothing else.

Its arguments: the folder of the transcripts. It takes up the session that lies there, or opens one, and lets both patrons order month after month;
when the clock is over the facilitator takes all months back.
"""

from __future__ import annotations

import sys
from pathlib import Path

from builders.tables import message, room, rooms


def main(folder: Path) -> None:
    """Act without end."""
    found = rooms(folder).resume()
    table = found[0].room if found else room(folder)
    assert table is not None, found
    began = table.session.count
    turn = 0
    while True:
        turn += 1
        number = f"from-{began}-{turn}"
        by = table.session.missing[0] if table.session.missing else "facilitator"
        if table.session.over:
            sent = message("undo", to=1)
        elif turn % 7 == 0:
            by, sent = "eagle", message("say", channel="everybody", text="Once more.")
        else:
            orders = "rung: training" if by == "eagle" else f"support: {turn % 12}"
            sent = message("commit", month=table.session.month, orders=orders)
        assert table.act(by if sent["type"] != "undo" else "facilitator", {**sent, "id": number})["type"] == "done"
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

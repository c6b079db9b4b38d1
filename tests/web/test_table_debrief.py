"""What a seat writes for the debrief, and what it is told when the cards are open, in real browsers."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from builders.at_table import served
from builders.browser import Browser, pictured
from builders.tables import message
from builders.visitors import Visitor

pytestmark = pytest.mark.browser
WRITTEN = "A thousand <b>funerals</b>."


def test_it_is_written_kept_and_told(chromium: str, tmp_path: Path) -> None:
    """What is half-written stays over a reload; what is kept is shown to its seat alone, and to all once the game is over and the cards are open."""
    with served(tmp_path, players={"eagle": "person", "bear": "hidden"}) as table, ExitStack() as stack:
        eagle, north = (Visitor(stack.enter_context(Browser(chromium)), table.link(seat)) for seat in ("eagle", "envoy"))
        eagle.write("#debrief-text", WRITTEN)
        eagle.reload()
        eagle.connected()
        assert eagle.holds("#debrief-text") == WRITTEN and eagle.get("document.getElementById('debrief-kept').children.length") == 0
        eagle.click("#debrief button")
        eagle.shows("debrief-told", "Kept.")
        assert eagle.holds("#debrief-text") == "" and WRITTEN in eagle.says("debrief-kept")
        table.room.act("eagle", message("forecast", event="settled", by=1, probability=0.25))
        table.room.act("eagle", message("guess", of="bear", weights={"spigot": 1.0}))
        table.room.act("eagle", message("commit", month=1, orders="rung: heavy"))
        north.month(2)
        assert "funerals" not in north.get("document.documentElement.outerHTML") and north.get(
            "document.getElementById('outcome-part').hidden"
        )
        for kind in ("end", "reveal"):
            table.room.act("facilitator", message(kind))
        for visitor in (eagle, north):
            visitor.shows("outcome-says", "The game came to")
            assert (
                WRITTEN in visitor.says("outcome-kept") and visitor.get("document.querySelectorAll('#outcome-kept b').length") == 0
            )
            assert "Military dead" in visitor.says("outcome-measures") and "Bear followed “" in visitor.says("outcome-says")
        assert "The Brier score of your forecast is 0.06" in eagle.says("outcome-says") and "Brier" not in north.says(
            "outcome-says"
        )
        assert eagle.get("document.getElementById('debrief').hidden") and eagle.browser.complaints == []
        assert (
            eagle.get("getComputedStyle(document.querySelector('.seen')).columnCount") == "auto"
        )  # as on printed cards it would lie over itself
        pictured(eagle.browser, "table-debrief")

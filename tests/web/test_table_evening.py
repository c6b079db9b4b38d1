"""A game of twelve months with a person in every seat and a facilitator, six browsers at once."""

from __future__ import annotations

import random
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from builders.at_table import served
from builders.browser import Browser, pictured
from builders.tables import rooms
from builders.visitors import Visitor
from countermove.play.replaying import replay_transcript
from countermove.web.table.application import application
from countermove.web.table.hosting import hosted

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ORDERING = ("eagle", "bear", "north", "south")
SEATS = (*ORDERING, "envoy")
MONTHS = 12
FIELDS = {"eagle": "#order-sanctions", "bear": "#order-support"}


def commit(visitors: dict[str, Visitor], month: int, chance: random.Random) -> dict[str, str]:
    """Everybody commits through the page, in any order; what was ordered."""
    given: dict[str, str] = {}
    for seat in chance.sample(ORDERING, len(ORDERING)):
        visitor = visitors[seat]
        visitor.month(month)
        visitor.until("document.getElementById('orders-text').value === ''")
        if seat in FIELDS:
            visitor.write(FIELDS[seat], f"{chance.uniform(0, 1) if seat == 'eagle' else chance.uniform(4, 9):.3f}")
        else:
            visitor.choose("order-ask", chance.choice(("true", "false")))
        given[seat] = visitor.holds("#orders-text")
        visitor.click("commit")
    return given


def test_an_evening(chromium: str, tmp_path: Path) -> None:
    """Reloads, a server that goes and comes back, talk, months taken back, a branch: every order is given once, and the transcript replays."""
    chance, given = random.Random(5), list[dict[str, str]]()
    with ExitStack() as stack:
        with served(tmp_path, players=dict.fromkeys(SEATS, "person")) as table:
            port = int(urlsplit(table.address).port or 0)
            visitors = {seat: Visitor(stack.enter_context(Browser(chromium)), table.link(seat)) for seat in ("facilitator", *SEATS)}
            for month in range(1, 6):
                visitors["envoy"].write("#channels textarea", f"Month {month}: we propose talks.")
                visitors["envoy"].click("#channels button")
                given.append(commit(visitors, month, chance))
                visitors[ORDERING[month % 4]].reload()
            for visitor in visitors.values():
                visitor.month(6)
            visitors["eagle"].write("#order-sanctions", "0.5")
        again = rooms(tmp_path)
        (found,) = again.resume()
        with hosted(application(again), port=port):
            assert found.room is not None and [dict(one.given.orders) for one in found.room.session.played] == given
            assert visitors["eagle"].holds("#orders-text") == "sanctions: 0.5"
            for visitor in visitors.values():
                visitor.connected()
            visitors["eagle"].click("clear")
            facilitator = visitors["facilitator"]
            for month in range(6, 9):
                given.append(commit(visitors, month, chance))
            facilitator.month(9)
            facilitator.choose("undo-to", "7")
            facilitator.click("undo", times=2)
            del given[6:]
            for month in range(7, 11):
                given.append(commit(visitors, month, chance))
            facilitator.month(11)
            facilitator.write("#branch-line", "hawks")
            facilitator.choose("branch-at", "10")
            facilitator.click("#branch button")
            del given[9:]
            for month in range(10, MONTHS + 1):
                given.append(commit(visitors, month, chance))
            facilitator.month(MONTHS + 1)
            assert [dict(one.given.orders) for one in found.room.session.played] == given
            for seat, visitor in visitors.items():
                pictured(visitor.browser, f"table-{seat}")
            facilitator.click("end", times=2)
            for visitor in visitors.values():
                visitor.until("document.getElementById('when').textContent.endsWith('the game has ended')")
                assert [one for one in visitor.browser.complaints if "WebSocket" not in one] == []
        again.close()
    session = replay_transcript(tmp_path / "evening.transcript.jsonl").session
    assert session.line == "hawks" and len(session.said) == 5 and session.ended

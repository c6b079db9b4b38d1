"""The page after a game, made where the table is served: for the facilitator alone, once there is nothing hidden any more."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from builders.at_table import Served, served, until
from builders.browser import Browser
from builders.visitors import Visitor
from countermove.play.after import Sizes
from countermove.web.table.application import application
from countermove.web.table.hosting import hosted

ANSWERS = {"playing": "the game is not over", "ended": "the cards are not open"}
SEATS = ("eagle", "bear", "north", "observer-1")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One person, who has ordered one month; pages of few lucks."""
    folder = tmp_path_factory.mktemp("games")
    with (
        served(folder, players={"eagle": "person"}) as first,
        hosted(application(first.rooms, Sizes(lucks=12))) as place,
    ):
        found = Served(first.rooms, first.room, urlsplit(place.address).netloc, first.links)
        found.act("eagle", "commit", month=1, orders="")
        yield found


def asked(table: Served, seat: str, method: str) -> tuple[int, str]:
    """Status and text, by the page's cookie; the same comes by the program's key."""
    key = table.join(seat)
    paths = (f"/seat/evening/{seat}/after", "/api/1/evening/after")
    found = [table.ask(method, path, cookie=f"countermove-seat={key}", authorization=f"Bearer {key}") for path in paths]
    assert found[0][0] == found[1][0]
    return found[0][0], found[0][2].decode()


def shut_out(table: Served) -> bool:
    """Whether no seat, and nobody else, has the page or can have it made."""
    seats = [asked(table, seat, method)[0] == 403 for seat in SEATS for method in ("GET", "POST")]
    others = [table.ask(one, "/api/1/evening/after", authorization="Bearer nobody")[0] == 401 for one in ("GET", "POST")]
    return all(seats + others)


def test_it_is_the_facilitator_s_once_the_cards_are_open(table: Served) -> None:
    """Nobody has it before, and no seat has it then; it is made once, beside what the table goes on answering, under its own policy."""
    for state, said in ANSWERS.items():
        for method in ("GET", "POST"):
            status, text = asked(table, "facilitator", method)
            assert status == 409 and said in text.lower()
        assert shut_out(table)
        if state == "playing":
            table.act("facilitator", "end")
    table.act("facilitator", "reveal")
    assert "not made yet" in asked(table, "facilitator", "GET")[1]
    assert json.loads(asked(table, "facilitator", "POST")[1])["state"] == "making"
    assert sum(one.name == "after-page" for one in threading.enumerate()) == 1  # though it was asked for twice
    told = until(lambda: (one := json.loads(asked(table, "facilitator", "POST")[1]))["state"] != "making" and one)
    assert told == {"version": 1, "type": "after", "state": "made", "says": ""}
    key = table.join("facilitator")
    status, headers, body = table.ask("GET", "/seat/evening/facilitator/after", cookie=f"countermove-seat={key}")
    assert status == 200 and "After the game: A small war with two sides" in body.decode()
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    assert shut_out(table)


@pytest.mark.browser
def test_the_facilitator_s_page_leads_to_it(table: Served, chromium: str) -> None:
    """A button makes it, once the cards are open, and what stands there then opens it."""
    table.links["facilitator"] = table.room.invite("facilitator")
    with Browser(chromium) as browser:
        facilitator = Visitor(browser, table.link("facilitator"))
        if not table.room.session.revealed:
            facilitator.click("end", times=2)
            facilitator.until("document.getElementById('after-told').textContent.startsWith('Open the cards first')")
            assert facilitator.get("document.getElementById('after-make').disabled")
            facilitator.click("reveal", times=2)
        facilitator.click("after-make")
        facilitator.until("!document.getElementById('after-page').hidden")
        assert facilitator.get("document.activeElement.id") == "after-page" and facilitator.says("after-told") == "It is there."
        browser.visit(str(facilitator.get("document.getElementById('after-page').href")))
        assert facilitator.get("document.title") == "After the game: A small war with two sides" and browser.complaints == []

"""The pages of a table in real browsers: a facilitator and two seats, whom nothing makes lose what they have half-written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from builders.accessibility import WIDTHS, axe, violations_here
from builders.at_table import Served, served, until
from builders.browser import Browser
from builders.tables import rooms
from builders.visitors import Visitor
from countermove.web.table.application import application
from countermove.web.table.hosting import hosted

pytestmark = pytest.mark.browser


@pytest.fixture
def come(chromium: str) -> Iterator[Callable[[Served, str], Visitor]]:
    """Visitors with a browser each."""
    with ExitStack() as stack:
        yield lambda table, seat: Visitor(stack.enter_context(Browser(chromium)), table.link(seat))


def test_a_game_with_a_facilitator_and_two_seats(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """Orders by form and as text, refusals in their place, a reload and a lost server with half-written words, undo, branch, inject, the end."""
    with served(tmp_path) as table:
        facilitator, eagle, bear = (come(table, seat) for seat in ("facilitator", "eagle", "bear"))
        port = int(urlsplit(table.address).port or 0)
        assert facilitator.says("missing") == "Still to commit: Eagle, Bear."

        # a refusal at its line and column; the form and the text are one document
        eagle.choose("order-rung", "training")
        eagle.click("as-text")
        assert eagle.holds("#orders-text") == "rung: training"
        eagle.browser.page.fill("#orders-text", "")
        eagle.write("#orders-text", "rung: hevy\nanswer: refuse")
        eagle.click("commit")
        eagle.until("document.querySelectorAll('#orders-errors li').length === 1")
        assert eagle.says("orders-errors").startswith("Line 1, column 7: ") and "did you mean heavy?" in eagle.says("orders-errors")
        assert "did you mean heavy?" in eagle.says("order-rung-help") and eagle.holds("#order-answer") == "refuse"
        eagle.click("as-form")
        eagle.choose("order-rung", "heavy")

        # what is half-written stays, whatever comes in
        bear.write("#order-support", "1")
        bear.write("#channels textarea", "We will ")
        eagle.until("!document.getElementById('orders-remarks').hidden")
        assert "No request of North is open: it does nothing." in eagle.says("orders-remarks")
        assert eagle.says("commit") == "Commit all the same"  # an answer to nobody: it is said before it is sent
        eagle.click("commit")
        bear.until("document.getElementById('seats').textContent.includes('Eaglehas committed')")
        bear.browser.page.keyboard.type("not")
        assert bear.get("document.activeElement.value") == "We will not" and bear.holds("#order-support") == "1"
        bear.reload()
        bear.connected()
        assert bear.holds("#channels textarea") == "We will not"
        assert bear.holds("#orders-text") == "support: 1"

    # the server is gone, and comes back at the same place: nobody has to do anything
    bear.until("document.getElementById('line').classList.contains('lost')")
    bear.write("#order-support", "2")
    bear.click("commit")
    again = rooms(tmp_path)
    (found,) = again.resume()
    assert found.room is not None and found.remarks == ()
    with hosted(application(again), port=port):
        for visitor in (facilitator, eagle, bear):
            visitor.month(2)  # what was sent while the line was lost has been done, once
        assert [dict(one.given.orders) for one in found.room.session.played] == [
            {"eagle": "rung: heavy\nanswer: refuse", "bear": "support: 12"}
        ]
        assert bear.holds("#channels textarea") == "We will not" and eagle.holds("#orders-text") == ""

        facilitator.write("#inject-text", "<b>Breaking</b>")
        facilitator.click("#inject button")
        eagle.until("document.getElementById('news').textContent.includes('<b>Breaking</b>')")
        facilitator.until("document.getElementById('inject-told').textContent === 'Injected.'")
        bear.write("#order-support", "7")
        facilitator.get(
            "facts.injects = [{month: 3, text: 'Ships <i>sail</i>.', to: ['bear']}, {month: 4, text: 'Later.', to: []}]; show(line.seen)"
        )
        assert facilitator.says("timetable").startswith("From the timetableMonth 3, 2018-03, to Bear: Ships <i>sail</i>.")
        assert "Later." not in facilitator.says("timetable")
        facilitator.click("#timetable button")
        assert facilitator.holds("#inject-text") == "Ships <i>sail</i>."
        assert facilitator.get("[...document.querySelectorAll('#inject-to input:checked')].map(one => one.value)") == ["bear"]

        # a month with somebody missing is played once it has been asked
        facilitator.click("adjudicate")
        assert facilitator.says("adjudicate") == "Eagle, Bear: not committed. Play all the same?"
        assert found.room.session.month == 2
        facilitator.click("adjudicate")
        bear.month(3)
        facilitator.month(3)
        assert facilitator.says("inject-told") == "" and facilitator.says("adjudicate") == "Play the month"
        eagle.get("line.waiting.set('x', {type: 'commit', month: 3}); state(line.seen)")
        assert eagle.says("orders-state").startswith("Sent, and not answered") and eagle.get("commit.disabled")
        eagle.get("line.waiting.delete('x'); state(line.seen)")
        assert eagle.says("commit") == "Order nothing this month" and not eagle.get("commit.disabled")
        assert "You began this in month 2" in bear.says("stale") and bear.get("document.getElementById('commit').disabled")
        assert facilitator.says("undo-says").startswith(
            "This takes back month 2, and month 2 is played again. Orders, news and forecasts"
        )
        facilitator.click("undo")
        assert facilitator.says("undo") == "Really take back month 2?"
        facilitator.click("undo")
        bear.month(2)
        assert bear.says("moved") == (
            "The facilitator took back month 2: month 2 is played again. What was ordered, told and forecast in it is gone, and so is what was "
            "committed for month 3; what was said and guessed stays. What you had written and not committed stays here."
        )
        facilitator.until(
            "document.getElementById('lines-told').textContent.startsWith('Month 2 is taken back. Month 2 is being played again')"
        )
        assert bear.get("document.getElementById('stale').hidden") and bear.holds("#orders-text") == "support: 7"
        facilitator.write("#branch-line", "what-if")
        facilitator.choose("branch-at", "1")
        facilitator.click("#branch button")
        eagle.until("document.getElementById('when').textContent.includes('Month 1 of 36, 2018-01, line what-if')")
        bear.click("keep-draft")
        bear.click("commit")
        eagle.click("commit")
        facilitator.month(2)
        bear.month(2)
        assert bear.get("document.getElementById('moved').hidden")
        facilitator.click("reveal", times=2)
        eagle.until("!document.getElementById('cards-part').hidden")
        assert eagle.says("cards").count("seed 3, draw") == 1
        facilitator.click("end", times=2)
        eagle.until("document.getElementById('when').textContent.endsWith('the game has ended')")
        assert "thinking" not in eagle.says("seats")
        facilitator.until("!document.getElementById('after').hidden")
        path = tmp_path / "evening.transcript.jsonl"
        assert facilitator.says("after-command") == f"countermove replay {path} --after after.html"
        for visitor in (facilitator, eagle, bear):
            assert {url.split("/")[2] for url in visitor.browser.requests} == {f"127.0.0.1:{port}"}
            assert [
                one for one in visitor.browser.complaints if "ERR_CONNECTION_REFUSED" not in one and "WebSocket" not in one
            ] == []
    again.close()


def test_training_and_a_renewed_link(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """A guess that sums to 100, a forecast, a seed with all its digits, and the words for whoever is shut out."""
    with served(tmp_path, players={"bear": "hidden"}, training="eagle", seed=7926538817480747981) as table:
        eagle = come(table, "eagle")
        for name, percent in (("spigot", "75"), ("inertia", "20")):
            eagle.write(f"#guess-bear-{name}", percent)
        assert "and not yet 100" in str(eagle.get("document.querySelector('#hidden .told').textContent"))
        eagle.browser.page.fill("#guess-bear-inertia", "")
        eagle.write("#guess-bear-inertia", "25")
        eagle.click("#hidden form button")
        eagle.write("#forecast-chance", "30 %")
        eagle.click("#forecast button")
        eagle.until("document.getElementById('forecasts').textContent.includes('30 percent')")
        assert (
            table.room.session.guesses[0].weights == {"spigot": 0.75, "inertia": 0.25}
            and table.room.session.forecasts[0].probability == 0.3
        )
        eagle.click("end", times=2)
        eagle.until("document.getElementById('cards').textContent.includes('by ')")
        assert "seed 7926538817480747981, draw" in eagle.says("cards")
        assert table.act("facilitator", "renew", seat="eagle")["type"] == "link"
        eagle.until("document.getElementById('line').textContent.includes('this seat has a new link')")
        assert "What you have written stays" in eagle.says("notice")


def test_an_act_that_gets_no_answer(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """The page says that it waits; a line that is silent is left for a new one, and the act is done once, however often its button was pressed."""
    with served(tmp_path) as table:
        eagle, facilitator = come(table, "eagle"), come(table, "facilitator")
        eagle.get("line.socket.send = () => {}; 0")
        eagle.click("commit")
        assert eagle.says("orders-state").startswith("Sent, and not answered yet") and eagle.get(
            "commit.disabled && line.watch > 0"
        )
        say = "document.querySelector('.compose button')"
        eagle.write("#channels textarea", "Once.")
        eagle.get(f"{say}.click(); {say}.click()")
        assert eagle.get(f"line.waiting.size === 2 && {say}.disabled")
        eagle.reload()  # who comes back finds the form at rest until the answer is there, and then empty
        eagle.until("document.getElementById('orders-state')?.textContent.startsWith('Committed.')")
        eagle.until(f"!{say}.disabled && document.querySelector('#channels textarea').value === ''")
        facilitator.get("line.socket.send = () => {}; 0")
        facilitator.write("#inject-text", "News.")
        inject = "document.querySelector('#inject .fields button')"
        facilitator.get(f"{inject}.click(); {inject}.click()")
        assert facilitator.get(f"line.waiting.size === 1 && {inject}.disabled")
        facilitator.get("line.leave()")
        facilitator.until("document.getElementById('inject-told').textContent === 'Injected.'")
        assert not facilitator.get(f"{inject}.disabled")
        session = table.room.session
        assert session.orders == {"eagle": ""} and eagle.get("line.waiting.size") == 0
        assert [one.text for one in (*session.said, *session.news)] == ["Once.", "News."]


def test_an_answer_that_comes_late_touches_no_other_draft(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """What is written for this month stays, though the same was sent for the month before; what cannot be said is refused, once."""
    with served(tmp_path) as table:
        eagle = come(table, "eagle")
        eagle.get(
            "line.heard = line.take; line.take = (one) => { if (one.type === 'done') line.late = one; else line.heard(one); }; 0"
        )
        eagle.choose("order-rung", "training")
        eagle.click("commit")
        until(lambda: table.room.session.orders)
        table.act("bear", "commit", month=1, orders="")
        eagle.month(2)
        eagle.choose("order-rung", "training")
        eagle.get("line.heard(line.late)")
        table.act("facilitator", "adjudicate", month=2)
        eagle.month(3)
        assert eagle.get("orders.value") == "rung: training" and "You began this in month 2" in eagle.says("stale")
        eagle.write("#channels textarea", "\u202e")
        eagle.get("document.querySelector('.compose button').click()")
        eagle.until("line.waiting.size === 0")
        assert "control character" in str(eagle.get("document.querySelector('.channel .told').textContent"))


def test_orders_that_are_not_carried_out_as_they_are_ordered(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """What is in force stands above the form; a rung above the ceiling is told beside it before it is sent; a mistake names its field."""
    with served(tmp_path) as table:
        table.act("eagle", "commit", month=1, orders="ceiling: training")
        table.act("bear", "commit", month=1, orders="")
        table.keys.clear()
        table.links["eagle"] = table.room.invite("eagle")
        eagle = come(table, "eagle")
        assert "Your ceiling is rung 3, training" in eagle.says(
            "standing"
        ) and "Your sanctions on Bear stand at 0.5 of 1." in eagle.says("standing")
        eagle.choose("order-rung", "heavy")
        eagle.until("!document.getElementById('orders-remarks').hidden")  # nobody has pressed anything
        assert eagle.says("orders-remarks").startswith(
            "To know of these orders:Go to this rung: It is above your ceiling, rung 3, training"
        )
        assert eagle.get("document.getElementById('order-rung').closest('.field').classList.contains('remarked')")
        assert eagle.says("commit") == "Commit all the same"
        eagle.choose("order-ceiling", "heavy")
        eagle.until("document.getElementById('orders-remarks').hidden")
        assert eagle.says("commit") == "Commit"
        eagle.write("#order-brigades", "9")
        eagle.write("#order-sanctions", "1.5")
        eagle.click("commit")
        eagle.until("document.querySelectorAll('#orders-errors li').length === 2")
        first = "Brigades sent to the alliance's threatened members: "
        assert any(
            text.startswith(first)
            for text in eagle.get("[...document.querySelectorAll('#orders-errors li')].map(one => one.textContent)")
        )
        assert "Line" not in eagle.says("orders-errors") and "0 to 7" in eagle.says("order-brigades-takes")
        eagle.click("as-text")
        assert "Line 3, column 11: " in eagle.says("orders-errors") and "none, low, normal or high" in eagle.says("keys")
        eagle.browser.page.fill("#orders-text", "conditions: []")
        eagle.click("as-form")
        assert eagle.get("document.querySelector('#form-view input[value=none]').checked")
        eagle.click("commit")
        eagle.until("document.getElementById('orders-state').textContent.startsWith('Committed.')")
        assert table.room.session.orders == {"eagle": "conditions: []"}


def test_the_facilitator_is_asked_before_news_is_told_early_or_twice(
    come: Callable[[Served, str], Visitor], tmp_path: Path
) -> None:
    """And is told what locking does, and what every seat was told."""
    with served(tmp_path) as table:
        facilitator = come(table, "facilitator")
        facilitator.get("facts.injects = [{month: 2, text: 'Ships sail.', to: []}]; show(line.seen)")
        inject, says = "#inject .fields button", "inject-told"
        facilitator.write("#inject-text", "Ships sail.")
        facilitator.click(inject)
        assert facilitator.says(says).startswith("By the timetable it is due in month 2, 2018-02; this is month 1. Press again")
        assert table.room.session.news == ()
        facilitator.click(inject)
        facilitator.until(f"document.getElementById('{says}').textContent === 'Injected.'")
        facilitator.write("#inject-text", "Ships sail.")
        facilitator.click(inject)
        assert facilitator.says(says).startswith("This was told already in month 1.")
        assert facilitator.get(f"document.querySelector('{inject}').textContent") == "Inject all the same"
        facilitator.write("#inject-text", " Again.")
        facilitator.click(inject)
        facilitator.until(f"document.getElementById('{says}').textContent === 'Injected.'")
        assert [one.text for one in table.room.session.news] == ["Ships sail.", "Ships sail. Again."]
        facilitator.click("lock")
        facilitator.shows("lock-says", "Locked, until you unlock: what is committed stands. Eagle, Bear may still commit, once.")
        table.act("eagle", "commit", month=1, orders="answer: refuse")
        table.act("bear", "commit", month=1, orders="")
        facilitator.month(2)
        facilitator.get(
            "facts.injects = [{month: 1, text: 'Late.', to: []}, {month: 1, text: 'Ships sail.', to: []}]; show(line.seen)"
        )
        assert facilitator.says("timetable").startswith("From the timetableDue since month 1, 2018-01, to everybody: Late.")
        assert "Ships sail." not in facilitator.says("timetable")  # it was told
        assert "To Eagle: You answered, and no request of North was open: it did nothing." in facilitator.says("news")


def test_numbers_read_as_people_say_them(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """The dead are whole, a share is in percent, a scale from 0 to 1 says of how much; the news end between two lines."""
    with served(tmp_path) as table:
        eagle = come(table, "eagle")
        for unit, value, says in (
            ("persons a month", 9.879, "10 persons a month"),
            ("persons a month", 0.5361, "fewer than 1 person a month"),
            ("persons a month", 1.2, "1 person a month"),
            ("persons a month", 0, "0 persons a month"),
            ("share", 0.5, "50% "),
            ("0-1", 0.5, "0.5 of 1"),
            ("thousand", 34.071, "34.07 thousand"),
        ):
            reading = f"{{name: 'x', unit: '{unit}'}}"
            assert eagle.get(f"valued({reading}, {value}) + ' ' + unit({reading}, {value})") == says
        eagle.get("news({month: 1, news: [...Array(40)].map((_, i) => ({month: 1 + i % 7, text: `News ${i}`}))})")
        end = "document.getElementById('news').getBoundingClientRect().bottom"
        lines = "[...document.getElementById('news').children].map((one) => one.getBoundingClientRect())"
        assert eagle.get(f"{lines}.some((one) => one.top > {end} + 9)")
        assert eagle.get(f"{lines}.every((one) => one.top >= {end} || one.bottom <= {end})")
        assert eagle.get(
            f"[...document.querySelectorAll('#news h3')].every((one) => Math.abs(one.getBoundingClientRect().bottom - {end}) > 9)"
        )


def test_a_small_picture_does_not_blow_up_noise(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """What goes from 0 to 1 is drawn on all of it; else the height is a twentieth of the value at least."""
    with served(tmp_path) as table:
        eagle = come(table, "eagle")
        assert eagle.get("scale(0.4, 0.41, true)") == [0, 1]
        assert eagle.get("scale(99, 101, false)") == pytest.approx([97.475, 102.525])
        assert eagle.get("scale(20, 80, false)") == [20, 80] and eagle.get("scale(0, 0, false)") == [-0.5, 0.5]


@pytest.mark.slow
def test_pages_are_accessible(come: Callable[[Served, str], Visitor], tmp_path: Path) -> None:
    """Nothing that WCAG 2.2 AA forbids, wide and as wide as a telephone, everything open, with refusals shown; nothing is wider than the screen."""
    script = axe()
    if script is None:
        pytest.skip("NO AXE-CORE HERE: accessibility was not looked at")
    found: list[str] = []
    with served(tmp_path, players={"eagle": "person", "north": "person", "bear": "hidden"}) as table:
        for month in (1, 2, 3):
            for seat, orders in (("eagle", "rung: heavy" if month == 2 else ""), ("north", "ask: true")):
                table.act(seat, "commit", month=month, orders=orders)
        table.act("eagle", "say", channel="everybody", text="We come.")
        table.act("eagle", "forecast", event="truce", by=9, probability=0.25)
        table.keys.clear()
        for seat in ("facilitator", "eagle", "envoy"):
            table.links[seat] = table.room.invite(seat)
            visitor = come(table, seat)
            for width in WIDTHS:
                visitor.browser.visit(f"{table.address}/seat/evening/{seat}/", width)
                visitor.connected()
                if seat == "eagle":
                    visitor.write("#order-step", "many")
                    visitor.click("commit")
                    visitor.until("document.querySelectorAll('#orders-errors li').length > 0")
                visitor.get("document.querySelectorAll('details').forEach(d => { d.open = true })")
                found += violations_here(visitor.browser, f"{seat} at {width}", script)
                assert visitor.get("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert found == []


def test_a_link_that_was_used_leads_back_and_what_is_refused_leaves_the_old_order(
    come: Callable[[Served, str], Visitor], chromium: str, tmp_path: Path
) -> None:
    """Only in the browser that has the seat's key; the first address names its seat there. New words are counted in the title and in the head."""
    with served(tmp_path) as table, Browser(chromium) as stranger:
        eagle = come(table, "eagle")
        assert "lethal-defensive" in eagle.says("order-rung") and "yes (true)" in eagle.says("order-announce")
        eagle.choose("order-rung", "training")
        eagle.click("commit")
        eagle.until("document.getElementById('orders-state').textContent.startsWith('Committed.')")
        eagle.click("as-text")
        eagle.browser.page.fill("#orders-text", "rung: hevy")
        eagle.click("commit")
        eagle.until("!document.getElementById('orders-stands').hidden")
        assert eagle.says("orders-stands").startswith(
            "Refused: what you committed before stands and will be played (rung: training)"
        )
        assert table.room.session.orders["eagle"] == "rung: training"
        eagle.browser.page.fill("#orders-text", "rung: heavy")
        eagle.until("document.getElementById('orders-stands').hidden")

        title = str(eagle.get("document.title"))
        eagle.click("#channels details[open] > summary")
        table.act("bear", "say", channel="everybody", text="Once.")
        eagle.until("/^\\(1\\) /.test(document.title)")
        assert eagle.says("fresh") == "1 new message in the channels"
        eagle.click("#channels details > summary")
        eagle.until(f"document.title === {title!r}")

        for browser, leads in ((eagle.browser, True), (stranger, False)):
            browser.visit(f"{table.address}/")
            if leads:
                browser.until("!document.getElementById('has').hidden")
                assert browser.value("document.querySelector('#seats a').pathname") == "/seat/evening/eagle/"
            browser.visit(table.link("eagle"))
            if leads:
                browser.page.wait_for_url("**/seat/evening/eagle/")
        assert stranger.value("location.pathname") == "/join/evening"
        stranger.page.click("#sit")
        stranger.until("document.getElementById('told').textContent.startsWith('Refused: this link leads to no seat')")
        table.act("facilitator", "renew", seat="eagle")  # whoever is shut out is led nowhere
        eagle.browser.visit(f"{table.address}/")
        assert eagle.browser.value("sitsAt('/seat/evening/eagle/')") is False
        assert eagle.browser.value("document.getElementById('has').hidden")

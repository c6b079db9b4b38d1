"""The whole workbench in a browser: text, mistakes, form, undo, before and now, versions, why; by keyboard, on a telephone, under axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from builders.accessibility import WIDTHS, axe, violations_here
from builders.browser import Browser
from builders.places import SMALL_FILE
from builders.requests_made import posted
from builders.tour import ANSWERED, TOURISTS, Tourist, mistaken, pasted, tour
from countermove.web.serving import served
from countermove.web.workbench.application import application
from countermove.web.workbench.opening import opened

pytestmark = pytest.mark.browser
PARSED = "(html) => { const box = document.createElement('div'); box.innerHTML = html; return box.innerHTML; }"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where it is served."""
    with served(application(opened(str(SMALL_FILE)))) as place:
        yield place.address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One for all."""
    with Browser(chromium) as found:
        yield found


def test_the_tour(browser: Any, address: str) -> None:
    tour(browser, address, TOURISTS[0])


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 5])
def test_several_take_the_tour_at_once(chromium: str, browser: Any, address: str, count: int) -> None:
    """Each in a browser of their own: nobody sees what another wrote, and every answer is the one to a person alone."""

    def taken(tourist: Tourist) -> tuple[dict[str, Any], str]:
        with Browser(chromium) as browser:
            found = tour(browser, address, tourist)
            return found, str(browser.value("document.body.innerText + desk.text + JSON.stringify(localStorage)"))

    with ThreadPoolExecutor(count) as people:
        seen = dict(zip(TOURISTS, people.map(taken, TOURISTS[:count]), strict=False))
    for tourist, (found, everything) in seen.items():
        assert tourist.version in everything and tourist.volume in everything
        assert not [
            one for one in seen if one != tourist and (one.version in everything or f"{one.volume} million USD" in everything)
        ]
        steps = posted(address, "/look", text=found["text"], before=found["before"], plan=found["plan"]).steps
        (alone,) = [one["html"] for one in steps if one["kind"] == "answer"]
        assert found["html"] == browser.page.evaluate(PARSED, alone)
    assert len({found["html"] for found, _ in seen.values()}) == count


def test_a_hostile_text_is_text(browser: Any, address: str) -> None:
    browser.visit(address, 1280, 900)
    browser.until(ANSWERED)
    for old in ("Two sides, two patrons, two plans", "Anti-tank weapons in spring."):
        browser.value(
            f"desk.set(desk.text.replace({old!r}, '\"<img src=x onerror=alert(1)><script>document.title=1</script>\"'), '')"
        )
    browser.value("desk.set(desk.text.replace('  arm:', '  arm:\\n    title: \"<b id=taken>x</b>\"'), '')")
    browser.until(
        "desk.text.includes('id=taken') && "
        + ANSWERED
        + " && document.getElementById('told').textContent.includes('<b id=taken>')",
    )
    assert browser.value("document.querySelectorAll('img, #taken').length") == 0 and browser.value("document.title") != "1"
    assert browser.complaints == []


def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Any, address: str) -> None:
    script = axe()
    for width in (*WIDTHS, 820):
        browser.visit(address, width, 900)
        browser.until(ANSWERED)
        browser.page.click("#as-form")
        browser.page.click("[data-section=objective] > summary")
        browser.page.wait_for_selector("[data-section=objective] input")
        assert browser.value("document.documentElement.scrollWidth") <= width
        found = [] if script is None else violations_here(browser, f"form at {width}", script)
        browser.page.click("#as-text")
        pasted(browser, "personnel", "persnnel")
        mistaken(browser, 1)
        found += [] if script is None else violations_here(browser, f"mistakes at {width}", script)
        assert browser.value("document.documentElement.scrollWidth") <= width
        browser.page.click("#undo")
        browser.until(ANSWERED)
        assert found == []
    if script is None:
        pytest.skip("NO AXE-CORE HERE: accessibility was not looked at")

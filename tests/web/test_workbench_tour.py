"""The whole workbench in a browser: text, mistakes, form, undo, before and now, versions, why; by keyboard, on a telephone, under axe-core."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from builders.accessibility import WIDTHS, axe, violations_here
from builders.browser import Browser
from builders.places import SMALL_FILE
from countermove.web.serving import served
from countermove.web.workbench.application import application
from countermove.web.workbench.opening import opened

pytestmark = pytest.mark.browser
ANSWERED = "!!document.querySelector('#table-plans') && !document.querySelector('.stale')"


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


def until(browser: Any, holds: str, seconds: float = 120) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not browser.value(holds):
        assert time.monotonic() < end, f"{holds}: {browser.value('document.getElementById(`state`).textContent')}"
        time.sleep(0.03)


def text_of(browser: Any, name: str) -> str:
    """What an element says."""
    return str(browser.value(f"document.getElementById('{name}').innerText"))


def typed(browser: Any, old: str, new: str) -> None:
    """Put the letters in the place of others in the text, as an editor does."""
    found = f"document.getElementById('text').value.indexOf({old!r})"
    assert browser.value(found) >= 0
    browser.value(
        f"(() => {{ const t = document.getElementById('text'), at = {found}; t.focus(); t.setSelectionRange(at, at + {len(old)}); }})()"
    )
    browser.send("Input.insertText", text=new)


def test_the_tour(browser: Any, address: str) -> None:
    browser.visit(address, 1440, 900)
    until(browser, ANSWERED)
    assert (
        "Wait" in text_of(browser, "table-plans") + text_of(browser, "told") and text_of(browser, "mistakes-head") == "No mistakes"
    )
    # a mistake is underlined where it stands, and mended by what may have been meant
    typed(browser, "personnel", "persnnel")
    until(browser, "document.querySelectorAll('#mistakes li').length === 1")
    assert browser.value("document.querySelector('#under mark').textContent") == "persnnel"
    area, under = (browser.value(f"document.getElementById('{one}').scrollHeight") for one in ("text", "under"))
    assert abs(area - under) <= 20  # the marks lie under their letters
    browser.value("document.querySelector('#mistakes .mend').click()")
    until(browser, "document.querySelectorAll('#mistakes li').length === 0")
    until(browser, ANSWERED)
    assert browser.value("desk.text") == SMALL_FILE.read_text(encoding="utf-8")
    # columns are those of letters, whatever they are made of
    browser.value("desk.set(desk.text.replace('{personnel:', '{says: \"😀😀\", persnnel:'), '')")
    until(browser, "document.querySelectorAll('#mistakes li').length === 1")
    assert browser.value("document.querySelector('#under mark').textContent") == "persnnel"
    browser.value("desk.undo()")
    until(browser, ANSWERED + " && document.querySelectorAll('#mistakes li').length === 0")
    # a change in the form changes one place of the text, and the answer has what was before beside it
    browser.value("document.getElementById('as-form').click()")
    until(browser, "!!document.querySelector('[data-section=strategies] summary')")
    browser.value("document.querySelector('[data-section=strategies] summary').click()")
    until(browser, "!!document.querySelector('[data-section=\"strategies/arm\"] summary')")
    browser.value("document.querySelector('[data-section=\"strategies/arm\"] summary').click()")
    field = "document.getElementById('field:strategies/arm/moves/0/volume')"
    until(browser, f"!!{field}")
    browser.value(f"(() => {{ const f = {field}; f.value = '240'; f.dispatchEvent(new Event('change', {{bubbles: true}})); }})()")
    until(
        browser, "desk.text.includes('volume: 240 million USD') && " + ANSWERED + " && !!document.getElementById('answer-changed')"
    )
    assert browser.value("[...document.querySelectorAll('#told .best')].some(c => c.textContent.includes('±'))")
    until(browser, "document.getElementById('silences').textContent.length > 20")
    # undo and redo by keyboard; a reload loses nothing
    browser.value("document.getElementById('as-text').click(); document.getElementById('text').focus()")
    for shift, volume in ((0, "60"), (8, "240")):
        browser.send("Input.dispatchKeyEvent", type="keyDown", key="z", code="KeyZ", windowsVirtualKeyCode=90, modifiers=2 | shift)
        until(browser, f"desk.text.includes('volume: {volume} million USD')")
    browser.visit(address, 1440, 900)
    until(browser, ANSWERED)
    assert browser.value("desk.text.includes('volume: 240 million USD') && !document.getElementById('kept').hidden && desk.canUndo")
    # versions side by side, and why
    browser.value("desk.name('more arms'); desk.undo()")
    until(browser, ANSWERED)
    browser.value("document.getElementById('ask-side').click()")
    until(browser, "document.querySelectorAll('#side table').length === 3")
    assert "more arms" in text_of(browser, "side")
    browser.value(
        "document.getElementById('before').value = 'variant:more arms'; document.getElementById('before').dispatchEvent(new Event('change'))"
    )
    until(browser, ANSWERED + " && !!document.getElementById('answer-changed')")
    browser.value("document.getElementById('ask-why').click()")
    until(browser, "document.querySelectorAll('#why table').length >= 2")
    assert "240 million USD" in text_of(browser, "why") and "money spent by the owner" in text_of(browser, "why").lower()
    assert browser.complaints == [] and all(one.startswith(address) for one in browser.requests)


def test_a_hostile_text_is_text(browser: Any, address: str) -> None:
    browser.visit(address, 1280, 900)
    until(browser, ANSWERED)
    for old in ("Two sides, two patrons, two plans", "Anti-tank weapons in spring."):
        browser.value(
            f"desk.set(desk.text.replace({old!r}, '\"<img src=x onerror=alert(1)><script>document.title=1</script>\"'), '')"
        )
    browser.value("desk.set(desk.text.replace('  arm:', '  arm:\\n    title: \"<b id=taken>x</b>\"'), '')")
    until(
        browser,
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
        until(browser, ANSWERED)
        browser.value("document.getElementById('as-form').click()")
        until(browser, "!!document.querySelector('[data-section=objective] summary')")
        browser.value("document.querySelector('[data-section=objective] summary').click()")
        until(browser, "!!document.querySelector('[data-section=objective] input')")
        assert browser.value("document.documentElement.scrollWidth") <= width
        found = [] if script is None else violations_here(browser, f"form at {width}", script)
        browser.value("document.getElementById('as-text').click()")
        typed(browser, "personnel", "persnnel")
        until(browser, "document.querySelectorAll('#mistakes li').length === 1")
        found += [] if script is None else violations_here(browser, f"mistakes at {width}", script)
        assert browser.value("document.documentElement.scrollWidth") <= width
        browser.value("desk.undo()")
        until(browser, ANSWERED)
        assert found == []
    if script is None:
        pytest.skip("NO AXE-CORE HERE: accessibility was not looked at")

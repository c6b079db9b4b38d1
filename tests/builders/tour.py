"""The tour of the workbench that a person takes: text, mistakes, form, undo, a reload, versions, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from builders.browser import Browser, pictured
from builders.places import SMALL_FILE

ANSWERED = "!!document.querySelector('#table-plans') && !document.querySelector('.stale')"
VOLUME = '[id="field:strategies/arm/moves/0/volume"]'


@dataclass(frozen=True)
class Tourist:
    """A person with a change of their own."""

    name: str
    volume: str  # million USD: of the weapons that they would send

    @property
    def version(self) -> str:
        """What they call it."""
        return f"as {self.name} has it"


TOURISTS = (Tourist("Ada", "243"), Tourist("Ben", "137"), Tourist("Cleo", "389"), Tourist("Dov", "473"), Tourist("Eva", "317"))


def told(browser: Browser, name: str) -> str:
    """What an element says, as it is seen."""
    return browser.page.inner_text(f"#{name}")


def marked(browser: Browser, old: str) -> None:
    """Mark these letters in the text, so that what is typed next stands in their place."""
    found = f"document.getElementById('text').value.indexOf({old!r})"
    assert browser.value(found) >= 0
    browser.value(
        f"(() => {{ const t = document.getElementById('text'), at = {found}; t.focus(); t.setSelectionRange(at, at + {len(old)}); }})()"
    )


def pasted(browser: Browser, old: str, new: str) -> None:
    """Put letters in the place of others in the text, as one change."""
    marked(browser, old)
    browser.page.keyboard.insert_text(new)


def mistaken(browser: Browser, count: int) -> None:
    """Until so many mistakes are told."""
    browser.until(f"document.querySelectorAll('#mistakes li').length === {count}")


def tour(browser: Browser, address: str, tourist: Tourist) -> dict[str, Any]:
    """All of it in one browser; what was shown at the end, and of what."""
    browser.visit(address, 1440, 900)
    browser.until(ANSWERED)
    assert "Wait" in told(browser, "table-plans") + told(browser, "told") and told(browser, "mistakes-head") == "No mistakes"
    _mistakes(browser, tourist)
    _form(browser, tourist)
    _undo(browser, tourist)
    _versions(browser, tourist)
    assert browser.complaints == [] and all(one.startswith(address) for one in browser.requests)
    return dict(
        browser.value(
            "({text: desk.text, before: answer.before, plan: answer.plan, html: document.getElementById('told').innerHTML})"
        )
    )


def _mistakes(browser: Browser, tourist: Tourist) -> None:
    """A mistake is underlined where it stands, and mended by what may have been meant; columns are those of letters, whatever they are made of."""
    marked(browser, "personnel")
    browser.page.keyboard.type("persnnel")
    mistaken(browser, 1)
    browser.until("document.querySelector('#under mark').textContent === 'persnnel'")
    area, under = (browser.value(f"document.getElementById('{one}').scrollHeight") for one in ("text", "under"))
    assert abs(area - under) <= 20  # the marks lie under their letters
    pictured(browser, f"workbench-mistake-{tourist.name}")
    browser.page.click("#mistakes .mend")
    mistaken(browser, 0)
    browser.until(ANSWERED)
    assert browser.page.input_value("#text") == SMALL_FILE.read_text(encoding="utf-8")
    pasted(browser, "{personnel:", '{says: "😀😀", persnnel:')
    mistaken(browser, 1)
    assert browser.value("document.querySelector('#under mark').textContent") == "persnnel"
    browser.page.click("#undo")
    mistaken(browser, 0)
    browser.until(ANSWERED)


def _form(browser: Browser, tourist: Tourist) -> None:
    """A change in the form changes one place of the text, and the answer has what was before beside it."""
    browser.page.click("#as-form")
    for section in ("strategies", "strategies/arm"):
        browser.page.click(f'[data-section="{section}"] > summary')
    browser.page.fill(VOLUME, tourist.volume)
    browser.page.keyboard.press("Tab")
    browser.until(f"desk.text.includes('volume: {tourist.volume} million USD') && {ANSWERED}")
    browser.until("!!document.getElementById('answer-changed')")
    assert browser.value("[...document.querySelectorAll('#told .best')].some(c => c.textContent.includes('±'))")
    browser.until("document.getElementById('silences').textContent.length > 20")
    pictured(browser, f"workbench-form-{tourist.name}")


def _undo(browser: Browser, tourist: Tourist) -> None:
    """Undo and redo by keyboard; a reload loses nothing."""
    browser.page.click("#as-text")
    browser.page.focus("#text")
    for keys, volume in (("Control+z", "60"), ("Control+Shift+Z", tourist.volume)):
        browser.page.keyboard.press(keys)
        browser.until(f"desk.text.includes('volume: {volume} million USD')")
    browser.page.reload()
    browser.until(ANSWERED)
    assert f"volume: {tourist.volume} million USD" in browser.page.input_value("#text")
    assert browser.page.is_visible("#kept") and browser.page.is_enabled("#undo")


def _versions(browser: Browser, tourist: Tourist) -> None:
    """Versions side by side, and why."""
    browser.page.fill("#variant-name", tourist.version)
    browser.page.click("#keep-variant")
    browser.page.click("#undo")
    browser.until("desk.text.includes('volume: 60 million USD')")
    browser.until(ANSWERED)
    browser.page.click("#ask-side")
    browser.until("document.querySelectorAll('#side table').length === 3")
    assert tourist.version in told(browser, "side")
    browser.page.select_option("#before", f"variant:{tourist.version}")
    browser.until(f"{ANSWERED} && !!document.getElementById('answer-changed')")
    browser.page.click("#ask-why")
    browser.until("document.querySelectorAll('#why table').length >= 2")
    assert f"{tourist.volume} million USD" in told(browser, "why") and "money spent by the owner" in told(browser, "why").lower()
    pictured(browser, f"workbench-answer-{tourist.name}")

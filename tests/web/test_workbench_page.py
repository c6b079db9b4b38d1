"""What a browser keeps of the workbench: letters that are being typed, versions, and the text of each file apart from that of every other.

The text has a mistake throughout, so that nothing is compiled or run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from builders.at_table import until
from builders.browser import Browser
from builders.places import SMALL_FILE
from countermove.scenario.read import read_text
from countermove.web.serving import served
from countermove.web.workbench.application import application
from countermove.web.workbench.errand import BETTER, FOUND
from countermove.web.workbench.errands import Wanted
from countermove.web.workbench.opening import opened

pytestmark = pytest.mark.browser
TEXT = SMALL_FILE.read_text(encoding="utf-8").replace("matters: 0.1", "mattters: 0.1")
TITLE, NAME = "field:title", "field:scenario"
CHECKED = "document.querySelectorAll('#mistakes li').length"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One for all."""
    with Browser(chromium) as found:
        yield found


def put(folder: Path, text: str = TEXT) -> str:
    """A file that can be served."""
    folder.mkdir(exist_ok=True)
    (folder / "war.yaml").write_text(text, encoding="utf-8")
    return str(folder / "war.yaml")


class Swapped:
    """The workbench of one file after another at one address, as when a server is ended and begun again."""

    def __init__(self, file: str) -> None:
        """With this file first."""
        self.lost = ""  # what it does not answer to begins so
        self.serve(file)

    def serve(self, file: str) -> None:
        """From now on this one."""
        self.app = application(opened(file))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        lost = self.lost and scope["type"] == "http" and scope["path"].startswith(self.lost)
        await (Response("busy", 503) if lost else self.app)(scope, receive, send)


def typed(browser: Any, field: str, letters: str) -> None:
    """Put the letters in the place of what stands in a field, as a keyboard does; nothing has left the field."""
    browser.value(f"document.getElementById({field!r}).focus(); document.activeElement.select()")
    browser.page.keyboard.insert_text(letters)


def held(browser: Any, field: str) -> Any:
    """What stands in a field."""
    return browser.value(f"document.getElementById({field!r}).value")


def test_letters_that_are_being_typed_are_kept(browser: Any, tmp_path: Path) -> None:
    """While a change before them is taken and the form is drawn anew; and what is to be added too. Undo goes through a key taken out."""
    with served(application(opened(put(tmp_path)))) as place:
        browser.visit(place.address)
        browser.value("views.show('form')")
        until(lambda: browser.value(f"!!document.getElementById({TITLE!r})"))
        typed(browser, "value:", "waiting")
        browser.value(  # in one go: no answer of the server comes between the letters of the name and those of the title
            f"""window.drawn = 0;
            new MutationObserver(() => {{ drawn += 1; }}).observe(document.getElementById('form-fields'), {{childList: true}});
            for (const [field, letters] of [[{NAME!r}, 'little'], [{TITLE!r}, 'half a title']]) {{
                document.getElementById(field).focus();
                document.activeElement.select();
                document.execCommand('insertText', false, letters);
            }}"""
        )
        until(lambda: browser.value("desk.text.startsWith('scenario: little')"))
        browser.value("new Promise((later) => { setTimeout(later, 400); })")
        assert (held(browser, TITLE), browser.value("document.activeElement.id")) == ("half a title", TITLE)
        assert browser.value("drawn === 0 && !desk.text.includes('half a title')")
        browser.value("document.activeElement.blur()")
        until(lambda: browser.value("desk.text.includes('title: half a title') && drawn > 0"))
        until(lambda: held(browser, TITLE) == "half a title")
        assert held(browser, "value:") == "waiting" and browser.value("desk.text.includes('waiting')") is False
        # a refused value stands with its reason until it is mended
        browser.value("document.querySelector('[data-section=clock] summary').click()")
        until(lambda: browser.value("!!document.getElementById('field:clock/months')"))
        typed(browser, "field:clock/months", "many")
        typed(browser, TITLE, "Another")
        browser.value("document.activeElement.blur()")
        until(
            lambda: browser.value(
                "desk.text.includes('title: Another') && document.getElementById('field:title').defaultValue === 'Another'"
            )
        )
        assert held(browser, "field:clock/months") == "many" and "no number" in browser.value(
            "document.querySelector('.refusal[role=alert]').textContent"
        )
        # a key is taken out, and comes back
        before = browser.value("desk.text")
        browser.value("document.getElementById('remove:title').click()")
        until(lambda: not browser.value("desk.text.includes('\\ntitle:') || !!document.getElementById('remove:title')"))
        assert browser.value("desk.undo(); desk.text") == before and browser.complaints == []


def test_a_file_is_not_another_of_its_name(browser: Any, tmp_path: Path) -> None:
    """Served at one address one after the other: each has its own changes; of a file that changed on the disk the page says so."""
    one, other = put(tmp_path / "a"), put(tmp_path / "b", TEXT.replace("valley", "plain"))
    server = Swapped(one)
    with served(server) as place:
        browser.visit(place.address)
        browser.value("desk.set(desk.text + '# mine\\n', ''); desk.answeredTo(desk.text); desk.set(desk.text + '# more\\n', '')")
        browser.value(f"localStorage.setItem('countermove:war.yaml', {json.dumps(json.dumps({'text': 'of an older version'}))})")
        server.serve(other)
        browser.visit(place.address)
        assert browser.value(
            "desk.text === START.text && desk.text.includes('upper plain') && document.getElementById('kept').hidden"
        )
        server.serve(one)
        browser.visit(place.address)
        assert browser.value("desk.text.endsWith('# more\\n') && desk.before('last').endsWith('# mine\\n')")
        assert "file itself" not in browser.value("document.getElementById('kept').textContent")
        put(tmp_path / "a", TEXT + "# on the disk\n")
        server.serve(one)
        for _ in range(2):  # and says so until somebody has chosen
            browser.visit(place.address)
            assert "the file itself has changed" in browser.value("document.getElementById('kept').textContent")
            assert browser.value("desk.text.endsWith('# more\\n') && desk.opened.endsWith('# on the disk\\n')")
        browser.value("document.querySelector('#kept button').click()")
        browser.visit(place.address)
        assert "file itself" not in browser.value("document.getElementById('kept').textContent")
        assert browser.value("desk.text.endsWith('# more\\n')") and browser.complaints == []


def test_a_version_is_not_written_over_and_a_mend_goes_to_its_place(browser: Any, tmp_path: Path) -> None:
    with served(application(opened(put(tmp_path)))) as place:
        browser.visit(place.address)
        keep = "document.getElementById('keep-variant').click();"
        browser.value(
            f"{keep} desk.set(desk.text + '# b\\n', ''); {keep} desk.forget('version 1'); desk.set(desk.text + '# c\\n', ''); {keep} {keep}"
        )
        ends = "Object.fromEntries(Object.entries(desk.variants).map(([name, text]) => [name, text.slice(-4)]))"
        assert browser.value(ends) == {"version 2": "# b\n", "version 1": "# c\n", "version 3": "# c\n"}
        browser.value(f"document.getElementById('variant-name').value = 'version 2'; {keep}")
        assert browser.value(ends)["version 2"] == "# b\n" and "already" in browser.value(
            "document.getElementById('variant-refused').textContent"
        )
        # columns and lengths are those of letters; a button of a text that is no more does nothing
        browser.value("desk.set(desk.text.replace('mattters: 0.1', 'x: \"😀\", 😀😀mattters: 0.1'), '')")
        until(lambda: browser.value(CHECKED) and browser.value("document.querySelector('#under mark')?.textContent"))
        browser.value("desk.set(START.text, '')")
        until(lambda: browser.value("document.querySelector('#under mark')?.textContent") == "mattters")
        browser.value(
            "window.mend = document.querySelector('#mistakes .mend'); desk.set('# a line before\\n' + desk.text, ''); mend.click()"
        )
        assert browser.value("desk.text").startswith("# a line before\nscenario: small\n")
        until(lambda: browser.value("document.querySelector('#mistakes .mend:not(:disabled)') !== null"))
        browser.value("document.querySelector('#mistakes .mend').click()")
        assert browser.value("desk.text") == "# a line before\n" + TEXT.replace("mattters", "matters") and browser.complaints == []


def test_work_that_ended_is_there_after_the_server_was_begun_again(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page asks until the server answers; and a plan of one file is not put under the name of another."""
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path / "cache"))
    file, text = put(tmp_path / "a"), SMALL_FILE.read_text(encoding="utf-8")
    folder = Wanted("search", text, read_text(text), opened(file).desk).folder()
    folder.mkdir(parents=True)
    for name, made in ((FOUND, "<p>Found it.</p>"), (BETTER, "scenario: better")):
        (folder / name).write_text(made, encoding="utf-8")
    server = Swapped(file)
    with served(server) as place:
        browser.visit(place.address)
        begun = {"name": "gone", "kind": "search", "text": text, "file": "other.yaml", "place": "elsewhere"}
        browser.value(f"localStorage.setItem(`countermove-errands:${{START.where}}/war.yaml`, {json.dumps(json.dumps([begun]))})")
        server.lost = "/errands"
        browser.visit(place.address)
        says = "document.querySelector('.errand').innerText"
        until(lambda: "asked again" in browser.value(says), 20)
        server.lost = ""
        until(lambda: "Found it." in browser.value(says))
        assert "Done." in browser.value(says) and "other.yaml" in browser.value(says)
        take = "[...document.querySelectorAll('.errand button')].find((one) => one.textContent.startsWith('Take')).click()"
        browser.value(take)
        assert "open that first" in browser.value(says) and browser.value("desk.text === START.text")
        browser.value(f"document.querySelector('.errand').place = desk.place; {take}")
        until(lambda: browser.value("desk.text") == "scenario: better")
        browser.value("desk.undo()")
        server.lost = "/errands"
        browser.value(take)
        until(lambda: "too much to do" in browser.value(says))
        assert browser.value("desk.text === START.text")

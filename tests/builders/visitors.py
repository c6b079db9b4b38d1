"""People at a table, each in a browser of their own."""

from __future__ import annotations

import json
from typing import Any

from builders.at_table import PATIENCE
from builders.browser import Browser


class Visitor:
    """A browser at the table, with a person's hands."""

    def __init__(self, browser: Browser, link: str) -> None:
        """Comes by a link and presses its button."""
        self.browser = browser
        browser.visit(link)
        assert "#" not in browser.value("location.href") and browser.value("document.title") == "Your seat: countermove"
        browser.page.click("#sit")
        self.connected()

    def get(self, expression: str) -> Any:
        """Of the page."""
        return self.browser.value(expression)

    def until(self, expression: str) -> None:
        """What becomes true in the page."""
        self.browser.until(expression, 3 * PATIENCE)

    def shows(self, id_: str, text: str) -> None:
        """Until these words stand in an element, of this page or of the next."""
        self.browser.page.locator(f"#{id_}", has_text=text).wait_for(timeout=3000 * PATIENCE)

    def connected(self) -> None:
        """Until the page says that it is."""
        self.shows("line", "Connected")

    def says(self, id_: str) -> str:
        """The text of an element."""
        return str(self.get(f"document.getElementById({json.dumps(id_)}).textContent"))

    def holds(self, where: str) -> str:
        """What stands in the field that a selector finds."""
        return self.browser.page.input_value(where)

    def write(self, where: str, text: str) -> None:
        """Type into what a selector finds, behind what stands there."""
        self.browser.page.click(where)
        self.browser.page.keyboard.press("Control+End")
        self.browser.page.keyboard.type(text)

    def click(self, where: str, times: int = 1) -> None:
        """Press a button once it can be pressed: one with this id, or what a selector finds."""
        for _ in range(times):
            self.browser.page.click(where if where.startswith("#") else f"#{where}")

    def choose(self, id_: str, value: str) -> None:
        """Choose of a list."""
        self.browser.page.select_option(f"#{id_}", value)

    def reload(self) -> None:
        """The page anew."""
        self.browser.page.reload()

    def month(self, number: int) -> None:
        """Until this month is shown."""
        self.shows("when", f"Month {number} of")

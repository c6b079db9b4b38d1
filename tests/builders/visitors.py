"""People at a table, each in a browser of their own."""

from __future__ import annotations

import json
from typing import Any

from builders.at_table import until
from builders.devtools import Browser


class Visitor:
    """A browser at the table."""

    def __init__(self, browser: Browser, link: str) -> None:
        """Comes by a link and presses its button."""
        self.browser = browser
        browser.visit(link)
        assert "#" not in browser.value("location.href") and browser.value("document.title") == "Your seat: countermove"
        browser.value("document.getElementById('sit').click()")
        self.until("document.getElementById('line')?.textContent === 'Connected'")

    def get(self, expression: str) -> Any:
        """Of the page."""
        return self.browser.value(expression)

    def until(self, expression: str) -> Any:
        """What becomes true in the page."""

        def true() -> Any:
            try:
                return self.browser.value(expression)
            except RuntimeError:  # the page is being loaded
                return None

        return until(true)

    def says(self, id_: str) -> str:
        """The text of an element."""
        return str(self.get(f"document.getElementById({json.dumps(id_)}).textContent"))

    def write(self, where: str, text: str) -> None:
        """Type into what a selector finds."""
        self.get(f"document.querySelector({json.dumps(where)}).focus()")
        self.browser.send("Input.insertText", text=text)

    def click(self, id_: str, times: int = 1) -> None:
        """Press a button that can be pressed."""
        self.until(f"!document.getElementById({json.dumps(id_)}).disabled")
        for _ in range(times):
            self.get(f"document.getElementById({json.dumps(id_)}).click()")

    def choose(self, id_: str, value: str) -> None:
        """Choose of a list."""
        field = f"document.getElementById({json.dumps(id_)})"
        self.get(f"{field}.value = {json.dumps(value)}; {field}.dispatchEvent(new Event('change', {{bubbles: true}}))")
        assert self.get(f"{field}.value") == value

    def month(self, number: int) -> None:
        """Until this month is shown."""
        self.until(f"document.getElementById('when').textContent.startsWith('Month {number} of')")

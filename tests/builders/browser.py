"""The system's Chromium, driven by Playwright (docs/decisions/0051).

No network: the browser is told to resolve nothing but this machine, and every request it tries is kept.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the tests are collected where there is no Playwright, too
    from playwright.sync_api import BrowserContext, Page, Playwright, Request, WebSocket

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a server of our own is no network
)
PHONE = 600  # CSS pixels: what is narrower is a telephone
TALLEST = 8000  # of one picture, in CSS pixels
PATIENCE = 90  # seconds
SHOTS = "COUNTERMOVE_SHOTS"  # names a folder: pictures of pages are put there
WIDTHS = {1440: 900, 820: 1100, 400: 800}  # of them, and the height of the window


def chromium_path() -> str | None:
    """Where the system's browser is; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name)) is not None), None)


def missing() -> str:
    """What a browser test lacks here, and how to get it; empty where it lacks nothing."""
    if chromium_path() is None:
        return "NO CHROMIUM HERE: the pages were not looked at in a browser (apt-get install chromium)"
    if find_spec("playwright") is None:
        return "NO PLAYWRIGHT HERE: the pages were not looked at in a browser (pip install playwright)"
    return ""


class _Here(threading.local):
    """Playwright of a thread, and how many browsers hold it. It leaves a running event loop behind it, so it ends with the last of them."""

    holders = 0
    playwright: Any = None


_HERE = _Here()


@contextmanager
def _playwright() -> Generator[Playwright]:
    from playwright.sync_api import sync_playwright

    if _HERE.holders == 0:
        _HERE.playwright = sync_playwright().start()
    _HERE.holders += 1
    try:
        yield _HERE.playwright
    finally:
        _HERE.holders -= 1
        if _HERE.holders == 0:
            _HERE.playwright.stop()
            _HERE.playwright = None


class Browser:
    """One browser with one page, for the thread that opened it; a context manager.

    `page` is Playwright's, for hands and eyes; `requests` and `complaints` (of the console, of scripts, of loads that failed) fill up
    as pages are looked at.
    """

    page: Page

    def __init__(self, path: str, *, scripts: bool = True) -> None:
        """`path`: of the program. `scripts`: whether pages may run any."""
        self.path = path
        self.scripts = scripts
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._phone = False
        self._context: BrowserContext | None = None

    def __enter__(self) -> Browser:
        with ExitStack() as stack:
            playwright = stack.enter_context(_playwright())
            self._browser = playwright.chromium.launch(executable_path=self.path, args=FLAGS)
            stack.callback(self._browser.close)
            self._turn()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def _turn(self, phone: bool = False) -> None:
        """Into a telephone or a desktop: another window, with the cookies and what pages stored."""
        before = self._context
        self._context = self._browser.new_context(
            viewport={"width": 1280, "height": 900},
            is_mobile=phone,
            java_script_enabled=self.scripts,
            storage_state=before and before.storage_state(),
        )
        self._context.set_default_timeout(PATIENCE * 1000)
        self._phone = phone
        self.page = self._context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", self._opened)
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)
        if before is not None:
            before.close()

    def _opened(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)

    def _failed(self, request: Request) -> None:
        """Not what the page itself or its end broke off."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url} was not loaded: {request.failure}")

    def open(self, page: Path, width: int = 1280, height: int = 900, *, address: str = "") -> None:
        """Load a file in a window of this size (CSS pixels) and forget what earlier pages reported. `address`: what stands behind its #."""
        if address:  # or the same file with another address would not be loaded anew
            self.page.goto("about:blank")
        self.visit(page.resolve().as_uri() + (f"#{address}" if address else ""), width, height)

    def visit(self, address: str, width: int = 1280, height: int = 900) -> None:
        """The same with the page at an address, such as one that a server of the test serves."""
        if (width < PHONE) != self._phone:
            self._turn(width < PHONE)
        self.page.set_viewport_size({"width": width, "height": height})
        self.requests.clear()
        self.complaints.clear()
        self.page.goto(address)

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, or what it promises."""
        return self.page.evaluate(expression)

    def until(self, expression: str, seconds: float = PATIENCE) -> None:
        """Wait until a JavaScript expression holds in the page that is there. (`wait_for_function` evaluates text, which our policy forbids.)"""
        look = f"const look = () => {{ try {{ ({expression}) ? end(true) : setTimeout(look, 20); }} catch (error) {{ fail(error); }} }};"
        if not self.value(f"new Promise((end, fail) => {{ {look} setTimeout(() => end(false), {1000 * seconds}); look(); }})"):
            raise AssertionError(f"in {seconds} seconds it does not come: {expression}")

    def pictures(self, out: Path, name: str, tallest: int = TALLEST) -> list[Path]:
        """The whole page as PNG files of at most `tallest` pixels each."""
        width, height = (int(self.value(f"document.documentElement.{side}")) for side in ("clientWidth", "scrollHeight"))
        found: list[Path] = []
        for top in range(0, height, tallest):
            found.append(out / f"{name}-{len(found) + 1}.png")
            clip = {"x": 0, "y": top, "width": width, "height": min(tallest, height - top)}
            self.page.screenshot(path=found[-1], full_page=True, clip=clip)
        return found

    def print(self, out: Path) -> Path:
        """The page as a PDF, as it would be printed."""
        self.page.pdf(path=out, prefer_css_page_size=True, print_background=False)
        return out


def pictured(browser: Browser, name: str) -> None:
    """Pictures of the page at three widths, where a folder is named for them."""
    folder, size = os.environ.get(SHOTS), browser.page.viewport_size
    if not folder or size is None:
        return
    for width, height in WIDTHS.items():
        browser.page.set_viewport_size({"width": width, "height": height})
        browser.pictures(Path(folder), f"{name}-{width}")
    browser.page.set_viewport_size(size)

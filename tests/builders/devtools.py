"""A headless Chromium at the end of a pipe, spoken to in the DevTools protocol, with nothing but the standard library.

No network: the browser is told to resolve nothing, and every request it tries is kept.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a server of our own is no network
    "--remote-debugging-pipe",
)
TALLEST = 8000  # of one picture, in CSS pixels


class Browser:
    """One browser with one page; a context manager. `requests` and `complaints` fill up while pages load."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._events: list[dict[str, Any]] = []
        self._number = 0
        self._session = ""

    def __enter__(self) -> Browser:
        self._home = tempfile.mkdtemp(prefix="countermove-chromium-")
        from_us, self._to = os.pipe()
        self._from, to_us = os.pipe()

        # the browser reads commands on 3 and writes answers on 4; a shell moves them there, since a fork of this process may
        # hold threads of JAX
        plumb = f'exec 8<&{from_us} 9>&{to_us}; exec "$@" 3<&8 4>&9 8<&- 9>&-'
        command = ["bash", "-c", plumb, "bash", self.path, *FLAGS, f"--user-data-dir={self._home}", "about:blank"]
        self._process = subprocess.Popen(
            command, pass_fds=(from_us, to_us), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        os.close(from_us)
        os.close(to_us)
        self._answers = os.fdopen(self._from, "rb")
        target = self.send("Target.createTarget", url="about:blank", alone=True)["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True, alone=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.send("Browser.close", alone=True)
        except (OSError, EOFError):
            self._process.kill()
        self._process.wait(timeout=30)
        os.close(self._to)
        self._answers.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def send(self, method: str, *, alone: bool = False, **params: Any) -> dict[str, Any]:
        """One command and its result; what the page reports meanwhile is kept. `alone`: to the browser, not to the page."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if not alone:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    def wait(self, method: str) -> None:
        """Until the page reports this event."""
        while not any(event["method"] == method for event in self._events):
            self._read()

    def _read(self) -> dict[str, Any]:
        parts: list[bytes] = []
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                raise EOFError("the browser is gone")
            parts.append(byte)
        answer: dict[str, Any] = json.loads(b"".join(parts))
        if "method" in answer:
            self._events.append(answer)
            self._note(answer["method"], answer.get("params", {}))
        return answer

    def _note(self, method: str, params: Mapping[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(str([part.get("value") for part in params["args"]]))
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"]["text"])

    def open(self, page: Path, width: int = 1280, height: int = 900, *, address: str = "") -> None:
        """Load a file in a window of this size (CSS pixels) and forget what earlier pages reported. `address`: what stands behind its #."""
        if address:  # or the same file with another address would not be loaded anew
            self._events.clear()
            self.send("Page.navigate", url="about:blank")
            self.wait("Page.loadEventFired")
        self.visit(page.resolve().as_uri() + (f"#{address}" if address else ""), width, height)

    def visit(self, address: str, width: int = 1280, height: int = 900) -> None:
        """The same with the page at an address, such as one that a server of the test serves."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self._events.clear()
        self.requests.clear()
        self.complaints.clear()
        self.send("Page.navigate", url=address)
        self.wait("Page.loadEventFired")

    def press(self, key: str) -> None:
        """One key, by its name (Tab, ArrowRight, Enter), pressed and let go."""
        code = {
            "Tab": 9,
            "Enter": 13,
            "Backspace": 8,
            "Escape": 27,
            "ArrowLeft": 37,
            "ArrowUp": 38,
            "ArrowRight": 39,
            "ArrowDown": 40,
        }[key]
        typed = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **typed)

    def value(self, expression: str, *, wait: bool = False) -> Any:
        """The value of a JavaScript expression in the page; `wait` for what it promises."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=wait)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def awaited(self, expression: str) -> Any:
        """The value that a promise in the page comes to."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def pictures(self, out: Path, name: str) -> list[Path]:
        """The whole page as PNG files of at most TALLEST pixels each."""
        width, height = (int(self.value(f"document.documentElement.{side}")) for side in ("clientWidth", "scrollHeight"))
        found: list[Path] = []
        for top in range(0, height, TALLEST):
            clip = {"x": 0, "y": top, "width": width, "height": min(TALLEST, height - top), "scale": 1}
            data = self.send("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
            found.append(out / f"{name}-{len(found) + 1}.png")
            found[-1].write_bytes(base64.b64decode(data))
        return found

    def print(self, out: Path) -> Path:
        """The page as a PDF, as it would be printed."""
        data = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]
        out.write_bytes(base64.b64decode(data))
        return out

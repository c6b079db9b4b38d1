"""Long work beside the page: begun, watched, stopped, and gone on with. Each piece is a process of its own, which the page need not wait for."""

from __future__ import annotations

import hashlib
import json
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from countermove.errors import CountermoveError
from countermove.questions.result_cache import source_hash
from countermove.shelf import cache_folder
from countermove.web.workbench.checking import Desk
from countermove.web.workbench.errand import ASKED, BETTER, FINE, FOUND, INTERRUPTED, MEMO, WORK, WRITTEN

MOST = 2  # pieces at once: each has all processors
State = Literal["running", "stopped", "ended", "refused"]


@dataclass
class Errand:
    """One piece of work. `name`: nobody who was not told it can ask for it. `now`: what it last said of itself."""

    name: str
    kind: str
    folder: Path
    process: subprocess.Popen[str] | None = None
    state: State = "running"
    began: float = field(default_factory=time.monotonic)
    now: dict[str, Any] = field(default_factory=dict[str, Any])
    step: tuple[str, float] = ("", 0.0)  # what is being done, and since when
    refused: str = ""

    def told(self) -> dict[str, Any]:
        """For the page: how far it is, and how many seconds are left as far as that can be judged (-1: it cannot)."""
        since = time.monotonic() - self.began
        whole, done, total = (float(self.now.get(key, 0)) for key in ("whole", "done", "total"))
        left = -1.0
        if whole > 0.05:
            left = since * (1 - whole) / whole
        elif total > 1 and done > 0:
            left = (time.monotonic() - self.step[1]) * (total - done) / done
        return {
            "name": self.name,
            "kind": self.kind,
            "state": self.state,
            "what": self.now.get("what", "starting"),
            "done": done,
            "total": total,
            "whole": whole,
            "left": left,
            "all": whole > 0,
            "seconds": since,
            "refused": self.refused,
            "files": [name for name in (MEMO, BETTER) if self.state == "ended" and (self.folder / name).is_file()],
        }


@dataclass
class Errands:
    """All of them."""

    known: dict[str, Errand] = field(default_factory=dict[str, Errand])
    lock: Lock = field(default_factory=Lock)

    def begin(self, kind: str, text: str, desk: Desk) -> Errand:
        """Begin, or go on with, or find finished, one piece of work on a text. Raises CountermoveError where too much is going on."""
        if kind not in WORK:
            raise CountermoveError(f"no long work is called {kind}", next=f"There are {', '.join(WORK)}")
        key = hashlib.blake2b(f"{kind} {source_hash()} {desk.file} {desk.folder}\0{text}".encode(), digest_size=12).hexdigest()
        folder = cache_folder() / "workbench" / f"{kind}-{key}"
        with self.lock:
            for one in self.known.values():
                if one.folder == folder and one.state == "running":
                    return one
            found = Errand(secrets.token_urlsafe(16), kind, folder)
            if (folder / FOUND).is_file():
                found.state = "ended"
            else:
                if sum(one.state == "running" for one in self.known.values()) >= MOST:
                    raise CountermoveError(f"{MOST} pieces of long work are going on already", next="Stop one of them, or wait")
                self._start(found, text, desk)
            self.known[found.name] = found
        return found

    def _start(self, found: Errand, text: str, desk: Desk) -> None:
        found.folder.mkdir(parents=True, exist_ok=True)
        asked = {"kind": found.kind, "file": desk.file, "home": "" if desk.folder is None else str(desk.folder.resolve())}
        (found.folder / ASKED).write_text(json.dumps(asked), encoding="utf-8")
        (found.folder / WRITTEN).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "countermove.web.workbench.errand", str(found.folder)]
        found.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
        )
        Thread(target=self._watch, args=(found, found.process), daemon=True).start()

    def _watch(self, found: Errand, process: subprocess.Popen[str]) -> None:
        """Hear what it says until it ends."""
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                told = json.loads(line)
                if "refused" in told:
                    found.refused = told["refused"]
                    continue
                if told["what"] != found.step[0]:
                    found.step = told["what"], time.monotonic()
                found.now = told
        code = process.wait()
        found.state = "ended" if code == FINE else "stopped" if code in (INTERRUPTED, -signal.SIGINT) else "refused"
        if found.state == "refused" and not found.refused:
            found.refused = "it ended without a word"

    def of(self, name: str) -> Errand:
        """The piece of this name. Raises CountermoveError where there is none."""
        with self.lock:
            if name not in self.known:
                raise CountermoveError(
                    "this work is not known here any more", next="Begin it again: it goes on from what was finished"
                )
            return self.known[name]

    def stop(self, name: str) -> Errand:
        """Interrupt it; what was finished is kept."""
        found = self.of(name)
        if found.process is not None and found.process.poll() is None:
            found.process.send_signal(signal.SIGINT)
        return found

    def end(self) -> None:
        """Interrupt all of them, when the server ends."""
        for one in list(self.known.values()):
            if one.process is not None and one.process.poll() is None:
                one.process.send_signal(signal.SIGINT)

    def file(self, name: str, which: str) -> str:
        """A file that was made. Raises CountermoveError where there is none."""
        found = self.of(name)
        if which not in (FOUND, MEMO, BETTER) or found.state != "ended" or not (found.folder / which).is_file():
            raise CountermoveError("there is no such file")
        return (found.folder / which).read_text(encoding="utf-8")

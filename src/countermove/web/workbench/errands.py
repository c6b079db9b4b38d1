"""Long work beside the page: begun, watched, stopped, and gone on with. Each piece is a process of its own, which the page need not wait for."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from countermove.compute.same_code import source_hash
from countermove.errors import DEBUG, CountermoveError, WrittenError
from countermove.questions.provenance import record_hash
from countermove.scenario.linked_files import record_of, replay_of
from countermove.scenario.schema import Scenario
from countermove.scenario.write import whole_hash_of
from countermove.shelf import cache_folder
from countermove.store.disk import write_page
from countermove.web.workbench.checking import Desk
from countermove.web.workbench.errand import ASKED, BETTER, FINE, FOUND, INTERRUPTED, MEMO, WORK, WRITTEN

MOST = 2  # pieces at once: each has all processors
REMEMBERED = 24
LONG = 24 * 3600.0  # seconds
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


@dataclass(frozen=True)
class Wanted:
    """One piece of work on a text, which is read to this scenario."""

    kind: str
    text: str
    scenario: Scenario
    desk: Desk

    def __post_init__(self) -> None:
        """Raises CountermoveError where nothing is called so."""
        if self.kind not in WORK:
            raise CountermoveError(f"no long work is called {self.kind}", next=f"There are {', '.join(WORK)}")

    def folder(self) -> Path:
        """Where it is done: a place of its own for all that decides what is found, the files that the text names included."""
        parts = (
            *(source_hash(), self.desk.file, self.desk.sign, self.text),
            *(whole_hash_of(self.scenario), record_hash(self.scenario), self._replay()),
        )
        key = hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
        return cache_folder() / "workbench" / f"{self.kind}-{key}"

    def _replay(self) -> str:
        """What the war says that the record replays; nothing where there is none that can be read: the work itself says so if it needs it."""
        if self.scenario.record is None:
            return ""
        try:
            record = record_of(self.scenario)
            return "" if record.replay is None else whole_hash_of(replay_of(record))
        except WrittenError:
            return ""


@dataclass
class Errands:
    """All of them; the latest REMEMBERED that are not going on are kept, here and on the disk."""

    known: dict[str, Errand] = field(default_factory=dict[str, Errand])
    lock: Lock = field(default_factory=Lock)

    def begin(self, wanted: Wanted) -> Errand:
        """Begin, or go on with, or find finished, one piece of work. Raises CountermoveError where too much is going on."""
        folder = wanted.folder()
        with self.lock:
            found = self._there(wanted, folder)
            if found.state == "stopped":
                if sum(one.state == "running" for one in self.known.values()) >= MOST:
                    raise CountermoveError(f"{MOST} pieces of long work are going on already", next="Stop one of them, or wait")
                found.state = "running"
                self._start(found, wanted)
            self._remember(found)
        return found

    def found(self, wanted: Wanted) -> Errand:
        """What there is of it: going on, ended, or stopped; nothing is begun."""
        folder = wanted.folder()
        with self.lock:
            found = self._there(wanted, folder)
            self._remember(found)
        return found

    def _there(self, wanted: Wanted, folder: Path) -> Errand:
        """It as it is, the same that others wait for where it is going on."""
        going = next((one for one in self.known.values() if one.folder == folder and one.state == "running"), None)
        if going is not None:
            return going
        found = Errand(secrets.token_urlsafe(16), wanted.kind, folder)
        found.state = "ended" if (folder / FOUND).is_file() else "stopped"
        return found

    def _remember(self, found: Errand) -> None:
        """And forget the oldest that are not going on, and what is on the disk of others longer ago."""
        self.known[found.name] = found
        still = [name for name, one in self.known.items() if one.state != "running" and one is not found]
        for name in still[: max(0, len(still) - REMEMBERED)]:
            del self.known[name]
        kept = {one.folder for one in self.known.values()}
        others = [(_age(path), path) for path in found.folder.parent.glob("*-*") if path not in kept]
        for age, path in sorted(others)[REMEMBERED:]:
            if age > LONG:  # another server may be at work there
                shutil.rmtree(path, ignore_errors=True)

    def _start(self, found: Errand, wanted: Wanted) -> None:
        desk = wanted.desk
        asked = {"kind": found.kind, "file": desk.file, "home": "" if desk.folder is None else str(desk.folder.resolve())}
        write_page(found.folder / WRITTEN, wanted.text, "text")
        write_page(found.folder / ASKED, json.dumps(asked), "work")
        command = [sys.executable, "-m", "countermove.web.workbench.errand", str(found.folder)]
        heard = None if os.environ.get(DEBUG) == "1" else subprocess.DEVNULL
        found.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=heard, text=True, start_new_session=True
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


def _age(path: Path) -> float:
    """Seconds since something was put there; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0

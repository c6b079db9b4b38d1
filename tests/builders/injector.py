"""Faults on purpose: a command of ours in a process of its own, which is killed, or refused by the disk, at the n-th call that writes.

What counts as a call: to open for writing, write, sync, rename, exchange, link, remove, make or remove a folder, under the folder of the job.
Nothing is preloaded and no library is replaced: Python tells of its calls to the system (sys.addaudithook), and our own two functions at the
edge (`store.disk.write_bytes`, `os.fsync`) are wrapped. One process loads the program once and forks for each job: half a second a fault.

`python -m builders.injector` reads jobs, one JSON object a line, and answers each with a line: how it ended, and after how many calls.
What a job does stands in `builders.injected`: a command line, or what a server of ours does for those who ask it.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from builders.places import ROOT

KILL, TORN, SHORT, CLOCK, MEMORY, STATES = "kill", "torn", "short", "clock", "memory", "states"
REFUSED = ("ENOSPC", "EIO", "EINTR", "EROFS", "EDQUOT")
KINDS = (KILL, TORN, SHORT, *REFUSED)
"""killed before the call; killed after half of a write; a write of one byte of those asked for; an error of the system. And of the whole job:
CLOCK, the time of day jumps whenever it is asked; MEMORY, it gets `at` megabytes more than the process that is forked has; STATES, before each call,
and in the middle of each write, the folder is copied as a kill would leave it there, to FOLDER.states/NUMBER or NUMBER-torn, with what was
acknowledged by then in NUMBER.acknowledged."""
SECONDS = 240
YEARS = 10 * 365 * 24 * 3600.0
PATHS = {"open": 1, "os.rename": 2, "os.link": 2, "os.remove": 1, "os.mkdir": 1, "os.rmdir": 1, "os.truncate": 1}
"""Events, and how many of their arguments are paths."""


@dataclass(frozen=True)
class Job:
    """A command line, the folder in which it is given, and the fault: its kind and at which call; 0: none. `what` is done: see `injected.WHAT`."""

    words: tuple[str, ...]
    folder: str
    kind: str = KILL
    at: int = 0
    streamed: bool = False
    what: str = "command"


@dataclass(frozen=True)
class Ended:
    """Its exit code, negative for a signal; how many calls it made, where it lived to say; what it said on standard error; what it
    acknowledged, as far as it came; what it answered on standard output; the names of its calls."""

    code: int
    calls: int
    said: str
    acknowledged: tuple[str, ...] = ()
    answer: str = ""
    names: tuple[str, ...] = ()


@contextmanager
def injector(environment: dict[str, str] | None = None) -> Iterator[Injector]:
    """A process that does jobs, until left."""
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    with subprocess.Popen(
        [sys.executable, "-m", "builders.injector"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths} | (environment or {}),
    ) as process:
        try:
            yield Injector(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=SECONDS)


class Injector:
    """Does one job after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(self, job: Job) -> Ended:
        """Do it, and say how it ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(asdict(job)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process that does the jobs has ended"
        found = json.loads(line)
        return Ended(**{**found, "acknowledged": tuple(found["acknowledged"]), "names": tuple(found["names"])})


# --- in the process that does the jobs --------------------------------------------------------------------------------


class _Fault:
    """Counts calls, and lets one go wrong."""

    def __init__(self, job: Job) -> None:
        self.job, self.calls, self.done = job, 0, False
        self.names: list[str] = []
        self.told: list[str] = []
        self.lock, self.mine = threading.Lock(), threading.local()

    def call(self, name: str) -> bool:
        """One more; whether it is the one. Killed, it does not return; refused, it raises."""
        if self.done or getattr(self.mine, "copies", False):
            return False
        with self.lock:
            self.calls += 1
            self.mine.number = self.calls
            self.names.append(name)
            if self.job.kind == STATES:
                self.copied(str(self.calls))
                return name == "write"
        if self.mine.number != self.job.at:
            return False
        kind = self.job.kind
        if kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if kind in REFUSED:
            number = getattr(errno, kind)
            raise OSError(number, os.strerror(number))
        return True

    def copied(self, name: str) -> None:
        """The folder as it is now, in another place."""
        self.mine.copies = True  # these calls are no job's
        states = Path(f"{self.job.folder}.states")
        shutil.copytree(self.job.folder, states / name)
        (states / f"{name}.acknowledged").write_text("\n".join(self.told))
        self.mine.copies = False

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        """As Python tells of it, before it is done."""
        if event == "ctypes.dlsym" and arguments[1] == "renameat2":
            self.call("exchange")
        count = PATHS.get(event, 0)
        if not count or (event == "open" and not self._writes(arguments)):
            return
        if any(self._ours(path) for path in arguments[:count]):
            self.call(event.removeprefix("os."))

    def _writes(self, arguments: tuple[Any, ...]) -> bool:
        flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def _ours(self, path: object) -> bool:
        text = os.fsdecode(path) if isinstance(path, str | bytes) else ""
        return bool(text) and (not text.startswith("/") or text.startswith(self.job.folder)) and "__pycache__" not in text

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        """In the place of `write_bytes`."""
        if not self.call("write"):
            return os.write(descriptor, data)
        if self.job.kind == SHORT:
            return os.write(descriptor, data[:1])
        half = os.write(descriptor, data[: max(len(data) // 2, 1)])
        if self.job.kind == STATES:
            with self.lock:
                self.copied(f"{self.mine.number}-torn")
            return half + os.write(descriptor, data[half:])
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def sync(self, descriptor: int) -> None:
        """In the place of `os.fsync`."""
        self.call("sync")
        _fsync(descriptor)


_fsync = os.fsync


def _child(job: Job, answer: int) -> None:
    """Do the job, with the fault; never returns."""
    from builders.injected import WHAT
    from countermove.questions.run import streaming
    from countermove.store import append_only, disk

    os.chdir(job.folder)
    os.environ["COUNTERMOVE_CACHE"] = str(Path(job.folder) / "cache")  # what was compiled stays where it was
    for descriptor, suffix in ((1, "answer"), (2, "said")):
        os.dup2(os.open(_beside(job, suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), descriptor)
    if job.kind == CLOCK:  # at every look another ten years on or back
        real, looks = time.time, itertools.count()
        time.time = lambda: real() + YEARS * (-1) ** next(looks)
    if job.kind == MEMORY:  # so many megabytes more than there are now
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + (job.at << 20), resource.RLIM_INFINITY))
    fault = _Fault(replace(job, at=0) if job.kind in (CLOCK, MEMORY) else job)
    if job.streamed:
        streaming.HELD, streaming.BLOCK = 0, 160

    def begin() -> None:
        sys.addaudithook(fault.audited)
        disk.write_bytes = append_only.write_bytes = fault.write
        os.fsync = fault.sync

    def tell(line: str) -> None:
        fault.told.append(line)
        os.write(answer, f"{line}\n".encode())

    code = WHAT[job.what](job.words, begin, tell)
    fault.done = True
    sys.stdout.flush()
    os.write(answer, f"ended {code} {' '.join(fault.names)}\n".encode())
    os._exit(0)


def _beside(job: Job, suffix: str) -> Path:
    return Path(job.folder).with_name(f"{Path(job.folder).name}.{suffix}")


def _done(job: Job) -> Ended:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            _child(job, writing)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(99)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = told.read().splitlines()
    _, status = os.waitpid(process, 0)
    last = lines.pop().split() if lines and lines[-1].startswith("ended ") else []
    code, names = (int(last[1]), tuple(last[2:])) if last else (os.waitstatus_to_exitcode(status), ())
    answer, said = (_beside(job, suffix).read_text(encoding="utf-8") for suffix in ("answer", "said"))
    return Ended(code, len(names), said, tuple(lines), answer, names)


def _serve(lines: Iterable[str]) -> None:
    """Load what every command needs, then do the jobs. Nothing is computed here: what is forked has one thread."""
    for name in (
        "countermove.memo.write",
        "countermove.questions.run.run",
        "countermove.questions.study.page",
        "countermove.questions.study.study",
        "countermove.questions.weigh.methods",
        "countermove.web.workbench.application",
        "builders.injected",
        "pyarrow.parquet",
    ):
        __import__(name)
    for line in lines:
        given = json.loads(line)
        sys.stdout.write(json.dumps(asdict(_done(Job(**{**given, "words": tuple(given["words"])})))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.stdin)

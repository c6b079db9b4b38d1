"""A bar for whoever waits at a terminal: which step of how many it is, how far the step is, and how long the whole still takes.

How many steps there are and how long they take is known from the last time that the same command was given: it is kept in the cache folder.
Where it was never given, the step is counted and nothing is promised. A command whose stages are known from its beginning names them: it has a
line for each stage where there is no terminal, and says at its end what took how long.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import Any, ClassVar

from countermove.cli.stages import Calm, Stages
from countermove.cli.terminal import remark
from countermove.shelf import cache_folder

PATIENCE = 0.5  # seconds until the first sign, which takes its own time to load
ROOM = 110  # columns of a terminal that has room for a bar beside the words
KEPT = 100  # commands whose steps are remembered
_COUNT = re.compile(r"\d[\d,.]*")
_DETAIL = re.compile(r" \(.*\)$")  # what of a step is being done just now


class Steps:
    """The steps of a command as they come, beside those of the last time."""

    def __init__(self, before: Sequence[tuple[str, float]] = ()) -> None:
        """`before`: names and seconds."""
        self.before = list(before)
        self.now: list[tuple[str, float]] = []  # names, and when each began

    def step(self, what: str, when: float, _done: int = 0, _total: int = 0) -> bool:
        """Note that `what` is being done; whether that is another step than before. Neither sizes nor what stands in brackets make one."""
        name = _COUNT.sub("#", _DETAIL.sub("", what))
        if self.now and self.now[-1][0] == name:
            return False
        self.now.append((name, when))
        if [one for one, _ in self.before[: len(self.now)]] != [one for one, _ in self.now]:
            self.before = []  # it goes another way than last time, which says nothing any more
        return True

    def place(self) -> str:
        """`step 3 of 9`, or `step 3`."""
        return f"step {len(self.now)}" + (f" of {len(self.before)}" if self.before else "")

    def left(self, when: float) -> float | None:
        """Seconds until the end, by the last time; None where nobody knows."""
        if not self.before or not self.now:
            return None
        spent = when - self.now[-1][1]
        return max(self.before[len(self.now) - 1][1] - spent, 0.0) + sum(seconds for _, seconds in self.before[len(self.now) :])

    def seconds(self, when: float) -> list[tuple[str, float]]:
        """What each step took."""
        ends = [began for _, began in self.now[1:]] + [when]
        return [(name, end - began) for (name, began), end in zip(self.now, ends, strict=True)]


class Bar:
    """Called as work gets done: what is being done, how much is done, out of how much (0: nobody knows). Use with `with`.

    A bar that is entered takes the place of one around it.
    """

    _around: ClassVar[list[Bar]] = []

    def __init__(self, *, quiet: bool, patience: float = PATIENCE, stages: Sequence[tuple[str, float]] = ()) -> None:
        """Show nothing where `quiet`, or where standard error is no terminal: there `stages`, by name and share of the whole, get a line each."""
        self._shown = not quiet and sys.stderr.isatty()
        self._lines = bool(stages) and not quiet and not self._shown
        self._stages = list(stages)
        self._patience = patience
        self._timer: Timer | None = None
        self._lock = Lock()
        self._display: Any = None
        self._task: Any = None
        self._now: tuple[str, int, int] = ("starting", 0, 0)
        self._steps: Steps | Stages = Stages(stages) if stages else Steps()

    def __reduce__(self) -> tuple[Callable[[], Bar], tuple[()]]:
        """Where a task carries it to another process, it shows nothing there."""
        return _nowhere, ()

    @property
    def visible(self) -> bool:
        """Whether it is on the screen."""
        return self._display is not None

    def __enter__(self) -> Bar:
        waited = any(outer.visible for outer in self._around)
        for outer in self._around:
            outer.stop()
        self._around.append(self)
        if self._shown:
            before = remembered(sys.argv[1:])
            self._steps = Stages(self._stages, before) if self._stages else Steps(before)
            self._steps.step(self._now[0], time.monotonic())
            self._timer = Timer(0.0 if waited else self._patience, self._start)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tell how far it is."""
        with self._lock:
            begun = self._steps.step(what, time.monotonic(), done, total)
            fresh = begun or _DETAIL.sub("", what) != _DETAIL.sub("", self._now[0])
            self._now = (what, done, total)
            if begun and self._lines:
                remark(f"{self._steps.place()}: {what.partition(': ')[0]}")
            if self._display is not None:
                self._draw(fresh)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        ended, now = time.monotonic(), self._steps
        told = self._shown and error is None and len(now.now) > 1
        summed = (self._shown or self._lines) and error is None
        self.stop()
        self._around.remove(self)
        if told:
            remember(sys.argv[1:], now.seconds(ended))
        if summed and isinstance(now, Stages) and now.now:
            remark(now.summary(ended))

    def stop(self) -> None:
        """Take it off the screen for good."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._shown = False
            if self._display is not None:
                self._display.stop()
                self._display = None

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.table import Column
        from rich.text import Text

        steps, calm = self._steps, Calm()

        class Left(ProgressColumn):
            """What the whole still takes, told anew while nothing is heard of the work."""

            max_refresh = 0.5

            def render(self, task: object) -> Text:
                return Text(left_text(*calm.of(steps.left(time.monotonic()))))

        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        one_line = Column(no_wrap=True)
        what = Column(no_wrap=True, overflow="ellipsis", ratio=1)  # the one that gives way where the terminal is narrow
        columns = (
            SpinnerColumn(),
            TextColumn("{task.fields[place]}:", markup=False, table_column=one_line),
            TextColumn("{task.description}", markup=False, table_column=what),
            *((BarColumn(),) if console.width >= ROOM else ()),
            TimeElapsedColumn(),
            Left(table_column=Column(no_wrap=True)),
        )
        with self._lock:
            if self._shown:
                self._display = Progress(*columns, console=console, transient=True, expand=True)
                self._display.start()
                self._draw(True)

    def _draw(self, fresh: bool) -> None:
        what, done, total = self._now
        fields = {"place": self._steps.place()}
        known = total if total > 1 else None
        if fresh:
            if self._task is not None:
                self._display.remove_task(self._task)
            self._task = self._display.add_task(what, total=known, completed=done, **fields)
        else:
            self._display.update(self._task, description=what, total=known, completed=done, **fields)


def _nowhere() -> Bar:
    return Bar(quiet=True)


def left_text(seconds: float | None, late: bool = False) -> str:
    """About how long the whole still takes, and whether that is longer than was told; nothing where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 1:
        return "nearly done"
    said = f"about {seconds:.0f} s left" if seconds < 90 else f"about {seconds / 60:.0f} min left"
    return f"slower than told: {said}" if late else f"{said} in all"


def _memory() -> Path:
    return cache_folder() / "steps.json"


def _kept() -> dict[str, list[tuple[str, float]]]:
    """What is remembered; nothing where it cannot be read: it is a convenience, and no result."""
    try:
        found = json.loads(_memory().read_text(encoding="utf-8"))
        return {str(words): [(str(name), float(seconds)) for name, seconds in steps] for words, steps in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remembered(words: Sequence[str]) -> list[tuple[str, float]]:
    """Names and seconds of the steps of this command line, as they were the last time; none where it was never given."""
    return _kept().get(" ".join(words), [])


def remember(words: Sequence[str], steps: Sequence[tuple[str, float]]) -> None:
    """Keep them for the next time; the oldest commands are forgotten. Where nothing can be written nothing is kept."""
    from countermove.store.disk import write_whole

    name, kept = " ".join(words), _kept()
    kept.pop(name, None)
    recent = dict([*kept.items(), (name, list(steps))][-KEPT:])
    with suppress(OSError):
        _memory().parent.mkdir(parents=True, exist_ok=True)
        write_whole(_memory(), json.dumps(recent, indent=1).encode("utf-8"))

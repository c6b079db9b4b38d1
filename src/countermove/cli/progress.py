"""A bar with the time left, for whoever waits more than two seconds at a terminal."""

from __future__ import annotations

import sys
from threading import Lock, Timer
from types import TracebackType
from typing import Any

PATIENCE = 2.0  # seconds


class Bar:
    """Called as work gets done: what is being done, how much is done, out of how much (0: nobody knows). Use with `with`."""

    def __init__(self, *, quiet: bool, patience: float = PATIENCE) -> None:
        """Show nothing where `quiet`, or where standard error is no terminal."""
        self._shown = not quiet and sys.stderr.isatty()
        self._timer = Timer(patience, self._start)
        self._timer.daemon = True
        self._lock = Lock()
        self._display: Any = None
        self._task: Any = None
        self._now: tuple[str, int, int] = ("starting", 0, 0)

    @property
    def visible(self) -> bool:
        """Whether it is on the screen."""
        return self._display is not None

    def __enter__(self) -> Bar:
        if self._shown:
            self._timer.start()
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tell how far it is."""
        with self._lock:
            fresh = what != self._now[0]
            self._now = (what, done, total)
            if self._display is not None:
                self._draw(fresh)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            self._shown = False
            if self._display is not None:
                self._display.stop()
                self._display = None

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        with self._lock:
            if self._shown:
                self._display = Progress(*columns, console=console, transient=True)
                self._display.start()
                self._draw(True)

    def _draw(self, fresh: bool) -> None:
        what, done, total = self._now
        known = total if total > 1 else None
        if fresh:
            if self._task is not None:
                self._display.remove_task(self._task)
            self._task = self._display.add_task(what, total=known, completed=done)
        else:
            self._display.update(self._task, total=known, completed=done)

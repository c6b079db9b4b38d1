"""Threads that work beside the server, and do not keep it from ending: what is being compiled cannot be interrupted, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Work = tuple["Future[Any]", Callable[[], Any]]


class Hands(Executor):
    """So many threads that take what is given them in its turn. Unlike those of `ThreadPoolExecutor` they end with the program."""

    def __init__(self, count: int, name: str) -> None:
        """They wait for work."""
        self.given: SimpleQueue[Work] = SimpleQueue()
        self.working = 0
        self.lock = Lock()
        for number in range(count):
            Thread(target=self._work, name=f"{name} {number + 1}", daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As every executor."""
        future: Future[T] = Future()
        self.given.put((future, lambda: fn(*args, **kwargs)))
        return future

    @property
    def busy(self) -> bool:
        """Whether one of them works."""
        return self.working > 0

    def _work(self) -> None:
        while True:
            future, work = self.given.get()
            if not future.set_running_or_notify_cancel():
                continue
            with self.lock:
                self.working += 1
            try:
                found = work()
            except BaseException as error:  # whatever it is, whoever waits for the answer has it
                future.set_exception(error)
            else:
                future.set_result(found)
            finally:
                with self.lock:
                    self.working -= 1

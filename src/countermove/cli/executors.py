"""Executors that a command asked for by a word: opened when its options are read, closed when it ends."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countermove.compute import Executor

_opened: ContextVar[ExitStack | None] = ContextVar("opened", default=None)


@contextmanager
def executors() -> Generator[None]:
    """Within it executors can be opened; at its end they are closed, however it ends."""
    with ExitStack() as stack:
        before = _opened.set(stack)
        try:
            yield
        finally:
            _opened.reset(before)


def opened(where: str, workers: int | None) -> Executor:
    """The executor at a place. Raises ExecutorError where none is, or none answers."""
    from countermove.compute import Workers, executor_at

    executor = executor_at(where, workers)
    stack = _opened.get()
    if isinstance(executor, Workers) and stack is not None:
        stack.enter_context(executor)
    return executor

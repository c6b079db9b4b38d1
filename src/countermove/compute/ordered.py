"""Results in the order of their tasks from a pool that finishes them in any order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from operator import length_hint

from countermove.compute.executor import Progress, R, T


def ordered(
    submit: Callable[[T], Future[R]], window: Callable[[], int], tasks: Iterable[T], progress: Progress | None = None
) -> Iterator[R]:
    """Submit tasks, at most `window()` of them, and one at least, unfinished or unread at a time, and give their results back in order.

    A task that failed is raised as soon as it is seen, before the results of earlier tasks that still run.
    """
    source = iter(tasks)
    total = length_hint(tasks, 0)
    pending: deque[Future[R]] = deque()
    given = seen = 0

    def fill() -> None:
        while len(pending) < max(1, window()):
            for task in source:
                pending.append(submit(task))
                break
            else:
                return

    try:
        fill()
        while pending:
            unfinished = [future for future in pending if not future.done()]
            finished = [future for future in pending if future.done()]
            for future in finished:
                future.result()  # raises the error of a task that failed
            if progress is not None and given + len(finished) > seen:
                seen = given + len(finished)
                progress(seen, total)
            # After all that have ended were looked at: one that failed is not waited over.
            if unfinished and unfinished[0] is pending[0]:
                wait(unfinished, return_when=FIRST_COMPLETED)
            while pending and pending[0].done():
                result = pending.popleft().result()
                given += 1
                fill()
                if progress is not None and given > seen:  # it ended after the others were counted
                    seen = given
                    progress(seen, total)
                yield result
    finally:
        for future in pending:
            future.cancel()

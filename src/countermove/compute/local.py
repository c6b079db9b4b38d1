"""This machine: threads. What is worth spreading is compiled and lets go of Python's lock while it computes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from operator import length_hint

from countermove.compute.executor import Progress, R, T
from countermove.compute.ordered import ordered
from countermove.errors import ExecutorError


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Local:
    """An executor on this machine. One worker works in the caller's own thread."""

    def __init__(self, workers: int | None = None) -> None:
        """Use so many threads; as many as there are processors where nothing is said. Raises ExecutorError for less than one."""
        if workers is not None and workers < 1:
            raise ExecutorError(f"{workers} workers cannot work", next="Give one or more, or nothing for one per processor")
        self.workers = cores() if workers is None else workers

    def __repr__(self) -> str:
        return f"Local(workers={self.workers})"

    def map(self, function: Callable[[T], R], tasks: Iterable[T], *, progress: Progress | None = None) -> Iterator[R]:
        """As the contract says (`Executor.map`). Raises ExecutorError where memory runs out."""
        try:
            yield from self._one(function, tasks, progress) if self.workers == 1 else self._many(function, tasks, progress)
        except Exception as error:
            if isinstance(error, MemoryError) or str(error).startswith("RESOURCE_EXHAUSTED"):
                raise ExecutorError("no memory left", next=f"Use fewer workers than {self.workers}, or fewer draws") from error
            raise

    def _one(self, function: Callable[[T], R], tasks: Iterable[T], progress: Progress | None) -> Iterator[R]:
        total = length_hint(tasks, 0)
        for number, task in enumerate(tasks, 1):
            result = function(task)
            if progress is not None:
                progress(number, total)
            yield result

    def _many(self, function: Callable[[T], R], tasks: Iterable[T], progress: Progress | None) -> Iterator[R]:
        spare = self.workers >= cores()  # XLA computes on threads of its own, one per core, which would wait while ours hand over
        pool = ThreadPoolExecutor(self.workers + spare, thread_name_prefix="countermove")
        try:
            yield from ordered(lambda task: pool.submit(function, task), lambda: 2 * self.workers, tasks, progress)
        finally:
            # Tasks that have begun end on their own (a thread cannot be stopped), and nobody waits for them.
            pool.shutdown(wait=False, cancel_futures=True)

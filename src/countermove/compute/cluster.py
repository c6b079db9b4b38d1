"""Many machines: a Dask scheduler, by the extra `cluster`. The library is used through the client alone, and never imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

from countermove.compute.executor import Progress, R, T
from countermove.compute.ordered import ordered
from countermove.errors import ExecutorError

_AGAIN = "Run the same command again: what was finished is kept"


class Cluster:
    """An executor on the workers of a `dask.distributed.Client`. Function, tasks and results travel: they must be picklable."""

    def __init__(self, client: Any) -> None:
        """Use the workers that the client's scheduler has at the start of each `map`."""
        self.client = client

    def __repr__(self) -> str:
        return f"Cluster({self.client!r})"

    def map(self, function: Callable[[T], R], tasks: Iterable[T], *, progress: Progress | None = None) -> Iterator[R]:
        """As the contract says (`Executor.map`). Raises ExecutorError where there are no workers, or where one was lost too often."""
        threads = sum(self.client.nthreads().values())
        if threads == 0:
            raise ExecutorError(
                "the cluster has no workers", where=str(self.client), next="Start some, and run the same command again"
            )
        # Sent once for all tasks, as it may carry large arrays; as a task and not as data, so that it survives the loss of its worker.
        shared = self.client.submit(_itself, function, pure=False)
        pool = self.client.get_executor(pure=False)

        def submit(task: T) -> Future[R]:
            return pool.submit(_call, shared, task)

        try:
            yield from ordered(submit, 2 * threads, tasks, progress)
        except Exception as error:
            if isinstance(error, CancelledError) or type(error).__module__.startswith("distributed"):
                what = f"the cluster lost its work ({type(error).__name__}: {error})"
                raise ExecutorError(what, where=str(self.client), next=_AGAIN) from error
            raise
        finally:
            pool.shutdown(wait=False)


def _itself(function: Callable[[T], R]) -> Callable[[T], R]:
    return function


def _call(function: Callable[[T], R], task: T) -> R:
    """On the worker: apply the function that was sent ahead."""
    return function(task)

"""Many machines: a Dask scheduler, by the extra `cluster`. The library is used through the client alone, and never imported here."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import lru_cache
from importlib import import_module, metadata
from socket import gethostname
from time import monotonic
from typing import Any

from countermove.compute.executor import Progress, R, T
from countermove.compute.local import Local
from countermove.compute.ordered import ordered
from countermove.compute.same_code import SAME, Code, code_here, differing, require_same
from countermove.errors import ExecutorError

_AGAIN = "Run the same command again: what was finished is kept"
_IMPORT = "A module of your own that it uses must be there on every machine, where Python finds it"
RENEWED = 2.0
"""Seconds after which the scheduler is asked again how many threads there are."""
ASKING = 10.0
"""Seconds that workers have to say what they run; a task asks again before it begins."""


class Cluster:
    """An executor on the workers of a `dask.distributed.Client`. Function, tasks and results travel: they must be picklable.

    A worker with another version of countermove or JAX, or with other code, is refused before it computes anything.
    """

    def __init__(self, client: Any) -> None:
        """Use the workers that the client's scheduler has at the start of each `map`, and those that come while it runs."""
        self.client = client
        self._asked: set[str] = set()

    def __repr__(self) -> str:
        return f"Cluster({self.client!r})"

    def __reduce__(self) -> tuple[type[Local], tuple[int]]:
        """On a worker, where tasks may carry it along, the place where work runs is the worker itself."""
        return Local, (1,)

    def map(self, function: Callable[[T], R], tasks: Iterable[T], *, progress: Progress | None = None) -> Iterator[R]:
        """As the contract says (`Executor.map`). Raises ExecutorError where there are no workers, where one was lost too often, or runs
        another version."""
        there = self.client.nthreads()
        threads = sum(there.values())
        if threads == 0:
            raise ExecutorError(
                "the cluster has no workers", where=str(self.client), next="Start some, and run the same command again"
            )
        self._require_same_versions(set(there) - self._asked)
        here = code_here()
        # Sent once for all tasks, as it may carry large arrays; as a task and not as data, so that it survives the loss of its worker.
        # As bytes, which our own code opens on each worker: one that cannot open a message of Dask's dies of it, and nobody is told.
        shared = self.client.submit(_itself, import_module("cloudpickle").dumps(function), pure=False)
        self._at_every_worker(shared, there)
        pool = self.client.get_executor(pure=False)

        def submit(task: T) -> Future[R]:
            return pool.submit(_call, shared, here, task)

        try:
            yield from ordered(submit, self._window(threads), tasks, progress)
        except Exception as error:
            if isinstance(error, CancelledError) or type(error).__module__.startswith("distributed"):
                what = f"the cluster lost its work ({type(error).__name__}: {error})"
                raise ExecutorError(what, where=str(self.client), next=_AGAIN) from error
            raise
        finally:
            pool.shutdown(wait=False)

    def _at_every_worker(self, shared: Any, workers: Iterable[str]) -> None:
        """Wait until the workers have it: tasks go to those that have what they need, and the others would be idle until Dask evens it out."""
        held = [self.client.submit(_held, shared, workers=[one], allow_other_workers=True, pure=False) for one in sorted(workers)]
        until = monotonic() + ASKING
        for one in held:
            with suppress(Exception):  # what is wrong with a worker the tasks say; one that hangs has its work taken away
                one.result(timeout=max(until - monotonic(), 0.01))

    def _window(self, threads: int) -> Callable[[], int]:
        """Tasks that are sent ahead: two a thread, also of workers that came later, as jobs of a queue do."""
        known, asked = threads, monotonic()

        def now() -> int:
            nonlocal known, asked
            if monotonic() - asked > RENEWED:
                with suppress(OSError):  # the scheduler has gone: what was sent to it says so
                    known = sum(self.client.nthreads().values()) or known
                asked = monotonic()
            return 2 * known

        return now

    def _require_same_versions(self, workers: set[str]) -> None:
        """Raises ExecutorError for a worker with another version. It is asked by what every Python knows: one that has no countermove answers too."""
        if not workers:
            return
        here = code_here()
        for name in SAME:
            for worker, version in self._versions(name, workers).items():
                if version != getattr(here, name):
                    said = f"no {name} ({version})" if isinstance(version, Exception) else f"{name} {version}"
                    raise differing(worker, said, f"{name} {getattr(here, name)}")
        self._asked |= workers

    def _versions(self, name: str, workers: set[str]) -> dict[str, Any]:
        """Of a package, by worker; of none where one of them does not answer: a task asks again."""
        try:
            asked = {"workers": sorted(workers), "on_error": "return", "callback_timeout": ASKING}
            return self.client.run(metadata.version, name, **asked)
        except (TimeoutError, OSError):
            return {}


def _held(packed: bytes) -> None:
    """Nothing: to ask this of a worker brings the function there."""


def _itself(packed: bytes) -> bytes:
    return packed


@lru_cache(maxsize=2)  # all tasks of a worker share it, and what it keeps
def _opened(packed: bytes) -> Callable[[Any], Any]:
    """On the worker: the function that was sent. Raises ExecutorError where it lacks what the function needs."""
    try:
        return pickle.loads(packed)
    except Exception as error:  # whatever a module of the user's own does when it is imported
        what = f"the worker cannot open what it was sent ({type(error).__name__}: {error})"
        raise ExecutorError(what, where=gethostname(), next=_IMPORT) from None


def _call(packed: bytes, asked: Code, task: Any) -> Any:
    """On the worker: apply the function that was sent ahead, where the same code runs."""
    require_same(asked, gethostname())
    return _opened(packed)(task)

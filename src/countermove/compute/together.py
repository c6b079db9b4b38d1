"""Several works at once, each of which may spread over cores by itself: while one compiles, or thinks on one core, another runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from threading import Event, local
from typing import TypeVar

from threadpoolctl import threadpool_limits

from countermove.compute.executor import Executor, Progress, Told
from countermove.compute.local import cores

T = TypeVar("T")
R = TypeVar("R")
_own = local()  # `.share`: the cores of a thread that does one of several works


def together(label: str, works: Mapping[str, Callable[[Told], T]], at_once: int, progress: Told) -> dict[str, T]:
    """What each work gives, in the order of the works, so many at once; each is called with where to tell how far it is.

    Told is how many have ended, and in brackets what is being done. The first error of a work is raised as it was once the others have been
    stopped, and so is an interrupt: a work is stopped when it next tells how far it is. Libraries that spread over cores by themselves (OpenMP)
    get a work's share of them: their threads wait for each other, and with more than there are cores they mostly wait. A work that asks for
    several at once itself has them one after the other.
    """
    if at_once < 2 or len(works) < 2 or hasattr(_own, "share"):
        return {name: work(progress) for name, work in works.items()}
    stop, ended, share = Event(), 0, max(cores() // at_once, 1)
    errors: list[BaseException] = []

    def tried(work: Callable[[Told], T]) -> T:
        if stop.is_set():
            raise KeyboardInterrupt
        _own.share = share  # the threads of the pool do nothing else
        try:
            with threadpool_limits(share, "openmp"):
                return work(told)
        except BaseException as error:
            errors.append(error)
            stop.set()
            raise

    def told(what: str, done: int, total: int) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        progress(f"{label} ({what})", ended, len(works))

    with ThreadPoolExecutor(at_once, thread_name_prefix="question") as pool:
        running = {name: pool.submit(tried, work) for name, work in works.items()}
        try:
            for one in as_completed(running.values()):
                one.result()
                ended += 1
                progress(label, ended, len(works))
        except BaseException as error:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise errors[0] if errors else error from None
    return {name: one.result() for name, one in running.items()}


def shared(executor: Executor, function: Callable[[T], R], tasks: Sequence[T], *, progress: Progress | None = None) -> list[R]:
    """The results of tasks that a library spreads over cores by itself (OpenMP), in order: several at once, each on its share of the cores.

    Two fits side by side on a core each take three quarters of the time of one after the other on two, and give the same bits.
    """
    each = partial(_on_share, function, max(getattr(_own, "share", cores()) // max(len(tasks), 1), 1))
    return list(executor.map(each, tasks, progress=progress))


def _on_share(function: Callable[[T], R], share: int, task: T) -> R:
    with threadpool_limits(share, "openmp"):
        return function(task)

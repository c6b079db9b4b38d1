"""Several questions at once, each of which spreads its own work: while one compiles, or thinks on one core, another runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event
from typing import TypeVar

from threadpoolctl import threadpool_limits

from countermove.compute.executor import Told
from countermove.compute.local import cores

T = TypeVar("T")


def together(label: str, works: Mapping[str, Callable[[Told], T]], at_once: int, progress: Told) -> dict[str, T]:
    """What each work gives, in the order of the works, so many at once; each is called with where to tell how far it is.

    Told is how many have ended, and in brackets what is being done. The first error of a work is raised as it was once the others have been
    stopped, and so is an interrupt: a work is stopped when it next tells how far it is. Libraries that spread over cores by themselves (OpenMP)
    get a work's share of them: their threads wait for each other, and with more than there are cores they mostly wait.
    """
    if at_once < 2 or len(works) < 2:
        return {name: work(progress) for name, work in works.items()}
    stop, ended = Event(), 0
    errors: list[BaseException] = []

    def tried(work: Callable[[Told], T]) -> T:
        if stop.is_set():
            raise KeyboardInterrupt
        try:
            with threadpool_limits(max(cores() // at_once, 1), "openmp"):
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

"""The contract of a place where work runs. It knows no science: a function, tasks, and results in the order of the tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int, int], None]
Told = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and out of how much."""


class Executor(Protocol):
    """Runs a function on many tasks.

    - Results come back in the order of the tasks, however the tasks finish.
    - Tasks are taken from the iterable as there is room for them: neither tasks nor results pile up.
    - The first error of a task is raised at once, as it was; tasks that have not begun are dropped.
    - An interrupt (Ctrl-C), or a caller that stops asking, drops the tasks that have not begun.
    """

    def map(self, function: Callable[[T], R], tasks: Iterable[T], *, progress: Progress | None = None) -> Iterator[R]:
        """The results, one by one. Nothing starts before the first is asked for.

        Args:
            function: what is done with each task.
            tasks: what is to be done, taken as there is room.
            progress: told (tasks finished, tasks in all) as tasks finish, in the caller's thread; in all is 0 where `tasks` cannot say.
        """
        ...

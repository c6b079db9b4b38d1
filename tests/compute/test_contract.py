"""The contract of an executor, kept by every one there is: order, bounds, errors at once, a clean stop."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from countermove.compute import Cluster, Executor, Local, cores
from countermove.errors import ExecutorError

ROOMS = ["one thread", "two threads", "five threads", "cluster"]


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    """A Dask client in this process; skipped, loudly, where the extra is not installed."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("NO DASK HERE: the cluster was not tried (pip install 'countermove[cluster]')")
    distributed = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0", worker_dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(params=ROOMS)
def room(request: pytest.FixtureRequest) -> Executor:
    """Each executor."""
    if request.param == "cluster":
        return Cluster(request.getfixturevalue("client"))
    return Local({"one thread": 1, "two threads": 2, "five threads": 5}[request.param])


def uneven(task: int) -> int:
    """Later tasks finish first."""
    time.sleep(0.003 * ((7 * task) % 5))
    return task * task


def test_results_are_in_the_order_of_the_tasks(room: Executor) -> None:
    """However they finish."""
    assert list(room.map(uneven, range(40))) == [task * task for task in range(40)]


def test_nothing_to_do(room: Executor) -> None:
    """No tasks, no results, no progress."""
    told: list[tuple[int, int]] = []
    assert list(room.map(uneven, [], progress=lambda done, total: told.append((done, total)))) == []
    assert told == []


def test_progress_counts_up_to_all(room: Executor) -> None:
    """In the caller's thread; the total is 0 where the tasks cannot say."""
    told: list[tuple[int, int, bool]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total, threading.current_thread() is threading.main_thread()))

    list(room.map(uneven, range(20), progress=progress))
    counts = [done for done, _, _ in told]
    assert counts == sorted(set(counts)) and counts[-1] == 20
    assert {(total, main) for _, total, main in told} == {(20, True)}
    told.clear()
    list(room.map(uneven, (task for task in range(5)), progress=progress))
    assert told[-1][:2] == (5, 0)


def test_tasks_and_results_do_not_pile_up(room: Executor) -> None:
    """No more tasks are taken than there is room for, though the first result is not asked for or the first task is slow."""
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(100_000):
            taken.append(task)
            yield task

    results = room.map(uneven, tasks())
    assert taken == []
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    time.sleep(0.1)
    assert len(taken) < 20
    results.close()  # type: ignore[attr-defined]


def test_workers_that_come_later_are_given_work(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As jobs of a queue come one after another: twice as many tasks are sent ahead once there are twice as many threads."""
    monkeypatch.setattr("countermove.compute.cluster.RENEWED", 0.0)
    ahead: list[int] = []
    taken = given = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for task in range(30):
            taken += 1
            ahead.append(taken - given)
            yield task

    for result in Cluster(client).map(uneven, tasks()):
        assert result == given * given
        given += 1
        if given == 3:
            client.cluster.scale(2)
            client.wait_for_workers(2, timeout=30)
    client.cluster.scale(1)
    assert given == 30 and max(ahead[:4]) == 4 and 8 <= max(ahead) <= 9


def boom(task: int) -> int:
    """One task fails while an earlier one is slow."""
    if task == 0:
        time.sleep(1.0)
    if task == 1:
        raise ZeroDivisionError("task 1")
    return task


@pytest.mark.parametrize("room", ["two threads", "five threads", "cluster"], indirect=True)
def test_an_error_is_raised_at_once(room: Executor) -> None:
    """As it was, before the results of earlier tasks, and without starting the rest."""
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(1000):
            taken.append(task)
            yield task

    clock = time.perf_counter()
    with pytest.raises(ZeroDivisionError, match="task 1"):
        list(room.map(boom, tasks()))
    assert time.perf_counter() - clock < 0.9
    assert len(taken) < 20


def test_an_error_of_the_tasks_themselves(room: Executor) -> None:
    """Raised as it was."""

    def tasks() -> Iterator[int]:
        yield 1
        raise KeyError("no more tasks")

    with pytest.raises(KeyError, match="no more tasks"):
        list(room.map(uneven, tasks()))


def test_one_error_among_threads_leaves_no_work_behind() -> None:
    """What has not begun is dropped."""
    begun: list[int] = []

    def work(task: int) -> int:
        begun.append(task)
        time.sleep(0.02)
        if task == 2:
            raise ValueError("two")
        return task

    with pytest.raises(ValueError, match="two"):
        list(Local(2).map(work, range(100)))
    time.sleep(0.1)
    assert len(begun) <= 8


@pytest.mark.parametrize(
    ("workers", "at_once"), [(cores(), cores() + 1), (cores() + 2, cores() + 3), (max(cores() - 1, 1), max(cores() - 1, 1))]
)
def test_all_processors_have_something_to_compute(workers: int, at_once: int) -> None:
    """One thread more than processors, where all may be used: while one hands over what it has, the others compute. Else as many as was said."""
    together, most, lock = 0, 0, threading.Lock()

    def work(task: int) -> int:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.02)
        with lock:
            together -= 1
        return task

    assert list(Local(workers).map(work, range(40))) == list(range(40))
    assert most == (at_once if workers > 1 else 1)


def test_no_memory_is_said_so() -> None:
    """With what to do next."""

    def greedy(_: int) -> int:
        raise MemoryError

    for workers in (1, 2):
        with pytest.raises(ExecutorError, match="fewer workers"):
            list(Local(workers).map(greedy, range(3)))


def test_workers_are_counted() -> None:
    """As many as there are processors that this process may use; none cannot work."""
    assert Local().workers == cores() == len(os.sched_getaffinity(0))
    with pytest.raises(ExecutorError, match="0 workers"):
        Local(0)


INTERRUPTED = """
import signal, sys, time
from countermove.compute import Local
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores interrupts
begun = []
def work(task):
    begun.append(task)
    time.sleep(0.05)
    return task
try:
    for result in Local(int(sys.argv[1])).map(work, range(10_000)):
        if result == 2:
            print("ready", flush=True)
except KeyboardInterrupt:
    print("stopped", len(begun) < 1000, flush=True)
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_cleanly(workers: str) -> None:
    """One interrupt ends the program within moments, without a traceback."""
    command = [sys.executable, "-c", INTERRUPTED, workers]
    environment = os.environ | {"PYTHONPATH": "src"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        clock = time.perf_counter()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "stopped True\n"
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert time.perf_counter() - clock < 2


class Lost:
    """A client whose workers are gone, or which loses its work."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def __str__(self) -> str:
        return "tcp://lost"

    def nthreads(self) -> dict[str, int]:
        """Threads by worker."""
        return {"worker": self.threads} if self.threads else {}

    def run(self, *_: object, **__: object) -> dict[str, str]:
        """No worker answers."""
        return {}

    def get_executor(self, **_: object) -> Lost:
        """Itself."""
        return self

    def submit(self, *_: object, pure: bool | None = None, **__: object) -> object:
        """The function travels; the worker that is given a task dies."""
        if pure is not None:
            return None
        error = type("KilledWorker", (Exception,), {"__module__": "distributed.scheduler"})
        raise error("out of memory")

    def shutdown(self, **_: object) -> None:
        """Nothing to stop."""


def test_a_lost_cluster_is_said_so() -> None:
    """With what to do next."""
    with pytest.raises(ExecutorError, match="no workers"):
        list(Cluster(Lost(0)).map(uneven, range(3)))
    with pytest.raises(ExecutorError, match=r"KilledWorker: out of memory.*again"):
        list(Cluster(Lost(2)).map(uneven, range(3)))

"""Real worker processes: the same bytes for any number of them, and while they are killed, stopped, or of another version."""

from __future__ import annotations

import importlib
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import countermove as cm
from builders.memory import page_faults
from builders.places import SMALL_FILE
from builders.saved import contents, names
from countermove.compute import Workers, connect, executor_at
from countermove.errors import ExecutorError
from countermove.questions.options import RunOptions
from countermove.questions.run import streaming
from countermove.store import load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None,
        reason="NO DASK HERE: no worker was killed (pip install 'countermove[cluster]')",
    ),
    # of Dask's own, when a worker is gone
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
SIZE = RunOptions(draws=400, lucks=4, seed=7, full=False)
TURNS = 10


@pytest.fixture(autouse=True)
def _streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 blocks of 160 runs, to the disk."""
    monkeypatch.setattr(streaming, "BLOCK", 160)
    monkeypatch.setattr(streaming, "HELD", 0)


@pytest.fixture(scope="module")
def four() -> Iterator[Workers]:
    """Four worker processes."""
    found = executor_at("processes", 4)
    assert isinstance(found, Workers)
    with found:
        yield found


def processes(workers: Workers) -> list[int]:
    """Of the workers that answer."""
    return sorted(workers.client.run(os.getpid, on_error="ignore").values())


def written(place: Path, progress: Any = None, **options: Any) -> dict[str, Any]:
    """What a run wrote."""
    cm.run(SMALL_FILE, replace(SIZE, out=place, **options), **({"progress": progress} if progress else {}))
    return contents(load(place))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What threads of this process write."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streaming, "BLOCK", 160)
        patched.setattr(streaming, "HELD", 0)
        return written(tmp_path_factory.mktemp("whole") / "here")


def test_processes_write_the_same_bytes(whole: dict[str, Any], tmp_path: Path, four: Workers) -> None:
    """Four of them, streamed and held."""
    assert written(tmp_path / "four", executor=four) == whole
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streaming, "HELD", 1 << 20)
        held, there = written(tmp_path / "held"), written(tmp_path / "there", executor=four)
    assert held == there
    assert names(tmp_path) == ["four", "held", "there"]


@pytest.mark.parametrize("knowing", [0, 1])
def test_what_a_worker_cannot_open_is_said(four: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knowing: int) -> None:
    """A function whose module is not on all machines: Dask's workers died of it one after the other, and the run waited for ever."""
    (tmp_path / "only_here.py").write_text("def double(task):\n    return 2 * task\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "only_here", raising=False)
    only_here = importlib.import_module("only_here")
    workers = processes(four)
    four.client.run(sys.path.append, str(tmp_path), workers=sorted(four.client.nthreads())[:knowing])
    with pytest.raises(ExecutorError, match=r"cannot open what it was sent \(ModuleNotFoundError: No module named 'only_here'"):
        list(four.map(only_here.double, range(40)))
    assert processes(four) == workers and list(four.map(abs, range(3))) == [0, 1, 2]


def test_workers_keep_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20,000 pages, as Dask sets its workers up, next to none: to clear them took a quarter of the time. So too after a cluster of Dask's."""
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")  # what that would have left
    monkeypatch.delenv("MALLOC_MMAP_THRESHOLD_", raising=False)
    found = executor_at("processes", 1)
    assert os.environ["MALLOC_TRIM_THRESHOLD_"] == "65536" and "MALLOC_MMAP_THRESHOLD_" not in os.environ
    assert isinstance(found, Workers)
    with found as one:
        assert max(one.map(page_faults, range(2))) < 500


@pytest.mark.parametrize("count", [2, 4, 8])
def test_two_workers_are_killed_at_random_ten_times(count: int, whole: dict[str, Any], tmp_path: Path) -> None:
    """kill -9 to two of so many in the middle of each run: the same bytes, nothing twice, nothing left."""
    chance = random.Random(5)
    found = executor_at("processes", count)
    assert isinstance(found, Workers)
    with found as workers:
        for turn in range(TURNS):
            workers.client.wait_for_workers(count, timeout=120)
            at, killed = chance.randrange(1, 30), list[int]()

            def kill(_what: str, done: int, total: int, at: int = at, killed: list[int] = killed) -> None:
                if total > 1 and done >= at and not killed:
                    killed += chance.sample(processes(workers), 2)
                    for process in killed:
                        os.kill(process, signal.SIGKILL)

            place = tmp_path / f"run-{turn}"
            assert written(place, kill, executor=workers) == whole, turn
            assert len(killed) == 2 and len(list((place / "outcomes").iterdir())) == len(load(place).files("outcomes"))
    assert names(tmp_path) == [f"run-{turn}" for turn in range(TURNS)]


def test_a_worker_that_hangs_is_not_waited_for(whole: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle, it gives no sign of life; its work is done by the other one, and it is let go on when the run has ended."""
    monkeypatch.setattr(
        connect, "SILENT", "30s"
    )  # with less, one that loads JAX on a busy machine is taken for dead, again and again
    stopped: list[int] = []
    found = executor_at("processes", 2)
    assert isinstance(found, Workers)
    with found as two:

        def stop(_what: str, done: int, total: int) -> None:
            if total > 1 and done >= 5 and not stopped:
                stopped.append(processes(two)[0])
                os.kill(stopped[0], signal.SIGSTOP)

        try:
            assert written(tmp_path / "out", stop, executor=two) == whole
        finally:
            for process in stopped:
                with suppress(ProcessLookupError):  # Dask has ended it
                    os.kill(process, signal.SIGCONT)
    assert stopped and names(tmp_path) == ["out"]


def test_a_worker_that_is_slow_to_start_again_is_kept(tmp_path: Path) -> None:
    """It takes 20 s to come back, as on a busy machine; Dask's own patience, which ends after 15, is as it was when the workers are let go."""
    importlib.import_module("distributed")  # and its settings
    dask: Any = importlib.import_module("dask")
    slow = tmp_path / "slow.py"
    slow.write_text(f"import pathlib, time\ntime.sleep(20 if pathlib.Path({str(tmp_path / 'late')!r}).exists() else 0)\n")
    with dask.config.set({"distributed.worker.preload": [str(slow)]}):
        before = dask.config.get("distributed.deploy.lost-worker-timeout")
        found = executor_at("processes", 2)
        assert isinstance(found, Workers)
        with found as two:
            (tmp_path / "late").touch()
            os.kill(processes(two)[0], signal.SIGKILL)
            for count in (1, 2):  # it goes, and comes back
                deadline = time.monotonic() + 60
                while len(processes(two)) != count:
                    assert time.monotonic() < deadline, count
                    time.sleep(0.2)
        assert dask.config.get("distributed.deploy.lost-worker-timeout") == before


def test_a_real_worker_with_another_version_is_refused(tmp_path: Path) -> None:
    """It says 9.9.9, and what is here is said too; nothing is written."""
    (tmp_path / "path" / "countermove-9.9.9.dist-info").mkdir(parents=True)
    (tmp_path / "path" / "countermove-9.9.9.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: countermove\nVersion: 9.9.9\n"
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "path", [str(tmp_path / "path"), *sys.path])  # what is started now begins with it
        other = executor_at("processes", 1)
    with other, pytest.raises(ExecutorError, match=r"the worker has countermove 9\.9\.9, and here is countermove 0\."):  # type: ignore[union-attr]
        written(tmp_path / "out", executor=other)
    assert names(tmp_path) == ["path"]

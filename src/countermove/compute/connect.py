"""The executor that a word names: `local`, `processes`, or `dask://HOST:PORT`. Whoever asked for one closes it."""

from __future__ import annotations

import logging
import os
import re
import socket
import warnings
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any

from countermove.compute.cluster import Cluster
from countermove.compute.local import Local, cores
from countermove.errors import ExecutorError

LOCAL, PROCESSES = "local", "processes"
SECONDS = 4
"""That a machine has to take the connection, and a scheduler to answer."""
DEATHS = 10
"""Of workers of this machine, before the task that they had is taken for the cause."""
SILENT = "60s"
"""After so long without a sign of life a worker of this machine is taken for dead, and its work is given to others."""
STARTING = "10m"
"""That a worker which died has to start again. After 15 s Dask would let go of it for good, and a busy machine may take longer to load JAX."""
KEPT = {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}
"""Bytes that a worker keeps for its next block, and of what size on an array is given back for itself. With Dask's 64 KB for the first, and what
then stands for the second, a worker would give back all that it used, and the system clear it anew: a quarter of its time, and more."""
_URL = re.compile(r"dask://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
GREETING = 1 << 20
"""Bytes, at most, with which a scheduler greets."""
_OTHER = "something answers there, or keeps silent, but it is no Dask scheduler"
_NEXT = "Can this machine reach it? `dask scheduler` starts one"
_EXTRA = "pip install 'countermove[cluster]'"


class Workers(Cluster):
    """A cluster that was connected to, or started, by a word; closed when left."""

    def __init__(self, client: Any, *started: Any) -> None:
        """Use this client, and close it with what was started for it."""
        super().__init__(client)
        self._started = (client, *started)

    def close(self) -> None:
        """Let go of the workers, and end those that were started here."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a cluster that went away by itself
            for one in self._started:
                one.close()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def wrong_executor(where: str) -> str:
    """What is wrong with the word, and what it could be; "" where nothing is."""
    found = _URL.fullmatch(where)
    if where in (LOCAL, PROCESSES) or (found is not None and 0 < int(found["port"]) < 1 << 16):
        return ""
    if where in ("slurm", "kubernetes"):
        return f"on {where} start a Dask cluster (docs/how-to/run-on-a-cluster.md) and give its address: dask://HOST:PORT"
    return f"{where!r} is no place where work runs: local, processes and dask://HOST:PORT are"


def executor_at(where: str, workers: int | None = None) -> Local | Workers:
    """The executor. Raises ExecutorError for a word that names none, where Dask is missing, and where no scheduler answers.

    Args:
        where: `local` threads of this process, `processes` of this machine, or the Dask scheduler at `dask://HOST:PORT`.
        workers: threads or processes, one per processor where nothing is said; a scheduler has the workers that it has.
    """
    wrong = wrong_executor(where)
    if wrong:
        raise ExecutorError(wrong)
    if where == LOCAL:
        return Local(workers)
    if where == PROCESSES:
        return _processes(Local(workers).workers if workers else cores())
    if workers is not None:
        raise ExecutorError("a scheduler has the workers that it has", where=where, next="Leave --workers out")
    return _connected(where)


def _distributed(where: str) -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise ExecutorError("this needs Dask, which is not installed", where=where, next=_EXTRA) from error


def _processes(workers: int) -> Workers:
    """Workers of this machine, each a process with one thread; one that dies is started again, and its work is given to the others."""
    distributed = _distributed(PROCESSES)
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS,
        "distributed.scheduler.worker-ttl": SILENT,
        **{f"distributed.nanny.pre-spawn-environ.{name}": size for name, size in KEPT.items()},
    }
    dask: Any = import_module("dask")
    with ExitStack() as opened:
        lost = {"distributed.deploy.lost-worker-timeout": STARTING}  # asked for whenever a worker is lost, so it holds till the end
        opened.enter_context(dask.config.set(lost))
        try:
            with dask.config.set(settings), _environment(KEPT):  # what stands in the environment goes before Dask's settings
                cluster = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    memory_limit=0,
                    dashboard_address="127.0.0.1:0",  # without it Dask takes the port that others may have
                    worker_dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
        except (OSError, RuntimeError) as error:
            raise ExecutorError(f"the processes did not start: {error}", where=PROCESSES, next="Use fewer --workers") from error
        return Workers(distributed.Client(cluster, set_as_default=False), cluster, opened.pop_all())


@contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    """With these variables in the environment; after it they are as they were."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _connected(where: str) -> Workers:
    distributed = _distributed(where)
    _require_scheduler(where)
    for name in ("distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    address = where.replace("dask://", "tcp://")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are compared, and refused, by `Cluster`
            client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ExecutorError(_OTHER, where=where, next=_NEXT) from error
    return Workers(client)


def _require_scheduler(where: str) -> None:
    """Raises ExecutorError unless a scheduler is there: it speaks first. Dask's client would ask for ever where nobody answers."""
    found = _URL.fullmatch(where)
    if found is None:
        raise ExecutorError(wrong_executor(where))
    try:
        with socket.create_connection((found["host"].strip("[]"), int(found["port"])), SECONDS) as line:
            head = line.recv(8, socket.MSG_WAITALL)  # the length of its greeting
    except TimeoutError:
        head = b""
    except OSError as error:
        raise ExecutorError(f"no Dask scheduler is there: {error.strerror or error}", where=where, next=_NEXT) from error
    if len(head) < 8 or not 0 < int.from_bytes(head, "little") < GREETING:
        raise ExecutorError(_OTHER, where=where, next=_NEXT)

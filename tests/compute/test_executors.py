"""Executors that are named by a word; and tasks that are sent away, done twice, late, or by another version: the bytes are the same."""

from __future__ import annotations

import importlib
import importlib.util
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import countermove as cm
from builders.places import SMALL_FILE
from builders.saved import contents, names
from countermove.cli.main import main
from countermove.compute import executor_at
from countermove.compute.cluster import Cluster
from countermove.compute.same_code import code_here, require_same
from countermove.errors import ExecutorError, StoreError
from countermove.questions.options import RunOptions
from countermove.questions.run import streaming
from countermove.store import load

SIZE = RunOptions(draws=200, lucks=3, seed=7, full=False)


@pytest.fixture
def streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few runs in several blocks, to the disk."""
    monkeypatch.setattr(streaming, "BLOCK", 160)
    monkeypatch.setattr(streaming, "HELD", 0)


def written(place: Path, options: RunOptions = SIZE) -> dict[str, Any]:
    """What a run wrote."""
    cm.run(SMALL_FILE, replace(options, out=place))
    return contents(load(place))


def travelled(thing: Any) -> Any:
    """As it arrives on another machine."""
    cloudpickle = importlib.import_module("cloudpickle") if importlib.util.find_spec("cloudpickle") else None
    if cloudpickle is None:
        pytest.skip("NO DASK HERE: nothing was sent away (pip install 'countermove[cluster]')")
    return cloudpickle.loads(cloudpickle.dumps(thing))


class Post:
    """Every function, task and result is sent; each task is done twice, and the first answer is lost."""

    def __init__(self) -> None:
        self.sent: list[tuple[Callable[[Any], Any], Any]] = []

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], *, progress: Any = None) -> Iterator[Any]:
        """As every executor."""
        done = list(tasks)
        there = travelled(function)
        for number, task in enumerate(done, 1):
            self.sent.append((there, travelled(task)))
            travelled(function)(travelled(task))
            yield travelled(there(travelled(task)))
            if progress is not None:
                progress(number, len(done))


@pytest.mark.usefixtures("streamed")
def test_what_is_sent_done_twice_or_late_changes_no_byte(tmp_path: Path) -> None:
    """A worker that answers once the run has ended finds that nobody waits, and makes no folder again."""
    post = Post()
    assert written(tmp_path / "post", replace(SIZE, executor=post)) == written(tmp_path / "here")
    assert names(tmp_path) == ["here", "post"]
    function, block = next((work, task) for work, task in post.sent if isinstance(task, streaming.Block))
    with pytest.raises(StoreError, match=r"the worker on .* does not see this folder\. Give a folder that all machines share"):
        function(block)
    assert names(tmp_path) == ["here", "post"]


def test_runs_that_are_held_travel_too(tmp_path: Path) -> None:
    """With all that stands beside them."""
    options = replace(SIZE, draws=64, full=True)
    assert written(tmp_path / "post", replace(options, executor=Post())) == written(tmp_path / "here", options)


# --- another version --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["countermove", "jax", "python", "source"])
def test_another_version_is_refused_before_it_computes(part: str) -> None:
    """Both are named."""
    require_same(code_here(), "here")
    other = code_here()._replace(**{part: "7.7.7-else"})
    with pytest.raises(
        ExecutorError, match=r"node7: the worker has countermove .* and here is countermove .*same version"
    ) as caught:
        require_same(other, "node7")
    assert "7.7.7-el" in str(caught.value)


class Elsewhere:
    """A client whose workers say what they run; nothing is to be sent to them."""

    def __init__(self, version: object) -> None:
        self.version = version

    def nthreads(self) -> dict[str, int]:
        """One worker."""
        return {"tcp://node7:1": 1}

    def run(self, _function: Any, name: str, **_: object) -> dict[str, object]:
        """As Dask asks."""
        return {"tcp://node7:1": self.version if name == "jax" else code_here().countermove}


@pytest.mark.parametrize(
    ("version", "words"), [("0.0.1", "jax 0.0.1, and here is jax"), (ImportError("none"), r"no jax \(none\), and here is jax")]
)
def test_a_worker_with_another_library_is_refused_at_once(version: object, words: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ExecutorError, match=f"node7:1: the worker has {words}"):
        list(Cluster(Elsewhere(version)).map(str, [1]))


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("gpu", "is no place where work runs"),
        ("dask://", "is no place where work runs"),
        ("dask://host", "is no place where work runs"),
        ("dask://host:99999", "is no place where work runs"),
        ("dask://user@host:1", "is no place where work runs"),
        ("slurm", "run-on-a-cluster.md"),
        ("kubernetes", "dask://HOST:PORT"),
    ],
)
def test_a_wrong_word_is_refused(word: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As bad input, before anything is read."""
    assert main(["run", str(SMALL_FILE), "--executor", word]) == 2
    assert says in " ".join(capsys.readouterr().err.split())
    with pytest.raises(ExecutorError):
        executor_at(word)


def test_an_unreachable_scheduler_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, within ten seconds, and nothing is written: nobody there, no such machine, or something else that listens."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("NO DASK HERE: no scheduler was looked for (pip install 'countermove[cluster]')")
    importlib.import_module("distributed")
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as deaf, socket.create_server(("127.0.0.1", 0)) as gone:
        places = [f"127.0.0.1:{deaf.getsockname()[1]}", f"127.0.0.1:{gone.getsockname()[1]}", "nobody.invalid:8786"]
        gone.close()
        for place in places:
            clock = time.perf_counter()
            assert main(["run", str(SMALL_FILE), "--executor", f"dask://{place}"]) == 2
            assert time.perf_counter() - clock < 10
            (line,) = capsys.readouterr().err.strip().splitlines()
            assert line.startswith(f"countermove: dask://{place}: ") and "no Dask scheduler" in line, line
    with pytest.raises(ExecutorError, match="Leave --workers out"):
        executor_at("dask://127.0.0.1:1", 2)
    assert names(tmp_path) == []

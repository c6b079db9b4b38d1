"""A real S3 over HTTP (moto's server): workers that share no disk, killed, a run that is killed and goes on, flipped bits, and what is refused."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders.places import SMALL_FILE
from builders.saved import names
from countermove.store import load, place_of
from countermove.store.audit import audit
from countermove.store.inventory import leftovers_below
from countermove.store.manifest import plain_name
from countermove.store.objects import ObjectPath

SERVER = shutil.which("moto_server", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
MISSING = [name for name in ("s3fs", "distributed") if importlib.util.find_spec(name) is None] + ([] if SERVER else ["moto_server"])
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"NO {' AND '.join(MISSING).upper()} HERE: no object store was tried (make test-slow installs them)"
    ),
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
    ),  # of the client's own threads
]
RUN = ("run", str(SMALL_FILE), "--draws", "400", "--lucks", "4", "--seed", "7", "--quick", "--quiet")
PROGRAM = """
import sys
from countermove.questions.run import streaming
streaming.BLOCK, streaming.HELD = 160, 0
from countermove.cli.main import main
sys.exit(main())
"""
"""40 blocks of 160 runs."""


def free_port() -> int:
    """Of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


def await_port(port: int) -> None:
    """Until somebody listens."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(port)


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    """A server with the bucket `results`; the environment in which it is found."""
    port = free_port()
    own = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }
    with subprocess.Popen([str(SERVER), "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL) as server:
        try:
            await_port(port)
            with pytest.MonkeyPatch.context() as patched:
                for name, value in own.items():
                    patched.setenv(name, value)
                importlib.import_module("fsspec").filesystem("s3").mkdir("results")
                yield os.environ | own
        finally:
            server.kill()


@pytest.fixture
def cluster(s3: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler, and two workers, each in a folder of its own."""
    port = free_port()
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"], [sys.executable, "-m", "distributed.cli.dask_worker"]
    scheduler = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    started = [subprocess.Popen([*dask[0], *scheduler], env=s3, stderr=subprocess.DEVNULL)]
    try:
        await_port(port)
        for number in range(2):
            (tmp_path / f"worker-{number}").mkdir()
            words = [f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--memory-limit", "0", "--no-dashboard", "--no-nanny"]
            own = s3 | {"DASK_LOGGING__DISTRIBUTED": "critical"}
            started.append(
                subprocess.Popen([*dask[1], *words], cwd=tmp_path / f"worker-{number}", env=own, stderr=subprocess.DEVNULL)
            )
        yield f"dask://127.0.0.1:{port}", started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def command(*words: str, env: dict[str, str], cwd: Path) -> subprocess.Popen[str]:
    """A process of ours in a folder of its own."""
    cwd.mkdir(exist_ok=True)
    asked = [sys.executable, "-c", PROGRAM, *words]
    return subprocess.Popen(asked, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def done(process: subprocess.Popen[str]) -> str:
    """Its end, which is to be a good one."""
    out, err = process.communicate(timeout=400)
    assert process.returncode == 0, err
    return out


def tables(url: str | Path) -> dict[str, bytes]:
    """Bytes of every table, under their names without a hash."""
    found = load(url)
    files = found.manifest.files
    return {plain_name(name, files[name]): (found.directory / name).read_bytes() for name in files if name.endswith(".parquet")}


def url_of(name: str) -> tuple[str, ObjectPath]:
    """A place in the bucket."""
    place = place_of(f"s3://results/runs/{name}")
    assert isinstance(place, ObjectPath)
    return place.url, place


@pytest.fixture(scope="module")
def whole(s3: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a folder holds."""
    folder = tmp_path_factory.mktemp("folder")
    done(command(*RUN, "--out", str(folder / "out"), env=s3, cwd=folder))
    return tables(folder / "out")


def parts_of(place: ObjectPath) -> list[str]:
    """What unfinished runs beside the place have put there."""
    return [name for name in place.parent.below() if f".{place.name}." in name and name.endswith(".parquet")]


def await_parts(place: ObjectPath, count: int, process: subprocess.Popen[str]) -> None:
    """Until so many are there."""
    for _ in range(3000):
        if len(parts_of(place)) >= count:
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise TimeoutError


def test_workers_that_share_no_disk_and_one_is_killed(s3: Any, cluster: Any, whole: dict[str, bytes], tmp_path: Path) -> None:
    """The same bytes as in a folder; nothing lies in the folders of the workers, and nothing beside the result."""
    where, workers = cluster
    url, place = url_of("cluster")
    running = command(*RUN, "--executor", where, "--out", url, env=s3, cwd=tmp_path / "here")
    await_parts(place, 5, running)
    workers[0].kill()
    done(running)
    assert workers[1].poll() is None
    assert tables(url) == whole and audit(place).ok and leftovers_below(place.parent) == []
    assert (
        names(tmp_path / "here") == []
        and [name for name in names(tmp_path / "worker-1") if "s3" in name or "partial" in name] == []
    )
    assert len([name for name in place.below() if name.startswith("outcomes/")]) == len(load(url).files("outcomes"))


def test_a_run_that_was_killed_goes_on_beside_older_results(s3: Any, whole: dict[str, bytes], tmp_path: Path) -> None:
    """Those stay whole; a part that was altered meanwhile is made again, the others are read; the bytes are those of a folder."""
    url, place = url_of("resumed")
    done(command(*RUN, "--out", url, "--seed", "9", env=s3, cwd=tmp_path / "older"))
    older = tables(url)
    running = command(*RUN, "--out", url, env=s3, cwd=tmp_path / "killed")
    await_parts(place, 8, running)
    running.send_signal(signal.SIGKILL)
    running.wait()
    left = parts_of(place)
    assert len(left) >= 8 and tables(url) == older and older != whole
    first = place.parent / left[0]
    data = first.read_bytes()
    first.write_bytes(data[:100] + bytes([data[100] ^ 4]) + data[101:])
    kept = {name: (place.parent / name).stat().st_mtime for name in left[1:]}
    time.sleep(1.1)
    running = command(*RUN, "--out", url, env=s3, cwd=tmp_path / "elsewhere")
    await_parts(place, len(left) + 2, running)
    assert {name: (place.parent / name).stat().st_mtime for name in kept} == kept
    done(running)
    assert tables(url) == whole and audit(place).ok and leftovers_below(place.parent) == []


def test_flipped_bits_are_found_and_made_again(s3: Any, whole: dict[str, bytes], tmp_path: Path) -> None:
    """`store verify` names the object, nothing opens it, and the same command heals it. `list` and `show` read the place too."""
    url, place = url_of("flipped")
    done(command(*RUN, "--out", url, env=s3, cwd=tmp_path))
    assert url in "".join(done(command("store", "list", "s3://results/runs", "--json", env=s3, cwd=tmp_path)))
    assert "a-secret" not in done(command("store", "show", url, "--json", env=s3, cwd=tmp_path))
    names_of = [str(path).removeprefix(f"{url}/") for path in load(url).files("outcomes")[3:5]]
    for name in names_of:
        data = (place / name).read_bytes()
        (place / name).write_bytes(data[:500] + bytes([data[500] ^ 1]) + data[501:])
    found = command("store", "verify", url, env=s3, cwd=tmp_path)
    said = found.communicate(timeout=100)[0]
    assert found.returncode == 1 and all(f"{name} is not what was written" in said for name in names_of) and "2 results" not in said
    assert command("compare", url, env=s3, cwd=tmp_path).wait(timeout=100) == 2
    done(command(*RUN, "--out", url, env=s3, cwd=tmp_path))
    done(command("store", "verify", url, env=s3, cwd=tmp_path))
    assert tables(url) == whole


def test_what_does_not_answer_is_said_within_ten_seconds(s3: Any, tmp_path: Path) -> None:
    """No bucket, nobody there, somebody who is silent, no credentials: one line, no secret, and nothing is written."""
    before = sorted(place_of("s3://results/runs").below())  # type: ignore[union-attr]
    nobody = {name: value for name, value in s3.items() if not name.startswith("AWS_")} | {
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        silent = s3 | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{deaf.getsockname()[1]}"}
        for env, bucket in (
            (s3, "none"),
            (s3 | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}, "results"),
            (silent, "results"),
            (nobody, "results"),
        ):
            clock = time.perf_counter()
            process = command(*RUN, "--out", f"s3://{bucket}/new/war", env=env, cwd=tmp_path)
            _, err = process.communicate(timeout=60)
            (line,) = err.strip().splitlines()
            assert process.returncode == 2 and line.startswith(f"countermove: s3://{bucket}/new/war: "), err
            assert "a-secret" not in err and time.perf_counter() - clock < 20, (
                line
            )  # of which the half is Python's, on a busy machine
    assert sorted(place_of("s3://results/runs").below()) == before and names(tmp_path) == []  # type: ignore[union-attr]

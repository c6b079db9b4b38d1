"""Killed, or refused by the disk, at any call that writes: no result is lost, none is half-loaded, and the same command ends as if nothing had been.

`make test` takes one of the calls, another one whenever their number changes; `make test-slow` takes more than a hundred, of all kinds of fault.
All commands are killed in test_every_command.py.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builders.injector import KILL, REFUSED, SHORT, TORN, Ended, Injector, Job, injector
from builders.killed import WORKS, Tally, judge
from builders.killed import undisturbed as done_once
from builders.places import ROOT, SMALL_FILE
from builders.saved import contents, names
from countermove.errors import StoreError
from countermove.store import load
from countermove.store.audit import audit

RUN = ("run", str(SMALL_FILE), "--draws", "64", "--lucks", "2", "--quick", "--quiet", "--workers", "1", "--out", "out")
OLDER = (*RUN, "--seed", "9")
HUNDREDS = int(os.environ.get("COUNTERMOVE_FAULTS", "120"))
NOTES = "what the user keeps beside the results"
PROGRAM = "import sys; from countermove.cli.main import main; sys.exit(main())"
WAYS = {"held": False, "streamed": True}


@pytest.fixture(scope="module")
def do() -> Iterator[Injector]:
    """A process that does jobs."""
    with injector() as found:
        yield found


@pytest.fixture(scope="module")
def older(do: Injector, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results of another seed, beside which the user keeps notes."""
    folder = tmp_path_factory.mktemp("older")
    assert do(Job(OLDER, str(folder))).code == 0
    (folder / "out" / "notes.txt").write_text(NOTES)
    return folder


@pytest.fixture(scope="module")
def undisturbed(do: Injector, older: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """By way of running: what is written where nothing goes wrong, and how many calls it takes onto older results."""
    found: dict[str, Any] = {"older": contents(load(older / "out"))}
    for way, streamed in WAYS.items():
        folder = tmp_path_factory.mktemp(way) / "job"
        shutil.copytree(older, folder)
        ended = do(Job(RUN, str(folder), streamed=streamed))
        assert ended.code == 0, ended.said
        found[way], found[way, "calls"] = contents(load(folder / "out")), ended.calls
    return found


def disturbed(
    do: Injector, older: Path, undisturbed: dict[str, Any], job: Job, first: Callable[[Job], Ended] | None = None
) -> Ended:
    """One job on a copy of the older results. Afterwards they, or the new ones, are whole; and the command given again ends well."""
    folder = Path(job.folder)
    shutil.copytree(older, folder)
    way = "streamed" if job.streamed else "held"
    ended = (first or do)(job)
    found = load(folder / "out")  # never half, and never gone
    assert contents(found) in (undisturbed["older"], undisturbed[way]), job
    assert audit(folder / "out").ok, job
    again = do(Job(job.words, str(folder), streamed=job.streamed))
    assert again.code == 0, (job, again.said)
    assert contents(load(folder / "out")) == undisturbed[way], job
    assert [name for name in names(folder) if name != "cache"] == ["out"], job
    assert (folder / "out" / "notes.txt").read_text() == NOTES, job
    shutil.rmtree(folder)
    return ended


def check_sample(do: Injector, older: Path, place: Path, undisturbed: dict[str, Any], jobs: int, seed: int) -> None:
    """So many jobs at random calls."""
    chance = random.Random(seed)
    for number in range(jobs):
        way = chance.choice(list(WAYS))
        kind = chance.choice((KILL, KILL, TORN, SHORT, *REFUSED))
        at = chance.randrange(1, undisturbed[way, "calls"] + 1)
        job = Job(RUN, str(place / f"job-{number}"), kind, at, WAYS[way])
        ended = disturbed(do, older, undisturbed, job)
        if kind == KILL:
            assert ended.code == -9 or ended.code == 0, (job, ended)
        elif kind in REFUSED:
            assert ended.code in (0, 2), (job, ended)
            assert ended.code == 0 or len(ended.said.strip().splitlines()) == 1, (job, ended)
            assert "Traceback" not in ended.said and "fault of the program" not in ended.said, (job, ended)


def test_a_fault(do: Injector, older: Path, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    """One, another one whenever the number of calls changes."""
    check_sample(do, older, tmp_path, undisturbed, 1, sum(undisturbed[way, "calls"] for way in WAYS))


def test_a_study_is_killed(do: Injector, tmp_path: Path) -> None:
    """At one of its calls, another one whenever their number changes; where nothing was before."""
    whole = done_once(do, WORKS["study"], tmp_path, older=False)
    tally = Tally(whole.ended.names)
    calls = whole.ended.calls
    judge(do, whole, (KILL, random.Random(calls).randrange(calls // 4, calls + 1)), tmp_path / "killed", tally)
    assert (tally.killed, tally.lost, tally.half, tally.left) == (1, [], [], [])


@pytest.mark.slow
def test_hundreds_of_faults(do: Injector, older: Path, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    """At random calls, of all kinds."""
    check_sample(do, older, tmp_path, undisturbed, HUNDREDS, 18)


@pytest.mark.slow
def test_killed_at_every_call_where_nothing_was_before(do: Injector, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    """Then there is no result, or a whole one."""
    for way, streamed in WAYS.items():
        for at in range(1, undisturbed[way, "calls"] + 1):
            folder = tmp_path / f"{way}-{at}"
            folder.mkdir()
            do(Job(RUN, str(folder), KILL, at, streamed))
            try:
                assert contents(load(folder / "out")) == undisturbed[way]
            except StoreError:
                assert not (folder / "out").exists()
            assert do(Job(RUN, str(folder), streamed=streamed)).code == 0
            assert contents(load(folder / "out")) == undisturbed[way], (way, at)
            assert [name for name in names(folder) if name != "cache"] == ["out"], (way, at)
            shutil.rmtree(folder)


CALLS = {"fsync": 6, "renameat2": 1, "rename": 3, "mkdir": 3, "unlink": 4, "unlinkat": 5, "write": 40, "link": 1}
"""Of the system, and up to which of each is killed at."""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("strace") is None, reason="NO STRACE HERE: nothing was killed from outside (apt-get install strace)"
)
def test_killed_from_outside(do: Injector, older: Path, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    """By strace, at the n-th call of the system itself, whoever makes it: Python, Arrow, XLA."""
    chance, killed = random.Random(3), 0

    def traced(job: Job) -> Ended:
        call = chance.choice(list(CALLS))
        inject = f"inject={call}:signal=SIGKILL:when={chance.randrange(1, CALLS[call] + 1)}"
        command = [
            "strace",
            "-f",
            "-qqq",
            "-o",
            "/dev/null",
            "-e",
            f"trace={call}",
            "-e",
            inject,
            sys.executable,
            "-c",
            PROGRAM,
            *job.words,
        ]
        done = subprocess.run(
            command, cwd=job.folder, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, check=False
        )
        return Ended(done.returncode, 0, done.stderr.decode())

    for number in range(int(os.environ.get("COUNTERMOVE_FAULTS", "12"))):
        killed += disturbed(do, older, undisturbed, Job(RUN, str(tmp_path / f"job-{number}")), traced).code in (-9, 137)
    assert killed > 0

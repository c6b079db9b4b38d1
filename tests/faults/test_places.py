"""A place that is full, closed or too small, and a clock that jumps: `run` and `study` say so in one line, and leave nothing that is half written.

All of it is real: small disks are mounted, and a limit of memory is set by the system.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders.injector import CLOCK, MEMORY, Ended, Injector, Job, injector
from builders.killed import UNFINISHED, WORKS
from builders.saved import names

pytestmark = pytest.mark.slow
COMMANDS = ("run", "run, streamed", "study")


@pytest.fixture(scope="module")
def full() -> Iterator[Path]:
    """A folder for temporary files in which there is room for nothing."""
    with_room = Path("/tmp") / f"countermove-full-{os.getpid()}"
    with_room.mkdir()
    with small_disk(with_room, "64k"):
        (with_room / "filler").write_bytes(b"\0" * (56 << 10))
        yield with_room
    with_room.rmdir()


class small_disk:
    """A disk of so much room at a folder, as long as the block lasts; skips where nothing may be mounted."""

    def __init__(self, place: Path, size: str) -> None:
        self.place, self.size = place, size

    def __enter__(self) -> Path:
        self.place.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", str(self.place)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("no right to mount a small disk here")
        return self.place

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", str(self.place)], check=True)


@pytest.fixture(scope="module")
def do(full: Path) -> Iterator[Injector]:
    """A process that does jobs, whose temporary files find no room."""
    with injector({"TMPDIR": str(full)}) as found:
        yield found


def one_line(ended: Ended, words: str) -> None:
    """It ended with exit code 2 and one line of ours."""
    (line,) = ended.said.strip().splitlines()
    assert ended.code == 2 and words in line, ended
    assert "Traceback" not in line and "fault of the program" not in line


@pytest.mark.parametrize("name", COMMANDS)
def test_full_temporary_folder_and_a_clock_that_jumps(do: Injector, tmp_path: Path, name: str) -> None:
    """Change nothing: the same results, byte for byte, and nothing beside them."""
    work = WORKS[name]
    words = work.words(tmp_path)
    found = []
    for kind in ("", CLOCK):
        folder = tmp_path / (kind or "plain")
        folder.mkdir()
        ended = do(Job(words, str(folder), kind, streamed=work.streamed))
        assert (ended.code, ended.said) == (0, ""), ended
        assert [name for name in names(folder) if name != "cache"] == ["out"]
        found.append(work.found(folder))
    assert found[0] == found[1] and found[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_small_disk_and_a_closed_one(do: Injector, tmp_path: Path, name: str) -> None:
    """There is no result, nothing unfinished is in the way, and where there is room again the same command ends well."""
    work = WORKS[name]
    words = work.words(tmp_path)
    place = tmp_path / "disk"
    with small_disk(place, "48k"):
        ended = do(Job(words, str(place), streamed=work.streamed))
        one_line(ended, "the disk is full")
        assert work.found(place) == {}
        subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
        assert do(Job(words, str(place), streamed=work.streamed)).code == 0 and work.found(place)
    with small_disk(place, "1m"):
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        one_line(do(Job(words, str(place), streamed=work.streamed)), "nothing may be written here")
        assert names(place) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_memory(do: Injector, tmp_path: Path, name: str) -> None:
    """Where the system allows a process too few addresses for XLA, which would end it: refused before; with what it is said to need it runs."""
    work = WORKS[name]
    words = work.words(tmp_path)
    for few in (20, 400, 1000):
        folder = tmp_path / f"{few}"
        folder.mkdir()
        one_line(do(Job(words, str(folder), MEMORY, few, work.streamed)), "memory")
        assert work.found(folder) == {} and not [
            path for path in folder.iterdir() if UNFINISHED.fullmatch(path.name) and any(path.rglob("*.*"))
        ]
    folder = tmp_path / "enough"
    folder.mkdir()
    enough = 1024 + 128 * (os.cpu_count() or 1) + 64
    assert do(Job(words, str(folder), MEMORY, enough, work.streamed)).code == 0

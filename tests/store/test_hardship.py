"""The store under hardship: kill -9, a full disk, forbidden folders, many writers, damaged pieces."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from builders.saved import names, save
from countermove.compute import Local
from countermove.errors import StoreError
from countermove.store import Checkpoint, Saving, addressed, load
from countermove.store import disk as disk_of_store

ENVIRONMENT = os.environ | {"PYTHONPATH": "src"}


def started(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """A Python process that runs the code."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


# --- kill -9 ----------------------------------------------------------------------------------------------------------

MIDWAY = """
import sys, time
import numpy as np
from countermove.store import Saving
with Saving(sys.argv[1]) as saving:
    for part in range(5):
        saving.append("outcomes", {"a": np.arange(100_000, dtype=np.float32)})
    saving.document("tables", {"a": 1})
    print("midway", flush=True)
    time.sleep(60)
"""


def test_kill_9_midway_leaves_nothing_that_loads(tmp_path: Path) -> None:
    """Not in the folder, not beside it; and the next run sweeps up."""
    with started(MIDWAY, tmp_path / "out") as process:
        assert process.stdout is not None and process.stdout.readline() == "midway\n"
        process.send_signal(signal.SIGKILL)
    left = names(tmp_path)
    assert len(left) == 1 and left[0].startswith(".out.part-")
    for path in (tmp_path / "out", tmp_path / left[0]):
        with pytest.raises(StoreError):
            load(path)
    save(tmp_path / "out", tables={"outcomes": [{"a": np.zeros(3)}]})
    assert names(tmp_path) == ["out"]


OVER_AND_OVER = """
import sys
import numpy as np
from countermove.store import Saving
number = int(sys.argv[2])
while True:
    number += 1
    with Saving(sys.argv[1], provenance={"number": number}) as saving:
        for part in range(3):
            saving.append("outcomes", {"a": np.full(1000, number, np.float32)})
        saving.document("tables", {"number": number})
    print(number, flush=True)
"""


def test_kill_9_at_any_moment_leaves_whole_results(tmp_path: Path) -> None:
    """A folder that is replaced over and over is whole whenever the process is killed: all old or all new."""
    out, chance = tmp_path / "out", random.Random(1)
    save(
        out, tables={"outcomes": [{"a": np.zeros(1000, np.float32)}]}, documents={"tables": {"number": 0}}, provenance={"number": 0}
    )
    seen: list[int] = []
    for turn in range(6):
        with started(OVER_AND_OVER, out, str(1000 * turn)) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.1 * chance.random())
            process.send_signal(signal.SIGKILL)
        saved = load(out)
        number = saved.provenance["number"]
        assert saved.document("tables") == {"number": number}
        assert set(saved.table("outcomes")["a"]) == {float(number)}
        seen.append(number)
    assert all(number > 1000 * turn for turn, number in enumerate(seen))
    save(out, tables={"outcomes": [{"a": np.zeros(3)}]})
    assert names(tmp_path) == ["out"]


# --- a full disk, a forbidden folder ----------------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "tiny"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no right to mount a small disk here: a full disk was only imitated")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def noise() -> Iterator[dict[str, np.ndarray]]:
    """What does not compress: 400 kB a part."""
    rng = np.random.default_rng(1)
    return ({"a": rng.random(50_000)} for _ in range(10))


def test_a_full_disk_is_said_so(tiny: Path) -> None:
    """Where, how much is free, how much is needed, what next; and what was begun is removed, so that its room is free again."""
    with pytest.raises(StoreError, match=r"disk is full: .* free, about (3\.[0-9]|4\.[0-9]) MB needed.*--out") as caught:
        save(tiny / "out", tables={"outcomes": list(noise())})
    assert str(tiny / "out") in str(caught.value)
    assert names(tiny) == []
    with pytest.raises(StoreError, match=r"disk is full: [^,]* free\. "):
        save(tiny / "out", tables={"outcomes": noise()})
    pieces = Checkpoint(tiny / "pieces")
    with pytest.raises(StoreError, match=r"disk is full: .* about 2.0 MB needed"):
        pieces.put("a", {"a": np.zeros(250_000)})
    assert pieces.get("a") is None and names(tiny / "pieces") == []


def test_a_full_disk_is_said_so_when_imitated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where nothing may be mounted: the operating system refuses after a megabyte."""
    room = [1_000_000]

    def write(descriptor: int, data: bytes | memoryview) -> int:
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = os.write(descriptor, data[: room[0]])
        room[0] -= count
        return count

    monkeypatch.setattr(disk_of_store, "write_bytes", write)
    with pytest.raises(StoreError, match=r"disk is full: .* free, about .* MB needed.*again"):
        save(tmp_path / "out", tables={"outcomes": list(noise())})
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.EACCES, "nothing may be written"), (errno.EROFS, "nothing may be written"), (errno.EIO, "Input/output error")],
)
def test_refusals_are_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str) -> None:
    """In words, with the place."""

    def write(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(disk_of_store, "write_bytes", write)
    with pytest.raises(StoreError, match=words):
        save(tmp_path / "out", tables={"outcomes": [{"a": np.zeros(3)}]})
    with pytest.raises(StoreError, match=words):
        Checkpoint(tmp_path / "pieces").put("a", {"a": np.zeros(3)})
    assert names(tmp_path) == ["pieces"] and names(tmp_path / "pieces") == []


def test_a_page_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is made; where the disk is full or a file stands in the way, the old page stays, nothing is left beside it, and it is said."""
    path = tmp_path / "deep" / "down" / "a.html"
    assert disk_of_store.write_page(path, "ä\n") == path and path.read_bytes() == "ä\n".encode()
    with pytest.raises(StoreError, match=r"the memo cannot be written: .*Name another place"):
        disk_of_store.write_page(path / "b.html", "b", "memo")

    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk_of_store, "write_bytes", write)
    with pytest.raises(StoreError, match=r"the page cannot be written: No space left on device\. Free some"):
        disk_of_store.write_page(path, "b")
    assert path.read_bytes() == "ä\n".encode() and names(path.parent) == ["a.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_forbidden_folder(tmp_path: Path) -> None:
    """Is refused before work begins."""
    (tmp_path / "closed").mkdir(mode=0o555)
    with pytest.raises(StoreError, match=r"nothing may be written here.*--out"), Saving(tmp_path / "closed" / "out"):
        pytest.fail("began")


def test_a_place_where_nothing_can_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    """By the path that was given and with the option that gives another; where it can, nothing is left there."""
    (tmp_path / "file").write_text("")
    for place, option in ((tmp_path / "file", "--out"), (tmp_path / "file" / "deeper", "--figures")):
        with pytest.raises(StoreError, match=rf"^{place}: a file is in the way of a folder.*{option}"):
            disk_of_store.refuse_closed_folder(place, option)
    if Path("/sys").is_dir():  # closed to root, too
        with pytest.raises(StoreError, match=r"^/sys/memos: nothing may be written here.*--out"):
            disk_of_store.refuse_closed_folder(Path("/sys/memos"))
    disk_of_store.refuse_closed_folder(tmp_path / "new" / "folder")
    assert names(tmp_path) == ["file"]


# --- many at once -----------------------------------------------------------------------------------------------------

WRITER = """
import sys
import numpy as np
from countermove.store import Saving
for turn in range(8):
    number = float(sys.argv[2]) * 100 + turn
    with Saving(sys.argv[1], provenance={"n": number}) as saving:
        saving.append("outcomes", {"a": np.full(2000, number)})
        saving.document("tables", {"n": number})
"""


def test_many_writers_of_one_folder(tmp_path: Path) -> None:
    """The last one wins, whole; a reader meanwhile sees one of them, whole; nothing is left beside."""
    out = tmp_path / "out"
    save(out, tables={"outcomes": [{"a": np.zeros(2000)}]}, provenance={"n": 0.0})
    writers = [started(WRITER, out, str(number)) for number in range(4)]
    reads = 0
    while any(writer.poll() is None for writer in writers):
        load(out)
        reads += 1
    for writer in writers:
        assert writer.communicate()[1] == "" and writer.returncode == 0
    saved = load(out)
    assert set(saved.table("outcomes")["a"]) == {saved.provenance["n"]}
    assert saved.provenance["n"] % 100 == 7
    assert reads > 1
    assert names(tmp_path) == ["out"]


def test_many_writers_of_a_new_folder(tmp_path: Path) -> None:
    """As above, where nothing was there before."""
    writers = [started(WRITER, tmp_path / "deep" / "out", str(number)) for number in range(3)]
    for writer in writers:
        assert writer.communicate()[1] == "" and writer.returncode == 0
    assert load(tmp_path / "deep" / "out").provenance["n"] % 100 == 7
    assert names(tmp_path / "deep") == ["out"]


# --- going on ---------------------------------------------------------------------------------------------------------


def piece(number: int) -> dict[str, np.ndarray]:
    """Arrays of several types and shapes, nan and all."""
    rng = np.random.default_rng(number)
    table = rng.random((3, 16), np.float32)
    table[0, 0] = np.nan
    return {"table": table, "bands": rng.random((2, 2, 4)), "counts": np.arange(number), "words": np.array(["a", "bc"])}


def test_pieces_come_back_as_they_were(tmp_path: Path) -> None:
    """Bit for bit, by keys that may hold anything."""
    pieces = Checkpoint(tmp_path / "a" / "pieces")
    assert pieces.get("nothing") is None and pieces.count() == 0
    assert pieces  # callers ask `if shelf:`: an empty one is one
    keys = ["arm|spigot|0|4096|16384", "../../etc/passwd", "", "ü" * 500]
    for number, key in enumerate(keys):
        pieces.put(key, piece(number))
    for number, key in enumerate(keys):
        back = Checkpoint(tmp_path / "a" / "pieces").get(key)
        assert back is not None and list(back) == list(piece(number))
        for name, array in piece(number).items():
            assert back[name].dtype == array.dtype and back[name].shape == array.shape and back[name].tobytes() == array.tobytes()
    assert pieces.count() == 4
    with pytest.raises(StoreError, match="objects"):
        pieces.put("x", {"a": np.array([object()])})
    pieces.finish()
    assert names(tmp_path / "a") == []
    pieces.finish()


def test_a_damaged_piece_is_no_piece(tmp_path: Path) -> None:
    """At whatever byte: it is to be computed again."""
    pieces = Checkpoint(tmp_path)
    pieces.put("a", piece(3))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    rng = random.Random(2)
    for place in [0, 25, 90, 200, *(rng.randrange(len(whole)) for _ in range(50))]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert pieces.get("a") is None, place
        path.write_bytes(whole[:place])
        assert pieces.get("a") is None, place
    path.write_bytes(whole)
    assert pieces.get("a") is not None
    other = Checkpoint(tmp_path)
    other.put("b", piece(4))
    for left in tmp_path.iterdir():
        if left != path:
            left.write_bytes(whole)
    assert pieces.get("b") is None  # whole, but another's


RUN = """
import sys, time
import numpy as np
from countermove.compute import Local
from countermove.store import Checkpoint, Saving, key_of
pieces = Checkpoint.beside(sys.argv[1], key_of("run", 1))
fresh = []
def work(task):
    kept = pieces.get(f"task {task}")
    if kept is None:
        fresh.append(task)
        time.sleep(0.01)
        kept = {"a": np.random.default_rng(task).random(1000, np.float32)}
        pieces.put(f"task {task}", kept)
    return kept
with Saving(sys.argv[1], provenance={"seed": 1}) as saving:
    for task, result in enumerate(Local(2).map(work, range(100))):
        saving.append("outcomes", result)
        print(task, flush=True)
pieces.finish()
print("fresh", len(fresh), flush=True)
"""


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """Killed twice, with a damaged piece in between: the results have the bytes of a run that nobody disturbed."""
    with started(RUN, tmp_path / "whole") as process:
        assert process.communicate()[0].splitlines()[-1] == "fresh 100"
    for stop in (20, 50):
        with started(RUN, tmp_path / "out") as process:
            assert process.stdout is not None
            while process.stdout.readline() != f"{stop}\n":
                pass
            process.send_signal(signal.SIGKILL)
    (resume,) = tmp_path.glob(".out.resume-*")
    first = min(resume.glob("*.piece"))
    first.write_bytes(first.read_bytes()[:-1])
    with started(RUN, tmp_path / "out") as process:
        fresh = int(process.communicate()[0].splitlines()[-1].removeprefix("fresh "))
    assert 1 <= fresh <= 50
    for name in names(tmp_path / "whole"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    assert names(tmp_path) == ["out", "whole"]


def test_pieces_of_many_threads_and_runs(tmp_path: Path) -> None:
    """Two runs of one key share their pieces; one that ends takes none of the other's work with it."""
    shared = Checkpoint(tmp_path / "pieces")

    def work(task: int) -> float:
        kept = shared.get(str(task))
        if kept is None:
            shared.put(str(task), kept := {"a": np.full(100, task)})
        if task % 17 == 0:
            shared.finish()
        return float(kept["a"].sum())

    results: list[list[float]] = []
    runs = [threading.Thread(target=lambda: results.append(list(Local(3).map(work, range(200))))) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert results == [[100.0 * task for task in range(200)]] * 3


def test_an_address_says_where_a_run_is() -> None:
    """Draw-major, as the engine numbers runs."""
    rows = addressed("s", "t", np.arange(6, dtype=np.float32).reshape(1, 3, 2), ["a"])
    assert np.asarray(rows["draw"]).tolist() == [0, 0, 1, 1, 2, 2] and np.asarray(rows["luck"]).tolist() == [0, 1] * 3
    assert np.asarray(rows["a"]).tolist() == [0, 1, 2, 3, 4, 5]

"""Whatever is typed, wherever, into whatever terminal: words and an exit code that is promised, soon, and nothing half written.

10,000 command lines in `make test-slow`, 100 in `make test`. To see one again: COUNTERMOVE_FUZZ=SEED
pytest -k one_again tests/cli/test_fuzz_commands.py
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from builders.command_lines import LONG, Line, Typist, commands, limits
from builders.places import SMALL_FILE
from countermove.cli.failure import BAD_INPUT, FINE, FOUND, INTERRUPTED
from countermove.cli.main import main
from countermove.questions.score.escrow import read_escrow
from countermove.scenario.read import read
from countermove.store import load

ARGUED = """
readers:
  holder: {says: Arms hold the valley., theories: {inertia: 3, spigot: 1}, values: {territory: 100}}
  mourner: {values: {deaths: -20 per thousand}}
claims:
  raises: {by: a hawk, says: They answer losses., model: "P(neighbour.raises within 3 | rebels.losing) >= 0.5"}
"""
PLUGIN = """
from countermove.behaviour.theory import Theory, base, keep

MINE = Theory("mine", "Nothing.", lambda view, p: keep(view, base(view, p)), (), "Nobody, nowhere.")
"""
# Ctrl-C may fall into a finaliser of a library, where Python can only say that it was lost; it is pressed again (see `around`).
pytestmark = [pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"), pytest.mark.compiled_quickly]
PROMISED = {FINE, FOUND, BAD_INPUT, INTERRUPTED}
SHORTEST_WAIT = 60.0  # seconds


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a command may be pointed at: wars, a run, a memo, and odd things."""
    folder = tmp_path_factory.mktemp("desk")
    text = SMALL_FILE.read_text(encoding="utf-8")
    for name, content in (
        ("small.yaml", text),
        ("argued.yaml", text + ARGUED),
        ("plugin.py", PLUGIN),
        ("empty", ""),
        ("file", "x\n"),
    ):
        (folder / name).write_text(content, encoding="utf-8")
    shutil.copy(SMALL_FILE.with_name("bad.yaml"), folder)
    (folder / "bytes").write_bytes(bytes(range(256)))
    (folder / "table.csv").write_text("a,b\n1,2\n")
    (folder / "outcomes.csv").write_text("measure,value,known\ndeaths,100,2031-01\n")
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "fifo")
    with standing(folder):
        assert main(["run", "small.yaml", "--draws", "16", "--lucks", "1", "--quick", "--quiet"]) == 0
        assert main(["memo", "small.yaml", "--draws", "16", "--lucks", "1", "--quick", "--quiet"]) == 0
    return folder


@contextmanager
def standing(folder: Path) -> Iterator[None]:
    """In another working directory."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def stream(kind: str) -> Any:
    """A standard stream of this kind, as Python would make it."""
    if kind == "closed":
        return None
    if kind == "full":
        return open("/dev/full", "w", encoding="utf-8")
    if kind == "cut":
        reads, writes = os.pipe()
        os.close(reads)
        return os.fdopen(writes, "w", encoding="utf-8")
    return io.TextIOWrapper(io.BytesIO(), encoding=kind)


def heard(one: Any) -> str:
    """What was written to a stream, as far as it can be read back."""
    if isinstance(one, io.TextIOWrapper) and isinstance(one.buffer, io.BytesIO):
        one.flush()
        return one.buffer.getvalue().decode(one.encoding)
    return ""


@contextmanager
def around(line: Line, folder: Path) -> Iterator[tuple[Any, Any]]:
    """The streams, the environment, the working directory, and somebody who will not wait for ever."""
    before = {name: os.environ.get(name) for name in line.settings}
    streams = sys.stdin, sys.stdout, sys.stderr

    def press(number: int, frame: FrameType | None) -> None:
        while frame is not None and "typer" not in Path(frame.f_code.co_filename).parts:
            frame = frame.f_back
        if frame is not None:  # while the command is at work, not while it says its last words or has ended
            raise KeyboardInterrupt

    signals = signal.signal(signal.SIGALRM, press)
    os.environ.update(line.settings)
    with standing(folder / line.folder):
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(), stream(line.answer), stream(line.remarks)
        ours = sys.stdout, sys.stderr
        signal.setitimer(signal.ITIMER_REAL, line.patience, 3.0)  # again and again: one may be lost in a library's finaliser
        try:
            yield ours
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdin, sys.stdout, sys.stderr = streams
            signal.signal(signal.SIGALRM, signals)
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
            for one in ours:
                with suppress(OSError, ValueError, AttributeError):
                    one.close() if not isinstance(one.buffer, io.BytesIO) else None


def files(folder: Path) -> dict[Path, int]:
    """Everything in the folder, by the time of its last change; ours is what is new or newer."""
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def half_written(folder: Path, before: dict[Path, int], code: int) -> list[str]:
    """What a command left that is neither whole nor of use to the same command later."""
    wrong: list[str] = []
    for path, when in files(folder).items():
        if before.get(path) == when or not path.is_file():
            continue
        if any(part.endswith(".partial") for part in path.relative_to(folder).parts[:-1]):
            if code == FINE:
                wrong.append(f"{path.name}: kept for going on, though nothing is left to do")
            continue
        try:
            if ".part-" in str(path.relative_to(folder)) or path.name.startswith(".") or path.stat().st_size == 0:
                wrong.append(f"{path.name}: left behind")
            elif path.name == "manifest.json":
                load(path.parent)
            elif path.name.endswith(".forecasts.json") and "backtest" not in path.name:
                read_escrow(path)
            elif path.suffix == ".yaml":
                read(path)
            elif path.suffix == ".html" and not path.read_text(encoding="utf-8").rstrip().endswith("</html>"):
                wrong.append(f"{path.name}: a page without an end")
        except Exception as error:
            wrong.append(f"{path.name}: {error}")
    return wrong


def tried(line: Line, folder: Path) -> tuple[int, float, list[str]]:
    """The exit code, the seconds, and what is wrong."""
    before, start = files(folder), time.monotonic()
    wrong: list[str] = []
    said = ""
    try:
        with around(line, folder) as streams:
            code = main(line.words)
            signal.setitimer(signal.ITIMER_REAL, 0)
        said = "".join(map(heard, streams))
    except BaseException as error:
        return -1, time.monotonic() - start, [f"raised {type(error).__name__}: {error}"]
    seconds = time.monotonic() - start
    for thread in threading.enumerate():
        if thread.name.startswith("countermove"):  # work that had begun ends on its own; a process would wait for it
            thread.join(SHORTEST_WAIT)
    if code not in PROMISED:
        wrong.append(f"exit {code}: {said[-600:]}")
    if "Traceback (most recent call last)" in said:
        wrong.append(f"a traceback: {said[-600:]}")
    if seconds > SHORTEST_WAIT:
        wrong.append(f"{seconds:.0f} seconds")
    if (
        code in (BAD_INPUT, INTERRUPTED)
        and line.remarks not in ("full", "cut", "closed")
        and said == ""
        and line.answer not in ("closed", "cut")
    ):
        wrong.append(f"exit {code} without a word")
    return code, seconds, wrong + half_written(folder, before, code)


def fuzz(folder: Path, lines: Iterable[tuple[int, Line]]) -> Counter[int]:
    """Every line; fails with all that is wrong at the end. The counts by exit code."""
    codes: Counter[int] = Counter()
    offences: list[str] = []
    for seed, line in lines:
        code, seconds, wrong = tried(line, folder)
        codes[code] += 1
        offences += [f"{seed}: {line}\n    {one}" for one in wrong]
        if os.environ.get("COUNTERMOVE_FUZZ_LOG"):
            with open(os.environ["COUNTERMOVE_FUZZ_LOG"], "a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(f"{seed}\t{code}\t{seconds:.2f}\t{line}\n" + "".join(f"!!\t{seed}\t{one}\n" for one in wrong))
        tidy(folder)
    if offences:
        pytest.fail("\n".join(offences), pytrace=False)
    return codes


def typed(seeds: range) -> Iterator[tuple[int, Line]]:
    """The random line of each seed."""
    return ((seed, Typist(seed).line()) for seed in seeds)


def tidy(folder: Path) -> None:
    """Take away what commands have written, but for a run and a memo, which later lines are about."""
    keep = {
        "small.yaml",
        "argued.yaml",
        "plugin.py",
        "empty",
        "file",
        "bad.yaml",
        "bytes",
        "table.csv",
        "outcomes.csv",
        "loop",
        "dangling",
    }
    keep |= {"fifo", "folder", "runs", "memos"}
    for path in (*folder.iterdir(), *(folder / "folder").iterdir()):
        if path.name not in keep or path.parent.name == "folder":
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def test_a_hundred_command_lines(desk: Path) -> None:
    """Random, the same each time."""
    codes = fuzz(desk, typed(range(100)))
    assert set(codes) <= PROMISED and len(codes) >= 3, codes


def test_what_was_found(desk: Path) -> None:
    """Command lines that once ended with a fault of the program."""
    lines = [
        ("explore", "small.yaml", "--draws", "2", "--lucks", "1"),
        ("check", "small.yaml", "--set", "sides.rebels.personnel={"),
        ("compare", "~nobody-here/x"),
        ("search", "small.yaml", "--draws", "17"),
        ("backtest", "."),
        ("backtest", "/"),
        ("backtest", "--draws", "65535", "--particles", "65536"),  # took all memory of the computer
    ]
    assert set(fuzz(desk, enumerate(Line(words, patience=20.0) for words in lines))) <= {FINE, BAD_INPUT}


def test_every_command_and_option_is_typed() -> None:
    """Without being listed here: those of the application."""
    there = {(name, option) for name, params in commands().items() for one in params for option in one.opts}
    typed: set[tuple[str, str]] = set()
    for seed in range(4000):
        words = Typist(seed).line().words
        name = next((name for name in (" ".join(words[:2]), " ".join(words[:1])) if name in commands()), "") if words else ""
        typed |= {(name, word.partition("=")[0]) for word in words}
    lost = {(name, option) for name, option in there - typed if option.startswith("-")}
    assert lost == set()
    assert any(LONG in word for seed in range(300) for word in Typist(seed).line().words)


@pytest.mark.slow
def test_every_option_at_its_limits(desk: Path) -> None:
    """And just beyond: seeds, sizes, numbers of threads."""
    assert set(fuzz(desk, enumerate(limits()))) <= PROMISED


@pytest.mark.slow
def test_ten_thousand_command_lines(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Random, the same each time; the counts by exit code are printed."""
    codes = fuzz(desk, typed(range(100, 10_000)))
    with capsys.disabled():
        sys.stdout.write(f"\ncommand lines by exit code: {dict(sorted(codes.items()))}\n")
    assert set(codes) == PROMISED


@pytest.mark.skipif("COUNTERMOVE_FUZZ" not in os.environ, reason="COUNTERMOVE_FUZZ=SEED types the line of that seed again")
def test_one_again(desk: Path) -> None:
    """The line of one seed."""
    seed = int(os.environ["COUNTERMOVE_FUZZ"])
    fuzz(desk, typed(range(seed, seed + 1)))

"""Ten thousand altered files: each is read as it stands, or refused with places; never repaired in silence, never anything else, never late.

`make test` takes a hundred of them; `make test-slow` all, and prints what became of them. COUNTERMOVE_MUTANTS=FIRST:LAST takes others.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
import yaml

from builders.mutants import Mutant, alike, held, less, mutant, said
from countermove.errors import RecordError, ScenarioError
from countermove.scenario import read, read_record, read_text, write
from countermove.scenario.schema import Scenario
from countermove.world.record import Record

ALL, HUNDREDTH = 10_000, 100
PATIENCE = 3.0  # seconds of the processor
HANGS = 60  # seconds of the clock
STRAY = {"Cc", "Zl", "Zp"}  # what ends a line, or paints a terminal


def test_a_hundredth_of_the_mutants(tmp_path: Path) -> None:
    """Every hundredth of the ten thousand."""
    counts = Counter(examine(mutant(number), tmp_path)[0] for number in range(0, ALL, ALL // HUNDREDTH))
    assert sum(counts.values()) == HUNDREDTH and min(counts["read"], counts["refused"]) > 10, counts


@pytest.mark.slow
def test_all_mutants(tmp_path: Path) -> None:
    """With a table: of each kind how many were read and refused, and how long the slowest took."""
    first, last = (int(part) for part in os.environ.get("COUNTERMOVE_MUTANTS", f"0:{ALL}").split(":"))
    counts, slowest, wrong = Counter[tuple[str, str]](), dict[str, tuple[float, int]](), list[str]()
    for number in range(first, last):
        one = mutant(number)
        try:
            became, seconds = examine(one, tmp_path)
        except Exception as error:
            became, seconds = "wrong", 0.0
            wrong.append(f"mutant {number}, {one.kind}, {one.path.name}, {one.value!r}: {type(error).__name__}: {str(error)[:400]}")
        counts[one.kind, became] += 1
        slowest[one.kind] = max(slowest.get(one.kind, (0.0, 0)), (seconds, number))
    lines = [f"{'kind':<44} read refused wrong slowest (s)"]
    for kind, (seconds, number) in sorted(slowest.items()):
        lines.append(
            f"{kind:<44} {counts[kind, 'read']:>4} {counts[kind, 'refused']:>7} {counts[kind, 'wrong']:>5} {seconds:.2f} (mutant {number})"
        )
    total = Counter[str]()
    for (_, became), count in counts.items():
        total[became] += count
    sys.stderr.write("\n" + "\n".join([*lines, str(dict(total)), *wrong]) + "\n")
    assert total["read"] + total["refused"] == last - first, "\n".join(wrong)


def examine(one: Mutant, folder: Path) -> tuple[str, float]:
    """What became of it, and the seconds it took. Raises AssertionError where it is neither read as it stands nor refused with places."""
    path, record = folder / one.path.name, one.path.parent.name == "records"
    path.write_bytes(one.data)
    head = path.with_suffix(".yaml")
    if record:
        other = one.path.with_suffix(".yaml" if path.suffix == ".csv" else ".csv")
        (folder / other.name).write_bytes(other.read_bytes())
    clock = time.process_time()
    try:
        with within(HANGS):
            found = read_record(head) if record else read(head)
    except (ScenarioError, RecordError) as error:
        seconds = time.process_time() - clock
        told(error, one, folder)
        became = "refused"
    else:
        seconds = time.process_time() - clock
        faithful(found, one)
        became = "read"
    assert seconds < PATIENCE, f"{seconds:.1f} s"
    return became, seconds


@contextmanager
def within(seconds: int) -> Generator[None]:
    """Raises TimeoutError where it takes longer."""

    def late(*_: object) -> None:
        raise TimeoutError(f"not read after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def told(error: ScenarioError | RecordError, one: Mutant, folder: Path) -> None:
    """Each mistake is one line, in a place of one of the files; where the file can be read at all, with its line and column."""
    assert error.issues, "refused without a mistake"
    files = {str(path): path.read_bytes().count(b"\n") + path.read_bytes().count(b"\r") + 1 for path in folder.iterdir()}
    for issue in error.issues:
        assert issue.message and not STRAY & {category(letter) for letter in str(issue)}, issue
        assert issue.file in files, issue
        assert (issue.line >= 1 and issue.column >= 1) or (issue.line == 0 and "too large" in issue.message), issue
        assert issue.line <= files[issue.file], issue


@cache
def original(path: Path) -> tuple[Any, Any]:
    """What is read of a file as it ships, and what another reader finds in it."""
    return _plain(read_record(path.with_suffix(".yaml")) if path.parent.name == "records" else read(path)), said(
        path, path.read_bytes()
    )


def _plain(found: Scenario | Record) -> Any:
    """Without the place of its files; a scenario as it is written again."""
    if isinstance(found, Record):
        return {name: part for name, part in vars(found).items() if name != "file"}
    return yaml.load(write(found), Loader=yaml.CBaseLoader)


def faithful(found: Scenario | Record, one: Mutant) -> None:
    """What was read is what is written: the same as before only where the text says the same, and else with what was put in."""
    before, text_before = original(one.path)
    after, text = _plain(found), said(one.path, one.data)
    if isinstance(found, Scenario):
        assert read_text(write(found)) == found, "what is written again reads otherwise"
    same = after == before
    assert same or text != text_before, "the text says the same, and something else was read"
    if alike(text, text_before) or less(text, text_before):
        return  # spaces and ways to write a number may mean nothing, and what was left out what is meant without it
    assert not same, "the text says something else, and the same was read"
    if one.value is not None:
        assert held(one.value, before, after), f"{one.value!r} does not stand in what was read"

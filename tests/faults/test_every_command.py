"""Every command that writes is killed at calls that write: no result is lost, none is half loaded, and the same command ends as if nothing had been.

`make test` kills a study once (test_kills.py); `make test-slow` kills all commands, each at every call before any is taken twice, more than 500 times
together, looks at every state that a kill can leave, and prints what became of them (pytest -s). COUNTERMOVE_KILLS=N: N of each command.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders.injector import REFUSED, SHORT, TORN, Injector, injector
from builders.killed import HEAD, WORKS, Tally, every_state, judge, plan_of, undisturbed

KILLS = {"run": 80, "run, streamed": 80, "study": 100, "memo": 80, "weigh": 80, "serve": 60, "play": 80}
FAULTS, EACH = 8, 3
"""Other faults of each command; and after which kills the same command is given again."""
SEED = 18


@pytest.fixture(scope="module")
def do() -> Iterator[Injector]:
    """A process that does jobs."""
    with injector() as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS)
def test_kills(do: Injector, tmp_path: Path, name: str) -> None:
    """Over all calls that write; then other faults, at calls by the same seed, each told in one line."""
    kills = int(os.environ.get("COUNTERMOVE_KILLS", KILLS[name]))
    whole = undisturbed(do, WORKS[name], tmp_path)
    tally = Tally(whole.ended.names)
    for number, (kind, at) in enumerate(plan_of(whole.ended.names, kills, SEED)):
        ended = judge(do, whole, (kind, at), tmp_path / f"{number}", tally, again=number % EACH == 0)
        assert ended.code == -9 or kind == TORN, (kind, at, ended)  # a write less may be enough: nothing was killed
    every_state(do, whole, tmp_path / "states", tally, max(1, len(whole.ended.names) // FAULTS))
    chance = random.Random(SEED)
    for number in range(min(kills, FAULTS)):
        kind, at = chance.choice((SHORT, *REFUSED)), chance.randrange(1, whole.ended.calls + 1)
        ended = judge(do, whole, (kind, at), tmp_path / f"other-{number}", tally)
        if WORKS[name].what == "table":
            continue  # whoever sits there is answered by the server, and hears of no line
        lines = ended.said.strip().splitlines()
        assert ended.code in (0, 2, 70), (kind, at, ended)
        assert len(lines) <= 1 and "Traceback" not in ended.said, (kind, at, ended)
        assert "fault of the program" not in ended.said + ended.answer, (kind, at, ended)
    sys.stderr.write(f"\n{HEAD}\n{tally.line(name)}\n")
    assert tally.killed >= kills - 1, tally
    assert (tally.lost, tally.half, tally.left) == ([], [], [])

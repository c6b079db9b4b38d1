"""No process of long work outlives the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from builders.at_table import until
from countermove.web.workbench.ending import end_of
from countermove.web.workbench.errands import Errand, Errands

HEARS = "print(flush=True); import time; time.sleep(600)"
DEAF = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
time.sleep(600)
"""


def begun(program: str) -> subprocess.Popen[str]:
    """A piece of work in a group of its own, as each has."""
    out, none = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-c", program], stdout=out, stderr=none, text=True, start_new_session=True)


def gone(pid: str) -> bool:
    """Whether a process runs no more."""
    found = Path(f"/proc/{pid}/stat")
    return not found.exists() or found.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at processes as Linux shows them")
def test_what_does_not_hear_that_it_is_to_end_is_killed_with_all_it_started() -> None:
    """What hears ends by itself."""
    with begun(HEARS) as hears, begun(DEAF) as deaf:
        assert hears.stdout is not None and deaf.stdout is not None and hears.stdout.readline()
        child = deaf.stdout.readline().strip()
        end_of(Errands({str(one.pid): Errand("", "memo", Path(), process=one) for one in (hears, deaf)}), patience=0.5)
        assert hears.wait(timeout=30) != -signal.SIGKILL and deaf.wait(timeout=30) == -signal.SIGKILL
    until(lambda: gone(child))

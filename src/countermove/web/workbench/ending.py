"""The end of all long work, when the server ends: no process of it outlives the server."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from countermove.web.workbench.errands import Errands

PATIENCE = 5.0  # seconds in which what was interrupted may end by itself


def end_of(errands: Errands, patience: float = PATIENCE) -> None:
    """Interrupt all long work, wait for it, and kill what is left with all that it has started."""
    errands.end()
    processes = [one.process for one in list(errands.known.values()) if one.process is not None]
    until = time.monotonic() + patience
    try:
        while any(one.poll() is None for one in processes) and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        for one in processes:
            if one.poll() is None:
                _kill(one)


def _kill(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)  # each piece has a group of its own
    else:
        process.kill()
    process.wait()  # it is gone, and not only about to go

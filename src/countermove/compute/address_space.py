"""Memory that a process may have at most (`ulimit -v`): XLA, where it is refused some, raises nothing but ends the process without a word of ours."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from countermove.errors import ExecutorError

NEEDED, EACH = 1 << 30, 128 << 20
"""Bytes of addresses beside those that a process has once everything is imported: to compile and run a small war; and for each processor, whose
threads reserve more than they use. With 0.8 GB on two processors XLA ended the process, with 1.2 GB it did not."""


@cache
def refuse_little_memory() -> None:
    """Raise ExecutorError where this process may not have the addresses that compiling takes; asked once, before anything is begun."""
    left = _left()
    needed = NEEDED + EACH * (os.cpu_count() or 1)
    if left is not None and left < needed:
        what = f"this process may have {left / 1e9:.1f} GB more of memory addresses, and compiling a war takes about {needed / 1e9:.1f} GB"
        raise ExecutorError(what, where="ulimit -v", next="Give the command without that limit, or with a higher one")


def _left() -> int | None:
    """Bytes of addresses that this process may still have; None where there is no limit, or nobody can tell."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return None
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return None
    return max(0, limit - pages * resource.getpagesize())

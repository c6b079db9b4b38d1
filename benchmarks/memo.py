"""A memo made by this tree and by an earlier build, in turn: first with an empty cache, then again; stage by stage, with the compiles counted.

python benchmarks/memo.py [COMMIT]     COMMIT: what to compare with; by default the build before plans were data. `--quick`: 128 draws, 2 lucks

Each memo is made in a process of its own, with a cache of its own, on a worktree of the commit in a temporary folder. Close other programs first.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BEFORE = "27da9f0"
WAR = "donbas-2017"
SHOWN = 1.0  # seconds: shorter stages are told together


def make(quick: bool) -> dict[str, Any]:
    """One memo in this process: seconds of each stage, how often something was compiled and for how long, the most memory, all told."""
    import jax

    from countermove.scenario.read import read

    try:
        from countermove.memo.write import write_memo
        from countermove.questions.options import RunOptions
    except ImportError:  # before the rooms
        from countermove.study.memo import write_memo  # pyright: ignore
        from countermove.study.options import RunOptions  # pyright: ignore
    from countermove.compute.local import Local

    stages: dict[str, float] = defaultdict(float)
    now, compiles = ["starting", time.perf_counter()], [0, 0.0]

    def told(what: str, done: int, total: int) -> None:
        clock = time.perf_counter()
        stages[str(now[0])] += clock - float(now[1])
        now[:] = [re.sub(r"\d[\d,.]*", "#", re.sub(r" \(.*\)$", "", what)), clock]

    def compiled(event: str, seconds: float, **_: Any) -> None:
        if event.endswith("backend_compile_duration"):
            compiles[0], compiles[1] = compiles[0] + (seconds > 1), compiles[1] + seconds

    jax.monitoring.register_event_duration_secs_listener(compiled)
    began = time.perf_counter()
    options = RunOptions(executor=Local(2), draws=128, lucks=2) if quick else RunOptions(executor=Local(2))
    with tempfile.TemporaryDirectory() as folder:
        write_memo(read(WAR), options, Path(folder) / "memo.html", progress=told)
    told("", 0, 0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = {"seconds": time.perf_counter() - began, "compiles": compiles[0], "compiling": compiles[1], "memory": memory}
    return {**whole, "stages": dict(stages)}


def child(tree: Path, cache: Path, quick: bool) -> dict[str, Any]:
    """The same in a process of its own, on the package of a tree."""
    paths = {"PYTHONPATH": str(tree / "src"), "COUNTERMOVE_CACHE": str(cache)}
    command = [sys.executable, __file__, "--child", *(["--quick"] if quick else [])]
    done = subprocess.run(command, env={**os.environ, **paths}, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def table(before: dict[str, Any], after: dict[str, Any], title: str) -> None:
    """Stage by stage, the longest of the earlier build first."""
    print(f"{title:<56} {'before':>8} {'after':>8}")
    names = sorted({*before["stages"], *after["stages"]}, key=lambda name: -before["stages"].get(name, 0))
    rest = [0.0, 0.0]
    for name in names:
        pair = [one["stages"].get(name, 0.0) for one in (before, after)]
        if max(pair) < SHOWN:
            rest = [rest[0] + pair[0], rest[1] + pair[1]]
        else:
            print(f"  {name[:54]:<54} {pair[0]:>8.1f} {pair[1]:>8.1f}")
    print(f"  {'shorter ones':<54} {rest[0]:>8.1f} {rest[1]:>8.1f}")
    print(
        f"  {'all, seconds':<54} {before['seconds']:>8.1f} {after['seconds']:>8.1f}   {before['seconds'] / after['seconds']:.2f} times"
    )
    print(f"  {'compiles of over a second':<54} {before['compiles']:>8} {after['compiles']:>8}")
    print(f"  {'compiling, seconds':<54} {before['compiling']:>8.1f} {after['compiling']:>8.1f}")
    print(f"  {'most memory, MiB':<54} {before['memory']:>8.0f} {after['memory']:>8.0f}")
    print(flush=True)


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default=BEFORE)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(make(asked.quick)))
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(tree), asked.commit], cwd=ROOT, check=True)
        try:
            for title in ("first memo, empty cache", "second memo"):
                pair = [child(where, Path(folder) / f"cache-{name}", asked.quick) for name, where in (("b", tree), ("a", ROOT))]
                table(*pair, title)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

"""What processes of this machine cost beside threads of one: the same streamed runs by turns, each from nothing to its saved result.

    python benchmarks/executors.py [--draws 16384] [--lucks 16] [--workers 2] [--turns 4]

The war is donbas-2017, two plans under all theories. Workers are started, and both ways have run once, before the clock. Told is the median over the
turns of the ratio within a turn, since other programs may share the machine; and that the results are the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import countermove as cm
from countermove.compute import Cluster, Local, executor_at
from countermove.questions.options import RunOptions

SCENARIO, PLANS = "donbas-2017", ("abstain", "javelins")


def outcomes_hash(folder: Path) -> str:
    """Of the names of the parts, which have their contents' hashes in them."""
    return hashlib.sha256("\n".join(sorted(path.name for path in (folder / "outcomes").iterdir())).encode()).hexdigest()


def seconds(options: RunOptions, executor: Local | Cluster) -> tuple[float, str]:
    """Of the clock, for one run that is saved; and the hash of what was saved."""
    folder = Path(tempfile.mkdtemp(prefix="executors-"))
    try:
        clock = time.perf_counter()
        cm.run(SCENARIO, replace(options, out=folder / "out", executor=executor))
        return time.perf_counter() - clock, outcomes_hash(folder / "out")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> float:
    """Print the table; how much longer the processes take, as a share."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("draws", 16384), ("lucks", 16), ("workers", 2), ("turns", 4)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    given = asked.parse_args(arguments)
    options = RunOptions(draws=given.draws, lucks=given.lucks, strategies=PLANS, full=False)
    threads, started = Local(given.workers), executor_at("processes", given.workers)
    assert isinstance(started, Cluster)
    with started as processes:
        small = replace(options, draws=4100, lucks=16)  # so many are streamed
        for executor in (threads, processes):
            seconds(small, executor)
        turns = [(seconds(options, threads), seconds(options, processes)) for _ in range(given.turns)]
    runs = given.draws * given.lucks * len(PLANS) * 8
    print(f"{SCENARIO}: {runs / 1e6:.1f} million runs, saved; {given.workers} threads, or as many processes by Dask")
    print("turn   threads (s)   processes (s)   processes take longer by")
    for number, ((one, _), (other, _)) in enumerate(turns, 1):
        print(f"{number:>4} {one:>13.1f} {other:>15.1f} {other / one - 1:>26.0%}")
    longer = median(other / one for (one, _), (other, _) in turns) - 1
    same = len({found for turn in turns for _, found in turn}) == 1
    print(f"median: {longer:+.0%}; {'the same bytes' if same else 'OTHER BYTES'}")
    if not same:
        raise SystemExit(1)
    return longer


if __name__ == "__main__":
    main()

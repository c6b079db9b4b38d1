"""How many cases a study does in the time that the bare engine needs for as many runs: one command, one table.

    python benchmarks/study_cases.py [--cases 1000] [--draws 256] [--lucks 16] [--workers 2] [--executor local|processes]

The war is the small one of the tests: two plans, two theories, 24 months. Each case has two numbers of its own, is read, compiled, drawn, run,
judged, and written to the dataset. Bare: the same number of runs of the same war by the engine alone, on as many threads, with nothing kept.
The two take turns, so that what else the machine does is shared; the median of the turns is told, by the clock and by the processor's time,
which what else runs moves less. Compiling, and starting processes, is before the clock; the processor's time is that of this process, and left out
where others work.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from countermove.compute import Cluster, Local, executor_at
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.run import CHUNK, Batch, Engine, run_pairs, warm
from countermove.questions.options import RunOptions
from countermove.questions.study.study import run_study_file
from countermove.scenario.study_read import read_study_text

WAR = Path(__file__).resolve().parents[1] / "tests" / "files" / "transcripts" / "small.yaml"
MOST_DRAWS = 1 << 14  # of the bare engine at once


def now() -> np.ndarray:
    """Seconds of the clock, and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


def study_text(cases: int, draws: int, lucks: int) -> str:
    """A study of so many cases."""
    return f"""study: throughput
scenarios: ['{WAR}']
design: sobol
cases: {cases}
set:
  patrons.neighbour.stake-ratio: {{from: 0.5, to: 8, scale: log}}
  strategies.arm.moves.0.volume: {{from: 10, to: 120, unit: million USD}}
draws: {draws}
lucks: {lucks}
"""


def bare_seconds(cases: int, draws: int, lucks: int, workers: int) -> np.ndarray:
    """What the engine takes for the runs of so many cases: seconds of the clock, and of the processor."""
    program = compile_scenario(read_study_text(study_text(cases, draws, lucks)).wars[0].scenario)
    engine, whole = Engine(program), cases * draws
    size = min(whole, MOST_DRAWS)
    batch = Batch(prior_draws(program, size, 0), lucks, CHUNK)
    warm(engine, batch)
    clock = now()
    for _ in range(max(whole // size, 1)):
        for _pair in run_pairs(engine, batch, Local(workers)):
            pass
    return (now() - clock) * whole / (max(whole // size, 1) * size)


def study_seconds(cases: int, draws: int, lucks: int, executor: Local | Cluster) -> np.ndarray:
    """What a study of so many cases takes, from its file to its dataset: seconds of the clock, and of the processor."""
    folder = Path(tempfile.mkdtemp(prefix="study-"))
    try:
        options = RunOptions(out=folder / "out", executor=executor)
        clock = now()
        found = run_study_file(read_study_text(study_text(cases, draws, lucks)), options)
        seconds = now() - clock
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if found.failed:
        raise SystemExit(f"{len(found.failed)} cases failed: {found.failed[0].why}")
    if not isinstance(executor, Local):
        seconds[1] = np.nan
    return seconds


def main(arguments: Sequence[str] | None = None) -> float:
    """Print the table; the study's share of the bare engine's throughput."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("cases", 1000), ("draws", 256), ("lucks", 16), ("workers", 2), ("turns", 4)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    asked.add_argument("--executor", choices=("local", "processes"), default="local")
    given = asked.parse_args(arguments)
    each, sizes = given.cases // given.turns, (given.draws, given.lucks)
    with ExitStack() as opened:
        started = executor_at(given.executor, given.workers)
        executor = started if isinstance(started, Local) else opened.enter_context(started)
        study_seconds(64, *sizes, executor)  # compiled, and its points drawn
        pairs = [(study_seconds(each, *sizes, executor), bare_seconds(each, *sizes, given.workers)) for _ in range(given.turns)]
    months = each * given.draws * given.lucks * 4 * 24
    shares = np.median([bare / study for study, bare in pairs], axis=0)
    here = given.executor == "local"
    where = f"{given.workers} {'threads' if here else 'processes'}"
    print(f"{given.turns} turns of {each} cases, {given.draws} draws x {given.lucks} lucks, 2 plans, 2 theories, {where}")
    print("turn   study (s)   engine (s)   share   of the processor   cases/s   million run-months/s")
    for number, (study, bare) in enumerate(pairs, 1):
        parts, rate = bare / study, months / study[0] / 1e6
        busy = f"{parts[1]:.0%}" if here else ""
        print(f"{number:>4} {study[0]:>11.1f} {bare[0]:>12.1f} {parts[0]:>7.0%} {busy:>18} {each / study[0]:>9.1f} {rate:>12.2f}")
    beside = f", {shares[1]:.0%} by the processor's time" if here else ""
    print(f"median share of the bare engine's throughput: {shares[0]:.0%} by the clock{beside}")
    return float(shares[0])


if __name__ == "__main__":
    main()

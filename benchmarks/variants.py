"""The measurements behind docs/decisions/0002: the same months compiled in other ways. Compiles several times: some minutes.

python benchmarks/variants.py            the table (each row in a process of its own)
python benchmarks/variants.py row NAME   one row
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# name -> (where the chances are made, whether `will` is apart, threads that XLA may use, chunks at a time)
ROWS: dict[str, tuple[str, bool, int, int]] = {
    "as it is, one chunk": ("as it is", True, 1, 1),
    "as it is, two chunks at once": ("as it is", True, 1, 2),
    "two threads inside XLA, one chunk": ("as it is", True, 2, 1),
    "two threads inside XLA, two chunks at once": ("as it is", True, 2, 2),
    "chances: in the loop's carry, a month ahead": ("carry", True, 1, 1),
    "chances: apart, at the start of the month": ("apart", True, 1, 1),
    "chances: in the month, no border": ("inline", True, 1, 1),
    "will not apart": ("as it is", False, 1, 1),
    "chances with no border, will not apart": ("inline", False, 1, 1),
}
REPEATS = 12


def months(kernel: Any, job: Any, place: str) -> Any:
    """The outcomes of a chunk with the chances made in one of three places; "as it is" takes the engine's own."""
    import jax

    from countermove.engine import simulate as engine
    from countermove.engine.compiled_apart import apart
    from countermove.engine.layout import deviates, luck, slots
    from countermove.engine.months import begin, play_month
    from countermove.engine.tally import empty, measures, tally
    from countermove.rng.uniforms import stream_keys, uniforms

    if place == "as it is":
        return engine.outcomes(kernel, job)[:2]
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def made(given: Any, month: Any) -> Any:
        return deviates(kernel.cast, uniforms(given, month, slots(kernel.cast)))

    def month(carry: Any, row: Mapping[str, Any]) -> Any:
        state, sums, ahead = carry
        now = row["index"]
        chances = ahead if place == "carry" else apart(now, made, keys, now) if place == "apart" else made(keys, now)
        after, report = play_month(kernel, stage, state, row, luck(kernel.cast, chances), job.plan)
        sums = tally(kernel.cast, stage.p, sums, after, now, report, job.plan.delivery)
        return (after, sums, made(keys, now + 1) if place == "carry" else ()), engine.bands_of(kernel.cast, after, report)

    ahead = made(keys, job.calendar["index"][0]) if place == "carry" else ()
    (end, sums, _), bands = jax.lax.scan(month, (first, empty(job.draw.shape[0]), ahead), job.calendar)
    return measures(kernel.cast, sums, end, first), bands


def row(name: str) -> dict[str, float]:
    """Million run-months per second, and per second of processor, at the best of several tries."""
    place, together, threads, at_once = ROWS[name]
    os.environ |= {"PJRT_NPROC": str(threads), "NPROC": str(threads)}
    import numpy as np
    from ours import CHUNK, STRATEGY, THEORY, engine, plan

    if not together:
        import countermove.engine.acting as step
        import countermove.engine.months as loop
        import countermove.engine.step as month

        for part in (month, loop, step):
            part.apart = lambda month, compute, *inputs: compute(*inputs)
    import jax

    machine = engine()
    job = machine.job(plan(machine, CHUNK // 16), STRATEGY, THEORY, np.arange(CHUNK))
    compiled = jax.jit(lambda given: months(machine.kernel, given, place)).lower(job).compile()
    rates: list[tuple[float, float]] = []
    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(REPEATS):
            used, clock = time.process_time(), time.perf_counter()
            list(pool.map(lambda _: jax.block_until_ready(compiled(job)), range(2 * at_once)))
            done = 2 * at_once * CHUNK * machine.program.cast.months / 1e6
            rates.append((done / (time.perf_counter() - clock), done / (time.process_time() - used)))
    return {"wall": max(wall for wall, _ in rates), "cpu": max(cpu for _, cpu in rates)}


def main() -> None:
    """Print the table, or one row as JSON."""
    if sys.argv[1:2] == ["row"]:
        print(json.dumps(row(sys.argv[2])))
        return
    print(f"{'million run-months':45s}{'per second':>12s}{'per second of processor':>26s}")
    for name in ROWS:
        done = subprocess.run([sys.executable, __file__, "row", name], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        print(f"{name:45s}{found['wall']:12.2f}{found['cpu']:26.2f}", flush=True)


if __name__ == "__main__":
    main()

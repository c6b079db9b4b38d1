"""countermove timed, each command in a process of its own: the last line printed is JSON.

python benchmarks/ours.py rate WORKERS | big RUNS | compile | work | stages
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from countermove.compute.local import Local
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.run import CHUNK, Batch, Engine, run, warm
from countermove.engine.simulate import outcomes
from countermove.scenario.read import read

SCENARIO, STRATEGY, THEORY = "donbas-2017", "javelins", "spigot"
LUCKS = 16
REPEATS = 5


def engine() -> Engine:
    """The scenario, every strategy and theory."""
    return Engine(compile_scenario(read(SCENARIO)))


def plan(machine: Engine, draws: int, strategies: tuple[str, ...] = (), theories: tuple[str, ...] = ()) -> Batch:
    """So many draws of the named strategies and theories, of all where none is named."""
    return Batch(prior_draws(machine.program, draws, 0), LUCKS, CHUNK, strategies, theories)


def processor() -> float:
    """Seconds of processor that this process and its threads have used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def best(work: Callable[[], float], repeats: int = REPEATS) -> dict[str, float]:
    """The best of several rates: per second, and per second of processor (which other programs disturb less). `work` gives the amount done."""
    rates: list[tuple[float, float]] = []
    for _ in range(repeats):
        used, clock = processor(), time.perf_counter()
        done = work()
        rates.append((done / (time.perf_counter() - clock), done / (processor() - used)))
    return {"wall": max(wall for wall, _ in rates), "cpu": max(cpu for _, cpu in rates)}


def rate(workers: int) -> dict[str, dict[str, float]]:
    """Run-months per second, measures and bands included: every pair of strategy and theory, and the one pair that the peers run."""
    machine, executor = engine(), Local(workers)

    def amount(what: Batch) -> float:
        found = run(machine, what, executor)
        return len(found.outcomes) * found.draws * found.lucks * found.months

    every, one = plan(machine, CHUNK // LUCKS), plan(machine, 12 * CHUNK // LUCKS, (STRATEGY,), (THEORY,))
    warm(machine, every)
    amount(one)
    return {"all": best(lambda: amount(every)), "pair": best(lambda: amount(one))}


def big(runs: int) -> dict[str, float]:
    """Seconds and peak memory of at least so many runs, spread over every pair, whole chunks."""
    machine = engine()
    pairs = len(machine.program.strategy_names) * len(machine.program.theory_names)
    chunks = -(-runs // (pairs * CHUNK))
    what = plan(machine, chunks * CHUNK // LUCKS)
    warm(machine, what)
    used, clock = processor(), time.perf_counter()
    found = run(machine, what, Local())
    seconds, cpu = time.perf_counter() - clock, processor() - used
    done = len(found.outcomes) * found.draws * found.lucks
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"runs": done, "seconds": seconds, "cpu": cpu, "megabytes": peak}


def compiling() -> dict[str, float]:
    """Seconds until the first chunk is there, and the peak memory of getting there."""
    machine = engine()
    seconds = warm(machine, plan(machine, CHUNK // LUCKS))
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def stages() -> dict[str, dict[str, float]]:
    """Where the time of a month goes, over all theories (each under the next strategy of the file)."""
    import jax
    from stages import divided

    machine = engine()
    what, names = plan(machine, CHUNK // LUCKS), machine.program.strategy_names
    pairs = [(names[i % len(names)], theory) for i, theory in enumerate(machine.program.theory_names)]
    jobs = [machine.job(what, strategy, theory, np.arange(CHUNK)) for strategy, theory in pairs]
    compiled = jax.jit(lambda job: outcomes(machine.kernel, job)[:2]).lower(jobs[0]).compile()
    return divided(compiled, jobs)


def work() -> dict[str, float]:
    """What a run-month takes by XLA's cost analysis: operations `as written` and `as compiled`, where a value is computed anew in every loop
    that reads it, and the `bytes` that the compiled loops read and write. XLA counts every operation on a number as one: comparisons,
    choices, the whole numbers of the random ones, and a logarithm too; of the eight theories it counts the dearest."""
    import jax

    from countermove.engine.acting import Minds
    from countermove.engine.months import begin, luck_of, pass_month
    from countermove.engine.simulate import bands_of, tallied
    from countermove.engine.step import Stage
    from countermove.engine.tally import empty
    from countermove.rng.uniforms import stream_keys

    machine = engine()
    kernel, job = machine.kernel, machine.job(plan(machine, CHUNK // LUCKS), STRATEGY, THEORY, np.arange(CHUNK))

    def start(job: Any) -> Any:
        stage, first = begin(kernel, job)
        return (stage.p, stage.minds.which, stage.reference), first, empty(CHUNK), stream_keys(job.seed, job.draw, job.luck)

    def month(given: Any, job: Any) -> Any:
        (p, which, reference), state, sums, keys = given
        stage, row = (
            Stage(kernel.cast, p, Minds(kernel.theories, which), reference),
            {name: rows[0] for name, rows in job.calendar.items()},
        )
        passed = pass_month(kernel, stage, state, row, luck_of(kernel, keys, row["index"]), job.plan)
        return passed.after, tallied(kernel, job, stage, sums, passed), bands_of(kernel.cast, passed.after, passed.report)

    lowered = jax.jit(month).lower(jax.eval_shape(start, job), job)
    costs = {"as written": lowered.cost_analysis(), "as compiled": lowered.compile().cost_analysis()}
    counted = {name: (cost["flops"] + cost["transcendentals"]) / CHUNK for name, cost in costs.items()}
    return counted | {"bytes": costs["as compiled"]["bytes accessed"] / CHUNK}


def main(command: str, *values: str) -> None:
    """Do it and print the answer."""
    commands: dict[str, Callable[..., Any]] = {"rate": rate, "big": big, "compile": compiling, "work": work, "stages": stages}
    print(json.dumps(commands[command](*(int(value) for value in values))))


if __name__ == "__main__":
    main(*sys.argv[1:])

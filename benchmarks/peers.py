"""The peers timed on one pair of strategy and theory, each command in a process of its own: the last line printed is JSON.

python benchmarks/peers.py ranges | numpy PROCESSES | plain | ema PROCESSES

`ranges` writes what EMA Workbench samples from, so that its process need not import JAX: pass its output to `ema` on standard input.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import sys
import time
import warnings
from typing import Any

import numpy as np

from countermove.scenario.read import read
from countermove.scenario.schema import Scenario

SCENARIO, STRATEGY, THEORY, RIVAL = "donbas-2017", "javelins", "spigot", "moscow"
CHUNKS = (4096, 8192, 16384)
OUTCOMES = ("settlement-by-24-months", "deaths", "cost", "direct-war", "spread", "support-change", "territory", "talks")


def used() -> float:
    """Seconds of processor of this process and of the finished ones that it started."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


class Twin:
    """The NumPy reference, float64, ready to play chunks of one size."""

    def __init__(self, size: int) -> None:
        """Draw the parameters of one chunk."""
        from countermove.engine.draws import prior_draws
        from countermove.engine.program import compile_scenario

        program = compile_scenario(read(SCENARIO))
        self.scenario, self.size = program.scenario, size
        drawn = prior_draws(program, max(size // 16, 1), 0).take(np.arange(size) // 16)
        self.params = {name: np.asarray(value, np.float64) for name, value in drawn.items()}

    def play(self, seed: int) -> int:
        """One chunk, its uniforms included; run-months done."""
        from countermove.verify.numpy_model import simulate, slot_count

        shape = (self.scenario.clock.months, slot_count(2, 2), self.size)
        uniforms = np.random.default_rng(seed).random(shape)
        np.maximum(uniforms, 1e-12, out=uniforms)
        simulate(self.scenario, STRATEGY, {RIVAL: THEORY}, self.params, uniforms)
        return self.size * shape[0]


_twins: dict[int, Twin] = {}


def play_chunk(task: tuple[int, int]) -> int:
    """One chunk of a size, in whatever process this is."""
    size, seed = task
    return _twins.setdefault(size, Twin(size)).play(seed)


def twin(processes: int) -> dict[str, dict[str, float]]:
    """Run-months per second of the twin for each size of chunk."""
    out: dict[str, dict[str, float]] = {}
    pool = multiprocessing.get_context("spawn").Pool(processes) if processes > 1 else None
    for size in CHUNKS:
        tasks = [(size, seed) for seed in range(processes * CHUNKS[-1] // size)]
        rates: list[tuple[float, float]] = []
        for _ in range(3):  # the first round also draws parameters
            cpu, clock = time.process_time(), time.perf_counter()
            done = sum(pool.imap_unordered(play_chunk, tasks) if pool else map(play_chunk, tasks))
            rates.append((done / (time.perf_counter() - clock), done / (time.process_time() - cpu)))
        out[str(size)] = {"wall": max(rate[0] for rate in rates)} | ({} if pool else {"cpu": max(rate[1] for rate in rates)})
    if pool:
        pool.terminate()
    return out


def ranges() -> dict[str, list[Any]]:
    """Parameter -> its 5% and 95% quantile by role, from 1,024 draws; equal where the number is certain."""
    from countermove.engine.draws import prior_draws
    from countermove.engine.program import compile_scenario

    drawn = prior_draws(compile_scenario(read(SCENARIO)), 1024, 0).values
    return {name: np.moveaxis(np.quantile(value, (0.05, 0.95), axis=-1), 0, -1).tolist() for name, value in drawn.items()}


def uniforms(_: int) -> list[float]:
    """A month's luck."""
    from plain_model import SLOTS

    return [random.random() or 0.5 for _ in range(SLOTS)]


class Model:
    """The plain model as a function of scalars, as EMA Workbench calls it: `side_personnel_0` is side.personnel of side 0."""

    def __init__(self, scenario: Scenario, numbers: dict[str, list[Any]]) -> None:
        """The model with its certain numbers; `numbers` as `ranges` gives them."""
        self.scenario, self.__name__ = scenario, "war"
        self.fixed: dict[str, float] = {}
        self.free: dict[str, tuple[float, float]] = {}
        self.parts = {name: self._named(name.replace(".", "_").replace("-", "_"), value) for name, value in numbers.items()}

    def _named(self, plain: str, value: list[Any]) -> Any:
        """The name under which a number is given, or a tuple of names by role."""
        if isinstance(value[0], list):
            return tuple(self._named(f"{plain}_{role}", row) for role, row in enumerate(value))
        low, high = value
        if high > low:
            self.free[plain] = (low, high)
        else:
            self.fixed[plain] = low
        return plain

    def __call__(self, **given: float) -> dict[str, float]:
        """One run."""
        from plain_model import play

        # EMA Workbench gives NumPy's scalars, with which plain arithmetic is several times slower
        known = self.fixed | {name: float(value) for name, value in given.items()}

        def filled(part: Any) -> Any:
            return known[part] if isinstance(part, str) else tuple(filled(one) for one in part)

        p = {name: filled(part) for name, part in self.parts.items()}
        measures, _ = play(self.scenario, STRATEGY, THEORY, p, uniforms)
        return {name.replace("-", "_"): measures[name] for name in OUTCOMES}


def plain() -> dict[str, float]:
    """Run-months per second of the plain model in a plain loop."""
    war = Model(read(SCENARIO), json.load(sys.stdin))
    given = [{name: random.uniform(*limits) for name, limits in war.free.items()} for _ in range(200)]
    rates = []
    for _ in range(3):
        cpu, clock = time.process_time(), time.perf_counter()
        for numbers in given:
            war(**numbers)
        done = len(given) * war.scenario.clock.months
        rates.append((done / (time.perf_counter() - clock), done / (time.process_time() - cpu)))
    return {"wall": max(rate[0] for rate in rates), "cpu": max(rate[1] for rate in rates)}


def ema(processes: int) -> dict[str, float]:
    """Run-months per second of EMA Workbench on the plain model, sampling and collecting included."""
    warnings.simplefilter("ignore")
    import ema_workbench as workbench

    war = Model(read(SCENARIO), json.load(sys.stdin))
    wrapped = workbench.Model("war", function=war)
    wrapped.uncertainties = [workbench.RealParameter(name, *limits) for name, limits in war.free.items()]
    wrapped.outcomes = [workbench.ScalarOutcome(name.replace("-", "_")) for name in OUTCOMES]
    evaluator = (
        workbench.MultiprocessingEvaluator(wrapped, n_processes=processes)
        if processes > 1
        else workbench.SequentialEvaluator(wrapped)
    )
    runs, rates = 600, []
    with evaluator as at_work:
        for _ in range(3):
            cpu, clock = used(), time.perf_counter()
            experiments, _ = at_work.perform_experiments(scenarios=runs, log_progress=True)
            done = len(experiments) * war.scenario.clock.months
            rates.append((done / (time.perf_counter() - clock), done / (used() - cpu)))
    return {"wall": max(rate[0] for rate in rates)} | ({"cpu": max(rate[1] for rate in rates)} if processes == 1 else {})


def main(command: str, *values: str) -> None:
    """Do it and print the answer."""
    commands = {"ranges": ranges, "numpy": twin, "plain": plain, "ema": ema}
    print(json.dumps(commands[command](*(int(value) for value in values))))


if __name__ == "__main__":
    main(*sys.argv[1:])

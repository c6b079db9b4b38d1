"""How fast the filters of a war are: particle-months per second on the record of the Donbas, beside plain runs of the same replay.

python benchmarks/war_filters.py [--accept]   the table; kept in benchmarks/last.json under `war_filters` as particle_filters.py keeps its own

Two populations at a time, one a core, as `countermove weigh` has them: 64 draws of 32 particles over all months of the record. Start-up and
compilation are not timed. The plain runs are chunks of the same replay on one core and on two.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from bench import LAST, QUIET, processor

from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch, Engine, Task
from countermove.evidence.observations import observations
from countermove.evidence.war_filters import WarFilters
from countermove.scenario.read import read
from countermove.scenario.records import read_record

RECORD, THEORY, DRAWS, PARTICLES = "donbas-2014-2017", "spigot", 64, 32
CHUNK, REPEATS, WANTED = 4096, 5, 3e6


def best(work: Callable[[int], object], cores: int) -> float:
    """Seconds for one piece of work on each of some cores, the best of all repeats."""
    found: list[float] = []
    with ThreadPoolExecutor(cores) as pool:
        for _ in range(REPEATS):
            began = time.perf_counter()
            list(pool.map(work, range(cores)))
            found.append(time.perf_counter() - began)
    return min(found)


def measured() -> dict[str, Any]:
    """Rates on one core and on two, of filters and of plain runs."""
    record = read_record(RECORD)
    engine = Engine(compile_scenario(read(str(record.replay))))
    data = observations(record, engine.program)
    filters = [WarFilters(engine, data, THEORY, PARTICLES, 0, stream) for stream in range(2)]
    z = np.random.default_rng(0).standard_normal((DRAWS, filters[0].dimensions))
    clouds = [one.begin(z, 0) for one in filters]
    months = data.months

    def filtered(place: int) -> object:
        return filters[place].advance(clouds[place], 0, months)

    batch = Batch(prior_draws(engine.program, CHUNK, 0), 1, CHUNK)
    strategy = engine.program.strategy_names[0]

    def played(_: int) -> object:
        return engine.chunk(batch, Task(strategy, THEORY, 0))

    rates: dict[str, dict[str, float]] = {}
    for name, work, size in (("filters", filtered, DRAWS * PARTICLES), ("plain runs", played, CHUNK)):
        work(0)  # compiles
        rates[name] = {f"{cores}": cores * size * months / best(work, cores) for cores in (1, 2)}
    return {"processor": processor(), "load": os.getloadavg()[0], "rates": rates}


def shown(found: dict[str, Any]) -> str:
    """The table, as text."""
    lines = [f"filters of {RECORD}, {DRAWS} draws of {PARTICLES} particles a population, the best of {REPEATS} repeats"]
    if found["load"] >= QUIET:
        lines.append(f"Other programs are running (load {found['load']:.1f}): all rates are too low.")
    lines += ["", f"{'months a second':28s}{'one core':>16s}{'two cores':>16s}"]
    for name, row in found["rates"].items():
        lines.append(f"{name:28s}{row['1']:>16,.0f}{row['2']:>16,.0f}")
    one, other = found["rates"].values()
    lines.append(f"{'filters / plain runs':28s}{one['1'] / other['1']:>16.2f}{one['2'] / other['2']:>16.2f}")
    lines.append(
        f"asked for on two cores: {WANTED:,.0f}: {'reached' if one['2'] >= WANTED else 'not reached'} on {found['processor']}"
    )
    return "\n".join(lines)


def keep(found: dict[str, Any], accept: bool) -> str:
    """Put the result into last.json where it is from the same processor as before, or there is none; why not, else."""
    if not LAST.exists():
        return "there is no last.json to keep this in: benchmarks/bench.py writes it"
    last = json.loads(LAST.read_text(encoding="utf-8"))
    before = last.get("war_filters")
    if before and before["processor"] != found["processor"] and not accept:
        return f"not kept: last.json has it from another processor ({before['processor']})"
    if before and found["rates"]["filters"]["2"] < 0.9 * before["rates"]["filters"]["2"] and not accept:
        return "not kept: more than 10% below the last one; explain it, then --accept"
    last["war_filters"] = found
    LAST.write_text(json.dumps(last, indent=1) + "\n", encoding="utf-8")
    return ""


if __name__ == "__main__":
    result = measured()
    print(shown(result))
    if why := keep(result, "--accept" in sys.argv[1:]):
        print(why)
        sys.exit(1 if "10%" in why else 0)

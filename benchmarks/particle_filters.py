"""countermove's particle filter beside the package `particles`: stochastic volatility, one series, 10,000 particles, 1,000 months.

python benchmarks/particle_filters.py [--accept]   the table. Exit 1: slower than twice the peer, or another log-likelihood.
python benchmarks/particle_filters.py ours         one row, the series on standard input as JSON
python benchmarks/particle_filters.py peer         the same, in the peer's own environment

The result is kept in benchmarks/last.json under `particle_filter`, unless it failed or what is there is from another processor; with --accept always.

`particles` (Chopin & Papaspiliopoulos 2020) asks for an older NumPy, so it has an environment of its own, .venv-particles, which `make bench`
sets up. Both filters are bootstrap filters on one core with systematic resampling where the effective sample size is below half; every repeat
has a seed of its own. Start-up and compilation are not timed.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import HERE, LAST, QUIET, processor

PEER = HERE.parent / ".venv-particles" / "bin" / "python"
MU, RHO, SIGMA = (
    -1.02,
    0.9702,
    0.178,
)  # x' = mu + rho (x - mu) + sigma e, y ~ N(0, exp(x)): Pitt & Shephard 1999, daily exchange rates
PARTICLES, MONTHS, REPEATS = 10_000, 1_000, 20
WANTED = 2.0


def series() -> list[float]:
    """The observations."""
    import numpy as np

    generator = np.random.default_rng(0)
    x, out = MU + SIGMA / math.sqrt(1 - RHO * RHO) * generator.standard_normal(), []
    for _ in range(MONTHS):
        out.append(math.exp(x / 2) * generator.standard_normal())
        x = MU + RHO * (x - MU) + SIGMA * generator.standard_normal()
    return out


def timed(one: Callable[[int], float]) -> dict[str, Any]:
    """Particle-months per second of the wall's clock and of processor (the best of all repeats), and every log-likelihood."""
    one(REPEATS)  # compiles
    walls, cpus, found = [], [], []
    for repeat in range(REPEATS):
        cpu, wall = time.process_time(), time.perf_counter()
        found.append(one(repeat))
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    steps = PARTICLES * MONTHS
    return {"wall": steps / min(walls), "cpu": steps / min(cpus), "log_likelihoods": found}


def ours() -> dict[str, Any]:
    """countermove."""
    import jax.numpy as jnp
    import numpy as np

    from countermove.rng.transforms import normal_pair
    from countermove.verify.particles import StateSpace, particle_filter

    def start(p: Any, u: Any) -> Any:
        return p["mu"] + p["sigma"] / jnp.sqrt(1 - p["rho"] ** 2) * normal_pair(u[0], u[1])[0]

    def move(p: Any, x: Any, month: Any, u: Any) -> Any:
        return p["mu"] + p["rho"] * (x - p["mu"]) + p["sigma"] * normal_pair(u[0], u[1])[0]

    def score(p: Any, x: Any, month: Any, y: Any) -> Any:
        return -0.5 * (np.float32(math.log(2 * math.pi)) + x + y * y * jnp.exp(-x))

    space = StateSpace(start, move, score, 2)
    numbers = {"mu": np.float32(MU), "rho": np.float32(RHO), "sigma": np.float32(SIGMA)}
    y = np.array(json.load(sys.stdin))
    row = timed(lambda seed: particle_filter(space, numbers, y, particles=PARTICLES, seed=seed).log_likelihood)
    return row | {"versions": {"jax": version("jax")}}


def peer() -> dict[str, Any]:
    """particles."""
    import numpy as np
    import particles
    from particles import state_space_models

    y = np.array(json.load(sys.stdin))
    filtered = state_space_models.Bootstrap(ssm=state_space_models.StochVol(mu=MU, rho=RHO, sigma=SIGMA), data=y)

    def one(seed: int) -> float:
        np.random.seed(seed)
        run = particles.SMC(fk=filtered, N=PARTICLES, resampling="systematic", ESSrmin=0.5, store_history=False)
        run.run()
        return float(run.logLt)

    return timed(one) | {"versions": {"particles": version("particles"), "its numpy": version("numpy")}}


def child(python: Path | str, which: str, y: list[float]) -> dict[str, Any]:
    """What one row's process printed last."""
    done = subprocess.run([python, __file__, which], input=json.dumps(y), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"particle_filters: {which} failed\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def summed(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The two rows as they go into last.json: rates, log-likelihoods, and countermove over its peer."""
    one, other = rows.values()
    likelihoods: dict[str, dict[str, float]] = {}
    for name, row in rows.items():
        found = row["log_likelihoods"]
        mean = sum(found) / len(found)
        error = math.sqrt(sum((value - mean) ** 2 for value in found) / (len(found) - 1) / len(found))
        likelihoods[name] = {"mean": mean, "error": error}
    (mine, my_error), (theirs, their_error) = (row.values() for row in likelihoods.values())
    gap, room = mine - theirs, 3 * math.hypot(my_error, their_error)
    return {
        "versions": {name: number for row in rows.values() for name, number in row["versions"].items()},
        "rates": {name: {clock: row[clock] for clock in ("wall", "cpu")} for name, row in rows.items()},
        "log_likelihoods": likelihoods,
        "gap": gap,
        "room": room,
        "same": abs(gap) <= room,
        "ratio": {clock: one[clock] / other[clock] for clock in ("wall", "cpu")},
    }


def shown(found: dict[str, Any]) -> str:
    """The table, as text."""
    lines = [
        f"stochastic volatility, {PARTICLES:,} particles, {MONTHS:,} months, the best of {REPEATS} repeats on one core",
        " ".join(f"{name} {number}" for name, number in found["versions"].items()),
    ]
    if found["load"] >= QUIET:
        lines.append(f"Other programs are running (load {found['load']:.1f}): look at the second column, the first is too low.")
    lines += ["", f"{'particle-months':28s}{'per second':>14s}{'per s of processor':>22s}{'log-likelihood':>18s}{'its error':>12s}"]
    for name, row in found["rates"].items():
        likelihood = found["log_likelihoods"][name]
        lines.append(f"{name:28s}{row['wall']:>14,.0f}{row['cpu']:>22,.0f}{likelihood['mean']:>18,.3f}{likelihood['error']:>12.3f}")
    ratio, same = found["ratio"], found["same"]
    lines += [
        "",
        f"{'countermove / particles':28s}{ratio['wall']:>14.1f}{ratio['cpu']:>22.1f}   (wanted: {WANTED:g})",
        f"the log-likelihoods differ by {found['gap']:+.3f}: {'within' if same else 'BEYOND'} three standard errors, {found['room']:.3f}",
    ]
    return "\n".join(lines)


def good(found: dict[str, Any]) -> bool:
    """Whether the filter is fast enough and agrees."""
    return found["same"] and found["ratio"]["wall"] >= WANTED


def keep(found: dict[str, Any], accept: bool) -> str:
    """Put the result into last.json where that is right; why not, or nothing."""
    if not LAST.exists():
        return "there is no last.json to keep this in: benchmarks/bench.py writes it"
    last = json.loads(LAST.read_text(encoding="utf-8"))
    before = last.get("particle_filter")
    if not accept and not good(found):
        return "not kept in last.json"
    if not accept and before and before["processor"] != found["processor"]:
        return f"not kept: last.json has it from another processor ({before['processor']}), where the ratio was {before['ratio']['wall']:.1f}"
    last["particle_filter"] = found
    LAST.write_text(json.dumps(last, indent=1) + "\n", encoding="utf-8")
    return ""


def compare(accept: bool) -> int:
    """The table, kept and printed; 0 where the filter is fast enough and agrees."""
    if not PEER.exists():
        sys.exit(f"particle_filters: {PEER} is not here; `make bench` sets it up")
    found: dict[str, Any] = {"processor": processor(), "load": os.getloadavg()[0]}
    y = series()
    found |= summed({"countermove": child(sys.executable, "ours", y), "particles": child(PEER, "peer", y)})
    print(shown(found))
    if why := keep(found, accept):
        print(why)
    return 0 if good(found) or accept else 1


def main(which: str = "") -> None:
    """Do it."""
    rows: dict[str, Callable[[], dict[str, Any]]] = {"ours": ours, "peer": peer}
    if which in rows:
        print(json.dumps(rows[which]()))
    else:
        sys.exit(compare(which == "--accept"))


if __name__ == "__main__":
    main(*sys.argv[1:])

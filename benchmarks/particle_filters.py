"""countermove's particle filter beside the package `particles`: stochastic volatility, one series, 10,000 particles, 1,000 months.

python benchmarks/particle_filters.py          the table; the last line is JSON. Exit 1: slower than twice the peer, or another log-likelihood.
python benchmarks/particle_filters.py ours     one row, the series on standard input as JSON
python benchmarks/particle_filters.py peer     the same, in the peer's own environment

`particles` (Chopin & Papaspiliopoulos 2020) asks for an older NumPy, so it gets an environment of its own, .venv-particles beside the checkout's,
made on the first run (PyPI is needed once). Both filters are bootstrap filters on one core with systematic resampling where the effective sample
size is below half; every repeat has a seed of its own. Start-up and compilation are not timed.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PEER = ROOT / ".venv-particles"
PACKAGE = "particles==0.4"
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
    """Million particle-steps per second of the wall's clock and of processor (the best of all repeats), and every log-likelihood."""
    one(REPEATS)  # compiles
    walls, cpus, found = [], [], []
    for repeat in range(REPEATS):
        cpu, wall = time.process_time(), time.perf_counter()
        found.append(one(repeat))
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    steps = PARTICLES * MONTHS / 1e6
    return {"wall": steps / min(walls), "cpu": steps / min(cpus), "log_likelihoods": found}


def ours() -> dict[str, Any]:
    """countermove."""
    import jax.numpy as jnp
    import numpy as np

    from countermove.evidence.particles import StateSpace, particle_filter
    from countermove.rng.transforms import normal_pair

    def start(p: Any, u: Any) -> Any:
        return p["mu"] + p["sigma"] / jnp.sqrt(1 - p["rho"] ** 2) * normal_pair(u[0], u[1])[0]

    def move(p: Any, x: Any, month: Any, u: Any) -> Any:
        return p["mu"] + p["rho"] * (x - p["mu"]) + p["sigma"] * normal_pair(u[0], u[1])[0]

    def score(p: Any, x: Any, month: Any, y: Any) -> Any:
        return -0.5 * (np.float32(math.log(2 * math.pi)) + x + y * y * jnp.exp(-x))

    space = StateSpace(start, move, score, 2)
    numbers = {"mu": np.float32(MU), "rho": np.float32(RHO), "sigma": np.float32(SIGMA)}
    y = np.array(json.load(sys.stdin))
    return timed(lambda seed: particle_filter(space, numbers, y, particles=PARTICLES, seed=seed).log_likelihood)


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

    return timed(one)


def environment() -> Path:
    """The peer's Python, its environment built where it is not there yet."""
    python = PEER / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", "import particles"], capture_output=True, check=False).returncode == 0:
        return python
    print(f"building {PEER} for {PACKAGE}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", PEER], check=True)
    (PEER / ".gitignore").write_text("*\n")
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(
            f"particle_filters: {PACKAGE} cannot be installed. Is PyPI there? It is needed once, for the peer only\n{done.stderr[-1500:]}"
        )
    return python


def child(python: Path | str, which: str, y: list[float]) -> dict[str, Any]:
    """What one row's process printed last."""
    done = subprocess.run([python, __file__, which], input=json.dumps(y), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"particle_filters: {which} failed\n{done.stderr[-3000:]}")
    row = json.loads(done.stdout.splitlines()[-1])
    found = row.pop("log_likelihoods")
    mean = sum(found) / len(found)
    return row | {"log_likelihood": mean, "se": math.sqrt(sum((one - mean) ** 2 for one in found) / (len(found) - 1) / len(found))}


def compare() -> int:
    """The table; 0 where the filter is fast enough and agrees."""
    python, y = environment(), series()
    rows = {"countermove": child(sys.executable, "ours", y), "particles": child(python, "peer", y)}
    print(f"stochastic volatility, {PARTICLES:,} particles, {MONTHS:,} months, {REPEATS} repeats, one core")
    print(f"{'':14}{'million particle-steps/s':>26}{'of processor':>15}{'log-likelihood':>18}{'error of the mean':>20}")
    for name, row in rows.items():
        print(f"{name:14}{row['wall']:26.1f}{row['cpu']:15.1f}{row['log_likelihood']:18.3f}{row['se']:20.3f}")
    one, other = rows.values()
    ratio = {clock: one[clock] / other[clock] for clock in ("wall", "cpu")}
    gap, room = one["log_likelihood"] - other["log_likelihood"], 3 * math.hypot(one["se"], other["se"])
    same = abs(gap) <= room
    print(f"countermove is {ratio['wall']:.1f} times as fast ({ratio['cpu']:.1f} by processor time; wanted {WANTED:g})")
    print(f"the log-likelihoods differ by {gap:+.3f}: {'within' if same else 'BEYOND'} three standard errors, {room:.3f}")
    print(json.dumps({"rows": rows, "ratio": ratio, "gap": gap, "same": same}))
    return 0 if same and ratio["wall"] >= WANTED else 1


def main(which: str = "compare") -> None:
    """Do it."""
    rows: dict[str, Callable[[], dict[str, Any]]] = {"ours": ours, "peer": peer}
    if which in rows:
        print(json.dumps(rows[which]()))
    else:
        sys.exit(compare())


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The same chunk on other devices: a GPU where there is one, else this processor cut into several devices.

    scripts/gpu                     the table of a device: agreement with the processor, rate, memory, the best chunk
    scripts/gpu --host-devices 4    the same path over four devices that are all this processor: what can be tried without a GPU

A chunk is spread over devices by its runs (`jax.sharding`): runs do not know each other, so nothing travels between them but every 16th run's path.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Any

WAR, PLAN, THEORIES = "donbas-2017", "javelins", ("inertia", "spigot", "pressure", "rational")
CHUNKS = tuple(1 << power for power in range(12, 22))
CHECKED = 1 << 14
"""Runs whose outcomes are compared."""
NEAR = 1e-4
"""Of a measure's size: two devices round sums in another order."""


def spread(job: Any, devices: list[Any]) -> Any:
    """The job with its runs cut into as many pieces as there are devices, and everything else on all of them."""
    import jax
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    mesh, runs = Mesh(np.array(devices), ("runs",)), job.draw.shape[0]

    def put(array: Any) -> Any:
        array = np.asarray(array)
        cut = array.ndim > 0 and array.shape[-1] == runs
        axes = PartitionSpec(*([None] * (array.ndim - 1)), "runs") if cut else PartitionSpec()
        return jax.device_put(array, NamedSharding(mesh, axes))

    return jax.tree.map(put, job)


def jobs(count: int) -> tuple[Any, list[Any]]:
    """An engine, and a chunk of so many runs for each theory."""
    import numpy as np

    import countermove as cm
    from countermove.engine.draws import prior_draws
    from countermove.engine.program import compile_scenario
    from countermove.engine.run import Batch, Engine

    program = compile_scenario(cm.read(WAR))
    engine = Engine(program)
    batch = Batch(prior_draws(program, max(count // 4, 1), 0), 4)
    return engine, [engine.job(batch, PLAN, theory, np.arange(count)) for theory in THEORIES]


def played(engine: Any, job: Any, devices: list[Any]) -> tuple[Any, Any]:
    """Outcomes [M, n] and bands of a chunk on devices."""
    import numpy as np

    from countermove.engine.simulate import outcomes

    table, bands, _ = outcomes(engine.kernel, spread(job, devices))
    return np.asarray(table), np.asarray(bands)


def agreement(here: Any, there: Any) -> dict[str, float]:
    """Of outcomes [M, n] of two devices: the share of runs that are the same to the bit, the share that are near in every measure (a path that parted
    is not), and the largest difference of a mean, in its standard errors."""
    import numpy as np

    same = ((here == there) | (np.isnan(here) & np.isnan(there))).all(axis=0)
    size = np.nanmax(np.abs(here), axis=1, initial=0.0, where=~np.isnan(here))[:, None] + 1e-9
    near = ((np.abs(here - there) <= NEAR * size) | (np.isnan(here) & np.isnan(there))).all(axis=0)
    gaps = [0.0]
    for one, other in zip(here.astype(np.float64), there.astype(np.float64), strict=True):
        a, b = one[np.isfinite(one)], other[np.isfinite(other)]
        error = float(np.hypot(a.std(), b.std())) / max(np.sqrt(min(a.size, b.size)), 1.0) if a.size and b.size else 0.0
        gaps.append(abs(float(a.mean() - b.mean())) / error if error > 0 else 0.0)
    return {"same": float(same.mean()), "near": float(near.mean()), "errors": max(gaps)}


def timed(engine: Any, job: Any, devices: list[Any], months: int) -> float:
    """Run-months a second, the best of three, without compiling and without moving what went in."""
    import jax

    from countermove.engine.simulate import outcomes

    ready = spread(job, devices)
    jax.block_until_ready(outcomes(engine.kernel, ready)[0])
    best = 0.0
    for _ in range(3):
        clock = time.perf_counter()
        jax.block_until_ready(outcomes(engine.kernel, ready)[0])
        best = max(best, job.draw.shape[0] * months / (time.perf_counter() - clock))
    return best


def table(limit: float, most: int) -> dict[str, Any]:
    """All of it within about so many seconds, for chunks of up to so many runs."""
    import jax
    import numpy as np

    begun = time.perf_counter()
    devices, home = jax.devices(), jax.devices("cpu")[:1]
    engine, checked = jobs(min(CHECKED, most))
    found: dict[str, Any] = {
        "device": f"{len(devices)} x {devices[0].device_kind}",
        "jax": jax.__version__,
        "agreement": {},
        "rates": {},
    }
    for theory, job in zip(THEORIES, checked, strict=True):
        with jax.default_device(home[0]):
            here = played(engine, job, home)[0]
        there = played(engine, job, devices)[0]
        found["agreement"][theory] = agreement(here, there)
    months = engine.program.cast.months
    for chunk in (size for size in CHUNKS if size <= most):
        if time.perf_counter() - begun > limit:
            found["stopped"] = f"before chunks of {chunk:,} runs, after {limit:.0f} s"
            break
        try:
            found["rates"][chunk] = timed(engine, jobs(chunk)[1][1], devices, months)
        except Exception as error:  # out of the device's memory: a figure too
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            found["stopped"] = f"chunks of {chunk:,} runs do not fit"
            break
        stats = devices[0].memory_stats() or {}
        found["peak bytes"] = stats.get("peak_bytes_in_use")
    if found["rates"]:
        found["best chunk"] = max(found["rates"], key=lambda size: found["rates"][size])
    found["outcomes' hash"] = _hash(np.stack([played(engine, job, devices)[0] for job in checked]))
    return found


def _hash(array: Any) -> str:
    import hashlib

    return hashlib.sha256(array.tobytes()).hexdigest()


def main() -> int:
    """Print the table as JSON; 1 where the device does not agree with the processor."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--host-devices", type=int, default=0, help="cut this processor into so many devices")
    asked.add_argument("--limit", type=float, default=480.0, help="seconds")
    asked.add_argument("--most", type=int, default=CHUNKS[-1], help="runs of the largest chunk")
    given = asked.parse_args()
    if given.host_devices:
        os.environ["JAX_PLATFORMS"] = "cpu"
        os.environ["XLA_FLAGS"] = (
            f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count={given.host_devices}".strip()
        )
    found = table(given.limit, given.most)
    print(json.dumps(found, indent=1))
    good = all(row["near"] > 0.99 and row["errors"] < 3 for row in found["agreement"].values())
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

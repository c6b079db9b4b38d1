"""Same inputs, same bytes: for any chunk size, number of workers or devices, executor, restart, and for a replayed path."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from builders.compiling import SOONER
from builders.donbas import donbas, draws, engine
from builders.fingerprints import STRATEGIES, THEORIES, plan, small
from countermove.compute.local import Local
from countermove.engine.replay import Address, replay
from countermove.engine.run import Batch, Engine, run
from countermove.engine.simulate import _outcomes
from countermove.world.measure import MEASURE_NAMES


def test_chunk_size_and_workers_do_not_matter() -> None:
    first = small(4096, 2)
    assert small(2048, 2) == first
    assert small(4096, 1) == first


def test_two_devices_a_restart_and_what_compiles_the_tests_sooner_do_not_matter() -> None:
    """Another process, each of two devices, with no flags but those that are shipped."""
    script = (
        "import sys; sys.path.insert(0, 'tests'); from countermove.engine import backend; import jax\nfrom builders.fingerprints import small\n"
        "for device in jax.devices():\n    with jax.default_device(device): print(small())"
    )
    flags = os.environ.get("XLA_FLAGS", "").replace(SOONER, "") + " --xla_force_host_platform_device_count=2"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "XLA_FLAGS": flags}, capture_output=True, text=True, check=True
    )
    assert "disable" not in flags and done.stdout.split() == [small()] * 2


def test_more_draws_do_not_change_the_first_ones() -> None:
    few = run(engine(), Batch(draws(256), 4, 4096, ("restraint",), ("inertia",)), Local(2)).outcomes["restraint", "inertia"]
    many = run(engine(), Batch(draws(512), 4, 4096, ("restraint",), ("inertia",)), Local(2)).outcomes["restraint", "inertia"]
    assert few.tobytes() == many[:, :256].tobytes()


def test_another_seed_is_another_world_and_zero_is_a_seed() -> None:
    zero, one = (
        run(engine(), Batch(draws(64, s), 4, 4096, ("restraint",), ("inertia",)), Local(2)).outcomes["restraint", "inertia"]
        for s in (0, 1)
    )
    assert zero.tobytes() != one.tobytes()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_replayed_path_is_the_run(strategy: str) -> None:
    runs = run(engine(), Batch(draws(64), 4, 4096, (strategy,), ("spigot",)), Local(2))
    table = runs.outcomes[strategy, "spigot"]
    for draw, luck in ((0, 0), (17, 3), (63, 1)):
        path = replay(donbas(), Address(strategy, "spigot", draw, luck), seed=0, draws=64, lucks=4)
        deaths = np.float32(0)
        for month in path.columns["deaths"]:
            deaths += month
        assert deaths == table[MEASURE_NAMES.index("deaths"), draw, luck]
        assert path.columns["talks"][-1] == table[MEASURE_NAMES.index("talks"), draw, luck]


def test_strategies_meet_the_same_luck() -> None:
    """Common random numbers: a copy of a strategy under another name gives the same bytes."""
    from dataclasses import replace

    written = donbas().plans[0]
    twin = Engine(donbas().with_plans([*donbas().plans, replace(written, name="twin")]))  # of the same rules, so the same program
    runs = run(twin, Batch(draws(64), 4, 4096, (written.name, "twin"), ("spigot",)), Local(2))
    assert runs.outcomes[written.name, "spigot"].tobytes() == runs.outcomes["twin", "spigot"].tobytes()


def test_the_months_are_one_function() -> None:
    """Three times as fast on two cores (docs/decisions/0002). One operation that such a function cannot hold, as `jnp.sum` over rows, which XLA
    hands to a library of its own, undoes it without a sound."""
    job = engine().job(plan(4096), STRATEGIES[0], THEORIES[0], np.arange(4096))  # of fewer runs XLA keeps the sum itself
    program = _outcomes.lower(engine().kernel, job, False).compile().as_text()
    assert program is not None and 'xla_cpu_small_call="true"' in program
    assert "kind=kLoop" in program and "kind=kCustom" not in program and "custom-call" not in program

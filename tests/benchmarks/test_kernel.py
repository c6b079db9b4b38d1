"""The C kernel that is the engine's ceiling: it plays the same months, run by run, and a wrong number in it is noticed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.places import ROOT
from builders.wars import compiled, engine_of
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.run import Batch, Task
from countermove.world.measure import MEASURE_NAMES

sys.path.insert(0, str(ROOT / "benchmarks"))

import bench
import kernel

pytestmark = pytest.mark.skipif(
    kernel.compiler() is None, reason=f"THE C KERNEL IS NOT TESTED: {kernel.NO_COMPILER} (apt-get install gcc)"
)

RUNS = 2048
FEW = 1e-3  # share of runs that may part by rounding; seen: one in twenty thousand
CLOSE = 1e-3  # largest difference of any other run; seen: 4e-4 under `rational`, 5e-5 under the others
PAIRS = [(plan, theory) for plan in kernel.PLANS for theory in kernel.THEORIES]


@cache
def draws() -> Draws:
    """What is rare is made frequent in some of the draws, for both programs alike."""
    drawn = prior_draws(compiled("donbas-2017"), RUNS // kernel.LUCKS, 3)
    values = dict(drawn.values)
    rare = (("spread.clash-top", 3, 100), ("spread.incident-top", 1, 100), ("bargain.recurrence", 2, 100))
    for name, rest, factor in (*rare, ("posture.offensive-base", 1, 0.5)):
        values[name] = np.where(np.arange(drawn.size) % 4 == rest, np.float32(factor), np.float32(1)) * values[name]
    return replace(drawn, values=values)


@cache
def ours() -> kernel.Kernel:
    return kernel.Kernel(compiled("donbas-2017"), draws())


@cache
def engines(plan: str, theory: str) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and bands of the engine."""
    return engine_of("donbas-2017").chunk(Batch(draws(), kernel.LUCKS, RUNS), Task(plan, theory, 0))


def test_the_process_keeps_its_denormals() -> None:
    """A library that is linked with -ffast-math would round them to 0, in everything that runs after it."""
    ours()
    assert float(np.float32(1e-40) * np.ones(1, np.float32)[0]) > 0


def test_every_plan_and_theory_ends_as_in_the_engine() -> None:
    parted, bands = 0, 0.0
    for plan, theory in PAIRS:
        table, paths = engines(plan, theory)
        outcomes, mine = ours().play(plan, theory, kernel.LUCKS, 0, RUNS)
        found = kernel.agreement(table, outcomes)
        assert found.rest < CLOSE
        parted += len(found.parted)
        bands = max(bands, float(np.quantile(np.abs(mine - paths) / (1 + np.abs(paths)), 0.99)))
    assert parted <= FEW * RUNS * len(PAIRS)
    assert bands < CLOSE


def test_the_runs_meet_every_mechanism() -> None:
    """Agreement on runs in which nothing happens would say little."""
    sums = sum(np.nansum(engines(*pair)[0], axis=1) for pair in PAIRS)
    assert [name for name, total in zip(MEASURE_NAMES, sums, strict=True) if not abs(total) > 0] == []


def wrong() -> Iterator[tuple[str, str, str]]:
    """A number that is larger in the kernel only, and a pair in which it says something."""
    for name in (
        "side_heavy_1",
        "bargain_cost",
        "truces_onset_base",
        "attrition_lethality_0",
        "will_blood_1",
        "spread_incident_top",
    ):
        yield name, "javelins", "inertia"
    for name in ("pressure_gain", "spigot_gain", "richardson_gain", "opportunist_gain", "rational_precision", "domestic_oil"):
        yield f"{name}_1", "heavy-lethal", name.split("_")[0]
    yield "switching_from_sustain_0_1", "abstain", "switching"


@pytest.mark.parametrize(("name", "plan", "theory"), list(wrong()))
def test_a_wrong_number_is_noticed(name: str, plan: str, theory: str) -> None:
    """The comparison can fail: one number a quarter larger in the kernel, and more runs part than rounding would make."""
    other, row = kernel.Kernel(compiled("donbas-2017"), draws()), ours().rows[name]
    other.numbers[row] *= np.float32(1.25)
    found = kernel.agreement(engines(plan, theory)[0], other.play(plan, theory, kernel.LUCKS, 0, RUNS)[0])
    assert len(found.parted) > 5 * FEW * RUNS


def test_a_run_does_not_depend_on_where_it_stands() -> None:
    """Its lane, its block and its chunk change nothing; beyond the last run there is the last again."""
    whole, _ = ours().play("javelins", "switching", kernel.LUCKS, 0, RUNS)
    part, _ = ours().play("javelins", "switching", kernel.LUCKS, 37, 64)
    assert np.array_equal(part, whole[:, 37:101], equal_nan=True)
    beyond, _ = ours().play("javelins", "switching", kernel.LUCKS, RUNS - 1, 16)
    assert np.array_equal(beyond, np.repeat(whole[:, -1:], 16, axis=1), equal_nan=True)


def test_another_war_is_refused() -> None:
    with pytest.raises(ValueError, match="written for donbas-2017"):
        kernel.Kernel(compiled("donbas-2014"), draws())


def test_the_shares_are_of_this_processor() -> None:
    """What bench.py prints of the ceiling: rates over rates, operations over the processor's, traffic over its memory's."""
    rates = {
        f"{who}, {what}, {cores}": {"wall": cores * rate, "cpu": 1.2 * rate}
        for who, rate in (("countermove", 5e6), ("C kernel", 2e7))
        for what in ("one pair", "every pair")
        for cores in (1, 2)
    }
    machine = {"1": {"flops": 2e11, "flops_cpu": 2.4e11, "bytes": 2e10}, "2": {"flops": 4e11, "flops_cpu": 2.4e11, "bytes": 3e10}}
    operations = {"kernel": 2500.0, "as written": 5000.0, "as compiled": 8000.0, "bytes": 8000.0, "kernel bytes": 5.0}
    found = bench.shares({"rates": rates, "hardware": machine, "operations": operations})
    assert found["countermove / C kernel, one pair, 1"] == {"wall": 0.25, "cpu": 0.25}
    assert found["C kernel, fp32 peak, 2"]["wall"] == pytest.approx(0.25)
    assert found["countermove, fp32 peak, work of the kernel, 1"]["cpu"] == pytest.approx(0.0625)
    assert found["countermove, fp32 peak, as XLA counts it, 1"]["cpu"] == pytest.approx(0.2)
    assert found["C kernel, memory, 1"]["wall"] == pytest.approx(0.005)
    text = "\n".join(bench.ceiling_shown({"rates": rates, "hardware": machine, "operations": operations, "shares": found}))
    assert "25%" in text and "240" in text

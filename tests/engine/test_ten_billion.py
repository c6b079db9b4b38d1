"""Ten billion dollars of weapons at once: far beyond what a war has seen, and every number that comes out is still one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from builders.donbas import donbas, draws
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes
from countermove.scenario.schema import Move, Scenario, Strategy, WrittenOrders
from countermove.verify.numpy_model import simulate, slot_count
from countermove.world.measure import MEASURE, MEASURE_NAMES

THEORIES = ("inertia", "pressure", "spigot", "richardson")


def armed() -> Scenario:
    scenario = donbas().scenario
    at_once = Move(at=scenario.clock.start, then=WrittenOrders(rung="heavy", volume=10_000.0))
    plan = Strategy(moves=(at_once,), otherwise=WrittenOrders(answer="refuse"))
    return scenario.model_copy(update={"strategies": {"at-once": plan}})


def check_numbers(measures: Mapping[str, np.ndarray]) -> None:
    """Numbers where something was counted; a ratio over what did not occur is no number, and none is infinite."""
    for name, values in measures.items():
        assert not np.isinf(values).any(), name
        assert MEASURE[name].kind == "ratio" or np.isfinite(values).all(), name
    assert measures["cost"].min() >= 10_000
    assert np.isfinite(measures["truce-break-change"]).mean() > 0.99
    assert np.abs(np.nanmean(measures["truce-break-change"])) <= 1


@pytest.mark.parametrize("theory", THEORIES)
def test_ten_billion_at_once_in_the_reference(theory: str) -> None:
    runs = 128
    params = Engine(donbas()).job(Batch(draws(runs), 1, chunk=runs), "restraint", theory, np.arange(runs)).params
    uniforms = np.random.default_rng(10).uniform(size=(donbas().cast.months, slot_count(2, 2), runs))
    trace = simulate(armed(), "at-once", {"moscow": theory}, dict(params), uniforms)
    check_numbers({name: np.asarray(trace.measures[name], np.float64) for name in MEASURE_NAMES})


@pytest.mark.slow
def test_ten_billion_at_once_in_the_engine() -> None:
    runs = 1024
    engine = Engine(compile_scenario(armed()))
    for theory in THEORIES:
        job = engine.job(Batch(draws(runs), 1, chunk=runs), "at-once", theory, np.arange(runs))
        table, bands, _ = outcomes(engine.kernel, job)
        assert np.isfinite(np.asarray(bands)).all()
        check_numbers(dict(zip(MEASURE_NAMES, np.asarray(table, np.float64), strict=True)))

"""The plain Python model that the benchmark times is the model: on the same luck, the reference's paths and measures."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.reference import simulate
from countermove.scenario.read import read

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import plain_model

RUNS = 24
ATOL = 1e-9


@pytest.mark.parametrize("theory", ["inertia", "spigot"])
@pytest.mark.parametrize("strategy", list(read("donbas-2017").strategies))
def test_plain_model_agrees_with_the_reference(strategy: str, theory: str) -> None:
    program = compile_scenario(read("donbas-2017"))
    params = {name: np.asarray(value, np.float64) for name, value in prior_draws(program, RUNS, 3).values.items()}
    uniforms = np.random.default_rng(5).uniform(1e-6, 1 - 1e-6, (program.cast.months, plain_model.SLOTS, RUNS))
    rival = program.cast.patrons[1]
    trace = simulate(program.scenario, strategy, {rival: theory}, params, uniforms)
    for run in range(RUNS):
        numbers = plain_model.numbers_of(params, run)
        measures, months = plain_model.play(
            program.scenario, strategy, theory, numbers, lambda t, run=run: uniforms[t, :, run].tolist(), keep=True
        )
        for name in plain_model.PATHS:
            mine = np.array([month[name] for month in months], np.float64)
            np.testing.assert_allclose(mine, trace.paths[name][..., run], rtol=ATOL, atol=ATOL, err_msg=f"run {run}, {name}")
        for name, value in measures.items():
            np.testing.assert_allclose(value, trace.measures[name][run], rtol=ATOL, atol=ATOL, err_msg=f"run {run}, {name}")
        assert set(measures) == set(trace.measures)

"""The benchmarks: the plain Python model that is timed is the model, and the comparison with the last numbers notices a loss."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.reference import Trace, simulate
from countermove.scenario.read import read

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import bench
import plain_model
import stages

RUNS = 16
TOLERANCE = 1e-9
THEORIES = ("inertia", "spigot")
STRATEGIES = tuple(read("donbas-2017").strategies)


@cache
def donbas() -> tuple[Program, dict[str, np.ndarray], np.ndarray]:
    program = compile_scenario(read("donbas-2017"))
    params = {name: np.asarray(value, np.float64) for name, value in prior_draws(program, RUNS, 3).values.items()}
    # what is rare is made frequent in some of the runs, for both models alike
    for name, rest, factor in (("spread.clash-top", 3, 100), ("spread.incident-top", 1, 100), ("truces.collapse-share", 2, 15)):
        params[name] = np.where(np.arange(RUNS) % 4 == rest, factor * params[name], params[name])
    return program, params, np.random.default_rng(5).uniform(1e-6, 1 - 1e-6, (program.cast.months, plain_model.SLOTS, RUNS))


@cache
def trace(strategy: str, theory: str) -> Trace:
    program, params, uniforms = donbas()
    return simulate(program.scenario, strategy, {program.cast.patrons[1]: theory}, params, uniforms)


def worst(strategy: str, theory: str, run: int, **changes: float) -> tuple[float, str]:
    """The largest difference between plain model and reference in one run, relative to 1 + the reference, and where it is."""
    program, params, uniforms = donbas()
    numbers = {**plain_model.numbers_of(params, run), **{name.replace("__", "."): value for name, value in changes.items()}}
    measures, months = plain_model.play(
        program.scenario, strategy, theory, numbers, lambda t: uniforms[t, :, run].tolist(), keep=True
    )
    known = trace(strategy, theory)
    pairs = {name: (np.array([month[name] for month in months], float), known.paths[name][..., run]) for name in plain_model.PATHS}
    pairs |= {f"measure {name}": (np.array(value), known.measures[name][run]) for name, value in measures.items()}
    assert set(measures) == set(known.measures)
    off = {name: np.nan_to_num(np.abs(mine - theirs) / (1 + np.abs(theirs))).max() for name, (mine, theirs) in pairs.items()}
    assert all((np.isnan(mine) == np.isnan(np.asarray(theirs, float))).all() for mine, theirs in pairs.values())
    place = max(off, key=off.__getitem__)
    return float(off[place]), place


@pytest.mark.parametrize("theory", THEORIES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_plain_model_agrees_with_the_reference(strategy: str, theory: str) -> None:
    for run in range(RUNS):
        off, place = worst(strategy, theory, run)
        assert off < TOLERANCE, f"run {run}: {place}"


def test_a_wrong_number_is_noticed() -> None:
    """The comparison can fail: a little more wear of heavy materiel in the plain model only."""
    wear = float(donbas()[1]["supply.heavy-wear"][0])
    assert worst("javelins", "spigot", 0, **{"supply__heavy-wear": wear * 1.01})[0] > 100 * TOLERANCE


def test_the_runs_meet_every_mechanism() -> None:
    """Agreement on runs in which nothing happens would say little."""
    sums = {}
    for strategy in STRATEGIES:
        for theory in THEORIES:
            for name, value in trace(strategy, theory).measures.items():
                sums[name] = sums.get(name, 0.0) + float(np.nansum(value))
    met = "offensive-own offensive-rival clash spread exchange peacekeepers silences truces requests granted"
    assert [name for name in met.split() if not sums[name] > 0] == []
    regimes = {int(r) for strategy in STRATEGIES for r in np.unique(trace(strategy, "spigot").paths["regime"])}
    assert {0, 1, 2, 3, 4, 5} <= regimes


def test_a_lost_rate_is_noticed() -> None:
    """10% less is a loss; a wall clock counts only where both runs had the machine to themselves; peers do not count."""
    before = {"load": 0.1, "rates": {"countermove, every pair, 1": {"wall": 100.0, "cpu": 100.0}, "EMA": {"wall": 9.0, "cpu": 9.0}}}

    def now(wall: float, cpu: float, load: float) -> list[str]:
        rates = {"countermove, every pair, 1": {"wall": wall, "cpu": cpu}, "EMA": {"wall": 1.0, "cpu": 1.0}}
        return bench.lost({"load": load, "rates": rates}, before)

    assert now(95, 95, 0.1) == []
    assert len(now(80, 80, 0.1)) == 2
    assert len(now(80, 80, 3.0)) == 1
    assert now(50, 99, 3.0) == []


def test_nested_times_are_counted_once() -> None:
    """A loop inside a branch: the branch keeps what is its own."""
    events = [(0.0, 10.0, "branch"), (1.0, 4.0, "loop"), (6.0, 2.0, "loop"), (12.0, 3.0, "next")]
    assert sorted(stages.own_times(events)) == [("branch", 4.0), ("loop", 2.0), ("loop", 4.0), ("next", 3.0)]

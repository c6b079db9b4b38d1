"""The benchmarks: the plain Python model that is timed is the model, and the comparison with the last numbers notices a loss."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.places import ROOT
from builders.wars import compiled
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program
from countermove.scenario.read import read
from countermove.verify.numpy_model import Trace, simulate

sys.path.insert(0, str(ROOT / "benchmarks"))

import bench
import particle_filters
import plain_model
import stages

RUNS = 16
TOLERANCE = 1e-9
THEORIES = ("inertia", "spigot")
STRATEGIES = tuple(read("donbas-2017").strategies)


@cache
def donbas() -> tuple[Program, dict[str, np.ndarray], np.ndarray]:
    program = compiled("donbas-2017")
    params = {name: np.asarray(value, np.float64) for name, value in prior_draws(program, RUNS, 3).values.items()}
    # what is rare is made frequent in some of the runs, for both models alike
    rare = (("spread.clash-top", 3, 100), ("spread.incident-top", 1, 100), ("side.collapse-share", 2, 15))
    rare += (("bargain.recurrence", 2, 100), ("posture.offensive-base", 1, 0.5))  # a log hazard below 0: half of it is more
    for name, rest, factor in rare:
        params[name] = np.where(np.arange(RUNS) % 4 == rest, factor * params[name], params[name])
    return program, params, np.random.default_rng(5).uniform(1e-6, 1 - 1e-6, (program.cast.months, plain_model.SLOTS, RUNS))


@cache
def trace(strategy: str, theory: str) -> Trace:
    program, params, uniforms = donbas()
    return simulate(program.scenario, strategy, {program.cast.patrons[1]: theory}, params, uniforms)


def worst(strategy: str, theory: str, run: int, **changes: float | tuple[float, ...]) -> tuple[float, str]:
    """The largest difference between plain model and reference in one run, relative to 1 + the reference, and where it is."""
    program, params, uniforms = donbas()
    numbers = {**plain_model.numbers_of(params, run), **{name.replace("__", "."): value for name, value in changes.items()}}
    measures, months = plain_model.play(
        program.scenario, strategy, theory, numbers, lambda t: uniforms[t, :, run].tolist(), keep=True
    )
    known = trace(strategy, theory)
    pairs = {name: (np.array([month[name] for month in months], float), known.paths[name][..., run]) for name in plain_model.PATHS}
    # the reference bargains every month, the plain model as long as there is a war or a settlement
    pairs |= {name: (pairs[name][0], np.where(np.isnan(pairs[name][0]), np.nan, pairs[name][1])) for name in ("low", "high")}
    assert not np.isnan(pairs["low"][0]).all()
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


@pytest.mark.parametrize("name", ["supply.heavy-wear", "observation.balance-drift", "bargain.cost", "opportunist.gain"])
def test_a_wrong_number_is_noticed(name: str) -> None:
    """The comparison can fail: one number a little larger in the plain model only. The last says what others expect of a patron."""
    right = plain_model.numbers_of(donbas()[1], 0)[name]
    wrong = tuple(1.01 * value for value in right) if isinstance(right, tuple) else 1.01 * right
    assert worst("javelins", "spigot", 0, **{name.replace(".", "__"): wrong})[0] > 100 * TOLERANCE


def test_the_runs_meet_every_mechanism() -> None:
    """Agreement on runs in which nothing happens would say little."""
    sums = {}
    for strategy in STRATEGIES:
        for theory in THEORIES:
            for name, value in trace(strategy, theory).measures.items():
                sums[name] = sums.get(name, 0.0) + float(np.nansum(value))
    met = "offensive-own offensive-rival clash spread exchange peacekeepers silences truces requests granted "
    met += "settlement-by-60-months recurrence rival-quits settled-ground drawn-in-from-start"
    assert [name for name in met.split() if not sums[name] > 0] == []
    rungs = {int(rung) for strategy in STRATEGIES for rung in np.unique(trace(strategy, "spigot").paths["rung"][:, 1])}
    assert 8 in rungs  # a rival in the open
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


# --- the particle filters -----------------------------------------------------------------------------------------------


def filters(rate: float = 8.0, likelihood: float = -881.0, on: str = "this") -> dict[str, Any]:
    """A result of particle_filters.py: ours at `rate` and `likelihood`, the peer at 2 and -881, three repeats each, error 1/sqrt(3)."""

    def row(name: str, rate: float, likelihood: float) -> dict[str, Any]:
        likelihoods = [likelihood - 1, likelihood, likelihood + 1]
        return {"wall": rate, "cpu": rate, "log_likelihoods": likelihoods, "versions": {name: "1"}}

    rows = {"countermove": row("jax", rate, likelihood), "particles": row("particles", 2.0, -881.0)}
    return {"processor": on, "load": 0.0} | particle_filters.summed(rows)


def test_particle_filters_are_compared() -> None:
    """Rates over the peer's, and log-likelihoods within three standard errors of their difference."""
    found = filters()
    assert found["ratio"] == {"wall": 4.0, "cpu": 4.0} and found["room"] == pytest.approx(3 * (2 / 3) ** 0.5)
    assert particle_filters.good(found) and "within three" in particle_filters.shown(found)
    assert not particle_filters.good(filters(rate=3.9))
    assert particle_filters.good(filters(likelihood=-878.6)) and not particle_filters.good(filters(likelihood=-878.5))
    assert "BEYOND" in particle_filters.shown(filters(likelihood=-870.0))


def test_the_ratio_of_the_filters_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the others; not where it failed or is from another processor, but for --accept."""
    last = tmp_path / "last.json"
    monkeypatch.setattr(particle_filters, "LAST", last)
    assert "no last.json" in particle_filters.keep(filters(), accept=True)
    last.write_text('{"rates": {}}')

    def kept() -> dict[str, Any]:
        return json.loads(last.read_text(encoding="utf-8"))

    assert particle_filters.keep(filters(rate=3.0), accept=False) and kept() == {"rates": {}}
    for rate in (8.0, 6.0):
        assert particle_filters.keep(filters(rate), accept=False) == ""
        assert kept() == {"rates": {}, "particle_filter": filters(rate)}
    assert "another processor (this)" in particle_filters.keep(filters(on="that"), accept=False)
    assert kept()["particle_filter"]["processor"] == "this"
    assert particle_filters.keep(filters(rate=3.0, on="that"), accept=True) == ""
    assert kept()["particle_filter"]["processor"] == "that"


def test_the_other_benchmarks_leave_it_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """bench.py replaces all of last.json but the ratio of the filters."""
    last = tmp_path / "last.json"
    before = {"processor": "this", "load": 0.0, "rates": {}, "particle_filter": filters()}
    last.write_text(json.dumps(before))
    now = {"processor": "this", "load": 0.1, "rates": {}}
    monkeypatch.setattr(bench, "LAST", last)
    monkeypatch.setattr(bench, "measured", lambda say: dict(now))
    monkeypatch.setattr(bench, "ratios", lambda table: {})
    monkeypatch.setattr(bench, "shown", lambda found: "")
    monkeypatch.setattr(sys, "argv", ["bench.py"])
    assert bench.main() == 0
    assert json.loads(last.read_text(encoding="utf-8")) == now | {"ratios": {}, "particle_filter": filters()}

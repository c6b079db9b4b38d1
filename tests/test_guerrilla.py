"""A guerrilla war: no line is fought over, and the guerrilla lives on what its patron gives (tests/wars/nicaragua-1988.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from countermove.compute.local import Local
from countermove.decision.bands import band_rows
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.replay import Address, replay
from countermove.engine.run import Engine, Plan, run
from countermove.scenario import Scenario, check, check_text, explain, read, read_text, write
from countermove.world.measure import MEASURE, MEASURE_NAMES

FILE = Path(__file__).parent / "wars" / "nicaragua-1988.yaml"
DRAWS, LUCKS = 64, 4


@cache
def war() -> Scenario:
    return read(FILE)


def test_it_is_read_without_a_share_of_ground() -> None:
    """No share is asked for and none is told; two doubts are true of it and stay."""
    report = check(FILE)
    assert report.errors == () and report.notes is not None
    said = [warning.message for warning in report.warnings]
    assert len(said) == len({"another age", "dependence"}) and said[0].startswith("the war starts in 1988")
    assert not war().opening.territory and read_text(write(war()), folder=FILE.parent) == war()
    told = " ".join(explain(war()).split())
    assert "No line is fought over: nobody gains or loses ground, and no side collapses for want of it." in told
    assert "dependence, the share of its staying power that hangs on its patrons: about 0.772" in told
    assert "ground held" not in told and "contested" not in told


@pytest.mark.parametrize("control", ["area", "population"])
def test_two_per_cent_of_the_ground_can_be_written_too(control: str) -> None:
    """Where shares are told, a guerrilla with a fiftieth of them collapses at once, as `check` says, unless its collapse-share is 0."""
    text = FILE.read_text(encoding="utf-8")
    ground = f"territory: {{contested: Nicaragua, control: {control}, held-by-contras: {{beta: [2, 98], low: 0.001, source: judgement}}}}"
    small = text.replace("territory: none", ground)
    assert any("contras holds less than its collapse-share" in warning.message for warning in check_text(small).warnings)
    free = small.replace("  managua:\n", "    collapse-share: {value: 0, source: judgement}\n  managua:\n", 1)
    assert not any("collapse-share" in warning.message for warning in check_text(free).warnings)
    assert read_text(free).sides["contras"].collapse_share.args == (0.0,)


def test_nobody_gains_ground_and_nobody_collapses_for_want_of_it() -> None:
    """What is of the ground is in no run; everything else is a number, and a side that collapses has run out of men."""
    program = compile_scenario(war())
    plan = Plan(prior_draws(program, DRAWS, 0), LUCKS, DRAWS * LUCKS, theories=("inertia", "spigot"))
    runs = run(Engine(program), plan, Local())
    for strategy in runs.strategies:
        for theory in runs.theories:
            values = dict(zip(MEASURE_NAMES, runs.outcomes[strategy, theory], strict=True))
            assert all(np.isnan(values[name]).all() for name in MEASURE_NAMES if MEASURE[name].of_ground)
            assert np.isfinite(values["deaths"]).all() and values["deaths"].mean() > 100
            assert values["collapse-own"].mean() < 0.2
    assert {band.what for band in band_rows(runs)} == {"balance", "rival support", "own rung", "deaths", "talks"}


@pytest.mark.slow
def test_a_path_tells_no_ground() -> None:
    """Month by month: no column of what is held, in the table and in what a notebook shows."""
    path = replay(compile_scenario(war()), Address("lapse", "spigot", 0, 0), draws=DRAWS, lucks=LUCKS)
    assert "held" not in path.columns and path.glance().columns == ("month", "regime", "deaths", "events")

"""A guerrilla war: no line is fought over, and the guerrilla lives on what its patron gives (tests/files/wars/nicaragua-1988.yaml)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from builders.donbas import chance
from builders.places import FILES
from countermove.compute.local import Local
from countermove.decision.bands import band_rows
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.replay import Address, replay
from countermove.engine.run import Batch, Engine, Task, run
from countermove.errors import EvidenceError
from countermove.evidence.observations import observations
from countermove.scenario import Scenario, check, check_text, explain, read, read_text, write
from countermove.verify.numpy_model import simulate
from countermove.world.measure import MEASURE, MEASURE_NAMES
from countermove.world.record import Datum, Record, Series

pytestmark = pytest.mark.compiled_quickly

FILE = FILES / "wars" / "nicaragua-1988.yaml"
DRAWS, LUCKS = 64, 4


@cache
def war() -> Scenario:
    return read(FILE)


def test_it_is_read_without_a_share_of_ground() -> None:
    """No share is asked for and none is told; one doubt is true of it and stays."""
    report = check(FILE)
    assert report.errors == ()
    assert [warning.message.split(",")[0] for warning in report.warnings] == ["the war starts in 1988"]
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


def test_a_record_of_ground_cannot_be_weighed_in_it() -> None:
    """A series of what a side held, in a replay without a front: one sentence, and no weight for a theory."""
    start = war().clock.start
    series = Series("contras.held", "share", kind="level", observes="held")
    record = Record("made", series={series.name: series}, data=(Datum(series.name, start, start, 0.02),))
    with pytest.raises(EvidenceError, match=r"the series contras\.held tells who held how much, and the replay has no front"):
        observations(record, compile_scenario(war()), start)


@cache
def engine() -> Engine:
    return Engine(compile_scenario(war()))


def plan_of(*theories: str) -> Batch:
    return Batch(prior_draws(engine().program, DRAWS, 0), LUCKS, DRAWS * LUCKS, theories=theories)


def test_nobody_gains_ground_and_nobody_collapses_for_want_of_it() -> None:
    """What is of the ground is in no run; everything else is a number. Without its arms the guerrilla is beaten more often: it depends."""
    runs = run(engine(), plan_of("inertia", "spigot"), Local())
    collapsed: dict[str, float] = {}
    for strategy in runs.strategies:
        for theory in runs.theories:
            values = dict(zip(MEASURE_NAMES, runs.outcomes[strategy, theory], strict=True))
            assert all(np.isnan(values[name]).all() for name in MEASURE_NAMES if MEASURE[name].of_ground)
            assert np.isfinite(values["deaths"]).all() and values["deaths"].mean() > 100
            collapsed[strategy] = float(values["collapse-own"].mean())
    assert {band.what for band in band_rows(runs)} == {"balance", "rival support", "own rung", "deaths", "talks"}
    assert collapsed["double"] < 0.2 and collapsed["lapse"] > collapsed["renew"] + 0.1


def test_the_reference_plays_the_same_war() -> None:
    """The same uniforms, in the plain arrays of the model page: who collapses, how many die, and no ground."""
    program, plan = engine().program, plan_of("spigot")
    table, _ = engine().chunk(plan, Task("lapse", "spigot", 0))
    job = engine().job(plan, "lapse", "spigot", np.arange(plan.chunk))
    params = {name: np.asarray(value, np.float64) for name, value in job.params.items()}
    found = simulate(program.scenario, "lapse", {"moscow": "spigot"}, params, chance(program, job)).measures
    values = dict(zip(MEASURE_NAMES, np.asarray(table, np.float64), strict=True))
    assert np.isnan(found["territory"]).all()
    assert (values["collapse-own"] == found["collapse-own"]).mean() > 0.97
    assert np.median(np.abs(values["deaths"] / found["deaths"] - 1)) < 1e-3


@pytest.mark.slow
def test_a_path_tells_no_ground() -> None:
    """Month by month: no column of what is held, in the table and in what a notebook shows."""
    path = replay(compile_scenario(war()), Address("lapse", "spigot", 0, 0), draws=DRAWS, lucks=LUCKS)
    shown = path.preview()
    assert "held" not in path.columns and [column.text for column in shown.columns] == ["regime", "deaths", "events"]

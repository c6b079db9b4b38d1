"""Names month by month: the bits of a run, what is measured at its end, and what the owner sees of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from builders.places import WAR_FILE
from countermove.behaviour.table import THEORIES
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.quantities import Quantity
from countermove.engine.replay import Address, replay
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.errors import RunError
from countermove.scenario.read import read
from countermove.world.measure import MEASURE_NAMES
from countermove.world.observable import OBSERVABLES

pytestmark = pytest.mark.compiled_quickly

CHUNK = 128
PAIRS = [("wait", "inertia"), ("arm", "spigot")]
SEED, LUCKS = 11, 4

Table = dict[tuple[str, str], np.ndarray]


@cache
def machine() -> tuple[Engine, Batch]:
    program = compile_scenario(read(WAR_FILE), (THEORIES["inertia"], THEORIES["spigot"]))
    return Engine(program), Batch(prior_draws(program, CHUNK // LUCKS, SEED), LUCKS, CHUNK)


def every_name() -> list[Quantity]:
    """All there is: as it is, then as it is seen."""
    cast = machine()[0].program.cast
    whose = {"world": ("",), "theatre": (cast.theatre,), "patron": cast.patrons, "side": cast.sides}
    named = [(row, of) for row in OBSERVABLES for of in whose[row.of]]
    own = ("will", "cost")
    seen = [(row, of) for row, of in named if row.seen and (row.what not in own or of == cast.patrons[0])]
    return [Quantity(of, row.what) for row, of in named] + [Quantity(of, row.what, True) for row, of in seen]


@cache
def told(pair: tuple[str, str]) -> tuple[Table, Table]:
    """By (actor, name), as it is and as it is seen, [T, n]."""
    engine, plan = machine()
    wanted = every_name()
    found = series(engine, plan, Task(*pair, 0), wanted)
    assert found.shape == (len(wanted), engine.program.cast.months, CHUNK) and np.isfinite(found).all()
    rows = list(zip(wanted, found, strict=True))
    return tuple({(q.of, q.what): row for q, row in rows if q.seen == seen} for seen in (False, True))  # type: ignore[return-value]


@cache
def measured(pair: tuple[str, str]) -> dict[str, np.ndarray]:
    engine, plan = machine()
    return dict(zip(MEASURE_NAMES, engine.chunk(plan, Task(*pair, 0))[0], strict=True))


def added(rows: np.ndarray) -> np.ndarray:
    """Month after month in float32, as the engine adds."""
    total = np.zeros(rows.shape[1:], np.float32)
    for row in rows:
        total = total + row
    return total


@pytest.mark.parametrize("pair", PAIRS)
def test_months_add_up_to_the_measures_of_the_run(pair: tuple[str, str]) -> None:
    """Bit for bit: counts, sums, last values, and what ever happened."""
    true, found = told(pair)[0], measured(pair)
    assert added(true["", "deaths"]).tobytes() == found["deaths"].tobytes()
    for name, row in {"truces": true["", "truce-begins"], "requests": true["north", "asks"]}.items():
        assert added(row).tobytes() == found[name].tobytes(), name
    for name, what in {"clash": "clash", "spread": "incident", "exchange": "exchange"}.items():
        assert true["", what].max(axis=0).tobytes() == found[name].tobytes(), name
    ends = {
        "talks": ("", "talks"),
        "credibility": ("", "credibility"),
        "solidarity": ("", "solidarity"),
        "will": ("eagle", "will"),
        "will-rival": ("bear", "will"),
        "cost": ("eagle", "cost"),
        "cost-rival": ("bear", "cost"),
        "direct-war": ("", "direct-war"),
        "rival-quits": ("bear", "quits"),
        "peacekeepers": ("", "peacekeepers"),
    }
    for name, key in ends.items():
        last = (true[key] > 0).max(axis=0).astype(np.float32) if name == "peacekeepers" else true[key][-1]
        assert last.tobytes() == found[name].tobytes(), name
    assert true["eagle", "rung"][23].tobytes() == found["rung-24"].tobytes()
    for months in (12, 24):
        assert true["", "settled"][months - 1].tobytes() == found[f"settlement-by-{months}-months"].tobytes()
    collapsed = true["north", "collapsed"][-1] * (1 - true["", "direct-war"][-1]) * (1 - true["", "settled"][-1])
    assert collapsed.tobytes() == found["collapse-own"].tobytes()


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_left_to_rounding(pair: tuple[str, str]) -> None:
    """The share held is worked out in two ways; civilians are multiplied and added in one operation; a patron's dead of a month are a
    difference of sums; the support at the start is the baseline's."""
    true, found = told(pair)[0], measured(pair)
    np.testing.assert_allclose(true["north", "held"][-1], found["territory"], rtol=1e-6)
    np.testing.assert_allclose(added(true["", "civilians"]), found["civilians"], rtol=1e-6)
    np.testing.assert_allclose(true["bear", "casualties"].sum(axis=0), found["deaths-rival"], rtol=1e-4, atol=1e-2)
    engine, plan = machine()
    p = engine.job(plan, *pair, np.arange(CHUNK)).params
    start = np.broadcast_to(p["support.start"][1] * p["patron.baseline"][1], CHUNK)
    np.testing.assert_allclose(true["bear", "support"][23] - start, found["support-change"], atol=1e-5)


@pytest.mark.parametrize("pair", PAIRS)
def test_months_are_those_of_the_replayed_path(pair: tuple[str, str]) -> None:
    """Bit for bit, for the runs at three addresses."""
    engine, _ = machine()
    true = told(pair)[0]
    regimes = {"settled": "settled", "truce": "truce", "high intensity": "high-intensity", "direct war": "direct-war"}
    for draw, luck in ((0, 0), (7, 3), (31, 1)):
        path, run = replay(engine.program, Address(*pair, draw, luck), seed=SEED, draws=32, lucks=LUCKS), draw * LUCKS + luck
        named = {"deaths": ("", "deaths"), "talks": ("", "talks")}
        for side in ("north", "south"):
            named |= {f"{side} personnel (thousand)": (side, "personnel"), f"{side} balance": (side, "balance")}
        for patron in ("eagle", "bear"):
            named |= {f"{patron} rung": (patron, "rung"), f"{patron} will": (patron, "will")}
            named |= {f"{patron} support (thousand)": (patron, "support")}
        for column, key in named.items():
            assert path.columns[column].tobytes() == true[key][:, run].tobytes(), column
        np.testing.assert_allclose(path.columns["held"], true["north", "held"][:, run], rtol=1e-6)
        for written, what in regimes.items():
            assert ((path.columns["regime"] == written) == true["", what][:, run]).all()
        for words, key in {"truce begins": "truce-begins", "truce breaks": "truce-breaks", "incident": "incident"}.items():
            assert [words in said for said in path.events] == (true["", key][:, run] > 0).tolist()
        asked = ["Eagle's client asks for more" in said for said in path.events]
        assert asked == (true["north", "asks"][:, run] > 0).tolist()


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_seen_exactly_is_what_was_at_the_end_of_the_month_before(pair: tuple[str, str]) -> None:
    true, seen = told(pair)
    world = ["settled", "truce", "truce-begins", "truce-breaks", "high-intensity", "clash", "direct-war", "incident", "exchange"]
    exact = [("", what) for what in (*world, "months", "talks", "credibility", "solidarity", "peacekeepers")]
    exact += [(side, what) for side in ("north", "south") for what in ("attacks", "held", "collapsed", "asks")]
    exact += [("eagle", what) for what in ("rung", "will", "cost")] + [("bear", "quits")]
    for key in exact:
        assert seen[key][1:].tobytes() == true[key][:-1].tobytes(), key
    assert (seen["", "months"][0] == 0).all() and (seen["eagle", "rung"][0] == 3).all()  # training
    assert np.array_equal(true["eagle", "raises"][1:], true["eagle", "rung"][1:] > true["eagle", "rung"][:-1])
    assert np.array_equal(seen["bear", "raises"][1:], seen["bear", "rung"][1:] > seen["bear", "rung"][:-1])
    assert np.array_equal(true["bear", "resolve"], seen["bear", "resolve"])


def test_what_is_seen_through_reports_errs_as_the_page_says() -> None:
    """Covert units are seen as they are or as advisers; where there are none, false alarms are rung 7. Deaths are under-reported."""
    true, seen = told(PAIRS[1])
    was, shown = true["bear", "rung"][:-1], seen["bear", "rung"][1:]
    covert = was >= 7
    assert np.isin(shown[covert] - was[covert], [0]).sum() + (shown[covert] == 6).sum() == covert.sum()
    assert ((shown == was) | (shown == 7))[~covert].all()
    alarms = (shown != was)[~covert]
    assert abs(alarms.mean() - 0.03) < 4 * np.sqrt(0.03 * 0.97 / alarms.size)  # false-alarm rate of this check below 1e-4
    deaths, reported = true["", "deaths"][:-1].sum(), seen["", "deaths"][1:].sum()
    assert 0.4 * deaths < reported < 0.95 * deaths


def test_other_runs_of_the_same_task_and_chunks_of_another_size_have_the_same_bits() -> None:
    engine, plan = machine()
    wanted = every_name()
    whole = series(engine, plan, Task(*PAIRS[1], 0), wanted)
    runs = np.array([77, 3, 3, 127, *range(40, 52)])
    assert series(engine, plan, Task(*PAIRS[1], 0), wanted, runs=runs).tobytes() == whole[:, :, runs].tobytes()


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (Quantity("", "weather"), "there is no weather"),
        (Quantity("bear", "held"), r"there is no bear\.held"),
        (Quantity("nobody", "rung"), r"there is no nobody\.rung"),
        (Quantity("", "rung"), "there is no rung"),
        (Quantity("elsewhere", "incident"), r"there is no elsewhere\.incident"),
        (Quantity("bear", "support", True), r"the owner does not see bear\.support"),
        (Quantity("", "civilians", True), "the owner does not see civilians"),
        (Quantity("bear", "cost", True), r"the owner does not see bear\.cost"),
        (Quantity("bear", "will", True), r"the owner does not see bear\.will"),
    ],
)
def test_names_that_nobody_has_or_sees_are_refused(one: Quantity, message: str) -> None:
    engine, plan = machine()
    with pytest.raises(RunError, match=message):
        series(engine, plan, Task(*PAIRS[0], 0), [one])

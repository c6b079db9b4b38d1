"""The table of measures, matched pairs, the sweep and the bands: what each row says, checked by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from builders.outcomes import TERRITORY, runs
from countermove.decision.bands import band_rows
from countermove.decision.findings import WEIGHTED, MeasureRow
from countermove.decision.measure_rows import Ranked, measure_rows, quantiles
from countermove.decision.pairs import pair_rows
from countermove.decision.regret import regret_rows
from countermove.decision.sweep import sweep_rows
from countermove.engine.runs import Runs
from countermove.engine.twins import Twin
from countermove.errors import DecisionError, RunError
from countermove.units import parse
from countermove.world.measure import MEASURE_NAMES, MEASURES, listed_first
from countermove.world.monthly import MONTHLY
from countermove.world.plan import Plan

DEATHS = MEASURE_NAMES.index("deaths")
TWIN = Twin("with", "conditions", Plan("without"))
LENGTH = MEASURE_NAMES.index("truce-length")


def chance(seed: int = 0, draws: int = 64, lucks: int = 4) -> Runs:
    """Two strategies, two theories; every measure is noise, events are 0 or 1."""
    rng = np.random.default_rng(seed)
    outcomes: dict[tuple[str, str], np.ndarray] = {}
    for at in [(s, t) for s in ("with", "without") for t in ("A", "B")]:
        values = rng.normal(size=(len(MEASURES), draws, lucks)).astype(np.float32)
        for row, measure in enumerate(MEASURES):
            if measure.kind == "event":
                values[row] = values[row] > 1
        outcomes[at] = values
    bands = {at: np.sort(rng.normal(size=(3, len(MONTHLY), 5)), axis=2).astype(np.float32) for at in outcomes}
    return runs(outcomes, bands=bands, band_names=tuple(MONTHLY), paths=16, months=3)


def find(rows: tuple[MeasureRow, ...], theory: str, measure: str) -> MeasureRow:
    """The row of the strategy `with`."""
    return next(row for row in rows if (row.strategy, row.theory, row.measure) == ("with", theory, measure))


def test_table_has_every_cell_in_order() -> None:
    rows = measure_rows(chance(), {"A": 1, "B": 1})
    assert [(row.strategy, row.theory, row.measure) for row in rows] == [
        (strategy, theory, measure.name)
        for strategy in ("with", "without")
        for theory in ("A", "B", WEIGHTED)
        for measure in MEASURES
    ]
    assert {row.measure: row.unit for row in rows} == {measure.name: measure.unit for measure in MEASURES}
    assert {row.theory for row in measure_rows(chance())} == {"A", "B"}


def test_a_cell_by_hand() -> None:
    runs = chance()
    values = runs.measure("with", "A", "deaths").astype(float)
    row = find(measure_rows(runs), "A", "deaths")
    assert row.mean == pytest.approx(values.mean())
    assert row.se == pytest.approx(np.std([values[k::16].mean() for k in range(16)], ddof=1) / 4)
    assert (row.q05, row.q50, row.q95) == tuple(np.quantile(values, [0.05, 0.5, 0.95], method="inverted_cdf"))
    event = find(measure_rows(runs), "A", "clash")
    assert event.mean == runs.measure("with", "A", "clash").mean() and (event.q05, event.q95) == (0, 1)


def test_weighted_row_is_the_mixture() -> None:
    """Three parts A and one part B: as if every run under A stood there three times."""
    runs = chance()
    both = np.concatenate([np.tile(runs.measure("with", "A", "deaths").ravel(), 3), runs.measure("with", "B", "deaths").ravel()])
    row = find(measure_rows(runs, {"A": 3, "B": 1}), WEIGHTED, "deaths")
    assert row.mean == pytest.approx(both.mean(dtype=float))
    assert (row.q05, row.q50, row.q95) == tuple(np.quantile(both.astype(float), [0.05, 0.5, 0.95], method="inverted_cdf"))
    alone = measure_rows(runs, {"A": 0, "B": 1})
    assert dataclasses.replace(find(alone, WEIGHTED, "deaths"), theory="B") == find(alone, "B", "deaths")


def test_draws_without_weight_do_not_count() -> None:
    runs = chance()
    half = np.where(np.arange(64) < 32, 1.0, 0.0)
    kept = dataclasses.replace(
        runs, draws=32, outcomes={at: v[:, :32] for at, v in runs.outcomes.items()}, scramble=runs.scramble[:32], weight=half[:32]
    )
    for row, other in zip(measure_rows(dataclasses.replace(runs, weight=half)), measure_rows(kept), strict=True):
        assert dataclasses.astuple(row)[4:] == pytest.approx(dataclasses.astuple(other)[4:])


def test_a_ratio_over_nothing_is_left_out() -> None:
    """Under A it exists in one run of four, under B in none: the mixture is what exists."""
    runs = chance()
    runs.outcomes["with", "A"][LENGTH, :, 1:] = np.nan
    runs.outcomes["with", "B"][LENGTH] = np.nan
    rows = measure_rows(runs, {"A": 1, "B": 1})
    row = find(rows, "A", "truce-length")
    assert row.mean == pytest.approx(runs.outcomes["with", "A"][LENGTH, :, 0].mean(dtype=float))
    assert dataclasses.replace(find(rows, WEIGHTED, "truce-length"), theory="A").mean == pytest.approx(row.mean)
    empty = find(rows, "B", "truce-length")
    assert all(math.isnan(x) for x in (empty.mean, empty.se, empty.q05, empty.q50, empty.q95))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_other_measures_must_exist(wrong: float) -> None:
    runs = chance()
    runs.outcomes["without", "B"][DEATHS, 5, 1] = wrong
    with pytest.raises(DecisionError, match="without under B: deaths is not a finite number"):
        measure_rows(runs)


@given(some.lists(some.integers(-3, 3), min_size=1, max_size=40), some.integers(1, 5))
def test_equal_weights_are_no_weights(values: list[int], weight: int) -> None:
    array = np.array(values, float)
    found = quantiles([Ranked.of(array)], [1.0])
    assert found == quantiles([Ranked.of(array, np.full(len(array), float(weight)))], [1.0])
    assert found == tuple(np.quantile(array, [0.05, 0.5, 0.95], method="inverted_cdf"))


@given(some.lists(some.tuples(some.integers(-3, 3), some.integers(0, 4), some.integers(0, 2)), min_size=1, max_size=40))
def test_quantiles_of_a_mixture_count_every_run(rows: list[tuple[int, int, int]]) -> None:
    """Values with whole weights in three theories, against the same values written out as often as they weigh."""
    parts = [[(value, weight) for value, weight, part in rows if part == number] for number in range(3)]
    ranked = [Ranked.of(np.array([v for v, _ in part], float), np.array([w for _, w in part], float)) for part in parts]
    written = [v for share, part in zip((1, 2, 3), parts, strict=True) for v, w in part for _ in range(share * w)]
    found = quantiles(ranked, [1.0, 2.0, 3.0])
    if written:
        assert found == tuple(np.quantile(written, [0.05, 0.5, 0.95], method="inverted_cdf"))
    else:
        assert all(math.isnan(value) for value in found)


def test_pairs_cancel_what_they_share() -> None:
    """The twin differs by 2 points and nothing else: the error of the difference is nought, that of each mean is not."""
    runs = chance()
    for theory in ("A", "B"):
        runs.outcomes["with", theory][:] = runs.outcomes["without", theory]
        runs.outcomes["with", theory][[DEATHS, MEASURE_NAMES.index("territory")]] += 2
    rows = pair_rows(runs, TERRITORY, [TWIN], {"A": 1, "B": 3})
    assert [(row.theory, row.measure) for row in rows] == [
        (t, m) for t in ("A", "B", WEIGHTED) for m in ("objective", "territory", *listed_first("pairs"))
    ]
    for row in rows:
        assert (row.strategy, row.twin, row.without, row.draws, row.lucks) == ("with", "without", "conditions", 64, 4)
        assert row.difference == pytest.approx(2 if row.measure in ("objective", "territory", "deaths") else 0, abs=1e-6)
        assert row.own_se > 0.01
        assert row.se == pytest.approx(0, abs=1e-6)


def test_pairs_of_independent_luck_have_an_error() -> None:
    runs = chance()
    gap = runs.measure("with", "A", "deaths").astype(float) - runs.measure("without", "A", "deaths")
    row = next(row for row in pair_rows(runs, None, [TWIN]) if (row.theory, row.measure) == ("A", "deaths"))
    assert row.difference == pytest.approx(gap.mean())
    assert row.se == pytest.approx(np.std([gap[k::16].mean() for k in range(16)], ddof=1) / 4)


def test_pairs_need_both_twins() -> None:
    assert pair_rows(chance(), TERRITORY, []) == ()
    with pytest.raises(DecisionError, match=r'the strategy "withot" was not run. Did you mean without'):
        pair_rows(chance(), None, [dataclasses.replace(TWIN, plan=Plan("withot"))])


def test_sweep_repeats_the_comparison() -> None:
    swept = {10.0: chance(2), 0.1: chance(1)}
    rows = sweep_rows(swept, TERRITORY, {"A": 1, "B": 1})
    assert [row.factor for row in rows] == [0.1] * 6 + [10.0] * 6
    for row, expected in zip(rows[6:], regret_rows(swept[10.0], TERRITORY, {"A": 1, "B": 1}), strict=True):
        assert (row.strategy, row.theory, row.regret, row.regret_se) == (
            expected.strategy, expected.theory, expected.regret, expected.se,
        )  # fmt: skip
    assert rows[0].clash == swept[0.1].measure("with", "A", "clash").mean() and rows[0].clash_se > 0
    means = [swept[0.1].measure("with", theory, "direct-war").mean() for theory in "AB"]
    assert rows[4].theory == WEIGHTED and rows[4].direct_war == pytest.approx(np.mean(means))


def test_bands_carry_units() -> None:
    runs = chance()
    rows = band_rows(runs)
    assert len(rows) == 4 * len(MONTHLY)
    first = rows[2]
    assert (first.strategy, first.theory, first.what) == ("with", "A", "rival support")
    assert (first.unit, first.paths) == ("thousand person-equivalents", 16)
    assert first.q75 == tuple(runs.bands["with", "A"][:, 2, 3].tolist())
    for unit in {row.unit for row in MONTHLY.values()} - {"log ratio"}:
        parse(unit)


def test_bands_that_nobody_knows() -> None:
    with pytest.raises(DecisionError, match=r'no unit is known for the band "helds". Did you mean held'):
        band_rows(dataclasses.replace(chance(), band_names=("balance", "helds", "rival support", "own rung", "deaths", "talks")))
    with pytest.raises(RunError, match=r"Runs: bands\[with, A\] has the shape \[3, 6, 5\], and not \[T, B, 5\] with T = 4, B = 6"):
        dataclasses.replace(chance(), months=4)

"""Two runs side by side: the statistics against independent ones, then small wars run in earnest, the same, other and planted."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from builders.places import SMALL_FILE
from builders.saved import save
from countermove.cli.compare import show
from countermove.cli.main import main
from countermove.decision.monte_carlo_error import Sums
from countermove.engine.draws import prior_draws
from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.errors import DecisionError, StoreError
from countermove.questions.compare.contrast import (
    Contrast,
    band_parting,
    contrast,
    drivers,
    false_discovery,
    mixture,
    onsets,
    spread_of,
    sums_of,
    thirds,
)
from countermove.questions.compare.differences import CompareRequest, compare
from countermove.questions.compare.finding import Compared, Difference
from countermove.questions.compare.paths import HAZARD, Replays, blocks_of
from countermove.questions.compare.run_settings import program_of
from countermove.questions.compare.sides import PairedOutcomes, pair_of, side_of
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.read import read
from countermove.store import load

SMALL = str(SMALL_FILE)
MORE = "patrons.neighbour.baseline={lognormal: [8, 0.3], unit: thousand}"  # than 5: the only change, and no uniform moves
CERTAIN = "patrons.neighbour.baseline=8"


def random(seed: int) -> np.random.Generator:
    """A generator of its own."""
    return np.random.Generator(np.random.Philox(key=[seed, 77]))


def by_scramble(values: np.ndarray) -> np.ndarray:
    """The means of the scrambles [16] of [D, L], the plain way."""
    return np.array([np.nanmean(values[k::SCRAMBLES]) for k in range(SCRAMBLES)])


# --- the statistics ---------------------------------------------------------------------------------------------------


def test_errors_are_those_of_the_t_tests() -> None:
    """Paired: Student's test on the scrambles' means; unpaired: Welch's. Computed by scipy, and by us from sums."""
    random_ = random(1)
    a, b = random_.normal(0, 1, (3, 96, 4)), random_.normal(0.3, 2, (3, 96, 4))
    paired, apart = (contrast(sums_of(a), sums_of(b), paired=flag) for flag in (True, False))
    for n in range(3):
        one, other = by_scramble(a[n]), by_scramble(b[n])
        student, welch = stats.ttest_rel(other, one), stats.ttest_ind(other, one, equal_var=False)
        assert np.isclose(paired.p[n], student.pvalue, rtol=1e-9) and paired.freedom[n] == 15
        assert np.isclose(apart.p[n], welch.pvalue, rtol=1e-9) and np.isclose(apart.freedom[n], welch.df)
        assert np.isclose(paired.difference[n], b[n].mean() - a[n].mean()) and np.isclose(
            paired.difference[n] / paired.se[n], student.statistic
        )


def test_what_does_not_exist_is_left_out() -> None:
    """A ratio that some runs do not have: its mean is over those that do, its error is about the spread of repeated samples."""
    random_ = random(2)
    found: list[Contrast] = []
    for _ in range(400):
        a, b = random_.gamma(2, 1, (64, 2)), random_.gamma(2, 1, (64, 2))
        b[random_.random(b.shape) < 0.4] = np.nan
        found.append(contrast(sums_of(a), sums_of(b), paired=False))
        assert np.isclose(found[-1].difference, np.nanmean(b) - a.mean())
    sd = float(np.std([one.difference for one in found]))
    assert np.isclose(np.sqrt(np.mean([one.se**2 for one in found])), sd, rtol=0.15)
    nowhere = contrast(sums_of(np.ones((32, 2))), sums_of(np.full((32, 2), np.nan)), paired=True)
    assert math.isnan(nowhere.difference) and math.isnan(nowhere.p)


def test_certain_and_unknown() -> None:
    """The same in every scramble: no error, p 0; no difference: p 1; one draw: no error can be known. Sums of float64 leave no trace."""
    third = np.full((48, 3), 1 / 3, np.float32)
    assert contrast(sums_of(third), sums_of(third[:32]), paired=True)[2:6:3] == (0, 1)
    moved = contrast(sums_of(third), sums_of(third + 1), paired=False)
    assert (moved.se, moved.p) == (0, 0) and np.isclose(moved.difference, 1)
    single = contrast(sums_of(third[:1]), sums_of(third[:1] + 1), paired=True)
    assert math.isnan(single.se) and math.isnan(single.p)
    with pytest.raises(DecisionError, match="16 scrambles cannot be paired with 8"):
        contrast(sums_of(third), sums_of(third[:8]), paired=True)
    with pytest.raises(DecisionError, match="infinite"):
        sums_of(np.full((16, 1), np.inf))


def test_mixture_is_of_means() -> None:
    """Theories by weight."""
    values = random(3).normal(0, 1, (2, 3, 32, 2))
    shares = np.array([0.5, 0.3, 0.2])
    mixed = mixture(sums_of(values), shares)
    found = contrast(mixed, Sums(mixed.total * 0, mixed.mass), paired=True)
    assert np.allclose(found.a, values.mean(axis=(2, 3)) @ shares)


def test_false_discovery_as_published() -> None:
    """Benjamini and Hochberg 1995, section 3.2: 15 p-values, of which the procedure rejects four at 5% (Bonferroni three)."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert (false_discovery(np.array(p)) <= 0.05).sum() == 4
    mixed = random(4).random(200) ** 2
    assert np.allclose(false_discovery(mixed), stats.false_discovery_control(mixed))
    with_hole = false_discovery(np.array([0.01, np.nan, 0.04]))
    assert np.allclose(with_hole[[0, 2]], [0.02, 0.04]) and np.isnan(with_hole[1])
    assert np.isnan(false_discovery(np.array([np.nan]))).all()


@pytest.mark.parametrize("kind", ["normal", "rare", "heavy"])
def test_false_alarms_where_nothing_differs(kind: str) -> None:
    """Tables of 40 dependent measures, 300 of them: at most 5% call anything significant (99.9% bound of the count)."""
    random_, alarms, tables = random(5), 0, 300
    for _ in range(tables):
        shared = random_.normal(0, 1, (2, 1, 64, 2))  # one cause of all measures of a side
        own = random_.normal(0, 1, (2, 40, 64, 2))
        worth = 0.6 * shared + 0.8 * own
        values = {"normal": worth, "rare": (worth > 2.6).astype(float), "heavy": np.exp(1.5 * worth)}[kind]
        found = contrast(sums_of(values[0]), sums_of(values[1]), paired=False)
        alarms += bool((false_discovery(found.p) <= 0.05).any())
    assert alarms <= stats.binom.ppf(0.999, tables, 0.05)


def test_spread() -> None:
    """Over all runs of both sides, absent ones left out."""
    a, b = np.array([[1.0, np.nan]]), np.array([[3.0, 5.0]])
    assert np.isclose(spread_of(a, b), np.std([1, 3, 5])) and math.isnan(spread_of(np.array([np.nan])))


def test_onsets_find_the_month() -> None:
    """Planted in month 7 of one quantity of three; the second differs by nothing, the third by less than matters."""
    random_ = random(6)
    a = random_.normal(0, 1, (3, 12, 64, 4)).astype(np.float32)
    b = a.copy()
    b[0, 7:] += random_.normal(2, 0.5, (5, 64, 4)).astype(np.float32)
    b[2, 3:] += np.float32(0.01)
    found = onsets(a, b, paired=True, matched=True, material=0.05)
    assert [one.first for one in found] == [7, None, None] and [one.excludes for one in found] == [7, None, 3]
    assert 1.9 < found[0].first_difference < 2.1 and found[0].most >= 7 and found[2].most_se == pytest.approx(0, abs=1e-6)
    apart = onsets(a, random_.permuted(b, axis=2), paired=False, matched=False, material=0.05)
    assert [one.first for one in apart] == [7, None, None] and {one.excludes for one in apart} == {None}


def test_bands_part() -> None:
    """By closed form: the median moves by half a width in month 2, which is outside the other's middle half."""
    band = np.tile(np.array([0.0, 1, 2, 3, 4]), (4, 1))
    moved = band + np.array([0, 0.5, 2, 1])[:, None]
    assert band_parting(band, moved) == (2, 2, 2.0, 0.5) and band_parting(band, band[:2]) == (None, 0, 0.0, 0.0)
    with pytest.raises(DecisionError, match="no months"):
        band_parting(band[:0], band)


# --- which draws ------------------------------------------------------------------------------------------------------


def explained(y: np.ndarray, code: np.ndarray) -> float:
    """Eta squared, the plain way."""
    within = sum(((y[code == g] - y[code == g].mean()) ** 2).sum() for g in np.unique(code))
    return 1 - within / ((y - y.mean()) ** 2).sum()


def test_drivers_are_named_in_their_order() -> None:
    """Two of ten parameters and an expert make the difference; a copy of one of them and one that is nearly it are not named beside it."""
    random_ = random(7)
    u = random_.random((10, 240))
    who = random_.integers(0, 2, 240)
    y = 3 * u[4] + 1.2 * who - 0.8 * u[2] + 0.3 * random_.normal(size=240)
    parameters = {f"p{k}": values for k, values in enumerate(u)} | {
        "copy": 2 * u[4],
        "near": 0.5 * u[4] + u[9],
        "fixed": np.ones(240),
    }
    found = drivers(y, parameters, {"expert": (who, ["Smith", "Jones"])}, seed=1)
    assert [one.parameter for one in found[:3]] == ["p4", "expert", "p2"] and "near" not in [one.parameter for one in found]
    assert np.isclose(found[0].share, explained(y, thirds(u[4]))) and all(one.share > one.threshold for one in found)
    low, middle, high = (value for _, value in found[0].groups)
    assert low < middle < high and dict(found[1].groups) == {
        "Smith": pytest.approx(y[who == 0].mean()),
        "Jones": pytest.approx(y[who == 1].mean()),
    }
    assert found == drivers(y, parameters, {"expert": (who, ["Smith", "Jones"])}, seed=1)


def test_drivers_false_alarms() -> None:
    """Nothing goes with anything, the difference is skewed: 5% of 100 tables name a parameter (99.9% bound of the count)."""
    random_ = random(8)
    named = sum(
        len(drivers(np.exp(random_.normal(size=48)), {str(k): v for k, v in enumerate(random_.random((12, 48)))}, seed=n)) > 0
        for n in range(100)
    )
    assert named <= stats.binom.ppf(0.999, 100, 0.05)


@pytest.mark.parametrize(
    ("y", "parameters", "words"),
    [
        (np.arange(23.0), {}, "23 draws are too few"),
        (np.full(24, 0.1), {}, "the same in every draw"),
        (np.full(24, np.nan), {}, "not a finite number"),
        (np.arange(24.0), {"x": np.full(24, np.inf)}, "x has no finite value"),
    ],
)
def test_drivers_of_nothing(y: np.ndarray, parameters: dict[str, np.ndarray], words: str) -> None:
    """Are errors that say why; and no parameter at all names none."""
    with pytest.raises(DecisionError, match=words):
        drivers(y, parameters, seed=0)
    assert drivers(np.arange(24.0), {}, seed=0) == ()


# --- runs in earnest --------------------------------------------------------------------------------------------------


def run(out: Path, *words: str, seed: int = 7) -> Path:
    """A run of 256 draws and 4 lucks."""
    size = ["--draws", "256", "--lucks", "4", "--seed", str(seed), "--quick", "--json", "--out", str(out)]
    with (
        pytest.MonkeyPatch.context() as patch
    ):  # the command is kept beside the results: what it names is how a scenario is found again
        patch.setattr(sys, "argv", ["countermove", "run", SMALL, *size, *words])
        assert main(sys.argv[1:]) == 0
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The same twice; another seed; more support from the neighbour, uncertain as before and certain; one strategy alone."""
    folder = tmp_path_factory.mktemp("runs")
    return {
        "one": run(folder / "one"),
        "again": run(folder / "again"),
        "other": run(folder / "other", seed=8),
        "more": run(folder / "more", "--set", MORE),
        "certain": run(folder / "certain", "--set", CERTAIN),
        "wait": run(folder / "wait", "--strategy", "wait"),
    }


@pytest.fixture(scope="module")
def more(runs: Mapping[str, Path]) -> Compared:
    """The planted difference."""
    return compare([runs["one"], runs["more"]])


def of(found: Compared, strategy: str, theory: str, measure: str) -> Difference:
    """One row."""
    return next(row for row in found.rows if (row.strategy, row.theory, row.measure) == (strategy, theory, measure))


def test_the_same_run_twice(runs: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Is the same, bit for bit, and that is the answer; nothing is found."""
    assert main(["compare", str(runs["one"]), str(runs["again"]), "--strict"]) == 0
    answer, remarks = capsys.readouterr()
    assert remarks == "" and answer.endswith("Nothing differs in how they were made.\nThe runs are the same, bit for bit.\n")
    found = compare([runs["one"], runs["again"]])
    assert found.identical and found.expected and found.paired == "draw" and found.differs == found.only == found.drill == ()
    assert all(row.difference == row.se == 0 and row.p == 1 and not row.significant for row in found.rows)
    assert all(row.change == 0 for row in found.regret) and found.turned == ()


def test_the_same_runs_judged_otherwise(runs: Mapping[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same bits under another objective: that is said, and the ranking that turns."""
    costly = run(tmp_path / "costly", "--set", "objective.values.cost=-100 per 100 million USD")
    capsys.readouterr()
    assert main(["compare", str(runs["one"]), str(costly)]) == 0
    answer = capsys.readouterr().out
    assert "bit for bit.\nWhat is made of them is not" in answer and "The objectives differ: points are not compared." in answer
    assert "The ranking under “Gives whatever prevents defeat”: “Arm” or “Wait” first -> “Arm” first, then “Wait”." in answer
    found = compare([runs["one"], costly])
    assert found.identical and not found.expected and not found.found and found.drill == found.regret == ()


def test_other_weights_move_only_the_weighted_points(runs: Mapping[str, Path], tmp_path: Path) -> None:
    """By the share that moved times the difference between the theories."""
    saved = load(runs["one"])
    copy = shutil.copytree(runs["one"], tmp_path / "weights")
    tables = saved.document("tables") | {"weights": {"inertia": 0.5, "spigot": 0.5}}
    save(copy, tables={"outcomes": _parts(saved.outcomes())}, documents={"tables": tables}, provenance=saved.provenance)
    found = compare([runs["one"], copy])
    inertia, spigot, weighted = (of(found, "arm", theory, "objective") for theory in ("inertia", "spigot", "weighted"))
    assert np.isclose(weighted.difference, (0.5 - 0.25) * inertia.a + (0.5 - 0.75) * spigot.a) and inertia.difference == 0
    assert [(row.what, row.b) for row in found.differs] == [("weight.inertia", "0.5"), ("weight.spigot", "0.5")]


def _parts(frame: Any) -> list[dict[str, Any]]:
    """Outcomes as they are saved: a part for each strategy and theory."""
    return [
        {name: rows[name].tolist() if name in ("strategy", "theory") else rows[name].to_numpy() for name in rows}
        for _, rows in frame.groupby(["strategy", "theory"], sort=False, observed=True)
    ]


def altered(old: Path, new: Path, measure: str, step: float) -> Path:
    """A folder as `run` writes it, with one measure of one strategy moved in every run, as other code might."""
    saved = load(old)
    frame: Any = saved.outcomes()
    frame.loc[frame["strategy"] == "arm", measure] += np.float32(step)
    provenance = saved.provenance | {"code_version": "0.0.9"}
    return save(new, tables={"outcomes": _parts(frame)}, documents={"tables": saved.document("tables")}, provenance=provenance)


@pytest.mark.slow
def test_other_code_that_moves_a_number(runs: Mapping[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two runs that should be the same and are not: said, found, exit code 1 with --strict; and that this code does not replay them."""
    moved = altered(runs["one"], tmp_path / "moved", "talks", 0.001)
    assert main(["compare", str(runs["one"]), str(moved), "--strict"]) == 1
    answer = capsys.readouterr().out
    assert "0.0.9" in answer and "and yet these are not the same runs" in answer and "the runs are not those of" in answer
    found = compare([runs["one"], moved])
    assert {(row.strategy, row.measure) for row in found.found} == {("arm", "talks")} and found.expected and not found.identical
    assert all(np.isclose(row.difference, 0.001, rtol=1e-4) for row in found.found)


def test_rows_are_what_the_tables_say(runs: Mapping[str, Path], more: Compared) -> None:
    """Means, paired errors and points, computed anew from the files and from what `run` kept."""
    frames = [load(runs[name]).outcomes() for name in ("one", "more")]
    for measure in ("deaths", "truce-length", "direct-war"):
        row = of(more, "arm", "spigot", measure)
        cubes = [f[(f.strategy == "arm") & (f.theory == "spigot")][measure].to_numpy(float).reshape(256, 4) for f in frames]
        assert np.isclose(row.difference, np.nanmean(cubes[1]) - np.nanmean(cubes[0]), rtol=1e-6, atol=1e-12)
        if measure != "truce-length":  # a ratio's error is not that of the scrambles' means
            apart = by_scramble(cubes[1]) - by_scramble(cubes[0])
            assert np.isclose(row.se, apart.std(ddof=1) / 4, rtol=1e-6, atol=1e-12)
            assert np.isclose(row.share, row.difference / spread_of(*(f[measure].to_numpy(float) for f in frames)), rtol=1e-5)
    tables = [load(runs[name]).document("tables") for name in ("one", "more")]
    for theory in ("inertia", "spigot", "weighted"):
        for strategy in ("wait", "arm"):
            kept = [next(r for r in t["regret"] if (r["strategy"], r["theory"]) == (strategy, theory)) for t in tables]
            row = of(more, strategy, theory, "objective")
            assert np.allclose([row.a, row.b], [one["value"] for one in kept])
            change = next(one for one in more.regret if (one.strategy, one.theory) == (strategy, theory))
            assert np.allclose([change.a, change.b, change.a_se, change.b_se], [r[w] for w in ("regret", "se") for r in kept])


def test_the_points_are_made_of_the_measures(more: Compared, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each plan: what the measures of the objective add up to is the difference in points, theories weighted; and it is said."""
    for strategy in ("wait", "arm"):
        rows = [row for row in more.terms if row.strategy == strategy]
        assert len({row.measure for row in rows}) == len(rows) > 1
        assert np.isclose(sum(row.points for row in rows), of(more, strategy, "weighted", "objective").difference)
        assert [abs(row.points) for row in rows] == sorted((abs(row.points) for row in rows), reverse=True)
    show(more)
    told = more.terms_of("arm")
    assert told and "The points of arm differ, theories weighted, by " in capsys.readouterr().out
    assert all(abs(row.points) > 2 * row.se for row in told)


def test_ranks(more: Compared) -> None:
    """By |B - A| / error, and by size; every rank once; significant are those at the top, as many as the correction lets through."""
    ratio = [abs(row.difference) / row.se if row.se > 0 else 0 for row in more.rows]
    assert ratio == sorted(ratio, reverse=True) and [row.rank for row in more.rows] == list(range(1, more.compared + 1))
    sized = sorted(more.rows, key=lambda row: row.by_size)
    assert all(abs(one.share) >= abs(other.share) for one, other in pairwise(sized))
    assert np.allclose([row.adjusted for row in more.rows], stats.false_discovery_control([row.p for row in more.rows]))


def test_a_planted_difference_is_found(more: Compared) -> None:
    """More support from the neighbour: at the top what it gives and suffers, with the right sign; it begins with his support in month 1; the
    draws say so too. Nothing else was changed, and that is what the head says. His will is the higher for it: only pain beyond that of the
    first day counts, and whoever gives more from the start is relieved of more whenever the fighting ebbs."""
    assert [row.what for row in more.differs] == ["scenario's hash", "patrons.neighbour.baseline"]
    assert more.differs[1].b == "lognormal [8.0, 0.3], unit thousand" and more.paired == "draw"
    top = {row.measure for row in more.rows[:8]}
    assert top <= {"deaths-rival", "territory", "cost-rival", "support-change", "will-rival", "silences"} and "deaths-rival" in top
    for row in more.found:
        signs = {"deaths-rival": 1, "cost-rival": 1, "territory": -1, "will-rival": 1}
        assert np.sign(row.difference) == signs.get(row.measure, np.sign(row.difference)), row
    for part in more.drill:
        first = part.blocks[0]
        assert (first.name, first.first, first.quantities[0].what) == ("support of the rival", 1, "support")
        assert 2.8 < first.quantities[0].first_difference < 3.4 and first.quantities[0].excludes == 1  # 8 - 5 at the medians
        assert all(block.share < first.quantities[0].share / 2 for block in part.blocks[1:])
        band = {gap.what: gap for gap in part.bands}
        assert band["rival support"].first == 1 and band["own rung"].first is None
    assert any("patron.baseline (neighbour)" in [one.parameter for one in part.drivers] for part in more.drill)


def test_draws_shown_are_addresses(runs: Mapping[str, Path], more: Compared) -> None:
    """The draw with the largest difference and, in it, the luck with the largest, by the outcomes themselves."""
    part = next(part for part in more.drill if part.measure == "deaths-rival")
    totals: list[np.ndarray] = []
    for name in ("one", "more"):
        frame = load(runs[name]).outcomes(["deaths-rival"])
        rows = frame[(frame.strategy == part.strategy) & (frame.theory == part.theory)]
        totals.append(rows.pivot(index="draw", columns="luck", values="deaths-rival").to_numpy(float))
    apart, shown = totals[1] - totals[0], part.draws[0]
    assert np.isclose(shown.difference, apart.mean(axis=1).max(), rtol=1e-6)
    assert (shown.draw, shown.luck) == (apart.mean(axis=1).argmax(), apart[shown.draw].argmax())


def test_two_strategies(runs: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """In one run, with the same luck: arming begins in March with the owner's rung; the same row as by hand."""
    found = compare([runs["one"]], CompareRequest(("wait", "arm"), ("spigot",)))
    assert (found.kind, found.a, found.b, found.paired, found.differs, found.turned) == (
        "strategies",
        "wait",
        "arm",
        "draw",
        (),
        (),
    )
    assert {row.theory for row in found.rows} == {"spigot"} and {row.strategy for row in found.rows} == {"arm"}
    frame = load(runs["one"]).outcomes(["cost"])
    means = frame[frame.theory == "spigot"].groupby("strategy", observed=True)["cost"].mean()
    assert np.isclose(of(found, "arm", "spigot", "cost").difference, means["arm"] - means["wait"], rtol=1e-5)
    assert found.drill[0].blocks[0].name == "the owner's aid" and found.drill[0].blocks[0].first == 3
    assert {block.first for block in found.drill[0].blocks} >= {3, None}
    assert main(["compare", str(runs["one"]), "--strategy", "wait", "--strategy", "arm", "--theory", "spigot"]) == 0
    answer = capsys.readouterr().out
    assert answer.startswith("A: wait\nB: arm\n\nPaired") and "2030-03  the owner's aid: overseas.rung +0.9" in answer


def test_one_strategy_is_missing(runs: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """What both have is compared, what one lacks is named; regret would be against others and is not shown."""
    assert main(["compare", str(runs["one"]), str(runs["wait"])]) == 0
    assert "Only A has the strategies arm.\nWhat both have is the same, bit for bit.\n" in capsys.readouterr().out
    found = compare([runs["wait"], runs["more"]])
    assert {row.strategy for row in found.rows} == {"wait"} and found.only[0].b == "arm" and found.regret == ()
    assert main(["compare", str(runs["one"]), str(runs["wait"]), "--strategy", "arm"]) == 2
    assert "only one of the two runs has arm" in capsys.readouterr().err


def test_draws_that_are_not_the_same(runs: Mapping[str, Path]) -> None:
    """A number that is certain moves all other draws: paired by scramble, found all the same, and no draw is named."""
    found = compare([runs["one"], runs["certain"]], CompareRequest(replays=False))
    assert found.paired == "scramble" and "the draws differ" in found.pairing and found.found
    assert all(part.drivers == part.draws == part.blocks == () and len(part.notes) == 2 for part in found.drill)
    seeds = compare([runs["one"], runs["other"]])
    assert seeds.paired == "no" and not seeds.found and [row.what for row in seeds.differs] == ["seed"]
    assert seeds.drill == ()


def test_a_scenario_that_has_gone(runs: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edited after the run: measures and kept bands are compared, points and months are not, and it says why."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "more"):
        shutil.copytree(runs[name], tmp_path / name)
    monkeypatch.setattr("countermove.questions.compare.sides.read", lambda *_, **__: read(SMALL, overrides={"clock.months": "25"}))
    found = compare(["one", "more"])
    assert "is not at hand" in found.points and found.paired == "scramble" and "not known" in found.pairing and found.start is None
    assert found.regret == () and {row.measure for row in found.rows} >= {"deaths"} - {"objective"}
    assert all("is not at hand" in part.notes[0] and part.bands and not part.blocks for part in found.drill)
    same = compare(["one", "one"])
    assert same.identical


def test_clash_hazard_is_the_rate_of_clashes(runs: Mapping[str, Path]) -> None:
    """A law: clashes less the sum of 1 - exp(-hazard) is a martingale, so its mean is 0 within four errors."""
    sides = [side_of(runs["one"]), side_of(runs["more"])]
    pair = pair_of(sides, CompareRequest())
    replays = Replays(pair, PairedOutcomes(pair))
    wanted = replays.wanted()
    paths = dict(zip(wanted, replays.paths(pair.b, "arm", "inertia"), strict=True))
    clash, hazard = (paths[Quantity("", what)].astype(float) for what in ("clash", HAZARD))
    apart = (clash + np.expm1(-hazard)).sum(axis=0)
    found = contrast(sums_of(apart * 0), sums_of(apart), paired=True)
    assert clash.sum() > 5 and abs(found.difference) < 4 * found.se
    every = [one for block in blocks_of(program_of(read(SMALL)).cast).values() for one in block]
    assert len(set(every)) == len(every) and wanted == tuple(every)


@cache
def means(seed: int) -> np.ndarray:
    """All measures of four cells of a small run [cell, measure, draws, lucks]."""
    program = program_of(read(SMALL))
    machine = Engine(program)
    batch = Batch(prior_draws(program, 64, seed), 4, 256)
    cells = [(strategy, theory) for strategy in program.strategy_names for theory in program.theory_names]
    return np.stack([machine.chunk(batch, Task(*cell, 0))[0].reshape(-1, 64, 4) for cell in cells])


def test_two_seeds_of_one_war_differ_by_chance() -> None:
    """12 pairs of seeds, all measures of all cells: pairs in which anything is called significant are at most 5% (99.9% bound), and of the
    single p-values about 5% are below 5%."""
    alarms, small = 0, []
    for pair in range(12):
        found = contrast(sums_of(means(2 * pair)), sums_of(means(2 * pair + 1)), paired=False)
        alarms += bool((false_discovery(found.p.ravel()) <= 0.05).any())
        small.append(np.mean(found.p[~np.isnan(found.p) & (found.p < 1)] < 0.05))
    assert alarms <= stats.binom.ppf(0.999, 12, 0.05)
    assert 0.01 < np.mean(small) < 0.09


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_errors(runs: Mapping[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and words that help."""
    damaged = shutil.copytree(runs["one"], tmp_path / "damaged")
    (damaged / "outcomes" / "runs.parquet").write_bytes((damaged / "outcomes" / "runs.parquet").read_bytes()[:-100])
    row = {"strategy": "watch", "theory": "inertia", "measure": "deaths", "unit": "persons"}
    others = save(
        tmp_path / "others",
        tables={"outcomes": [{"strategy": "watch", "deaths": np.zeros(1)}]},
        documents={"tables": {"measures": [row]}},
        provenance={"draws": 1, "lucks": 1, "months": 1, "seed": 0},
    )
    save(tmp_path / "nothing", tables={"outcomes": [{"x": np.zeros(1)}]}, documents={"tables": {}})
    one = str(runs["one"])
    cases = {
        (one, str(tmp_path / "nowhere")): "there are no results here",
        (one, str(tmp_path)): "this folder has no manifest.json",
        (one, str(damaged)): "half-written or altered",
        (one, str(tmp_path / "nothing")): "these are no results of a run",
        (one, str(others)): "these runs have no strategy in common",
        (one,): "a comparison is of two runs, or of two strategies in one",
        (one, "--strategy", "arm"): "a comparison is of two runs",
        (one, "--strategy", "arm", "--strategy", "arm"): "cannot be compared with itself",
        (one, "--strategy", "arm", "--strategy", "wiat"): 'the strategy "wiat" was not run. Did you mean wait?',
        (one, one, "--theory", "spigots"): "Did you mean spigot?",
        (one, one, one): "a comparison is of two runs",
    }
    for words, said in cases.items():
        capsys.readouterr()
        assert main(["compare", *words]) == 2
        answer, remarks = capsys.readouterr()
        assert answer == "" and said in remarks, remarks
    with pytest.raises(StoreError, match="manifest"):
        compare([tmp_path, one])


def test_json_and_its_bits(runs: Mapping[str, Path], more: Compared, capsys: pytest.CaptureFixture[str]) -> None:
    """All rows, nothing that JSON does not know, and the same bits when it is asked again."""
    words = ["compare", str(runs["one"]), str(runs["more"]), "--json"]
    capsys.readouterr()
    assert main([*words, "--strict"]) == 1
    first = capsys.readouterr().out
    found = json.loads(first)
    assert len(found["rows"]) == found["compared"] == more.compared and found["significant"] == len(more.found)
    assert {"kind", "a", "b", "differs", "identical", "paired", "pairing", "regret", "turned", "drill"} <= set(found)
    assert {"blocks", "bands", "drivers", "draws", "notes"} <= set(found["drill"][0])
    assert main(words) == 0 and capsys.readouterr().out == first
    assert replace(more, rows=()).found == ()

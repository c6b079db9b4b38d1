"""What the record says, in the memo: weights with their matrix, what they would decide, which readings, and what was kept."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from builders import dossier_example as example
from builders import run_example
from builders.weighing import exact_weight
from countermove.errors import EvidenceError
from countermove.memo import render
from countermove.memo.contents import Dossier
from countermove.plain import plain, restore
from countermove.questions import result_cache
from countermove.questions.options import RunOptions
from countermove.questions.run.run import Study, run_study
from countermove.questions.weigh import cached_weighing as keeping
from countermove.questions.weigh.amortised import TREES
from countermove.questions.weigh.cached_weighing import HEADLINE, cached_weighing, fullest_cached
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.questions.weigh.memo_weighing import NO_RECORD, QUICK, memo_weighing, posterior_of
from countermove.questions.weigh.section import confusion_table, decision, influence_tables, reading_table, weight_table
from countermove.questions.weigh.weigh import WeighingExtras
from countermove.scenario.read import read
from countermove.world.titles import UNTITLED, title_of

SMALLEST = TrainingEffort(records=4096, classifiers=1)
REFUSED = "The record lies outside what any theory produces. No weight is given."


@pytest.fixture(scope="module")
def study() -> Study:
    """A small run of the reference scenario."""
    options = RunOptions(draws=16, lucks=2, strategies=("abstain", "javelins", "heavy-lethal"), full=False)
    return run_study(read("donbas-2017"), options)


def cells(row: int, table: object) -> list[str]:
    """The texts of one row."""
    return [cell.text for cell in table.rows[row].cells]  # type: ignore[attr-defined]


# --- what is shown


def test_weights_stand_beside_their_matrix(dossier: Dossier) -> None:
    """In the same order, with their spread, the truth framed, and the caption says what to see."""
    found = example.weighing()
    weights, matrix = weight_table(found, "Moscow"), confusion_table(found)
    assert (
        [row.head.text for row in weights.rows] == [row.head.text for row in matrix.rows] == [*map(title_of, run_example.THEORIES)]
    )
    assert cells(2, weights) == ["12.5%", "70% ± 3%"]
    assert all(("best" in cell.marks) == (h == k) for h, row in enumerate(matrix.rows) for k, cell in enumerate(row.cells))
    assert "“Richardson” more often for “Inertia” than for itself" in matrix.caption
    assert "Calibration error of the weights: 0.012" in matrix.caption and "264 not known as they happened" in weights.caption
    page = render(dossier)
    assert page.index("table-weights") < page.index("table-believed") < page.index("table-confusion")  # the last in the annex
    assert re.search(r'id="table-weights"[^>]*>[^<]*names the true theory in', page), (
        "weights never stand without how far a record can tell"
    )
    lone = weight_table(replace(found, weights=tuple(replace(row, sd=math.nan) for row in found.weights)), "Moscow")
    assert lone.rows[2].cells[1].notes == ("one reader: spread not known",)


def test_other_readings_are_shown_or_missed(dossier: Dossier) -> None:
    """All of them where they were weighed, refusals as such; else the sentence that says what is shown and how to get the rest."""
    table = reading_table(example.weighing())
    assert [row.head.text for row in table.rows] == ["headline", "coding debaltseve: opportunism", "start bare"]
    assert cells(2, table) == ["refused"] * 8 + ["<0.1%"]
    assert "3 readings of the record were weighed" in render(dossier)
    alone = replace(example.weighing(), readings=example.weighing().readings[:1])
    page = render(replace(dossier, record_says=replace(dossier.record_says, weighing=alone, full=False)))
    assert "Only the headline reading was weighed for this memo" in page and "“countermove weigh donbas-2017”" in page
    assert "table-readings" not in page


def test_the_headline_stays_on_the_priors(dossier: Dossier) -> None:
    """And says why; what the record's weights would decide stands beside it, with its error and its verdict."""
    page = render(dossier)
    assert "scaled on the same war (deaths, recommitments)" in page.replace(" and ", ", ")
    assert "the headline decision stays on the prior weights" in page
    said = decision(dossier.record_says, dossier)
    assert (
        "“Restraint” would be best, 0.21 ± 0.02 points above “Javelins”. On the prior weights the best plan is none alone (“Restraint”,"
        in said
    )
    says = dossier.record_says
    assert says.verdict is not None
    near = replace(dossier, record_says=replace(says, verdict=replace(says.verdict, difference=0.01, kind="cannot tell")))
    assert "no plan could be called best: the runs cannot tell “Restraint” from “Javelins”" in decision(near.record_says, near)


def test_what_each_month_moved() -> None:
    """The months that moved most first, in their order; above 0 where leaving the month out costs the theory weight."""
    rows = example.record_says().influence
    most, rest = influence_tables(rows, run_example.THEORIES, UNTITLED)
    assert (len(most.rows), len(rest.rows)) == (12, 3)
    assert most.rows[0].head.text == "April 2014" and cells(0, most)[0] == "−0.90"
    assert "Most is moved by April 2014: −0.90 for “Inertia”." in most.caption
    assert influence_tables((), run_example.THEORIES, UNTITLED) == ()


def test_nothing_and_refusals_are_said(dossier: Dossier) -> None:
    page = render(replace(dossier, record_says=MemoWeighing(why=NO_RECORD)))
    assert NO_RECORD in page and "table-weights" not in page
    refused = replace(example.weighing(), refused=REFUSED, sentences=(REFUSED,))
    page = render(replace(dossier, record_says=MemoWeighing(refused, "")))
    assert page.count('<td role="cell">refused</td>') == 16 - 0 or "refused" in page
    assert REFUSED in page
    between = page[page.index('id="table-weights"') : page.index("</table>", page.index('id="table-weights"'))]
    assert between.count(">refused<") == 8 and "70%" not in between
    assert "Prior weights: the record lies outside what the theories make" in page


def test_it_travels_as_json(dossier: Dossier) -> None:
    """And comes back the same."""
    says = dossier.record_says
    assert restore(MemoWeighing, json.loads(json.dumps(plain(says)))) == says


def test_the_time_it_took_is_not_shown(dossier: Dossier) -> None:
    slower = replace(dossier.record_says, weighing=replace(example.weighing(), seconds=1e4))
    assert render(replace(dossier, record_says=slower)) == render(dossier)


def test_the_other_road_stands_beside(dossier: Dossier) -> None:
    """Weights by filters in a column of their own, where that road was taken."""
    exact = tuple(exact_weight(t, 0.3 if t == "spigot" else 0.1, 0.02) for t in run_example.THEORIES)
    table = weight_table(replace(example.weighing(), filter_weights=exact), "Moscow")
    assert table.columns[-1].text == "by filters" and cells(2, table)[-1] == "30% ± 2%"
    assert table.rows[2].cells[-1].notes == ("stacking 25%",)


# --- what is kept


class Counted:
    """Stands in for the work of weighing: gives the example, with other readings where they are asked for, and counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, scenario: object, options: RunOptions, *, asked: WeighingExtras, **_: object) -> Weighing:
        self.times += 1
        found = replace(example.weighing(), influence=())
        return found if asked.variants else replace(found, readings=found.readings[:1])


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counted:
    """The weighing, counted, in an empty cache."""
    counted = Counted()
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    monkeypatch.setattr(keeping, "weigh", counted)
    return counted


def test_a_weighing_is_done_once(work: Counted) -> None:
    """The headline serves the memo until a full one is kept; then that one does, and a later headline does not displace it."""
    scenario = read("donbas-2017")
    assert fullest_cached(scenario) is None
    alone = cached_weighing(scenario, asked=HEADLINE)
    assert alone == cached_weighing(scenario, asked=HEADLINE) and len(alone.readings) == 1 and work.times == 1
    best = fullest_cached(scenario)
    assert best is not None and best.weighing == alone and not best.full
    full = cached_weighing(scenario)
    assert full == cached_weighing(scenario) and len(full.readings) == 3 and work.times == 2
    assert cached_weighing(scenario, asked=HEADLINE) == alone and work.times == 2
    best = fullest_cached(scenario)
    assert best is not None and best.weighing == full and best.full


def test_everything_that_decides_is_in_the_key(work: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenario, seed, effort, coding and code: another of any is another weighing."""
    scenario, heavier = read("donbas-2017"), read("donbas-2017", overrides={"patrons.moscow.theories.spigot.weight": "3"})
    cached_weighing(scenario)
    cached_weighing(heavier)
    cached_weighing(scenario, RunOptions(seed=1))
    cached_weighing(scenario, effort=SMALLEST)
    cached_weighing(scenario, coding="opportunism")
    monkeypatch.setattr(keeping, "source_hash", lambda: "another")
    cached_weighing(scenario)
    assert work.times == 6


def test_a_kept_weighing_that_was_altered_is_done_again(work: Counted, tmp_path: Path) -> None:
    first = cached_weighing(read("donbas-2017"))
    for piece in (tmp_path / "weighings").glob("*.piece"):
        piece.write_bytes(piece.read_bytes()[:-3] + b"000")
    assert fullest_cached(read("donbas-2017")) is None
    assert cached_weighing(read("donbas-2017")) == first and work.times == 2


def test_a_closed_cache_costs_time_alone(work: Counted, tmp_path: Path) -> None:
    (tmp_path / "weighings").write_text("a file in the way")
    assert len(cached_weighing(read("donbas-2017")).readings) == 3


# --- from the record to the memo


def test_the_headline_of_the_donbas(study: Study, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In earnest, with the smallest effort and few trees; the decision under its weights is that of the runs, and it is kept bit by bit."""
    monkeypatch.setattr(result_cache, "cache_folder", lambda: tmp_path)
    monkeypatch.setitem(TREES, "max_iter", 6)
    says = memo_weighing(study, RunOptions(), effort=SMALLEST)
    found = says.weighing
    assert found is not None and not found.refused and len(found.readings) == 1 and not says.full
    weights = {row.theory: row.posterior for row in found.weights}
    assert sum(weights.values()) == pytest.approx(1)
    assert found.readings[0].weights == weights and math.isnan(found.weights[0].sd)
    assert says.prior_saw == ("deaths", "recommitments", "moscow.personnel-claimed")
    for row in says.strategies:
        values = {r.theory: r.value for r in study.findings.regret if r.strategy == row.strategy}
        assert row.posterior == pytest.approx(sum(weights[name] * values[name] for name in weights))
        assert row.prior == values["weighted"]
    assert says.verdict is not None and says.verdict.best == max(says.strategies, key=lambda row: row.posterior).strategy
    again = memo_weighing(study, RunOptions(), effort=SMALLEST).weighing
    assert plain(again) == plain(found), "kept, to the last bit"


def test_why_nothing_was_weighed(study: Study, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One sentence each: no record, an error, a quick memo with nothing kept; another patron's weights decide nothing."""
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    bare = replace(study, program=replace(study.program, scenario=study.program.scenario.model_copy(update={"record": None})))
    assert memo_weighing(bare, RunOptions()).why == NO_RECORD
    with pytest.raises(EvidenceError, match="has no record"):
        cached_weighing(bare.program.scenario)
    assert memo_weighing(study, RunOptions(full=False)).why == QUICK

    def broken(*_: object, **__: object) -> Weighing:
        raise EvidenceError("the record names no replay", where="donbas-2014-2017")

    monkeypatch.setattr(keeping, "weigh", broken)
    assert "The record was not weighed: donbas-2014-2017: the record names no replay" in memo_weighing(study, RunOptions()).why
    assert posterior_of(study, replace(example.weighing(), patron="washington")) == {}
    assert posterior_of(study, replace(example.weighing(), refused=REFUSED)) == {}

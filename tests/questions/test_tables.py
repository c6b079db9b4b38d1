"""All numbers of an answer as a table: a row a cell, its error beside it, its unit said; made by hand: the questions have tests of their own."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import countermove as cm
from builders import dossier_example as example
from builders.answers import counted, gap
from builders.weighing import war_read
from countermove.decision.monte_carlo_error import Estimate
from countermove.questions.backtest.finding import Backtest, MethodScores, SkillRange
from countermove.questions.claims.finding import ByTheory, ClaimsLedger, Statistic
from countermove.questions.compare.finding import Compared, Difference
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps.finding import GapsFound, Interval, Money, StrategyGaps
from countermove.questions.readers.finding import ReadersCompared
from countermove.questions.score.finding import BacktestScored, MemoScored, ScoredForecast, TheoryScore
from countermove.questions.search.finding import ComparedStrategy, Range, SearchFound
from countermove.questions.weigh.finding import Pool
from countermove.verify import Line, Verified
from countermove.world.display import Cells, Result
from countermove.world.tables import Cell, Row, Table

NAN = math.nan
Some: Any = SimpleNamespace


def table(kind: type[Result], **fields: Any) -> pd.DataFrame:
    """The table of a result of which only these fields are asked."""

    class Given(Result):
        def cells(self) -> Cells:
            return kind.cells(Some(**fields))

    return Given().table


def one(frame: pd.DataFrame, **where: Any) -> pd.Series:
    """The one row in which these columns have these values."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


def test_small_print_is_told_or_left_out() -> None:
    """Behind what it stands under, an error without a comma; a bare table keeps that of its heads; the caption says what no title says."""
    cells = (Cell("a", ("of us",)), Cell("+0.3", ("± 0.1", "of 5"), ("best",)))
    found = Table.of("What to see.", ("who", Cell("lead", ("points",))), (cells, Row.of(("worst", "2"), "total")), title="Leads")
    assert found.texts() == (["who", "lead, points"], [["a, of us", "+0.3 ± 0.1, of 5"], ["worst", "2"]])
    assert found.bare().texts() == (["who", "lead, points"], [["a, of us", "+0.3"], ["worst", "2"]])
    assert found.rows[1].marks == ("total",) and found.bare().rows[0].cells[0].marks == ("best",)
    assert found.text().splitlines()[0] == "Leads" and replace(found, title="").text().splitlines()[0] == "What to see."


def test_weights_by_two_roads() -> None:
    """Those of filters beside those of simulated records; nothing where the record is refused."""
    found = example.weighing()
    rows = found.table
    first = found.weights[0]
    read = one(rows, theory=first.theory, road="simulated records")
    assert (read["prior (0-1)"], read["weight (0-1)"], read["se (0-1)"]) == (first.prior, first.posterior, first.sd)
    assert len(rows) == len(found.weights) + len(found.filter_weights)
    assert (
        table(type(found), **{**vars(found), "refused": "far out"})
        .query("road == 'simulated records'")["weight (0-1)"]
        .isna()
        .all()
    )


def test_many_wars() -> None:
    """Each war, then all of them together; filters where they were run."""
    war = war_read("a", {"x": 0.7, "y": 0.3})
    exact = Some(known=None, hindsight=Some(weights={"x": 0.6}, sd={"x": 0.1}))
    rows = table(Pool, wars=(war,), known={}, hindsight={"x": 0.7}, by_filters=exact)
    assert one(rows, wars="a", theory="x")["weight (0-1)"] == 0.7
    assert one(rows, wars="all", road="filters")["se (0-1)"] == 0.1 and len(rows) == 4


def test_gaps() -> None:
    """All questions together, and each by itself: how probable, what it can cost."""
    asked = gap({"x": Interval(0.2, 0.1, 0.3)}, cost=Money(2.0, 0.5), costs={"x": Money(2.5, 0.4)})
    plan = StrategyGaps("wait", False, {"x": Interval(0.4, 0.3, 0.5)}, {}, (asked,), ())
    rows = table(GapsFound, strategies=(plan,))
    assert one(rows, question="asked?", theory="x")[["silent (0-1)", "cost (points)", "se (points)"]].tolist() == [0.2, 2.5, 0.4]
    assert math.isnan(one(rows, question="any")["cost (points)"])


def test_claims() -> None:
    """A row for each coding of the record, and for each theory in the model."""
    figure = Statistic(0.6, 0.1, 0.4, 0.8, "cannot tell")
    claim = Some(
        id="a",
        record=Some(readings=(counted(1, 4, 0.1, 0.8),)),
        model=Some(unit="share", by_theory=(ByTheory("x", figure, 0.5, 0.1, 0.0),), weighted=Some(figure=figure)),
    )
    rows = table(ClaimsLedger, claims=(claim,), draws=256)
    assert one(rows, on="record")[["value", "low", "high", "cases"]].tolist() == [0.25, 0.1, 0.8, 4]
    assert one(rows, theory="weighted")[["unit", "value", "se", "verdict"]].tolist() == ["share", 0.6, 0.1, "cannot tell"]


def test_readers_and_a_search() -> None:
    """Expected points by each reader; strategies beside the one that was found, which is ahead of all but itself."""
    person = Some(reader="hawk", best="arm", expected={"arm": Estimate(3.0, 0.2), "wait": Estimate(1.0, 0.1)})
    rows = table(ReadersCompared, positions=(person,))
    assert one(rows, best=True)[["strategy", "expected (points)", "se (points)"]].tolist() == ["arm", 3.0, 0.2]
    worth = Range(1.0, 0.1, 0.8, 1.2)
    found = (
        ComparedStrategy(
            "new", worth, lead=None, expected=1.0, worst=0.5, worst_theory="x", cost=9.0, direct_war=0.01, by_theory={}, front=True
        ),
        ComparedStrategy(
            "old",
            worth,
            lead=worth,
            expected=1.0,
            worst=0.5,
            worst_theory="x",
            cost=9.0,
            direct_war=0.01,
            by_theory={},
            front=False,
        ),
    )
    rows = table(SearchFound, rows=found)
    assert one(rows, strategy="old")[["lead of the found (points)", "lead low95 (points)"]].tolist() == [1.0, 0.8]
    assert math.isnan(one(rows, strategy="new")["lead se (points)"])


def test_differences() -> None:
    """Column by column as they are called in --json."""
    row = Difference(
        "arm",
        "x",
        measure="deaths",
        unit="persons",
        a=1.0,
        b=3.0,
        difference=2.0,
        se=0.5,
        p=0.01,
        adjusted=0.02,
        significant=True,
        share=0.3,
        rank=1,
        by_size=1,
    )
    assert one(table(Compared, rows=(row,)), measure="deaths")[["unit", "difference", "se", "rank"]].tolist() == [
        "persons",
        2.0,
        0.5,
        1,
    ]


def test_what_would_change_the_answer() -> None:
    """Each number with what it is and its unit."""
    number = Some(parameter="spigot.gain", unit="ratio", crossings=(Some(value=0.4, low=0.3, high=0.5),))
    rows = table(
        Explored,
        best="arm",
        other="wait",
        difference=1.5,
        se=0.2,
        breakevens=(number,),
        information=(),
        flips=(Some(between=("x", "y"), strategies=("arm", "wait"), weight=None, se=NAN),),
        parameters=(Some(name="spigot.gain", first=Some(value=0.3, low=0.1, high=0.5)),),
        outcomes=(Some(measure="deaths", ranking=Some(strategies=("arm",), scores=(10.0,), se=(2.0,))),),
    )
    assert one(rows, what="lead")[["about", "unit", "value", "se"]].tolist() == ["arm over wait", "points", 1.5, 0.2]
    assert one(rows, what="break-even")[["unit", "value", "low95", "high95"]].tolist() == ["ratio", 0.4, 0.3, 0.5]
    assert one(rows, what="loss")[["about", "unit", "value"]].tolist() == ["deaths under arm", "persons", 10.0]
    assert math.isnan(one(rows, what="weight")["value"]) and one(rows, what="share")["high95"] == 0.5


def test_a_backtest() -> None:
    """All months ahead together, 0, then month by month; an event has no unit but its score."""
    skill = SkillRange(0.2, 0.1, 0.3, 50)
    method = MethodScores(
        "x",
        "theory",
        loss=2.0,
        losses=(1.0, 3.0),
        log_score=0.5,
        inside50=0.5,
        inside90=0.9,
        pit=(),
        skill=skill,
        skills=(skill, SkillRange()),
    )
    targets = (
        Some(name="deaths", event=False, unit="persons", score="CRPS", methods=(method,)),
        Some(name="truce", event=True, unit="", score="Brier score", methods=(method,)),
    )
    rows = table(Backtest, cases=(Some(record="a", targets=targets),))
    whole = rows[rows["months ahead"] == 0]
    assert one(whole, series="deaths")[["loss", "unit", "cases"]].tolist() == [2.0, "persons", 50]
    assert one(whole, series="truce")["unit"] == "Brier score" and rows[rows["months ahead"] == 2]["loss"].tolist() == [3.0, 3.0]


def test_scores_of_what_was_issued() -> None:
    """Of a memo by question and theory, of a backtest by series and method."""
    asked = ScoredForecast(
        "deaths",
        "Deaths",
        unit="persons",
        event=False,
        happened=900.0,
        known=1,
        asked=1,
        scores=(TheoryScore("x", 120.0, NAN, 1.0),),
    )
    rows = table(MemoScored, scores=Some(questions=(asked,), series=()))
    assert one(rows, theory="x")[["of", "unit", "loss", "happened"]].tolist() == ["deaths", "persons", 120.0, 900.0]
    method = Some(method="x", loss=0.2, inside90=NAN, skill=0.1)
    series = Some(name="truce", event=True, unit="", score="Brier score", known=2, happened=(0.0, 1.0, NAN), methods=(method,))
    rows = table(BacktestScored, cases=(Some(record="a", series=(series,)),))
    assert one(rows, method="x")[["unit", "loss", "known", "asked"]].tolist() == ["Brier score", 0.2, 2, 3]


def test_lines_that_can_be_checked() -> None:
    """Those that do not hold stand first in a notebook; all are in the table."""
    found = Verified((Line("a", 1.0, 1.0, 0.1, "s", True), Line("b", 1.0, 2.0, 0.1, "s", False)))
    assert repr(found).splitlines()[0] == "1 of 2 hold" and repr(found).splitlines()[2].startswith("b")
    assert one(found.table, what="b")[["expected", "got", "ok"]].tolist() == [1.0, 2.0, False]


@pytest.mark.parametrize("name", ["check", "records"])
def test_what_is_read_from_files(name: str) -> None:
    """A mistake has its line; a record its months."""
    found = cm.check("clock: 3") if name == "check" else cm.records()
    assert len(found.table) > 0 and "nan" not in repr(found)

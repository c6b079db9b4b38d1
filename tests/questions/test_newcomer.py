"""What a newcomer misread, from made-up findings: limits the wrong way round, zeros that are not, sentences against their own tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import countermove as cm
from builders.answers import gap
from builders.findings import made
from builders.places import WAR_FILE
from countermove.decision.monte_carlo_error import Estimate
from countermove.decision.ranking import Ranking
from countermove.engine.replay import Address
from countermove.engine.replay import Path as Path_
from countermove.errors import RunError, StoreError
from countermove.memo.front import reached_note
from countermove.questions.claims.finding import ByTheory, ClaimVerdict, InModel, Odds, OnRecord, Statistic, Weighted
from countermove.questions.claims.words import sentences
from countermove.questions.gaps.finding import Interval, Money
from countermove.questions.gaps.section import money_text
from countermove.questions.search.finding import LeadPart
from countermove.questions.search.text import doubts_about
from countermove.scenario.check import check_text
from countermove.scenario.read import read
from countermove.store.sealed import read_sealed
from countermove.world.titles import UNTITLED
from countermove.world.words import loss

HOLDS, NOT = Statistic(0.07, 0.01, 0.05, 0.09, "holds"), Statistic(-0.47, 0.01, -0.49, -0.45, "does not hold")


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (Interval(0.0, 0.0, 0.056), Interval(0.0, 0.0, 0.056), "fewer than 1 in 17"),  # was "<5.6% to 0%"
        (Interval(0.0, 0.0, 0.056), Interval(0.016, 0.0, 0.08), "<5.6%"),  # was "<5.6% to 1.6%"
        (Interval(0.0, 0.0, 0.056), Interval(0.3, 0.2, 0.4), "<30%"),
        (Interval(1.0, 0.9, 1.0), Interval(1.0, 0.9, 1.0), "more than 9 in 10"),  # was "100% to 100%"
        (Interval(0.8, 0.7, 0.9), Interval(1.0, 0.9, 1.0), ">80%"),
        (Interval(0.19, 0.1, 0.3), Interval(0.34, 0.2, 0.5), "19% to 34%"),
    ],
)
def test_how_often_a_plan_is_ever_silent(low: Interval, high: Interval, told: str) -> None:
    assert gap({"spigot": high, "inertia": low}).ever == told


def test_a_gain_of_zeros_is_not_a_number() -> None:
    """ "stop the aid (-0.00 ± 0.00)" stood beside "change nothing (0.00 ± 0.00)"."""
    assert money_text(Money(0.0, 0.0)) == "0" and money_text(Money(-0.001, 0.0004)) == "−0.0010 ± 0.0004"
    assert money_text(Money(-0.001, 0.05)) == "0.00 ± 0.05" and money_text(Money(-0.16, 0.04)) == "−0.16 ± 0.04"
    assert money_text(None) == "not costed"


def test_a_loss_to_the_best_is_never_below_0() -> None:
    """ "Loss in each outcome": -489.76 ± 259.04 million USD, -168.70 ± 234.01 dead."""
    assert loss(-489.76, 259.04, "million USD") == "at most 518"
    assert loss(6280.7, 479.8, "million USD") == "6,300 ± 500" and loss(0.039, 0.007, "share") == "3.9% ± 0.7%"
    assert loss(-0.005, 0.007, "probability") == "at most 1.4%" and loss(0.0, 0.0) == "0"


def test_what_the_runs_turn_was_not_put_in() -> None:
    """ "Does not hold, by assumption: what was put in comes out" was said where two theories hold and two do not."""
    rows = (ByTheory("inertia", HOLDS, 1.0, 0.0, 0.0), ByTheory("richardson", NOT, 0.03, 0.01, 0.0))
    odds = Odds(0.58, 0.01, 1.4, ("inertia",), ("richardson",))
    model = InModel(
        "slope(a, b) > 0",
        "does not hold",
        "",
        by_theory=rows,
        weighted=Weighted("priors", {}, NOT, odds),
        assumed="gain is bounded at 0",
    )
    said = sentences(ClaimVerdict("proxy", "m", "t", OnRecord("", "cannot tell", ""), model), UNTITLED)
    assert model.told == "does not hold" and not any("put in" in line for line in said)
    assert any("True in 58% of draws (it does not hold over all of them together, since where it is false" in line for line in said)
    alone = InModel(
        "slope(a, b) > 0",
        "holds",
        "",
        by_theory=rows[:1],
        weighted=Weighted("priors", {}, HOLDS, odds),
        assumed="gain is bounded at 0",
    )
    assert alone.told == "holds, by assumption"


def test_an_error_of_regret_is_not_said_to_be_0() -> None:
    """ "asked for 0.05 points, reached 0 points" stood under a table of regrets ± 0.12."""
    assert "reached" not in reached_note(made(tolerance=0.05, reached=0.0))
    assert "reached 0.021 points" in reached_note(made(tolerance=0.05, reached=0.021))


def test_a_horizon_without_limit_is_ahead_without_a_number() -> None:
    """ "talks is best with infinity, ahead of the next by infinity"."""
    ahead = Estimate(math.inf, 0.0)
    row = Ranking(
        "the horizon",
        "high",
        strategies=("talks", "wait"),
        scores=(math.inf, 0.2),
        se=(0.0, 0.01),
        best=("talks",),
        ahead=ahead,
        level=("talks",),
    )
    assert row.sentence == "By the horizon, “Talks” is best with no limit, ahead of the next."


def test_more_than_the_lead_is_all_of_it() -> None:
    """ "100% of the lead is cost" was said of 0.65 points in a lead of 0.52."""
    scenario = read(WAR_FILE)
    plan = next(iter(scenario.strategies.values()))
    first = next(doubts_about(scenario, plan, [LeadPart("cost", 0.65), LeadPart("territory", -0.13)], beats=True))
    assert first.startswith("All of the lead over the best written strategy is money spent by the owner:")
    part = next(doubts_about(scenario, plan, [LeadPart("cost", 0.3), LeadPart("deaths", 0.1)], beats=True))
    assert part.startswith("75% of the lead")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"draws": -1}, "draws cannot be -1. Give a whole number from 1 to 65,536"),  # was a run of 31 draws
        ({"draws": 64.0}, "draws cannot be 64.0"),  # was AttributeError: 'float' object has no attribute 'bit_length'
        ({"lucks": 0}, "lucks cannot be 0"),  # was ValueError: not enough values to unpack
        ({"lucks": True}, "lucks cannot be True"),
        ({"seed": -1}, "seed cannot be -1"),
        ({"theories": "spigot"}, r"theories=\('spigot',\)"),  # was: no theory called s, p, i, g, o, t
        ({"strategies": "arm"}, r"strategies=\('arm',\)"),
        ({"out": "runs/api"}, r"out=Path\('runs/api'\)"),  # was AttributeError, and nothing kept
    ],
)
def test_options_in_a_notebook_are_refused_in_words(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(RunError, match=told):
        cm.RunOptions(**wrong)


def test_options_of_a_search_are_refused_in_words() -> None:
    for wrong in ({"budget": 0}, {"draws": 0}, {"keep": "rung"}, {"kept": "searches"}, {"seed": 1 << 64}):
        with pytest.raises(RunError, match="cannot be"):
            cm.SearchOptions(**wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"options are SearchOptions\(...\) here, and not a RunOptions"):
        cm.search(WAR_FILE, cm.RunOptions())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"options are RunOptions\(...\) here, and not a SearchOptions"):
        cm.gaps(WAR_FILE, cm.SearchOptions())  # type: ignore[arg-type]


def test_a_check_shows_itself_on_a_screen() -> None:
    """It was 14,385 characters."""
    report = cm.check(WAR_FILE)
    assert repr(report).startswith(f"{WAR_FILE}: no mistakes, ") and len(repr(report)) < 2000 and "<table>" in report._repr_html_()
    broken = check_text("scenario: x\n")
    assert repr(broken).splitlines()[2].startswith("mistake")


def test_a_path_shows_its_months() -> None:
    """It was `columns 19 entries`."""
    columns = {"regime": np.array(["truce", "war"]), "held": np.array([0.5, 0.51]), "deaths": np.array([12.0, 1300.0])}
    said = "“Arm” if Neighbour gives whatever prevents defeat"
    text = repr(Path_(Address("arm", "spigot", 3, 1), columns, ("truce begins", ""), said, tuple(columns)))
    assert text.splitlines()[0] == f"{said}, draw 3, luck 1: 2 months"
    assert text.splitlines()[2].split() == ["1", "truce", "50%", "12", "truce", "begins"] and "1,300" in text


def test_a_scenario_is_no_sealed_file() -> None:
    """`countermove score war.yaml` said that something was changed after it was written."""
    with pytest.raises(StoreError, match=r"this is no sealed file. Give the file of forecasts, NAME.forecasts.json"):
        read_sealed(WAR_FILE, "countermove forecasts, version 1")

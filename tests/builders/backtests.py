"""Backtests and forecasts that were never run."""

from __future__ import annotations

from typing import Any

from countermove.questions.backtest.finding import Backtest, CaseScores
from countermove.questions.backtest.forecasts import CaseForecasts, Forecasts

EFFORT = {"least": 12, "draws": 2, "particles": 2, "seed": 0, "code_version": "0.1.0"}


def case_scores(record: str, **changes: Any) -> CaseScores:
    """One war of Moscow's, none of whose data was seen before."""
    told = {
        "title": "A war",
        "replay": "war",
        "replay_hash": "a" * 64,
        "record_hash": "b" * 64,
        "patron": "moscow",
        "saw": (),
        **changes,
    }
    return CaseScores(record=record, **told)


def backtest(cases: tuple[CaseScores, ...], horizon: int, **changes: Any) -> Backtest:
    """From every month, in blocks of six."""
    told = {"stride": 1, "members": 4, "block": 6, "level": 0.9, **EFFORT, **changes}
    return Backtest(cases=cases, horizon=horizon, **told)


def forecasts(cases: tuple[CaseForecasts, ...], horizon: int, **changes: Any) -> Forecasts:
    """What a backtest of little effort issues."""
    return Forecasts(cases=cases, horizon=horizon, **{"members": 4, **EFFORT, **changes})

"""Forecasts of the months after a record's end, as quantiles; and their scores once those months are known."""

from __future__ import annotations

import numpy as np

from countermove.evidence.forecast_scores import brier
from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.finding import NO_CHANGE, PEERS
from countermove.questions.backtest.forecasts import LEVELS, MethodForecast, MethodResult, SeriesForecast, SeriesResult
from countermove.questions.backtest.rolling import Target
from countermove.questions.backtest.target_forecasts import MethodEnsembles, TargetForecasts


def series_forecast(heard: TargetForecasts) -> SeriesForecast:
    """What every method says from the last origin on."""
    target = heard.target
    spoken = [(one, one.rows[-1]) for one in heard.methods]
    methods = tuple(_of_rows(one, list(rows), target) for one, rows in spoken if rows is not None)
    return SeriesForecast(target.name, target.channel.unit, target.event, methods)


def _of_rows(one: MethodEnsembles, rows: list[Floats], target: Target) -> MethodForecast:
    """From one ensemble a month; of an event from its probability."""
    if target.event:
        return MethodForecast(one.name, one.kind, (), tuple(_short(float(row[0])) for row in rows), ())
    members = tuple(len(row) for row in rows)
    quantiles = tuple(tuple(_short(x) for x in np.quantile(row, LEVELS, method="weibull")) for row in rows)
    return MethodForecast(one.name, one.kind, members, tuple(_short(row.mean()) for row in rows), quantiles)


def _short(x: float) -> float:
    """Six figures: more would be noise."""
    return float(f"{x:.6g}")


def pinball(quantiles: Floats, y: Floats) -> Floats:
    """Pinball loss [N], the mean over `LEVELS`, of quantiles [N, 5] for y [N]: (level - (y < q)) (y - q) (Koenker & Bassett 1978)."""
    off = y[:, None] - quantiles
    return np.where(off < 0, (np.array(LEVELS) - 1) * off, np.array(LEVELS) * off).mean(axis=1)


def series_result(said: SeriesForecast, happened: Floats) -> SeriesResult:
    """Scores on the months that are known of `happened` [H], nan where they are not."""
    known = ~np.isnan(happened)
    if not known.any():
        return SeriesResult(said.name, said.unit, said.event, tuple(happened.tolist()), ())
    losses = {row.method: _loss(row, happened, known) for row in said.methods}

    def skills(method: str) -> dict[str, float]:
        """Against every peer but itself; of one that never erred there is none."""
        return {name: 1 - losses[method] / losses[name] for name in PEERS if name != method and losses.get(name, 0) > 0}

    rows = tuple(_result(row, losses[row.method], _inside(row, happened, known), skills(row.method)) for row in said.methods)
    return SeriesResult(said.name, said.unit, said.event, tuple(happened.tolist()), rows)


def _result(row: MethodForecast, loss: float, inside: float, skills: dict[str, float]) -> MethodResult:
    return MethodResult(row.method, row.kind, loss, inside, skills.pop(NO_CHANGE, float("nan")), skills)


def _loss(row: MethodForecast, y: Floats, known: np.ndarray) -> float:
    if not row.quantiles:
        return float(brier(np.array(row.mean)[known], y[known] > 0).mean())
    return float(pinball(np.array(row.quantiles)[known], y[known]).mean())


def _inside(row: MethodForecast, y: Floats, known: np.ndarray) -> float:
    if not row.quantiles:
        return float("nan")
    low, high = np.array(row.quantiles)[known][:, [0, -1]].T
    return float(((low <= y[known]) & (y[known] <= high)).mean())

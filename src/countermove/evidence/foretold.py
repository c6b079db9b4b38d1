"""Forecasts of the months after a record's end, as quantiles; and their scores once those months are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.errors import EvidenceError
from countermove.evidence.island import Floats
from countermove.evidence.judged import BASELINES, EQUAL, IN_PROPORTION, SO_FAR, simple, simple_chance
from countermove.evidence.observed import Observations
from countermove.evidence.rolling import Issued, Rolling, Target, mixed, weights_so_far
from countermove.evidence.scores import brier
from countermove.world.backtest import NO_CHANGE
from countermove.world.forecasts import LEVELS, MethodForecast, MethodResult, SeriesForecast, SeriesResult


def series_forecasts(
    data: Observations, targets: tuple[Target, ...], origin: int, said: Mapping[str, Issued], how: Rolling
) -> tuple[SeriesForecast, ...]:
    """Every target from the month `origin` on: by each theory of `said` (of that origin alone), by both mixtures, and by the simple forecasts."""
    theories = list(said.values())
    spoken = [(name, "theory", one.members[0]) for name, one in said.items()]  # [H, K, m]
    if len(theories) > 1:
        spoken.append((EQUAL, "mixture", mixed(theories, np.ones((1, len(theories))))[0]))
        spoken.append((SO_FAR, "mixture", mixed(theories, weights_so_far(theories))[0]))
    return tuple(
        SeriesForecast(
            target.name,
            target.channel.unit,
            target.event,
            (
                *(_of_members(name, kind, list(members[:, k].astype(np.float64)), target) for name, kind, members in spoken),
                *_simply(data, target, origin, how.horizon),
            ),
        )
        for k, target in enumerate(targets)
    )


def _of_members(name: str, kind: str, rows: list[Floats], target: Target) -> MethodForecast:
    """From one ensemble a month; an event's probability is never 0 or 1, as in the backtest."""
    members = tuple(len(row) for row in rows)
    if target.event:
        return MethodForecast(name, kind, members, tuple(_short((row.sum() + 0.5) / (len(row) + 1)) for row in rows), ())
    quantiles = tuple(tuple(_short(x) for x in np.quantile(row, LEVELS, method="weibull")) for row in rows)
    return MethodForecast(name, kind, members, tuple(_short(row.mean()) for row in rows), quantiles)


def _short(x: float) -> float:
    """Six figures: more would be noise."""
    return float(f"{x:.6g}")


def _simply(data: Observations, target: Target, origin: int, horizon: int) -> list[MethodForecast]:
    """The simple forecasts that can be made of what was known by then."""
    known = data.known[: origin + 1, target.column]
    history: Floats = np.where(known, data.values[: origin + 1, target.column], np.nan)
    found: list[MethodForecast] = []
    for name in BASELINES:
        if target.event:
            if name != IN_PROPORTION:
                chances = tuple(_short(x) for x in simple_chance(name, history, horizon))
                found.append(MethodForecast(name, "baseline", (), chances, ()))
            continue
        try:
            rows = simple(name, history, horizon, target.channel)
        except EvidenceError:
            continue
        found.append(_of_members(name, "baseline", rows, target))
    return found


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
    baseline = losses.get(NO_CHANGE, float("nan"))
    rows = tuple(
        MethodResult(
            row.method,
            row.kind,
            losses[row.method],
            _inside(row, happened, known),
            1 - losses[row.method] / baseline if row.method != NO_CHANGE and baseline > 0 else float("nan"),
        )
        for row in said.methods
    )
    return SeriesResult(said.name, said.unit, said.event, tuple(happened.tolist()), rows)


def _loss(row: MethodForecast, y: Floats, known: np.ndarray) -> float:
    if not row.quantiles:
        return float(brier(np.array(row.mean)[known], y[known] > 0).mean())
    return float(pinball(np.array(row.quantiles)[known], y[known]).mean())


def _inside(row: MethodForecast, y: Floats, known: np.ndarray) -> float:
    if not row.quantiles:
        return float("nan")
    low, high = np.array(row.quantiles)[known][:, [0, -1]].T
    return float(((low <= y[known]) & (y[known] <= high)).mean())

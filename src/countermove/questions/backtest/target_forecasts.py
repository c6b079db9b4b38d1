"""All that is said of one series from every origin: by each theory, by their mixtures, by simple forecasts, and by all of them stacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations
from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.baselines import BASELINES, baseline_chances, baseline_ensembles
from countermove.questions.backtest.discrepancy import record_alone
from countermove.questions.backtest.finding import AS_SIMULATED, EQUAL, IN_PROPORTION, RECORD_ALONE, SO_FAR, STACKED, Kind
from countermove.questions.backtest.rolling import (
    OriginForecasts,
    Rolling,
    Target,
    known_values,
    stream_at,
    values_after,
    weights_so_far,
)
from countermove.questions.backtest.stacking import Rows, densities, mix_methods, mix_theories, stack_weights
from countermove.rng.seeds import stream_of


@dataclass(frozen=True)
class MethodEnsembles:
    """What one method says: ensembles by origin and months ahead, of an event its probability; None where it can say nothing."""

    name: str
    kind: Kind
    rows: Rows
    movement_believed: float = float("nan")


@dataclass(frozen=True)
class TargetForecasts:
    """All methods on one target, from `origins` [O]; `y` [O, H] is what happened, nan where that is not known. `stack`: weights of the methods
    in the stacked forecast from the last origin."""

    target: Target
    origins: NDArray[np.int64]
    y: Floats
    methods: tuple[MethodEnsembles, ...]
    stack: Mapping[str, float]


def outcomes_after(data: Observations, target: Target, origins: NDArray[np.int64], horizon: int) -> Floats:
    """What happened [O, H] after each origin; nan where it is not known, is after the record, or the origin is too early for the target."""
    return np.where(origins[:, None] >= target.first, values_after(known_values(data, target), origins, horizon), np.nan)


def target_forecasts(
    data: Observations, targets: tuple[Target, ...], k: int, by_theory: Mapping[str, OriginForecasts], how: Rolling
) -> TargetForecasts:
    """Target `k`, by the theories of `said` and all others, on the origins of the theories."""
    target, origins = targets[k], next(iter(by_theory.values())).origins
    y = outcomes_after(data, target, origins, how.horizon)
    theories, simulated = _theories(target, k, by_theory)
    peers = _peers(data, target, origins, how)
    parts = (theories[-1], *simulated, *peers)
    given = np.stack([densities(target.channel, part.rows, y) for part in parts])
    weights = stack_weights(given, origins)
    together = mix_methods(target.channel, [part.rows for part in parts], weights, how.members, how.horizon)
    stack = {part.name: float(weight) for part, weight in zip(parts, weights[-1], strict=True)}
    methods = (*theories, MethodEnsembles(STACKED, "stacked", together), *simulated, *peers)
    return TargetForecasts(target, origins, y, methods, stack)


def _theories(
    target: Target, k: int, by_theory: Mapping[str, OriginForecasts]
) -> tuple[list[MethodEnsembles], list[MethodEnsembles]]:
    """Theories and both mixtures; and the last of them without all that the record teaches of errors, as it is simulated."""
    every = list(by_theory.values())
    rows = [one.members[:, :, k] for one in every]
    found = [
        MethodEnsembles(name, "theory", _chances(target, row), float(one.movement_believed[-1, k]))
        for (name, one), row in zip(by_theory.items(), rows, strict=True)
    ]
    plain = [one.as_simulated[:, :, k] for one in every]
    whole = plain[0]
    if len(every) > 1:
        weights = weights_so_far(every)
        found.append(MethodEnsembles(EQUAL, "mixture", _chances(target, mix_theories(rows, np.ones_like(weights)))))
        found.append(MethodEnsembles(SO_FAR, "mixture", _chances(target, mix_theories(rows, weights))))
        whole = mix_theories(plain, weights)
    return found, [] if target.event else [MethodEnsembles(AS_SIMULATED, "simulated", whole.astype(np.float64))]


def _chances(target: Target, members: NDArray[np.float32]) -> NDArray[np.float64]:
    """Members as they are; of an event its probability, never 0 or 1."""
    if not target.event:
        return members.astype(np.float64)
    return (members.astype(np.float64).sum(axis=-1, keepdims=True) + 0.5) / (members.shape[-1] + 1)


def _peers(data: Observations, target: Target, origins: NDArray[np.int64], how: Rolling) -> list[MethodEnsembles]:
    """The simple forecasts, from the month on in which the target is forecast; and the record alone."""
    path = known_values(data, target)
    if target.event:
        names = [name for name in BASELINES if name != IN_PROPORTION]
        chances = {name: [baseline_chances(name, path[: month + 1], how.horizon) for month in origins] for name in names}
        return [MethodEnsembles(name, "baseline", np.stack(rows)[..., None]) for name, rows in chances.items()]
    found = [
        MethodEnsembles(name, "baseline", [_ensembles(name, path, target, int(month), how) for month in origins])
        for name in BASELINES
    ]
    end = int(origins[-1]) + 1
    memory = record_alone(target.channel, data.channels[target.column].error, path[:end], target.first, how.horizon)
    rows: list[list[Floats] | None] = [
        list(memory.ahead(int(month), how.members, stream_of(how.seed, stream_at(target, int(month)))))
        if month >= target.first
        else None
        for month in origins
    ]
    return [*found, MethodEnsembles(RECORD_ALONE, "baseline", rows)]


def _ensembles(name: str, path: Floats, target: Target, month: int, how: Rolling) -> list[Floats] | None:
    if month < target.first:
        return None
    try:
        return baseline_ensembles(name, path[: month + 1], how.horizon, target.channel)
    except EvidenceError:
        return None

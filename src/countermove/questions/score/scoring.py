"""Scores of what a memo issued, once it is known: of one strategy, the one that was followed. Nothing known before the issue is used."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError
from countermove.evidence.forecast_scores import brier, crps_ensemble, log_score
from countermove.evidence.observations import event_in_either
from countermove.questions.score.finding import (
    LEVELS,
    Escrow,
    ForecastNumbers,
    ForecastQuestion,
    ForecastSeries,
    ScoredForecast,
    StrategyForecast,
    StrategyScores,
    TheoryScore,
)
from countermove.scenario.outcomes import Outcome
from countermove.world.channel import CHANNEL
from countermove.world.record import Record
from countermove.world.words import month_text

_EDGES = np.concatenate([[0.0], (np.array(LEVELS)[1:] + np.array(LEVELS)[:-1]) / 2, [1.0]])
SHARES = np.diff(_EDGES)
"""How much of the distribution each quantile of LEVELS stands for: up to half way to its neighbours."""

Floats = NDArray[np.float64]


def score_escrow(
    found: Escrow, strategy: str, *, record: Record | None = None, outcomes: Sequence[Outcome] = (), today: int
) -> StrategyScores:
    """What was said of a strategy beside what happened.

    Args:
        found: what was issued.
        strategy: the one that was followed; what was said of the others cannot be scored.
        record: where the series are read, as far as it goes beyond the issue.
        outcomes: of questions.
        today: the month that it is: outcomes without a date of their own are known by then, and so is the record.

    Raises:
        EvidenceError: nothing was issued of this strategy, or an event's outcome is neither 0 nor 1.
    """
    said = next((row for row in found.conditionals if row.strategy == strategy), None)
    if said is None:
        names = ", ".join(row.strategy for row in found.conditionals)
        raise EvidenceError(f"nothing was issued of the strategy {strategy}", where=found.scenario, next=f"There are {names}")
    waiting: list[tuple[str, str]] = []
    given = {row.measure: row for row in outcomes}
    for name in given.keys() - {one.name for one in found.questions}:
        waiting.append((name, "nothing was issued of it"))
    questions: list[ScoredForecast] = []
    for one in found.questions:
        outcome = given.get(one.name)
        why = _why_not(found, one, outcome, today)
        if outcome is None or why:
            waiting.append((one.name, why))
        else:
            questions.append(_question(one, said.answers[one.name], outcome.value))
    series, later = _series(found, said, record, today)
    return StrategyScores(strategy, tuple(questions), series, (*waiting, *later))


def _why_not(found: Escrow, one: ForecastQuestion, outcome: Outcome | None, today: int) -> str:
    """Why a question cannot be scored; "" where it can."""
    if outcome is None:
        return f"no outcome is given; it is decided by {month_text(one.until)}"
    if one.event and outcome.value not in (0.0, 1.0):
        raise EvidenceError(f"{one.name} is {outcome.value:g}", where="outcomes", next="Of an event write 1 (it happened) or 0")
    known = today if outcome.known is None else outcome.known
    if known <= found.issued:
        return f"known in {month_text(known)}, when it was issued: not used"
    if known < one.until and not (one.early and outcome.value == 1):
        what = "it may still happen" if one.early and one.event else "it is not decided"
        return f"{what} before {month_text(one.until)}, and this is known only up to {month_text(known)}"
    return ""


def _question(one: ForecastQuestion, said: Mapping[str, ForecastNumbers], value: float) -> ScoredForecast:
    scores = tuple(_scored(theory, [numbers], np.array([value]), one.event) for theory, numbers in said.items())
    return ScoredForecast(one.name, one.says, one.unit, one.event, value, 1, 1, scores)


def _scored(theory: str, said: Sequence[ForecastNumbers], happened: Floats, event: bool) -> TheoryScore:
    """Means over cases [n]."""
    numbers = np.array(said)
    if event:
        chance = numbers[:, 0]
        loss = log_score(np.where(happened > 0, chance, 1 - chance))
        return TheoryScore(theory, float(brier(chance, happened > 0).mean()), float(loss.mean()), math.nan)
    inside = (numbers[:, 0] <= happened) & (happened <= numbers[:, -1])
    return TheoryScore(theory, float(crps_ensemble(numbers, happened, weights=SHARES).mean()), math.nan, float(inside.mean()))


def _series(
    found: Escrow, said: StrategyForecast, record: Record | None, today: int
) -> tuple[tuple[ScoredForecast, ...], list[tuple[str, str]]]:
    scored: list[ScoredForecast] = []
    waiting: list[tuple[str, str]] = []
    asked = found.end - found.first + 1
    for one in found.series:
        if record is None:
            waiting.append((_by_month(one), "no record is given"))
            continue
        happened = what_happened(found, one, record, today)
        known = ~np.isnan(happened)
        if not known.any():
            waiting.append((_by_month(one), _why_no_month(found, one, record)))
            continue
        scores = tuple(
            _scored(theory, [numbers for numbers, there in zip(path, known, strict=True) if there], happened[known], one.event)
            for theory, path in said.months[one.name].items()
        )
        says = CHANNEL[one.channel].doc
        scored.append(
            ScoredForecast(one.name, says, one.unit, one.event, float(happened[known].mean()), int(known.sum()), asked, scores)
        )
        if known.sum() < asked:
            waiting.append((_by_month(one), f"{asked - int(known.sum())} of {asked} months are not in the record {record.name}"))
    return tuple(scored), waiting


def _by_month(one: ForecastSeries) -> str:
    return f"{one.name} by month"


def _why_no_month(found: Escrow, one: ForecastSeries, record: Record) -> str:
    same = [series for series in record.series.values() if _same(one, series.observes, series.actor)]
    if not same:
        return f"the record {record.name} does not have it"
    if record.last < found.first:
        return f"the record {record.name} ends in {month_text(record.last)}, before the first month that is forecast"
    if one.event and any(series.kind == "event" for series in same):
        return f"the record {record.name} does not say that these months were watched: `covers:` of the series, or rows with 0"
    return f"the record {record.name} says nothing of the months that are forecast"


def _same(one: ForecastSeries, observes: str, actor: str) -> bool:
    return observes == one.channel and (CHANNEL[one.channel].of == "world" or actor == one.actor)


def what_happened(found: Escrow, one: ForecastSeries, record: Record, today: int) -> Floats:
    """The series in a record, by month from the first that is forecast, nan where it is not known. What was known by the issue is not read.

    An event is 0 in a month that its series covers and that is not listed, and a level holds until the next month listed. Of several series
    the first that has a datum is taken; an event happened if any of them says so. Under the record's default codings.

    Args:
        found: what was issued.
        one: the series.
        record: where it is read.
        today: the month by which things are known.
    """
    asked = (found.first, found.end - found.first + 1, today)
    news = replace(record, data=tuple(row for row in record.data if row.known > found.issued))
    happened: Floats | None = None
    for series in record.series.values():
        if series.every == "year" or not _same(one, series.observes, series.actor):
            continue
        path = news.path(series.name, *asked)
        if series.kind == "level":  # what holds on from before the issue is no news
            path = np.where(record.dated(series.name, *asked).known > found.issued, path, np.nan)
        path = np.where(path > 0, 1.0, path) if one.event else path * series.scale
        before = path if happened is None else happened
        happened = event_in_either(before, path) if one.event else np.where(np.isnan(before), path, before)
    return np.full(asked[1], np.nan) if happened is None else happened

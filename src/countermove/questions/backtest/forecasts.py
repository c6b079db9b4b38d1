"""Forecasts of months that are not known yet, as they are issued, and their scores once these months are known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from countermove.plain import as_json, of_json
from countermove.store.sealed import seal_of
from countermove.world.words import AS_MONTH

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class MethodForecast:
    """What one theory, mixture or simple forecast says of a series, month by month. An event has no quantiles: its mean is its probability.

    `quantiles` are at `LEVELS`; `members`: of how many each month's distribution is made, empty where it is made of none.
    """

    method: str
    kind: str
    members: tuple[int, ...]
    mean: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class SeriesForecast:
    """All that is said of one series."""

    json_keys: ClassVar[str] = "* series=name"
    name: str
    unit: str
    event: bool
    methods: tuple[MethodForecast, ...]


@dataclass(frozen=True)
class CaseForecasts:
    """One record: `origin` is the last month that was known, year * 12 + month - 1; the months after it are forecast.

    `added`: by how many months the replay's clock was made longer. The hashes are those of the replay as written and of the record.
    """

    record: str
    title: str
    replay: str
    replay_hash: str
    record_hash: str
    origin: int = field(metadata=AS_MONTH)
    added: int
    series: tuple[SeriesForecast, ...]


@dataclass(frozen=True)
class Forecasts:
    """All records, and how it was made; no times, so that the same inputs give the same bytes."""

    json_keys: ClassVar[str] = "cases levels horizon least members draws particles seed code_version versions"
    levels: ClassVar[tuple[float, ...]] = LEVELS
    cases: tuple[CaseForecasts, ...]
    horizon: int
    least: int
    members: int
    draws: int
    particles: int
    seed: int
    code_version: str
    versions: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def seal(self) -> str:
        """The seal of the file in which this is issued."""
        return seal_of(as_json(self))

    def of(self, record: str, series: str) -> SeriesForecast | None:
        """What is said of one series of a record."""
        found = (row for case in self.cases if case.record == record for row in case.series if row.name == series)
        return next(found, None)

    @classmethod
    def from_json(cls, told: Any) -> Forecasts:
        """Back from the file; raises StoreError or ValueError for what `as_json` does not write."""
        found: Forecasts = of_json(cls, told)
        for row in (method for case in found.cases for series in case.series for method in series.methods):
            if (
                len(row.mean) != found.horizon
                or not all(map(math.isfinite, row.mean))
                or any(len(one) != len(LEVELS) for one in row.quantiles)
            ):
                raise ValueError("other months")
            if len(row.quantiles) not in (0, found.horizon):
                raise ValueError("other months")
        return found


@dataclass(frozen=True)
class MethodResult:
    """One method over the months that became known. `loss`: the pinball loss, its mean over `LEVELS`, in the series' unit; of an event the
    Brier score. `inside90`: share of the months in the 90% interval. `skill`: 1 - loss / loss of no-change; `against`, of the other peers
    (`questions/backtest/finding.py`). nan: cannot be known."""

    json_keys: ClassVar[str] = "* skill_against=against"
    method: str
    kind: str
    loss: float
    inside90: float
    skill: float
    against: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True)
class SeriesResult:
    """One series: what happened, month by month (nan: not known yet), and every method's score on that; none where nothing is known."""

    json_keys: ClassVar[str] = "series=name unit score known happened methods"
    name: str
    unit: str
    event: bool
    happened: tuple[float, ...]
    methods: tuple[MethodResult, ...]

    @property
    def known(self) -> int:
        """How many of the months are known."""
        return sum(not math.isnan(x) for x in self.happened)

    @property
    def score(self) -> str:
        """What the loss is called."""
        return "Brier score" if self.event else "pinball loss"


@dataclass(frozen=True)
class CaseResult:
    """One record: the months after `origin`; `last` is the last month of which it says anything now. `notes`: what a reader must know."""

    record: str
    origin: int = field(metadata=AS_MONTH)
    last: int = field(metadata=AS_MONTH)
    series: tuple[SeriesResult, ...]
    notes: tuple[str, ...] = ()

"""Forecasts of months that are not known yet, as they are issued, and their scores once these months are known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from countermove.store.sealed import seal_of

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

    def to_json(self) -> dict[str, Any]:
        """As the file has it."""
        return {
            "method": self.method,
            "kind": self.kind,
            "members": list(self.members),
            "mean": list(self.mean),
            "quantiles": [list(row) for row in self.quantiles],
        }

    @classmethod
    def from_json(cls, told: Any) -> MethodForecast:
        """Back from the file."""
        rows = tuple(tuple(float(x) for x in row) for row in told["quantiles"])
        members, mean = tuple(int(x) for x in told["members"]), tuple(float(x) for x in told["mean"])
        return cls(str(told["method"]), str(told["kind"]), members, mean, rows)


@dataclass(frozen=True)
class SeriesForecast:
    """All that is said of one series."""

    name: str
    unit: str
    event: bool
    methods: tuple[MethodForecast, ...]

    def to_json(self) -> dict[str, Any]:
        """As the file has it."""
        return {"series": self.name, "unit": self.unit, "event": self.event, "methods": [row.to_json() for row in self.methods]}

    @classmethod
    def from_json(cls, told: Any) -> SeriesForecast:
        """Back from the file."""
        methods = tuple(MethodForecast.from_json(row) for row in told["methods"])
        return cls(str(told["series"]), str(told["unit"]), bool(told["event"]), methods)


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
    origin: int
    added: int
    series: tuple[SeriesForecast, ...]

    def to_json(self) -> dict[str, Any]:
        """As the file has it; months as 2024-06."""
        return {
            "record": self.record,
            "title": self.title,
            "replay": self.replay,
            "replay_hash": self.replay_hash,
            "record_hash": self.record_hash,
            "origin": _month_text(self.origin),
            "added": self.added,
            "series": [row.to_json() for row in self.series],
        }

    @classmethod
    def from_json(cls, told: Any) -> CaseForecasts:
        """Back from the file."""
        names = (str(told[key]) for key in ("record", "title", "replay", "replay_hash", "record_hash"))
        series = tuple(SeriesForecast.from_json(row) for row in told["series"])
        return cls(*names, origin=_month(told["origin"]), added=int(told["added"]), series=series)


@dataclass(frozen=True)
class Forecasts:
    """All records, and how it was made; no times, so that the same inputs give the same bytes."""

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
        return seal_of(self.to_json())

    def of(self, record: str, series: str) -> SeriesForecast | None:
        """What is said of one series of a record."""
        found = (row for case in self.cases if case.record == record for row in case.series if row.name == series)
        return next(found, None)

    def to_json(self) -> dict[str, Any]:
        """The content of the file, over which it is sealed."""
        return {
            "cases": [row.to_json() for row in self.cases],
            "levels": list(LEVELS),
            "horizon": self.horizon,
            "least": self.least,
            "members": self.members,
            "draws": self.draws,
            "particles": self.particles,
            "seed": self.seed,
            "code_version": self.code_version,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, told: Any) -> Forecasts:
        """Back from the file; raises KeyError, TypeError or ValueError for what `to_json` does not write."""
        if tuple(told["levels"]) != LEVELS:
            raise ValueError("other levels")
        sizes = {key: int(told[key]) for key in ("horizon", "least", "members", "draws", "particles", "seed")}
        versions = {str(name): str(version) for name, version in told["versions"].items()}
        cases = tuple(CaseForecasts.from_json(row) for row in told["cases"])
        found = cls(cases, **sizes, code_version=str(told["code_version"]), versions=versions)
        for row in (method for case in cases for series in case.series for method in series.methods):
            if len(row.mean) != found.horizon or any(len(one) != len(LEVELS) for one in row.quantiles):
                raise ValueError("other months")
            if len(row.quantiles) not in (0, found.horizon):
                raise ValueError("other months")
        return found


def _month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _month(text: Any) -> int:
    year, _, month = str(text).partition("-")
    return int(year) * 12 + int(month) - 1


@dataclass(frozen=True)
class MethodResult:
    """One method over the months that became known. `loss`: the pinball loss, its mean over `LEVELS`, in the series' unit; of an event the
    Brier score. `inside90`: share of the months in the 90% interval. `skill`: 1 - loss / loss of no-change; `against`, of the other peers
    (`questions/backtest/finding.py`). nan: cannot be known."""

    method: str
    kind: str
    loss: float
    inside90: float
    skill: float
    against: Mapping[str, float] = field(default_factory=dict[str, float])

    def to_json(self) -> dict[str, Any]:
        """As `countermove backtest --score FILE --json` has it."""
        numbers = {"loss": self.loss, "inside90": self.inside90, "skill": self.skill}
        known = {name: x if math.isfinite(x) else None for name, x in numbers.items()}
        return {"method": self.method, "kind": self.kind, **known, "skill_against": dict(self.against)}


@dataclass(frozen=True)
class SeriesResult:
    """One series: what happened, month by month (nan: not known yet), and every method's score on that; none where nothing is known."""

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

    def to_json(self) -> dict[str, Any]:
        """As `countermove backtest --score FILE --json` has it."""
        return {
            "series": self.name,
            "unit": self.unit,
            "score": self.score,
            "known": self.known,
            "happened": [None if math.isnan(x) else x for x in self.happened],
            "methods": [row.to_json() for row in self.methods],
        }


@dataclass(frozen=True)
class CaseResult:
    """One record: the months after `origin`; `last` is the last month of which it says anything now. `notes`: what a reader must know."""

    record: str
    origin: int
    last: int
    series: tuple[SeriesResult, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `countermove backtest --score FILE --json` has it."""
        return {
            "record": self.record,
            "origin": _month_text(self.origin),
            "last": _month_text(self.last),
            "series": [row.to_json() for row in self.series],
            "notes": list(self.notes),
        }

"""Forecasts that a memo issues: what is said to follow if a strategy is followed, theory by theory, so that it can be scored later.

Months are year * 12 + month - 1. A number is forecast by its quantiles at `LEVELS`, an event by its probability.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, cast

from countermove.decision.findings import WEIGHTED
from countermove.plain import of_json
from countermove.questions.backtest.finding import method_title
from countermove.questions.backtest.forecasts import CaseResult, SeriesResult
from countermove.questions.people import theory_titles
from countermove.world.display import Cells, Result
from countermove.world.tables import Table
from countermove.world.titles import Titles
from countermove.world.words import AS_MONTH, capitalized, month_text, percent

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)

ForecastNumbers = tuple[float, ...]  # the probability of an event alone, or the quantiles of a number at LEVELS


@dataclass(frozen=True)
class ForecastQuestion:
    """One measure of a run: `until` is the month by which it is decided; `early`: an event that is decided as soon as it happens."""

    name: str
    says: str
    unit: str
    event: bool
    until: int = field(metadata=AS_MONTH)
    early: bool


@dataclass(frozen=True)
class ForecastSeries:
    """One series that a record has too: a channel (world/channel.py) and whose it is, "" for the world's."""

    name: str
    channel: str
    actor: str
    unit: str
    event: bool


@dataclass(frozen=True)
class StrategyForecast:
    """What is said if one strategy is followed: by question and theory, and by series, theory and month."""

    strategy: str
    says: str
    answers: Mapping[str, Mapping[str, ForecastNumbers]]
    months: Mapping[str, Mapping[str, tuple[ForecastNumbers, ...]]]


@dataclass(frozen=True)
class ForecastEffort:
    """How much was run: for the questions, and for the months."""

    months: int
    draws: int
    lucks: int
    month_draws: int
    month_lucks: int


def _conditional(row: StrategyForecast) -> dict[str, Any]:
    def short(numbers: ForecastNumbers) -> float | list[float]:
        return numbers[0] if len(numbers) == 1 else list(numbers)

    return {
        "says": row.says,
        "questions": {name: {theory: short(x) for theory, x in by.items()} for name, by in row.answers.items()},
        "months": {name: {theory: [short(x) for x in path] for theory, path in by.items()} for name, by in row.months.items()},
    }


def _back(strategy: str, told: Any) -> StrategyForecast:
    def long(value: Any) -> ForecastNumbers:
        return tuple(float(x) for x in cast("list[Any]", value)) if isinstance(value, list) else (float(value),)

    answers = {str(name): {str(theory): long(x) for theory, x in by.items()} for name, by in told["questions"].items()}
    months = {
        str(name): {str(theory): tuple(long(x) for x in path) for theory, path in by.items()} for name, by in told["months"].items()
    }
    return StrategyForecast(strategy, str(told["says"]), answers, months)


def _by_strategy(rows: Iterable[StrategyForecast]) -> dict[str, Any]:
    return {row.strategy: _conditional(row) for row in rows}


def _conditionals(told: Any) -> tuple[StrategyForecast, ...]:
    return tuple(_back(str(name), row) for name, row in told.items())


@dataclass(frozen=True)
class Escrow:
    """All that a memo issues. `issued`: the last month of which the scenario knows anything; `first`: the first month that is forecast.
    `conditionals` are in the order of their strategies' names.

    No time of the clock is in it: the same scenario, version and seed give the same content, and the same seal.
    """

    json_keys: ClassVar[str] = "* levels if=conditionals"
    levels: ClassVar[tuple[float, ...]] = LEVELS
    scenario: str
    title: str
    hashes: Mapping[str, str]  # of the scenario and the record
    record: str
    parties: Mapping[str, str]  # owner, client, rival
    issued: int = field(metadata=AS_MONTH)
    start: int = field(metadata=AS_MONTH)
    first: int = field(metadata=AS_MONTH)
    sizes: ForecastEffort
    seed: int
    weights: Mapping[str, float]  # of the theories
    weights_from: str
    questions: tuple[ForecastQuestion, ...]
    series: tuple[ForecastSeries, ...]
    conditionals: tuple[StrategyForecast, ...] = field(metadata={"json": _by_strategy, "of_json": _conditionals})
    code_version: str
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    titles: Mapping[str, str] = field(default_factory=dict[str, str])  # strategy -> what people call it, where the scenario says so

    @property
    def called(self) -> Titles:
        """What people read for its names."""
        return replace(theory_titles(), strategies=self.titles)

    @property
    def end(self) -> int:
        """The last month that is forecast."""
        return self.start + self.sizes.months - 1

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies of which something is said."""
        return tuple(row.strategy for row in self.conditionals)

    @classmethod
    def from_json(cls, told: Any) -> Escrow:
        """Back from the file; raises KeyError, TypeError, ValueError or StoreError for what `as_json` does not write."""
        found: Escrow = of_json(cls, told)
        _examine(found)
        return found


def _examine(found: Escrow) -> None:
    """Raise ValueError where an answer is missing, of another length, or no probability."""
    theories = {WEIGHTED, *found.weights}
    count = found.end - found.first + 1
    for row in found.conditionals:
        if set(row.answers) != {one.name for one in found.questions} or set(row.months) != {one.name for one in found.series}:
            raise ValueError("other questions")
        for one in found.questions:
            _fitting(row.answers[one.name], theories, one.event)
        for one in found.series:
            by = row.months[one.name]
            if any(len(path) != count for path in by.values()):
                raise ValueError("other months")
            for place in range(count):
                _fitting({theory: path[place] for theory, path in by.items()}, theories, one.event)


def _fitting(by: Mapping[str, ForecastNumbers], theories: set[str], event: bool) -> None:
    if set(by) != theories or any(len(numbers) != (1 if event else len(LEVELS)) for numbers in by.values()):
        raise ValueError("other theories or levels")
    if event and not all(0 < numbers[0] < 1 for numbers in by.values()):
        raise ValueError("no probability")


# --- scores -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TheoryScore:
    """What one theory (or the weighted mixture) said, scored; all losses, so that smaller is better.

    `loss`: Brier score of events, CRPS of numbers (in their unit). `log_score`: nats, of events alone (numbers: nan). `inside90`: share inside
    the 90% interval, of numbers alone. Of a series all are means over the months that are known.
    """

    theory: str
    loss: float
    log_score: float
    inside90: float


@dataclass(frozen=True)
class ScoredForecast:
    """A question or a series that can be scored: what happened (`happened` of a question; mean of a series), and everybody's score."""

    name: str
    says: str
    unit: str
    event: bool
    happened: float
    known: int  # months of a series, 1 of a question
    asked: int
    scores: tuple[TheoryScore, ...]

    @property
    def outcome(self) -> str:
        """What happened; of a series how much of it is known."""
        if self.asked > 1:
            return f"{self.known} of {self.asked} months"
        if self.event:
            return "it happened" if self.happened else "it did not happen"
        return f"{self.happened:g} {self.unit}".strip()

    def table(self, titles: Titles) -> Table:
        """Everybody's scores, the least of them marked."""
        name = "Brier score" if self.event else f"CRPS{f' in {self.unit}' if self.unit else ''}"
        losses = [one.loss for one in self.scores]
        return Table.of(
            f"{self.name}: {self.says}. {capitalized(self.outcome)}",
            ("theory", name, "log score" if self.event else "inside 90%", ""),
            (
                (titles.theory(one.theory), f"{one.loss:.4g}", f"{one.log_score:.2f}" if self.event else percent(one.inside90))
                + ("least" if one.loss == min(losses) < max(losses) else "",)
                for one in self.scores
            ),
        )


@dataclass(frozen=True)
class StrategyScores:
    """The scores of one strategy's forecasts; `waiting`: what cannot be scored yet, and why."""

    strategy: str
    questions: tuple[ScoredForecast, ...]
    series: tuple[ScoredForecast, ...]
    waiting: tuple[tuple[str, str], ...]


@dataclass(frozen=True, repr=False)
class MemoScored(Result):
    """What a memo issued, scored for the strategy that was followed. `written`: the day on which the file says so; nobody vouches for it."""

    json_keys: ClassVar[str] = (
        "file seal scenario=issued.scenario issued=month written strategy=scores.strategy questions=scores.questions series=scores.series waiting"
    )
    file: str
    seal: str
    written: str
    issued: Escrow
    scores: StrategyScores

    @property
    def month(self) -> str:
        """The last month of which the scenario knew anything."""
        return month_text(self.issued.issued)

    @property
    def waiting(self) -> list[dict[str, str]]:
        """What cannot be scored yet, and why."""
        return [{"what": what, "why": why} for what, why in self.scores.waiting]

    def cells(self) -> Cells:
        """A row for each question or series and theory. The loss is a CRPS in `unit`, of an event (`unit` is "Brier score") a Brier score;
        the log score in nats, of events alone; `inside 90%`, of numbers alone, a share from 0 to 1; `known` of `asked` months."""
        rows = tuple(
            (row.name, theory.theory, "Brier score" if row.event else row.unit, theory.loss, theory.log_score, theory.inside90)
            + (row.happened, row.known, row.asked)
            for row in (*self.scores.questions, *self.scores.series)
            for theory in row.scores
        )
        numbers = ("loss", "log score (nats)", "inside 90% (0-1)", "happened", "known", "asked")
        return Cells(("of", "theory", "unit", *numbers), rows)

    def preview(self) -> Table:
        """The theory that was nearest in each question and series; then what waits, and for what."""
        marks, titles = self.scores, self.issued.called
        nearest = ((row, min(row.scores, key=lambda one: one.loss)) for row in (*marks.questions, *marks.series))
        return Table.of(
            f"{self.issued.title}: what was said to follow if {titles.say_strategy(marks.strategy)} is followed",
            ("of", "happened", "nearest", "loss"),
            (
                *((row.name, row.outcome, titles.theory(best.theory), f"{best.loss:.4g}") for row, best in nearest),
                *((what, "not scored", "", why) for what, why in marks.waiting),
            ),
        )


@dataclass(frozen=True, repr=False)
class BacktestScored(Result):
    """What a backtest issued, scored record by record as far as the months are known now."""

    file: str
    seal: str
    cases: tuple[CaseResult, ...]

    def cells(self) -> Cells:
        """A row for each record, series and method: the mean pinball loss in `unit`, of an event (`unit` is "Brier score") a Brier score."""
        rows = tuple(
            (case.record, series.name, row.method, series.score if series.event else series.unit)
            + (row.loss, row.inside90, row.skill, series.known, len(series.happened))
            for case in self.cases
            for series in case.series
            for row in series.methods
        )
        numbers = ("loss", "inside 90% (0-1)", "skill (ratio)", "known", "asked")
        return Cells(("record", "series", "method", "unit", *numbers), rows)

    def preview(self) -> Table:
        """How many months of each series are known."""
        rows = ((case.record, one.name, f"{one.known} of {len(one.happened)}") for case in self.cases for one in case.series)
        return Table.of(f"Issued by a backtest, with the seal {self.seal}", ("record", "series", "months known"), rows)


def series_table(case: CaseResult, series: SeriesResult) -> Table:
    """Every method's score on the months of one series that became known."""
    unit = f" in {series.unit}" if series.unit and not series.event else ""
    return Table.of(
        f"{series.name}, {case.record}: {series.known} of {len(series.happened)} months after {month_text(case.origin)}",
        ("method", f"{series.score}{unit}", *(() if series.event else ("inside 90%",)), "skill"),
        (
            (method_title(row.method, row.kind), f"{row.loss:.4g}", *(() if series.event else (percent(row.inside90),)))
            + (f"{row.skill:.2f}" if math.isfinite(row.skill) else "",)
            for row in series.methods
        ),
    )

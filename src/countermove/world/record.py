"""What happened, dated twice: the month in which a datum is valid and the month in which it was known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError

SeriesKind = Literal["monthly", "event", "level"]
Vintage = Literal["real-time", "retrospective"]


@dataclass(frozen=True)
class Span:
    """Months in which somebody watched, `first` to `last`: one that is not listed was known to be without the event `lag` months after it,
    and never before the month `known` in which all of this was published."""

    first: int
    last: int
    known: int = 0
    lag: int = 0


@dataclass(frozen=True)
class Series:
    """One measured thing. A month that is not listed is unknown (monthly), 0 where it is covered (event), or as in the last one listed (level).

    `covers` are the months that were watched. Where nothing is written an event series covers the months from its own first row to its own
    last one, and a level holds on.
    """

    name: str
    unit: str
    says: str = ""
    kind: SeriesKind = "monthly"
    vintage: Vintage = "real-time"
    observes: str = ""  # the channel (world/channel.py) it weighs theories by; "": shown, not weighed
    error: float | None = None  # sd of the log or logit; None: the channel's own
    scale: float = 1.0  # brings the record to the model's unit
    every: Literal["month", "year"] = "month"  # year: a total of the calendar year, written at its last month
    covers: tuple[Span, ...] = ()
    bias: float | None = None  # its rows are claims: sd of the logarithm of a claimant's bias, which all that it claims shares

    @property
    def actor(self) -> str:
        """Whose it is: the name before the point, "" where there is none."""
        return self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Variant:
    """Another way to model the start of the war: what it leaves out or changes, and the values it sets in the replay."""

    says: str
    set: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Reference:
    """Where a datum comes from."""

    title: str
    by: str = ""
    year: int | None = None
    url: str = ""
    note: str = ""
    claimant: str = ""  # who speaks through it; "": it speaks for itself


@dataclass(frozen=True)
class Datum:
    """One row. Months are year * 12 + month - 1. `coding` is the option under which the row counts, "" where it always does."""

    series: str
    valid: int
    known: int
    value: float
    source: str = "judgement"
    coding: str = ""
    note: str = ""


@dataclass(frozen=True)
class Coding:
    """A disputed reading of the record: its options in words, and the one that is taken when nothing is said."""

    default: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class RecordTable:
    """Columns of equal length, ordered by series, then month: the newest version of each datum that was known in time."""

    series: NDArray[np.str_]
    valid: NDArray[np.int64]
    known: NDArray[np.int64]
    value: NDArray[np.float64]
    source: NDArray[np.str_]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.value)


@dataclass(frozen=True)
class Dated:
    """A series month by month: `values` [months], nan where nothing was known, and the month in which each became known (inf: never).

    A level that is held was known when its row was.
    """

    values: NDArray[np.float64]
    known: NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """A record: its series, sources and disputed readings, and the rows. `replay` is the scenario that starts where it starts.

    `file` is the YAML file that was read; two records that say the same are one, wherever they lie.
    """

    name: str
    title: str = ""
    war: str = ""
    series: Mapping[str, Series] = field(default_factory=dict[str, Series])
    sources: Mapping[str, Reference] = field(default_factory=dict[str, Reference])
    codings: Mapping[str, Coding] = field(default_factory=dict[str, Coding])
    data: tuple[Datum, ...] = ()
    notes: tuple[str, ...] = ()
    replay: str | None = None
    prior_saw: tuple[str, ...] = ()  # series that the scenario's defaults were scaled on
    variants: Mapping[str, Variant] = field(default_factory=dict[str, Variant])
    file: Path | None = field(default=None, compare=False)

    @property
    def first(self) -> int:
        """The first month that any row is of, whenever it was known: not for what is dated (`begins`)."""
        return min(datum.valid for datum in self.data)

    @property
    def last(self) -> int:
        """The last month that any row is of, whenever it was known: not for what is dated."""
        return max(datum.valid for datum in self.data)

    def claimant(self, source: str) -> str:
        """Who claims what has this source: the party that its reference names, else the source itself."""
        return (self.sources[source].claimant if source in self.sources else "") or source

    def begins(self, names: Iterable[str], known_by: int | None = None) -> int | None:
        """The first month of which any of these series told something by the month `known_by`; None where none did."""
        wanted = set(names)
        months = [row.valid for row in self.data if row.series in wanted and (known_by is None or row.known <= known_by)]
        months += [span.first for name in wanted for span in self.series[name].covers]
        return min(months, default=None)

    def choose(self, coding: str | Mapping[str, str] | None = None) -> dict[str, str]:
        """The option taken of every coding: the default, unless `coding` names another ("opportunism", or {"debaltseve": "opportunism"}).

        Raises EvidenceError where there is no such coding or option.
        """
        chosen = {name: switch.default for name, switch in self.codings.items()}
        wanted = dict(coding or {}) if not isinstance(coding, str) else self._switch(coding)
        for name, option in wanted.items():
            if name not in self.codings or option not in self.codings[name].options:
                raise self._no_option(option)
            chosen[name] = option
        return chosen

    def _switch(self, option: str) -> dict[str, str]:
        if option == "default":
            return {}
        name = next((name for name, switch in self.codings.items() if option in switch.options), None)
        if name is None:
            raise self._no_option(option)
        return {name: option}

    def _no_option(self, option: str) -> EvidenceError:
        """What the record's codings are, where an option is none of theirs."""
        what = f'"{option[:60]}" is not an option of a coding'
        if not self.codings:
            return EvidenceError(what, where=self.name, next="The record has no codings: nothing in it is marked as disputed")
        options = [one for switch in self.codings.values() for one in switch.options]
        near = get_close_matches(option[:60], options, 1)
        told = "; ".join(
            f"{name}: {', '.join(one.options)} ({one.default} unless told otherwise)" for name, one in self.codings.items()
        )
        return EvidenceError(what, where=self.name, next=(f"Did you mean {near[0]}? " if near else "") + f"The codings are {told}")

    def rows(self, known_by: int | None = None, coding: str | Mapping[str, str] | None = None) -> tuple[Datum, ...]:
        """The rows that count: under the chosen codings, known by the month `known_by`, the newest version of each."""
        active = {"", *self.choose(coding).values()}
        newest: dict[tuple[str, int], Datum] = {}
        for datum in self.data:
            if datum.coding not in active or (known_by is not None and datum.known > known_by):
                continue
            key = (datum.series, datum.valid)
            if key not in newest or datum.known >= newest[key].known:
                newest[key] = datum
        return tuple(newest[key] for key in sorted(newest))

    def table(self, known_by: int | None = None, coding: str | Mapping[str, str] | None = None) -> RecordTable:
        """The rows that count as columns."""
        rows = self.rows(known_by, coding)
        return RecordTable(
            np.array([row.series for row in rows], dtype=np.str_),
            np.array([row.valid for row in rows], dtype=np.int64),
            np.array([row.known for row in rows], dtype=np.int64),
            np.array([row.value for row in rows], dtype=np.float64),
            np.array([row.source for row in rows], dtype=np.str_),
        )

    def path(
        self, series: str, start: int, months: int, known_by: int | None = None, coding: str | Mapping[str, str] | None = None
    ) -> NDArray[np.float64]:
        """One series month by month, [months] from `start`; nan where nothing was known (`dated`)."""
        return self.dated(series, start, months, known_by, coding).values

    def dated(
        self, series: str, start: int, months: int, known_by: int | None = None, coding: str | Mapping[str, str] | None = None
    ) -> Dated:
        """One series by month, [months] from `start`, and when each month was known. No row known after `known_by` changes anything of it.

        An event is 0 in a month that is not listed and that the series covers, a level holds until the next month listed.
        """
        if series not in self.series:
            raise EvidenceError(f'no series "{series}"', where=self.name, next=f"The record has {', '.join(self.series)}")
        one = self.series[series]
        values, known = np.full(months, np.nan), np.full(months, np.inf)
        listed = {row.valid: row for row in self.rows(known_by, coding) if row.series == series}
        asked = np.arange(start, start + months)
        if one.kind == "event":
            since = self._covered(one, asked, known_by)
            empty = since <= (np.finfo(np.float64).max if known_by is None else known_by)
            values[empty], known[empty] = 0.0, since[empty]
        if one.kind == "level":
            for row in (listed[month] for month in sorted(listed)):
                held = (asked >= row.valid) & (asked <= (asked if known_by is None else known_by)) & _within(one.covers, asked)
                values[held], known[held] = row.value, row.known
        for month, row in listed.items():
            if start <= month < start + months:
                values[month - start], known[month - start] = row.value, row.known
        return Dated(values, known)

    def _covered(self, series: Series, asked: NDArray[np.int64], known_by: int | None) -> NDArray[np.float64]:
        """For each month asked the month in which it was known that nothing unlisted happened in it; inf: that was never known.

        Without `covers`: once there was a row of the same series, under any coding, of the month or before it, and one of it or after it.
        """
        since = np.full(asked.size, np.inf)
        for span in series.covers:
            inside = (span.first <= asked) & (asked <= span.last)
            since[inside] = np.minimum(since, np.maximum(asked + span.lag, span.known))[inside]
        if series.covers:
            return since
        own = [row for row in self.data if row.series == series.name and (known_by is None or row.known <= known_by)]
        for place, month in enumerate(asked):
            before = min((row.known for row in own if row.valid <= month), default=np.inf)
            after = min((row.known for row in own if row.valid >= month), default=np.inf)
            since[place] = max(before, after)
        return since


def _within(spans: tuple[Span, ...], asked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which months lie in one of the spans; all of them where there is none."""
    inside = [(span.first <= asked) & (asked <= span.last) for span in spans]
    return np.any(inside, axis=0) if inside else np.ones(asked.size, dtype=np.bool_)

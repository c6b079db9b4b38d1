"""What happened, dated twice: the month in which a datum is valid and the month in which it was known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError

SeriesKind = Literal["monthly", "event", "level"]
Vintage = Literal["real-time", "retrospective"]


@dataclass(frozen=True)
class Series:
    """One measured thing. A month that is not listed is unknown (monthly), 0 (event), or as in the last month listed (level)."""

    name: str
    unit: str
    says: str = ""
    kind: SeriesKind = "monthly"
    vintage: Vintage = "real-time"
    observes: str = ""  # the channel (world/channel.py) it weighs theories by; "": shown, not weighed
    error: float | None = None  # sd of the log or logit; None: the channel's own
    scale: float = 1.0  # brings the record to the model's unit
    every: Literal["month", "year"] = "month"  # year: a total of the calendar year, written at its last month

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
class Table:
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
class Record:
    """A record: its series, sources and disputed readings, and the rows. `replay` is the scenario that starts where it starts."""

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

    @property
    def first(self) -> int:
        """The first month of which anything is said."""
        return min(datum.valid for datum in self.data)

    @property
    def last(self) -> int:
        """The last month of which anything is said."""
        return max(datum.valid for datum in self.data)

    def choose(self, coding: str | Mapping[str, str] | None = None) -> dict[str, str]:
        """The option taken of every coding: the default, unless `coding` names another ("opportunism", or {"debaltseve": "opportunism"}).

        Raises EvidenceError where there is no such coding or option.
        """
        chosen = {name: switch.default for name, switch in self.codings.items()}
        wanted = dict(coding or {}) if not isinstance(coding, str) else self._switch(coding)
        for name, option in wanted.items():
            if name not in self.codings or option not in self.codings[name].options:
                known = "; ".join(f"{key}: {', '.join(switch.options)}" for key, switch in self.codings.items())
                raise EvidenceError(f'no coding "{name}: {option}"', where=self.name, next=f"The record has {known}")
            chosen[name] = option
        return chosen

    def _switch(self, option: str) -> dict[str, str]:
        if option == "default":
            return {}
        return {next((name for name, switch in self.codings.items() if option in switch.options), "?"): option}

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

    def table(self, known_by: int | None = None, coding: str | Mapping[str, str] | None = None) -> Table:
        """The rows that count as columns."""
        rows = self.rows(known_by, coding)
        return Table(
            np.array([row.series for row in rows], dtype=np.str_),
            np.array([row.valid for row in rows], dtype=np.int64),
            np.array([row.known for row in rows], dtype=np.int64),
            np.array([row.value for row in rows], dtype=np.float64),
            np.array([row.source for row in rows], dtype=np.str_),
        )

    def path(
        self, series: str, start: int, months: int, known_by: int | None = None, coding: str | Mapping[str, str] | None = None
    ) -> NDArray[np.float64]:
        """One series month by month, [months] from `start`; nan where nothing was known.

        An event is 0 in every month of the record that is not listed, a level holds until the next month listed.
        """
        if series not in self.series:
            raise EvidenceError(f'no series "{series}"', where=self.name, next=f"The record has {', '.join(self.series)}")
        values = {row.valid: row.value for row in self.rows(known_by, coding) if row.series == series}
        kind = self.series[series].kind
        path = np.full(months, np.nan)
        if kind == "level":
            held = sorted(values)
            for month in range(start, start + months):
                before = [known for known in held if known <= month]
                path[month - start] = values[before[-1]] if before else np.nan
            return path
        for month in range(start, start + months):
            inside = self.first <= month <= self.last and (known_by is None or month <= known_by)
            path[month - start] = values.get(month, 0.0 if kind == "event" and inside else np.nan)
        return path

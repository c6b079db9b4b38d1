"""A record as the filter takes it: which channels are seen, month by month, and how well."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.engine.program import Program
from countermove.errors import EvidenceError
from countermove.evidence.claimed_strength import highest_claims
from countermove.world.channel import CHANNEL, Channel
from countermove.world.record import Record, Series
from countermove.world.shapes import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ObservedChannel:
    """One observed channel: whose it is (its place among sides or patrons), the error of its data, whether a datum is a year's total.

    With a `claimant` the datum is what that party claimed most, and all that it claims shares one bias (`evidence/claimed_strength.py`).
    """

    channel: Channel
    actor: int = 0
    error: float = 0.0
    yearly: bool = False
    claimant: str = ""
    bias: float = 0.0

    @property
    def label(self) -> tuple[str, int, str]:
        """What makes two series one."""
        return self.channel.name, self.actor, self.claimant

    @property
    def spread(self) -> float:
        """Standard deviation of a datum around the truth, bias and error together."""
        return math.hypot(self.error, self.bias)


@dataclass(frozen=True)
class Observations:
    """What was observed of a war, month by month and channel by channel; a value is 0 where nothing is known.

    `retrospective` counts the data that were not known as it happened.
    """

    channels: tuple[ObservedChannel, ...]
    values: Annotated[Floats, "T C"]
    known: Annotated[NDArray[np.bool_], "T C"]
    retrospective: int = 0
    names: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, EvidenceError, C=len(self.channels))

    @property
    def months(self) -> int:
        """T."""
        return len(self.values)


def observations(
    record: Record,
    program: Program,
    known_by: int | None = None,
    coding: str | Mapping[str, str] | None = None,
    *,
    as_reported: bool = False,
) -> Observations:
    """The data of a record that count in the replay `program`: under a coding, known by the month `known_by`, inside its clock.

    Series of one channel and actor are one: an event happened if any of them says so, and did not if all of them say that; an amount is that
    of the first. Of claims each claimant's highest is a datum (`evidence/claimed_strength.py`), unless they are wanted `as_reported`, month by
    month, to be shown. Raises EvidenceError where a series names an actor that the replay does not have, or nothing is left.
    """
    start, months = program.scenario.clock.start, program.cast.months
    columns: dict[tuple[str, int, str], tuple[ObservedChannel, Floats]] = {}
    names: dict[tuple[str, int, str], str] = {}
    late = 0
    for series in record.series.values():
        if not series.observes:
            continue
        whole = _observed_channel(record, program, series)
        if series.bias is None or as_reported:
            found = {"": _path(record, series, start, months, known_by, coding)}
        else:
            found = highest_claims(record, series, (start, months), known_by, coding)
        for who, path in found.items():
            one = replace(whole, claimant=who)
            if series.vintage == "retrospective":
                late += int((~np.isnan(_episodes(path) if one.channel.lasting else path)).sum())
            merged = _merged(one, columns[one.label][1], path) if one.label in columns else path
            columns[one.label] = (one, merged)
            names[one.label] = f"{series.name} ({who})" if who else series.name
    paths = [_episodes(path) if one.channel.lasting else path for one, path in columns.values()]
    values = np.stack(paths, axis=1) if paths else np.zeros((months, 0))
    known = ~np.isnan(values)
    if not known.any():
        raise EvidenceError(
            "nothing in the record can be weighed",
            where=record.name,
            next="Give its series `observes:`, or a later knowledge month",
        )
    kept = [c for c in range(known.shape[1]) if known[:, c].any()]
    seen = tuple(columns[label][0] for label in columns)
    labels = tuple(names[label] for label in columns)
    return Observations(
        tuple(seen[c] for c in kept), np.where(known, values, 0.0)[:, kept], known[:, kept], late, tuple(labels[c] for c in kept)
    )


def event_in_either(one: Floats, other: Floats) -> Floats:
    """An event by two series [T]: it happened where one of them says so, and did not where both know that it did not; else nan."""
    return np.where((one > 0) | (other > 0), np.fmax(one, other), one + other)


def _episodes(path: Floats) -> Floats:
    """A condition that lasts is reported once: after its first month the months of an episode are no data of their own."""
    going_on = np.append(False, (path[1:] > 0) & (path[:-1] > 0))
    return np.where(going_on, np.nan, path)


def _merged(one: ObservedChannel, before: Floats, path: Floats) -> Floats:
    if one.channel.kind == "event":
        return event_in_either(before, path)
    return np.where(np.isnan(before), path, before)


def _observed_channel(record: Record, program: Program, series: Series) -> ObservedChannel:
    channel = CHANNEL[series.observes]
    cast = program.cast
    actors = {"world": (), "side": cast.sides, "patron": cast.patrons}[channel.of]
    if actors and series.actor not in actors:
        raise EvidenceError(
            f'the series {series.name} is of "{series.actor}", which is not a {channel.of} of the replay',
            where=record.name,
            next=f"Its {channel.of}s are {', '.join(actors)}",
        )
    if channel.name == "held" and not cast.territory:
        raise EvidenceError(
            f"the series {series.name} tells who held how much, and the replay has no front",
            where=record.name,
            next="A replay with a territory, or a series that observes nothing",
        )
    error = channel.error if series.error is None else series.error
    return ObservedChannel(
        channel, actors.index(series.actor) if actors else 0, error, series.every == "year", bias=series.bias or 0.0
    )


def _path(
    record: Record, series: Series, start: int, months: int, known_by: int | None, coding: str | Mapping[str, str] | None
) -> Floats:
    """Levels weigh only in the months in which something was reported: a level that is held is not a new datum. Nor is a month that is
    not listed where a datum is the total of its year: it is not a month in which nothing happened."""
    if series.kind == "event" and series.every == "month":
        path = record.path(series.name, start, months, known_by, coding)
        return np.where(path > 0, 1.0, path) if CHANNEL[series.observes].kind == "event" else path * series.scale
    path = np.full(months, np.nan)
    for row in record.rows(known_by, coding):
        if row.series == series.name and 0 <= row.valid - start < months:
            path[row.valid - start] = row.value * series.scale
    return path

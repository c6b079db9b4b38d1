"""What readers see of a record: how often and when things happened, how large they were, and what goes with what.

Readers learn *when* things happened: the months of the first events of each kind and of the last, single months of what has a size. How often one
event followed another, and how often in each third, added nothing to that (measured on held-out records) and took as long again to learn from. But
whether a record is like those that were simulated is judged on these, on what adds up: a record in which nothing ever happened stands out there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.evidence.observation_model import filter_arrays
from countermove.evidence.observations import Observations

Floats = NDArray[np.float32]
FOLLOWING_MONTHS = 3  # months within which one event counts as following another
MONTHS_PER_MEAN = 3  # months that are taken together where a channel is seen every month
EARLY_MONTHS = 15  # months that are looked at one by one
DATED = ("first", "second", "third")  # events of each kind whose months are told, beside the last one


@dataclass(frozen=True)
class FeatureBlock:
    """Features of one channel or two. `tells`: readers learn from them; `fits`: the distance to simulated records is taken on them."""

    names: tuple[str, ...]
    channels: tuple[int, ...]
    of: Callable[[Floats], Sequence[Floats]]  # values [T, C, N] to as many rows [N] as there are names
    for_learning: bool = True
    for_distance: bool = True


@dataclass(frozen=True)
class FeatureColumns:
    """One name for each column of `features`, and what each column is for [F]; `uses` [F, C]: which channels it is read off."""

    names: tuple[str, ...]
    for_learning: NDArray[np.bool_]
    for_distance: NDArray[np.bool_]
    channels_used: NDArray[np.bool_]

    def without(self, channels: Collection[int]) -> NDArray[np.bool_]:
        """The columns that readers learn from where these channels are not seen [F]."""
        return self.for_learning & ~self.channels_used[:, sorted(channels)].any(axis=1)


def _wide(data: Observations) -> tuple[list[int], list[int], list[int]]:
    """Numbers of the channels that are events, of those seen most months, and of those seen now and then."""
    events = [c for c, one in enumerate(data.channels) if one.channel.kind == "event"]
    rest = [c for c in range(len(data.channels)) if c not in events]
    often = [c for c in rest if data.known[:, c].mean() > 0.5]
    return events, often, [c for c in rest if c not in often]


def _level(kind: str, x: Floats) -> Floats:
    return np.log(x / (1 - x)) if kind == "share" else np.log1p(x)


def blocks(data: Observations) -> tuple[FeatureBlock, ...]:
    """All that is read off records with these channels and gaps, in order."""
    events, often, seldom = _wide(data)
    found: list[FeatureBlock] = []
    for c in events:
        found += [_counts(data, c), _thirds(data, c), _dates(data, c)]
    found += [_following(data, a, b) for a in events for b in events]
    for c in often:
        found += [_seasons(data, c), _months(data, c), _shape(data, c)]
        found += [_together(data, c, a) for a in events]
    return (*found, *(_data(data, c) for c in seldom))


def features(data: Observations, values: Floats) -> Floats:
    """What is read off records: [T, C, N] to [N, F], in the order of `columns`. Unknown places are the same in all records."""
    return np.stack([row for block in blocks(data) for row in block.of(values)], axis=1).astype(np.float32)


def record_features(data: Observations) -> Floats:
    """The features of the record itself [F]."""
    values, _ = filter_arrays(data)
    return features(data, values[:, :, None])[0]


def feature_columns(data: Observations) -> FeatureColumns:
    """Names and uses of the columns of `features`."""
    every = blocks(data)
    names = tuple(name for block in every for name in block.names)
    size = [len(block.names) for block in every]
    uses = np.zeros((len(every), len(data.channels)), bool)
    for row, block in enumerate(every):
        uses[row, list(block.channels)] = True
    tells, fits = np.array([block.for_learning for block in every]), np.array([block.for_distance for block in every])
    return FeatureColumns(names, np.repeat(tells, size), np.repeat(fits, size), np.repeat(uses, size, axis=0))


def _happened(data: Observations, c: int, values: Floats) -> Floats:
    return values[:, c] * data.known[:, c, None]


# --- events -----------------------------------------------------------------------------------------------------------


def _counts(data: Observations, c: int) -> FeatureBlock:
    def of(values: Floats) -> list[Floats]:
        return [_happened(data, c, values).sum(axis=0)]

    return FeatureBlock((f"{data.names[c]}: how often",), (c,), of)


def _thirds(data: Observations, c: int) -> FeatureBlock:
    """How often in each third of the war."""

    def of(values: Floats) -> list[Floats]:
        return [part.sum(axis=0) for part in np.array_split(_happened(data, c, values), 3)]

    return FeatureBlock(tuple(f"{data.names[c]}: how often in third {k}" for k in (1, 2, 3)), (c,), of, for_learning=False)


def _dates(data: Observations, c: int) -> FeatureBlock:
    """The months of the first events, the number of months where there were fewer; and of the last one, -1 where there was none."""

    def of(values: Floats) -> list[Floats]:
        happened = _happened(data, c, values) > 0
        so_far = happened.cumsum(axis=0)
        first = [(so_far < k).sum(axis=0) for k in range(1, len(DATED) + 1)]
        return [*first, data.months - 1 - (happened[::-1].cumsum(axis=0) < 1).sum(axis=0)]

    return FeatureBlock(tuple(f"{data.names[c]}: month of the {which}" for which in (*DATED, "last")), (c,), of, for_distance=False)


def _following(data: Observations, a: int, b: int) -> FeatureBlock:
    """How often one event followed another within a few months."""

    def of(values: Floats) -> list[Floats]:
        before = _happened(data, a, values)
        soon = sum(np.pad(before[:-lag], ((lag, 0), (0, 0))) for lag in range(1, FOLLOWING_MONTHS + 1))
        return [(np.minimum(soon, 1) * _happened(data, b, values)).sum(axis=0)]

    return FeatureBlock((f"{data.names[b]} within {FOLLOWING_MONTHS} months of {data.names[a]}",), (a, b), of, for_learning=False)


# --- what has a size --------------------------------------------------------------------------------------------------


def _seen(data: Observations, c: int, values: Floats) -> Floats:
    """Levels in the months in which they are known [K, N]."""
    return _level(data.channels[c].channel.kind, values[data.known[:, c], c])


def _seasons(data: Observations, c: int) -> FeatureBlock:
    """Means of a few months each."""
    count = -(-int(data.known[:, c].sum()) // MONTHS_PER_MEAN)

    def of(values: Floats) -> list[Floats]:
        return [part.mean(axis=0) for part in np.array_split(_seen(data, c, values), count)]

    return FeatureBlock(tuple(f"{data.names[c]}: season {k + 1}" for k in range(count)), (c,), of)


def _months(data: Observations, c: int) -> FeatureBlock:
    """The first months one by one."""
    early = int(data.known[:EARLY_MONTHS, c].sum())

    def of(values: Floats) -> list[Floats]:
        return list(_seen(data, c, values)[:early])

    return FeatureBlock(tuple(f"{data.names[c]}: datum {k + 1}" for k in range(early)), (c,), of, for_distance=False)


def _shape(data: Observations, c: int) -> FeatureBlock:
    def of(values: Floats) -> list[Floats]:
        x = _seen(data, c, values)
        around = x - x.mean(axis=0)
        kept = (around[1:] * around[:-1]).mean(axis=0)
        return [x.max(axis=0), x.std(axis=0), np.abs(np.diff(x, axis=0)).mean(axis=0), kept]

    return FeatureBlock(tuple(f"{data.names[c]}: {what}" for what in ("highest", "spread", "mean change", "persistence")), (c,), of)


def _together(data: Observations, c: int, a: int) -> FeatureBlock:
    """How high it was when something happened."""

    def of(values: Floats) -> list[Floats]:
        x = _seen(data, c, values)
        return [(_happened(data, a, values)[data.known[:, c]] * (x - x.mean(axis=0))).sum(axis=0)]

    return FeatureBlock((f"{data.names[c]} when {data.names[a]}",), (a, c), of, for_learning=False)


def _data(data: Observations, c: int) -> FeatureBlock:
    """Every datum."""

    def of(values: Floats) -> list[Floats]:
        return list(_seen(data, c, values))

    return FeatureBlock(tuple(f"{data.names[c]}: datum {k + 1}" for k in range(int(data.known[:, c].sum()))), (c,), of)

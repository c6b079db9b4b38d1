"""All measures of a strategy at once: the numbers of `measure_rows`, in a tenth of its time.

A study of small cases spends most of what is not the engine's on means and quantiles, one measure after the other. Here a sum, an order or a
search is made for all measures together; none of them adds in another order, so that the digits are those of the slow way (a test compares).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from countermove.decision.cells import outcomes_of
from countermove.decision.monte_carlo_error import Scrambles, estimates
from countermove.decision.number_order import LARGEST, keys_of, values_of
from countermove.engine.runs import Runs
from countermove.world.measure import MEASURES

Told = tuple[float, float, float, float, float]
"""Mean, its error, and the quantiles."""
_ROW = 1 << 32
_LOT = 1 << 18
"""Numbers that are gone over at once: more of them take memory that the system has to find first."""


def absent_counts(runs: Runs, strategy: str) -> np.ndarray:
    """In how many runs each measure is absent, by theory [T, M]."""
    return np.stack([_absent(outcomes_of(runs, strategy, theory).reshape(len(MEASURES), -1)) for theory in runs.theories])


def _absent(rows: np.ndarray) -> np.ndarray:
    """How many numbers of each row [M, n] are absent [M]. The smallest number of a row is absent where any of it is."""
    counts = np.isnan(rows.min(axis=1)).astype(int)
    some = np.flatnonzero(counts)
    counts[some] = np.isnan(rows[some]).sum(axis=1)
    return counts


def rows_at_once(
    runs: Runs, scrambles: Scrambles, strategy: str, places: Sequence[int], blends: Mapping[str, np.ndarray], levels: np.ndarray
) -> dict[int, dict[str, Told]]:
    """For each of the measures at `places`, and each mixture of theories, what is told of it.

    The draws must have equal weights. A measure with a number that is not finite is left out: who asks says what is wrong with it.
    """
    each = max(_LOT // (runs.draws * runs.lucks), 1)
    found: dict[int, dict[str, Told]] = {}
    for first in range(0, len(places) if runs.theories else 0, each):
        found |= _lot(runs, scrambles, strategy, places[first : first + each], blends, levels)
    return found


def _lot(
    runs: Runs, scrambles: Scrambles, strategy: str, places: Sequence[int], blends: Mapping[str, np.ndarray], levels: np.ndarray
) -> dict[int, dict[str, Told]]:
    tables = [np.ascontiguousarray(outcomes_of(runs, strategy, theory)[list(places)]) for theory in runs.theories]
    totals, masses = zip(*(_sums(scrambles, table) for table in tables), strict=True)
    ranked = [_Ranked.of(table.reshape(len(places), -1)) for table in tables]
    fine = np.asarray(np.isfinite(np.stack(totals)).all(axis=(0, 2)))
    found: dict[int, dict[str, Told]] = {place: {} for place, told in zip(places, fine, strict=True) if told}
    for theory, shares in blends.items():
        used = [(t, float(share)) for t, share in enumerate(shares) if share > 0]
        total = np.sum([shares[t] * totals[t] for t, _ in used], axis=0)
        mass = np.sum([shares[t] * masses[t] for t, _ in used], axis=0)
        mean, se = estimates(total, mass)
        orders = _orders([ranked[t] for t, _ in used], [share for _, share in used], levels) + 0.0
        rows: Any = np.column_stack([mean, se, orders]).tolist()
        for place, row in zip(places, rows, strict=True):
            if place in found:
                found[place][theory] = tuple(row)
    return found


def _sums(scrambles: Scrambles, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `Scrambles.sums` of each measure [M, D, L]: sums of values and of weights by scramble [M, K]."""
    means = table.mean(axis=2, dtype=np.float64)
    mass = np.tile(scrambles.mass, (len(table), 1))
    lacking = np.flatnonzero(np.isnan(means).any(axis=1))
    if lacking.size:
        absent = np.isnan(table[lacking])
        means[lacking] = np.where(absent, 0, table[lacking]).sum(axis=2, dtype=np.float64) / table.shape[2]
        mass[lacking] = _gathered(scrambles, (~absent).mean(axis=2))
    return _gathered(scrambles, means), mass


def _gathered(scrambles: Scrambles, means: np.ndarray) -> np.ndarray:
    """As `Scrambles.gather` of each row [M, D], each added up by itself [M, K]."""
    sizes = {len(draws) for draws in scrambles.members}
    if len(sizes) == 1:
        order = np.stack(scrambles.members)
        return (means.take(order, axis=1) * scrambles.weight[order]).sum(axis=-1)
    parts = [np.ascontiguousarray(means[:, draws] * scrambles.weight[draws]).sum(axis=-1) for draws in scrambles.members]
    return np.stack(parts, axis=-1)


@dataclass(frozen=True)
class _Ranked:
    """The runs of each measure in rising order, as keys [M, n], and how many of them there are before what is absent [M]."""

    keys: np.ndarray
    present: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> _Ranked:
        """Of these runs [M, n]."""
        ordered = np.sort(values, axis=1)  # what is absent comes last
        keys, present = keys_of(ordered), values.shape[1] - _absent(ordered)
        if (present < values.shape[1]).any():
            keys[np.arange(values.shape[1]) >= present[:, None]] = LARGEST
        return cls(keys, present)


def _orders(parts: Sequence[_Ranked], shares: Sequence[float], levels: np.ndarray) -> np.ndarray:
    """The quantiles of a mixture [M, levels]: the smallest value with so much of the weight at or below it; nan where there is none."""
    measures, count = map(int, parts[0].keys.shape)
    below: np.ndarray = np.arange(count + 1) / count
    whole = np.zeros(measures)
    for share, part in zip(shares, parts, strict=True):
        whole = whole + share * below[part.present]
    wanted: np.ndarray = levels * whole[:, None] * (1 - 1e-12)
    rows: np.ndarray = np.arange(measures)[:, None]
    ends = [_alone(part, below, levels) for part in parts]
    low: np.ndarray = np.stack([low for low, _ in ends]).min(axis=0)
    high: np.ndarray = np.stack([high for _, high in ends]).max(axis=0)
    if len(parts) > 1:
        begins, firsts = rows * _ROW, rows * count
        ranked = [(begins + part.keys).reshape(-1) for part in parts]  # all rows as one rising list
        weights = [share * below for share in shares]
        while (low < high).any():  # the weight at or below a key rises with it
            middle: np.ndarray = (low + high) >> 1
            asked = begins + middle
            at = [part.searchsorted(asked, side="right") for part in ranked]
            there = sum((weight.take(place - firsts) for weight, place in zip(weights, at, strict=True)), np.zeros(())) >= wanted
            under = np.max([part.take(place - 1, mode="clip") for part, place in zip(ranked, at, strict=True)], axis=0) - begins
            over = np.min([part.take(place, mode="clip") for part, place in zip(ranked, at, strict=True)], axis=0) - begins
            # the answer is a run's number: on from the middle to the next one there is
            high, low = np.where(there, np.minimum(under, middle), high), np.where(there, low, np.maximum(over, middle + 1))
    return np.where(whole[:, None] > 0, values_of(high), np.nan)


def _alone(part: _Ranked, below: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The keys of the quantiles of one theory [M, levels], between which those of a mixture lie; of one with nothing, what bounds nothing."""
    wanted = levels * below[part.present][:, None] * (1 - 1e-12)
    at = np.minimum(np.searchsorted(below[1:], wanted), np.maximum(part.present - 1, 0)[:, None])
    keys = np.take_along_axis(part.keys, at, axis=1).astype(np.int64)
    there = part.present[:, None] > 0
    return np.where(there, keys, LARGEST), np.where(there, keys, -LARGEST)

"""Exact order statistics of runs that are never held at once: by counting, in two passes.

A float32 has 32 bits; put in rising order as unsigned numbers, its upper 16 say where it lies to within a part in 128, its lower 16 the rest.
The first pass counts the upper halves of everything. The order statistic that is asked for lies under one of them; the second pass counts the
lower halves of what lies under that one alone. What comes out is the very number that sorting all of it would have given (Munro and Paterson
1980, selection in limited storage).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Annotated

import numpy as np

from countermove.decision.number_order import keys_of, values_of

HALF = 16
"""Bits of each half."""
_LOW, _SIZE = np.int32((1 << HALF) - 1), 1 << HALF
_POSITIVE = 1 << (HALF - 1)  # upper halves from here on are of numbers from 0 up


def halves_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The upper and the lower halves [n] of float32 [n] in rising order."""
    keys = keys_of(values)
    return (keys >> HALF) + _POSITIVE, keys & _LOW


def number_of(upper: int, lower: int) -> float:
    """The number of two halves."""
    return float(values_of(np.array([((upper - _POSITIVE) << HALF) | lower]))[0])


@dataclass(frozen=True)
class Counts:
    """How many of `size` numbers (those that are absent among them) have each of B halves, in rising order; `fine`: some have lower halves."""

    halves: Annotated[np.ndarray, "B"]  # uint16
    counts: Annotated[np.ndarray, "B"]  # uint32: a pair has no more than 2^28 runs
    size: int
    fine: bool = True

    @property
    def present(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    @property
    def below(self) -> np.ndarray:
        """How many have each half or a lower one [B + 1], with 0 first."""
        return np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)])

    def added(self, other: Counts) -> Counts:
        """Of both."""
        halves = np.union1d(self.halves, other.halves)
        counts = np.zeros(len(halves), np.uint32)
        for one in (self, other):
            counts[np.searchsorted(halves, one.halves)] += one.counts
        return Counts(halves, counts, self.size + other.size, self.fine or other.fine)


NOTHING = Counts(np.zeros(0, np.uint16), np.zeros(0, np.uint32), 0, fine=False)


def upper_counts(values: np.ndarray) -> Counts:
    """Of the upper halves of float32 [n]; a nan is a number that is absent."""
    present = values[~np.isnan(values)]
    tops, _ = halves_of(present)
    return _sparse(np.bincount(tops, minlength=_SIZE), values.size, bool((present.view(np.int32) & _LOW).any()))


def lower_counts(values: np.ndarray, uppers: Iterable[int]) -> dict[int, Counts]:
    """Of the lower halves of the float32 [n] that have each of these upper halves."""
    tops, bottoms = halves_of(values[~np.isnan(values)])
    return {upper: _sparse(np.bincount(bottoms[tops == upper], minlength=_SIZE), values.size) for upper in uppers}


def _sparse(dense: np.ndarray, size: int, fine: bool = True) -> Counts:
    halves = np.flatnonzero(dense)
    return Counts(halves.astype(np.uint16), dense[halves].astype(np.uint32), size, fine)


Lower = Mapping[int, Counts]


@dataclass(frozen=True)
class Mixture:
    """Numbers of several kinds, each with its share: what of them lies under which upper half. Shares of 0 are left out."""

    parts: tuple[Counts, ...]
    shares: tuple[float, ...]

    def uppers(self, levels: np.ndarray) -> list[int]:
        """The upper half under which each quantile lies; empty where there is nothing."""
        halves = reduce(np.union1d, (part.halves for part in self.parts), np.zeros(0, np.uint16))
        weight = self._weight(halves, [(part.halves, part.below) for part in self.parts])
        return [int(halves[place]) for place in self._reached(weight, levels)] if len(halves) else []

    def quantiles(self, levels: np.ndarray, lower: Sequence[Lower]) -> tuple[float, ...]:
        """The smallest number with that much of the weight at or below it; nan where there is none. `lower`: of each part, under these halves."""
        found: list[float] = []
        for upper, level in zip(self.uppers(levels), levels, strict=False):
            inside = [_inside(part, upper, counts) for part, counts in zip(self.parts, lower, strict=True)]
            halves = reduce(np.union1d, (part.halves for part in inside), np.zeros(0, np.uint16))
            before = [int(part.counts[part.halves < upper].sum()) for part in self.parts]
            weight = self._weight(halves, [(one.halves, n + one.below) for one, n in zip(inside, before, strict=True)])
            place = self._reached(weight, np.array([level]))[0]
            found.append(number_of(upper, int(halves[place])))
        return tuple(found) if found else (np.nan,) * len(levels)

    def _weight(self, halves: np.ndarray, parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """The weight at or below each half: of every part the share, times how many there are, over all of them."""
        weight = np.zeros(len(halves))
        for (own, below), share, part in zip(parts, self.shares, self.parts, strict=True):
            weight = weight + share * (below[np.searchsorted(own, halves, side="right")] / part.size)
        return weight

    def _reached(self, weight: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """The first place at which each level is reached; the last where rounding leaves it unreached."""
        whole = sum(share * (part.present / part.size) for share, part in zip(self.shares, self.parts, strict=True))
        return np.minimum(np.searchsorted(weight, levels * whole * (1 - 1e-12)), len(weight) - 1)


def _inside(part: Counts, upper: int, lower: Lower) -> Counts:
    """The lower halves under an upper one; where none was ever met they are those of a number that ends in zeros."""
    if upper in lower:
        return lower[upper]
    count = int(part.counts[part.halves == upper].sum())
    ends = 0 if upper >= _POSITIVE else int(_LOW)
    return Counts(
        np.array([ends] if count else [], np.uint16), np.array([count] if count else [], np.uint32), part.size, fine=False
    )

"""Order statistics by counting: the numbers that sorting gives, to the last bit."""

from __future__ import annotations

from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countermove.decision.counts import Counts, Lower, Mixture, halves_of, lower_counts, number_of, upper_counts
from countermove.decision.measure_rows import LEVELS, Ranked, quantiles

FLOATS = st.floats(width=32, allow_infinity=False, allow_subnormal=True)
KINDS = st.lists(FLOATS, min_size=1, max_size=40) | st.lists(
    st.sampled_from([0.0, -0.0, 1.0, float("nan")]), min_size=1, max_size=40
)


@given(st.lists(FLOATS.filter(lambda x: x == x), min_size=1))
def test_halves_lead_back_to_the_number(values: list[float]) -> None:
    """To the very same one, of either sign."""
    found = zip(*halves_of(np.array(values, np.float32)), strict=True)
    assert [number_of(int(upper), int(lower)) for upper, lower in found] == values


@given(st.lists(st.tuples(KINDS, st.floats(0.01, 1)), min_size=1, max_size=4), st.integers(1, 3))
def test_quantiles_of_a_mixture_are_those_of_sorting(kinds: list[tuple[list[float], float]], pieces: int) -> None:
    """Of any numbers, those that are absent too, counted in pieces or at once."""
    parts, shares = [np.array(values, np.float32) for values, _ in kinds], [share for _, share in kinds]
    cut = [np.array_split(part, pieces) for part in parts]
    counts = tuple(reduce(Counts.added, map(upper_counts, lots)) for lots in cut)
    mixture = Mixture(counts, tuple(shares))
    asked = set(mixture.uppers(LEVELS))
    lower = [_lower(lots, asked) if one.fine else {} for lots, one in zip(cut, counts, strict=True)]
    sorted_ = quantiles([Ranked.of(part) for part in parts], shares)
    assert np.array_equal(mixture.quantiles(LEVELS, lower), sorted_, equal_nan=True)


def _lower(lots: list[np.ndarray], asked: set[int]) -> Lower:
    found = [lower_counts(lot, asked) for lot in lots]
    return {upper: reduce(Counts.added, (one[upper] for one in found)) for upper in asked}


def test_whole_numbers_need_no_second_pass() -> None:
    """Counts up to a hundred, and events, end in zeros."""
    assert not upper_counts(np.arange(-100, 101, dtype=np.float32)).fine
    assert upper_counts(np.array([0.1], np.float32)).fine


def test_counts_add_up() -> None:
    """What is absent is counted in the size alone."""
    one, other = upper_counts(np.array([1, 2, np.nan], np.float32)), upper_counts(np.array([2, 4], np.float32))
    both: Counts = one.added(other)
    assert (both.size, both.present, both.counts.tolist()) == (5, 4, [1, 2, 1])

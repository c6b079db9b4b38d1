"""Numbers as whole numbers in the same order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countermove.decision.number_order import LARGEST, keys_of, values_of


@given(st.lists(st.floats(width=32, allow_nan=False, allow_subnormal=True), min_size=2))
def test_keys_rise_with_the_numbers(values: list[float]) -> None:
    """Infinities and the smallest of all among them; they lead back to the numbers, and both zeros to one."""
    numbers = np.sort(np.array(values, np.float32))
    found = keys_of(numbers)
    assert found.dtype == np.int32
    rising = np.diff(found.astype(np.int64))
    assert np.array_equal(rising > 0, numbers[1:] > numbers[:-1]) and (rising >= 0).all()
    assert np.array_equal(values_of(found), numbers + 0) and found.max() < LARGEST
    assert keys_of(np.array([-0.0], np.float32)) == keys_of(np.array([0.0], np.float32))

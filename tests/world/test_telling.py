"""The one rule for a number with an error: what its range leaves open is not told."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermove.world.certainty import (
    ERRORS,
    amount_certainty,
    at_most,
    difference_verdict,
    most_of_none,
    range_certainty,
    share_certainty,
    share_range,
)
from countermove.world.words import counted_text

ANY = st.floats(allow_nan=True, allow_infinity=True)
ERROR = st.floats(min_value=0) | st.just(math.nan)


@pytest.mark.parametrize(
    ("share", "se", "told"),
    [
        (0.57, 1.97, "cannot tell"),  # "57% (error 197%)" stood among the findings of a memo
        (0.57, 0.10, "told"),
        (0.50, 0.126, "cannot tell"),
        (0.01, 0.20, "told"),  # the range ends at 0: it covers 0 to 41%
        (0.0, 0.0, "told"),
        (0.3, math.nan, "cannot tell"),
        (math.nan, 0.1, "left out"),
    ],
)
def test_shares(share: float, se: float, told: str) -> None:
    assert share_certainty(share, se) == told


@pytest.mark.parametrize(
    ("amount", "se", "told"),
    [(-0.02, 0.05, "cannot tell"), (0.3, 0.1, "told"), (-0.3, 0.1, "told"), (0.0, 0.0, "told"), (math.inf, 0.1, "left out")],
)
def test_amounts(amount: float, se: float, told: str) -> None:
    assert amount_certainty(amount, se) == told


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "fewer than 1 in 17"), (1.0, "more than 16 in 17"), (1 - 1e-12, "more than 16 in 17"), (0.25, "25%")]
)
def test_what_no_draw_or_every_draw_did_has_its_limit(share: float, told: str) -> None:
    """Of 64 draws: 1 - 0.025^(1/64) is 5.6%."""
    assert counted_text(share, 64) == told


@pytest.mark.parametrize(
    ("draws", "told"),
    [(8192, "fewer than 1 in 2,000"), (1024, "fewer than 1 in 200"), (32, "fewer than 1 in 9"), (1, "in none of too few runs")],
)
def test_none_of_many_runs_is_not_never(draws: int, told: str) -> None:
    """The limit of Clopper & Pearson, rounded so that it is never smaller than what the draws leave open."""
    assert counted_text(0.0, draws) == told
    said = [int(part.replace(",", "")) for part in told.split() if part[0].isdigit()]
    assert all(1 / count >= most_of_none(draws) for count in said[1:])


def test_what_cannot_be_below_0_has_an_upper_end() -> None:
    assert at_most(-0.02, 0.05) == 0.1
    assert at_most(0.3, 0.1) == 0.5


@pytest.mark.parametrize(
    ("share", "se", "draws", "low", "high"),
    [
        (0.0, 0.0, 32, 0.0, 0.109),  # Clopper & Pearson: 0 of 32
        (1.0, math.nan, 32, 0.891, 1.0),
        (0.0, math.nan, 1, 0.0, 0.975),
        (0.3, 0.05, 1024, 0.2, 0.4),
        (0.3, math.nan, 1024, math.nan, math.nan),
        (0.0, 0.0, 0, math.nan, math.nan),
    ],
)
def test_what_draws_leave_open(share: float, se: float, draws: int, low: float, high: float) -> None:
    assert share_range(share, se, draws) == pytest.approx((low, high), abs=5e-4, nan_ok=True)
    assert range_certainty(*share_range(share, se, draws)) == ("told" if high - low <= 0.5 else "cannot tell")


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 10_000))
def test_more_draws_leave_less_open(share: float, se: float, draws: int) -> None:
    (low, high), (lower, higher) = share_range(share, se, 2 * draws), share_range(share, se, draws)
    assert 0 <= lower <= low <= high <= higher <= 1


@given(ANY, ERROR, st.floats(min_value=0, allow_infinity=False))
def test_a_larger_error_never_tells_more(number: float, se: float, matters: float) -> None:
    order = {"left out": 0, "cannot tell": 0, "told": 1}
    for told in (share_certainty, amount_certainty):
        assert order[told(number, se * 2)] <= order[told(number, se)]
    if difference_verdict(number, se, matters) == "cannot tell":
        assert difference_verdict(number, se * 2, matters) == "cannot tell"


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_nothing_is_better_within_its_error(difference: float, se: float) -> None:
    if difference_verdict(difference, se, 0.0) == "better":
        assert difference > ERRORS * se

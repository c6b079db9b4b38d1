"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from countermove.errors import MemoError
from countermove.world.words import (
    SCALE,
    counted,
    decimals_of,
    likelihood,
    likelihood_word,
    listed,
    mean_error,
    month,
    number,
    percent,
    span,
)


@pytest.mark.parametrize(
    ("p", "says"),
    [
        (0, "almost no chance"),
        (0.049, "almost no chance"),
        (0.05, "very unlikely"),
        (0.1999, "very unlikely"),
        (0.2, "unlikely"),
        (0.4499, "unlikely"),
        (0.45, "about even"),
        (0.5, "about even"),
        (0.55, "about even"),
        (0.56, "likely"),
        (0.8, "likely"),
        (0.81, "very likely"),
        (0.95, "very likely"),
        (0.951, "almost certain"),
        (1, "almost certain"),
    ],
)
def test_the_scale(p: float, says: str) -> None:
    assert likelihood_word(p) == says


@given(some.floats(0, 1))
def test_the_scale_is_the_same_upwards_and_downwards(p: float) -> None:
    """Whatever word the chance of an event gets, the chance of its absence gets the mirrored one."""
    names = [name for name, _ in SCALE]
    near = any(math.isclose(p, edge, abs_tol=1e-12) or math.isclose(1 - p, edge, abs_tol=1e-12) for _, edge in SCALE)
    assert near or names.index(likelihood_word(p)) + names.index(likelihood_word(1 - p)) == len(names) - 1


def test_likelihood_says_word_and_number() -> None:
    assert likelihood(0.32, 0.02) == "unlikely (32% ± 2%)"
    assert likelihood(0.051, 0.002) == "almost no chance to very unlikely (5.1% ± 0.2%)"
    assert likelihood(0.97, 0.001) == "almost certain (97.0% ± 0.1%)"


@pytest.mark.parametrize(
    ("p", "se", "draws", "says"),
    [
        (0.0, math.nan, 1, "of unknown likelihood (in none of too few runs)"),  # "almost no chance (0%, error not known)" was told
        (0.0, 0.0, 32, "almost no chance to very unlikely (fewer than 1 in 9)"),
        (1.0, 0.0, 32, "very likely to almost certain (more than 8 in 9)"),
        (0.0, 0.0, 1024, "almost no chance (fewer than 1 in 200)"),
        (0.0, 0.0, 8192, "almost no chance (fewer than 1 in 2,000)"),
        (0.002, 0.001, 32, "almost no chance to very unlikely (0.2% ± 0.1%)"),  # one luck of one draw tells no more than none
        (0.0, 0.0, 0, "of unknown likelihood (0%, error not known)"),
        (0.57, 1.97, 64, "of unknown likelihood (60% ± 200%)"),
    ],
)
def test_no_word_that_the_runs_do_not_allow(p: float, se: float, draws: int, says: str) -> None:
    assert likelihood(p, se, draws) == says


def test_likelihood_does_not_hide_what_is_missing() -> None:
    assert likelihood(math.nan, 0.1) == "of unknown likelihood"
    assert likelihood(0.3, math.nan) == "of unknown likelihood (30%, error not known)"


@pytest.mark.parametrize(("p", "se"), [(1.2, 0.1), (-0.1, 0.1), (0.5, -0.1), (math.inf, 0.1)])
def test_likelihood_refuses_what_is_no_probability(p: float, se: float) -> None:
    with pytest.raises(MemoError):
        likelihood(p, se)


def test_single_precision_is_forgiven() -> None:
    assert likelihood_word(1.0000001) == "almost certain"
    assert likelihood_word(-1e-8) == "almost no chance"


@pytest.mark.parametrize(
    ("error", "decimals"),
    [(0.02, 2), (0.013, 3), (0.1, 2), (0.5, 1), (1.2, 1), (7, 0), (130, -1), (230, -2), (1e-9, 4), (math.nan, 0)],
)
def test_the_error_sets_the_decimals(error: float, decimals: int) -> None:
    assert decimals_of(error) == decimals


@pytest.mark.parametrize(
    ("mean", "se", "unit", "text"),
    [
        (1.2345, 0.02, "points", "1.23 ± 0.02"),
        (-1.2345, 0.013, "", "−1.234 ± 0.013"),
        (12431.4, 230, "persons", "12,400 ± 200"),
        (0.0513, 0.002, "probability", "5.1% ± 0.2%"),
        (0.0513, 0.0001, "share", "5.1% ± <0.1%"),
        (0.0002, 0.0001, "probability", "<0.1% ± <0.1%"),
        (0.0, 0.0, "", "0 ± 0"),
        (math.nan, 1.0, "", "n/a"),
        (3.0, math.nan, "", "3, error not known"),
    ],
)
def test_means_have_errors(mean: float, se: float, unit: str, text: str) -> None:
    assert mean_error(mean, se, unit) == text


def test_numbers() -> None:
    assert [number(v) for v in (0, 3, -0.456789, 1234.56, 1e-9, math.inf)] == ["0", "3", "−0.457", "1,235", "0", "n/a"]
    assert number(-0.001, 2) == "0.00"
    assert [mean_error(p, 0.0002, "share") for p in (0.0004, 0.9996)] == ["<0.1% ± <0.1%", ">99.9% ± <0.1%"]
    assert [percent(p) for p in (0, 0.0004, 0.012, 0.3, 0.9995, 1)] == ["0%", "<0.1%", "1%", "30%", ">99.9%", "100%"]
    assert span(-1.26, 3.31) == "−1.3 to 3.3"
    assert span(450, 5220.2) == "450 to 5,220"
    assert span(0.03, 0.17, "share") == "3% to 17%"
    assert span(math.nan, 1) == "n/a"
    assert month(2014 * 12 + 3) == "April 2014"
    assert listed(("a", "b", "c")) == "a, b and c"
    assert (counted(1, "draw"), counted(4096, "draw")) == ("1 draw", "4,096 draws")

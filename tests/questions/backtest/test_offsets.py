"""Forecasts from the last datum on: where they begin, how fast they spread, what is believed, and that nothing later reaches them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermove.questions.backtest.discrepancy import (
    DiscrepancyFilter,
    DiscrepancyMixture,
    DiscrepancySettings,
    discrepancy_of,
    record_alone,
)
from countermove.questions.backtest.scales import StabilisingScale, scales_of
from countermove.questions.backtest.stacking import densities, mix_methods, stack_weights
from countermove.world.channel import CHANNEL

HELD, DEATHS, SPENT = CHANNEL["held"], CHANNEL["deaths"], CHANNEL["spent"]
MONTHS, AHEAD, FIRST = 30, 6, 11
NAMES = ("held", "deaths", "spent")


def logit(x: Any) -> Any:
    return np.log(x) - np.log1p(-np.asarray(x))


def front(pace: float, seed: int = 0) -> np.ndarray:
    """Shares [T] whose logit walks from 0.8 by `pace` a month."""
    generator = np.random.default_rng(seed)
    return 1 / (1 + np.exp(-(logit(0.8) + pace * generator.standard_normal(MONTHS).cumsum())))


def paths(level: np.ndarray, spread: float, members: int = 64) -> np.ndarray:
    """A simulator [T, 1 + H, m] that foresees the `level` [T + H], with paths whose logits spread so much a month."""
    generator = np.random.default_rng(5)
    out = np.empty((MONTHS, 1 + AHEAD, members))
    for month in range(MONTHS):
        away = generator.standard_normal((1 + AHEAD, members)).cumsum(axis=0) * spread
        out[month] = logit(level[month : month + 1 + AHEAD])[:, None] + away
    return 1 / (1 + np.exp(-out))


def said(begun: DiscrepancyMixture, month: int, seed: int = 0) -> np.ndarray:
    return begun.ahead(month, 1024, np.random.default_rng(seed))


def width(members: np.ndarray) -> np.ndarray:
    """Of the 90% interval, month by month, on the logit [H]."""
    low, high = np.quantile(logit(members), (0.05, 0.95), axis=1)
    return high - low


# --- where a forecast begins, and how fast it spreads


@cache
def quiet() -> DiscrepancyMixture:
    """A front that stands still; a simulator elsewhere, whose line wanders."""
    return discrepancy_of(HELD, 0.3, paths(np.full(MONTHS + AHEAD, 0.6), 0.1), front(0.003), FIRST)


def test_it_begins_at_the_last_datum_and_spreads_at_the_pace_of_the_record() -> None:
    """A stated error of 0.3 and a simulator that is off by a logit: after two years neither is left in the forecast."""
    members = said(quiet(), 25)
    assert np.abs(logit(np.median(members, axis=1)) - logit(front(0.003)[25])).max() < 0.02
    assert width(members)[0] < 0.05 and width(members)[5] < 0.2


def test_a_front_that_moves_has_wider_intervals() -> None:
    """Errors are those of the series: fifty times the pace is a far wider interval, which grows from month to month."""
    loud = said(discrepancy_of(HELD, 0.3, paths(np.full(MONTHS + AHEAD, 0.6), 0.1), front(0.15), FIRST), 25)
    assert (width(loud) > 6 * width(said(quiet(), 25))).all() and width(loud)[5] > 1.5 * width(loud)[0]


def test_a_short_record_leans_on_the_stated_error() -> None:
    """After three months it is still wide; every year makes it narrower."""
    begun = quiet()
    wide = [width(said(begun, month))[2] for month in (2, 8, 20)]
    assert wide[0] > 2 * wide[1] > 2 * wide[2]


def test_a_level_without_memory_is_no_level() -> None:
    """Noise around 100: the forecast goes back to the mean of the record, whatever the last month was, and is as wide in six months as in one."""
    generator = np.random.default_rng(3)
    values = generator.poisson(100, 60).astype(float)
    values[-1] = 150
    members = record_alone(DEATHS, 0, values, FIRST, AHEAD).ahead(59, 1024, generator)
    assert (np.abs(np.median(members, axis=1) - 100) < 12).all()
    spread = np.ptp(np.quantile(members, (0.05, 0.95), axis=1), axis=0)
    assert 0.7 < spread[5] / spread[0] < 1.5


def one_setting(lasts: float, fresh: float) -> DiscrepancySettings:
    return DiscrepancySettings(*(np.array([value]) for value in (0.0, 0.0, 0.0, 1.0, lasts, fresh, 0.0)))


def test_the_level_is_filtered_as_kalman_says() -> None:
    """A walk and fresh errors of one variance: the gain becomes the golden ratio less 1, and the level the mean with those weights."""
    values = front(0.2)
    part = DiscrepancyFilter(StabilisingScale(HELD), 0.3, np.zeros((MONTHS, 1 + AHEAD, 1)), values, FIRST, one_setting(1.0, 0.5))
    golden = (np.sqrt(5) - 1) / 2
    level = logit(values[0])
    for z in logit(values[1:]):
        level += golden * (z - level)
    last = part.beliefs[-1]
    assert last.variance[0] == pytest.approx(
        0.5 * golden, rel=1e-6
    )  # variance of a level after a datum: gain x variance of the fresh error
    assert last.offset[0] + part.level_without_offset(MONTHS - 1, 0)[0] == pytest.approx(level, abs=1e-6)


# --- what is believed


def test_a_simulator_that_foresees_is_believed_and_one_that_errs_is_not() -> None:
    """A front that falls by the month: one simulator says so, the other says the opposite."""
    line = 1 / (1 + np.exp(-np.linspace(2, -2, MONTHS + AHEAD)))
    generator = np.random.default_rng(1)
    values = 1 / (1 + np.exp(-(logit(line[:MONTHS]) + 0.01 * generator.standard_normal(MONTHS))))
    right, wrong = (discrepancy_of(HELD, 0.1, paths(level, 0.01), values, FIRST) for level in (line, line[::-1]))
    assert right.believed(25) > 0.95 > 0.3 > wrong.believed(25)
    miss = [abs(float(np.median(said(begun, 25)[3])) - values[29]) for begun in (right, wrong)]
    assert miss[0] < 0.01 and miss[0] < 0.2 * miss[1]


def test_a_simulator_whose_paths_scatter_is_made_narrow_by_its_record() -> None:
    """Its paths spread by a logit a month and the record by a hundredth."""
    begun = discrepancy_of(HELD, 0.1, paths(np.full(MONTHS + AHEAD, 0.8), 1.0), front(0.01), FIRST)
    assert width(said(begun, 25))[5] < 0.3


# --- nothing later


@pytest.mark.parametrize("name", NAMES)
def test_later_data_change_nothing(name: str) -> None:
    """Bit for bit, on every scale; from the month on in which they are known they do."""
    generator = np.random.default_rng(2)
    channel, cut = CHANNEL[name], 20
    values = front(0.1) if name == "held" else generator.gamma(2, 50, MONTHS)
    path = np.stack([values[:, None, None] * np.ones((1 + AHEAD, 8)) for _ in range(1)])[0]
    other, later = values.copy(), path.copy()
    other[cut + 1 :] = 0.5 * other[cut + 1 :]
    later[cut + 1 :] = 0.9 * later[cut + 1 :]
    one, two = (discrepancy_of(channel, 0.3, p, v, FIRST) for p, v in ((path, values), (later, other)))
    for month in (FIRST, cut):
        assert np.array_equal(said(one, month), said(two, month))
    assert not np.array_equal(said(one, cut + 1), said(two, cut + 1))


def test_months_without_a_datum_widen_it() -> None:
    """Half a year unknown: the level goes on from where it was, and is less sure; a series that begins late begins then."""
    values = front(0.05)
    values[20:26] = np.nan
    begun = record_alone(HELD, 0.1, values, FIRST, AHEAD)
    assert width(said(begun, 25))[0] > 1.3 * width(said(begun, 19))[0]
    assert logit(np.median(said(begun, 25)[0])) == pytest.approx(logit(values[19]), abs=0.1)
    late = front(0.05)
    late[:8] = np.nan
    assert np.isfinite(said(record_alone(HELD, 0.1, late, 19, AHEAD), 19)).all()


# --- scales


@given(st.sampled_from(NAMES), st.floats(0.01, 0.99))
def test_even_scales_go_there_and_back(name: str, share: float) -> None:
    """And their slope is what a difference says."""
    channel = CHANNEL[name]
    x = share if name == "held" else 500 * share
    for scale in scales_of(channel):
        assert scale.back(scale.of(np.array(x))) == pytest.approx(x, rel=1e-6)
        step = 1e-6 * x
        slope = (scale.of(np.array(x + step)) - scale.of(np.array(x - step))) / (2 * step)
        assert scale.log_slope(np.array(x)) == pytest.approx(np.log(slope), abs=1e-3)


# --- stacked


def test_a_stack_trusts_whom_the_past_was_for() -> None:
    """Of one who knows, one who is off, and one who was silent: the first has nearly all; before anything is known all are alike."""
    origins = np.arange(20)
    y = np.full((20, 2), 10.0)
    y[18:] = np.nan
    generator = np.random.default_rng(0)
    right, off = (np.exp(np.log(level) + 0.1 * generator.standard_normal((20, 2, 99))) for level in (11.0, 200.0))
    silent: list[list[np.ndarray] | None] = [None] * 20
    rows = (right, off, silent)
    given_ = np.stack([densities(DEATHS, one, y) for one in rows])
    weights = stack_weights(given_, origins)
    assert weights[0].tolist() == [1 / 3] * 3 and weights[-1, 0] > 0.9 and weights.sum(axis=1) == pytest.approx(1)
    members = mix_methods(DEATHS, rows, weights, 99, 2)
    assert np.isfinite(members).all() and 45 <= (members[0, 0] < 50).sum() <= 54 and (members[-1] < 50).mean() > 0.9
    given_[:, 15:] = given_[::-1, 15:]  # what comes of the origins from the sixteenth on is known after it
    assert np.array_equal(stack_weights(given_, origins)[:16], weights[:16])


def test_a_stack_of_events_is_a_mean_of_probabilities() -> None:
    origins, y = np.arange(12), np.ones((12, 1))
    rows = tuple(np.full((12, 1, 1), chance) for chance in (0.9, 0.1))
    truce = CHANNEL["truce-begins"]
    weights = stack_weights(np.stack([densities(truce, one, y) for one in rows]), origins)
    said_ = mix_methods(truce, rows, weights, 99, 1)
    assert said_[0, 0, 0] == pytest.approx(0.5) and said_[-1, 0, 0] > 0.8
    assert said_[-1, 0, 0] == pytest.approx(0.9 * weights[-1, 0] + 0.1 * weights[-1, 1])

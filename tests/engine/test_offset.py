"""The offset in its limits: who does not answer, who undoes all of it, who answers as in Dixit's contest; and the estimate itself.

The limits hold under conditions, and each test says which. Common to all of them: the rival's support is all troops (`mix: {troops: 1}`),
as the contest is about one kind of strength. A share of heavy weapons also changes the quality of both sides, and the rational patron
reckons in soldiers.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.donbas import donbas
from builders.played import changed
from countermove.behaviour.table import THEORIES
from countermove.compute.local import Local
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.offset import NO_AID, Effects, aid_plans, omega_of, run_effects, window_of
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch
from countermove.world.plan import Command, Plan

pytestmark = pytest.mark.compiled_quickly

DRAWS, LUCKS = 64, 2
MOSCOW = 1
BATCH = Command(rung=4, volume=(0.0, 0.03, 47.0, 3))  # Javelins for 47 million, three months on the way
PLANS = (
    Plan("batch", moves=((0, BATCH),), first_delivery=4),
    Plan("batch with conditions", moves=((0, replace(BATCH, line=0.8)),), first_delivery=4),
    Plan(NO_AID),
)
# 33 levels are enough for a choice without noise: with precision lambda it has the sd sqrt(N0 / ((1 + r q) lambda)), 0.4 to 0.5 thousand
# at lambda = 100, and over levels 0.375 apart the sum of such a curve is its integral to eight digits
LEVELS = 33


@cache
def program() -> Program:
    scenario = donbas().scenario
    moscow = scenario.patrons["moscow"].model_copy(update={"mix": {"troops": 1.0}})
    scenario = scenario.model_copy(update={"patrons": {**scenario.patrons, "moscow": moscow}})
    compiled = compile_scenario(scenario, [THEORIES[name] for name in ("inertia", "spigot", "rational")])
    return replace(compiled, cast=replace(compiled.cast, levels=LEVELS)).with_plans(PLANS)


@cache
def sampled() -> Draws:
    return prior_draws(program(), DRAWS, 0)


def effect(theory: str, numbers: Draws, strategy: str = "batch") -> Effects:
    """Effects [2 (balance, territory), 2 (open, closed), D, L]. Both plans are run, so that one compiled program serves every test."""
    batch = Batch(numbers, LUCKS, DRAWS * LUCKS, theories=(theory,))
    return {found.strategy: found for found in run_effects(program(), batch, Local(1))}[strategy]


def by_draw(found: Effects) -> np.ndarray:
    """The offset on the balance of each draw, over its lucks [D]."""
    open_, closed = found.values[0].astype(np.float64).mean(axis=2)
    return 1 - closed / open_


# --- the limits

EXACT = {
    "support__noise": 0.0,
    "support__exit": 0.0,
    "side__dependence": 0.0,
    "observation__balance_error": 0.0,
    "observation__shortfall_territory": 0.0,
}
# Nobody is shot at, so nothing wears out and no other cause moves the front: the batch is all that happens.
STILL = dict.fromkeys(("attrition__intensity_high", "attrition__intensity_positional", "attrition__intensity_truce"), 0.0)
SPIGOT = {
    **EXACT,
    "spigot__line": 0.0,  # above the start: no margin
    "spigot__delay": 0.0,
    "spigot__gain": 0.5,
    "patron__means": 1e6,  # no cap
    "intervention__readiness": 1e9,  # and nothing in the way of giving more than can be denied
}


def test_inertia_undoes_nothing() -> None:
    """On the Donbas as it is, noise and all: the two runs are the same in every bit."""
    found = effect("inertia", sampled())
    np.testing.assert_array_equal(found.values[:, 0], found.values[:, 1])
    assert (found.values[0, 0] > 0).all()
    for omega in omega_of(found, sampled().scramble):
        assert (omega.value, omega.se) == (0.0, 0.0)


def test_spigot_undoes_everything() -> None:
    """No margin, cap, delay, noise, error or fighting: after twelve months of halving less than 10^-3 is left in any draw. How fast support
    relaxes does not matter: what is needed is needed, and he gives it."""
    for persistence in ({}, {"support__persistence": 0.2}, {"support__persistence": 1.0}):
        found = effect("spigot", changed(sampled(), **SPIGOT, **persistence, **STILL))
        assert np.abs(by_draw(found) - 1).max() < 1e-3
        assert omega_of(found, sampled().scramble)[0].value == pytest.approx(1, abs=1e-3)


def test_spigot_closes_by_half_a_month() -> None:
    """What the limit is made of: of the aid's effect the gain leaves 1 - k a month, so a tenth of the gain leaves much more of it."""
    slow = by_draw(effect("spigot", changed(sampled(), **{**SPIGOT, "spigot__gain": 0.05}, support__persistence=1.0, **STILL)))
    # month m after the delivery has had m answers; the window is the mean over m = 12..24
    expected = 1 - np.mean([0.95**m for m in range(12, 25)])
    np.testing.assert_allclose(slow, expected, atol=0.002)


@pytest.mark.parametrize("broken", [{"spigot__line": 0.02}, {"patron__means": 0.01}])
def test_spigot_needs_each_condition(broken: dict[str, float]) -> None:
    """A margin, or means for no more than the baseline, leaves a part of the aid's effect, so the limit is not there by construction."""
    found = effect("spigot", changed(sampled(), **{**SPIGOT, **broken}, **STILL))
    assert omega_of(found, sampled().scramble)[0].value < 0.98


def test_spigot_undoes_everything_until_it_can_no_longer_be_denied() -> None:
    """Who will not be seen stops at twelve thousand: in the draws that need no more all is undone, in the others a part."""
    hidden = changed(
        sampled(),
        **{**SPIGOT, "intervention__readiness": 0.0},
        patron__baseline=np.stack([np.ones(DRAWS), np.linspace(6, 11.9, DRAWS)]),
        **STILL,
    )
    open_ = changed(hidden, intervention__readiness=1e9)
    denied, free = by_draw(effect("spigot", hidden)), by_draw(effect("spigot", open_))
    np.testing.assert_allclose(free, 1, atol=1e-3)
    whole = np.abs(denied - 1) < 1e-3
    assert whole[:24].all() and not whole[-12:].any(), "the nearer the baseline is to the limit, the less is left to give"
    assert (denied[~whole] < 1).all() and denied.min() < 0.2


@pytest.mark.parametrize("persistence", [1.0, 0.5])
def test_spigot_with_a_delay_answers_late_and_does_not_swing(persistence: float) -> None:
    """Who sees the front of two months ago measures the need against what he gave then: half the gap is closed every three months, and who
    closes all of it at once is done after three, where one who measured it against what he gives now would give three times too much."""
    late = {**SPIGOT, "spigot__delay": 2.0, "support__persistence": persistence}
    expected = 1 - np.mean([0.5 ** (m // 3) for m in range(12, 25)])
    np.testing.assert_allclose(by_draw(effect("spigot", changed(sampled(), **late, **STILL))), expected, atol=0.002)
    whole = by_draw(effect("spigot", changed(sampled(), **{**late, "spigot__gain": 1.0}, **STILL)))
    assert (whole > 0.998).all() and (whole < 1.05).all(), "he reckons by the logarithm, which asks for a little too much at once"


def test_spigot_among_fighting_is_near_the_limit_and_not_on_it() -> None:
    """With the war going on arms wear out after they were answered, and other causes lift the front above the line and drop it below."""
    found = omega_of(effect("spigot", changed(sampled(), **SPIGOT)), sampled().scramble)[0]
    assert 0.75 < found.value < 1.15
    assert abs(found.value - 1) > 1e-3


def test_arms_keep_a_patron_in_the_war_who_leaves_no_client_about_to_lose() -> None:
    """Without arms the spigot may leave as anybody may; arms raise the alarm, and while it is on he stays: they undo more than they do."""
    leaving = {**SPIGOT, **STILL, "support__exit": 0.02}
    found = omega_of(effect("spigot", changed(sampled(), **leaving)), sampled().scramble)[0]
    assert found.value - 3 * found.se > 1.2


def contest_draws() -> tuple[Draws, np.ndarray]:
    """Draws with stakes from 1.2 to 10 times the rival's and decisiveness from 0.5 to 1.3, and r q / (1 + r q) of each."""
    rng = np.random.default_rng(0)
    stake = np.exp(rng.uniform(np.log(1.2), np.log(10), DRAWS))
    r = rng.uniform(0.5, 1.3, DRAWS)
    limit = {
        **EXACT,
        **STILL,
        "rational__precision": 100.0,
        "rational__decisiveness": np.stack([np.ones(DRAWS), r]),
        "patron__stake_ratio": np.stack([np.ones(DRAWS), stake]),
        "patron__baseline": 6.0,  # twelve standard deviations of the choice away from 0 and from the most he can give
        "patron__means": 12.0,
        "support__persistence": 0.0,
        "supply__price_counter": 47 / 0.12 * 47 / 10,  # a small batch: 10 of the 47 million
    }
    lead = (stake**r - 1) / (stake**r + 1)
    return changed(sampled(), **limit), r * lead / (1 + r * lead)


def test_rational_answers_as_in_the_contest() -> None:
    """Small aid, exact observation, no fighting, a choice almost without noise: within 5% of r q / (1 + r q) in every draw."""
    numbers, expected = contest_draws()
    found = effect("rational", numbers)
    np.testing.assert_allclose(by_draw(found), expected, rtol=0.05)
    assert expected.min() < 0.12 and expected.max() > 0.45, "the draws are meant to be far apart"


def test_rational_with_the_lower_stake_gives_in() -> None:
    """Dixit 1987: the underdog answers more effort with less, so the offset has the sign of his lead."""
    numbers, _ = contest_draws()
    under = changed(numbers, patron__stake_ratio=0.4, rational__decisiveness=0.8)
    lead = (0.4**0.8 - 1) / (0.4**0.8 + 1)
    np.testing.assert_allclose(by_draw(effect("rational", under)), 0.8 * lead / (1 + 0.8 * lead), rtol=0.05)


def test_persistence_delays_the_rational_answer_and_does_not_change_it() -> None:
    numbers, expected = contest_draws()
    slow = by_draw(effect("rational", changed(numbers, support__persistence=0.7)))
    np.testing.assert_allclose(slow, expected, rtol=0.06)
    slower = by_draw(effect("rational", changed(numbers, support__persistence=0.97)))
    assert (slower < 0.8 * expected).all()


# --- what is held still while the runs are compared


@pytest.mark.parametrize(
    "left_out", [{"pretext__support": 3.0}, {"pretext__talks": 0.2}, {"requests__base": 5.0}, {"will__sanctions": 0.3}]
)
def test_pretext_requests_and_will_play_no_part(left_out: dict[str, float]) -> None:
    """The offset is about the answer to the arms' effect: what announcing them does is left out, in every bit."""
    plain, other = effect("inertia", sampled()), effect("inertia", changed(sampled(), **left_out))
    np.testing.assert_array_equal(plain.values, other.values)


def test_the_condition_on_the_line_is_left_out() -> None:
    np.testing.assert_array_equal(effect("spigot", sampled()).values, effect("spigot", sampled(), "batch with conditions").values)


# --- the estimate


def made_up(open_: np.ndarray, closed: np.ndarray) -> Effects:
    """Effects of one luck on the balance; on territory twice as large and without an answer."""
    values = np.stack([np.stack([open_, closed]), np.stack([2 * open_, 2 * open_])])[..., None]
    return Effects("batch", "spigot", values.astype(np.float32))


def test_a_ratio_of_means_and_its_error() -> None:
    """Not a mean of ratios: a draw counts by how much the aid did in it. The error is that of a ratio over scrambles."""
    rng = np.random.default_rng(1)
    open_ = rng.uniform(0.05, 1.0, 320)
    closed = open_ * rng.choice([0.2, 1.0], 320)
    scramble = np.arange(320) % 16
    omega, ground = omega_of(made_up(open_, closed), scramble)
    assert omega.value == pytest.approx(1 - closed.sum() / open_.sum(), abs=1e-6)
    assert abs(omega.value - (1 - (closed / open_).mean())) > 0.005
    # the bootstrap over scrambles: 2,000 resamples of 16 know their own spread to 1.6%, the small-sample factor adds 3%
    means = np.array([[closed[scramble == g].mean(), open_[scramble == g].mean()] for g in range(16)])
    picks = rng.integers(0, 16, size=(2000, 16))
    spread = (1 - means[picks, 0].mean(axis=1) / means[picks, 1].mean(axis=1)).std()
    assert omega.se == pytest.approx(spread, rel=0.15)
    assert (ground.on, ground.value, ground.se) == ("territory", 0.0, 0.0)


def test_the_share_of_usable_draws_is_returned() -> None:
    """Quantiles are over the draws in which the arms did something: more than 0.01, and more than a tenth of what they do in the median."""
    open_ = np.concatenate([np.full(60, 0.3), np.full(20, 0.02), np.full(10, 0.005), np.full(10, -0.1)])
    closed = np.concatenate([np.full(60, 0.15), np.full(20, 0.0), np.full(20, 5.0)])
    omega, _ = omega_of(made_up(open_, closed), np.arange(100) % 16)
    assert omega.share == pytest.approx(0.6)
    assert (omega.q05, omega.q50, omega.q95) == pytest.approx((0.5, 0.5, 0.5))
    faint, _ = omega_of(made_up(np.full(100, 0.004), np.full(100, 0.002)), np.arange(100) % 16)
    assert faint.share == 0
    assert np.isnan((faint.q05, faint.q50, faint.q95)).all()
    assert faint.value == pytest.approx(0.5)


def test_the_share_on_the_donbas() -> None:
    """The batch is usable in every draw; a fifth of it in some."""
    whole = omega_of(effect("inertia", sampled()), sampled().scramble)[0]
    part = omega_of(effect("inertia", changed(sampled(), supply__price_counter=47 / 0.12 * 4.7)), sampled().scramble)[0]
    assert whole.share == 1
    assert 0.2 < part.share < 0.9


def test_the_window_is_the_second_year_after_the_delivery() -> None:
    window, last = window_of(PLANS[0], 60)
    assert last == 28
    assert np.flatnonzero(window).tolist() == list(range(15, 28))  # months 16 to 28, counted from 1
    assert window.sum() == pytest.approx(1)
    window, last = window_of(PLANS[0], 20)
    assert last == 20
    assert np.flatnonzero(window).tolist() == list(range(15, 20))


def test_strategies_that_deliver_nothing_have_no_offset() -> None:
    assert aid_plans(donbas()) == ("javelins", "heavy-lethal", "javelins-conditions-ceiling")
    assert aid_plans(program()) == ("batch", "batch with conditions")
    assert run_effects(donbas(), Batch(sampled(), strategies=("restraint",)), Local(1)) == []

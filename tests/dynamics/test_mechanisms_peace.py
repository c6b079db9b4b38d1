"""One contract per mechanism, continued from `test_mechanisms.py`: what clients owe to their patrons, what arms do to a patron's men, what
a settled front does, and peace as a bargain: when it is made, what it gives, and how it ends."""

from __future__ import annotations

import numpy as np
import pytest

from builders.laboratory import (
    DRAWS,
    LUCKS,
    MONTHS,
    MOSCOW,
    NO_EVENTS,
    NO_FIRE,
    OURS,
    THEIRS,
    WASHINGTON,
    earlier,
    first_day,
    machine,
    near,
    sampled,
    still,
)
from builders.played import changed
from countermove.dynamics.strength import Params, strength
from countermove.dynamics.upkeep import backing, next_upkeep
from countermove.engine.run import Batch
from countermove.world.state import COLLAPSED, POSITIONAL, SETTLED, State

pytestmark = pytest.mark.compiled_quickly

GONE = {"support__exit": [0.0, 60.0]}  # Moscow leaves in the first month


def start(**numbers: float | list[float]) -> tuple[Params, State]:
    """The parameters and the first day of the still world."""
    given = changed(sampled(), **{**NO_FIRE, **NO_EVENTS, **numbers})
    return first_day(machine(), Batch(given, LUCKS, DRAWS * LUCKS), "nothing", "inertia")


# --- what clients owe to their patrons


def test_without_dependence_a_patron_matters_by_what_it_sends() -> None:
    """d = 0: when Moscow leaves the balance moves by its men and its materiel, in the month, and by nothing afterwards."""
    state, report = still("nothing", **GONE, side__dependence=0.0)
    assert (state.left[:, MOSCOW] == 1).all() and (state.support[:, MOSCOW] == 0).all()
    assert (state.upkeep == 1).all()
    np.testing.assert_allclose(state.force, np.broadcast_to(state.force[:1], state.force.shape), rtol=1e-5)
    p, first = start(side__dependence=0.0)
    alone = strength(machine().kernel.cast, p, first._replace(support=first.support * 0), first.oil * 0).balance
    np.testing.assert_allclose(report.balance, np.broadcast_to(np.asarray(alone), report.balance.shape), atol=1e-4)
    assert (np.asarray(alone)[THEIRS] < np.asarray(report.balance)[0, THEIRS] + 1e-4).all()


@pytest.mark.parametrize("stocks", [3.0, 6.0])
def test_a_client_that_hangs_on_its_patron_alone_is_beaten_when_its_stocks_are_gone(stocks: float) -> None:
    """d = 1 and Moscow leaves: what the separatists can keep up decays by their stocks, men go home after it, and without a shot they have
    fewer than a thousand after three to five times as many months as the stocks last."""
    state, report = still("nothing", **GONE, side__dependence=[0.0, 1.0], side__stocks=stocks, side__collapse_share=0.0)
    months = np.arange(1, MONTHS + 1)
    np.testing.assert_allclose(state.upkeep[:, THEIRS, 0], (1 - 1 / stocks) ** months, rtol=1e-4)
    assert (state.upkeep[:, OURS] == 1).all()
    men = np.repeat(sampled().values["side.personnel"][THEIRS], LUCKS).astype(np.float64)
    target, beaten = men.copy(), np.full(men.shape, MONTHS)
    for month in range(MONTHS):
        beaten = np.where((men < 1) & (beaten == MONTHS), month, beaten)  # before the month's men come and go
        upkeep = (1 - 1 / stocks) ** (month + 1)
        gap = target * upkeep - men
        men = men + gap / 12 + np.minimum(gap, 0) * (1 - upkeep) / stocks
    fell = (state.regime == COLLAPSED).argmax(axis=0)
    assert ((state.regime == COLLAPSED).any(axis=0) == (beaten < MONTHS)).all()
    np.testing.assert_array_equal(fell[beaten < MONTHS], beaten[beaten < MONTHS])
    assert (beaten > 2.5 * stocks).all() and (beaten < 6 * stocks).all()
    assert (report.balance[int(2 * stocks), OURS] > report.balance[0, OURS] + 1).all()
    stays, _ = still("nothing", side__dependence=[0.0, 1.0], side__stocks=stocks)
    assert (stays.regime < SETTLED).all() and (stays.upkeep == 1).all(), "with its patron it is what it was"


def test_upkeep_falls_and_rises_with_the_time_constant_of_the_stocks() -> None:
    """Of the distance to what the patrons keep up a share 1/stocks goes in a month, down as up; a patron counts by what it gave at first."""
    state, _ = still("nothing", **GONE, side__dependence=[0.0, 0.4], side__stocks=6.0)
    months = np.arange(1, MONTHS + 1)
    np.testing.assert_allclose(state.upkeep[:, THEIRS, 0], 0.6 + 0.4 * (5 / 6) ** months, rtol=1e-4)
    lower, _ = still("de-escalate", support__noise=1.0, patron__baseline=3.0, side__dependence=[1.0, 0.0], side__stocks=6.0)
    rung = lower.rung[:, WASHINGTON].astype(int)
    kept = np.minimum(np.array([0, 0.05, 0.2, 0.5])[np.minimum(rung, 3)] / 0.5, 1)  # training is worth half a thousand
    before = earlier(lower.upkeep[:, OURS], 1)
    np.testing.assert_allclose(lower.upkeep[:, OURS], before + (kept - before) / 6, atol=1e-5)
    assert (rung[-1] == 0).mean() > 0.3 and lower.upkeep[-1, OURS].min() < 0.1
    p = {"side.stocks": np.full((2, 1), 6.0)}
    np.testing.assert_allclose(next_upkeep(p, np.array([[0.4], [0.9]]), np.array([[1.0], [0.6]])), [[0.5], [0.85]])
    cast = machine().kernel.cast
    usual, given = np.array([[0.5], [6.0]]), np.array([[0.2], [9.0]])
    np.testing.assert_allclose(
        backing(cast, usual, given), [[0.4], [1.0]], err_msg="more than usual makes nobody stronger by this road"
    )
    np.testing.assert_allclose(backing(cast, usual * 0, given), [[1.0], [1.0]])


# --- what arms do to a patron's men


def test_weapons_against_armour_kill_the_patrons_men() -> None:
    """The share of Moscow's dead that falls to them grows in proportion to J/(1 + J); without exposure arms take no more of them than of
    their client's men."""
    fought = {
        "attrition__intensity_positional": 0.1,
        "posture__probe_intensity": 0.0,
        "supply__diversion": 0.0,
        "attrition__exposure": 0.4,
    }

    def by_head(strategy: str, **more: float) -> tuple[State, np.ndarray]:
        """Moscow's dead per head, over those of its client's men; months after the arms have arrived."""
        state, report = still(strategy, **{**fought, **more})
        theirs = 1000 * report.killed[6:, THEIRS] / state.force[5:-1, THEIRS]
        men = 0.75 * state.support[6:, MOSCOW] / 1.5
        return state, np.diff(state.dead[:, MOSCOW], axis=0)[5:] / men / theirs

    np.testing.assert_allclose(by_head("nothing")[1], 1, rtol=2e-3)
    armed, found = by_head("shipment")
    own = np.repeat(sampled().values["side.counter-heavy"][OURS], LUCKS)
    there = own + armed.counter[5:-1, OURS]  # what is there when the month is fought
    ratio = there / (1 + there) * (1 + own) / own
    np.testing.assert_allclose(found, 1 + 0.4 * (ratio - 1), rtol=2e-3)
    assert (found > 1.03).all()
    np.testing.assert_allclose(by_head("shipment", attrition__exposure=0.0)[1], 1, rtol=2e-3)


# --- a settled front


def test_a_settled_front_at_rest_stays_where_it_is() -> None:
    """Kyiv is the stronger from the first day, and that moves nothing in positional war; a change of the balance does, and so does the
    whole of it once the war is of high intensity."""
    rest = {
        "attrition__intensity_positional": 0.05,
        "attrition__intensity_high": 0.05,
        "attrition__lethality": 0.0,
        "territory__noise": 0.0,
    }
    rest |= {"supply__heavy_wear": 0.0, "supply__counter_wear": 0.0, "posture__probe_intensity": 0.0, "territory__pace": 0.25}
    state, report = still("nothing", **rest)
    assert np.abs(report.balance[:, OURS]).mean() > 0.1
    assert np.abs(state.ground - state.ground[:1]).max() < 1e-5
    armed, better = still("flow", **rest)
    gained = 0.5 * 0.05 * 0.25 * np.cumsum(better.balance[:, OURS] - report.balance[:, OURS], axis=0)
    np.testing.assert_allclose(armed.ground[:, OURS] - state.ground[:, OURS], gained, atol=1e-4)
    assert gained[-1].min() > 0.002
    storm = {"posture__offensive_base": [60.0, -30.0], "posture__culmination": 0.0, "territory__offensive_gain": 0.0}
    stormed, fought = still("nothing", **rest, **storm)
    moved = np.diff(stormed.ground[:, OURS], axis=0)
    np.testing.assert_allclose(moved, 0.5 * 0.05 * 0.25 * fought.balance[1:, OURS], atol=1e-5)


# --- peace as a bargain

EVEN = {"bargain__tremble": 1e6, "bargain__talks": 0.0}  # whether terms overlap makes no difference: half the hazard
NOW = {**EVEN, "bargain__hazard": 1e3}


def test_a_settlement_ends_the_war_at_the_rate_of_its_hazard() -> None:
    """Half the hazard where the overlap says nothing; it happens in positional war; what was fought stops; talks hasten it."""
    state, report = still("nothing", **EVEN, bargain__hazard=0.15, bargain__recurrence=0.0, attrition__intensity_positional=0.05,
                          requests__base=0.5)  # fmt: skip
    settled = state.regime == SETTLED
    for month in (0, 11, 35):
        assert near(settled[month].mean(), 1 - np.exp(-0.075 * (month + 1)), settled.shape[1])
    assert settled[-1].mean() > 0.8 and (np.diff(settled.astype(int), axis=0) >= 0).all()
    after = settled[:-1]
    assert (report.deaths[1:][after] == 0).all() and (report.deaths[1:][~after] > 0).all()
    assert (state.asked[1:, WASHINGTON][after] == 0).all() and (report.silent[1:][after] == 0).all()
    talking, _ = still("nothing", **{**EVEN, "bargain__talks": 2.0}, bargain__hazard=0.05, bargain__recurrence=0.0, diplomacy__level=0.9,
                       diplomacy__noise=0.0)  # fmt: skip
    assert near((talking.regime[11] == SETTLED).mean(), 1 - np.exp(-12 * 0.025 * np.exp(1)), settled.shape[1])


def test_nobody_settles_where_the_terms_are_far_apart() -> None:
    """The war is cheap, both sides overrate themselves by far: what one would accept lies beyond what the other gives. Fighting teaches:
    the same parties settle once it has taken their optimism away."""
    proud = {"bargain__hazard": 1e3, "bargain__talks": 0.0, "bargain__tremble": 1e-3, "bargain__cost": 1e-4, "bargain__reserve": 0.0,
             "bargain__optimism_client": 1.0, "bargain__optimism_patron": 1.0, "bargain__commitment": 0.0}  # fmt: skip
    state, _ = still("nothing", **proud, bargain__learning=0.0)
    assert (state.regime == POSITIONAL).all()
    fought = {
        "attrition__intensity_positional": 0.05,
        "attrition__lethality": 0.0,
        "supply__heavy_wear": 0.0,
        "posture__probe_base": -60.0,
    }
    taught, _ = still("nothing", **{**proud, "bargain__cost": 0.01}, **fought, bargain__learning=100.0)
    assert (taught.regime[0] == POSITIONAL).mean() > 0.9 and (taught.regime[-1] == SETTLED).mean() > 0.9
    np.testing.assert_allclose(taught.learnt[0], 0.05, rtol=1e-5)


def test_the_ground_goes_over_to_the_terms_in_six_months() -> None:
    """In equal steps of the logit, whatever the front was; the terms and the guarantees of the settlement are kept."""
    state, _ = still("offer", **NOW, bargain__recurrence=0.0, bargain__transfer=6.0)
    assert (state.regime == SETTLED).all()
    np.testing.assert_array_equal(state.terms, np.broadcast_to(state.terms[:1], state.terms.shape))
    np.testing.assert_allclose(state.pledged, 0.5, rtol=1e-6)  # ten thousand offered, ten make half of a perfect guarantee
    np.testing.assert_array_equal(state.age[:, 0], np.arange(1, MONTHS + 1))
    goal = 0.5 * np.log(state.terms[0] / (1 - state.terms[0]))
    way = np.minimum(np.arange(MONTHS), 6) / 6
    expected = state.ground[0, OURS] + way[:, None] * (goal - state.ground[0, OURS])
    np.testing.assert_allclose(state.ground[:, OURS], expected, atol=1e-4)
    np.testing.assert_allclose(state.ground[:, THEIRS], -expected, atol=1e-4)
    share = 1 / (1 + np.exp(-2 * state.ground[-1, OURS]))
    np.testing.assert_allclose(share, state.terms[0], atol=1e-4)
    assert np.abs(goal - state.ground[0, OURS]).max() > 0.005


def test_a_settled_war_comes_back_at_the_rate_of_its_hazard() -> None:
    """Four parties at the table, each as likely as not to want more: three times the hazard. Guarantees and age take it down."""
    calm = {**EVEN, "bargain__hazard": 1e3, "bargain__recurrence": 0.02, "bargain__recurrence_age": 0.0}

    def lasting(strategy: str, **numbers: float) -> np.ndarray:
        """Whether the first settlement has lasted [months, n]."""
        state, _ = still(strategy, **{**calm, **numbers})
        assert (state.regime[0] == SETTLED).all() and set(np.unique(state.regime)) <= {POSITIONAL, SETTLED}
        return np.logical_and.accumulate(state.regime == SETTLED, axis=0)

    whole = lasting("no-offer", bargain__recurrence_guarantees=1.0)
    for month in (1, 12, 35):
        assert near(whole[month].mean(), np.exp(-0.06 * month), whole.shape[1])
    held = lasting("offer", bargain__recurrence_guarantees=1.0)
    assert near(held[24].mean(), np.exp(-0.06 * np.exp(-0.5) * 24), held.shape[1])
    aged = lasting("no-offer", bargain__recurrence_guarantees=1.0, bargain__recurrence_age=1.0)
    assert near(aged[24].mean(), np.exp(-0.06 * (1 / np.arange(2, 26)).sum()), aged.shape[1])
    gone, _ = still("no-offer", **calm, **GONE, bargain__recurrence_guarantees=1.0, side__dependence=0.0)
    alone = np.logical_and.accumulate(gone.regime == SETTLED, axis=0)
    assert near(alone[24].mean(), np.exp(-0.05 * 24), alone.shape[1]), "a patron that has left has no say"

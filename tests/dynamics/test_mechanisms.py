"""One contract per mechanism, most of them in the compiled engine: a small laboratory of strategies on the Donbas, under inertia.

Here the field: clocks, supply, attrition, territory, posture, truces, diplomacy, pretext. `test_mechanisms_actors.py` goes on with will,
requests, spread, politics, observation, ledger and the owner's orders. `still` is a world in which nothing happens but what a test asks
for. Runs share draws and luck, so most comparisons are exact; those that count chances say at how many standard errors.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.laboratory import (
    LUCKS,
    MONTHS,
    MOSCOW,
    NO_EVENTS,
    NO_FIRE,
    OURS,
    THEIRS,
    WASHINGTON,
    laboratory,
    machine,
    near,
    sampled,
    still,
)
from builders.played import changed, play
from countermove.dynamics import attrition, clocks, diplomacy, posture, territory, truces
from countermove.engine.run import Engine
from countermove.world.state import COLLAPSED, HIGH, POSITIONAL, SETTLED, TRUCE, WAR, State

pytestmark = pytest.mark.compiled_quickly

# --- clocks


def test_a_clock_rings_as_often_as_its_hazard_says() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    for hazard in (0.01, 0.5, 3.0):
        assert np.asarray(clocks.occurs(u, np.full_like(u, hazard))).mean() == pytest.approx(1 - np.exp(-hazard), abs=2e-5)
    assert np.isinf(clocks.time_to(u, np.zeros_like(u))).all()
    first = clocks.earliest(clocks.time_to(np.full(3, 0.5), np.array([1.0, 2.0, 0.0])), np.full(3, 0.5))
    np.testing.assert_allclose(first, [0.5, np.log(2) / 2, 0.5], rtol=1e-6)


# --- supply


def test_a_shipment_arrives_after_its_lag_less_what_is_diverted() -> None:
    state, report = still("shipment", supply__diversion=0.25)
    expected = np.where(np.arange(MONTHS) >= 5, 0.75 * 0.12, 0)  # ordered in March, three months on the way
    np.testing.assert_allclose(state.counter[:, OURS], np.broadcast_to(expected[:, None], state.counter[:, OURS].shape), rtol=1e-5)
    assert (state.counter[:, THEIRS] == 0).all()
    np.testing.assert_allclose(state.pipeline[:, :, 1].sum(axis=1)[[1, 2, 4, 5], 0], [0, 0.12, 0.12, 0], atol=1e-6)
    np.testing.assert_allclose(report.owner_aid[5], 10 * 0.75 * 0.12, rtol=1e-5)
    np.testing.assert_allclose(
        np.diff(state.spent[:, WASHINGTON], axis=0)[1:3, 0], [25 - 0.03 * 47 / 0.12 + 47, 25 - 0.03 * 47 / 0.12]
    )


def test_money_is_split_by_the_value_of_the_rungs_flows() -> None:
    state, _ = still("mixed", supply__diversion=0.0)
    heavy, counter = 0.03 * 2000, 0.045 * 47 / 0.12
    np.testing.assert_allclose(state.extra[5, OURS], 100 * heavy / (heavy + counter) / 2000, rtol=1e-5)
    np.testing.assert_allclose(state.counter[5, OURS], 100 * counter / (heavy + counter) / (47 / 0.12), rtol=1e-5)
    assert (state.counter[4, OURS] == 0).all()


def test_a_rungs_own_flow_arrives_every_month() -> None:
    state, _ = still("flow", supply__diversion=0.0)
    months = np.maximum(np.arange(MONTHS) - 4, 0)
    np.testing.assert_allclose(state.extra[:, OURS, 0], 0.03 * months, rtol=1e-4)
    np.testing.assert_allclose(state.counter[:, OURS, 0], 0.045 * months, rtol=1e-4)
    np.testing.assert_array_equal(state.aid[:, OURS], state.extra[:, OURS])


def test_war_wears_materiel_and_the_enemy_captures_some() -> None:
    """More launchers on the other side destroy more armour; what is captured is not aid."""
    fought = {"attrition__intensity_positional": 0.1, "posture__probe_intensity": 0.0}
    bare, _ = still("nothing", **fought)
    armed, report = still("shipment", supply__diversion=0.0, **fought)
    assert (np.diff(armed.counter[6:, OURS], axis=0) < 0).all()
    np.testing.assert_allclose(armed.counter[7, OURS] / armed.counter[6, OURS], 1 - 0.1 * 0.1, rtol=1e-5)
    assert (armed.extra[:, OURS] >= bare.extra[:, OURS]).all()
    assert (armed.extra[8:, OURS] > bare.extra[8:, OURS]).all(), "the launchers destroy the enemy's armour, a share is captured"
    assert (armed.aid == 0).all()
    assert (report.captured > 0).all()


# --- attrition


def test_square_law_keeps_what_lanchester_says_it_keeps() -> None:
    """a_2 N_1^2 - a_1 N_2^2 does not change; who is wiped out loses all, and the winner keeps the root of the difference."""
    rng = np.random.default_rng(0)
    rate, force = rng.uniform(0.01, 0.3, (2, 64)), rng.uniform(20, 60, (2, 64))
    left = force - np.asarray(attrition.square_law(rate, force), np.float64)
    kept = [rate[1] * n[0] ** 2 - rate[0] * n[1] ** 2 for n in (force, left)]
    np.testing.assert_allclose(kept[1], kept[0], atol=2e-3)
    rate, force = np.array([[0.5], [3.0]]), np.array([[50.0], [10.0]])
    lost = np.asarray(attrition.square_law(rate, force))
    assert lost[1, 0] == pytest.approx(10)
    assert force[0, 0] - lost[0, 0] == pytest.approx(np.sqrt(2500 - 0.5 / 3 * 100), rel=1e-5)
    general = attrition.general_law(laboratory().cast, np.full((2, 1), 0.05), np.full((2, 1), 1.0), np.array([[40.0], [30.0]]))
    exact = attrition.square_law(np.full((2, 1), 0.05), np.array([[40.0], [30.0]]))
    np.testing.assert_allclose(general, exact, rtol=1e-3)
    for factor in (0.1, 3.0):
        np.testing.assert_allclose(
            attrition.square_law(rate / 9, factor * force), factor * attrition.square_law(rate / 9, force), rtol=1e-5
        )


def test_intensity_by_regime() -> None:
    p = {name: np.float32(value) for name, value in zip(
        ("attrition.intensity-high", "attrition.intensity-positional", "attrition.intensity-truce", "posture.probe-intensity"),
        (1.0, 0.02, 0.007, 0.6), strict=True)}  # fmt: skip
    regime = np.array([HIGH, POSITIONAL, POSITIONAL, TRUCE, SETTLED, WAR, COLLAPSED], np.float32)
    probing = np.array([[1, 0, 1, 1, 1, 1, 1], [1, 0, 1, 1, 1, 1, 1]], np.float32)
    np.testing.assert_allclose(attrition.intensity(p, regime, probing), [1, 0.02, 0.02 * 2.2, 0.007, 0, 0, 0], rtol=1e-6)


def test_attackers_lose_more_and_a_patrons_men_share_the_fate_of_their_side() -> None:
    """Persons of a side and of its patron shrink by one fraction; the dead of the month are in the books of both."""
    fought = {"attrition__intensity_positional": 0.2}
    state, report = still("nothing", **fought)
    start = np.repeat(changed(sampled()).values["side.personnel"], LUCKS, axis=1)
    share = report.killed[0, THEIRS] / start[THEIRS]
    men = 0.75 * np.repeat(sampled().values["patron.baseline"][MOSCOW], LUCKS) / 1.5
    np.testing.assert_allclose(state.dead[0, MOSCOW], 1000 * share * men, rtol=1e-3)
    np.testing.assert_allclose(report.deaths[0], 1000 * report.killed[0].sum(axis=0) + state.dead[0].sum(axis=0), rtol=1e-4)
    storm = {"posture__offensive_base": [3.0, -30.0], "posture__culmination": 0.0, "attrition__intensity_high": 0.2}
    _, light = still("nothing", **storm, attrition__attacker_penalty=1.0)
    _, costly = still("nothing", **storm, attrition__attacker_penalty=1.25)
    second = light.flags.attack[0, OURS] > 0  # on the attack in February
    assert second.mean() > 0.8
    ours, theirs = (costly.killed[1, side][second] / light.killed[1, side][second] for side in (OURS, THEIRS))
    np.testing.assert_allclose(ours, 1.25, rtol=0.03)
    assert (theirs <= 1).all()


def test_a_side_recovers_towards_its_own_number() -> None:
    """A twelfth of the gap a month. Where no target is written it is the personnel of the same draw, so a front at rest stays at rest."""
    state, report = still("nothing")
    np.testing.assert_allclose(state.force, np.broadcast_to(state.force[:1], state.force.shape), rtol=1e-5)
    np.testing.assert_allclose(report.balance, np.broadcast_to(report.balance[:1], report.balance.shape), atol=1e-4)
    state, _ = still("nothing", side__personnel=[50.0, 30.0], side__target=[30.0, 36.0])
    gap = (11 / 12) ** np.arange(1, MONTHS + 1)
    np.testing.assert_allclose(state.force[:, OURS, 0], 30 + 20 * gap, rtol=1e-5)
    np.testing.assert_allclose(state.force[:, THEIRS, 0], 36 - 6 * gap, rtol=1e-5)


# --- territory


def test_ground_goes_to_the_stronger_and_to_the_attacker() -> None:
    cast, one = laboratory().cast, np.ones(1, np.float32)
    p = {"territory.pace": 0.25, "territory.offensive-gain": 0.1, "territory.noise": 0.05}

    def moved(balance: float = 0, attacking: float = 0, drift: float = 0, intensity: float = 1, noise: float = 0) -> float:
        sides = {"balance": [balance, -balance], "attacking": [attacking, 0], "drift": [0, drift], "noise": [noise, -noise]}
        given = {name: np.array(value, np.float32)[:, None] for name, value in sides.items()}
        after = territory.advance(cast, p, np.zeros((2, 1)), intensity=intensity * one, **given)
        assert np.asarray(after).sum() == pytest.approx(0, abs=1e-7)
        return float(after[0, 0] - after[1, 0])

    assert moved(balance=0.4) == pytest.approx(0.1)
    assert moved(attacking=1) == pytest.approx(0.1)
    assert moved(drift=0.6) == pytest.approx(-0.6)
    assert moved(balance=0.4, attacking=1, intensity=0) == 0
    assert moved(noise=1) == pytest.approx(0.05 * np.sqrt(2), rel=1e-6)
    np.testing.assert_allclose(territory.shares(cast, np.array([[0.3], [-0.3]])).sum(axis=0), 1, rtol=1e-6)
    assert territory.civilians({"civilians.ratio": 0.4}, np.array([50.0])) == pytest.approx(20)


# --- posture


def test_success_tempts() -> None:
    """Moral hazard: a better balance means more offensives of one's own client. Without the temptation arms change not one of them."""
    numbers = {"posture__offensive_base": [-4.0, -30.0], "posture__culmination": 5.0, "posture__offensive_talks": 0.0}
    count = {}
    for pull in (0.0, 3.0):
        for strategy in ("nothing", "flow"):
            _, report = still(strategy, posture__offensive_balance=pull, **numbers)
            count[pull, strategy] = report.flags.attack[:, OURS].sum(axis=0)
            assert (report.flags.attack[:, THEIRS] == 0).all()
    np.testing.assert_array_equal(count[0.0, "flow"], count[0.0, "nothing"])
    more = count[3.0, "flow"] - count[3.0, "nothing"]
    assert more.mean() > 6 * more.std(ddof=1) / np.sqrt(len(more))
    p = {f"posture.offensive-{name}": np.float32(x) for name, x in (("base", -4), ("balance", 1.5), ("talks", 0.5))}
    zero = np.zeros((2, 1), np.float32)
    hazard = posture.offensive_hazard(
        laboratory().cast, p | {"side.slack": np.full((2, 1), 0.25)}, balance=zero + [[0.5], [-0.5]], reference=zero, talks=zero[0] + 0.4,
        mandate=zero + [[2.4], [0]], restraint=zero[0] + 0.8,
    )  # fmt: skip
    np.testing.assert_allclose(hazard[:, 0], np.exp([-4 + 0.75 + 2.4, -4 - 0.75]) * [1 - 0.8 * 0.75, 1], rtol=1e-5)


@pytest.mark.parametrize(("slack", "kept"), [(0.0, 0.2), (0.25, 0.4), (1.0, 1.0)])
def test_no_offensives_holds_as_far_as_the_client_lets_it(slack: float, kept: float) -> None:
    """Enforcement .8: a client without slack keeps a fifth of its hazard, one that does as it likes all of it."""
    numbers = {"posture__offensive_base": [np.log(0.2), -30.0], "posture__culmination": 20.0, "posture__offensive_talks": 0.0}
    state, report = still("leashed", posture__offensive_balance=0.0, side__slack=slack, **numbers)
    ready = state.regime[:-1] == POSITIONAL
    assert near(report.flags.attack[1:, OURS][ready].mean(), 1 - np.exp(-0.2 * kept), ready.sum())


def test_probes() -> None:
    p = {"posture.probe-base": np.float32(-1)}
    u, gap = (np.arange(10_000) + 0.5) / 10_000, np.zeros(10_000)
    assert np.asarray(posture.probes(p, gap + 0.7, gap + 0.2, gap + POSITIONAL, u)).mean() == pytest.approx(
        1 / (1 + np.exp(0.5)), abs=1e-3
    )
    assert np.asarray(posture.probes(p, gap + 9, gap, gap + TRUCE, u)).sum() == 0


# --- truces


def test_constant_hazards_give_the_chain_they_should() -> None:
    """Truce or no truce, with hazards of .8 and .5: the share of months in truce is that of the two-state chain (a truce that breaks in the
    month of its onset is drawn at half exposure). 128 x 4 runs, errors over runs."""
    flat = {
        "truces__onset_base": float(np.log(0.8)), "truces__onset_deaths": 0.0, "truces__onset_balance": 0.0, "truces__onset_talks": 0.0,
        "truces__break_base": float(np.log(0.5)), "truces__break_balance": 0.0, "truces__break_age": 0.0, "truces__break_peacekeepers": 0.0,
    }  # fmt: skip
    state, report = still("nothing", **flat)
    into, out = (1 - np.exp(-0.8)) * np.exp(-0.25), 1 - np.exp(-0.5)
    share = (state.regime[12:] == TRUCE).mean(axis=0)
    assert abs(share.mean() - into / (into + out)) < 4.5 * share.std(ddof=1) / np.sqrt(len(share))
    began, broke = report.flags.truce_began.sum(axis=0), report.flags.truce_broke.sum(axis=0)
    assert set(np.unique(began - broke)) <= {0, 1}
    age = np.where(state.regime == TRUCE, state.age, 0)
    np.testing.assert_array_equal(age[1:][state.regime[1:] == TRUCE], (age[:-1] + 1)[state.regime[1:] == TRUCE])


def test_peacekeepers_hold_a_truce_and_aid_may_break_or_harden_it() -> None:
    """Under the same luck. The sign of aid is a parameter: positive breaks truces, negative makes them last."""
    base = {"truces__onset_base": 0.0, "truces__break_base": float(np.log(0.6)), "truces__break_age": 0.0}

    def quiet(strategy: str, **more: float) -> np.ndarray:
        return (still(strategy, **base, **more)[0].regime == TRUCE).mean(axis=0)

    def ahead(one: np.ndarray, other: np.ndarray) -> bool:
        return (one - other).mean() > 6 * (one - other).std(ddof=1) / np.sqrt(len(one))

    watched = {"diplomacy__deployment": 20.0, "truces__break_peacekeepers": 0.2}
    assert ahead(quiet("offer", **watched), quiet("no-offer", **watched))
    assert ahead(quiet("nothing"), quiet("flow", truces__break_aid_owner=2.0))
    assert ahead(quiet("flow", truces__break_aid_owner=-2.0), quiet("nothing"))
    np.testing.assert_array_equal(quiet("flow", truces__break_aid_owner=0.0, truces__break_balance=0.0, truces__onset_balance=0.0),
                                  quiet("nothing", truces__break_balance=0.0, truces__onset_balance=0.0))  # fmt: skip


def test_age_talks_and_deaths_in_the_hazards_of_a_truce() -> None:
    p = {f"truces.{name}": np.float32(value) for name, value in {
        "onset-base": -0.5, "onset-deaths": 0.2, "onset-balance": 0.3, "onset-talks": 1.0, "break-base": 0.26, "break-aid-owner": 0.4,
        "break-aid-rival": 0.5, "break-balance": 0.3, "break-peacekeepers": 0.1, "break-age": 0.5}.items()}  # fmt: skip
    assert truces.onset_hazard(p, 400.0, 0.5, 0.4, 1.0) == pytest.approx(np.exp(-0.5 + 0.2 * np.log(5) - 0.15 + 0.4), rel=1e-5)
    assert truces.onset_hazard(p, 400.0, 0.5, 0.4, 0.0) == 0
    aged, fresh, unaided = truces.breakdown_hazards(p, aid=(1.0, 0.75), rival_aid=5.0, balance=0.5, peacekeepers=10.0, age=3.0)
    assert fresh == pytest.approx(np.exp(0.26 + 0.4 + 0.5 + 0.15 - 1), rel=1e-5)
    assert unaided == pytest.approx(np.exp(0.26 + 0.1 + 0.5 + 0.15 - 1), rel=1e-5)
    assert aged / fresh == pytest.approx(4**-0.5, rel=1e-5)


def test_collapse_comes_before_direct_war_and_war_before_a_settlement() -> None:
    war = {"spread__clash_top": 1e6, "spread__war_given_clash": 1.0, "bargain__hazard": 1e3, "bargain__tremble": 1e6}
    state, report = still("nothing", **war)
    assert (state.regime[0] == WAR).all() and (report.flags.clash[0] == 1).all()
    state, _ = still("nothing", **war, truces__collapse_force=1000.0)
    assert (state.regime == COLLAPSED).all() and (state.gone == 1).all()


# --- diplomacy


def test_effort_lifts_the_track_and_a_mediator_doubles_it() -> None:
    """Under the same luck the difference is a tenth of the way to .10 times what effort is worth, month by month."""
    for worth in (1.0, 0.5):
        told = {"diplomacy__level": 0.4, "diplomacy__effort": worth}
        plain, effort = still("nothing", **told)[0].track, still("effort", **told)[0].track
        expected = 0.10 * worth * (1 - 0.9 ** np.arange(1, MONTHS + 1))
        np.testing.assert_allclose(effort - plain, np.broadcast_to(expected[:, None], plain.shape), atol=1e-5)
    state, _ = still("nothing")
    flags = State(*state).flags
    bare = type(flags)(*(np.zeros_like(x[0]) for x in flags))
    p = {f"diplomacy.{name}": np.float32(value) for name, value in {
        "level": 0.4, "effort": 1, "unmediated": 0.5, "return": 0.1, "offensive": 0.1, "broken": 0.01, "truce": 0.01, "refusal": 0.01,
        "exchanged": 0.03, "noise": 0.02}.items()} | {"pretext.talks": np.float32(0.05)}  # fmt: skip
    zero = np.zeros_like(state.track[0])

    def after(effort: float = 0, pretext: float = 0, refused: float = 0, mediator: bool = True, **events: float) -> float:
        cast = replace(laboratory().cast, mediator=mediator)
        happened = bare._replace(**{name: getattr(bare, name) + value for name, value in events.items()})
        track = diplomacy.track(cast, p, zero + 0.4, effort=zero + effort, pretext=zero + pretext, flags=happened, refused=zero + refused,
                                noise=zero)  # fmt: skip
        return float(np.asarray(track)[0]) - 0.4

    assert after() == pytest.approx(0, abs=1e-6)
    assert after(effort=0.1) == pytest.approx(2 * after(effort=0.1, mediator=False), abs=1e-6) == pytest.approx(0.01, abs=1e-6)
    assert after(pretext=2) == pytest.approx(-0.10, abs=1e-6)
    found = [after(attack=1), after(truce_broke=1), after(truce_began=1), after(refused=1), after(exchange=1)]
    assert found == pytest.approx([-0.10, -0.01, 0.01, -0.01, 0.03], abs=1e-6)


def test_prisoners_are_exchanged_and_peacekeepers_deployed_when_they_can_be() -> None:
    """An exchange in positional war or under a truce; peacekeepers of the size offered, under a truce, until the war is back."""
    events = {"diplomacy__exchange": 0.2, "diplomacy__level": 0.4, "diplomacy__deployment": 0.3, "truces__onset_base": 0.0}
    storms = {"posture__offensive_base": -1.0, "posture__culmination": 1.0}
    state, report = still("offer", **events, **storms)
    before = np.concatenate([np.full((1, state.regime.shape[1]), POSITIONAL), state.regime[:-1]])
    traded = report.flags.exchange > 0
    assert not traded[before == HIGH].any() and traded[before == POSITIONAL].any() and traded[before == TRUCE].any()
    assert set(np.unique(state.peacekeepers)) == {0.0, 10.0}
    assert (state.peacekeepers[state.regime == HIGH] == 0).all()
    arrived = (state.peacekeepers[1:] > state.peacekeepers[:-1]) & (state.peacekeepers[:-1] == 0)
    assert arrived.any() and (before[1:][arrived] == TRUCE).all()
    assert (still("no-offer", **events, **storms)[0].peacekeepers == 0).all()
    p = {"diplomacy.exchange": 0.2, "diplomacy.ease": 2.0}
    u, calm = (np.arange(10_000) + 0.5) / 10_000, np.full(10_000, float(TRUCE))
    assert np.asarray(diplomacy.exchange(p, 0.9, calm, u)).mean() == pytest.approx(1 - np.exp(-0.2 * np.e), abs=1e-3)


# --- pretext


@cache
def in_order(order: str) -> Engine:
    """The laboratory with the two strategies that differ in what they announce, under an order of moves."""
    if order == "owner-first":
        return machine()
    program = laboratory()
    kept = [plan for plan in program.plans if plan.name in ("flow", "announced")]
    return Engine(replace(program.with_plans(kept), cast=replace(program.cast, order=order)))


@pytest.mark.parametrize("order", ["owner-first", "rival-first", "simultaneous"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_announced_arms_are_a_pretext_once_and_in_their_turn(order: str, sign: float) -> None:
    """Two rungs above training are announced: his support moves by twice the parameter, of either sign, in the month in which he hears of
    it, and stays; the talks suffer in the month itself; what is not announced changes nothing."""
    world = {**NO_FIRE, **NO_EVENTS, "pretext__support": sign, "pretext__talks": 0.03, "support__persistence": 1.0}
    numbers = changed(sampled(), **world, patron__baseline=6.0, diplomacy__level=0.5)
    said, _ = play(in_order(order), "announced", "inertia", numbers, LUCKS)
    silent, _ = play(in_order(order), "flow", "inertia", numbers, LUCKS)
    first = 0 if order == "owner-first" else 1
    expected = np.where(np.arange(MONTHS) >= first, 6 + 2 * sign, 6.0)
    np.testing.assert_allclose(said.support[:, MOSCOW], np.broadcast_to(expected[:, None], said.regime.shape), rtol=1e-5)
    np.testing.assert_allclose(silent.support[:, MOSCOW], 6, rtol=1e-6)
    np.testing.assert_allclose((said.track - silent.track)[:3], -0.06 * np.array([[1], [0.9], [0.81]]) * np.ones_like(said.track[:3]),
                               atol=1e-5)  # fmt: skip
    np.testing.assert_allclose((said.solidarity - silent.solidarity)[0], -0.04, atol=0.0101)

"""One contract per mechanism, continued from `test_mechanisms.py`: will, requests, spread, politics, observation, ledger; then what the owner
orders, what happens where its strategy is silent, and a war of three sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from test_mechanisms import DRAWS, LUCKS, MONTHS, MOSCOW, OURS, THEIRS, WASHINGTON, laboratory, machine, near, sampled, still
from test_theories import changed, play

from countermove.behaviour.table import THEORIES
from countermove.dynamics import observation, politics, requests, spread, will
from countermove.dynamics.ledger import blank, residuals
from countermove.dynamics.strength import strength
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Engine, Plan
from countermove.engine.simulate import begin, outcomes
from countermove.scenario.read import read_text
from countermove.world.measure import MEASURE_NAMES
from countermove.world.state import HIGH, POSITIONAL

# --- will


def test_three_pains_and_what_each_costs() -> None:
    """Blood, money and politics apart, each on its own patron; an attack on the client rallies; a refusal costs; nothing leaves [0, 1]."""
    cast, one = laboratory().cast, np.ones((2, 1), np.float32)
    p = {"will.level": 0.7 * one, "will.blood": 0.02 * one, "will.money": 0.01 * one, "will.sanctions": 0.03 * one,
         "pressure.scale": 50 * one, "patron.budget": np.array([[25.0], [170.0]], np.float32)}  # fmt: skip
    none = will.Pains(0 * one, 0 * one, 0 * one, np.zeros(1), 0 * one)

    def change(level: float = 0.7, noise: float = 0, **pains: np.ndarray) -> list[float]:
        after = will.will(cast, p, level * one, none._replace(**pains), noise * one)
        return [float(x) for x in after[:, 0] - np.float32(level)]

    him = np.array([[0.0], [1.0]])
    assert change() == pytest.approx([0, 0], abs=1e-6)
    assert change(dead=100 * him) == pytest.approx([0, -0.02 * np.log(3)], abs=1e-6)
    assert change(cost=np.array([[50.0], [100.0]])) == pytest.approx([-0.01, 0], abs=1e-6)
    assert change(sanctions=np.array([0.5])) == pytest.approx([0, -0.015], abs=1e-6)
    assert change(attacking=him) == pytest.approx([0.03, 0], abs=1e-6)
    assert change(refused=him) == pytest.approx([0, -0.01], abs=1e-6)
    assert change(level=0.5) == pytest.approx([0.02, 0.02], abs=1e-6)
    assert change(dead=1e30 * him) == pytest.approx([0, -0.7], abs=1e-6)
    assert change(level=0.99, noise=9) == pytest.approx([0.01, 0.01], abs=1e-6)


@pytest.mark.parametrize("pain", ["will__blood", "will__money", "will__sanctions"])
def test_each_pain_reaches_moscow_in_the_engine(pain: str) -> None:
    """One of the three at a time, under the same luck."""
    pains = dict.fromkeys(("will__blood", "will__money", "will__sanctions"), 0.0)
    world = {"attrition__intensity_positional": 0.05, "patron__budget": [1e6, 100.0], "pressure__scale": 10.0, "will__level": 0.6}
    free, _ = still("sanctions", **world, **pains)
    pained, _ = still("sanctions", **world, **{**pains, pain: 0.05})
    assert (pained.will[5:, MOSCOW] < free.will[5:, MOSCOW]).mean() > 0.99
    np.testing.assert_array_equal(pained.will[:, WASHINGTON], free.will[:, WASHINGTON])


# --- requests


def test_clients_ask_when_pressed_and_a_refusal_is_remembered() -> None:
    p = {f"requests.{name}": np.float32(value) for name, value in (("base", 0.03), ("shortfall", 2.0), ("rung", 0.7))}
    u, zero = (np.arange(10_000) + 0.5) / 10_000, np.zeros(10_000)
    for short, rung, factor in ((0.0, 5.0, 1.0), (0.5, 5.0, np.e), (-0.5, 9.0, np.exp(1.4))):
        asked = requests.asks(p, zero + short, zero + rung, zero, u)
        assert np.asarray(asked).mean() == pytest.approx(1 - np.exp(-0.03 * factor), abs=2e-4)
    assert np.asarray(requests.asks(p, zero + 2, zero + 9, zero + 1, u)).sum() == 0, "nobody asks a patron who has left"
    numbers = {"requests.grant": np.float32(0.4), "will.level": np.float32(0.7)}
    assert np.asarray(requests.grants(numbers, zero + 0.35, u)).mean() == pytest.approx(0.2, abs=1e-3)
    often = {"requests__base": 0.3, "requests__shortfall": 0.0, "requests__rung": 0.0, "spread__credibility": 0.7}
    state, report = still("refusing", **often)
    asked = np.concatenate([np.zeros((1, state.oil.shape[1])), state.asked[:-1, WASHINGTON]])
    before = np.concatenate([np.full((1, state.oil.shape[1]), 0.7), state.credibility[:-1]])
    np.testing.assert_allclose(state.credibility, before + 0.05 * (0.7 - before) - 0.03 * asked, atol=1e-5)
    assert (report.granted == 0).all() and (state.rung[:, WASHINGTON] == 3).all()
    quiet = still("granting", **often)[0]
    assert near((quiet.asked[:, WASHINGTON] > 0).mean(), 1 - np.exp(-0.3), quiet.oil.size)
    np.testing.assert_allclose(quiet.credibility, 0.7, rtol=1e-5)


def test_a_granted_request_raises_the_rung_and_a_patron_of_theory_gives_a_step() -> None:
    """The owner climbs by one (written with it: the strategy said grant); Moscow adds a tenth of its baseline."""
    often = {"requests__base": 0.1, "requests__shortfall": 0.0, "requests__rung": 0.0, "requests__grant": 1.0, "patron__baseline": 6.0}
    state, report = still("granting", **often, support__persistence=1.0, will__money=0.0)
    asked = np.concatenate([np.zeros((1, state.oil.shape[1])), state.asked[:-1, WASHINGTON]])
    np.testing.assert_array_equal(state.rung[:, WASHINGTON], np.minimum(3 + np.cumsum(asked, axis=0), 8))
    np.testing.assert_array_equal(state.orders.written, state.rung[:, WASHINGTON])
    theirs = np.cumsum(np.concatenate([np.zeros((1, state.oil.shape[1])), state.asked[:-1, MOSCOW]]), axis=0)
    granted = np.cumsum(report.grants[:, MOSCOW], axis=0)
    np.testing.assert_allclose(state.support[:, MOSCOW], 6 + 0.6 * granted, rtol=1e-4)
    assert (granted <= theirs).all() and granted[-1].mean() > 1


# --- spread and the alliance


def test_clashes_grow_with_both_rungs_and_incidents_shrink_with_readiness() -> None:
    p = {f"spread.{name}": np.float32(value) for name, value in (
        ("x-own", 0.25), ("x-rival", 0.25), ("x-both", 0.25), ("clash-top", 0.01), ("war-given-clash", 0.2), ("incident-top", 0.5),
        ("incident-credibility", 2.0), ("incident-readiness", 0.7), ("credibility", 0.7))} | {"alliance.readiness": np.zeros(1)}  # fmt: skip
    assert float(spread.exponent(p, 8.0, 8.0)) == 0
    assert float(spread.exponent(p, 4.0, 7.0)) == pytest.approx(-1 - 0.25 - 0.25 * 3.6)
    u, zero = (np.arange(10_000) + 0.5) / 10_000, np.zeros(10_000)
    hit, war = spread.clash(p, zero + 8, zero + 8, zero > 0, u, np.roll(u, 4999))
    assert np.asarray(hit).mean() == pytest.approx(1 - np.exp(-0.01), abs=2e-4)
    assert (np.asarray(war) <= np.asarray(hit)).all()
    cast = laboratory().cast
    rate = {}
    for brigades, credibility in ((0, 0.7), (7, 0.7), (0, 0.2)):
        happened, unanswered = spread.incident(cast, p, rungs=(zero + 8, zero + 8), credibility=zero + credibility, brigades=zero + brigades,
                                               over=zero > 0, u=(u, np.roll(u, 5000)))  # fmt: skip
        rate[brigades, credibility] = np.asarray(happened).mean(), np.asarray(unanswered).mean() / np.asarray(happened).mean()
    assert rate[0, 0.7][0] == pytest.approx(1 - np.exp(-0.5), abs=1e-3)
    assert rate[7, 0.7][0] < rate[0, 0.7][0] < rate[0, 0.2][0]
    assert rate[7, 0.7][1] < rate[0, 0.7][1] < rate[0, 0.2][1]
    nobody = spread.incident(replace(cast, alliance=False), p, rungs=(zero + 8, zero + 8), credibility=zero, brigades=zero, over=zero > 0,
                             u=(u, u))  # fmt: skip
    assert np.asarray(nobody).sum() == 0
    after = [float(spread.credibility(p, 0.7, refused, hit, left)) for refused, hit, left in ((0, 0, 0), (1, 0, 0), (0, 1, 1), (0, 1, 0))]
    assert after == pytest.approx([0.7, 0.67, 0.6, 0.72])


def test_brigades_prevent_incidents_and_cost_money() -> None:
    """Under the same luck there is no incident with seven brigades that there is not without; 10 million a month each."""
    world = {"spread__incident_top": 1.0}
    plain, bare = still("nothing", **world)
    ready, guarded = still("brigades", **world)
    first = bare.flags.incident.argmax(axis=0)[None] >= np.arange(MONTHS)[:, None]  # up to the first incident credibility is the same
    assert ((guarded.flags.incident <= bare.flags.incident) | ~first).all()
    assert guarded.flags.incident.sum() < 0.7 * bare.flags.incident.sum()
    np.testing.assert_allclose((ready.spent - plain.spent)[-1, WASHINGTON], 70 * MONTHS, rtol=1e-4)


# --- politics


def test_shocks_are_standard_and_allies_are_hurt_by_arms_and_healed_by_attacks() -> None:
    state, _ = still("nothing")
    late = np.concatenate([state.oil[24:], state.approval[24:, MOSCOW]], axis=1)
    assert np.abs(late.mean()) < 0.15 and late.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(state.oil[24], state.oil[25])[0, 1] == pytest.approx(0.9, abs=0.05)
    change = [float(politics.solidarity(*np.float32(x))) - 0.6 for x in
              ((0.6, 0.6, 0, 0, 0), (0.6, 0.6, 2, 0, 0), (0.6, 0.6, 0, 1, 0), (0.6, 0.6, 0, 0, 50), (0.4, 0.6, 0, 0, 0))]  # fmt: skip
    assert change == pytest.approx([0, -0.04, 0.02, 0.01, -0.19], abs=1e-6)


# --- observation


def test_covert_units_are_seen_only_when_reported() -> None:
    """Below rung 7 a false alarm now and then; from rung 7 on rung 6 is seen until more than 2 thousand have been reported, then the truth."""
    moving = {"patron__baseline": 3.5, "support__noise": 1.5, "support__persistence": 0.7, "observation__false_alarm": 0.03}
    state, _ = still("nothing", **moving)
    rung, seen, known = state.rung[:-1, MOSCOW], state.seen[1:, MOSCOW], state.detected[1:, MOSCOW] > 0
    men = 0.75 * state.support[:-1, MOSCOW] / 1.5
    covert = rung >= 7
    assert 0.2 < covert.mean() < 0.9
    np.testing.assert_array_equal(seen[covert], np.where(known, rung, 6)[covert])
    unknown = covert & ~(state.detected[:-1, MOSCOW] > 0)
    assert near(known[unknown & (men > 2.001)].mean(), 0.9, (unknown & (men > 2.001)).sum())
    assert not known[unknown & (men < 1.999)].any()
    assert known[covert & (state.detected[:-1, MOSCOW] > 0)].all() and not known[~covert].any()
    assert set(np.unique(seen[~covert] - rung[~covert])) <= {0} | set(range(1, 8))
    assert near((seen[~covert] == 7).mean(), 0.03, (~covert).sum())
    assert (state.seen[:, WASHINGTON][1:] == state.rung[:-1, WASHINGTON]).all()


def test_a_front_at_rest_looks_bad_as_often_as_the_error_says() -> None:
    """Losing is 1.5 errors of observation below the reference; one side's loss is the other's gain; without error nobody loses."""
    _, report = still("nothing", observation__balance_error=0.1)
    losing, winning = report.flags.losing, report.flags.winning
    assert near(losing[:, OURS].mean(), 0.0668, losing[:, OURS].size)
    np.testing.assert_array_equal(losing[:, OURS], winning[:, THEIRS])
    _, exact = still("nothing", observation__balance_error=0.0)
    assert (exact.flags.losing == 0).all() and (exact.flags.winning == 0).all()


def test_the_dead_are_under_reported_with_the_scatter_of_a_negative_binomial() -> None:
    noise = np.random.default_rng(0).standard_normal(100_000).astype(np.float32)
    p = {"observation.reporting-rate": np.float32(0.73), "observation.dispersion": np.float32(30.0)}
    said = np.asarray(observation.reported_deaths(p, np.full(100_000, 400, np.float32), noise), np.float64)
    assert said.mean() == pytest.approx(292, rel=0.01)
    assert said.var() == pytest.approx(292 + 292**2 / 30, rel=0.03)
    assert np.asarray(observation.reported_deaths(p, np.full(3, 10.0), np.full(3, -50.0))).tolist() == [0, 0, 0]


# --- ledger


@pytest.mark.parametrize("strategy", ["flow", "shipment", "leaving"])
def test_the_books_close(strategy: str) -> None:
    """Persons, materiel with capture, patrons' dead: what came in less what went out is what is there, to a hundred-thousandth."""
    plan = Plan(sampled(), LUCKS, DRAWS * LUCKS)
    job = machine().job(plan, strategy, "inertia", np.arange(plan.chunk))
    table, _, left = outcomes(machine().kernel, job, audit=True)
    assert set(left) == {"persons", "heavy", "counter-heavy", "patron dead"}
    for name, residual in left.items():
        assert np.abs(residual).max() <= 1e-5, name
    assert np.asarray(table)[MEASURE_NAMES.index("deaths")].min() > 0


def test_books_that_do_not_close_are_noticed() -> None:
    stage, start = begin(machine().kernel, machine().job(Plan(sampled(), 1, DRAWS), "nothing", "inertia", np.arange(DRAWS)))
    books = blank(stage.cast, DRAWS)
    thief = start._replace(force=start.force * 0.9999, counter=start.counter + 1e-4)
    assert all(np.abs(x).max() == 0 for x in residuals(stage.cast, stage.p, start, start, books).values())
    found = residuals(stage.cast, stage.p, start, thief, books)
    assert np.abs(found["persons"]).min() > 1e-5 and np.abs(found["counter-heavy"]).min() > 1e-5

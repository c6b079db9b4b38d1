"""One contract per mechanism, continued from `test_mechanisms.py`: will, requests, spread, politics, observation, ledger; then what the
owner orders, what happens where its strategy is silent, and a war of three sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.special import ndtr

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
    laboratory,
    machine,
    near,
    sampled,
    still,
)
from builders.played import changed, play
from countermove.behaviour.table import THEORIES
from countermove.dynamics import observation, politics, requests, spread, will
from countermove.dynamics.attrition import general_law
from countermove.dynamics.ledger import empty_ledger, residuals
from countermove.dynamics.strength import strength
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes
from countermove.scenario.read import read_text
from countermove.world.measure import MEASURE_NAMES, MEASURES, judged_at
from countermove.world.state import HIGH, POSITIONAL

# --- will


def test_three_pains_and_what_each_costs() -> None:
    """Blood, money and politics apart, each on its own patron, less the pain that he is used to; an attack on the client rallies; a
    refusal costs, and so does a war in the open; nothing leaves [0, 1]."""
    cast, one = laboratory().cast, np.ones((2, 1), np.float32)
    p = {"will.level": 0.7 * one, "will.blood": 0.02 * one, "will.money": 0.01 * one, "will.sanctions": 0.03 * one,
         "will.return": 0.1 * one, "will.rally": 0.03 * one, "will.refusal": 0.01 * one, "will.noise": 0.03 * one,
         "will.intervention": 0.04 * one, "pressure.scale": 50 * one,
         "patron.budget": np.array([[25.0], [170.0]], np.float32)}  # fmt: skip
    none = will.Pains(0 * one, 0 * one, 0 * one, np.zeros(1), 0 * one, 0 * one)

    def change(level: float = 0.7, noise: float = 0, usual: float = 0, **pains: np.ndarray) -> list[float]:
        after = will.will(cast, p, level * one, none._replace(**pains), usual * one, noise * one)
        return [float(x) for x in after[:, 0] - np.float32(level)]

    him = np.array([[0.0], [1.0]])
    assert change() == pytest.approx([0, 0], abs=1e-6)
    assert change(dead=100 * him) == pytest.approx([0, -0.02 * np.log(3)], abs=1e-6)
    assert change(dead=100 * him, usual=0.02 * np.log(3)) == pytest.approx([0.02 * np.log(3), 0], abs=1e-6)
    assert change(exposed=him) == pytest.approx([0, -0.04], abs=1e-6)
    assert change(cost=np.array([[50.0], [100.0]])) == pytest.approx([-0.01, 0], abs=1e-6)
    assert change(sanctions=np.array([0.5])) == pytest.approx([0, -0.015], abs=1e-6)
    assert change(attacking=him) == pytest.approx([0.03, 0], abs=1e-6)
    assert change(refused=him) == pytest.approx([0, -0.01], abs=1e-6)
    assert change(level=0.5) == pytest.approx([0.02, 0.02], abs=1e-6)
    assert change(dead=1e30 * him) == pytest.approx([0, -0.7], abs=1e-6)
    assert change(level=0.99, noise=9) == pytest.approx([0.01, 0.01], abs=1e-6)


@pytest.mark.parametrize("pain", ["will__blood", "will__money", "will__sanctions"])
def test_each_pain_reaches_moscow_in_the_engine(pain: str) -> None:
    """One of the three at a time, under the same luck: what it takes is what is more, or less, than on the first day, and a tenth of what
    it took comes back a month."""
    pains = dict.fromkeys(("will__blood", "will__money", "will__sanctions"), 0.0)
    world = {"attrition__intensity_positional": 0.05, "patron__budget": [1e6, 100.0], "pressure__scale": 10.0, "will__level": 0.6}
    free, _ = still("sanctions", **world, **pains)
    pained, _ = still("sanctions", **world, **{**pains, pain: 0.05})
    np.testing.assert_array_equal(pained.will[:, WASHINGTON], free.will[:, WASHINGTON])
    numbers = changed(sampled(), **{**NO_FIRE, **NO_EVENTS, **world})
    _, start = first_day(machine(), Batch(numbers, LUCKS, DRAWS * LUCKS), "sanctions", "inertia")
    cost = np.array([rung.cost for rung in laboratory().cast.ladders[MOSCOW]])[np.asarray(start.rung[MOSCOW], int)]
    dead, spent = (np.diff(path[:, MOSCOW], axis=0, prepend=0) for path in (free.dead, free.spent))
    felt = {
        "will__blood": np.log1p(dead / 10) - np.log1p(np.asarray(start.casualties[0, MOSCOW]) / 10),
        "will__money": np.maximum(spent / 100 - 1, 0) - np.maximum(cost / 100 - 1, 0),
        "will__sanctions": np.concatenate([np.asarray(start.solidarity)[None], free.solidarity[:-1]])
        - 0.5 * np.asarray(start.solidarity),
    }[pain]
    lost = pained.will[:, MOSCOW] - free.will[:, MOSCOW]
    np.testing.assert_allclose(lost, 0.9 * earlier(lost, 0) - 0.05 * felt, atol=2e-5)
    assert (felt > 0).mean() > 0.2 and np.abs(felt).max() > 0.03


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
    for strategy in ("refusing", "granting"):
        state, report = still(strategy, **often, will__money=0.0)
        asked, rung = earlier(state.asked[:, WASHINGTON], 0), earlier(state.rung[:, WASHINGTON], 3)
        refused = asked * ((rung == 8) if strategy == "granting" else 1)  # there is nothing above rung 8 to grant
        before = earlier(state.credibility, 0.7)
        np.testing.assert_allclose(state.credibility, before + 0.05 * (0.7 - before) - 0.03 * refused, atol=1e-5)
        np.testing.assert_array_equal(report.granted, asked - refused)
        assert near((state.asked[:, WASHINGTON] > 0).mean(), 1 - np.exp(-0.3), state.oil.size)


def test_a_granted_request_raises_the_rung_and_a_patron_of_theory_gives_a_step() -> None:
    """The owner climbs by one (written with it: the strategy said grant); Moscow adds a tenth of its baseline."""
    often = {
        "requests__base": 0.1,
        "requests__shortfall": 0.0,
        "requests__rung": 0.0,
        "requests__grant": 1.0,
        "patron__baseline": 6.0,
    }
    state, report = still("granting", **often, support__persistence=1.0, will__money=0.0, pretext__support=0.0, patron__means=1e3)
    asked = earlier(state.asked[:, WASHINGTON], 0)
    np.testing.assert_array_equal(state.rung[:, WASHINGTON], np.minimum(3 + np.cumsum(asked, axis=0), 8))
    np.testing.assert_array_equal(state.orders.written, state.rung[:, WASHINGTON])
    theirs = np.cumsum(earlier(state.asked[:, MOSCOW], 0), axis=0)
    granted = np.cumsum(report.grants[:, MOSCOW], axis=0)
    np.testing.assert_allclose(state.support[:, MOSCOW], 6 + 0.6 * granted, rtol=1e-4)
    assert (granted <= theirs).all() and granted[-1].mean() > 1


# --- spread and the alliance


def test_clashes_grow_with_both_rungs_and_incidents_shrink_with_readiness() -> None:
    values = {"x-own": 0.25, "x-rival": 0.25, "x-both": 0.25, "clash-top": 0.01, "war-given-clash": 0.2, "incident-top": 0.5}
    values |= {
        "incident-credibility": 2.0,
        "incident-readiness": 0.7,
        "credibility": 0.7,
        "answer": -1.0,
        "answer-credibility": 3.0,
    }
    values |= {"answer-readiness": 1 / 3, "return": 0.05, "refusal": 0.03, "unanswered": 0.1, "answered": 0.02}
    p = {f"spread.{name}": np.float32(value) for name, value in values.items()} | {"alliance.readiness": np.zeros(1)}
    assert float(spread.exponent(p, 8.0, 8.0)) == 0
    assert float(spread.exponent(p, 4.0, 7.0)) == pytest.approx(-1 - 0.25 - 0.25 * 3.6)
    u, zero = (np.arange(10_000) + 0.5) / 10_000, np.zeros(10_000)
    hit, war = spread.clash(laboratory().cast, p, rungs=(zero + 8, zero + 8), over=zero > 0, u=(u, np.roll(u, 4999)))
    assert np.asarray(hit).mean() == pytest.approx(1 - np.exp(-0.01), abs=2e-4)
    assert (np.asarray(war) <= np.asarray(hit)).all()

    def incidents(alliance: bool = True, brigades: float = 0, credibility: float = 0.7) -> tuple[float, float]:
        """How often one happens, and how many of these are left unanswered."""
        told = {"credibility": zero + credibility, "brigades": zero + brigades, "over": zero > 0, "u": (u, np.roll(u, 5000))}
        happened, left = spread.incident(replace(laboratory().cast, alliance=alliance), p, rungs=(zero + 8, zero + 8), **told)
        return float(np.mean(happened)), float(np.sum(left) / max(np.sum(happened), 1))

    plain, ready, doubted = incidents(), incidents(brigades=7), incidents(credibility=0.2)
    assert plain[0] == pytest.approx(1 - np.exp(-0.5), abs=1e-3)
    assert ready[0] < plain[0] < doubted[0] and ready[1] < plain[1] < doubted[1]
    assert incidents(alliance=False)[0] == 0
    after = [
        float(spread.credibility(p, 0.7, refused, hit, left)) for refused, hit, left in ((0, 0, 0), (1, 0, 0), (0, 1, 1), (0, 1, 0))
    ]
    assert after == pytest.approx([0.7, 0.67, 0.6, 0.72])


def test_brigades_prevent_incidents_and_cost_money() -> None:
    """Under the same luck there is no incident with seven brigades that there is not without; each costs what a brigade costs."""
    world = {"spread__incident_top": 1.0, "alliance__brigade_cost": 12.0}
    plain, bare = still("nothing", **world)
    ready, guarded = still("brigades", **world)
    first = (
        bare.flags.incident.argmax(axis=0)[None] >= np.arange(MONTHS)[:, None]
    )  # up to the first incident credibility is the same
    assert ((guarded.flags.incident <= bare.flags.incident) | ~first).all()
    assert guarded.flags.incident.sum() < 0.7 * bare.flags.incident.sum()
    np.testing.assert_allclose((ready.spent - plain.spent)[-1, WASHINGTON], 7 * 12 * MONTHS, rtol=1e-4)


# --- politics


def test_shocks_are_standard_and_allies_are_hurt_by_arms_and_healed_by_attacks() -> None:
    state, _ = still("nothing")
    late = np.concatenate([state.oil[24:], state.approval[24:, MOSCOW]], axis=1)
    assert np.abs(late.mean()) < 0.15 and late.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(state.oil[24], state.oil[25])[0, 1] == pytest.approx(0.9, abs=0.05)
    p = {f"politics.{name}": np.float32(value) for name, value in
         {"solidarity": 0.6, "return": 0.05, "announced": 0.02, "attacked": 0.02, "resolve": 0.02}.items()}  # fmt: skip
    change = [float(politics.solidarity(p, *np.float32(x))) - 0.6 for x in
              ((0.6, 0, 0, 0), (0.6, 2, 0, 0), (0.6, 0, 1, 0), (0.6, 0, 0, 50), (0.4, 0, 0, 0))]  # fmt: skip
    assert change == pytest.approx([0, -0.04, 0.02, 0.01, -0.19], abs=1e-6)


# --- observation


def test_covert_units_are_seen_only_when_reported() -> None:
    """Below rung 7 a false alarm now and then; from rung 7 on rung 6 is seen until more than 2 thousand men are reported, then the truth."""
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


def quiet_share(error: float, drift: float, errors: float) -> float:
    """The share of months in which a front that never moves looks lost, by the filter of model.md section 4: what is thought has the
    standard deviation of what is left of all looks, and is held against so many of the errors that the observer believes in."""
    doubt, spread, shares = error**2, 0.0, []
    for _ in range(MONTHS):
        before = doubt + drift**2
        trust = before / (before + error**2)
        doubt = (1 - trust) * before
        spread = np.hypot((1 - trust) * spread, trust * error)
        shares.append(ndtr(-errors * np.sqrt(doubt) / spread))
    return float(np.mean(shares))


@pytest.mark.parametrize("errors", [1.0, 2.5])
def test_a_front_at_rest_looks_bad_as_often_as_the_error_says(errors: float) -> None:
    """Losing is so many standard errors of the owner's estimate below the reference; one side's loss is the other's gain; without error
    nobody loses. At 2.5 errors a front at rest looks lost in one month of two thousand."""
    _, report = still("nothing", observation__losing=errors)
    losing, winning = report.flags.losing, report.flags.winning
    share, expected = losing[:, OURS].mean(axis=0), quiet_share(0.1, 0.03, errors)
    assert abs(share.mean() - expected) < 4.5 * share.std(ddof=1) / np.sqrt(len(share))
    assert expected < (0.001 if errors > 2 else 0.12)
    np.testing.assert_array_equal(losing[:, OURS], winning[:, THEIRS])
    _, exact = still("nothing", observation__balance_error=0.0, observation__losing=errors)
    assert (exact.flags.losing == 0).all() and (exact.flags.winning == 0).all()


def test_what_is_thought_of_the_front_is_wrong_by_the_error_that_is_stated() -> None:
    """Where the balance moves as it is thought to move, the estimate is off by its standard error: 2.5 of them in .62% of months."""
    rng = np.random.default_rng(0)
    p = {"observation.balance-error": np.float32(0.1), "observation.balance-drift": np.float32(0.03)}
    truth, thought, doubt = np.zeros(100_000), np.zeros(100_000), np.float32(0.01)
    for _ in range(24):
        truth = truth + 0.03 * rng.standard_normal(len(truth))
        doubt, trust = observation.variance_and_gain(p, doubt)
        thought = thought + float(trust) * (truth + 0.1 * rng.standard_normal(len(truth)) - thought)
    off = (thought - truth) / np.sqrt(float(doubt))
    assert off.std() == pytest.approx(1, rel=0.02)
    assert near((off < -2.5).mean(), ndtr(-2.5), len(off))
    assert float(doubt) == pytest.approx(0.0025843, rel=1e-3), "after two years a look is worth .051 where one month's is worth .1"


def test_a_side_that_has_really_fallen_back_knows_it() -> None:
    """The other side loses two fifths of its men in the course of the war: it is seen in nearly every month in which it has happened."""
    numbers = sampled().values["side.personnel"]
    _, report = still("nothing", side__target=numbers * np.array([[1.0], [0.6]], np.float32))
    fallen = report.balance[:-1, THEIRS] - report.balance[0, THEIRS] < -0.3
    assert fallen.mean() > 0.3
    assert report.flags.losing[1:, THEIRS][fallen].mean() > 0.98
    assert report.flags.losing[1:, OURS][fallen].max() == 0


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
    batch = Batch(sampled(), LUCKS, DRAWS * LUCKS)
    job = machine().job(batch, strategy, "inertia", np.arange(batch.chunk))
    table, _, left = outcomes(machine().kernel, job, audit=True)
    assert set(left) == {"persons", "heavy", "counter-heavy", "patron dead"}
    for name, residual in left.items():
        assert np.abs(residual).max() <= 1e-5, name
    assert np.asarray(table)[MEASURE_NAMES.index("deaths")].min() > 0


def test_books_that_do_not_close_are_noticed() -> None:
    cast = laboratory().cast
    p, start = first_day(machine(), Batch(sampled(), 1, DRAWS), "nothing", "inertia")
    books = empty_ledger(cast, DRAWS)
    thief = start._replace(force=start.force * 0.9999, counter=start.counter + 1e-4)
    assert all(np.abs(x).max() == 0 for x in residuals(cast, p, start, start, books).values())
    found = residuals(cast, p, start, thief, books)
    assert np.abs(found["persons"]).min() > 1e-5 and np.abs(found["counter-heavy"]).min() > 1e-5


# --- what the owner orders


def test_arms_kept_from_the_line_count_where_the_line_breaks() -> None:
    """Fully enforced they weigh nothing in positional war and all they can under high intensity; without fire no other cause plays in."""
    storms = {"posture__offensive_base": [-2.0, -2.0], "posture__offensive_balance": 0.0, "posture__culmination": 0.5}
    bare, plain = still("nothing", **storms)
    kept, report = still("kept-back", **storms)
    np.testing.assert_array_equal(bare.regime, kept.regime)
    gain = (report.balance - plain.balance)[1:, OURS]
    before = kept.regime[:-1]
    arrived = kept.counter[1:, OURS] > 0
    np.testing.assert_allclose(gain[before == POSITIONAL], 0, atol=1e-5)
    assert (gain[(before == HIGH) & arrived] > 1e-4).all() and ((before == HIGH) & arrived).sum() > 1000
    p, state = first_day(machine(), Batch(sampled(), 1, DRAWS), "nothing", "inertia")
    state = state._replace(counter=state.counter + 0.5)
    held = [strength(laboratory().cast, p, state, state.oil + line).counter for line in (0.0, 0.8)]
    np.testing.assert_allclose(held[0][OURS] - held[1][OURS], 0.4, rtol=1e-5)
    np.testing.assert_array_equal(held[0][THEIRS], held[1][THEIRS])


def test_a_ceiling_holds_against_orders_and_requests() -> None:
    often = {"requests__base": 0.5, "requests__shortfall": 0.0, "requests__rung": 0.0, "spread__credibility": 0.7}
    state, report = still("ceiling", **often)
    assert (state.rung[:, WASHINGTON] == 3).all() and (report.granted == 0).all()
    assert (state.credibility[-1] < 0.69).mean() > 0.9, "what cannot be granted counts as refused"


def test_an_exit_goes_down_one_rung_a_month_and_is_final() -> None:
    """What was under way arrives; a client that asks, and a strategy that used to say yes, change nothing."""
    state, _ = still("leaving", requests__base=0.05, requests__shortfall=0.0, requests__rung=0.0, will__money=0.0)
    rung = state.rung[:, WASHINGTON]
    assert (rung[:12] >= 6).all()
    last = rung[11]
    for month in range(12, MONTHS):
        np.testing.assert_array_equal(rung[month], np.maximum(last - (month - 11), 0))
    sending = last == 6  # regulars send no arms
    assert 0.2 < sending.mean() < 0.9
    assert (state.counter[20, OURS] > state.counter[12, OURS])[sending].all() and (state.pipeline[-1] == 0).all()
    assert (state.orders.written[-1] == 0).all() and (state.orders.ceiling[-1] == 0).all()
    assert (np.diff(state.spent[-5:, WASHINGTON], axis=0) == 0).all()


def test_without_will_nobody_climbs() -> None:
    """The order stands from the first day, and is followed from the first month in which the will is .3 or more."""
    state, _ = still("announced", will__level=[0.2, 0.9])
    able = np.maximum.accumulate(earlier(state.will[:, WASHINGTON], 0.2) >= 0.3, axis=0)
    np.testing.assert_array_equal(state.rung[:, WASHINGTON], np.where(able, 5, 3))
    assert 0.1 < able.mean() < 0.9
    assert (still("announced")[0].rung[:, WASHINGTON] == 5).all()


# --- what happens where the strategy is silent

NO_SHORTFALL = {"requests__shortfall": 0.0, "requests__rung": 0.0}
RESTLESS = {"patron__baseline": 3.0, "support__noise": 1.0, "support__persistence": 0.7, "will__money": 0.0}
COMPLETIONS = ("hold", "de-escalate", "match", "uniform")


@cache
def completed(completion: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Own rung before and after each month from the second on, and whether the strategy was silent in it; nobody asks."""
    state, report = still(completion, **RESTLESS)
    assert (state.orders.written == 3).all(), "a completion writes nothing into the strategy"
    return state.rung[:-1, WASHINGTON], state.rung[1:, WASHINGTON], report.silent[1:] > 0


def test_silence_comes_before_its_completion() -> None:
    """The first silence of a run does not depend on what fills it; a strategy with `otherwise` is never silent."""
    first = [still(name, **RESTLESS, requests__base=0.05)[1].silent.argmax(axis=0) for name in COMPLETIONS]
    for other in first[1:]:
        np.testing.assert_array_equal(first[0], other)
    assert len(set(first[0])) > 3
    assert (still("answered", **RESTLESS, requests__base=0.05)[1].silent == 0).all()


def test_completions_differ() -> None:
    """Hold keeps, de-escalate steps down, match follows the rival, uniform draws among the three."""
    for name in COMPLETIONS:
        before, after, silent = completed(name)
        np.testing.assert_array_equal(before[~silent], after[~silent])
        assert silent.mean() > 0.1
    before, after, silent = completed("hold")
    np.testing.assert_array_equal(before, after)
    before, after, silent = completed("de-escalate")
    np.testing.assert_array_equal(after[silent], np.maximum(before[silent] - 1, 0))
    state, _ = still("match", **RESTLESS)
    moved = np.sign(np.diff(state.seen[:, MOSCOW], axis=0))
    before, after, silent = completed("match")
    expected = np.where(moved > 0, np.minimum(before + 1, 8), np.where(moved < 0, np.maximum(before - 1, 0), before))
    np.testing.assert_array_equal(after[silent], expected[silent])
    assert (moved[silent] > 0).any() and (moved[silent] < 0).any()
    before, after, silent = completed("uniform")
    free = silent & (before > 0) & (before < 8)
    for step in (-1, 0, 1):
        assert near((after - before)[free].__eq__(step).mean(), 1 / 3, free.sum())


def test_completions_answer_requests_each_in_its_way() -> None:
    """Where a request alone is new: hold grants as the draw says, de-escalate never, match only after a rise, uniform half of them."""
    asked = {**RESTLESS, "support__noise": 0.0, "requests__base": 0.2, "requests__shortfall": 0.0, "requests__rung": 0.0}
    share = {}
    for name in COMPLETIONS:
        state, report = still(name, **asked, requests__grant=0.3)
        open_ = (state.asked[:-1, WASHINGTON] > 0) & (report.silent[1:] > 0) & (state.rung[:-1, WASHINGTON] < 7)
        share[name] = report.granted[1:][open_]
    assert near(share["hold"].mean(), 0.3, len(share["hold"]))
    assert share["de-escalate"].sum() == share["match"].sum() == 0
    assert near(share["uniform"].mean(), 0.5, len(share["uniform"]))


def test_being_drawn_in_is_measured_against_what_was_written() -> None:
    """A strategy that is silent and grants ends above what it wrote; one that wrote `grant` does not."""
    often = {**NO_SHORTFALL, "requests__base": 0.1, "requests__grant": 1.0, "will__money": 0.0}
    numbers = {name: still(name, **often) for name in ("hold", "granting")}
    for name, (state, _) in numbers.items():
        above = state.rung[23, WASHINGTON] > state.orders.written[23]
        assert (above.mean() > 0.7) if name == "hold" else not above.any()


# --- three sides, and two patrons behind one of them

VALLEY = """
scenario: valley
clock: {start: 2030-01, months: 24}
sides:
  government: {personnel: {lognormal: [45, 0.15]}, heavy: 1.0, counter-heavy: 0.2, fire: {insurgents: 0.8, militia: 0.2}}
  insurgents: {personnel: {range: [22, 38]}, heavy: 0.9, counter-heavy: 0.2, fire: {government: 1.0, militia: 0.0}}
  militia: {personnel: {lognormal: [10, 0.2]}, heavy: 0.2, counter-heavy: 0.1, fire: {government: 0.5, insurgents: 0.5}}
territory: {held-by-government: {beta: [60, 40]}}
patrons:
  overseas: {supports: government, rung: training}
  neighbour: {supports: insurgents, rung: covert-regulars, baseline: {lognormal: [5, 0.3]}, theories: {inertia: {}, richardson: {}}}
  sponsor: {supports: insurgents, rung: non-lethal, baseline: 0.3, mix: {heavy: 0.7, counter-heavy: 0.3},
            theories: {inertia: {weight: 3}, richardson: {}}}
  broker: {supports: militia, rung: training, baseline: 1.0, theories: {richardson: {}}}
strategies:
  wait: {moves: [{at: start, rung: training}]}
  arm: {moves: [{at: 2030-04, rung: heavy}], when: [{if: neighbour.rung >= overt-intervention, then: {rung: advisers}}]}
"""


@cache
def valley() -> Program:
    return compile_scenario(read_text(VALLEY), [THEORIES[name] for name in ("inertia", "richardson")])


def finite(leaves: Sequence[object]) -> bool:
    """Whether every array in a nest of tuples is finite."""
    return all(finite(x) if isinstance(x, tuple) else bool(np.isfinite(x).all()) for x in leaves)


def test_three_sides_with_two_patrons_behind_one() -> None:
    """Finite throughout; the ground is shared out; each patron follows its own theory; the fire goes where it is told to."""
    program = valley()
    assert program.cast.supports == (0, 1, 1, 2)
    sampled_ = changed(
        prior_draws(program, DRAWS, 0), support__noise=0.0, requests__base=1e-9, pretext__support=0.0, support__exit=0.0
    )
    lonely = {theory: play(Engine(program), "arm", theory, sampled_, LUCKS) for theory in ("inertia", "richardson")}
    for state, report in lonely.values():
        assert finite(state) and finite(report)
        weight = np.exp(state.ground - state.ground.max(axis=1, keepdims=True))
        np.testing.assert_allclose((weight / weight.sum(axis=1, keepdims=True)).sum(axis=1), 1, rtol=1e-6)
        assert (report.killed[0, :2] > 0).all() and (state.force > 0).all()
    state, _ = lonely["inertia"]
    # the neighbour's theory is asked, the sponsor's is drawn: one in four of them answers aid with aid
    answers = np.repeat(sampled_.others[2] == 1, LUCKS)
    assert 0.1 < answers.mean() < 0.4
    late = state.support[20, 2]
    assert (late[answers] > 0.31).mean() > 0.9
    np.testing.assert_allclose(late[~answers], 0.3, rtol=1e-4)
    np.testing.assert_allclose(state.support[:, 1] / state.support[:1, 1], 1, rtol=1e-4)
    assert (lonely["richardson"][0].support[20, 1] > state.support[20, 1] + 0.01).mean() > 0.9


def test_everybody_elses_aid_is_what_is_answered() -> None:
    """Richardson counts the aid delivered to both other sides and what their patrons of theory have added, and not his own side's sponsor."""
    program = valley()
    numbers = changed(prior_draws(program, DRAWS, 0), support__noise=0.0, requests__base=1e-9, pretext__support=0.0, richardson__gain=0.2,
                      support__exit=0.0, intervention__readiness=1e9, richardson__fatigue=0.1, support__persistence=0.7,
                      patron__baseline=[0.0, 5.0, 0.3, 1.0])  # fmt: skip
    state, _ = play(Engine(program), "arm", "richardson", numbers, LUCKS)
    support, broker = state.support[:, 1], state.support[:, 3]
    arms = 12 * state.aid[:, [0, 2]].sum(axis=1) + 10 * state.counter[:, [0, 2]].sum(axis=1)
    assert (broker[20] > 1.1).all() and (arms[20] > 1).all()
    aim = 0.7 * support[:-1] + 0.3 * 5 + 0.2 * (arms + broker - 1)[:-1] - 0.1 * (support[:-1] - 5)
    free = support[1:] < 0.99 * np.repeat(np.maximum(5, numbers.values["patron.means"][1]), LUCKS)
    np.testing.assert_allclose(support[1:][free], aim[free], rtol=1e-4)


@pytest.mark.slow
def test_the_books_of_three_sides_close_and_support_of_both_patrons_counts() -> None:
    program = valley()
    engine = Engine(program)
    batch = Batch(prior_draws(program, DRAWS, 0), LUCKS, DRAWS * LUCKS)
    table, bands, left = outcomes(engine.kernel, engine.job(batch, "arm", "richardson", np.arange(batch.chunk)), audit=True)
    ratios = [place for place, measure in enumerate(MEASURES) if measure.kind == "ratio" or judged_at(measure, 24) is None]
    assert np.isfinite(np.delete(np.asarray(table), ratios, axis=0)).all() and np.isfinite(bands).all()
    for name, residual in left.items():
        assert np.abs(residual).max() <= 1e-5, name
    p, state = first_day(engine, batch, "arm", "inertia")
    alone = [strength(program.cast, p, state._replace(support=state.support * np.array(kept)[:, None]), state.oil * 0)
             for kept in ((1, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 0, 0, 1))]  # fmt: skip
    for what in ("force", "heavy", "counter"):
        both, sponsor, neighbour, nobody = (np.asarray(getattr(x, what)) for x in alone)
        np.testing.assert_allclose(both - nobody, (sponsor - nobody) + (neighbour - nobody), atol=1e-4)
        assert (both[0] == nobody[0]).all() and (both[2] == nobody[2]).all()
    assert np.asarray(alone[0].heavy - alone[1].heavy)[1].min() > 0.02
    assert np.asarray(alone[1].counter - alone[3].counter)[1].min() == pytest.approx(0.3 * 0.3 / 10, rel=1e-3)
    hit = replace(program.cast, fire=((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.5, 0.5, 0.0)))
    lost = np.asarray(general_law(hit, np.full((3, 1), 0.05), np.ones((3, 1)), np.array([[40.0], [30.0], [10.0]])))
    assert lost[2, 0] == 0 and (lost[:2, 0] > 0).all()

"""The reference as a whole: what must hold whatever the numbers are, on a small war built by hand."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from builders.reference_war import (
    MONTHS,
    QUIET,
    RUNS,
    START,
    THEORIES,
    luck,
    numbers,
    play,
    war,
)
from countermove.scenario import schema as s
from countermove.verify.numpy_model import layout, offset, simulate, slot_count
from countermove.verify.numpy_model.facts import gather
from countermove.world.expression import Apply, Constant, Name
from countermove.world.measure import MEASURE_NAMES, MEASURES
from countermove.world.prior import fixed


@pytest.mark.parametrize("theory", THEORIES)
def test_books_balance_and_values_stay_in_range(theory: str) -> None:
    trace = play(theory=theory)
    assert set(trace.measures) == set(MEASURE_NAMES)
    for name, left in trace.ledger.items():
        assert np.abs(left).max() < 1e-9, name
    for measure in MEASURES:
        value = trace.measures[measure.name]
        assert value.shape == (RUNS,)
        assert np.isfinite(value).all() or measure.kind == "ratio" or (np.isnan(value).all() and measure.horizon == 60), (
            measure.name
        )
        if measure.kind == "event" and measure.horizon != 60:
            assert set(np.unique(value)) <= {0.0, 1.0}, measure.name
    for name in ("talks", "credibility", "solidarity", "will"):
        assert (trace.paths[name] >= 0.0).all()
        assert (trace.paths[name] <= 1.0).all()
    assert (trace.paths["support"] >= 0.0).all()
    assert trace.near.mean() < 0.2


def test_something_of_everything_happens() -> None:
    trace = play(theory="spigot")
    for name in (
        "settlement-by-24-months",
        "offensive-own",
        "offensive-rival",
        "spread",
        "exchange",
        "peacekeepers",
        "silent",
        "drawn-in",
    ):
        assert 0.0 < trace.measures[name].mean() < 1.0, name
    for name in (
        "truces",
        "truce-length",
        "truces-broken-in-30-days",
        "requests",
        "granted",
        "granted-unordered",
        "truce-break-change",
    ):
        assert np.nanmax(trace.measures[name]) > 0.0, name


def test_absorbing_regimes_stay() -> None:
    trace = play(theory="switching", spread__clash_top=1.0, side__collapse_share=0.3)
    regime = np.asarray(trace.paths["regime"])
    over, settled = regime[:-1] >= 3, regime[:-1] == 3
    assert {3, 4, 5} <= set(np.unique(regime))
    assert (regime[1:] == regime[:-1])[over & ~settled].all()
    assert set(np.unique(regime[1:][settled])) == {1, 3}
    assert (np.asarray(trace.paths["deaths"])[1:][over] == 0.0).all()
    assert not np.asarray(trace.paths["silent"])[1:][over].any()
    assert not np.asarray(trace.paths["offensive"]).transpose(0, 2, 1)[regime >= 3].any()
    np.testing.assert_array_equal(trace.measures["direct-war"], (regime == 4).any(axis=0))
    np.testing.assert_array_equal(trace.measures["collapse-own"], np.asarray(trace.paths["collapsed"])[-1, 0])


def test_nothing_happens_without_luck_aid_or_noise() -> None:
    """A settled front without events or noise keeps will, support and talks where they are, and loses men to fire alone."""
    trace = play("nothing", **QUIET)
    start = numbers()
    support = np.asarray(trace.paths["support"])[:, 1]
    np.testing.assert_allclose(support, np.broadcast_to(start["patron.baseline"][1], support.shape), rtol=1e-12)
    assert (trace.measures["deaths"] == 0.0).all()
    np.testing.assert_allclose(trace.measures["territory"], start["opening.held"], rtol=1e-12)
    balance = np.asarray(trace.paths["balance"])
    assert np.abs(np.diff(np.asarray(trace.paths["F"]), axis=0)[-1]).max() < 0.02
    assert np.abs(balance[-1] - balance[0]).max() < 0.2
    # 12 and 24 months gone by are decision points, and this strategy says nothing; 60 have gone by only after the last month
    np.testing.assert_array_equal(np.flatnonzero(np.asarray(trace.paths["silent"]).all(axis=1)) + 1, [13, 25])


def mirrored(uniforms: np.ndarray) -> np.ndarray:
    """The same luck with sides and patrons exchanged (two of each)."""
    turned, slots = uniforms.copy(), layout(2, 2)
    for event in ("balance", "support", "territory", "will"):
        turned[:, slots[event].start + 1] = np.mod(0.25 - uniforms[:, slots[event].start + 1], 1.0)  # cosine <-> sine
    for event in ("exit", "mode", "ask", "grant", "probe", "offensive", "culminate", "open"):
        turned[:, slots[event]] = uniforms[:, slots[event]][:, ::-1]
    chi = uniforms[:, slots["chi"]]
    turned[:, slots["chi"]] = np.concatenate([chi[:, 4:], chi[:, :4]], axis=1)
    return turned


@pytest.mark.parametrize("theory", ["inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "switching"])
def test_a_symmetric_war_mirrored_is_the_mirror_image(theory: str) -> None:
    # only the owner's refusals hurt the talks, so nobody may refuse; and he sees his own rung, so everybody's is seen
    plain = {"observation__false_alarm": 0.0, "observation__report": 1.0, "observation__visible": 0.0}
    params = numbers(opening__held=0.5, requests__grant=1e9, will__money=0.0, **plain)
    for name in list(params):
        if name.startswith(("side.", "patron.")) and params[name].ndim == 2:
            params[name] = np.tile(params[name][:1], (2, 1))
    # one decision owner, one alliance, one sanctioned rival: what is lopsided by design is switched off
    scenario = war(opening={"sanctions": 0.0}, third_parties={})
    rival = scenario.patrons["moscow"]
    scenario = scenario.model_copy(
        update={"patrons": {"moscow": rival, "washington": rival.model_copy(update={"supports": "kyiv"})}}
    )
    both = {"moscow": theory, "washington": theory}
    one, other = (simulate(scenario, "nothing", both, params, block) for block in (luck(), mirrored(luck())))
    same = ~(one.near | other.near)
    assert same.mean() > 0.8
    for name in ("F", "X", "Y", "q", "support", "rung", "will", "dead", "mode", "quit", "offensive", "collapsed"):
        left, right = np.asarray(one.paths[name]), np.asarray(other.paths[name])[:, ::-1]
        np.testing.assert_allclose(left[..., same], right[..., same], rtol=1e-7, atol=1e-9, err_msg=name)
    for name in ("regime", "talks", "deaths", "age", "deal"):
        np.testing.assert_allclose(
            np.asarray(one.paths[name])[..., same], np.asarray(other.paths[name])[..., same], rtol=1e-7, atol=1e-9
        )
    settled = same & (np.asarray(one.paths["deal"])[-1] > 0.0)
    assert settled.sum() > 20
    np.testing.assert_allclose(one.paths["terms"][-1][settled], 1.0 - other.paths["terms"][-1][settled], rtol=1e-7)
    np.testing.assert_allclose(one.paths["low"][:, same], 1.0 - other.paths["high"][:, same], rtol=1e-7)
    drift = one.measures["territory"] - 0.5
    assert abs(drift.mean()) < 4.0 * drift.std() / np.sqrt(RUNS) + 1e-12


def test_a_volume_arrives_after_its_lag_and_is_paid_once() -> None:
    plan = s.Strategy(
        moves=(s.Move(at=START + 2, then=s.WrittenOrders(rung="r4", volume=78.0)),), otherwise=s.WrittenOrders(answer="refuse")
    )
    silent_arms = {"attrition__intensity_positional": 0.0, "posture__offensive_base": -60.0, "truces__onset_base": -60.0}
    trace = play("v", scenario=war({"v": plan}), **silent_arms)
    stock = np.asarray(trace.paths["Y"])[:, 0]
    value = 0.05 * 900.0 + 0.1 * 390.0
    assert (stock[:6] == 0.0).all()  # ordered in month 3 at lag 4: there in month 7
    np.testing.assert_allclose(stock[6:], 0.95 * 78.0 * (0.1 * 390.0 / value) / 390.0, rtol=1e-12)
    assert (trace.measures["silences"] == 0.0).all()
    spent = np.diff(np.asarray(trace.paths["spent"])[:, 0], axis=0)[:, 0]
    np.testing.assert_allclose(spent[:4], [80.0, (160.0 - value) + 78.0, 160.0 - value, 160.0 - value])


@pytest.mark.parametrize("completion", ["hold", "de-escalate", "match", "uniform"])
def test_silences_are_filled(completion: s.Completion) -> None:
    scenario = war({"mute": s.Strategy()})
    trace = simulate(scenario, "mute", {"moscow": "spigot"}, numbers(requests__base=0.1), luck(), completion=completion)
    rung = np.asarray(trace.paths["rung"])[:, 0]
    change = np.diff(rung, axis=0, prepend=2)
    assert (np.asarray(trace.paths["silent"]).sum(axis=0) == trace.measures["silences"]).all()
    moved = {"hold": (change >= 0).all(), "de-escalate": (rung <= 2).all(), "match": (rung > 2).any(), "uniform": (rung < 2).any()}
    assert moved[completion]
    assert (trace.measures["granted"].sum() == 0.0) == (completion == "de-escalate")


def test_where_the_completion_leads_the_owner_stays() -> None:
    plan = s.Strategy(moves=(s.Move(at=START, then=s.WrittenOrders(rung="r3")),), completion="de-escalate")
    rung = np.asarray(play("p", scenario=war({"p": plan}), **QUIET).paths["rung"])[:, 0]
    np.testing.assert_array_equal(rung, np.repeat([3, 2, 1], [12, 12, 36])[:, None] * np.ones((1, RUNS)))


def test_volumes_of_one_month_add_up_and_travel_together() -> None:
    moves = tuple(s.Move(at=START, then=s.WrittenOrders(rung=rung, volume=money)) for rung, money in (("r6", 78.0), ("r4", 50.0)))
    trace = play("v", scenario=war({"v": s.Strategy(moves=moves)}), **QUIET)
    heavy, counter = (np.asarray(trace.paths[name])[:, 0] for name in "XY")
    assert (counter[:4] == 0.0).all()
    parts = [(78.0, 0.2 * 900.0, 0.2 * 390.0), (50.0, 0.05 * 900.0, 0.1 * 390.0)]
    expected = [sum(money * value[k] / sum(value) for money, *value in parts) / (900.0, 390.0)[k] for k in (0, 1)]
    np.testing.assert_allclose([heavy[4], counter[4]], 0.95 * np.array(expected)[:, None] * np.ones((2, RUNS)), rtol=1e-12)
    value = 0.05 * 900.0 + 0.1 * 390.0
    np.testing.assert_allclose(np.asarray(trace.paths["spent"])[0, 0], (160.0 - value) + 128.0)


def test_a_step_is_cut_to_the_ladder() -> None:
    always = s.Rule(if_=Apply(">=", (Name("", "months"), Constant(0.0)), "boolean"), then=s.WrittenOrders(step=9, ceiling="r9"))
    trace = play("up", scenario=war({"up": s.Strategy(when=(always,))}))
    assert (np.asarray(trace.paths["rung"])[:, 0] == 8).all()
    assert (trace.measures["drawn-in"] == 0.0).all()


def test_looking_back_beyond_the_start_finds_the_first_day_without_noise() -> None:
    last, before = (Name("kyiv", "balance", -back) for back in (1, 2))
    jump = Apply(">", (Apply("abs", (Apply("-", (last, before)),)), Constant(0.2)), "boolean")
    plan = s.Strategy(when=(s.Rule(if_=jump, then=s.WrittenOrders(rung="r3")),))
    changes = QUIET | {"observation__balance_error": 1.0, "observation__balance_drift": 0.0}
    rung = np.asarray(play("p", scenario=war({"p": plan}), **changes).paths["rung"])[:, 0]
    assert (rung[0] == 2).all()
    # one noisy look at what did not move, believed as much as what was known before: |n|/2 > 0.2
    u, v = luck()[0, layout(2, 2)["balance"]][:2]
    np.testing.assert_array_equal(rung[1] == 3, np.abs(np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)) > 0.4)


def test_a_quit_is_remembered_in_the_month_in_which_it_was_seen() -> None:
    plan = s.Strategy(when=(s.Rule(if_=Name("moscow", "quits", -1, "boolean"), then=s.WrittenOrders(rung="r3")),))
    trace = play("p", "pressure", war({"p": plan}), pressure__exit=0.02)
    gone, raised = np.asarray(trace.paths["quit"])[:, 1], np.asarray(trace.paths["rung"])[:, 0] >= 3
    first = gone.argmax(axis=0)
    early = gone.any(axis=0) & (first < MONTHS - 2) & ~raised[:3].any(axis=0)
    runs = np.flatnonzero(early & (np.asarray(trace.measures["granted"]) == 0.0))
    assert len(runs) > 50
    assert not raised[first[runs] + 1, runs].any()
    assert raised[first[runs] + 2, runs][np.asarray(trace.paths["will"])[first[runs] + 1, 0, runs] >= 0.3].all()


def test_once_the_war_is_over_nothing_calls_for_a_decision() -> None:
    plan = s.Strategy(otherwise=s.WrittenOrders(rung="r3"))
    fought = play("p", scenario=war({"p": plan}), **QUIET)
    settled = play("p", scenario=war({"p": plan}), **(QUIET | {"bargain__hazard": 1e9, "bargain__recurrence": 0.0}))
    assert (np.asarray(fought.paths["rung"])[-1, 0] == 3).all()
    assert (settled.measures["settlement-by-12-months"] == 1.0).all()
    assert (np.asarray(settled.paths["rung"])[:, 0] == 2).all()


def test_nobody_is_left_but_not_less_than_nobody() -> None:
    trace = play(side__target=0.0, side__recovery=0.5)
    assert (np.asarray(trace.paths["F"])[-1] == 0.0).all()
    assert np.isfinite(np.asarray(trace.paths["balance"])).all()
    assert all(np.abs(left).max() < 1e-9 for left in trace.ledger.values())


def test_without_allies_solidarity_is_complete() -> None:
    trace = play(scenario=war(third_parties={}))
    assert (np.asarray(trace.paths["solidarity"]) == 1.0).all()
    assert (trace.measures["solidarity"] == 1.0).all()


def test_a_guard_acts_once_in_a_spell() -> None:
    always = s.Rule(if_=Apply(">=", (Name("", "months"), Constant(5.0)), "boolean"), then=s.WrittenOrders(step=2, answer="refuse"))
    trace = play(
        "up", scenario=war({"up": s.Strategy(when=(always,), otherwise=s.WrittenOrders(answer="refuse"))}), will__level=0.9
    )
    rung = np.asarray(trace.paths["rung"])[:, 0]
    assert (rung[:5] == 2).all()
    assert (rung[5:] == 4).all()
    assert (trace.measures["drawn-in"] == 0.0).all()


def test_three_sides_and_more_patrons() -> None:
    base = war()
    third = base.patrons["moscow"].model_copy(update={"supports": "raiders", "covert": True, "mix": {"counter-heavy": 1.0}})
    phase = s.Phase(start=START, end=START + 5, drift={"raiders": fixed(0.1)}, truces=False)
    scenario = war(
        sides={**base.sides, "raiders": base.sides["kyiv"]}, patrons={**base.patrons, "sponsor": third},
        opening={"phases": (phase,), "settled_front": False, "regime": "high"},
    )  # fmt: skip
    params = numbers()
    for name, value in params.items():
        if value.ndim >= 2:
            params[name] = np.concatenate([value, value[..., -1:, :]], axis=-2)
    params["phase.0.drift"] = np.array([[0.0], [0.0], [0.1]])
    block = np.random.default_rng(1).uniform(size=(24, slot_count(3, 3), RUNS))
    trace = simulate(scenario, "arm", {"moscow": "richardson", "sponsor": "spigot"}, params, block)
    assert np.asarray(trace.paths["F"]).shape == (24, 3, RUNS)
    assert all(np.abs(left).max() < 1e-9 for left in trace.ledger.values())
    assert (np.asarray(trace.paths["regime"])[:6] != 2).all()
    assert (np.asarray(trace.paths["rung"])[:, 2] <= 7).all()


def test_the_offset_of_a_patron_who_does_not_answer_is_zero() -> None:
    args = (war(), "arm")
    deaf = offset(*args, {"moscow": "inertia"}, numbers(support__noise=0.0), luck())
    assert (deaf.balance_frozen > 0.0).all()
    np.testing.assert_allclose(deaf.omega, 0.0, atol=1e-12)
    heard = offset(*args, {"moscow": "spigot"}, numbers(), luck())
    assert 0.0 < heard.omega < 2.0
    assert {field.name for field in fields(heard)} >= {"omega", "omega_ground"}


def test_nobody_asks_while_the_offset_is_measured() -> None:
    often, never = (offset(war(), "arm", {"moscow": "spigot"}, numbers(requests__base=base), luck()) for base in (3.0, 1e-30))
    for field in fields(often):
        np.testing.assert_array_equal(getattr(often, field.name), getattr(never, field.name))


def test_where_the_line_is_written_decides_what_it_is_measured_from() -> None:
    def above_start(scenario: s.Scenario) -> list[bool]:
        return gather(scenario, {"moscow": "switching"}).above_start.tolist()

    base, line = war(), {"spigot.line": fixed(0.1)}
    assert above_start(base) == [True, True]
    assert above_start(war(parameters=line)) == [False, False]
    written = base.patrons["moscow"].model_copy(update={"theories": {"inertia": s.Hypothesis(parameters=line)}})
    assert above_start(war(patrons={**base.patrons, "moscow": written})) == [True, False]


def test_peacekeepers_leave_when_the_front_flares_up() -> None:
    trace = play(truces__onset_base=3.0, truces__break_base=-1.0, diplomacy__deployment=5.0)
    there, regime = np.asarray(trace.paths["peacekeepers"]) > 0.0, np.asarray(trace.paths["regime"])
    assert there.any()
    assert not there[regime == 0].any()


def test_runs_do_not_depend_on_their_neighbours() -> None:
    params, block = numbers(), luck()
    whole = simulate(war(), "arm", {"moscow": "rational"}, params, block)
    some = np.array([3, 77, 251])
    few = {name: value[..., some] if value.ndim and value.shape[-1] == RUNS else value for name, value in params.items()}
    part = simulate(war(), "arm", {"moscow": "rational"}, few, block[:, :, some])
    for name in MEASURE_NAMES:
        np.testing.assert_allclose(part.measures[name], whole.measures[name][some], rtol=1e-12, err_msg=name)

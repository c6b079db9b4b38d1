"""A small war built by hand for the NumPy reference, with every number that it reads."""

from __future__ import annotations

from typing import Any

import numpy as np

from countermove.scenario import schema as s
from countermove.verify.numpy_model import Trace, simulate, slot_count
from countermove.world.expression import Apply, Constant, Name
from countermove.world.prior import fixed

RUNS, MONTHS, START = 400, 60, 2018 * 12
THEORIES = ("inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "domestic", "switching")
FLOWS = {4: (0.05, 0.1), 5: (0.15, 0.1), 6: (0.2, 0.2)}
WORLD: dict[str, float] = {
    "attrition.heavy-quality": 0.35, "attrition.blunting": 0.8, "attrition.counter-quality": 0.2, "attrition.patron-weight": 1.5,
    "attrition.intensity-high": 1.0, "attrition.intensity-positional": 0.08, "attrition.intensity-truce": 0.02,
    "attrition.attacker-penalty": 1.4, "attrition.lethality": 0.02, "posture.probe-intensity": 0.3, "posture.probe-base": -1.0,
    "posture.offensive-base": -4.0, "posture.offensive-balance": 1.5, "posture.offensive-talks": 1.0, "posture.culmination": 0.5,
    "supply.equivalents-heavy": 3.0, "supply.equivalents-counter": 2.0, "supply.diversion": 0.05, "supply.price-heavy": 900.0,
    "supply.price-counter": 390.0, "supply.heavy-wear": 0.04, "supply.counter-wear": 0.06, "supply.captured": 0.15,
    "territory.pace": 0.04, "territory.offensive-gain": 0.05, "territory.noise": 0.03, "civilians.ratio": 0.35,
    "observation.balance-error": 0.1, "observation.shortfall-territory": 0.2, "observation.losing": 2.0,
    "observation.balance-drift": 0.02, "observation.visible": 2.0, "observation.report": 0.5,
    "observation.false-alarm": 0.02, "observation.reporting-rate": 0.8, "observation.dispersion": 8.0,
    "belief.prior": 0.5, "belief.gain": 0.3, "belief.fade": 0.05, "will.level": 0.6, "will.blood": 0.01, "will.money": 0.01, "will.sanctions": 0.02,
    "support.start": 1.0,
    "support.persistence": 0.9, "support.noise": 0.1, "pressure.gain": 0.3, "pressure.scale": 30.0, "pressure.exit": 4.0,
    "pressure.elasticity": 0.4,
    "support.exit": 0.004, "intervention.readiness": 0.2, "will.return": 0.1, "will.intervention": 0.02, "will.rally": 0.03,
    "will.refusal": 0.01, "will.noise": 0.03, "will.floor": 0.3, "politics.carry": 0.9, "politics.return": 0.05,
    "politics.announced": 0.02, "politics.attacked": 0.02, "politics.resolve": 0.02, "diplomacy.return": 0.1, "diplomacy.effort": 1.0,
    "diplomacy.unmediated": 0.5, "diplomacy.offensive": 0.1, "diplomacy.broken": 0.01, "diplomacy.truce": 0.01,
    "diplomacy.refusal": 0.01, "diplomacy.exchanged": 0.03, "diplomacy.noise": 0.02, "diplomacy.ease": 2.0, "spread.return": 0.05,
    "spread.refusal": 0.03, "spread.unanswered": 0.1, "spread.answered": 0.02, "spread.answer": -1.0, "spread.answer-credibility": 3.0,
    "spread.answer-readiness": 0.33, "alliance.brigade-cost": 10.0, "attrition.exposure": 0.5,
    "bargain.optimism-client": 0.3, "bargain.optimism-patron": 0.2, "bargain.learning": 2.0, "bargain.intensity": 0.07,
    "bargain.horizon": 36.0, "bargain.cost": 0.03, "bargain.cost-floor": 0.3, "bargain.weight": 0.5, "bargain.client-dead": 50.0,
    "bargain.reserve": 2.0, "bargain.commitment": 24.0, "bargain.guarantee": 10.0, "bargain.hazard": 0.05, "bargain.talks": 2.0,
    "bargain.tremble": 0.05, "bargain.surplus": 0.5, "bargain.transfer": 6.0, "bargain.recurrence": 0.02,
    "bargain.recurrence-guarantees": 1.0, "bargain.recurrence-age": 0.5,
    "spigot.line": 0.05, "spigot.overshoot": 0.05, "spigot.gain": 0.5, "spigot.delay": 1.0, "richardson.gain": 0.3,
    "richardson.fatigue": 0.1, "richardson.grievance": 0.05, "opportunist.gain": 1.0, "opportunist.margin": 0.05,
    "opportunist.deterrence": 0.5, "opportunist.lethal": 2.0, "rational.span": 40.0, "domestic.weight": 0.25, "switching.rescue": 3.0,
    "switching.withdraw": 2.0, "switching.pace": 0.3, "rational.decisiveness": 2.0, "rational.precision": 0.5, "domestic.approval": 0.2,
    "domestic.oil": 0.2, "domestic.election": 0.3, "requests.base": 0.02, "requests.shortfall": 1.0, "requests.rung": 0.3,
    "requests.grant": 0.5, "requests.step": 0.1, "pretext.support": 0.2, "pretext.talks": 0.02, "truces.onset-base": -3.0,
    "truces.onset-deaths": 0.1, "truces.onset-balance": 0.5, "truces.onset-talks": 1.0, "truces.break-base": -1.5,
    "truces.break-aid-owner": 0.5, "truces.break-aid-rival": 2.5, "truces.break-balance": 0.3, "truces.break-peacekeepers": 0.1,
    "truces.break-age": 0.5,
    "truces.collapse-force": 5.0, "spread.clash-top": 0.05, "spread.x-own": 0.3, "spread.x-rival": 0.3,
    "spread.x-both": 0.1, "spread.war-given-clash": 0.2, "spread.incident-top": 0.1, "spread.incident-credibility": 1.0,
    "spread.incident-readiness": 0.5, "spread.credibility": 0.7, "diplomacy.level": 0.5, "diplomacy.exchange": 0.05,
    "diplomacy.deployment": 0.05, "politics.solidarity": 0.6, "opening.held": 0.6,
    "opening.peacekeeping-offered": 5.0, "alliance.readiness": 2.0,
}  # fmt: skip
# no events, no noise, no fire
QUIET = dict.fromkeys(("posture__offensive_base", "truces__onset_base"), -60.0)
QUIET |= dict.fromkeys(("support__noise", "territory__noise", "territory__pace"), 0.0)
QUIET |= dict.fromkeys(("spread__clash_top", "spread__incident_top", "diplomacy__exchange", "attrition__intensity_positional"), 0.0)
QUIET |= dict.fromkeys(("support__exit", "bargain__hazard"), 0.0)
# an error next to none, and nobody is called losing within nine log points
QUIET |= {"requests__base": 1e-30, "observation__false_alarm": 0.0, "observation__balance_error": 1e-9, "observation__losing": 9e9}
SIDES = {"personnel": [45.0, 35.0], "target": [45.0, 35.0], "heavy": [1.2, 1.1], "counter-heavy": [0.2, 0.3], "slack": [0.25, 0.25]}
SIDES |= {"recovery": [12.0, 12.0], "dependence": [0.3, 0.5], "stocks": [6.0, 6.0], "collapse-share": [0.03, 0.03]}
PATRONS = {"budget": [25.0, 170.0], "baseline": [3.0, 6.0], "stake-ratio": [1.0, 3.0], "means": [23.0, 26.0]}


def numbers(runs: int = RUNS, **changes: float) -> dict[str, np.ndarray]:
    """Parameters, some of them different in every run; `changes` use __ for a dot and _ for a dash."""
    rng = np.random.default_rng(11)
    params: dict[str, np.ndarray] = {name: np.asarray(value) for name, value in WORLD.items()}
    for name in ("attrition.lethality", "opening.held"):
        params[name] = WORLD[name] * rng.uniform(0.9, 1.1, size=runs)
    params |= {
        f"side.{name}": np.array(values)[:, None] * rng.uniform(0.95, 1.05, size=(2, runs)) for name, values in SIDES.items()
    }
    params |= {f"patron.{name}": np.array(values)[:, None] * np.ones((2, runs)) for name, values in PATRONS.items()}
    for name, row in {"sustain": (0.9, 0.05, 0.05), "rescue": (0.3, 0.6, 0.1), "withdraw": (0.3, 0.1, 0.6)}.items():
        params[f"switching.from-{name}"] = np.broadcast_to(np.array(row)[:, None, None], (3, 2, runs))
    changed = {name.replace("__", ".").replace("_", "-"): np.asarray(value) for name, value in changes.items()}
    assert set(changed) <= set(params), "a test changes a number that nothing reads"
    return params | changed


def rule(what: str, of: str, then: s.WrittenOrders) -> s.Rule:
    return s.Rule(if_=Apply("and", (Name(of, what, type="boolean"), Constant(1, "boolean")), "boolean"), then=then)


def war(strategies: dict[str, s.Strategy] | None = None, opening: dict[str, Any] | None = None, **extra: Any) -> s.Scenario:
    any_side = s.Side(
        **dict.fromkeys(
            ("personnel", "target", "heavy", "counter_heavy", "slack", "dependence", "stocks", "collapse_share"), fixed(1)
        )
    )
    ladder = tuple(
        s.Rung(name=f"r{i}", cost=40.0 * i, lag=min(i, 6), troops=0.5 * max(i - 6, 0), heavy=FLOWS.get(i, (0, 0))[0],
               counter_heavy=FLOWS.get(i, (0, 0))[1]) for i in range(10)
    )  # fmt: skip
    patron = s.Patron(
        supports="kyiv", rung="r2", ladder=ladder, budget=fixed(1), baseline=fixed(1), means=fixed(1), stake_ratio=fixed(1)
    )
    rival = patron.model_copy(
        update={"supports": "rebels", "elections": (START + 20,), "theories": {name: s.Hypothesis() for name in THEORIES}}
    )
    front = {"held": fixed(0.6), "peacekeeping_offered": fixed(5.0), "sanctions": 0.5} | (opening or {})
    parts: dict[str, Any] = {
        "scenario": "test",
        "clock": s.Clock(start=START, months=MONTHS, known_until=START),
        "sides": {"rebels": any_side, "kyiv": any_side},
        "patrons": {"moscow": rival, "washington": patron},
        "third_parties": {
            "nato": s.ThirdParty(kind="alliance", readiness=fixed(2)),
            "envoy": s.ThirdParty(kind="mediator"),
            "europe": s.ThirdParty(kind="allies"),
        },
        "opening": s.Opening(**front),
        "strategies": strategies or {"nothing": s.Strategy(), "arm": arm()},
    }
    return s.Scenario(**(parts | extra))


def arm(**rest: Any) -> s.Strategy:
    moves = (
        s.Move(at=START, then=s.WrittenOrders(rung="r4")),
        s.Move(at=START + 12, then=s.WrittenOrders(rung="r5", volume=100.0)),
    )
    when = (
        rule("raises", "moscow", s.WrittenOrders(step=1)),
        rule("attacks", "kyiv", s.WrittenOrders(conditions=("not-at-contact-line", "no-offensives"))),
    )
    return s.Strategy(**({"moves": moves, "when": when} | rest))


def luck(seed: int = 0, runs: int = RUNS, months: int = MONTHS) -> np.ndarray:
    return np.random.default_rng(seed).uniform(size=(months, slot_count(2, 2), runs))


def play(strategy: str = "arm", theory: str = "inertia", scenario: s.Scenario | None = None, **changes: float) -> Trace:
    return simulate(scenario or war(), strategy, {"moscow": theory}, numbers(**changes), luck())

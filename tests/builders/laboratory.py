"""A small laboratory of strategies on the Donbas, under inertia; `still` is a world in which nothing happens but what a test asks for."""

from __future__ import annotations

from functools import cache

import jax
import numpy as np

from builders.played import changed, play
from countermove.behaviour.table import THEORIES
from countermove.dynamics.strength import Params
from countermove.engine.acting import Report
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.months import begin
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.scenario.read import read
from countermove.world.state import State

DRAWS, LUCKS, MONTHS = 128, 4, 36
OURS, THEIRS = 0, 1
WASHINGTON, MOSCOW = 0, 1
STRATEGIES = """
{nothing: {moves: [{at: start, rung: training}]},
 shipment: {moves: [{at: 2018-03, rung: lethal-defensive, volume: 47 million USD, announce: false}]},
 mixed: {moves: [{at: start, rung: heavy, volume: 100 million USD, announce: false}]},
 flow: {moves: [{at: start, rung: heavy, announce: false}]},
 announced: {moves: [{at: start, rung: heavy}]},
 leashed: {moves: [{at: start, rung: heavy, announce: false, conditions: [no-offensives], enforcement: 0.8}]},
 kept-back: {moves: [{at: start, rung: lethal-defensive, announce: false, conditions: [not-at-contact-line], enforcement: 1}]},
 ceiling: {moves: [{at: start, ceiling: training, answer: grant}, {at: 2018-04, rung: advisers}]},
 granting: {moves: [{at: start, answer: grant}]},
 refusing: {moves: [{at: start, answer: refuse}]},
 leaving: {moves: [{at: start, rung: advisers, announce: false, answer: grant}, {at: 2019-01, exit: true}]},
 climbing: {when: [{if: moscow.raises, then: {step: 1}}]},
 brigades: {moves: [{at: start, brigades: 7}]},
 offer: {moves: [{at: start, peacekeeping-offer: 10}]},
 no-offer: {moves: [{at: start, peacekeeping-offer: 0}]},
 sanctions: {moves: [{at: start, sanctions: 1}]},
 effort: {moves: [{at: start, diplomacy: high}]},
 hold: {completion: hold},
 de-escalate: {completion: de-escalate},
 match: {completion: match},
 uniform: {completion: uniform},
 answered: {otherwise: {answer: refuse}}}
"""
NO_FIRE = dict.fromkeys(("attrition__intensity_high", "attrition__intensity_positional", "attrition__intensity_truce"), 0.0)
NO_EVENTS = {
    "posture__offensive_base": -30.0,
    "truces__onset_base": -30.0,
    "bargain__hazard": 0.0,
    "support__exit": 0.0,
    "spread__clash_top": 0.0,
    "spread__incident_top": 0.0,
    "diplomacy__exchange": 0.0,
    "requests__base": 1e-9,
    "observation__false_alarm": 0.0,
    "support__noise": 0.0,
    "will__level": 0.9,
}


@cache
def laboratory() -> Program:
    clock = f"{{start: 2018-01, months: {MONTHS}, known-until: 2017-12}}"
    scenario = read("donbas-2017", overrides={"strategies": STRATEGIES, "clock": clock})
    return compile_scenario(scenario, [THEORIES["inertia"]])


@cache
def sampled() -> Draws:
    return prior_draws(laboratory(), DRAWS, 0)


@cache
def machine() -> Engine:
    return Engine(laboratory())


def still(strategy: str, **numbers: float | list[float]) -> tuple[State, Report]:
    """Months of a world without fire, events or noise, but for `numbers`."""
    return play(machine(), strategy, "inertia", changed(sampled(), **{**NO_FIRE, **NO_EVENTS, **numbers}), LUCKS)


def near(share: float, expected: float, count: float, errors: float = 4.5) -> bool:
    """Whether a share of so many independent chances is what it should be; at 4.5 errors one false alarm in 150,000."""
    return abs(share - expected) < errors * np.sqrt(max(expected * (1 - expected), 1e-9) / count)


def earlier(path: np.ndarray, start: float) -> np.ndarray:
    """A path [months, n] a month back, with its value before the first month."""
    return np.concatenate([np.full((1, path.shape[1]), start), path[:-1]])


def first_day(engine: Engine, batch: Batch, strategy: str, theory: str) -> tuple[Params, State]:
    """The parameters and the state before the first month."""
    job = engine.job(batch, strategy, theory, np.arange(batch.chunk))
    return job.params, jax.jit(lambda given: begin(engine.kernel, given)[1])(job)

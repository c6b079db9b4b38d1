"""The Donbas compiled once, draws from its priors, and a chunk's paths beside the reference's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from builders.played import changed
from builders.wars import compiled, engine_of
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.layout import slots
from countermove.engine.months import Job
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import paths
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.verify.numpy_model import Trace, simulate


@cache
def donbas() -> Program:
    return compiled("donbas-2017")


@cache
def draws(count: int, seed: int = 0) -> Draws:
    return prior_draws(donbas(), count, seed)


@cache
def engine() -> Engine:
    return engine_of("donbas-2017")


@dataclass
class Both:
    """One chunk played twice with the same uniforms."""

    engine: dict[str, np.ndarray]
    reference: Trace


def chance(program: Program, job: Job) -> np.ndarray:
    """The chunk's uniforms [T, slots, n] as the engine makes them, in float64."""
    keys = stream_keys(job.seed, job.draw, job.luck)
    months = range(program.cast.months)
    return np.stack([np.asarray(uniforms(keys, np.float32(t), slots(program.cast)), np.float64) for t in months])


def both(strategy: str, theory: str, runs: int = 1024, lucks: int = 4, seed: int = 1, **changes: float) -> Both:
    """`changes` are numbers written over in every draw."""
    program, machine = donbas(), engine()
    batch = Batch(changed(draws(runs // lucks, seed), **changes), lucks, chunk=runs)
    job = machine.job(batch, strategy, theory, np.arange(runs))
    state, report = paths(machine.kernel, job)
    found = {
        "F": state.force,
        "X": state.extra,
        "Y": state.counter,
        "q": state.ground,
        "offensive": state.attacking,
        "collapsed": state.gone,
        "support": state.support,
        "rung": state.rung,
        "will": state.will,
        "dead": state.dead,
        "spent": state.spent,
        "mode": state.mode,
        "quit": state.left,
        "regime": state.regime,
        "talks": state.track,
        "credibility": state.credibility,
        "solidarity": state.solidarity,
        "peacekeepers": state.peacekeepers,
        "age": state.age,
        "M": state.upkeep,
        "alarm": state.alarm,
        "learnt": state.learnt,
        "terms": state.terms,
        "deal": state.pledged,
        "deaths": report.deaths,
        "balance": report.balance[:, 0],
        "silent": report.silent,
    }
    names = [t.name for t in program.theories]
    theories = {p: names[int(job.theories[j, 0])] for j, p in enumerate(program.cast.patrons) if j > 0}
    params = {name: np.asarray(value, np.float64) for name, value in job.params.items()}
    trace = simulate(program.scenario, strategy, theories, params, chance(program, job))
    return Both({name: np.asarray(value, np.float64) for name, value in found.items()}, trace)

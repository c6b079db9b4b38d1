"""The war on which the whole engine is checked: the Donbas of the design page, written out here so that no file can change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.draws import prior_draws
from countermove.engine.layout import slots
from countermove.engine.months import Job, Kernel
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.scenario.read import read_text

MONTHS = 45
TEXT = """
scenario: verify
clock: {start: 2018-01, months: 45}
sides:
  ours:
    personnel: {lognormal: [50, 0.15], unit: thousand}
    heavy: {normal: [1.2, 0.15], low: 0.1}
    counter-heavy: {lognormal: [0.2, 0.3]}
  theirs:
    personnel: {lognormal: [32, 0.2], unit: thousand}
    heavy: {normal: [1.1, 0.15], low: 0.1}
    counter-heavy: {lognormal: [0.3, 0.3]}
territory: {held-by-ours: {beta: [66, 34]}}
patrons:
  owner: {supports: ours, rung: training, budget: {value: 25, unit: million USD/month}}
  rival:
    supports: theirs
    rung: covert-regulars
    baseline: {lognormal: [6, 0.35], unit: thousand}
    budget: {value: 170, unit: million USD/month}
    stake-ratio: {lognormal: [3, 0.8]}
    theories: {inertia: {}, pressure: {}, spigot: {}, richardson: {}, opportunist: {}, rational: {}, domestic: {}, switching: {}}
third-parties: {envoy: {kind: mediator}}
strategies:
  nothing: {says: No new aid.}
  trickle: {moves: [{at: start, rung: lethal-defensive, volume: 10 million USD, announce: false}]}
  arms: {moves: [{at: start, rung: heavy, volume: 470 million USD}, {at: 2019-01, rung: advisers}]}
"""


@dataclass(frozen=True)
class SmallWar:
    """The small war compiled for some theories and strategies, with a chunk of runs to play."""

    program: Program
    batch: Batch

    @property
    def engine(self) -> Engine:
        """The engine of this war."""
        return Engine(self.program)

    @property
    def kernel(self) -> Kernel:
        """What is fixed when it is compiled."""
        return self.engine.kernel

    def uniforms(self, job: Job, months: int) -> np.ndarray:
        """The uniforms [months, slots, n] that the engine gives to the runs of a job, for the reference to play with the same luck."""
        keys = stream_keys(job.seed, job.draw, job.luck)
        numbers: list[Any] = [np.float32(month) for month in range(months)]  # as the engine counts them
        return np.stack([np.asarray(uniforms(keys, month, slots(self.program.cast)), np.float64) for month in numbers])

    def job(
        self, strategy: str, theory: str, changes: Mapping[str, float | np.ndarray] = MappingProxyType({}), first: int = 0
    ) -> Job:
        """The chunk from run `first` on; `changes` replace parameters in every draw."""
        job = self.engine.job(self.batch, strategy, theory, first + np.arange(self.batch.chunk))
        strange = set(changes) - set(job.params)
        if strange:
            raise ValueError(f"no such parameters: {sorted(strange)}")
        return job._replace(params={**job.params, **{name: _like(job.params[name], value) for name, value in changes.items()}})


def _like(old: np.ndarray, value: np.ndarray | float) -> np.ndarray:
    # the shape decides what is compiled, so a changed parameter keeps it
    return np.broadcast_to(np.asarray(value, np.float32), old.shape).copy()


@cache
def small_war(theories: tuple[str, ...], strategies: tuple[str, ...], draws: int = 256, lucks: int = 16) -> SmallWar:
    """The war with some theories of the rival and some strategies of the owner."""
    program = compile_scenario(read_text(TEXT), [THEORIES[name] for name in theories])
    program = program.with_plans([plan for plan in program.plans if plan.name in strategies])
    return SmallWar(program, Batch(prior_draws(program, draws, 2017), lucks, chunk=min(draws * lucks, 4096)))


def quiet_war() -> SmallWar:
    """The war in which nothing new is given."""
    return small_war(("inertia",), ("nothing",), 4096, 4)


def both_driven(war: SmallWar) -> Kernel:
    """The kernel in which the owner too follows a theory, and every run may follow its own."""
    kernel = war.kernel
    return replace(kernel, cast=replace(kernel.cast, owner_driven=True), others=tuple(range(len(kernel.cast.patrons))))

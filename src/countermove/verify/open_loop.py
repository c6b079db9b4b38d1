"""Open-loop monotonicity: under the rival's support, the regimes and the postures of another run, better arms mean fewer dead."""

from __future__ import annotations

import numpy as np

from countermove.dynamics.strength import logit_held
from countermove.engine.acting import Variation
from countermove.engine.months import Job, begin
from countermove.engine.simulate import paths
from countermove.verify.eager import month_luck, play
from countermove.verify.line import Line, none
from countermove.verify.small_war import quiet_war
from countermove.world.cast import Array
from countermove.world.state import Script, State

MONTHS = 12
RUNS = 256
SOURCE = f"invariant; engine.step.step with a script, {RUNS} draws x {MONTHS} months"


def part(job: Job, runs: np.ndarray) -> Job:
    """Some runs of a chunk."""
    params = {name: value[..., runs] if value.shape[-1] > 1 else value for name, value in job.params.items()}
    return job._replace(params=params, draw=job.draw[runs], luck=job.luck[runs], theories=job.theories[:, runs])


def armed(state: State, more: float) -> State:
    """The first day again, with `more` counter-heavy weapons on side 1 in the second half of the runs."""
    counter = np.array(state.counter)
    counter[0, counter.shape[1] // 2 :] += np.float32(more)
    return state._replace(counter=counter)


def monotone() -> list[Line]:
    """Draw by draw: no more dead of side 1 and no less ground, with a fixed path of everything but the fighting."""
    war = quiet_war()
    job = war.job("nothing", "inertia", {"bargain.hazard": 0.0})  # the ground of a settled war is no longer fought over
    free, told = paths(war.kernel, job)
    runs = np.tile(np.arange(RUNS) * (len(job.draw) // RUNS), 2)
    job = part(job, runs)
    stage, state = begin(war.kernel, job)
    state = armed(state, 0.2)
    dead = np.zeros(2 * RUNS)
    for month in range(MONTHS):

        def then(path: Array, month: int = month) -> np.ndarray:
            return np.asarray(path)[month][..., runs]

        script = Script(
            then(free.support),
            then(free.regime),
            then(free.age),
            then(free.terms),
            then(free.pledged),
            then(free.attacking),
            then(told.probing),
            then(told.flags.truce_began),
            then(told.flags.truce_broke),
        )
        vary = Variation(quiet=True, hold=True, script=script)
        state, report = play(war.kernel, stage, job, state, month, month_luck(war.kernel, job, month), vary)
        dead += 1000 * np.asarray(report.killed)[0]
    ground = np.asarray(logit_held(war.kernel.cast, state.ground))[0]
    fewer, more = dead[:RUNS] - dead[RUNS:], ground[RUNS:] - ground[:RUNS]
    return [
        none(
            "open loop: draws in which more counter-heavy weapons of side 1 do not mean fewer of its dead",
            (fewer <= 0).sum(),
            SOURCE,
        ),
        none("open loop: draws in which they do not mean more ground", (more <= 0).sum(), SOURCE),
    ]

"""What half a year of reports would say of the theories: a named observation, as a matrix of messages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.decision.information import Observation, observation_from_sample
from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.questions.options import RunOptions
from countermove.questions.readers.messages import messages
from countermove.questions.run.run import Study

MONTHS = 6
RUNS = 1024  # of each theory, half to learn from and half to judge by
NAME = "six more months of reports"


def six_months(study: Study, strategy: str, theories: Sequence[str], options: RunOptions) -> Observation:
    """The messages "looks like THEORY" that a classifier gives after the first months under a strategy, and how often under each truth.

    It sees what the owner sees month by month: reported deaths, truces, offensives, the rival's rung as reported, requests. It learns on
    half of the draws and is judged on the others.
    """
    program = study.program
    engine, cast = Engine(program), program.cast
    rivals = [cast.patrons[j] for j in cast.enemies[0]]
    wanted = [Quantity("", what, True) for what in ("deaths", "truce-begins", "truce-breaks", "talks")]
    wanted += [Quantity(side, "attacks", True) for side in cast.sides] + [Quantity(name, "rung", True) for name in rivals]
    wanted += [Quantity(cast.sides[0], what, True) for what in ("asks", "balance", *(("held",) if cast.territory else ()))]
    runs = min(RUNS, study.draws.size)
    batch = Batch(study.draws, 1, runs)

    def work(theory: str) -> NDArray[np.float32]:
        found = series(engine, batch, Task(strategy, theory, 0), wanted)[:, : min(MONTHS + 1, cast.months)]
        return found.reshape(-1, found.shape[-1]).T  # [runs, features]

    rows = np.concatenate(list(options.executor.map(work, list(theories))))
    truth = np.repeat(np.arange(len(theories)), runs)
    learns = np.tile(np.arange(runs) % 2 == 0, len(theories))
    true, message = messages(rows, truth, learns)
    names = [f"they look like {theory}" for theory in theories]
    return observation_from_sample(NAME, theories, names, (true, message))

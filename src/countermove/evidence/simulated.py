"""Records that could have been: the replay simulated under every theory, seen through the channels and the gaps of a real record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.engine.draws import prior_draws
from countermove.engine.run import CHUNK, Engine, Executor, Plan, Progress
from countermove.evidence.features import Columns, columns, features
from countermove.evidence.glimpse import sampled, tame
from countermove.evidence.observed import Observations, Seen
from countermove.evidence.watch import glimpses, with_december
from countermove.rng.seeds import stream_of
from countermove.world.channel import CHANNEL

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Simulated:
    """`features` [N, F] of N records; `theory` [N] the number of the theory that made each; `support` [N, T] what the patron really gave."""

    theories: tuple[str, ...]
    features: Floats
    theory: NDArray[np.int64]
    columns: Columns
    support: Floats


def simulated(
    engine: Engine,
    data: Observations,
    executor: Executor,
    *,
    records: int,
    seed: int,
    theories: Sequence[str] = (),
    progress: Progress | None = None,
) -> Simulated:
    """`records` of each theory (rounded up to whole chunks), each from its own draw of the priors and its own luck.

    All theories share draws and luck, so `seed` must differ between records to learn from and records to be judged on.
    """
    names = tuple(theories) or engine.program.theory_names
    chunks = -(-records // CHUNK)
    plan = Plan(prior_draws(engine.program, chunks * CHUNK, seed), 1, CHUNK)
    strategy = engine.program.strategy_names[0]
    tasks = [(number, chunk) for number in range(len(names)) for chunk in range(chunks)]
    values, known = tame(data)
    watched = (*data.seen, Seen(CHANNEL["support"], engine.program.rival))

    def work(task: tuple[int, int]) -> tuple[Floats, Floats]:
        number, chunk = task
        runs = chunk * CHUNK + np.arange(CHUNK)
        job = with_december(engine, engine.job(plan, strategy, names[number], runs))
        truth = np.asarray(glimpses(engine.kernel, job, watched))
        truth, support = truth[:, :-1], truth[:, -1].T
        generator = stream_of(seed, number * 65_536 + chunk)
        seen = sampled({name: np.asarray(value) for name, value in job.params.items()}, data.seen, truth, generator)
        return features(data, np.where(known[:, :, None] > 0, seen, values[:, :, None])), support

    parts = list(executor.map(work, tasks, progress=progress))
    theory = np.repeat([number for number, _ in tasks], CHUNK)
    found, support = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Simulated(names, found, theory, columns(data), support)

"""Records that could have been: the replay simulated under every theory, seen through the channels and the gaps of a real record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.engine.draws import prior_draws
from countermove.engine.run import Batch, Engine, Executor, Task
from countermove.evidence.observation_model import filter_arrays, sample_data
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.evidence.watch import channel_paths
from countermove.questions.weigh.features import FeatureColumns, feature_columns, features
from countermove.rng.seeds import stream_of
from countermove.world.channel import CHANNEL
from countermove.world.shapes import checked

Floats = NDArray[np.float32]
BLOCK = 4096  # records are made in so many at once: which errors a record has hangs on its block


@dataclass(frozen=True)
class SimulatedRecords:
    """F `features` of N records; the number of the `theory` that made each; `support` that the patron really gave in T months."""

    theories: tuple[str, ...]
    features: Annotated[Floats, "N F"]
    theory: Annotated[NDArray[np.int64], "N"]
    columns: FeatureColumns
    support: Annotated[Floats, "N T"]

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self)


def simulate_records(engine: Engine, data: Observations, executor: Executor, *, records: int, seed: int) -> SimulatedRecords:
    """`records` of each theory (rounded up to whole blocks), each from its own draw of the priors and its own luck.

    All theories share draws and luck, so `seed` must differ between records to learn from and records to be judged on.
    """
    names = engine.program.theory_names
    chunks = -(-records // BLOCK)
    tasks = [(number, chunk) for number in range(len(names)) for chunk in range(chunks)]
    batch = _batch(engine, chunks, seed)

    def work(task: tuple[int, int]) -> tuple[Floats, Floats]:
        number, chunk = task
        values, support = _observed_chunk(engine, data, batch, names[number], (seed, number, chunk))
        return features(data, values), support

    parts = list(executor.map(work, tasks))
    theory = np.repeat([number for number, _ in tasks], BLOCK)
    found, support = (np.concatenate(part) for part in zip(*parts, strict=True))
    return SimulatedRecords(names, found, theory, feature_columns(data), support)


def _batch(engine: Engine, chunks: int, seed: int) -> Batch:
    return Batch(prior_draws(engine.program, chunks * BLOCK, seed), 1, BLOCK)


def _observed_chunk(
    engine: Engine, data: Observations, batch: Batch, theory: str, address: tuple[int, int, int]
) -> tuple[Floats, Floats]:
    """One chunk of records of a theory as `data` would have them [T, C, n], and what the patron really gave [n, T].

    `address`: seed, number of the theory and of the chunk; the errors of the data hang on them.
    """
    seed, number, chunk = address
    values, known = filter_arrays(data)
    runs = chunk * BLOCK + np.arange(BLOCK)
    task = Task(engine.program.strategy_names[0], theory, 0)
    truth = channel_paths(
        engine, batch, task, (*data.channels, ObservedChannel(CHANNEL["support"], engine.program.rival)), runs=runs
    )
    truth, support = truth[:, :-1], truth[:, -1].T
    generator = stream_of(seed, number * 65_536 + chunk)
    seen = sample_data(batch.draws.take(runs), data.channels, truth, generator)
    return np.where(known[:, :, None] > 0, seen, values[:, :, None]), support


def first_chunk(engine: Engine, data: Observations, theory: str, seed: int) -> Floats:
    """The first chunk of the records of a theory that `simulated` makes of this seed, as they are seen [T, C, n]."""
    address = (seed, engine.program.theory_names.index(theory), 0)
    return _observed_chunk(engine, data, _batch(engine, 1, seed), theory, address)[0]

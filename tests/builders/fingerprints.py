"""What a small run of the Donbas comes to, as a hash: two runs that say the same are the same in every bit."""

from __future__ import annotations

import hashlib

import numpy as np

from builders.donbas import draws, engine
from countermove.compute.local import Local
from countermove.engine.run import Batch, run

STRATEGIES, THEORIES = ("javelins", "arms-for-talks"), ("spigot", "rational")


def plan(chunk: int) -> Batch:
    return Batch(draws(512), 16, chunk, STRATEGIES, THEORIES)


def digest(outcomes: dict[tuple[str, str], np.ndarray]) -> str:
    return hashlib.sha256(b"".join(outcomes[key].tobytes() for key in sorted(outcomes))).hexdigest()


def small(chunk: int = 4096, workers: int = 2) -> str:
    return digest(dict(run(engine(), plan(chunk), Local(workers)).outcomes))

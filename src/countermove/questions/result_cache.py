"""Results kept in the cache folder as they were, under a key of everything that decides them."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib import metadata
from typing import TypeVar

import numpy as np

from countermove.engine.backend import cache_folder
from countermove.errors import StoreError
from countermove.plain import restore, text_of
from countermove.questions.provenance import versions
from countermove.store.checkpoint import Checkpoint
from countermove.store.disk import sweep_all

T = TypeVar("T")


FOLDER = "weighings"


def _shelf() -> Checkpoint:
    return Checkpoint(cache_folder() / FOLDER)


def get(what: type[T], key: str) -> T | None:
    """What is kept under the key; None where nothing is, or a version made it that knew other fields."""
    piece = _shelf().get(key)
    if piece is None:
        return None
    try:
        return restore(what, json.loads(piece["json"].tobytes()))
    except StoreError:
        return None


def put(key: str, thing: object) -> None:
    """Keep it. A full or closed disk costs the next run its time, and nothing else."""
    with suppress(StoreError):
        sweep_all(cache_folder() / FOLDER)
        _shelf().put(key, {"json": np.frombuffer(text_of(thing).encode(), np.uint8)})


def libraries() -> dict[str, str]:
    """Versions of everything that a weighing is computed with."""
    return {**versions(), "scikit-learn": metadata.version("scikit-learn")}

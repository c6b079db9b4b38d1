"""Theories outside the engine's month: a view in which nothing is known but what a check needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from countermove.behaviour.theory import View
from countermove.world.cast import Array


def blank_view(runs: int, levels: int = 17, **known: Array) -> View:
    """A view of `runs` runs, all zeros but for `known`; the no-defeat line is absolute."""
    entries: dict[str, Any] = dict.fromkeys(View._fields, np.zeros(runs, np.float32))
    entries |= {name: np.zeros((3, runs), np.float32) for name in ("shortfalls", "supports")} | {
        "line_above_start": False,
        "levels": levels,
    }
    entries |= {name: np.asarray(value, np.float32) for name, value in known.items()}
    return View(**entries)


def float32_parameters(values: Mapping[str, float | np.ndarray]) -> dict[str, Array]:
    """Parameters in the engine's precision."""
    return {name: np.asarray(value, np.float32) for name, value in values.items()}

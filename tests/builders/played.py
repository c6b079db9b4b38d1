"""Months of a theory, played on numbers that a test has written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countermove.engine.acting import Report
from countermove.engine.draws import Draws
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import paths
from countermove.world.state import State


def changed(sampled: Draws, **values: float | list[float] | np.ndarray) -> Draws:
    """The same draws with some numbers written over (`__` for the dot, `_` for the dash); one number a role, or one for all.

    Shapes stay as they are: they decide what is compiled.
    """
    new = dict(sampled.values)
    for written, value in values.items():
        name = written.replace("__", ".").replace("_", "-")
        given = np.asarray(value, np.float32)
        new[name] = np.broadcast_to(given[..., None] if 0 < given.ndim < new[name].ndim else given, new[name].shape).copy()
    return replace(sampled, values=new)


def play(machine: Engine, strategy: str, theory: str, sampled: Draws, lucks: int = 4) -> tuple[State, Report]:
    """Every month of every run, as NumPy arrays with a leading axis of months."""
    batch = Batch(sampled, lucks, chunk=sampled.size * lucks)
    state, report = paths(machine.kernel, machine.job(batch, strategy, theory, np.arange(batch.chunk)))
    return (
        State(*(tuple(map(np.asarray, x)) if name == "past" else _plain(x) for name, x in zip(State._fields, state, strict=True))),
        Report(*(_plain(x) for x in report)),
    )


def _plain(leaf: object) -> object:
    return type(leaf)(*map(_plain, leaf)) if isinstance(leaf, tuple) else np.asarray(leaf)

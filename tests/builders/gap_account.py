"""What the silences of some runs must be: an account made month by month in NumPy from what the owner sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.engine.program import Program
from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.engine.silence_runs import NEVER
from countermove.world.expression import Expression, Name, evaluate, names
from countermove.world.plan import FREE

# thousand person-equivalents at which a rival's rung goes up, from the page of the model
EDGES = (0.05, 0.2, 0.5, 1, 1.5, 2, 3, 12)
SETTLED_OR_WORSE = ("settled", "direct-war")


@dataclass(frozen=True)
class Account:
    """What the silences of some runs must be. [T, ...] by month; C cells, R rules, n runs."""

    entered: np.ndarray  # [C, T, n]
    silent: np.ndarray  # [C, T, n]
    fired: np.ndarray  # [R, T, n]

    @property
    def month(self) -> np.ndarray:
        """Of the first silence in each cell, [C, n]."""
        return np.where(self.silent.any(axis=1), self.silent.argmax(axis=1), NEVER)

    @property
    def first(self) -> np.ndarray:
        """The cell of the first silence; in one month the first in order, [n]."""
        month = np.where(self.month == NEVER, 10_000, self.month)
        return np.where(month.min(axis=0) < 10_000, month.argmin(axis=0), NEVER)


def wanted_of(program: Program) -> list[Quantity]:
    """All names that conditions of any plan speak of, and those that say whether the war goes on."""
    cast = program.cast
    guards = [guard for plan in program.plans for guard in (*(g for g, _ in plan.rules), *(cell.guard for cell in plan.cells))]
    spoken = {(name.of, name.what) for guard in guards for name in names(guard) if name.of != FREE}
    over = {("", what) for what in SETTLED_OR_WORSE} | {(side, "collapsed") for side in cast.sides}
    return [Quantity(of, what, True) for of, what in sorted(spoken | over)]


def starts_of(machine: Engine, batch: Batch, pair: tuple[str, str], runs: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Rungs before the first month: the owner's as written, a rival's by what it gave."""
    p, cast = machine.job(batch, *pair, runs).params, machine.program.cast
    out = {(cast.patrons[0], "rung"): np.full(len(runs), cast.start_rung, np.float32)}
    for j, name in enumerate(cast.patrons[1:], 1):
        gave = p["support.start"][j] * p["patron.baseline"][j]
        out[name, "rung"] = np.broadcast_to(sum((gave > np.float32(edge)).astype(np.float32) for edge in EDGES), len(runs))
    return out


def account(machine: Engine, batch: Batch, pair: tuple[str, str], runs: np.ndarray, answers: np.ndarray) -> Account:
    """What must come of `play` with the same arguments."""
    written = next(one for one in machine.program.plans if one.name == pair[0])
    wanted = wanted_of(machine.program)
    found = series(machine, batch, Task(*pair, 0), wanted, runs=runs, answers=answers)
    seen = {(one.of, one.what): row for one, row in zip(wanted, found, strict=True)}
    starts = starts_of(machine, batch, pair, runs)

    def holds(guard: Expression) -> np.ndarray:
        def value(name: Name) -> np.ndarray:
            now = seen[name.of, name.what]
            if name.shift == 0:
                return now
            before = np.broadcast_to(starts[name.of, name.what], (-name.shift, len(runs)))
            return np.concatenate([before, now])[: len(now)]

        return np.broadcast_to(evaluate(guard, value), (machine.program.cast.months, len(runs))) != 0

    shape = (0, machine.program.cast.months, len(runs))
    fired = np.array([holds(guard) for guard, _ in written.rules]).reshape(-1, *shape[1:])
    held = np.array([holds(cell.guard) for cell in written.cells])
    before = np.concatenate([np.zeros_like(held[:, :1]), held[:, :-1]], axis=1)
    lasting = np.array([cell.lasting for cell in written.cells])[:, None, None]
    entered = held & ~(before & lasting)
    over = np.zeros(shape[1:], bool)
    for (_, what), row in seen.items():
        over |= (row != 0) if what in (*SETTLED_OR_WORSE, "collapsed") else False
    months = np.arange(shape[1])
    moved = np.isin(months, [at for at, _ in written.moves])[:, None]
    silent = entered & ~moved & ~fired.any(axis=0) & ~over
    answered = [at for at, command in written.moves if command.answer is not None and isinstance(at, int)]
    standing = months >= min(answered, default=shape[1])
    request = np.array([cell.request for cell in written.cells])[:, None, None]
    return Account(entered, silent & ~(request & standing[None, :, None]), fired)

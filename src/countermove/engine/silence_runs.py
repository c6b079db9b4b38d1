"""Runs of plans with cells: measures as ever, and where each run was first silent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from countermove.engine.months import Job, Kernel, Passed, months
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import tallied
from countermove.engine.step import Stage
from countermove.engine.tally import Tally, empty, measures
from countermove.errors import CompileError
from countermove.world.cast import Array
from countermove.world.shapes import checked
from countermove.world.state import NONE

NEVER = -1


class Answered(NamedTuple):
    """What came of n runs. C cells, R rules (of the longest plan; 0 beyond a plan's own)."""

    measures: Annotated[NDArray[np.float32], "M n"]  # in the order of MEASURES
    first: Annotated[NDArray[np.int32], "n"]  # cell of the first silence, NEVER where there was none
    month: Annotated[NDArray[np.int32], "C n"]  # month from 0 of the first silence in each cell, NEVER where there was none
    silences: Annotated[NDArray[np.float32], "C n"]  # how often the plan was silent in each cell
    entered: Annotated[NDArray[np.float32], "C n"]  # how often the cell was entered
    fired: Annotated[NDArray[np.float32], "R n"]  # months in which each rule's guard held
    together: Annotated[NDArray[np.float32], "Q n"]  # months in which both guards of a pair of rules held


class _Kept(NamedTuple):
    first: Array
    month: Array
    silences: Array
    entered: Array
    fired: Array
    together: Array


def play(
    engine: Engine,
    batch: Batch,
    pair: tuple[str, str],
    runs: NDArray[np.int64],
    answers: NDArray[np.float32],
    pairs: tuple[tuple[int, int], ...] = (),
) -> Answered:
    """The given runs (draw * lucks + luck) of one pair of strategy and theory, each under its own answers [C, n].

    Raises CompileError where a rule of the strategy is not in the place of its number, and would be counted as another.
    """
    written = next(one for one in engine.program.plans if one.name == pair[0])
    places = engine.kernel.book.places(written)
    if places is None or places[1] != list(range(len(written.rules))):
        raise CompileError(f"the rules of {pair[0]} cannot be counted beside those of the file")
    job = engine.job(batch, *pair, runs)
    job = job._replace(params={**job.params, "answers": answers})
    found = Answered(*(np.asarray(part) for part in cast(tuple[Array, ...], _play(engine.kernel, job, pairs))))
    checked(found, C=len(engine.kernel.book.cells), n=len(runs), Q=len(pairs))
    return found


def joined(parts: Sequence[Answered], runs: int) -> Answered:
    """Parts as one, cut to so many runs."""
    rows: list[Any] = [np.concatenate(row, axis=-1)[..., :runs] for row in zip(*parts, strict=True)]
    return Answered(*rows)


@partial(jax.jit, static_argnames=("kernel", "pairs"))
def _play(kernel: Kernel, job: Job, pairs: tuple[tuple[int, int], ...]) -> Any:
    def keep(stage: Stage, kept: tuple[Tally, _Kept], month: Passed) -> Any:
        return (tallied(kernel, job, stage, kept[0], month), _noted(kernel, kept[1], month, pairs)), None

    n = job.draw.shape[0]
    war = months(kernel, job, (empty(n), _blank(kernel, n, len(pairs))), keep)
    sums, kept = war.kept
    return measures(kernel.cast, sums, war.end, war.first), *kept


def _blank(kernel: Kernel, n: int, pairs: int) -> _Kept:
    cells, rules = len(kernel.book.cells), kernel.book.rules
    return _Kept(
        jnp.full(n, NEVER, jnp.int32),
        jnp.full((cells, n), NEVER, jnp.int32),
        jnp.zeros((cells, n), jnp.float32),
        jnp.zeros((cells, n), jnp.float32),
        jnp.zeros((rules, n), jnp.float32),
        jnp.zeros((pairs, n), jnp.float32),
    )


def _noted(kernel: Kernel, kept: _Kept, month: Passed, pairs: tuple[tuple[int, int], ...]) -> _Kept:
    """The books after a month: which cells were entered, in which of them the plan was silent, which rules held."""
    cells, rules = kernel.book.cells, kernel.book.rules
    before, after, index = month.before, month.after, month.row["index"]
    held, was, fired = after.fired[rules:], before.fired[rules:], after.fired[:rules]
    lasting = jnp.asarray([cell.lasting for cell in cells])[:, None]
    request = jnp.asarray([cell.request for cell in cells])[:, None]
    entered = jnp.where(lasting, held * (1 - was), held)
    mute = entered * month.report.silent * jnp.where(request, after.orders.answer == NONE, True)
    place = kept.first * 0
    for number in reversed(range(len(cells))):
        place = jnp.where(mute[number] > 0, number, place)
    new = (kept.first == NEVER) & (sum(mute) > 0)  # no sum over an axis: docs/decisions/0002-chunks-on-threads.md
    both = [fired[i] * fired[j] for i, j in pairs]
    return _Kept(
        jnp.where(new, place, kept.first),
        jnp.where((kept.month == NEVER) & (mute > 0), index.astype(jnp.int32), kept.month),
        kept.silences + mute,
        kept.entered + entered,
        kept.fired + fired,
        kept.together + jnp.stack(both) if both else kept.together,
    )

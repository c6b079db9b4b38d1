"""When to leave a strategy, and on what sign: one change of course played for every sign and every other strategy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from countermove.decision.objective import worth_of
from countermove.decision.robust import Values
from countermove.engine.course_runs import NEVER, Courses, alike, play
from countermove.engine.points import standard
from countermove.engine.program import Program
from countermove.engine.run import Batch
from countermove.errors import DecisionError
from countermove.questions.explore.pathways import CourseRuns, Pathways, pathways
from countermove.questions.options import RunOptions
from countermove.questions.run.run import Study
from countermove.world.expression import Expression, text

DRAWS = 1024
Floats = NDArray[np.float64]


def signs_of(program: Program) -> dict[str, Expression]:
    """What may be seen, by its words: the standard partition, and conditions of the scenario's contingencies that are not in it."""
    found = {text(cell.guard): (cell.ask, cell.guard) for cell in standard(program)}
    for name, row in program.scenario.contingencies.items():
        found.setdefault(text(row.if_), (f"“{program.titles.contingency(name)}” begins to hold", row.if_))
    return dict(found.values())


def pathways_of(study: Study, values: Values, follow: str, options: RunOptions) -> Pathways:
    """Judge one change of course from a strategy, at each sign, to each other strategy of the study.

    Raises DecisionError where there is nothing to change to.
    """
    plans = {plan.name: plan for plan in study.program.plans}
    others = [name for name in values.strategies if name != follow]
    fitting = [name for name in others if alike(plans[follow], plans[name])]
    if not fitting:
        raise DecisionError(f"no other strategy does as {values.titles.say_strategy(follow)} does where no rule speaks")
    signs = signs_of(study.program)
    courses = Courses.of(study.program, follow, fitting, tuple(signs.values()))
    size = min(DRAWS, study.draws.size)
    field = Field(study, values, courses, Batch(study.draws, 1, min(size, options.chunk)), size)
    month, change = zip(*options.executor.map(field.played, values.theories), strict=True)
    seen = CourseRuns(tuple(signs), tuple(fitting), np.stack(month, axis=1), np.stack(change, axis=2))
    left = [
        f"{values.titles.say_strategy(name)} (it does something else where no rule speaks)"
        for name in others
        if name not in fitting
    ]
    matters = study.program.scenario.objective.matters if study.program.scenario.objective is not None else 0.0
    return pathways(follow, seen, field.part, matters, left)


class Field:
    """The first draws of a study, each with one luck, on which courses are played."""

    def __init__(self, study: Study, values: Values, courses: Courses, batch: Batch, size: int) -> None:
        self.study, self.courses, self.batch, self.size = study, courses, batch, size
        weight = values.weight[:size] / values.weight[:size].sum()
        self.part = Values(
            values.strategies,
            values.theories,
            values.by_draw[..., :size],
            values.shares,
            weight,
            values.scramble[:size],
            titles=values.titles,
        )

    def played(self, theory: str) -> tuple[NDArray[np.int32], Floats]:
        """When each sign is first seen [S, D], and what each change is worth [S, B, D], under a theory."""
        draw = np.arange(self.size)
        base, month = self._run(theory, draw, np.zeros(self.size, np.int64), np.full(self.size, NEVER))
        signs, others = len(self.courses.signs), len(self.courses.others)
        seen = month > 0
        sign, other, run = np.nonzero(np.broadcast_to(seen[:, None, :], (signs, others, self.size)))
        changed, _ = self._run(theory, run, other, month[sign, run].astype(np.int64))
        out = np.zeros((signs, others, self.size))
        out[sign, other, run] = changed - base[run]
        return np.where(seen, month, NEVER), out

    def _run(
        self, theory: str, run: NDArray[np.int64], other: NDArray[np.int64], month: NDArray[np.int64]
    ) -> tuple[Floats, NDArray[np.int32]]:
        """Points [n] and months of the signs [S, n] of runs that change course."""
        objective = self.study.program.scenario.objective
        worth, first = [np.zeros(0)], [np.zeros((len(self.courses.signs), 0), np.int32)]
        for own in _pieces(len(run), self.batch.chunk):
            numbers = self.courses.numbers(other[own], month[own])
            table, begun = play(self.courses, self.batch, theory, run[own], numbers)
            kept = min(self.batch.chunk, len(run) - int(own[0]))
            worth.append(worth_of(table, objective, "a change of course")[:kept])
            first.append(begun[:, :kept])
        return np.concatenate(worth), np.concatenate(first, axis=1)


def _pieces(total: int, chunk: int) -> Iterator[NDArray[np.int64]]:
    """Places in chunks of one size; the last is filled up with the last place."""
    for first in range(0, total, chunk):
        yield np.minimum(first + np.arange(chunk), total - 1)

"""The difference of two strategies as a function of the uncertain numbers and the theory, for designs that choose their own points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.decision.objective import worth_of
from countermove.engine.draws import columns, dimensions, draws_at
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes
from countermove.questions.explore.effects import Effect
from countermove.questions.explore.inputs import Input
from countermove.questions.options import RunOptions
from countermove.questions.run.run import Study

Floats = NDArray[np.float64]
LUCKS = 8  # the same at all points
NAMED = 4  # blocks of numbers that are told apart, beside the theory and the rest
THEORY, REST = "the theory", "all else"


def blocks(program: Program, inputs: Sequence[Input], effects: Sequence[Effect]) -> Mapping[str, tuple[int, ...]]:
    """The columns of a point by block: the blocks whose numbers matter most each for itself, the theory (the last column), and all else."""
    strength: dict[str, float] = {}
    for one, effect in zip(inputs, effects, strict=True):
        strength[one.block] = strength.get(one.block, 0.0) + max(effect.first.value, 0.0)
    named = sorted(strength, key=lambda block: -strength[block])[:NAMED]
    whole = dimensions(program)
    out: dict[str, list[int]] = {name: [] for name in named}
    for name, priors in program.priors.items():
        block = name.partition(".")[0]
        for place in range(len(priors)) if block in out else ():
            out[block] += columns(program, name, place)
    out[THEORY] = [whole]
    taken = {at for rows in out.values() for at in rows}
    out[REST] = [at for at in range(whole) if at not in taken]
    return {name: tuple(rows) for name, rows in out.items() if rows}


def response(study: Study, names: tuple[str, str], options: RunOptions) -> Callable[[Floats], Floats]:
    """Points of the first strategy less those of the second at points of the unit cube [N, dimensions + 1]; the last column is the theory.

    Every point has the same lucks, so that the result is a function of the point alone.
    """
    program = study.program
    engine = Engine(program)
    theories = [name for name in study.runs.theories if study.findings.weights[name] > 0]
    edges = np.cumsum([study.findings.weights[name] for name in theories])
    objective = program.scenario.objective

    def asked(x: Floats) -> Floats:
        place = np.minimum(np.searchsorted(edges / edges[-1], x[:, -1], side="right"), len(theories) - 1)
        draws = draws_at(program, x[:, :-1], study.runs.seed)
        batch = Batch(draws, LUCKS, options.chunk)
        pieces: list[tuple[NDArray[np.int64], str, str]] = []
        for t, theory in enumerate(theories):
            runs = (np.flatnonzero(place == t)[:, None] * LUCKS + np.arange(LUCKS)).ravel()
            for first in range(0, len(runs), options.chunk):
                pieces += [(runs[first : first + options.chunk], name, theory) for name in names]

        def work(piece: tuple[NDArray[np.int64], str, str]) -> Floats:
            runs, name, theory = piece
            full = np.append(runs, np.full(options.chunk - len(runs), runs[-1]))
            job = engine.job(batch, name, theory, full)
            job = job._replace(draw=np.zeros(len(full), np.uint32))  # the same luck at every point
            return worth_of(np.asarray(outcomes(engine.kernel, job)[0]), objective, name)[: len(runs)]

        out = np.zeros(len(x))
        for (runs, name, _), worth in zip(pieces, options.executor.map(work, pieces), strict=True):
            np.add.at(out, runs // LUCKS, (worth if name == names[0] else -worth) / LUCKS)
        return out

    return asked

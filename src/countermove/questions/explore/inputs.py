"""The uncertain numbers of a study as columns: what explains a difference, where a plan fails, what a reader would have to believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from countermove.decision.boxes import Column
from countermove.engine.draws import Draws, columns
from countermove.engine.program import Program
from countermove.questions.assumptions import number_of, read_by_runs

Group = Literal["judgement", "record"]


@dataclass(frozen=True)
class Input:
    """One uncertain number of one actor (`where`; "" for the world): its value in every draw [D], and whether it rests on judgement or on a
    source."""

    name: str
    place: int
    where: str
    column: Column
    values: NDArray[np.float64]
    group: Group
    doc: str

    @property
    def block(self) -> str:
        """Which part of the model it belongs to: the word before the point."""
        return self.name.partition(".")[0]


def uncertain(program: Program, draws: Draws) -> tuple[Input, ...]:
    """Every number of one coordinate that some run reads and that differs between draws, in the order of the program; of numbers that are the
    same in every draw (one taken from the other) the first."""
    out: list[Input] = []
    for name, priors in program.priors.items():
        values = draws.values[name]
        for place, prior in enumerate(priors):
            if len(columns(program, name, place)) != 1 or not read_by_runs(program, name, place):
                continue
            row = np.asarray(values if values.ndim == 1 else values[place], np.float64)
            if row.ndim != 1 or np.ptp(row) == 0 or any(np.array_equal(row, other.values) for other in out):
                continue
            parameter = number_of(program, name)
            actors = {"world": (), "side": program.cast.sides, "patron": program.cast.patrons}[parameter.per]
            where = program.titles.actor(actors[place]) if actors else ""
            label = f"{name} of {where}" if where else name
            title = f"{parameter.doc} ({where})" if where else parameter.doc
            group: Group = "judgement" if prior.source.strip().lower().startswith("judgement") else "record"
            out.append(
                Input(name, place, where, Column(label, prior.unit or parameter.prior.unit, title=title), row, group, parameter.doc)
            )
    return tuple(out)

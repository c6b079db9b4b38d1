"""A small war looked at ahead, once for all tests of a process."""

from __future__ import annotations

from functools import cache

import numpy as np

from builders.places import SMALL_FILE
from builders.wars import compiled
from countermove.games.in_the_war import RivalPolicy
from countermove.questions.options import silent
from countermove.questions.solve.look_ahead import LookAhead, SolveOptions

SMALL = SolveOptions(draws=64, lucks=4, samples=8, shortfall=4, types=2, support=(0.5, 1.0, 1.5, 2.0))


@cache
def small_ahead() -> LookAhead:
    """The small war in four bins of shortfall."""
    return LookAhead(compiled(SMALL_FILE), SMALL, silent)


def answers_rungs(up: int) -> RivalPolicy:
    """A rival who gives his baseline, but another of his levels of support where the owner stands above its first rung."""
    made = small_ahead().made
    rung = made.bins.places(made.states)["own rung"]
    play = np.zeros((made.game.months, len(made.states), 1, len(made.moves.rival), len(made.stakes)))
    play[:, np.arange(len(made.states)), 0, np.where(rung > 0, up, made.moves.rival.index(1.0))] = 1
    return RivalPolicy(f"{made.moves.rival[up]:g} against arms", play)

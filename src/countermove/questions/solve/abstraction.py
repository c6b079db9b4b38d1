"""How well the game stands for the war: the abstraction gap of every plan under every theory, and again with finer bins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from countermove.games.gap import gap_of
from countermove.games.in_the_war import Played, play
from countermove.questions.solve.finding import GapFound, MeanError, SizeTried
from countermove.questions.solve.look_ahead import FINER, LookAhead

Runs = Mapping[str, Mapping[str, Played]]
"""What was played of each plan under each theory."""


def gaps_of(ahead: LookAhead, runs: Runs) -> tuple[GapFound, ...]:
    """The abstraction gap of every plan under every theory, each in the plan's own game."""
    rows: list[GapFound] = []
    for number, (strategy, theories) in enumerate(runs.items()):
        for theory, seen in theories.items():
            one = gap_of(ahead.own_games[strategy], seen, points_only=True)
            value = one.value
            simulator, game = MeanError(value.simulator, value.simulator_error), MeanError(value.game, value.game_error)
            rows.append(GapFound(strategy, theory, simulator, game, one.outside, one.beyond_reach))
        ahead.progress("the game beside the war", number + 1, len(runs))
    return tuple(rows)


def finer(ahead: LookAhead, turn: int = FINER) -> LookAhead:
    """The same war with bins twice as fine so many times. Sizing the finest games first refuses what is too large before anything is made."""
    return LookAhead(
        ahead.program, replace(ahead.options, shortfall=ahead.options.shortfall * 2**turn, thorough=False), ahead.progress
    )


def finer_sizes(ahead: LookAhead, gaps: tuple[GapFound, ...]) -> tuple[SizeTried, ...]:
    """The size of the gaps, and what it is with twice and four times as many bins."""
    rows = [_size(ahead, gaps)]
    for turn in range(1, FINER + 1):
        look = finer(ahead, turn)
        runs = {
            name: {theory: play(look.own_games[name], name, theory, look.options.lucks) for theory in ahead.weights}
            for name in ahead.strategies
        }
        rows.append(_size(look, gaps_of(look, runs)))
        look.shelf.finish()
    return tuple(rows)


def _size(ahead: LookAhead, gaps: tuple[GapFound, ...]) -> SizeTried:
    found = [abs(one.gap.mean) for one in gaps]
    error = float(np.mean([one.gap.se for one in gaps]))
    states = sum(len(made.states) for made in ahead.own_games.values())
    return SizeTried(f"{ahead.options.shortfall} of shortfall", states, float(np.mean(found)), error, max(found))

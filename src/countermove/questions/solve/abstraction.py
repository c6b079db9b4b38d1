"""How well the games stand for the war: the abstraction gap of every plan under every theory in its own game, and again with finer bins; and that
of every plan against the equilibrium's rival in the general game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from countermove.games.extract import Extraction
from countermove.games.gap import gap_of
from countermove.games.in_the_war import Played, play
from countermove.questions.solve.finding import GapFound, MeanError, SizeTried, left_by_sampling, mean_size, worst_of
from countermove.questions.solve.look_ahead import FINER, LookAhead

Runs = Mapping[str, Mapping[str, Played]]
"""What was played of each plan under each theory."""


def gaps_of(ahead: LookAhead, runs: Runs) -> tuple[GapFound, ...]:
    """The abstraction gap of every plan under every theory, each in the plan's own game."""
    rows: list[GapFound] = []
    for number, (strategy, theories) in enumerate(runs.items()):
        for theory, seen in theories.items():
            rows.append(gap_found(ahead.own_games[strategy], strategy, theory, seen))
        ahead.progress("the game beside the war", number + 1, len(runs))
    return tuple(rows)


def general_gaps_of(ahead: LookAhead, settled: Mapping[str, Played]) -> tuple[GapFound, ...]:
    """That of every plan against the equilibrium's rival, in the game of all plans."""
    return tuple(gap_found(ahead.made, strategy, seen.rival, seen) for strategy, seen in settled.items())


def gap_found(made: Extraction, strategy: str, theory: str, seen: Played) -> GapFound:
    """The gap of what was played."""
    one = gap_of(made, seen, points_only=True)
    value = one.value
    simulator, game = MeanError(value.simulator, value.simulator_error), MeanError(value.game, value.game_error)
    return GapFound(strategy, theory, simulator, game, MeanError(value.gap, value.error), one.outside, one.beyond_reach)


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
    games = ahead.own_games.values()
    bins = sorted({next(axis.bins for axis in made.bins.axes if axis.name == "shortfall") for made in games})
    says = f"{bins[0]} to {bins[-1]}" if bins[0] < bins[-1] else f"{bins[0]}"
    worst = worst_of(gaps).gap
    return SizeTried(
        f"{says} of shortfall",
        sum(len(made.states) for made in games),
        mean_size(gaps),
        left_by_sampling(gaps),
        MeanError(abs(worst.mean), worst.se),
    )

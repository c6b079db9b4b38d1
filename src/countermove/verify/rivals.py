"""Classics of conflict as games in our own form, solved by our own solvers, beside the numbers that are printed of them."""

from __future__ import annotations

from collections.abc import Iterator

from countermove.games.classic_row import Classic, solve_classic
from countermove.games.classics import CLASSICS
from countermove.games.gain import gains
from countermove.verify.line import Line, near, none

GAIN = 1e-6  # points that a deviation may gain where an equilibrium is claimed


def classics() -> list[Line]:
    """Every number that is known of a classic, each from the game's own solution; and what a deviation from that solution gains."""
    return [line for row in CLASSICS for line in _lines(row)]


def _lines(row: Classic) -> Iterator[Line]:
    grid = row.verified
    game = row.game(grid)
    behaviour = solve_classic(row, grid)
    for number in row.numbers:
        yield near(f"{row.name}: {number.what}", number.expected, number.measured(game, behaviour), number.within, row.source)
    if row.how != "subgame" and row.precision is None:  # what is solved from the ends to the root compares all replies by itself
        most = max(gain.points for gain in gains(game, behaviour))
        yield none(
            f"{row.name}: gain from deviating", max(most, 0.0), "the best reply to what the others do, found by recursion", GAIN
        )

"""Games made of small wars, once for all tests of a process."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from builders.places import SMALL_FILE
from builders.wars import compiled
from countermove.decision.objective import worth_of
from countermove.games.bins import Sizes
from countermove.games.board import Board
from countermove.games.extract import Effort, Extraction, Extractor
from countermove.games.samples import Moves

COARSE = Sizes(balance=1, shortfall=1, will=1)
FINE = Sizes(balance=1, shortfall=8, will=1)
DATE = 2  # the month in which `arm` ships
MOVES = Moves((3, 4), (0.5, 1.0, 1.5))


def small_board(seed: int = 0) -> Board:
    """The small war, on a board of 1024 runs."""
    program = compiled(SMALL_FILE)

    def worth(table: object) -> object:
        return worth_of(table, program.scenario.objective, "small")  # type: ignore[arg-type]

    return Board(program, worth, draws=64, seed=seed, lanes=1024, outcomes=("deaths", "cost"))  # type: ignore[arg-type]


def small_extractor(sizes: Sizes = COARSE, moves: Moves = MOVES, seed: int = 0) -> Extractor:
    """How the small war is made a game in these tests."""
    return Extractor(small_board(seed), moves, sizes, Effort(8, wandering=1))


@cache
def small_game(sizes: Sizes = COARSE) -> Extraction:
    """The small war as a game."""
    return small_extractor(sizes).extract()


@cache
def own_game(plan: str) -> Extraction:
    """A plan's own game of the small war, cut at the date of `arm`."""
    made = small_extractor(replace(FINE, plan=True, cuts=(DATE,)), Moves(tuple(range(9)), MOVES.rival, plan=plan))
    return replace(made, effort=Effort(64, wandering=1)).extract()


@cache
def careful_game(sizes: Sizes) -> Extraction:
    """The same from more worlds of each state, found by more wandering."""
    return replace(small_extractor(sizes), effort=Effort(128, wandering=4)).extract()

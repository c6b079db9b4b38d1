"""A row of the table of classics, and how the numbers that are known of a game are read from everybody's behaviour in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from countermove.errors import SolveError
from countermove.games.form import Game, Play
from countermove.games.played_out import chance_of, mean_move, payoffs
from countermove.games.qre import NoEquilibrium, respond, solve
from countermove.games.subgame import backward_induction
from countermove.games.zero_sum import zero_sum

How = Literal["lp", "subgame", "qre"]
"""By linear programme; from the ends to the root; by quantal response, at a precision or in its limit."""
Measured = Callable[[Game, Play], float]


@dataclass(frozen=True)
class Number:
    """One thing that is known of the answer: its number, how it is read from a game and everybody's behaviour, how near the finest grid comes."""

    what: str
    expected: float
    measured: Measured
    within: float


@dataclass(frozen=True)
class Classic:
    """A row. `game` takes a grid of `grids`, from coarse to fine (1 where there is none); `precision` is of the quantal response: None, its limit."""

    name: str
    source: str
    how: How
    game: Callable[[int], Game]
    grids: tuple[int, ...]
    numbers: tuple[Number, ...]
    precision: float | None = None

    @property
    def verified(self) -> int:
        """The grid at which it is checked: the finest."""
        return self.grids[-1]


def solve_classic(row: Classic, grid: int) -> Play:
    """Everybody's behaviour in a row's game at a grid. Raises SolveError where the solver does, or where a limit is no equilibrium."""
    if row.how == "lp":
        return zero_sum(row.game(grid)).behaviour
    if row.how == "subgame":
        return backward_induction(row.game(grid)).behaviour
    if row.precision is not None:
        return respond(row.game(grid), [row.precision])[0].play
    found = solve(row.game(grid), starts=0).principal
    if isinstance(found, NoEquilibrium):
        raise SolveError(found.why, where=row.name)
    return found.play


def without_grid(game: Callable[[], Game]) -> Callable[[int], Game]:
    """A row's game that is the same at every grid."""
    return lambda _: game()


def gets(who: int) -> Measured:
    """What a player gets on average."""
    return lambda game, behaviour: payoffs(game, behaviour)[who]


def takes(action: str) -> Measured:
    """The probability that somebody takes an action."""
    return lambda game, behaviour: chance_of(game, behaviour, action)


def mean(knows: str, plus: float = 0.0) -> Measured:
    """The mean of what is chosen at an information set."""
    return lambda _, behaviour: plus + mean_move(behaviour, knows)


def probability(knows: str, action: str) -> Measured:
    """The probability of an action at an information set, reached or not."""
    return lambda _, behaviour: behaviour[knows].get(action, 0.0)

"""The policy game: written plans of the owner as rows, policies of the rival as columns, and what each pair is worth to both in a compiled war."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.backward import check_game
from countermove.games.form import End, Game, Move
from countermove.games.policy_gain import sum_over_ways
from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]
ROWS = 1024  # states at once


@dataclass(frozen=True)
class Bimatrix:
    """Two players who choose at once, R rows and C columns by name, and the points of each.

    Raises SolveError where names or payoffs do not fit one another, two rows or columns have one name, or a payoff is not finite.
    """

    players: tuple[str, str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    first: Annotated[Floats, "R C"]
    second: Annotated[Floats, "R C"]

    def __post_init__(self) -> None:
        for names in (self.players, self.rows, self.columns):
            if not names or len(set(names)) < len(names):
                raise SolveError(f"players, rows and columns need a name each: {', '.join(names) or 'none'}", where="table")
        shape = (len(self.rows), len(self.columns))
        if self.first.shape != shape or self.second.shape != shape:
            raise SolveError(f"payoffs of the shapes {self.first.shape} and {self.second.shape} are no {shape}", where="table")
        if not (np.isfinite(self.first).all() and np.isfinite(self.second).all()):
            raise SolveError("a payoff is not finite", where="table")

    def game(self) -> Game:
        """The same as a tree: the second moves without seeing the first's choice."""
        ends = {
            row: {
                column: End((float(self.first[r, c]), float(self.second[r, c]))) for c, column in enumerate(self.columns)
            }
            for r, row in enumerate(self.rows)
        }  # fmt: skip
        first, second = self.players
        return Game(self.players, Move(first, first, {row: Move(second, second, replies) for row, replies in ends.items()}))


def policy_game(
    game: StochasticGame,
    plans: Mapping[str, Annotated[Floats, "M S A"]],
    policies: Mapping[str, Annotated[Floats, "M S B K"]],
) -> Bimatrix:
    """What each plan against each policy is worth from the start of the war, in points; the rival's mean over his types.

    Raises SolveError without a plan or a policy, or where one is no probability over the moves that there are.
    """
    check_game(game)
    months, states, types = game.months, len(game.start), len(game.types)
    for name, plan in plans.items():
        _check(plan, (months, states, len(game.owner_moves)), game.owner_may, name)
    for name, policy in policies.items():
        _check(policy, (months, states, len(game.rival_moves), types), game.rival_may[..., None], name)
    worth = np.array(
        [[_worth(game, plan, policy) for policy in policies.values()] for plan in plans.values()], dtype=np.float64
    ).reshape(len(plans), len(policies), 2)
    return Bimatrix((game.owner, game.rival), tuple(plans), tuple(policies), worth[..., 0], worth[..., 1])


def _worth(game: StochasticGame, plan: Floats, policy: Floats) -> tuple[float, float]:
    """What the owner gets, and the rival on the average over his types."""
    states, types = len(game.start), len(game.types)
    owner, rival = np.repeat(game.owner_last[:, None], types, axis=1), game.rival_last.T.copy()
    for month in range(game.months - 1, -1, -1):
        before = np.concatenate([owner, rival], axis=1)
        owner, rival = np.empty(owner.shape), np.empty(rival.shape)
        for first in range(0, states, ROWS):
            some = slice(first, first + ROWS)
            play = plan[month, some][:, :, None, None] * policy[month, some][:, None, :, :]  # s a b k
            coming = sum_over_ways(game.chances[some], game.following[some], before)
            owner[some] = (play * (game.owner_gets[some][..., None] + coming[..., :types])).sum(axis=(1, 2))
            gets = np.moveaxis(game.rival_gets[:, some], 0, -1)
            rival[some] = (play * (gets + coming[..., types:])).sum(axis=(1, 2))
    return float(game.start @ owner @ game.types), float(game.start @ rival @ game.types)


def _check(play: Floats, shape: tuple[int, ...], may: NDArray[np.bool_], name: str) -> None:
    """A probability over the moves that there are, in every month, state and type."""
    if play.shape != shape:
        raise SolveError(f"it has the shape {play.shape}; {shape} is what the war asks for", where=name)
    sums = play.sum(axis=2)
    if not (play >= 0).all() or not (np.abs(sums - 1) <= 1e-9).all() or (np.where(may[None], 0.0, play) > 0).any():
        raise SolveError("it is no probability over the moves that there are, in every month and state", where=name)

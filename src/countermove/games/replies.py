"""Replies to play that is fixed: a rival who re-optimises against a written plan, an owner who declares first, opponents who think a few steps ahead.

Against fixed play a month is no game: one player moves as if alone. Precision may be infinite: then the
best move is played, and equally good ones alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.backward import check_game, stage_games
from countermove.games.belief import Grid, at_start, belief_grid
from countermove.games.logit import Solved, logit_response
from countermove.games.stage import Stage, log_softmax
from countermove.games.stage_map import owner_moves_against, rival_moves_against
from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]
BATCH = 512


@dataclass(frozen=True)
class Reply:
    """How each type of the rival answers a written plan, and what both get from each state of the first month against each type."""

    rival_play: Annotated[Floats, "M S B K"]
    owner_value: Annotated[Floats, "S K"]
    rival_value: Annotated[Floats, "S K"]

    def at_start(self, game: StochasticGame) -> tuple[float, Annotated[Floats, "K"]]:
        """What the owner gets at the start, and what each type gets, in points."""
        return float(game.start @ self.owner_value @ game.types), game.start @ self.rival_value


@dataclass(frozen=True)
class Commitment:
    """The declared plan that is worth most to the owner against a rival who re-optimises, what each is worth, and that rival's reply to the best."""

    best: str
    worth: Mapping[str, float]
    reply: Reply


@dataclass(frozen=True)
class Lead:
    """The owner declares its move month by month and the rival sees it: which move in each month, state and belief, and what that is worth."""

    grid: Grid
    declared: Annotated[NDArray[np.int16], "M S G"]
    owner_value: Annotated[Floats, "S G"]
    rival_value: Annotated[Floats, "S G K"]
    missed: int

    def at_start(self, game: StochasticGame) -> tuple[float, Annotated[Floats, "K"]]:
        """What the game is worth to the owner and to each type, in points."""
        return at_start(game, self.grid, self.owner_value, self.rival_value)


@dataclass(frozen=True)
class Thinker:
    """What an opponent of one level of thinking does at every belief, and what it expects to get."""

    level: int
    owner_play: Annotated[Floats, "M S G A"]
    rival_play: Annotated[Floats, "M S G B K"]
    owner_expects: Annotated[Floats, "S G"]
    rival_expects: Annotated[Floats, "S G K"]


def reply_play(worth: Floats, may: NDArray[np.bool_], precision: float) -> Floats:
    """Logit (or best) replies over axis 2 to what moves are worth."""
    open_worth = np.where(may, worth, -np.inf)
    if np.isinf(precision):
        best = open_worth >= open_worth.max(axis=2, keepdims=True) - 1e-12
        return best / best.sum(axis=2, keepdims=True)
    return np.exp(log_softmax(np.where(may, worth * precision, -np.inf), axis=2))


def reply_to_plan(game: StochasticGame, plan: Annotated[Floats, "M S A"], precision: float) -> Reply:
    """Each type's reply to a plan that it knows and that does not change with what the owner believes.

    Raises SolveError where the plan is no probability over the moves that the owner has, or precision is negative.
    """
    check_game(game)
    _check_play(game, plan[:, :, None, :], precision)
    states, types = len(game.start), len(game.types)
    play = np.zeros((game.months, states, len(game.rival_moves), types))
    owner = np.repeat(game.owner_last[:, None], types, axis=1)
    rival = game.rival_last.T.copy()
    alone = belief_grid(1, 1)
    for month in range(game.months - 1, -1, -1):
        before, owner, rival = (owner, rival), np.empty(owner.shape), np.empty(rival.shape)
        for first in range(0, states, BATCH):
            rows = slice(first, min(first + BATCH, states))
            each = _worth_by_type(game, alone, rows, before)
            against = np.einsum("sa,sabk->sbk", plan[month, rows], each[1])
            answer = reply_play(against[:, None], game.rival_may[rows][:, None, :, None], precision)[:, 0]
            play[month, rows] = answer
            rival[rows] = (answer * against).sum(axis=1)
            owner[rows] = np.einsum("sa,sabk,sbk->sk", plan[month, rows], each[0], answer)
    return Reply(play, owner, rival)


def _worth_by_type(game: StochasticGame, alone: Grid, rows: slice, before: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """What both moves are worth to both against each type, [s A B K]: nobody learns, so types are worlds apart."""
    owner = [
        stage_games(game, alone, rows, (before[0][:, [k]], before[1][:, None, :])).owner_worth[..., 0]
        for k in range(before[0].shape[1])
    ]
    rival = stage_games(game, alone, rows, (before[0][:, [0]], before[1][:, None, :])).rival_worth[..., 0, :]
    return np.stack(owner, axis=-1), rival


def commit(game: StochasticGame, plans: Mapping[str, Annotated[Floats, "M S A"]], precision: float) -> Commitment:
    """The best of the plans to declare, each against the rival who re-optimises against it. Raises SolveError without a plan."""
    if not plans:
        raise SolveError("there is no plan to declare", where="commitment", next="give at least one")
    replies = {name: reply_to_plan(game, plan, precision) for name, plan in plans.items()}
    worth = {name: reply.at_start(game)[0] for name, reply in replies.items()}
    best = max(worth, key=lambda name: worth[name])
    return Commitment(best, worth, replies[best])


def lead(
    game: StochasticGame, precision: float, belief_steps: int = 4, told: Callable[[int], None] | None = None, threads: int = 1
) -> Lead:
    """The owner declares a move each month before the rival moves, and must play it; the rival's types answer at this precision and are judged by
    it. `told` hears how many months are done. Each month is followed from precision 0: what the types' answers tell of them makes for several
    equilibria, and from the answer of the month after another one was found in 6 of 30 random wars.

    Worth less than the game of moves at once where being read hurts (matching pennies): then the value of declaring is negative.
    """
    check_game(game)
    types, states, own = len(game.types), len(game.start), len(game.owner_moves)
    grid = belief_grid(types, belief_steps if types > 1 else 1)
    points = len(grid.points)
    declared = np.zeros((game.months, states, points), dtype=np.int16)
    owner, rival = game.after_the_last(points)
    missed = 0

    def answered(move: int, stage: Stage) -> Solved:
        return logit_response(_declared(stage, move), precision)

    with ThreadPoolExecutor(threads) as pool:
        for month in range(game.months - 1, -1, -1):
            before, owner, rival = (owner, rival), np.full(owner.shape, -np.inf), np.empty(rival.shape)
            for first in range(0, states, BATCH):
                rows = slice(first, min(first + BATCH, states))
                stage = stage_games(game, grid, rows, before)
                for move, found in enumerate(pool.map(partial(answered, stage=stage), range(own))):
                    missed += int((found.missed & stage.owner_may[:, move, None]).sum())
                    better = stage.owner_may[:, move, None] & (found.response.owner_value > owner[rows])
                    declared[month, rows] = np.where(better, move, declared[month, rows])
                    owner[rows] = np.where(better, found.response.owner_value, owner[rows])
                    rival[rows] = np.where(better[..., None], found.response.rival_value, rival[rows])
            if told is not None:
                told(game.months - month)
    return Lead(grid, declared, owner, rival, missed)


def _declared(stage: Stage, move: int) -> Stage:
    """The stage in which the owner has one move."""
    only = slice(move, move + 1)
    one = np.ones((stage.owner_may.shape[0], 1), dtype=np.bool_)
    return Stage(stage.grid, stage.beliefs, stage.owner_worth[:, only], stage.rival_worth[:, only], one, stage.rival_may)


def think(game: StochasticGame, levels: int, precision: float, belief_steps: int = 4) -> list[Thinker]:
    """Players of level 0 (any move alike) to `levels`: each replies to the other side of one level less (Nagel 1995; Stahl & Wilson 1995).

    An owner learns of the rival's type by how the rival of one level less would play; a rival knows how the owner that it replies to learns. Level 0
    learns nothing. Raises SolveError where the game is none, or precision or levels are negative.
    """
    check_game(game)
    if levels < 0:
        raise SolveError(f"levels of thinking start at 0; this is {levels}", where="level-k")
    types = len(game.types)
    grid = belief_grid(types, belief_steps if types > 1 else 1)
    found = [_level(game, grid, 0, None, precision)]
    for level in range(1, levels + 1):
        found.append(_level(game, grid, level, found, precision))
    return found


def _level(game: StochasticGame, grid: Grid, level: int, below: list[Thinker] | None, precision: float) -> Thinker:
    """Both players of one level: one pass from the last month back."""
    states, points, types = len(game.start), len(grid.points), len(game.types)
    even_owner = game.owner_may / game.owner_may.sum(axis=1, keepdims=True)
    even_rival = game.rival_may / game.rival_may.sum(axis=1, keepdims=True)
    owner_play = np.repeat(np.repeat(even_owner[None, :, None], points, axis=2), game.months, axis=0)
    rival_play = np.repeat(np.repeat(even_rival[None, :, None, :, None], points, axis=2), game.months, axis=0).repeat(types, axis=4)
    owner, rival = game.after_the_last(points)
    for month in range(game.months - 1, -1, -1):
        before, owner, rival = (owner, rival), np.empty(owner.shape), np.empty(rival.shape)
        for first in range(0, states, BATCH):
            rows = slice(first, min(first + BATCH, states))
            stage = stage_games(game, grid, rows, before)
            other_rival = rival_play[month, rows] if below is None else below[-1].rival_play[month, rows]
            other_owner = owner_play[month, rows] if below is None else below[-1].owner_play[month, rows]
            learnt = other_rival if below is None or len(below) < 2 else below[-2].rival_play[month, rows]
            for_owner = owner_moves_against(stage, other_rival)
            for_rival = rival_moves_against(stage, other_owner, learnt)
            if below is not None:
                owner_play[month, rows] = reply_play(for_owner, game.owner_may[rows][:, None, :], precision)
                rival_play[month, rows] = reply_play(for_rival, game.rival_may[rows][:, None, :, None], precision)
            owner[rows] = (owner_play[month, rows] * for_owner).sum(axis=2)
            rival[rows] = (rival_play[month, rows] * for_rival).sum(axis=2)
    return Thinker(level, owner_play, rival_play, owner, rival)


def _check_play(game: StochasticGame, play: Annotated[Floats, "M S G A"], precision: float) -> None:
    """A plan is probabilities over the moves that the owner has, in every month and state."""
    if not precision >= 0:
        raise SolveError(f"precision must be a number from 0 up; this is {precision}", where="reply")
    wanted = (game.months, len(game.start), len(game.owner_moves))
    if (play.shape[0], play.shape[1], play.shape[3]) != wanted:
        raise SolveError(f"a plan says for each month, state and move how probable it is: {wanted}", where="plan")
    stray = (np.where(game.owner_may[None, :, None, :], 0.0, play) != 0).any()
    if not (play >= 0).all() or stray or not (np.abs(play.sum(axis=3) - 1) < 1e-9).all():
        raise SolveError("a plan's probabilities sum to 1 in every month and state, over moves that the owner has", where="plan")

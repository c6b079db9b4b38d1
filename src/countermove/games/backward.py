"""A compiled war solved from its last month back: in each month, state and belief the logit response of the owner and of each type of the rival.

Agent quantal response (McKelvey & Palfrey 1998) of a game with simultaneous moves and one-sided private types: every month is a stage game whose
payoffs are the month's points and next month's values at the belief after the rival's move (Bayes). Cost is linear in states and months.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from countermove.errors import SolveError
from countermove.games.belief import Grid, at_start, belief_grid
from countermove.games.logit import logit_response
from countermove.games.months import Months, Work
from countermove.games.stage import Stage
from countermove.games.stochastic import StochasticGame
from countermove.store.checkpoint import Checkpoint

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effort:
    """How the solver works: the grid's steps between belief 0 and 1, threads, 32 bits for play that is kept (values stay in 64), every branch
    followed step by step, each month from precision 0 rather than from the month after; `told` hears how many months are done.

    `kept` keeps every finished month, so that the same call goes on after the last of them; whoever gives it removes it (`finish`). The answer is the
    same to the bit for any number of threads, for any `games_at_once` (so many that a batch stays in the processor's cache), and after any stop.
    """

    belief_steps: int = 4
    threads: int = 1
    half: bool = False
    careful: bool = False
    afresh: bool = False
    games_at_once: int = 1280
    told: Callable[[int], None] | None = None
    kept: Checkpoint | None = None


@dataclass(frozen=True)
class Solution:
    """How all play in each month, state and belief, what it is worth from the first month on, and how sure the answer is.

    `residual` is the largest error of a logarithm of odds in each month; `missed` counts the stage games that no method solved, `followed` those
    whose branch was followed step by step, `turned` those whose branch went back in precision: there, other solutions exist.
    """

    precision: float
    grid: Grid
    owner_play: Annotated[NDArray[np.floating], "M S G A"]
    rival_play: Annotated[NDArray[np.floating], "M S G B K"]
    owner_value: Annotated[Floats, "S G"]
    rival_value: Annotated[Floats, "S G K"]
    residual: Annotated[Floats, "M"]
    missed: Annotated[NDArray[np.int64], "M"]
    followed: Annotated[NDArray[np.int64], "M"]
    turned: Annotated[NDArray[np.int64], "M"]

    def at_start(self, game: StochasticGame) -> tuple[float, Annotated[Floats, "K"]]:
        """What the game is worth to the owner and to each type, in points, at the first month's states and the prior."""
        return at_start(game, self.grid, self.owner_value, self.rival_value)

    def doubt(self) -> str:
        """What did not converge, in words; empty where all did."""
        if not self.missed.any():
            return ""
        month = int(self.missed.argmax())
        games = self.owner_value.size * len(self.missed)
        return (
            f"{int(self.missed.sum())} of {games} stage games have no logit response to 1e-9, most of them in month {month + 1}; "
            f"the worst is off by {float(self.residual.max()):.3g} in a logarithm of odds"
        )


def solve_backward(game: StochasticGame, precision: float, effort: Effort | None = None) -> Solution:
    """The logit response of all months at this precision (per point), on each stage's branch from precision 0.

    Raises SolveError where the game's numbers are none (shapes, probabilities, something not finite), or precision is below 0 or not finite.
    Stage games that are not solved are counted in the solution, and `doubt` says so in words.
    """
    how = effort or Effort()
    check_game(game)
    if not (np.isfinite(precision) and precision >= 0):
        raise SolveError(f"precision must be a number from 0 up, and finite; this is {precision}", where="solve")
    grid = belief_grid(len(game.types), how.belief_steps if len(game.types) > 1 else 1)
    work = Work.begun(game, grid, half=how.half)
    shelf = None if how.kept is None else Months(how.kept, game, precision, (how.belief_steps, how.half, how.careful, how.afresh))
    month = game.months if shelf is None else shelf.restore(work)
    with ThreadPoolExecutor(how.threads) as pool:
        while month > 0:
            month -= 1
            _solve_month(game, grid, precision, month, work, how, pool)
            if shelf is not None:
                shelf.keep(work, month)
            if how.told is not None:
                how.told(game.months - month)
    missed, followed, turned = work.counts
    return Solution(
        precision=precision,
        grid=grid,
        owner_play=work.owner_play,
        rival_play=work.rival_play,
        owner_value=work.values[0],
        rival_value=work.values[1],
        residual=work.residual,
        missed=missed,
        followed=followed,
        turned=turned,
    )


def _solve_month(
    game: StochasticGame, grid: Grid, precision: float, month: int, work: Work, how: Effort, pool: ThreadPoolExecutor
) -> None:
    """One month for all states, a batch at a time, written into the work."""
    known = None if how.afresh or how.careful or month == game.months - 1 else work.worth
    fresh = (np.empty(work.values[0].shape), np.empty(work.values[1].shape))

    def one(rows: slice) -> tuple[list[int], float]:
        stage = stage_games(game, grid, rows, work.values)
        found = logit_response(stage, precision, None if known is None else known[rows], careful=how.careful)
        answer = found.response
        work.owner_play[month, rows], work.rival_play[month, rows] = answer.owner_play, answer.rival_play
        fresh[0][rows], fresh[1][rows] = answer.owner_value, answer.rival_value
        work.worth[rows] = found.worth
        return [int(flags.sum()) for flags in (found.missed, found.followed, found.turned)], float(answer.residual.max())

    for counts, residual in pool.map(one, _batches(len(game.start), max(how.games_at_once, 2) // len(grid.points))):
        work.counts[:, month] += counts
        work.residual[month] = max(work.residual[month], residual)
    work.values = fresh


def _batches(states: int, size: int) -> list[slice]:
    """All states in parts of nearly the same size, none smaller than asked for if there are as many states."""
    count = max(1, states // max(size, 1))
    bounds = [states * part // count for part in range(count + 1)]
    return [slice(first, last) for first, last in itertools.pairwise(bounds)]


def stage_games(
    game: StochasticGame, grid: Grid, rows: slice, values: tuple[Annotated[Floats, "S G"], Annotated[Floats, "S G K"]]
) -> Stage:
    """The stage games of some states: the month's points plus what is expected of next month at each belief."""
    owner_next, rival_next = values
    some, own, other = game.owner_may[rows].shape[0], game.owner_may.shape[1], game.rival_may.shape[1]
    states, points, types = rival_next.shape
    ways = game.following.shape[3]
    count = some * own * other
    towards: Any = csr_array(
        (
            game.chances[rows].reshape(-1),
            game.following[rows].reshape(-1),
            np.arange(0, (count + 1) * ways, ways, dtype=game.following.dtype),
        ),
        shape=(count, states),
    )
    owner = np.asarray(towards @ owner_next, dtype=np.float64).reshape(some, own, other, points)
    owner += game.owner_gets[rows][..., None]
    rival = np.asarray(towards @ rival_next.reshape(states, points * types), dtype=np.float64)
    gets = game.rival_gets[:, rows].transpose(1, 2, 3, 0).reshape(count, types)
    rival += gets @ np.tile(np.eye(types), points)  # a product, since adding three at a time is slow
    return Stage(
        grid,
        grid.points[None],
        owner,
        rival.reshape(some, own, other, points, types),
        game.owner_may[rows],
        game.rival_may[rows],
    )


def check_game(game: StochasticGame) -> None:
    """Refuses what is no game: SolveError says where the numbers are wrong, and how."""
    states, own, other, types = len(game.start), len(game.owner_moves), len(game.rival_moves), len(game.types)
    ways = game.following.shape[-1]
    shapes = {
        "owner_may": (game.owner_may, (states, own)),
        "rival_may": (game.rival_may, (states, other)),
        "following": (game.following, (states, own, other, ways)),
        "chances": (game.chances, (states, own, other, ways)),
        "owner_gets": (game.owner_gets, (states, own, other)),
        "rival_gets": (game.rival_gets, (types, states, own, other)),
        "owner_last": (game.owner_last, (states,)),
        "rival_last": (game.rival_last, (types, states)),
    }
    for name, (array, wanted) in shapes.items():
        if array.shape != wanted:
            raise SolveError(
                f"{name} has the shape {array.shape}; {wanted} is what the moves, types and states ask for", where=name
            )
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise SolveError(f"{name} holds a number that is not finite", where=name)
    if game.months < 1 or not states or not own or not other:
        raise SolveError("a game needs a month, a state, and a move for each side", where="game")
    for name, chance in {"types": game.types, "start": game.start}.items():
        if not (chance >= 0).all() or not abs(float(chance.sum()) - 1) <= 1e-9:
            raise SolveError(
                f"the probabilities of {name} must not be negative and sum to 1; they sum to {chance.sum():g}", where=name
            )
    for name, may in {"owner_may": game.owner_may, "rival_may": game.rival_may}.items():
        if not may.any(axis=1).all():
            raise SolveError(f"state {int((~may.any(axis=1)).argmax())} leaves one side no move", where=name)
    if game.following.min() < 0 or game.following.max() >= states:
        raise SolveError(f"a month leads to a state that is none of the {states}", where="following")
    for first in range(0, states, 4096):
        rows = slice(first, first + 4096)
        allowed = game.owner_may[rows, :, None] & game.rival_may[rows, None, :]
        wrong = allowed & (np.abs(game.chances[rows].sum(axis=3) - 1) > 1e-9)
        if wrong.any() or (game.chances[rows] < 0).any():
            state = first + int(wrong.any(axis=(1, 2)).argmax())
            raise SolveError(f"what a month leads to from state {state} has no probabilities that sum to 1", where="chances")

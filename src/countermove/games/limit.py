"""Equilibria of a compiled war where nobody errs: each month's stage games in best replies, from the last month back.

A logit response at a precision so high that it is a best reply (and that a move which nobody makes is believed to come from the type who would lose
least by it) is iterated from every move of the owner. Where it comes to rest, nobody gains by deviating in the month. Starts that come to
rest in different places are different equilibria: which one stands is an argument, so that solving for the owner's best and for its worst brackets
what the later months allow. Where no start comes to rest the game is played by regrets (Hart & Mas-Colell 2000, Econometrica 68, pp. 1127-1150;
Tammelin 2014, arXiv:1407.5042, for its faster form) and what that leaves to gain is reported.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.games.backward import Effort, check_game, stage_games
from countermove.games.belief import Grid, at_start, belief_grid
from countermove.games.stage import Stage, log_softmax
from countermove.games.stage_map import StageMap, owner_moves_against, rival_moves_against
from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Choice = Literal["first", "best", "worst"]
"""Which equilibrium of a stage stands where several were found: the first from the owner's lowest move up, or the best or the worst for it."""
SHARP = 1e6  # precision, in parts of the widest range of the stage's payoffs
ROUNDS = 12  # of best replies from a start
REGRETS = 200  # rounds by regrets
REST = 1e-9  # how far what moves are worth may be from what they were taken for, in parts of that range
UNMADE = 1e-20  # probability of a move that nobody makes, for the type who would lose least by it: said, and never drawn
GAMES_AT_ONCE = 640


@dataclass(frozen=True)
class Limit:
    """How all play in each month, state and belief, and what it is worth from the first month on.

    Of all stage games: `several` came to rest in more than one place, `mixed` in none, and then `left` is the most that a player or type could
    still gain in the month, in points of its own.
    """

    grid: Grid
    owner_play: Annotated[NDArray[np.floating], "M S G A"]
    rival_play: Annotated[NDArray[np.floating], "M S G B K"]
    owner_value: Annotated[Floats, "S G"]
    rival_value: Annotated[Floats, "S G K"]
    games: int
    several: int
    mixed: int
    left: float

    def at_start(self, game: StochasticGame) -> tuple[float, Annotated[Floats, "K"]]:
        """What the game is worth to the owner and to each type, in points, at the first month's states and the prior."""
        return at_start(game, self.grid, self.owner_value, self.rival_value)


class _Rest(NamedTuple):
    """Where C states in H beliefs came to rest."""

    owner_play: Annotated[Floats, "C H A"]
    rival_play: Annotated[Floats, "C H B K"]
    owner_value: Annotated[Floats, "C H"]
    rival_value: Annotated[Floats, "C H K"]
    several: Annotated[Truths, "C H"]
    mixed: Annotated[Truths, "C H"]
    left: Annotated[Floats, "C H"]


def solve_limit(game: StochasticGame, choose: Choice = "first", effort: Effort | None = None) -> Limit:
    """An equilibrium of the game in best replies. Of the effort it heeds the belief's steps, the threads, `half` and `told`.

    Raises SolveError where the game's numbers are none.
    """
    how = effort or Effort()
    check_game(game)
    types, states = len(game.types), len(game.start)
    grid = belief_grid(types, how.belief_steps if types > 1 else 1)
    points = len(grid.points)
    kept = np.float32 if how.half else np.float64
    owner_play = np.zeros((game.months, states, points, len(game.owner_moves)), kept)
    rival_play = np.zeros((game.months, states, points, len(game.rival_moves), types), kept)
    values = game.after_the_last(points)
    several = mixed = 0
    left = 0.0
    batch = max(1, GAMES_AT_ONCE // points)
    with ThreadPoolExecutor(how.threads) as pool:
        for month in range(game.months - 1, -1, -1):
            fresh = (np.empty(values[0].shape), np.empty(values[1].shape))

            def one(first: int, after: tuple[Floats, Floats] = values) -> tuple[slice, _Rest]:
                rows = slice(first, min(first + batch, states))
                return rows, _at_rest(stage_games(game, grid, rows, after), choose)

            for rows, found in pool.map(one, range(0, states, batch)):
                owner_play[month, rows], rival_play[month, rows] = found.owner_play, found.rival_play
                fresh[0][rows], fresh[1][rows] = found.owner_value, found.rival_value
                several, mixed = several + int(found.several.sum()), mixed + int(found.mixed.sum())
                left = max(left, float(found.left.max()))
            values = fresh
            if how.told is not None:
                how.told(game.months - month)
    return Limit(grid, owner_play, rival_play, *values, game.months * states * points, several, mixed, left)


def _at_rest(stage: Stage, choose: Choice) -> _Rest:
    """The chosen equilibrium of each stage game."""
    scale = _scale(stage)
    stage = replace(stage, owner_worth=stage.owner_worth * scale[:, None, None, None])
    near = REST * stage.spread[:, None]
    sharp = (SHARP / stage.spread)[:, None]
    found: _Rest | None = None
    for move in range(stage.owner_may.shape[1]):
        here, still = _from(stage, move, sharp)
        if found is None:
            found = here._replace(mixed=~still)
            continue
        apart = np.where(stage.beliefs > 0, np.abs(here.rival_value - found.rival_value), 0.0).max(axis=2)
        differs = still & ~found.mixed & (np.maximum(np.abs(here.owner_value - found.owner_value), apart) > near)
        found = found._replace(several=found.several | differs)
        ahead = here.owner_value - found.owner_value
        wanted = {"first": np.zeros_like(differs), "best": differs & (ahead > near), "worst": differs & (ahead < -near)}[choose]
        found = _where(still & (found.mixed | wanted), here, found)
    assert found is not None
    states = np.flatnonzero(found.mixed.any(axis=1))
    if len(states):
        by_regret = _by_regret(stage.only(states, _beliefs(stage, states)), scale[states])
        owner, rival = found.owner_play.copy(), found.rival_play.copy()
        owner_value, rival_value, left = found.owner_value.copy(), found.rival_value.copy(), found.left.copy()
        owner[states], rival[states] = by_regret.owner_play, by_regret.rival_play
        owner_value[states], rival_value[states], left[states] = by_regret.owner_value, by_regret.rival_value, by_regret.left
        found = _where(found.mixed, _Rest(owner, rival, owner_value, rival_value, found.several, found.mixed, left), found)
    return found._replace(owner_value=found.owner_value / scale[:, None])


def _scale(stage: Stage) -> Annotated[Floats, "C"]:
    """By how much the owner's points are multiplied so that they range as widely as the rival's: one precision is as sharp for both, whatever
    their units. Powers of 2, which lose nothing."""
    owner, rival = stage.ranges
    both = (owner > 0) & (rival > 0)
    return np.where(both, np.exp2(np.rint(np.log2(np.where(both, rival, 1.0) / np.where(both, owner, 1.0)))), 1.0)


def _from(stage: Stage, move: int, sharp: Floats) -> tuple[_Rest, Truths]:
    """Best replies from where the owner makes one move (its first where it may not), and whether they come to rest [C H]."""
    states, moves = stage.owner_may.shape
    held, rivals, types = max(stage.beliefs.shape[1], 1), stage.rival_may.shape[1], stage.rival_worth.shape[4]
    at = np.where(stage.owner_may[:, move], move, stage.owner_may.argmax(axis=1))
    play = np.zeros((states, held, moves))
    play[np.arange(states), :, at] = 1
    even = np.broadcast_to(
        (stage.rival_may / stage.rival_may.sum(axis=1, keepdims=True))[:, None, :, None], (states, held, rivals, types)
    )
    worth = rival_moves_against(stage, play, np.ascontiguousarray(even))
    moving: NDArray[np.int64] = np.arange(states, dtype=np.int64)  # states that are not yet at rest: most are after two rounds
    still = np.zeros((states, held), np.bool_)
    for _ in range(ROUNDS):
        some = stage if len(moving) == states else stage.only(moving, _beliefs(stage, moving))
        made = _reply(some, worth[moving], sharp[moving])
        gap = np.where(some.rival_may[:, None, :, None], np.abs(made.rival_moves - worth[moving]), 0.0).max(axis=(2, 3))
        still[moving] = gap <= REST * stage.spread[moving, None]
        worth[moving] = np.where(still[moving][..., None, None], worth[moving], made.rival_moves)
        moving = moving[np.flatnonzero(~still[moving].all(axis=1))]
        if not len(moving):
            break
    made = _reply(stage, worth, sharp)
    nothing = np.zeros(still.shape)
    rest = _Rest(
        made.owner_play,
        _told(stage, worth, sharp, made.rival_play),
        (made.owner_play * made.owner_moves).sum(axis=2),
        (made.rival_play * made.rival_moves).sum(axis=2),
        nothing > 0,
        nothing > 0,
        nothing,
    )
    return rest, still


class _Replies(NamedTuple):
    """How all play, and what all moves are then worth."""

    owner_play: Annotated[Floats, "C H A"]
    rival_play: Annotated[Floats, "C H B K"]
    owner_moves: Annotated[Floats, "C H A"]
    rival_moves: Annotated[Floats, "C H B K"]


def _reply(stage: Stage, worth: Annotated[Floats, "C H B K"], sharp: Annotated[Floats, "C 1"]) -> _Replies:
    """Best replies, at a precision of each state, to what the rival's moves are worth."""
    ready = StageMap(stage)
    made = ready(ready.inward(worth), ready.inward(np.repeat(sharp, worth.shape[1], axis=1)))
    return _Replies(*(ready.outward(part) for part in made.parts()))


def _told(stage: Stage, worth: Floats, sharp: Floats, play: Annotated[Floats, "C H B K"]) -> Annotated[Floats, "C H B K"]:
    """The rival's play in which a move that nobody makes still says whom it would come from: by Bayes from odds too small ever to be drawn."""
    if play.shape[3] == 1:
        return play
    log_play = log_softmax(np.where(stage.rival_may[:, None, :, None], worth * sharp[..., None, None], -np.inf), axis=2)
    possible = (stage.beliefs > 0)[:, :, None, :]
    top = np.where(possible, log_play, -np.inf).max(axis=3, keepdims=True)
    rare = stage.rival_may[:, None, :, None] & possible & (top < np.log(UNMADE))
    with np.errstate(under="ignore"):
        return np.where(rare, UNMADE * np.exp(np.minimum(log_play - np.where(rare, top, 0.0), 0.0)), play)


def _beliefs(stage: Stage, states: NDArray[np.int64]) -> Floats:
    return stage.beliefs if len(stage.beliefs) == 1 else stage.beliefs[states]


def _by_regret(stage: Stage, scale: Annotated[Floats, "C"]) -> _Rest:
    """Play by regrets, later rounds weighing more; what all could still gain by the best move, the owner in points before they were multiplied."""
    states, moves = stage.owner_may.shape
    held, rivals, types = stage.beliefs.shape[1], stage.rival_may.shape[1], stage.rival_worth.shape[4]
    may_owner = np.broadcast_to(stage.owner_may[:, None, :], (states, held, moves))
    may_rival = np.broadcast_to(stage.rival_may[:, None, :, None], (states, held, rivals, types))
    owner_regret, rival_regret = np.zeros(may_owner.shape), np.zeros(may_rival.shape)
    owner_mean, rival_mean = np.zeros(may_owner.shape), np.zeros(may_rival.shape)
    owner, rival = _matching(owner_regret, may_owner), _matching(rival_regret, may_rival)
    for turn in range(1, REGRETS + 1):  # in turn: each regrets what the other has just come to do
        owner_regret = _regretted(owner_regret, owner_moves_against(stage, rival), owner, may_owner)
        owner = _matching(owner_regret, may_owner)
        rival_regret = _regretted(rival_regret, rival_moves_against(stage, owner, rival), rival, may_rival)
        rival = _matching(rival_regret, may_rival)
        owner_mean += turn * owner
        rival_mean += turn * rival
    owner, rival = (total / total.sum(axis=2, keepdims=True) for total in (owner_mean, rival_mean))
    for_owner, for_rival = owner_moves_against(stage, rival), rival_moves_against(stage, owner, rival)
    owner_value: Floats = (owner * np.where(may_owner, for_owner, 0)).sum(axis=2)
    rival_value: Floats = (rival * np.where(may_rival, for_rival, 0)).sum(axis=2)
    gain = (np.where(may_owner, for_owner, -np.inf).max(axis=2) - owner_value) / scale[:, None]
    other = (np.where(may_rival, for_rival, -np.inf).max(axis=2) - rival_value).max(axis=2)
    none = np.zeros(gain.shape, np.bool_)
    return _Rest(owner, rival, owner_value, rival_value, none, none, np.maximum(gain, other))


def _regretted(regret: Floats, worth: Floats, play: Floats, may: Truths) -> Floats:
    """Regrets after a round, none below 0."""
    mean = (play * np.where(may, worth, 0.0)).sum(axis=2, keepdims=True)
    return np.maximum(regret + np.where(may, worth - mean, 0.0), 0.0)


def _matching(regret: Floats, may: Truths) -> Floats:
    """Moves in proportion to their regret; all alike where none has any."""
    open_regret = np.where(may, regret, 0.0)
    total = open_regret.sum(axis=2, keepdims=True)
    even = may / may.sum(axis=2, keepdims=True)
    return np.where(total > 0, open_regret / np.where(total > 0, total, 1.0), even)


def _where(take: Truths, one: _Rest, other: _Rest) -> _Rest:
    """The one where it is taken [C H], else the other; what was several stays so."""
    return _Rest(
        np.where(take[..., None], one.owner_play, other.owner_play),
        np.where(take[..., None, None], one.rival_play, other.rival_play),
        np.where(take, one.owner_value, other.owner_value),
        np.where(take[..., None], one.rival_value, other.rival_value),
        other.several,
        np.where(take, one.mixed, other.mixed),
        np.where(take, one.left, other.left),
    )

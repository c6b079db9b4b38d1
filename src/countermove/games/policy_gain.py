"""What each player could gain by deviating from written policies over the whole war: a check by other code than the solver's.

It knows nothing of precision, stages or branches: it takes how all are said to play, works out beliefs by Bayes and where they go on the grid in
another way (thresholds instead of ranks), and lets each side in turn move as it likes in every month, state and belief.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Policies:
    """How all play at each of G beliefs; a belief between them is a lottery over the corners around it."""

    beliefs: Annotated[Floats, "G K"]
    steps: int
    owner_play: Annotated[NDArray[np.floating], "M S G A"]
    rival_play: Annotated[NDArray[np.floating], "M S G B K"]


@dataclass(frozen=True)
class Gain:
    """Points that each player gains by its best deviation: from the start (owner; each type), and in the worst state and belief of the first month.

    `owner_worth` and `rival_worth` are what the policies themselves are worth at the start. `play_error` is the largest difference between a
    probability and the logit reply to what moves are worth, over all months, states and beliefs, where a precision was given.
    """

    owner: float
    rival: Annotated[Floats, "K"]
    worst_owner: float
    worst_rival: float
    owner_worth: float
    rival_worth: Annotated[Floats, "K"]
    play_error: float | None


def policy_gain(game: StochasticGame, policies: Policies, precision: float | None = None) -> Gain:
    """The gain of the best deviation of each player and type. Raises SolveError where the policies are no probabilities, or not of this game."""
    _check(game, policies)
    points = len(policies.beliefs)
    states = len(game.start)
    rows = {tuple(point): place for place, point in enumerate(np.rint(policies.beliefs * policies.steps).astype(int).tolist())}
    owner = np.repeat(game.owner_last[:, None], points, axis=1)
    rival = np.repeat(game.rival_last.T[:, None, :], points, axis=1)
    best_owner, best_rival = owner.copy(), rival.copy()
    error = 0.0
    batch = max(1, 4096 // points)
    for month in range(game.months - 1, -1, -1):
        before = (owner, rival, best_owner, best_rival)
        owner, best_owner = np.empty(owner.shape), np.empty(owner.shape)
        rival, best_rival = np.empty(rival.shape), np.empty(rival.shape)
        for first in range(0, states, batch):
            some = slice(first, first + batch)
            month_values, off = _month(game, policies, rows, month, some, before, precision)
            owner[some], rival[some], best_owner[some], best_rival[some] = month_values
            error = max(error, off)
    start = _lottery(game.types, policies.steps, rows)
    at = np.einsum("s,g->sg", game.start, start)
    return Gain(
        owner=float(((best_owner - owner) * at).sum()),
        rival=np.einsum("sgk,sg->k", best_rival - rival, at),
        worst_owner=float((best_owner - owner).max()),
        worst_rival=float((best_rival - rival).max()),
        owner_worth=float((owner * at).sum()),
        rival_worth=np.einsum("sgk,sg->k", rival, at),
        play_error=None if precision is None else error,
    )


def _month(
    game: StochasticGame,
    policies: Policies,
    rows: dict[tuple[int, ...], int],
    month: int,
    some: slice,
    after: tuple[Floats, Floats, Floats, Floats],
    precision: float | None,
) -> tuple[tuple[Floats, Floats, Floats, Floats], float]:
    """Values of some states in a month: as written, and with the best deviations; and how far play is from logit replies."""
    owner_play = policies.owner_play[month, some].astype(np.float64)  # s g a
    rival_play = policies.rival_play[month, some].astype(np.float64)  # s g b k
    joint = rival_play * policies.beliefs[None, :, None, :]
    chance = joint.sum(axis=3)
    seen = chance > 1e-290
    believed = np.where(seen[..., None], joint / np.where(seen, chance, 1.0)[..., None], policies.beliefs[None, :, None, :])
    moved = _lottery(believed, policies.steps, rows)  # s g b h: probability of each belief h after move b
    chances, following = game.chances[some], game.following[some]

    def coming(values: Floats) -> Floats:
        """Next month's value by state, both moves and belief."""
        return sum_over_ways(chances, following, values)

    owner_gets, rival_gets = game.owner_gets[some], game.rival_gets[:, some]
    worth: list[Floats] = []
    for values in (after[0], after[2]):
        later = coming(values)
        worth.append(
            np.einsum("sgb,sab->sga", chance, owner_gets) + np.einsum("sgb,sgbh,sabh->sga", chance, moved, later, optimize=True)
        )
    for values in (after[1], after[3]):
        kinds = [
            np.einsum("sga,sab->sgb", owner_play, rival_gets[kind])
            + np.einsum("sga,sgbh,sabh->sgb", owner_play, moved, coming(values[:, :, kind]), optimize=True)
            for kind in range(values.shape[2])
        ]
        worth.append(np.stack(kinds, axis=3))
    owner_may, rival_may = game.owner_may[some][:, None, :], game.rival_may[some][:, None, :, None]
    found = (
        (owner_play * worth[0]).sum(axis=2),
        (rival_play * worth[2]).sum(axis=2),
        np.where(owner_may, worth[1], -np.inf).max(axis=2),
        np.where(rival_may, worth[3], -np.inf).max(axis=2),
    )
    if precision is None:
        return found, 0.0
    off = max(_off(owner_play, worth[0], owner_may, precision), _off(rival_play, worth[2], rival_may, precision))
    return found, off


def sum_over_ways(chances: Annotated[Floats, "s A B N"], following: NDArray[np.int32], values: Annotated[Floats, "S G"]) -> Floats:
    """The mean of next month's values over the states that a month can lead to, [s A B G]."""
    total = np.zeros((*chances.shape[:3], values.shape[1]))
    for way in range(chances.shape[3]):
        total += chances[..., way, None] * values[following[..., way]]
    return total


def _off(play: Floats, worth: Floats, may: NDArray[np.bool_], precision: float) -> float:
    """The largest difference between a probability and the logit reply."""
    best = np.where(may, worth, -np.inf).max(axis=2, keepdims=True)
    odds = np.where(may, np.exp(np.minimum((worth - best) * precision, 0.0)), 0.0)
    return float(np.abs(play - odds / odds.sum(axis=2, keepdims=True)).max())


def _lottery(belief: Annotated[Floats, "... K"], steps: int, rows: dict[tuple[int, ...], int]) -> Annotated[Floats, "... G"]:
    """The probability of each point of the grid: floor(tail + t) for t uniform between 0 and 1, tails being sums from the last type down."""
    types = belief.shape[-1]
    chances = np.zeros((*belief.shape[:-1], len(rows)))
    if types == 1:
        chances[..., 0] = 1.0
        return chances
    tails = np.stack([belief[..., kind:].sum(axis=-1) for kind in range(1, types)], axis=-1) * steps
    tails = np.minimum(tails, steps)
    cuts = np.sort(
        np.concatenate([1.0 - (tails - np.floor(tails)), np.zeros((*tails.shape[:-1], 1)), np.ones((*tails.shape[:-1], 1))], -1)
    )
    flat = chances.reshape(-1, len(rows))
    for low, high in itertools.pairwise(np.moveaxis(cuts, -1, 0)):
        corner = np.floor(tails + ((low + high) / 2)[..., None])
        corner = np.minimum(corner, steps)
        ends = np.concatenate([np.full((*corner.shape[:-1], 1), float(steps)), corner, np.zeros((*corner.shape[:-1], 1))], axis=-1)
        parts = (ends[..., :-1] - ends[..., 1:]).reshape(-1, types)
        share = (high - low).reshape(-1)
        for point, place in rows.items():
            flat[:, place] += np.where((parts == np.array(point)).all(axis=1), share, 0.0)
    return chances


def _check(game: StochasticGame, policies: Policies) -> None:
    """Probabilities over allowed moves, for every month, state and belief of the game."""
    points, types = policies.beliefs.shape
    owner = (game.months, len(game.start), points, len(game.owner_moves))
    rival = (game.months, len(game.start), points, len(game.rival_moves), types)
    if policies.owner_play.shape != owner or policies.rival_play.shape != rival or types != len(game.types):
        raise SolveError(f"policies must have the shapes {owner} and {rival}", where="policies")
    for name, play, may in (
        ("owner", policies.owner_play, game.owner_may[:, None, :]),
        ("rival", policies.rival_play, game.rival_may[:, None, :, None]),
    ):
        for month in range(game.months):
            here = play[month]
            total = here.sum(axis=2)
            if not (here >= 0).all() or not (np.abs(total - 1) < 1e-5).all() or (np.where(may, 0.0, here) > 0).any():
                raise SolveError(f"the {name}'s play in month {month + 1} is no probability over the moves that it has", where=name)

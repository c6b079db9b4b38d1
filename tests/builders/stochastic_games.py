"""Small stochastic games: one stage, a random war, a chain store with an incumbent who may be strong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]


def one_stage(
    owner: Sequence[Sequence[float]], rivals: Sequence[Sequence[Sequence[float]]], prior: Sequence[float] = (1.0,)
) -> StochasticGame:
    """One month, one state: payoffs by the owner's row and the rival's column, the rival's for each type."""
    own, other = np.shape(owner)
    return war(
        {"types": np.array(prior), "months": 1, "start": np.ones(1)},
        {(0, a, b): {0: 1.0} for a in range(own) for b in range(other)},
        np.array([owner], dtype=np.float64),
        np.array(rivals, dtype=np.float64)[:, None],
    )


def war(
    head: dict[str, object],
    leads: dict[tuple[int, int, int], dict[int, float]],
    owner_gets: Floats,
    rival_gets: Floats,
    last: tuple[Floats, Floats] | None = None,
) -> StochasticGame:
    """A game from where each state and pair of moves leads; a pair that leads nowhere is not allowed, nor is a move of which no pair is."""
    states, own, other = owner_gets.shape
    ways = max(len(to) for to in leads.values())
    following = np.zeros((states, own, other, ways), dtype=np.int32)
    chances = np.zeros((states, own, other, ways))
    may = np.zeros((states, own, other), dtype=np.bool_)
    for (state, a, b), to in leads.items():
        may[state, a, b] = True
        for way, (after, chance) in enumerate(to.items()):
            following[state, a, b, way], chances[state, a, b, way] = after, chance
    ends = last or (np.zeros(states), np.zeros((rival_gets.shape[0], states)))
    return StochasticGame(
        owner="owner",
        rival="rival",
        owner_moves=tuple(f"a{a}" for a in range(own)),
        rival_moves=tuple(f"b{b}" for b in range(other)),
        owner_may=may.any(axis=2),
        rival_may=may.any(axis=1),
        following=following,
        chances=chances,
        owner_gets=owner_gets,
        rival_gets=rival_gets,
        owner_last=ends[0],
        rival_last=ends[1],
        **head,  # type: ignore[arg-type]
    )


def random_war(
    seed: int, *, states: int = 4, months: int = 3, own: int = 3, other: int = 3, types: int = 1, scale: float = 1.0
) -> StochasticGame:
    """Payoffs normal, two ways from everywhere, some moves not allowed; everything from the seed."""
    random = np.random.default_rng(seed)
    owner_may, rival_may = random.random((states, own)) < 0.8, random.random((states, other)) < 0.8
    owner_may[:, 0] = rival_may[:, 0] = True
    allowed = owner_may[:, :, None] & rival_may[:, None, :]
    chances = random.random((states, own, other, 2))
    prior = random.random(types) + 0.2
    start = random.random(states)
    return StochasticGame(
        owner="owner",
        rival="rival",
        owner_moves=tuple(f"a{a}" for a in range(own)),
        rival_moves=tuple(f"b{b}" for b in range(other)),
        types=prior / prior.sum(),
        months=months,
        start=start / start.sum(),
        owner_may=owner_may,
        rival_may=rival_may,
        following=random.integers(0, states, (states, own, other, 2)).astype(np.int32),
        chances=chances / chances.sum(axis=3, keepdims=True) * allowed[..., None],
        owner_gets=scale * random.normal(size=allowed.shape) * allowed,
        rival_gets=scale * random.normal(size=(types, *allowed.shape)) * allowed,
        owner_last=scale * random.normal(size=states),
        rival_last=scale * random.normal(size=(types, states)),
    )


def chain_store(strong: float, entrant: float, monopoly: float) -> StochasticGame:
    """Two markets (Kreps & Wilson 1982, Journal of Economic Theory 27, pp. 253-279), the first of them entered: the incumbent fights or gives
    way (month 1), the second entrant enters or stays out (month 2), the incumbent fights or gives way (month 3).

    An entrant gets `entrant` where the incumbent gives way, `entrant` - 1 where it fights. A weak incumbent (type 0) loses 1 by a fight and gets
    `monopoly` where nobody enters; a strong one (type 1, of this probability) gains 1 by a fight.
    """
    answer, choose, entered, done = range(4)
    leads = {(answer, 0, b): {choose: 1.0} for b in (0, 1)}
    leads |= {(choose, 0, 0): {entered: 1.0}, (choose, 1, 0): {done: 1.0}}
    leads |= {(entered, 0, b): {done: 1.0} for b in (0, 1)} | {(done, 0, 0): {done: 1.0}}
    owner, rival = np.zeros((4, 2, 2)), np.zeros((2, 4, 2, 2))
    owner[entered, 0] = [entrant, entrant - 1]  # the rival's moves: give way, fight
    rival[0, answer, 0] = rival[0, entered, 0] = [0, -1]
    rival[1, answer, 0] = rival[1, entered, 0] = [0, 1]
    rival[:, choose, 1, 0] = monopoly
    return war({"types": np.array([1 - strong, strong]), "months": 3, "start": np.array([1.0, 0, 0, 0])}, leads, owner, rival)


def random_policies(game: StochasticGame, seed: int) -> tuple[Floats, Floats]:
    """A plan of the owner [M S A] and a policy of each type of the rival [M S B K], everything from the seed."""
    random = np.random.default_rng(seed)
    states, types = len(game.start), len(game.types)
    owner = random.random((game.months, states, len(game.owner_moves))) * game.owner_may
    rival = random.random((game.months, states, len(game.rival_moves), types)) * game.rival_may[..., None]
    return owner / owner.sum(axis=2, keepdims=True), rival / rival.sum(axis=2, keepdims=True)

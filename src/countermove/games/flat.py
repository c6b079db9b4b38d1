"""A game as arrays: its information sets, what can be done in each, and one row for each end with what is done on the way there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Node

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class Limits:
    """How large a game may be that is laid flat: ends of its tree, actions over all information sets (an action of a set counts once), and the
    squares of the number of moves on the way to each end, added up (what a solver keeps, some 30 bytes each)."""

    ends: int = 200_000
    actions: int = 1_500
    pairs: int = 20_000_000


@dataclass(frozen=True)
class FlatGame:
    """H information sets, A actions in them, Z ends, P players, D moves at most on the way to an end. Actions of a set stand side by side."""

    players: tuple[str, ...]  # [P]
    sets: tuple[str, ...]  # [H] in the order in which a walk from the root meets them
    owner: Annotated[Numbers, "H"]  # the player who moves there
    first: Annotated[Numbers, "H"]  # the first of its actions
    set_of: Annotated[Numbers, "A"]
    actions: tuple[str, ...]  # [A]
    paths: Annotated[Numbers, "Z D"]  # the actions that lead to an end, in their order; -1 behind the last
    luck: Annotated[Floats, "Z"]  # logarithm of the chances on the way
    payoffs: Annotated[Floats, "Z P"]


@dataclass
class _Walk:
    """What a walk has met so far."""

    sets: dict[str, list[int]]  # of each information set: the numbers of its actions, in the order of the tree's own
    owner: list[int]
    actions: list[tuple[str, str]]  # set and action
    paths: list[tuple[int, ...]]
    luck: list[float]
    payoffs: list[tuple[float, ...]]


def flatten(game: Game, limits: Limits | None = None) -> FlatGame:
    """`game` as arrays. Raises SolveError where it is larger than `limits`, where nobody has a choice, and where a player comes to the same
    information set twice on one path (it has forgotten that it was there: no play of the agent form is defined)."""
    most = Limits() if limits is None else limits
    walk = _Walk({}, [], [], [], [], [])
    waits: list[tuple[Node, tuple[int, ...], float]] = [(game.root, (), 0.0)]
    while waits:
        node, path, luck = waits.pop()
        if isinstance(node, End):
            walk.paths.append(path)
            walk.luck.append(luck)
            walk.payoffs.append(node.payoffs)
        elif isinstance(node, Chance):
            waits += [(to, path, luck + math.log(p)) for p, to in reversed(node.branches)]
        else:
            numbers = _numbers_of(walk, node.knows, game.players.index(node.player), tuple(node.actions))
            if not set(numbers).isdisjoint(path):
                raise SolveError(
                    f"{node.player} comes here twice on one path and cannot tell",
                    where=node.knows,
                    next="Name the second visit otherwise",
                )
            waits += [(to, (*path, number), luck) for number, to in reversed([*zip(numbers, node.actions.values(), strict=True)])]
    _refuse_large(walk, game.players, most)
    return _arrays(game, walk)


def _numbers_of(walk: _Walk, knows: str, player: int, actions: tuple[str, ...]) -> list[int]:
    """The numbers of the actions of an information set, new ones where it is met for the first time."""
    if knows not in walk.sets:
        walk.sets[knows] = [len(walk.actions) + place for place in range(len(actions))]
        walk.owner.append(player)
        walk.actions += [(knows, action) for action in actions]
    return walk.sets[knows]


def _refuse_large(walk: _Walk, players: tuple[str, ...], most: Limits) -> None:
    """Says how large a game is that is too large, and what to cut."""
    ends, actions, sets = len(walk.paths), len(walk.actions), len(walk.sets)
    if not sets:
        raise SolveError("nobody moves in this game; there is nothing to solve", where="root")
    size = f"{sets:,} information sets with {actions:,} actions, and {ends:,} ends"
    if ends > most.ends:
        widest = max(walk.sets, key=lambda name: len(walk.sets[name]))
        raise SolveError(
            f"a game of {size} is too large to be solved as a tree, at most {most.ends:,} ends",
            where="ends",
            next=f"Cut rounds, each multiplies the ends, or moves, most at '{widest}' ({len(walk.sets[widest])}); or pass larger limits",
        )
    pairs, deepest = sum(len(path) ** 2 for path in walk.paths), max(len(path) for path in walk.paths)
    if pairs > most.pairs:
        raise SolveError(
            f"a game of {size}, up to {deepest:,} moves deep, is too large to be solved as a tree: {pairs:,} pairs of moves on the way to its "
            f"ends, at most {most.pairs:,}",
            where="ends",
            next="Cut rounds, the longest first; or pass larger limits",
        )
    if actions > most.actions:
        owners = [walk.owner.count(player) for player in range(len(players))]
        busiest = max(range(len(players)), key=owners.__getitem__)
        raise SolveError(
            f"a game of {size} is too large to be solved as a tree, at most {most.actions:,} actions",
            where="information sets",
            next=f"Let {players[busiest]} tell less apart ({owners[busiest]:,} information sets): fewer types or rounds, coarser knowledge; "
            "or pass larger limits",
        )


def _arrays(game: Game, walk: _Walk) -> FlatGame:
    """What was met, as arrays."""
    deepest = max(len(path) for path in walk.paths)
    paths = np.full((len(walk.paths), deepest), -1, np.intp)
    for row, path in zip(paths, walk.paths, strict=True):
        row[: len(path)] = path
    return FlatGame(
        players=game.players,
        sets=tuple(walk.sets),
        owner=np.array(walk.owner, np.intp),
        first=np.array([numbers[0] for numbers in walk.sets.values()], np.intp),
        set_of=np.repeat(np.arange(len(walk.sets)), [len(numbers) for numbers in walk.sets.values()]),
        actions=tuple(action for _, action in walk.actions),
        paths=paths,
        luck=np.array(walk.luck),
        payoffs=np.array(walk.payoffs, np.float64).reshape(len(walk.paths), len(game.players)),
    )

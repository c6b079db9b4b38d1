"""A game in our own form: a tree of moves, chances and ends, with what each player knows when it moves.

Simultaneous moves are one player's after the other's, whose choice it does not know: both nodes of the second are one information set. Private
types are a chance move that only one player sees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from countermove.errors import SolveError


@dataclass(frozen=True)
class End:
    """The game is over: what each player gets, in the order of the players."""

    payoffs: tuple[float, ...]


@dataclass(frozen=True)
class Chance:
    """Nature moves: each branch with its probability, from above 0 to 1; they sum to 1."""

    branches: tuple[tuple[float, Node], ...]


@dataclass(frozen=True)
class Move:
    """A player moves, knowing that it is at `knows` and not where in it: every node of that name has the same player and the same actions."""

    player: str
    knows: str
    actions: Mapping[str, Node]


Node: TypeAlias = End | Chance | Move
Play: TypeAlias = Mapping[str, Mapping[str, float]]
"""What everybody does: by information set the probability of each action."""


@dataclass(frozen=True)
class Game:
    """Players by name and the root of the tree. Raises SolveError where the tree is none: a node without a branch, chances that do not sum to 1,
    payoffs that are not finite or not one for each player, an information set of two players or of different actions."""

    players: tuple[str, ...]
    root: Node

    def __post_init__(self) -> None:
        _check(self)


def matrix_game(
    first: Sequence[Sequence[float]], second: Sequence[Sequence[float]], players: tuple[str, str] = ("row", "column")
) -> Game:
    """Two players who move at once: their payoffs by row and column."""
    rows, columns = range(len(first)), range(len(first[0]))
    return Game(
        players,
        Move(
            players[0],
            players[0],
            {f"{r}": Move(players[1], players[1], {f"{c}": End((first[r][c], second[r][c])) for c in columns}) for r in rows},
        ),
    )


def _check(game: Game) -> None:
    """Walks the tree once, and refuses what is no game."""
    if len(set(game.players)) != len(game.players) or not game.players:
        raise SolveError("players need a name each", where="players")
    known: dict[str, tuple[str, tuple[str, ...]]] = {}
    waits: list[tuple[Node, str]] = [(game.root, "root")]
    while waits:
        node, where = waits.pop()
        if isinstance(node, End):
            if len(node.payoffs) != len(game.players) or not all(math.isfinite(value) for value in node.payoffs):
                raise SolveError(f"an end needs a finite payoff for each of {len(game.players)} players", where=where)
        elif isinstance(node, Chance):
            total = math.fsum(p for p, _ in node.branches)
            if not node.branches or any(p <= 0 for p, _ in node.branches) or abs(total - 1) > 1e-9:
                raise SolveError(f"chances above 0 that sum to 1 are needed; these sum to {total:g}", where=where)
            waits += [(to, f"{where} > chance {place}") for place, (_, to) in enumerate(node.branches)]
        else:
            asked = (node.player, tuple(node.actions))
            if node.player not in game.players or not node.actions:
                raise SolveError(f"{node.player} is no player of this game, or has nothing to do here", where=where)
            if known.setdefault(node.knows, asked) != asked:
                raise SolveError(f"what is known at {node.knows} is not one player's, or not of the same actions", where=where)
            waits += [(to, f"{where} > {action}") for action, to in node.actions.items()]

"""Games in which everybody sees everything: solved from the ends to the root, so that what is threatened would also be done.

Zermelo 1913; Kuhn 1953, "Extensive games and the problem of information"; subgame perfection is Selten's, 1965.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node


@dataclass(frozen=True)
class SubgamePerfect:
    """One subgame-perfect answer, and where it is not the only one.

    `payoffs` by player; `choices` names the action at every node; `ties` every action that is as good there as the chosen one, the chosen one
    too, in the order written. A tie of one player may decide what others get: with ties, other answers may pay others differently.
    """

    payoffs: tuple[float, ...]
    choices: Mapping[str, str]
    ties: Mapping[str, tuple[str, ...]]

    @property
    def behaviour(self) -> dict[str, dict[str, float]]:
        """The choices as probabilities: 1 for what is chosen, nothing for the rest."""
        return {knows: {action: 1.0} for knows, action in self.choices.items()}


def backward_induction(game: Game, tolerance: float = 1e-12) -> SubgamePerfect:
    """Solve a game of perfect information with chance; among equally good actions the first one written is taken.

    Args:
        game: every information set is a single node.
        tolerance: how much worse an action may be, as a share of the larger of 1 and the best payoff, to be called as good.

    Raises:
        SolveError: a player who does not know where in the tree it is.
    """
    choices: dict[str, str] = {}
    ties: dict[str, tuple[str, ...]] = {}
    worth: dict[int, tuple[float, ...]] = {}  # by place in `order`
    order, below = _order(game)
    for place in range(len(order) - 1, -1, -1):
        node, nexts = order[place], [worth.pop(k) for k in below[place]]
        if isinstance(node, End):
            worth[place] = node.payoffs
        elif isinstance(node, Chance):
            chances = [p for p, _ in node.branches]
            worth[place] = tuple(
                math.fsum(p * gets[who] for p, gets in zip(chances, nexts, strict=True)) for who in range(len(game.players))
            )
        else:
            who = game.players.index(node.player)
            best = max(gets[who] for gets in nexts)
            slack = tolerance * max(1.0, abs(best))
            good = [action for action, gets in zip(node.actions, nexts, strict=True) if gets[who] >= best - slack]
            choices[node.knows] = good[0]
            if len(good) > 1:
                ties[node.knows] = tuple(good)
            worth[place] = nexts[list(node.actions).index(good[0])]
    return SubgamePerfect(worth[0], choices, ties)


def _order(game: Game) -> tuple[list[Node], list[list[int]]]:
    """Every node after the one before it, and the places of what follows each."""
    order: list[Node] = [game.root]
    below: list[list[int]] = []
    seen: set[str] = set()
    place = 0
    while place < len(order):
        node = order[place]
        following: list[Node] = []
        if isinstance(node, Chance):
            following = [to for _, to in node.branches]
        elif isinstance(node, Move):
            if node.knows in seen:
                raise SolveError(
                    f"{node.player} does not know which of several moves it is at",
                    where=node.knows,
                    next="From the ends to the root only games are solved in which everybody sees everything; ask the quantal response",
                )
            seen.add(node.knows)
            following = list(node.actions.values())
        below.append(list(range(len(order), len(order) + len(following))))
        order += following
        place += 1
    return order, below

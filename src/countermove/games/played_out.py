"""What comes of a game when everybody's behaviour is given: payoffs, how probable an action is, the mean of what is chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Node

Behaviour = Mapping[str, Mapping[str, float]]
"""By what a player knows: the probability of each action."""


def ends(game: Game, behaviour: Behaviour) -> Iterator[tuple[float, tuple[tuple[str, str], ...], tuple[float, ...]]]:
    """Every end that is reached: its probability, the moves on the way as (what was known, action), the payoffs.

    Raises SolveError where the behaviour says nothing of an information set that is reached.
    """
    waits: list[tuple[Node, float, tuple[tuple[str, str], ...]]] = [(game.root, 1.0, ())]
    while waits:
        node, chance, way = waits.pop()
        if isinstance(node, End):
            yield chance, way, node.payoffs
        elif isinstance(node, Chance):
            waits += [(to, chance * p, way) for p, to in reversed(node.branches)]
        else:
            if node.knows not in behaviour:
                raise SolveError("nothing is said of what is done here", where=node.knows)
            shares = behaviour[node.knows]
            steps = [(to, chance * shares.get(action, 0.0), (*way, (node.knows, action))) for action, to in node.actions.items()]
            waits += [step for step in reversed(steps) if step[1] > 0]


def payoffs(game: Game, behaviour: Behaviour) -> tuple[float, ...]:
    """What each player gets on average, in the order of the players."""
    reached = [(chance, gets) for chance, _, gets in ends(game, behaviour)]
    return tuple(math.fsum(chance * gets[who] for chance, gets in reached) for who in range(len(game.players)))


def chance_of(game: Game, behaviour: Behaviour, action: str) -> float:
    """The probability that somebody takes an action of this name before the end."""
    return math.fsum(chance for chance, way, _ in ends(game, behaviour) if any(taken == action for _, taken in way))


def mean_move(behaviour: Behaviour, knows: str) -> float:
    """The mean of what is chosen at an information set whose actions are numbers by name. Raises SolveError where nothing is said of it."""
    if knows not in behaviour:
        raise SolveError("nothing is said of what is done here", where=knows)
    return math.fsum(float(action) * chance for action, chance in behaviour[knows].items())

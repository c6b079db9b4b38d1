"""What comes of a game when everybody's behaviour is given: payoffs, how probable an action is, the mean of what is chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node, Play


def ends(game: Game, behaviour: Play) -> Iterator[tuple[float, tuple[tuple[str, str], ...], tuple[float, ...]]]:
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
            shares = _shares(node, behaviour)
            steps = [(to, chance * shares.get(action, 0.0), (*way, (node.knows, action))) for action, to in node.actions.items()]
            waits += [step for step in reversed(steps) if step[1] > 0]


def _shares(node: Move, behaviour: Play) -> Mapping[str, float]:
    """The probabilities of the actions of a node that is reached."""
    if node.knows not in behaviour:
        raise SolveError("nothing is said of what is done here", where=node.knows)
    return behaviour[node.knows]


def payoffs(game: Game, behaviour: Play) -> tuple[float, ...]:
    """What each player gets on average, in the order of the players. Raises SolveError as `ends`."""
    gets: list[list[float]] = [[] for _ in game.players]
    waits: list[tuple[Node, float]] = [(game.root, 1.0)]
    while waits:
        node, chance = waits.pop()
        if isinstance(node, End):
            for who, value in enumerate(node.payoffs):
                gets[who].append(chance * value)
        elif isinstance(node, Chance):
            waits += [(to, chance * p) for p, to in node.branches]
        else:
            shares = _shares(node, behaviour)
            waits += [(to, chance * shares[action]) for action, to in node.actions.items() if shares.get(action, 0.0) > 0]
    return tuple(math.fsum(values) for values in gets)


def chance_of(game: Game, behaviour: Play, action: str) -> float:
    """The probability that somebody takes an action of this name before the end."""
    return math.fsum(chance for chance, way, _ in ends(game, behaviour) if any(taken == action for _, taken in way))


def mean_move(behaviour: Play, knows: str) -> float:
    """The mean of what is chosen at an information set whose actions are numbers by name. Raises SolveError where nothing is said of it."""
    if knows not in behaviour:
        raise SolveError("nothing is said of what is done here", where=knows)
    return math.fsum(float(action) * chance for action, chance in behaviour[knows].items())

"""What a player could gain by playing otherwise: the independent check of every answer, by recursion over the tree and by nothing else.

It knows nothing of arrays, logits or curves: an answer is a probability for each action of each information set, wherever it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node, Play

Weighed: TypeAlias = list[tuple[Node, float]]
Known: TypeAlias = dict[int, float]  # by the id of a node at which a subgame begins


@dataclass(frozen=True)
class Gain:
    """What `player` gets under a play from a place in the tree on, and how much more its best reply to the others gets there, in points."""

    player: str
    value: float
    points: float
    where: str  # 'root', or the actions that lead to a subgame


def gains(game: Game, play: Play) -> tuple[Gain, ...]:
    """Of each player in the order of `game.players`: what it gets, and its gain from the best deviation at any of its information sets
    together, the others' play as given. 0 for all (but for rounding) if and only if the play is a Nash equilibrium.

    Raises SolveError where the play is none of this game, and where a player forgets what it did (no recursion finds its best reply then).
    """
    _check(game, play)
    _refuse_forgetful(game)
    return tuple(_gain(game.root, play, number, name, "root") for number, name in enumerate(game.players))


def gains_within(game: Game, play: Play) -> tuple[Gain, ...]:
    """Of each player the largest gain over all subgames, also those that this play never reaches: 0 for all if and only if the play is
    sub-game perfect. The same errors as `gains`."""
    _check(game, play)
    _refuse_forgetful(game)
    places = _subgames(game)
    found: list[Gain] = []
    for number, name in enumerate(game.players):
        # From the ends back: of a subgame inside another it is known what it is worth, as played and at best.
        worth: Known = {}
        best: Known = {}
        largest = Gain(name, 0.0, -1.0, "")
        for where, node in reversed(places):
            value, most = _value(node, play, number, worth), _best([(node, 1.0)], play, number, name, best)
            worth[id(node)], best[id(node)] = value, most
            if max(0.0, most - value) >= largest.points:
                largest = Gain(name, value, max(0.0, most - value), where)
        found.append(largest)
    return tuple(found)


def _check(game: Game, play: Play) -> None:
    """Refuses a play that lacks an information set, or whose probabilities are none."""
    waits: list[Node] = [game.root]
    seen: set[str] = set()
    while waits:
        node = waits.pop()
        if isinstance(node, Chance):
            waits += [to for _, to in node.branches]
        elif isinstance(node, Move):
            if node.knows not in seen:
                seen.add(node.knows)
                chances = play.get(node.knows, {})
                whole = sum(chances.values())
                if set(chances) != set(node.actions) or not all(p >= 0 for p in chances.values()) or not abs(whole - 1) <= 1e-6:
                    raise SolveError("a play needs a probability for each action here, and they sum to 1", where=node.knows)
            waits += node.actions.values()


def _refuse_forgetful(game: Game) -> None:
    """Refuses a game in which a player cannot tell at a place what it did before."""
    before: dict[str, tuple[tuple[str, str], ...]] = {}
    waits: list[tuple[Node, dict[str, tuple[tuple[str, str], ...]]]] = [(game.root, {})]
    while waits:
        node, done = waits.pop()
        if isinstance(node, Chance):
            waits += [(to, done) for _, to in node.branches]
        elif isinstance(node, Move):
            own = done.get(node.player, ())
            if before.setdefault(node.knows, own) != own:
                raise SolveError(
                    f"{node.player} no longer knows here what it did before, so that its gain cannot be computed",
                    next="Give the places that differ in its own moves names of their own",
                    where=node.knows,
                )
            waits += [(to, {**done, node.player: (*own, (node.knows, action))}) for action, to in node.actions.items()]


def _gain(node: Node, play: Play, number: int, name: str, where: str) -> Gain:
    """Value and gain of one player from `node` on."""
    value = _value(node, play, number, {})
    best = _best([(node, 1.0)], play, number, name, {})
    return Gain(name, value, max(0.0, best - value), where)


def _value(root: Node, play: Play, number: int, known: Known) -> float:
    """What the player of this number gets from `root` on if everybody does as `play` says; of `known` nodes it is not reckoned again."""
    total = 0.0
    waits: Weighed = [(root, 1.0)]
    while waits:
        node, weight = waits.pop()
        if isinstance(node, End):
            total += weight * node.payoffs[number]
        elif id(node) in known:
            total += weight * known[id(node)]
        else:
            waits += _onward(node, weight, play)
    return total


def _best(front: Weighed, play: Play, number: int, name: str, known: Known) -> float:
    """What its best reply gets the player from these places on, each weighed by how likely chance and the others lead there."""
    total = 0.0
    choices: dict[str, Weighed] = {}
    waits = list(front)
    while waits:
        node, weight = waits.pop()
        if isinstance(node, End):
            total += weight * node.payoffs[number]
        elif id(node) in known:
            total += weight * known[id(node)]
        elif isinstance(node, Move) and node.player == name:
            choices.setdefault(node.knows, []).append((node, weight))
        else:
            waits += _onward(node, weight, play)
    for places in choices.values():
        moves = [(node, weight) for node, weight in places if isinstance(node, Move)]
        actions = list(moves[0][0].actions)
        total += max(
            _best([(node.actions[action], weight) for node, weight in moves], play, number, name, known) for action in actions
        )
    return total


def _onward(node: Chance | Move, weight: float, play: Play) -> Weighed:
    """Where chance or a mover leads with probability above 0."""
    if isinstance(node, Chance):
        return [(to, weight * p) for p, to in node.branches]
    return [(to, weight * play[node.knows][action]) for action, to in node.actions.items() if play[node.knows][action] > 0]


def _subgames(game: Game) -> list[tuple[str, Node]]:
    """Every place from which on everybody can tell that the game has come there: the root, and nodes whose part of the tree cuts through
    no information set."""
    nodes: list[tuple[str, Node, int]] = []  # where it is, the node, and its parent's number; a parent before its children
    waits: list[tuple[Node, str, int]] = [(game.root, "root", -1)]
    while waits:
        node, where, parent = waits.pop()
        nodes.append((where, node, parent))
        here = len(nodes) - 1
        if isinstance(node, Chance):
            waits += [(to, f"{where} > chance {place}", here) for place, (_, to) in enumerate(node.branches)]
        elif isinstance(node, Move):
            waits += [(to, f"{where} > {action}", here) for action, to in node.actions.items()]
    met: dict[str, list[int]] = {}
    for here, (_, node, _) in enumerate(nodes):
        if isinstance(node, Move):
            met.setdefault(node.knows, []).append(here)
    # The part below a node is the numbers from its own up to `last`; `low` and `high` are how far the information sets in it reach.
    last, low, high = [*range(len(nodes))], [*range(len(nodes))], [*range(len(nodes))]
    for here in reversed(range(len(nodes))):
        _, node, parent = nodes[here]
        if isinstance(node, Move):
            low[here], high[here] = min(low[here], met[node.knows][0]), max(high[here], met[node.knows][-1])
        if parent >= 0:
            last[parent] = max(last[parent], last[here])
            low[parent], high[parent] = min(low[parent], low[here]), max(high[parent], high[here])
    return [
        (where, node)
        for here, (where, node, _) in enumerate(nodes)
        if here == 0 or (not isinstance(node, End) and low[here] >= here and high[here] <= last[here])
    ]

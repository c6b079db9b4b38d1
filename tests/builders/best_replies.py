"""The best reply to everybody else's behaviour, by recursion over the tree, and what there is to decide: shares no code with any solver."""

from __future__ import annotations

from countermove.games.form import Chance, End, Game, Move, Node, Play
from countermove.games.played_out import payoffs


def best_reply(game: Game, behaviour: Play, who: int) -> float:
    """The most that a player with perfect recall gets against the others' behaviour."""
    return _most([(1.0, game.root)], behaviour, game.players[who], who)


def _most(nodes: list[tuple[float, Node]], behaviour: Play, player: str, who: int) -> float:
    """The most that the player gets from here, its places weighted by how others and chance bring it there."""
    total = 0.0
    places: dict[str, list[tuple[float, Node]]] = {}
    while nodes:
        weight, node = nodes.pop()
        if isinstance(node, End):
            total += weight * node.payoffs[who]
        elif isinstance(node, Chance):
            nodes += [(weight * p, to) for p, to in node.branches]
        elif node.player == player:
            places.setdefault(node.knows, []).append((weight, node))
        else:
            shares = behaviour[node.knows]
            nodes += [(weight * shares[action], to) for action, to in node.actions.items() if shares.get(action, 0.0) > 0]
    for here in places.values():
        total += max(
            _most([(weight, node.actions[action]) for weight, node in here], behaviour, player, who)
            for action in here[0][1].actions
        )
    return total


def most_gain(game: Game, behaviour: Play) -> float:
    """The most that one player gains by another way."""
    gets = payoffs(game, behaviour)
    return max(best_reply(game, behaviour, who) - gets[who] for who in range(len(game.players)))


def asked(game: Game) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every information set, with its player and its actions."""
    waits: list[Node] = [game.root]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    while waits:
        node = waits.pop()
        if isinstance(node, Chance):
            waits += [to for _, to in node.branches]
        elif isinstance(node, Move):
            found[node.knows] = (node.player, tuple(node.actions))
            waits += list(node.actions.values())
    return found

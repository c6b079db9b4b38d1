"""A game of ours as one of pygambit's, and what pygambit answers, read back by information set."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from countermove.games.form import Chance, End, Game, Node

Chances = dict[str, list[float]]


def to_gambit(gambit: ModuleType, game: Game) -> Any:
    """The same tree; information sets keep their names."""
    made = gambit.Game.new_tree(players=list(game.players))
    sets: dict[str, Any] = {}
    waits: list[tuple[Node, Any]] = [(game.root, made.root)]
    number = 0
    while waits:
        node, place = waits.pop()
        if isinstance(node, End):
            number += 1
            made.set_outcome(place, made.add_outcome(f"end {number}", list(node.payoffs)))
            continue
        if isinstance(node, Chance):
            made.append_move(place, made.players.chance, [f"branch {branch}" for branch in range(len(node.branches))])
            made.set_chance_probs(place.infoset, [p for p, _ in node.branches])
            nodes = [to for _, to in node.branches]
        else:
            if node.knows in sets:
                made.append_infoset(place, sets[node.knows])
            else:
                made.append_move(place, made.players[node.player], list(node.actions))
                sets[node.knows] = place.infoset
                place.infoset.label = node.knows
            nodes = list(node.actions.values())
        waits += zip(nodes, list(place.children), strict=True)
    return made


def responses_of(gambit: ModuleType, made: Any, precisions: list[float]) -> list[Chances]:
    """pygambit's points of the principal branch at rising precisions above 0. (A point's `profile` cannot be read, its numbers can, in the order
    of the game's information sets.)"""
    found: list[Chances] = []
    for point in gambit.qre.logit_solve_lambda(made, precisions):
        numbers = iter([point[place] for place in range(len(point))])
        found.append({spot.label: [next(numbers) for _ in spot.actions] for spot in made.infosets})
    return found


def last_of_branch(gambit: ModuleType, made: Any) -> tuple[float, Chances]:
    """The precision and the play at which pygambit takes the principal branch for its limit (what `logit_solve` answers)."""
    last = gambit.qre.logit_solve_branch(made)[-1]
    numbers = iter([last[place] for place in range(len(last))])
    return last.lam, {spot.label: [next(numbers) for _ in spot.actions] for spot in made.infosets}

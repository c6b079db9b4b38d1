"""A game of ours as a game of OpenSpiel (Lanctot et al. 2019), so that its algorithms can play it: written in Python, told by its tree."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node
from countermove.games.openspiel import pyspiel_or_refusal

CHANCE, OVER = -1, -4  # OpenSpiel's numbers for who is to move
START = -1  # a player that knows nothing yet


@dataclass(frozen=True)
class _Tree:
    """The tree as lists over its nodes, the root first: states hold a place in them, and are cheap to copy."""

    game: Game
    nodes: list[Node]
    following: list[list[int]]
    depth: int  # moves of players on the longest way
    sets: list[str]  # information sets by name
    numbers: dict[str, int]  # and back
    actions: dict[str, tuple[str, ...]]

    @property
    def widest(self) -> int:
        """The most actions of any information set."""
        return max((len(actions) for actions in self.actions.values()), default=1)

    def mover(self, place: int) -> int:
        """Who is to move, by OpenSpiel's number."""
        node = self.nodes[place]
        return OVER if isinstance(node, End) else CHANCE if isinstance(node, Chance) else self.game.players.index(node.player)


def to_openspiel(game: Game, name: str) -> Any:
    """A `pyspiel.Game` with the same moves, chances, knowledge and payoffs, registered with OpenSpiel as `name`.

    Actions of an information set are numbered in the order written and keep their names; the information state of who is to move is `knows`,
    that of another player what it last knew and did. A game of the same name that was registered before is replaced.

    Raises:
        SolveError: OpenSpiel is not there; a name that is none for OpenSpiel; a game in which nobody ever moves.
    """
    spiel = pyspiel_or_refusal()
    if not name.isidentifier():
        raise SolveError(f"'{name}' is no name for OpenSpiel", next="Use letters, digits and underscores")
    tree = _tree(game)
    if not tree.sets:
        raise SolveError("nobody moves in it", where=name, next="OpenSpiel wants a player")
    kind, sizes = _kind(spiel, tree, name), _sizes(spiel, tree)
    state_class, observer_class = _state(spiel, tree), _observer(tree)

    class Told(spiel.Game):
        """The game; its parameters are none."""

        def __init__(self, params: Any = None) -> None:
            super().__init__(kind, sizes, params or {})

        def new_initial_state(self) -> Any:
            """The root."""
            return state_class(self)

        def make_py_observer(self, iig_obs_type: Any = None, params: Any = None) -> Any:
            """What a player sees of a state; None where only what is public, or only what is not, is asked for: a tree does not tell them apart."""
            return observer_class() if iig_obs_type is None or _whole(spiel, iig_obs_type) else None

        def __reduce__(self) -> Any:
            return _loaded, (name,)

    spiel.register_game(kind, Told)
    return Told()


def _loaded(name: str) -> Any:
    """The game of a pickle, where a game is registered by its name."""
    pyspiel: Any = import_module("pyspiel")
    return pyspiel.load_game(name)


def _played(game: Any, moves: list[int]) -> Any:
    """The state of a pickle: what was done on the way, done again."""
    state = game.new_initial_state()
    for move in moves:
        state.apply_action(move)
    return state


def _whole(spiel: Any, asked: Any) -> bool:
    """Whether an observer is asked for all that one player knows."""
    return bool(asked.public_info) and asked.private_info == spiel.PrivateInfoType.SINGLE_PLAYER


def _tree(game: Game) -> _Tree:
    """The lists, walked once."""
    nodes: list[Node] = [game.root]
    depths = [0]
    following: list[list[int]] = []
    actions: dict[str, tuple[str, ...]] = {}
    for place, node in enumerate(nodes):  # grows while it is walked
        after: list[Node] = []
        if isinstance(node, Chance):
            after = [to for _, to in node.branches]
        elif isinstance(node, Move):
            actions.setdefault(node.knows, tuple(node.actions))
            after = [node.actions[action] for action in actions[node.knows]]
        following.append(list(range(len(nodes), len(nodes) + len(after))))
        nodes += after
        depths += [depths[place] + isinstance(node, Move)] * len(after)
    sets = list(actions)
    return _Tree(game, nodes, following, max(depths), sets, {knows: number for number, knows in enumerate(sets)}, actions)


def _kind(spiel: Any, tree: _Tree, name: str) -> Any:
    """What OpenSpiel wants to know of any game of this kind."""
    moves = sum(isinstance(node, Move) for node in tree.nodes)
    by_chance = any(isinstance(node, Chance) for node in tree.nodes)
    totals = [sum(node.payoffs) for node in tree.nodes if isinstance(node, End)]
    even = max(totals) - min(totals) <= 1e-9
    kinds = spiel.GameType
    return kinds(
        short_name=name,
        long_name=name,
        dynamics=kinds.Dynamics.SEQUENTIAL,
        chance_mode=kinds.ChanceMode.EXPLICIT_STOCHASTIC if by_chance else kinds.ChanceMode.DETERMINISTIC,
        information=kinds.Information.PERFECT_INFORMATION if moves == len(tree.sets) else kinds.Information.IMPERFECT_INFORMATION,
        utility=(kinds.Utility.ZERO_SUM if abs(totals[0]) <= 1e-9 else kinds.Utility.CONSTANT_SUM)
        if even
        else kinds.Utility.GENERAL_SUM,
        reward_model=kinds.RewardModel.TERMINAL,
        max_num_players=len(tree.game.players),
        min_num_players=len(tree.game.players),
        provides_information_state_string=True,
        provides_information_state_tensor=True,
        provides_observation_string=True,
        provides_observation_tensor=True,
    )


def _sizes(spiel: Any, tree: _Tree) -> Any:
    """How large this one is."""
    ends = [node.payoffs for node in tree.nodes if isinstance(node, End)]
    totals = [sum(payoffs) for payoffs in ends]
    even = max(totals) - min(totals) <= 1e-9
    return spiel.GameInfo(
        num_distinct_actions=tree.widest,
        max_chance_outcomes=max((len(node.branches) for node in tree.nodes if isinstance(node, Chance)), default=0),
        num_players=len(tree.game.players),
        min_utility=min(min(payoffs) for payoffs in ends),
        max_utility=max(max(payoffs) for payoffs in ends),
        utility_sum=totals[0] if even else None,
        max_game_length=tree.depth,
    )


def _state(spiel: Any, tree: _Tree) -> Any:
    """The class of states: a place in the tree, and what each player last knew and did."""

    class State(spiel.State):
        """OpenSpiel's interface of a state (python/games/kuhn_poker.py there)."""

        def __init__(self, game: Any) -> None:
            super().__init__(game)
            self.place = 0
            self.last = [(START, START)] * len(tree.game.players)

        def current_player(self) -> int:
            """Who is to move."""
            return tree.mover(self.place)

        def _legal_actions(self, player: int) -> list[int]:
            return list(range(len(tree.following[self.place]))) if player == tree.mover(self.place) else []

        def chance_outcomes(self) -> list[tuple[int, float]]:
            """Branches with their probabilities."""
            node = tree.nodes[self.place]
            assert isinstance(node, Chance), "chance is not to move here"
            return [(branch, p) for branch, (p, _) in enumerate(node.branches)]

        def _apply_action(self, action: int) -> None:
            node = tree.nodes[self.place]
            if isinstance(node, Move):
                self.last[tree.mover(self.place)] = (tree.numbers[node.knows], action)
            self.place = tree.following[self.place][action]

        def _action_to_string(self, player: int, action: int) -> str:
            node = tree.nodes[self.place]
            return tree.actions[node.knows][action] if isinstance(node, Move) else f"chance {action}"

        def is_terminal(self) -> bool:
            """Whether the game is over."""
            return tree.mover(self.place) == OVER

        def returns(self) -> list[float]:
            """Payoffs, once it is over."""
            node = tree.nodes[self.place]
            return list(node.payoffs) if isinstance(node, End) else [0.0] * len(tree.game.players)

        def __str__(self) -> str:
            return f"node {self.place}"

        def __reduce__(self) -> Any:
            return _played, (self.get_game(), self.history())

    return State


def _seen(tree: _Tree, state: Any, player: int) -> tuple[int, int]:
    """What a player knows: its information set if it is to move (and no action), else the last one and what it did there."""
    place = int(state.place)
    node = tree.nodes[place]
    if isinstance(node, Move) and tree.mover(place) == player:
        return tree.numbers[node.knows], START
    return state.last[player]


def _observer(tree: _Tree) -> Any:
    """The class of observers: with perfect recall, what a player last knew and did says all that it knows."""

    class Observer:
        """OpenSpiel's interface of an observer (python/observation.py there): one place for each player, information set and action."""

        def __init__(self) -> None:
            sizes = {"player": len(tree.game.players), "knows": len(tree.sets), "did": tree.widest}
            self.tensor = np.zeros(sum(sizes.values()), np.float32)
            self.dict: dict[str, Any] = {}
            first = 0
            for part, size in sizes.items():
                self.dict[part] = self.tensor[first : first + size]
                first += size

        def set_from(self, state: Any, player: int) -> None:
            """Ones where the player is, what it knows and what it did."""
            self.tensor.fill(0)
            self.dict["player"][player] = 1
            for part, number in zip(("knows", "did"), _seen(tree, state, player), strict=True):
                if number != START:
                    self.dict[part][number] = 1

        def string_from(self, state: Any, player: int) -> str:
            """The same in words."""
            knows, did = _seen(tree, state, player)
            if knows == START:
                return f"{tree.game.players[player]} knows nothing yet"
            name = tree.sets[knows]
            return name if did == START else f"{name}, then {tree.actions[name][did]}"

    return Observer

"""Games of OpenSpiel (Lanctot et al. 2019) as games of our own: the whole tree, walked once."""

from __future__ import annotations

from typing import Any

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node

MOST_NODES = 1_000_000
MOST_MOVES = 300  # one after the other: each is a step deeper for Python too


def pyspiel_or_refusal() -> Any:
    """OpenSpiel's module. Raises SolveError, with how to install it, where it is not there."""
    try:
        import pyspiel  # pyright: ignore[reportMissingImports]
    except ImportError as missing:
        raise SolveError(
            "OpenSpiel is not installed", where="pyspiel", next="Install it with: pip install 'countermove[games]'"
        ) from missing
    return pyspiel


def from_openspiel(game: Any, most_nodes: int = MOST_NODES) -> Game:
    """A `pyspiel` game, or the text that `pyspiel.load_game` takes, as a tree of ours.

    Players are `player 0`, `player 1`, ...; what one knows is its name and OpenSpiel's information-state string; actions have the names that
    OpenSpiel gives them at the first node of an information set. Players who move at once are made to move one after the other, unseen.

    Raises:
        SolveError: OpenSpiel is not there; chances that are only sampled; no information-state strings; more than `most_nodes` nodes, or
            `MOST_MOVES` moves one after the other; an information set whose nodes offer different actions.
    """
    spiel = pyspiel_or_refusal()
    loaded: Any = spiel.load_game(game) if isinstance(game, str) else game
    name = str(loaded.get_type().short_name)
    if loaded.get_type().dynamics == spiel.GameType.Dynamics.SIMULTANEOUS:
        loaded = spiel.convert_to_turn_based(loaded)
    kind: Any = loaded.get_type()
    if kind.chance_mode == spiel.GameType.ChanceMode.SAMPLED_STOCHASTIC:
        raise SolveError("its chances are drawn and not told", where=name, next="Only games with explicit chances become trees")
    if not kind.provides_information_state_string:
        raise SolveError(
            "it does not say what a player knows when it moves", where=name, next="Choose a game with information states"
        )
    players = tuple(f"player {who}" for who in range(loaded.num_players()))
    return Game(players, _Walk(name, players, most_nodes).node(loaded.new_initial_state()))


class _Walk:
    """One walk over the tree, which names the actions of an information set once."""

    def __init__(self, name: str, players: tuple[str, ...], most: int) -> None:
        self.name, self.players, self.most, self.count = name, players, most, 0
        self.actions: dict[str, dict[int, str]] = {}

    def node(self, state: Any, deep: int = 0) -> Node:
        """The tree from this state on, after `deep` moves."""
        self.count += 1
        if deep > MOST_MOVES:
            raise SolveError(
                f"it can go on for more than {MOST_MOVES} moves", where=self.name, next="Ask for a game with a horizon"
            )
        if self.count > self.most:
            raise SolveError(
                f"its tree has more than {self.most:,} nodes", where=self.name, next="Ask for a smaller game, or allow more nodes"
            )
        if state.is_terminal():
            return End(tuple(float(value) for value in state.returns()))
        if state.is_chance_node():
            return Chance(
                tuple((float(p), self.node(state.child(action), deep + 1)) for action, p in state.chance_outcomes() if p > 0)
            )
        who = int(state.current_player())
        knows = f"{self.players[who]}: {state.information_state_string(who)}"
        legal = [int(action) for action in state.legal_actions()]
        named = self.actions.setdefault(knows, _names(state, who, legal))
        if list(named) != legal:
            raise SolveError("an information set offers different actions at different nodes", where=f"{self.name}, {knows}")
        return Move(self.players[who], knows, {text: self.node(state.child(action), deep + 1) for action, text in named.items()})


def _names(state: Any, who: int, legal: list[int]) -> dict[int, str]:
    """OpenSpiel's names of the actions; with their numbers where two have the same."""
    texts = [str(state.action_to_string(who, action)) for action in legal]
    alike = len(set(texts)) < len(texts)
    return {action: f"{text} ({action})" if alike else text for action, text in zip(legal, texts, strict=True)}

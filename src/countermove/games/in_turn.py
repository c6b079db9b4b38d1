"""PettingZoo's interface of agents who move in turn (Terry et al. 2021), with its bookkeeping, around any game that is played so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from countermove.errors import SolveError

T = TypeVar("T")


class TurnGame(Protocol):
    """A game in which agents move one after another, always in the same order. It knows nothing of PettingZoo."""

    @property
    def over(self) -> bool:
        """Whether nothing is left to be played."""
        ...

    def begin(self, seed: int | None) -> None:
        """Start anew. Raises CountermoveError for a number that is no seed."""
        ...

    def seen(self, agent: str) -> Any:
        """What an agent observes."""
        ...

    def move(self, agent: str, asked: Any) -> dict[str, float]:
        """What every agent gets by the move. Raises CountermoveError for what is no move."""
        ...

    def says(self) -> str:
        """Where it stands, in words, and no secret."""
        ...


def pettingzoo_parts() -> tuple[Any, Any]:
    """Gymnasium's spaces and PettingZoo's class of environments. Raises SolveError where PettingZoo is not installed."""
    try:
        import gymnasium  # pyright: ignore[reportMissingImports]
        import pettingzoo  # pyright: ignore[reportMissingImports]
    except ImportError as missing:
        raise SolveError(
            "PettingZoo is not installed", where="pettingzoo", next="Install it with: pip install 'countermove[games]'"
        ) from missing
    modules: Any = (gymnasium, pettingzoo)
    return modules[0].spaces, modules[1].AECEnv


class InTurn:
    """What an environment of PettingZoo does, beside the class of its own that it is mixed into.

    `actions` and `observations` are Gymnasium's spaces by agent, in the order in which they move; `infos` is what each is told for good.
    """

    render_mode = "ansi"
    _accumulate_rewards: Any  # PettingZoo's
    _was_dead_step: Any

    def __init__(
        self,
        game: TurnGame,
        name: str,
        actions: Mapping[str, Any],
        observations: Mapping[str, Any],
        infos: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:
        super().__init__()
        self.game = game
        self.metadata: dict[str, Any] = {"name": name, "render_modes": ["ansi"], "is_parallelizable": True}
        self.possible_agents = list(actions)
        self.action_spaces, self.observation_spaces = dict(actions), dict(observations)
        self._told = infos or {}

    def __str__(self) -> str:
        return str(self.metadata["name"])

    def observation_space(self, agent: str) -> Any:
        """What the agent can observe."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """What the agent can do."""
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: Any = None) -> None:
        """A new game; `options` are none. Raises CountermoveError for a number that is no seed."""
        self.game.begin(seed)
        self.agents = list(self.possible_agents)
        self.rewards, self._cumulative_rewards = self._each(0.0), self._each(0.0)
        self.terminations, self.truncations = self._each(False), self._each(False)
        self.infos = {agent: dict(self._told.get(agent, {})) for agent in self.agents}
        self.agent_selection: str = self.agents[0]

    def observe(self, agent: str) -> Any:
        """What the agent knows now."""
        return self.game.seen(agent)

    def step(self, action: Any) -> None:
        """The agent whose turn it is moves; once the game is over it leaves, with None. Raises CountermoveError for a move that is not allowed."""
        agent = self.agent_selection
        if self.terminations[agent]:
            self._was_dead_step(action)
            return
        self.rewards = self.game.move(agent, action)
        self._cumulative_rewards[agent] = 0.0
        self._accumulate_rewards()
        self.terminations = self._each(self.game.over)
        place = self.possible_agents.index(agent)
        self.agent_selection = self.possible_agents[(place + 1) % len(self.possible_agents)]

    def render(self) -> str:
        """Where it stands, in words."""
        return self.game.says()

    def close(self) -> None:
        """Nothing is held open."""

    def _each(self, value: T) -> dict[str, T]:
        """The same for all agents."""
        return dict.fromkeys(self.possible_agents, value)

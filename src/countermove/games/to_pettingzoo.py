"""A compiled war as an environment of PettingZoo (Terry et al. 2021), for learners: each month two agents move, neither seeing the other's move."""

from __future__ import annotations

from operator import index
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.backward import check_game
from countermove.games.bins import Bins
from countermove.games.in_turn import InTurn, pettingzoo_parts
from countermove.games.stochastic import StochasticGame
from countermove.rng.seeds import SEEDS, stream_of

Whole = NDArray[np.int64]
AGENTS = ("owner_0", "rival_1")  # PettingZoo asks for a word and a number
ENVIRONMENT = 0x7A00  # the stream of a seed that environments draw from


def to_pettingzoo(
    game: StochasticGame, bins: Bins | None = None, states: Annotated[Whole, "S"] | None = None, name: str = "countermove_war_v0"
) -> Any:
    """A `pettingzoo.AECEnv` in which `owner_0` and `rival_1` play the war.

    An agent observes whole numbers: months that are left, the public state (its bin on every axis of more than one bin), both moves of last month
    (from 1; 0 in the first), and the rival his type (from 1; the owner sees 0 there, and where there is one type it is left out); with a mask of
    the moves that the state allows. Rewards are the points of the month, once both have moved, and in the last month also those of its end.
    `reset(seed)` draws type and start; the same seed and moves are the same war.

    Args:
        bins: what the states are bins of; the states' own numbers are observed, unless given.
        states: the number of each state among the bins (`Extraction.states`), with `bins` only.
        name: by which PettingZoo's tests know it.

    Raises:
        SolveError: PettingZoo is not there; a game that is none; bins without the states' numbers, or the reverse.
    """
    spaces, base = pettingzoo_parts()
    check_game(game)

    class Environment(InTurn, base):
        """What PettingZoo takes for one of its own."""

    war = _War(game, _columns(game, bins, states))
    counts = dict(zip(AGENTS, (len(game.owner_moves), len(game.rival_moves)), strict=True))
    most = np.array(war.most, dtype=np.int32)
    seen = {
        agent: spaces.Dict(
            {
                "observation": spaces.Box(np.zeros_like(most), most, dtype=np.int32),
                "action_mask": spaces.Box(0, 1, (count,), dtype=np.int8),
            }
        )
        for agent, count in counts.items()
    }
    return Environment(war, name, {agent: spaces.Discrete(count) for agent, count in counts.items()}, seen)


def _columns(game: StochasticGame, bins: Bins | None, states: Whole | None) -> Annotated[Whole, "S axes"]:
    """What is seen of each state, from 0 in every column."""
    count = len(game.start)
    if bins is None and states is None:
        return np.arange(count)[:, None] if count > 1 else np.zeros((1, 0), dtype=np.int64)
    if bins is None or states is None or states.shape != (count,):
        raise SolveError(f"bins and a number among them for each of {count} states are wanted together", where="states")
    places = bins.places(states)
    shown = [places[axis.name] for axis in bins.axes if axis.bins > 1]
    return np.stack(shown, axis=1) if shown else np.zeros((count, 0), dtype=np.int64)


class _War:
    """One war as it is played: where it stands, what was done last, and what this month gave. It knows nothing of PettingZoo."""

    def __init__(self, game: StochasticGame, columns: Whole) -> None:
        self.game, self.columns = game, columns
        self.several = len(game.types) > 1
        self.luck: np.random.Generator | None = None
        self.month = self.state = self.kind = 0
        self.last = (0, 0)  # from 1
        self.chosen: int | None = None  # by the owner, which the rival does not see

    @property
    def over(self) -> bool:
        """Whether the last month is."""
        return self.month == self.game.months

    @property
    def most(self) -> list[int]:
        """The largest number of each place of an observation; the smallest is 0."""
        states = [int(most) for most in self.columns.max(axis=0)] if self.columns.size else []
        most = [self.game.months, *states, len(self.game.owner_moves), len(self.game.rival_moves)]
        return [*most, len(self.game.types)] if self.several else most

    def begin(self, seed: int | None) -> None:
        """Draws a type and a start; without a seed the luck goes on, or is new. Raises SolveError for a number that is no seed."""
        if seed is not None:
            if not 0 <= seed < SEEDS:
                raise SolveError(f"{seed} is not a seed", where="reset", next=f"A seed is a whole number from 0 to {SEEDS - 1}")
            self.luck = stream_of(seed, ENVIRONMENT)
        self.month, self.last, self.chosen = 0, (0, 0), None
        self.kind = self._drawn(self.game.types)
        self.state = self._drawn(self.game.start)

    def seen(self, agent: str) -> dict[str, NDArray[Any]]:
        """What an agent knows now: the numbers of `to_pettingzoo`, and which moves the state allows."""
        who = AGENTS.index(agent)
        return {"observation": self._numbers(who), "action_mask": self._may(who)}

    def _numbers(self, who: int) -> NDArray[np.int32]:
        numbers = [self.game.months - self.month, *self.columns[self.state].tolist(), *self.last]
        return np.array([*numbers, self.kind + 1 if who else 0] if self.several else numbers, dtype=np.int32)

    def _may(self, who: int) -> NDArray[np.int8]:
        return (self.game.rival_may if who else self.game.owner_may)[self.state].astype(np.int8)

    def move(self, agent: str, asked: Any) -> dict[str, float]:
        """What both get by it: nothing until both have moved. Raises SolveError for what is no move that the state allows."""
        who = AGENTS.index(agent)
        allowed = self._may(who)
        try:
            move = index(asked)
        except TypeError:
            move = -1
        if not (0 <= move < len(allowed) and allowed[move]):
            names = self.game.rival_moves if who else self.game.owner_moves
            can = ", ".join(f"{number} ({name})" for number, name in enumerate(names) if allowed[number])
            raise SolveError(f"move {asked} is not allowed here", where=f"{agent}, month {self.month + 1}", next=f"Allowed: {can}")
        if who == 0:
            self.chosen = move
            return dict.fromkeys(AGENTS, 0.0)
        assert self.chosen is not None, "the owner moves first"
        cell = (self.state, self.chosen, move)
        owner, rival = float(self.game.owner_gets[cell]), float(self.game.rival_gets[self.kind][cell])
        self.state = int(self.game.following[cell][self._drawn(self.game.chances[cell])])
        self.last, self.chosen = (self.chosen + 1, move + 1), None
        self.month += 1
        if self.over:
            owner += float(self.game.owner_last[self.state])
            rival += float(self.game.rival_last[self.kind, self.state])
        return dict(zip(AGENTS, (owner, rival), strict=True))

    def says(self) -> str:
        """Where it stands, in words, and no secret."""
        did = [
            moves[last - 1] if last else "nothing"
            for moves, last in zip((self.game.owner_moves, self.game.rival_moves), self.last, strict=True)
        ]
        return f"{self.month} of {self.game.months} months over, state {self.state}; {self.game.owner} did {did[0]}, {self.game.rival} {did[1]}"

    def _drawn(self, chances: NDArray[np.float64]) -> int:
        """A place by its probability."""
        if self.luck is None:
            self.luck = np.random.default_rng()
        return int(self.luck.choice(len(chances), p=chances / chances.sum()))

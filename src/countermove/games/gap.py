"""The abstraction gap: what the same play is worth in a war and in the game that was made of it, side by side with errors.

A written strategy under a theory is played in the simulator. What both did in each public state and month - the owner's rung in force, what the
rival would have given without the noise of his support - is their strategy in the game, moves of one month together. The game then plays it from
its own first day by its own probabilities. Where its path comes to a state in a month in which the simulator never stood there, they do what they
did there in other months; where the simulator never stood there at all, both stay where they stand: the share of either is reported.

Errors are those of the scrambles of the draws. Both worlds are made of the same draws: what a scramble has moved the game by, to first order (its
worlds among the samples of each state, its first days), less what it has moved the simulator by, is what it has moved the gap by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.board import Floats, Wholes
from countermove.games.extract import Extraction
from countermove.games.in_the_war import Played, play
from countermove.games.scrambles import scramble_means, scrambles_of, spread_error


@dataclass(frozen=True)
class Compared:
    """One outcome in both worlds, with its standard error in each, and that of the gap: both are of the same draws, taken together."""

    name: str
    simulator: float
    simulator_error: float
    game: float
    game_error: float
    error: float  # of the gap

    @property
    def gap(self) -> float:
        """The game's less the simulator's."""
        return self.game - self.simulator

    def says(self) -> str:
        """In one line."""
        return (
            f"{self.name}: {self.simulator:.4g} ± {self.simulator_error:.2g} in the simulator, {self.game:.4g} ± {self.game_error:.2g} in "
            f"the game; the gap is {self.gap:+.2g} ± {self.error:.2g}"
        )


@dataclass(frozen=True)
class Gap:
    """A strategy under a theory in the simulator and in the game. Shares are of the months played."""

    strategy: str
    theory: str
    outcomes: tuple[Compared, ...]  # the owner's points first, then the watched measures, then what each type of the rival gets
    runs: int
    other_month: float  # of the game's path: where the simulator stood only in other months
    nowhere: float  # of the game's path: where the simulator never stood
    outside: float  # of the simulator's path: in states that the game does not have
    beyond_reach: float  # of the simulator's path: moves that the game does not have or allow, taken as the nearest that it does

    @property
    def value(self) -> Compared:
        """The owner's points."""
        return self.outcomes[0]

    def within(self, tolerance: float) -> bool:
        """Whether the gap of the owner's points is inside the tolerance whatever two of its errors hide."""
        return abs(self.value.gap) + 2 * self.value.error <= tolerance

    def says(self, tolerance: float) -> tuple[str, ...]:
        """In words."""
        verdict = "inside" if self.within(tolerance) else "not inside"
        head = (
            f"{self.strategy} under {self.theory}: the gap of the value, with two of its errors, is {verdict} {tolerance:g} points"
        )
        shares = (
            f"of the game's months {self.other_month:.1%} are played as in other months and {self.nowhere:.1%} without an example; "
            f"of the simulator's {self.outside:.1%} are in states that the game lacks and {self.beyond_reach:.1%} with moves that it forbids"
        )
        return (head, *(one.says() for one in self.outcomes), shares)


def measure_gap(made: Extraction, strategy: str, theory: str, lucks: int = 16) -> Gap:
    """The gap of a written strategy under a theory, with so many lucks for each of the board's draws.

    Raises SolveError for a strategy or a theory that the war does not have, or fewer than 1 luck or 2 draws.
    """
    if lucks < 1 or made.board.draws < 2:
        raise SolveError("a gap needs 2 draws or more, and a luck", where="gap")
    return gap_of(made, play(made, strategy, theory, lucks))


def gap_of(made: Extraction, seen: Played, *, points_only: bool = False) -> Gap:
    """The gap of what was played in the simulator; of the owner's points alone in a quarter of the time."""
    rows_of = _points if points_only else _channels
    names, gains = rows_of(made, made.gains)
    opening = rows_of(made, made.opening)[1]
    totals = rows_of(made, seen.totals)[1] + opening[:, None]
    by_scramble = np.stack([scramble_means(seen.by_draw(row)) for row in totals])
    simulated = (by_scramble - by_scramble.mean(axis=1, keepdims=True)) / by_scramble.shape[1]
    visits, policies, shares = _walked(made, seen)
    values, moved, alone = _valued(made, gains, visits, policies, seen.place[0, : seen.draws])
    errors = (np.sqrt(spread_error(parts) ** 2 + more) for parts, more in ((moved, alone), (moved - simulated, alone)))
    columns = (totals.mean(axis=-1), spread_error(simulated), values + opening, *errors)
    rows = [Compared(name, *(float(x) for x in row)) for name, *row in zip(names, *columns, strict=True)]
    return Gap(seen.owner, seen.rival, tuple(rows), totals.shape[1], *shares, seen.outside, seen.beyond)


def _points(_made: Extraction, by_channel: NDArray[np.floating]) -> tuple[tuple[str, ...], Floats]:
    """The owner's points [1, ...]."""
    return ("points",), by_channel[:1].astype(np.float64)


def _channels(made: Extraction, by_channel: NDArray[np.floating]) -> tuple[tuple[str, ...], Floats]:
    """The channels [C, ...] with what the rival wins and pays as what each of his types gets [C - 2 + K, ...]."""
    found = by_channel.astype(np.float64)
    stake, cost = found[-2], found[-1]
    types = tuple(f"rival of stake-ratio {stake_ratio:.3g}" for stake_ratio in made.stakes)
    return (*made.board.channels[:-2], *types), np.stack([*found[:-2], *(ratio * stake - cost for ratio in made.ratios)])


def _counted(made: Extraction, place: Wholes, pair: Wholes) -> Floats:
    """How often each pair of moves was played in each state [S, A * B]."""
    pairs = len(made.moves.orders) * len(made.moves.rival)
    known = place >= 0
    flat = place[known] * pairs + pair[known]
    return np.bincount(flat, minlength=len(made.states) * pairs).astype(np.float64).reshape(len(made.states), pairs)


Policy = Callable[[int], Floats]
"""The strategies of a month: the probability of each pair of moves in each state [S, A * B]."""


def _walked(made: Extraction, seen: Played) -> tuple[list[Floats], Policy, tuple[float, float]]:
    """How probable each state is in each month [S]; the strategies; the shares of months without an example in the month, and at all."""
    game, pairs = made.game, len(made.moves.orders) * len(made.moves.rival)
    ever = _counted(made, seen.place, seen.pair)
    stands = made.bins.places(made.states)
    stay = np.zeros((len(made.states), pairs))
    stay[np.arange(len(stay)), made.moves.stays(stands["own rung"]) * len(made.moves.rival) + stands["rival support"]] = 1
    met = ever.sum(axis=1, keepdims=True)
    fallback = np.where(met > 0, ever / np.maximum(met, 1), stay)

    def policy(month: int) -> Floats:
        now = _counted(made, seen.place[month], seen.pair[month])
        here = now.sum(axis=1, keepdims=True)
        return np.where(here > 0, now / np.maximum(here, 1), fallback)

    visits, other, nowhere = [game.start], 0.0, 0.0
    to, chances = game.following.reshape(len(stay), pairs, -1), game.chances.reshape(len(stay), pairs, -1)
    for month in range(game.months):
        here = np.zeros(len(stay))
        here[seen.place[month][seen.place[month] >= 0]] = 1
        other += float((visits[-1] * (met[:, 0] > 0) * (here == 0)).sum())
        nowhere += float((visits[-1] * (met[:, 0] == 0)).sum())
        flow = (visits[-1][:, None] * policy(month))[..., None] * chances
        visits.append(np.bincount(to.ravel(), weights=flow.ravel(), minlength=len(stay)).astype(np.float64))
    return visits, policy, (other / game.months, nowhere / game.months)


def _valued(
    made: Extraction, gains: Floats, visits: list[Floats], policy: Policy, first: Annotated[Wholes, "D"]
) -> tuple[Annotated[Floats, "C"], Annotated[Floats, "C Z"], Annotated[Floats, "C"]]:
    """What the months of the game come to by channel; what each scramble has moved that by, to first order (delta method); and the variance of
    states of a single world, which the luck of its samples stands for. `first` are the states in which the draws begin.

    Every sample of a state is worth what it brought and what its next state is worth then; the samples of a state differ between its worlds.
    """
    states, pairs, count = len(made.states), len(made.moves.orders) * len(made.moves.rival), made.to.shape[-1]
    rows = gains.reshape(len(gains), states, pairs, count)
    to = np.maximum(made.to.reshape(states, pairs, count), 0)
    value, pull = np.zeros((len(gains), states)), np.zeros((len(gains), states, count))
    for month in reversed(range(made.game.months)):
        played = policy(month) * (visits[month] > 0)[:, None]  # where nobody comes nothing is needed
        at, pair = np.nonzero(played)
        each = (rows[:, at, pair] + value[:, to[at, pair]]) * played[at, pair][:, None]  # [C, played, m]
        met, begins = np.unique(at, return_index=True)
        by_state = np.add.reduceat(each, begins, axis=1)
        pull[:, met] += visits[month][met, None] * by_state
        value = np.zeros_like(value)
        value[:, met] = by_state.mean(axis=-1)
    single, scrambles = made.distinct == 1, scrambles_of(made.board.draws)
    wider = np.where(
        single, 0.0, np.sqrt(made.distinct / np.maximum(made.distinct - 1, 1))
    )  # as of a variance that divides by one less
    moved = (pull - pull.mean(axis=-1, keepdims=True)) * (wider / count)[:, None]
    total = value @ made.game.start
    opens = (value[:, first] - total[:, None]) / len(first)
    by_scramble = np.zeros((len(total), scrambles))
    for k in range(scrambles):
        by_scramble[:, k] = moved[:, made.draws % scrambles == k].sum(axis=-1) + opens[:, k::scrambles].sum(axis=-1)
    return total, by_scramble, pull[:, single].var(axis=-1, ddof=1).sum(axis=-1)

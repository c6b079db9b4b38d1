"""Games of two players in which one gets what the other loses, solved exactly: one linear programme over sequences of own moves.

Sequence form: Koller, Megiddo & von Stengel 1996, "Efficient computation of equilibria for extensive two-person games"; von Stengel 1996.
The simplex method is scipy's HiGHS. What it answers is believed only after both strategies met their best replies, found without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Node, Play

Floats = NDArray[np.float64]
START = 0  # the sequence of a player that has not moved yet


@dataclass(frozen=True)
class ZeroSum:
    """What the first player can be sure of and the second can hold him to.

    `value` is of the first player, in the game's own payoffs; with `gap` at most, either could do better against the other's strategy (both
    together). `behaviour` names each action's probability wherever a player moves; where the player's own strategy never comes, it is even.
    """

    value: float
    gap: float
    behaviour: Play


@dataclass
class _Sequences:
    """One player's sequences: 0 is the empty one, each other ends with an action at an information set."""

    first: dict[str, int]  # by information set: the number of its first action's sequence
    actions: dict[str, tuple[str, ...]]
    before: dict[str, int]  # by information set: the sequence that leads to it
    count: int = 1


def zero_sum(game: Game, tolerance: float = 1e-8) -> ZeroSum:
    """The exact value of a two-player game whose payoffs sum to the same number at every end, and a behaviour strategy of each.

    Args:
        game: two players, each with perfect recall.
        tolerance: the largest `gap` that passes, as a share of the spread of the payoffs.

    Raises:
        SolveError: not two players; payoffs that do not sum to the same everywhere; a player who forgets; an answer beyond the tolerance.
    """
    if len(game.players) != 2:
        raise SolveError(
            f"a linear programme is for two players, and here are {len(game.players)}",
            where=", ".join(game.players),
            next="Ask the quantal response instead",
        )
    own, ends = _sequences(game)
    total = ends[0][3] if ends else 0.0
    spread = float(np.ptp([gets for _, _, _, _, gets in ends])) or 1.0
    for *_, both, _ in ends:
        if abs(both - total) > 1e-9 * max(spread, abs(total), 1.0):
            raise SolveError(
                f"this is no game of one against the other: payoffs sum to {total:g} at one end and to {both:g} at another",
                where=" and ".join(game.players),
                next="Ask the quantal response instead",
            )
    low = min(gets for *_, gets in ends)
    # payoffs on [0, 1]: the tolerances of the solver are absolute
    rows, columns = [e[0] for e in ends], [e[1] for e in ends]
    amounts = [e[2] * (e[4] - low) / spread for e in ends]
    payoff: Any = sparse.coo_array((amounts, (rows, columns)), shape=(own[0].count, own[1].count)).tocsr()
    first, second = _programme(payoff, own)
    lower = -_best(-(payoff.T @ first), own[1])
    upper = _best(payoff @ second, own[0])
    if not upper - lower <= tolerance:
        raise SolveError(
            f"the best replies to the two strategies that were found are {(upper - lower) * spread:.3g} apart, more than {tolerance * spread:.3g}",
            where=" against ".join(game.players),
            next="Measure payoffs in larger units, or allow a larger tolerance",
        )
    told = {**_behaviour(own[0], first), **_behaviour(own[1], second)}
    return ZeroSum(low + spread * (lower + upper) / 2, max(upper - lower, 0.0) * spread, told)


def _sequences(game: Game) -> tuple[tuple[_Sequences, _Sequences], list[tuple[int, int, float, float, float]]]:
    """Both players' sequences, and every end: (first's sequence, second's, chance, sum of payoffs, what the first gets)."""
    own = (_Sequences({}, {}, {}), _Sequences({}, {}, {}))
    ends: list[tuple[int, int, float, float, float]] = []
    waits: list[tuple[Node, tuple[int, int], float]] = [(game.root, (START, START), 1.0)]
    while waits:
        node, at, chance = waits.pop()
        if isinstance(node, End):
            ends.append((at[0], at[1], chance, node.payoffs[0] + node.payoffs[1], node.payoffs[0]))
        elif isinstance(node, Chance):
            waits += [(to, at, chance * p) for p, to in reversed(node.branches)]
        else:
            who = game.players.index(node.player)
            mine = own[who]
            if node.knows not in mine.first:
                mine.first[node.knows], mine.before[node.knows] = mine.count, at[who]
                mine.actions[node.knows] = tuple(node.actions)
                mine.count += len(node.actions)
            elif mine.before[node.knows] != at[who]:
                raise SolveError(
                    f"{node.player} forgets what it did or knew before",
                    where=node.knows,
                    next="Give places that were reached by different moves of its own different names",
                )
            place = mine.first[node.knows]
            steps = [(to, place + k) for k, to in enumerate(node.actions.values())]
            waits += [(to, (s, at[1]) if who == 0 else (at[0], s), chance) for to, s in reversed(steps)]
    return own, ends


def _flow(own: _Sequences) -> Any:
    """Sparse [information sets + 1, sequences]: a plan starts with weight 1, and splits what leads to a set among its actions."""
    rows, columns, signs = [0], [START], [1.0]
    for row, (knows, first) in enumerate(own.first.items(), start=1):
        places = [*range(first, first + len(own.actions[knows])), own.before[knows]]
        rows += [row] * len(places)
        columns += places
        signs += [1.0] * (len(places) - 1) + [-1.0]
    return sparse.coo_array((signs, (rows, columns)), shape=(len(own.first) + 1, own.count)).tocsr()


def _programme(payoff: Any, own: tuple[_Sequences, _Sequences]) -> tuple[Floats, Floats]:
    """Plans over the sequences of both: the first's is the programme's answer, the second's its shadow prices.

    `payoff` is sparse [the first's sequences, the second's].
    """
    mine, theirs = _flow(own[0]), _flow(own[1])
    sets, worths = len(own[0].first) + 1, len(own[1].first) + 1
    # most of the worth of the second's start, with F' q <= A' x, E x = e, x >= 0
    answer = optimize.linprog(
        c=np.concatenate([np.zeros(own[0].count), [-1.0], np.zeros(worths - 1)]),
        A_ub=sparse.hstack([-payoff.T, theirs.T]).tocsr(),
        b_ub=np.zeros(own[1].count),
        A_eq=sparse.hstack([mine, sparse.csr_array((sets, worths))]).tocsr(),
        b_eq=np.eye(1, sets)[0],
        bounds=[(0, None)] * own[0].count + [(None, None)] * worths,
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if answer.status != 0:
        raise SolveError(f"the linear programme did not end: {answer.message}", next="Measure payoffs in larger units")
    first, second = np.asarray(answer.x[: own[0].count], np.float64), -np.asarray(answer.ineqlin.marginals, np.float64)
    return _plan(first, own[0]), _plan(second, own[1])


def _shares(plan: Floats, first: int, count: int) -> Floats:
    """How a set's actions [count] share what comes to it; evenly where nothing does."""
    part = np.maximum(plan[first : first + count], 0.0)
    whole = part.sum()
    return part / whole if whole > 1e-12 else np.full(count, 1 / count)


def _plan(near: Floats, own: _Sequences) -> Floats:
    """The plan [sequences] without the solver's rounding: weights that split exactly."""
    plan = np.zeros(own.count)
    plan[START] = 1.0
    for knows, first in own.first.items():  # a set is found after the sets before it
        count = len(own.actions[knows])
        plan[first : first + count] = plan[own.before[knows]] * _shares(near, first, count)
    return plan


def _best(gains: Floats, own: _Sequences) -> float:
    """The most that a player gets who answers at its best, with `gains` [sequences] against the other's plan."""
    worth = gains.astype(np.float64)
    for knows, first in reversed(own.first.items()):
        worth[own.before[knows]] += worth[first : first + len(own.actions[knows])].max()
    return float(worth[START])


def _behaviour(own: _Sequences, plan: Floats) -> dict[str, dict[str, float]]:
    """Probabilities by name."""
    told: dict[str, dict[str, float]] = {}
    for knows, first in own.first.items():
        actions = own.actions[knows]
        told[knows] = dict(zip(actions, _shares(plan, first, len(actions)).tolist(), strict=True))
    return told

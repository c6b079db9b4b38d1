"""Which public states a war reaches, and worlds that stand in each of them: what the months of its game are estimated from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.bins import Bins, Sizes
from countermove.games.board import Board, Floats, Given, Month, Wholes
from countermove.games.one_month import NO_ORDERS, ORDERED, SEEN, Lanes, Stood, chosen, put_together
from countermove.rng.seeds import stream_of
from countermove.world.words import listed

OFFSET = 1 << 20  # luck of exploring begins here, that of a state's samples twice as far: what strategies are judged by lies below
_RANDOM, _ORDER, _PAIRS = 11, 12, 13  # streams of the seed
MOST_SUPPORT = 1000  # times the baseline
KEPT = 0.7  # probability that a random move stands for another month


@dataclass(frozen=True)
class Moves:
    """What both can do: the owner's rungs and the rival's support (multiples of his baseline), each rising. With a `reach` only moves so many
    places away from where the player stands are allowed. With a `plan` the owner has one move, what this written strategy orders, and `own` are the
    rungs that it may stand on; `added` are those of `own` that somebody asked for and no plan orders. Raises SolveError where a list is empty, does
    not rise, or is off the ladder, and for support beyond all measure."""

    own: tuple[int, ...]
    rival: tuple[float, ...]
    reach: int | None = None
    plan: str | None = None
    added: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for whose, moves in (("the owner", self.own), ("the rival", self.rival)):
            rising = all(a < b for a, b in pairwise(moves))
            if not moves or not rising or min(moves) < 0 or not np.isfinite(moves).all():
                raise SolveError(
                    f"the moves of {whose} are numbers from 0 up that rise, not {', '.join(f'{move:g}' for move in moves) or 'none'}",
                    where="moves",
                    next="Give finite numbers, each once, the least first",
                )
        if max(self.rival) > MOST_SUPPORT:
            raise SolveError(
                f"{max(self.rival):g} times his baseline is more than any rival gives",
                where="moves",
                next=f"Give levels of support up to {MOST_SUPPORT:,}",
            )
        if max(self.own) > 8:
            raise SolveError("an owner can order rungs from 0 to 8", where="moves")
        if self.reach is not None and self.reach < 0:
            raise SolveError("a reach is a number of places from 0 up", where="moves")

    @property
    def orders(self) -> tuple[float, ...]:
        """The rung that each of the owner's moves orders; nan: what the plan orders."""
        return self.own if self.plan is None else (float("nan"),)

    def stays(self, rung: Wholes) -> Wholes:
        """The owner's move by which it stays on its rung [n] (place among them); of a plan the only one that it has."""
        return rung if self.plan is None else rung * 0

    def may(self, stands: Wholes, of: int) -> NDArray[np.bool_]:
        """Whether each of so many moves is allowed [S, moves] where a player stands at one of them [S]."""
        far = np.abs(np.arange(of) - stands[:, None])
        return np.ones(far.shape, bool) if self.reach is None else far <= self.reach


@dataclass(frozen=True)
class Samples:
    """Q worlds in the middle of a war, and which m of them stand for each of S states; a state that few were met in has the same ones again,
    with other luck."""

    numbers: Wholes  # [S] the states, by their number among the bins
    worlds: Wholes  # [S, m] place of each state's worlds
    distinct: Wholes  # [S] how many of them differ
    lanes: Lanes  # [Q]
    month: Wholes  # [Q] from 0
    draw: Wholes  # [Q]


def picked(numbers: Wholes, order: Wholes, count: int) -> tuple[Wholes, Wholes, Wholes]:
    """Of worlds [n] with the number of their state, `count` for each state: states [S], places [S, count], how many differ [S].

    Those first in `order` [n] are taken.
    """
    by = np.lexsort((order, numbers))
    states, first, met = np.unique(numbers[by], return_index=True, return_counts=True)
    within = np.arange(count)[None, :] % np.minimum(met, count)[:, None]
    return states, by[first[:, None] + within], np.minimum(met, count)


@dataclass(frozen=True)
class Explorer:
    """Runs from the first day: some with random moves of both, some of written strategies under theories; of a plan's own game some of the plan
    against random support, some of it under theories.

    At most `written` of the pairs are played, drawn by the seed.
    """

    board: Board
    moves: Moves
    wandering: int = 4  # batches of runs with random moves
    written: int = 16

    @property
    def walks(self) -> list[tuple[tuple[str, str], bool]]:
        """Strategy and theory of every batch, and whether its moves are random."""
        program, plan = self.board.program, self.moves.plan
        pairs = [(s, t) for s in (program.strategy_names if plan is None else (plan,)) for t in program.theory_names]
        taken = sorted(stream_of(self.board.seed, _PAIRS).permutation(len(pairs))[: self.written].tolist())
        random = (NO_ORDERS.name if plan is None else plan, ORDERED)
        walks: list[tuple[tuple[str, str], bool]] = [(random, True)] * self.wandering
        return walks + [(pairs[number], False) for number in taken]

    def walk(self, number: int, visit: Callable[[Month, Wholes], None]) -> None:
        """Every month of batch `number`, with the draw of each run."""
        board, lanes = self.board, np.arange(self.board.lanes)
        draw = lanes % board.draws
        luck = OFFSET + number * (1 + board.lanes // board.draws) + lanes // board.draws
        pair, wanders = self.walks[number]
        given = self._random(number) if wanders else None
        for month in board.play(pair, draw, luck, given):
            visit(month, draw)

    def _random(self, number: int) -> Callable[[int, Stood], Given]:
        """Moves that stand for some months, then change to any other."""
        rng = stream_of(self.board.seed, _RANDOM + 1000 * number)
        size = (self.board.months, self.board.lanes)
        fresh = rng.random(size) >= KEPT
        fresh[0] = True
        since = np.maximum.accumulate(np.where(fresh, np.arange(size[0])[:, None], 0), axis=0)
        orders = self.moves.orders
        rung = np.asarray(orders, np.float32)[rng.integers(len(orders), size=size)]
        support = np.asarray(self.moves.rival, np.float32)[rng.integers(len(self.moves.rival), size=size)]
        lane = np.arange(size[1])
        return lambda month, _: Given(rung[since[month], lane], support[since[month], lane])

    def met(self) -> NDArray[np.float32]:
        """What is public at the start of every month of every run: [walks, T, 10, n]."""
        found = np.empty((len(self.walks), self.board.months, len(SEEN), self.board.lanes), np.float32)
        for number in range(len(self.walks)):

            def visit(month: Month, _: Wholes, number: int = number) -> None:
                found[number, month.number] = np.asarray(month.before.seen)

            self.walk(number, visit)
        return found

    def bins(self, sizes: Sizes, met: NDArray[np.float32]) -> Bins:
        """Bins of these sizes over what all runs met, random moves too: where nobody goes today a rival who thinks ahead may. Rungs and support
        have a bin for each move."""
        return sizes.fitted(columns_of(met), (self.moves.own, self.moves.rival), self.board.months)

    def samples(self, bins: Bins, met: NDArray[np.float32], count: int) -> Samples:
        """Worlds for each state that was met: drawn evenly from all that stood there. The runs are played a second time for them."""
        numbers = bins.number(columns_of(met))
        order = stream_of(self.board.seed, _ORDER).permutation(len(numbers))
        states, places, distinct = picked(numbers, order, count)
        wanted = np.unique(places)
        walks, months, lanes = met.shape[0], met.shape[1], met.shape[3]
        at = np.unravel_index(wanted, (walks, months, lanes))
        parts: list[Lanes] = []
        for number in range(walks):

            def visit(month: Month, _: Wholes, number: int = number) -> None:
                here = at[2][(at[0] == number) & (at[1] == month.number)]
                if len(here):
                    parts.append(chosen(month.before.lanes, here))

            self.walk(number, visit)
        return Samples(
            states, np.searchsorted(wanted, places), distinct, put_together(parts), at[1].astype(np.int64), at[2] % self.board.draws
        )


def columns_of(met: NDArray[np.float32]) -> Mapping[str, Floats]:
    """What was met as columns, a value for each month of each run."""
    walks, months, _, lanes = met.shape
    rows = {name: met[:, :, row, :].astype(np.float64).ravel() for row, name in enumerate(SEEN)}
    return {**rows, "month": np.broadcast_to(np.arange(months, dtype=np.float64)[None, :, None], (walks, months, lanes)).ravel()}


def to_cut(bins: Bins, moves: Moves) -> str:
    """What makes a game smaller, most first: what `countermove solve` has an option for; all else follows from the war and its plans."""
    sizes = {axis.name: axis.bins for axis in bins.axes}
    ways = [
        (sizes["shortfall"], f"the {sizes['shortfall']} bins of shortfall (--bins)"),
        (len(moves.rival), f"the rival's {len(moves.rival)} levels of support (--support)"),
    ]
    told = [says for size, says in sorted(ways, key=lambda way: -way[0]) if size > 1]
    if moves.added:
        told.append(f"{listed([f'rung {rung}' for rung in moves.added])}, which no plan orders (--rung)")
    return f"Cut {', or '.join([*told, 'the samples of a state (--samples)'])}"

"""From a compiled war to the game of its two patrons who look ahead (games/stochastic.py).

What the owner gets in a month is the change of what the run is worth to it by the scenario's objective, were the war over then; over all months
these changes add up to the objective's points, those of `run`, whatever the objective values (an event, the end, or what every month adds).

What the rival gets in a month, if his type is v, in thousand person-equivalents:

    v / v50 * V * (success - red_line * crossed) - support - dead

- v is `stake-ratio`: K types are the quantiles (k + 1/2)/K of its draws, each of probability 1/K; v50 is their median. A type 0 has nothing to
  win, and what he gives is lost to him.
- success is Tullock's 1/(1 + exp(r (L - L0))), as `rational` has it: r is `rational.decisiveness`, L the shortfall of his client after the month
  and L0 that of the first day; 0 once his client has collapsed, 1 once its enemy has.
- V = 4 N0/r, N0 the strength of his side on the first day: on that day a thousand more is worth a thousand to the median type, so that what he
  gives then is what he finds worth giving, as in `rational`. `games/revealed.py` scales it for one who looks ahead.
- crossed is 1 where his client has fallen short beyond `spigot.line`, the line he will not let pass (or has collapsed); `red_line` says how much
  of the prize that costs him: 1, all of it, unless asked otherwise.
- support is what he gave in the month, dead what his dead leave to replace: `attrition.patron-weight` times so many thousand.

Every number is each draw's own, but v: the game averages over draws, and the rival knows his type alone. Neither gets anything after the clock.

What they do: the owner orders a rung with its flows; what it ordered before (conditions, sanctions, diplomacy) stands, and its client's requests
are refused, as its rung is its answer. A shipment of a volume is no move. In a plan's own game (`Moves.plan`) its one move is what the plan orders in
that month: dated moves, rules, shipments, answers. The rival aims at a multiple of his baseline, at once; the noise of his
support, his clock of an open intervention, covertness and leaving are chance, as ever.

Nothing of a month is written here: a world of each state (samples.py) is stepped by the engine (one_month.py) under every pair of moves, with the
same luck for all of them, in the month that the world stands in (one that stands after the clock in its last month again). Every month of the
game is alike, so a probability is that of all months in which the state was met, unless `Sizes.clock` cuts the clock. A state stands for the
worlds that exploring met in it; how much is lost by that is what games/gap.py measures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.bins import Axis, Bins, Sizes
from countermove.games.board import Board, Floats, Given, Wholes
from countermove.games.one_month import NO_ORDERS, Lanes, chosen, put_together
from countermove.games.samples import OFFSET, Explorer, Moves, Samples, columns_of, picked, to_cut
from countermove.games.stochastic import StochasticGame
from countermove.store.checkpoint import Checkpoint
from countermove.world.shapes import checked
from countermove.world.words import counted


@dataclass(frozen=True)
class Effort:
    """How much a game may cost: worlds for each state (2 or more), batches of random runs, and of written pairs of strategy and theory (1 or
    more), and the most steps and bytes it may take. Few samples leave large errors: those of the states where a war spends its months weigh."""

    samples: int = 16
    wandering: int = 4
    written: int = 16
    most_steps: int = 20_000_000
    most_bytes: int = 2_000_000_000


@dataclass(frozen=True)
class Extraction:
    """A war as a game, and how it was made. S states, A and B moves, N following states, m samples of a state, C channels (Board.channels)."""

    board: Board
    game: StochasticGame
    bins: Bins
    moves: Moves
    stakes: Annotated[Floats, "K"]  # the stake-ratio of each type
    ratios: Annotated[Floats, "K"]  # over the median
    states: Annotated[Wholes, "S"]  # number among the bins, rising
    distinct: Annotated[Wholes, "S"]  # worlds that differ among a state's samples
    draws: Annotated[Wholes, "S m"]  # of the world that each sample was stepped from
    late: Annotated[NDArray[np.bool_], "S"]  # met only by stepping from states that exploring had met
    to: Annotated[NDArray[np.int32], "S A B m"]  # where each sample went
    gains: Annotated[NDArray[np.float32], "C S A B m"]
    opening: Annotated[Floats, "C"]  # the channels before the first month
    red_line: float
    chance_error: Annotated[Floats, "S A B N"]  # standard error of each probability, never 0 where something could happen
    owner_error: Annotated[Floats, "S A B"]  # of the owner's points in a month

    @property
    def unreached(self) -> int:
        """How many states of the bins no run and no step has met: they are no part of the game."""
        return self.bins.size - len(self.states)

    def located(self, numbers: Wholes) -> tuple[Wholes, NDArray[np.bool_]]:
        """The places in the game of states by their numbers among the bins [n], and which of them the game has; the others' places mean nothing."""
        at = np.minimum(np.searchsorted(self.states, numbers), len(self.states) - 1)
        return at, self.states[at] == numbers

    def place(self, number: int) -> int | None:
        """The place in the game of a state by its number among the bins; None where it was never reached.

        Raises SolveError for a number of no state.
        """
        self.bins.places(np.array([number]))
        at, inside = self.located(np.array([number]))
        return int(at[0]) if inside[0] else None

    def says(self, number: int) -> str:
        """A state in words, and how well it is known."""
        at, words = self.place(number), self.bins.says(number)
        if at is None:
            return f"{words}: never reached"
        return (
            f"{words}: {self.distinct[at]} world{'' if self.distinct[at] == 1 else 's'}{', reached late' if self.late[at] else ''}"
        )

    def counted(self) -> str:
        """The size in words."""
        thin = int((self.distinct < self.to.shape[-1]).sum())
        return (
            f"{counted(len(self.states), 'state')} reached ({self.unreached:,} of {self.bins.size:,} never), {len(self.moves.orders)} x "
            f"{len(self.moves.rival)} moves, {counted(len(self.stakes), 'type')}, {counted(self.game.months, 'month')}; "
            f"{counted(int(self.late.sum()), 'state was', 'states were')} reached late, {thin:,} by fewer than {self.to.shape[-1]} worlds"
        )


@dataclass(frozen=True)
class _Round:
    """States that were stepped together."""

    samples: Samples
    may: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    to: Wholes  # [S, A, B, m] numbers, -1 where a move is not allowed
    gains: NDArray[np.float32]  # [C, S, A, B, m]


PIECE, AXIS = "game", "axis of "


def _told_nobody(_done: int, _total: int) -> None:
    """Nobody asks."""


@dataclass(frozen=True)
class Extractor:
    """How a war is made a game: its board, what both can do, how finely it is seen, and what it may cost.

    `told` hears how many worlds of how many have been stepped, once the states are known; `kept` is where a game that was
    made with this very extractor is found again.
    """

    board: Board
    moves: Moves
    sizes: Sizes = field(default_factory=Sizes)
    effort: Effort = field(default_factory=Effort)
    types: int = 3
    red_line: float = 1.0
    told: Callable[[int, int], None] = _told_nobody
    kept: Checkpoint | None = None

    @property
    def piece(self) -> str:
        """What the game is kept as."""
        return PIECE if self.moves.plan is None else f"{PIECE} of {self.moves.plan}"

    def check(self) -> None:
        """Refuses a game that exploring shows to be too large, before anything is stepped; raises SolveError as `extract` does."""
        if self.kept is None or self.kept.get(self.piece) is None:
            self._explored()

    def extract(self) -> Extraction:
        """The game. Raises SolveError where it is too large, with its size and what to cut, or where there is nothing to estimate it from."""
        piece = None if self.kept is None else self.kept.get(self.piece)
        if piece is not None:
            edges = {name.removeprefix(AXIS): tuple(found.tolist()) for name, found in piece.items() if name.startswith(AXIS)}
            stepped = _Stepped(**{name: found for name, found in piece.items() if not name.startswith(AXIS)})
            return _assembled(self, Bins(tuple(Axis(name, found) for name, found in edges.items())), stepped)
        explorer, met, bins = self._explored()
        samples: Samples | None = explorer.samples(bins, met, self.effort.samples)
        rounds: list[_Round] = []
        known = np.zeros(0, np.int64)
        while samples is not None:
            known = np.union1d(known, samples.numbers)
            self._fits(bins, len(known))
            made, samples = self._stepped(bins, samples, known)
            rounds.append(made)
        stepped = _joined(rounds)
        if self.kept is not None:
            self.kept.put(
                self.piece, {**stepped._asdict(), **{f"{AXIS}{axis.name}": np.array(axis.edges, np.float64) for axis in bins.axes}}
            )
        return _assembled(self, bins, stepped)

    def _explored(self) -> tuple[Explorer, NDArray[np.float32], Bins]:
        """What exploring met, and the bins that it is seen in."""
        if self.effort.samples < 2 or self.effort.written < 1 or self.types < 1:
            raise SolveError("a state needs 2 samples or more, exploring a written pair, and a rival a type", where="effort")
        explorer = Explorer(self.board, self.moves, self.effort.wandering, self.effort.written)
        met = explorer.met()
        bins = explorer.bins(self.sizes, met)
        self._fits(bins, len(np.unique(bins.number(columns_of(met)))))
        return explorer, met, bins

    def _fits(self, bins: Bins, states: int) -> None:
        """Refuses a game of so many states that is too large."""
        effort, moves = self.effort, len(self.moves.orders) * len(self.moves.rival)
        steps = states * moves * effort.samples
        size = steps * (24 + 4 * len(self.board.channels)) + 8 * states * moves * self.types
        if steps > effort.most_steps or size > effort.most_bytes or bins.size * effort.samples > 1 << 30:
            raise SolveError(
                f"the game has {states:,} states or more ({bins.counted()}), {len(self.moves.orders)} x {len(self.moves.rival)} moves and "
                f"{effort.samples:,} samples: {steps:,} steps, where {effort.most_steps:,} may be taken, and {size / 1e6:,.0f} MB, where "
                f"{effort.most_bytes / 1e6:,.0f} may be",
                where="the war as a game",
                next=to_cut(bins, self.moves),
            )

    def _stepped(self, bins: Bins, samples: Samples, known: Wholes) -> tuple[_Round, Samples | None]:
        """Every world of every state under every pair of moves; and the worlds of states that were not `known` (rising)."""
        orders, rival = np.asarray(self.moves.orders, np.float32), np.asarray(self.moves.rival, np.float32)
        stands = bins.places(samples.numbers)
        may = (self.moves.may(stands["own rung"], len(orders)), self.moves.may(stands["rival support"], len(rival)))
        cells = may[0][:, :, None] & may[1][:, None, :]
        count = samples.worlds.shape[1]
        to = np.full((*cells.shape, count), -1, np.int64)
        gains = np.zeros((len(self.board.channels), *to.shape), np.float32)
        luck: Wholes = 2 * OFFSET + samples.numbers[:, None] * count + np.arange(count, dtype=np.int64)
        fresh, strategy = _Fresh(count), self.moves.plan or NO_ORDERS.name
        months = samples.month[samples.worlds]
        done = 0
        for month in np.unique(months):
            state, world = np.nonzero(months == month)
            row, a, b = np.nonzero(cells[state])
            s, i = state[row], world[row]
            for first in range(0, len(row), self.board.lanes):
                # the last batch is filled up with its first world: every batch is of one size, and compiled once
                part = np.arange(first, min(first + self.board.lanes, len(row)))
                full = np.concatenate([part, np.full(self.board.lanes - len(part), first)])
                place = samples.worlds[s[full], i[full]]
                given, draw = Given(orders[a[full]], rival[b[full]]), samples.draw[place]
                moved = self.board.step(chosen(samples.lanes, place), int(month), draw, luck[s[full], i[full]], given, strategy)
                number = bins.number(self.board.seen(moved.stood, int(month) + 1))[: len(part)]
                at = (s[part], a[part], b[part], i[part])
                to[at] = number
                gains[(slice(None), *at)] = self.board.gains(moved, self.red_line)[:, : len(part)]
                fresh.take(
                    np.where(np.isin(number, known), -1, number),
                    moved.stood.lanes,
                    draw,
                    min(int(month) + 1, self.board.months - 1),
                )
            done += len(state)
            self.told(done, months.size)
        return _Round(samples, may, to, gains), fresh.samples()


class _Fresh:
    """Worlds in states that nothing had met before, up to so many for each."""

    def __init__(self, count: int) -> None:
        self.count, self.taken = count, dict[int, int]()
        self.parts: list[tuple[Lanes, Wholes, Wholes, Wholes]] = []

    def take(self, numbers: Wholes, lanes: Lanes, draw: Wholes, month: int) -> None:
        """Of a batch; a number of -1 is left."""
        states, places, distinct = picked(numbers, np.arange(len(numbers)), self.count)
        wanted: list[int] = []
        for state, row, differ in zip(states.tolist(), places, distinct.tolist(), strict=True):
            room = 0 if state < 0 else self.count - self.taken.get(state, 0)
            more = row[: min(room, differ)].tolist()
            self.taken[state] = self.taken.get(state, 0) + len(more)
            wanted += more
        if wanted:
            at = np.array(wanted)
            self.parts.append((chosen(lanes, at), numbers[at], draw[at], np.full(len(at), month)))

    def samples(self) -> Samples | None:
        """As samples of their states; None where nothing is new."""
        if not self.parts:
            return None
        lanes, numbers, draw, month = zip(*self.parts, strict=True)
        every = np.concatenate(numbers)
        states, places, distinct = picked(every, np.arange(len(every)), self.count)
        return Samples(states, places, distinct, put_together(lanes), np.concatenate(month), np.concatenate(draw))


class _Stepped(NamedTuple):
    """All that was stepped, states in the order of their numbers."""

    states: Wholes
    distinct: Wholes
    draws: Wholes
    late: NDArray[np.bool_]
    owner_may: NDArray[np.bool_]
    rival_may: NDArray[np.bool_]
    to: NDArray[np.int32]
    gains: NDArray[np.float32]


def _joined(rounds: list[_Round]) -> _Stepped:
    """The rounds as one."""
    numbers = np.concatenate([one.samples.numbers for one in rounds])
    late = np.concatenate([np.full(len(one.samples.numbers), turn > 0) for turn, one in enumerate(rounds)])
    by = np.argsort(numbers)
    states = numbers[by]
    raw = np.concatenate([one.to for one in rounds])[by]
    to = np.where(raw < 0, -1, np.searchsorted(states, raw)).astype(np.int32)
    gains = np.concatenate([one.gains for one in rounds], axis=1)[:, by]
    distinct = np.concatenate([one.samples.distinct for one in rounds])[by]
    draws = np.concatenate([one.samples.draw[one.samples.worlds] for one in rounds])[by]
    may = [np.concatenate([one.may[side] for one in rounds])[by] for side in (0, 1)]
    return _Stepped(states, distinct, draws, late[by], may[0], may[1], to, gains)


def _assembled(made: Extractor, bins: Bins, stepped: _Stepped) -> Extraction:
    """What was stepped as a game."""
    board, moves = made.board, made.moves
    states, distinct, draws, late, owner_may, rival_may, to, gains = stepped
    stakes, ratios = _types(board, made.types)
    following, chances = compressed(to)
    seen, opening = board.opening()
    began = np.searchsorted(states, bins.number(seen))
    mean = gains.astype(np.float64).mean(axis=-1)
    sure = distinct[:, None, None]
    shrunk = (chances * sure[..., None] + 2) / (sure[..., None] + 4)  # Agresti and Coull: what never happened in few worlds may yet
    game = StochasticGame(
        owner=board.program.cast.patrons[0],
        rival=board.program.cast.patrons[board.rival],
        owner_moves=tuple(f"rung {rung}" for rung in moves.own) if moves.plan is None else (moves.plan,),
        rival_moves=tuple(f"{support:g} x baseline" for support in moves.rival),
        types=np.full(len(stakes), 1 / len(stakes)),
        months=board.months,
        start=np.bincount(began, minlength=len(states)) / len(began),
        owner_may=owner_may,
        rival_may=rival_may,
        following=following,
        chances=chances,
        owner_gets=mean[0],
        rival_gets=ratios[:, None, None, None] * mean[-2] - mean[-1],
        owner_last=np.full(len(states), opening[0]),
        rival_last=np.zeros((len(stakes), len(states))),
    )
    found = Extraction(
        board,
        game,
        bins,
        moves,
        stakes,
        ratios,
        states,
        distinct,
        draws,
        late,
        to,
        gains,
        opening,
        made.red_line,
        chance_error=np.where(chances > 0, np.sqrt(shrunk * (1 - shrunk) / (sure[..., None] + 4)), 0.0),
        owner_error=gains[0].astype(np.float64).std(axis=-1, ddof=1) / np.sqrt(sure),
    )
    checked(game, SolveError)
    checked(found, SolveError)
    return found


def _types(board: Board, types: int) -> tuple[Floats, Floats]:
    """The stake-ratio of each type of the rival, and over the median; one type where it is certain."""
    drawn = np.asarray(board.drawn.values["patron.stake-ratio"][board.rival], np.float64).ravel()
    if drawn.min() == drawn.max():
        return drawn[:1], np.ones(1)
    stakes = np.quantile(drawn, (np.arange(types) + 0.5) / types)
    return stakes, stakes / np.median(drawn)


def compressed(to: NDArray[np.int32]) -> tuple[NDArray[np.int32], Floats]:
    """Where samples went [..., m] as the states that follow and their probabilities [..., N]; -1 everywhere leads nowhere."""
    ordered = np.sort(to, axis=-1)
    count = to.shape[-1]
    first = np.ones(to.shape, bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    begins: Wholes = np.where(first, np.arange(count, dtype=np.int64), np.int64(count))
    ends = np.full(to.shape, count)
    ends[..., :-1] = np.minimum.accumulate(begins[..., ::-1], axis=-1)[..., ::-1][..., 1:]
    wide = int(first.sum(axis=-1).max())
    packed = np.argsort(~first, axis=-1, kind="stable")[..., :wide]
    share = np.where(first & (ordered >= 0), (ends - begins) / count, 0.0)
    return np.maximum(np.take_along_axis(ordered, packed, axis=-1), 0), np.take_along_axis(share, packed, axis=-1)

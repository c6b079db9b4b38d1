"""The first months of a compiled war as a tree of our own form, cut down to what is likely: for solvers that want the whole game written out.

Both patrons move at once each month, and see where the month led and what the other did; the rival's type is drawn first, and only he knows it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.backward import check_game
from countermove.games.form import Chance, End, Game, Move, Node, Play
from countermove.games.stochastic import StochasticGame

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
MOST_MONTHS = 100  # one after the other: each is a few steps deeper for Python too
COUNTED_TO = 1e12  # nodes; beyond them a tree is only said to have more
ROWS = 4096  # states at once


@dataclass(frozen=True)
class Place:
    """What an information set is of: the month from 0, the public state, the type of who moves (None where the owner does), and which of the
    player's moves each action is, by number."""

    month: int
    state: int
    kind: int | None
    moves: Mapping[str, int]


@dataclass(frozen=True)
class CutTree:
    """The tree, its information sets by name, how many nodes it has, and what was cut.

    No play of the war leaves the kept states within these months with a larger probability than `dropped`; `worst` is the largest share that
    was dropped at one place. Both are 0 where nothing was cut.
    """

    game: Game
    places: Mapping[str, Place]
    nodes: int
    dropped: float
    worst: float

    def play(self, owner_play: Annotated[Floats, "M S A"], rival_play: Annotated[Floats, "M S B K"]) -> Play:
        """Policies that look at month, state and own type alone, as a play of the tree.

        Raises SolveError where they say nothing of a place, or are no probability over the moves that it has.
        """
        told: dict[str, dict[str, float]] = {}
        for knows, place in self.places.items():
            try:
                shares = owner_play[place.month, place.state]
                if place.kind is not None:
                    shares = rival_play[place.month, place.state, :, place.kind]
                told[knows] = {action: float(shares[number]) for action, number in place.moves.items()}
            except IndexError as wrong:
                raise SolveError("the policies say nothing of this month, state, move or type", where=knows) from wrong
            chances = told[knows].values()
            if not (min(chances) >= 0 and abs(math.fsum(chances) - 1) <= 1e-6):
                raise SolveError("the policies are no probability over the moves that there are", where=knows)
        return told


@dataclass(frozen=True)
class Kept:
    """What is kept of where some states can lead: W states after each pair of moves with their old probabilities, 0 where there are fewer, and
    the probability of all others."""

    following: Annotated[Whole, "s A B W"]
    chances: Annotated[Floats, "s A B W"]
    dropped: Annotated[Floats, "s A B"]


def cut_tree(
    game: StochasticGame,
    months: int,
    ways: int,
    *,
    most_nodes: int = 100_000,
    later: tuple[Annotated[Floats, "S"], Annotated[Floats, "K S"]] | None = None,
    says: Callable[[int], str] | None = None,
) -> CutTree:
    """The first `months` of a war, each going on to its `ways` most likely states at most, whose chances then sum to 1.

    An owner is told the states and all moves so far, a rival his type too. At the end each gets the points of the months, and those that the war
    gives once its own last month is over; where it is cut earlier, what `later` says a state is worth to the owner and to each type, or nothing.

    Args:
        most_nodes: the largest tree to be written out.
        says: a state in words; its number, unless given.

    Raises:
        SolveError: months or ways that there are not; a tree of more than `most_nodes`, with its size and what to cut; two moves or two states of
            one name; values that are not finite or not one for each state and type.
    """
    check_game(game)
    most = min(game.months, MOST_MONTHS)
    if not 1 <= months <= most or ways < 1:
        raise SolveError(
            f"{months} months with {ways} ways on from each place are no tree of this war",
            where="cut tree",
            next=f"It can have from 1 to {most} months, and 1 way or more",
        )
    for moves in (game.owner_moves, game.rival_moves):
        if len(set(moves)) < len(moves):
            raise SolveError(f"two moves have one name: {', '.join(moves)}", where="cut tree")
    counted = _sizes(game, months, ways)
    if len(counted) < months or counted[-1][0] > most_nodes:
        raise _too_large(game, months, ways, most_nodes, [size for size, _ in counted])
    dropped, worst = _dropped(game, [rows for _, rows in counted], ways)
    unrolled = _Unrolled(game, months, ways, _ends(game, months, later), says or "state {}".format)
    tree = Game((game.owner, game.rival), unrolled.root())
    return CutTree(tree, unrolled.places, round(counted[-1][0]), dropped, worst)


def kept(game: StochasticGame, rows: Whole, ways: int) -> Kept:
    """The `ways` most likely states after each pair of moves in some states [s]; of equally likely ones those that are written first."""
    following = game.following[rows].astype(np.int64)
    chances = game.chances[rows]
    total = np.zeros(chances.shape)
    first = np.ones(chances.shape, dtype=np.bool_)
    for place in range(chances.shape[3]):  # a state that is written twice is one
        same = following == following[..., [place]]
        total += np.where(same, chances[..., [place]], 0.0)
        first[..., place + 1 :] &= ~same[..., place + 1 :]
    total = np.where(first, total, 0.0)
    order = np.argsort(-total, axis=3, kind="stable")
    sorted_chances = np.take_along_axis(total, order, axis=3)
    return Kept(
        np.take_along_axis(following, order, axis=3)[..., :ways],
        sorted_chances[..., :ways],
        sorted_chances[..., ways:].sum(axis=3),
    )


def _likely(chances: Floats, ways: int) -> tuple[Whole, Floats, float]:
    """The most likely of what is possible, by place, with the old chances and the sum of all others."""
    order = np.argsort(-chances, kind="stable")
    order = order[chances[order] > 0]
    return np.sort(order[:ways]), chances[np.sort(order[:ways])], float(chances[order[ways:]].sum())


def _sizes(game: StochasticGame, months: int, ways: int, most: float = COUNTED_TO) -> list[tuple[float, Whole]]:
    """For each month how many nodes a tree has that ends there, and the states in which it begins; up to the first of more than `most`."""
    kinds = int((game.types > 0).sum())
    begins, _, _ = _likely(game.start, ways)
    paths = np.zeros(len(game.start))  # ways to come to each state, from before the types are drawn
    paths[begins] = kinds
    nodes = float(kinds > 1) + kinds * float(len(begins) > 1)
    found: list[tuple[float, Whole]] = []
    for _ in range(months):
        rows = np.flatnonzero(paths)
        after = np.zeros(len(paths))
        for first in range(0, len(rows), ROWS):
            some = rows[first : first + ROWS]
            part = kept(game, some, ways)
            allowed = game.owner_may[some][:, :, None] & game.rival_may[some][:, None, :]
            there = (part.chances > 0) & allowed[..., None]
            forks = (there.sum(axis=3) > 1).sum(axis=(1, 2))
            nodes += float(paths[some] @ (1 + game.owner_may[some].sum(axis=1) + forks))
            np.add.at(after, part.following, paths[some][:, None, None, None] * there)
        paths = after
        found.append((nodes + float(paths.sum()), rows))
        if found[-1][0] > most:
            break
    return found


def _too_large(game: StochasticGame, months: int, ways: int, most: int, sizes: list[float]) -> SolveError:
    """The refusal: how large, and what would fit."""
    size = f"{sizes[-1]:,.0f}" if len(sizes) == months and sizes[-1] <= COUNTED_TO else f"more than {COUNTED_TO:,.0f}"
    fit = sum(one <= most for one in sizes)
    advice = [f"{fit} month{'s' if fit > 1 else ''} would fit"] if fit else []
    for fewer in range(min(ways, game.following.shape[3]) - 1, 0, -1):
        cut = _sizes(game, months, fewer, most)
        if len(cut) == months and cut[-1][0] <= most:
            advice.append(f"{fewer} way{'s' if fewer > 1 else ''} on would fit")
            break
    return SolveError(
        f"the first {months} months with {ways} ways on from each place are {size} nodes, where {most:,} may be",
        where="cut tree",
        next=", or ".join(advice) or "Compile the war with fewer moves or types, or allow more nodes",
    )


def _dropped(game: StochasticGame, met: list[Whole], ways: int) -> tuple[float, float]:
    """The most that any play can have to do with dropped states, from the last month back; and the largest share dropped at one place."""
    most = np.zeros(len(game.start))
    begins, chances, lost = _likely(game.start, ways)
    worst = lost
    for rows in reversed(met):
        before = np.zeros(len(most))
        for first in range(0, len(rows), ROWS):
            some = rows[first : first + ROWS]
            part = kept(game, some, ways)
            allowed = game.owner_may[some][:, :, None] & game.rival_may[some][:, None, :]
            share = np.where(allowed, part.dropped + (part.chances * most[part.following]).sum(axis=3), 0.0)
            before[some] = share.max(axis=(1, 2))
            worst = max(worst, float(np.where(allowed, part.dropped, 0.0).max()))
        most = before
    return lost + float(chances @ most[begins]), worst


def _ends(game: StochasticGame, months: int, later: tuple[Floats, Floats] | None) -> tuple[Floats, Floats]:
    """What states are worth once the tree is over."""
    if later is None:
        whole = months == game.months
        return (game.owner_last, game.rival_last) if whole else (np.zeros(len(game.start)), np.zeros(game.rival_last.shape))
    owner, rival = later
    shapes = (game.owner_last.shape, game.rival_last.shape)
    if (owner.shape, rival.shape) != shapes or not (np.isfinite(owner).all() and np.isfinite(rival).all()):
        raise SolveError(f"what states are worth later is finite, and has the shapes {shapes[0]} and {shapes[1]}", where="cut tree")
    return owner, rival


class _Unrolled:
    """The tree, from its root on; what a state allows and where it leads is worked out once."""

    def __init__(
        self, game: StochasticGame, months: int, ways: int, ends: tuple[Floats, Floats], says: Callable[[int], str]
    ) -> None:
        self.game, self.months, self.ways, self.ends, self.says = game, months, ways, ends, says
        self.places: dict[str, Place] = {}
        self.told: dict[str, tuple[object, ...]] = {}  # what each name stands for: no two things have one
        self.cells: dict[int, dict[tuple[int, int], list[tuple[float, int]]]] = {}

    def root(self) -> Node:
        """The types, then where the war begins, then the months."""
        kinds = np.flatnonzero(self.game.types > 0).tolist()
        begins, chances, _ = _likely(self.game.start, self.ways)
        shares = (chances / chances.sum()).tolist()
        single = len(kinds) == 1
        nodes: list[Node] = []
        for kind in kinds:
            who = self.game.rival if single else f"{self.game.rival}, type {kind + 1}"
            nodes.append(
                _drawn(
                    [
                        (share, self.month((kind, who), (state,), self.says(state), (0.0, 0.0)))
                        for share, state in zip(shares, begins.tolist(), strict=True)
                    ]
                )
            )
        return _drawn([(float(self.game.types[kind]), node) for kind, node in zip(kinds, nodes, strict=True)])

    def month(self, rival: tuple[int, str], way: tuple[int, ...], seen: str, got: tuple[float, float]) -> Node:
        """A month and all after it: `way` is states and moves by number, `seen` the same in words, `got` the points so far."""
        game, state, month, kind = self.game, way[-1], len(way) // 3, rival[0]
        if month == self.months:
            return End((got[0] + float(self.ends[0][state]), got[1] + float(self.ends[1][kind, state])))
        own = {game.owner_moves[a]: a for a in np.flatnonzero(game.owner_may[state]).tolist()}
        other = {game.rival_moves[b]: b for b in np.flatnonzero(game.rival_may[state]).tolist()}
        for_owner = self._knows(game.owner, seen, Place(month, state, None, own), way)
        for_rival = self._knows(rival[1], seen, Place(month, state, kind, other), (kind, *way))
        cells = self._cells(state)
        actions: dict[str, Node] = {}
        for one, a in own.items():
            replies: dict[str, Node] = {}
            for two, b in other.items():
                gets = (got[0] + float(game.owner_gets[state, a, b]), got[1] + float(game.rival_gets[kind, state, a, b]))
                onward: list[tuple[float, Node]] = []
                for share, after in cells[a, b]:
                    words = f"{seen} > {one} & {two} > {self.says(after)}"
                    onward.append((share, self.month(rival, (*way, a, b, after), words, gets)))
                replies[two] = _drawn(onward)
            actions[one] = Move(game.rival, for_rival, replies)
        return Move(game.owner, for_owner, actions)

    def _knows(self, who: str, seen: str, place: Place, way: tuple[object, ...]) -> str:
        """The name of an information set, which no other has."""
        name = f"{who}: {seen}"
        self.places[name] = place
        if self.told.setdefault(name, (place.kind is None, *way)) != (place.kind is None, *way):
            raise SolveError("two places have one name", where=name, next="Give patrons, states and moves names that differ")
        return name

    def _cells(self, state: int) -> dict[tuple[int, int], list[tuple[float, int]]]:
        """Where each pair of moves leads from a state, with chances that sum to 1."""
        if state not in self.cells:
            part = kept(self.game, np.array([state]), self.ways)
            found: dict[tuple[int, int], list[tuple[float, int]]] = {}
            for a in np.flatnonzero(self.game.owner_may[state]).tolist():
                for b in np.flatnonzero(self.game.rival_may[state]).tolist():
                    there = np.flatnonzero(part.chances[0, a, b] > 0)
                    share = part.chances[0, a, b, there]
                    after = part.following[0, a, b, there].tolist()
                    found[a, b] = list(zip((share / share.sum()).tolist(), after, strict=True))
            self.cells[state] = found
        return self.cells[state]


def _drawn(branches: list[tuple[float, Node]]) -> Node:
    """Nature's move; where there is one way only, that."""
    return branches[0][1] if len(branches) == 1 else Chance(tuple(branches))

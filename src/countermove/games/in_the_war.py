"""What a game's strategies come to in the war itself: played month by month by the engine, beside written strategies and theories.

A side is played by what is written (a strategy, a theory) or by a policy: what to do in each month, public state and belief. A policy is asked
where the run stands, its bin found anew each month; the chance that it asks for is a stream of the seed by month and run, so that two policies meet
the same. What the owner believes of the rival's type is kept by Bayes, move by move; each month policies are asked at one of the corners of their
grid around it, drawn so that the corners' mean is the belief: what is drawn tells nobody anything of the type. Where a run stands outside the game
both stay where they stand, and the share of such months is part of the result. A run's type is the rank of its draw's stake-ratio among all draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.games.belief import Grid, belief_grid
from countermove.games.board import Board, Floats, Given, Month, Wholes
from countermove.games.extract import Extraction
from countermove.games.one_month import NO_ORDERS, ORDERED, SEEN, Stood
from countermove.rng.seeds import stream_of

_OWNER, _RIVAL, _BELIEF = 21, 22, 23  # streams of the seed
ROUNDED = 1e-3  # of the baseline: what single precision leaves of a level that is aimed at


@dataclass(frozen=True)
class OwnerPolicy:
    """What the owner does in each month, state and belief; one belief where it learns nothing, else it learns as if the rival played `believed`."""

    name: str
    play: Annotated[NDArray[np.floating], "M S G A"]
    believed: RivalPolicy | None = None


@dataclass(frozen=True)
class RivalPolicy:
    """What each type of the rival does in each month, state and belief; `grid` has one belief where nobody learns."""

    name: str
    play: Annotated[NDArray[np.floating], "M S G B K"]
    grid: Grid = field(default_factory=lambda: belief_grid(1, 1))


@dataclass(frozen=True)
class RivalPath:
    """What the rival aims at in each month of each run, whatever happens there, multiples of his baseline."""

    name: str
    aim: Annotated[NDArray[np.float32], "T n"]


Owner = str | OwnerPolicy
Rival = str | RivalPolicy | RivalPath
"""How a side is played; a text is the name of a written strategy, or of a theory."""


@dataclass(frozen=True)
class Played:
    """Runs of one owner's play against one rival's: D draws, L lucks, n = D * L runs, draws counted fastest."""

    owner: str
    rival: str
    place: Annotated[Wholes, "T n"]  # of the state, -1 outside the game
    pair: Annotated[Wholes, "T n"]  # the owner's move * B + the rival's
    totals: Annotated[Floats, "C n"]  # of the board's channels
    balance: Annotated[NDArray[np.float32], "T n"]  # after the month
    aim: Annotated[NDArray[np.float32], "T n"]  # what the rival aimed at, multiples of his baseline
    order: Annotated[
        NDArray[np.float32], "T n"
    ]  # what a policy or a path told him to aim at, before the war bends it; of a theory its aim
    shortfall: Annotated[NDArray[np.float32], "T n"]  # of the rival's client above the first day's, before the month
    belief: Annotated[NDArray[np.int32], "T n"]  # point of the grid at which policies are asked, 0 where nobody learns
    draws: int
    told: Annotated[NDArray[np.float32], "Q T n"]  # the quantities that the board was asked for
    past: Annotated[
        NDArray[np.bool_], "T n"
    ]  # moves that the game does not have or allow, taken as the nearest: rungs that it lacks, support above all its levels

    @property
    def beyond(self) -> float:
        """Share of the months whose moves the game does not have or allow."""
        return float(self.past.mean())

    @property
    def outside(self) -> float:
        """Share of the months in states that the game does not have."""
        return float((self.place < 0).mean())

    def by_draw(self, row: Annotated[Floats, "n"]) -> Annotated[Floats, "D L"]:
        """A value of each run by draw and luck."""
        return row.reshape(-1, self.draws).T


def later_half(seen: Played) -> Played:
    """The second half of the luck of every draw, on which nobody has chosen."""
    first = seen.place.shape[1] // seen.draws // 2 * seen.draws
    rows = ("place", "pair", "totals", "balance", "aim", "order", "shortfall", "belief", "told", "past")
    return replace(seen, **{name: getattr(seen, name)[..., first:] for name in rows})


def types_of(made: Extraction) -> Annotated[Wholes, "D"]:
    """The type of each draw: the rank of its stake-ratio, cut into as many parts of equal size as there are types."""
    board = made.board
    drawn = np.asarray(board.drawn.values["patron.stake-ratio"][board.rival], np.float64).ravel()
    rank = np.empty(board.draws, np.int64)
    rank[np.argsort(np.broadcast_to(drawn, (board.draws,)), kind="stable")] = np.arange(board.draws)
    return rank * len(made.stakes) // board.draws


def rival_gets(made: Extraction, seen: Played, ratio: Annotated[Floats, "D"]) -> Annotated[Floats, "D L"]:
    """What the rival gets in each run, thousand person-equivalents, if his stakes over the median are so in each draw."""
    return ratio[:, None] * seen.by_draw(seen.totals[-2]) - seen.by_draw(seen.totals[-1])


def owner_gets(made: Extraction, seen: Played) -> Annotated[Floats, "D L"]:
    """What each run is worth to the owner, in points."""
    return seen.by_draw(seen.totals[0]) + made.opening[0]


def play(made: Extraction, owner: Owner, rival: Rival, lucks: int, kinds: Annotated[Wholes, "D"] | None = None) -> Played:
    """So many lucks of every draw, in batches of the board's size. `kinds` says the type of each draw in place of `types_of`.

    Raises SolveError for a strategy or a theory that the war does not have, a policy of another game, a path of other months or fewer runs, types
    that are not of the draws, or fewer than 1 luck.
    """
    if lucks < 1:
        raise SolveError("playing needs a luck", where="lucks")
    _fits(made, owner, rival)
    board, runs = made.board, made.board.draws * lucks
    parts: list[Played] = []
    names = (owner if isinstance(owner, str) else owner.name, rival if isinstance(rival, str) else rival.name)
    of = types_of(made) if kinds is None else kinds
    _typed(made, rival, runs, of)
    for first in range(0, runs, board.lanes):
        run = np.arange(first, first + board.lanes)
        kept = int((run < runs).sum())
        run = np.minimum(run, runs - 1)  # every batch is of one size, and compiled once
        table = _Table(made, owner, rival, run, of[run % board.draws])
        months = [table.noted(month) for month in table.months(board)]
        parts.append(
            Played(
                *names,
                np.stack([month.place for month in months])[:, :kept],
                np.stack([month.pair for month in months])[:, :kept],
                np.stack([month.gains for month in months]).sum(axis=0, dtype=np.float64)[:, :kept],
                np.stack([month.balance for month in months])[:, :kept],
                np.stack([month.aim for month in months])[:, :kept],
                np.stack(table.orders or [month.aim for month in months])[:, :kept],
                np.stack([month.shortfall for month in months])[:, :kept],
                np.stack(table.beliefs)[:, :kept],
                board.draws,
                np.stack([month.told for month in months], axis=1)[:, :, :kept],
                np.stack([month.past for month in months])[:, :kept],
            )
        )
    return Played(
        *names,
        np.concatenate([part.place for part in parts], axis=1),
        np.concatenate([part.pair for part in parts], axis=1),
        np.concatenate([part.totals for part in parts], axis=1),
        np.concatenate([part.balance for part in parts], axis=1),
        np.concatenate([part.aim for part in parts], axis=1),
        np.concatenate([part.order for part in parts], axis=1),
        np.concatenate([part.shortfall for part in parts], axis=1),
        np.concatenate([part.belief for part in parts], axis=1),
        board.draws,
        np.concatenate([part.told for part in parts], axis=2),
        np.concatenate([part.past for part in parts], axis=1),
    )


class _Standing(NamedTuple):
    """Where n runs stand: their place in the game, whether it has their state, and their bin on each axis."""

    at: Wholes
    inside: NDArray[np.bool_]
    places: Mapping[str, Wholes]


class _Noted(NamedTuple):
    """What is kept of a month of n runs."""

    place: Wholes
    pair: Wholes
    gains: NDArray[np.float32]  # [C, n]
    balance: NDArray[np.float32]
    aim: NDArray[np.float32]
    shortfall: NDArray[np.float32]
    told: NDArray[np.float32]  # [Q, n]
    past: NDArray[np.bool_]


@dataclass
class _Table:
    """Runs that are played at once, and what is believed in each."""

    made: Extraction
    owner: Owner
    rival: Rival
    run: Wholes  # [n]
    kind: Wholes  # [n] type of the rival

    def months(self, board: Board) -> Iterator[Month]:
        """Every month."""
        strategy = self.owner if isinstance(self.owner, str) else NO_ORDERS.name
        theory = self.rival if isinstance(self.rival, str) else ORDERED
        written = isinstance(self.owner, str) and isinstance(self.rival, str)
        self.steps = [self._luck(stream) for stream in (_OWNER, _RIVAL, _BELIEF)]
        self.known = _known(self.owner, self.rival)
        self.belief = np.broadcast_to(self.made.game.types, (len(self.run), len(self.made.game.types)))  # [n, K]
        self.corner = np.zeros(len(self.run), np.int64)  # of the grid, around it
        self.beliefs = [np.zeros(len(self.run), np.int32)] * board.months if written else []
        self.orders: list[NDArray[np.float32]] = []  # of a policy or a path
        self.waiting: tuple[int, Wholes, NDArray[np.bool_]] | None = None
        self.standing: tuple[int, _Standing] | None = None
        draw, luck = self.run % board.draws, self.run // board.draws
        yield from board.play((strategy, theory), draw, luck, None if written else self._given)

    def _luck(self, stream: int) -> Floats:
        """Uniforms by month and run [T, n]; those of a run do not depend on how many are played at once."""
        months, last = self.made.board.months, int(self.run.max()) + 1
        return stream_of(self.made.board.seed, stream).random((last, months))[self.run].T

    def _given(self, index: int, stood: Stood) -> Given:
        """What both do where each run stands."""
        made = self.made
        at, inside, stands = self._where(index, stood)
        if self.waiting is not None:  # a theory's move is seen in the support that it left
            self._learn(*self.waiting, stands["rival support"])
        if self.known is not None:
            corners, weights = self.known.grid.corners(self.belief)
            self.corner = np.take_along_axis(corners, one_of(weights, self.steps[2][index])[:, None], axis=1)[:, 0]
        self.beliefs.append(self.corner.astype(np.int32))
        rung = np.full(len(at), np.nan, np.float32)
        support = np.zeros(len(at), np.float32)
        if isinstance(self.owner, OwnerPolicy):
            held = self.owner.play.shape[2]
            move = one_of(self.owner.play[index, at, self.corner if held > 1 else 0], self.steps[0][index])
            rung = np.asarray(made.moves.own, np.float32)[np.where(inside, move, stands["own rung"])]
        if isinstance(self.rival, RivalPath):
            support = self.rival.aim[index][self.run]
        elif isinstance(self.rival, RivalPolicy):
            held = self.rival.play.shape[2]
            likely = self.rival.play[index, at, self.corner if held > 1 else 0]  # [n, B, K]
            move = one_of(likely[np.arange(len(at)), :, self.kind], self.steps[1][index])
            move = np.where(inside, move, stands["rival support"])
            support = np.asarray(made.moves.rival, np.float32)[move]
            if self.known is not None:
                self._learn(index, at, inside, move)
        if self.known is not None and not isinstance(self.rival, RivalPolicy):
            self.waiting = index, at, inside
        if not isinstance(self.rival, str):
            self.orders.append(support)
        return Given(rung, support)

    def _where(self, index: int, stood: Stood) -> _Standing:
        """Where each run stands at the start of a month: looked up once, whoever asks."""
        if self.standing is None or self.standing[0] != index:
            number = self.made.bins.number(self.made.board.seen(stood, index))
            self.standing = index, _Standing(*self.made.located(number), self.made.bins.places(number))
        return self.standing[1]

    def noted(self, month: Month) -> _Noted:
        """What is kept of a month that has just been played; a move that the game does not have or allow is taken as the nearest that it does.

        Support between two levels, or below the lowest (of a rival who has left), is of the nearest. What a theory means to give, or a path orders,
        above the highest is no move of the game's.
        """
        made, board, moves = self.made, self.made.board, self.made.moves
        at, inside, stands = self._where(month.number, month.before)
        axes = {axis.name: axis for axis in made.bins.axes}
        aim = np.asarray(month.moved.aim, np.float64)
        rung = np.asarray(month.moved.rung, np.float64)
        own = axes["own rung"].place(rung)
        lost = np.asarray(moves.own)[own] != rung
        rival = axes["rival support"].place(aim)
        lost = lost | ((self.orders[-1] if self.orders else aim) > moves.rival[-1] + ROUNDED)
        reach = max(len(moves.own), len(moves.rival)) if moves.reach is None else moves.reach
        near = [
            np.clip(move, stands[name] - reach, stands[name] + reach)
            for move, name in ((own, "own rung"), (rival, "rival support"))
        ]
        told = [np.asarray(one, np.float32) for one in month.moved.told]
        return _Noted(
            place=np.where(inside, at, -1),
            pair=moves.stays(near[0]) * len(moves.rival) + near[1],
            gains=board.gains(month.moved, made.red_line),
            balance=np.asarray(month.moved.stood.seen[0], np.float32),
            aim=aim.astype(np.float32),
            shortfall=np.asarray(month.before.seen[SEEN.index("shortfall")], np.float32),
            told=np.stack(told) if told else np.zeros((0, len(at)), np.float32),
            past=lost | (near[0] != own) | (near[1] != rival),
        )

    def _learn(self, index: int, at: Wholes, inside: NDArray[np.bool_], move: Wholes) -> None:
        """What is believed after the rival's move, by Bayes; a move that nobody would make tells nothing."""
        assert self.known is not None
        joint = self.known.play[index, at, self.corner][np.arange(len(at)), move] * self.belief
        total = joint.sum(axis=1, keepdims=True)
        told = inside[:, None] & (total > 1e-290)
        self.belief = np.where(told, joint / np.where(told, total, 1.0), self.belief)


def _known(owner: Owner, rival: Rival) -> RivalPolicy | None:
    """By which policy of the rival everybody learns; None where nobody does."""
    believed = owner.believed if isinstance(owner, OwnerPolicy) else None
    for policy in (believed, rival):
        if isinstance(policy, RivalPolicy) and len(policy.grid.points) > 1:
            return policy
    return None


def one_of(chances: NDArray[np.floating], uniform: Floats) -> Wholes:
    """One of the places [n] by their chances [n, m]."""
    total = np.cumsum(chances.astype(np.float64), axis=1)
    return (uniform[:, None] * total[:, -1:] >= total[:, :-1]).sum(axis=1)


def _fits(made: Extraction, owner: Owner, rival: Rival) -> None:
    """Refuses a policy that is of another game, or of a belief that nobody keeps, or no probabilities; a path of other months; and in a plan's own
    game whoever is not that plan."""
    if made.moves.plan is not None and owner != made.moves.plan:
        name = owner if isinstance(owner, str) else owner.name
        raise SolveError(
            f"{name} cannot be played in the game of {made.moves.plan}", where="policy", next="Play it in the game of all moves"
        )
    months, states, types = made.game.months, len(made.states), len(made.game.types)
    known = _known(owner, rival)
    held = (1,) if known is None else (1, len(known.grid.points))
    moves = {"own": len(made.moves.orders), "rival": len(made.moves.rival)}
    for side, policy in (("own", owner), ("rival", rival), ("rival", known)):
        if not isinstance(policy, (OwnerPolicy, RivalPolicy)):
            continue
        shape = policy.play.shape
        fits = len(shape) == (4 if side == "own" else 5) and shape[:2] == (months, states) and shape[3] == moves[side]
        if not fits or shape[2] not in held or (policy is known and (shape[2], shape[4]) != (held[-1], types)):
            raise SolveError(f"{policy.name} is a policy of another game, or of other beliefs", where="policy")
        if not (policy.play >= 0).all() or not (np.abs(policy.play.sum(axis=3) - 1) < 1e-5).all():
            raise SolveError(f"{policy.name} is no probability over moves in every month, state and belief", where="policy")
    if isinstance(rival, RivalPath) and (rival.aim.ndim != 2 or len(rival.aim) != months or not (rival.aim >= 0).all()):
        raise SolveError(f"{rival.name} does not say for each of {months} months, from 0 up, what the rival aims at", where="path")


def _typed(made: Extraction, rival: Rival, runs: int, kinds: Annotated[Wholes, "D"]) -> None:
    """Refuses types that are not of the draws, or that the rival's policy does not know; and a path of too few runs."""
    known = rival.play.shape[4] if isinstance(rival, RivalPolicy) else len(made.stakes)
    if kinds.shape != (made.board.draws,) or kinds.min() < 0 or kinds.max() >= known:
        raise SolveError(f"each of {made.board.draws} draws needs one of {known} types", where="kinds")
    if isinstance(rival, RivalPath) and rival.aim.shape[1] < runs:
        raise SolveError(f"{rival.name} is a path of {rival.aim.shape[1]} runs, and {runs} are to be played", where="path")


def plan_of(made: Extraction, runs: Sequence[Played]) -> Annotated[Floats, "M S A"]:
    """What the owner did in these runs, as probabilities in each month and state: in a month in which nobody stood there as in other months, where
    nobody ever stood it stays where it stands."""
    own, rival, states = len(made.moves.orders), len(made.moves.rival), len(made.states)
    counts = np.zeros((made.game.months, states, own))
    for seen in runs:
        months = np.broadcast_to(np.arange(made.game.months)[:, None], seen.place.shape)
        known = seen.place >= 0
        flat = (months[known] * states + seen.place[known]) * own + seen.pair[known] // rival
        counts += np.bincount(flat, minlength=counts.size).reshape(counts.shape)
    stay = np.zeros((states, own))
    stay[np.arange(states), made.moves.stays(made.bins.places(made.states)["own rung"])] = 1
    ever = counts.sum(axis=0)
    met = ever.sum(axis=1, keepdims=True)
    ever = np.where(met > 0, ever / np.maximum(met, 1), stay)
    here = counts.sum(axis=2, keepdims=True)
    return np.where(here > 0, counts / np.maximum(here, 1), ever)

"""Which theory does a player look like? The probability of what a person in a patron's seat aimed at under each theory, by Bayes' rule.

Never without the confusion matrix: players whose theory is known are put into the same war for as many months, with the same orders of all others and
luck of their own, and are weighed by the same function. How often it is right about them is all that its answer is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from countermove.compute.local import Local
from countermove.engine.draws import prior_draws
from countermove.errors import RunError
from countermove.play.month import NEVER, NOW
from countermove.play.player_course import Walked, by_hand, job_of, open_kernel, other_lucks, pass_month, wide
from countermove.play.player_months import (
    PARTICLES,
    Done,
    Held,
    Mind,
    Seen,
    answers,
    by_chance,
    first_held,
    first_reply,
    hear,
    lanes_alike,
    lanes_of,
    mind_of,
    own_numbers,
    seen,
    side_by_side,
)
from countermove.play.seats import Seat, seat_called
from countermove.play.war import PERSON, War
from countermove.rng.seeds import SEEDS
from countermove.scenario.seat_orders import SeatOrders

DRAWS = 1024
"""Draws of each theory's own numbers at which a player is weighed."""
EACH = 40
"""Simulated players of each theory in a confusion matrix."""
SURE, SPEAKS = 0.5, 3.0
"""A player is named after the likeliest theory if that is more probable than all others together, and the record alone, whatever was believed before,
speaks for it by as much as 3 to 1 against the others (Kass and Raftery 1995); else the record cannot tell."""
TOGETHER = 64
"""Lanes in which a war is played again at once."""
_PLAYERS = 32  # weighed at once
_OF_PLAYERS, _OF_MEMORY, _OF_GUESSES = 1, 2, 3  # streams of chance beside the draws


class Path(NamedTuple):
    """What n players in one seat saw and did, month by month. A month in which the seat ordered nothing tells nothing of its player."""

    seen: Sequence[Seen]  # T, of n lanes
    aims: np.ndarray  # [T, n] thousand person-equivalents
    leaves: np.ndarray  # [T, n]
    ordered: np.ndarray  # [T] whether the seat gave an order

    @property
    def heard(self) -> np.ndarray:
        """Months that tell something of each player [n]: with an order, before the war was over or he had left it."""
        return np.stack([given & ~np.asarray(one.over, bool) for given, one in zip(self.ordered, self.seen, strict=True)]).sum(
            axis=0
        )


class Guessed(NamedTuple):
    """What a player may be, n times: his theory by its place in the kernel [n], the theories' own numbers [n] each, and what the theory remembers at
    the start of each month [T, n]."""

    theories: np.ndarray
    numbers: dict[str, np.ndarray]
    modes: np.ndarray
    alarms: np.ndarray


class _Made(NamedTuple):
    """Players as they are made: the theories' numbers and the quantal mean [n] each, and their chance [T, 2, n]."""

    numbers: dict[str, np.ndarray]
    quantal: np.ndarray
    chance: np.ndarray


@dataclass(frozen=True)
class Weighed:
    """n players weighed under T theories: the log of how probable each path is [n, T], the error of that by the draws [n, T], the months that it
    was heard [n], and the posterior by the prior weights [T] of the theories."""

    prior: np.ndarray
    logs: np.ndarray
    errors: np.ndarray
    heard: np.ndarray

    @property
    def by_month(self) -> np.ndarray:
        """The log of how probable each path is under each theory, per month that was heard [n, T]; 0 where none was."""
        return self.logs / np.maximum(self.heard, 1)[:, None]

    @cached_property
    def posterior(self) -> np.ndarray:
        """How probable each theory is [n, T]; rows sum to 1."""
        with np.errstate(divide="ignore"):
            raw = self.logs + np.log(self.prior)
        raw = np.exp(raw - raw.max(axis=1, keepdims=True))
        return raw / raw.sum(axis=1, keepdims=True)

    @cached_property
    def posterior_errors(self) -> np.ndarray:
        """The standard errors of the posterior that come of the draws [n, T]."""
        own, all_ = np.square(self.errors), np.square(self.posterior * self.errors).sum(axis=1, keepdims=True)
        return self.posterior * np.sqrt(np.maximum(own * (1 - 2 * self.posterior) + all_, 0))

    @property
    def named(self) -> np.ndarray:
        """The theory after which each player is named [n]; -1 where the record cannot tell."""
        best, top = self.posterior.argmax(axis=1), self.posterior.max(axis=1)
        before = self.prior[best]
        speaks = top * (1 - before) >= SPEAKS * (1 - top) * before
        return np.where((top > SURE) & speaks, best, -1)


@dataclass(frozen=True)
class Confusion:
    """Who is taken for whom: simulated players of known theory in this war, for as many months. `truth` [n] is the place of each one's theory."""

    theories: tuple[str, ...]
    truth: np.ndarray
    weighed: Weighed

    @cached_property
    def counts(self) -> np.ndarray:
        """How many players of each theory (row) were named after each (column), and in the last column after none [T, T + 1]."""
        size = len(self.theories)
        found = np.zeros((size, size + 1), int)
        np.add.at(found, (self.truth, np.where(self.weighed.named < 0, size, self.weighed.named)), 1)
        return found

    @property
    def rates(self) -> np.ndarray:
        """The same as shares of each row [T, T + 1]."""
        return self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)

    def right(self, theory: int) -> tuple[float, float]:
        """Of players that are named after this theory the share that is of it, by the prior weights, and its standard error; nan if none was."""
        each, rates, prior = self.counts.sum(axis=1), self.rates[:, theory], self.weighed.prior
        if not self.counts[:, theory].any():
            return float("nan"), float("nan")
        parts, total = prior * rates, float((prior * rates).sum())
        share = parts[theory] / total
        kept = (rates * each + 0.5) / (each + 1)  # no rate is known to be 0 or 1 from a few players
        slope = prior * ((np.arange(len(prior)) == theory) - share) / total
        return float(share), float(np.sqrt((slope**2 * kept * (1 - kept) / each).sum()))

    @property
    def hits(self) -> tuple[int, int]:
        """How many players were named after a theory, and how many of them rightly."""
        named = self.weighed.named
        return int((named >= 0).sum()), int((named == self.truth).sum())


@dataclass(frozen=True)
class Likeness:
    """Which theory the player in a seat looks like. `farther`: the share of simulated players of each theory [T] whose path is, by the month, as
    improbable under it as his, or more: where it is near 0, players of that theory do not play like this."""

    seat: str
    ordered: int  # months that were heard (Path.heard): the others tell nothing
    theories: tuple[str, ...]
    weighed: Weighed  # of one player
    confusion: Confusion
    farther: np.ndarray

    @property
    def posterior(self) -> np.ndarray:
        """How probable each theory is [T]."""
        return self.weighed.posterior[0]

    @property
    def named(self) -> str:
        """The theory that the player looks like; empty where the record cannot tell."""
        place = int(self.weighed.named[0])
        return self.theories[place] if place >= 0 else ""


class Weigher:
    """The theories of one seat, at draws of their own numbers: weighs and makes players."""

    def __init__(self, war: War, seat: str, *, draws: int = DRAWS, seed: int = 0) -> None:
        """Draw the theories' numbers: `draws` of them, a multiple of TOGETHER, by a `seed`; simulated players have those of the next. `war` has the
        players of a month in which a person plays the seat. Raises RunError where none does, where a patron has no theory, and for other draws.
        """
        if draws < 1 or draws % TOGETHER:
            raise RunError(f"{draws} draws of the theories' numbers", where="draws", next=f"A multiple of {TOGETHER}")
        self.war, self.seat, self.seed = war, _patron(war, seat), seed
        self.program, self.kernel = war.engine.program, open_kernel(war)
        weights = self.program.weights_of(self.seat.place)
        self.places = tuple(k for k, weight in enumerate(weights) if weight > 0)
        self.theories = tuple(self.kernel.theories[k] for k in self.places)
        self.names = tuple(theory.name for theory in self.theories)
        self.prior = np.array([weights[k] for k in self.places]) / sum(weights[k] for k in self.places)
        self.draws = draws
        numbers, quantal = self._drawn(draws, seed)
        self.minds: tuple[Mind, ...] = tuple(mind_of(theory, numbers, quantal) for theory in self.theories)

    def _drawn(self, count: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The theories' own numbers of so many draws, or of as many more as make the last TOGETHER, with the quantal mean of the first day."""
        numbers = own_numbers(prior_draws(self.program, whole(count), seed % SEEDS), self.kernel.theories, self.seat.place)
        job = job_of(self.war, other_lucks(0, TOGETHER))
        parts = (slice(first, first + TOGETHER) for first in range(0, whole(count), TOGETHER))
        first = [
            first_reply(self.kernel, job, self.seat.place, {name: row[..., part] for name, row in numbers.items()})
            for part in parts
        ]
        return numbers, np.concatenate(first)

    def path(self, walked: Walked) -> Path:
        """What the person in the seat saw and did."""
        place, job = self.seat.place, job_of(self.war, np.full(TOGETHER, self.war.cards.luck))
        lanes = (lanes_alike(standing.lanes, TOGETHER) for standing in walked.standings[:-1])
        sights = [lanes_of(seen(self.kernel, job, state, month, place), np.zeros(1, int)) for month, state in enumerate(lanes)]
        leaves = np.array([[hands.exits[place, 0] == NOW] for hands in walked.hands], np.float32)
        return Path(sights, walked.aims[:, place : place + 1], leaves, self._ordered(walked))

    def _ordered(self, walked: Walked) -> np.ndarray:
        given = [orders.get(self.seat.name, SeatOrders()) for orders in walked.course.orders]
        return np.array([one.support is not None or bool(one.exit) for one in given])

    def players(self, walked: Walked, truth: np.ndarray, seed: int, lucks: np.ndarray | None = None) -> Path:
        """Players of known theories (their places [n]) in the same seat, who order in the same months, and go on as they were in the others: fresh
        numbers, the others' orders, and fresh luck, or `lucks` [n]. What a theory played, it plays again."""
        count = len(truth)
        numbers, quantal = self._drawn(count, seed)
        lucks = other_lucks(count * (1 + seed), count) if lucks is None else lucks
        stream = np.random.default_rng([seed, _OF_PLAYERS])
        chance = np.stack([np.stack([stream.standard_normal(count), stream.random(count)]) for _ in range(walked.months)])
        parts: list[Path] = []
        for first in range(0, count, TOGETHER):
            own = np.minimum(np.arange(first, first + TOGETHER), count - 1)
            made = _Made({name: row[..., own] for name, row in numbers.items()}, quantal[own], chance[:, :, own])
            parts.append(self._played(walked, truth[own], made, lucks[own]))
        rows = zip(*(part.seen for part in parts), strict=True)
        whole = [lanes_of(side_by_side(row), np.arange(count)) for row in rows]
        aims, leaves = (np.concatenate([part[k] for part in parts], axis=1)[:, :count] for k in (1, 2))
        return Path(whole, np.asarray(aims), np.asarray(leaves), self._ordered(walked))

    def _played(self, walked: Walked, truth: np.ndarray, made: _Made, lucks: np.ndarray) -> Path:
        """TOGETHER players at once."""
        place, numbers, ordered = self.seat.place, made.numbers, self._ordered(walked)
        aim = np.repeat(np.asarray(walked.standings[0].aims, np.float32)[place, :1], TOGETHER)
        lanes, which = lanes_alike(walked.standings[0].lanes, TOGETHER), np.array(self.places, np.int32)[truth]
        mode = alarm = np.zeros(TOGETHER, np.float32)
        sights, aims, leaves = list[Seen](), list[np.ndarray](), list[np.ndarray]()
        for month, (normal, uniform) in enumerate(made.chance):
            war, hands = walked.wars[month], wide(walked.hands[month], TOGETHER)
            person, job = war.player(self.seat.name) == PERSON, job_of(war, lucks)
            job = by_hand(job, place, self.kernel.theories) if person else job
            sights.append(seen(self.kernel, job, lanes, month, place))
            view = sights[-1].view._replace(mode=mode, alarm=alarm, quantal=made.quantal)
            drive = answers(self.kernel.theories[:-1], which, view, numbers)
            mode, alarm = drive.mode, drive.alarm
            gone = np.zeros(TOGETHER, np.float32)
            if ordered[month]:
                aim = np.clip(drive.support + numbers["support.noise"] * normal, 0, sights[-1].most).astype(np.float32)
                gone = (uniform > np.exp(-numbers["support.exit"] * drive.exit)).astype(np.float32)
            others = np.repeat(walked.turns[month].standing.aims[:, :1], TOGETHER, axis=1)
            if person:
                hands.exits[place], others[place] = np.where(gone, NOW, NEVER), aim
            passed = pass_month(self.kernel, job, lanes, month, hands, others)
            lanes, aim = passed.lanes, aim if person else np.asarray(passed.aim, np.float32)[place]
            aims.append(aim)
            leaves.append(gone)
        return Path(sights, np.stack(aims), np.stack(leaves), ordered)

    def weigh(self, path: Path) -> Weighed:
        """How probable each path is under each theory."""
        count = path.aims.shape[1]
        groups = [np.minimum(np.arange(first, first + _PLAYERS), count - 1) for first in range(0, count, _PLAYERS)]
        parts = Local().map(lambda lanes: _evidence(self._by_draw(path, lanes)), groups)
        logs, errors = (np.concatenate(rows)[:count] for rows in zip(*parts, strict=True))
        return Weighed(self.prior, logs, errors, path.heard)

    def guess(self, path: Path, count: int, seed: int) -> Guessed:
        """So many times what the first player of a path may be: theories and draws of their numbers by their posterior."""
        held = list(self._followed(path, np.zeros(_PLAYERS, int)))
        logs = np.stack([log_mean(np.asarray(one.logs[0], np.float64)) for one in held[-1]]) + np.log(self.prior)[:, None]  # [T, D]
        chance = np.exp(logs - logs.max()).ravel()
        edges = np.cumsum(chance) / chance.sum()
        stream = np.random.default_rng([seed, _OF_GUESSES])
        marks = (np.arange(count) + stream.random()) / count
        taken = stream.permutation(np.minimum(np.searchsorted(edges, marks), edges.size - 1))
        theory, draw = np.divmod(taken, self.draws)
        particle = stream.integers(PARTICLES, size=count)
        numbers = self.minds[0].numbers
        return Guessed(
            np.array(self.places, np.int32)[theory],
            {name: np.asarray(value)[..., draw] for name, value in numbers.items()},
            *(
                np.stack([_remembered([one[part] for one in month], theory, draw, particle) for month in held[:-1]])
                for part in (0, 1)  # mode and alarm of what is held
            ),
        )

    def _by_draw(self, path: Path, lanes: np.ndarray) -> np.ndarray:
        """How probable the paths of some players are under each theory in each draw of its numbers, as logarithms [n, T, D]."""
        *_, held = self._followed(path, lanes)
        return np.stack([log_mean(np.asarray(one.logs, np.float64)) for one in held], axis=1)

    def _followed(self, path: Path, lanes: np.ndarray) -> Iterator[list[Held]]:
        """Every theory along the paths of some players: before the first month, and after each."""
        held = [first_held(theory, len(lanes), self.draws) for theory in self.theories]
        yield held
        for month, uniform in enumerate(self._uniforms(len(path.aims))):
            sight = lanes_of(path.seen[month], lanes)
            sight = sight._replace(over=sight.over | ~path.ordered[month])
            done = Done(path.aims[month, lanes], path.leaves[month, lanes])
            none = np.zeros((2, 1, 1, 1), np.float32)
            held = [
                hear(theory, mind, before, sight, done, uniform if by_chance(theory) else none)
                for theory, mind, before in zip(self.theories, self.minds, held, strict=True)
            ]
            yield held

    def _uniforms(self, months: int) -> Iterator[np.ndarray]:
        """Chance in the memory of theories, month by month [2, 1, D, PARTICLES]: the same for every player."""
        chance = np.random.default_rng([self.seed, _OF_MEMORY])
        for _ in range(months):
            yield chance.random((2, 1, self.draws, PARTICLES), np.float32)

    def confusion(self, walked: Walked, *, each: int = EACH, seed: int = 1) -> Confusion:
        """Who is taken for whom, of so many simulated players of each theory."""
        truth = np.repeat(np.arange(len(self.theories)), each)
        return Confusion(self.names, truth, self.weigh(self.players(walked, truth, seed)))

    def likeness(self, walked: Walked, *, each: int = EACH) -> Likeness:
        """Which theory the person in the seat looks like, with the confusion matrix of so many simulated players of each theory."""
        own, confusion = self.weigh(self.path(walked)), self.confusion(walked, each=each, seed=self.seed + 1)
        return Likeness(
            seat=self.seat.name,
            ordered=int(own.heard[0]),
            theories=self.names,
            weighed=own,
            confusion=confusion,
            farther=_farther(own, confusion),
        )


def _farther(own: Weighed, confusion: Confusion) -> np.ndarray:
    """Of each theory's simulated players the share whose path is, by the month, at most as probable under it as this one [T]."""
    places = range(len(confusion.theories))
    return np.array([float((confusion.weighed.by_month[confusion.truth == k, k] <= own.by_month[0, k]).mean()) for k in places])


def _patron(war: War, name: str) -> Seat:
    """The seat, of a patron whose theory can be asked for."""
    seat = seat_called(war.program, name)
    if seat.kind != "patron" or war.player(name) != PERSON:
        raise RunError(
            f"{name} is no patron that a person plays, so there is no theory that its player looks like",
            where="players",
            next="Ask for a seat of another patron than the owner in which a person sits",
        )
    return seat


def _remembered(parts: Sequence[np.ndarray], theory: np.ndarray, draw: np.ndarray, particle: np.ndarray) -> np.ndarray:
    """What each guess [n] remembers of a month: of its theory's first player [n, D, R] the particle of its draw."""
    found = np.zeros(len(draw), np.float32)
    for place, part in enumerate(parts):
        own = np.asarray(part[0], np.float32)
        mine = theory == place
        found[mine] = own[draw[mine], particle[mine] % own.shape[1]]
    return found


def whole(count: int) -> int:
    """So many that lanes are full."""
    return -(-count // TOGETHER) * TOGETHER


def _evidence(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The log of the mean over draws of [n, T, D], and the standard error of that log [n, T] each."""
    by_draw = np.exp(logs - logs.max(axis=2, keepdims=True))
    return log_mean(logs), by_draw.std(axis=2) / by_draw.mean(axis=2) / np.sqrt(logs.shape[2])


def log_mean(logs: np.ndarray) -> np.ndarray:
    """The log of the mean of what these are the logs of, over the last axis."""
    top = logs.max(axis=-1)
    return np.log(np.exp(logs - top[..., None]).mean(axis=-1)) + top

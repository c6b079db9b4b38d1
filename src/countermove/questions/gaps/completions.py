"""Completions of a strategy that is silent somewhere: found by search on one half of the luck, scored on the other.

A completion answers every cell in one way, whenever the strategy is silent there. One compiled program plays them all: the answers are
numbers of the run. Differences are paired: the same draws, the same luck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.engine.run import Batch, Engine
from countermove.engine.silence_runs import NEVER, Answered, joined, play
from countermove.errors import DecisionError
from countermove.rng.seeds import SEEDS, stream_of
from countermove.world.plan import ANSWERS, REPLIES, Cell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 2
TIMES = 3  # as many trials as draws where they are scored
LEAST = 24  # trials of an answer
SURE = 2.0  # standard errors of a difference before the search takes an answer for better
HALVES = 2  # lucks of a draw: the first to search on, the second to score on


class Trial(NamedTuple):
    """What one answer in one cell changes, all others kept: mean [C, A] and standard error [C, A] of the paired difference, in points.

    `half` [2, C, A]: the means on even and on odd trials. `people` [P, 2, C, A]: mean and error by the values of other people. Answers that a
    cell does not have are nan.
    """

    mean: Floats
    se: Floats
    half: Floats
    people: Floats


@dataclass(frozen=True)
class Silence:
    """One strategy under one theory. C cells, n scored runs.

    `ever` [completions, C]: share of runs ever silent in a cell where silences hold, are answered at random, best, worst. `first` [C] counts.
    `silent`: runs with any silence. `trial`: answers around the best completion. `values` [2, n]: points under the best and the worst.
    """

    theory: str
    n: int
    silent: int
    counts: Ints  # [C] runs ever silent in the cell where silences change nothing
    first: Ints  # [C]
    ever: Floats
    best: Ints  # [C]
    worst: Ints
    values: Floats
    trial: Trial
    held: Answered  # the scored runs where silences change nothing
    fired: Floats  # [R] months in which each rule held
    together: Floats  # [pairs]

    @property
    def cost(self) -> tuple[float, float]:
        """V+ - V- in points, and its standard error."""
        gap = self.values[0] - self.values[1]
        return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


@dataclass(frozen=True)
class Player:
    """Plays runs of one pair and says what they are worth [n]."""

    engine: Engine
    batch: Batch  # two lucks a draw
    pair: tuple[str, str]
    worth: Callable[[NDArray[np.float32]], Floats]
    pairs: tuple[tuple[int, int], ...] = ()
    people: tuple[Callable[[NDArray[np.float32]], Floats], ...] = ()  # what others think the runs are worth

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells, in their order."""
        return self.engine.program.plans[0].cells

    def by_people(self, measures: NDArray[np.float32]) -> Floats:
        """What runs are worth to other people, [P, n]."""
        return np.array([worth(measures) for worth in self.people]).reshape(len(self.people), measures.shape[-1])

    def play(self, luck: int, answers: NDArray[np.float32]) -> tuple[Floats, Answered]:
        """All draws under one luck, and answers [C, D]: their worth, and what came of them."""
        parts: list[Answered] = []
        draws = self.batch.draws.size
        for first in range(0, draws, self.batch.chunk):
            draw = np.minimum(first + np.arange(self.batch.chunk), draws - 1)
            parts.append(play(self.engine, self.batch, self.pair, draw * HALVES + luck, answers[:, draw], self.pairs))
        whole = joined(parts, draws)
        return self.worth(whole.measures), whole


def even(policy: Ints, n: int) -> NDArray[np.float32]:
    """One completion [C] for n runs, [C, n]."""
    return np.repeat(policy[:, None], n, axis=1).astype(np.float32)


def at_random(cells: tuple[Cell, ...], n: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Every cell answered at random in every run, all answers alike, [C, n]."""
    return np.stack([generator.choice(cell.answers, n) for cell in cells]).astype(np.float32)


def trials(
    player: Player,
    luck: int,
    policy: Ints,
    base: Floats,
    *,
    open_: NDArray[np.bool_],
    seed: int,
    times: int = 1,
    people: Floats | None = None,
) -> Trial:
    """Every answer of every open cell in its share of the runs, the others answered by the policy [C]; `base` [n] are its own points, `people`
    [P, n] those by other people's values.

    Which run tries what is a balanced, shuffled design, `times` over, or as often as gives each answer `LEAST` trials (every run every answer,
    where the runs are fewer than that); no run tries an answer twice.
    """
    cells = player.cells
    every = [(c, a) for c, cell in enumerate(cells) if open_[c] for a in cell.answers]
    most = max(len(ANSWERS), len(REPLIES))
    mean, se = np.full((len(cells), most), np.nan), np.full((len(cells), most), np.nan)
    half = np.full((2, len(cells), most), np.nan)
    own_people = np.zeros((0, len(base))) if people is None else people
    theirs = np.full((len(own_people), 2, len(cells), most), np.nan)
    if not every:
        return Trial(mean, se, half, theirs)
    n = len(base)
    generator = stream_of(seed, 41 + luck)
    times = min(len(every), max(times, -(-LEAST * len(every) // n)))
    first = np.arange(n) % len(every) if n >= len(every) else np.arange(n) * len(every) // n  # few runs begin evenly spread
    which = (generator.permutation(first) + np.arange(times)[:, None]).ravel() % len(every)
    gain = np.zeros((1 + len(own_people), n * times))
    for turn in range(times):
        own = slice(turn * n, turn * n + n)
        answers, tried = even(policy, n), np.array(every)[which[own]]
        answers[tried[:, 0], np.arange(n)] = tried[:, 1]
        points, found = player.play(luck, answers)
        gain[0, own] = points - base
        if len(own_people):
            gain[1:, own] = player.by_people(found.measures) - own_people
    for number, (c, a) in enumerate(every):
        tries = gain[:, which == number]
        means, errors = tries.mean(axis=1), tries.std(axis=1, ddof=1) / np.sqrt(tries.shape[1])
        mean[c, a], se[c, a] = means[0], errors[0]
        half[:, c, a] = tries[0, ::2].mean(), tries[0, 1::2].mean()
        theirs[:, 0, c, a], theirs[:, 1, c, a] = means[1:], errors[1:]
    return Trial(mean, se, half, theirs)


def searched(player: Player, sign: int, open_: NDArray[np.bool_], seed: int) -> Ints:
    """The best (sign 1) or the worst (-1) completion [C] that was found on the first luck, from changing nothing, by rounds of trials.

    An answer is taken where its gain is more than `SURE` standard errors; the new completion, or the best of its answers alone, where it is
    better on all runs together.
    """
    policy = np.zeros(len(player.cells), np.int64)
    base = player.play(0, even(policy, player.batch.draws.size))[0]
    for number in range(ROUNDS):
        trial = trials(player, 0, policy, base, open_=open_, seed=(seed + 2 * number + (sign > 0)) % SEEDS)
        gain = np.where(np.isnan(trial.mean), -np.inf, sign * trial.mean)
        sure = gain > SURE * np.nan_to_num(trial.se, nan=np.inf)
        wanted = np.where(sure.any(axis=1), np.where(sure, gain, -np.inf).argmax(axis=1), policy)
        if (wanted == policy).all():
            break
        found = player.play(0, even(wanted, len(base)))[0]
        if sign * (found - base).mean() <= 0:  # all together are no better: the best of them alone
            best = np.where(sure, gain, -np.inf).max(axis=1).argmax()
            wanted = np.where(np.arange(len(policy)) == best, wanted, policy)
            found = player.play(0, even(wanted, len(base)))[0]
        if sign * (found - base).mean() <= 0:
            break
        policy, base = wanted, found
    return policy


def silence(player: Player, seed: int) -> Silence:
    """Where one strategy is silent under one theory, and what that can cost."""
    n, cells = player.batch.draws.size, player.cells
    if n < 2:
        raise DecisionError(f"{n} draw says nothing of the error", where=player.pair[0], next=f"{LEAST} suffice")
    generator = stream_of(seed, 40)
    nothing = even(np.zeros(len(cells), np.int64), n)
    _, held = player.play(1, nothing)
    _, shaken = player.play(1, at_random(cells, n, generator))
    open_ = (held.silences.sum(axis=1) + shaken.silences.sum(axis=1)) > 0
    best, worst = searched(player, 1, open_, seed), searched(player, -1, open_, seed)
    high, well = player.play(1, even(best, n))
    low, badly = player.play(1, even(worst, n))
    return Silence(
        theory=player.pair[1],
        n=n,
        silent=int((held.first != NEVER).sum()),
        counts=(held.silences > 0).sum(axis=1),
        first=np.bincount(held.first[held.first != NEVER], minlength=len(cells)),
        ever=np.stack([(one.silences > 0).mean(axis=1) for one in (held, shaken, well, badly)]),
        best=best,
        worst=worst,
        values=np.stack([high, low]),
        trial=trials(player, 1, best, high, open_=open_, seed=seed, times=TIMES, people=player.by_people(well.measures)),
        held=held,
        fired=(held.fired + shaken.fired + well.fired + badly.fired).sum(axis=1),
        together=(held.together + shaken.together + well.together + badly.together).sum(axis=1),
    )


def spread(trial: Trial) -> tuple[Floats, Floats]:
    """The best answer of each cell less its worst [C], and a standard error: both chosen on one half of the trials and scored on the other."""
    out = np.zeros(len(trial.mean))
    for chosen, scored in ((trial.half[0], trial.half[1]), (trial.half[1], trial.half[0])):
        known = ~np.isnan(chosen).all(axis=1)
        top = np.where(known, np.nan_to_num(chosen, nan=-np.inf).argmax(axis=1), 0)
        low = np.where(known, np.nan_to_num(chosen, nan=np.inf).argmin(axis=1), 0)
        rows = np.arange(len(chosen))
        out += np.where(known, np.nan_to_num(scored[rows, top] - scored[rows, low]), 0.0) / 2
    rough = np.sqrt(2.0) * np.nan_to_num(np.nanmax(np.nan_to_num(trial.se, nan=0.0), axis=1))
    return out, rough

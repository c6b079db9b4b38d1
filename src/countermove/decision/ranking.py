"""What a criterion says of strategies: their scores with errors, and who cannot be told from the first.

Errors come from the scrambles, by leaving out one at a time (delete-a-group jackknife: Quenouille 1956, Tukey 1958, Kott 2001), or half of them
where a score jumps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import linalg

from countermove.decision.monte_carlo_error import Estimate, Scrambles, error_of
from countermove.world.certainty import difference_verdict
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import with_error

if TYPE_CHECKING:
    from countermove.decision.robust import Values

ROUNDING = 1e-12
"""How much weight is rounding."""


@dataclass(frozen=True)
class Ranking:
    """What a criterion says: the score of every strategy with its error, and the strategies that share the best score.

    `level`: all that cannot be told from the first within two errors, the best first. `ahead` is how far the first is ahead of the second,
    with the error of that difference (both on the same draws); nan where there is no second. A criterion settles nothing where `ahead` is
    within two errors.
    """

    criterion: str
    better: Literal["high", "low"]
    strategies: tuple[str, ...]
    scores: tuple[float, ...]
    se: tuple[float, ...]
    best: tuple[str, ...]
    ahead: Estimate
    level: tuple[str, ...] = ()
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def settled(self) -> bool:
        """Whether the first is ahead of the second by more than two errors (or there is no second)."""
        return len(self.strategies) == 1 or difference_verdict(*self.ahead, 0.0) == "better"

    @property
    def sentence(self) -> str:
        """The choice in words."""
        place = self.strategies.index(self.best[0])
        first, several = self.titles.say_strategy(self.best[0]), self.titles.say_strategies
        score = _told(self.scores[place], self.se[place])
        if len(self.strategies) == 1:
            return f"By {self.criterion}, {first} has {score}; it is the only strategy."
        if self.settled:
            ahead = f" by {_told(*self.ahead)}" if np.isfinite(self.ahead.mean) else ""
            return f"By {self.criterion}, {first} is best with {score}, ahead of the next{ahead}."
        if len(self.best) > 1 and set(self.level) <= set(self.best):
            return f"By {self.criterion}, {several(self.best)} share the best score, {score}."
        return f"By {self.criterion}, the runs cannot tell which of {several(self.level)} is best; {first} has {score}."


def _told(score: float, se: float) -> str:
    return "{} (error {})".format(*with_error(score, se)) if np.isfinite(score) else "no limit"


def jackknife(statistic: Callable[[np.ndarray], np.ndarray], scrambles: Scrambles) -> tuple[np.ndarray, np.ndarray]:
    """A statistic [...] of draw weights [D], and what each scramble adds to its error [..., K] (for `error_of`).

    With h the mass of a scramble, its part is (1 - h) (all - all but it), which is the residual of decision/monte_carlo_error.py where the statistic
    is a mean. A statistic that is infinite with every scramble left out has no error; one that is infinite now and then an infinite one.
    """
    whole = statistic(scrambles.weight)
    parts = np.zeros((*whole.shape, len(scrambles.members)))
    for k, (members, mass) in enumerate(zip(scrambles.members, scrambles.mass, strict=True)):
        if 0 < mass < 1 - ROUNDING:
            left = scrambles.weight.copy()
            left[members] = 0.0
            without = statistic(left / left.sum())
            with np.errstate(invalid="ignore"):
                parts[..., k] = np.where(whole == without, 0.0, (whole - without) * (1 - mass))
    return whole, parts


def half_sampled(statistic: Callable[[np.ndarray], np.ndarray], scrambles: Scrambles) -> tuple[np.ndarray, np.ndarray]:
    """A statistic [...] of draw weights [D], and parts of its error [..., R] (for `error_of`), from halves of the scrambles.

    For what jumps as the draws change, such as who is best: to leave out one scramble moves a mean by a fraction of its error and says nothing
    of a jump one error away; half of the scrambles move it by all of that (balanced half-samples: McCarthy 1969; Shao & Wu 1989). Of a mean
    the error is that of the jackknife.
    """
    whole = statistic(scrambles.weight)
    used = np.flatnonzero(scrambles.mass)
    if len(used) < 2:
        return whole, np.zeros((*whole.shape, 1))
    moved: list[np.ndarray] = []
    for signs in linalg.hadamard(1 << (len(used) - 1).bit_length())[1:, : len(used)]:
        for kept in (used[signs > 0], used[signs < 0]):
            half = np.zeros_like(scrambles.weight)
            for k in kept:
                half[scrambles.members[k]] = scrambles.weight[scrambles.members[k]]
            moved.append(statistic(half / half.sum()) - whole)
    return whole, np.stack(moved, axis=-1) * math.sqrt((1 - 1 / len(used)) / len(moved))


def ranking(criterion: str, better: Literal["high", "low"], values: Values, scored: tuple[np.ndarray, np.ndarray]) -> Ranking:
    """The strategies by their scores [S] and what adds to the scores' errors [S, K] (for `error_of`)."""
    scores, parts = scored
    mass = values.scrambles.mass
    order = np.argsort(scores if better == "low" else -scores, kind="stable")
    best = np.flatnonzero(scores == scores[order[0]])
    with np.errstate(invalid="ignore"):
        behind = np.where(scores == scores[order[0]], 0.0, np.abs(scores[order[0]] - scores))
        errors = error_of(parts[order[0]] - parts, mass)
    ahead = Estimate(float(behind[order[1]]), float(errors[order[1]])) if len(order) > 1 else Estimate(np.nan, np.nan)
    level = [
        s
        for s in map(int, order.tolist())
        if s == order[0] or difference_verdict(float(behind[s]), float(errors[s]), 0.0) != "better"
    ]
    return Ranking(
        criterion=criterion,
        better=better,
        strategies=values.strategies,
        scores=tuple(float(score) for score in scores),
        se=tuple(float(error) for error in error_of(parts, mass)),
        best=tuple(values.strategies[s] for s in best),
        ahead=ahead,
        level=tuple(values.strategies[s] for s in level),
        titles=values.titles,
    )

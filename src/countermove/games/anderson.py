"""Anderson's acceleration of the map of a stage, for many games at once, each stopped where it has arrived.

Anderson 1965 (Journal of the ACM 12, pp. 547-560), in the form of Walker & Ni 2011 (SIAM Journal on Numerical Analysis 49, pp. 1715-1735); Newton's
steps for those that it does not settle. What a game comes to does not depend, to the bit, on the games beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.games.newton import newton
from countermove.games.stage_map import Play, StageMap

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

MEMORY = 3
ROUNDS = 12
PATIENCE = 8  # rounds before it is asked how close 64 bits can come


@dataclass(frozen=True)
class Settled:
    """What the rival's moves are worth, the play that follows from it, how far each game is from a response to itself (in logarithms of odds); and
    where it started, with the play there."""

    worth: Annotated[Floats, "K B n"]
    play: Play
    gap: Annotated[Floats, "n"]
    start: Annotated[Floats, "K B n"]
    first: Play


def settle(
    ready: StageMap,
    start: Annotated[Floats, "K B n"],
    precision: Annotated[Floats, "n"],
    close: Annotated[Floats, "n"],
    last_resort: Callable[[], Annotated[Floats, "n"]] | None = None,
    done: Annotated[Truths, "n"] | None = None,
    hurry: bool = True,
) -> Settled:
    """Anderson's steps until every game is close enough, or the rounds are over; where games are late, `last_resort` says what is close enough too.
    Nobody waits for games that are `done`. `hurry`: what is late then takes Newton's steps, which far from an answer may come to another one."""
    worth = start
    memory = _Memory()
    best: Settled | None = None
    for turn in range(ROUNDS):
        play = ready(worth, precision)
        step = play.rival_moves - worth
        step *= ready.rival_may
        gap = np.abs(step).max(axis=(0, 1))
        gap *= precision
        if best is None:
            best = Settled(worth, play, gap, start, play)
        else:
            stay = (gap >= best.gap) | (best.gap <= close)
            if stay.any():
                best = replace(
                    best,
                    worth=np.where(stay, best.worth, worth),
                    play=play.unless(stay, best.play),
                    gap=np.where(stay, best.gap, gap),
                )
            else:
                best = replace(best, worth=worth, play=play, gap=gap)
        if turn == PATIENCE and last_resort is not None:
            close = last_resort()
        arrived = best.gap <= close
        if done is not None:
            arrived |= done
        if arrived.all():
            break
        worth = memory.next(worth, step)
    assert best is not None
    late = best.gap > close
    if done is not None:
        late &= ~done
    return _hurried(ready, best, np.flatnonzero(late), precision, close) if hurry and late.any() else best


def _hurried(ready: StageMap, best: Settled, which: NDArray[np.intp], precision: Floats, close: Floats) -> Settled:
    """The games that are late, by Newton's steps from where they started: from where they came to, play may have gone far."""
    worth, play, gap = newton(ready, which, best.start[..., which], precision[which], close[which])
    closer = gap < best.gap[which]
    taken = which[closer]
    found = replace(best, worth=best.worth.copy(), play=best.play.copy(), gap=best.gap.copy())
    found.worth[..., taken], found.gap[taken] = worth[..., closer], gap[closer]
    for part, better in zip(found.play.parts(), play.parts(), strict=True):
        part[..., taken] = better[..., closer]
    return found


@dataclass
class _Memory:
    """The last few steps: how they changed, where the map took the change, and the products of the changes with one another."""

    last: tuple[Floats, Floats] | None = None
    changes: list[Floats] = field(default_factory=list[Floats])
    taken: list[Floats] = field(default_factory=list[Floats])
    products: list[list[Floats]] = field(default_factory=list[list[Floats]])

    def next(self, worth: Floats, step: Floats) -> Floats:
        """The next point; games whose steps say nothing new take the plain step."""
        found = worth + step
        if self.last is not None:
            change = step - self.last[1]
            taken = worth - self.last[0]
            taken += change
            if len(self.changes) == MEMORY:
                del self.changes[0], self.taken[0], self.products[0]
                self.products = [row[1:] for row in self.products]
            self.changes.append(change)
            self.taken.append(taken)
            self.products.append([_product(change, other) for other in self.changes])
            for taken, share in zip(self.taken, self._shares(step), strict=True):
                found -= taken * share
        self.last = worth, step
        return found

    def _shares(self, step: Floats) -> list[Annotated[Floats, "n"]]:
        """Least squares by the normal equations (Cholesky's way without roots), column by column of all games at once."""
        size = len(self.changes)
        small = sum((self.products[one][one] for one in range(size)), np.float64(1e-287)) * 1e-13
        right = [_product(change, step) for change in self.changes]
        lower: list[list[Floats]] = []
        pivots: list[Floats] = []
        with np.errstate(all="ignore"):
            for one in range(size):
                row: list[Floats] = []  # times the pivots
                for other in range(one):
                    row.append(self.products[one][other] - sum(row[k] * lower[other][k] for k in range(other)))
                scaled = [entry / pivot for entry, pivot in zip(row, pivots, strict=True)]
                pivots.append(self.products[one][one] + small - sum(row[k] * scaled[k] for k in range(one)))
                lower.append(scaled)
                right[one] = right[one] - sum(lower[one][k] * right[k] for k in range(one))
            shares = [entry / pivot for entry, pivot in zip(right, pivots, strict=True)]
            for one in range(size - 1, -1, -1):
                shares[one] = shares[one] - sum(lower[k][one] * shares[k] for k in range(one + 1, size))
            calm = np.logical_and.reduce([np.abs(share) < 1e3 for share in shares])
            return [np.where(calm, share, 0.0) for share in shares]


def _product(one: Floats, other: Floats) -> Annotated[Floats, "n"]:
    """Game by game."""
    return (one * other).reshape(-1, one.shape[-1]).sum(axis=0)

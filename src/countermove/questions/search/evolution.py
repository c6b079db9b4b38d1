"""Searching among points of whole numbers whose worth is a mean over draws: an evolution, a race on more draws, and what can be left out.

Nothing here knows what a point stands for. Whoever calls evaluates points in batches, on common draws, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from countermove.errors import DecisionError
from countermove.questions.search.trials import ahead
from countermove.rng.seeds import stream_of

Points = NDArray[np.int64]  # [N, K]
Floats = NDArray[np.float64]
POPULATION = 24
CROSSING = 0.5
SPREAD = 0.2  # share of the knobs that are turned in the first population, around where it starts
DULL = 3  # restarts that find nothing new before the search gives up its budget


@dataclass(frozen=True)
class EvaluatedPoints:
    """Distinct points in the order in which they were tried, and their values."""

    points: Points
    values: Floats

    def leading(self, most: int) -> NDArray[np.int64]:
        """Places of the best, best first; of equals the one that was tried first."""
        return np.argsort(-self.values, kind="stable")[:most]


def around(start: NDArray[np.int64], sizes: NDArray[np.int64], generator: np.random.Generator) -> Points:
    """A first population: the start itself, and the start with some knobs turned at random."""
    shape = (POPULATION, len(start))
    turned = generator.random(shape) < SPREAD
    out = np.where(turned, generator.integers(0, sizes, shape), start)
    out[0] = start
    return out


class _Spent(StopIteration):
    """The budget is used up."""


def evolve(
    value: Callable[[Points], Floats], sizes: NDArray[np.int64], start: NDArray[np.int64], seed: int, budget: int
) -> EvaluatedPoints:
    """Raise a value over points by differential evolution (Storn & Price 1997; scipy, with whole numbers), from a start.

    `value` [N] of new points [N, K] is asked for once per generation, and never twice for one point. Where a population has become one
    point, another starts around the best. The path depends on the arguments alone: with stored values it is taken again at once.

    Raises:
        DecisionError: no knob to turn, or a budget below one population.
    """
    if not (sizes > 1).any():
        raise DecisionError("nothing can be changed in this strategy")
    if budget < POPULATION:
        raise DecisionError(f"a budget of {budget} candidates", next=f"Give {POPULATION} or more: one generation")
    known: dict[bytes, float] = {}
    order: list[NDArray[np.int64]] = []

    def energies(x: NDArray[Any]) -> Floats:
        asked = np.rint(np.atleast_2d(x.T)).astype(np.int64)
        fresh = {point.tobytes(): point for point in asked if point.tobytes() not in known}
        new = list(fresh.values())[: budget - len(known)]
        if new:
            found = value(np.array(new))
            known.update({point.tobytes(): float(one) for point, one in zip(new, found, strict=True)})
            order.extend(new)
        return np.array([-known.get(point.tobytes(), -np.inf) for point in asked])

    def spent(intermediate_result: Any) -> None:
        if len(known) >= budget:
            raise _Spent

    best, dull = start, 0
    for run in range(budget):
        before = len(known)
        generator = stream_of(seed, 60 + run)
        optimize.differential_evolution(
            energies,
            [(0, size - 1) for size in sizes],
            integrality=np.ones(len(sizes), np.bool_),
            init=around(best, sizes, generator).astype(np.float64),  # type: ignore[arg-type]
            vectorized=True,
            updating="deferred",
            polish=False,
            recombination=CROSSING,
            tol=0,
            maxiter=budget,
            callback=spent,
            rng=generator,
        )
        dull = dull + 1 if len(known) == before else 0
        if len(known) >= budget or dull == DULL:
            break
        best = order[int(np.argmax([known[point.tobytes()] for point in order]))]
    return EvaluatedPoints(np.array(order), np.array([known[point.tobytes()] for point in order]))


# --- leaving out -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Simplification:
    """A knob to be put on a level that would make the strategy simpler."""

    knob: int
    level: int


def simplified(
    rough: Callable[[Points], Floats],
    fine: Callable[[Points], Floats],
    best: NDArray[np.int64],
    turns: Callable[[NDArray[np.int64]], Sequence[Simplification]],
) -> NDArray[np.int64]:
    """Backwards elimination: turn back whatever can be turned back, as long as all that was given up together costs less than its error.

    Args:
        rough: the value of points by scramble [N, S], for trying turns one by one.
        fine: the same on more draws, for what is done.
        best: where it starts; losses are always measured against it, so that small ones do not add up unseen.
        turns: what could be turned back at a point, in the order in which it should go where one would do as well as the other.

    Each round tries the turns one by one, then the harmless ones together: all of them, else the first half, and so on.
    """
    now, needed = best, set[Simplification]()
    while True:
        wanted = [turn for turn in turns(now) if turn not in needed]
        if not wanted:
            return now
        harmless = _harmless(wanted, *_lost(rough, best, np.array([turned(now, [turn]) for turn in wanted])))
        if not harmless:
            return now
        sizes = sorted({max(1, len(harmless) >> halving) for halving in range(len(harmless).bit_length())}, reverse=True)
        together = np.array([turned(now, harmless[:size]) for size in sizes])
        lost, se = _lost(fine, best, together)
        if (lost <= se).any():
            now = together[int(np.argmax(lost <= se))]
        else:
            needed.add(harmless[0])


def _lost(parts: Callable[[Points], Floats], best: NDArray[np.int64], points: Points) -> tuple[Floats, Floats]:
    """How far points [N, K] are behind the best one, and the standard errors [N]."""
    found = parts(np.concatenate([best[None], points]))
    return ahead(np.broadcast_to(found[0], found[1:].shape), found[1:])


def _harmless(wanted: Sequence[Simplification], lost: Floats, se: Floats) -> list[Simplification]:
    """The turns that cost no more than their error, in their order; of those of one knob the first."""
    kept: dict[int, Simplification] = {}
    for number, turn in enumerate(wanted):
        if lost[number] <= se[number]:
            kept.setdefault(turn.knob, turn)
    return list(kept.values())


def turned(point: NDArray[np.int64], turns: Sequence[Simplification]) -> NDArray[np.int64]:
    """The point with some knobs on other levels."""
    out = point.copy()
    for turn in turns:
        out[turn.knob] = turn.level
    return out


# --- the front ---------------------------------------------------------------------------------------------------------


def front(values: Floats) -> NDArray[np.bool_]:
    """Which rows [N] of values [N, M], all to be high, no other row dominates (Pareto 1906). Of equal rows the first stays."""
    kept = np.ones(len(values), np.bool_)
    for row, value in enumerate(values):
        better = (values >= value).all(axis=1) & (values > value).any(axis=1)
        same = (values[:row] == value).all(axis=1)
        kept[row] = not (better.any() or same.any())
    return kept


def spread_out(values: Floats, most: int) -> NDArray[np.int64]:
    """Places of at most so many rows of a front: the best in each column, then always the one farthest from those chosen (columns scaled)."""
    reach = np.ptp(values, axis=0)
    scaled = (values - values.min(axis=0)) / np.where(reach > 0, reach, 1.0)
    chosen = list(dict.fromkeys(int(place) for place in values.argmax(axis=0)))[:most]
    while len(chosen) < min(most, len(values)):
        gap = np.min([np.abs(scaled - scaled[place]).sum(axis=1) for place in chosen], axis=0)
        gap[chosen] = -1.0
        chosen.append(int(gap.argmax()))
    return np.array(sorted(chosen), np.int64)

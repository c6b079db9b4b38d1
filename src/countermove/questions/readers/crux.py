"""Two readers who part: the fewest assumptions on which their choice hangs, and the cheapest observation after which both would choose alike.

A reader assumes weights of the theories, points of the measures, and distributions of parameters (the same draws, weighted anew). For each of
the two, sets of growing size of the other's assumptions are put in the place of the reader's own, until one makes it choose the other's
strategy. The search is exact: all sets of a size before any larger one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import ClassVar, NamedTuple

import numpy as np

from countermove.decision.cells import nearest, shares_of
from countermove.decision.information import Observation
from countermove.decision.monte_carlo_error import Estimate, estimates
from countermove.decision.pareto import MeasuredOutcomes
from countermove.decision.ranking import ROUNDING
from countermove.decision.robust import scrambles_of
from countermove.errors import DecisionError
from countermove.world.certainty import ERRORS
from countermove.world.words import percent, with_error

SETS = 20_000
"""Sets of one size beyond which the search stops, and says so."""
THEORIES = "the weights of the theories"


@dataclass(frozen=True)
class ReaderAssumptions:
    """Somebody's assumptions: weights of the theories, points per unit of each measure (0 where absent), and `tilts`: parameter -> log of
    (its density for this reader / the density that the draws came from) at each draw [D], up to a constant. No tilt: as drawn.
    """

    name: str
    weights: Mapping[str, float]
    points: Mapping[str, float]
    tilts: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])


@dataclass(frozen=True)
class Switch:
    """What turns one reader to the other's strategy.

    `assumptions`: the smallest set of the other's that does it (empty: both choose the same already; None: none of up to `searched`
    assumptions does); of several that small, the one that changes the difference between the two strategies most, with the rest in `others`.
    `before`: how far the reader's own strategy is ahead of the other's. `after`: how far, with these assumptions taken over, the other's is
    ahead of the best of the rest; `effective`: how many equally weighted draws then speak.
    """

    json_keys: ClassVar[str] = "* -effective from=own to=wanted also=others before=before.named after=after.named"
    reader: str
    own: str
    wanted: str
    assumptions: tuple[str, ...] | None
    others: tuple[tuple[str, ...], ...]
    before: Estimate
    after: Estimate | None
    effective: float
    searched: int
    sentence: str


@dataclass(frozen=True)
class Crux:
    """All assumptions on which two readers differ, and what turns each of them to the other's strategy."""

    differ: tuple[str, ...]
    turns: tuple[Switch, Switch]


@dataclass(frozen=True)
class _Difference:
    """One assumption on which two readers differ: where it stands in its kind."""

    label: str
    kind: str
    place: tuple[int, ...]


@dataclass(frozen=True)
class _View:
    """A reader in arrays: shares [T], points [M], tilts [P, D]."""

    shares: np.ndarray
    points: np.ndarray
    tilts: np.ndarray


def _views(
    found: MeasuredOutcomes, readers: tuple[ReaderAssumptions, ReaderAssumptions]
) -> tuple[tuple[_View, _View], tuple[str, ...]]:
    """Both readers, and the parameters that either of them tilts."""
    found.require_several()
    names = tuple(dict.fromkeys(name for reader in readers for name in reader.tilts))
    views: list[_View] = []
    for reader in readers:
        found.places(tuple(reader.points))
        points = np.array([reader.points.get(measure, 0.0) for measure in found.measures], np.float64)
        if not np.isfinite(points).all():
            raise DecisionError("points that are not finite", where=reader.name)
        tilts = np.zeros((len(names), len(found.weight)))
        for row, name in enumerate(names):
            if name in reader.tilts:
                given = np.asarray(reader.tilts[name], np.float64)
                if given.shape != found.weight.shape or np.isnan(given).any() or (given == np.inf).any():
                    raise DecisionError(
                        f"the log densities of {name} are not {found.weight.size} numbers",
                        where=reader.name,
                        next="One for each draw",
                    )
                tilts[row] = given
        views.append(_View(shares_of(found.theories, reader.weights), points, tilts))
    for reader, view in zip(readers, views, strict=True):
        weighted(found.weight, view.tilts, reader.name)
    return (views[0], views[1]), names


def weighted(weight: np.ndarray, tilts: np.ndarray, who: str) -> np.ndarray:
    """Weights of the draws [D] after tilts [P, D]; raises DecisionError where no draw is left."""
    log = tilts.sum(axis=0)
    top = log[weight > 0].max()
    if not np.isfinite(top):
        raise DecisionError("no draw is possible under these densities", where=who, next="Draw from a wider distribution")
    tilted = np.where(weight > 0, weight * np.exp(np.minimum(log - top, 0.0)), 0.0)
    return tilted / tilted.sum()


def _blocks(theories: tuple[str, ...], blocks: Mapping[str, Sequence[str]] | None) -> dict[str, tuple[int, ...]]:
    if blocks is None:
        return {THEORIES: tuple(range(len(theories)))}
    every = [theory for block in blocks.values() for theory in block]
    for theory in every:
        if theory not in theories:
            raise DecisionError(f'the theory "{theory}" was not run', next=nearest(theory, theories))
    if sorted(every) != sorted(theories):
        raise DecisionError("the blocks do not hold every theory once", next=f"Run: {', '.join(theories)}")
    return {f"the weight of {name}": tuple(theories.index(theory) for theory in block) for name, block in blocks.items()}


def _differences(
    found: MeasuredOutcomes, views: tuple[_View, _View], names: tuple[str, ...], blocks: Mapping[str, Sequence[str]] | None
) -> tuple[_Difference, ...]:
    """The assumptions on which two readers differ."""
    first, second = views
    parts: list[_Difference] = []
    for label, place in _blocks(found.theories, blocks).items():
        if not np.allclose(first.shares[list(place)], second.shares[list(place)], rtol=0, atol=ROUNDING):
            parts.append(_Difference(label, "theories", place))
    for m, measure in enumerate(found.measures):
        if first.points[m] != second.points[m]:
            parts.append(_Difference(f"the points of {measure}", "points", (m,)))
    for p, name in enumerate(names):
        both = [weighted(found.weight, view.tilts[p : p + 1], name) for view in views]
        if not np.allclose(*both, rtol=1e-9, atol=0):
            parts.append(_Difference(f"the distribution of {name}", "tilts", (p,)))
    return tuple(parts)


def _with_assumptions(own: _View, other: _View, parts: Sequence[_Difference]) -> _View:
    """The first view with these parts of the second.

    Theories whose block is taken over get the other's weights; those that stay keep their proportions and share what is left (as the
    other divides it, where they had nothing).
    """
    shares, points, tilts = own.shares.copy(), own.points.copy(), own.tilts.copy()
    moved = np.zeros(len(shares), bool)
    for part in parts:
        at = list(part.place)
        if part.kind == "theories":
            moved[at] = True
        elif part.kind == "points":
            points[at] = other.points[at]
        else:
            tilts[at] = other.tilts[at]
    if moved.any():
        left = own.shares[~moved].sum()
        kept = own.shares / left if left > 0 else other.shares / max(other.shares[~moved].sum(), ROUNDING)
        shares = np.where(moved, other.shares, kept * (1 - other.shares[moved].sum()))
    return _View(shares, points, tilts)


def _worth(found: MeasuredOutcomes, view: _View) -> np.ndarray:
    """Points [S, D] of each strategy in each draw."""
    return np.einsum("smtd,m,t->sd", found.by_draw, view.points, view.shares, optimize=True)


def _ahead(found: MeasuredOutcomes, view: _View, first: int, others: Sequence[int]) -> tuple[Estimate, float]:
    """How far one strategy is ahead of the best of others, and the effective number of draws."""
    weight = weighted(found.weight, view.tilts, "the readers")
    scrambles, worth = scrambles_of(weight, found.scramble), _worth(found, view)
    second = max(others, key=lambda s: float(worth[s] @ weight))
    mean, se = estimates(scrambles.gather(worth[first] - worth[second]), scrambles.mass)
    return Estimate(float(mean), float(se)), 1 / float(np.square(weight).sum())


def _switch(
    found: MeasuredOutcomes,
    names: tuple[str, str],
    views: tuple[_View, _View],
    parts: tuple[_Difference, ...],
    most: int,
    choices: tuple[int, int],
) -> Switch:
    """What turns the first reader to the second's strategy."""
    own, wanted = choices
    strategies = found.strategies
    before, effective = _ahead(found, views[0], own, (wanted,))
    if own == wanted:
        says = f"{names[0]} and {names[1]} both choose {strategies[own]}."
        return Switch(names[0], strategies[own], strategies[own], (), (), before, before, effective, 0, says)
    rest = [s for s in range(len(strategies)) if s != wanted]
    tables: dict[tuple[int, ...], np.ndarray] = {}
    hits: list[tuple[float, tuple[_Difference, ...]]] = []
    searched = 0
    while searched < min(most, len(parts)) and not hits and comb(len(parts), searched + 1) <= SETS:
        searched += 1
        for chosen in combinations(parts, searched):
            view = _with_assumptions(*views, chosen)
            tilted = tuple(part.place[0] for part in chosen if part.kind == "tilts")
            if tilted not in tables:
                tables[tilted] = found.by_draw @ weighted(found.weight, view.tilts, "the readers")
            value = np.einsum("smt,m,t->s", tables[tilted], view.points, view.shares)
            if value[wanted] > value[rest].max():
                hits.append((float(value[wanted] - value[own]), chosen))
    hits.sort(key=lambda hit: -hit[0])
    sets = [tuple(part.label for part in chosen) for _, chosen in hits]
    after = None
    if hits:
        after, effective = _ahead(found, _with_assumptions(*views, hits[0][1]), wanted, rest)
    says = _switch_sentence(names, (strategies[own], strategies[wanted]), sets, after, (searched, len(parts)))
    first = sets[0] if sets else None
    return Switch(names[0], strategies[own], strategies[wanted], first, tuple(sets[1:]), before, after, effective, searched, says)


def _switch_sentence(
    names: tuple[str, str], strategies: tuple[str, str], sets: list[tuple[str, ...]], after: Estimate | None, sizes: tuple[int, int]
) -> str:
    if after is None:
        opening = f"No {'one' if sizes[0] == 1 else f'set of up to {sizes[0]}'} of the {sizes[1]} assumptions on which they differ"
        return f"{opening} makes {names[0]} choose {strategies[1]}; all of them would."
    points, error = with_error(*after)
    chance = "" if after.mean > ERRORS * after.se else ", which may be chance"
    also = ""
    if len(sets) > 1:
        also = f" {len(sets) - 1} other {'set' if len(sets) == 2 else 'sets'} of {len(sets[0])} would do it too."
    took = " and ".join(sets[0])
    opening = f"{names[0]} chooses {strategies[0]}, but with {took} of {names[1]} would choose {strategies[1]}"
    return f"{opening}, {points} points ahead of the next (error {error}{chance}).{also}"


def crux(
    found: MeasuredOutcomes,
    first: ReaderAssumptions,
    second: ReaderAssumptions,
    *,
    most: int = 3,
    blocks: Mapping[str, Sequence[str]] | None = None,
) -> Crux:
    """The fewest assumptions on which two readers part, for each of the two.

    To choose is to be above all other strategies; a tie is no choice. The search goes by expected values; whether the turn found is beyond
    Monte-Carlo error is in `Switch.after`. Tilted draws can be few: look at `Switch.effective`.

    Args:
        found: the measures at hand.
        first: one reader.
        second: the other.
        most: the largest set of assumptions to try.
        blocks: name -> theories whose weights are one assumption; None: the weights of all theories are one.

    Raises:
        DecisionError: one strategy, readers of one name, assumptions that do not fit what was run, no size to try.
    """
    if most < 1:
        raise DecisionError(f"sets of up to {most} assumptions", next="Try one at least")
    if first.name == second.name:
        raise DecisionError(f"both readers are called {first.name}")
    views, names = _views(found, (first, second))
    parts = _differences(found, views, names, blocks)
    best = [int(np.argmax(_worth(found, view) @ weighted(found.weight, view.tilts, ""))) for view in views]
    there = _switch(found, (first.name, second.name), views, parts, most, (best[0], best[1]))
    back = _switch(found, (second.name, first.name), (views[1], views[0]), parts, most, (best[1], best[0]))
    return Crux(tuple(part.label for part in parts), (there, back))


class Agreement(NamedTuple):
    """A probability of choosing alike, and its range: `low` counts messages after which both choices are beyond two errors only, `high` also
    those after which one of them is not."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class ObservationPower:
    """One observation: the probability, in the eyes of each of the two readers before it, that afterwards both choose the same strategy."""

    observation: str
    cost: float
    agree: tuple[Agreement, Agreement]


@dataclass(frozen=True)
class CheapestObservation:
    """The cheapest observation that brings two readers together, None where none does (or they choose alike `already`); and all of them."""

    chosen: str | None
    already: bool
    rows: tuple[ObservationPower, ...]
    sentence: str


def _choices(found: MeasuredOutcomes, view: _View, likelihood: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """After each message [M]: the strategy, whether it is beyond two errors ahead of all others, and the probability of the message."""
    scrambles = scrambles_of(weighted(found.weight, view.tilts, "the readers"), found.scramble)
    totals = np.einsum("smtk,m->stk", scrambles.gather(found.by_draw), view.points)
    joint = view.shares[:, None] * likelihood
    after = np.einsum("stk,tm->smk", totals, joint)
    best = after.sum(axis=-1).argmax(axis=0)
    lead = np.take_along_axis(after, best[None, :, None], axis=0) - after
    mean, se = estimates(lead, scrambles.mass)
    others = np.arange(len(after))[:, None] != best
    return best, (~others | (mean > ERRORS * se)).all(axis=0), joint.sum(axis=0)


def _agreement(found: MeasuredOutcomes, views: tuple[_View, _View], likelihood: np.ndarray) -> tuple[Agreement, Agreement]:
    """In the eyes of each; a message that one of them thinks impossible is no agreement."""
    (mine, sure, chance), (yours, certain, odds) = (_choices(found, view, likelihood) for view in views)
    both = (chance > 0) & (odds > 0)
    alike, settled = both & (mine == yours), sure & certain
    counted = np.array([alike, alike & settled, alike | (both & ~settled)], np.float64)
    return Agreement(*(float(share) for share in counted @ chance)), Agreement(*(float(share) for share in counted @ odds))


def cheapest_observation(
    found: MeasuredOutcomes,
    first: ReaderAssumptions,
    second: ReaderAssumptions,
    observations: Sequence[Observation],
    probability: float,
) -> CheapestObservation:
    """The cheapest named observation after which both readers would choose the same strategy with this probability at least.

    Each reader starts from its own weights of the theories, reads the message by the same matrix, and chooses by its own points and
    distributions; the probability must be reached in the eyes of both. Of equally good strategies the first in the file is chosen.

    Raises:
        DecisionError: no observation, two of one name, a probability that is none, or readers who do not fit what was run.
    """
    if not observations or len({one.name for one in observations}) < len(observations):
        raise DecisionError("observations need to be at least one, each with its own name")
    if not 0 < probability <= 1:
        raise DecisionError(f"a probability of {probability:g}", next="Give one above 0 and at most 1")
    views, _ = _views(found, (first, second))
    names = f"{first.name} and {second.name}"
    rows = tuple(ObservationPower(one.name, one.cost, _agreement(found, views, one.under(found.theories))) for one in observations)
    if _agreement(found, views, np.ones((len(found.theories), 1)))[0].probability > 0:
        return CheapestObservation(None, True, rows, f"{names} choose the same strategy already.")
    reached = [row for row in rows if min(agree.probability for agree in row.agree) >= probability - ROUNDING]
    if not reached:
        says = f"None of {len(rows)} observations brings {names} together with probability {percent(probability)}."
        return CheapestObservation(None, False, rows, says)
    best = min(reached, key=lambda row: (row.cost, -min(agree.probability for agree in row.agree)))
    eyes = [
        f"{percent(min(agree.probability, 1.0))} in the eyes of {reader.name}"
        for agree, reader in zip(best.agree, (first, second), strict=True)
    ]
    sure = min(agree.low for agree in best.agree) >= probability - ROUNDING
    says = f"After {best.observation} (cost {best.cost:g}) both would choose alike with probability {' and '.join(eyes)}"
    return CheapestObservation(best.observation, False, rows, f"{says}{'' if sure else ', part of which may be chance'}.")

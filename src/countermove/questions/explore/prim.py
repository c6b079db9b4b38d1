"""Scenario discovery by PRIM: the box of inputs in which a strategy fails most often.

The patient rule induction method (Friedman & Fisher 1999, Statistics and Computing 9) as Bryant & Lempert (2010, Technological Forecasting
and Social Change 77) use it: thin slices are peeled off the whole until what is left is dense in failures, every box on the way is kept, one
is chosen by a rule, and its limits are eased where that loses nothing. A peel is judged by the rise of the density per mass removed
(Kwakkel & Jaxa-Rozen 2016, Environmental Modelling & Software 79), so that a label, which comes off in one piece, competes fairly with a
slice of a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from countermove.decision.boxes import Box, BoxScore, Flags, Floats, InputRows, LimitSide, between, half, score, wilson
from countermove.errors import DecisionError
from countermove.world.words import percent

Index = NDArray[np.intp]
_TINY = 1e-12


@dataclass(frozen=True)
class Peeling:
    """How to look for a box.

    `alpha`: the share of a box's mass that one peel takes at most (a tie or a label comes off whole). `paste`: the share that one paste gives
    back, None for no pasting. `least_mass`: no box is smaller. `coverage`: the chosen box holds at least this share of the failures on the
    trajectory. `doubtful`: a limit of a higher quasi-p-value is dropped. `resamples`: half samples for the reproducibility of the limits.
    """

    alpha: float = 0.05
    paste: float | None = 0.05
    least_mass: float = 0.05
    coverage: float = 0.7
    doubtful: float = 0.05
    resamples: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise DecisionError for a setting without meaning."""
        shares = (self.alpha, self.least_mass, self.coverage, self.doubtful, 1.0 if self.paste is None else self.paste)
        if not (
            all(0 < share <= 1 for share in shares)
            and self.alpha <= 0.5
            and self.least_mass < 1
            and self.resamples >= 0
            and self.seed >= 0
        ):
            raise DecisionError(
                f"{self} cannot be followed", next="Shares lie above 0 and at most at 1 (alpha: at 1/2), numbers from 0 up"
            )


PEELING = Peeling()


@dataclass(frozen=True)
class Limit:
    """One limit of the box: "low" or "high" at `at`, or the labels kept; and its quasi-p-value.

    That is the probability of as many failures as the box holds, if its rows failed as often as those of the box without the limit
    (one-sided binomial test, Bryant & Lempert 2010). The limit was chosen on the same rows, so it is no p-value: see `held_out`.
    """

    column: str
    side: LimitSide
    at: float
    labels: tuple[str, ...]
    quasi_p: float


@dataclass(frozen=True)
class Trajectory:
    """Every box that peeling met [B], from the whole on: its coverage, density, mass and number of restricted columns."""

    boxes: tuple[Box, ...]
    coverage: Floats
    density: Floats
    mass: Floats
    restricted: Index


@dataclass(frozen=True)
class Discovery:
    """The box, how good it is on the rows it was chosen on, and what is left of that where it was not.

    `reproduced`: how often each column [K] is restricted when the search is repeated on half samples (empty: never repeated). `held_out`: the
    score on one half of `held_box`, found on the other half alone. `base`: the share of all rows that fail. `found`: the held-out density's
    interval lies above the share of that half that fails.
    """

    json_keys: ClassVar[str] = "words=box.words found limits held_out base sentence"
    box: Box
    score: BoxScore
    limits: tuple[Limit, ...]
    trajectory: Trajectory
    reproduced: tuple[float, ...]
    held_box: Box
    held_out: BoxScore
    base: float
    found: bool
    sentence: str


@dataclass(frozen=True)
class _Move:
    """A limit that could be moved, and the rows that this takes off or brings in."""

    column: int
    side: LimitSide
    to: float | tuple[int, ...]
    rows: Index


def _slice(values: Floats, weight: Floats, most: float) -> int:
    """How many rows from the front of rising values make a slice of at most that mass: ties whole, one distinct value at least."""
    count = int(np.searchsorted(np.cumsum(weight), most * (1 + _TINY), side="right"))
    if count < len(values):
        count = int(np.searchsorted(values, float(values[count])))
    return count if count > 0 else int(np.searchsorted(values, float(values[0]), side="right"))


def _peels(rows: InputRows, box: Box, order: Sequence[Index], most: float) -> Iterator[_Move]:
    for k, (column, ranked) in enumerate(zip(rows.columns, order, strict=True)):
        values = rows.x[ranked, k]
        for place in box.kept[k]:
            yield _Move(k, "labels", tuple(p for p in box.kept[k] if p != place), ranked[values == place])
        if column.labels or values[0] == values[-1]:
            continue
        weight = rows.weight[ranked]
        low, high = _slice(values, weight, most), len(values) - _slice(-values[::-1], weight[::-1], most)
        yield _Move(k, "low", between(values[low], values[low - 1]), ranked[:low])
        yield _Move(k, "high", between(values[high - 1], values[high]), ranked[high:])


def peel(rows: InputRows, how: Peeling = PEELING) -> Trajectory:
    """Peel until no peel makes the box denser or leaves it the least mass; of equal peels, one of a column that is restricted already."""
    order = list(np.argsort(rows.x, axis=0, kind="stable").T)
    failing = rows.weight * rows.fails
    box, inside = Box.whole(rows.columns), np.ones(len(rows.x), np.bool_)
    boxes, found = [box], [score(rows, inside)]
    while True:
        mass, held, restricted = rows.weight[inside].sum(), failing[inside].sum(), box.restricted
        best: tuple[float, bool] = (0.0, False)
        chosen: _Move | None = None
        for move in _peels(rows, box, order, how.alpha * mass):
            gone = rows.weight[move.rows].sum()
            left = mass - gone
            if gone <= 0 or left < how.least_mass * (1 - _TINY):
                continue
            rise = (held - failing[move.rows].sum()) / left - held / mass
            worth = (float(f"{rise / gone:.9g}"), move.column in restricted)
            if rise > _TINY and worth > best:
                best, chosen = worth, move
        if chosen is None:
            break
        box = box.limit(chosen.column, chosen.side, chosen.to)
        inside[chosen.rows] = False
        order = [ranked[inside[ranked]] for ranked in order]
        boxes.append(box)
        found.append(score(rows, inside))
    coverage, density, mass = np.array([(one.coverage, one.density, one.mass) for one in found]).T
    return Trajectory(tuple(boxes), coverage, density, mass, np.array([len(one.restricted) for one in boxes]))


def _pastes(rows: InputRows, box: Box, inside: Flags, most: float) -> Iterator[_Move]:
    for k, side, wider in box.limits():
        beyond = np.flatnonzero(wider.inside(rows.x) & ~inside)
        values = rows.x[beyond, k]
        if side == "labels":
            for place in sorted(set(wider.kept[k]) - set(box.kept[k])):
                yield _Move(k, side, tuple(sorted((*box.kept[k], place))), beyond[values == place])
            continue
        away = -1.0 if side == "low" else 1.0
        near = beyond[np.argsort(away * values, kind="stable")]
        values = rows.x[near, k]
        count = _slice(away * values, rows.weight[near], most) if len(near) else 0
        yield _Move(k, side, away * np.inf if count == len(near) else between(values[count - 1], values[count]), near[:count])


def paste(rows: InputRows, box: Box, share: float) -> Box:
    """Ease the limits, the densest slice first, as long as the box does not become less dense. A limit that keeps nothing out goes."""
    failing = rows.weight * rows.fails
    while True:
        inside = box.inside(rows.x)
        mass, held = rows.weight[inside].sum(), failing[inside].sum()
        best, chosen = (held / mass - _TINY, -1.0), None
        for move in _pastes(rows, box, inside, share * mass):
            more = rows.weight[move.rows].sum()
            worth = ((held + failing[move.rows].sum()) / (mass + more), more)
            if worth > best:
                best, chosen = worth, move
        if chosen is None:
            return box
        box = box.limit(chosen.column, chosen.side, chosen.to)


def quasi_p(rows: InputRows, box: Box) -> tuple[float, ...]:
    """The quasi-p-value of each limit, in the order of `Box.limits`; unequal weights and groups count by their effective number of rows."""
    inside = box.inside(rows.x)
    count = rows.effective_count(inside)
    failing = score(rows, inside).density * count
    values: list[float] = []
    for _, _, wider in box.limits():
        density = score(rows, wider.inside(rows.x)).density
        # P(X >= k) of a binomial, as a beta integral that needs no whole numbers
        values.append(float(special.betainc(failing, count - failing + 1, density)) if failing > 0 else 1.0)
    return tuple(values)


def choose(trajectory: Trajectory, rows: InputRows, coverage: float) -> Box:
    """The box of the trajectory to report.

    Of the boxes that hold at least `coverage` of the failures the densest, and every one whose density lies within one standard error of
    it (the Wilson interval at z = 1), are candidates; of these those with the fewest restricted columns; of these the densest.
    """
    enough = trajectory.coverage >= coverage - _TINY
    top = int(np.argmax(np.where(enough, trajectory.density, -1)))
    low = wilson(trajectory.density[top], rows.effective_count(trajectory.boxes[top].inside(rows.x)), 1.0)[0]
    close = np.flatnonzero(enough & (trajectory.density >= low))
    few = close[trajectory.restricted[close] == trajectory.restricted[close].min()]
    return trajectory.boxes[int(few[np.argmax(trajectory.density[few])])]


def search(rows: InputRows, how: Peeling = PEELING) -> tuple[Box, Trajectory]:
    """Peel, choose, paste, and drop doubtful limits, the most doubtful first: the box, and the trajectory it was chosen from."""
    trajectory = peel(rows, how)
    box = choose(trajectory, rows, how.coverage)
    if how.paste is not None:
        box = paste(rows, box, how.paste)
    while box.restricted:
        doubts = quasi_p(rows, box)
        worst = int(np.argmax(doubts))
        if doubts[worst] <= how.doubtful:
            break
        box = tuple(box.limits())[worst][2]
    return box, trajectory


def find_box(rows: InputRows, how: Peeling = PEELING) -> Discovery:
    """The box in which failures are dense.

    Args:
        rows: inputs and failures, from `rows_of`.
        how: settings and seed.

    Raises:
        DecisionError: too few failures to choose on one half and score on the other.
    """
    first = half(rows, how.seed, 0)
    seen, other = rows.take(first), rows.take(~first)
    held_box = search(seen, how)[0]
    held_out = score(other, held_box.inside(other.x))
    box, trajectory = search(rows, how)
    again = [search(rows.take(half(rows, how.seed, 1 + number)), how)[0].restricted for number in range(how.resamples)]
    reproduced = tuple(sum(k in one for one in again) / how.resamples for k in range(len(rows.columns))) if again else ()
    limits = tuple(
        Limit(
            column=rows.columns[k].name,
            side=side,
            at={"low": box.low[k], "high": box.high[k], "labels": np.nan}[side],
            labels=tuple(rows.columns[k].labels[place] for place in box.kept[k]) if side == "labels" else (),
            quasi_p=p,
        )
        for (k, side, _), p in zip(box.limits(), quasi_p(rows, box), strict=True)
    )
    whole = score(rows, box.inside(rows.x))
    found = bool(box.restricted) and bool(held_box.restricted) and held_out.density_low > other.base
    sentence = told(box.words, whole, held_out, rows.base, found)
    return Discovery(box, whole, limits, trajectory, reproduced, held_box, held_out, rows.base, found, sentence)


def told(words: str, chosen: BoxScore, held_out: BoxScore, base: float, found: bool) -> str:
    """What was found, in words: with the figures of the half that had no say in the choice."""
    check = f"{percent(held_out.density)} ({percent(held_out.density_low)} to {percent(held_out.density_high)})"
    if not found:
        base_words = f"Where it fails cannot be told: {percent(base)} of all draws fail"
        if held_out.mass >= 1 - _TINY:
            return f"{base_words}, and no limit on any number was found that parts them from the others."
        if not np.isfinite(held_out.density):
            return f"{base_words}, and no draw of one half lies in the box that the other chose."
        return f"{base_words}; of those in a box chosen on one half, {check} of the other half do, which may be chance."
    return (
        f"With {words}, {percent(chosen.density)} of the draws fail, against {percent(base)} of all; "
        f"that holds {percent(chosen.coverage)} of the failures. "
        f"Chosen on one half and scored on the other: {check}, holding {percent(held_out.coverage)}."
    )

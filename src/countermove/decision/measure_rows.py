"""The table strategy x theory x measure: mean, Monte-Carlo error and the range over runs."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from countermove.decision.cells import mixtures, outcomes_of
from countermove.decision.counts import Counts, Lower, Mixture
from countermove.decision.findings import MeasureRow
from countermove.decision.measure_table import absent_counts, rows_at_once
from countermove.decision.monte_carlo_error import Scrambles, Sums, mixed
from countermove.decision.streamed_runs import Found, StreamedRuns, measure_sums
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.world.measure import MEASURE_NAMES, MEASURES, Measure, may_be_absent

LEVELS = np.array([0.05, 0.5, 0.95])
AT_ONCE = 5
"""Measures of runs on the disk that are gone over together."""


@dataclass(frozen=True)
class Ranked:
    """The runs of one cell in rising order: values [n] without the absent ones, and the weight at or below each, [n + 1] with 0 first."""

    values: np.ndarray
    below: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, weight: np.ndarray | None = None) -> Ranked:
        """Of values [n] under weights [n] (None: 1/n each); a nan is left out, and its weight with it."""
        present = ~np.isnan(values)
        if weight is None:
            kept = np.sort(values[present])
            return cls(kept, np.arange(kept.size + 1) / values.size)
        kept, mass = values[present], weight[present]
        order = np.argsort(kept)
        return cls(kept[order], np.concatenate([[0.0], np.cumsum(mass[order])]))


def quantiles(parts: Sequence[Ranked], shares: Sequence[float]) -> tuple[float, float, float]:
    """The 5, 50 and 95% quantiles of a mixture: the smallest value with that much of the weight at or below it; nan where there is none."""
    whole = sum(share * float(part.below[-1]) for share, part in zip(shares, parts, strict=True))
    if whole <= 0:
        return np.nan, np.nan, np.nan
    wanted = LEVELS * whole * (1 - 1e-12)
    if len(parts) == 1:
        only = parts[0]
        found = only.values[np.minimum(np.searchsorted(shares[0] * only.below[1:], wanted), only.values.size - 1)]
        return _three(found)
    values = np.sort(np.concatenate([part.values for part in parts]))
    low, high = np.zeros(len(LEVELS), np.intp), np.full(len(LEVELS), values.size - 1, np.intp)
    while (low < high).any():  # weight at or below rises along the values: halve the places where it can get there
        middle = (low + high) // 2
        at = values[middle]
        weight = sum(
            (share * part.below[np.searchsorted(part.values, at, side="right")] for share, part in zip(shares, parts, strict=True)),
            np.zeros(len(LEVELS)),
        )
        high, low = np.where(weight >= wanted, middle, high), np.where(weight >= wanted, low, middle + 1)
    return _three(values[high])


def _three(found: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """As plain numbers; -0 is 0."""
    return float(found[0]) + 0.0, float(found[1]) + 0.0, float(found[2]) + 0.0


Spreads = dict[str, tuple[float, float, float]]
"""The 5, 50 and 95% quantiles of each mixture of theories."""


def _held_orders(runs: Runs, weight: np.ndarray | None, strategy: str, place: int, blends: Mapping[str, np.ndarray]) -> Spreads:
    """Of runs in memory: each theory is put in order once."""
    ranked = [Ranked.of(np.asarray(outcomes_of(runs, strategy, theory)[place]).ravel(), weight) for theory in runs.theories]
    used = {name: [t for t, share in enumerate(shares) if share > 0] for name, shares in blends.items()}
    return {
        name: quantiles([ranked[t] for t in used[name]], [float(shares[t]) for t in used[name]]) for name, shares in blends.items()
    }


def _streamed_orders(
    runs: StreamedRuns, strategy: str, places: Sequence[int], blends: Mapping[str, np.ndarray]
) -> dict[int, Spreads]:
    """The quantiles of runs on the disk, by measure and mixture. They are gone over again for a few measures at a time, as counts take room."""
    cells = [runs.sums[strategy, theory].counts for theory in runs.theories]
    spreads: dict[int, Spreads] = {}
    for lot in (places[at : at + AT_ONCE] for at in range(0, len(places), AT_ONCE)):
        asked = {place: row for place in lot if (row := _asked(runs.theories, [cell[place] for cell in cells], blends))}
        found: Found = runs.lower(strategy, asked) if asked else {}
        for place in lot:
            under = found[place] if place in found else dict[str, Lower]()
            lower = [under[theory] if theory in under else dict[int, Counts]() for theory in runs.theories]
            spreads[place] = {
                name: _three(
                    _mixture([cell[place] for cell in cells], shares).quantiles(
                        LEVELS, [lower[t] for t, share in enumerate(shares) if share > 0]
                    )
                )
                for name, shares in blends.items()
            }
    return spreads


def _asked(theories: Sequence[str], counts: Sequence[Counts], blends: Mapping[str, np.ndarray]) -> dict[str, frozenset[int]]:
    """By theory, the upper halves under which a measure's lower ones have to be counted."""
    asked: dict[str, frozenset[int]] = {}
    for shares in blends.values():
        uppers = frozenset(_mixture(counts, shares).uppers(LEVELS))
        for theory, count, share in zip(theories, counts, shares, strict=True):
            if share > 0 and count.fine:
                asked[theory] = asked.get(theory, frozenset()) | uppers
    return asked


def _mixture(counts: Sequence[Counts], shares: np.ndarray) -> Mixture:
    used = [t for t, share in enumerate(shares) if share > 0]
    return Mixture(tuple(counts[t] for t in used), tuple(float(shares[t]) for t in used))


def _absent(runs: Runs, strategy: str, places: Sequence[int]) -> dict[int, list[int]]:
    """In how many runs each of these measures is absent, by theory."""
    if isinstance(runs, StreamedRuns):
        counts = [runs.sums[strategy, theory].counts for theory in runs.theories]
        return {place: [one[place].size - one[place].present for one in counts] for place in places}
    lost = absent_counts(runs, strategy) if runs.theories else np.zeros((0, len(MEASURES)), int)
    return {place: [int(count) for count in lost[:, place]] for place in places}


def _refuse(runs: Runs, measure: Measure, strategy: str, sums: Sequence[Sums], absent: Sequence[int]) -> None:
    for theory, one, lost in zip(runs.theories, sums, absent, strict=True):
        if not np.isfinite(one.total).all() or (measure.kind != "ratio" and lost):
            raise DecisionError(f"{measure.name} is not a finite number in some runs", where=f"{strategy} under {theory}")


def measure_rows(
    runs: Runs, weights: Mapping[str, float] | None = None, names: Container[str] = MEASURE_NAMES
) -> tuple[MeasureRow, ...]:
    """Every measure of every strategy under every theory, and over the weighted theories where weights are given.

    Args:
        runs: the outcomes, [M, D, L] for each strategy and theory.
        weights: weight of each theory (need not sum to 1).
        names: the measures that are asked for.

    Returns:
        Rows by strategy, then theory ("weighted" last), then measure, in the measure's unit. A ratio is averaged over the runs in which it
        exists, and is nan where it exists in none. A measure that this war does not have (`world/measure.py`) has no row.

    Raises:
        DecisionError: weights that have no meaning, or a number that is not finite where it must be.
    """
    scrambles, blends = Scrambles.of(runs), mixtures(runs.theories, weights)
    even = float(np.ptp(scrambles.weight)) == 0.0
    weight = None if even else np.repeat(scrambles.weight / runs.lucks, runs.lucks)
    rows: list[MeasureRow] = []
    for strategy in runs.strategies:
        absent = _absent(runs, strategy, [place for place, measure in enumerate(MEASURES) if measure.name in names])
        whole = runs.draws * runs.lucks
        places = [place for place, lost in absent.items() if not (may_be_absent(MEASURES[place]) and set(lost) <= {whole})]
        streamed = _streamed_orders(runs, strategy, places, blends) if isinstance(runs, StreamedRuns) else None
        found: dict[str, list[MeasureRow]] = {theory: [] for theory in blends}
        asked = [place for place in places if MEASURES[place].kind == "ratio" or not any(absent[place])]
        quick = rows_at_once(runs, scrambles, strategy, asked, blends, LEVELS) if streamed is None and even else {}
        for place in places:
            measure = MEASURES[place]
            if place in quick:
                for theory, told in quick[place].items():
                    found[theory].append(MeasureRow(strategy, theory, measure.name, measure.unit, *told))
                continue
            sums = [measure_sums(runs, scrambles, strategy, theory, place) for theory in runs.theories]
            _refuse(runs, measure, strategy, sums, absent[place])
            spreads = _held_orders(runs, weight, strategy, place, blends) if streamed is None else streamed[place]
            for theory, shares in blends.items():
                at = mixed(sums, shares).estimate()
                found[theory].append(MeasureRow(strategy, theory, measure.name, measure.unit, *at, *spreads[theory]))
        rows += [row for theory in blends for row in found[theory]]
    return tuple(rows)

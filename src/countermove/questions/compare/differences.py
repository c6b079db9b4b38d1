"""Two runs of the program side by side, or two strategies in one: what differs beyond chance, by how much, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countermove.decision.cells import shares_of
from countermove.decision.findings import WEIGHTED
from countermove.decision.monte_carlo_error import Sums, estimates
from countermove.decision.pairs import OBJECTIVE
from countermove.questions.compare.contrast import LEVEL, Contrast, contrast, false_discovery, mixture, spread_of, sums_of
from countermove.questions.compare.finding import ChangedOrder, Compared, Difference, Drill, PointsTerm, RegretChange
from countermove.questions.compare.paths import Replays, drill
from countermove.questions.compare.run_settings import differences_of, pairing, should_agree
from countermove.questions.compare.sides import (
    ComparedPair,
    CompareRequest,
    Cube,
    PairedOutcomes,
    RunSide,
    pair_of,
    side_of,
    titles_of_sides,
)
from countermove.questions.options import Progress, silent
from countermove.scenario.schema import Objective
from countermove.world.certainty import difference_verdict
from countermove.world.titles import Titles

DRILLED = 3  # differences that are followed to where they come from
EVERYTHING = CompareRequest()


def compare(runs: Sequence[str | Path], request: CompareRequest = EVERYTHING, *, progress: Progress = silent) -> Compared:
    """Two runs; or, with two strategies named, one strategy against the other in one run.

    Raises:
        StoreError: a folder that holds no whole run.
        DecisionError: nothing to compare, or names that are not there.
    """
    progress("reading", 0, 0)
    return compare_sides([side_of(directory) for directory in runs], request, progress=progress)


def compare_sides(sides: Sequence[RunSide], request: CompareRequest = EVERYTHING, *, progress: Progress = silent) -> Compared:
    """The same of results that were read. Raises DecisionError for nothing to compare, or names that are not there."""
    pair = pair_of(sides, request)
    paired, says = pairing(pair)
    reading = PairedOutcomes(pair)
    points, note = _objective(pair)
    measured = _measured(pair, reading, points, paired=paired != "no", progress=progress)
    if points is not None and measured.worth is None:
        note = "The objective values a ratio that some runs do not have: points are not compared."
    rows = _rows(pair, measured.cells)
    replays = Replays(pair, reading)
    drilled: list[Drill] = []
    for number, row in enumerate([] if measured.identical else _strongest(rows)):
        progress("where differences come from", number, DRILLED)
        drilled.append(drill(replays, row, matched=paired == "draw", paired=paired != "no", months=request.replays))
    titles = titles_of_sides(pair)
    starts = {None if side.scenario is None else side.scenario.clock.start for side in (pair.a, pair.b)}
    return Compared(
        kind=pair.kind,
        a=pair.a.name,
        b=pair.b.name,
        differs=differences_of(pair.a, pair.b) if pair.kind == "runs" else (),
        identical=measured.identical,
        expected=should_agree(pair),
        paired=paired,
        pairing=says,
        only=pair.only,
        compared=len(rows),
        level=LEVEL,
        rows=rows,
        points=note,
        terms=_terms(pair, measured.terms),
        regret=() if measured.worth is None or len(pair.strategies) < 2 else _regret(pair, measured.worth, paired=paired != "no"),
        turned=_turned(pair, titles) if pair.kind == "runs" else (),
        drill=tuple(drilled),
        start=starts.pop() if len(starts) == 1 else None,
        titles=titles,
    )


@dataclass(frozen=True)
class _Cell:
    """One measure of all pairs of strategies under the theories named: the contrast [S, T] and the spread of the runs."""

    measure: str
    unit: str
    theories: tuple[str, ...]
    found: Contrast
    spread: float


@dataclass(frozen=True)
class _Measured:
    """All cells; whether the two sides are the same bits; and the points of each side by run [S, T, D, L], where they can be compared."""

    cells: tuple[_Cell, ...]
    identical: bool
    worth: tuple[Cube, Cube] | None
    terms: Mapping[str, Contrast] = field(default_factory=dict[str, Contrast])  # points by measure, theories weighted [S]


def _measured(
    pair: ComparedPair, reading: PairedOutcomes, points: Objective | None, *, paired: bool, progress: Progress
) -> _Measured:
    cells: list[_Cell] = []
    identical = True
    worth_a: Any = 0.0
    worth_b: Any = 0.0
    parts: dict[str, tuple[Cube, Cube]] = {}
    for number, measure in enumerate(pair.measures):
        progress("measures", number, len(pair.measures))
        a, b = reading.cubes(measure)
        identical = identical and np.array_equal(a, b, equal_nan=True)
        contrasts = contrast(sums_of(a), sums_of(b), paired=paired)
        cells.append(_Cell(measure, pair.b.measures[measure], pair.theories, contrasts, spread_of(a, b)))
        if points is not None and measure in points.values:
            value = points.values[measure]
            scale = value.points / value.per
            parts[measure] = scale * a.astype(np.float64), scale * b.astype(np.float64)
            worth_a, worth_b = worth_a + parts[measure][0], worth_b + parts[measure][1]
    if points is None or np.isnan(worth_a).any() or np.isnan(worth_b).any():
        return _Measured(tuple(cells), identical, None)
    sides = _with_weighted(pair, (worth_a, worth_b))
    theories = (*pair.theories, WEIGHTED)[: sides[0].total.shape[1]]
    cells.append(_Cell(OBJECTIVE, "points", theories, contrast(*sides, paired=paired), spread_of(worth_a, worth_b)))
    weighted = theories[-1] == WEIGHTED  # else one side has theories that are not compared
    terms = {name: contrast(*_with_weighted(pair, cubes), paired=paired) for name, cubes in parts.items()} if weighted else {}
    return _Measured(tuple(cells), identical, (worth_a, worth_b), terms)


def _with_weighted(pair: ComparedPair, worth: tuple[Cube, Cube]) -> list[Sums]:
    """The sums of points of A and of B [S, T + 1, K], the last over the theories by the weights of that side; [S, T, K] where one of the two
    has theories that are not compared."""
    sides = [sums_of(points) for points in worth]
    shares = [_shares(side, pair.theories) for side in (pair.a, pair.b)]
    out: list[Sums] = []
    for sums, share in zip(sides, shares, strict=True):
        if share is None:
            return sides
        mixed = mixture(sums, share)
        rows = (
            np.concatenate([one, last[:, None]], axis=1)
            for one, last in zip((sums.total, sums.mass), (mixed.total, mixed.mass), strict=True)
        )
        out.append(Sums(*rows))
    return out


def _shares(side: RunSide, theories: tuple[str, ...]) -> NDArray[np.float64] | None:
    weights: Mapping[str, float] = side.tables.get("weights") or {}
    return shares_of(theories, weights) if set(weights) == set(theories) == set(side.theories) else None


def _rows(pair: ComparedPair, cells: Sequence[_Cell]) -> tuple[Difference, ...]:
    """Every difference that exists, strongest first, corrected for all of them together."""
    bare: list[Difference] = []
    for cell in cells:
        for s, (_, strategy) in enumerate(pair.strategies):
            for t, theory in enumerate(cell.theories):
                a, b, difference, se, _, p = (float(part[s, t]) for part in cell.found)
                if not np.isnan(difference):
                    share = difference / cell.spread if cell.spread > 0 else 0.0
                    bare.append(
                        Difference(
                            strategy,
                            theory,
                            cell.measure,
                            cell.unit,
                            a,
                            b,
                            difference,
                            se,
                            p,
                            np.nan,
                            significant=False,
                            share=share,
                        )
                    )
    adjusted = false_discovery(np.array([row.p for row in bare]))
    sized = sorted(range(len(bare)), key=lambda place: -abs(bare[place].share))
    by_size = {place: number for number, place in enumerate(sized, 1)}
    order = sorted(range(len(bare)), key=lambda place: (-_strength(bare[place]), by_size[place]))
    return tuple(
        replace(
            bare[place],
            adjusted=float(adjusted[place]),
            significant=bool(adjusted[place] <= LEVEL),
            rank=rank,
            by_size=by_size[place],
        )
        for rank, place in enumerate(order, 1)
    )


def _terms(pair: ComparedPair, found: Mapping[str, Contrast]) -> tuple[PointsTerm, ...]:
    """What makes the difference in points, strategy by strategy, the largest first."""
    rows = [
        PointsTerm(strategy, measure, float(part.difference[s, -1]), float(part.se[s, -1]))
        for s, (_, strategy) in enumerate(pair.strategies)
        for measure, part in found.items()
    ]
    order = [strategy for _, strategy in pair.strategies]
    return tuple(sorted(rows, key=lambda row: (order.index(row.strategy), -abs(row.points))))


def _strength(row: Difference) -> float:
    """|difference| / se; infinite where it is the same in every scramble, -1 where its error is not known."""
    if np.isnan(row.se):
        return -1.0
    if row.se > 0:
        return abs(row.difference) / row.se
    return 0.0 if row.difference == 0 else float("inf")


def _strongest(rows: Sequence[Difference]) -> list[Difference]:
    """The strongest significant difference of each measure, as many as are followed further."""
    chosen: dict[str, Difference] = {}
    for row in rows:
        if row.significant and row.measure != OBJECTIVE:
            chosen.setdefault(row.measure, row)
    return list(chosen.values())[:DRILLED]


# --- the decision -----------------------------------------------------------------------------------------------------


def _objective(pair: ComparedPair) -> tuple[Objective | None, str]:
    """The objective, where both sides are known to have the same, and the sentence that says so or why not."""
    scenarios = [side.scenario for side in (pair.a, pair.b)]
    if pair.a.made("scenario_hash") == pair.b.made("scenario_hash"):
        scenarios = [next((one for one in scenarios if one is not None), None)] * 2
    lost = [side.name for side, scenario in zip((pair.a, pair.b), scenarios, strict=True) if scenario is None]
    if lost:
        return None, f"The scenario of {' and '.join(lost)} is not at hand as it was run: points are not compared."
    first, second = (None if one is None else one.objective for one in scenarios)
    if first is None or second is None:
        return None, "No objective in one of the two: points are not compared."
    if first.values != second.values or first.of != second.of:
        return None, "The objectives differ: points are not compared."
    absent = [name for name in first.values if name not in pair.measures]
    if absent:
        return None, f"The objective values {', '.join(absent)}, which was not measured in both: points are not compared."
    return first, "Both have the same objective; differences of points are among the rows."


def _regret(pair: ComparedPair, worth: tuple[Cube, Cube], *, paired: bool) -> tuple[RegretChange, ...]:
    """Regret against the best of the strategies that both have, in A and in B, and the change with its error."""
    behind: list[Sums] = []
    for sums in _with_weighted(pair, worth):
        value, _ = estimates(sums.total, sums.mass)
        leaders = np.argmax(value, axis=0)
        behind.append(Sums(sums.total[leaders, np.arange(value.shape[1])] - sums.total, sums.mass))
    errors = [estimates(side.total, side.mass)[1] for side in behind]
    contrasts = contrast(*behind, paired=paired)
    theories = (*pair.theories, WEIGHTED)[: contrasts.difference.shape[1]]
    return tuple(
        RegretChange(
            strategy=strategy,
            theory=theory,
            a=float(contrasts.a[s, t]),
            a_se=float(errors[0][s, t]),
            b=float(contrasts.b[s, t]),
            b_se=float(errors[1][s, t]),
            change=float(contrasts.difference[s, t]),
            se=float(contrasts.se[s, t]),
        )
        for t, theory in enumerate(theories)
        for s, (_, strategy) in enumerate(pair.strategies)
    )


def _turned(pair: ComparedPair, titles: Titles) -> tuple[ChangedOrder, ...]:
    """The rankings and verdicts that the two runs kept, where they are not the same; of strategies that both have."""
    both = {name for name, _ in pair.strategies}
    rankings, verdicts = zip(*((_rankings(side, both, titles), _verdicts(side, titles)) for side in (pair.a, pair.b)), strict=True)
    rows: list[ChangedOrder] = []
    for theory in (*pair.theories, WEIGHTED):
        for of, (one, other) in (("ranking", rankings), ("verdict", verdicts)):
            if theory in one and theory in other and one[theory] != other[theory]:
                rows.append(ChangedOrder(theory, "ranking" if of == "ranking" else "verdict", one[theory], other[theory]))
    return tuple(rows)


def _rankings(side: RunSide, strategies: set[str], titles: Titles) -> dict[str, str]:
    """By theory: those that may be first, within two errors of the best, and then those behind it beyond error, by name: an order among
    strategies that nothing can tell apart is no ranking."""
    kept: dict[str, list[tuple[str, float, float]]] = {}
    for row in side.tables.get("regret") or ():
        if row["strategy"] in strategies and row["regret"] is not None:
            se = float("nan") if row["se"] is None else float(row["se"])
            kept.setdefault(str(row["theory"]), []).append((str(row["strategy"]), float(row["regret"]), se))
    out: dict[str, str] = {}
    for theory, rows in kept.items():
        first = sorted(name for name, regret, se in rows if difference_verdict(regret, se, 0.0) != "better")
        behind = sorted(name for name, regret, se in rows if difference_verdict(regret, se, 0.0) == "better")
        out[theory] = f"{titles.say_strategies(first, 'or')} first" + (f", then {titles.say_strategies(behind)}" if behind else "")
    return out


def _verdicts(side: RunSide, titles: Titles) -> dict[str, str]:
    """By theory, the best strategy against the next best."""
    kept: dict[str, str] = {}
    for row in side.tables.get("verdicts") or ():
        best, other = titles.say_strategy(str(row["best"])), titles.say_strategy(str(row["other"]))
        kept.setdefault(str(row["theory"]), f"{best} against {other}: {row['kind']}")
    return kept

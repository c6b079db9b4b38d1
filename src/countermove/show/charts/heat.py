"""The map of regret: theories by strategies, shaded from white (does not matter) to dark (the worst), with the numbers to print in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED, RegretRow
from countermove.world.certainty import leaders, surely_differ

DARKEST = 5
SHARES = (0.05, 0.1, 0.2, 0.4, 0.6)  # of a share: from where each shade holds


@dataclass(frozen=True)
class HeatCell:
    """One cell: `best` in its theory, or not told from the best by what matters; `row` None where nothing was run.

    `shade` runs from 0 (regret below what matters) to DARKEST.
    """

    strategy: str
    row: RegretRow | None
    shade: int = 0
    best: bool = False


@dataclass(frozen=True)
class HeatRow:
    """One theory, or the weighted view."""

    theory: str
    cells: tuple[HeatCell, ...]

    @property
    def tied(self) -> bool:
        """Whether several are best."""
        return sum(one.best for one in self.cells) > 1


@dataclass(frozen=True)
class HeatMap:
    """The rows, and for each strategy its worst case among the theories (never among the weighted cells), with those not told from it."""

    rows: tuple[HeatRow, ...]
    worst: tuple[tuple[RegretRow, ...], ...]


def shade(regret: float, matters: float, top: float) -> int:
    """0 below what matters, then steps of an equal factor up to the largest regret: one bad strategy does not hide the rest."""
    if not math.isfinite(regret) or regret < matters or regret <= 0 or top <= matters:
        return 0
    least = max(matters, top / 1000)
    return max(1, min(DARKEST, 1 + int(DARKEST * math.log(regret / least) / math.log(top / least))))


def share_shade(share: float) -> int:
    """The shade of a share, the same in every map: white below 5%, then from 5, 10, 20, 40 and 60%."""
    return sum(share >= limit for limit in SHARES) if math.isfinite(share) else 0


def regret_map(rows: Iterable[RegretRow], strategies: Sequence[str], theories: Sequence[str], matters: float) -> HeatMap:
    """The cells in the order of `theories` (down; "weighted" may be among them) and `strategies` (across). `matters` in points."""
    by_cell = {(row.strategy, row.theory): row for row in rows}
    shown = [row for row in by_cell.values() if math.isfinite(row.regret)]
    top = max((row.regret for row in shown), default=0.0)
    first = {
        theory: leaders([(row.strategy, row.regret, row.se) for row in shown if row.theory == theory], matters)
        for theory in theories
    }

    def cell(strategy: str, theory: str) -> HeatCell:
        row = by_cell.get((strategy, theory))
        if row is None:
            return HeatCell(strategy, None)
        return HeatCell(strategy, row, shade(row.regret, matters, top), strategy in first[theory])

    def worst(strategy: str) -> tuple[RegretRow, ...]:
        mine = [row for row in shown if row.strategy == strategy and row.theory in theories and row.theory != WEIGHTED]
        most = max(mine, key=lambda row: row.regret, default=None)
        if most is None:
            return ()
        ties = (row for row in mine if row is not most and not surely_differ((most.regret, most.se), (row.regret, row.se)))
        return (most, *ties)

    cells = tuple(HeatRow(theory, tuple(cell(name, theory) for name in strategies)) for theory in theories)
    return HeatMap(cells, tuple(worst(name) for name in strategies))

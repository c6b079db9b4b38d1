"""Plans without one of their parts beside the plans as they are written: whether arms, or another part, earn their keep."""

from __future__ import annotations

import math
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED, RegretRow, TwinPair
from countermove.decision.pairs import OBJECTIVE
from countermove.engine.twins import ARMS, FIELDS
from countermove.questions.run.finding import Drawable
from countermove.questions.run.section_dials import NAMES
from countermove.world.certainty import ERRORS, difference_verdict
from countermove.world.tables import Cell, Row, Table
from countermove.world.words import counted, mean_error

MOST = 8  # rows of a table in the body of a memo


@dataclass(frozen=True)
class WithoutPart:
    """A plan without one part, in points over the weighted theories; `whole` is the plan as written, in all draws.

    `gain`: what it scores above the plan as written, of the same runs. `ahead`: what it scores above the best plan; errors of sums are added.
    """

    pair: TwinPair
    whole: RegretRow

    @property
    def gain(self) -> tuple[float, float]:
        """Of the plan without the part over the plan with it."""
        return -self.pair.difference, self.pair.se

    @property
    def value(self) -> tuple[float, float]:
        """What it would score in all draws: what the plan does there, and the gain."""
        return self.whole.value - self.pair.difference, self.whole.value_se + self.pair.se

    @property
    def ahead(self) -> tuple[float, float]:
        """Over the plan that is best as written."""
        return -self.pair.difference - self.whole.regret, self.pair.se + self.whole.se

    def stands(self, matters: float) -> str:
        """How it stands to the best plan as written: `better`, `as well`, `as well or better`, `behind`, `cannot tell`."""
        ahead, se = self.ahead
        kind = difference_verdict(abs(ahead), se, matters)
        if kind == "better":
            return "better" if ahead > 0 else "behind"
        if kind == "no material difference":
            return "as well"
        return "as well or better" if ahead - ERRORS * se >= -matters else "cannot tell"

    def costs(self, matters: float) -> bool:
        """Whether the plan surely loses more than what matters by the part."""
        gain, se = self.gain
        return gain - ERRORS * se > matters


def without_parts(war: Drawable) -> tuple[WithoutPart, ...]:
    """Every plan without its arms, and without each other part that surely costs it more than what matters; the most points first."""
    wholes = {row.strategy: row for row in war.findings.regret if row.theory == WEIGHTED}
    pairs = [row for row in war.findings.pairs if (row.theory, row.measure) == (WEIGHTED, OBJECTIVE) and row.strategy in wholes]
    rows = [WithoutPart(row, wholes[row.strategy]) for row in pairs if row.without == ARMS or row.without in FIELDS]
    kept = [row for row in rows if row.pair.without == ARMS or row.costs(war.matters)]
    return tuple(sorted(kept, key=lambda row: -row.value[0]))


def parts_table(war: Drawable) -> Table | None:
    """Those plans as a table; None where no plan was run without a part, or nothing was compared."""
    rows = without_parts(war)[:MOST]
    if not rows or not all(math.isfinite(row.whole.value_se) for row in rows):
        return None
    made, whole = rows[0].pair, war.provenance
    where = f"{counted(made.draws, 'draw')} of {counted(made.lucks, 'luck')}" if made.draws else "fewer draws"
    every = f"{counted(whole.draws, 'draw')} of {counted(whole.lucks, 'luck')}"
    return Table.of(
        "Plans without one of their parts, in points over the weighted theories ± standard error: without their arms, and without any other part "
        f"that surely costs them what matters. The gain is of the same runs with and without the part ({where}); it is added to what the plan "
        f"scores in all runs ({every}), and the errors of the two are added. No silence and no flip point was looked for in these plans.",
        ("plan", "without its", "as written", "gain without it", "would score", "above the best plan"),
        (_row(row, war) for row in rows),
    )


def _row(row: WithoutPart, war: Drawable) -> Row:
    said = row.stands(war.matters)
    return Row.of(
        (
            Cell(war.titles.strategy(row.pair.strategy)),
            Cell(NAMES[row.pair.without]),
            mean_error(row.whole.value, row.whole.value_se),
            mean_error(*row.gain),
            mean_error(*row.value),
            Cell(mean_error(*row.ahead), (said,), ("best",) if said == "better" else ()),
        )
    )

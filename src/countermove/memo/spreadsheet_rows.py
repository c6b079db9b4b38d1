"""Rows of a spreadsheet: a number each, after what it is of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED
from countermove.memo.contents import Dossier
from countermove.questions.run.section_values import whose
from countermove.store.workbook import Sheet, Value
from countermove.world.measure import MEASURE, titled

NONE = math.nan
TAIL = ("number", "value", "error", "low", "high", "unit", "n")


@dataclass(frozen=True)
class Number:
    """What number it is, its value with a standard error, or an interval, in its unit; `n`: of so many runs or cases (nan: of none, or not known)."""

    what: str
    value: float
    error: float = NONE
    low: float = NONE
    high: float = NONE
    unit: str = ""
    n: float = NONE

    @property
    def cells(self) -> tuple[Value, ...]:
        """In the order of `TAIL`."""
        return (self.what, self.value, self.error, self.low, self.high, self.unit, self.n)


def number_sheet(name: str, of: tuple[str, ...], rows: Iterable[tuple[tuple[Value, ...], Number]]) -> Sheet:
    """A sheet of numbers; `of` names the columns of what each is of. A number that is not known has no row."""
    told = tuple((*whom, *number.cells) for whom, number in rows if not math.isnan(number.value))
    return Sheet(name, (*of, *TAIL), told)


@dataclass(frozen=True)
class Names:
    """Identifiers with the titles beside them, and how many runs there were."""

    dossier: Dossier

    def strategy(self, name: str) -> tuple[str, str]:
        """A plan and its title; what is no plan of the scenario has none."""
        return name, self.dossier.titles.strategy(name) if name in self.dossier.findings.strategies else ""

    def theory(self, name: str) -> tuple[str, str]:
        """A theory and its title."""
        return name, "All theories by their weights" if name == WEIGHTED else self.dossier.titles.theory(name)

    def measure(self, name: str) -> tuple[str, str]:
        """A measure and its title."""
        return name, "Points of the objective" if name == "objective" else titled(name, self.dossier.control)

    def values(self, name: str) -> tuple[str, str]:
        """A set of values and whose it is."""
        return name, whose(name, self.dossier.valued_by, self.dossier.titles)

    def unit(self, measure: str) -> str:
        """The unit of a measure; points of the objective."""
        return MEASURE[measure].unit if measure in MEASURE else "points"

    def runs(self, theory: str, draws: int = 0, lucks: int = 0) -> float:
        """How many runs a number under a theory is made of, by default those of the study."""
        made = self.dossier.provenance
        count = (draws or made.draws) * (lucks or made.lucks)
        return float(count * len(self.dossier.findings.theories) if theory == WEIGHTED else count)

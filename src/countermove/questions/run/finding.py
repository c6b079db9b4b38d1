"""Everything `run` finds, and what is told of it beside the war that was run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from countermove.decision.findings import (
    WEIGHTED,
    Band,
    Drift,
    Flip,
    MeasureRow,
    Provenance,
    RegretRow,
    SweepRow,
    Term,
    TwinPair,
    Verdict,
)
from countermove.decision.findings_values import ArmsLead, ArmsWorth, Choice, DialTerm, Spread, ValueSet
from countermove.questions.options import Viewpoint
from countermove.world.display import Cells, Displayable, Result
from countermove.world.measure import Control
from countermove.world.omega import Omega
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles


@dataclass(frozen=True, repr=False)
class Findings(Result):
    """Everything `run` finds; `titles`: what people read for its names."""

    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    weights: Mapping[str, float]
    measures: tuple[MeasureRow, ...]
    regret: tuple[RegretRow, ...]
    verdicts: tuple[Verdict, ...]
    flips: tuple[Flip, ...]
    omega: tuple[Omega, ...] = ()
    pairs: tuple[TwinPair, ...] = ()
    sweep: tuple[SweepRow, ...] = ()
    bands: tuple[Band, ...] = ()
    drift: tuple[Drift, ...] = ()
    terms: tuple[Term, ...] = ()
    dials: tuple[DialTerm, ...] = ()
    values: tuple[ValueSet, ...] = ()
    choices: tuple[Choice, ...] = ()
    camps: tuple[ArmsLead, ...] = ()
    arms: tuple[ArmsWorth, ...] = ()
    spread: tuple[Spread, ...] = ()
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    def cells(self) -> Cells:
        """A row for each plan, theory and measure (`unit` is the measure's), then expected points (`objective`) and regret, in points."""
        nothing = (math.nan,) * 3
        rows: list[tuple[str | float, ...]] = [
            (row.strategy, row.theory, row.measure, row.unit, row.mean, row.se, row.q05, row.q50, row.q95) for row in self.measures
        ]
        for row in self.regret:
            rows.append((row.strategy, row.theory, "objective", "points", row.value, row.value_se, *nothing))
            rows.append((row.strategy, row.theory, "regret", "points", row.regret, row.se, *nothing))
        return Cells(("strategy", "theory", "measure", "unit", "mean", "se", "q05", "q50", "q95"), tuple(rows))


@dataclass(frozen=True)
class StrategyText:
    """A strategy in words: its own, and what it does move by move and rule by rule."""

    name: str
    says: str
    lines: tuple[str, ...]


@dataclass(frozen=True, repr=False, kw_only=True)
class Drawable(Displayable):
    """A war that was run, as its figures and tables ask for it: the actors by the names that sentences use; `matters` in points."""

    owner: str
    client: str
    rival: str
    matters: float
    findings: Findings
    provenance: Provenance
    control: Control = "area"  # what the sides hold shares of

    @property
    def titles(self) -> Titles:
        """What people read for its names."""
        return self.findings.titles


@dataclass(frozen=True, repr=False, kw_only=True)
class RunReport(Drawable):
    """A war, its plans and what was found of them, as told to a reader. Texts come from files: data, never markup."""

    title: str
    question: str
    decided: str  # "December 2017"
    objective: tuple[tuple[str, float, str], ...]  # measure, points, per unit in words
    strategies: tuple[StrategyText, ...]
    theories: tuple[tuple[str, str, float, str], ...]  # name, says, weight, reference
    warnings: tuple[str, ...] = ()
    measure_docs: Mapping[str, str] = field(default_factory=dict[str, str])
    seen_by: Viewpoint | None = None  # the reader for whom it is told; None: with the scenario's own weights and values

    @property
    def valued_by(self) -> str:
        """Whose values the objective is, as a sentence calls them."""
        return self.owner if self.seen_by is None or not self.seen_by.own_values else self.seen_by.title


def leader_first(findings: Findings) -> tuple[str, ...]:
    """The strategies by their weighted regret, the least first, so that a narrow screen shows it; as they came where nothing was compared."""
    regret = {row.strategy: row.regret for row in findings.regret if row.theory == WEIGHTED and math.isfinite(row.regret)}
    return tuple(sorted(findings.strategies, key=lambda name: regret.get(name, math.inf)))

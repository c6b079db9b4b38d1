"""Findings by address: one number of one strategy, under one theory or weighted over them, with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED, Flip, RegretRow, Term, Verdict
from countermove.decision.monte_carlo_error import Estimate
from countermove.questions.run.finding import Findings
from countermove.world.certainty import ERRORS, amount_certainty, leaders, ratio_certainty
from countermove.world.measure import MEASURE, judged_at
from countermove.world.omega import Omega


@dataclass(frozen=True)
class VerdictWeights:
    """Weight of the theories by how one strategy stands under each: it leads all others, it is behind, or no difference can be told.

    The four sum to 1.
    """

    leads: float
    behind: float
    no_difference: float
    cannot_tell: float


class FindingsIndex:
    """An index of the findings. What was not computed, or what the clock is too short to judge, is None, never a number."""

    def __init__(self, findings: Findings, *, draws: int = 0, months: int = 0) -> None:
        """Index the rows by their names; of how many draws they are, and on a clock of how many months (0: not known)."""
        self.findings = findings
        self.draws = draws
        self.months = months
        self.titles = findings.titles
        self.strategies = findings.strategies
        self.theories = findings.theories
        self._measures = {(row.strategy, row.theory, row.measure): Estimate(row.mean, row.se) for row in findings.measures}
        self._ranges = {(row.strategy, row.theory, row.measure): (row.q05, row.q95) for row in findings.measures}
        self._regret = {(row.strategy, row.theory): row for row in findings.regret}

    def share(self, theory: str) -> float:
        """Weight of a theory, 1 over all of those that were run; 0 for another."""
        total = sum(self.findings.weights.get(name, 0.0) for name in self.theories)
        return self.findings.weights.get(theory, 0.0) / total if theory in self.theories and total > 0 else 0.0

    def measure(self, strategy: str, measure: str, theory: str) -> Estimate | None:
        """A measure under one theory; None where the clock ends before it is judged."""
        return None if self.judged_in(measure) is None else self._measures.get((strategy, theory, measure))

    def range(self, strategy: str, measure: str, theory: str = WEIGHTED) -> tuple[float, float] | None:
        """Between which values nine runs in ten lie; None where the clock ends before the measure is judged, or where that is not known."""
        found = None if self.judged_in(measure) is None else self._ranges.get((strategy, theory, measure))
        return found if found is not None and all(map(math.isfinite, found)) else None

    def judged_in(self, measure: str) -> int | None:
        """The month in which a measure is judged, its horizon where the clock is not known; None where the clock ends before."""
        row = MEASURE[measure]
        return judged_at(row, self.months) if self.months else row.horizon or 0

    def weighted(self, strategy: str, measure: str) -> Estimate | None:
        """A measure over the weighted theories: as found, else mixed here, with the sum of the errors as an upper bound of the error."""
        found = self.measure(strategy, measure, WEIGHTED)
        if found is not None:
            return found
        used = [(self.share(name), self.measure(strategy, measure, name)) for name in self.theories if self.share(name) > 0]
        parts = [(share, at) for share, at in used if at is not None]
        if not parts or len(parts) < len(used):
            return None
        return Estimate(sum(share * at.mean for share, at in parts), sum(share * at.se for share, at in parts))

    def by_theory(self, strategy: str, measure: str) -> list[tuple[str, Estimate]]:
        """A measure under every theory in which it is a number, from the lowest to the highest."""
        rows = [(name, at) for name in self.theories if (at := self.measure(strategy, measure, name)) and math.isfinite(at.mean)]
        return sorted(rows, key=lambda row: row[1].mean)

    def by_strategy(self, measure: str) -> list[tuple[str, Estimate]]:
        """A measure over the weighted theories for every strategy in which it is a number, from the lowest to the highest."""
        rows = [(name, at) for name in self.strategies if (at := self.weighted(name, measure)) and math.isfinite(at.mean)]
        return sorted(rows, key=lambda row: row[1].mean)

    def regret(self, strategy: str, theory: str = WEIGHTED) -> RegretRow | None:
        """The regret of a strategy."""
        return self._regret.get((strategy, theory))

    def verdicts(self, theory: str = WEIGHTED) -> tuple[Verdict, ...]:
        """The best strategy against each other one, the next best first."""
        return tuple(row for row in self.findings.verdicts if row.theory == theory)

    @property
    def best(self) -> str:
        """The strategy with the most points over the weighted theories, be it by chance: see `leaders`; the first where nothing was compared."""
        if verdicts := self.verdicts():
            return verdicts[0].best
        rows = [row for row in self.findings.regret if row.theory == WEIGHTED and math.isfinite(row.regret)]
        return min(rows, key=lambda row: row.regret).strategy if rows else next(iter(self.strategies), "")

    @property
    def leaders(self) -> tuple[str, ...]:
        """The best strategy and after it all that cannot be told from it over the weighted theories, or do not differ by what matters."""
        return (self.best, *(row.other for row in self.verdicts() if row.kind != "better"))

    @property
    def lead(self) -> Verdict | None:
        """The best strategy against the next that is surely behind; None where none is."""
        return next((row for row in self.verdicts() if row.kind == "better"), None)

    def terms(self, verdict: Verdict) -> list[Term]:
        """What the measures of the objective add to a lead, as far as that can be told, the largest first."""
        rows = [row for row in self.findings.terms if (row.best, row.other) == (verdict.best, verdict.other)]
        told = [row for row in rows if row.points and amount_certainty(row.points, row.points_se) == "told"]
        return sorted(told, key=lambda row: -abs(row.points))

    def standing(self, strategy: str) -> VerdictWeights | None:
        """How a strategy stands under the theories, by their weight; None where nothing was compared under some theory."""
        rows = {name: self.verdicts(name) for name in self.theories}
        if not rows or not all(rows.values()):
            return None
        kinds = {name: _stands(strategy, of) for name, of in rows.items()}
        weights = [sum(self.share(name) for name in kinds if kinds[name] == kind) for kind in _KINDS]
        return VerdictWeights(*weights)

    def flip(self, best: str, other: str) -> Flip | None:
        """The flip point that is nearest to the present weights, of these two strategies before all others of the best one."""
        turning = [row for row in self.findings.flips if row.weight is not None and best in row.strategies]
        between = [row for row in turning if other in row.strategies]
        return min(between or turning, key=self.distance, default=None)

    def distance(self, flip: Flip) -> float:
        """How far a flip point lies from the present weights of its two theories."""
        first, second = (self.share(name) for name in flip.between)
        return abs((flip.weight or 0.0) - (first / (first + second) if first + second > 0 else 0.5))

    def armed(self) -> tuple[str, ...]:
        """The strategies whose effect on the rival is told: the leaders that deliver aid, else of all that do those of least regret.

        The leaders where none does.
        """
        known: Sequence[Omega] = [row for row in self.findings.omega if row.on == "balance" and math.isfinite(row.value)]
        names = tuple(dict.fromkeys(row.strategy for row in known))
        if not names or set(names) & set(self.leaders):
            return tuple(name for name in self.leaders if name in names) or self.leaders
        rows = [row for name in names if (row := self.regret(name)) is not None and math.isfinite(row.regret)]
        if not rows:
            return names
        matters = max((row.matters for row in self.verdicts()), default=0.0)
        return leaders([(row.strategy, row.regret, row.se) for row in rows], matters)

    def omegas(self, strategies: Sequence[str]) -> tuple[list[Omega], int]:
        """Shares of the aid's effect on the balance that the rival undoes, from the lowest to the highest over theories and strategies, as far
        as they can be told; and how many cannot."""
        rows = [
            row for row in self.findings.omega if row.strategy in strategies and row.on == "balance" and row.theory in self.theories
        ]
        told = [row for row in rows if ratio_certainty(row.value, row.se) == "told"]
        unsure = sum(ratio_certainty(row.value, row.se) == "cannot tell" for row in rows)
        return sorted(told, key=lambda row: row.value), unsure

    def at_stake(self, strategy: str) -> tuple[Estimate, float] | None:
        """What not knowing the true theory costs a strategy, in points, and its share of what knowing theory and parameters would be worth.

        None where regret was not computed; a share of nan where there is no such second figure. The errors of the theories are summed,
        which is an upper bound. Under a theory that puts the strategy first, another may yet be before it, within its error: that counts too.
        """
        rows = [(self.share(name), self.regret(strategy, name)) for name in self.theories if self.share(name) > 0]
        known = [(share, row) for share, row in rows if row is not None]
        if not known or len(known) < len(rows):
            return None
        lost = Estimate(sum(share * row.regret for share, row in known), sum(share * self._within(row) for share, row in known))
        whole = self.regret(strategy)
        figure = math.nan
        if whole is not None:
            figure = whole.cross_fitted if math.isfinite(whole.cross_fitted) else whole.naive
        return lost, min(lost.mean / figure, 1.0) if figure > 0 else math.nan

    def _within(self, mine: RegretRow) -> float:
        """The error of a regret; of the strategy that is first half of what another may yet be ahead, within two errors."""
        if mine.regret != 0 or mine.se != 0:
            return mine.se
        rows = [row for name in self.strategies if (row := self.regret(name, mine.theory)) is not None]
        ahead = [ERRORS * row.se - row.regret for row in rows]
        return math.nan if any(math.isnan(one) for one in ahead) else max(0.0, *ahead) / ERRORS


_KINDS = ("leads", "behind", "no material difference", "cannot tell")


def _stands(strategy: str, verdicts: Sequence[Verdict]) -> str:
    """How a strategy stands by the verdicts under one theory."""
    if strategy == verdicts[0].best:
        kinds = {row.kind for row in verdicts}
        if kinds == {"better"}:
            return "leads"
        return "cannot tell" if "cannot tell" in kinds else "no material difference"
    kind = next((row.kind for row in verdicts if row.other == strategy), "cannot tell")
    return "behind" if kind == "better" else kind

"""Findings by address: one number of one strategy, under one theory or weighted over them, with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.decision.cells import WEIGHTED
from countermove.decision.error import Estimate
from countermove.world.findings import Findings, Flip, Omega, RegretRow, Verdict


class Found:
    """An index of the findings. What was not computed is None, never a number."""

    def __init__(self, findings: Findings) -> None:
        """Index the rows by their names."""
        self.findings = findings
        self.strategies = findings.strategies
        self.theories = findings.theories
        self._measures = {(row.strategy, row.theory, row.measure): Estimate(row.mean, row.se) for row in findings.measures}
        self._regret = {(row.strategy, row.theory): row for row in findings.regret}

    def share(self, theory: str) -> float:
        """Weight of a theory, 1 over all of those that were run; 0 for another."""
        total = sum(self.findings.weights.get(name, 0.0) for name in self.theories)
        return self.findings.weights.get(theory, 0.0) / total if theory in self.theories and total > 0 else 0.0

    def measure(self, strategy: str, measure: str, theory: str) -> Estimate | None:
        """A measure under one theory."""
        return self._measures.get((strategy, theory, measure))

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
        """The strategy that leads over the weighted theories; the first one where nothing was compared."""
        if verdicts := self.verdicts():
            return verdicts[0].best
        rows = [row for row in self.findings.regret if row.theory == WEIGHTED and math.isfinite(row.regret)]
        return min(rows, key=lambda row: row.regret).strategy if rows else next(iter(self.strategies), "")

    def weight_of_best(self, strategy: str) -> float | None:
        """Weight of the theories under which a strategy comes first; None where nothing was compared under some theory."""
        leaders = {name: self.verdicts(name)[0].best for name in self.theories if self.verdicts(name)}
        if set(leaders) != set(self.theories):
            return None
        return sum(self.share(name) for name, leader in leaders.items() if leader == strategy)

    def flip(self, best: str, other: str) -> Flip | None:
        """The flip point that is nearest to the present weights, of these two strategies before all others of the best one."""
        turning = [row for row in self.findings.flips if row.weight is not None and best in row.strategies]
        between = [row for row in turning if other in row.strategies]
        return min(between or turning, key=self._distance, default=None)

    def _distance(self, flip: Flip) -> float:
        first, second = (self.share(name) for name in flip.between)
        return abs((flip.weight or 0.0) - (first / (first + second) if first + second > 0 else 0.5))

    def armed(self) -> str:
        """The strategy whose effect on the rival is told: the best one, else of those that deliver aid the one of least regret."""
        known: Sequence[Omega] = [row for row in self.findings.omega if row.on == "balance" and math.isfinite(row.value)]
        names = list(dict.fromkeys(row.strategy for row in known))
        if not names or self.best in names:
            return self.best
        rows = {name: self.regret(name) for name in names}
        return min(names, key=lambda name: row.regret if (row := rows[name]) is not None else math.inf)

    def omegas(self, strategy: str) -> list[Omega]:
        """Shares of the aid's effect on the balance that the rival undoes, from the lowest to the highest over the theories."""
        rows = [row for row in self.findings.omega if row.strategy == strategy and row.on == "balance" and math.isfinite(row.value)]
        return sorted((row for row in rows if row.theory in self.theories), key=lambda row: row.value)

    def at_stake(self, strategy: str) -> tuple[Estimate, float] | None:
        """What not knowing the true theory costs a strategy, in points, and its share of what knowing theory and parameters would be worth.

        None where regret was not computed; a share of nan where there is no such second figure. The errors of the theories are summed,
        which is an upper bound.
        """
        rows = [(self.share(name), self.regret(strategy, name)) for name in self.theories if self.share(name) > 0]
        known = [(share, row) for share, row in rows if row is not None]
        if not known or len(known) < len(rows):
            return None
        lost = Estimate(sum(share * row.regret for share, row in known), sum(share * row.se for share, row in known))
        whole = self.regret(strategy)
        figure = math.nan if whole is None else whole.cross_fitted if math.isfinite(whole.cross_fitted) else whole.naive
        return lost, min(lost.mean / figure, 1.0) if figure > 0 else math.nan

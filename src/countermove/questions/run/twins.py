"""Every written plan beside its twins: the same without arms, with the arms alone, and without each dial. An attachment of the answer.

The twins are no candidates: they stand in no table of regret, no flip point, no gap and no search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from countermove.decision.findings import WEIGHTED, TwinPair
from countermove.decision.findings_values import ArmsWorth, DialTerm
from countermove.decision.pairs import arms_rows, dial_terms, pair_rows
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine, run
from countermove.engine.runs import Runs
from countermove.engine.twins import Twin, twins_of
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.finding import Findings
from countermove.questions.run.value_sets import objectives

DRAWS, LUCKS = 512, 4
"""In so many draws and lucks a plan and its twins are played: fewer than the plans themselves, since what they share cancels."""


@dataclass(frozen=True)
class TwinRuns:
    """The plans of a study and their twins; they are played once, when something is first asked of them."""

    program: Program
    options: RunOptions
    known: Runs  # of the plans themselves
    findings: Findings
    progress: Progress

    @cached_property
    def twins(self) -> tuple[Twin, ...]:
        """The twins of the plans that were run."""
        written = [plan for plan in self.program.plans if plan.name in self.findings.strategies]
        return tuple(twin for plan in written for twin in twins_of(plan, self.program.cast))

    @cached_property
    def runs(self) -> Runs:
        """The plans that were run, and their twins; the plans are run again only where they had fewer draws."""
        names, lucks = self.findings.strategies, min(LUCKS, self.options.lucks)
        known = self.known.leading(DRAWS, lucks)
        added = tuple(twin.plan.name for twin in self.twins)
        program = self.program.with_plans([*self.program.plans, *(twin.plan for twin in self.twins)])
        sampled = prior_draws(program, DRAWS, self.options.seed)
        played = added if known is not None else (*names, *added)
        batch = Batch(sampled, lucks, self.options.chunk, played, self.findings.theories)
        runs = run(
            Engine(program),
            batch,
            self.options.executor,
            progress=partial(self.progress, "plans and their twins"),
        )
        return runs if known is None else known.beside(runs)

    def pairs(self) -> tuple[TwinPair, ...]:
        """Every plan against each of its twins."""
        if not self.twins:
            return ()
        return pair_rows(self.runs, self.program.scenario.objective, self.twins, dict(self.findings.weights))

    def dials(self) -> tuple[DialTerm, ...]:
        """Every lead over the weighted theories, dial by dial."""
        leads = [(row.best, row.other) for row in self.findings.verdicts if row.theory == WEIGHTED]
        if not self.twins or not leads:
            return ()
        return dial_terms(self.runs, self.program.scenario.objective, self.twins, dict(self.findings.weights), leads)

    def arms(self) -> tuple[ArmsWorth, ...]:
        """What the arms of each plan are worth by every set of values that the study could show."""
        known = {row.name for row in self.findings.values}
        sets = {name: objective for name, objective in objectives(self.program.scenario).items() if name in known}
        return arms_rows(self.runs, sets, self.twins, dict(self.findings.weights)) if self.twins else ()

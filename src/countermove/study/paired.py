"""Every written plan beside its twins: the same without arms, with the arms alone, and without each dial. An attachment of the answer.

The twins are no candidates: they stand in no table of regret, no flip point, no gap and no search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from countermove.decision.pairs import dial_terms, pair_rows
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program
from countermove.engine.run import Engine, Plan, run
from countermove.engine.runs import Runs
from countermove.engine.twins import ARMS, Twin, twins_of
from countermove.study.options import Progress, RunOptions
from countermove.world.answer import DialTerm
from countermove.world.findings import Findings, Pair

DRAWS, LUCKS = 512, 4
"""In so many draws and lucks a plan and its twins are played: fewer than the plans themselves, since what they share cancels."""


def twins(program: Program) -> tuple[Twin, ...]:
    """The twins of every written plan."""
    return tuple(
        twin
        for name in program.scenario.strategies
        for plan in program.plans
        if plan.name == name
        for twin in twins_of(plan, program.cast)
    )


def armed(program: Program) -> frozenset[str]:
    """The written plans that send arms: those that have a twin without them."""
    return frozenset(twin.of for twin in twins(program) if twin.without == ARMS)


@dataclass(frozen=True)
class Paired:
    """The plans of a study and their twins; they are played once, when something is first asked of them."""

    program: Program
    options: RunOptions
    findings: Findings
    progress: Progress

    @cached_property
    def twins(self) -> tuple[Twin, ...]:
        """The twins of the plans that were run."""
        return tuple(twin for twin in twins(self.program) if twin.of in self.findings.strategies)

    @cached_property
    def runs(self) -> Runs:
        """The plans that were run, and their twins, in a program of their own."""
        written = [plan for plan in self.program.plans if plan.name in self.findings.strategies]
        added = {twin.plan.name: twin.plan for twin in self.twins}
        program = self.program.with_plans([*written, *added.values()])
        sampled = prior_draws(program, DRAWS, self.options.seed)
        plan = Plan(sampled, min(LUCKS, self.options.lucks), self.options.chunk, program.strategy_names, self.findings.theories)
        return run(
            Engine(program),
            plan,
            self.options.executor,
            progress=lambda done, total: self.progress("plans and their twins", done, total),
        )

    def pairs(self) -> tuple[Pair, ...]:
        """Every plan against each of its twins."""
        if not self.twins:
            return ()
        return pair_rows(self.runs, self.program.scenario.objective, self.twins, dict(self.findings.weights))

    def dials(self) -> tuple[DialTerm, ...]:
        """Every lead over the weighted theories, dial by dial."""
        leads = [(row.best, row.other) for row in self.findings.verdicts if row.theory == "weighted"]
        if not self.twins or not leads:
            return ()
        return dial_terms(self.runs, self.program.scenario.objective, self.twins, dict(self.findings.weights), leads)

"""Why one plan leads another: the points of the lead, measure by measure of the objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from countermove.decision.cells import outcomes_of, row_of, shares_of
from countermove.decision.findings import WEIGHTED, Term, Verdict
from countermove.decision.monte_carlo_error import Scrambles, mixed
from countermove.decision.objective import required
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective


def lead_terms(
    runs: Runs, objective: Objective | None, weights: Mapping[str, float], verdicts: Sequence[Verdict]
) -> tuple[Term, ...]:
    """The leading plan against each other one over the weighted theories: what each measure of the objective adds to the lead.

    Args:
        runs: the outcomes.
        objective: points per measure.
        weights: weight of each theory (need not sum to 1).
        verdicts: the verdicts of the same runs; those over the weighted theories are explained.

    Returns:
        Rows by verdict, then measure in the order of the objective: `difference` in the measure's unit, `points` of the objective, both the
        first plan less the other, taken run by run. The points of a verdict's rows sum to its difference.

    Raises:
        DecisionError: no objective, a plan that was not run, or weights that have no meaning.
    """
    written, shares = required(objective), shares_of(runs.theories, weights)
    scrambles = Scrambles.of(runs)
    rows: list[Term] = []
    for verdict in verdicts:
        if verdict.theory != WEIGHTED:
            continue
        for name, worth in written.values.items():
            row = row_of(name)
            gaps = [
                np.asarray(outcomes_of(runs, verdict.best, theory)[row], np.float64)
                - np.asarray(outcomes_of(runs, verdict.other, theory)[row], np.float64)
                for theory in runs.theories
            ]
            at = mixed([scrambles.sums(gap) for gap in gaps], shares).estimate()
            scale = worth.points / worth.per
            rows.append(Term(verdict.best, verdict.other, name, at.mean, at.se, scale * at.mean, abs(scale) * at.se))
    return tuple(rows)

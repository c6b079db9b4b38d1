"""Why one plan leads another: the points of the lead, measure by measure of the objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countermove.decision.cells import row_of, shares_of
from countermove.decision.findings import WEIGHTED, Term, Verdict
from countermove.decision.monte_carlo_error import Scrambles, Sums, mixed
from countermove.decision.objective import required
from countermove.decision.streamed_runs import measure_sums
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
        first plan less the other, scramble by scramble: their draws and lucks are the same. The points of a verdict's rows sum to its difference.

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
            place = row_of(name)
            best, other = (
                mixed([measure_sums(runs, scrambles, plan, theory, place) for theory in runs.theories], shares)
                for plan in (verdict.best, verdict.other)
            )
            at = Sums(best.total - other.total, best.mass).estimate()  # a measure that is valued is there in every run
            scale = worth.points / worth.per
            rows.append(Term(verdict.best, verdict.other, name, at.mean, at.se, scale * at.mean, abs(scale) * at.se))
    return tuple(rows)

"""The sweep of the clash hazard: the comparison again with it multiplied, because it dominates comparisons and nobody knows it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.decision.cells import mixtures, outcomes_of, row_of
from countermove.decision.findings import SweepRow
from countermove.decision.monte_carlo_error import Estimate, Scrambles, mixed
from countermove.decision.regret import regret_rows
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective


def _probabilities(runs: Runs, measure: str, weights: Mapping[str, float]) -> dict[tuple[str, str], Estimate]:
    """The mean of an event by (strategy, theory), the weighted theories included."""
    scrambles = Scrambles.of(runs)
    row = row_of(measure)
    found: dict[tuple[str, str], Estimate] = {}
    for strategy in runs.strategies:
        sums = [scrambles.sums(np.asarray(outcomes_of(runs, strategy, theory)[row])) for theory in runs.theories]
        for theory, shares in mixtures(runs.theories, weights).items():
            found[strategy, theory] = mixed(sums, shares).estimate()
    return found


def sweep_rows(swept: Mapping[float, Runs], objective: Objective | None, weights: Mapping[str, float]) -> tuple[SweepRow, ...]:
    """Clash, war between the patrons and regret for every factor on the hazard of a clash.

    Args:
        swept: factor -> the runs with the hazard multiplied by it.
        objective: points per measure.
        weights: weight of each theory.

    Returns:
        Rows by factor (rising), then theory ("weighted" last), then strategy; probabilities, and regret in points.

    Raises:
        DecisionError: a comparison without meaning (no objective, one strategy, weights of zero).
    """
    rows: list[SweepRow] = []
    for factor, runs in sorted(swept.items()):
        clash = _probabilities(runs, "clash", weights)
        war = _probabilities(runs, "direct-war", weights)
        for row in regret_rows(runs, objective, weights):
            at = (row.strategy, row.theory)
            rows.append(
                SweepRow(
                    factor=factor,
                    strategy=row.strategy,
                    theory=row.theory,
                    clash=clash[at].mean,
                    direct_war=war[at].mean,
                    regret=row.regret,
                    regret_se=row.se,
                    clash_se=clash[at].se,
                    direct_war_se=war[at].se,
                    draws=runs.draws,
                )
            )
    return tuple(rows)

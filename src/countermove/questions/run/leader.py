"""The order in which plans are shown."""

from __future__ import annotations

import math

from countermove.decision.findings import WEIGHTED
from countermove.questions.run.finding import Findings


def leader_first(findings: Findings) -> tuple[str, ...]:
    """The strategies by their weighted regret, the least first, so that a narrow screen shows it; as they came where nothing was compared."""
    regret = {row.strategy: row.regret for row in findings.regret if row.theory == WEIGHTED and math.isfinite(row.regret)}
    return tuple(sorted(findings.strategies, key=lambda name: regret.get(name, math.inf)))

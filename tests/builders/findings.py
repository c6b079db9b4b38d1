"""Findings that nobody ran for: two plans, eight theories, every row of every table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countermove.decision.findings import Drift, Flip, MeasureRow, Provenance, RegretRow, SweepRow, Verdict
from countermove.questions.run.finding import Findings
from countermove.world.measure import MEASURES
from countermove.world.omega import Omega
from countermove.world.telling import VerdictKind

EIGHT = ("inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "domestic", "switching")
FLIP = "arm is best unless spigot has more than 62% of the weight against pressure (error 3%, present weight 50%)."


def made(**changes: Any) -> Provenance:
    """How the findings were made."""
    base = Provenance("war", "0", "", "0.1.0", 0, 1024, 16, 36, "priors", 1.0, 1.0, {}, 0.05, 0.02)
    return replace(base, **changes)


def findings(strategies: tuple[str, ...] = ("arm", "wait"), theories: tuple[str, ...] = EIGHT, **changes: Any) -> Findings:
    """Findings in which the first strategy leads by .31 over the weighted theories, and the second under the last theory."""
    first, second = strategies[0], strategies[-1]
    measures = tuple(
        MeasureRow(s, t, m.name, m.unit, (0.10 + 0.05 * i + 0.01 * j) * (1 if m.unit == "probability" else 2), 0.004, 0, 0, 1)
        for i, s in enumerate(strategies)
        for j, t in enumerate((*theories, "weighted"))
        for m in MEASURES
    )
    regret = tuple(
        RegretRow(s, t, 1.0 - lost, lost, 0.01, 0.3, 0.25)
        for t in (*theories, "weighted")
        for i, s in enumerate(strategies)
        for lost in [0.2 * (i if t != theories[-1] or len(theories) == 1 else len(strategies) - 1 - i)]
    )
    verdicts = tuple(
        Verdict(
            t, *((second, first) if t == theories[-1] and len(theories) > 1 else (first, second)), 0.31, 0.02, 0.1, "better", ""
        )
        for t in (*theories, "weighted")
    )
    flips = (Flip(("spigot", "pressure"), (first, second), 0.62, 0.03, FLIP),) if len(theories) > 1 else ()
    omega = tuple(Omega(first, t, "balance", 0.2 * j - 0.3, 0.03, 0.9, -1, 0, 1) for j, t in enumerate(theories))
    sweep = tuple(
        SweepRow(f, s, "weighted", 0.02 * f, 0.004 * f, 0.1 + (i if f < 2 else -i), 0.01, 0.001, 0.0005 * f)
        for f in (0.1, 1.0, 10.0)
        for i, s in enumerate(strategies)
    )
    drift = tuple(Drift(t, 0.02 * j - 0.05, -2, 2) for j, t in enumerate(theories))
    weights = dict.fromkeys(theories, 1 / len(theories))
    whole = Findings(strategies, theories, weights, measures, regret, verdicts, flips, omega, (), sweep, (), drift)
    return replace(whole, **changes)


def verdict(kind: VerdictKind, difference: float = 0.31, se: float = 0.02) -> tuple[Verdict, ...]:
    """One verdict over the weighted theories."""
    return (Verdict("weighted", "arm", "wait", difference, se, 0.1, kind, ""),)

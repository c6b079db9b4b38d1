"""Findings that nobody ran for: two plans, eight theories, every row of every table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countermove.decision.findings import WEIGHTED, Drift, Flip, MeasureRow, Provenance, RegretRow, SweepRow, Term, Verdict
from countermove.decision.findings_values import OWN, Choice, Spread
from countermove.questions.run.finding import Findings
from countermove.world.certainty import VerdictKind
from countermove.world.measure import MEASURES
from countermove.world.omega import Omega

EIGHT = ("inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "domestic", "switching")
FLIP = "arm is best unless spigot has more than 62% of the weight against pressure (error 3%, present weight 50%)."


def made(**changes: Any) -> Provenance:
    """How the findings were made."""
    base = Provenance(
        "war",
        "0",
        record_hash="",
        code_version="0.1.0",
        seed=0,
        draws=1024,
        lucks=16,
        months=36,
        weights_from="priors",
        seconds=1.0,
        rate=1.0,
        versions={},
        tolerance=0.05,
        reached=0.02,
    )
    return replace(base, **changes)


def findings(strategies: tuple[str, ...] = ("arm", "wait"), theories: tuple[str, ...] = EIGHT, **changes: Any) -> Findings:
    """Findings in which the first strategy leads by .31 over the weighted theories, and the second under the last theory."""
    first, second = strategies[0], strategies[-1]
    measures = tuple(
        MeasureRow(
            s,
            t,
            measure=m.name,
            unit=m.unit,
            mean=(0.10 + 0.05 * i + 0.01 * j) * (1 if m.unit == "probability" else 2),
            se=0.004,
            q05=0,
            q50=0,
            q95=1,
        )
        for i, s in enumerate(strategies)
        for j, t in enumerate((*theories, "weighted"))
        for m in MEASURES
    )
    regret = tuple(
        RegretRow(s, t, value=1.0 - lost, regret=lost, se=0.01, naive=0.3, cross_fitted=0.25)
        for t in (*theories, "weighted")
        for i, s in enumerate(strategies)
        for lost in [0.2 * (i if t != theories[-1] or len(theories) == 1 else len(strategies) - 1 - i)]
    )
    verdicts = tuple(
        verdict(theory=t, best=best, other=other)
        for t in (*theories, "weighted")
        for best, other in [(second, first) if t == theories[-1] and len(theories) > 1 else (first, second)]
    )
    flips = (Flip(("spigot", "pressure"), (first, second), 0.62, 0.03, FLIP),) if len(theories) > 1 else ()
    omega = tuple(
        Omega(first, t, on="balance", value=0.2 * j - 0.3, se=0.03, share=0.9, q05=-1, q50=0, q95=1) for j, t in enumerate(theories)
    )
    sweep = tuple(
        SweepRow(
            f,
            s,
            theory="weighted",
            clash=0.02 * f,
            direct_war=0.004 * f,
            regret=0.1 + (i if f < 2 else -i),
            regret_se=0.01,
            clash_se=0.001,
            direct_war_se=0.0005 * f,
        )
        for f in (0.1, 1.0, 10.0)
        for i, s in enumerate(strategies)
    )
    drift = tuple(Drift(t, 0.02 * j - 0.05, -2, 2) for j, t in enumerate(theories))
    weights = dict.fromkeys(theories, 1 / len(theories))
    whole = Findings(
        strategies,
        theories,
        weights=weights,
        measures=measures,
        regret=regret,
        verdicts=verdicts,
        flips=flips,
        omega=omega,
        pairs=(),
        sweep=sweep,
        bands=(),
        drift=drift,
    )
    return replace(whole, **changes)


def bare_findings(
    strategies: tuple[str, ...] = ("arm", "wait"), theories: tuple[str, ...] = ("inertia", "spigot"), **tables: Any
) -> Findings:
    """Findings without a row but those given; theories have even weights."""
    nothing = dict.fromkeys(("measures", "regret", "verdicts", "flips"), ())
    return Findings(strategies, theories, **{"weights": dict.fromkeys(theories, 1 / max(len(theories), 1)), **nothing, **tables})


def verdict(kind: VerdictKind = "better", difference: float = 0.31, se: float = 0.02, **changes: Any) -> Verdict:
    """Arm against wait over the weighted theories."""
    told = {"theory": WEIGHTED, "best": "arm", "other": "wait", "matters": 0.1, "sentence": "", **changes}
    return Verdict(kind=kind, difference=difference, se=se, **told)


def term(measure: str, difference: tuple[float, float], points: tuple[float, float]) -> Term:
    """What a measure adds to the lead of arm over wait: in its own unit and in points, each with its error."""
    return Term("arm", "wait", measure, *difference, *points)


def regret_row(strategy: str, theory: str, regret: float = 0.0, se: float = 0.0, *, value: float = 0.0) -> RegretRow:
    """A cell of the table of regret; the regret of each draw is not told apart from it."""
    return RegretRow(strategy, theory, value, regret, se, naive=0.0, cross_fitted=0.0)


def offset(value: float, se: float, *, strategy: str = "arm", theory: str = "spigot", **changes: Any) -> Omega:
    """How much of the aid is undone on the balance of forces; nine draws in ten have a ratio, from 0 to 1."""
    return Omega(strategy, theory, "balance", value, se, **{"share": 0.9, "q05": 0.0, "q50": 0.0, "q95": 1.0, **changes})


def spread_row(share: float, se: float) -> Spread:
    """The share of money in the spread by the owner's values; without it wait would surely be best."""
    return Spread(OWN, "cost", share, se, best="wait", other="arm", difference=0.3, difference_se=0.02, matters=0.1, kind="better")


def choice(kind: VerdictKind, difference: float, se: float, **changes: Any) -> Choice:
    """Arm before wait by the owner's values, over the weighted theories."""
    told = {"values": OWN, "theory": WEIGHTED, "best": "arm", "other": "wait", "matters": 0.1, **changes}
    return Choice(kind=kind, difference=difference, se=se, **told)

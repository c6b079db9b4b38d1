"""Invented findings of a run of the size and shape of the real one: the curves have the shapes that the theories would give, no more."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from builders.findings import EIGHT
from countermove.decision.findings import (
    Band,
    Drift,
    Flip,
    MeasureRow,
    RegretRow,
    SweepRow,
    Term,
    TwinPair,
    Verdict,
)
from countermove.decision.findings_values import OWN, REST, ArmsLead, ArmsWorth, Choice, DialTerm, Spread, ValueSet
from countermove.questions.run.finding import Findings
from countermove.world.certainty import VerdictKind
from countermove.world.measure import MEASURES
from countermove.world.omega import Omega

STRATEGIES = ("abstain", "restraint", "javelins", "heavy-lethal", "javelins-conditions-ceiling")
THEORIES = EIGHT
AID = dict(zip(STRATEGIES, (0.0, 0.05, 0.25, 1.0, 0.22), strict=True))
# how strongly the rival answers aid under each theory: the shape of everything below
ANSWER = dict(zip(THEORIES, (0.0, -0.15, 0.45, 1.25, -0.3, 0.25, 0.02, 0.4), strict=True))
MONTHS = 60
TWINS = tuple(
    ("javelins-conditions-ceiling", without, k)
    for without, k in (("arms", -0.9), ("conditions", 5.0), ("refusal", 0.5), ("dials", 6.0))
) + (("heavy-lethal", "arms", -8.0),)
OMEGA_AT = {name: answer * 0.95 for name, answer in ANSWER.items()}


def regret_value(strategy: str, theory: str) -> float:
    """The invented expected objective."""
    answers = list(ANSWER.values()) if theory == "weighted" else [ANSWER[theory]]
    return sum(-1.6 + 1.1 * AID[strategy] ** 0.7 * (0.25 - a) - 0.12 * (strategy == "abstain") for a in answers) / len(answers)


def regret_rows() -> tuple[RegretRow, ...]:
    """All strategies under all theories and weighted."""
    rows = []
    for theory in ("weighted", *THEORIES):
        best = max(regret_value(s, theory) for s in STRATEGIES)
        for strategy in STRATEGIES:
            value = regret_value(strategy, theory)
            lost = best - value
            rows.append(
                RegretRow(
                    strategy,
                    theory,
                    value=value,
                    regret=lost,
                    se=0.0 if lost == 0 else 0.012 + 0.02 * lost,
                    naive=lost + 0.21,
                    cross_fitted=lost + 0.04,
                    value_se=0.018,
                )
            )
    return tuple(rows)


def measure_rows() -> tuple[MeasureRow, ...]:
    """Every measure, strategy and theory."""
    rows = []
    for t, theory in enumerate(("weighted", *THEORIES)):
        answer = ANSWER.get(theory, 0.25)
        for strategy in STRATEGIES:
            aid = AID[strategy]
            for k, measure in enumerate(MEASURES):
                if measure.kind == "event":
                    mean = 1 / (1 + math.exp(3.2 - 0.08 * k - 1.5 * aid * (answer + 0.3)))
                    low, high = (0.3 * mean, min(1.0, 2.4 * mean)) if k % 3 else (0.0, 1.0)
                    se = 0.002
                else:
                    scale = {"persons": 1800.0, "million USD": 1500.0}.get(measure.unit, 0.7 + 0.1 * (k % 4))
                    mean = scale * (1 + 0.4 * aid * (answer + 0.4))
                    low, high, se = 0.25 * mean, 2.9 * mean, 0.011 * mean
                if measure.name == "truce-break-change" and strategy == "abstain":
                    mean = se = low = high = math.nan
                rows.append(
                    MeasureRow(
                        strategy,
                        theory,
                        measure=measure.name,
                        unit=measure.unit,
                        mean=mean,
                        se=se,
                        q05=low,
                        q50=0.8 * mean,
                        q95=high,
                    )
                )
        assert t < 9
    return tuple(rows)


def band(strategy: str, theory: str, what: str, unit: str, seed: int) -> Band:
    """A fan with the right shape."""
    months = np.arange(1, MONTHS + 1)
    answer, aid = ANSWER[theory], AID[strategy]
    ramp = 1 - np.exp(-np.maximum(months - 4, 0) / 9)
    wobble = np.random.default_rng(seed).normal(0, 0.03, MONTHS).cumsum()
    if what == "rival support":
        middle, spread = np.maximum(0.2, 6 + 9 * answer * aid * ramp + wobble), 1.2 + 0.06 * months + 3 * abs(answer) * aid * ramp
        floor = 0.0
    elif what == "balance":
        middle, spread, floor = 0.45 + 0.5 * aid * ramp * (1 - answer) + 0.2 * wobble, 0.15 + 0.004 * months, -math.inf
    else:
        middle, spread, floor = np.maximum(2, 28 + 25 * aid * ramp + 8 * wobble), 12 + 0.1 * months + 60 * aid * ramp, 0.0
    upper = 5 if what == "deaths" else 1.8

    def line(width: float) -> tuple[float, ...]:
        return tuple(float(v) for v in np.maximum(floor, middle + width * spread))

    return Band(
        strategy,
        theory,
        what=what,
        unit=unit,
        q05=line(-1.6),
        q25=line(-0.65),
        q50=line(0),
        q75=line(0.8),
        q95=line(upper),
        paths=2048,
    )


def bands() -> tuple[Band, ...]:
    """Three quantities under everything."""
    kinds = (("rival support", "thousand person-equivalents"), ("balance", "log ratio"), ("deaths", "persons a month"))
    return tuple(
        band(strategy, theory, what, unit, 100 * i + 10 * j + k)
        for i, (what, unit) in enumerate(kinds)
        for j, theory in enumerate(THEORIES)
        for k, strategy in enumerate(STRATEGIES)
    )


def flips() -> tuple[Flip, ...]:
    """Pairs of theories that disagree, and one pair that never does."""
    found = []
    for a, b, at in (
        ("pressure", "spigot", 0.44),
        ("pressure", "richardson", 0.71),
        ("opportunist", "spigot", 0.31),
        ("opportunist", "richardson", 0.62),
        ("inertia", "richardson", 0.83),
        ("inertia", "spigot", 0.55),
        ("domestic", "richardson", 0.86),
        ("rational", "pressure", 0.92),
    ):
        says = f"With {a} and {b} alone, heavy-lethal is better than restraint above a weight of {at:.2f} ± 0.04 on {a}."
        found.append(Flip((a, b), ("heavy-lethal", "restraint"), at, 0.04, says))
    says = "Between spigot and richardson restraint stays ahead of javelins at every weight."
    return (*found, Flip(("spigot", "richardson"), ("restraint", "restraint"), None, math.nan, says))


def verdicts() -> tuple[Verdict, ...]:
    """One weighted and one a theory."""
    rows = [
        Verdict(
            "weighted",
            "restraint",
            other="javelins-conditions-ceiling",
            difference=0.06,
            se=0.03,
            matters=0.1,
            kind="no material difference",
            sentence="Weighted over the theories, restraint and javelins-conditions-ceiling do not differ by as much as matters.",
        )
    ]
    for theory in THEORIES:
        best = max(STRATEGIES, key=lambda s: regret_value(s, theory))
        other = sorted(STRATEGIES, key=lambda s: regret_value(s, theory))[-2]
        gap = regret_value(best, theory) - regret_value(other, theory)
        kind = "better" if gap > 0.15 else "cannot tell" if gap > 0.08 else "no material difference"
        says = f"If {theory} is true, {best} is ahead of {other} by {gap:.2f} points, since the answer is {ANSWER[theory]:+.2f}."
        rows.append(Verdict(theory, best, other=other, difference=gap, se=0.02, matters=0.1, kind=kind, sentence=says))
    return tuple(rows)


def findings() -> Findings:
    """Everything that a run finds."""
    omega = tuple(
        Omega(
            s,
            t,
            on=on,
            value=at,
            se=0.03,
            share=0.92 - 0.1 * j,
            q05=at - 0.35 - 0.1 * j,
            q50=at + 0.01,
            q95=at + 0.5 + 1.4 * (t == "richardson"),
        )
        for on, scale in (("balance", 1.0), ("territory", 0.8))
        for j, s in enumerate(STRATEGIES[2:])
        for t in THEORIES
        for at in [OMEGA_AT[t] * scale]
    )
    pairs = tuple(
        TwinPair(
            plan,
            f"{plan} (no {without})",
            theory=t,
            measure=m,
            difference=k * d * (1 + 0.1 * i),
            se=abs(d) * 0.2,
            without=without,
            own=-1.9,
            own_se=0.02,
            draws=512,
            lucks=4,
        )
        for plan, without, k in TWINS
        for m, d in (("objective", 0.14), ("offensive-own", -0.035), ("deaths", -120.0))
        for i, t in enumerate(("weighted", *THEORIES))
    )
    sweep = tuple(
        SweepRow(
            f,
            s,
            theory=t,
            clash=min(0.9, 0.012 * f * (1 + AID[s])),
            direct_war=min(0.9, 0.0025 * f * (1 + AID[s])),
            regret=0.05 + 0.3 * AID[s] * f**0.3,
            regret_se=0.01,
            clash_se=0.0004 * f,
            direct_war_se=0.0002 * f,
        )
        for f in (0.1, 1.0, 10.0)
        for s in STRATEGIES
        for t in ("weighted", *THEORIES)
    )
    drift = tuple(Drift(t, 0.02 * i - 0.05, -1.9 - 0.1 * i, 2.2 + 0.1 * i) for i, t in enumerate(THEORIES))
    weights = dict.fromkeys(THEORIES, 1 / len(THEORIES))
    found = Findings(
        STRATEGIES,
        THEORIES,
        weights=weights,
        measures=measure_rows(),
        regret=regret_rows(),
        verdicts=verdicts(),
        flips=flips(),
        omega=omega,
        pairs=pairs,
        sweep=sweep,
        bands=bands(),
        drift=drift,
    )
    return replace(found, **by_values())


def by_values() -> dict[str, Any]:
    """The same plans by three sets of values, and the lead split by measure and by dial."""
    sets = (OWN, "supporter", "restrainer")
    where = [(name, t, k, i) for k, name in enumerate(sets) for i, t in enumerate(("weighted", *THEORIES))]
    plans = (("restraint", "abstain"), ("heavy-lethal", "javelins"), ("restraint", "javelins-conditions-ceiling"))
    kinds: tuple[VerdictKind, ...] = ("better", "cannot tell", "no material difference")
    arms = [(name, t, 0.3 * (k - 1) + 0.04 * (i - 4), 0.02, 0.1) for name, t, k, i in where]
    return {
        "terms": tuple(
            Term(
                "restraint",
                "javelins-conditions-ceiling",
                measure=m,
                difference=-d,
                se=abs(d) / 5,
                points=0.02 * (k + 1),
                points_se=0.004,
            )
            for k, (m, d) in enumerate((("settlement-by-24-months", -0.01), ("deaths", 220.0), ("cost", 420.0)))
        ),
        "dials": tuple(
            DialTerm("restraint", "javelins-conditions-ceiling", dial, points, 0.01)
            for dial, points in (("arms", 0.12), ("conditions", -0.3), ("effort", 0.1), (REST, 0.14))
        ),
        "values": tuple(ValueSet(name, "What they say.", {"deaths": "-0.5 per 1000 persons"}) for name in sets),
        "choices": tuple(
            Choice(
                *(name, t, *plans[k]),
                difference=0.2 + 0.01 * i,
                se=0.02,
                matters=0.1,
                kind=kinds[(i + k) % 3],
                level=plans[k][1:] if (i + k) % 3 else (),
            )
            for name, t, k, i in where
        ),
        "camps": tuple(ArmsLead(name, t, "heavy-lethal", "restraint", *gap) for name, t, *gap in arms),
        "arms": tuple(ArmsWorth(name, t, "javelins-conditions-ceiling", *gap) for name, t, *gap in arms),
        "spread": tuple(
            Spread(
                name,
                m,
                share=share,
                se=0.01,
                best="abstain",
                other="restraint",
                difference=0.3,
                difference_se=0.02,
                matters=0.1,
                kind="better",
            )
            for name in sets
            for m, share in (("cost", 0.92), ("deaths", 0.08))
        ),
    }

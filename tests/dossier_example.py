"""An invented Dossier of the size and shape of the real one. `python tests/dossier_example.py OUT.html` writes its memo.

No number in it was computed from the model: the curves have the shapes that the theories would give, no more.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from countermove.decision.findings import (
    Assumption,
    Band,
    Drift,
    Flip,
    MeasureRow,
    OutsideView,
    Pair,
    Provenance,
    RecordSeries,
    RegretRow,
    SweepRow,
    Term,
    Verdict,
)
from countermove.decision.findings_values import OWN, REST, ArmsWorth, Camp, Choice, DialTerm, Spread, ValueSet
from countermove.dynamics.table import PARAMETERS
from countermove.memo.contents import Dossier
from countermove.questions.run.finding import Findings, StrategyText
from countermove.questions.weigh.finding import Confusion, TheoryWeight, VariantReading, Weighing
from countermove.questions.weigh.finding_influence import MonthInfluence
from countermove.questions.weigh.finding_memo import MemoWeighing, StrategyByRecord
from countermove.world.measure import MEASURES
from countermove.world.omega import Omega
from countermove.world.telling import VerdictKind

STRATEGIES = ("abstain", "restraint", "javelins", "heavy-lethal", "javelins-conditions-ceiling")
THEORIES = ("inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "domestic", "switching")
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
                RegretRow(strategy, theory, value, lost, 0.0 if lost == 0 else 0.012 + 0.02 * lost, lost + 0.21, lost + 0.04, 0.018)
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
                rows.append(MeasureRow(strategy, theory, measure.name, measure.unit, mean, se, low, 0.8 * mean, high))
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

    return Band(strategy, theory, what, unit, line(-1.6), line(-0.65), line(0), line(0.8), line(upper), 2048)


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
            "javelins-conditions-ceiling",
            0.06,
            0.03,
            0.1,
            "no material difference",
            "Weighted over the theories, restraint and javelins-conditions-ceiling do not differ by as much as matters.",
        )
    ]
    for theory in THEORIES:
        best = max(STRATEGIES, key=lambda s: regret_value(s, theory))
        other = sorted(STRATEGIES, key=lambda s: regret_value(s, theory))[-2]
        gap = regret_value(best, theory) - regret_value(other, theory)
        kind = "better" if gap > 0.15 else "cannot tell" if gap > 0.08 else "no material difference"
        says = f"If {theory} is true, {best} is ahead of {other} by {gap:.2f} points, since the answer is {ANSWER[theory]:+.2f}."
        rows.append(Verdict(theory, best, other, gap, 0.02, 0.1, kind, says))
    return tuple(rows)


def findings() -> Findings:
    """Everything that a run finds."""
    omega = tuple(
        Omega(s, t, on, at, 0.03, 0.92 - 0.1 * j, at - 0.35 - 0.1 * j, at + 0.01, at + 0.5 + 1.4 * (t == "richardson"))
        for on, scale in (("balance", 1.0), ("territory", 0.8))
        for j, s in enumerate(STRATEGIES[2:])
        for t in THEORIES
        for at in [OMEGA_AT[t] * scale]
    )
    pairs = tuple(
        Pair(plan, f"{plan} (no {without})", t, m, k * d * (1 + 0.1 * i), abs(d) * 0.2, without, -1.9, 0.02, 512, 4)
        for plan, without, k in TWINS
        for m, d in (("objective", 0.14), ("offensive-own", -0.035), ("deaths", -120.0))
        for i, t in enumerate(("weighted", *THEORIES))
    )
    sweep = tuple(
        SweepRow(
            f,
            s,
            t,
            min(0.9, 0.012 * f * (1 + AID[s])),
            min(0.9, 0.0025 * f * (1 + AID[s])),
            0.05 + 0.3 * AID[s] * f**0.3,
            0.01,
            0.0004 * f,
            0.0002 * f,
        )
        for f in (0.1, 1.0, 10.0)
        for s in STRATEGIES
        for t in ("weighted", *THEORIES)
    )
    drift = tuple(Drift(t, 0.02 * i - 0.05, -1.9 - 0.1 * i, 2.2 + 0.1 * i) for i, t in enumerate(THEORIES))
    weights = dict.fromkeys(THEORIES, 1 / len(THEORIES))
    found = Findings(
        STRATEGIES, THEORIES, weights, measure_rows(), regret_rows(), verdicts(), flips(), omega, pairs, sweep, bands(), drift
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
            Term("restraint", "javelins-conditions-ceiling", m, -d, abs(d) / 5, 0.02 * (k + 1), 0.004)
            for k, (m, d) in enumerate((("settlement-by-24-months", -0.01), ("deaths", 220.0), ("cost", 420.0)))
        ),
        "dials": tuple(
            DialTerm("restraint", "javelins-conditions-ceiling", dial, points, 0.01)
            for dial, points in (("arms", 0.12), ("conditions", -0.3), ("effort", 0.1), (REST, 0.14))
        ),
        "values": tuple(ValueSet(name, "What they say.", {"deaths": "-0.5 per 1000 persons"}) for name in sets),
        "choices": tuple(
            Choice(name, t, *plans[k], 0.2 + 0.01 * i, 0.02, 0.1, kinds[(i + k) % 3], plans[k][1:] if (i + k) % 3 else ())
            for name, t, k, i in where
        ),
        "camps": tuple(Camp(name, t, "heavy-lethal", "restraint", *gap) for name, t, *gap in arms),
        "arms": tuple(ArmsWorth(name, t, "javelins-conditions-ceiling", *gap) for name, t, *gap in arms),
        "spread": tuple(
            Spread(name, m, share, 0.01, "abstain", "restraint", 0.3, 0.02, 0.1, "better")
            for name in sets
            for m, share in (("cost", 0.92), ("deaths", 0.08))
        ),
    }


def records() -> tuple[RecordSeries, ...]:
    """Deaths and the ground held, with the data of 2014 far outside."""
    months = 45
    dead = [21, 280, 346, 620, 980, 540, 310, 290, 391, 510, 420, 120, 60, 55, 49, 40, 62, 18, 9, 11, 14, *([24.0] * 24)]
    held = [math.nan] * months
    for place, value in ((0, 0.9), (4, 0.7), (10, 0.66), (20, 0.66), (33, 0.66), (44, 0.66)):
        held[place] = value
    found = []
    for name, unit, data, note in (
        ("deaths", "persons a month", [float(v) for v in dead], "548 dead of December 2014 are spread over the months before."),
        ("ground held by Kyiv", "share", held, "Six data, rough."),
    ):
        replay, inside = {}, {}
        for k, theory in enumerate(THEORIES):
            t = np.arange(months)
            if unit == "share":
                middle, spread = 0.66 + 0.2 * np.exp(-t / 6), np.full(months, 0.05 + 0.01 * k)
            else:
                middle, spread = (
                    30 + (250 + 30 * k) * np.exp(-(((t - 5) / 6) ** 2)),
                    20 + (200 + 20 * k) * np.exp(-(((t - 5) / 7) ** 2)),
                )
            rows = [tuple(float(v) for v in np.maximum(0, middle + w * spread)) for w in (-1.2, -0.5, 0, 0.7, 2.6)]
            replay[theory] = Band("history", theory, name, unit, *rows, paths=1024)
            hits = [lo <= v <= hi for v, lo, hi in zip(data, rows[0], rows[4], strict=True) if math.isfinite(v)]
            inside[theory] = sum(hits) / len(hits)
        found.append(RecordSeries(name, unit, 2014 * 12 + 3, tuple(data), replay, inside, note))
    return tuple(found)


def confusion(right: float) -> Confusion:
    """A matrix in which each theory is named right so often, but richardson, which is mostly taken for inertia."""
    rest = (1 - right) / 7
    rows = [[right if h == k else rest for k in range(8)] for h in range(8)]
    rows[3] = [right if k == 0 else rest for k in range(8)]
    matrix = tuple(tuple(row) for row in rows)
    return Confusion(THEORIES, matrix, matrix, 0.0123, 4096)


def weighing() -> Weighing:
    """What a record of the Donbas might say."""
    posterior = dict(zip(THEORIES, (0.03, 0.01, 0.7, 0.03, 0.04, 0.01, 0.04, 0.14), strict=True))
    return Weighing(
        record="donbas-2014-2017",
        patron="moscow",
        coding="default",
        known_by=2017 * 12 + 11,
        data=404,
        retrospective=264,
        weights=tuple(TheoryWeight(name, 1 / 8, weight, 0.05 * weight) for name, weight in posterior.items()),
        confusion=confusion(0.36),
        pooled=confusion(0.67),
        wars=6,
        readings=(
            VariantReading("default", "as written", "The start as the replay has it", posterior, 0.011),
            VariantReading("debaltseve: opportunism", "as written", "The start as the replay has it", posterior, 0.015),
            VariantReading("default", "bare", "The model as it is in 2017, started in April 2014.", {}, 0.0004),
        ),
        beyond=0.011,
        refused="",
        sentences=("The record gives spigot 70% of the weight.", "A record like this one names the right theory in 36% of cases."),
        seed=0,
        seconds=55.5,
    )


def record_says() -> MemoWeighing:
    """All that the section on the record can show, the influence of months too."""
    believed = tuple(
        StrategyByRecord(
            s, regret_value(s, "weighted"), 0.02, regret_value(s, "spigot"), 0.03, 0.1 * place, 0.0 if place == 0 else 0.01
        )
        for place, s in enumerate(STRATEGIES)
    )
    moved = tuple(
        MonthInfluence(
            2014 * 12 + 3 + at,
            f"{20 + at} dead; a truce begins",
            {t: (-1) ** at * 0.9 / (1 + at + k) for k, t in enumerate(THEORIES)},
        )
        for at in range(15)
    )
    says = "Weighted over the theories, restraint leads."
    verdict = Verdict("weighted", "restraint", "javelins", 0.21, 0.02, 0.1, "better", says)
    return MemoWeighing(weighing(), "", True, ("deaths", "recommitments"), believed, verdict, moved)


def assumptions() -> tuple[Assumption, ...]:
    """The real table of parameters, one in nine of them borrowed."""
    return tuple(
        Assumption(
            p.name,
            {"world": "the world", "side": "kyiv", "patron": "moscow"}[p.per],
            p.doc,
            f"{p.prior.kind} {', '.join(f'{a:.4g}' for a in p.prior.args)}",
            p.prior.unit,
            p.prior.source,
            "spread widened" if i % 9 == 0 else "",
            i % 9 == 0,
        )
        for i, p in enumerate(PARAMETERS)
    )


BOTTOM_LINE = (
    "Over the theories as weighted, restraint has the least expected regret, 0.00 points, but javelins with conditions and a ceiling "
    "are within 0.06 ± 0.03, which does not matter.",
    "If pain makes Moscow quit, heavy-lethal is better by 0.31 ± 0.02 points; if Moscow gives whatever prevents defeat, it is worse "
    "by 0.24 ± 0.02.",
    "A settlement within 24 months is very unlikely under every strategy (5.1% ± 0.2% to 6.4% ± 0.2%).",
    "Washington being drawn in deeper than it planned is unlikely with restraint (21% ± 1%) and about even with heavy-lethal (51% ± 1%).",
    "The order turns when the weight on pressure against spigot passes 0.44 ± 0.04; today it is 0.50; the record would give spigot 70%.",
)


def dossier() -> Dossier:
    """The example."""
    return Dossier(
        title="Lethal aid to Ukraine, seen from December 2017",
        question="If the United States arms Ukraine, what does Russia do next, and is the plan still good after that?",
        owner="Washington",
        client="Kyiv",
        rival="Moscow",
        decided="December 2017",
        bottom_line=BOTTOM_LINE,
        unknown=(
            "What moves Moscow: eight theories stand with equal weight, and they disagree about heavy-lethal.",
            "The hazard of a clash between Americans and Russians: a factor of ten either way is as good a guess.",
            "Whether deliveries break truces: the sign of the effect is open.",
        ),
        watch=(
            "A rise of Moscow's support within three months of a delivery while the separatists are not losing: speaks for richardson.",
            "No rise after a separatist setback: speaks against spigot and switching.",
            "Requests from Kyiv above what was promised, and how they are answered.",
        ),
        outside=(
            OutsideView(
                "A settlement within 24 months",
                0.08,
                6,
                74,
                0.03,
                0.17,
                "UCDP Conflict Termination 3-2021",
            ),
            OutsideView(
                "Rival raises support within 6 months of new lethal aid",
                0.42,
                11,
                26,
                0.23,
                0.63,
                "UCDP External Support Dataset 2011",
                "small numbers",
            ),
            OutsideView("A ceasefire breaks within 6 months", 0.81, 17, 21, 0.58, 0.95, "record donbas-2014-2017"),
        ),
        objective=(
            ("settlement-by-24-months", 3.0, ""),
            ("collapse-own", -5.0, ""),
            ("direct-war", -10.0, ""),
            ("spread", -2.0, ""),
            ("drawn-in", -1.0, ""),
            ("deaths", -0.5, "thousand persons"),
            ("civilians", -1.0, "thousand persons"),
            ("cost", -0.1, "100 million USD"),
        ),
        matters=0.1,
        weapons=(
            "With the same conditions and refusals and no arms, javelins-conditions-ceiling scores −1.900 ± 0.020 points.",
            "Javelins-conditions-ceiling loses 0.13 ± 0.03 points by its arms (as much as 250 military dead).",
        ),
        hangs_on=(
            "By the values of Washington 92% ± 1% of the spread between these plans is one measure: money spent by the owner.",
            "Were it worth nothing, abstain would be best, 0.30 ± 0.02 points above restraint.",
            "For a plan that sends arms to be first by more than what matters, by the values of supporter pressure has to be true (12% of "
            "the prior's weight); by those of Washington no theory is enough.",
        ),
        strategies=tuple(
            StrategyText(
                name,
                "One batch of Javelins, to deter, kept away from the line of contact; ordered now, so that it arrives in about April."
                if name.startswith("javelins")
                else "Keep to training and non-lethal aid, and put the weight on the envoy's channel.",
                (
                    "At the start: rung lethal-defensive, 47 million USD, announced; condition: not at the contact line, enforced at 0.8.",
                    "When Moscow's rung is at least overt intervention: rung heavy.",
                    "Where the plan is silent, its standing orders stay in force, and a request is granted by chance.",
                ),
            )
            for name in STRATEGIES
        ),
        theories=tuple(
            (t, f"What {t} says: he answers aid by {ANSWER[t]:+.2f}.", 0.125, "DePetris 2017; Dixit 1987") for t in THEORIES
        ),
        findings=findings(),
        records=records(),
        assumptions=assumptions(),
        references=(
            (
                "dsca-2018",
                "Defense Security Cooperation Agency (2018). Ukraine: Javelin Missiles and Command Launch Units.",
            ),
            (
                "ohchr-2017",
                "United Nations High Commissioner for Human Rights (2017). Human rights situation in Ukraine.",
            ),
            ("depetris-2017", "DePetris, D. (2017). Commentary on lethal aid to Ukraine. Defense Priorities."),
        ),
        provenance=Provenance(
            scenario="donbas-2017",
            scenario_hash="3f9a1c77e0b24d5ca9d0c1aa8a6c1f43bb5f2d70",
            record_hash="b1c2f0de9912aa0377e1c1c57ad2a6f0bd04d9e1",
            code_version="0.1.0",
            seed=0,
            draws=4096,
            lucks=4,
            months=MONTHS,
            weights_from="priors",
            seconds=71.3,
            rate=2.1e7,
            versions={"numpy": "2.4.0", "jax": "0.10.2"},
            tolerance=0.02,
            reached=0.014,
            machine="x86_64, AVX-512",
            command="countermove memo donbas-2017 --seed 0",
        ),
        record_says=record_says(),
        warnings=("Two of the strategies leave more than half of the decision points silent.",),
    )


def hostile() -> Dossier:
    """The same with markup wherever a file could put it."""
    evil = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
    base = dossier()
    found = base.findings
    name = {s: f'{s}"><b>{evil}' for s in STRATEGIES}
    return replace(
        base,
        title=f"Title {evil}",
        question=evil,
        owner=evil,
        bottom_line=(evil, *base.bottom_line[1:]),
        warnings=(evil,),
        strategies=tuple(replace(s, name=name[s.name], says=evil, lines=(evil,)) for s in base.strategies),
        theories=tuple((t, evil, w, evil) for t, _, w, _ in base.theories),
        references=((f'x" onclick="{evil}', evil),),
        records=tuple(replace(r, title=evil, note=evil) for r in base.records),
        record_says=replace(
            base.record_says,
            weighing=replace(weighing(), record=evil, sentences=(evil,), coding=evil),
            prior_saw=(evil,),
            influence=tuple(replace(row, says=evil) for row in base.record_says.influence),
        ),
        findings=replace(
            found,
            strategies=tuple(name.values()),
            regret=tuple(replace(r, strategy=name[r.strategy]) for r in found.regret),
            measures=tuple(replace(r, strategy=name[r.strategy]) for r in found.measures),
            bands=tuple(replace(b, strategy=name[b.strategy], what=evil, unit=evil) for b in found.bands),
            omega=tuple(replace(o, strategy=name[o.strategy]) for o in found.omega),
            flips=tuple(replace(f, between=(evil, f.between[1]), strategies=(evil, evil), sentence=evil) for f in found.flips),
        ),
    )


if __name__ == "__main__":
    from countermove.memo.page import render

    Path(sys.argv[1]).write_text(render(dossier()), encoding="utf-8")

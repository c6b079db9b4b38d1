"""An invented Dossier of the size and shape of the real one. `PYTHONPATH=tests python -m builders.dossier_example OUT.html`
writes its memo.

No number in it was computed from the model: the curves have the shapes that the theories would give, no more.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from builders.run_example import (
    ANSWER,
    MONTHS,
    STRATEGIES,
    THEORIES,
    findings,
    regret_value,
)
from countermove.decision.findings import (
    Assumption,
    Band,
    OutsideView,
    Provenance,
    RecordSeries,
    Verdict,
)
from countermove.dynamics.table import PARAMETERS
from countermove.memo.contents import Dossier
from countermove.questions.run.finding import StrategyText
from countermove.questions.weigh.finding import Confusion, TheoryWeight, VariantReading, Weighing
from countermove.questions.weigh.finding_influence import MonthInfluence
from countermove.questions.weigh.finding_memo import MemoWeighing, StrategyByRecord


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
        found.append(
            RecordSeries(name, unit, first_month=2014 * 12 + 3, observed=tuple(data), replay=replay, share_inside=inside, note=note)
        )
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
            s,
            regret_value(s, "weighted"),
            prior_se=0.02,
            posterior=regret_value(s, "spigot"),
            posterior_se=0.03,
            behind=0.1 * place,
            behind_se=0.0 if place == 0 else 0.01,
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
    verdict = Verdict(
        "weighted", "restraint", other="javelins", difference=0.21, se=0.02, matters=0.1, kind="better", sentence=says
    )
    return MemoWeighing(
        weighing(), "", full=True, prior_saw=("deaths", "recommitments"), strategies=believed, verdict=verdict, influence=moved
    )


def assumptions() -> tuple[Assumption, ...]:
    """The real table of parameters, one in nine of them borrowed."""
    return tuple(
        Assumption(
            p.name,
            {"world": "the world", "side": "kyiv", "patron": "moscow"}[p.per],
            doc=p.doc,
            prior=f"{p.prior.kind} {', '.join(f'{a:.4g}' for a in p.prior.args)}",
            unit=p.prior.unit,
            source=p.prior.source,
            note="spread widened" if i % 9 == 0 else "",
            borrowed=i % 9 == 0,
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


@cache
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
                k=6,
                n=74,
                low=0.03,
                high=0.17,
                source="UCDP Conflict Termination 3-2021",
            ),
            OutsideView(
                "Rival raises support within 6 months of new lethal aid",
                0.42,
                k=11,
                n=26,
                low=0.23,
                high=0.63,
                source="UCDP External Support Dataset 2011",
                note="small numbers",
            ),
            OutsideView(
                "A ceasefire breaks within 6 months", 0.81, k=17, n=21, low=0.58, high=0.95, source="record donbas-2014-2017"
            ),
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
        depends_on=(
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

"""The memo's sections on gaps, claims and what would change the answer: invented findings, strangers' texts, and nothing to show."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from builders.answers import counted, gaps_found
from builders.dossier_example import dossier
from builders.run_example import STRATEGIES, THEORIES
from builders.triangles import independent
from countermove.decision.monte_carlo_error import Estimate
from countermove.decision.ranking import Ranking
from countermove.decision.ternary import triangle
from countermove.memo.contents import Dossier
from countermove.memo.page import render
from countermove.questions.claims import section as claims_section
from countermove.questions.claims.finding import (
    ByTheory,
    ClaimsLedger,
    ClaimVerdict,
    InModel,
    Odds,
    OnRecord,
    Statistic,
    Weighted,
)
from countermove.questions.explore import section as explore_section
from countermove.questions.explore.breakeven import BreakEven, Crossing
from countermove.questions.explore.effects import Effect, Share
from countermove.questions.explore.finding import ByExpert, Explored, OutcomeRegret
from countermove.questions.explore.pathways import Pathways, Signpost
from countermove.questions.gaps import section as gaps_section
from countermove.questions.gaps.finding import (
    AnswerFound,
    Fault,
    Gap,
    GapsFound,
    Interval,
    Money,
    StrategyGaps,
    Witness,
    WitnessMonth,
)
from countermove.questions.run.finding import leader_first
from countermove.world.display import Displayable

NASTY = '<script>alert(1)</script> & "quotes"'
EVEN: dict[str, float] = {name: 1 / len(THEORIES) for name in THEORIES}
COST = Money(1.25, 0.11)
VALUE = np.array([[0.0, 0.0, 0.0], [1.0, -1.0, 0.2]])


def gap(ask: str = "Kyiv wants more: how far?", cost: Money | None = COST) -> Gap:
    """One question."""
    months = (WitnessMonth(24216, 3, 6, "Kyiv is losing"), WitnessMonth(24217, 4, 7, "Kyiv asks for more"))
    return Gap(
        cell="client-asks",
        question=ask,
        contingency="client-asks",
        probability={name: Interval(0.1 + 0.05 * k, 0.09, 0.6) for k, name in enumerate(THEORIES)},
        reach=(0.08, 0.7),
        first=dict.fromkeys(THEORIES, 0.02),
        cost=cost,
        costs={},
        answers=(AnswerFound("refuse", "refuse", Money(0.0, 0.0)), AnswerFound("grant", "grant it", Money(-1.25, 0.2))),
        witness=(Witness("most probable", "spigot", 17, 1, months),),
    )


def gaps(ask: str = "Kyiv wants more: how far?", cost: Money | None = COST) -> GapsFound:
    """Two strategies."""
    costs = {} if cost is None else {name: Money(2.0 + k, 0.1) for k, name in enumerate(THEORIES)}
    mass = {name: Interval(0.9, 0.88, 0.92) for name in THEORIES}
    static = (Fault("dead rule", "the rule “moscow.quits” never held in 1,000 runs"),)
    rows = tuple(StrategyGaps(name, False, mass, costs, (gap(ask, cost),), static) for name in STRATEGIES[:2])
    return gaps_found(rows, EVEN, scenario="donbas", draws=2048)


def claims(says: str = "Moscow opened the spigot.") -> ClaimsLedger:
    """Two sentences: one that both could be asked about, one that neither could."""
    yes = Statistic(0.9, 0.01, 0.85, 0.95, "holds")
    rows = tuple(ByTheory(name, yes, 0.9, 0.01, 0.0) for name in THEORIES)
    odds = Odds(0.9, 0.01, 9.0, THEORIES[:1], THEORIES[1:])
    model = InModel(
        "P(a | b) >= 0.8",
        "holds",
        why="",
        criterion=">= 80%",
        way="months",
        unit="share",
        by_theory=rows,
        by_strategy={},
        weighted=Weighted("priors", EVEN, yes, odds),
    )
    reading = counted(2, 3, 0.09, 0.99)
    record = OnRecord("share(a | b) >= 0.8", "cannot tell", "", ">= 80%", (reading,))
    silent = ClaimVerdict("no", "a reader", says, OnRecord("", "not asked", "no series"), InModel("", "not asked", "no query"))
    return ClaimsLedger(
        "donbas",
        "r",
        known_until=24215,
        claims=(ClaimVerdict("spigot", "an author", says, record, model), silent),
        strategies=STRATEGIES,
        theories=THEORIES,
        rungs=(),
        draws=8,
        lucks=8,
        months=60,
        seed=0,
    )


def explored() -> Explored:
    """A lead of javelins over restraint that one number turns."""
    ranking = Ranking(
        "the largest regret",
        "low",
        strategies=STRATEGIES,
        scores=(1.0, 0.5, 2.0, 3.0, 4.0),
        se=(0.1,) * 5,
        best=(STRATEGIES[1],),
        ahead=Estimate(0.5, 0.1),
    )
    share = Share(0.4, 0.3, 0.5)
    turn = "javelins is ahead of restraint where stake-ratio of Moscow is below 4.1."
    crossing = (Crossing(4.1, 3.5, 4.9, False),)
    row = BreakEven(
        "stake-ratio of Moscow",
        "",
        kind="flips",
        crossings=crossing,
        nearest=4.1,
        difference=0.0,
        low=-0.1,
        high=0.1,
        curve=None,
        bandwidth=0.1,
        sentence=turn,
    )  # type: ignore[arg-type]
    post = Signpost(
        "a truce breaks",
        0.4,
        se=0.02,
        under={"spigot": 0.4},
        month=7,
        weights={"spigot": 1.0},
        to="restraint",
        gain=0.5,
        gain_se=0.1,
        advice="change",
        sentence="When a truce breaks: change course.",
    )
    return Explored(
        scenario="donbas",
        best="javelins",
        other="restraint",
        difference=0.4,
        se=0.1,
        kind="better",
        alike=(),
        opening="Over the weighted theories, javelins scores 0.40 points above restraint (error 0.10): better.",
        flips=(),
        triangle=triangle(VALUE, independent(np.full((2, 3), 0.1)), (0.3, 0.4, 0.3), ("restraint", "javelins"), ("a", "b", "c")),
        criteria=(ranking,),
        outcomes=(OutcomeRegret("deaths", "less", ranking),),
        standings=(),
        stakes=None,
        breakevens=(row,),
        box=None,
        leaves=None,
        effects=(Effect("the theory", share, share, share),),
        parameters=(Effect("stake-ratio of Moscow", share),),
        information=(),
        opinion=None,
        pathways=Pathways(
            "javelins", 0.1, (post, replace(post, sign="a clash", gain=float("nan"))), (), 64, "One sign is worth a change."
        ),
        experts=(ByExpert("patron.baseline", "Avakov", 0.4, 0.1), ByExpert("patron.baseline", "Trepak", -0.2, 0.1)),
        said=("A tree of failures cannot be told: too few.",),
        draws=64,
        seed=0,
        seconds=1.0,
        hashes={},
    )


def full(*changed: Displayable) -> Dossier:
    """The example with all three, of which those of the same kind may be changed."""
    return replace(dossier(), answers=(*changed, gaps(), claims(), explored()))


def test_the_page_has_all_three() -> None:
    """Questions with probabilities, paths, costs and answers; verdicts; dissent."""
    html = render(full())
    for said in (
        "The unanswered questions",
        "Kyiv wants more: how far?",
        "most probable path",
        "Kyiv asks for more",
        "grant it",
        "What silence can cost",
        "dead rule",
        "The argument, sentence by sentence",
        "Moscow opened the spigot.",
        "2 of 3",
        "What would change the answer",
        "Dissent",
        "stake-ratio of Moscow is below 4.1",
        "“Restraint” is the choice of those who go by the largest regret",
        "A tree of failures cannot be told",
        "Avakov 0.40 (± 0.10)",
        "When to change course",
        "One sign is worth a change.",
        "too seldom seen",
        "Regret in each outcome",
        "a change from “Javelins” to “Restraint” is then worth 0.50 ± 0.10 points",
    ):
        assert said in html, said


def test_the_contents_name_every_part() -> None:
    """Each part after page one can be reached from it, in its order."""
    html = render(full())
    front, nav, rest = html.partition('<nav aria-labelledby="contents">')
    assert nav and front
    listed = [name for name in re.findall(r'href="#([\w-]+)"', rest[: rest.index("</nav>")]) if name != "annex"]
    parts = [
        name.removesuffix("-name") for name in re.findall(r'<h2 id="([\w-]+)"', rest[rest.index("</nav>") :]) if name != "annexed"
    ]
    assert parts == listed


def test_every_cost_and_every_probability_has_its_error() -> None:
    """No bare number where an estimate stands."""
    found = gaps_section.section(full().answer(GapsFound), leader_first(full().findings)[0])
    assert found.costs is not None and found.table is not None
    for row in found.costs.rows[1:]:
        assert all("±" in cell.text for cell in row.cells)
    assert all("±" in row.cells[-1].text for row in found.table.rows)
    assert any("95%" in sentence for sentence in found.questions[0].sentences)


def test_how_often_a_question_arises_is_never_told_as_certain() -> None:
    """Of 64 draws: none leaves up to 5.6% possible, all leave 94.4% possible."""
    seen = {"a": Interval(1.0, 0.944, 1.0), "b": Interval(0.0, 0.0, 0.056)}
    assert replace(gap(), probability=seen).ever == "fewer than 1 in 17 to more than 16 in 17"
    assert replace(gap(), probability={"a": seen["a"]}).ever == "more than 16 in 17"


def test_without_an_objective_nothing_is_costed() -> None:
    """The questions stand, and no points beside them."""
    found = gaps_section.section(gaps(cost=None), leader_first(full().findings)[0])
    assert found.costs is None and found.table is not None
    assert "not costed" in found.table.rows[0].cells[-1].text
    assert "points at least" not in found.opening


def test_what_was_not_run_is_said() -> None:
    """An empty section is a sentence that names the command."""
    bare = dossier()
    assert "countermove gaps" in gaps_section.section(bare.answer(GapsFound)).why
    assert "countermove claims" in claims_section.section(bare.answer(ClaimsLedger)).why
    assert "countermove explore" in explore_section.section(bare.answer(Explored), bare.findings).why
    assert "countermove gaps" in render(bare)


def test_texts_of_strangers_are_text() -> None:
    """Questions and claims come from files."""
    html = render(full(gaps(NASTY), claims(NASTY)))
    assert "<script" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize("name", ["table-silence", "table-questions", "table-ledger", "table-criteria", "table-parameters"])
def test_tables_have_captions(name: str) -> None:
    """Each says what to see."""
    html = render(full())
    caption = re.search(rf'<figcaption id="{name}"[^>]*>([^<]*)', html)
    assert caption is not None and len(caption.group(1)) > 40

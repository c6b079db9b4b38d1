"""The words of a dossier: five sentences with figures and likelihoods, what is unknown, what to watch; on made-up findings."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from builders.findings import EIGHT, FLIP, bare_findings, findings, made, offset, verdict
from builders.places import WAR_FILE
from countermove.decision.findings import Assumption, Flip
from countermove.decision.monte_carlo_error import Estimate
from countermove.engine.program import Program
from countermove.memo.dossier import build, strategy_text
from countermove.memo.sentences import bottom_line, chance
from countermove.memo.signposts import looked_at, unknown, watch
from countermove.questions.people import people
from countermove.questions.run.finding import Findings
from countermove.questions.run.findings_index import FindingsIndex
from countermove.scenario.read import read
from countermove.world.cast import display_name
from countermove.world.certainty import VerdictKind
from countermove.world.words import SCALE

LIKELY = tuple(name for name, _ in SCALE)


def told(program: Program, found: Findings, **changes: Any) -> tuple[str, ...]:
    """The bottom line."""
    return bottom_line(program, people(program), FindingsIndex(found), made(**changes))


EMPTY = bare_findings()


# --- five sentences ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "found",
    [findings(), findings(theories=("spigot",)), findings(theories=("inertia", "spigot")), findings(("wait", "arm")), EMPTY],
    ids=["eight theories", "one theory", "two theories", "the other leads", "nothing found"],
)
def test_five_sentences(war: Program, found: Findings) -> None:
    """A paragraph each, of sentences without a hole and of two numbers at most."""
    lines = told(war, found)
    assert len(lines) == 5
    for line in lines:
        assert line[0].isupper() or line[0].isdigit()
        assert line.endswith(".")
        for sentence in re.split(r"\. (?=[A-Z])", line):
            bare = re.sub(r"\d+ (?:months|theories)|month \d+|× [\d.]+| ± [<\d.]+", "", sentence.replace(FLIP.rstrip("."), ""))
            assert len(re.findall(r"\d[\d.,]*", bare)) <= 2, sentence
        assert not re.search(r"\bnan\b|None|\{|\}|  |n/a|;;|; \.|,,", line)


def test_each_has_words_and_figures(war: Program) -> None:
    """A likelihood word, and a figure with its error."""
    for line in told(war, findings()):
        assert any(word in line for word in LIKELY), line
        assert re.search(r"\d ?%? ± \d|± <0\.1%", line), line


def test_the_first_has_the_verdict_and_its_flip_point(war: Program) -> None:
    """How far ahead, under how much of the weight, and where it turns."""
    line = told(war, findings())[0]
    assert "“Arm” looks best, 0.31 ± 0.02 points above “Wait”" in line
    assert "A lead of “Arm” under the true theory is very likely (87.5% of the weight)" in line
    assert "12.5% of the weight puts another plan before it" in line
    assert FLIP.rstrip(".") in line


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no material difference", "no material difference between “Arm” and “Wait”"),
        ("cannot tell", "cannot tell “Arm” from “Wait”"),
    ],
)
def test_other_verdicts(war: Program, kind: VerdictKind, said: str) -> None:
    """They are verdicts too, and have their flip point."""
    line = told(war, findings(verdicts=(verdict(kind, 0.04),)))[0]
    assert said in line and "What matters is 0.1 points (as much as 200 military dead)" in line and "flip point" in line
    assert "looks best" not in line


def test_no_verdict_without_its_flip_point(war: Program) -> None:
    """Where there is none, that is said: no order to turn, one theory, or not computed."""
    never = (Flip(("spigot", "pressure"), ("arm", "wait"), None, math.nan, "arm scores above wait however the weight is divided."),)
    assert "No division of the weight between two theories turns this order" in told(war, findings(flips=never))[0]
    assert "Its flip point was not computed" in told(war, findings(flips=()))[0]
    assert "With one theory there is no flip point" in told(war, findings(theories=("spigot",)))[0]
    assert "no order that could turn" in told(war, EMPTY)[0]


def test_the_nearest_flip_is_told(war: Program) -> None:
    """Of the two strategies in question before others, and of those the one nearest to the present weights."""
    far = Flip(("spigot", "pressure"), ("arm", "wait"), 0.95, 0.03, "far.")
    near = Flip(("spigot", "inertia"), ("arm", "wait"), 0.55, 0.03, "near.")
    other = Flip(("spigot", "inertia"), ("arm", "third"), 0.5, 0.03, "other.")
    flip = FindingsIndex(findings(flips=(far, other, near))).flip("arm", "wait")
    assert flip is near
    assert FindingsIndex(findings(flips=(far, other))).flip("arm", "wait") is far
    assert FindingsIndex(findings(flips=(other,))).flip("arm", "wait") is other


def test_without_an_objective_nothing_is_best(war: Program) -> None:
    """And the reason is given."""
    bare = replace(war, scenario=war.scenario.model_copy(update={"objective": None}))
    line = told(bare, replace(findings(), verdicts=(), regret=(), flips=()))[0]
    assert "No strategy can be called best, since no objective is written" in line


def test_the_second_has_the_rivals_answer(war: Program) -> None:
    """Lowest and highest over the theories, Omega, drift, and whether the rival leaves."""
    line = told(war, findings())[1]
    assert line.startswith(
        "If Eagle follows “Arm”, Bear's support changes in 24 months by 0.200 ± 0.004 thousand person-equivalents if “Inertia” is"
    )
    assert "0.340 ± 0.004 if “Switching” is" in line
    assert "from −0.30 ± 0.03 (if “Inertia” is true) to 1.10 ± 0.03 (if “Switching” is true)" in line
    assert "drift by −0.05 to 0.09" in line
    assert "Bear leaving the war within 36 months is" in line


def test_the_answer_to_aid_is_told_when_the_best_plan_sends_none(war: Program) -> None:
    """The question is what the rival does if one side is armed."""
    omega = (offset(0.4, 0.03),)
    line = told(war, findings(("wait", "arm"), omega=omega))[1]
    assert line.startswith("If Eagle followed “Arm” instead,")


def test_the_third_has_the_sweep(war: Program) -> None:
    """Ten times more and ten times less, and who leads there."""
    line = told(war, findings())[2]
    assert "war between Eagle and Bear within 36 months under “Arm”" in line
    assert "at × 0.1 and 4.0% ± 0.5% at × 10" in line
    assert "The least regret then goes to “Arm” (× 0.1) and “Wait” (× 10)" in line
    assert "was not varied" in told(war, findings(sweep=()))[2]


def test_the_fourth_has_the_trap(war: Program) -> None:
    """Climbing, requests, the client's offensives."""
    line = told(war, findings())[3]
    assert "Eagle by month 24 above the rung written in “Arm” is very unlikely (18.0% ± 0.4%)" in line
    assert "It is likeliest under “Wait” (23.0% ± 0.4%)" in line
    assert "North asks for more 0.360 ± 0.004 times" in line
    assert "offensive by North" in line


def test_the_fifth_has_the_limits(war: Program) -> None:
    """Prior weights, what hangs on the theory, silence."""
    line = told(war, findings())[4]
    assert "the weights of the 8 theories are priors and no record has been weighed" in line
    assert "costs “Arm” 0.025 ± 0.010 points (as much as 50 military dead). That is 10% of what full knowledge" in line
    assert "A decision point at which “Arm” says nothing" in line
    assert "come from a posterior" in told(war, findings(), weights_from="a posterior")[4]


def test_what_hangs_on_the_theory() -> None:
    """The weighted mean of the regrets, .2 under the eighth theory and 0 elsewhere; its share is nan where per-draw regret is unknown."""
    stake = FindingsIndex(findings()).at_stake("arm")
    assert stake is not None
    assert stake[0].mean == pytest.approx(0.025)
    assert stake[1] == pytest.approx(0.1)
    rows = tuple(replace(row, naive=math.nan, cross_fitted=math.nan) for row in findings().regret)
    unknown_share = FindingsIndex(findings(regret=rows)).at_stake("arm")
    assert unknown_share is not None and math.isnan(unknown_share[1])
    assert FindingsIndex(EMPTY).at_stake("arm") is None


def test_what_hangs_on_the_theory_within_error() -> None:
    """First under every theory by 0.2: nothing with errors of 0.01; with 0.15 another may be 0.1 ahead under each, told as "at most"."""
    first = [
        replace(row, regret=0.0, se=0.0) if row.strategy == "arm" else replace(row, regret=0.2, se=0.01)
        for row in findings().regret
    ]
    sure, near = (
        FindingsIndex(findings(regret=tuple(row if row.strategy == "arm" else replace(row, se=se) for row in first))).at_stake(
            "arm"
        )
        for se in (0.01, 0.15)
    )
    assert sure is not None and sure[0] == (0.0, 0.0)
    assert near is not None and near[0].mean == 0 and 2 * near[0].se == pytest.approx(0.1)


def test_weighted_rows_are_mixed_where_they_are_missing() -> None:
    """The same mean as by hand; its error is an upper bound."""
    rows = tuple(row for row in findings().measures if row.theory != "weighted")
    at = FindingsIndex(findings(measures=rows)).weighted("arm", "clash")
    assert at is not None
    assert at == pytest.approx((0.135, 0.004))
    short = tuple(row for row in rows if row.theory != "spigot")
    assert FindingsIndex(findings(measures=short)).weighted("arm", "clash") is None


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (Estimate(0.32, 0.004), "a clash is unlikely (32.0% ± 0.4%)"),
        (Estimate(0.002, 0.0005), "there is almost no chance (0.20% ± 0.05%) of a clash"),
        (Estimate(0.05, 0.004), "the likelihood of a clash runs from almost no chance to very unlikely (5.0% ± 0.4%)"),
        (Estimate(0.0, 0.0), "there is almost no chance (fewer than 1 in 200) of a clash"),
        (Estimate(1.0, 0.0), "a clash is almost certain (more than 199 in 200)"),
        (Estimate(0.3, math.nan), "the runs cannot tell how likely a clash is (30%, error not known)"),
        (Estimate(math.nan, 0.1), "a clash is of unknown likelihood"),
        (None, "a clash is of unknown likelihood"),
    ],
)
def test_likelihoods_make_sentences(at: Estimate | None, said: str) -> None:
    """Whatever the word, it reads as English."""
    assert re.sub(r"[\d.<]+% ± [\d.<]+%", "x", chance("a clash", at, 1024)) == re.sub(r"[\d.<]+% ± [\d.<]+%", "x", said)


def test_texts_stay_as_they_are(war: Program) -> None:
    """Names from a file are data: they are neither changed nor escaped here (the page escapes them)."""
    evil = "<b>arm & {x}</b>"
    line = told(war, findings((evil, "wait")))
    assert all(evil in line[place] for place in (0, 1, 2, 3, 4))


# --- unknown and watch ------------------------------------------------------------------------------------------------


def number(source: str, borrowed: bool = False) -> Assumption:
    """One number that went in."""
    return Assumption("a.b", "the world", doc="A", prior="1", unit="", source=source, note="", borrowed=borrowed)


def test_what_is_unknown(donbas: Program) -> None:
    """Questions without a rule, silences, weights, judgement; borrowed numbers only where there are some."""
    names = tuple(donbas.scenario.strategies)
    numbers = [number("judgement"), number("a-source"), number("judgement, really")]
    lines = unknown(donbas, FindingsIndex(findings(names)), numbers, made())
    text = "\n".join(lines)
    assert "What if Europe does not follow?" in text
    assert "“Abstain” has no rule for 14 of the 14 questions" in text
    assert "12.5% each" in text
    assert "2 of the 3 numbers that went in (67%) are judgement." in text
    assert "borrowed" not in text
    lent = unknown(donbas, FindingsIndex(findings(names)), [*numbers, number("x", True)], made())
    assert lent[-1] == "1 number was borrowed from another scenario and widened."
    assert unknown(donbas, FindingsIndex(EMPTY), [], made())  # says at least whose weights these are


def test_what_a_rule_looks_at(donbas: Program) -> None:
    """The same name in a guard, a standing answer to requests, or a default for everything."""
    plans, asked = donbas.scenario.strategies, donbas.scenario.contingencies
    assert looked_at(plans["restraint"], asked["client-asks"])
    assert looked_at(plans["javelins-conditions-ceiling"], asked["client-asks"])  # by its standing answer
    assert not looked_at(plans["javelins"], asked["client-asks"])
    assert looked_at(plans["javelins-conditions-ceiling"], asked["no-progress"])
    assert not looked_at(plans["arms-for-talks"], asked["no-progress"])  # counting months is no answer
    war = read(WAR_FILE)
    assert all(looked_at(war.strategies["arm"], row) for row in war.contingencies.values())  # otherwise: answers everything


@pytest.mark.parametrize("count", [1, 2, 8])
def test_signposts_for_any_theories(war: Program, count: int) -> None:
    """Three to five, for the actors of the scenario, and no theory is named that was not run."""
    for theories in combinations(EIGHT, count):
        signs = watch(war, people(war), FindingsIndex(findings(theories=theories)))
        assert 3 <= len(signs) <= 5
        assert len(set(signs)) == len(signs)
        for sign in signs:
            assert sign.endswith(".") and not re.search(r"Kyiv|Moscow|Washington|separatist", sign, flags=re.IGNORECASE)
            assert set(re.findall(rf"\b({'|'.join(EIGHT)})\b", sign)) <= set(theories)


def test_signposts_part_the_theories(donbas: Program) -> None:
    """Losing without aid, aid without losing, winning, the patron's dead, oil and elections with their dates."""
    signs = watch(donbas, people(donbas), FindingsIndex(findings()))
    assert len(signs) == 5
    for sign, words in zip(
        signs, ("Separatists losing", "Arms from Washington", "Separatists winning", "Moscow's own dead", "March 2018"), strict=True
    ):
        assert words in sign


# --- the whole --------------------------------------------------------------------------------------------------------


def test_a_dossier_of_the_donbas(donbas: Program) -> None:
    """Every strategy and theory in words; the same findings give the same dossier; the page takes it."""
    from countermove.memo.page import render

    found = findings(tuple(donbas.scenario.strategies))
    dossier = build(donbas, found, made(scenario="donbas-2017", months=60), ())
    assert (dossier.owner, dossier.client, dossier.rival, dossier.decided) == ("Washington", "Kyiv", "Moscow", "December 2017")
    assert [text.name for text in dossier.strategies] == list(found.strategies)
    assert ("deaths", -0.5, "1,000 persons") in dossier.objective
    assert sum(weight for _, _, weight, _ in dossier.theories) == pytest.approx(1)
    assert all(says and reference for _, says, _, reference in dossier.theories)
    assert any(view.source == "Record donbas-2014-2017" for view in dossier.outside)
    assert dossier == build(donbas, found, made(scenario="donbas-2017", months=60), ())
    assert "The outside view" in render(dossier)


def test_a_dossier_of_another_war(war: Program) -> None:
    """No word of the reference scenario is in what the program itself says."""
    dossier = build(war, findings(("arm", "wait"), ("inertia", "spigot")), made(), ())
    said = "\n".join(
        [
            *dossier.bottom_line,
            *dossier.unknown,
            *dossier.watch,
            dossier.question,
            *(line for s in dossier.strategies for line in s.lines),
        ]
    )
    assert not re.search(r"donbas|kyiv|moscow|washington|javelin|ukrain|russia", said.lower())
    assert dossier.title == "A small war with two sides"
    assert any("Bear" in line for line in dossier.bottom_line)
    assert not any(view.source.startswith("Record") for view in dossier.outside)


def test_strategies_are_read_aloud(war: Program) -> None:
    """Moves, rules, the default; one that no file writes orders nothing."""
    lines = strategy_text(war, "arm").lines
    assert lines[0].startswith("In April 2018: go to “lethal defensive”, ship 47 million USD worth")
    assert "Whenever Bear's rung is at least 8 (overt intervention): go to “heavy”." in lines
    assert lines[-2].startswith("Whenever nothing else answers") and lines[-1] == "A request that no order answers is refused."
    silent = (
        "Where the plan is silent, its standing orders stay in force, and a request is granted by chance.",
        "What is granted takes the plan one rung up; where its ceiling or the owner's will leaves no room, the request is refused all the same.",
    )
    assert strategy_text(war, "wait").lines[-2:] == silent
    assert strategy_text(war, "do nothing").lines == ("Nothing is ordered: everything stays as it is.", *silent)


def test_names_in_sentences() -> None:
    """Large first letters, and nothing else."""
    assert [display_name(name) for name in ("moscow", "us", "north-vietnam", "fmln-2")] == [
        "Moscow",
        "US",
        "North Vietnam",
        "Fmln 2",
    ]

"""The brief keeps its limits in every war that ships, whatever is found of it, and in one whose names are long."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from builders.ahead import solved
from builders.answers import gap, gaps_found
from builders.browser import Browser
from builders.dossier_example import record_says
from builders.findings import bare_findings, findings, made, regret_row, term, verdict
from builders.places import WAR_FILE
from countermove.decision.findings import OutsideView, RecordSeries, TwinPair
from countermove.engine.program import Program, compile_scenario
from countermove.memo.brief import Brief, brief_of
from countermove.memo.brief_words import asked, changed, first_within, likely, months_in_words, sentences_in
from countermove.memo.contents import Dossier
from countermove.memo.dossier import build
from countermove.memo.front import caveats
from countermove.memo.page import render
from countermove.questions.gaps.finding import UNSAID, Interval, StrategyGaps
from countermove.questions.people import titles_of
from countermove.questions.run.finding import Findings
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.solve.finding import Leading, MeanError, Solved
from countermove.scenario.read import read
from countermove.show.charts.loss import PlanLoss, loss_chart
from countermove.world.certainty import VerdictKind

WARS = ("donbas-2014", "donbas-2017", "afghanistan-1979", "angola-1975", "syria-2013", "ukraine-2022", "vietnam-1964")
LONG = "A very long title of a thing that nobody can say aloud at all"[:60]
ASKS = f"{UNSAID}an ally of an ally of the other side's patron has regular units in the field while the client is losing."


@cache
def program(name: str) -> Program:
    """A war that ships, or the tests' own with titles as long as they may be."""
    if name != "long names":
        return compile_scenario(read(name))
    scenario = read(WAR_FILE)

    def titled(section: object) -> dict[str, object]:
        assert isinstance(section, dict)
        return {
            key: thing.model_copy(update={"title": LONG[: 58 - place] + str(place)})
            for place, (key, thing) in enumerate(section.items())
        }

    changes = {name: titled(dict(getattr(scenario, name))) for name in ("strategies", "sides", "patrons", "contingencies")}
    return compile_scenario(scenario.model_copy(update=changes))


def of_war(war: Program, found: str) -> Findings:
    """What might have been found of it: a leader, plans that cannot be told apart, nothing."""
    names = tuple(war.scenario.strategies) or war.strategy_names[:1]
    made_up = findings(names, war.theory_names)
    if len(names) < 2:
        return replace(made_up, regret=(), verdicts=(), flips=())
    weighted = [row for row in made_up.verdicts if row.theory != "weighted"]
    rows = [
        verdict("better" if found == "leader" or place > 1 else "cannot tell", best=names[0], other=other)
        for place, other in enumerate(names[1:])
    ]
    terms = tuple(
        replace(term(measure, (1.0, 0.1), points), best=names[0], other=names[1])
        for measure, points in (("deaths", (0.4, 0.01)), ("direct-war", (0.3, 0.01)), ("cost", (-0.2, 0.01)))
    )
    if found == "nothing":
        return bare_findings(names, war.theory_names)
    return replace(made_up, verdicts=(*weighted, *rows), terms=terms)


def answered_by(names: tuple[str, ...], best: int = -1) -> Solved:
    """A rival who thinks ahead, against whom one plan alone is best: the last one, unless another is given."""
    lead = Leading("knowing", names[best], names[0], MeanError(0.5, 0.1), "better", (names[best],))
    return replace(solved({name: name for name in names}), leading=(lead,))


def dossier_of(name: str, found: str) -> Dossier:
    """The dossier of a war with made-up findings and three questions left open."""
    war = program(name)
    got = of_war(war, found)
    inside = {"spigot": Interval(0.1, 0.0, 0.2)}
    open_ = StrategyGaps(got.strategies[0], False, inside, {}, (gap(inside, question=ASKS),) * 5, ())
    answers = (gaps_found((open_,), dict(got.weights)), answered_by(got.strategies))
    return replace(build(war, replace(got, titles=titles_of(war)), made(), (), record_says()), answers=answers)


class _Text(HTMLParser):
    """The words that stand in the brief of a page, without the picture's."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.svg, self.found = 0, False, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section" and ("id", "brief") in attrs:
            self.depth = 1
        elif tag == "section" and self.depth:
            self.depth += 1
        self.svg = self.svg or tag == "svg"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(tag == "section" and self.depth)
        self.svg = self.svg and tag != "svg"

    def handle_data(self, data: str) -> None:
        if self.depth and not self.svg:
            self.found.append(data)


def read_aloud(page: str) -> str:
    """The text of the brief."""
    parser = _Text()
    parser.feed(page)
    return " ".join(" ".join(parser.found).split())


def sentences(brief: Brief) -> list[str]:
    """Every sentence that the program makes."""
    whole = (
        brief.asked,
        brief.answer,
        brief.sure,
        brief.arms,
        brief.ahead,
        brief.why,
        *(one.says for one in brief.points),
        *(one.beside for one in brief.points),
    )
    return [one for text in (*whole, *brief.unanswered, *brief.signs, *brief.rests_on) for one in sentences_in(text)]


@pytest.mark.parametrize("found", ["leader", "tie", "nothing"])
@pytest.mark.parametrize("name", [*WARS, "long names"])
def test_the_limits_hold(name: str, found: str) -> None:
    """325 words; 25 in the answer, 30 in a sentence; two numbers in one; no key, no error, no point, no letter of a formula; nothing cut."""
    dossier = dossier_of(name, found)
    brief, page = brief_of(dossier), read_aloud(render(dossier))
    assert len(page.split()) <= 325, page
    assert len(brief.answer.split()) <= 25
    for one in sentences(brief):
        assert len(one.split()) <= 30, one
        assert len(re.findall(r"\d[\d,.]*", one)) <= 2, one
        assert one.lstrip("“")[0].isupper() and one[-1] in ".?", one
    keys = {
        key for section in ("strategies", "claims", "contingencies", "readers") for key in getattr(program(name).scenario, section)
    }
    assert not {key for key in keys if "-" in key and key in page}
    assert not re.search(r"±|…|[α-ωΑ-Ω]|\bpoints?\b|\bnan\b|None|_|\{", page), page


@pytest.mark.browser
@pytest.mark.parametrize("name", ["donbas-2017", "long names"])
@pytest.mark.parametrize("size", ["A4", "letter"])
def test_it_is_one_printed_page(name: str, size: str, chromium: str, tmp_path: Path) -> None:
    """In Chromium, on A4 and on Letter, with the most plans that a war has and with the longest names."""
    if shutil.which("pdftotext") is None:
        pytest.skip("NO PDFTOTEXT HERE: whether the brief is one page was not checked (apt-get install poppler-utils)")
    page = render(dossier_of(name, "leader")).replace("size: A4; margin", f"size: {size}; margin")
    (tmp_path / "memo.html").write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page), encoding="utf-8")
    with Browser(chromium) as browser:
        browser.open(tmp_path / "memo.html")
        pdf = browser.print(tmp_path / "memo.pdf")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    first, second, *_ = text.split("\f")
    assert (
        "What this rests on." in first and "The answer at length" not in first and "The answer at length" in second.split("\n\n")[0]
    )


def test_a_leader_is_named_with_what_its_lead_is_worth() -> None:
    """Of the war whose titles are written, in the measures that its objective values."""
    brief = brief_of(replace(dossier_of("donbas-2017", "leader"), answers=()))
    assert re.fullmatch(
        r"“Abstention” looks best, ahead of “Restraint” by what [\d,]+ to [\d,]+ soldiers' lives are worth to Washington\.",
        brief.answer,
    )
    assert (
        brief.why
        == "Its lead comes from more military dead and a higher chance of war between the patrons, against more money spent by the owner."
    )
    assert brief.sure == (
        "It leads under theories that hold 87.5% of the weight; if Moscow changes course at times (12.5% of it), “Sanctions and brigades, no arms” "
        "is surely better."
    )
    dossier = dossier_of("donbas-2017", "leader")
    index = FindingsIndex(dossier.findings)
    led = tuple(name for name in index.theories if index.verdicts(name)[0].best == index.best)
    every = replace(dossier, answers=(), findings=replace(dossier.findings, theories=led))
    assert 1 < len(led) < len(index.theories) and brief_of(every).sure == "It leads under every theory."
    assert brief.picture is not None and brief.picture.data is not None and "in soldiers' lives" in brief.picture.caption
    first = brief.picture.data.rows[0]
    assert first[:2] == ("Abstention", "theories weighted") and len(brief.picture.data.rows) == 7 * 9


def test_a_rival_who_thinks_ahead_is_told_where_he_makes_another_answer() -> None:
    """Of another plan than the one that leads; not where it is the same, nor where several are best."""
    dossier = dossier_of("donbas-2017", "leader")
    opening = "If Moscow knows the plan and thinks ahead, “Sanctions and brigades, no arms” is"
    assert brief_of(dossier).ahead == f"{opening} surely better."
    doubted = replace(answered_by(dossier.findings.strategies), doubts=("The game is off.",))
    assert brief_of(replace(dossier, answers=(doubted,))).ahead == f"{opening} better, though that game is to be doubted."
    names = dossier.findings.strategies
    same, level = answered_by(names, 0), answered_by(names)
    level = replace(level, leading=(replace(level.leading[0], level=names[-2:]),))
    for other in (same, level):
        assert brief_of(replace(dossier, answers=(other,))).ahead == ""


def test_a_tie_has_no_leader() -> None:
    brief = brief_of(dossier_of("donbas-2017", "tie"))
    assert brief.answer.startswith("No plan can be called best: the runs cannot tell “Abstention”") and brief.why == ""
    reply, *others = brief.points
    assert [reply.head, *(point.head for point in others)] == [
        "What Moscow does next",
        "What “Abstention” risks",
        "What “Abstention” costs",
    ]
    assert reply.says.startswith(
        "Under “Javelins alone”, it gives more than today: after two years by what 0 to 1,000 soldiers are worth, in nine"
    )
    assert brief.heads[0] == "That plan does not say"


@pytest.mark.parametrize("narrow", ["better", "cannot tell"])
def test_of_a_tie_the_theories_that_decide_most_are_named(narrow: VerdictKind) -> None:
    """Those by whose weight and lead most is decided: so a run of fewer draws, which is sure of fewer of them, names the same."""
    dossier = dossier_of("donbas-2017", "tie")
    rows = [row for row in dossier.findings.verdicts if row.theory == "weighted"]
    for theory, best, difference in (("inertia", "abstain", 0.2), ("spigot", "abstain", 0.5), ("domestic", "restraint", 0.3)):
        kind = narrow if theory == "inertia" else "better"
        rows.append(replace(verdict(kind, difference, theory=theory), best=best, other="javelins"))
    dossier = replace(dossier, findings=replace(dossier.findings, verdicts=tuple(rows)))
    said = (
        "“Abstention” is surely best if Moscow gives whatever prevents defeat, “Restraint” if Moscow follows its affairs at home."
    )
    assert brief_of(dossier).sure == said


def test_the_outside_view_stands_beside() -> None:
    """The first base rate of a headline, and none that has no count."""
    dossier = dossier_of("donbas-2017", "leader")
    view = OutsideView("Direct war. Two states fought", rate=0.0, k=0, n=46, low=0.0, high=0.1, source="Somebody 2020")
    beside = [point.beside for point in brief_of(replace(dossier, outside=(view,))).points]
    assert beside == ["", "Past wars: the patrons fought in 0 of 46.", ""]


def test_a_long_title_is_said_in_another_way() -> None:
    assert first_within(3, "one two three four", "one two") == "one two"
    assert first_within(3, "", "one two three four") == "one two three four"
    assert sentences_in("In 3.5 cases. “Wait” is best? So it is.") == ["In 3.5 cases.", "“Wait” is best?", "So it is."]
    assert first_within(3, "One two. One two three.", "") == "One two. One two three."
    assert [months_in_words(count) for count in (1, 12, 18, 24, 35, 120, 1200)] == [
        "a month", "a year", "eighteen months", "two years", "thirty-five months", "ten years", "100 years"
    ]  # fmt: skip


def test_a_question_is_said_in_a_shorter_way_and_not_cut() -> None:
    """By the title of its case; what nobody wrote is asked as it is."""
    assert asked("What becomes of the aid?", "The truce breaks") == ("What becomes of the aid?", "The truce breaks: what then?")
    assert asked(ASKS) == (f"What if {ASKS.removeprefix(UNSAID).rstrip('.')}?",)


def test_what_was_in_no_run_is_rarer_than_can_be_told() -> None:
    """By the 95% limit of none in so many draws; of several events the end of the highest; of what is likely the lower end."""
    assert likely(["war"], "", (0.0, 0.0035), 1024) == "war comes in fewer than 1 in 200 runs"
    assert likely(["war", "spread"], "unlikely", (0.1, 0.2134), 1024) == "war and spread are unlikely (at most 21%)"
    assert likely(["war"], "very likely", (0.81, 0.83), 1024) == "war is very likely (at least 81%)"
    assert first_within(9, "1 of 2 in 3", "1 of 2") == "1 of 2"


def seen(dossier: Dossier, measure: str, mean: float, se: float, ends: tuple[float, float]) -> Dossier:
    """With another mean of a measure, another error of it and another range over runs, under every plan and theory."""
    rows = tuple(
        replace(row, mean=mean, se=se, q05=ends[0], q95=ends[1]) if row.measure == measure else row
        for row in dossier.findings.measures
    )
    return replace(dossier, findings=replace(dossier.findings, measures=rows))


@pytest.mark.parametrize("se", [0.017, 0.07])
def test_the_rival_s_reply_has_a_direction_where_nine_runs_of_ten_have_it(se: float) -> None:
    """However well its mean is known: the workbench, of fewer draws, says what the memo says."""
    dossier = dossier_of("donbas-2017", "leader")
    plan = "Under “Javelins alone”,"
    open_ = f"{plan} whether it gives more or less than today cannot be told:"
    told = {
        (-7.08, 4.35): f"{open_} after two years nine runs of ten end between 7,100 soldiers' worth less and 4,400 more.",
        (
            -7.08,
            -0.31,
        ): f"{plan} it gives less than today: after two years by what 310 to 7,100 soldiers are worth, in nine runs of ten.",
        (0.0, 0.0): f"{plan} it gives as much as today after two years.",
    }
    for ends, said in told.items():
        assert brief_of(seen(dossier, "support-change", -0.28, se, ends)).points[0].says == said


def test_no_mean_stands_without_its_range() -> None:
    """Means of money and of the dead are told with the range of nine runs in ten and their months; where there is no room the range alone."""
    dossier = seen(
        seen(dossier_of("donbas-2017", "leader"), "cost", 1213.0, 6.0, (905.0, 3168.0)), "deaths", 3943.0, 19.0, (625.0, 11864.0)
    )
    short = "In nine runs of ten Washington spends 900 to 3,200 million dollars over three years. As often, 620 to 12,000 soldiers die on all sides."
    assert brief_of(dossier).points[2].says in (
        "On average Washington spends 1,200 million dollars over three years. Nine runs of ten lie between 900 and 3,200. On average 3,900 soldiers "
        "die on all sides. Nine runs of ten lie between 620 and 12,000.",
        short,
    )


def without_arms(difference: float, se: float) -> Dossier:
    """A war in which a plan with arms leads, beside itself without them."""
    dossier = dossier_of("donbas-2017", "leader")
    twin = TwinPair("abstain", "abstain (no arms)", "weighted", "objective", difference, se, without="arms", draws=512, lucks=4)
    return replace(dossier, matters=0.1, answers=(), findings=replace(dossier.findings, pairs=(twin,)))


@pytest.mark.parametrize(
    ("difference", "se", "said"),
    [
        (-0.113, 0.016, "Without its arms it does at least as well."),
        (-0.3, 0.016, "Without its arms it would surely be better."),
        (0.01, 0.016, "Without its arms it does as well."),
        (0.09, 0.05, "Whether without its arms it does as well cannot be told."),
        (0.3, 0.016, ""),
    ],
)
def test_a_plan_that_does_as_well_without_its_arms_says_so(difference: float, se: float, said: str) -> None:
    """By the paired difference and by what matters; nothing where its arms surely help."""
    assert brief_of(without_arms(difference, se)).arms == said


def test_what_the_theories_miss_stands_first() -> None:
    """Before all that the page rests on, and in the list below the answer."""
    dossier = dossier_of("donbas-2017", "leader")
    missed = RecordSeries("men", "thousand", 0, (1.0,) * 5, {}, {"spigot": 0.0, "inertia": 0.0}, title="men of Moscow")
    dossier = replace(dossier, records=(missed,))
    assert brief_of(dossier).rests_on[0] == "The theories miss the record of men of Moscow: all data lie outside their ranges."
    assert caveats(dossier)[0].startswith("The theories miss the record of men of Moscow: of 5 data none lies")
    assert "The theories miss" not in " ".join(brief_of(replace(dossier, records=())).rests_on)


def test_a_term_of_a_lead_can_be_said() -> None:
    """What there is more or less of, and chances of nouns."""
    said = {
        name: changed(term(name, (-1.0, 0.1), (0.3, 0.1)))
        for name in ("drawn-in", "direct-war", "deaths", "cost", "support-change")
    }
    assert said == {
        "drawn-in": "a lower chance of the owner being drawn in",
        "direct-war": "a lower chance of war between the patrons",
        "deaths": "fewer military dead",
        "cost": "less money spent by the owner",
        "support-change": "less support for the other side",
    }


def test_the_picture_says_what_it_shows() -> None:
    """Each plan with its loss and its worst theory; a plan that loses nothing anywhere has none."""
    plans = [PlanLoss("Arm & wait", 0.0, (("x", 0.0),)), PlanLoss("Wait", 1234.0, (("Moscow quits", 2000.0), ("y", 3.0)))]
    svg = loss_chart(plans, "soldiers' lives")
    assert "Arm &amp; wait 0; Wait 1200, at worst 2000 (Moscow quits)" in svg
    assert svg.count("<circle") == 4  # three theories and the legend


def test_regret_that_is_not_known_draws_no_picture() -> None:
    dossier = dossier_of("donbas-2017", "nothing")
    assert brief_of(replace(dossier, findings=replace(dossier.findings, regret=(regret_row("abstain", "spigot"),)))).picture is None

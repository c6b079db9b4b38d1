"""The package in a notebook: every command as a function that takes a name, a file or a scenario; results show themselves as small tables."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import countermove as cm
from countermove import door
from countermove.errors import DecisionError, ScenarioError
from countermove.questions.run.finding import Findings
from countermove.questions.run.run import Study
from countermove.world.shown import ROWS, WIDTH, Glance, Shown, brief, lead_text, told

HERE = Path(__file__).parent
SMALL = HERE / "transcripts" / "small.yaml"
TINY = cm.RunOptions(draws=16, lucks=1, full=False)
COMMANDS = ("check", "explain", "run", "weigh", "explore", "gaps", "claims", "readers", "search", "replay", "write_memo")
SCREEN = 4000  # characters


@pytest.fixture(scope="module")
def study() -> Study:
    """A run in earnest, by the path of its file."""
    return cm.run(SMALL, TINY)


def test_every_command_is_there() -> None:
    """By its own name, with a home that has it; the commands that are about a war take it first."""
    assert {"backtest", "compare", "verify", "load", "new", "SearchOptions", *COMMANDS} <= set(cm.__all__)
    for name in cm.__all__:
        assert getattr(cm, name) is not None and name in dir(cm)
    for name in COMMANDS:
        given = list(inspect.signature(getattr(cm, name)).parameters.values())
        assert given[0].name == "war" and all(
            one.default is not inspect.Parameter.empty for one in given[1:] if one.name != "address"
        )
        assert inspect.getdoc(getattr(cm, name))
        if name not in ("check", "explain", "replay"):
            assert given[1].name == "options" and given[-1].name == "progress"


def test_a_war_by_name_by_file_or_itself(study: Study) -> None:
    """The same run; and what is none of them is said in words."""
    again = cm.run(cm.read(str(SMALL)), TINY)
    assert [row.value for row in again.findings.regret] == [row.value for row in study.findings.regret]
    assert door.scenario_of("donbas-2017").scenario == "donbas-2017" and door.scenario_of(str(SMALL)) == door.scenario_of(SMALL)
    assert cm.explain("donbas-2017") == cm.explain(cm.read("donbas-2017"))
    assert cm.check(SMALL).ok and cm.check(cm.read(SMALL)).ok
    for what in (cm.run, cm.explore, cm.gaps, cm.claims, cm.readers, cm.search, cm.weigh, cm.explain):
        with pytest.raises(ScenarioError, match="there is no scenario of this name"):
            what("no-such-war")
        with pytest.raises(TypeError, match="a dict is no war: give a scenario, the name of a war that ships, or a file"):
            what({})  # pyright: ignore[reportArgumentType]


def test_refused_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """No readers to compare."""
    monkeypatch.setattr("countermove.questions.run.run.run_study", lambda *_, **__: pytest.fail("something was run"))
    with pytest.raises(DecisionError, match="there is nobody to compare"):
        cm.readers(SMALL)


def test_a_study_is_a_table_of_a_screen(study: Study) -> None:
    """With its errors; and so is all that hangs on it, down to the draws."""
    told = repr(study)
    assert told.splitlines()[0] == "small: 16 draws x 1 lucks, seed 0. Regret, in points"
    assert "theory" in told and "spigot" in told and "weighted" in told and told.count("±") == 2 * 3
    for one in (study, study.findings, study.runs, study.draws, study.program, study.program.scenario):
        assert len(repr(one)) < SCREEN, type(one)
    html = study._repr_html_()
    assert html.startswith("<table><caption>small: 16 draws") and html.count("<tr>") == 4 and len(html) < SCREEN
    bare = Findings(strategies=("a",), theories=("t",), weights={"t": 1.0}, measures=(), regret=(), verdicts=(), flips=())
    assert "1 entries" in repr(bare) or "t" in repr(bare)


def test_every_result_shows_itself() -> None:
    """The class of each answer: none writes out all of its numbers."""
    from countermove.memo.contents import Dossier
    from countermove.questions.backtest.finding import Backtest
    from countermove.questions.claims.finding import Ledger
    from countermove.questions.compare.finding import Compared
    from countermove.questions.explore.finding import Explored
    from countermove.questions.gaps.finding import GapsFound
    from countermove.questions.readers.finding import ReadersFound
    from countermove.questions.search.finding import SearchFound
    from countermove.questions.weigh.finding import Weighing

    for kind in (Study, Findings, Dossier, Explored, GapsFound, Ledger, ReadersFound, SearchFound, Compared, Weighing, Backtest):
        assert issubclass(kind, Shown) and kind.__repr__ is Shown.__repr__, kind


def test_gaps_and_claims_show_their_errors() -> None:
    """Made by hand."""
    from countermove.questions.gaps.finding import GapsFound, Money, StrategyGaps

    row = StrategyGaps("wait", False, {}, {"spigot": Money(1.234, 0.1)}, (), ())
    found = GapsFound("small", (row,), {"spigot": 1.0}, "priors", 64, 0, 1.0, {})
    assert "wait" in repr(found) and "1.23 ± 0.10" in repr(found) and "1.23 ± 0.10" in found._repr_html_()


def test_texts_of_strangers_are_no_markup() -> None:
    """A name from a file cannot put a script into a notebook; long rows and many rows are cut, and said to be."""
    glance = Glance("<b>", ("<i>",), tuple((f"<script>{number}" + "x" * 100,) for number in range(ROWS + 3)))
    html = glance.html()
    assert "<script>" not in html and "<b>" not in html and "&lt;script&gt;0" in html and "… and 3 more rows" in html
    assert max(map(len, glance.text().splitlines())) <= WIDTH and len(glance.text().splitlines()) == ROWS + 3


@pytest.mark.parametrize(
    ("value", "error", "plain", "lead"),
    [
        (1.234, 0.1, "1.23 ± 0.10", "1.23 ± 0.10"),
        (0.1, 0.2, "0.1 ± 0.2", "0.1 ± 0.2 (cannot tell)"),
        (1.0, float("nan"), "1, error not known", "1, error not known (cannot tell)"),
        (float("nan"), 0.1, "", ""),
        (0.0, 0.0, "0 ± 0", "0 ± 0"),
    ],
)
def test_a_number_and_its_error(value: float, error: float, plain: str, lead: str) -> None:
    """A lead within its error is said to be open."""
    assert (told(value, error), lead_text(value, error)) == (plain, lead)


def test_what_has_nothing_better_shows_its_fields() -> None:
    """In brief."""

    @dataclass(frozen=True, repr=False)
    class Odd(Shown):
        name: str
        many: tuple[int, ...]
        inner: Any

    assert repr(Odd("a\nb", (1,) * 1000, object())) == "Odd\nfield  value\nname   a\nmany   1000 entries\ninner  object"
    assert brief(()) == "none" and brief({"a": 1}) == "a" and brief(None) == "None"

"""Two scenarios side by side: what is written differently, what the answer was and is, and that the numbers are those of the runs."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.decision.findings import WEIGHTED
from countermove.decision.pairs import OBJECTIVE
from countermove.errors import DecisionError
from countermove.memo.beside import Asked, two_memos, write_beside
from countermove.memo.beside_page import (
    TwoMemos,
    answer,
    outcomes_table,
    points_table,
    regret_table,
    render_beside,
    what_changed,
    words_table,
)
from countermove.questions.compare.finding import ChangedOrder, Differs
from countermove.questions.options import RunOptions
from countermove.questions.run.run import run_study
from countermove.scenario.read import read, read_text
from countermove.world.certainty import most_of_none
from countermove.world.words import rarer_than

OPTIONS = RunOptions(draws=64, lucks=4, seed=2)
MORE = {"patrons.neighbour.baseline": "{lognormal: [9, 0.3], unit: thousand, source: judgement}"}
HEAVY = {"strategies.arm.says": "Everything at once.", "objective.values.deaths": "-5 per thousand"}


def small(**overrides: str) -> Asked:
    return Asked(read(str(SMALL_FILE), overrides=overrides), "small")


@pytest.fixture(scope="module")
def found() -> TwoMemos:
    return two_memos(small(), Asked(small(**MORE).scenario, "small with more"), OPTIONS)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main>") :])).split())


def test_the_numbers_are_those_of_the_runs(found: TwoMemos) -> None:
    """A and B over the weighted theories are what `run` finds for each; the change is their difference, with an error that pairing makes smaller."""
    means = []
    for side in (small(), small(**MORE)):
        study = run_study(side.scenario, replace(OPTIONS, full=False))
        means.append({(row.strategy, row.measure): (row.mean, row.se) for row in study.findings.measures if row.theory == WEIGHTED})
    smaller = 0
    for row in found.changes:
        (a, a_se), (b, b_se) = means[0][row.strategy, row.measure], means[1][row.strategy, row.measure]
        assert row.a == pytest.approx(a, rel=1e-5, abs=1e-7) and row.b == pytest.approx(b, rel=1e-5, abs=1e-7)
        assert row.change == pytest.approx(row.b - row.a, abs=1e-9)
        smaller += row.se < (a_se**2 + b_se**2) ** 0.5
    assert smaller > len(found.changes) / 2
    assert {row.measure for row in found.changes} >= {"settlement-by-24-months", "direct-war", "deaths", "cost"}


def test_measures_add_up_to_the_points(found: TwoMemos) -> None:
    """What each measure adds to the points of a plan is, together, the change of its points as `compare` finds it."""
    objective = found.b.study.program.scenario.objective
    assert objective is not None
    for row in found.compared.rows:
        if row.measure == OBJECTIVE and row.theory == WEIGHTED:
            parts = [
                objective.values[one.measure].points / objective.values[one.measure].per * one.change
                for one in found.changes
                if one.strategy == row.strategy and one.measure in objective.values
            ]
            assert sum(parts) == pytest.approx(row.difference, rel=1e-4, abs=1e-6)
    table = points_table(found)
    assert (
        table is not None
        and [row.head.text for row in table.rows][-1] == "Together"
        and len(table.rows) == len(objective.values) + 1
    )


def test_what_is_written_differently_is_said_in_words(found: TwoMemos) -> None:
    """One line for the one number, under the patron that it belongs to; none where nothing differs; a line that one side lacks."""
    (row,) = words_table(found).rows
    assert row.head.text == "Who supports whom" and row.cells[0].notes == ("neighbour supports rebels.",)
    assert "about 5 thousand" in row.cells[0].text and "about 9 thousand" in row.cells[1].text
    assert words_table(replace(found, b=found.a)).rows == ()
    more = read_text(
        SMALL_FILE.read_text(encoding="utf-8") + 'contingencies:\n  c: {if: "neighbour.rung >= overt-intervention", ask: More?}\n'
    )
    study = replace(found.b.study, program=replace(found.b.study.program, scenario=more))
    rows = [(row.head.text, row.cells[0].text) for row in words_table(replace(found, b=replace(found.b, study=study))).rows]
    assert ("What any plan has to answer", "–") in rows


def test_the_answer_in_a_sentence(found: TwoMemos) -> None:
    """It stands where the same plans lead; it changes where another does; who cannot be told apart is named together."""
    assert {one.index.leaders for one in (found.a, found.b)} == {("arm", "wait"), ("wait", "arm")}
    assert answer(found) == "The answer stands: in both, none of “Arm” and “Wait” can be called best."
    findings = found.b.study.findings
    (verdict,) = [row for row in findings.verdicts if row.theory == WEIGHTED]
    alone = replace(findings, verdicts=(replace(verdict, best="wait", other="arm", kind="better"),))
    other = replace(findings, verdicts=(replace(verdict, best="arm", other="wait", kind="better"),))
    told = [replace(found.b, study=replace(found.b.study, findings=one)) for one in (alone, other)]
    assert answer(replace(found, a=told[0], b=told[0])) == "The answer stands: in both, “Wait” looks best."
    assert answer(replace(found, a=told[0], b=told[1])) == "The answer changes: in A, “Wait” looked best; in B, “Arm” looks best."
    nothing = replace(found.b, study=replace(found.b.study, findings=replace(findings, verdicts=())))
    assert "no plans were compared" in answer(replace(found, b=nothing))


def test_the_page(found: TwoMemos) -> None:
    """Every part, in its order; nothing may be fetched or run; texts of files are texts."""
    html = render_beside(found)
    text = plain(html)
    parts = (
        "What the answer was: A",
        "What the answer is: B",
        "What is written differently",
        "Each plan, before and after",
        "What changed",
    )
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "default-src 'none'" in unescape(html) and "<script" not in html and not re.search(r"(src|href)=.?http", html)
    assert "It goes with “Support at the start, person-equivalents” of Neighbour (patron.baseline):" in text
    assert "The parts of the model in the order" in text and "Support given, Neighbour: +" in text and " in the middle, " in text
    turned = (ChangedOrder("spigot", "ranking", "“Arm” first", "“Wait” first"), ChangedOrder(WEIGHTED, "verdict", "x", "y"))
    only = (Differs("strategies", "do-it, wait", ""),)
    said = " ".join(what_changed(replace(found.compared, turned=turned, only=only)))
    assert "The ranking under “Gives whatever prevents defeat”: in A “Arm” first" in said
    assert (
        "The verdict over the weighted theories: in A x; in B y." in said
        and "Only A has the strategies “Do it” and “Wait”." in said
    )
    assert [row.head.text for row in regret_table(found).rows] and len(outcomes_table(found).rows) == len(found.changes)
    never = rarer_than(most_of_none(found.a.study.provenance.draws))
    none = [row for row in found.changes if row.unit == "probability" and row.a == row.b == row.se == 0]
    shown = [tuple(cell.text for cell in row.cells[1:]) for row in outcomes_table(found).rows]
    assert none and shown.count((never, never, "no change")) == len(none)
    nasty = replace(found, b=replace(found.b, label="<script>alert(1)</script>"))
    assert "<script>" not in render_beside(nasty) and "<script>alert(1)</script>" in plain(render_beside(nasty))


def test_two_that_do_not_value_the_same(tmp_path: Path) -> None:
    """Are still set side by side: the page says that points are not compared, and shows the outcomes."""
    made = two_memos(small(), small(**HEAVY), replace(OPTIONS, draws=16, lucks=1, full=False))
    assert points_table(made) is None and made.changes
    text = plain(render_beside(made))
    assert "The objectives differ: points are not compared." in text and "Everything at once." in text
    with pytest.raises(DecisionError, match="no strategy in common"):
        other = small().scenario
        renamed = other.model_copy(update={"strategies": {"x": other.strategies["wait"], "y": other.strategies["arm"]}})
        write_beside(small(), Asked(renamed, "renamed"), replace(OPTIONS, draws=16, lucks=1, full=False), tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One file, the same bytes again; what --set changes is changed in the other; what such a page does not have is refused."""
    monkeypatch.chdir(tmp_path)
    words = ["memo", str(SMALL_FILE), "--beside", str(SMALL_FILE), "--set", "clock.known-until=2029-11"]
    words += ["--draws", "16", "--lucks", "2", "--quick", "--json"]
    assert main(words) == 0
    assert '"page": "memos/small.beside.small.html"' in capsys.readouterr().out
    page = Path("memos/small.beside.small.html")
    assert [one.name for one in Path("memos").iterdir()] == [page.name]
    text = plain(page.read_text(encoding="utf-8"))
    assert (
        "B : small with clock.known-until=2029-11" in text and "decided November 2029" in text and "decided December 2029" in text
    )
    first = page.read_bytes()
    assert main(words) == 0 and page.read_bytes() == first
    assert main(["memo", str(SMALL_FILE), "--beside", str(SMALL_FILE), "--to", "a.pdf", "--for", "x"]) == 2
    assert "takes no --for and no --to" in capsys.readouterr().err

"""The package in a notebook: every command as a function that takes a name, a file or a scenario; results show themselves as small tables."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import countermove as cm
from builders.answers import gaps_found
from builders.places import SMALL_FILE
from countermove import door
from countermove.behaviour.table import THEORIES
from countermove.errors import DecisionError, ScenarioError
from countermove.questions.provenance import own_code
from countermove.questions.run.finding import Findings
from countermove.questions.run.run import Study
from countermove.world.display import Displayable, Result, brief
from countermove.world.tables import ROWS, WIDTH, Table

TINY = cm.RunOptions(draws=16, lucks=1, full=False)
COMMANDS = ("check", "explain", "run", "weigh", "explore", "gaps", "claims", "readers", "search", "solve", "replay", "write_memo")
QUESTIONS = (
    *(
        "backtest",
        "check",
        "claims",
        "compare",
        "explore",
        "gaps",
        "pool",
        "readers",
        "replay",
        "run",
        "score",
        "search",
        "solve",
        "study",
        "verify",
        "weigh",
    ),
)
PAGES = ("explain", "write_backtest", "write_beside", "write_memo")  # these answer with a text, or a file
GAMES = ("open_spiel_game", "pettingzoo_environment", "table_environment")  # these answer with a game for other people's solvers
UNITS = ("points", "in the unit", "counted from 1", "from 0 to 1", "units in the names", "unit that its line")
SCREEN = 4000  # characters


@pytest.fixture(scope="module")
def study() -> Study:
    """A run in earnest, by the path of its file."""
    return cm.run(SMALL_FILE, TINY)


def test_every_command_is_there() -> None:
    """By its own name, with a home that has it; the commands that are about a war take it first."""
    assert {"load", "new", "records", "SearchOptions", *COMMANDS} <= set(cm.__all__)
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
    again = cm.run(cm.read(str(SMALL_FILE)), TINY)
    assert [row.value for row in again.findings.regret] == [row.value for row in study.findings.regret]
    assert door.scenario_of("donbas-2017").scenario == "donbas-2017" and door.scenario_of(str(SMALL_FILE)) == door.scenario_of(
        SMALL_FILE
    )
    assert cm.explain("donbas-2017") == cm.explain(cm.read("donbas-2017"))
    assert cm.check(SMALL_FILE).ok and cm.check(cm.read(SMALL_FILE)).ok
    assert list(cm.check(SMALL_FILE).table.kind.unique()) == ["warning", "note"]
    for what in (cm.run, cm.explore, cm.gaps, cm.claims, cm.readers, cm.search, cm.solve, cm.weigh, cm.explain):
        with pytest.raises(ScenarioError, match="there is no scenario of this name"):
            what("no-such-war")
        with pytest.raises(TypeError, match="a dict is no war: give a scenario, the name of a war that ships, or a file"):
            what({})  # pyright: ignore[reportArgumentType]


def test_a_question_is_not_hidden_by_the_folder_of_its_name() -> None:
    """Whatever was loaded before: `cm.verify` is asked, and its room is imported from."""
    code = "import countermove.verify.line, countermove as cm; from countermove.verify import CHECKS; print(callable(cm.verify), len(CHECKS) > 9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_the_records_at_hand() -> None:
    """With their months; those that ship are among them."""
    table = cm.records().table.set_index("record")
    assert table.loc["donbas-2014-2017", "first month"] == "2014-04" and "donbas-2014-2017" in repr(cm.records())


def test_a_theory_of_ones_own_is_as_probable_as_those_written() -> None:
    """From Python as from a plugin: each patron but the owner may follow it."""
    own = replace(THEORIES["inertia"], name="mine")
    war = door.scenario_of(SMALL_FILE, [own])
    plain = cm.read(SMALL_FILE)
    rival = war.patrons[war.rival].theories
    weights = [one.weight for one in plain.patrons[war.rival].theories.values() if one.weight > 0]
    assert list(rival) == [*plain.patrons[war.rival].theories, "mine"] and rival["mine"].weight == sum(weights) / len(weights)
    assert war.patrons[war.owner] == plain.patrons[war.owner] and door.scenario_of(war, [own]) == war


def test_an_edited_theory_is_another_one() -> None:
    """Whatever was edited: what is kept for one is never given for the other."""
    known = THEORIES["spigot"]
    edits = {
        "drive": THEORIES["switching"].drive,
        "outlook": THEORIES["rational"].outlook,
        "answers": False,
        "shared": (),
        "parameters": (),
    }
    codes = [own_code(replace(known, **{name: value})) for name, value in edits.items()]
    assert own_code(known) == own_code(replace(known)) and len({own_code(known), *codes}) == len(edits) + 1


def test_refused_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """No readers to compare."""
    monkeypatch.setattr("countermove.questions.run.run.run_study", lambda *_, **__: pytest.fail("something was run"))
    with pytest.raises(DecisionError, match="there is nobody to compare"):
        cm.readers(SMALL_FILE)


def test_a_study_is_a_table_of_a_screen(study: Study) -> None:
    """With its errors; and so is all that hangs on it, down to the draws."""
    told = repr(study)
    assert told.splitlines()[0] == "small: 16 draws x 1 lucks, seed 0. Regret, in points"
    assert (
        "theory" in told and "Gives whatever" in told and "Weighted" in told and told.count("±") == 2 * 4 and "worst case" in told
    )
    for one in (study, study.findings, study.runs, study.draws, study.program, study.program.scenario):
        assert len(repr(one)) < SCREEN, type(one)
    html = study._repr_html_()
    assert html.startswith("<table><caption>small: 16 draws") and html.count("<tr>") == 5 and len(html) < SCREEN
    bare = Findings(strategies=("a",), theories=("t",), weights={"t": 1.0}, measures=(), regret=(), verdicts=(), flips=())
    assert "1 entries" in repr(bare) or "t" in repr(bare)


def results_of(name: str) -> tuple[type[Any], ...]:
    """The classes of what a question of the door answers."""
    written = inspect.signature(getattr(door, name)).return_annotation.split(" | ")
    body = ast.parse(inspect.getsource(door)).body
    whole = [inner for node in body for inner in (node.body if isinstance(node, ast.If) else [node])]
    imports = [node for node in whole if isinstance(node, ast.ImportFrom)]
    homes = {alias.asname or alias.name: (node.module or "", alias.name) for node in imports for alias in node.names}
    found: list[type[Any]] = []
    for one in written:
        first, _, rest = one.partition(".")
        module, inner = homes[first]
        found.append(getattr(import_module(f"{module}.{inner}" if rest else module), rest or inner))
    return tuple(found)


def test_a_question_has_a_room_and_a_place_in_the_door() -> None:
    """And what the door offers beside them is made of the same, or is no question."""
    rooms = {path.parent.name for path in (Path(door.__file__).parent / "questions").glob("*/__init__.py")}
    assert rooms <= set(QUESTIONS) and set(QUESTIONS) <= set(cm.__all__)
    assert {name for name in cm.__all__ if name not in cm.HOMES} == {*QUESTIONS, *PAGES, *GAMES}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_says_its_units_and_answers_with_a_table(name: str) -> None:
    """The class of each answer shows itself without writing out all of its numbers, has them as a table, and says what they are of."""
    told = inspect.getdoc(getattr(cm, name)) or ""
    assert any(unit in told for unit in UNITS) and "Raises" in told, name
    for kind in results_of(name):
        assert issubclass(kind, Result) and kind.__repr__ is Displayable.__repr__ and not inspect.isabstract(kind), kind
        assert inspect.getdoc(kind.cells) != inspect.getdoc(Result.cells), f"{kind} does not say what its rows are"


def test_a_picture_is_drawn_only_of_what_has_one(study: Study) -> None:
    """By the name of its file; the first one where none is named."""
    with_pictures = {kind for name in QUESTIONS for kind in results_of(name) if hasattr(kind, "plot")}
    assert {kind.__name__ for kind in with_pictures} == {"Study", "Explored", "Backtest", "Solved"}
    first = study.plot()
    assert first._repr_svg_().startswith("<svg") and first.svg == study.plot("months-rival-support").svg
    assert first.caption in repr(first) and first.data is not None and "q50 (thousand person-equivalents)" in first.data.columns
    with pytest.raises(DecisionError, match=r"no figure is called nothing\. There are months-rival-support, ") as caught:
        study.plot("nothing")
    assert "months-held" in str(caught.value)


def test_a_picture_can_be_kept(study: Study, tmp_path: Path) -> None:
    """As a file of its own."""
    path = study.plot("months-deaths").save(tmp_path / "figures" / "deaths.svg")
    assert path.read_text(encoding="utf-8") == study.plot("months-deaths").svg


def test_a_run_is_a_tidy_table(study: Study) -> None:
    """One row a cell, with its error and unit; the numbers are those of the findings."""
    table = study.table
    assert list(table.columns) == ["strategy", "theory", "measure", "unit", "mean", "se", "q05", "q50", "q95"]
    assert not table.duplicated(["strategy", "theory", "measure"]).any()
    for row in study.findings.regret:
        here = table[(table.strategy == row.strategy) & (table.theory == row.theory)].set_index("measure")
        assert (
            here.loc["regret", "mean"] == row.regret
            and here.loc["regret", "se"] == row.se
            and here.loc["regret", "unit"] == "points"
        )
        assert here.loc["objective", "mean"] == row.value
    assert (table.unit[table.measure == "cost"] == "million USD").all()


def test_a_run_can_be_kept(tmp_path: Path) -> None:
    """In the folder of its options, whole, for `load` and `compare`; nothing of the work is left beside it."""
    place = tmp_path / "runs" / "small"
    found = cm.run(SMALL_FILE, replace(TINY, out=place))
    assert len(cm.load(place).outcomes(["deaths"])) == 16 * len(found.runs.outcomes)
    assert [path.name for path in place.parent.iterdir()] == ["small"]
    assert cm.compare(place, place, quick=True).identical


def test_gaps_and_claims_show_their_errors() -> None:
    """Made by hand."""
    from countermove.questions.gaps.finding import Money, StrategyGaps

    row = StrategyGaps("wait", False, {}, {"spigot": Money(1.234, 0.1)}, (), ())
    found = gaps_found((row,), {"spigot": 1.0})
    assert "Wait" in repr(found) and "1.23 ± 0.10" in repr(found) and "1.23 ± 0.10" in found._repr_html_()


def test_texts_of_strangers_are_no_markup() -> None:
    """A name from a file cannot put a script into a notebook; long rows and many rows are cut, and said to be."""
    preview = Table.of("<b>", ("<i>",), ((f"<script>{number}" + "x" * 100,) for number in range(ROWS + 3)))
    html = preview.html()
    assert "<script>" not in html and "<b>" not in html and "&lt;script&gt;0" in html and "… and 3 more rows" in html
    assert max(map(len, preview.text().splitlines())) <= WIDTH and len(preview.text().splitlines()) == ROWS + 3


def test_what_has_nothing_better_shows_its_fields() -> None:
    """In brief."""

    @dataclass(frozen=True, repr=False)
    class Odd(Displayable):
        name: str
        many: tuple[int, ...]
        inner: Any

    assert repr(Odd("a\nb", (1,) * 1000, object())) == "Odd\nfield  value\nname   a\nmany   1000 entries\ninner  object"
    assert brief(()) == "none" and brief({"a": 1}) == "a" and brief(None) == "None"

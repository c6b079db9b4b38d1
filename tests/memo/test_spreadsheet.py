"""The memo as a spreadsheet, read back by openpyxl: numbers as they were found, texts as texts, names that Excel takes, the same bytes."""

from __future__ import annotations

import io
import math
import re
import time
import zipfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from builders import dossier_example as example
from builders.answers import gap, gaps_found
from builders.dossier_example import dossier
from builders.findings import findings, made
from builders.wars import compiled
from countermove.decision.findings_values import OWN
from countermove.memo.dossier import build
from countermove.memo.export import write_copy
from countermove.memo.spreadsheet import spreadsheet
from countermove.questions.gaps.finding import Interval, Money, StrategyGaps
from countermove.questions.people import titles_of
from countermove.scenario.places import shipped
from countermove.store.workbook import LONGEST, Sheet, sheet_names, workbook

Rows = list[dict[str, Any]]


@lru_cache(maxsize=1)
def book() -> Any:
    return openpyxl.load_workbook(io.BytesIO(spreadsheet(dossier())))


def rows(sheet: str, of: Any = None) -> Rows:
    """A sheet as rows by the names of its columns."""
    heads, *lines = (of or book())[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def digits(value: float) -> float:
    """With the sixteen figures that a cell has."""
    return float(f"{value:.16G}")


def test_numbers_are_numbers_and_those_that_were_found() -> None:
    """Every mean, quantile and error of every measure, every regret, every lead, to sixteen figures; n is what was run."""
    found, sizes = dossier().findings, dossier().provenance
    told = {(row["strategy"], row["theory"], row["measure"], row["number"]): row for row in rows("measures")}
    assert len(told) == len(rows("measures"))
    counted = 0
    for one in found.measures:
        for number, value in (("mean", one.mean), ("q05", one.q05), ("q50", one.q50), ("q95", one.q95)):
            if math.isnan(value):
                continue
            row = told[one.strategy, one.theory, one.measure, number]
            assert isinstance(row["value"], (int, float)) and row["value"] == digits(value) and row["unit"] == (one.unit or None)
            assert row["error"] == (digits(one.se) if number == "mean" and not math.isnan(one.se) else None)
            assert row["n"] == sizes.draws * sizes.lucks * (len(found.theories) if one.theory == "weighted" else 1)
            counted += 1
    assert counted == len(told) > 1000
    regret = {
        (row["strategy"], row["theory"], row["number"]): (row["value"], row["error"]) for row in rows("expected points and regret")
    }
    assert all(regret[one.strategy, one.theory, "regret"] == (digits(one.regret), digits(one.se)) for one in found.regret)
    leads = {row["theory"]: (row["strategy"], row["over"], row["value"], row["verdict"]) for row in rows("leads")}
    assert leads == {one.theory: (one.best, one.other, digits(one.difference), one.kind) for one in found.verdicts}
    assert {row["values of"] for row in rows("whose values") if row["values"] == OWN} == {dossier().owner}


def test_every_table_is_tidy_and_every_kind_of_number_is_there() -> None:
    """One head over each column, no row without a number; what each finding has is on a sheet of its own; the first sheet lists them all."""
    names = book().sheetnames
    assert names[0] == "about" and names[-1] == "definitions"
    for sheet in book():
        heads = [cell.value for cell in sheet[1]]
        assert all(heads) and len(heads) == len(set(heads)) and sheet.freeze_panes == "A2"
        if "value" in heads:
            assert all(isinstance(row["value"], (int, float)) and row["number"] for row in rows(sheet.title))
    about = {row["what"]: row["text"] for row in rows("about")}
    assert {what.removeprefix("sheet ") for what in about if what.startswith("sheet ")} == set(names[1:-1])
    assert about["hash of the scenario"] == dossier().provenance.scenario_hash and about["seed"] == str(dossier().provenance.seed)
    found = dossier().findings
    sheets = {
        "terms": "lead by measure",
        "flips": "flip points",
        "omega": "offset",
        "pairs": "plans and their twins",
        "camps": "arms or none",
    }
    sheets |= {
        "sweep": "hazard of a clash",
        "drift": "drift without aid",
        "dials": "lead by dial",
        "arms": "worth of arms",
        "spread": "what parts the plans",
    }
    for field, sheet in sheets.items():
        assert len(rows(sheet)) >= len([one for one in getattr(found, field) if getattr(one, "weight", 0.0) is not None])


def test_words_are_defined() -> None:
    """Every measure, plan and theory that a sheet names, and every column that several have."""
    defined = {(row["kind"], row["identifier"]) for row in rows("definitions")}
    for kind in ("measure", "strategy", "theory"):
        named = {row[kind] for sheet in book() for row in rows(sheet.title) if kind in row} - {"weighted", "objective"}
        assert named <= {name for of, name in defined if of == kind}
    assert {("column", name) for name in ("value", "error", "low", "high", "unit", "n", "number")} <= defined


def test_texts_of_strangers_stay_texts() -> None:
    """Whatever they begin with: no formula, no link, no number, and markup as it was written."""
    nasty = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "{=1}", "https://example.org", "007", "<b>&amp;", "\x01=1")
    plans = tuple(replace(dossier().strategies[0], says=text) for text in nasty)
    strange = replace(dossier(), title=nasty[0], strategies=plans, references=tuple((text, text) for text in nasty))
    data = spreadsheet(strange)
    read = openpyxl.load_workbook(io.BytesIO(data))
    assert [row["reference"] for row in rows("references", read)][:8] == list(nasty[:8])
    for sheet in read:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f" and cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        assert not any(b"<f>" in whole.read(name) or b"hyperlink" in whole.read(name) for name in whole.namelist())
    spreadsheet(example.hostile())


def test_the_same_memo_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At another time too: nothing in it tells when it was written."""
    first = spreadsheet(dossier())
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    path = write_copy(dossier(), "", tmp_path / "a.html", tmp_path / "deep" / "a.XLSX")
    assert path.read_bytes() == first and [one.name for one in path.parent.iterdir()] == ["a.XLSX"]
    with zipfile.ZipFile(io.BytesIO(first)) as whole:
        assert {one.date_time for one in whole.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert re.findall(rb"\d{4}-\d\d-\d\dT[\d:]*", whole.read("docProps/core.xml")) == [b"1980-01-01T00:00:00"] * 2


def test_names_of_sheets_are_those_that_excel_takes() -> None:
    """31 letters, none that is forbidden, no two alike, whatever they are made of."""
    names = sheet_names(["a" * 40, "A" * 40, "a/b:c*?[d]\\", "'quoted'", "History", "", "  ", "a" * 40])
    assert names == ["a" * 31, "A" * 29 + " 2", "a b c d", "quoted", "History 2", "table", "table 2", "a" * 29 + " 3"]
    assert_taken(names)
    workbook([Sheet(name, ("x",), ((1.0,),)) for name in ("a" * 40, "a" * 40)], "")


def assert_taken(names: list[str]) -> None:
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= LONGEST and not re.search(r"[\[\]:*?/\\]", name) and name.strip("'") == name


def test_a_gap_and_its_cost() -> None:
    """A chance with its interval, a cost with its error; a plan's silences together stand as one question."""
    chance, cost = {"weighted": Interval(0.2, 0.1, 0.3)}, {"weighted": Money(1.5, 0.25)}
    open_question = gap(chance, question="Kyiv asks for more?", costs=cost)
    plan = StrategyGaps("javelins", False, chance, cost, (open_question,), ())
    asked_of = replace(dossier(), answers=(gaps_found((plan,), {"weighted": 1.0}),))
    told = rows("unanswered questions", openpyxl.load_workbook(io.BytesIO(spreadsheet(asked_of))))
    columns = ("strategy", "theory", "question", "number", "value", "error", "low", "high", "unit")
    asked, priced = "chance to be asked, nothing said", "cost of the silence"
    assert [tuple(row[column] for column in columns) for row in told] == [
        ("javelins", "weighted", question, *numbers)
        for question in ("any of them", "Kyiv asks for more?")
        for numbers in ((asked, 0.2, None, 0.1, 0.3, "0-1"), (priced, 1.5, 0.25, None, None, "points"))
    ]


@pytest.mark.parametrize("war", shipped("scenarios", ".yaml"))
def test_every_war_has_sheets_that_excel_takes(war: str) -> None:
    """Read back under names of 31 letters at most, each once; plans and theories by the titles of the war."""
    program = compiled(war)
    found = findings(tuple(program.scenario.strategies), program.theory_names)
    data = spreadsheet(build(program, replace(found, titles=titles_of(program)), made(scenario=war, months=60), ()))
    read = openpyxl.load_workbook(io.BytesIO(data))
    assert_taken(read.sheetnames)
    told = {(row["theory"], row["theory title"]) for row in rows("measures", read)} - {
        ("weighted", "All theories by their weights")
    }
    assert told and all(title == program.titles.theory(name) for name, title in told)

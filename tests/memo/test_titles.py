"""People read titles: no name of a plan, a theory, a question, a claim or a reader of any shipped war stands where somebody reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from typer.testing import CliRunner

from builders.findings import made, offset
from builders.outcomes import runs
from builders.wars import compiled
from countermove.behaviour.table import THEORIES
from countermove.cli.main import application
from countermove.cli.summary import show_study
from countermove.decision.findings import Drift, Provenance, SweepRow, TwinPair
from countermove.engine.program import Program
from countermove.memo import render
from countermove.memo.dossier import build
from countermove.plain import as_json
from countermove.questions.run.finding import Findings
from countermove.questions.run.run import Study, findings_of
from countermove.shelf import shelf
from countermove.world.measure import MEASURE, MEASURE_NAMES
from countermove.world.titles import UNTITLED, title_of

WARS = sorted({path.stem for folder in shelf("scenarios") for path in folder.glob("*.yaml")})
HIDDEN = ("style", "script")  # what scripts show is looked at in a browser: tests/memo/test_bent_page.py
TYPED = ("--strategy takes", "--theory takes")  # the rows that say what is typed


class Texts(HTMLParser):
    """What a reader of a page sees or is told, piece by piece; without the rows that say what is typed, and the list of references."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0
        self._section = ""
        self._typed = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Styles and data of scripts are no text; what is told of a picture is."""
        given = dict(attrs)
        self._hidden += tag in HIDDEN
        self._section = given.get("aria-labelledby") or "" if tag == "section" else self._section
        self._typed = False if tag == "tr" else self._typed
        self.found.append(given.get("aria-label") or "")

    def handle_endtag(self, tag: str) -> None:
        """Back from a style or a script."""
        self._hidden -= tag in HIDDEN

    def handle_data(self, data: str) -> None:
        """A text."""
        self._typed = self._typed or data.strip() in TYPED
        if not (self._hidden or self._typed or self._section in ("references", "assumptions")):
            self.found.append(data)


def names(program: Program) -> tuple[str, ...]:
    """What nobody should read: names with a hyphen, and those of theories, of which none is a word in a sentence.

    A question may be called as a measure is, and the table of all measures says what files call them.
    """
    scenario = program.scenario
    own = (*scenario.strategies, *scenario.contingencies, *scenario.claims, *scenario.readers)
    return (*(name for name in own if "-" in name and name not in MEASURE), "inertia", "richardson", "opportunist")


def read_by_people(name: str, texts: list[str]) -> list[str]:
    """Where a name stands by itself: not as a part of another, or of a file's name."""
    return [text for text in texts if re.search(rf"(?<![\w./-]){name}(?![\w./-])", text)]


def invented(program: Program) -> Findings:
    """Findings of runs that nobody played, of all plans and theories of a war, with everything that is told of them."""
    generator = np.random.default_rng(1)
    plans, theories = program.strategy_names, program.theory_names
    played = runs(
        {
            (plan, theory): generator.gamma(2, 1, (len(MEASURE_NAMES), 32, 2)).astype(np.float32)
            for plan in plans
            for theory in theories
        },
        bands={(plan, theory): generator.gamma(2, 1, (60, 1, 5)).cumsum(axis=2) for plan in plans for theory in theories},
        band_names=("rival support",),
        paths=64,
    )
    weights = {theory.name: weight for theory, weight in zip(program.theories, program.weights, strict=True)}
    found, _ = findings_of(program, played, weights)
    every = [(plan, theory) for plan in plans for theory in theories]
    return replace(
        found,
        omega=tuple(offset(0.4, 0.01, strategy=plan, theory=theory) for plan, theory in every),
        pairs=tuple(
            TwinPair(plan, f"{plan}-bare", theory, "objective", difference=0.4, se=0.01, without="arms", own=0.1, own_se=0.01)
            for plan, theory in every
        ),
        sweep=tuple(
            SweepRow(factor, plan, "weighted", clash=0.1, direct_war=0.1, regret=k * 0.5, regret_se=0.01)
            for k, plan in enumerate(plans)
            for factor in (0.1, 1.0)
        ),
        drift=tuple(Drift(theory, 0.1, 0.0, 0.2) for theory in theories),
    )


@dataclass(frozen=True)
class Shown:
    """As much of a study as `run` shows."""

    program: Program
    findings: Findings
    provenance: Provenance
    warnings: tuple[str, ...] = ()
    drawable = Study.drawable


@pytest.mark.parametrize("war", WARS)
def test_a_page_has_titles(war: str) -> None:
    program = compiled(war)
    found = invented(program)
    texts = Texts(render(build(program, found, made(), ()))).found
    assert len(texts) > 500
    for name in names(program):
        assert read_by_people(name, texts) == []
    for plan in program.scenario.strategies:
        assert any(found.titles.strategy(plan) in text for text in texts)


@pytest.mark.parametrize("war", WARS)
def test_run_prints_titles(war: str, capsys: pytest.CaptureFixture[str]) -> None:
    program = compiled(war)
    found = invented(program)
    show_study(cast("Any", Shown(program, found, made())))
    said, _, typed = capsys.readouterr().out.partition("--strategy takes ")
    for name in names(program):
        assert read_by_people(name, said.splitlines()) == []
    assert all(f"{plan} ({found.titles.strategy(plan)})" in typed.replace("\n", " ") for plan in program.strategy_names)


@pytest.mark.slow
@pytest.mark.parametrize("war", WARS)
def test_a_whole_memo_has_titles(war: str, tmp_path: Path) -> None:
    """With the replay, the gaps, the claims and all that is explored: played, and not invented."""
    size = ("--draws", "64", "--lucks", "2", "--quick", "--quiet", "--out", str(tmp_path))
    result = CliRunner().invoke(application(), ["memo", war, *size])
    assert result.exit_code == 0, result.output
    texts = Texts((tmp_path / f"{war}.html").read_text(encoding="utf-8")).found
    for name in names(compiled(war)):
        assert read_by_people(name, texts) == []


def test_names_stay_in_findings_and_json() -> None:
    program = compiled("donbas-2017")
    found = invented(program)
    assert found.strategies == program.strategy_names
    assert {row[0] for row in found.cells().rows} == set(program.strategy_names)
    assert "titles" not in as_json(found)
    assert {row["strategy"] for row in as_json(found)["measures"]} == set(program.strategy_names)


def test_titles_in_a_sentence() -> None:
    titles = replace(UNTITLED, theories={name: one.title for name, one in THEORIES.items()}, patron="Moscow")
    assert titles.true("pressure") == "Moscow quits when it hurts"
    assert titles.true(["pressure", "spigot"]) == "Moscow quits when it hurts or gives whatever prevents defeat"
    assert titles.true(["pressure", "thrift"]) == "“Quits when it hurts” or “Thrift” is true"
    assert replace(titles, patron="").true("inertia") == "“Carries on as before” is true"
    assert titles.say_strategies(("arms-for-talks", "wait")) == "“Arms for talks” and “Wait”"
    assert (titles.theory("spigot"), titles.strategy("a-b"), title_of("heavy-lethal")) == (
        "Gives whatever prevents defeat",
        "A b",
        "Heavy lethal",
    )
    assert replace(titles, readers={"supporter": "The supporter"}).say_person("supporter") == "“The supporter”"
    assert titles.say_person("Washington") == "Washington"


def test_every_theory_has_a_title() -> None:
    """As a clause after the patron's name, of its own."""
    clauses = [theory.title for theory in THEORIES.values()]
    assert all(re.fullmatch(r"[a-z][a-z ]+", clause) for clause in clauses) and len(set(clauses)) == len(clauses)

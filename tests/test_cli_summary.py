"""What `run` prints of a study: outcomes in people's units, who leads and why, the leader first; from made-up findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from test_dossier_text import findings, made

from countermove.cli.summary import show_study
from countermove.engine.program import Program, compile_scenario
from countermove.scenario.read import read
from countermove.world.findings import Findings, Flip, Provenance, Term, Verdict

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Shown:
    """As much of a study as is shown."""

    program: Program
    findings: Findings
    provenance: Provenance
    warnings: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def war() -> Program:
    """The small war of the tests."""
    return compile_scenario(read(HERE / "war.yaml"))


def printed(war: Program, found: Findings, capsys: pytest.CaptureFixture[str], **changes: Any) -> str:
    """What is printed."""
    show_study(cast("Any", Shown(war, found, made(**changes))))
    return capsys.readouterr().out


def test_outcomes_stand_first_in_peoples_units(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """`run` printed regret and no outcomes."""
    said = printed(war, findings(), capsys)
    table = said[: said.index("Regret:")]
    for label in (
        "settled in 24 months",
        "patrons at war",
        "military dead",
        "civilian dead",
        "million USD spent",
        "talks (0-1)",
        "drawn in",
    ):
        assert f"\n {label} " in table, label
    assert "18.0% ± 0.4%" in table


def test_the_leader_stands_first(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    second = tuple(replace(row, regret=0.5 if row.strategy == "arm" else 0.0) for row in findings().regret)
    heads = [
        line.split() for line in printed(war, findings(regret=second), capsys).splitlines() if "wait" in line and "arm" in line
    ]
    assert heads[0] == ["outcome", "wait", "arm"]


def test_why_it_leads(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    terms = (Term("arm", "wait", "deaths", -520, 30, 0.26, 0.015),)
    said = printed(war, findings(terms=terms), capsys)
    assert "arm looks best, 0.31 ± 0.02 points above wait (as much as 620 military dead)." in said
    assert "The lead of arm over wait is made by deaths (520 ± 30 persons less), 0.26 points." in said


def test_what_cannot_be_told_is_not_printed_as_a_number(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """A mean within its error, and an event of none of 64 draws."""
    rows = tuple(
        replace(row, mean=10.0, se=40.0)
        if row.measure == "cost"
        else replace(row, mean=0.0, se=0.0)
        if row.measure == "direct-war"
        else row
        for row in findings().measures
    )
    said = printed(war, findings(measures=rows), capsys, draws=64)
    assert "\n million USD spent\n" in said and "where a cell is empty the runs cannot tell" in said
    assert "0% (<5.6%)" in said


def test_a_short_clock_has_no_later_settlement(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(war, findings(), capsys, months=12)
    assert "settled in 12 months" in said and "24 months" not in said.replace("24 months: ", "")


def test_a_tie_is_told_as_a_tie(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """ "Between 1 other pairs of theories one plan scores above the other however the weight is divided" was told of a tie."""
    same = Flip(
        ("spigot", "pressure"), ("arm", "wait"), None, float("nan"), "arm and wait score the same under spigot and under pressure."
    )
    open_ = replace(same, sentence="The runs cannot tell ...", cannot_tell=True)
    tie = (Verdict("weighted", "arm", "wait", 0.0, 0.0, 0.1, "no material difference", "Over the weighted theories, the same."),)
    said = printed(war, findings(verdicts=tie, flips=(same, open_)), capsys)
    assert "no strategy can be called best: arm and wait score the same." in said
    assert (
        "  - arm and wait score the same under spigot and under pressure.\n  - For one pair of theories the runs cannot tell"
        in said
    )
    many = printed(war, findings(flips=(same,) * 5 + (open_,) * 2), capsys)
    assert "For 5 more pairs of theories no division of the weight changes the order by what matters." in many
    assert "For 2 pairs of theories the runs cannot tell where the order changes, or whether it does." in many

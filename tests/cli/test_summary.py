"""What `run` prints of a study: outcomes in people's units, who leads and why, the leader first; from made-up findings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from builders.findings import findings, made, term, verdict
from countermove.cli.summary import show_study
from countermove.decision.findings import Flip, Provenance
from countermove.engine.program import Program
from countermove.questions.run.finding import Findings
from countermove.questions.run.run import Study
from countermove.world.measure import MEASURE_NAMES, MEASURES, titled, titled_in_unit
from countermove.world.words import capitalized


@dataclass(frozen=True)
class Displayable:
    """As much of a study as is shown."""

    program: Program
    findings: Findings
    provenance: Provenance
    warnings: tuple[str, ...] = ()
    drawable = Study.drawable


def printed(war: Program, found: Findings, capsys: pytest.CaptureFixture[str], **changes: Any) -> str:
    """What is printed."""
    show_study(cast("Any", Displayable(war, found, made(**changes))))
    return capsys.readouterr().out


def test_outcomes_stand_first_in_peoples_units(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """`run` printed regret and no outcomes."""
    said = printed(war, findings(), capsys)
    table = said[: said.index("Regret:")]
    for label in (
        "settlement within 24 months",
        "war between the patrons",
        "military dead",
        "civilian dead",
        "money spent by the owner (million USD)",
        "health of the talks (0-1)",
        "owner drawn in",
    ):
        assert f"\n {capitalized(label)} " in table, label
    assert "18.0% ± 0.4%" in table


def test_the_leader_stands_first(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    second = tuple(replace(row, regret=0.5 if row.strategy == "arm" else 0.0) for row in findings().regret)
    heads = [
        line.split() for line in printed(war, findings(regret=second), capsys).splitlines() if "Wait" in line and "Arm" in line
    ]
    assert heads[0] == ["measure", "Wait", "Arm"]


def test_why_it_leads(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    terms = (term("deaths", (-520, 30), (0.26, 0.015)),)
    said = printed(war, findings(terms=terms), capsys)
    assert "“Arm” looks best, 0.31 ± 0.02 points above “Wait” (as much as 620 military dead)." in said
    assert "The lead of “Arm” over “Wait” is made by military dead (520 ± 30 persons less), 0.260 ± 0.015 points." in said


def test_what_cannot_be_told_is_not_printed_as_a_number(
    war: Program, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mean within its error, and an event of none of 64 draws."""
    monkeypatch.setenv("COLUMNS", "120")  # where no row is broken
    rows = tuple(
        replace(row, mean=10.0, se=40.0)
        if row.measure == "cost"
        else replace(row, mean=0.0, se=0.0)
        if row.measure == "direct-war"
        else row
        for row in findings().measures
    )
    said = printed(war, findings(measures=rows), capsys, draws=64)
    (cost,) = re.findall(r"\n Money spent by the owner \(million USD\) (.*)", said)
    assert cost.split() == ["cannot", "tell"] * 2 and "fewer than 1 in 17" in said


def test_one_run_tells_nothing(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """And no number without its error is printed as an outcome."""
    rows = tuple(replace(row, se=float("nan")) for row in findings().measures)
    tie = (verdict("cannot tell", 0.5, float("nan"), sentence="."),)
    said = printed(war, findings(measures=rows, verdicts=tie), capsys, draws=1)
    assert "What happens under each plan cannot be told" in said and "ettlement within" not in said
    assert "Between “Arm” and “Wait” lie 0.5 points, error not known." in said


def test_a_short_clock_has_no_later_settlement(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(war, findings(), capsys, months=12)
    assert "Settlement within 12 months" in said and "24 months" not in said.replace("24 months: ", "")


def test_a_tie_is_told_as_a_tie(war: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """ "Between 1 other pairs of theories one plan scores above the other however the weight is divided" was told of a tie."""
    same = Flip(
        ("spigot", "pressure"), ("arm", "wait"), None, float("nan"), "arm and wait score the same under spigot and under pressure."
    )
    open_ = replace(same, sentence="The runs cannot tell ...", cannot_tell=True)
    tie = (verdict("no material difference", 0.0, 0.0, sentence="Over the weighted theories, the same."),)
    said = printed(war, findings(verdicts=tie, flips=(same, open_)), capsys)
    assert "no strategy can be called best: “Arm” and “Wait” score the same." in said
    assert (
        "  - arm and wait score the same under spigot and under pressure.\n  - For one pair of theories the runs cannot tell"
        in said
    )
    many = printed(war, findings(flips=(same,) * 5 + (open_,) * 2), capsys)
    assert "  - For 5 pairs of theories no division of the weight changes the order by what matters." in many
    turned = replace(same, weight=0.4, se=0.1, sentence="Turned.")
    assert "  - Turned.\n  - For 5 more pairs of theories" in printed(war, findings(flips=(turned,) + (same,) * 5), capsys)
    assert "For 2 pairs of theories the runs cannot tell where the order changes, or whether it does." in many


def test_every_measure_has_a_title_of_its_own_in_words() -> None:
    """Rows were called `support-change (thousand person-equivalents)` and `territory (share)` beside others in plain words."""
    titles = [measure.title for measure in MEASURES]
    assert len(set(titles)) == len(titles) and all(re.fullmatch(r"[a-z][a-z0-9' ]+", title) for title in titles)
    assert not {title for title in titles if title in MEASURE_NAMES}
    assert titled_in_unit("territory") == "ground held by the owner's client"
    assert titled_in_unit("support-change") == "change of the rivals' support (thousand person-equivalents)"
    assert titled_in_unit("objective") == titled("objective") == "objective"

"""What page one says of a lead: nobody leads in a tie, no theory counts where it cannot be told, no horizon is beyond the clock."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from builders.findings import EIGHT, findings, made, offset, term, verdict
from countermove.decision.findings import SweepRow, Verdict
from countermove.engine.program import Program
from countermove.memo.sentences import NOTHING_WEIGHED, bottom_line
from countermove.questions.people import people
from countermove.questions.run.finding import Findings
from countermove.questions.run.findings_index import FindingsIndex, VerdictWeights
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.scenario.schema import Objective, Worth
from countermove.show.lives_and_money import as_much_as, in_lives_or_money
from countermove.world.certainty import VerdictKind, leaders, ratio_certainty, surely_differ


def told(war: Program, found: Findings, says: MemoWeighing = NOTHING_WEIGHED, months: int = 36) -> tuple[str, ...]:
    """The bottom line, of 1024 draws."""
    return bottom_line(war, people(war), FindingsIndex(found, draws=1024, months=months), made(months=months), says)


def judged(*rows: tuple[str, VerdictKind, float, float]) -> tuple[Verdict, ...]:
    """arm against wait under theories, as (theory, kind, difference, error)."""
    return tuple(verdict(kind, gap, se, theory=theory) for theory, kind, gap, se in rows)


# --- ties -------------------------------------------------------------------------------------------------------------


def test_of_a_tie_no_lead_is_told(war: Program) -> None:
    """ "A lead of wait under the true theory is almost certain (100% of the weight)" was told of the same plan twice."""
    rows = judged(*((name, "no material difference", 0.0, 0.0) for name in (*EIGHT, "weighted")))
    line = told(war, findings(verdicts=rows))[0]
    assert "no strategy can be called best: “Arm” and “Wait” score the same." in line
    assert "Under none of the theories does one strategy lead all others." in line
    assert (
        "Between two theories they change places, and the nearest flip point is this: arm is best unless spigot has more than 62%"
        in line
    )
    assert not re.search(r"looks best|a lead of|0\.00|points above", line)


def test_weights_are_said_apart(war: Program) -> None:
    """Only "better" is a lead; of the memo of the Donbas 88% of the weight held the two other verdicts, and were counted as leads."""
    kinds: tuple[VerdictKind, ...] = ("better", *("no material difference",) * 4, *("cannot tell",) * 3)
    rows = judged(*((name, kind, 0.2, 0.02) for name, kind in zip(EIGHT, kinds, strict=True)), ("weighted", "better", 0.31, 0.02))
    found = findings(verdicts=rows)
    assert FindingsIndex(found).standing("arm") == VerdictWeights(0.125, 0.0, 0.5, 0.375)
    line = told(war, found)[0]
    assert "A lead of “Arm” under the true theory is very unlikely (12.5% of the weight)." in line
    assert "50% of the weight holds no material difference and of 37.5% of the weight the runs cannot tell." in line


def test_the_one_behind_is_behind(war: Program) -> None:
    assert FindingsIndex(findings()).standing("wait") == VerdictWeights(0.125, 0.875, 0.0, 0.0)
    tied = judged(*((name, "cannot tell", 0.1, 0.05) for name in EIGHT))
    assert FindingsIndex(findings(verdicts=tied)).standing("wait") == VerdictWeights(0.0, 0.0, 0.0, 1.0)
    assert FindingsIndex(findings(verdicts=judged(("inertia", "better", 0.3, 0.01)))).standing("arm") is None


@pytest.mark.parametrize("kind", ["no material difference", "cannot tell"])
def test_all_who_tie_are_named(war: Program, kind: VerdictKind) -> None:
    """In the risk, the trap and the silences too, with the lowest and the highest figure."""
    lines = told(war, findings(verdicts=(verdict(kind, 0.04),)))
    for line in (lines[0], lines[2], lines[3], lines[4]):
        assert "“Arm” or “Wait”" in line or "“Arm” from “Wait”" in line or "between “Arm” and “Wait”" in line
    assert "under “Arm” or “Wait” runs from very unlikely to unlikely (lowest 18.0% ± 0.4%; highest 23.0% ± 0.4%)" in lines[2]
    three = findings(("arm", "hold", "wait"))
    rows = tuple(verdict(kind, 0.02, 0.03, other=other) for other in ("hold", "wait"))
    assert "under any of the 3 strategies not told apart" in told(war, replace(three, verdicts=rows))[2]


def test_of_the_sweep_all_who_tie_are_named(war: Program) -> None:
    """A difference within its error moves no lead."""
    sweep = tuple(
        SweepRow(
            f, s, "weighted", clash=0.02, direct_war=0.004, regret=regret, regret_se=0.04, clash_se=0.001, direct_war_se=0.0005
        )
        for f in (0.1, 10.0)
        for s, regret in (("arm", 0.02 if f > 1 else 0.0), ("wait", 0.0 if f > 1 else 0.5))
    )
    assert "The least regret then goes to “Arm” (× 0.1) and “Arm” or “Wait” (× 10)." in told(war, findings(sweep=sweep))[2]


def test_what_is_likeliest_is_likelier_beyond_error(war: Program) -> None:
    rows = tuple(replace(row, se=0.05) if row.measure == "drawn-in" else row for row in findings().measures)
    assert "likeliest" not in told(war, findings(measures=rows))[3]


def test_an_offset_within_its_error_is_not_told(war: Program) -> None:
    wild = (offset(3.2, 4.1), offset(0.1, 0.02, theory="inertia"))
    line = told(war, findings(omega=wild))[1]
    assert "is 0.10 ± 0.02 (if “Inertia” is true)" in line and "4.1" not in line
    assert "cannot be told from so few runs" in told(war, findings(omega=wild[:1]))[1]
    assert (
        ratio_certainty(3.2, 0.3) == "told"
        and ratio_certainty(0.2, 0.2) == "cannot tell"
        and ratio_certainty(math.nan, 0.1) == "left out"
    )


def test_leaders_are_those_not_surely_behind() -> None:
    rows = [("a", 0.0, 0.0), ("b", 0.05, 0.01), ("c", 0.3, 0.2), ("d", 0.3, 0.02), ("e", math.nan, 0.0)]
    assert leaders(rows, 0.1) == ("a", "b", "c")
    assert leaders([], 0.1) == ()
    assert surely_differ((0.0, 0.1), (0.5, 0.1)) and not surely_differ((0.0, 0.1), (0.3, 0.1))


# --- priors and record ------------------------------------------------------------------------------------------------


def test_the_record_has_its_say_beside_the_priors(war: Program) -> None:
    """Of the Donbas the lead was .098 ± .018 on the record's weights, cannot tell, and page one was silent."""
    open_ = MemoWeighing(verdict=verdict("cannot tell", 0.098, 0.018))
    line = told(war, findings(), open_)[0]
    assert (
        "On the weights that the record gives, no strategy can be called best, since the runs cannot tell “Arm” from “Wait”, "
        "and so the priors and the record differ." in line
    )
    same = MemoWeighing(verdict=verdict("better", 0.4))
    assert "“Arm” looks best, 0.40 ± 0.02 points above “Wait”, as on the priors." in told(war, findings(), same)[0]
    other = MemoWeighing(verdict=verdict("better", 0.4, best="wait", other="arm"))
    assert "and so the priors and the record differ" in told(war, findings(), other)[0]
    assert "record gives" not in told(war, findings())[0]


# --- why, and what points are worth -----------------------------------------------------------------------------------


def test_what_makes_the_lead(war: Program) -> None:
    terms = (
        term("settlement-by-24-months", (0.05, 0.01), (0.15, 0.03)),
        term("direct-war", (0.0, 0.001), (-0.001, 0.01)),
        term("deaths", (-520, 30), (0.26, 0.015)),
        term("cost", (100, 2), (-0.1, 0.002)),
    )
    line = told(war, findings(terms=terms))[0]
    assert "The lead of “Arm” over “Wait” is made by military dead (520 ± 30 persons less), 0.260 ± 0.015 points." in line
    assert "Then by settlement within 24 months (5.0 ± 1.0 percentage points more), 0.15 ± 0.03 points." in line
    assert "Against it stands money spent by the owner (100 ± 2 million USD more), −0.100 ± 0.002 points." in line
    assert "war between the patrons (" not in line and "all else" not in line
    more = (
        *terms,
        term("territory", (-0.01, 0.001), (-0.05, 0.005)),
        term("talks", (0.1, 0.01), (0.02, 0.002)),
    )
    assert "All else that is valued takes 0.030 ± 0.007 points." in told(war, findings(terms=more))[0]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"deaths": Worth(points=-0.5, per=1000), "cost": Worth(points=-1)}, "620 military dead"),
        ({"cost": Worth(points=-0.1, per=100)}, "310 million USD spent"),
        ({"direct-war": Worth(points=-10)}, "3.1 percentage points more or less of “war between the patrons”"),
        ({"direct-war": Worth(points=-31)}, "1 percentage point more or less of “war between the patrons”"),
        ({"talks": Worth(points=1)}, ""),
        ({"deaths": Worth(points=0.0)}, ""),
    ],
)
def test_points_in_lives_or_money(values: dict[str, Worth], says: str) -> None:
    assert in_lives_or_money(0.31, Objective(of="eagle", values=values)) == says
    assert in_lives_or_money(math.nan, Objective(of="eagle", values=values)) == ""
    assert as_much_as(0.0, Objective(of="eagle", values=values)) == ""


# --- horizons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "settled"),
    [
        (36, "settlement within 24 months"),
        (12, "settlement within 12 months"),
        (6, "clock of 6 months is too short for a settlement to be judged"),
    ],
)
def test_no_horizon_is_beyond_the_clock(war: Program, months: int, settled: str) -> None:
    """Twelve months, and page one said "support changes in 24 months", "by month 24", "settlement within 24 months 6%"."""
    text = " ".join(told(war, findings(), months=months))
    assert settled in text
    assert f"support changes in {min(months, 24)} months" in text
    assert f"by month {min(months, 24)} above the rung" in text
    assert all(int(said) <= months for said in re.findall(r"(?:within|in|by month) (\d+)", text))

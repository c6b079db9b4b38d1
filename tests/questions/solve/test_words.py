"""What is said of stakes and of leads, in words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from builders.ahead import curve, solved
from countermove.questions.solve.finding import Leading, MeanError
from countermove.questions.solve.words import leads, sentences_of

TITLES = {"wait": "Wait", "arm": "Arm"}
LEAD = Leading("knowing", "wait", "arm", MeanError(0.5, 0.1), "better", ("wait",))
LEADS = (LEAD, replace(LEAD, view="theories"))


def test_stakes_that_turn_the_answer_are_told_together() -> None:
    """From none to a half of the median the first plan; the median's own answer is not told again; at the last none is told apart."""
    said = sentences_of(replace(solved(TITLES, at=curve(tuple(TITLES))), leading=LEADS), None)
    turned = [one for one in said if one.startswith("If its stakes were")]
    assert turned == [
        "If its stakes were from none to 0.5 times what the median has, “Wait” would lead.",
        "If its stakes were 8 times what the median has, the runs could not tell “Wait” and “Arm” apart.",
    ]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("no material difference", "“Wait” and “Arm” do equally well, within what matters"),
        ("cannot tell", "the runs cannot tell “Wait” and “Arm” apart"),
    ],
)
def test_level_is_said_as_it_is(kind: str, says: str) -> None:
    """A difference that is told and does not matter is no ignorance."""
    row = Leading("knowing", "wait", "arm", MeanError(0.06, 0.002), kind, ("wait", "arm"))  # type: ignore[arg-type]
    assert leads(solved(TITLES), row) == says


def test_two_numbers_a_sentence() -> None:
    """Of what is told of the plans, the rival and his stakes."""
    for sentence in sentences_of(replace(solved(TITLES), leading=LEADS), None):
        assert len(re.findall(r"\d[\d,.]*", sentence)) <= 2, sentence


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (("wait",), "That is the answer by the theories as they are weighted, too."),
        (("wait", "arm"), "By the theories as they are weighted, the runs cannot tell “Wait” and “Arm” apart."),
        (
            ("arm",),
            "That is another answer than by the theories as they are weighted, where “Arm” leads, 0.50 ± 0.10 points above “Wait”.",
        ),
    ],
)
def test_it_is_another_answer_only_where_no_plan_may_be_best_in_both(before: tuple[str, ...], says: str) -> None:
    """Where more plans are level in one view than in the other, luck may have made it so."""
    other = "arm" if before[0] == "wait" else "wait"
    row = replace(
        LEAD, view="theories", best=before[0], other=other, level=before, kind="better" if len(before) == 1 else "cannot tell"
    )
    found = replace(solved(TITLES), leading=(LEAD, row))
    assert found.turns == (before == ("arm",))
    assert says in sentences_of(found, None)

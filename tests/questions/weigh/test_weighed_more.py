"""What a weighing hangs on and what other wars say, in words, in tables of the memo and on the terminal; the pool that is kept."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from builders import dossier_example as example
from builders import run_example
from builders.findings import verdict
from builders.wars import compiled
from builders.weighing import evidence, exact_weight, pool_of, war_read
from countermove.cli.weigh import show
from countermove.memo import render
from countermove.plain import plain, restore
from countermove.questions.people import People
from countermove.questions.weigh import cached_pool as keeping
from countermove.questions.weigh import words
from countermove.questions.weigh.by_filters import reading_by_filters
from countermove.questions.weigh.cached_pool import cached_pool, fullest_pool
from countermove.questions.weigh.finding import Pool, Weighing
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter, OmegaEstimate
from countermove.questions.weigh.finding_sensitivity import Episode, PriorReading, Reaction
from countermove.questions.weigh.pool_by_filters import WarEvidence, lost_sentences
from countermove.questions.weigh.section_tables import omega_table, other_wars_sentence, sensitivity_tables, war_table
from countermove.world.titles import UNTITLED

JUNE_2014 = 2014 * 12 + 5
RESCUE = ("spigot", "switching")
MOSCOW = People("Washington", "Kyiv", "Moscow", "Moscow", "Separatists")


def undone(value: float, low: float = 0.0, high: float = 0.5) -> OmegaEstimate:
    return OmegaEstimate(value, 0.02, 0.9, low, value, high)


def full() -> Weighing:
    """The example with everything that the exact road adds."""
    names = run_example.THEORIES
    even = {name: 1 / len(names) for name in names}
    return replace(
        example.weighing(),
        priors=(PriorReading("priors of x wider", 0.5, even, 80.0), PriorReading("priors of x narrower", 2.0, even, 3.0)),
        omega=(
            OmegaBeforeAfter("javelins", "spigot", "balance", undone(0.29), undone(0.21), 30.0),
            OmegaBeforeAfter("javelins", "weighted", "balance", undone(0.15), undone(0.09, -0.01), 60.0),
            OmegaBeforeAfter("javelins", "weighted", "territory", undone(0.4), undone(0.3), 60.0),
        ),
        reactions=(Reaction("inertia", 0, 0, 0), Reaction("opportunist", 0.28, 0, 2.3), Reaction("spigot", 4.05, 0.27, 8.1)),
        episodes=(Episode(JUNE_2014, JUNE_2014 + 2), Episode(JUNE_2014 + 7, None)),
    )


def others() -> Pool:
    """Three wars, one of them hindsight, one refused."""
    names = run_example.THEORIES
    even = {name: 1 / len(names) for name in names}
    wars = (
        war_read("donbas-2014-2017", even, right=0.4),
        war_read("ukraine-2022-2024", even, patron="washington", right=0.4, known=False),
        war_read("odd", {}, beyond=0.0, right=0.4),
    )
    return pool_of(wars, even, others={"donbas-2014-2017": even, "odd": {}})


def test_what_it_hangs_on_in_words() -> None:
    """Each in one sentence; changes of the priors that leave too few draws are said not to tell anything."""
    found = full()
    said = " ".join(words.prior_sentences(found.weights, found.priors, UNTITLED))
    assert "the weight of “Inertia” is 12% with priors of x wider." in said
    assert "For 1 of 2 changes of the priors fewer than 10 draws are left" in said
    assert words.prior_sentences(found.weights, (), UNTITLED) == ()
    (line,) = words.omega_sentences(found.omega, UNTITLED)
    assert "under “Javelins”: 15% before the record, 9% ± 2% after it (single draws −1% to 50%" in line
    (line,) = words.reaction_sentences(found.reactions, found.readings, UNTITLED)
    assert "by 0.28 (“Opportunist”) to 4.05 (“Spigot”) thousand" in line
    assert line.endswith("on average.")
    one = replace(found.readings[0], start=words.MATCHED)
    assert words.reaction_sentences(found.reactions, (one,), UNTITLED)[0].endswith("one reading matches these sizes.")
    assert words.reaction_sentences(found.reactions[:2], (), UNTITLED) == ()
    (line,) = words.episode_sentences(MOSCOW, found.episodes)
    assert (
        "The record holds 2 episodes in which the balance ran against Separatists (beginning June 2014 and January 2015); in 1 of them Moscow"
        in line
    )
    assert words.episode_sentences(MOSCOW, ()) == ()


def test_what_it_hangs_on_in_tables() -> None:
    """Rows in the order of the theories; too few draws are marked; Omega on the balance alone; nothing where nothing was computed."""
    found = full()
    sizes, priors = sensitivity_tables(found)
    assert [row.cells[0].text for row in sizes.rows] == ["0.00", "0.28", "4.05"]
    assert priors.rows[0].head.notes == () and priors.rows[1].head.notes == ("too few draws: cannot tell",)
    table = omega_table(found.omega, UNTITLED)
    assert [row.head.text for row in table.rows] == ["Javelins: Spigot", "Javelins: Weighted"]
    assert table.rows[1].cells[1].text == "0.09 ± 0.02" and table.rows[1].cells[1].notes == ("−0.01 to 0.50",)
    lost = OmegaBeforeAfter("javelins", "spigot", "balance", undone(math.nan), undone(0.2), 3.0)
    assert omega_table((lost,), UNTITLED).rows[0].cells[0].text == "n/a"
    assert sensitivity_tables(example.weighing()) == ()


def test_other_wars() -> None:
    """Others known by then leave this war out; refusals as such; the sentence says what they would decide, or how to have them read."""
    table = war_table(full(), others())
    assert [column.text for column in table.columns][:3] == ["prior", "others, known by then", "hindsight"]
    assert "ukraine-2022-2024 (hindsight)" in [column.text for column in table.columns]
    assert table.rows[0].cells[-1].text == "refused" and table.rows[0].cells[1].text == "12%"
    assert "“countermove weigh donbas-2017 --pool” reads them" in other_wars_sentence(MemoWeighing(), "donbas-2017", UNTITLED)
    assert "No other war that was known by then" in other_wars_sentence(MemoWeighing(pool=others()), "x", UNTITLED)
    level = verdict("no material difference", 0.2, best="restraint", other="javelins")
    said = other_wars_sentence(MemoWeighing(pool=others(), elsewhere=level), "x", UNTITLED)
    assert (
        "no plan could be called best: there is no material difference between “Restraint” and “Javelins” (0.20 ± 0.02 points"
        in said
    )


def test_the_page_shows_them() -> None:
    dossier = example.dossier()
    bare = render(dossier)
    assert "table-wars" not in bare and "table-undone" not in bare and "table-hangs-on-1" not in bare
    says = replace(dossier.record_says, weighing=full(), pool=others())
    page = render(replace(dossier, record_says=says))
    for name in ("table-wars", "table-undone", "table-hangs-on-1", "table-hangs-on-2"):
        assert name in page


def test_the_terminal_shows_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    show(full())
    answer = capsys.readouterr().out
    assert "Reaction of each theory" in answer and "0.09 ± 0.02" in answer and "priors of x" in answer
    show(example.weighing())
    answer = capsys.readouterr().out
    assert "Reaction" not in answer and "Omega" not in answer and "other priors" not in answer


def test_it_is_data() -> None:
    """Kept and read back as it was; and in the JSON."""
    assert restore(Weighing, plain(full())) == full()
    assert restore(Pool, plain(others())) == others()
    found = json.loads(json.dumps(full().to_json()))
    assert found["episodes"][0] == {"month": JUNE_2014, "answered": JUNE_2014 + 2} and len(found["omega"]) == 3
    assert others().to_json()["others_known"]["odd"] == {}


def test_a_pool_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """For one date of decision; the fullest of two serves the memo; another date is another pool."""
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    times: list[int] = []

    def read(known_by: int, *_: object, **__: object) -> Pool:
        times.append(known_by)
        return others()

    monkeypatch.setattr(keeping, "pool", read)
    assert fullest_pool(JUNE_2014) is None
    assert cached_pool(JUNE_2014) == cached_pool(JUNE_2014) == others() == fullest_pool(JUNE_2014)
    assert times == [JUNE_2014] and fullest_pool(JUNE_2014 + 1) is None
    cached_pool(JUNE_2014 + 1)
    assert times == [JUNE_2014, JUNE_2014 + 1]


def test_filters_that_lost_the_record_give_no_weights() -> None:
    """One log evidence known to no better than 30: the weights are those of the readers, in the memo and in the JSON, and the words say so."""
    rows = tuple(exact_weight(row.theory, 0.125, 0.01, stacking=0.125, effective=40.0) for row in example.weighing().weights)
    sure = replace(example.weighing(), filter_weights=rows)
    assert sure.filters_usable and sure.used_weights["spigot"] == 0.125 and sure.to_json()["weights"][2]["posterior"] == 0.125
    lost = replace(sure, filter_weights=(*rows[:-1], replace(rows[-1], evidence_sd=30.0)))
    assert not lost.filters_usable and lost.used_weights["spigot"] == 0.7 and lost.to_json()["weights"][2]["posterior"] == 0.7
    unknown = replace(sure, filter_weights=(*rows[:-1], replace(rows[-1], evidence_sd=math.nan)))
    assert not unknown.filters_usable
    said = " ".join(words.method_sentences(lost.weights, lost.filter_weights, 0.5, UNTITLED))
    assert "The filters of “Switching” lost the record" in said
    assert "lost the record" not in " ".join(words.method_sentences(sure.weights, sure.filter_weights, 0.5, UNTITLED))


def test_wars_that_filters_lost_do_not_count() -> None:
    """And are named."""
    sure, rough = (evidence("spigot", 0.0, sd) for sd in (0.5, 30.0))
    program = compiled("donbas-2014")
    wars = [WarEvidence("one", True, program, (sure, sure)), WarEvidence("two", True, program, (sure, rough))]
    assert [war.lost for war in wars] == [(), ("spigot",)]
    (line,) = lost_sentences(wars)
    assert "lost the record of two (1 theory)" in line and "count for nothing" in line
    assert lost_sentences(wars[:1]) == ()


# --- every reading by filters ------------------------------------------------------------------------------------------


def test_a_reading_by_filters_has_errors_and_one_that_was_lost_has_no_weights() -> None:
    """Two theories, one twice as well supported: 2/3 and 1/3; an error of 30 in one of them, and nothing is said."""
    asked = example.weighing().readings[1]
    sure = [evidence("spigot", math.log(2.0), 0.1), evidence("inertia", 0.0, 0.1)]
    found = reading_by_filters(asked, sure, np.array([0.5, 0.5]), 0)
    assert found.weights == pytest.approx({"spigot": 2 / 3, "inertia": 1 / 3})
    assert found.error["spigot"] == pytest.approx(2 / 9 * math.hypot(0.1, 0.1), rel=0.1) and found.lost == ()
    lost = reading_by_filters(asked, [sure[0], evidence("inertia", 0.0, 30.0)], np.array([0.5, 0.5]), 0)
    assert (lost.weights, lost.error, lost.lost) == ({}, {}, ("inertia",))


def test_every_reading_by_filters_is_told_with_its_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """The factor between rescue and the rest for each, and where the filters lost the record."""
    names = run_example.THEORIES
    rows = tuple(exact_weight(name, 1 / 8, 0.01, stacking=0.1) for name in names)
    headline, coding, start = example.weighing().readings
    filtered = replace(coding, weights=dict.fromkeys(names, 1 / 8), error=dict.fromkeys(names, 0.02))
    lost = replace(start, lost=("pressure", "domestic"))
    (said,) = words.rescue_filter_sentences(example.weighing().weights, rows, (filtered, lost), RESCUE, UNTITLED)
    assert said == (
        "By the filters the evidence for rescue is 1:1; it is 1:1 (coding debaltseve: opportunism) and not known (start bare: the filters of "
        "“Pressure” and “Domestic” lost the record)."
    )
    rough = (*rows[1:], replace(rows[0], evidence_sd=30.0))
    assert words.rescue_filter_sentences(example.weighing().weights, rough, (filtered,), RESCUE, UNTITLED) == ()
    found = replace(example.weighing(), filter_weights=rows, filter_readings=(filtered, lost))
    show(found)
    shown = capsys.readouterr().out
    assert "By filters, under the same other readings" in shown and "12% ± 2%" in shown
    assert "lost by the" in shown and shown.count("   lost") == 8
    told = found.to_json()["exact_variants"]
    assert told[0]["weights"][0]["sd"] == 0.02 and told[1]["lost"] == ["pressure", "domestic"]
    assert headline.lost == () and restore(Weighing, plain(found)) == found

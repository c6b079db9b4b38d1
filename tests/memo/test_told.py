"""What the memo tells and what it says cannot be told: tables, captions, findings, page one. On the invented dossier."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from builders.dossier_example import dossier, weighing
from builders.findings import regret_row
from builders.run_example import MONTHS
from countermove.decision.findings import Flip
from countermove.memo import front, render, render_annex
from countermove.memo.contents import Dossier
from countermove.questions.run import section_dials as dials
from countermove.questions.run import section_figures as figures
from countermove.questions.run import section_measures as measures
from countermove.questions.run import section_robustness as strain
from countermove.questions.run import section_verdicts as verdicts
from countermove.questions.weigh.finding import Confusion
from countermove.questions.weigh.finding_influence import MonthInfluence
from countermove.questions.weigh.section import confusion_table, influence_tables
from countermove.show.page import numbered
from countermove.world.titles import UNTITLED


@pytest.fixture(scope="module")
def example() -> Dossier:
    """The example."""
    return dossier()


def changed(example: Dossier, **parts: object) -> Dossier:
    """The example with other findings."""
    return replace(example, findings=replace(example.findings, **parts))  # type: ignore[arg-type]


# --- leads ------------------------------------------------------------------------------------------------------------


def test_the_lowest_regret_is_of_all_who_tie(example: Dossier) -> None:
    """ "Lowest regret: wait" was told of a tie."""
    rows = tuple(regret_row(s, "spigot", 0.01 * k, 0.02, value=1) for k, s in enumerate(("wait", "arm", "hold")))
    tie = changed(example, regret=(*rows, regret_row("worse", "spigot", 0.9, 0.02)))
    assert front.best_lines(tie) == "Lowest regret: none alone (“Wait”, “Arm” or “Hold”) if “Spigot” is true."
    table = verdicts.regret_table(changed(example, regret=rows, strategies=("wait", "arm", "hold")))
    assert all("not told apart" in cell.notes for row in table.rows[:-1] for cell in row.cells if cell.text != "not run")


def test_the_worst_case_names_all_theories_that_tie(example: Dossier) -> None:
    worst = verdicts.regret_table(example).rows[-1]
    assert worst.head.text == "worst case"
    assert all(
        re.fullmatch(r"if “\w+”( or “\w+”)? is true|under “\w+” or \d more|under every theory", cell.notes[0])
        for cell in worst.cells
    )


def test_of_the_sweep_too(example: Dossier) -> None:
    """A lead that changes within the error does not change."""
    head = strain.sweep_headline(example)
    assert head.startswith("Of least weighted regret, or not told from it, over the sweep: ") and "among them" in head
    alone = tuple(replace(row, regret=0.0 if row.strategy == "abstain" else 1.0) for row in example.findings.sweep)
    assert strain.sweep_headline(changed(example, sweep=alone)) == (
        "The strategy of least weighted regret stays the same over the sweep: “Abstain” at × 0.1, “Abstain” at × 1 and “Abstain” at × 10."
    )


# --- numbers worse than their errors ----------------------------------------------------------------------------------


def test_a_difference_of_pairs_within_its_error(example: Dossier) -> None:
    wild = tuple(replace(pair, se=abs(pair.difference)) for pair in example.findings.pairs)
    cells = [cell for row in dials.pair_tables(changed(example, pairs=wild))[0][0].rows for cell in row.cells]
    assert {cell.text for cell in cells} == {"cannot tell"} and all("±" in cell.notes[0] for cell in cells)


def test_a_measure_within_its_error(example: Dossier) -> None:
    """110,553 ± 96,107 stood in the table, and 0% ± 0% of 64 draws."""
    rows = tuple(
        replace(row, mean=110_553.0, se=96_107.0)
        if row.measure == "cost"
        else replace(row, mean=0.0, se=0.0)
        if row.measure == "direct-war"
        else row
        for row in example.findings.measures
    )
    few = replace(changed(example, measures=rows), provenance=replace(example.provenance, draws=64))
    table = measures.measure_table(few, "weighted", ("cost", "direct-war"))
    assert {(cell.text, cell.notes[0]) for cell in table.rows[0].cells} == {("cannot tell", "110,000 ± 100,000")}
    assert {cell.text for cell in table.rows[1].cells} == {"fewer than 1 in 17"}


def test_an_offset_within_its_error(example: Dossier) -> None:
    wild = tuple(replace(row, se=2.0) for row in example.findings.omega)
    figure = figures.offsets(changed(example, omega=wild))[0]
    assert figure.headline == "The runs cannot tell the share."
    assert figure.table is not None and {cell.text for row in figure.table.rows for cell in row.cells} <= {"cannot tell", "not run"}


def test_medians_within_their_error(example: Dossier) -> None:
    few = tuple(replace(band, paths=4) for band in example.findings.bands)
    told = [figure.headline for figure in figures.fans(changed(example, bands=few))]
    assert any("cannot tell the medians" in headline for headline in told)


def test_flip_points_that_cannot_be_told_are_no_findings(example: Dossier) -> None:
    says = "The runs cannot tell where arm and wait change places between spigot and pressure."
    open_ = Flip(("spigot", "pressure"), ("restraint", "javelins"), None, math.nan, says, cannot_tell=True)
    section = verdicts.flip_section(changed(example, flips=(open_,)))
    assert section.sentences == () and section.never == () and section.unsure == (says,) and section.figure is None
    page = render(changed(example, flips=(open_,)))
    assert "No flip point can be told" in page and says in page and verdicts.NO_FLIP + ":</strong>" not in page
    assert "Flip point: the runs cannot tell." in page


def test_the_confusion_matrix_within_its_error() -> None:
    """Of 16 simulated records one more is no darker cell."""
    near = Confusion(("a", "b"), ((0.45, 0.55), (0.4, 0.6)), ((0.45, 0.55), (0.4, 0.6)), 0.01, 16)
    caption = confusion_table(replace(weighing(), confusion=near)).caption
    assert "No cell is surely darker than the framed one of its row. Best told: “A” or “B”" in caption
    far = replace(near, named=((0.1, 0.9), (0.4, 0.6)))
    assert "“A” more often for “B” than for itself" in confusion_table(replace(weighing(), confusion=far)).caption


def test_a_month_that_moves_nothing_is_not_the_one_that_moves_most() -> None:
    rows = [MonthInfluence(2014 * 12, "x", {"a": 0.3, "b": -0.1}, {"a": 0.4, "b": 0.4})]
    assert "No month is known to move them" in influence_tables(rows, ("a", "b"), UNTITLED)[0].caption


# --- page one ---------------------------------------------------------------------------------------------------------


def test_page_one_says_where_no_theory_meets_the_record(example: Dossier) -> None:
    """0% of the Russian troop figures lay in any band, and page one did not say it."""
    series = replace(example.records[0], share_inside=dict.fromkeys(example.records[0].share_inside, 0.0), title="Russian troops")
    note = front.missed(series)
    assert note.startswith("The theories miss the record of Russian troops: of 45 data none lies in the band of any of them")
    assert note in front.caveats(replace(example, records=(series,)))
    assert "at most 20% lie" in front.missed(replace(series, share_inside={"a": 0.2, "b": 0.1}))
    assert front.missed(replace(series, share_inside={"a": 0.9, "b": 0.1})) == ""
    assert front.missed(replace(series, observed=(3.0, math.nan))) == ""  # one datum tells nothing
    assert "of 5 data none lies" in front.missed(replace(series, observed=(3.0,) * 5))
    assert front.missed(replace(series, share_inside={})) == ""


def test_drift_has_the_months_of_the_clock(example: Dossier) -> None:
    short = replace(example, provenance=replace(example.provenance, months=12))
    tables = [strain.drift_table(one) for one in (example, short)]
    assert MONTHS > 24 and [re.search(r"over (\d+) months", table.caption)[1] for table in tables if table] == ["24", "12"]  # type: ignore[index]


def test_numbers_of_tables_do_not_hang_on_folds(example: Dossier) -> None:
    """They are in the page, counted once: a style's count skips what is folded away."""
    page, apart = render(example), render_annex(example)
    counts = {
        kind: [int(n) for n in re.findall(rf'data-number="{kind}(\d+)\. "', page)]
        for kind in ("Table ", "Figure ", "Table A", "Figure A")
    }
    assert all(numbers == list(range(1, len(numbers) + 1)) and numbers for numbers in counts.values())
    assert len(counts["Table A"]) > 20 and page.count("<figcaption") == sum(map(len, counts.values()))
    assert len(re.findall(r'data-number="(?:Table|Figure) A', apart)) == apart.count(
        "<figcaption"
    )  # the annex has its own, wherever it stands
    assert "counter-increment" not in page
    assert numbered("data-count=&#34;Table&#34;") == "data-count=&#34;Table&#34;"


def test_knowledge_is_never_worth_less_than_nothing(example: Dossier) -> None:
    """The cross-fitted figure may fall below the expected regret, or below 0, by luck."""
    rows = tuple(replace(row, cross_fitted=row.regret - 0.1) for row in example.findings.regret)
    table = verdicts.bias_table(changed(example, regret=rows))
    assert {row.cells[2].text for row in table.rows} == {"cannot tell"}
    assert {row.cells[2].text for row in verdicts.bias_table(example).rows} != {"cannot tell"}


def test_a_sweep_in_which_nothing_happens_has_a_limit(example: Dossier) -> None:
    none = tuple(
        replace(row, clash=0.0, clash_se=0.0, direct_war=0.0, direct_war_se=0.0, draws=256) for row in example.findings.sweep
    )
    notes = {note for row in strain.sweep_tables(changed(example, sweep=none))[0].rows for cell in row.cells for note in cell.notes}
    assert notes == {"clash fewer than 1 in 69", "war fewer than 1 in 69"}

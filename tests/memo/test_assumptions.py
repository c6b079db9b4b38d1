"""Every number that went in is listed, with a source that the reader can find."""

from __future__ import annotations

import pytest

from builders.places import WAR_FILE
from builders.texts import SEVEN_LINES
from builders.wars import compiled
from countermove.behaviour.table import THEORIES, THEORY_PARAMETERS
from countermove.decision.findings import RecordSeries
from countermove.dynamics.table import PARAMETERS
from countermove.engine.program import Program, compile_scenario
from countermove.memo.references import DEFAULT_SOURCES, cited, references_of
from countermove.questions.assumptions import WORLD, assumptions_of, prior_in_words
from countermove.scenario.read import read_text
from countermove.scenario.records import read_record
from countermove.world.prior import Prior
from countermove.world.record import Reference


def test_every_number_is_listed(donbas: Program) -> None:
    """Every parameter of the program, once for the world, each side or each patron that reads it."""
    rows = assumptions_of(donbas)
    assert {row.name for row in rows} == set(donbas.priors)
    assert len({(row.name, row.where) for row in rows}) == len(rows)
    where = {row.where for row in rows}
    assert where == {WORLD, "Kyiv", "Separatists", "Washington", "Moscow"}
    personnel = {row.where: row for row in rows if row.name == "side.personnel"}
    assert personnel["Kyiv"].prior.startswith("about 50, in nine cases of ten between ")
    assert (personnel["Kyiv"].unit, personnel["Kyiv"].source) == ("thousand", "yatsenyuk-2015")
    assert personnel["Separatists"].note.startswith("35.5 thousand claimed")
    assert all(row.doc and row.prior and row.source for row in rows)


def test_numbers_that_nobody_reads_are_left_out() -> None:
    """The owner follows no theory, and a theory without weight drives nobody."""
    rows = assumptions_of(compiled(WAR_FILE))
    theories = {row.name.split(".")[0] for row in rows} & set(THEORIES)
    assert theories == {"spigot"}  # inertia has no numbers of its own
    assert {row.where for row in rows if row.name.startswith(("spigot.", "support."))} == {"Bear"}
    assert {row.where for row in rows if row.name == "patron.budget"} == {"Eagle", "Bear"}


def test_phases_are_listed() -> None:
    """A spell under other rules has numbers too."""
    rows = assumptions_of(compiled(WAR_FILE))
    drift = {row.where: row for row in rows if row.name == "phase.0.drift"}
    assert set(drift) == {"North", "South"}
    assert "February 2018 to April 2018" in drift["South"].doc


def test_borrowed_numbers_are_marked() -> None:
    """With the sources they were borrowed with."""
    program = compile_scenario(read_text(SEVEN_LINES))
    rows = assumptions_of(program)
    borrowed = [row for row in rows if row.borrowed]
    assert {"side.personnel", "patron.baseline"} <= {row.name for row in borrowed}
    keys = dict(references_of(program, rows, {}, None, ()))
    assert all(row.source == "judgement" or row.source in keys for row in borrowed)


@pytest.mark.parametrize("name", ["donbas-2017", "donbas-2014", str(WAR_FILE)])
def test_every_source_can_be_found(name: str) -> None:
    """Judgement, a key of the references, or words that say themselves what they are."""
    program = compiled(name)
    rows = assumptions_of(program)
    references = references_of(program, rows, {}, None, ())
    keys = [key for key, _ in references]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row.source == "judgement" or row.source in keys or " " in row.source, row
    assert all(text.endswith(".") for _, text in references)


def test_sources_of_the_tables_have_a_text() -> None:
    """A key of a default number that no scenario explains is explained here."""
    sources = {parameter.prior.source for parameter in (*PARAMETERS, *THEORY_PARAMETERS)}
    keys = {source for source in sources if source != "judgement" and " " not in source}
    assert keys == set(DEFAULT_SOURCES)


def test_references_of_what_is_shown(donbas: Program) -> None:
    """Theories that were run, the record's sources of the series shown and no others, the scenario's own first."""
    record = read_record("donbas-2014-2017")
    shown = (RecordSeries("deaths", "persons a month", 0, (), {}, {}),)
    references = dict(references_of(donbas, assumptions_of(donbas), {}, record, shown))
    assert "ucdp-ged-221" in references
    assert "Richardson" in references["theory “Answers aid with aid”"]
    assert "stripes-2015" not in references  # of a series that is not shown
    assert next(iter(references)) == "avakov-2017"
    assert references["avakov-2017"].startswith(
        "Arsen Avakov, interior minister of Ukraine (2017). Statement"
    )  # the scenario's, not the record's


def test_a_reference_in_words() -> None:
    """Author, year, title, place, note; what is missing leaves no hole."""
    assert cited(Reference("A title.", "Somebody", 2017, "https://example.org", "A note")) == (
        "Somebody (2017). A title. https://example.org. A note."
    )
    assert cited(Reference("A title")) == "A title."


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        (Prior("fixed", (3.0,), "thousand", "a-source", "a note", borrowed=True), "3"),
        (Prior("uniform", (0.0, 7.0), "brigades"), "anything from 0 to 7, equally likely"),
        (Prior("choice", (0.0, 1.0, 2.0), "months"), "one of 0, 1, 2, equally likely"),
        (Prior("fixed", (0.2,), above="start"), "0.2 above its value at the start"),
        (
            Prior("experts", (), "", "interviews", experts=(("A", Prior("fixed", (1.0,))), ("B", Prior("fixed", (2.0,))))),
            "A says 1; B says 2, kept apart",
        ),
    ],
)
def test_priors_in_words(prior: Prior, said: str) -> None:
    """As `explain` says them, without unit, source and note."""
    assert prior_in_words(prior) == said

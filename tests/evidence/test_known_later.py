"""What is dated t hangs on nothing known after t: rows of any series, of any month, put into any record, change no bit of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.findings import bare_findings
from builders.places import WAR_FILE
from countermove.engine.program import Program, compile_scenario
from countermove.errors import EvidenceError
from countermove.evidence.observations import observations
from countermove.memo.outside_view import truces_of
from countermove.memo.replays import reported
from countermove.questions.claims.on_record import on_record
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.score.finding import Escrow, ForecastEffort, ForecastSeries
from countermove.questions.score.scoring import what_happened
from countermove.scenario.linked_files import replay_of
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.scenario.schema import Claim
from countermove.world.record import Coding, Datum, Record, Series, Span

START, MONTHS = 2020 * 12, 30
NOTHING = FindingsIndex(bare_findings((), ()))
NAMES = ("deaths", "truce-begins", "truce-breaks", "north.held", "bear.raises", "south.losing")
DONBAS = "donbas-2014-2017"


def series_of(spans: dict[str, tuple[Span, ...]]) -> dict[str, Series]:
    """A series of every kind, some of which observe."""
    kinds = {"deaths": "monthly", "north.held": "level"}
    observes = {"deaths": "deaths", "truce-begins": "truce-begins", "truce-breaks": "truce-breaks"}
    return {
        name: Series(name, "count", kind=kinds.get(name, "event"), observes=observes.get(name, ""), covers=spans.get(name, ()))  # type: ignore[arg-type]
        for name in NAMES
    }


MONTH = st.integers(START, START + MONTHS - 1)


@st.composite
def rows(draw: st.DrawFn, after: int = 0) -> Datum:
    """A row, known after the month `after` and no sooner than it is of."""
    valid = draw(st.integers(START - 40, START + MONTHS + 40))
    known = draw(st.integers(max(valid, after + 1), max(valid, after + 1) + 24))
    return Datum(
        draw(st.sampled_from(NAMES)), valid, known, float(draw(st.integers(0, 3))), coding=draw(st.sampled_from(["", "a", "b"]))
    )


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """What a series covers: nothing said, or a stretch."""
    if draw(st.booleans()):
        return ()
    first, last = sorted((draw(MONTH), draw(MONTH)))
    return (Span(first, last, draw(st.sampled_from([0, last, last + 7])), draw(st.integers(0, 4))),)


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, Record, Record]:
    """A month, a record, and the same with rows known later."""
    asked = draw(MONTH)
    series = series_of({name: draw(spans()) for name in NAMES})
    data = tuple(draw(st.lists(rows(), max_size=8)))
    more = tuple(draw(st.lists(rows(after=asked), min_size=1, max_size=6)))
    codings = {"which": Coding("a", {"a": "One", "b": "The other"})}
    record = Record("made", series=series, data=data, codings=codings)
    return asked, record, replace(record, data=(*data, *more))


@settings(max_examples=100)
@given(cases())
def test_nothing_known_later_changes_a_series(case: tuple[int, Record, Record]) -> None:
    """Rows, months, when each was known, the first month, truces: under every coding, to the last bit."""
    asked, before, after = case
    assert before.begins(NAMES, asked) == after.begins(NAMES, asked)
    assert truces_of(before, asked, NOTHING) == truces_of(after, asked, NOTHING)
    for coding in (None, "a", "b"):
        assert before.rows(asked, coding) == after.rows(asked, coding)
        for name in NAMES:
            one, other = (record.dated(name, START - 10, MONTHS + 20, asked, coding) for record in (before, after))
            np.testing.assert_array_equal(one.values, other.values)
            np.testing.assert_array_equal(one.known, other.known)
            there = ~np.isnan(one.values)
            assert (one.known[there] <= asked).all() and np.isinf(one.known[~there]).all()
            assert np.isnan(one.values[max(asked - START + 11, 0) :]).all(), "nothing is known of the months to come"


@settings(max_examples=40)
@given(cases())
def test_an_empty_month_is_its_own(case: tuple[int, Record, Record]) -> None:
    """Rows of other series, whenever known, fill no month of a series; and what is known stays known, later, where nothing is revised."""
    asked, before, after = case
    for name in NAMES:
        own = replace(before, data=tuple(row for row in before.data if row.series == name))
        for known_by in (asked, None):
            path = before.path(name, START, MONTHS, known_by)
            np.testing.assert_array_equal(path, own.path(name, START, MONTHS, known_by))
        now, later = (~np.isnan(after.path(name, START, MONTHS, month)) for month in (asked, asked + 12))
        assert not (now & ~later).any()


@cache
def claims() -> tuple[Claim, ...]:
    """Those of the small war that ask the record."""
    found = read(WAR_FILE).claims.values()
    return tuple(claim for claim in found if claim.on_record is not None)


@settings(max_examples=40)
@given(cases())
def test_nothing_known_later_changes_a_claim(case: tuple[int, Record, Record]) -> None:
    """Episodes, hits, those left out, the share of all months."""
    asked, before, after = case
    assert claims()
    for claim in claims():
        np.testing.assert_equal(on_record(claim, before, asked), on_record(claim, after, asked))


@settings(max_examples=40)
@given(cases())
def test_nothing_known_later_changes_a_score(case: tuple[int, Record, Record]) -> None:
    """What is scored today hangs on what is known today."""
    today, before, after = case
    watched = (
        ForecastSeries("truce-begins", "truce-begins", "", "", True),
        ForecastSeries("deaths", "deaths", "", "persons", False),
    )
    found = Escrow(
        scenario="made", title="A war", hashes={}, record="made", parties={}, issued=START - 1, start=START, first=START,
        sizes=ForecastEffort(MONTHS, 8, 2, 8, 2), seed=0, weights={}, weights_from="priors", questions=(), series=watched, conditionals=(),
        code_version="0.1.0",
    )  # fmt: skip
    for one in watched:
        np.testing.assert_array_equal(*(what_happened(found, one, record, today) for record in (before, after)))


# --- a record that ships


@cache
def donbas() -> tuple[Record, Program]:
    """The record and its replay."""
    record = read_record(DONBAS)
    return record, compile_scenario(replay_of(record))


@settings(max_examples=40)
@given(st.integers(0, 44), st.data())
def test_nothing_known_later_changes_what_is_weighed(month: int, data: st.DataObject) -> None:
    """The data of the Donbas, at any date: the same bits with rows that came later, of any series and any month, before or after the war."""
    record, program = donbas()
    asked = 2014 * 12 + 3 + month
    more = tuple(
        Datum(name, valid, max(valid, asked + 1) + late, 1.0)
        for name, valid, late in data.draw(
            st.lists(
                st.tuples(st.sampled_from(sorted(record.series)), st.integers(asked - 60, asked + 60), st.integers(0, 9)),
                min_size=1,
            )
        )
    )
    after = replace(record, data=(*record.data, *more))
    told = []
    for one in (record, after):
        try:
            told.append(observations(one, program, asked))
        except EvidenceError:
            told.append(None)
    first, second = told
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert (first.channels, first.names, first.retrospective) == (second.channels, second.names, second.retrospective)
        np.testing.assert_array_equal(first.values, second.values)
        np.testing.assert_array_equal(first.known, second.known)
    for name in ("deaths", "kyiv.held"):
        np.testing.assert_array_equal(reported(record, name, program, asked), reported(after, name, program, asked))


def test_what_the_donbas_knew() -> None:
    """An event that came to be known later is no known non-event before: the months of Ilovaisk in the autumn of 2014, and of hard fighting."""
    record, _ = donbas()
    august, december = 2014 * 12 + 7, 2014 * 12 + 11
    assert np.isnan(record.path("moscow.rescues", august, 1, december)).all()
    assert record.path("moscow.rescues", august, 2, 2015 * 12 + 2).tolist() == [1.0, 0.0]
    assert np.isnan(record.path("high-intensity", august, 5, december)).all()
    assert record.path("high-intensity", august, 5, 2015 * 12 + 5).tolist() == [1.0] * 5
    assert np.isnan(record.path("high-intensity", 2017 * 12, 12, 2017 * 12 + 11)).all(), (
        "the year's own events come out the year after"
    )

"""The records of other wars: every datum has a source, sums are those of the sources and of the shared data, and each replay stands."""

from __future__ import annotations

import csv
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from builders.places import PUBLISHERS_DATA, ROOT
from countermove.scenario.check import check
from countermove.scenario.records import read_record
from countermove.world.record import Record

CASES = ("afghanistan-1979-1989", "syria-2013-2019", "ukraine-2022-2024", "vietnam-1964-1973", "angola-1975-1991")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a record's CSV file."""
    with (ROOT / "records" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(name: str, series: str, *options: str) -> dict[str, float]:
    """A series under the given options, month -> value."""
    return {row["valid"]: float(row["value"]) for row in rows(name) if row["series"] == series and row["coding"] in ("", *options)}


def shared(*parts: str) -> Path:
    """A file of the shared data; the test skips, loudly, where it is not."""
    path = PUBLISHERS_DATA.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"NOT COMPARED with the data: {path} is not here; it is not shipped")
    return path


ACCEPTED = ("the war starts in", 'the source "cia-1975" is of 1975', 'the source "marshall-2006" is of 2006')
"""Doubts that are true of the replays and stay: old wars run on the defaults of the Donbas, and two sources are later than the end."""


@pytest.fixture(scope="module", params=CASES)
def record(request: pytest.FixtureRequest) -> Record:
    return read_record(request.param)


def test_the_reader_takes_it_and_the_replay_stands(record: Record) -> None:
    assert record.replay is not None
    report = check(record.replay)
    assert report.errors == ()
    assert report.scenario is not None
    doubts = [warning.message for warning in report.warnings]
    # one strategy on purpose: what was done; where people play the war, what was argued for besides
    assert next(iter(report.scenario.strategies)) == "history"
    alone = ["a single strategy: nothing can be compared"] if report.scenario.table.months is None else []
    assert [doubt for doubt in doubts if not doubt.startswith(ACCEPTED)] == alone
    assert any(doubt.startswith("the war starts in") for doubt in doubts) == (report.scenario.clock.start < 2000 * 12)
    clock = report.scenario.clock
    assert (record.first, record.last) == (clock.start, clock.start + clock.months - 1)
    assert report.scenario.record == record.name


def test_every_datum_has_a_source_that_is_used(record: Record) -> None:
    used = {datum.source for datum in record.data}
    assert used - {"judgement"} == set(record.sources)
    assert {datum.series for datum in record.data} == set(record.series)
    for key, source in record.sources.items():
        assert source.title, key
        assert source.url or source.note, key


def test_a_datum_is_not_known_before_its_source(record: Record) -> None:
    """Rows whose note has "source written later" rest on what was public at the time and is told by a later source."""
    for datum in record.data:
        year = record.sources[datum.source].year if datum.source in record.sources else None
        if year is not None and "source written later" not in datum.note:
            assert datum.known // 12 >= year, datum


def test_what_weighs_names_an_actor_of_the_replay(record: Record) -> None:
    assert record.replay is not None
    scenario = check(record.replay).scenario
    assert scenario is not None
    weighing = [series for series in record.series.values() if series.observes]
    assert weighing
    for series in weighing:
        assert series.actor in ("", *scenario.sides, *scenario.patrons), series.name
    asked = [patron for patron in scenario.patrons if patron != scenario.owner]
    assert any(series.actor in asked for series in weighing)
    assert set(record.prior_saw) <= {series.name for series in weighing}


def test_yearly_totals_stand_in_december(record: Record) -> None:
    yearly = {name for name, series in record.series.items() if series.every == "year"}
    assert all(datum.valid % 12 == 11 for datum in record.data if datum.series in yearly)


def test_variants_are_values_that_the_replay_takes(record: Record) -> None:
    assert record.replay is not None
    for name, variant in record.variants.items():
        assert variant.set, name
        assert check(record.replay, overrides=variant.set).errors == (), name


def test_the_soviet_dead_add_up_to_their_source() -> None:
    name = "afghanistan-1979-1989"
    dead = values(name, "moscow.dead")
    assert [month[:4] for month in dead] == [str(year) for year in range(1979, 1990)]
    assert sum(dead.values()) == 13836
    assert values(name, "moscow.dead-cumulated")["1989-02"] == 13833  # the official total; the table has three more
    left = values(name, "moscow.personnel", "official")
    assert left["1988-05"] - 50.183 == pytest.approx(left["1988-08"], abs=0.05)
    assert left["1989-02"] == 0


def test_both_readings_of_the_decision_to_leave_are_kept() -> None:
    name = "afghanistan-1979-1989"
    early = values(name, "moscow.decides-to-leave", "october-1985")
    late = values(name, "moscow.decides-to-leave", "november-1986")
    first = min(values(name, "stinger-first-used"))
    assert list(early) == ["1985-10"]
    assert list(late) == ["1986-11"]
    assert min(early) < first < min(late)


# --- Syria ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def syria() -> Iterator[ModuleType]:
    """The script that derives the deaths of Syria; it takes the spreading of days from the Donbas's."""
    folder = str(ROOT / "scripts")
    sys.path.insert(0, folder)
    try:
        yield importlib.import_module("derive_syria_record")
    finally:
        sys.path.remove(folder)


def test_derived_rows_of_syria_are_those_of_the_data(syria: ModuleType) -> None:
    events = syria.read(shared("ged", "ucdp_syria_191_events.csv.gz"))
    assert syria.derived(events) == [row for row in rows("syria-2013-2019") if row["source"] == syria.SOURCE]


def test_yearlong_counts_move_and_do_not_vanish(syria: ModuleType) -> None:
    """Spread and as-dated have the same dead in 2016; without the yearlong counts there are 9,485 fewer."""
    name = "syria-2013-2019"
    sums = {
        option: sum(value for month, value in values(name, "deaths", option).items() if month.startswith("2016"))
        for option in ("spread", "as-dated", "dated-only")
    }
    assert sums == {"spread": 20833, "as-dated": 20833, "dated-only": 11348}
    assert list(values(name, "deaths", "spread")) == syria.months()


def test_a_yearlong_count_is_spread_in_whole_persons(syria: ModuleType) -> None:
    event = {
        "dyad_name": syria.DYAD,
        "date_start": "2016-01-01",
        "date_end": "2016-12-31",
        "best": "366.0",
        "deaths_civilians": "0.0",
    }
    found = syria.sums([event], syria.SERIES["deaths"])
    assert found["spread"]["2016-02"] == 29
    assert sum(found["spread"].values()) == found["as-dated"]["2016-12"] == 366
    assert sum(found["dated-only"].values()) == 0


def test_russia_enters_syria_after_the_losses_and_with_the_missiles_in_use() -> None:
    name = "syria-2013-2019"
    entered = min(values(name, "moscow.intervenes"))
    assert entered == "2015-09"
    assert max(values(name, "damascus.losing")) < entered
    assert min(values(name, "washington.tow")) < entered < min(values(name, "riyadh.tow"))


# --- Ukraine ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel() -> dict[str, dict[str, str]]:
    """The months of the panel since the invasion."""
    with shared("ukraine_2022", "ukraine_monthly_panel.csv").open(encoding="utf-8", newline="") as file:
        return {row["month"]: row for row in csv.DictReader(file) if row["month"] >= "2022-02"}


@pytest.mark.parametrize(
    ("series", "column", "factor"),
    [
        ("washington.spent", "us_mil_alloc_eur_bn", 1000),
        ("allies.spent", "other_mil_alloc_eur_bn", 1000),
        ("held-by-russia", "ru_held_km2_eom", 1),
        ("dead-ukraine", "ukraineDeaths", 1),
        ("missing-ukraine", "ukraineMissing", 1),
        ("dead-russia", "russiaDeaths", 1),
    ],
)
def test_ukraine_is_what_the_panel_says(panel: dict[str, dict[str, str]], series: str, column: str, factor: int) -> None:
    found = values("ukraine-2022-2024", series)
    assert list(found) == list(panel)
    for month, value in found.items():
        assert value == pytest.approx(float(panel[month][column]) * factor, abs=0.51 if factor == 1 else 0.06), month


def test_what_ukraine_derives_from_its_own_rows() -> None:
    name = "ukraine-2022-2024"
    ukrainian, missing, russian = (values(name, series) for series in ("dead-ukraine", "missing-ukraine", "dead-russia"))
    for month, dead in values(name, "deaths", "dead").items():
        assert dead == ukrainian[month] + russian[month], month
    for month, dead in values(name, "deaths", "dead-and-missing").items():
        assert dead == ukrainian[month] + russian[month] + missing[month], month
    for month, area in values(name, "held-by-russia").items():
        assert values(name, "kyiv.held")[month] == pytest.approx(1 - area / 603_548, abs=1e-4), month


# --- Vietnam ----------------------------------------------------------------------------------------------------------


def test_american_strength_is_that_of_the_data() -> None:
    with shared("us_troops", "us_troops_country_year.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["year"]: float(row["troops_ad"]) / 1000 for row in csv.DictReader(file) if row["countryname"] == "Vietnam"}
    found = values("vietnam-1964-1973", "washington.personnel")
    assert [month[:4] for month in found] == [str(year) for year in range(1964, 1974)]
    for month, value in found.items():
        assert value == pytest.approx(counted[month[:4]]), month
    assert values("vietnam-1964-1973", "troops-reported")["1964-01"] == counted["1963"]


def test_september_lies_between_the_ends_of_the_years() -> None:
    """The data give a year. That the count is September's fits while strength rises."""
    found, ends = values("vietnam-1964-1973", "washington.personnel"), values("vietnam-1964-1973", "troops-reported")
    for year in (1965, 1966, 1967):
        assert ends[f"{year - 1}-12"] < found[f"{year}-09"] < ends[f"{year}-12"]


def test_the_american_dead_add_up_to_their_source() -> None:
    name = "vietnam-1964-1973"
    dead = values(name, "washington.dead")
    assert sum(dead.values()) == 57950  # of 58,220 in all from 1956 to 2006
    before = 200  # 1956 to 1963 in the same table: 4, 5, 16, 53 and 122
    by_1969 = before + sum(value for month, value in dead.items() if month <= "1969-12")
    assert by_1969 == pytest.approx(values(name, "dead-cumulated")["1969-12"], rel=2e-3)


# --- Angola -----------------------------------------------------------------------------------------------------------


def test_the_cubans_leave_as_planned() -> None:
    """The plan of December 1988 adds up to the fifty thousand that were there, and half of them were gone in time."""
    strength = values("angola-1975-1991", "havana.personnel", "us-estimates")
    assert sum((25, 8, 5, 12)) == strength["1988-10"]
    assert strength["1988-10"] - 25 == strength["1989-10"]
    assert strength["1991-05"] == 0


def test_estimates_and_archives_part_in_1976_only() -> None:
    name = "angola-1975-1991"
    believed, found = (values(name, "havana.personnel", option) for option in ("us-estimates", "havana-archives"))
    assert found["1976-04"] > 2 * believed["1976-04"]
    assert found["1988-10"] == pytest.approx(believed["1988-10"], rel=0.05)

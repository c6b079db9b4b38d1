"""The record of the Donbas: its two files agree, its sums are those of the data, and nothing is known before it could be."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest
import yaml

from builders.places import PUBLISHERS_DATA, ROOT
from countermove.scenario.check import check
from countermove.scenario.records import read_record

NAME = "donbas-2014-2017"
SHARED = PUBLISHERS_DATA / "ged"
DERIVED = ("deaths", "civilians", "dead-low", "dead-high", "high-intensity")
WORDS = {"share", "within", "and", "or", "not", "mean", "slope"}


def load_script() -> ModuleType:
    """The script that derives the monthly deaths, as a module."""
    spec = importlib.util.spec_from_file_location("derive_donbas_record", ROOT / "scripts" / "derive_donbas_record.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (ROOT / "records" / f"{NAME}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def meaning() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "records" / f"{NAME}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load_script()


def under(rows: Iterable[dict[str, str]], series: str, *options: str) -> dict[str, float]:
    """A series under the given options, month -> value."""
    chosen = [row for row in rows if row["series"] == series and row["coding"] in ("", *options)]
    values = {row["valid"]: float(row["value"]) for row in chosen}
    assert len(values) == len(chosen), f"{series} has two values in a month"
    return values


def total(values: dict[str, float], first: str, last: str) -> float:
    return sum(value for month, value in values.items() if first <= month <= last)


def test_files_agree(rows: list[dict[str, str]], meaning: dict[str, Any]) -> None:
    assert meaning["record"] == NAME
    assert meaning["replay"] == "donbas-2014"
    assert (ROOT / "scenarios" / "donbas-2014.yaml").is_file()
    assert {row["series"] for row in rows} == set(meaning["series"])
    assert {row["source"] for row in rows} == {*meaning["sources"], "judgement"}
    options = [option for switch in meaning["codings"].values() for option in switch["options"]]
    assert len(options) == len(set(options))
    assert {row["coding"] for row in rows} <= {"", *options}
    assert all(switch["default"] in switch["options"] for switch in meaning["codings"].values())


def test_rows_are_in_order(rows: list[dict[str, str]], script: ModuleType) -> None:
    months = script.months()
    keys = [(row["series"], row["valid"], row["coding"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert len(months) == 45
    for row in rows:
        assert row["valid"] in months, row
        assert row["valid"] <= row["known"], row
        assert float(row["value"]) > -10
    bare = {(row["series"], row["valid"]) for row in rows if not row["coding"]}
    assert not bare & {(row["series"], row["valid"]) for row in rows if row["coding"]}


def test_kinds_are_what_they_say(rows: list[dict[str, str]], meaning: dict[str, Any], script: ModuleType) -> None:
    for name, series in meaning["series"].items():
        assert series["kind"] in ("monthly", "event", "level"), name
        assert series["vintage"] in ("real-time", "retrospective"), name
        if series["kind"] == "monthly":
            for option in meaning["codings"]["summary-deaths"]["options"]:
                assert list(under(rows, name, option)) == script.months(), name


@pytest.mark.parametrize("coding", ["spread", "as-dated"])
def test_published_sums(rows: list[dict[str, str]], coding: str) -> None:
    """Both codings move deaths between months, and neither makes nor loses any."""
    deaths = under(rows, "deaths", coding)
    assert total(deaths, "2014-04", "2014-12") == 3778
    assert total(deaths, "2015-01", "2015-06") == 1214
    assert total(deaths, "2016-01", "2017-12") / 24 == pytest.approx(23.6, abs=0.05)
    # the two years to which the model's positional war is calibrated: 80 dead dated to August 2017 move into them when spread
    assert total(deaths, "2015-07", "2017-06") / 24 == pytest.approx({"spread": 23.96, "as-dated": 21.33}[coding], abs=0.05)
    assert deaths["2014-12"] == {"spread": 264, "as-dated": 621}[coding]


@pytest.mark.parametrize("coding", ["spread", "as-dated"])
def test_low_and_high_enclose_the_best(rows: list[dict[str, str]], coding: str) -> None:
    low, high, deaths, civilians = (under(rows, name, coding) for name in ("dead-low", "dead-high", "deaths", "civilians"))
    for month, dead in deaths.items():  # each series is rounded by itself: two persons of slack
        assert low[month] - 2 <= dead + civilians[month] <= high[month] + 2, month


def test_nothing_of_2017_is_known_in_2017(rows: list[dict[str, str]]) -> None:
    """An annual release about six months after the year: the decision of December 2017 sees the dead of 2016 and not of 2017."""
    seen = [row["valid"] for row in rows if row["series"] in DERIVED and row["known"] <= "2017-12"]
    assert max(seen) == "2016-12"
    assert min(row["known"] for row in rows if row["series"] in DERIVED and row["valid"] >= "2017-01") == "2018-06"
    reported = [row for row in rows if row["series"] == "killed-ohchr" and row["known"] <= "2017-12"]
    assert max(row["valid"] for row in reported) == "2017-11"
    counts = [float(row["value"]) for row in reported]
    assert counts == sorted(counts)


def test_debaltseve_is_a_switch(rows: list[dict[str, str]]) -> None:
    """Rescue and opportunism differ in January 2015 and nowhere else."""
    touched = {(row["series"], row["valid"]) for row in rows if row["coding"] in ("rescue", "opportunism")}
    assert touched == {
        (series, "2015-01") for series in ("separatists.losing", "separatists.winning", "moscow.rescues", "moscow.exploits")
    }
    assert under(rows, "separatists.losing", "rescue")["2015-01"] == 1
    assert under(rows, "separatists.losing", "opportunism")["2015-01"] == 0
    assert under(rows, "moscow.raises")["2015-01"] == 1
    assert under(rows, "separatists.attacks")["2015-02"] == 1


def test_ceasefires(rows: list[dict[str, str]]) -> None:
    every = under(rows, "recommitments", "every-statement")
    strict = under(rows, "recommitments", "new-truces")
    assert sum(every.values()) == 19
    assert sum(strict.values()) == 15
    begins, breaks = under(rows, "truce-begins"), under(rows, "truce-breaks")
    assert set(begins) == set(every) == set(strict)
    assert len(breaks) == len(begins) - 1
    # every truce but the last is over before the next begins, or in the same month as it began
    for (begun, following), broken in zip(zip(sorted(begins), sorted(begins)[1:], strict=False), sorted(breaks), strict=True):
        assert begun <= broken <= following


def test_a_datum_is_known_when_its_source_exists(rows: list[dict[str, str]], meaning: dict[str, Any]) -> None:
    """Exceptions say so: the dead (an earlier release is assumed) and rows whose note has "source written later"."""
    for row in rows:
        year = meaning["sources"].get(row["source"], {}).get("year", 0)
        if row["source"] != "ucdp-ged-221" and "source written later" not in row["note"]:
            assert int(row["known"][:4]) >= year, row


def test_claims_ask_the_record_for_what_it_has(rows: list[dict[str, str]]) -> None:
    scenario = yaml.safe_load((ROOT / "scenarios" / "donbas-2017.yaml").read_text(encoding="utf-8"))
    asked = [claim["on-record"] for claim in scenario["claims"].values() if "on-record" in claim]
    assert len(asked) >= 6
    names = {name for query in asked for name in re.findall(r"[a-z][a-z-]*(?:\.[a-z][a-z-]*)?", query)} - WORDS
    assert names <= {row["series"] for row in rows}


def test_readers_accept_the_files() -> None:
    """The language's own reader and checker: no mistakes; the replay has a single strategy on purpose, and four claims ask for a sign that the
    model assumes: they are sentences of the argument, and stay, as does the plan that climbs by its own orders."""
    record = read_record(NAME)
    april = 2014 * 12 + 3
    assert (record.first, record.last - record.first) == (april, 44)
    assert record.path("deaths", april, 9, coding="as-dated").sum() == 3778
    for name, expected in (
        ("donbas-2017", ["grants requests by a rule", *["is assumed, not found"] * 4]),
        ("donbas-2014", ["a single strategy"]),
    ):
        report = check(name)
        assert report.errors == ()
        assert len(report.warnings) == len(expected), [str(issue) for issue in report.warnings]
        assert all(part in issue.message for part, issue in zip(expected, report.warnings, strict=True))


def test_spreading_keeps_whole_persons(script: ModuleType) -> None:
    event = {"date_start": "2014-10-30", "date_end": "2014-12-07"}
    days = script.days_by_month(event)
    assert days == {"2014-10": 2, "2014-11": 30, "2014-12": 7}
    assert script.spread(431, days) == {"2014-10": 22, "2014-11": 332, "2014-12": 77}
    assert script.spread(1, {"2014-04": 1, "2014-05": 1}) == {"2014-04": 1, "2014-05": 0}
    assert script.spread(0, days) == {"2014-10": 0, "2014-11": 0, "2014-12": 0}


def test_derived_rows_are_those_of_the_data(rows: list[dict[str, str]], script: ModuleType) -> None:
    if not script.EVENTS.is_file():
        pytest.skip(f"NOT COMPARED with the data: {script.EVENTS} is not here; the UCDP events are not shipped")
    assert script.derived(script.read(script.EVENTS)) == [row for row in rows if row["source"] == script.SOURCE]


def test_monthly_sums_of_the_data_are_as_dated(rows: list[dict[str, str]]) -> None:
    path = SHARED / "ged221_ukraine_monthly.csv"
    if not path.is_file():
        pytest.skip(f"NOT COMPARED with the data: {path} is not here; the UCDP events are not shipped")
    with path.open(encoding="utf-8", newline="") as file:
        published = {row["m"]: row for row in csv.DictReader(file)}
    for month, value in under(rows, "deaths", "as-dated").items():
        assert value == int(published[month]["best"]) - int(published[month]["deaths_civilians"])
    for series, column in (("civilians", "deaths_civilians"), ("dead-low", "low"), ("dead-high", "high")):
        for month, value in under(rows, series, "as-dated").items():
            assert value == int(published[month][column]), (series, month)

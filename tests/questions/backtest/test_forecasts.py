"""Forecasts that are issued: sealed byte by byte, the same twice, and scored by hand-made numbers."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.backtests import backtest, case_scores, forecasts
from countermove.cli.main import main
from countermove.errors import EvidenceError, StoreError
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.plain import as_json
from countermove.questions.backtest.backtest import write_backtest
from countermove.questions.backtest.baselines import BASELINES
from countermove.questions.backtest.finding import (
    AS_SIMULATED,
    EQUAL,
    IN_PROPORTION,
    RECORD_ALONE,
    SO_FAR,
    STACKED,
)
from countermove.questions.backtest.forecasts import CaseForecasts, Forecasts, MethodForecast, SeriesForecast
from countermove.questions.backtest.page import render_backtest
from countermove.questions.backtest.quantile_forecasts import pinball, series_forecast, series_result
from countermove.questions.backtest.rolling import OriginForecasts, Rolling, extended_data, targets_of
from countermove.questions.backtest.sealed_forecasts import (
    FORMAT,
    extended_replay,
    read_forecasts,
    score_forecasts,
    write_forecasts,
)
from countermove.questions.backtest.target_forecasts import target_forecasts
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.scenario.write import hash_of
from countermove.store.sealed import read_sealed, seal_of, write_sealed
from countermove.world.channel import CHANNEL
from countermove.world.record import Datum, Record, Span

DONBAS, REPLAY = "donbas-2014-2017", "donbas-2014"
END = 2017 * 12 + 11
FIVE = (10.0, 20.0, 30.0, 40.0, 50.0)


def made_up() -> Forecasts:
    """Deaths and truces in the two months after the record of the Donbas; the numbers are round."""
    deaths = SeriesForecast(
        "deaths",
        "persons",
        False,
        (
            MethodForecast("spigot", "theory", (4, 4), (30.0, 30.0), (FIVE, FIVE)),
            MethodForecast("no-change", "baseline", (9, 8), (60.0, 60.0), (tuple(x + 30 for x in FIVE),) * 2),
        ),
    )
    truces = SeriesForecast(
        "truce-begins",
        "",
        True,
        (
            MethodForecast("spigot", "theory", (4, 4), (0.5, 0.25), ()),
            MethodForecast("no-change", "baseline", (), (0.5, 0.5), ()),
        ),
    )
    case = CaseForecasts(
        DONBAS,
        "A war",
        replay=REPLAY,
        replay_hash=hash_of(read(REPLAY)),
        record_hash="b" * 64,
        origin=END,
        added=2,
        series=(deaths, truces),
    )
    return forecasts((case,), 2, versions={"numpy": "2"})


def known(*deaths: float) -> Record:
    """The record with made-up deaths in the months after its end, in which truces were watched too."""
    record = read_record(DONBAS)
    more = (Datum("deaths", END + 1 + place, END + 1 + place, value) for place, value in enumerate(deaths))
    watched = (Span(2014 * 12 + 3, END + len(deaths)),)
    series = {**record.series, "truce-begins": replace(record.series["truce-begins"], covers=watched)}
    return replace(record, series=series, data=(*record.data, *more))


# --- the seal


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as it is issued."""
    path = tmp_path_factory.mktemp("issued") / "a.forecasts.json"
    write_forecasts(made_up(), path)
    return path


def test_what_is_issued_comes_back(sealed: Path) -> None:
    """All of it; the seal is what anybody can compute from the content with a line of Python."""
    assert read_forecasts(sealed) == made_up()
    told = json.loads(sealed.read_text())
    plain = json.dumps(told["content"], sort_keys=True, separators=(",", ":")).encode()
    assert told["seal"] == hashlib.sha256(plain).hexdigest() == seal_of(as_json(made_up()))
    assert told["content"]["cases"][0]["origin"] == "2017-12"


def test_the_same_forecasts_are_the_same_bytes(sealed: Path, tmp_path: Path) -> None:
    """Another order of the libraries is no other content."""
    write_forecasts(replace(made_up(), versions=dict(made_up().versions)), tmp_path / "b.json")
    assert (tmp_path / "b.json").read_bytes() == sealed.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]


def test_line_ends_are_no_content(sealed: Path, tmp_path: Path) -> None:
    """A file whose lines all end as on Windows is the same; with some of them so, or a mark before it, that is what is said."""
    path, whole = tmp_path / "c.json", sealed.read_bytes()
    path.write_bytes(whole.replace(b"\n", b"\r\n"))
    assert read_forecasts(path) == made_up()
    for changed, said in (
        (whole.replace(b"\n", b"\r\n", 3), "some line ends were changed"),
        (whole.replace(b"\n", b"\r"), "some line ends were changed"),
        (whole[:-1], "some line ends were changed"),
        (b"\xef\xbb\xbf" + whole, "a byte order mark was put before it"),
    ):
        path.write_bytes(changed)
        with pytest.raises(StoreError, match=said):
            read_forecasts(path)
    path.write_bytes(whole.replace(b"\n", b"\r\n").replace(b'"origin": "2017-12"', b'"origin": "2017-11"'))
    with pytest.raises(StoreError, match="the seal is broken"):
        read_forecasts(path)


@given(data=st.data())
def test_any_changed_byte_is_seen(sealed: Path, data: st.DataObject) -> None:
    """Changed, left out or put in: refused with the place and a reason."""
    whole = sealed.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    other = bytes([byte])
    changed = data.draw(
        st.sampled_from([whole[:at] + other + whole[at + 1 :], whole[:at] + whole[at + 1 :], whole[:at] + other + whole[at:]])
    )
    path = sealed.with_name("changed.json")
    path.write_bytes(changed)
    with pytest.raises(StoreError) as caught:
        read_forecasts(path)
    file, line, column = caught.value.where.rsplit(":", 2)
    assert file == str(path) and int(line) >= 1 and int(column) >= 1 and caught.value.what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "no sealed file"),
        ('{"content": {}, "format": "countermove forecasts, version 9", "seal": ""}', "version 9"),
        ('{"content": NaN, "format": "countermove forecasts, version 1", "seal": ""}', "not finite"),
        ("[" * 100_000, "not JSON that anybody wrote"),
        ("1" * 10_000, "not JSON that anybody wrote"),
        ('{"content": "é"}', "not a letter of ASCII"),
    ],
)
def test_what_is_no_sealed_file(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on standard error, and 2."""
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    assert main(["backtest", "--score", str(path)]) == 2
    told = capsys.readouterr().err
    assert said in told and "Traceback" not in told and told.count("\n") == 1


def test_a_seal_that_holds_over_something_else(tmp_path: Path) -> None:
    """Whoever seals other things in our format gets words too."""
    for content in (
        {},
        {**as_json(made_up()), "cases": [{}]},
        {**as_json(made_up()), "horizon": 3},
        {**as_json(made_up()), "levels": 5},
    ):
        write_sealed(tmp_path / "a.json", FORMAT, content)
        with pytest.raises(StoreError, match="another program"):
            read_forecasts(tmp_path / "a.json")
    write_sealed(tmp_path / "a.json", FORMAT, [])
    with pytest.raises(StoreError, match="no sealed file"):
        read_sealed(tmp_path / "a.json", FORMAT)
    for strange in (tmp_path / "none.json", tmp_path, Path("a\0b")):
        with pytest.raises(StoreError, match="cannot be read"):
            read_forecasts(strange)


# --- scores


def test_pinball_by_hand() -> None:
    """60 is above all: 0.05 · 50 + 0.25 · 40 + 0.5 · 30 + 0.75 · 20 + 0.95 · 10 = 52, over 5. 30 is the median: 1 + 2.5 + 0 + 2.5 + 1 = 7, over 5."""
    assert pinball(np.array([FIVE, FIVE]), np.array([60.0, 30.0])) == pytest.approx([10.4, 1.4])


def test_a_made_up_record(sealed: Path) -> None:
    """Deaths of 60 and 30: the theory loses 10.4 and 1.4, no-change 1.4 and 10.4 (mirrored); truces never: Brier by hand."""
    (case,) = score_forecasts(sealed, known(60, 30))
    deaths, truces = case.series
    spigot, no_change = deaths.methods
    assert deaths.happened == (60, 30) and deaths.known == 2
    assert spigot.loss == pytest.approx((10.4 + 1.4) / 2) and spigot.inside90 == 0.5
    assert no_change.loss == pytest.approx((1.4 + 10.4) / 2) and math.isnan(no_change.skill) and no_change.inside90 == 0.5
    assert spigot.skill == pytest.approx(0)
    assert truces.methods[0].loss == pytest.approx((0.25 + 0.0625) / 2) and truces.methods[1].loss == 0.25
    assert truces.methods[0].skill == pytest.approx(1 - 0.15625 / 0.25) and math.isnan(truces.methods[0].inside90)
    assert case.notes == ()


def test_months_that_are_not_known_count_for_nothing(sealed: Path) -> None:
    """One month of two: its numbers alone, and a note."""
    (case,) = score_forecasts(sealed, known(30))
    spigot, no_change = case.series[0].methods
    assert case.series[0].known == 1 and math.isnan(case.series[0].happened[1])
    assert spigot.loss == pytest.approx(1.4) and spigot.skill == pytest.approx(1 - 1.4 / 10.4) and no_change.inside90 == 0
    assert "not all of the 2 months" in case.notes[0]


def test_a_record_without_the_months_says_so(sealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and in JSON; a record that the file has nothing of is refused."""
    assert main(["backtest", "--score", str(sealed)]) == 0
    told = capsys.readouterr().out
    assert (
        "The record ends in 2017-12: none of the 2 months after 2017-12 is known yet" in told
        and seal_of(as_json(made_up())) in told
    )
    assert main(["backtest", "--score", str(sealed), "--json"]) == 0
    (case,) = json.loads(capsys.readouterr().out)["cases"]
    assert [row["known"] for row in case["series"]] == [0, 0] and case["series"][0]["methods"] == [] and case["last"] == "2017-12"
    with pytest.raises(EvidenceError, match="nothing was issued"):
        score_forecasts(sealed, read_record("vietnam-1964-1973"))


def test_a_table_of_scores(sealed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the command shows it."""
    monkeypatch.setattr("countermove.questions.backtest.sealed_forecasts.read_record", lambda name: known(60, 30))
    assert main(["backtest", "--score", str(sealed), "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "deaths, donbas-2014-2017: 2 of 2 months after 2017-12" in told and "pinball loss" in told and "50%" in told


def test_a_replay_that_was_changed_is_said(tmp_path: Path) -> None:
    one = made_up()
    write_forecasts(replace(one, cases=(replace(one.cases[0], replay_hash="c" * 64),)), tmp_path / "a.json")
    assert any("changed since" in note for note in score_forecasts(tmp_path / "a.json", known(1, 1))[0].notes)


def test_what_nobody_foresaw_and_what_was_never_seen() -> None:
    """A loss of no-change of 0 leaves no skill; nothing known leaves no methods."""
    said = SeriesForecast(
        "deaths", "", False, tuple(MethodForecast(name, "theory", (1,), (5.0,), ((5.0,) * 5,)) for name in ("a", "no-change"))
    )
    assert math.isnan(series_result(said, np.array([5.0])).methods[0].skill)
    assert series_result(said, np.array([np.nan])).methods == ()


# --- what is issued


def war() -> tuple[Observations, tuple[Any, ...]]:
    """Two years of deaths that rise by 10 a month, and truces in every fourth month."""
    values = np.stack([10.0 * np.arange(24), (np.arange(24) % 4 == 3).astype(float)], axis=1)
    seen = (ObservedChannel(CHANNEL["deaths"]), ObservedChannel(CHANNEL["truce-begins"]))
    data = Observations(seen, values, np.ones((24, 2), dtype=bool), names=("deaths", "truce-begins"))
    return data, targets_of(data, 12)


def said_of(how: Rolling) -> tuple[SeriesForecast, ...]:
    """Of two theories, the first of which the record is wholly for."""
    data, targets = war()
    members = np.zeros((1, how.horizon, 2, how.members), np.float32)
    members[:, :, 0] = np.arange(how.members)
    origins, believed = np.array([23]), np.ones((1, 2))
    said = {
        name: OriginForecasts(origins, members + more, members + more, np.array([log]), believed)
        for name, more, log in (("one", 0, 0.0), ("other", 100, -99.0))
    }
    return tuple(series_forecast(target_forecasts(data, targets, k, said, how)) for k in range(2))


def test_quantiles_of_members_and_of_simple_forecasts() -> None:
    """Members 0 to 98 have their quantiles at 4, 24, 49, 74 and 94; climatology those of the past; no-change adds its changes."""
    deaths, truces = said_of(Rolling(members=99, draws=2, particles=2))
    assert [row.method for row in deaths.methods] == [
        "one",
        "other",
        EQUAL,
        SO_FAR,
        STACKED,
        AS_SIMULATED,
        *BASELINES,
        RECORD_ALONE,
    ]
    by = {row.method: row for row in deaths.methods}
    assert by["one"].quantiles == ((4, 24, 49, 74, 94),) * 6 and by["one"].members == (99,) * 6 and by["one"].mean == (49,) * 6
    assert by[SO_FAR].quantiles == by["one"].quantiles and 90 < by[EQUAL].mean[0] < 110
    assert all(row.quantiles[0][2] == 115 for row in deaths.methods if row.method == "climatology")
    assert (
        by["no-change"].quantiles[0] == (240,) * 5
        and by["no-change"].quantiles[5] == (290,) * 5
        and by["no-change"].members == (23, 22, 21, 20, 19, 18)
    )
    assert [row.method for row in truces.methods] == [
        "one",
        "other",
        EQUAL,
        SO_FAR,
        STACKED,
        *(name for name in BASELINES if name != IN_PROPORTION),
    ]
    chances = {row.method: row.mean for row in truces.methods}
    assert chances["one"][0] == pytest.approx(0.5 / 100) and chances["climatology"][0] == pytest.approx(7 / 26, rel=1e-5)
    assert all(row.quantiles == () for row in truces.methods)


def test_the_clock_runs_on() -> None:
    """By the months asked for; phases that last to its end last on, others end when they did; nothing is known of the new months."""
    war_, more = read("ukraine-2022"), extended_replay(read_record("ukraine-2022-2024"), 6)
    assert more.clock.months == war_.clock.months + 6 and more.clock.start == war_.clock.start
    before, after = ([phase.end for phase in scenario.opening.phases] for scenario in (war_, more))
    assert after[:2] == before[:2] and after[2] == before[2] + 6
    data, _ = war()
    assert extended_data(data, 30).months == 30 and not extended_data(data, 30).known[24:].any()
    assert np.array_equal(extended_data(data, 24).values, data.values)


def test_the_page_names_the_file_and_its_seal(tmp_path: Path) -> None:
    """Both are there, and a table for each series with its median and interval."""
    one = made_up()
    case = case_scores(DONBAS, replay=REPLAY, first=END - 44, last=END, data=10, retrospective=0, theories=("spigot",), targets=())
    found = backtest((case,), 2, forecasts=one)
    path = write_backtest(found, tmp_path / "out" / "backtest.html")
    page = path.read_text(encoding="utf-8")
    assert read_forecasts(tmp_path / "out" / "backtest.forecasts.json") == one
    assert seal_of(as_json(one)) in page and "backtest.forecasts.json" in page
    assert "seal" not in render_backtest(replace(found, forecasts=None))


@pytest.mark.slow
def test_issued_in_earnest(tmp_path: Path) -> None:
    """One theory on the Donbas: six months after December 2017, the same bytes twice, and a table on the page."""
    asked = ["backtest", "donbas-2017", "--theory", "spigot", "--draws", "8", "--particles", "8", "--stride", "12", "--quiet"]
    for folder in "ab":
        assert main([*asked, "--out", str(tmp_path / folder)]) == 0
    one, other = ((tmp_path / folder / "backtest.forecasts.json").read_bytes() for folder in "ab")
    assert one == other
    (case,) = read_forecasts(tmp_path / "a" / "backtest.forecasts.json").cases
    assert case.origin == END and case.added == 6 and case.series[0].name == "deaths"
    for series in case.series:
        for row in series.methods:
            assert len(row.mean) == 6 and all(list(month) == sorted(month) for month in row.quantiles)
    page = (tmp_path / "a" / "backtest.html").read_text(encoding="utf-8")
    assert "Issued: deaths after December 2017, not known here." in page and "January\N{NO-BREAK SPACE}2018" in page

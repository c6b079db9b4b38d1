"""The readers for the publishers' formats: what they accept, what they refuse and where, and the real files with their known sums."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.places import PUBLISHERS_DATA
from builders.publisher_files import CELLS, GED, GED_ROWS, KINDS, LINES, changed, good
from countermove.errors import RecordError
from countermove.publishers import formats as publishers
from countermove.publishers import strict_csv as publishers_rows
from countermove.publishers.formats import (
    FORMATS,
    read_bytes,
    read_published,
    recognise,
)
from countermove.publishers.table import KNOWN


def text(form: str, old: str, new: str) -> bytes:
    """The file with the first `old` replaced."""
    whole = good(form).decode()
    assert old in whole
    return whole.replace(old, new, 1).encode()


def mistakes(data: bytes, form: str) -> RecordError:
    """What is wrong with a file."""
    with pytest.raises(RecordError) as caught:
        read_bytes(data, "bad.csv", FORMATS[form])
    assert caught.value.exit_code == 2
    return caught.value


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", FORMATS)
def test_a_good_file_is_recognised_and_read(form: str, packed: bool, tmp_path: Path) -> None:
    """Packed or not; the arrays have one length and cannot be written to."""
    data = good(form, packed=packed)
    assert recognise(data, "some.csv").name == form
    if not packed:
        marked = b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n"
        assert (
            recognise(marked, "some.csv").name == form
            and len(read_bytes(marked, "some.csv", FORMATS[form])) == len(LINES[form]) - 1
        )
    path = tmp_path / ("some.csv.gz" if packed else "some.csv")
    path.write_bytes(data)
    table = read_published(path, form)
    assert len(table) == len(LINES[form]) - 1
    for field in dataclasses.fields(table):
        array = getattr(table, field.name)
        assert len(array) == len(table) and not array.flags.writeable, field.name


def test_events() -> None:
    """Types, midnights and decimals of spreadsheets."""
    events = read_bytes(good("ucdp-ged"), "x", FORMATS["ucdp-ged"])
    assert isinstance(events, publishers.Events)
    assert events.id.tolist() == [1, 2] and events.best.tolist() == [6, 5] and events.latitude.tolist() == [50.45, -1.5]
    assert events.date_start.astype(str).tolist() == ["2014-01-22", "2014-03-01"]
    assert events.adm_1.tolist() == ["Upper Valley", ""]


def test_support_by_side() -> None:
    """Kinds and counts stand side by side, in the order of KINDS."""
    table = read_bytes(good("ucdp-esd-side-year"), "x", FORMATS["ucdp-esd-side-year"])
    assert isinstance(table, publishers.SideYears)
    weapons, joint = KINDS.index("w"), KINDS.index("y")
    assert table.kinds.shape == table.counts_ns.shape == (2, 11)
    assert np.flatnonzero(table.kinds[1]).tolist() == sorted((weapons, joint)) and not table.kinds[0].any()
    assert table.kinds_s[1, weapons] and table.kinds_ns[1, joint] and not table.kinds_s[1, joint]
    assert table.counts_s[1, weapons] == 2 and table.ext_name.tolist() == ["", "Empire and friends"]


def test_supporters_that_are_not_named_have_no_kinds() -> None:
    """Neither given nor withheld: -1."""
    table = read_bytes(good("ucdp-support"), "x", FORMATS["ucdp-support"])
    assert isinstance(table, publishers.Supporters)
    assert table.exists.tolist() == [1, 0, -1] and table.name.tolist() == ["Empire", "", ""]
    assert table.kinds[0].tolist() == [1, 0, 0, 1, 0, 0, 0, 0, 0, 0] and (table.kinds[1:] == -1).all()


def test_endings() -> None:
    """Days that are not given are no days; of several the last."""
    table = read_bytes(good("ucdp-endings"), "x", FORMATS["ucdp-endings"])
    assert isinstance(table, publishers.Endings)
    assert table.outcome.tolist() == [4, 0] and table.dyadterm.tolist() == [1, -1]
    assert table.ependdate.astype(str).tolist() == ["1946-07-21", "NaT"]
    assert table.cfiredate.astype(str).tolist() == ["NaT", "1996-12-04"] and np.isnat(table.peagdate).all()


def test_codes_of_several_actors() -> None:
    """One text, with one way of writing it; blanks around words are the publisher's slip."""
    table = read_bytes(good("ucdp-battle-deaths"), "x", FORMATS["ucdp-battle-deaths"])
    assert isinstance(table, publishers.BattleDeaths)
    assert table.side_a_id.tolist() == ["114", "156, 28, 3"] and table.territory_name.tolist() == ["Upper Valley"] * 2


def test_the_publishers_other_columns_may_be_there() -> None:
    """The whole release of GED, in another order, with a byte order mark, line ends of Windows, and blank lines at the end."""
    header = "source_headline,relid,country," + GED
    data = b"\xef\xbb\xbf" + "\r\n".join([header, *(f'"a ""b"",\r\nc",d,e,{row}' for row in GED_ROWS), "", ""]).encode()
    table = read_bytes(data, "x", FORMATS["ucdp-ged"])
    assert len(table) == 2 and recognise(data, "x").name == "ucdp-ged"
    wrong = data.replace(b",6,7,5,", b",6,7,much,")
    found = mistakes(wrong, "ucdp-ged").issues[0]
    line = next(line for line in wrong.decode("utf-8-sig").split("\r\n") if "much" in line)
    assert (found.line, found.column) == (3, line.index("much") + 1)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "line", "column", "cell", "says"), CELLS)
def test_a_bad_cell_is_refused_where_it_stands(form: str, line: int, column: str, cell: str, says: str) -> None:
    """One mistake, with line and column, in words that do not move the cursor."""
    data, place = changed(form, line, column, cell)
    error = mistakes(data, form)
    said = [str(issue) for issue in error.issues if issue.where == f"bad.csv:{place}" and says in issue.message]
    assert said, str(error)
    assert not re.search(r"[\x00-\x1f]", said[0]) and len(said[0]) < 600 and "; expected " in said[0]


WHOLE = [
    (b"", "bad.csv:1:1: the file is empty"),
    (b"\n\n", "bad.csv:1:1: the file is empty"),
    ((GED + "\n").encode(), "bad.csv:1:1: no rows"),
    (good("ucdp-support"), "bad.csv:1:1: the column \"date_start\" is missing"),
    (text("ucdp-ged", ",1,1,1\n", ",1,1\n"), "bad.csv:2:1: 19 cells; expected 20"),
    (text("ucdp-ged", ",1,1,1\n", ",1,1,1,1\n"), "bad.csv:2:1: 21 cells; expected 20"),
    (text("ucdp-ged", "Upper Valley", '"Upper" Valley'), "a row that cannot be read"),
    (text("ucdp-ged", "Upper Valley", '"Upper Valley'), "bad.csv:2:69: a row that cannot be read: unexpected end of data"),
    (text("ucdp-ged", "Upper Valley", "Upper\rValley"), "a row that cannot be read"),
    (text("ucdp-ged", "Upper Valley", "Upper\0Valley"), "bad.csv:2:74: a NUL character"),
    (good("ucdp-ged").replace(b"Upper Valley", b"Upp\xe9r Valley"), "bad.csv:2:72: byte 0xe9 is not UTF-8"),
    (good("ucdp-ged", packed=True)[:-9], "the packed file breaks off"),
    (b"\x1f\x8bno", "the packed file breaks off"),
    (good("ucdp-ged").decode().encode("utf-16"), "byte 0xff is not UTF-8"),
    (good("ucdp-ged").replace(b",", b";"), "bad.csv:1:1: semicolons between the cells; expected commas"),
    (good("ucdp-ged").replace(b",", b"\t"), "bad.csv:1:1: tabs between the cells"),
    (gzip.compress(good("ucdp-ged").replace(b",", b";")), "bad.csv:1:1: semicolons between the cells"),
    (b"\xef\xbb\xbfsep=;\r\n" + good("ucdp-ged").replace(b",", b";"), "bad.csv:1:1: semicolons between the cells"),
    (b"PK\x03\x04" + bytes(range(256)), "bad.csv:1:"),
    (text("ucdp-ged", "Upper Valley", "V" * 2_000_000), "too much text"),
    (text("ucdp-ged", "Upper Valley", "V" * 200_000), "a row that cannot be read: field larger"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "says"), WHOLE, ids=[says for _, says in WHOLE])
def test_a_broken_file_is_refused(data: bytes, says: str) -> None:
    """Also where no cell can be told from another."""
    assert says in str(mistakes(data, "ucdp-ged"))


def test_all_mistakes_are_told_at_once() -> None:
    """In the order of the file, and not for ever."""
    data = text("ucdp-ged", "North - South,North", ",").replace(b"2014-03-04", b"2013-03-04").replace(b"2.0,2014", b"two,2014")
    assert [issue.line for issue in mistakes(data, "ucdp-ged").issues] == [2, 2, 3]
    rows = "\n".join([GED, *(f"x{number}{GED_ROWS[0][1:]}" for number in range(1000))])
    assert len(mistakes(rows.encode(), "ucdp-ged").issues) == 200


def test_a_packed_file_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked is counted."""
    monkeypatch.setattr(publishers_rows, "MAX_BYTES", 100_000)
    rows = "\n".join([GED, *(f"{number}{GED_ROWS[0][1:]}" for number in range(1, 5000))])
    assert "too much text" in str(mistakes(gzip.compress(rows.encode()), "ucdp-ged"))


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xfe", good("ucdp-ged").replace(b"best,", b"")])
def test_a_header_that_no_one_knows(data: bytes) -> None:
    """The nearest format is named with what it lacks."""
    with pytest.raises(RecordError) as caught:
        recognise(data, "bad.csv")
    assert "bad.csv:1:1" in str(caught.value)
    if data.startswith(b"id"):
        assert "the header of UCDP georeferenced events without best" in str(caught.value)


@pytest.mark.parametrize("path", ["nowhere.csv", "", ".", "a\0b"])
def test_a_file_that_cannot_be_opened(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is refused like any other."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordError):
        read_published(path, "ucdp-ged")


# --- any bytes at all -------------------------------------------------------------------------------------------------


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with some bytes cut out, put in or changed; sometimes the packed one."""
    form = draw(st.sampled_from(sorted(FORMATS)))
    data = good(form, packed=draw(st.integers(0, 4)) == 0)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 6)))
        piece = draw(
            st.one_of(
                st.binary(max_size=6), st.sampled_from([b",", b'"', b"\n", b"\r", b'""', b"1e9", b".", b"NaN", b"-", b"\xc2\x85"])
            )
        )
        data = data[:start] + piece + data[end:]
    return form, data


@settings(max_examples=500)
@given(mutated())
def test_whatever_comes_is_read_or_refused(case: tuple[str, bytes]) -> None:
    """Nothing but the package's own error comes out, and it has a place and words for a terminal."""
    form, data = case
    for read in (lambda: read_bytes(data, "bad.csv", FORMATS[form]), lambda: recognise(data, "bad.csv")):
        try:
            read()
        except RecordError as error:
            assert error.issues
            for issue in error.issues:
                assert issue.file == "bad.csv" and issue.message and not re.search(r"[\x00-\x1f\x7f-\x9f]", str(issue))


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_noise_is_refused(data: bytes) -> None:
    """No noise is a file of a publisher."""
    for form in FORMATS.values():
        with pytest.raises(RecordError):
            read_bytes(data, "bad.csv", form)


# --- the real files ---------------------------------------------------------------------------------------------------


def shared(name: str) -> Path:
    """A file of the shared data."""
    path = PUBLISHERS_DATA / name
    if not path.is_file():
        pytest.skip(f"NOT READ: {path} is not here; the publishers' files are not shipped")
    return path


def test_monthly_sums_of_ukraine_are_those_of_its_events() -> None:
    """Every column of the derived table, month by month; a month that is not in it has no event. Events count when they end."""
    events = read_published(shared("ged/ged221_ukraine_2014_2021.csv"), "ucdp-ged")
    with shared("ged/ged221_ukraine_monthly.csv").open(encoding="utf-8", newline="") as file:
        published = {row["m"]: row for row in csv.DictReader(file)}
    ends = events.date_end.astype("datetime64[M]").astype(str)
    assert len(events) == 2989 and len(published) == 95
    columns = {
        name: getattr(events, name)
        for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high")
    }
    for name, values in (*columns.items(), ("events", np.ones(len(events), np.int64))):
        for month in {*published, *ends.tolist()}:
            assert values[ends == month].sum() == int(published.get(month, {}).get(name, "0")), (name, month)
    assert [int(values.sum()) for values in columns.values()] == [3355, 1371, 1240, 1916, 7882, 7424, 8804]


def test_syria() -> None:
    """Packed, with 16,566 events."""
    events = read_published(shared("ged/ucdp_syria_191_events.csv.gz"), "ucdp-ged")
    assert len(events) == 16_566 and events.best.sum() == 112_337 and events.high.sum() == 119_020
    assert (events.low > events.best).sum() == 30 and (events.best > events.high).sum() == 71


def test_support_in_the_real_files() -> None:
    """Counts by kind, and how much is named."""
    sides = read_published(shared("esd/ucdp-esd-ay-181.csv"), "ucdp-esd-side-year")
    assert len(sides) == 4013 and sides.kinds.sum(0).tolist() == [365, 35, 518, 1511, 1380, 1553, 1202, 345, 778, 148, 98]
    assert sides.ext_sup.sum() == 2554 and sides.kinds_s[:, KINDS.index("w")].sum() == 1428
    assert (sides.year.min(), sides.year.max()) == (1975, 2017)
    patrons = read_published(shared("esd/ucdp_extsup_v1_supporter_level_1975_2009.csv"), "ucdp-support")
    assert len(patrons) == 5022 and (patrons.name != "").sum() == 3731 and (patrons.alleged == 1).sum() == 165
    assert (patrons.kinds == 1).sum(0).tolist() == [890, 286, 524, 1578, 1329, 1705, 1258, 93, 100, 60]


def test_deaths_and_endings_in_the_real_files() -> None:
    """Sums and outcomes."""
    deaths = read_published(shared("ucdp/BattleDeaths_v24_1_dyadic.csv"), "ucdp-battle-deaths")
    assert len(deaths) == 1920 and deaths.bd_best.sum() == 2_226_798 and set(deaths.version.tolist()) == {"24.1"}
    endings = read_published(shared("ucdp/ucdp-term-dyad-3-2021.csv"), "ucdp-endings")
    assert len(endings) == 3140 and np.bincount(endings.outcome).tolist() == [2286, 106, 95, 144, 69, 356, 84]
    assert (~np.isnat(endings.cfiredate)).sum() == 153 and (~np.isnat(endings.peagdate)).sum() == 168
    assert (endings.dyadterm == -1).sum() == 64


def test_the_table_knows_the_files_at_hand() -> None:
    """Names, places and checksums differ from one another, and are those of the files; no address without a page."""
    for field in ("name", "path", "sha256"):
        assert len({getattr(entry, field) for entry in KNOWN}) == len(KNOWN), field
    for entry in KNOWN:
        assert entry.licence and entry.citation and entry.publisher and (entry.format in FORMATS or not entry.format)
        assert entry.page or not entry.url
        data = shared(entry.path).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry.sha256, entry.size)

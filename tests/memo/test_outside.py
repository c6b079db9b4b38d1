"""The outside view: published intervals, counts that the data give again, a table read strictly, and truces of a record."""

from __future__ import annotations

import csv
import importlib
import math
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support_by_patron import Given

from builders.findings import bare_findings
from builders.places import PUBLISHERS_DATA, ROOT
from builders.publisher_files import side_year, side_years
from countermove.decision.findings import MeasureRow
from countermove.errors import RecordError
from countermove.memo.base_rates import RATES, SOURCES, base_rates
from countermove.memo.outside_view import interval, outside_views, truces_of
from countermove.questions.run.findings_index import FindingsIndex
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.world.measure import MEASURE_NAMES, MEASURES
from countermove.world.record import Datum, Record, Series, Span

RECORDS = ROOT / "records"
NOTHING = FindingsIndex(bare_findings(("wait",), ("inertia",)))


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that derives the counts, as a module."""
    return importlib.import_module("derive_base_rates")


# --- intervals --------------------------------------------------------------------------------------------------------

# Brown, Cai & DasGupta 2001, table 5: Jeffreys, n = 10, 95%
PUBLISHED = {0: (0, 0.217), 1: (0.011, 0.381), 2: (0.044, 0.503), 3: (0.093, 0.606), 4: (0.153, 0.696), 5: (0.224, 0.776)}


@pytest.mark.parametrize("k", PUBLISHED)
def test_intervals_are_the_published_ones(k: int) -> None:
    """Three decimals of the table, and its mirror image."""
    assert tuple(round(end, 3) for end in interval(k, 10, 0.95)) == PUBLISHED[k]
    low, high = interval(10 - k, 10, 0.95)
    assert (round(1 - high, 3), round(1 - low, 3)) == PUBLISHED[k]


def test_intervals_hold_the_share_and_shrink() -> None:
    """A tenfold number of cases makes a narrower interval around the same share."""
    for k, n in ((0, 7), (3, 7), (7, 7), (1, 256)):
        low, high = interval(k, n)
        assert low <= k / n <= high
        lower, higher = interval(10 * k, 10 * n)
        assert higher - lower < high - low
    assert all(math.isnan(end) for end in (*interval(0, 0), *interval(3, 2), *interval(-1, 2)))


# --- the table --------------------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_data(script: ModuleType) -> None:
    """Every row is derived again from the files of the data folder."""
    missing = [name for name in script.FILES if not (PUBLISHERS_DATA / name).is_file()]
    if missing:
        pytest.skip(f"NOT HERE: {', '.join(missing)} in {PUBLISHERS_DATA}: THE BASE RATES WERE NOT DERIVED AGAIN")
    rates, _ = base_rates(RECORDS / RATES)
    found = {rate.name: (rate.k, rate.n, rate.wars) for rate in rates}
    assert found == {name: tuple(script.count(cases)) for name, cases in script.derived(PUBLISHERS_DATA).items()}


def test_without_the_data_the_script_says_so(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not touch the table."""
    before = (RECORDS / RATES).read_bytes()
    monkeypatch.setattr(sys, "argv", ["derive_base_rates.py", "--data", str(tmp_path), "--write"])
    assert script.main() == 2
    assert (RECORDS / RATES).read_bytes() == before


def test_the_table_is_general() -> None:
    """Each row has a source with an author and a title, terms, a command; its measures exist; no name of one scenario's actors occurs."""
    rates, sources = base_rates(RECORDS / RATES)
    kinds = {measure.name: measure.unit for measure in MEASURES}
    assert len({rate.name for rate in rates}) == len(rates) >= 15
    assert {"settlement", "rival support", "direct war", "drawn in", "truces"} <= {rate.headline for rate in rates}
    for rate in rates:
        assert set(rate.measures) <= set(MEASURE_NAMES)
        assert {kinds[name] for name in rate.measures} <= {"probability", "share"}
        assert all(sources[key].by and sources[key].title for key in rate.sources)
        assert rate.terms and rate.command == "python scripts/derive_base_rates.py"
        assert not re.search(r"donbas|ukrain|kyiv|moscow|javelin|minsk", f"{rate.about} {rate.note}".lower())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",8,133,71,", ",134,133,71,", "whole numbers"),
        (",8,133,71,", ",8.5,133,71,", "whole numbers"),
        (",8,133,71,", ",0,0,0,", "n above 0"),
        (",ucdp-term-3,", ",ucdp-term-4,", "keys of base-rates-sources.csv"),
        (",8,133,71,", ",8,133,", "12: name"),
        ("name,headline,", "headline,name,", "name, headline"),
    ],
)
def test_the_table_is_read_strictly(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A mistake is named with its line."""
    text = (RECORDS / RATES).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / RATES).write_text(text.replace(old, new, 1), encoding="utf-8")
    shutil.copy(RECORDS / SOURCES, tmp_path)
    with pytest.raises(RecordError, match=rf"{RATES}:\d+:1: .*{said}"):
        base_rates(tmp_path / RATES)


def test_a_table_without_its_sources_is_refused(tmp_path: Path) -> None:
    """The other file is named."""
    shutil.copy(RECORDS / RATES, tmp_path)
    with pytest.raises(RecordError, match=SOURCES):
        base_rates(tmp_path / RATES)


# --- how the counts are made ------------------------------------------------------------------------------------------


def side(year: int, actor: int, kinds: str = "") -> dict[str, str]:
    """A row of the External Support Dataset; `kinds` are the letters of what states give."""
    return side_year(1, actor, year, kinds)


def sides(script: ModuleType, rows: list[dict[str, str]]) -> Any:
    """What the script makes of these rows."""
    return script.Sides(script.sides_of(side_years(*rows)))


def test_replies_are_counted_from_rows_that_are_there(script: ModuleType) -> None:
    """The opponent is armed in 1982; one's own patrons give funds until then, weapons a year later."""
    rows = [side(year, 2, "w" if year >= 1982 else "") for year in range(1980, 1984)]
    rows += [side(year, 1, "w" if year >= 1983 else "f") for year in range(1980, 1984)]
    found = sides(script, rows)
    assert [hit for hit, _ in found.rises_next_year(True)] == [True]
    assert [hit for hit, _ in found.rises_at_once(True)] == [True]
    assert [hit for hit, _ in found.rises_next_year(False)] == [False, False]  # a in 1981, b in 1982
    without = sides(script, [row for row in rows if row["year"] != "1981"])
    assert list(without.rises_next_year(True)) == []  # a missing year is not a year without weapons


def test_the_highest_tier_cannot_rise(script: ModuleType) -> None:
    """Sides whose patrons fight already are no cases."""
    rows = [side(year, 2, "w" if year >= 1982 else "") for year in range(1980, 1984)]
    rows += [side(year, 1, "x") for year in range(1980, 1984)]
    assert list(sides(script, rows).rises_next_year(True)) == []


def test_a_side_gains_a_patron(script: ModuleType) -> None:
    """In the second year after; without a row for that year nothing is known."""
    rows = [side(year, 2, "w" if year >= 1982 else "") for year in range(1980, 1985)]
    own = [side(year, 1, "t" if year >= 1984 else "") for year in range(1980, 1985)]
    assert [hit for hit, _ in sides(script, rows + own).gains_patron(True)] == [True]
    assert list(sides(script, rows + own[:-1]).gains_patron(True)) == []


def support(client: int, patron: int, year: int, kinds: str) -> Given:
    """A row of the supporter-level file."""
    return Given(1, "Government of A - B", 9, client, 100, year, 1, patron, 0, "X" in kinds, "W" in kinds)


def test_opposed_patrons_who_come_to_blows(script: ModuleType) -> None:
    """Within five years of the first year in which both sides were armed, unless they fought before."""
    rows = [support(1, 2, 1980, "W"), support(2, 365, 1981, "W"), support(1, 2, 1981, "W")]
    patrons = script.Patrons(rows)
    pair = frozenset((2, 365))
    assert patrons.opposed() == {1: (1981, {pair})}
    assert [hit for hit, _ in patrons.war_between({pair: {1985}})] == [True]
    assert [hit for hit, _ in patrons.war_between({pair: {1986}})] == [False]
    assert list(patrons.war_between({pair: {1980}})) == []


def test_troops_follow_weapons(script: ModuleType) -> None:
    """A first year of weapons, troops two years later; a patron that starts with troops has not climbed."""
    climbed = script.Patrons([support(1, 2, 1980, "W"), support(1, 2, 1982, "WX")])
    assert [hit for hit, _ in climbed.first_steps(True)] == [True]
    assert list(script.Patrons([support(1, 2, 1980, "X"), support(1, 2, 1981, "W")]).first_steps(True)) == []


def years(*rows: Given) -> list[Given]:
    """The rows, and one for each year of 1980 to 1990 that says nothing about patrons."""
    return [*rows, *(support(1, -1, year, "")._replace(exists=0, alleged=-1) for year in range(1980, 1991))]


def test_a_patron_leaves_for_good(script: ModuleType) -> None:
    """Arms in two years and then nothing in three; a patron of one year, a pause and an allegation are no exits."""
    two = [support(1, 2, 1980, "W"), support(1, 2, 1981, "W")]
    assert list(script.Patrons(years(*two)).leaves(False)) == [(True, 9)]
    assert list(script.Patrons(years(two[0])).leaves(False)) == []
    back = script.Patrons(years(*two, support(1, 2, 1984, "")))  # something short of weapons, in the third year
    assert list(back.leaves(False)) == [(False, 9)]
    alleged = support(1, 2, 1982, "W")._replace(exists=0, alleged=1)
    assert [left for left, _ in script.Patrons(years(*two, alleged)).leaves(False)] == [False]
    other = support(1, 2, 1983, "W")._replace(dyad=2)  # the same side, against another rebel group
    assert [left for left, _ in script.Patrons(years(*two, other)).leaves(False)] == [False, True]


def test_what_cannot_be_seen_is_no_exit(script: ModuleType) -> None:
    """Years outside the war, unclear years, the end of the file, and a great power at home."""
    two = [support(1, 2, 1980, "W"), support(1, 2, 1981, "W")]
    war = years(*two)
    over = [row for row in war if row.year < 1983]
    assert list(script.Patrons(over).leaves(False)) == [], "one year of war is too few to tell a gap from an exit"
    unclear = war[-1]._replace(year=1982, exists=-1)
    assert list(script.Patrons([*war, unclear]).leaves(False)) == []
    assert list(script.Patrons([row._replace(country=365) for row in war]).leaves(False)) == []
    late = [row._replace(year=row.year + 26) for row in war]
    assert list(script.Patrons(late).leaves(False)) == [], "2010 is not in the file"


def test_troops_go_home(script: ModuleType) -> None:
    """Troops in two years, then money: the troops have left and the patron has not."""
    rows = [support(1, 2, 1980, "X"), support(1, 2, 1981, "X"), support(1, 2, 1982, "")]
    patrons = script.Patrons(years(*rows))
    assert [left for left, _ in patrons.leaves(True)] == [False]
    assert [left for left, _ in patrons.leaves(True, home=True)] == [True]


def test_exits_within_five_years(script: ModuleType) -> None:
    """Counted once for a patron, from its second year on, where the war went on for five years."""
    stayed = [support(1, 2, year, "W") for year in range(1980, 1986)]
    assert list(script.Patrons(years(*stayed)).leaves_in_window(False)) == [(True, 9)]
    stayed += [support(1, 2, year, "W") for year in (1986, 1987)]
    assert list(script.Patrons(years(*stayed)).leaves_in_window(False)) == [(False, 9)]
    short = [row for row in years(*stayed) if row.year < 1986]
    assert list(script.Patrons(short).leaves_in_window(False)) == []


def test_war_again(script: ModuleType) -> None:
    """An agreement in 1991: the same two fight in 1996, or others of the conflict; a sixth year is too late."""
    row = {"dyad_id": "1", "conflict_id": "9", "type_of_conflict": "3", "start_date2": "1990-01-01", "dyadterm": "0"}
    ended = row | {"dyadepisode": "1", "year": "1991", "dyadterm": "1", "ependdate": "1991-05-01", "outcome": "1.0"}

    def war(year: int, dyad: str = "1") -> dict[str, str]:
        return row | {"dyadepisode": "2", "year": str(year), "dyad_id": dyad, "ependdate": "", "outcome": ""}

    assert list(script.again([ended, war(1996)], 1, conflict=False)) == [(True, 9)]
    assert list(script.again([ended, war(1997)], 1, conflict=False)) == [(False, 9)]
    assert list(script.again([ended, war(1996)], 2, conflict=False)) == []
    assert [hit for hit, _ in script.again([ended, war(1995, "2")], 1, conflict=False)] == [False]
    assert [hit for hit, _ in script.again([ended, war(1995, "2")], 1, conflict=True)] == [True]
    assert list(script.again([ended | {"ependdate": "2013-05-01", "year": "2013"}], 1, conflict=False)) == []


def test_windows_of_endings(script: ModuleType) -> None:
    """A war of four years: not yet three years old in its first window, ended by agreement inside the second."""
    day = script.date
    war = script.Ending(1, 9, day(1990, 2, 28), 1994, day(1994, 1, 1), 1)
    assert [hit for hit, _ in script.ended([war], script.Window(0, 2, (1,)))] == [False]
    assert [hit for hit, _ in script.ended([war], script.Window(3, 2, (1,)))] == [True]
    assert [hit for hit, _ in script.ended([war], script.Window(3, 2, (3, 4)))] == [False]
    assert list(script.ended([war], script.Window(5, 2, (1,)))) == []  # over before it reached that age
    going = war._replace(end=None, outcome=None, last=1994)
    assert list(script.ended([going], script.Window(3, 2, (1,)))) == []  # dropped out of the file inside its window
    assert script.later(day(2000, 2, 29), 1) == day(2001, 2, 28)


# --- beside a run -----------------------------------------------------------------------------------------------------


def test_every_rate_stands_beside_this_run() -> None:
    """With its counts, its interval, what the run says of the same, and whether the decision could have known it."""
    scenario = read("donbas-2017")
    rows = tuple(
        MeasureRow(
            name, "weighted", measure="settlement-by-24-months", unit="probability", mean=mean, se=0.001, q05=0, q50=0, q95=1
        )
        for name, mean in (("wait", 0.04), ("arm", 0.06))
    )
    found = FindingsIndex(bare_findings(("wait", "arm"), ("inertia",), measures=rows))
    rates, sources = base_rates(RECORDS / RATES)
    views = outside_views(scenario, found, rates, sources, None)
    assert len(views) == sum(not rate.name.endswith("-otherwise") for rate in rates)
    view = views[0]
    assert (view.k, view.n) == (8, 133)
    assert view.low < view.rate < view.high
    assert view.about.startswith("Settlement. ")
    assert "lowest 4.0% ± 0.1%; highest 6.0% ± 0.1%" in view.note and "over the strategies" in view.note
    assert "published in 2021, after the decision" in view.note
    assert "too narrow" in view.note
    reply = next(view for view in views if "in the following year" in view.about)
    assert "otherwise 7.4%, 42 of 569 (5.7% to 9.3%)" in reply.note
    assert next(view for view in views if view.about.startswith("Rival quits")).note.count("after the decision") == 0


def event(series: str, month: int, known: int | None = None) -> Datum:
    """A row that says it happened."""
    return Datum(series, month, month if known is None else known, 1.0)


def truces(*rows: Datum, last: int = 100) -> Record:
    """A record of truces that were watched up to the month `last`."""
    says = {name: Series(name, "0-1", kind="event", covers=(Span(0, last),)) for name in ("truce-begins", "truce-breaks")}
    return Record("made-up", series=says, data=rows)


def test_truces_of_a_record() -> None:
    """Broken at once, in the month after, and later; one whose next month nobody knows is left out."""
    rows = [
        event("truce-begins", 10),
        event("truce-breaks", 10),  # at once
        event("truce-begins", 20),
        event("truce-breaks", 21),  # the month after
        event("truce-begins", 30),
        event("truce-breaks", 35),
        event("truce-begins", 35),  # begun as the last one broke, and held
        event("truce-begins", 100),
    ]
    view = truces_of(truces(*rows), 100, NOTHING)
    assert view is not None
    assert (view.k, view.n) == (2, 4)
    assert truces_of(truces(), 100, NOTHING) is None
    begun = tuple(row for row in rows if row.series == "truce-begins")
    assert (
        truces_of(Record("made-up", series={"truce-begins": Series("truce-begins", "0-1", kind="event")}, data=begun), 100, NOTHING)
        is None
    ), "a record that does not watch how truces end does not say that they hold"


def test_truces_know_nothing_later() -> None:
    """A row that became known after the decision changes nothing."""
    rows = [event("truce-begins", 10), event("truce-breaks", 14), event("truce-begins", 40)]
    later = [event("truce-breaks", 11, known=60), event("truce-begins", 55), event("truce-breaks", 55)]
    before, after = (truces_of(truces(*row, last=100), 50, NOTHING) for row in (rows, rows + later))
    assert before is not None and before == after


def test_truces_of_the_donbas() -> None:
    """By hand: those of December 2014, December 2015, December 2016, February, April and June 2017, of thirteen."""
    record = read_record("donbas-2014-2017")
    view = truces_of(record, 2017 * 12 + 11, NOTHING)
    assert view is not None
    assert (view.k, view.n) == (6, 13)
    assert "Nobody dated it" in view.note


def test_the_table_is_plain_text() -> None:
    """No cell begins as a formula of a spreadsheet would, and lines end in a bare newline."""
    for name in (RATES, SOURCES):
        raw = (RECORDS / name).read_bytes()
        assert b"\r" not in raw and raw.endswith(b"\n")
        with (RECORDS / name).open(encoding="utf-8", newline="") as file:
            assert all(not cell.startswith(("=", "+", "@")) for row in csv.reader(file) for cell in row)


def test_the_page_tells_the_same_counts() -> None:
    """Every row of the page's table is a row of the file: its counts, its wars, its interval."""
    page = (ROOT / "docs" / "explanation" / "outside-view.md").read_text(encoding="utf-8")
    rates, _ = base_rates(RECORDS / RATES)
    for rate in rates:
        low, high = interval(rate.k, rate.n)
        row = next(line for line in page.splitlines() if line.startswith(f"| `{rate.name}` |"))
        assert f"| {rate.k:,} of {rate.n:,} | {rate.wars} | {low:.1%} to {high:.1%} |" in row, rate.name
    counts, _, others = page.partition("## Rates of the shipped records")
    assert counts.count("\n| `") == len(rates)
    with (RECORDS / "record-rates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert others.count("\n| `") == len(rows)
    for row in rows:
        said = next(line for line in others.splitlines() if line.startswith(f"| `{row['name']}` |"))
        value = f"{row['k']} of {row['n']}" if row["unit"] == "share" else f"{float(row['value']):.3g}"
        assert f"| {value}" in said, row["name"]
        scale, figures = (100, ".1f") if row["unit"] == "share" else (1, ".3g")
        assert all(f"{float(row[end]) * scale:{figures}}" in said for end in ("low", "high")), row["name"]

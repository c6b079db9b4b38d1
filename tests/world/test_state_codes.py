"""States by their numbers and codes, against the files of those who number them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from builders.places import PUBLISHERS_DATA
from countermove.errors import CodeError
from countermove.world.state_codes import SYSTEMS, State, System, find_state, states

ISO_CODES = Path("/usr/share/iso-codes/json")
COW = "cow/cow_states.csv"
DYADS, BATTLES = "ucdp/ucdp-dyadic-251.csv", "ucdp/BattleDeaths_v24_1_dyadic.csv"
CAPABILITIES, CRISES = "cow/cow_nmc.csv", "icb/icb2v14.csv"
SUPPORT = "esd/ucdp-esd-ay-181.csv"
SINCE = date(1946, 1, 1)
SIDES = ("a", "a_2nd", "b", "b_2nd")


def rows(*names: str) -> Iterator[dict[str, str]]:
    """The rows of publishers' files; the test is skipped, and says so, where one is not here."""
    for name in names:
        path = PUBLISHERS_DATA / name
        if not path.is_file():
            pytest.skip(f"NOT COMPARED with the publisher's file: {path} is not here; it is not shipped")
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)


def numbers(cell: str) -> list[int]:
    """The numbers of a cell: `156,  28`, `2.0`, or none."""
    return [int(float(part)) for part in cell.split(",") if part.strip()]


def since(first: date, last: date | None) -> tuple[date, date | None]:
    """A spell from 1946 on, as far as the table goes back."""
    return max(first, SINCE), last


# --- the files --------------------------------------------------------------------------------------------------------


def test_every_state_of_the_correlates_of_war() -> None:
    """Each number, abbreviation and name since 1946, and no other; the days of all states of a number are its days without a gap."""
    named, told, days = set[tuple[int, str]](), set[tuple[int, str]](), dict[int, list[tuple[date, date | None]]]()
    for row in rows(COW):
        first, last = (date(*(int(float(row[f"{end}{part}"])) for part in ("year", "month", "day"))) for end in ("st", "end"))
        if last >= SINCE:
            number = int(float(row["ccode"]))
            named.add((number, row["stateabb"]))
            days.setdefault(number, []).append(since(first, None if last == date(2016, 12, 31) else last))
            having = [state for state in states() if state.cow == number and row["statenme"] in state.codes("name")]
            assert having, f"nothing is called {row['statenme']}"
    for state in states():
        if state.cow is not None:
            told.add((state.cow, state.cow_abbreviation))
    assert told == named and len({number for number, _ in named}) == 202
    for number, spells in days.items():
        ours = sorted(since(spell.first, spell.last) for state in states() if state.cow == number for spell in state.cow_spells)
        assert joined(ours) == sorted(spells), number


@cache
def in_year(system: System, number: int, year: int) -> frozenset[State]:
    """The states that a list numbers so, of those that there were in a year."""
    days = [date(year, month, 28) for month in range(1, 13)]
    return frozenset(state for state in states() if number in state.codes(system) and any(state.existed(day) for day in days))


def test_every_year_of_the_capabilities_of_states() -> None:
    """COW's own file of states by year, from 1946."""
    years = {(int(float(row["ccode"])), int(float(row["year"]))) for row in rows(CAPABILITIES)}
    assert [one for one in years if one[1] >= 1946 and not in_year("cow", *one)] == []
    assert len(years) > 11_000


def test_actors_of_crises() -> None:
    """ICB numbers Germany and Yemen as GW does and Serbia as COW does: as UCDP. Two crises began before the actor was a state in either list."""
    actors = {(int(row["cracid"]), int(row["yrtrig"])) for row in rows(CRISES) if row["yrtrig"] and int(row["yrtrig"]) >= 1946}
    assert {one for one in actors if not in_year("ucdp", *one)} == {
        (344, 1991),
        (349, 1991),
    }  # Croatia and Slovenia, GW: April 1992
    assert {one for one in actors if not in_year("cow", *one)} > {(260, 1999), (260, 2003), (260, 2015)}


def joined(spells: list[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """Spells of which one begins on the day after the other are one."""
    found = spells[:1]
    for first, last in spells[1:]:
        before = found[-1][1]
        if before is not None and first.toordinal() == before.toordinal() + 1:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def test_every_side_of_the_conflicts_of_ucdp() -> None:
    """A government alone on a side: its number, its name and its actor id are of the same states, and there was one in that year."""
    seen = set[State]()
    for row in rows(DYADS, BATTLES):
        for side in ("a", "b"):
            number, name = row[f"gwno_{side}"], row[f"side_{side}"]
            if number.isdigit():
                by_name = {s for s in states() if name.removeprefix("Government of ") in s.codes("name")}
                by_number = {state for state in states() if state.ucdp == int(number)}
                assert in_year("ucdp", int(number), int(row["year"])), (number, row["year"])
                by_id = {state for state in states() if state.ucdp_actor == int(row[f"side_{side}_id"])}
                assert by_name and by_name == by_number == by_id, (number, name)
                seen |= by_number
    assert len({state.ucdp for state in seen}) == 122


def test_states_that_fight_together_are_the_same_by_number_and_by_name() -> None:
    """In a cell of several, UCDP orders the names by the alphabet and the numbers by size: they go together as sets alone."""
    longest = 0
    for row in rows(DYADS, BATTLES):
        for side in ("a_2nd", "b_2nd"):
            given = {name.strip() for name in row[f"side_{side}"].split(",")}
            governments = {name.removeprefix("Government of ") for name in given if name.startswith("Government of ")}
            for number in numbers(row[f"gwno_{side}"]):
                having = [state for state in states() if state.ucdp == number]
                assert any(set(state.codes("name")) & governments for state in having), (number, governments)
            longest = max(longest, len(governments))
            assert len(numbers(row[f"gwno_{side}"])) == len(governments)
    assert longest > 40


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        (DYADS, [*(f"gwno_{side}" for side in SIDES), "gwno_loc"]),
        (BATTLES, [*(f"gwno_{side}" for side in SIDES), "gwno_loc", "gwno_battle"]),
        (SUPPORT, ["gwno_a", "gwno_b"]),
    ],
)
def test_every_number_that_ucdp_uses_is_known(file: str, columns: list[str]) -> None:
    """Sides, places and battles; the name that ESD has beside it is one of the state's."""
    for row in rows(file):
        for column in columns:
            for number in numbers(row[column]):
                having = [state for state in states() if state.ucdp == number]
                assert having, number
                name = row.get(column.replace("gwno", "country"), "").strip()
                assert not name or any(name in state.codes("name") for state in having), (number, name)


def test_ucdp_does_not_number_serbia_as_gleditsch_and_ward_do() -> None:
    """345 ends with Yugoslavia in their list, and does not in UCDP's files."""
    assert not [row for row in rows(DYADS) for side in SIDES if 340 in numbers(row[f"gwno_{side}"])]
    years = {int(row["year"]) for row in rows(DYADS) for side in SIDES if 345 in numbers(row[f"gwno_{side}"])}
    assert max(years) == 2024
    assert find_state(345, system="ucdp", on=date(2024, 1, 1)) is find_state(340, system="gw") is find_state("SRB")


def test_iso_codes() -> None:
    """Each code is in the list of ISO 3166, or of those withdrawn; none stands for two states that there were at once."""
    if not ISO_CODES.is_dir():
        pytest.skip(f"NOT COMPARED with ISO 3166: the package iso-codes is not here ({ISO_CODES})")
    now = {(row["alpha_2"], row["alpha_3"]) for row in json.loads((ISO_CODES / "iso_3166-1.json").read_text())["3166-1"]}
    gone = {
        (row["alpha_2"], row["alpha_3"], row["alpha_4"])
        for row in json.loads((ISO_CODES / "iso_3166-3.json").read_text())["3166-3"]
    }
    for state in states():
        assert not state.iso4 or (state.iso2, state.iso3, state.iso4) in gone, state
        assert state.iso4 or not state.iso3 or (state.iso2, state.iso3) in now, state
        assert not state.former_iso or any(set(state.former_iso) <= set(row) for row in gone), state
    without = {state.name for state in states() if not state.iso3}
    assert without == {"Kosovo", "Zanzibar", "Tibet", "Hyderabad"}
    assert len({state.iso3 for state in states() if not state.former} - {""}) == sum(not state.former for state in states()) - 1


# --- looking one up ---------------------------------------------------------------------------------------------------

DIFFER = [  # the year, the state, and its numbers: GW, COW, UCDP
    (2000, "Germany", 260, 255, 260),
    (1980, "West Germany", 260, 260, 260),
    (1980, "East Germany", 265, 265, 265),
    (2000, "Yemen", 678, 679, 678),
    (1980, "North Yemen", 678, 678, 678),
    (1980, "South Yemen", 680, 680, 680),
    (2010, "Serbia", 340, 345, 345),
    (2004, "Serbia and Montenegro", 345, 345, 345),
    (1995, "Yugoslavia", 345, 345, 345),
    (1965, "North Vietnam", 816, 816, 816),
    (1965, "South Vietnam", 817, 817, 817),
    (1986, "Vietnam", 816, 816, 816),
    (1986, "Soviet Union", 365, 365, 365),
    (2018, "Russia", 365, 365, 365),
    (2005, "Tonga", 972, 955, 972),
    (2005, "Nauru", 971, 970, 971),
    (2005, "Kiribati", 970, 946, 970),
    (1970, "Czechoslovakia", 315, 315, 315),
]


@pytest.mark.parametrize(("year", "name", "gw", "cow", "ucdp"), DIFFER)
def test_lists_that_differ(year: int, name: str, gw: int, cow: int, ucdp: int) -> None:
    """By each number on a day."""
    on = date(year, 6, 1)
    given: list[tuple[System, int]] = [("gw", gw), ("cow", cow), ("ucdp", ucdp)]
    assert {find_state(code, system=system, on=on).name for system, code in given} == {name}


def test_each_code_of_a_state_leads_back_to_it() -> None:
    """On its first and its last day in either list, in capitals and without: no two states have one code on one day."""
    for state in states():
        spells = [*state.gw_spells, *state.cow_spells]
        days = {day for spell in spells for day in (max(spell.first, SINCE), spell.last or date(2026, 1, 1))} or {SINCE}
        for on, system in product(days, SYSTEMS):
            for code in state.codes(system):
                assert find_state(code, system=system, on=on) is state, (code, on)
                assert find_state(str(code).lower(), system=system, on=on) is state, (code, on)
        if state.former and spells:
            assert not state.existed(date(2020, 1, 1)), state


REFUSED = [
    (
        255,
        "gw",
        2000,
        '"255" is no Gleditsch-Ward number of a state since 1946, but the Correlates of War number of Germany',
        "260",
    ),
    (679, "gw", 2000, '"679" is no Gleditsch-Ward number of a state since 1946, but the Correlates of War number of Yemen', "678"),
    (
        345,
        "gw",
        2010,
        '"345" is Yugoslavia (1918-12-01 to 2003-02-03) and Serbia and Montenegro (2003-02-04 to 2006-06-04), and no state on 2010-06-01,'
        " but the Correlates of War number of Serbia",
        "340",
    ),
    ("RSU", "iso", 2018, '"RSU" is no ISO 3166 code of a state since 1946', "RUS"),
    ("SUN", "iso", 2018, '"SUN" is Soviet Union (1922-12-30 to 1991-12-25), and no state on 2018-06-01', ""),
    ("Ukrane", None, None, '"Ukrane" is no number, code or name of a state since 1946', "Ukraine"),
    (999, None, None, '"999" is no number, code or name of a state since 1946', ""),
    ("AUS", None, None, '"AUS" may be Austria or Australia', ""),
    (816, "gw", None, '"816" may be Vietnam or North Vietnam (1954-05-01 to 1976-07-01)', ""),
    ("", None, None, '"" is no number, code or name of a state since 1946', ""),
    ("x" * 100_000, "name", None, f'"{"x" * 60}" is no name of a state since 1946', ""),
]


@pytest.mark.parametrize(("code", "system", "year", "what", "suggestion"), REFUSED, ids=lambda value: str(value)[:20])
def test_what_is_refused(code: int | str, system: System | None, year: int | None, what: str, suggestion: str) -> None:
    """Nothing is guessed: what it is in another list, which states it may be, or what was meant."""
    with pytest.raises(CodeError) as caught:
        find_state(code, system=system, on=None if year is None else date(year, 6, 1))
    assert (caught.value.what, caught.value.suggestion) == (what, suggestion)
    assert suggestion in str(caught.value) and caught.value.next


def test_names_as_people_write_them() -> None:
    """Accents, capitals, spaces and the words of UCDP make no difference; without a day its own name is preferred."""
    assert find_state("government of  IRAN") is find_state(630) is find_state("Iran (Persia)")
    assert find_state("COTE D’IVOIRE") is find_state("Ivory Coast") is find_state("CIV")
    assert find_state("Zaire") is find_state("ZAR") is find_state("ZRCD") is find_state(490)
    assert find_state("Yugoslavia").gw == 345 and find_state("Russia").iso3 == "RUS"
    assert find_state("Russia", on=date(1980, 1, 1)).iso3 == "SUN"
    with pytest.raises(CodeError, match="Did you mean ucdp-actor"):
        find_state(2, system="ucdp-actr")  # pyright: ignore[reportArgumentType]

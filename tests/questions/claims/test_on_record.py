"""Claims on the record: episodes counted by hand, intervals as printed, knowledge, codings, and what a record cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countermove.plain import as_json
from countermove.questions.claims.finding import OnRecord
from countermove.questions.claims.on_record import episodes, missing, on_record
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.scenario.schema import Claim
from countermove.world.expression import Apply, Constant, Expression, Name, Query
from countermove.world.record import Coding, Datum, Record, Series

START = 2020 * 12
X, Y = Name("", "truce-breaks", 0, "boolean"), Name("", "truce-begins", 0, "boolean")


def share(hit: Expression, op: str, constant: float, given: Expression = Y) -> Claim:
    """`share(hit | given) op constant`."""
    return Claim(says="", on_record=Apply(op, (Query("share", (hit,), given), Constant(constant)), "boolean"))


def within(event: Expression, months: int) -> Apply:
    """`event within months`."""
    return Apply("within", (event, Constant(float(months))), "event")


def record(months: Mapping[str, str], **more: object) -> Record:
    """A record of events, one character a month: 1 happened, 0 or . did not; every month is known when it is over."""
    data = tuple(
        Datum(name, START + place, START + place, float(sign == "1"))
        for name, signs in months.items()
        for place, sign in enumerate(signs)
        if sign != "."
    )
    series = {name: Series(name, "0-1", kind="event") for name in months}
    return replace(Record("made", series=series, data=data), **more)  # type: ignore[arg-type]


def counted(claim: Claim, of: Record, until: int = START + 600) -> tuple[int, int, int]:
    """k, n and how many episodes are left out, under the default coding."""
    first = on_record(claim, of, until).readings[0]
    return first.k, first.n, first.left_out


def test_months_in_a_row_count_once() -> None:
    """Three months, one month, two months: three episodes, of which two are hit."""
    of = record({"truce-begins": "0111010110", "truce-breaks": "0010000010"})
    assert counted(share(X, ">=", 0.5), of) == (2, 3, 0)


@pytest.mark.parametrize(("months", "k"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_within_looks_ahead_from_the_first_month(months: int, k: int) -> None:
    """A truce of January that breaks in March has broken within 2, not within 1."""
    of = record({"truce-begins": "1000000", "truce-breaks": "0010000"})
    assert counted(share(within(X, months), ">=", 0.5), of) == (k, 1, 0)


def test_within_goes_on_while_the_episode_lasts() -> None:
    """What happens in the fifth month of a long episode counts, and what happens three months after its end does not."""
    claim = share(within(X, 2), ">=", 0.5)
    assert counted(claim, record({"truce-begins": "1111100000", "truce-breaks": "0000100000"})) == (1, 1, 0)
    assert counted(claim, record({"truce-begins": "1111100000", "truce-breaks": "0000000100"})) == (0, 1, 0)


def test_an_episode_without_an_end_is_left_out_even_where_it_is_hit() -> None:
    """Else early answers would count and late ones would not."""
    of = record({"truce-begins": "1000001000", "truce-breaks": "0100000100"})
    assert counted(share(within(X, 6), ">=", 0.5), of) == (1, 1, 1)
    assert counted(share(within(X, 3), ">=", 0.5), of) == (2, 2, 0)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40), st.integers(0, 5))
@settings(max_examples=100)
def test_counting_is_that_of_a_plain_loop(months: list[tuple[bool, bool]], span: int) -> None:
    """Written once more, over months and not over trees."""
    begins, breaks = (
        "".join("01"[row[0]] for row in months),
        "".join("01"[row[1]] for row in months),
    )
    k = n = left_out = place = 0
    while place < len(months):
        if begins[place] == "0":
            place += 1
            continue
        end = place
        while end + 1 < len(months) and begins[end + 1] == "1":
            end += 1
        last = max(end, place + span)
        if last >= len(months):
            left_out += 1
        else:
            n, k = n + 1, k + ("1" in breaks[place : last + 1])
        place = end + 1
    assert counted(share(within(X, span), ">=", 0.5), record({"truce-begins": begins, "truce-breaks": breaks})) == (k, n, left_out)


def test_episodes_end_where_nothing_is_known() -> None:
    """An unknown month is not a month in which the condition holds."""
    assert episodes(np.array([1, 1, np.nan, 1, 0, 1.0])) == ((0, 1), (3, 3), (5, 5))
    assert episodes(np.array([])) == ()


# --- the interval and the verdict -------------------------------------------------------------------------------------

MANY = record({"truce-begins": "10" * 20, "truce-breaks": "10" * 16 + "00" * 4})  # 16 of 20


def test_the_interval_is_the_printed_one() -> None:
    """16 of 20: 56.3% to 94.3%, as `binom.test(16, 20)` of R prints it."""
    first = on_record(share(X, ">=", 0.5), MANY, START + 600).readings[0]
    assert (first.k, first.n) == (16, 20)
    assert (first.low, first.high) == (pytest.approx(0.5634, abs=5e-5), pytest.approx(0.9427, abs=5e-5))


@pytest.mark.parametrize(
    ("op", "constant", "verdict"),
    [
        (">=", 0.5, "holds"),
        (">=", 0.8, "cannot tell"),
        (">=", 0.95, "does not hold"),
        ("<=", 0.5, "does not hold"),
        ("<", 0.95, "holds"),
        ("<=", 0.8, "cannot tell"),
        (">=", 0.0, "holds"),
        (">", 1.0, "does not hold"),
        ("==", 0.8, "cannot tell"),
        ("==", 0.1, "does not hold"),
        ("!=", 0.1, "holds"),
    ],
)
def test_the_constant_turns_the_verdict(op: str, constant: float, verdict: str) -> None:
    """It holds, or does not, where the whole interval says so."""
    assert on_record(share(X, op, constant), MANY, START + 600).verdict == verdict


def test_one_event_may_be_what_several_episodes_waited_for() -> None:
    """Three truces, one breakdown: three hits, one event. Two breakdowns, two."""
    claim = share(within(X, 6), ">=", 0.5)
    shared = on_record(claim, record({"truce-begins": "1010100000000", "truce-breaks": "0000001000000"}), START + 600).readings[0]
    assert (shared.k, shared.n, shared.events) == (3, 3, 1)
    apart = on_record(claim, record({"truce-begins": "1000100000000", "truce-breaks": "0010001000000"}), START + 600).readings[0]
    assert (apart.k, apart.events) == (2, 2)


def test_anyway_is_the_share_of_all_months() -> None:
    """Whether or not an episode began: 16 of 40 months."""
    assert on_record(share(X, ">=", 0.5), MANY, START + 600).readings[0].anyway == 16 / 40


# --- what was known, and how it is read -------------------------------------------------------------------------------


def test_nothing_known_later_changes_the_verdict() -> None:
    """A decision of the tenth month is blind to every datum that was known after it."""
    known = record({"truce-begins": "1010101000", "truce-breaks": "0100010000"})
    late = Datum("truce-breaks", START + 3, START + 30, 1.0)
    claim, until = share(within(X, 1), ">=", 0.5), START + 9
    assert on_record(claim, replace(known, data=(*known.data, late)), until) == on_record(claim, known, until)
    assert on_record(claim, replace(known, data=(*known.data, late)), START + 30) != on_record(claim, known, START + 30)


def test_months_after_the_decision_do_not_exist() -> None:
    """The record goes on to month 20, the decision is in month 9."""
    of = record({"truce-begins": "1000000010000100000", "truce-breaks": "0100000001000010000"})
    assert counted(share(within(X, 2), ">=", 0.5), of, START + 9) == (1, 1, 1)
    assert counted(share(within(X, 2), ">=", 0.5), of, START + 18) == (3, 3, 0)


def test_readings_that_part_cannot_tell() -> None:
    """Under one coding none of 20 is hit, under the other all are."""
    of = record({"truce-begins": "10" * 20, "truce-breaks": "." * 40})
    coded = tuple(
        Datum("truce-breaks", START + month, START + month, value, coding=coding)
        for month in range(0, 40, 2)
        for coding, value in (("calm", 0.0), ("wild", 1.0))
    )
    of = replace(of, data=(*of.data, *coded), codings={"view": Coding("calm", {"calm": "", "wild": ""})})
    found = on_record(share(X, ">=", 0.5), of, START + 600)
    assert [(row.coding, row.k, row.verdict) for row in found.readings] == [("", 0, "does not hold"), ("wild", 20, "holds")]
    assert (found.verdict, found.why) == ("cannot tell", "the readings of the record disagree")
    assert as_json(found)["k"] == 0 and [row["k"] for row in as_json(found)["codings"]] == [0, 20]


def test_an_unknown_value_is_not_a_zero() -> None:
    """A monthly series is unknown where it is not listed; the episode that asks for it is left out."""
    of = record({"truce-begins": "100100100"})
    deaths = tuple(
        Datum("deaths", START + month, START + month, value) for month, value in ((0, 5.0), (1, 9.0), (6, 5.0), (7, 2.0))
    )
    of = replace(of, series={**of.series, "deaths": Series("deaths", "persons a month", kind="monthly")}, data=(*of.data, *deaths))
    now, next_ = Name("", "deaths"), Name("", "deaths", 1)
    assert counted(share(Apply(">", (next_, now), "boolean"), ">=", 0.5), of) == (1, 2, 1)


def test_a_series_is_read_in_the_unit_of_the_claim() -> None:
    """`scale` brings it there: 5 hundred are more than 400."""
    of = replace(
        record({"truce-begins": "1"}),
        series={"truce-begins": Series("truce-begins", "0-1", kind="event"), "deaths": Series("deaths", "hundred", scale=100.0)},
    )
    of = replace(of, data=(*of.data, Datum("deaths", START, START, 5.0)))
    assert counted(share(Apply(">", (Name("", "deaths"), Constant(400.0)), "boolean"), ">=", 0.5), of) == (1, 1, 0)


# --- what a record cannot say -----------------------------------------------------------------------------------------


def told(found: OnRecord) -> tuple[str, str]:
    """The verdict and why."""
    return found.verdict, found.why


def test_a_record_that_holds_no_such_series_cannot_tell() -> None:
    """By name; nor can a total of the year, or no record at all."""
    of, claim = record({"truce-begins": "10"}), share(X, ">=", 0.5)
    assert told(on_record(claim, of, START)) == ("cannot tell", "the record does not hold truce-breaks")
    assert told(on_record(claim, None, START)) == ("cannot tell", "the scenario names no record")
    yearly = replace(of, series={**of.series, "truce-breaks": Series("truce-breaks", "0-1", kind="monthly", every="year")})
    assert told(on_record(claim, yearly, START)) == ("cannot tell", "the record does not hold truce-breaks")
    model = Claim(says="", model=Apply(">", (Query("P", (X,), Name("kyiv", "asks", 0, "boolean")), Constant(0.5)), "boolean"))
    assert told(on_record(model, of, START)) == ("cannot tell", "no series: the record does not hold truce-breaks, kyiv.asks")
    assert told(on_record(Claim(says="a right"), of, START)) == ("not asked", "no query is written")
    assert missing(Constant(1.0), of) == ()


def test_no_episode_and_no_whole_episode_are_said() -> None:
    """An empty count is no share."""
    never = on_record(share(X, ">=", 0.5), record({"truce-begins": "000", "truce-breaks": "010"}), START + 600)
    assert told(never) == ("cannot tell", "no episode") and as_json(never)["low"] is None
    cut = on_record(share(within(X, 6), ">=", 0.5), record({"truce-begins": "010", "truce-breaks": "010"}), START + 600)
    assert told(cut) == ("cannot tell", "no episode that is known to its end")


@pytest.mark.parametrize("query", [Query("P", (X,), Y), Query("slope", (Name("", "deaths"), Name("", "talks")))])
def test_other_statistics_are_not_for_records(query: Query) -> None:
    """A few dozen months are counted by episodes, or not at all."""
    claim = Claim(says="", on_record=Apply(">", (query, Constant(0.5)), "boolean"))
    assert told(on_record(claim, MANY, START)) == ("cannot tell", "a record is asked by one share(… | …) against a constant")
    two = Apply("and", (claim.on_record, claim.on_record), "boolean")  # type: ignore[arg-type]
    assert on_record(Claim(says="", on_record=two), MANY, START).why.endswith("Write one claim for each")


# --- the record that ships --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def donbas() -> dict[str, OnRecord]:
    """Every claim of December 2017 on the record."""
    scenario = read("donbas-2017")
    of = read_record(scenario.record or "")
    return {name: on_record(claim, of, scenario.clock.known_until) for name, claim in scenario.claims.items()}


@pytest.mark.parametrize(
    ("claim", "k", "n"),
    [
        ("spigot", 2, 2),  # June to August 2014 and January 2015, read as a rescue
        ("no-more-than-needed", 2, 3),  # not in November 2014
        ("truces-do-not-last", 11, 11),  # of 14 months: two in a row are one, and the last two are not over
        ("opportunism", 0, 3),
        ("red-line", 1, 1),  # July and August 2014; the counter-offensive came in the last week of August
        ("temptation", 1, 2),  # on the offensive in July 2014, not in January 2015
        ("aid-for-aid", 0, 1),  # trainers in April 2015
    ],
)
def test_the_argument_on_the_record(donbas: dict[str, OnRecord], claim: str, k: int, n: int) -> None:
    """Counted in records/donbas-2014-2017.csv by hand."""
    assert (donbas[claim].readings[0].k, donbas[claim].readings[0].n) == (k, n)


def test_debaltseve_changes_what_it_should(donbas: dict[str, OnRecord]) -> None:
    """Read as opportunism, one rescue less and one exploit more."""
    other = {name: {row.coding: (row.k, row.n) for row in found.readings}.get("opportunism") for name, found in donbas.items()}
    assert (other["spigot"], other["no-more-than-needed"], other["opportunism"]) == ((1, 1), (1, 3), (1, 3))


def test_fourteen_claims_are_asked_and_the_others_say_what_is_missing(donbas: dict[str, OnRecord]) -> None:
    """No claim is silent on the record without a reason."""
    assert sum(bool(found.readings) and found.readings[0].n > 0 for found in donbas.values()) >= 14
    assert all(found.why.startswith("no series: the record does not hold ") for found in donbas.values() if not found.readings)
    assert {found.verdict for found in donbas.values()} <= {"holds", "does not hold", "cannot tell"}
    assert donbas["first-step"].readings[0].events == 1, "three hits that wait for the same rise of April 2015"

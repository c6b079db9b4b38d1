"""Files of the Uppsala Conflict Data Program on violence and its end: events, battle deaths, how dyads ended.

Columns keep the publisher's names. What is in a file is what its publisher counted: a month, a dyad or a year without a row is not
a month without deaths, least of all in the copies at hand, from which rows are withheld.
"""

from __future__ import annotations

from dataclasses import dataclass

from countermove.publishers.strict_csv import (
    Days,
    Layout,
    Numbers,
    TableRow,
    Texts,
    Truths,
    Wholes,
    day,
    ids,
    last_day,
    number,
    text,
    whole_number,
    zero_or_one,
)

YEARS = (1946, 2100)
DEAD = (0, 10_000_000)
CODE = (1, 99_999_999)

# what the publisher gives beside the columns that are read
_OTHERS = frozenset(
    (
        "relid", "year", "active_year", "code_status", "conflict_dset_id", "conflict_new_id", "conflict_name",
        "dyad_dset_id", "dyad_new_id", "side_a_dset_id", "side_a_new_id", "side_b_dset_id", "side_b_new_id",
        "number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original",
        "where_coordinates", "where_description", "adm_2", "geom_wkt", "priogrid_gid", "country", "country_id",
        "region", "gwnoa", "gwnob",
    )
)  # fmt: skip


def _begins_before_it_ends(row: TableRow) -> None:
    if row.values["date_end"] < row.values["date_start"]:
        row.refuse("date_end", f"ends on {row.values['date_end']}, before it starts", f"{row.values['date_start']} or later")


def _adds_up(row: TableRow) -> None:
    _begins_before_it_ends(row)
    parts = sum(row.values[f"deaths_{who}"] for who in ("a", "b", "civilians", "unknown"))
    if row.values["best"] != parts:
        row.refuse("best", f"best is {row.values['best']}, the deaths of the four kinds are {parts}", "their sum")


EVENTS = Layout(
    columns={
        "id": whole_number(*CODE),
        "date_start": day(),
        "date_end": day(),
        "dyad_name": text(),
        "side_a": text(),
        "side_b": text(),
        "type_of_violence": whole_number(1, 3),
        "deaths_a": whole_number(*DEAD),
        "deaths_b": whole_number(*DEAD),
        "deaths_civilians": whole_number(*DEAD),
        "deaths_unknown": whole_number(*DEAD),
        "best": whole_number(*DEAD),
        "high": whole_number(*DEAD),
        "low": whole_number(*DEAD),
        "adm_1": text(optional=True),
        "latitude": number(-90, 90),
        "longitude": number(-180, 180),
        "where_prec": whole_number(1, 7),
        "date_prec": whole_number(1, 5),
        "event_clarity": whole_number(1, 2),
    },
    others=_OTHERS,
    key=("id",),
    check=_adds_up,
)


@dataclass(frozen=True)
class Events:
    """UCDP GED: one row an event, [E]. Deaths are persons.

    `type_of_violence` 1 state-based, 2 non-state, 3 one-sided. `where_prec` 1 exact to 7 unknown, `date_prec` 1 a day to 5 more than a
    month, `event_clarity` 1 clear, 2 a summary of several. `best` is the sum of the four kinds of deaths, which is checked; `low`
    above `best` or `best` above `high` happens in the publisher's files (13 of 2,989 events in Ukraine) and is left as it is.
    A month without events is not a month without deaths. Source: Sundberg & Melander 2013.
    """

    id: Wholes
    date_start: Days
    date_end: Days
    dyad_name: Texts
    side_a: Texts
    side_b: Texts
    type_of_violence: Wholes
    deaths_a: Wholes
    deaths_b: Wholes
    deaths_civilians: Wholes
    deaths_unknown: Wholes
    best: Wholes
    high: Wholes
    low: Wholes
    adm_1: Texts
    latitude: Numbers
    longitude: Numbers
    where_prec: Wholes
    date_prec: Wholes
    event_clarity: Wholes

    def __len__(self) -> int:
        """The number of events."""
        return len(self.id)


BATTLE_DEATHS = Layout(
    columns={
        "conflict_id": whole_number(*CODE),
        "dyad_id": whole_number(*CODE),
        "location_inc": text(),
        "side_a": text(),
        "side_a_id": ids(),
        "side_a_2nd": text(optional=True),
        "side_b": text(),
        "side_b_id": ids(),
        "side_b_2nd": text(optional=True),
        "incompatibility": whole_number(1, 3),
        "territory_name": text(optional=True),
        "year": whole_number(*YEARS),
        "bd_best": whole_number(*DEAD),
        "bd_low": whole_number(*DEAD),
        "bd_high": whole_number(*DEAD),
        "type_of_conflict": whole_number(1, 4),
        "gwno_a": ids(optional=True),
        "gwno_b": ids(optional=True),
        "gwno_loc": ids(),
        "region": ids(),
        "version": text(),
    },
    others=frozenset(("battle_location", "gwno_a_2nd", "gwno_b_2nd", "gwno_battle")),
    key=("dyad_id", "year"),
)


@dataclass(frozen=True)
class BattleDeaths:
    """UCDP battle-related deaths by dyad and year, [R]. Deaths are persons of both sides together and civilians in the crossfire.

    A dyad-year below 25 deaths has no row: its absence is not zero. `incompatibility` 1 territory, 2 government, 3 both;
    `type_of_conflict` 1 extrasystemic, 2 interstate, 3 intrastate, 4 internationalized intrastate. Codes of several actors stand in one
    text, "156, 28, 3". `bd_low` above `bd_best` happens (5 of 1,920 rows) and is left as it is. Source: Davies et al. 2024.
    """

    conflict_id: Wholes
    dyad_id: Wholes
    location_inc: Texts
    side_a: Texts
    side_a_id: Texts
    side_a_2nd: Texts
    side_b: Texts
    side_b_id: Texts
    side_b_2nd: Texts
    incompatibility: Wholes
    territory_name: Texts
    year: Wholes
    bd_best: Wholes
    bd_low: Wholes
    bd_high: Wholes
    type_of_conflict: Wholes
    gwno_a: Texts
    gwno_b: Texts
    gwno_loc: Texts
    region: Texts
    version: Texts

    def __len__(self) -> int:
        """The number of dyad-years."""
        return len(self.year)


def _starts_in_order(row: TableRow) -> None:
    if row.values["start_date2"] < row.values["start_date"]:
        row.refuse("start_date2", f"the dyad is active on {row.values['start_date2']}, before its first death", "a later day")
    if row.values["year"] < int(row.values["start_date2"][:4]):
        row.refuse(
            "year", f"the year {row.values['year']} is before the episode starts", f"{row.values['start_date2'][:4]} or later"
        )


ENDINGS = Layout(
    columns={
        "dyadep_id": whole_number(*CODE),
        "dyadepisode": whole_number(1, 99),
        "dyadcount": whole_number(1, 99),
        "dyadterm": whole_number(0, 1, missing=-1),
        "ependdate": last_day(),
        "ependprec": whole_number(1, 6, missing=0),
        "outcome": whole_number(1, 6, missing=0),
        "cfiredate": last_day(),
        "peagdate": last_day(),
        "recur": zero_or_one(),
        "conflict_id": whole_number(*CODE),
        "dyad_id": whole_number(*CODE),
        "year": whole_number(*YEARS),
        "location": text(),
        "side_a": text(),
        "side_a_id": ids(),
        "side_b": text(),
        "side_b_id": ids(),
        "incompatibility": whole_number(1, 3),
        "intensity_level": whole_number(1, 2),
        "type_of_conflict": whole_number(1, 4),
        "start_date": day(),
        "start_prec": whole_number(1, 7),
        "start_date2": day(),
        "start_prec2": whole_number(1, 7),
        "gwno_loc": ids(),
        "region": ids(),
    },
    others=frozenset(("type_of_conflict2", "version", "side_a_2nd", "side_b_2nd", "territory_name")),
    key=("dyad_id", "year"),
    check=_starts_in_order,
)


@dataclass(frozen=True)
class Endings:
    """UCDP conflict termination by dyad: one row a dyad and year of an episode, [R].

    `dyadterm` 1 in the year in which the episode ends, 0 before, -1 not yet known (the last year of the data). `outcome` 1 peace
    agreement, 2 ceasefire, 3 and 4 victory of side A and B, 5 low activity, 6 an actor ceases to exist, 0 where none is coded.
    Days are NaT where none is given; of several ceasefires the last day is kept, when all were covered.
    `dyadterm` and `outcome` disagree in 8 of 3,140 rows, and 4 episodes end before they start: left as they are.
    Source: Kreutz 2010.
    """

    dyadep_id: Wholes
    dyadepisode: Wholes
    dyadcount: Wholes
    dyadterm: Wholes
    ependdate: Days
    ependprec: Wholes
    outcome: Wholes
    cfiredate: Days
    peagdate: Days
    recur: Truths
    conflict_id: Wholes
    dyad_id: Wholes
    year: Wholes
    location: Texts
    side_a: Texts
    side_a_id: Texts
    side_b: Texts
    side_b_id: Texts
    incompatibility: Wholes
    intensity_level: Wholes
    type_of_conflict: Wholes
    start_date: Days
    start_prec: Wholes
    start_date2: Days
    start_prec2: Wholes
    gwno_loc: Texts
    region: Texts

    def __len__(self) -> int:
        """The number of dyad-years."""
        return len(self.year)

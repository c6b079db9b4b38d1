"""Small files in the publishers' formats, made by hand: no row of them happened."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from countermove.publishers.formats import (
    FORMATS,
    read_bytes,
)
from countermove.publishers.ucdp_support import SideYears

GED = (
    "id,date_start,date_end,dyad_name,side_a,side_b,type_of_violence,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,"
    "adm_1,latitude,longitude,where_prec,date_prec,event_clarity"
)
GED_ROWS = (
    "1.0,2014-01-22,2014-01-22,North - South,North,South,1,1,0,5,0,6,7,5,Upper Valley,50.45,30.523330,1,1,1",
    "2.0,2014-03-01 00:00:00.000,2014-03-04,North - South,North,South,1,0.0,2.0,0.0,3.0,5.0,4.0,6.0,,-1.5e0,30,6,4,2",
)
KINDS = "xpywmtfilou"
ESD_HEAD = (
    "id,active,year,actor_id,actor_name,actor_nonstate,oppo_id,oppo_name,dyad_id,dyad_name,civil,conflict_id,location,gwno_a,country_a,"
    "gwno_b,country_b,ext_id,ext_name,ext_nonstate,ext_coalition,ext_coalition_name,ext_elements,ext_bothsides,ext_sup,ext_sup_s,"
    "ext_sup_ns,ext_count,ext_count_s,ext_count_ns"
)
ESD_ROW = "1,1,1980,700,North,0,12,South,412,North - South,1,333,Valley: Government,700,Valley,,,,,,,,,,0,0,0,0,0,0"
ENDS = ("", "_s", "_ns", "_count", "_count_s", "_count_ns")
ESD = [*ESD_HEAD.split(","), *(f"ext_{kind}{end}" for kind in KINDS for end in ENDS), "ext_sum"]
ESD_FACTS = dict.fromkeys(ESD, "0") | dict(zip(ESD_HEAD.split(","), ESD_ROW.split(","), strict=True))
ONES = "ext_sup ext_sup_s ext_sup_ns ext_count_ns ext_w ext_w_s ext_y ext_y_ns ext_y_count ext_y_count_ns"
TWOS = "ext_count_s ext_w_count ext_w_count_s ext_sum"
ESD_SUPPORT = {"id": "2", "ext_id": "365 9", "ext_name": "Empire and friends", "ext_count": "3"}
ESD_SUPPORT |= dict.fromkeys(ONES.split(), "1") | dict.fromkeys(TWOS.split(), "2")
SUPPORT = (
    "external_id,ywp_id,ywp_year,ywp_name,actorID,bc_id,conflictID,bc_name,bwd_id,bwd_name,country1,country2,locationid1,locationid2,"
    "external_exists,external_name,external_nameid,external_alleged,external_type_X,external_type_Y,external_type_L,external_type_W,"
    "external_type_M,external_type_T,external_type_$,external_type_I,external_type_O,external_type_U,external_type_text,"
    "external_type_code"
)
SUPPORT_ROWS = (
    "54,6856,1984,North,700,189,137,Valley,737,North - South,Valley,,700,0.0,1,Empire,365.0,0.0,1.0,0,0,1.0,0,0,0,0,0,0,Weapons,XW",
    "55,6857,1985,North,700,189,137,Valley,737,North - South,Valley,,700,0.0,0" + "," * 15,
    "56,6858,1986,North,700,189,137,Valley,737,,Valley,,700,,-1" + "," * 15,
)
BATTLE = (
    "conflict_id,dyad_id,location_inc,side_a,side_a_id,side_a_2nd,side_b,side_b_id,side_b_2nd,incompatibility,territory_name,year,bd_best,"
    "bd_low,bd_high,type_of_conflict,battle_location,gwno_a,gwno_a_2nd,gwno_b,gwno_b_2nd,gwno_loc,gwno_battle,region,version"
)
BATTLE_ROWS = (
    "205,406,Valley,North,114,,South,164,,1,Upper Valley,1990,31,31,335,3,Valley,630,,,,630,630,2,24.1",
    '205,406,Valley,North,"156, 28,3",,South,164,,1,"Upper Valley\n",1991,40,31,50,3,Valley,630,,,,630,630,"1, 3",24.1',
)
ENDING = (
    "dyadep_id,dyadepisode,type_of_conflict2,dyadcount,dyadterm,ependdate,ependprec,outcome,cfiredate,peagdate,recur,version,conflict_id,"
    "dyad_id,year,location,side_a,side_a_id,side_a_2nd,side_b,side_b_id,side_b_2nd,incompatibility,territory_name,intensity_level,"
    "type_of_conflict,start_date,start_prec,start_date2,start_prec2,gwno_loc,region"
)
ENDING_ROWS = (
    "39901.0,1,3,1,1.0,1946-07-21 00:00:00,1.0,4.0,,,0,3,200,399,1946,Valley,North,23,,South,719,,2,,2,3,1946-07-18,1,1946-07-21,2,145,5",
    "39902.0,2,3,1,,.,,,1995-12-23 (one side); 1996-12-04 (both),0,1,3,200,399,2020,Valley,North,23,,South,719,,2,,2,3,1946-07-18,1,"
    "2019-07-21,2,145,5",
)


LINES: dict[str, Sequence[str]] = {
    "ucdp-ged": (GED, *GED_ROWS),
    "ucdp-esd-side-year": (",".join(ESD), ",".join(ESD_FACTS.values()), ",".join((ESD_FACTS | ESD_SUPPORT).values())),
    "ucdp-support": (SUPPORT, *SUPPORT_ROWS),
    "ucdp-battle-deaths": (BATTLE, *BATTLE_ROWS),
    "ucdp-endings": (ENDING, *ENDING_ROWS),
}


def good(form: str, *, packed: bool = False) -> bytes:
    """A file of two or three rows."""
    data = ("\n".join(LINES[form]) + "\n").encode()
    return gzip.compress(data, mtime=0) if packed else data


def changed(form: str, line: int, column: str, cell: str) -> tuple[bytes, str]:
    """The file with another cell on a line (1 is the header), and `line:column` of that cell. The line must be free of quotes."""
    lines = list(LINES[form])
    names, cells = lines[0].split(","), lines[line - 1].split(",")
    place = names.index(column)
    at = len(",".join(cells[:place])) + (2 if place else 1)
    cells[place] = cell
    lines[line - 1] = ",".join(cells)
    return ("\n".join(lines) + "\n").encode(), f"{line}:{at}"


def side_year(dyad: int, side: int, year: int, kinds: str = "", *, state: bool = True, civil: bool = True) -> dict[str, str]:
    """One row of the side-years: side 1 or 2 of a dyad, with support of these kinds by a state, or by a part of one."""
    numbers = {"dyad_id": dyad, "conflict_id": 10 * dyad, "actor_id": side, "oppo_id": 3 - side, "year": year}
    numbers |= {"civil": int(civil), "actor_nonstate": int(side == 2), "ext_sum": len(kinds)}
    numbers |= {f"ext_{kind}{end}": 1 for kind in kinds for end in ("", "_s", "_count", "_count_s")}
    numbers |= dict.fromkeys(("ext_sup", "ext_sup_s" if state else "ext_sup_ns"), int(bool(kinds)))
    return ESD_FACTS | {name: str(value) for name, value in numbers.items()} | {"ext_name": "Empire" if kinds else ""}


def side_years(*rows: dict[str, str]) -> SideYears:
    """The table of these rows, numbered in their order, as the publisher's file gives it."""
    numbered = [",".join((row | {"id": str(number)}).values()) for number, row in enumerate(rows, start=1)]
    table = read_bytes("\n".join([",".join(ESD), *numbered]).encode(), "rows.csv", FORMATS["ucdp-esd-side-year"])
    assert isinstance(table, SideYears)
    return table


CELLS = [
    ("ucdp-ged", 2, "id", "one", "is not a whole number"),
    ("ucdp-ged", 2, "id", "0", "out of range"),
    ("ucdp-ged", 2, "id", "1.5", "is not a whole number"),
    ("ucdp-ged", 3, "id", "", "an empty cell is not a whole number"),
    ("ucdp-ged", 3, "id", "1", "the id of line 2 again"),
    ("ucdp-ged", 2, "date_start", "22.01.2014", "is not a day"),
    ("ucdp-ged", 2, "date_start", "2014-02-30", "is not in the calendar"),
    ("ucdp-ged", 2, "date_start", "0014-02-20", "out of range"),
    ("ucdp-ged", 2, "date_end", "2014-01-21", "before it starts"),
    ("ucdp-ged", 2, "side_a", " ", "an empty cell"),
    ("ucdp-ged", 2, "side_b", "So\x1b[2Juth", "the control character U+001B"),
    ("ucdp-ged", 2, "side_b", "S" * 5000, "a text of 5000 characters"),
    ("ucdp-ged", 2, "type_of_violence", "4", "out of range"),
    ("ucdp-ged", 2, "deaths_a", "-1", "out of range"),
    ("ucdp-ged", 2, "deaths_b", "٣", "is not a whole number"),
    ("ucdp-ged", 2, "best", "9", "the deaths of the four kinds are 6"),
    ("ucdp-ged", 2, "high", "1" * 40, "is not a whole number"),
    ("ucdp-ged", 2, "low", "NA", "is not a whole number"),
    ("ucdp-ged", 2, "latitude", "91", "out of range"),
    ("ucdp-ged", 2, "longitude", "nan", "is not a number"),
    ("ucdp-ged", 2, "longitude", "1e400", "is not a number"),
    ("ucdp-ged", 2, "where_prec", "8", "out of range"),
    ("ucdp-ged", 3, "event_clarity", "3", "out of range"),
    ("ucdp-ged", 1, "best", "bst", "is not a column of this file"),
    ("ucdp-ged", 1, "low", "best", "stands twice"),
    ("ucdp-esd-side-year", 2, "year", "18", "out of range"),
    ("ucdp-esd-side-year", 2, "actor_nonstate", "2", "out of range"),
    ("ucdp-esd-side-year", 3, "ext_w", "0", "its states and others say otherwise"),
    ("ucdp-esd-side-year", 3, "ext_w_count", "3", "not the sum of its states and others"),
    ("ucdp-esd-side-year", 3, "ext_sum", "5", "the kinds given are 2"),
    ("ucdp-esd-side-year", 3, "ext_name", "", "support without a supporter"),
    ("ucdp-esd-side-year", 3, "ext_sup", "0", "say otherwise"),
    ("ucdp-support", 2, "external_exists", "2", "out of range"),
    ("ucdp-support", 2, "external_nameid", "", "does not go with the name"),
    ("ucdp-support", 3, "external_type_X", "1", "does not go with the name"),
    ("ucdp-support", 2, "external_type_$", "yes", "is not a whole number"),
    ("ucdp-battle-deaths", 2, "gwno_loc", "630;2", "is not a code"),
    ("ucdp-battle-deaths", 2, "bd_best", "", "an empty cell"),
    ("ucdp-battle-deaths", 2, "incompatibility", "4", "out of range"),
    ("ucdp-battle-deaths", 2, "year", "3000", "out of range"),
    ("ucdp-endings", 2, "outcome", "7", "out of range"),
    ("ucdp-endings", 2, "ependdate", "soon", "is not a day"),
    ("ucdp-endings", 2, "cfiredate", "1995-12-23 (one); later", "is not a day"),
    ("ucdp-endings", 2, "start_date2", "1946-07-17", "before its first death"),
    ("ucdp-endings", 2, "recur", "", "is not a whole number"),
    ("ucdp-endings", 3, "year", "2018", "before the episode starts"),
]

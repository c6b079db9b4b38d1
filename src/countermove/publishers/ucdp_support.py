"""Files of the Uppsala Conflict Data Program on support from outside: by side and year, and by supporter.

**Withheld rows are not absence of support.** Rows of the copies at hand are kept back for acceptance, and no publisher saw everything:
a dyad, side or year that is not in a file says nothing. Only a row that is there and says 0 says that no support was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countermove.publishers.strict_csv import ColumnType, Layout, TableRow, Texts, Truths, Wholes, text, whole_number, zero_or_one
from countermove.publishers.ucdp_violence import CODE

KINDS: Mapping[str, str] = {
    "x": "troops",
    "p": "presence",
    "y": "joint operations",
    "w": "weapons",
    "m": "materiel",
    "t": "training",
    "f": "funding",
    "i": "intelligence",
    "l": "territory",
    "o": "other",
    "u": "unknown",
}
LETTERS: Mapping[str, str] = {
    "X": "troops",
    "Y": "joint operations",
    "L": "territory",
    "W": "weapons",
    "M": "materiel",
    "T": "training",
    "$": "funding",
    "I": "intelligence",
    "O": "other",
    "U": "unknown",
}
GIVERS = ("", "_s", "_ns")  # anyone, states, others
COUNT = (0, 200)
_OTHERS = frozenset(
    ("country_a", "gwno_b", "country_b", "ext_nonstate", "ext_coalition", "ext_coalition_name", "ext_elements", "ext_bothsides")
)


def _support_columns() -> dict[str, ColumnType]:
    columns: dict[str, ColumnType] = {}
    for kind in KINDS:
        columns |= {f"ext_{kind}{giver}": zero_or_one() for giver in GIVERS}
        columns |= {f"ext_{kind}_count{giver}": whole_number(*COUNT) for giver in GIVERS}
    return columns


def _support_agrees(row: TableRow) -> None:
    """Someone supports where a state or another does, and a kind has givers where it is given."""
    value = row.values
    for kind in KINDS:
        name = f"ext_{kind}"
        if value[name] != (value[f"{name}_s"] | value[f"{name}_ns"]):
            row.refuse(name, f"{name} is {value[name]}, its states and others say otherwise", "1 where either is 1")
        if any((value[f"{name}_count{giver}"] > 0) != value[f"{name}{giver}"] for giver in GIVERS):
            row.refuse(
                f"{name}_count", f"the counts of {name} do not agree with what is given", "a count above 0 where there is a 1"
            )
        if value[f"{name}_count"] != value[f"{name}_count_s"] + value[f"{name}_count_ns"]:
            row.refuse(f"{name}_count", f"{name}_count is not the sum of its states and others", "their sum")
    given = sum(value[f"ext_{kind}"] for kind in KINDS)
    if value["ext_sum"] != given:
        row.refuse("ext_sum", f"ext_sum is {value['ext_sum']}, the kinds given are {given}", "their number")
    if value["ext_sup"] != (given > 0) or value["ext_sup"] != (value["ext_sup_s"] | value["ext_sup_ns"]):
        row.refuse("ext_sup", f"ext_sup is {value['ext_sup']}, the kinds or the givers say otherwise", "1 where any kind is given")
    if bool(value["ext_name"]) != bool(value["ext_sup"]):
        row.refuse("ext_name", "a supporter without support, or support without a supporter", "both or neither")


SIDE_YEARS = Layout(
    columns={
        "id": whole_number(*CODE),
        "active": zero_or_one(),
        "year": whole_number(1946, 2100),
        "actor_id": whole_number(*CODE),
        "actor_name": text(),
        "actor_nonstate": zero_or_one(),
        "oppo_id": whole_number(*CODE),
        "oppo_name": text(),
        "dyad_id": whole_number(*CODE),
        "dyad_name": text(),
        "civil": zero_or_one(),
        "conflict_id": whole_number(*CODE),
        "location": text(),
        "gwno_a": whole_number(1, 999),
        "ext_id": text(optional=True),
        "ext_name": text(optional=True),
        "ext_sup": zero_or_one(),
        "ext_sup_s": zero_or_one(),
        "ext_sup_ns": zero_or_one(),
        "ext_count": whole_number(*COUNT),
        "ext_count_s": whole_number(*COUNT),
        "ext_count_ns": whole_number(*COUNT),
        "ext_sum": whole_number(0, len(KINDS)),
        **_support_columns(),
    },
    others=_OTHERS,
    key=("id",),
    check=_support_agrees,
)


@dataclass(frozen=True)
class SideYears:
    """UCDP External Support Dataset 18.1: one row a side, dyad and year, [R]; 1975 to 2017.

    `actor_*` is the side that may be supported, `oppo_*` its opponent; `active` is 0 in years between two active ones of the dyad;
    `ext_name` and `ext_id` list the supporters, separated by commas. `kinds` [R, 11] says which of KINDS was given by anyone, `kinds_s`
    by states, `kinds_ns` by others, and `counts*` [R, 11] by how many. Kinds and counts are checked against each other; the counts of
    all kinds together, `ext_count_s` and `ext_count_ns`, do not always agree with them in the publisher's file.

    A side, dyad or year that is not in the file is not known; it is not without support. Source: Meier, Karlén, Pettersson & Croicu 2022.
    """

    id: Wholes
    active: Truths
    year: Wholes
    actor_id: Wholes
    actor_name: Texts
    actor_nonstate: Truths
    oppo_id: Wholes
    oppo_name: Texts
    dyad_id: Wholes
    dyad_name: Texts
    civil: Truths
    conflict_id: Wholes
    location: Texts
    gwno_a: Wholes
    ext_id: Texts
    ext_name: Texts
    ext_sup: Truths
    ext_sup_s: Truths
    ext_sup_ns: Truths
    ext_count: Wholes
    ext_count_s: Wholes
    ext_count_ns: Wholes
    ext_sum: Wholes
    kinds: Truths
    kinds_s: Truths
    kinds_ns: Truths
    counts: Wholes
    counts_s: Wholes
    counts_ns: Wholes

    def __len__(self) -> int:
        """The number of side-years."""
        return len(self.id)


def side_years(columns: dict[str, Any]) -> SideYears:
    """The table, kinds of support side by side."""
    plain = {name: values for name, values in columns.items() if name in SideYears.__dataclass_fields__}
    for giver in GIVERS:
        plain[f"kinds{giver}"] = beside([columns[f"ext_{kind}{giver}"] for kind in KINDS])
        plain[f"counts{giver}"] = beside([columns[f"ext_{kind}_count{giver}"] for kind in KINDS])
    return SideYears(**plain)


def beside(columns: list[NDArray[Any]]) -> NDArray[Any]:
    """Columns [R] side by side, [R, K], read-only."""
    array = np.stack(columns, axis=1)
    array.setflags(write=False)
    return array


def _named_with_kinds(row: TableRow) -> None:
    """A supporter has a name, a code and kinds, or there is none."""
    named = bool(row.values["external_name"])
    parts = ["external_nameid", "external_alleged", *(f"external_type_{letter}" for letter in LETTERS)]
    wrong = [part for part in parts if (row.values[part] >= 0) != named]
    if wrong:
        row.refuse(wrong[0], f"{wrong[0]} does not go with the name of the supporter", "filled where there is a name, else empty")
    if row.values["external_exists"] == 1 and not named:
        row.refuse("external_name", "support exists, and no one gives it", "the name of the supporter")


SUPPORTERS = Layout(
    columns={
        "external_id": whole_number(*CODE),
        "ywp_id": whole_number(*CODE),
        "ywp_year": whole_number(1946, 2100),
        "ywp_name": text(),
        "actorID": whole_number(*CODE),
        "bc_id": whole_number(*CODE),
        "conflictID": whole_number(*CODE),
        "bwd_id": whole_number(*CODE),
        "bwd_name": text(optional=True),
        "country1": text(),
        "locationid1": whole_number(1, 999),
        "external_exists": whole_number(-1, 1),
        "external_name": text(optional=True),
        "external_nameid": whole_number(0, CODE[1], missing=-1),
        "external_alleged": whole_number(0, 1, missing=-1),
        **{f"external_type_{letter}": whole_number(0, 1, missing=-1) for letter in LETTERS},
    },
    others=frozenset(("bc_name", "country2", "locationid2", "external_type_text", "external_type_code")),
    key=("external_id",),
    check=_named_with_kinds,
)


@dataclass(frozen=True)
class Supporters:
    """UCDP External Support, supporter level: one row a supporter, side, dyad and year, [R]; 1975 to 2009.

    `ywp_*` is the side that is supported, `bwd_*` its dyad, `external_*` the supporter. `exists` 1 support, 0 none found (with a name where
    it is only `alleged`), -1 the publisher's third code, whose meaning the files at hand do not give. `kinds` int64 [R, 10], in the order
    of LETTERS: 1 given, 0 not, -1 in rows that name no supporter.

    A side, dyad or year that is not in the file is not known; it is not without support. Source: Högbladh, Pettersson & Themnér 2011.
    """

    external_id: Wholes
    ywp_id: Wholes
    year: Wholes
    ywp_name: Texts
    actor_id: Wholes
    conflict_id: Wholes
    bwd_id: Wholes
    bwd_name: Texts
    country: Texts
    gwno: Wholes
    exists: Wholes
    name: Texts
    name_id: Wholes
    alleged: Wholes
    kinds: Wholes

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.external_id)


_SUPPORTER_NAMES = {
    "external_id": "external_id",
    "ywp_id": "ywp_id",
    "year": "ywp_year",
    "ywp_name": "ywp_name",
    "actor_id": "actorID",
    "conflict_id": "conflictID",
    "bwd_id": "bwd_id",
    "bwd_name": "bwd_name",
    "country": "country1",
    "gwno": "locationid1",
    "exists": "external_exists",
    "name": "external_name",
    "name_id": "external_nameid",
    "alleged": "external_alleged",
}


def supporters(columns: dict[str, Any]) -> Supporters:
    """The table, kinds of support side by side."""
    kinds = beside([columns[f"external_type_{letter}"] for letter in LETTERS])
    return Supporters(**{ours: columns[theirs] for ours, theirs in _SUPPORTER_NAMES.items()}, kinds=kinds)

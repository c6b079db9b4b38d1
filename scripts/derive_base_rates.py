"""Derive the counts of records/base-rates.csv: how often, in wars and crises of the past, what a headline of the memo speaks of.

    python scripts/derive_base_rates.py            compare the table with the data, print what differs, exit 1 if anything does
    python scripts/derive_base_rates.py --write    replace k, n and wars in the table; the words of the rows stay as they are
    python scripts/derive_base_rates.py --over-wars    print for each row the 90% interval that comes of drawing whole wars with replacement:
                                                   the cases of one war are alike, so this is the honest one to calibrate by

The data are not shipped. They are looked for in ../shared/data, or where --data says; where they come from stands in
records/base-rates-sources.csv. Rows may be missing from the copies, so a missing year is never read as a year without support: a case
counts only where its years are there. Nothing after 2017 is used. What each count means is told in docs/explanation/outside-view.md.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from support_by_patron import WINDOW, Case, Patrons, War, rows_of  # noqa: E402

from countermove.publishers.formats import read_published  # noqa: E402
from countermove.publishers.ucdp_support import KINDS, SideYears  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
TABLE = ROOT / "records" / "base-rates.csv"
LAST = date(2017, 12, 31)

Row = dict[str, str]

ESD = "esd/ucdp-esd-ay-181.csv"
SUPPORTERS = "esd/ucdp_extsup_v1_supporter_level_1975_2009.csv"
DYADS = "ucdp/ucdp-dyadic-251.csv"
ENDINGS = "ucdp/ucdp-term-dyad-3-2021.csv"
AGREEMENTS = "peace/ucdp-peace-agreements-221.csv"
CRISES = "icb/icb1v14.csv"
FILES = (ESD, SUPPORTERS, DYADS, ENDINGS, AGREEMENTS, CRISES)


class Count(NamedTuple):
    """`k` of `n` cases came true; the cases lie in so many different wars."""

    k: int
    n: int
    wars: int


def count(cases: Iterable[Case]) -> Count:
    """Cases counted."""
    listed = list(cases)
    return Count(sum(hit for hit, _ in listed), len(listed), len({war for _, war in listed}))


def over_wars(cases: Iterable[Case], times: int = 4000) -> tuple[float, float]:
    """The 90% interval of the share when wars, each with all its cases, are drawn with replacement."""
    wars: dict[War, list[bool]] = defaultdict(list)
    for hit, war in cases:
        wars[war].append(hit)
    sums = [(sum(hits), len(hits)) for hits in wars.values()]
    generator = random.Random(0)
    shares: list[float] = []
    for _ in range(times):
        drawn = generator.choices(sums, k=len(sums))
        shares.append(sum(k for k, _ in drawn) / sum(n for _, n in drawn))
    shares.sort()
    return shares[times // 20], shares[-times // 20]


def yes(text: str) -> bool:
    """A 0/1 column, which some files write as 1.0."""
    return text not in ("", "NA") and float(text) == 1


def read(data: Path, name: str) -> list[Row]:
    """The rows of one file that no reader of the program knows."""
    with (data / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- support by side, dyad and year (ESD 18.1) ------------------------------------------------------------------------


class Side(NamedTuple):
    """One side of an intrastate dyad in one year, with the tier of what states give it and whether they give weapons.

    Tiers: 0 nothing, 1 anything short of weapons, 2 weapons, 3 troops, presence or joint operations.
    """

    dyad: int
    war: int
    actor: int
    opponent: int
    year: int
    tier: int
    armed: bool


def sides_of(table: SideYears) -> Iterator[Side]:
    """The sides of intrastate dyads in the publisher's table."""
    kinds = dict(zip(KINDS, table.kinds_s.T, strict=True))
    tier = np.select([kinds["x"] | kinds["p"] | kinds["y"], kinds["w"], table.ext_sup_s], [3, 2, 1], 0)
    columns = (table.dyad_id, table.conflict_id, table.actor_id, table.oppo_id, table.year, tier, kinds["w"])
    return (Side(*row) for row in zip(*(column[table.civil].tolist() for column in columns), strict=True))


class Sides:
    """Every side of every intrastate dyad by year."""

    def __init__(self, rows: Iterable[Side]) -> None:
        self.rows = {(row.dyad, row.actor, row.year): row for row in rows}

    def year(self, row: Side, years: int, other: bool = False) -> Side | None:
        """The same side, or its opponent, so many years later; None where the file has no row."""
        return self.rows.get((row.dyad, row.opponent if other else row.actor, row.year + years))

    def watched(self, armed: bool) -> Iterator[Side]:
        """Sides whose opponent had no state's weapons last year and has (`armed`) or still has not got them this year."""
        for row in self.rows.values():
            before, now = self.year(row, -1, other=True), self.year(row, 0, other=True)
            if before is not None and now is not None and not before.armed and now.armed == armed:
                yield row

    def rises_next_year(self, armed: bool) -> Iterator[Case]:
        """Own patrons, below the highest tier, one tier up in the year after."""
        for row in self.watched(armed):
            later = self.year(row, 1)
            if 0 < row.tier < 3 and later is not None:
                yield later.tier > row.tier, row.war

    def rises_at_once(self, armed: bool) -> Iterator[Case]:
        """The same, in that very year or the one after, measured from the year before."""
        for row in self.watched(armed):
            before, later = self.year(row, -1), self.year(row, 1)
            if before is not None and later is not None and 0 < before.tier < 3:
                yield max(row.tier, later.tier) > before.tier, row.war

    def gains_patron(self, armed: bool) -> Iterator[Case]:
        """A side without a state behind it has one in the next two years."""
        for row in self.watched(armed):
            one, two = self.year(row, 1), self.year(row, 2)
            if row.tier > 0 or one is None or (one.tier == 0 and two is None):
                continue
            yield one.tier > 0 or (two is not None and two.tier > 0), row.war

    def persists(self) -> Iterator[Case]:
        """A supported side is still supported by some state in the next year of the war."""
        for row in self.rows.values():
            later = self.year(row, 1)
            if row.tier > 0 and later is not None:
                yield later.tier > 0, row.war

    def both_supported(self) -> set[tuple[int, int]]:
        """Dyad and year in which states stand behind both sides."""
        supported = [row for row in self.rows.values() if row.tier > 0]
        return {
            (row.dyad, row.year) for row in supported if (other := self.year(row, 0, other=True)) is not None and other.tier > 0
        }


# --- wars between states ----------------------------------------------------------------------------------------------


def wars_between_states(rows: Iterable[Row]) -> dict[frozenset[int], set[int]]:
    """Pairs of states -> the years in which they fought each other with 25 dead or more."""
    fought: dict[frozenset[int], set[int]] = defaultdict(set)
    for row in rows:
        if row["type_of_conflict"] == "2" and int(row["year"]) <= LAST.year:
            for a in row["gwno_a"].split(","):
                for b in row["gwno_b"].split(","):
                    fought[frozenset((int(a), int(b)))].add(int(row["year"]))
    return fought


# --- how wars end -----------------------------------------------------------------------------------------------------


class Ending(NamedTuple):
    """One dyad-episode. `end` and `outcome` are None where it had not ended when the file was made."""

    dyad: int
    conflict: int
    start: date
    last: int
    end: date | None
    outcome: int | None


def episodes(rows: Iterable[Row]) -> Iterator[Ending]:
    """Intrastate dyad-episodes; one that the file ends twice, or without a date, is left out."""
    grouped: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["type_of_conflict"] in ("3", "4"):
            grouped[int(row["dyad_id"]), row["dyadepisode"]].append(row)
    for (dyad, _), group in grouped.items():
        ends = [row for row in group if yes(row["dyadterm"])]
        if len(ends) > 1 or any(row["ependdate"] == "" for row in ends):
            continue
        end = date.fromisoformat(ends[0]["ependdate"][:10]) if ends else None
        outcome = int(float(ends[0]["outcome"])) if ends else None
        start = date.fromisoformat(min(row["start_date2"] for row in group)[:10])
        yield Ending(dyad, int(group[0]["conflict_id"]), start, max(int(row["year"]) for row in group), end, outcome)


def later(day: date, years: int) -> date:
    """The same day so many years later (28 February for a 29th)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Window(NamedTuple):
    """Episodes that have reached an `age`, followed for some `years`: did they end by one of these outcomes?"""

    age: int
    years: int
    outcomes: tuple[int, ...]
    only: set[tuple[int, int]] | None = None  # dyad and year of that age


def ended(endings: Iterable[Ending], window: Window) -> Iterator[Case]:
    """Cases since 1975 whose window closes by 2017; an episode that drops out of the file inside its window is left out."""
    for episode in endings:
        begin = later(episode.start, window.age)
        close = later(begin, window.years)
        alive = episode.end > begin if episode.end is not None else episode.last >= close.year
        outside = window.only is not None and (episode.dyad, begin.year) not in window.only
        if not alive or outside or begin.year < 1975 or close > LAST:
            continue
        yield episode.end is not None and episode.end <= close and episode.outcome in window.outcomes, episode.conflict


def again(rows: Iterable[Row], outcome: int, conflict: bool) -> Iterator[Case]:
    """Dyad-episodes that ended so since 1975: is the dyad, or any dyad of its conflict, at war in one of the next five calendar years?"""
    listed = list(rows)
    fought: dict[int, set[int]] = defaultdict(set)
    for row in listed:
        fought[int(row["conflict_id" if conflict else "dyad_id"])].add(int(row["year"]))
    for episode in episodes(listed):
        if episode.end is not None and episode.outcome == outcome and 1975 <= episode.end.year <= LAST.year - WINDOW:
            after = range(episode.end.year + 1, episode.end.year + 1 + WINDOW)
            yield bool(fought[episode.conflict if conflict else episode.dyad] & set(after)), episode.conflict


def broken(rows: Iterable[Row], days: int) -> Iterator[Case]:
    """Peace agreements with a ceasefire in them that ended within so many days."""
    for row in rows:
        signed = date.fromisoformat(row["pa_date"][:10])
        if row["cease"] == "1" and (LAST - signed).days >= days:
            over = row["ended"] == "True" and (date.fromisoformat(row["duration"][:10]) - signed).days <= days
            yield over, row["conflict_id"]


def escalated(rows: Iterable[Row]) -> Iterator[Case]:
    """Crises since 1946 in which both powers were active by covert, semi-military or military means, and there was full-scale war."""
    for row in rows:
        active = all(row[power] not in ("", "NA") and float(row[power]) >= 3 for power in ("usinv", "suinv"))
        if row["yrtrig"] and active and 1946 <= int(row["yrtrig"]) <= LAST.year:
            yield float(row["viol"]) == 4, row["crisno"]


# --- the table --------------------------------------------------------------------------------------------------------


def derived(data: Path) -> dict[str, list[Case]]:
    """The cases of every row by its name."""
    sides = Sides(sides_of(read_published(data / ESD, "ucdp-esd-side-year")))
    patrons = Patrons(rows_of(read_published(data / SUPPORTERS, "ucdp-support")))
    dyads = read(data, ENDINGS)
    endings = list(episodes(dyads))
    both = sides.both_supported()
    rows: dict[str, Callable[[], Iterable[Case]]] = {
        "reply-next-year": lambda: sides.rises_next_year(True),
        "reply-next-year-otherwise": lambda: sides.rises_next_year(False),
        "reply-at-once": lambda: sides.rises_at_once(True),
        "reply-at-once-otherwise": lambda: sides.rises_at_once(False),
        "patron-gained": lambda: sides.gains_patron(True),
        "patron-gained-otherwise": lambda: sides.gains_patron(False),
        "support-persists": sides.persists,
        "patron-stops": patrons.stops,
        "patron-leaves": lambda: patrons.leaves(False),
        "patron-with-troops-leaves": lambda: patrons.leaves(True),
        "troops-go-home": lambda: patrons.leaves(True, home=True),
        "patron-leaves-in-five-years": lambda: patrons.leaves_in_window(False),
        "patron-with-troops-leaves-in-five-years": lambda: patrons.leaves_in_window(True),
        "drawn-in-to-weapons": lambda: patrons.first_steps(False),
        "drawn-in-to-troops": lambda: patrons.first_steps(True),
        "patrons-at-war": lambda: patrons.war_between(wars_between_states(read(data, DYADS))),
        "troops-on-both-sides": patrons.troops_on_both_sides,
        "crises-of-both-powers": lambda: escalated(read(data, CRISES)),
        "settlement": lambda: ended(endings, Window(3, 2, (1,))),
        "settlement-both-supported": lambda: ended(endings, Window(3, 2, (1,), both)),
        "settlement-of-young-wars": lambda: ended(endings, Window(0, 2, (1,))),
        "collapse": lambda: ended(endings, Window(3, 5, (3, 4))),
        "agreement-then-war": lambda: again(dyads, 1, conflict=False),
        "agreement-then-war-in-conflict": lambda: again(dyads, 1, conflict=True),
        "ceasefire-then-war": lambda: again(dyads, 2, conflict=False),
        "agreements-broken": lambda: broken(read(data, AGREEMENTS), 30),
    }
    return {name: list(cases()) for name, cases in rows.items()}


def table() -> list[Row]:
    """The rows as they stand."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(rows: list[Row]) -> None:
    """The rows again, lines ending in a bare newline."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> int:
    """Compare or write; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the data")
    parser.add_argument("--write", action="store_true", help="replace the counts in the table")
    parser.add_argument("--over-wars", action="store_true", help="print the intervals over wars, and stop")
    options = parser.parse_args()
    missing = [name for name in FILES if not (options.data / name).is_file()]
    if missing:
        sys.stderr.write(f"not in {options.data}: {', '.join(missing)}; the data are not shipped\n")
        return 2
    cases, rows = derived(options.data), table()
    found = {name: count(listed) for name, listed in cases.items()}
    if options.over_wars:
        for name, one in found.items():
            low, high = over_wars(cases[name])
            sys.stdout.write(
                f"{name:<42} {one.k:>4} of {one.n:>5}, {one.wars:>3} wars: {one.k / one.n:.3f} ({low:.3f}-{high:.3f})\n"
            )
        return 0
    different = sorted(found.keys() ^ {row["name"] for row in rows})
    for row in rows:
        if row["name"] in found:
            fresh = {key: str(value) for key, value in found[row["name"]]._asdict().items()}
            different += [row["name"]] if any(row[key] != value for key, value in fresh.items()) else []
            row.update(fresh)
    if options.write:
        write(rows)
    for name in different:
        sys.stdout.write(f"{'written' if options.write else 'differs'}: {name} {found.get(name, 'not derived')}\n")
    sys.stdout.write(f"{len(found)} base rates, {len(different)} differed\n")
    return 1 if different and not options.write else 0


if __name__ == "__main__":
    raise SystemExit(main())

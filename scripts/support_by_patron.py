"""What states gave to the sides of intrastate wars, by patron, client, dyad and year: the supporter level of External Support 1.0.

`Patrons` counts cases of records/base-rates.csv for scripts/derive_base_rates.py. Two kinds of unit are used. The older rows follow a patron in
one dyad. The rows about leaving follow a patron of one side through a whole war, whoever that side fights, because a patron that is named
in another dyad of the same side has not left. What each row counts is told in docs/explanation/outside-view.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from countermove.publishers.ucdp_support import LETTERS, Supporters

WINDOW = 5  # years in which opposed patrons may come to blows, and in which a patron may leave: as long as a run
AWAY = 3  # years without any support after which a patron has left for good
OBSERVED = 2  # of those, how many at least lie in the war and are not unclear, the first among them
LAST_OF_FILE = 2009
GREAT_POWERS = (2, 200, 220, 365, 710)
"""The members of the Security Council that stay, by country number: the United States, Britain, France, Russia and China."""

War = int | str  # the publishers' numbers; a crisis has one too
Case = tuple[bool, War]  # whether it came true, and in which war (or crisis) it lies
Side = tuple[int, int]  # a war and one of its sides


class Given(NamedTuple):
    """One row of the file: a side of a dyad in one year, and one supporter, or none (patron -1)."""

    dyad: int
    dyad_name: str
    war: int
    client: int
    country: int
    year: int
    exists: int
    patron: int
    alleged: int
    troops: bool  # as a secondary warring party
    weapons: bool

    @property
    def by_state(self) -> bool:
        """Whether the supporter is a state."""
        return 0 <= self.patron < 1000

    @property
    def known(self) -> bool:
        """Whether there was support, and no mere allegation of it."""
        return self.exists == 1 and self.alleged != 1

    @property
    def arms(self) -> bool:
        """Weapons or troops."""
        return self.weapons or self.troops


def rows_of(table: Supporters) -> Iterator[Given]:
    """The rows of the publisher's table."""
    troops, weapons = (table.kinds[:, list(LETTERS).index(letter)] == 1 for letter in "XW")
    columns = (table.bwd_id, table.bwd_name, table.conflict_id, table.actor_id, table.gwno, table.year, table.exists, table.name_id)
    return (Given(*row) for row in zip(*(column.tolist() for column in (*columns, table.alleged, troops, weapons)), strict=True))


class Patrons:
    """States that support a side of an intrastate dyad, by year; allegations are left out."""

    def __init__(self, rows: Iterable[Given]) -> None:
        self.years: dict[int, set[int]] = defaultdict(set)  # in which the dyad is in the file at all
        self.given: dict[tuple[int, int, int], dict[int, Given]] = defaultdict(dict)  # dyad, client, patron -> year -> row
        self.conflict: dict[int, int] = {}
        self.seen: dict[Side, set[int]] = defaultdict(set)  # years of the war in which it is clear who supports the side
        self.armed: dict[tuple[Side, int], set[int]] = defaultdict(set)  # a side and its patron -> years of weapons or troops
        self.fought: dict[tuple[Side, int], set[int]] = defaultdict(set)  # the same, of troops
        self.named: dict[tuple[Side, int], set[int]] = defaultdict(set)  # the same, of any support, alleged or unclear too
        unclear: dict[Side, set[int]] = defaultdict(set)
        for row in rows:
            if row.dyad_name == "" or row.dyad_name.count("Government of") > 1:
                continue
            self.years[row.dyad].add(row.year)
            self.conflict[row.dyad] = row.war
            if row.known and row.by_state:
                self.given[row.dyad, row.client, row.patron][row.year] = row
            if row.country not in GREAT_POWERS:
                self._follow(row, unclear)
        for side, years in unclear.items():
            self.seen[side] -= years

    def _follow(self, row: Given, unclear: dict[Side, set[int]]) -> None:
        """Note one row for the patron of a side of a war. Great powers' wars at home are left out: they are nobody's clients."""
        side = (row.war, row.client)
        self.seen[side].add(row.year)
        if row.patron < 0:
            unclear[side] |= {row.year} if row.exists == -1 else set()
            return
        if not row.by_state:
            return
        self.named[side, row.patron].add(row.year)
        if row.known:
            self.armed[side, row.patron] |= {row.year} if row.arms else set()
            self.fought[side, row.patron] |= {row.year} if row.troops else set()

    def first_steps(self, weapons: bool) -> Iterator[Case]:
        """A patron's first year of weapons without troops (or of less than weapons): is it higher in the two years after?"""
        for (dyad, _, _), by_year in self.given.items():
            lower = [year for year, row in by_year.items() if not row.troops and row.arms == weapons]
            if not lower or not 1976 <= min(lower) <= 2007:
                continue
            year = min(lower)
            if any(row.arms for earlier, row in by_year.items() if earlier < year):
                continue
            after = [by_year[year + later] for later in (1, 2) if year + later in by_year]
            yield any(row.troops if weapons else row.arms for row in after), self.conflict[dyad]

    def stops(self) -> Iterator[Case]:
        """A patron that armed a side gives it nothing in the next year of the war."""
        for (dyad, _, _), by_year in self.given.items():
            for year, row in by_year.items():
                if row.arms and year + 1 in self.years[dyad]:
                    yield year + 1 not in by_year, self.conflict[dyad]

    def away(self, side: Side, given: set[int], year: int) -> bool | None:
        """Whether nothing is `given` in the three years after `year`; None where too few of them can be seen."""
        after = range(year + 1, year + 1 + AWAY)
        seen = [later for later in after if later in self.seen[side]]
        if year + AWAY > LAST_OF_FILE or year + 1 not in seen or len(seen) < OBSERVED:
            return None
        return not given & set(after)

    def leaves(self, troops: bool, home: bool = False) -> Iterator[Case]:
        """Patrons in their second year of arming a side (of `troops`), or a later one: do they leave for good in the next year of the war?

        With `home`, do their troops leave, whatever else they go on to give?
        """
        kinds = self.fought if troops else self.armed
        for (side, patron), years in kinds.items():
            for year in sorted(years)[1:]:
                left = self.away(side, years if home else self.named[side, patron], year)
                if left is not None:
                    yield left, side[0]

    def leaves_in_window(self, troops: bool) -> Iterator[Case]:
        """Patrons at the end of their second year of arming a side (of `troops`), where the war went on for five years: had they left?"""
        for (side, patron), years in (self.fought if troops else self.armed).items():
            if len(years) < 2:
                continue
            first = sorted(years)[1]
            if first + WINDOW - 1 + AWAY > LAST_OF_FILE or max(self.seen[side], default=0) < first + WINDOW:
                continue
            supported = sorted(year for year in self.named[side, patron] if first <= year < first + WINDOW)
            yield any(self.away(side, self.named[side, patron], year) for year in supported), side[0]

    def opposed(self) -> dict[int, tuple[int, set[frozenset[int]]]]:
        """Dyad -> the first year in which states armed both sides, and the pairs of states that were opposed in it."""
        behind: dict[tuple[int, int], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        for (dyad, client, patron), by_year in self.given.items():
            for year, row in by_year.items():
                if row.arms:
                    behind[dyad, year][client].add(patron)
        found: dict[int, tuple[int, set[frozenset[int]]]] = {}
        for (dyad, year), sides in sorted(behind.items()):
            pairs = {frozenset((p, q)) for a, b in combinations(sides.values(), 2) for p in a for q in b if p != q}
            if pairs and dyad not in found:
                found[dyad] = (year, pairs)
        return found

    def war_between(self, fought: Mapping[frozenset[int], set[int]]) -> Iterator[Case]:
        """Wars whose two sides were armed by opposed states: a war between two of those states within five years.

        Pairs that fought each other in the year before already are left out.
        """
        for dyad, (year, pairs) in self.opposed().items():
            fresh = [pair for pair in pairs if year - 1 not in fought.get(pair, set())]
            if fresh:
                yield any(fought.get(pair, set()) & set(range(year, year + WINDOW)) for pair in fresh), self.conflict[dyad]

    def troops_on_both_sides(self) -> Iterator[Case]:
        """The same wars: states have troops on both sides in one year within five years."""
        for dyad, (first, _) in self.opposed().items():
            clients: dict[int, set[int]] = defaultdict(set)
            for (where, client, _), by_year in self.given.items():
                for year, row in by_year.items():
                    if where == dyad and first <= year < first + WINDOW and row.troops:
                        clients[year].add(client)
            yield any(len(sides) > 1 for sides in clients.values()), self.conflict[dyad]

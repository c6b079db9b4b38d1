"""Side-years of support in many wars, and the changes from one year to the next that can be seen in them.

One row is one side of one dyad in one year. Support by states is ranked in four tiers. The ranking is a judgement:

    0 none
    1 money, intelligence, training, territory, other, or of a kind that is not known
    2 weapons or materiel
    3 troops, presence or joint operations

What "elements" of a state give (the file then names a kind, but no support by the state) counts like the state's own support: a patron may
prefer to look like that. The rows are counted (`elements`).

A change is a side in two years that follow each other, together with what happened to its opponent in the year before the change. A year
that is not in the file is never read as a year without support: rows that cannot make a change are counted by the reason (`Censored`).

The columns are those of the UCDP External Support Dataset 18.1 by actor and year (Meier, Karlén, Pettersson & Croicu 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from countermove.errors import EvidenceError
from countermove.publishers.ucdp_support import KINDS, SideYears

TIERS = ("none", "less than weapons", "weapons or materiel", "troops")
CAUSES = ("start", "raise", "lower", "stop")
SAME = len(CAUSES)
FACTORS = ("onset", "offset", "armed", "rebel", "deaths", "deaths-unknown", "years", "strength", "risen", "fallen")

Key = tuple[int, int, int]


@dataclass(frozen=True)
class RankedSides:
    """Sides by year; all columns [N].

    `dyad`, `war`, `side` and `opponent` are the publisher's numbers. `tier` 0-3; `armed` whether a state gives the side weapons; `rebel` whether
    it is no government. `deaths` in persons a year in the dyad, nan where unknown. `strength` -2 (much weaker than the opponent) to 2, nan
    where unknown. `between_states` counts the rows that were left out because both sides are states, `elements` those in which only a part of a
    state is named as the giver.

    Raises:
        EvidenceError: columns of different lengths, a tier outside 0-3, a side twice in a year, deaths below 0.
    """

    dyad: np.ndarray
    war: np.ndarray
    side: np.ndarray
    opponent: np.ndarray
    year: np.ndarray
    rebel: np.ndarray
    tier: np.ndarray
    armed: np.ndarray
    deaths: np.ndarray
    strength: np.ndarray
    between_states: int = 0
    elements: int = 0

    def __post_init__(self) -> None:
        """Check the columns against each other."""
        columns = (
            self.dyad,
            self.war,
            self.side,
            self.opponent,
            self.year,
            self.rebel,
            self.tier,
            self.armed,
            self.deaths,
            self.strength,
        )
        if {column.shape for column in columns} != {(self.dyad.size,)}:
            raise EvidenceError(
                "the columns of the side-years differ in length", next="give every column one value per side and year"
            )
        if self.tier.size and (self.tier.min() < 0 or self.tier.max() > 3):
            raise EvidenceError("a tier of support lies outside 0 to 3")
        if len(set(self.keys())) != self.dyad.size:
            raise EvidenceError("a side stands twice in one year", next="keep one row per dyad, side and year")
        if (self.deaths < 0).any() or np.isinf(self.deaths).any() or (np.abs(self.strength) > 2).any():
            raise EvidenceError(
                "deaths below 0 or without end, or a strength outside -2 to 2", next="write nan where it is not known"
            )

    def keys(self) -> list[Key]:
        """Dyad, side and year of every row."""
        return list(zip(self.dyad.tolist(), self.side.tolist(), self.year.tolist(), strict=True))


def ranked(
    table: SideYears,
    *,
    deaths: Mapping[tuple[int, int], float] | None = None,
    strength: Mapping[tuple[int, int], float] | None = None,
) -> RankedSides:
    """The sides of intrastate wars in the publisher's table, ranked as the head of this file says; rows between states are counted and left out.

    Args:
        table: from `countermove.publishers.formats.read_published`.
        deaths: (dyad, year) -> battle deaths, where known.
        strength: (dyad, side) -> relative strength from -2 to 2, where known.

    Raises:
        EvidenceError: a side twice in one year, deaths or strengths that cannot be.
    """
    civil = table.civil
    kinds = {kind: table.kinds_s[civil, place] for place, kind in enumerate(KINDS)}
    some, said = table.kinds_s[civil].any(axis=1), table.ext_sup_s[civil]
    troops, weapons = kinds["x"] | kinds["p"] | kinds["y"], kinds["w"] | kinds["m"]
    known, strong = deaths or {}, strength or {}
    dyad, side, year = table.dyad_id[civil], table.actor_id[civil], table.year[civil]
    return RankedSides(
        dyad=dyad,
        war=table.conflict_id[civil],
        side=side,
        opponent=table.oppo_id[civil],
        year=year,
        rebel=table.actor_nonstate[civil],
        tier=np.select([troops, weapons, said | some], [3, 2, 1], 0),
        armed=kinds["w"],
        deaths=np.array([known.get(pair, np.nan) for pair in zip(dyad.tolist(), year.tolist(), strict=True)], np.float64),
        strength=np.array([strong.get(pair, np.nan) for pair in zip(dyad.tolist(), side.tolist(), strict=True)], np.float64),
        between_states=int((~civil).sum()),
        elements=int((some & ~said).sum()),
    )


class Censored(NamedTuple):
    """What the record does not show. The first six add up to the rows; the rest are counts of sides.

    A row that makes no change: `file_ends` it lies in the last year of the file; `leaves` the side has no later row (the war ended or went
    quiet, or rows are missing); `gap` it has later rows, but none in the next year; `enters` the dyad has no earlier year, so
    nothing is known of what the opponent got before; `opponent_missing` the opponent's row of this year or the last is not there.
    """

    changes: int
    file_ends: int
    leaves: int
    gap: int
    enters: int
    opponent_missing: int
    sides: int
    supported_when_first_seen: int
    supported_when_last_seen: int
    first_seen_in_first_year: int


@dataclass(frozen=True)
class Changes:
    """Sides in two years that follow each other; columns [M].

    `war` 0 to W-1 (`wars` [W] holds the publisher's numbers), `tier` in the first of the two years, `later` in the second, `before` in the year
    before them (-1 unknown), `opponent` the opponent's tier in the first year. `x` [M, F] by FACTORS:

    - onset, offset: between the year before and the first year a state began, or ended, to give the opponent weapons
    - armed: in the year before, a state gave the opponent weapons (so onset is compared with an opponent that stays without, offset with one
      that keeps them)
    - rebel: the side is no government; deaths: log10(1 + battle deaths) less its mean, 0 where unknown; deaths-unknown: 1 there
    - years: log10(1 + years since the dyad's first year in the file) less its mean
    - strength: the side's relative strength less the mean of governments, or of rebels; 0 where unknown
    - risen, fallen: the side's own tier rose, or fell, between the year before and the first year; 0 where that is unknown
    """

    war: np.ndarray
    wars: np.ndarray
    tier: np.ndarray
    later: np.ndarray
    before: np.ndarray
    opponent: np.ndarray
    x: np.ndarray
    censored: Censored

    @property
    def outcome(self) -> np.ndarray:
        """Which of CAUSES happened [M], or SAME."""
        up, down = self.later > self.tier, self.later < self.tier
        raised = np.where(self.tier == 0, CAUSES.index("start"), CAUSES.index("raise"))
        lowered = np.where(self.later == 0, CAUSES.index("stop"), CAUSES.index("lower"))
        return np.where(up, raised, np.where(down, lowered, SAME))

    def factor(self, name: str) -> np.ndarray:
        """One column of `x` [M]."""
        return self.x[:, FACTORS.index(name)]


class _Place(NamedTuple):
    """Rows that belong to one change: own last year (or -1), now and next; the opponent's last year and now."""

    before: int
    now: int
    later: int
    other_before: int
    other_now: int


def changes(rows: RankedSides) -> Changes:
    """Every change that the record shows, in the order of the rows, and a count of what it does not show."""
    keys = rows.keys()
    at = {key: index for index, key in enumerate(keys)}
    first: dict[int, int] = {}
    last: dict[tuple[int, int], int] = {}
    for dyad, side, year in keys:
        first[dyad] = min(year, first.get(dyad, year))
        last[dyad, side] = max(year, last.get((dyad, side), year))
    end = max(last.values(), default=0)
    counts = dict.fromkeys(Censored._fields, 0)
    places: list[_Place] = []
    for index, ((dyad, side, year), other) in enumerate(zip(keys, rows.opponent.tolist(), strict=True)):
        later = at.get((dyad, side, year + 1))
        now, before = at.get((dyad, other, year)), at.get((dyad, other, year - 1))
        if later is None:
            counts["file_ends" if year == end else "leaves" if year == last[dyad, side] else "gap"] += 1
        elif now is None or before is None:
            counts["enters" if year == first[dyad] and now is not None else "opponent_missing"] += 1
        else:
            places.append(_Place(at.get((dyad, side, year - 1), -1), index, later, before, now))
    counts["changes"] = len(places)
    return _assemble(rows, np.array(places, np.int64).reshape(-1, 5), first, _sides(rows, counts))


def _sides(rows: RankedSides, counts: dict[str, int]) -> Censored:
    """The counts of sides added to those of rows."""
    order = np.lexsort((rows.year, rows.side, rows.dyad))
    pairs = np.stack([rows.dyad[order], rows.side[order]], axis=1)
    fresh = np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))[: order.size]
    heads, tails = order[fresh], order[np.append(fresh[1:], True)[: order.size]]
    counts["sides"] = heads.size
    counts["supported_when_first_seen"] = int((rows.tier[heads] > 0).sum())
    counts["supported_when_last_seen"] = int((rows.tier[tails] > 0).sum())
    counts["first_seen_in_first_year"] = int((rows.year[heads] == rows.year.min(initial=9999)).sum())
    return Censored(**counts)


def _assemble(rows: RankedSides, places: np.ndarray, first: Mapping[int, int], censored: Censored) -> Changes:
    """The columns of the changes from the places [M, 5] of their rows."""
    before, now, later, other_before, other_now = places.T
    armed, arms = rows.armed[other_before], rows.armed[other_now]
    deaths = np.log10(1 + rows.deaths[now])
    age = np.log10(1.0 + rows.year[now] - np.array([first[dyad] for dyad in rows.dyad[now].tolist()], np.float64))
    last_tier = np.where(before >= 0, rows.tier[before], -1)
    rebel, strength = rows.rebel[now], rows.strength[now]
    for kind in (rebel, ~rebel):
        strength = np.where(kind, strength - _mean(strength[kind]), strength)
    columns = {
        "onset": arms & ~armed,
        "offset": armed & ~arms,
        "armed": armed,
        "rebel": rebel,
        "deaths": np.nan_to_num(deaths - _mean(deaths)),
        "deaths-unknown": np.isnan(deaths),
        "years": age - _mean(age),
        "strength": np.nan_to_num(strength),
        "risen": (last_tier >= 0) & (last_tier < rows.tier[now]),
        "fallen": last_tier > rows.tier[now],
    }
    wars, war = np.unique(rows.war[now], return_inverse=True)
    return Changes(
        war=war,
        wars=wars,
        tier=rows.tier[now],
        later=rows.tier[later],
        before=last_tier,
        opponent=rows.tier[other_now],
        x=np.stack([columns[name].astype(np.float64) for name in FACTORS], axis=1),
        censored=censored,
    )


def _mean(values: np.ndarray) -> float:
    """Of what is known; 0 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else 0.0

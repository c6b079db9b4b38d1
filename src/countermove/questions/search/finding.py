"""What a search finds: a strategy, what it is worth on draws that it was not searched on, and what it owes its worth to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from countermove.world.display import Cells, Result
from countermove.world.measure import titled
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import counted_text


@dataclass(frozen=True)
class Range:
    """Points, their Monte-Carlo standard error, and a 95% interval (Student's t over the scrambles)."""

    points: float
    se: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """The points with their error."""
        return f"{self.points:z.2f} ± {self.se:.2f}"

    @property
    def interval(self) -> str:
        """The interval."""
        return f"{self.low:z.2f} to {self.high:z.2f}"


@dataclass(frozen=True)
class ComparedStrategy:
    """One strategy on the held-out draws. `lead`: how far the found one is ahead of it, on the same draws and luck; None for itself.

    `value` is what was searched for; `expected` points over the theories by weight, `worst` under the theory that is worst for it.
    """

    strategy: str
    value: Range
    lead: Range | None
    expected: float
    worst: float
    worst_theory: str
    cost: float  # million USD
    direct_war: float  # probability
    by_theory: Mapping[str, float]
    front: bool  # whether nothing here is at least as good in expected points, worst theory, cost and direct war, and better in one


@dataclass(frozen=True)
class SearchStage:
    """How far the search was: candidates played on so many draws, and how far the best was ahead of the start then, as it looked."""

    what: str
    candidates: int
    draws: int
    lead: float


@dataclass(frozen=True)
class Order:
    """One order of the found strategy, and what is lost without it on the held-out draws."""

    says: str
    worth: Range


@dataclass(frozen=True)
class LeadPart:
    """What one measure adds to the lead over the best written strategy, in points."""

    measure: str
    points: float


@dataclass(frozen=True, repr=False)
class SearchFound(Result):
    """A search. `searched` is the lead over the strategy it began with on the draws of the search, `optimism` that less the lead on new draws.

    `text` is the strategy as it stands under `strategies:`; `rows` are the found one, the written ones, the best first, and candidates of
    the front; `candidates` are the texts of those. `beats`: whether it is ahead of every written one, beyond the interval.
    """

    json_keys: ClassVar[str] = "* -whole -hashes weights_from **hashes"
    weights_from: ClassVar[str] = "priors"
    scenario: str
    base: str
    name: str
    aim: str
    knobs: int
    strategies: float  # how many there are
    text: str
    whole: str  # the scenario with it, as a file
    rows: tuple[ComparedStrategy, ...]
    beats: bool
    sentence: str
    searched: Range
    optimism: Range
    stages: tuple[SearchStage, ...]
    parts: tuple[LeadPart, ...]
    orders: tuple[Order, ...]
    candidates: Mapping[str, str]
    doubts: tuple[str, ...]
    weights: Mapping[str, float]
    held_out: int  # draws
    seed: int
    hashes: Mapping[str, str]
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    def cells(self) -> Cells:
        """A row for each strategy, on new draws: its points, how far the found one is ahead of it (95% interval), its cost and dangers."""
        own = Range(*(math.nan,) * 4)
        leads = [own if row.lead is None else row.lead for row in self.rows]
        rows = tuple(
            (
                *(row.strategy, row.value.points, row.value.se, lead.points, lead.se, lead.low, lead.high),
                *(row.expected, row.worst, row.worst_theory, row.cost, row.direct_war, row.front),
            )
            for row, lead in zip(self.rows, leads, strict=True)
        )
        ahead = ("lead of the found (points)", "lead se (points)", "lead low95 (points)", "lead high95 (points)")
        beside = ("expected (points)", "worst (points)", "worst theory", "cost (million USD)", "direct war (0-1)", "on the front")
        return Cells(("strategy", "value (points)", "se (points)", *ahead, *beside), rows)

    def preview(self) -> Table:
        """The verdict, and what was found beside every written strategy on new draws."""
        return replace(self.beside_table, title=self.sentence)

    @property
    def beside_table(self) -> Table:
        """What was found beside every written strategy, on new draws."""
        both = "worst" in self.aim  # then the points are not the expected ones
        expected = ("expected",) if both else ()
        return Table.of(
            f"On {self.held_out} new draws, the same for all: {self.aim} (± Monte-Carlo error), and the lead of what was found",
            ("strategy", "points", "lead (95%)", *expected, "worst theory", "cost, million USD", "direct war", "front"),
            (
                (
                    *(
                        self.titles.strategy(row.strategy),
                        row.value.text,
                        "" if row.lead is None else f"{row.lead.points:z.2f} ({row.lead.interval})",
                    ),
                    *(f"{row.expected:z.2f}" for _ in expected),
                    *(
                        f"{row.worst:z.2f}, {self.titles.theory(row.worst_theory)}",
                        f"{row.cost:.0f}",
                        counted_text(row.direct_war, self.held_out),
                    ),
                    "yes" if row.front else "",
                )
                for row in self.rows
            ),
        )

    @property
    def parts_table(self) -> Table:
        """What parts it from the best written strategy; empty where nothing does."""
        best = next(row for row in self.rows if row.lead is not None)
        return Table.of(
            f"What parts it from {self.titles.say_strategy(best.strategy)}, measure by measure",
            ("measure", "points"),
            ((titled(part.measure), f"{part.points:+.2f}") for part in self.parts if round(part.points, 2) != 0),
        )

    @property
    def orders_table(self) -> Table:
        """What each order adds."""
        return Table.of(
            "What each order adds: points that are lost without it, or with it as it was written",
            ("order", "points", "95%"),
            ((order.says, order.worth.text, order.worth.interval) for order in self.orders),
        )

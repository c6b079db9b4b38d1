"""Readers side by side, as one finding, and as `countermove readers --json` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from countermove.questions.readers.disagreement import Position, ReaderDisagreement
from countermove.world.display import Cells, Result
from countermove.world.measure import titled
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import mean_error, percent


@dataclass(frozen=True, repr=False)
class ReadersCompared(Result):
    """Readers side by side, and every two of them. `said` holds what could not be computed and why.

    Points are each reader's own: they compare strategies, not readers.
    """

    json_keys: ClassVar[str] = "* readers=positions pairs=disagreements **hashes"
    scenario: str
    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    matters: float
    positions: tuple[Position, ...]
    disagreements: tuple[ReaderDisagreement, ...]
    said: tuple[str, ...]
    draws: int
    seed: int
    seconds: float
    hashes: Mapping[str, str]
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    def cells(self) -> Cells:
        """A row for each reader and strategy: expected points by that reader's own values and weights, and their error."""
        rows = tuple(
            (row.reader, strategy, found.mean, found.se, strategy == row.best)
            for row in self.positions
            for strategy, found in row.expected.items()
        )
        return Cells(("reader", "strategy", "expected (points)", "se (points)", "best"), rows)

    @property
    def tables(self) -> tuple[Table, ...]:
        """What each believes, what each wants, and what each would get."""
        names = [self.titles.reader(row.reader) for row in self.positions]
        wanted = dict.fromkeys(measure for row in self.positions for measure in row.values)
        points = (
            f"Expected points, ± one standard error, over {self.draws} draws: to be compared within a column, not between columns"
        )
        return (
            Table.of(
                "What each believes of the rival",
                ("theory", *names),
                (
                    (self.titles.theory(theory), *(percent(row.shares[theory]) for row in self.positions))
                    for theory in self.theories
                ),
            ),
            Table.of(
                "What each wants, in points of its own",
                ("measure", *names),
                ((titled(measure), *(row.values.get(measure, "") for row in self.positions)) for measure in wanted),
            ),
            Table.of(
                points,
                ("strategy", *names),
                (
                    (self.titles.strategy(one), *(mean_error(*row.expected[one]) for row in self.positions))
                    for one in self.strategies
                ),
            ),
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        told = [sentence for parting in self.disagreements for sentence in parting.sentences]
        return (*(position.sentence for position in self.positions), *told, *self.said)

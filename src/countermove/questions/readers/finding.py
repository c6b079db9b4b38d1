"""Readers side by side, as one finding, and as `countermove readers --json` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from countermove.questions.readers.disagreement import Position, ReaderDisagreement
from countermove.world.shown import Cells, Result


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

    def cells(self) -> Cells:
        """A row for each reader and strategy: expected points by that reader's own values and weights, and their error."""
        rows = tuple(
            (row.reader, strategy, found.mean, found.se, strategy == row.best)
            for row in self.positions
            for strategy, found in row.expected.items()
        )
        return Cells(("reader", "strategy", "expected (points)", "se (points)", "best"), rows)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        told = [sentence for parting in self.disagreements for sentence in parting.sentences]
        return (*(position.sentence for position in self.positions), *told, *self.said)
